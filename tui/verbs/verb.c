/* What the verbs share: calling the desk, complaining, reading bodies and secrets. */
#include "tui/verbs/key.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "proto/buffer.h"
#include "proto/copy.h"
#include "proto/require.h"
#include "tui/output.h"
#include "tui/paths.h"
#include "tui/when_parse.h"

enum {
    ANSWER_SIZE = 512,
    SENTENCE_SIZE = 4 * PATH_SIZE, /* paths are what makes it long */
    PATIENCE_MS = 2000,            /* a desk that says to wait so long is waited for */
};

const char *verb_value(const struct verb_run *run, const char *name)
{
    for (size_t i = 0; run->verb->options[i].name != NULL; i++) {
        if (strcmp(run->verb->options[i].name, name) == 0) {
            return run->values[i];
        }
    }
    require(false && "an option of this verb");
    return NULL;
}

/* --- Calling --- */

static void on_reply(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct verb_run *run = context;
    run->answered = true;
    run->error = error;
    if (error == ERROR_NONE) {
        if (!message_copy(&run->arena, methods[run->method].reply, reply, run->reply)) {
            run->error = ERROR_NO_MEMORY;
        }
    } else if (!message_copy(&run->arena, &failure_table, failure, &run->failure)) {
        run->error = ERROR_NO_MEMORY;
    }
}

static bool call_once(struct verb_run *run, enum method method, const void *request,
                      void *ret_reply)
{
    run->answered = false;
    run->method = method;
    run->reply = ret_reply;
    run->error = ERROR_NO_MEMORY;
    run->failure = (struct failure){.message = text_of(error_sentence(ERROR_NO_MEMORY))};
    if (connection_request(run->connection, method, request, on_reply, run) == 0) {
        return false;
    }
    while (!run->answered && uv_run(run->loop, UV_RUN_ONCE) != 0) {
    }
    return run->answered && run->error == ERROR_NONE;
}

/* A script that does many things one after another is faster than the desk takes changes of one
 * person: it is slowed down, not refused. What the desk put off it has not begun. */
bool verb_call(struct verb_run *run, enum method method, const void *request, void *ret_reply)
{
    while (!call_once(run, method, request, ret_reply)) {
        uint64_t wait_ms = run->failure.retry_after_ms;
        if (run->error != ERROR_THROTTLED || wait_ms == 0 || wait_ms > PATIENCE_MS) {
            return false;
        }
        uv_sleep((unsigned)wait_ms);
    }
    return true;
}

enum verb_exit verb_fail(const struct verb_run *run)
{
    fprintf(stderr, "ttydesk %s: ", run->verb->name);
    if (run->error == ERROR_NOT_SIGNED_IN) {
        fputs("nobody is signed in; use: ttydesk login NAME\n", stderr);
        return VERB_SIGN_IN_NEEDED;
    }
    struct text message = run->failure.message;
    output_line(stderr, message.length > 0 ? message : text_of(error_sentence(run->error)));
    if (run->failure.retry_after_ms > 0) {
        fprintf(stderr, " Next try in %" PRIu64 " s.", (run->failure.retry_after_ms + 999) / 1000);
    }
    fputc('\n', stderr);
    return run->error == ERROR_AUTH_FAILED ? VERB_SIGN_IN_NEEDED : VERB_FAILED;
}

enum verb_exit verb_refuse(const struct verb_run *run, const char *pattern, ...)
{
    va_list arguments;
    char sentence[SENTENCE_SIZE];
    va_start(arguments, pattern);
    vsnprintf(sentence, sizeof sentence, pattern, arguments);
    va_end(arguments);
    fprintf(stderr, "ttydesk %s: ", run->verb->name);
    output_line(stderr, text_of(sentence)); /* it may repeat words of the desk, or of a file */
    fputc('\n', stderr);
    return VERB_FAILED;
}

enum verb_exit verb_tell_changed(const struct verb_run *run, const struct ticket_changed *reply,
                                 const char *done)
{
    if (run->json) {
        /* All commands on tickets have the same reply. */
        const struct table *table = methods[METHOD_TICKET_CREATE].reply;
        return output_json(stdout, table, reply) ? VERB_DONE : VERB_FAILED;
    }
    printf("#%" PRIu64 " %s\n", reply->number, done);
    return VERB_DONE;
}

enum verb_exit verb_print_list(const struct table *table, const struct list *list)
{
    bool good = true;
    output_json_open(stdout);
    for (size_t i = 0; i < list->count && good; i++) {
        good = output_json_item(stdout, table, (const char *)list->items + i * table->size, i == 0);
    }
    output_json_close(stdout);
    return good ? VERB_DONE : VERB_FAILED;
}

/* --- Arguments --- */

