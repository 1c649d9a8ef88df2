/* line -> hello -> resume -> READY; requests are encoded when they are made, so that a repetition
 * is the same request, byte for byte. A line that is lost takes everything that cannot be repeated
 * with it; the rest waits for the next line. */
#include "tui/connection.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/arena.h"
#include "proto/codec.h"
#include "proto/operation.h"
#include "proto/random.h"
#include "tui/host_trust.h"
#include "tui/line.h"
#include "tui/paths.h"
#include "tui/wipe.h"

enum {
    PROBLEM_SIZE = 2 * PATH_SIZE,
    RETRY_FIRST_MS = 1000,
    RETRY_MOST_MS = 30000,
    HELLO_ARENA_BYTES = 64 * 1024,
};

struct pending {
    struct pending *next;
    uint32_t id;
    enum method method;
    struct buffer bytes; /* owned: the whole request */
    bool sent;
    bool repeatable;
    bool secret;
    connection_reply *on_reply; /* NULL: cancelled */
    void *context;
};

struct connection {
    struct connection_settings settings;
    struct host_trust trust;
    char *program; /* owned */

    enum connection_state state;
    enum error error;
    char problem[PROBLEM_SIZE];
    struct line *line; /* owned while it lives; NULL otherwise */

    struct pending *pending; /* owned, in the order they were made */
    uint32_t next_id;

    struct arena hello_arena;
    struct hello_reply hello;
    uint64_t hello_at_ms; /* monotonic */
    bool has_nonce;       /* of this line, and not used */
    uint8_t nonce[NONCE_BYTES];

    bool has_token;
    bool signed_in;
    uint8_t token[TOKEN_BYTES];

    uv_timer_t *retry_timer; /* owned; freed in its close callback */
    unsigned failures;       /* lines lost in a row */
    bool bound;              /* requests are for one line */
    uint64_t retry_at_ms;
    char bye[PROBLEM_SIZE]; /* why the desk said it would end this line; empty: it did not */
};

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

static void set_state(struct connection *connection, enum connection_state state)
{
    connection->state = state;
    if (connection->settings.callbacks.on_state != NULL) {
        connection->settings.callbacks.on_state(connection->settings.context, state);
    }
}

static void set_token(struct connection *connection, const uint8_t *token)
{
    connection->has_token = token != NULL;
    if (token != NULL) {
        memcpy(connection->token, token, TOKEN_BYTES);
    } else {
        wipe(connection->token, TOKEN_BYTES);
    }
    if (connection->settings.callbacks.on_token != NULL) {
        connection->settings.callbacks.on_token(connection->settings.context, token);
    }
}

/* --- Requests in flight --- */

static void pending_free(struct pending *pending)
{
    if (pending->secret && pending->bytes.data != NULL) {
        wipe(pending->bytes.data, pending->bytes.capacity);
    }
    buffer_finish(&pending->bytes);
    free(pending);
}

/* Takes the request with this id out of the list; NULL when there is none. */
static struct pending *pending_take(struct connection *connection, uint32_t id)
{
    for (struct pending **place = &connection->pending; *place != NULL; place = &(*place)->next) {
        if ((*place)->id == id) {
            struct pending *found = *place;
            *place = found->next;
            return found;
        }
    }
    return NULL;
}

static void pending_fail(struct pending *pending, enum error error, const char *message)
{
    struct failure failure = {.code = error, .message = text_of(message)};
    if (pending->on_reply != NULL) {
        pending->on_reply(pending->context, error, NULL, &failure);
    }
    pending_free(pending);
}

/* Ends requests on a lost line: those already sent that cannot be repeated, or all of them. */
static void fail_pending(struct connection *connection, bool all, enum error error,
                         const char *message)
{
    struct pending *list = connection->pending;
    struct pending *failed = NULL;
    struct pending **failed_end = &failed;
    struct pending **kept_end = &connection->pending;
    connection->pending = NULL;
    while (list != NULL) {
        struct pending *pending = list;
        list = list->next;
        pending->next = NULL;
        bool fails = all || (pending->sent && !pending->repeatable);
        struct pending ***end = fails ? &failed_end : &kept_end;
        **end = pending;
        *end = &pending->next;
        pending->sent = false;
    }
    while (failed != NULL) { /* callbacks may make new requests */
        struct pending *pending = failed;
        failed = failed->next;
        pending_fail(pending, error, message);
    }
}

