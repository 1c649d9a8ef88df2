/* ttydeskd queue: the queues of a desk that is being served, and who may do what in them. */
#include <stdio.h>
#include <string.h>

#include "proto/operation.h"
#include "proto/random.h"
#include "proto/text.h"
#include "server/console/call.h"
#include "server/console/console.h"

static const char usage[] =
    "Usage: ttydeskd queue list\n"
    "       ttydeskd queue create NAME [--description TEXT] [--members-only yes] [--staff-only yes]\n"
    "       ttydeskd queue update NAME [--name NAME] [--description TEXT] [--closed yes|no]\n"
    "                                  [--members-only yes|no] [--staff-only yes|no]\n"
    "       ttydeskd queue members NAME\n"
    "       ttydeskd queue rights NAME ACCOUNT RIGHTS\n"
    "\n"
    "The queues that tickets are sorted into, on a desk that is being served.\n"
    "\n"
    "  RIGHTS               read, create, change, own, with spaces between them; or all; or none\n"
    "  --members-only yes   of the staff only those whose rights are listed work in it\n"
    "  --staff-only yes     users can't file tickets into it\n"
    "  --closed yes         it takes no more tickets\n"
    "  --config FILE        the configuration, if not " CONSOLE_CONFIG_PATH "\n";

enum { OPERANDS_MAX = 4 };

/* A verb with what was given to it. */
struct asked {
    struct call *call;
    uint8_t operation[OPERATION_BYTES];
    struct text operands[OPERANDS_MAX];
    size_t operand_count;
    const char *name;
    const char *description;
    const char *members_only;
    const char *staff_only;
    const char *closed;
};

static int refused(enum error code, const struct failure *failure)
{
    if (failure->message.length > 0) {
        return console_fail("%.*s", (int)failure->message.length, failure->message.data);
    }
    return console_fail("%s", error_sentence(code));
}

static int ask(struct asked *asked, enum method method, const void *request, void *ret_reply)
{
    struct failure failure = {0};
    enum error error = call_request(asked->call, method, request, ret_reply, &failure);
    return error == ERROR_NONE ? CONSOLE_OK : refused(error, &failure);
}

static struct bytes operation_of(const struct asked *asked)
{
    return (struct bytes){.data = asked->operation, .length = OPERATION_BYTES};
}

/* "yes" or "no" into a field and its bit; nothing when not given. False: it is something else. */
static bool take_flag(const char *given, unsigned bit, bool *field, uint64_t *present)
{
    if (given == NULL) {
        return true;
    }
    *field = strcmp(given, "yes") == 0;
    present_mark(present, bit);
    return *field || strcmp(given, "no") == 0;
}

static void take_text(const char *given, unsigned bit, struct text *field, uint64_t *present)
{
    if (given != NULL) {
        *field = text_of(given);
        present_mark(present, bit);
    }
}

static void print_text(struct text text)
{
    struct buffer shown = {0};
    text_show_append(&shown, TEXT_SHOW_LINE, text.data, text.length);
    if (shown.length > 0) {
        (void)fwrite(shown.data, 1, shown.length, stdout);
    }
    buffer_finish(&shown);
}

/* --- Looking ---------------------------------------------------------------------------------- */

static void print_queue(const struct queue *queue)
{
    print_text(queue->name);
    (void)printf("\t%s%s%s%s\t", queue->is_default ? "default " : "",
                 queue->members_only ? "members-only " : "", queue->staff_only ? "staff-only " : "",
                 queue->closed ? "closed " : "");
    print_text(queue->description);
    (void)putchar('\n');
}

static int list_queues(struct asked *asked, struct queue_list_reply *ret_reply)
{
    struct nothing request = {0};
    return ask(asked, METHOD_QUEUE_LIST, &request, ret_reply);
}

static int list(struct asked *asked)
{
    struct queue_list_reply reply = {0};
    int status = list_queues(asked, &reply);
    for (size_t i = 0; status == CONSOLE_OK && i < reply.queues.count; i++) {
        print_queue(&((const struct queue *)reply.queues.items)[i]);
    }
    return status;
}