static bool read_number(const char *digits, uint64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(digits, &end, 10);
    if (!isdigit((unsigned char)digits[0]) || *end != '\0' || errno != 0 || number == 0) {
        return false;
    }
    *ret_number = number;
    return true;
}

bool verb_when(const struct verb_run *run, const char *option, uint64_t *ret_ms, uint64_t *present,
               unsigned field)
{
    const char *given = verb_value(run, option);
    if (given == NULL) {
        return true;
    }
    if (!when_parse(given, when_now_ms(), ret_ms)) {
        verb_refuse(run, "--%s \"%s\" is no time; write %s", option, given, when_grammar);
        return false;
    }
    present_mark(present, field);
    return true;
}

bool verb_number(const struct verb_run *run, size_t index, uint64_t *ret_number)
{
    const char *text = run->arguments[index];
    if (!read_number(text[0] == '#' ? text + 1 : text, ret_number)) {
        verb_refuse(run, "\"%s\" is not a ticket number; write it as 12 or #12", text);
        return false;
    }
    return true;
}

bool verb_message(const struct verb_run *run, size_t index, uint64_t *ret_sequence)
{
    const char *text = run->arguments[index];
    if (!read_number(text, ret_sequence)) {
        verb_refuse(run, "\"%s\" is not the number of a message; ttydesk show prints them", text);
        return false;
    }
    return true;
}

bool verb_choice(const struct verb_run *run, const char *option, const struct choices *choices,
                 uint32_t *ret_value)
{
    const char *given = verb_value(run, option);
    for (uint32_t i = 0; i < choices->count; i++) {
        if (strcasecmp(choices->names[i], given) == 0) {
            *ret_value = i;
            return true;
        }
    }
    fprintf(stderr, "ttydesk %s: --%s \"%s\" is not one of:", run->verb->name, option, given);
    for (uint32_t i = 0; i < choices->count; i++) {
        fprintf(stderr, " %s", choices->names[i]);
    }
    fputc('\n', stderr);
    return false;
}

/* Texts from other systems end their lines with CR LF; ours with LF. Gives the new length. */
static size_t without_returns(uint8_t *bytes, size_t length)
{
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\r' || i + 1 == length || bytes[i + 1] != '\n') {
            bytes[kept++] = bytes[i];
        }
    }
    return kept;
}

static bool read_descriptor(struct verb_run *run, int descriptor, const char *name,
                            struct text *ret_text)
{
    struct buffer buffer = {0};
    enum { STEP = 8192, MOST = PROBLEM_MAX * 4 + 1 };
    ssize_t got = 1;
    while (got > 0 && buffer.length < MOST) {
        uint8_t *place = buffer_reserve(&buffer, STEP);
        got = place == NULL ? -1 : read(descriptor, place, STEP);
        if (got > 0) {
            buffer.length += (size_t)got;
        } else if (got < 0 && errno == EINTR) {
            got = 1;
        }
    }
    if (got < 0 || buffer.length >= MOST) {
        verb_refuse(run, "cannot read %s: %s", name,
                    got < 0 ? strerror(errno) : "it is longer than any text of a ticket");
        buffer_finish(&buffer);
        return false;
    }
    buffer.length = without_returns(buffer.data, buffer.length);
    while (buffer.length > 0 && buffer.data[buffer.length - 1] == '\n') {
        buffer.length--;
    }
    ret_text->data = arena_copy(&run->arena, buffer.data, buffer.length);
    ret_text->length = buffer.length;
    buffer_finish(&buffer);
    return ret_text->data != NULL;
}

static bool read_file(struct verb_run *run, const char *name, struct text *ret_text)
{
    if (strcmp(name, "-") == 0) {
        return read_descriptor(run, STDIN_FILENO, "standard input", ret_text);
    }
    int descriptor = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        verb_refuse(run, "cannot open %s: %s", name, strerror(errno));
        return false;
    }
    bool read = read_descriptor(run, descriptor, name, ret_text);
    close(descriptor);
    return read;
}

bool verb_body(struct verb_run *run, bool or_input, struct text *ret_text)
{
    const char *body = verb_value(run, "body");
    const char *file = verb_value(run, "body-file");
    *ret_text = (struct text){0};
    if (body != NULL && file != NULL) {
        verb_refuse(run, "--body and --body-file cannot both be given");
        return false;
    }
    if (body != NULL) {
        *ret_text = text_of(body);
        return true;
    }
    if (file != NULL) {
        return read_file(run, file, ret_text);
    }
    if (or_input && !run->password_stdin) {
        if (isatty(STDIN_FILENO) == 1) {
            fputs("Write the text; end it with Ctrl-D on a line of its own.\n", stderr);
        }
        return read_file(run, "-", ret_text);
    }
    return true;
}