static void send_pending(struct connection *connection, struct pending *pending)
{
    pending->sent = true;
    line_send(connection->line, pending->bytes.data, pending->bytes.length, pending->secret);
}

static struct pending *first_unsent(struct connection *connection)
{
    struct pending *pending = connection->pending;
    while (pending != NULL && pending->sent) {
        pending = pending->next;
    }
    return pending;
}

static void send_all(struct connection *connection)
{
    /* Sending can lose the line, which rebuilds the list: look anew after each. */
    struct pending *pending = first_unsent(connection);
    while (pending != NULL && connection->state == CONNECTION_READY) {
        send_pending(connection, pending);
        pending = first_unsent(connection);
    }
}

/* The desk's clock; before the first hello the system's own has to do. */
static uint64_t operation_clock_ms(const struct connection *connection)
{
    uv_timeval64_t wall = {0};
    uv_gettimeofday(&wall);
    uint64_t desk_ms = connection_desk_ms(connection);
    return desk_ms != 0 ? desk_ms : (uint64_t)wall.tv_sec * 1000;
}

/* Gives a request an operation id when its table has such a field and it is empty. */
static void fill_operation(const struct connection *connection, const struct table *table,
                           void *request, uint8_t operation[OPERATION_BYTES])
{
    for (size_t i = 0; i < table->field_count; i++) {
        struct bytes given;
        if (strcmp(table->fields[i].name, "operation") != 0) {
            continue;
        }
        memcpy(&given, (char *)request + table->fields[i].offset, sizeof given);
        if (given.length == 0) {
            uint8_t random[OPERATION_RANDOM_BYTES];
            random_fill(random, sizeof random);
            operation_make(operation_clock_ms(connection), random, operation);
            given = (struct bytes){operation, OPERATION_BYTES};
            memcpy((char *)request + table->fields[i].offset, &given, sizeof given);
        }
    }
}

static struct pending *pending_create(struct connection *connection, enum method method,
                                      const void *request)
{
    const struct method_row *row = &methods[method];
    uint8_t operation[OPERATION_BYTES];
    struct pending *pending = calloc(1, sizeof *pending);
    void *copy = malloc(row->request->size);
    if (pending == NULL || copy == NULL) {
        free(pending);
        free(copy);
        return NULL;
    }
    memcpy(copy, request, row->request->size);
    fill_operation(connection, row->request, copy, operation);
    pending->id = ++connection->next_id;
    pending->method = method;
    pending->secret = method_is_secret(method);
    pending->repeatable = !method_is_single(method);
    codec_write_request(&pending->bytes, pending->id, row->name, row->request, copy);
    free(copy);
    if (pending->bytes.failed) {
        pending_free(pending);
        return NULL;
    }
    return pending;
}

static void pending_append(struct connection *connection, struct pending *pending)
{
    struct pending **end = &connection->pending;
    while (*end != NULL) {
        end = &(*end)->next;
    }
    *end = pending;
}

uint64_t connection_request(struct connection *connection, enum method method, const void *request,
                            connection_reply *on_reply, void *context)
{
    if (connection->bound && connection->state != CONNECTION_READY) {
        return 0;
    }
    struct pending *pending = pending_create(connection, method, request);
    if (pending == NULL) {
        return 0;
    }
    uint32_t id = pending->id;
    pending->on_reply = on_reply;
    pending->context = context;
    pending_append(connection, pending);
    if (connection->state == CONNECTION_READY) {
        send_pending(connection, pending);
    }
    return id;
}

void connection_bind(struct connection *connection, bool bound)
{
    connection->bound = bound;
}

void connection_cancel(struct connection *connection, uint64_t request)
{
    for (struct pending *pending = connection->pending; pending != NULL; pending = pending->next) {
        if (pending->id == request) {
            pending->on_reply = NULL;
        }
    }
}

/* --- Coming up: hello, resume, ready --- */

static void lose_line(struct connection *connection, enum error error, const char *why);

static void become_ready(struct connection *connection)
{
    connection->failures = 0;
    connection->error = ERROR_NONE;
    connection->problem[0] = '\0';
    set_state(connection, CONNECTION_READY);
    send_all(connection);
}

/* A request of the connection itself, sent at once and before all others. */
static void request_first(struct connection *connection, enum method method, const void *request,
                          connection_reply *on_reply)
{
    struct pending *pending = pending_create(connection, method, request);
    if (pending == NULL) {
        lose_line(connection, ERROR_NO_MEMORY, error_sentence(ERROR_NO_MEMORY));
        return;
    }
    pending->on_reply = on_reply;
    pending->context = connection;
    pending_append(connection, pending);
    send_pending(connection, pending);
}

