/* ttydeskd account: what admins do about accounts, on a desk that is being served. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "proto/operation.h"
#include "proto/random.h"
#include "proto/text.h"
#include "server/console/call.h"
#include "server/console/console.h"

static const char usage[] =
    "Usage: ttydeskd account list\n"
    "       ttydeskd account create NAME [--email ADDRESS] [--display-name TEXT] [--role ROLE]\n"
    "       ttydeskd account reset NAME\n"
    "       ttydeskd account role NAME user|staff|admin\n"
    "       ttydeskd account disable|enable NAME\n"
    "       ttydeskd account sign-ins NAME\n"
    "       ttydeskd account end-sign-ins NAME [ID]\n"
    "       ttydeskd account locks\n"
    "       ttydeskd account unlock NAME\n"
    "\n"
    "The accounts of a desk that is being served.\n"
    "\n"
    "  create, reset    print a one-time code: read it to the person, who sets a password with it\n"
    "  --role ROLE      user, if not given\n"
    "  --email ADDRESS  NAME@localhost, if not given\n"
    "  locks            accounts with wrong passwords in a row, addresses that have to wait\n"
    "  --config FILE    the configuration, if not " CONSOLE_CONFIG_PATH "\n";

enum { OPERANDS_MAX = 3, TIME_BYTES = 32 };

/* A verb with what was given to it. */
struct asked {
    struct call *call;
    uint8_t operation[OPERATION_BYTES];
    struct text operands[OPERANDS_MAX];
    size_t operand_count;
    const char *email;
    const char *display_name;
    const char *role;
};

static int ask(struct asked *asked, enum method method, const void *request, void *ret_reply)
{
    struct failure failure = {0};
    enum error error = call_request(asked->call, method, request, ret_reply, &failure);
    if (error == ERROR_NONE) {
        return CONSOLE_OK;
    }
    return failure.message.length > 0
               ? console_fail("%.*s", (int)failure.message.length, failure.message.data)
               : console_fail("%s", error_sentence(error));
}

static struct bytes operation_of(const struct asked *asked)
{
    return (struct bytes){.data = asked->operation, .length = OPERATION_BYTES};
}

/* --- Printing --------------------------------------------------------------------------------- */

static void print_text(struct text text)
{
    struct buffer shown = {0};
    text_show_append(&shown, TEXT_SHOW_LINE, text.data, text.length);
    if (shown.length > 0) {
        (void)fwrite(shown.data, 1, shown.length, stdout);
    }
    buffer_finish(&shown);
}

static void print_cell(struct text text)
{
    print_text(text.length > 0 ? text : text_of("-"));
    (void)putchar('\t');
}

static void print_time(uint64_t time_ms, char end)
{
    char text[TIME_BYTES] = "-";
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm parts;
    if (time_ms != 0 && gmtime_r(&seconds, &parts) != NULL) {
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    }
    (void)printf("%s%c", text, end);
}

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
        status = ask(asked, METHOD_ADMIN_ACCOUNT_LIST, &request, &reply);
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
    int status = ask(asked, METHOD_ADMIN_SIGN_INS, &request, &reply);
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
        status = ask(asked, METHOD_ADMIN_LOCKS, &request, &reply);
        for (size_t i = 0; status == CONSOLE_OK && i < reply.locks.count; i++) {
            print_lock(&((const struct lock *)reply.locks.items)[i]);
        }
        request.cursor = reply.cursor;
        present_mark(&request.present, LOCKS_CURSOR);
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
    struct text name = asked->operands[1];
    (void)snprintf(email, sizeof email, "%.*s@localhost",
                   (int)(name.length < USER_NAME_MAX ? name.length : USER_NAME_MAX), name.data);
    struct admin_account_create request = {
        .operation = operation_of(asked),
        .name = name,
        .email = text_of(asked->email != NULL ? asked->email : email),
        .display_name = text_of(asked->display_name),
    };
    struct account_coded reply = {0};
    if (!find_role(text_of(asked->role != NULL ? asked->role : "user"), &request.role)) {
        return console_fail("A role is user, staff or admin.");
    }
    if (asked->display_name != NULL) {
        present_mark(&request.present, ACCOUNT_CREATE_DISPLAY_NAME);
    }
    int status = ask(asked, METHOD_ADMIN_ACCOUNT_CREATE, &request, &reply);
    return status == CONSOLE_OK ? print_code(&reply) : status;
}