/* "user@host", so that a person recognises the sign-in in a list of them. */
struct text verb_device_name(struct verb_run *run)
{
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0') {
        return (struct text){0};
    }
    size_t length = strlen(host);
    if (length > DISPLAY_NAME_MAX) {
        length = DISPLAY_NAME_MAX;
    }
    return (struct text){arena_copy(&run->arena, host, length), length};
}

struct text verb_ask(struct verb_run *run, const char *question)
{
    char answer[ANSWER_SIZE];
    if (isatty(STDIN_FILENO) != 1) {
        return (struct text){0};
    }
    fputs(question, stderr);
    if (fgets(answer, sizeof answer, stdin) == NULL) {
        return (struct text){0};
    }
    size_t length = strcspn(answer, "\n");
    return (struct text){arena_copy(&run->arena, answer, length), length};
}

/* --- Secrets --- */

enum verb_exit verb_secret(const struct verb_run *run, const char *question,
                           struct secret *ret_secret)
{
    enum error error = run->password_stdin ? secret_from_input(ret_secret)
                                           : secret_from_terminal(question, ret_secret);
    if (error == ERROR_NONE) {
        return VERB_DONE;
    }
    if (error == ERROR_TOO_LARGE) {
        return verb_refuse(run, "a password has at most %d bytes", PASSWORD_MAX_BYTES);
    }
    if (error == ERROR_NOT_SIGNED_IN) {
        verb_refuse(run, "there is no terminal to ask for the password; use --password-stdin");
        return VERB_SIGN_IN_NEEDED;
    }
    verb_refuse(run, run->password_stdin ? "standard input ended before a password came"
                                         : "no password was given");
    return run->password_stdin ? VERB_SIGN_IN_NEEDED : VERB_CANCELLED;
}

enum verb_exit verb_code(const struct verb_run *run, const char *question,
                         struct secret *ret_secret)
{
    enum error error = run->password_stdin ? secret_from_input(ret_secret)
                                           : secret_from_terminal(question, ret_secret);
    if (error == ERROR_NONE && ret_secret->length <= CODE_MAX) {
        return VERB_DONE;
    }
    secret_wipe(ret_secret);
    if (error == ERROR_NONE || error == ERROR_TOO_LARGE) {
        return verb_refuse(run, "a code has six digits, or 16 letters and digits");
    }
    if (error == ERROR_NOT_SIGNED_IN) {
        verb_refuse(run, "there is no terminal to ask for the code; use --password-stdin, with "
                         "the code in the line after the password");
        return VERB_SIGN_IN_NEEDED;
    }
    verb_refuse(run, run->password_stdin
                         ? "standard input ended before a code came: the code of the second factor "
                           "is the line after the password"
                         : "no code was given");
    return run->password_stdin ? VERB_SIGN_IN_NEEDED : VERB_CANCELLED;
}

/* Once more, with the code that the desk has asked for. */
static enum verb_exit elevate_with_code(struct verb_run *run, struct account_elevate *request)
{
    struct secret code;
    struct elevated elevated;
    enum verb_exit asked = verb_code(run, VERB_CODE_QUESTION, &code);
    if (asked != VERB_DONE) {
        return asked;
    }
    request->code = secret_text(&code);
    present_mark(&request->present, ELEVATE_CODE);
    bool done = verb_call(run, METHOD_ACCOUNT_ELEVATE, request, &elevated);
    secret_wipe(&code);
    return done ? VERB_DONE : verb_fail(run);
}

enum verb_exit verb_elevate(struct verb_run *run)
{
    struct secret secret;
    struct elevated elevated;
    if (run->with_key) {
        return verb_elevate_with_key(run);
    }
    enum verb_exit result = verb_secret(run, "Admin mode. Your password: ", &secret);
    if (result != VERB_DONE) {
        return result;
    }
    struct account_elevate request = {.password = secret_text(&secret)};
    if (!verb_call(run, METHOD_ACCOUNT_ELEVATE, &request, &elevated)) {
        result =
            run->error == ERROR_CODE_REQUIRED ? elevate_with_code(run, &request) : verb_fail(run);
    }
    secret_wipe(&secret);
    return result;
}

enum verb_exit verb_version(struct verb_run *run, uint64_t number, uint64_t *ret_version)
{
    const char *given = verb_value(run, "version");
    if (given != NULL) {
        char *end = NULL;
        errno = 0;
        *ret_version = strtoull(given, &end, 10);
        bool is_number = given[0] >= '0' && given[0] <= '9' && *end == '\0' && errno == 0;
        return is_number ? VERB_DONE : verb_refuse(run, "--version \"%s\" is not a number", given);
    }
    struct ticket_get get = {.number = number};
    struct ticket_reply_full found;
    if (!verb_call(run, METHOD_TICKET_GET, &get, &found)) {
        return verb_fail(run);
    }
    *ret_version = found.ticket.version;
    return VERB_DONE;
}