static void on_resumed(void *context, enum error error, const void *reply,
                       const struct failure *failure)
{
    struct connection *connection = context;
    (void)reply;
    (void)failure;
    if (connection->state != CONNECTION_OPENING || error == ERROR_CONNECTION_LOST) {
        return;
    }
    if (error == ERROR_AUTH_FAILED || error == ERROR_NOT_SIGNED_IN) {
        set_token(connection, NULL);
    }
    become_ready(connection);
}

static void copy_hello(struct connection *connection, const struct hello_reply *reply)
{
    arena_reset(&connection->hello_arena);
    connection->hello = *reply;
    connection->hello.server.data =
        arena_copy(&connection->hello_arena, reply->server.data, reply->server.length);
    connection->hello.version.data =
        arena_copy(&connection->hello_arena, reply->version.data, reply->version.length);
    connection->hello.epoch.data =
        arena_copy(&connection->hello_arena, reply->epoch.data, reply->epoch.length);
    connection->hello_at_ms = now_ms();
}

static void on_hello(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct connection *connection = context;
    if (error == ERROR_CONNECTION_LOST) {
        return;
    }
    if (error != ERROR_NONE) {
        char why[PROBLEM_SIZE];
        snprintf(why, sizeof why, "%.*s", (int)failure->message.length, failure->message.data);
        lose_line(connection, error, why);
        return;
    }
    copy_hello(connection, reply);
    if (connection->has_token) {
        struct account_resume resume = {.token = {connection->token, TOKEN_BYTES}};
        request_first(connection, METHOD_ACCOUNT_RESUME, &resume, on_resumed);
    } else {
        become_ready(connection);
    }
}

static void on_established(void *context)
{
    struct connection *connection = context;
    struct hello hello = {.protocol = PROTOCOL_VERSION, .client = text_of(connection->program)};
    present_mark(&hello.present, HELLO_CLIENT);
    request_first(connection, METHOD_HELLO, &hello, on_hello);
}

/* --- Replies and notifications --- */

/* What the connection itself learns from a reply before whoever asked is told. */
static void learn(struct connection *connection, enum method method, const void *reply)
{
    if (method == METHOD_ACCOUNT_LOGIN || method == METHOD_ACCOUNT_LOGIN_KEY ||
        method == METHOD_ACCOUNT_RESUME) {
        const struct signed_in *signed_in = reply;
        connection->signed_in = true;
        set_token(connection, signed_in->token.data);
        line_sign_in_done(connection->line);
    } else if (method == METHOD_HELLO) {
        const struct hello_reply *hello = reply;
        connection->has_nonce = hello->nonce.length == NONCE_BYTES;
        if (connection->has_nonce) {
            memcpy(connection->nonce, hello->nonce.data, NONCE_BYTES);
        }
    } else if (method == METHOD_ACCOUNT_LOGOUT) {
        connection->signed_in = false;
        set_token(connection, NULL);
    }
}

static void tell_failure(struct connection *connection, struct pending *pending,
                         const struct rpc *rpc, struct arena *arena)
{
    struct failure failure = {0};
    struct failure unreadable = {0};
    if (codec_read(rpc->error, &failure_table, CODEC_TOLERANT, arena, &failure, &unreadable) !=
        ERROR_NONE) {
        failure = (struct failure){.code = ERROR_INTERNAL,
                                   .message = text_of("the desk refused in words this program "
                                                      "does not understand")};
    }
    (void)connection;
    if (pending->on_reply != NULL) {
        pending->on_reply(pending->context, failure.code, NULL, &failure);
    }
}

static enum error take_response(struct connection *connection, const struct rpc *rpc,
                                struct arena *arena)
{
    struct pending *pending = pending_take(connection, rpc->id);
    if (pending == NULL || !pending->sent) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    const struct table *table = methods[pending->method].reply;
    enum error error = ERROR_NONE;
    if (rpc->error != NULL) {
        tell_failure(connection, pending, rpc, arena);
    } else {
        struct failure failure = {0};
        void *reply = arena_alloc(arena, table->size);
        error = reply == NULL
                    ? ERROR_NO_MEMORY
                    : codec_read(rpc->body, table, CODEC_TOLERANT, arena, reply, &failure);
        if (error == ERROR_NONE) {
            learn(connection, pending->method, reply);
            if (pending->on_reply != NULL) {
                pending->on_reply(pending->context, ERROR_NONE, reply, NULL);
            }
        } else {
            error = ERROR_PROTOCOL_VIOLATION;
            pending_fail(pending, error, "the desk's answer cannot be understood");
            return error;
        }
    }
    pending_free(pending);
    return error;
}

