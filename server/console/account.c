/* ttydeskd account: what admins do about accounts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/console/door.h"
#include "server/console/person.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd account list\n"
    "       ttydeskd account create NAME [--email ADDRESS] [--display-name TEXT] [--role ROLE]\n"
    "       ttydeskd account reset NAME\n"
    "       ttydeskd account role NAME user|staff|admin\n"
    "       ttydeskd account disable|enable NAME\n"
    "       ttydeskd account sign-ins NAME\n"
    "       ttydeskd account end-sign-ins NAME [ID]\n"
    "       ttydeskd account keys NAME\n"
    "       ttydeskd account remove-key NAME ID\n"
    "       ttydeskd account locks\n"
    "       ttydeskd account unlock NAME\n"
    "       ttydeskd account totp-reset NAME\n"
    "       ttydeskd account requests\n"
    "       ttydeskd account grant NAME staff|admin\n"
    "       ttydeskd account decline NAME\n"
    "       ttydeskd account export NAME\n"
    "       ttydeskd account anonymise NAME\n"
    "\n"
    "The accounts of the desk, whether or not it is being served.\n"
    "\n"
    "  create, reset    print a one-time code: read it to the person, who sets a password with it\n"
    "  --role ROLE      user, if not given\n"
    "  --email ADDRESS  NAME@localhost, if not given\n"
    "  requests         who has asked for another role, and why; grant and decline answer\n"
    "  keys             keys they sign in with: id, label, fingerprint, added, last used\n"
    "  export           all that the desk holds about a person, one JSON object on each line\n"
    "  anonymise        makes a person unknown, for ever; asks for the name once more, or reads it\n"
    "                   from standard input\n"
    "  locks            accounts with wrong passwords in a row, addresses that have to wait\n"
    "  totp-reset       for somebody who has lost their second factor and the recovery codes\n"
    "  --config FILE    the configuration, if not " CONSOLE_CONFIG_PATH "\n";

/* The options. */
struct given {
    const char *email;
    const char *display_name;
    const char *role;
};

/* --- Printing --------------------------------------------------------------------------------- */

static int print_code(const struct account_coded *reply)
{
    if (!present_has(reply->present, ACCOUNT_CODED_CODE)) {
        return CONSOLE_OK;
    }
    (void)printf("One-time code for %.*s: %.*s\n", (int)reply->name.length, reply->name.data,
                 (int)reply->code.length, reply->code.data);
    (void)puts("Read it to the person: it is good once, for 48 hours, and nobody can look it up.\n"
               "They type it at \"I have a code\" or in: ttydesk account use-code NAME");
    return CONSOLE_OK;
}

/* --- Looking ---------------------------------------------------------------------------------- */

