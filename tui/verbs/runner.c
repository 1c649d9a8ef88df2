/* arguments -> options and address -> connection with the saved sign-in -> the verb's own code.
 * While the saved token is being used and replaced, a lock keeps other runs of this program from
 * using the same one. */
#include "tui/verbs/runner.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/fingerprint.h"
#include "tui/output.h"
#include "tui/token_store.h"
#include "tui/wipe.h"

/* --- Arguments --- */

static bool take_option(struct verb_run *run, struct options *options, const char *name,
                        const char *value)
{
    for (size_t i = 0; run->verb->options[i].name != NULL; i++) {
        if (strcmp(run->verb->options[i].name, name) == 0) {
            run->values[i] = value != NULL ? value : "";
            return true;
        }
    }
    return options_take(options, name, value);
}

static bool takes_value(const struct verb *verb, const char *name, bool *ret_known)
{
    for (size_t i = 0; verb->options[i].name != NULL; i++) {
        if (strcmp(verb->options[i].name, name) == 0) {
            *ret_known = true;
            return verb->options[i].value != NULL;
        }
    }
    return options_takes_value(name, ret_known);
}

/* "--name", "--name value" or "--name=value"; moves `index` past the value. */
static bool read_option(struct verb_run *run, struct options *options, int count, char **arguments,
                        int *index)
{
    char name[64];
    const char *text = arguments[*index] + 2;
    const char *equals = strchr(text, '=');
    const char *value = equals != NULL ? equals + 1 : NULL;
    size_t length = equals != NULL ? (size_t)(equals - text) : strlen(text);
    bool known = false;
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    bool wants_value = takes_value(run->verb, name, &known);
    if (!known) {
        verb_refuse(run, "there is no option --%s; see: ttydesk help %s", name, run->verb->name);
        return false;
    }
    if (!wants_value && value != NULL) {
        verb_refuse(run, "--%s takes no value", name);
        return false;
    }
    if (wants_value && value == NULL) {
        if (*index + 1 >= count) {
            verb_refuse(run, "--%s needs a value", name);
            return false;
        }
        value = arguments[++*index];
    }
    return take_option(run, options, name, value);
}

/* What no usage line has room for. */
static const char *more_about(const struct verb *verb)
{
    return strncmp(verb->arguments, "NUMBERS", strlen("NUMBERS")) == 0
               ? "several are written 1,4-10 or as a query such as queue:field, and - reads them "
                 "from standard input"
               : "";
}

static bool read_arguments(struct verb_run *run, struct options *options, int count,
                           char **arguments)
{
    const struct verb *verb = run->verb;
    size_t found = 0;
    bool only_arguments = false;
    for (int i = 0; i < count; i++) {
        if (!only_arguments && strcmp(arguments[i], "--") == 0) {
            only_arguments = true;
        } else if (!only_arguments && strncmp(arguments[i], "--", 2) == 0) {
            if (!read_option(run, options, count, arguments, &i)) {
                return false;
            }
        } else if (found < verb->arguments_max) {
            run->arguments[found++] = arguments[i];
        } else {
            verb_refuse(run, "\"%s\" is too much; usage: ttydesk %s %s%s%s", arguments[i],
                        verb->name, verb->arguments, more_about(verb)[0] != '\0' ? "; " : "",
                        more_about(verb));
            return false;
        }
    }
    if (found < verb->arguments_min && !options->help) {
        verb_refuse(run, "%s is missing; usage: ttydesk %s %s%s%s", verb->arguments, verb->name,
                    verb->arguments, more_about(verb)[0] != '\0' ? "; " : "", more_about(verb));
        return false;
    }
    return true;
}

void verb_print_help(const struct verb *verb)
{
    printf("usage: ttydesk %s%s%s [options]\n%s\n", verb->name,
           verb->arguments[0] != '\0' ? " " : "", verb->arguments, verb->help);
    if (more_about(verb)[0] != '\0') {
        puts(more_about(verb));
    }
    printf("\noptions:\n");
    for (size_t i = 0; verb->options[i].name != NULL; i++) {
        char left[40];
        const struct verb_option *option = &verb->options[i];
        snprintf(left, sizeof left, "--%s%s%s", option->name, option->value != NULL ? " " : "",
                 option->value != NULL ? option->value : "");
        printf("  %-24s %s\n", left, option->help);
    }
    options_print_help(false);
}

/* --- Connecting --- */

static void on_token(void *context, const uint8_t *token)
{
    const struct verb_run *run = context;
    const struct address *address = connection_address(run->connection);
    enum error error =
        token != NULL ? token_store_save(address, token) : token_store_forget(address);
    if (error != ERROR_NONE) {
        verb_refuse(run, "the sign-in cannot be kept for later: %s", error_sentence(error));
    }
}