static enum error take_notification(struct connection *connection, const struct rpc *rpc,
                                    struct arena *arena)
{
    for (unsigned kind = 0; kind < NOTIFICATION_COUNT; kind++) {
        const struct notification_row *row = &notifications[kind];
        if (!text_equal(rpc->method, text_of(row->name))) {
            continue;
        }
        struct failure failure = {0};
        void *message = arena_alloc(arena, row->table->size);
        if (message == NULL) {
            return ERROR_NO_MEMORY;
        }
        enum error error =
            codec_read(rpc->body, row->table, CODEC_TOLERANT, arena, message, &failure);
        if (error != ERROR_NONE) {
            return ERROR_PROTOCOL_VIOLATION;
        }
        if (kind == NOTIFICATION_BYE) {
            const struct bye *bye = message;
            snprintf(connection->bye, sizeof connection->bye, "%.*s", (int)bye->message.length,
                     bye->message.data);
        }
        if (connection->settings.callbacks.on_notification != NULL) {
            connection->settings.callbacks.on_notification(connection->settings.context,
                                                           (enum notification)kind, message);
        }
        return ERROR_NONE;
    }
    return ERROR_NONE; /* of a newer desk */
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct connection *connection = context;
    struct arena arena;
    struct rpc rpc = {0};
    arena_init(&arena, 0);
    enum error error = codec_open((struct bytes){bytes, length}, &arena, &rpc);
    if (error != ERROR_NONE || rpc.kind == RPC_REQUEST) {
        error = ERROR_PROTOCOL_VIOLATION;
    } else if (rpc.kind == RPC_RESPONSE) {
        error = take_response(connection, &rpc, &arena);
    } else {
        error = take_notification(connection, &rpc, &arena);
    }
    arena_wipe(&arena); /* replies carry tokens */
    arena_finish(&arena);
    return error;
}

/* --- The server's key --- */

static enum error on_host_key(void *context, const uint8_t key[32])
{
    struct connection *connection = context;
    return host_trust_judge(&connection->trust, &connection->settings.address, key,
                            connection->problem, sizeof connection->problem);
}

enum error connection_trust(struct connection *connection)
{
    return host_trust_remember(&connection->trust, &connection->settings.address);
}

/* --- Losing the line and coming back --- */

static void start_line(struct connection *connection);

static void on_retry(uv_timer_t *timer)
{
    struct connection *connection = timer->data;
    if (connection->state == CONNECTION_WAITING) {
        start_line(connection);
    }
}

static uint64_t retry_delay_ms(unsigned failures)
{
    double delay = RETRY_FIRST_MS;
    for (unsigned i = 1; i < failures && delay < RETRY_MOST_MS; i++) {
        delay *= 1.8;
    }
    if (delay > RETRY_MOST_MS) {
        delay = RETRY_MOST_MS;
    }
    uint32_t random = 0;
    random_fill(&random, sizeof random);
    return (uint64_t)(delay * (0.8 + 0.4 * (double)random / UINT32_MAX));
}

static bool is_worth_retrying(const struct connection *connection, enum error error)
{
    return connection->settings.stay &&
           (error == ERROR_CONNECTION_LOST || error == ERROR_SHUTTING_DOWN || error == ERROR_BUSY);
}

static void lose_line(struct connection *connection, enum error error, const char *why)
{
    struct line *line = connection->line;
    connection->line = NULL;
    connection->has_nonce = false;
    line_end(line);
    connection->signed_in = false;
    connection->error = error;
    if (error != ERROR_HOST_KEY_UNKNOWN && error != ERROR_HOST_KEY_CHANGED) {
        snprintf(connection->problem, sizeof connection->problem, "%s",
                 connection->bye[0] != '\0' ? connection->bye : why);
    }
    connection->bye[0] = '\0';
    bool again = is_worth_retrying(connection, error);
    if (again) {
        uint64_t delay = retry_delay_ms(++connection->failures);
        connection->retry_at_ms = now_ms() + delay;
        uv_timer_start(connection->retry_timer, on_retry, delay, 0);
    }
    set_state(connection, again ? CONNECTION_WAITING : CONNECTION_CLOSED);
    fail_pending(connection, !again || connection->bound, again ? ERROR_CONNECTION_LOST : error,
                 connection->problem);
}

