/* ttydeskd canned: the texts that the staff has ready. */
#include <stdio.h>
#include <string.h>

#include "server/console/door.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd canned list\n"
    "       ttydeskd canned show NAME\n"
    "       ttydeskd canned create NAME [--title TEXT] [--text TEXT]\n"
    "       ttydeskd canned update NAME [--name NAME] [--title TEXT] [--text TEXT|-]\n"
    "       ttydeskd canned remove NAME\n"
    "\n"
    "Replies that the staff has ready, whether or not the desk is being served.\n"
    "\n"
    "  --text TEXT    what it says; `create` without it, and `-`, read standard input\n"
    "  --title TEXT   what it is for, in a line\n"
    "  --name NAME    another name: a-z, 0-9, dots, underscores, hyphens\n"
    "  --config FILE  the configuration, if not " CONSOLE_CONFIG_PATH "\n";

/* A code point has at most four bytes; one more tells that there is too much. */
enum { TEXT_BYTES_MAX = MESSAGE_MAX * 4 + 2 };

/* The options. */
struct given {
    const char *name;
    const char *title;
    const char *text;
    char *input; /* TEXT_BYTES_MAX, for standard input */
};

static void take_text(const char *given, unsigned bit, struct text *field, uint64_t *present)
{
    if (given != NULL) {
        *field = text_of(given);
        present_mark(present, bit);
    }
}

/* All of standard input, but for the line feed at its end. */
static struct text read_input(const struct given *given)
{
    size_t length = fread(given->input, 1, TEXT_BYTES_MAX, stdin);
    while (length > 0 && given->input[length - 1] == '\n') {
        length--;
    }
    return (struct text){.data = given->input, .length = length};
}

/* --- Looking ---------------------------------------------------------------------------------- */

static int list(struct asked *asked)
{
    struct canned_list request = {0};
    struct canned_list_reply reply = {0};
    int status;
    do {
        status = door_ask(asked->door, METHOD_CANNED_LIST, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.canned.count; i++) {
            const struct canned *canned = &((const struct canned *)reply.canned.items)[i];
            print_cell(canned->name);
            print_text(canned->title);
            (void)putchar('\n');
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, CANNED_LIST_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    return status;
}

static int find(struct asked *asked, struct canned *ret_canned)
{
    struct canned_list request = {.name = asked->operands[1]};
    struct canned_list_reply reply = {0};
    present_mark(&request.present, CANNED_LIST_NAME);
    int status = door_ask(asked->door, METHOD_CANNED_LIST, &request, &reply);
    if (status == CONSOLE_OK && reply.canned.count == 0) {
        status = console_fail("There is no canned reply with this name.");
    }
    if (status == CONSOLE_OK) {
        *ret_canned = *(const struct canned *)reply.canned.items;
    }
    return status;
}

/* Line by line: each as it may be shown on a terminal. */
static int show(struct asked *asked)
{
    struct canned canned;
    int status = find(asked, &canned);
    struct text rest = status == CONSOLE_OK ? canned.text : (struct text){0};
    while (rest.length > 0) {
        const char *end = memchr(rest.data, '\n', rest.length);
        size_t length = end != NULL ? (size_t)(end - rest.data) : rest.length;
        print_text((struct text){.data = rest.data, .length = length});
        (void)putchar('\n');
        length += end != NULL ? 1 : 0;
        rest.data += length;
        rest.length -= length;
    }
    return status;
}

/* --- Changing --------------------------------------------------------------------------------- */

static int create(struct asked *asked)
{
    const struct given *given = asked->given;
    struct admin_canned_create request = {.operation = door_operation(asked->door),
                                          .name = asked->operands[1]};
    struct canned_changed reply = {0};
    bool typed = given->text != NULL && strcmp(given->text, "-") != 0;
    request.text = typed ? text_of(given->text) : read_input(given);
    take_text(given->title, CANNED_CREATE_TITLE, &request.title, &request.present);
    return door_ask(asked->door, METHOD_ADMIN_CANNED_CREATE, &request, &reply);
}

static int update(struct asked *asked)
{
    const struct given *given = asked->given;
    struct admin_canned_update request = {.operation = door_operation(asked->door),
                                          .canned = asked->operands[1]};
    struct canned_changed reply = {0};
    struct canned canned = {0};
    int status = find(asked, &canned);
    if (status != CONSOLE_OK) {
        return status;
    }
    request.version = canned.version;
    take_text(given->name, CANNED_UPDATE_NAME, &request.name, &request.present);
    take_text(given->title, CANNED_UPDATE_TITLE, &request.title, &request.present);
    take_text(given->text, CANNED_UPDATE_TEXT, &request.text, &request.present);
    if (given->text != NULL && strcmp(given->text, "-") == 0) {
        request.text = read_input(given);
    }
    return door_ask(asked->door, METHOD_ADMIN_CANNED_UPDATE, &request, &reply);
}

static int remove_canned(struct asked *asked)
{
    struct admin_canned_remove request = {.operation = door_operation(asked->door),
                                          .canned = asked->operands[1]};
    struct canned_changed reply = {0};
    struct canned canned = {0};
    int status = find(asked, &canned);
    request.version = canned.version;
    return status == CONSOLE_OK
               ? door_ask(asked->door, METHOD_ADMIN_CANNED_REMOVE, &request, &reply)
               : status;
}

/* --- The verb --------------------------------------------------------------------------------- */

static const struct door_part parts[] = {
    {"list", 1, 1, list},
    {"show", 2, 2, show},
    {"create", 2, 2, create},
    {"update", 2, 2, update},
    {"remove", 2, 2, remove_canned},
};

int console_canned(int count, char **arguments)
{
    char input[TEXT_BYTES_MAX];
    struct given given = {.input = input};
    const struct console_option options[] = {
        {.name = "name", .value = &given.name},
        {.name = "title", .value = &given.title},
        {.name = "text", .value = &given.text},
        {0},
    };
    const struct console_line line = {
        .usage = usage, .options = options, .operands_min = 1, .operands_max = 2};
    return door_run_part(&line, parts, sizeof parts / sizeof parts[0], count, arguments, &given);
}
