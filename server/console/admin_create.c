/* ttydeskd admin create: an account of role admin, made on the desk's own machine. Through the
 * daemon when it serves, otherwise on the desk itself. */
#include <string.h>

#include <stdio.h>

#include "proto/operation.h"
#include "proto/random.h"
#include "server/console/call.h"
#include "server/console/console.h"
#include "server/console/offline.h"
#include "server/digest.h"
#include "server/login.h"
#include "server/password_policy.h"

static const char usage[] =
    "Usage: ttydeskd admin create NAME [--email ADDRESS] [--display-name TEXT] [--password-stdin]\n"
    "                             [--config FILE]\n"
    "\n"
    "Opens an account of role admin. Asks for its password at the terminal.\n"
    "\n"
    "  --email ADDRESS      its email address; NAME@localhost when not given\n"
    "  --display-name TEXT  its name for people to read\n"
    "  --password-stdin     the password is the first line of standard input\n";

struct wanted {
    struct admin_account_create request;
    struct console_password password;
    char email[EMAIL_MAX + 1];
    uint8_t operation[OPERATION_BYTES];
};

static void make_request(struct wanted *wanted, const char *name, const char *email,
                         const char *display_name)
{
    struct admin_account_create *request = &wanted->request;
    (void)snprintf(wanted->email, sizeof wanted->email, "%.32s@localhost", name);
    *request = (struct admin_account_create){
        .name = text_of(name),
        .email = text_of(email != NULL ? email : wanted->email),
        .display_name = text_of(display_name),
        .password = {.data = wanted->password.bytes, .length = wanted->password.length},
        .role = ROLE_ADMIN,
    };
    present_mark(&request->present, ACCOUNT_CREATE_PASSWORD);
    if (display_name != NULL) {
        present_mark(&request->present, ACCOUNT_CREATE_DISPLAY_NAME);
    }
}

static void name_operation(struct wanted *wanted, uint64_t time_ms)
{
    uint8_t random[OPERATION_RANDOM_BYTES];
    random_fill(random, sizeof random);
    operation_make(time_ms, random, wanted->operation);
    wanted->request.operation =
        (struct bytes){.data = wanted->operation, .length = OPERATION_BYTES};
}

static int refused(enum error code, struct text reason)
{
    if (reason.length > 0) {
        return console_fail("%.*s", (int)reason.length, reason.data);
    }
    return console_fail("%s", error_sentence(code));
}

/* --- Through the daemon ----------------------------------------------------------------------- */

static int create_online(struct call *call, struct wanted *wanted, uint64_t time_ms)
{
    struct account_coded reply = {0};
    struct failure failure = {0};
    name_operation(wanted, time_ms);
    enum error error =
        call_request(call, METHOD_ADMIN_ACCOUNT_CREATE, &wanted->request, &reply, &failure);
    return error == ERROR_NONE ? CONSOLE_OK : refused(error, failure.message);
}

/* --- On the desk itself ----------------------------------------------------------------------- */

static void on_settled(void *context, const struct submission *submission)
{
    int *status = context;
    const struct outcome *outcome = &submission->outcome;
    *status =
        outcome->verdict == ERROR_NONE ? CONSOLE_OK : refused(outcome->verdict, outcome->reason);
}

static enum error make_submission(const struct config *config, struct wanted *wanted,
                                  uint64_t time_ms, struct submission **ret_submission)
{
    char hash[PASSWORD_HASH_BYTES];
    enum error error = login_hash(wanted->request.password, config->passwords.opslimit,
                                  config->passwords.memlimit_bytes, hash);
    if (error != ERROR_NONE) {
        return error;
    }
    struct submission *submission = submission_create();
    char *own_hash = submission == NULL ? NULL : arena_copy(&submission->arena, hash, strlen(hash));
    if (own_hash == NULL) {
        submission_destroy(submission);
        return ERROR_NO_MEMORY;
    }
    name_operation(wanted, time_ms);
    submission->command = (struct command){
        .method = METHOD_ADMIN_ACCOUNT_CREATE,
        .origin = {.console = true, .source = text_of("console")},
        .time_ms = time_ms,
        .fresh_id = time_ms,
        .operation = wanted->request.operation,
        .prepared = {.password_hash = {.data = own_hash, .length = strlen(hash)}},
        .request = &wanted->request,
    };
    error =
        digest_request(METHOD_ADMIN_ACCOUNT_CREATE, &wanted->request, submission->command.digest);
    if (error != ERROR_NONE) {
        submission_destroy(submission);
        return error;
    }
    *ret_submission = submission;
    return ERROR_NONE;
}