static void on_lost(void *context, enum error error, const char *why)
{
    lose_line(context, error, why);
}

static const struct line_callbacks line_callbacks = {
    .on_host_key = on_host_key,
    .on_established = on_established,
    .on_object = on_object,
    .on_lost = on_lost,
};

static void start_line(struct connection *connection)
{
    uv_timer_stop(connection->retry_timer);
    set_state(connection, CONNECTION_OPENING);
    connection->line = line_start(connection->settings.loop, &connection->settings.address,
                                  &line_callbacks, connection);
    if (connection->line == NULL) {
        lose_line(connection, ERROR_NO_MEMORY, error_sentence(ERROR_NO_MEMORY));
    }
}

void connection_open(struct connection *connection, const uint8_t *token)
{
    if (token != NULL) {
        connection->has_token = true;
        memcpy(connection->token, token, TOKEN_BYTES);
    }
    if (connection->line == NULL) {
        start_line(connection);
    }
}

void connection_retry(struct connection *connection)
{
    if (connection->state == CONNECTION_WAITING) {
        start_line(connection);
    }
}

/* --- Life --- */

struct connection *connection_create(const struct connection_settings *settings)
{
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        return NULL;
    }
    connection->settings = *settings;
    connection->state = CONNECTION_CLOSED;
    arena_init(&connection->hello_arena, HELLO_ARENA_BYTES);
    connection->program = strdup(settings->program);
    connection->retry_timer = malloc(sizeof *connection->retry_timer);
    if (connection->program == NULL || connection->retry_timer == NULL ||
        !host_trust_init(&connection->trust, settings->own_hosts, settings->site_hosts)) {
        free(connection->program);
        free(connection->retry_timer);
        free(connection);
        return NULL;
    }
    uv_timer_init(settings->loop, connection->retry_timer);
    connection->retry_timer->data = connection;
    return connection;
}

static void on_timer_closed(uv_handle_t *handle)
{
    free(handle);
}

void connection_destroy(struct connection *connection)
{
    if (connection == NULL) {
        return;
    }
    line_end(connection->line);
    while (connection->pending != NULL) {
        struct pending *pending = connection->pending;
        connection->pending = pending->next;
        pending_free(pending);
    }
    uv_close((uv_handle_t *)connection->retry_timer, on_timer_closed);
    arena_finish(&connection->hello_arena);
    wipe(connection->token, sizeof connection->token);
    host_trust_finish(&connection->trust);
    free(connection->program);
    free(connection);
}

/* --- What is known --- */

enum connection_state connection_state(const struct connection *connection)
{
    return connection->state;
}

enum error connection_error(const struct connection *connection)
{
    return connection->error;
}

const char *connection_problem(const struct connection *connection)
{
    return connection->problem;
}

bool connection_take_binding(struct connection *connection, struct key_binding *ret_binding)
{
    const uint8_t *hash = connection->line != NULL ? line_handshake_hash(connection->line) : NULL;
    bool good = hash != NULL || connection->has_nonce;
    if (good) {
        ret_binding->encrypted = hash != NULL;
        memcpy(ret_binding->bytes, hash != NULL ? hash : connection->nonce, NONCE_BYTES);
        connection->has_nonce = false;
    }
    return good;
}

bool connection_signed_in(const struct connection *connection)
{
    return connection->signed_in;
}

const struct hello_reply *connection_hello(const struct connection *connection)
{
    return &connection->hello;
}

const uint8_t *connection_host_key(const struct connection *connection)
{
    return connection->trust.key;
}

const struct address *connection_address(const struct connection *connection)
{
    return &connection->settings.address;
}

uint64_t connection_retry_ms(const struct connection *connection)
{
    uint64_t now = now_ms();
    bool waiting = connection->state == CONNECTION_WAITING && connection->retry_at_ms > now;
    return waiting ? connection->retry_at_ms - now : 0;
}

size_t connection_pending(const struct connection *connection)
{
    size_t count = 0;
    for (struct pending *pending = connection->pending; pending != NULL; pending = pending->next) {
        count++;
    }
    return count;
}

uint64_t connection_desk_ms(const struct connection *connection)
{
    if (connection->hello_at_ms == 0) {
        return 0;
    }
    return connection->hello.time_ms + (now_ms() - connection->hello_at_ms);
}