static int reset(struct asked *asked)
{
    struct admin_account request = {.operation = operation_of(asked), .name = asked->operands[1]};
    struct account_coded reply = {0};
    int status = ask(asked, METHOD_ADMIN_ACCOUNT_RESET, &request, &reply);
    return status == CONSOLE_OK ? print_code(&reply) : status;
}

static int role(struct asked *asked)
{
    struct admin_account_role request = {.operation = operation_of(asked),
                                         .name = asked->operands[1]};
    struct account_changed reply = {0};
    if (!find_role(asked->operands[2], &request.role)) {
        return console_fail("A role is user, staff or admin.");
    }
    return ask(asked, METHOD_ADMIN_ACCOUNT_ROLE, &request, &reply);
}

static int change(struct asked *asked, enum method method)
{
    struct admin_account request = {.operation = operation_of(asked), .name = asked->operands[1]};
    struct account_changed reply = {0};
    return ask(asked, method, &request, &reply);
}

static int disable(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_ACCOUNT_DISABLE);
}

static int enable(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_ACCOUNT_ENABLE);
}

static int unlock(struct asked *asked)
{
    return change(asked, METHOD_ADMIN_UNLOCK);
}

static int end_sign_ins(struct asked *asked)
{
    struct admin_end_sign_ins request = {.operation = operation_of(asked),
                                         .name = asked->operands[1]};
    struct account_changed reply = {0};
    if (asked->operand_count > 2) {
        char *end = NULL;
        request.id = strtoull(asked->operands[2].data, &end, 10);
        if (*end != '\0' || request.id == 0) {
            return console_fail("The id is the first column of `ttydeskd account sign-ins`.");
        }
        present_mark(&request.present, END_SIGN_INS_ID);
    }
    return ask(asked, METHOD_ADMIN_END_SIGN_INS, &request, &reply);
}

/* --- The verb --------------------------------------------------------------------------------- */

struct account_verb {
    const char *name;
    size_t operands_min;
    size_t operands_max;
    int (*run)(struct asked *asked);
};

static const struct account_verb verbs[] = {
    {"list", 1, 1, list},         {"create", 2, 2, create},
    {"reset", 2, 2, reset},       {"role", 3, 3, role},
    {"disable", 2, 2, disable},   {"enable", 2, 2, enable},
    {"sign-ins", 2, 2, sign_ins}, {"end-sign-ins", 2, 3, end_sign_ins},
    {"locks", 1, 1, locks},       {"unlock", 2, 2, unlock},
};

static const struct account_verb *find_verb(const struct console_parsed *parsed)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(parsed->operands[0], verbs[i].name) == 0 &&
            parsed->operand_count >= verbs[i].operands_min &&
            parsed->operand_count <= verbs[i].operands_max) {
            return &verbs[i];
        }
    }
    return NULL;
}

static int run_with_desk(const struct account_verb *verb, const struct config *config,
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

int console_account(int count, char **arguments)
{
    struct asked asked = {.call = NULL};
    const struct console_option options[] = {
        {.name = "email", .value = &asked.email},
        {.name = "display-name", .value = &asked.display_name},
        {.name = "role", .value = &asked.role},
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
    const struct account_verb *verb = find_verb(&parsed);
    if (verb == NULL) {
        (void)fputs(usage, stderr);
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    asked.operand_count = parsed.operand_count;
    for (size_t i = 0; i < parsed.operand_count; i++) {
        asked.operands[i] = text_of(parsed.operands[i]);
    }
    return run_with_desk(verb, &config, &asked);
}