static int members(struct asked *asked)
{
    struct admin_queue_members request = {.queue = asked->operands[1]};
    struct admin_queue_members_reply reply = {0};
    int status;
    do {
        status = ask(asked, METHOD_ADMIN_QUEUE_MEMBERS, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.members.count; i++) {
            const struct queue_member *member =
                &((const struct queue_member *)reply.members.items)[i];
            print_text(member->name);
            (void)printf("\t%s\t", choices_name(&role_choices, member->role));
            print_text(member->rights);
            (void)putchar('\n');
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, QUEUE_MEMBERS_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    return status;
}

/* --- Changing --------------------------------------------------------------------------------- */

static int create(struct asked *asked)
{
    struct admin_queue_create request = {.operation = operation_of(asked),
                                         .name = asked->operands[1]};
    struct queue_changed reply = {0};
    take_text(asked->description, QUEUE_CREATE_DESCRIPTION, &request.description, &request.present);
    if (!take_flag(asked->members_only, QUEUE_CREATE_MEMBERS_ONLY, &request.members_only,
                   &request.present) ||
        !take_flag(asked->staff_only, QUEUE_CREATE_STAFF_ONLY, &request.staff_only,
                   &request.present)) {
        return console_fail("--members-only and --staff-only are yes or no.");
    }
    return ask(asked, METHOD_ADMIN_QUEUE_CREATE, &request, &reply);
}

static int find_version(struct asked *asked, uint64_t *ret_version)
{
    struct queue_list_reply reply = {0};
    int status = list_queues(asked, &reply);
    for (size_t i = 0; status == CONSOLE_OK && i < reply.queues.count; i++) {
        const struct queue *queue = &((const struct queue *)reply.queues.items)[i];
        if (text_equal(queue->name, asked->operands[1])) {
            *ret_version = queue->version;
            return CONSOLE_OK;
        }
    }
    return status == CONSOLE_OK ? console_fail("There is no queue with this name.") : status;
}

static int update(struct asked *asked)
{
    struct admin_queue_update request = {.operation = operation_of(asked),
                                         .queue = asked->operands[1]};
    struct queue_changed reply = {0};
    take_text(asked->name, QUEUE_UPDATE_NAME, &request.name, &request.present);
    take_text(asked->description, QUEUE_UPDATE_DESCRIPTION, &request.description, &request.present);
    if (!take_flag(asked->members_only, QUEUE_UPDATE_MEMBERS_ONLY, &request.members_only,
                   &request.present) ||
        !take_flag(asked->staff_only, QUEUE_UPDATE_STAFF_ONLY, &request.staff_only,
                   &request.present) ||
        !take_flag(asked->closed, QUEUE_UPDATE_CLOSED, &request.closed, &request.present)) {
        return console_fail("--members-only, --staff-only and --closed are yes or no.");
    }
    int status = find_version(asked, &request.version);
    return status == CONSOLE_OK ? ask(asked, METHOD_ADMIN_QUEUE_UPDATE, &request, &reply) : status;
}

static int rights(struct asked *asked)
{
    struct admin_queue_rights request = {
        .operation = operation_of(asked),
        .queue = asked->operands[1],
        .name = asked->operands[2],
        .rights = asked->operands[3],
    };
    struct account_changed reply = {0};
    return ask(asked, METHOD_ADMIN_QUEUE_RIGHTS, &request, &reply);
}

/* --- The verb --------------------------------------------------------------------------------- */

struct queue_verb {
    const char *name;
    size_t operands;
    int (*run)(struct asked *asked);
};

static const struct queue_verb verbs[] = {
    {"list", 1, list},     {"create", 2, create},   {"update", 2, update},
    {"rights", 4, rights}, {"members", 2, members},
};

static const struct queue_verb *find_verb(const struct console_parsed *parsed)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(parsed->operands[0], verbs[i].name) == 0 &&
            parsed->operand_count == verbs[i].operands) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int run_with_desk(const struct queue_verb *verb, const struct config *config,
                         struct asked *asked)
{
    uint8_t random[OPERATION_RANDOM_BYTES];
    uint64_t time_ms = 0;
    enum error error = config->listen.socket[0] == '\0'
                           ? ERROR_NOT_FOUND
                           : call_open(config->listen.socket, &asked->call, &time_ms);
    if (error == ERROR_NOT_FOUND) {
        return console_fail("Nobody serves this desk at its socket; start `ttydeskd serve` first.");
    }
    if (error != ERROR_NONE) {
        return console_fail("The daemon at %s does not answer: %s", config->listen.socket,
                            error_sentence(error));
    }
    random_fill(random, sizeof random);
    operation_make(time_ms, random, asked->operation);
    int status = verb->run(asked);
    call_close(asked->call);
    return status;
}

int console_queue(int count, char **arguments)
{
    struct asked asked = {.call = NULL};
    const struct console_option options[] = {
        {.name = "name", .value = &asked.name},
        {.name = "description", .value = &asked.description},
        {.name = "members-only", .value = &asked.members_only},
        {.name = "staff-only", .value = &asked.staff_only},
        {.name = "closed", .value = &asked.closed},
        {0},
    };
    const struct console_line line = {
        .usage = usage, .options = options, .operands_min = 1, .operands_max = OPERANDS_MAX};
    struct console_parsed parsed;
    struct config config;
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    const struct queue_verb *verb = find_verb(&parsed);
    if (verb == NULL) {
        (void)fputs(usage, stderr);
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    for (size_t i = 0; i < parsed.operand_count; i++) {
        asked.operands[i] = text_of(parsed.operands[i]);
    }
    return run_with_desk(verb, &config, &asked);
}
