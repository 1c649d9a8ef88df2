#include "server/console/door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/operation.h"
#include "proto/random.h"
#include "server/console/call.h"
#include "server/console/offline.h"

struct door {
    struct call *call;   /* to the daemon; NULL: nobody serves, and */
    struct store *store; /* this is the desk, locked */
    struct arena arena;  /* of offline replies */
    uint64_t time_ms;    /* the desk's, when it was opened */
    uint8_t operation[OPERATION_BYTES];
};

static int open_store(struct door *door, const struct config *config)
{
    const struct store_settings settings = {
        .directory = config->server.data,
        .map_bytes = config->storage.map_size_bytes,
        .exclusive = true,
    };
    struct store_report report = {0};
    if (store_open(&settings, &door->store, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    enum error error = offline_time(door->store, &door->time_ms);
    return error == ERROR_NONE ? CONSOLE_OK : console_fail("%s", error_sentence(error));
}

static int open_way(struct door *door, const struct config *config, enum door_way way)
{
    const char *socket = config->listen.socket;
    enum error error =
        socket[0] == '\0' ? ERROR_NOT_FOUND : call_open(socket, &door->call, &door->time_ms);
    switch (error) {
    case ERROR_NONE:
        return CONSOLE_OK;
    case ERROR_NOT_FOUND:
        return way == DOOR_EITHER
                   ? open_store(door, config)
                   : console_fail(
                         "Nobody serves this desk at its socket; start `ttydeskd serve` first.");
    case ERROR_FORBIDDEN:
        return console_fail("What listens at %s belongs to another account and is not trusted.",
                            socket);
    default:
        return console_fail("The daemon at %s does not answer: %s", socket, error_sentence(error));
    }
}

int door_open(const struct config *config, enum door_way way, struct door **ret_door)
{
    struct door *door = calloc(1, sizeof *door);
    if (door == NULL) {
        return console_fail("%s", error_sentence(ERROR_NO_MEMORY));
    }
    arena_init(&door->arena, 0);
    int status = open_way(door, config, way);
    if (status != CONSOLE_OK) {
        door_close(door);
        return status;
    }
    *ret_door = door;
    return CONSOLE_OK;
}

int door_ask(struct door *door, enum method method, const void *request, void *ret_reply)
{
    struct failure failure = {0};
    enum error error =
        door->call != NULL
            ? call_request(door->call, method, request, ret_reply, &failure)
            : offline_ask(door->store, &door->arena, method, request, ret_reply, &failure);
    if (error == ERROR_NONE) {
        return CONSOLE_OK;
    }
    return failure.message.length > 0
               ? console_fail("%.*s", (int)failure.message.length, failure.message.data)
               : console_fail("%s", error_sentence(error));
}

struct bytes door_operation(struct door *door)
{
    uint8_t random[OPERATION_RANDOM_BYTES];
    random_fill(random, sizeof random);
    operation_make(door->time_ms, random, door->operation);
    return (struct bytes){.data = door->operation, .length = OPERATION_BYTES};
}

void door_close(struct door *door)
{
    if (door == NULL) {
        return;
    }
    call_close(door->call);
    store_close(door->store);
    arena_wipe(&door->arena);
    arena_finish(&door->arena);
    free(door);
}

static const struct door_part *find_part(const struct door_part *parts, size_t part_count,
                                         const struct console_parsed *parsed)
{
    for (size_t i = 0; i < part_count; i++) {
        if (strcmp(parsed->operands[0], parts[i].name) == 0 &&
            parsed->operand_count >= parts[i].operands_min &&
            parsed->operand_count <= parts[i].operands_max) {
            return &parts[i];
        }
    }
    return NULL;
}

int door_run_part(const struct console_line *line, const struct door_part *parts, size_t part_count,
                  int count, char **arguments, const void *given)
{
    struct asked asked = {.given = given};
    struct console_parsed parsed;
    struct config config;
    if (!console_parse(line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    const struct door_part *part = find_part(parts, part_count, &parsed);
    if (part == NULL) {
        (void)fputs(line->usage, stderr);
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    asked.operand_count = parsed.operand_count;
    for (size_t i = 0; i < parsed.operand_count && i < ASKED_OPERANDS_MAX; i++) {
        asked.operands[i] = text_of(parsed.operands[i]);
    }
    int status = door_open(&config, DOOR_EITHER, &asked.door);
    if (status == CONSOLE_OK) {
        status = part->run(&asked);
        door_close(asked.door);
    }
    return status;
}