static int list(struct asked *asked)
{
    struct admin_account_list request = {0};
    struct admin_account_list_reply reply = {0};
    int status;
    do {
        status = door_ask(asked->door, METHOD_ADMIN_ACCOUNT_LIST, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.accounts.count; i++) {
            const struct account *account = &((const struct account *)reply.accounts.items)[i];
            print_cell(account->name);
            (void)printf("%s\t%s\t", choices_name(&role_choices, account->role),
                         choices_name(&account_state_choices, account->state));
            print_cell(account->email);
            print_text(account->display_name);
            (void)putchar('\n');
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, ACCOUNT_LIST_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    return status;
}

static int sign_ins(struct asked *asked)
{
    struct admin_sign_ins request = {.name = asked->operands[1]};
    struct sign_in_list reply = {0};
    int status = door_ask(asked->door, METHOD_ADMIN_SIGN_INS, &request, &reply);
    for (size_t i = 0; status == CONSOLE_OK && i < reply.sign_ins.count; i++) {
        const struct sign_in *item = &((const struct sign_in *)reply.sign_ins.items)[i];
        (void)printf("%" PRIu64 "\t", item->id);
        print_cell(item->device);
        print_cell(item->source);
        print_time(item->created_ms, '\t');
        print_time(item->seen_ms, '\n');
    }
    return status;
}

static int keys(struct asked *asked)
{
    struct admin_keys request = {.name = asked->operands[1]};
    struct account_keys reply = {0};
    int status = door_ask(asked->door, METHOD_ADMIN_KEYS, &request, &reply);
    for (size_t i = 0; status == CONSOLE_OK && i < reply.keys.count; i++) {
        const struct account_key *item = &((const struct account_key *)reply.keys.items)[i];
        (void)printf("%" PRIu64 "\t", item->id);
        print_cell(item->label);
        print_cell(item->fingerprint);
        print_time(item->created_ms, '\t');
        print_time(item->used_ms, '\n');
    }
    return status;
}

static void print_lock(const struct lock *lock)
{
    print_cell(lock->name);
    print_cell(lock->source);
    (void)printf("%" PRIu64 "\t", lock->failures);
    print_time(lock->since_ms, '\t');
    print_time(lock->until_ms, '\t');
    (void)puts(lock->stopped ? "stopped" : "-");
}

static int locks(struct asked *asked)
{
    struct admin_locks request = {0};
    struct lock_list reply = {0};
    int status;
    do {
        status = door_ask(asked->door, METHOD_ADMIN_LOCKS, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.locks.count; i++) {
            print_lock(&((const struct lock *)reply.locks.items)[i]);
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, LOCKS_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    return status;
}

static int requests(struct asked *asked)
{
    struct admin_role_requests request = {0};
    struct admin_role_requests_reply reply = {0};
    int status;
    do {
        status = door_ask(asked->door, METHOD_ADMIN_ROLE_REQUESTS, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.requests.count; i++) {
            const struct role_request *one =
                &((const struct role_request *)reply.requests.items)[i];
            print_cell(one->name);
            (void)printf("%s\t%s\t", choices_name(&role_choices, one->current_role),
                         choices_name(&role_choices, one->role));
            print_time(one->time_ms, '\t');
            print_text(one->reason);
            (void)putchar('\n');
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, ROLE_REQUESTS_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    return status;
}

/* --- Changing --------------------------------------------------------------------------------- */

static bool find_role(struct text name, enum role *ret_role)
{
    uint32_t value;
    bool found = choices_find(&role_choices, name, &value);
    *ret_role = found ? (enum role)value : ROLE_USER;
    return found;
}

static int create(struct asked *asked)
{
    char email[EMAIL_MAX + 1];
    const struct given *given = asked->given;
    struct text name = asked->operands[1];
    (void)snprintf(email, sizeof email, "%.*s@localhost",
                   (int)(name.length < USER_NAME_MAX ? name.length : USER_NAME_MAX), name.data);
    struct admin_account_create request = {
        .operation = door_operation(asked->door),
        .name = name,
        .email = text_of(given->email != NULL ? given->email : email),
        .display_name = text_of(given->display_name),
    };
    struct account_coded reply = {0};
    if (!find_role(text_of(given->role != NULL ? given->role : "user"), &request.role)) {
        return console_fail("A role is user, staff or admin.");
    }
    if (given->display_name != NULL) {
        present_mark(&request.present, ACCOUNT_CREATE_DISPLAY_NAME);
    }
    int status = door_ask(asked->door, METHOD_ADMIN_ACCOUNT_CREATE, &request, &reply);
    return status == CONSOLE_OK ? print_code(&reply) : status;
}

static int reset(struct asked *asked)
{
    struct admin_account request = {.operation = door_operation(asked->door),
                                    .name = asked->operands[1]};
    struct account_coded reply = {0};
    int status = door_ask(asked->door, METHOD_ADMIN_ACCOUNT_RESET, &request, &reply);
    return status == CONSOLE_OK ? print_code(&reply) : status;
}

static int give_role(struct asked *asked, enum method method)
{
    struct admin_account_role request = {.operation = door_operation(asked->door),
                                         .name = asked->operands[1]};
    struct account_changed reply = {0};
    if (!find_role(asked->operands[2], &request.role)) {
        return console_fail("A role is user, staff or admin.");
    }
    return door_ask(asked->door, method, &request, &reply);
}

static int role(struct asked *asked)
{
    return give_role(asked, METHOD_ADMIN_ACCOUNT_ROLE);
}

/* The role is named, so that one asked for since is not given by mistake. */
static int grant(struct asked *asked)
{
    return give_role(asked, METHOD_ADMIN_ROLE_GRANT);
}

static int change(struct asked *asked, enum method method)
{
    struct admin_account request = {.operation = door_operation(asked->door),
                                    .name = asked->operands[1]};
    struct account_changed reply = {0};
    return door_ask(asked->door, method, &request, &reply);
}

static int disable(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_ACCOUNT_DISABLE);
}

static int enable(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_ACCOUNT_ENABLE);
}

static int decline(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_ROLE_DECLINE);
}

static int unlock(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_UNLOCK);
}

/* The id in the third operand; 0: it is none. */
static uint64_t id_of(const struct asked *asked)
{
    char *end = NULL;
    uint64_t id = strtoull(asked->operands[2].data, &end, 10);
    return *end == '\0' ? id : 0;
}

static int remove_key(struct asked *asked)
{
    struct admin_key_remove request = {
        .operation = door_operation(asked->door), .name = asked->operands[1], .id = id_of(asked)};
    struct account_key_changed reply = {0};
    if (request.id == 0) {
        return console_fail("The id is the first column of `ttydeskd account keys`.");
    }
    return door_ask(asked->door, METHOD_ADMIN_KEY_REMOVE, &request, &reply);
}

static int totp_reset(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_TOTP_RESET);
}

static int end_sign_ins(struct asked *asked)
{
    struct admin_end_sign_ins request = {.operation = door_operation(asked->door),
                                         .name = asked->operands[1]};
    struct account_changed reply = {0};
    if (asked->operand_count > 2) {
        request.id = id_of(asked);
        if (request.id == 0) {
            return console_fail("The id is the first column of `ttydeskd account sign-ins`.");
        }
        present_mark(&request.present, END_SIGN_INS_ID);
    }
    return door_ask(asked->door, METHOD_ADMIN_END_SIGN_INS, &request, &reply);
}

/* --- The verb --------------------------------------------------------------------------------- */

static const struct door_part parts[] = {
    {"list", 1, 1, list},
    {"create", 2, 2, create},
    {"reset", 2, 2, reset},
    {"role", 3, 3, role},
    {"disable", 2, 2, disable},
    {"enable", 2, 2, enable},
    {"sign-ins", 2, 2, sign_ins},
    {"end-sign-ins", 2, 3, end_sign_ins},
    {"keys", 2, 2, keys},
    {"remove-key", 3, 3, remove_key},
    {"locks", 1, 1, locks},
    {"unlock", 2, 2, unlock},
    {"requests", 1, 1, requests},
    {"grant", 3, 3, grant},
    {"decline", 2, 2, decline},
    {"export", 2, 2, person_export},
    {"anonymise", 2, 2, person_anonymise},
    {"totp-reset", 2, 2, totp_reset},
};

int console_account(int count, char **arguments)
{
    struct given given = {0};
    const struct console_option options[] = {
        {.name = "email", .value = &given.email},
        {.name = "display-name", .value = &given.display_name},
        {.name = "role", .value = &given.role},
        {0},
    };
    const struct console_line line = {
        .usage = usage, .options = options, .operands_min = 1, .operands_max = 3};
    return door_run_part(&line, parts, sizeof parts / sizeof parts[0], count, arguments, &given);
}