static int create_on(struct store *store, const struct config *config, struct wanted *wanted)
{
    int status = CONSOLE_FAILED;
    uint64_t time_ms = 0;
    struct submission *submission = NULL;
    enum error error = offline_time(store, &time_ms);
    if (error == ERROR_NONE) {
        error = make_submission(config, wanted, time_ms, &submission);
    }
    if (error == ERROR_NONE) {
        error = offline_run(store, submission, on_settled, &status);
    }
    return error == ERROR_NONE ? status : console_fail("%s", error_sentence(error));
}

static int create_offline(const struct config *config, struct wanted *wanted)
{
    const struct store_settings settings = {
        .directory = config->server.data,
        .map_bytes = config->storage.map_size_bytes,
        .exclusive = true,
    };
    const struct password_context context = {
        .user_name = wanted->request.name,
        .email = wanted->request.email,
        .desk = text_of(config->server.name),
        .minimum = (size_t)config->passwords.minimum,
    };
    struct store_report report = {0};
    struct store *store;
    struct text sentence;
    char buffer[128];
    if (password_policy_check(wanted->request.password, &context, buffer, &sentence) !=
        ERROR_NONE) {
        return refused(ERROR_PASSWORD_WEAK, sentence);
    }
    if (store_open(&settings, &store, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = create_on(store, config, wanted);
    store_close(store);
    return status;
}

/* --- The verb --------------------------------------------------------------------------------- */

static int create(const struct config *config, struct wanted *wanted)
{
    struct call *call;
    uint64_t time_ms;
    enum error error = config->listen.socket[0] == '\0'
                           ? ERROR_NOT_FOUND
                           : call_open(config->listen.socket, &call, &time_ms);
    if (error == ERROR_NOT_FOUND) {
        return create_offline(config, wanted);
    }
    if (error == ERROR_FORBIDDEN) {
        return console_fail("What listens at %s belongs to another account and is not told a "
                            "password.",
                            config->listen.socket);
    }
    if (error != ERROR_NONE) {
        return console_fail("The daemon at %s does not answer: %s", config->listen.socket,
                            error_sentence(error));
    }
    int status = create_online(call, wanted, time_ms);
    call_close(call);
    return status;
}

int console_admin(int count, char **arguments)
{
    const char *email = NULL;
    const char *display_name = NULL;
    bool from_stdin = false;
    const struct console_option options[] = {
        {.name = "email", .value = &email},
        {.name = "display-name", .value = &display_name},
        {.name = "password-stdin", .flag = &from_stdin},
        {0},
    };
    const struct console_line line = {
        .usage = usage, .options = options, .operands_min = 2, .operands_max = 2};
    struct console_parsed parsed;
    struct config config;
    struct wanted wanted = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (strcmp(parsed.operands[0], "create") != 0) {
        (void)fputs(usage, stderr);
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    int status = console_password(from_stdin, &wanted.password);
    if (status == CONSOLE_OK) {
        make_request(&wanted, parsed.operands[1], email, display_name);
        status = create(&config, &wanted);
    }
    if (status == CONSOLE_OK) {
        (void)printf("The admin \"%s\" can sign in now.\n", parsed.operands[1]);
    }
    wipe(&wanted, sizeof wanted);
    return status;
}
