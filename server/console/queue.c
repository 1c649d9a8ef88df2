/* ttydeskd queue: the queues of the desk, and who may do what in them. */
#include <stdio.h>
#include <string.h>

#include "server/console/door.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd queue list\n"
    "       ttydeskd queue create NAME [--description TEXT] [--members-only yes] [--staff-only yes]\n"
    "       ttydeskd queue update NAME [--name NAME] [--description TEXT] [--closed yes|no]\n"
    "                                  [--members-only yes|no] [--staff-only yes|no]\n"
    "       ttydeskd queue members NAME\n"
    "       ttydeskd queue rights NAME ACCOUNT RIGHTS\n"
    "\n"
    "The queues that tickets are sorted into, whether or not the desk is being served.\n"
    "\n"
    "  RIGHTS               read, create, change, own, with spaces between them; or all; or none\n"
    "  --members-only yes   of the staff only those whose rights are listed work in it\n"
    "  --staff-only yes     users can't file tickets into it\n"
    "  --closed yes         it takes no more tickets\n"
    "  --config FILE        the configuration, if not " CONSOLE_CONFIG_PATH "\n";

/* The options. */
struct given {
    const char *name;
    const char *description;
    const char *members_only;
    const char *staff_only;
    const char *closed;
};

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
    return door_ask(asked->door, METHOD_QUEUE_LIST, &request, ret_reply);
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
        status = door_ask(asked->door, METHOD_ADMIN_QUEUE_MEMBERS, &request, &reply);
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
    const struct given *given = asked->given;
    struct admin_queue_create request = {.operation = door_operation(asked->door),
                                         .name = asked->operands[1]};
    struct queue_changed reply = {0};
    take_text(given->description, QUEUE_CREATE_DESCRIPTION, &request.description, &request.present);
    if (!take_flag(given->members_only, QUEUE_CREATE_MEMBERS_ONLY, &request.members_only,
                   &request.present) ||
        !take_flag(given->staff_only, QUEUE_CREATE_STAFF_ONLY, &request.staff_only,
                   &request.present)) {
        return console_fail("--members-only and --staff-only are yes or no.");
    }
    return door_ask(asked->door, METHOD_ADMIN_QUEUE_CREATE, &request, &reply);
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
    const struct given *given = asked->given;
    struct admin_queue_update request = {.operation = door_operation(asked->door),
                                         .queue = asked->operands[1]};
    struct queue_changed reply = {0};
    take_text(given->name, QUEUE_UPDATE_NAME, &request.name, &request.present);
    take_text(given->description, QUEUE_UPDATE_DESCRIPTION, &request.description, &request.present);
    if (!take_flag(given->members_only, QUEUE_UPDATE_MEMBERS_ONLY, &request.members_only,
                   &request.present) ||
        !take_flag(given->staff_only, QUEUE_UPDATE_STAFF_ONLY, &request.staff_only,
                   &request.present) ||
        !take_flag(given->closed, QUEUE_UPDATE_CLOSED, &request.closed, &request.present)) {
        return console_fail("--members-only, --staff-only and --closed are yes or no.");
    }
    int status = find_version(asked, &request.version);
    return status == CONSOLE_OK ? door_ask(asked->door, METHOD_ADMIN_QUEUE_UPDATE, &request, &reply)
                                : status;
}

static int rights(struct asked *asked)
{
    struct admin_queue_rights request = {
        .operation = door_operation(asked->door),
        .queue = asked->operands[1],
        .name = asked->operands[2],
        .rights = asked->operands[3],
    };
    struct account_changed reply = {0};
    return door_ask(asked->door, METHOD_ADMIN_QUEUE_RIGHTS, &request, &reply);
}

/* --- The verb --------------------------------------------------------------------------------- */

static const struct door_part parts[] = {
    {"list", 1, 1, list},     {"create", 2, 2, create},   {"update", 2, 2, update},
    {"rights", 4, 4, rights}, {"members", 2, 2, members},
};

int console_queue(int count, char **arguments)
{
    struct given given = {0};
    const struct console_option options[] = {
        {.name = "name", .value = &given.name},
        {.name = "description", .value = &given.description},
        {.name = "members-only", .value = &given.members_only},
        {.name = "staff-only", .value = &given.staff_only},
        {.name = "closed", .value = &given.closed},
        {0},
    };
    const struct console_line line = {
        .usage = usage, .options = options, .operands_min = 1, .operands_max = 4};
    return door_run_part(&line, parts, sizeof parts / sizeof parts[0], count, arguments, &given);
}