static enum connection_state wait_until_up(struct verb_run *run)
{
    int active = 1;
    while (connection_state(run->connection) == CONNECTION_OPENING && active != 0) {
        active = uv_run(run->loop, UV_RUN_ONCE);
    }
    return connection_state(run->connection);
}

/* An unknown server: shows its fingerprint and takes nothing but a typed yes or the fingerprint. */
static bool ask_trust(struct verb_run *run)
{
    char fingerprint[FINGERPRINT_SIZE];
    fingerprint_format(connection_host_key(run->connection), fingerprint);
    fprintf(stderr, "This server is not known here:\n  %s\n",
            connection_address(run->connection)->host);
    fprintf(stderr, "The fingerprint of its key is:\n  %s\n", fingerprint);
    struct text answer = verb_ask(run, "Trust it? Type yes or the fingerprint: ");
    if (!text_equal(answer, text_of("yes")) && !text_equal(answer, text_of(fingerprint))) {
        return false;
    }
    if (connection_trust(run->connection) != ERROR_NONE) {
        verb_refuse(run, "the server's key cannot be kept in known_hosts; it is used this once");
        return false;
    }
    return true;
}

static enum verb_exit connect_to_desk(struct verb_run *run, const uint8_t *token)
{
    connection_open(run->connection, token);
    enum connection_state state = wait_until_up(run);
    if (state == CONNECTION_CLOSED && connection_error(run->connection) == ERROR_HOST_KEY_UNKNOWN) {
        if (isatty(STDIN_FILENO) != 1) {
            return verb_refuse(run, "%s; give it with --fingerprint",
                               connection_problem(run->connection));
        }
        if (!ask_trust(run)) {
            return VERB_CANCELLED;
        }
        connection_open(run->connection, token);
        state = wait_until_up(run);
    }
    if (state != CONNECTION_READY) {
        return verb_refuse(run, "%s", connection_problem(run->connection));
    }
    return VERB_DONE;
}

/* Resumes the saved sign-in; the new token is saved before the lock is given up. */
static enum verb_exit connect_signed_in(struct verb_run *run, const struct options *options)
{
    uint8_t token[TOKEN_BYTES];
    int lock = token_store_lock(&options->address);
    enum error error = token_store_load(&options->address, token);
    if (error != ERROR_NONE && error != ERROR_NOT_FOUND) {
        verb_refuse(run, "the saved sign-in is not used: %s",
                    error == ERROR_FORBIDDEN       ? "others could read its file"
                    : error == ERROR_INVALID_FIELD ? "its file is damaged"
                                                   : error_sentence(error));
    }
    enum verb_exit result = connect_to_desk(run, error == ERROR_NONE ? token : NULL);
    wipe(token, sizeof token);
    token_store_unlock(lock);
    if (result == VERB_DONE && !run->verb->anonymous && !connection_signed_in(run->connection)) {
        run->error = ERROR_NOT_SIGNED_IN;
        return verb_fail(run);
    }
    return result;
}

static enum verb_exit run_connected(struct verb_run *run, const struct options *options)
{
    struct connection_settings settings = {
        .loop = run->loop,
        .address = options->address,
        .own_hosts = options->own_hosts[0] != '\0' ? options->own_hosts : NULL,
        .site_hosts = KNOWN_HOSTS_SITE,
        .program = "ttydesk " TTYDESK_VERSION,
        .callbacks = {.on_token = on_token},
        .context = run,
    };
    run->connection = connection_create(&settings);
    if (run->connection == NULL) {
        return verb_refuse(run, "out of memory");
    }
    enum verb_exit result = connect_signed_in(run, options);
    if (result == VERB_DONE) {
        result = run->verb->run(run);
    }
    connection_destroy(run->connection);
    uv_run(run->loop, UV_RUN_DEFAULT);
    return result;
}

enum verb_exit verb_main(const struct verb *verb, struct options *options, int argument_count,
                         char **arguments)
{
    uv_loop_t loop;
    struct verb_run run = {.verb = verb, .loop = &loop};
    if (!read_arguments(&run, options, argument_count, arguments)) {
        return VERB_FAILED;
    }
    if (options->help) {
        verb_print_help(verb);
        return VERB_DONE;
    }
    if (options_finish(options) != ERROR_NONE) {
        return verb_refuse(&run, "%s", options->problem);
    }
    run.json = options->json;
    run.password_stdin = options->password_stdin;
    run.with_key = options->with_key;
    if (uv_loop_init(&loop) != 0) {
        return verb_refuse(&run, "out of memory");
    }
    arena_init(&run.arena, 0);
    bool offline = verb->is_offline != NULL && verb->is_offline(&run);
    enum verb_exit result = offline ? verb->run(&run) : run_connected(&run, options);
    arena_finish(&run.arena);
    uv_loop_close(&loop);
    return result;
}
