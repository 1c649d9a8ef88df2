#include "server/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"
#include "proto/require.h"
#include "server/digest.h"

enum {
    READ_BYTES = 65536,
    SWEEP_MS = 250,      /* how exact deadlines are */
    DRAIN_MS = 2000,     /* for the last words to a client that is let go */
    BYE_BYTES_MAX = 8192 /* room for them in a full outbox */
};

struct sessions {
    struct sessions_settings settings;
    struct number_map by_id;
    uint64_t last_id;
    size_t signed_in_count;
    struct session *all;
    struct session *dirty;
    struct session *waiting;
    uint64_t turn;
    uv_check_t check;
    uv_prepare_t prepare;
    uv_idle_t idle;
    uv_timer_t sweep;
    char *input; /* READ_BYTES, shared: what is read is fed before the next read */
    unsigned open_handles;
};

static void on_idle(uv_idle_t *idle);
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer);
static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer);
static void resume_reading(struct session *session);
static void on_write_done(uv_write_t *write, int status);

/* --- Lists ----------------------------------------------------------------------------------- */

#define LIST_ADD(head, session, name)                                                              \
    do {                                                                                           \
        (session)->name##_next = (head);                                                           \
        (session)->name##_previous = NULL;                                                         \
        if ((head) != NULL) {                                                                      \
            (head)->name##_previous = (session);                                                   \
        }                                                                                          \
        (head) = (session);                                                                        \
    } while (0)

#define LIST_REMOVE(head, session, name)                                                           \
    do {                                                                                           \
        if ((session)->name##_previous != NULL) {                                                  \
            (session)->name##_previous->name##_next = (session)->name##_next;                      \
        } else {                                                                                   \
            (head) = (session)->name##_next;                                                       \
        }                                                                                          \
        if ((session)->name##_next != NULL) {                                                      \
            (session)->name##_next->name##_previous = (session)->name##_previous;                  \
        }                                                                                          \
    } while (0)

static void mark_dirty(struct session *session)
{
    if (!session->dirty) {
        session->dirty = true;
        LIST_ADD(session->sessions->dirty, session, dirty);
    }
}

static void mark_clean(struct session *session)
{
    if (session->dirty) {
        session->dirty = false;
        LIST_REMOVE(session->sessions->dirty, session, dirty);
    }
}

static void mark_waiting(struct session *session)
{
    struct sessions *sessions = session->sessions;
    if (!session->waiting) {
        session->waiting = true;
        LIST_ADD(sessions->waiting, session, waiting);
        (void)uv_idle_start(&sessions->idle, on_idle);
    }
}

static void mark_served(struct session *session)
{
    struct sessions *sessions = session->sessions;
    if (session->waiting) {
        session->waiting = false;
        LIST_REMOVE(sessions->waiting, session, waiting);
    }
    if (sessions->waiting == NULL) {
        (void)uv_idle_stop(&sessions->idle);
    }
}

static uint64_t now_of(const struct sessions *sessions)
{
    return uv_now(sessions->settings.loop);
}

/* --- Ends ------------------------------------------------------------------------------------ */

static void on_socket_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;
    LIST_REMOVE(session->sessions->all, session, list);
    link_destroy(session->link);
    if (session->pending.data != NULL) {
        wipe(session->pending.data, session->pending.capacity);
    }
    buffer_finish(&session->pending);
    free(session);
}

static void close_socket(struct session *session)
{
    if (session->closing) {
        return;
    }
    session->closing = true;
    session->draining = false;
    mark_clean(session);
    mark_served(session);
    uv_close(&session->socket.handle, on_socket_closed);
}

static void stop_reading(struct session *session)
{
    if (session->reading) {
        session->reading = false;
        (void)uv_read_stop(&session->socket.stream);
    }
}

/* From here on the session is nobody's but this module's. */
static void leave(struct session *session, enum error why)
{
    struct sessions *sessions = session->sessions;
    session->gone = true;
    session->gone_ms = now_of(sessions);
    stop_reading(session);
    mark_served(session);
    session->pending.length = 0;
    if (session->started) {
        (void)number_map_remove(&sessions->by_id, session->id);
        sessions->signed_in_count -= session->sign_in != 0;
        sessions->settings.on_gone(sessions->settings.context, session, why);
    }
}

void session_drop(struct session *session, enum error why)
{
    if (!session->gone) {
        leave(session, why);
    }
    close_socket(session);
}

static void on_shutdown(uv_shutdown_t *shutdown, int status)
{
    (void)status;
    free(shutdown);
}

/* Everything is written. Over TCP: half-close, and read away what the client still sends, since a
 * reset could destroy the last words on their way; the sweep closes if the client does not. A Unix
 * socket delivers them in any case. */
static void finish_draining(struct session *session)
{
    session->draining = false;
    uv_shutdown_t *shutdown = session->encrypted ? calloc(1, sizeof *shutdown) : NULL;
    if (shutdown == NULL || uv_shutdown(shutdown, &session->socket.stream, on_shutdown) != 0) {
        free(shutdown);
        close_socket(session);
        return;
    }
    if (uv_read_start(&session->socket.stream, on_alloc, on_read) != 0) {
        close_socket(session);
    }
}

static void drain(struct session *session)
{
    session->draining = true;
    mark_dirty(session);
}

static void say_bye(struct session *session, enum error code, const char *sentence)
{
    struct bye bye = {.code = code,
                      .message = text_of(sentence != NULL ? sentence : error_sentence(code))};
    struct buffer buffer = {0};
    const struct notification_row *row = &notifications[NOTIFICATION_BYE];
    codec_write_notification(&buffer, row->name, row->table, &bye);
    if (!buffer.failed && link_established(session->link)) {
        uint64_t now_ms = now_of(session->sessions);
        /* Whether the last words find room makes no difference to what happens next. */
        (void)link_send(session->link, buffer.data, buffer.length, false, now_ms);
        (void)link_send_close(session->link, now_ms);
    }
    buffer_finish(&buffer);
}

void session_end(struct session *session, enum error code, const char *sentence)
{
    if (session->gone) {
        return;
    }
    say_bye(session, code, sentence);
    leave(session, code);
    drain(session);
}

void sessions_end_all(struct sessions *sessions, enum error code, const char *sentence)
{
    for (struct session *session = sessions->all; session != NULL; session = session->list_next) {
        session_end(session, code, sentence);
    }
}

void sessions_drop_all(struct sessions *sessions)
{
    for (struct session *session = sessions->all; session != NULL; session = session->list_next) {
        session_drop(session, ERROR_SHUTTING_DOWN);
    }
}

bool sessions_all_closed(const struct sessions *sessions)
{
    return sessions->all == NULL;
}

/* --- Output ---------------------------------------------------------------------------------- */

static void note_outbox_level(struct session *session)
{
    const struct config_limits *limits = session->sessions->settings.limits;
    if (link_output_size(session->link) <= limits->output_soft_bytes) {
        session->soft_ms = 0;
    } else if (session->soft_ms == 0) {
        session->soft_ms = now_of(session->sessions);
        stop_reading(session);
    }
}

void session_send(struct session *session, const struct buffer *object, bool secret)
{
    if (session->gone) {
        return;
    }
    const struct config_limits *limits = session->sessions->settings.limits;
    if (object->failed) {
        session_drop(session, ERROR_NO_MEMORY);
        return;
    }
    enum error error = ERROR_SLOW_CONSUMER;
    if (link_output_size(session->link) + object->length <= limits->output_hard_bytes) {
        error = link_send(session->link, object->data, object->length, secret,
                          now_of(session->sessions));
    }
    if (error == ERROR_SLOW_CONSUMER) {
        session_end(session, ERROR_SLOW_CONSUMER, NULL);
    } else if (error != ERROR_NONE) {
        session_drop(session, error);
    } else {
        mark_dirty(session);
    }
}

static void write_rest(struct session *session, const uint8_t *bytes, size_t length)
{
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)length); /* libuv only reads it */
    if (uv_write(&session->write, &session->socket.stream, &buffer, 1, on_write_done) != 0) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    session->write.data = (void *)(uintptr_t)length;
    session->writing = true;
}

/* Writes what the socket takes now and leaves the rest to libuv. */
static void flush(struct session *session)
{
    mark_clean(session);
    while (!session->writing && !session->closing) {
        size_t length = 0;
        const uint8_t *bytes = link_output(session->link, &length);
        if (length == 0) {
            break;
        }
        uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)length);
        int written = uv_try_write(&session->socket.stream, &buffer, 1);
        if (written == UV_EAGAIN) {
            write_rest(session, bytes, length);
        } else if (written < 0) {
            session_drop(session, ERROR_CONNECTION_LOST);
        } else {
            link_output_taken(session->link, (size_t)written);
        }
    }
    if (session->closing) {
        return;
    }
    if (session->draining && !session->writing) {
        finish_draining(session);
        return;
    }
    note_outbox_level(session);
    resume_reading(session);
}

static void on_write_done(uv_write_t *write, int status)
{
    struct session *session = (struct session *)((char *)write - offsetof(struct session, write));
    session->writing = false;
    if (session->closing) {
        return;
    }
    if (status != 0) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    link_output_taken(session->link, (size_t)(uintptr_t)write->data);
    flush(session);
}

/* --- Input ----------------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)suggested;
    struct session *session = handle->data;
    *ret_buffer = uv_buf_init(session->sessions->input, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct session *session = stream->data;
    if (length == 0) {
        return;
    }
    if (session->gone) {
        /* The last words are out; what still comes is not read. */
        if (length < 0) {
            close_socket(session);
        }
        return;
    }
    if (length < 0) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    session->heard_ms = now_of(session->sessions);
    enum error error =
        link_feed(session->link, (uint8_t *)buffer->base, (size_t)length, session->heard_ms);
    if (session->gone) {
        return;
    }
    if (error != ERROR_NONE) {
        session_drop(session, error);
        return;
    }
    if (!link_is_receiving(session->link)) {
        session->receiving_ms = 0;
    } else if (session->receiving_ms == 0) {
        session->receiving_ms = session->heard_ms;
    }
    mark_dirty(session); /* keepalives are answered inside the link */
}

static void resume_reading(struct session *session)
{
    if (session->gone || session->soft_ms != 0) {
        return;
    }
    if (session->pending.length > 0) {
        mark_waiting(session);
        return;
    }
    if (!session->reading) {
        if (uv_read_start(&session->socket.stream, on_alloc, on_read) != 0) {
            session_drop(session, ERROR_CONNECTION_LOST);
            return;
        }
        session->reading = true;
        /* The time while we did not read is not the client's. */
        session->receiving_ms = link_is_receiving(session->link) ? now_of(session->sessions) : 0;
    }
}

static void handle(struct session *session, const uint8_t *bytes, size_t length)
{
    struct sessions *sessions = session->sessions;
    session->turn_requests++;
    sessions->settings.on_message(sessions->settings.context, session,
                                  (struct bytes){.data = bytes, .length = length});
    if (!session->gone) {
        note_outbox_level(session);
    }
}

static bool turn_is_full(struct session *session)
{
    if (session->turn != session->sessions->turn) {
        session->turn = session->sessions->turn;
        session->turn_requests = 0;
    }
    return session->turn_requests >= SESSION_TURN_REQUESTS;
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct session *session = context;
    if (session->gone) {
        return ERROR_CONNECTION_LOST;
    }
    session->receiving_ms = 0;
    if (session->pending.length == 0 && session->soft_ms == 0 && !turn_is_full(session)) {
        handle(session, bytes, length);
        return session->gone ? ERROR_CONNECTION_LOST : ERROR_NONE;
    }
    buffer_append(&session->pending, &length, sizeof length);
    buffer_append(&session->pending, bytes, length);
    if (session->pending.failed) {
        return ERROR_NO_MEMORY;
    }
    stop_reading(session);
    if (session->soft_ms == 0) {
        mark_waiting(session);
    }
    return ERROR_NONE;
}

void session_charge(struct session *session, unsigned requests)
{
    bool is_full = turn_is_full(session);
    session->turn_requests = is_full ? session->turn_requests : session->turn_requests + requests;
}

/* Serves what waited, as much as one turn allows. */
static void serve_pending(struct session *session)
{
    size_t taken = 0;
    while (taken < session->pending.length && !turn_is_full(session) && session->soft_ms == 0) {
        size_t length;
        memcpy(&length, session->pending.data + taken, sizeof length);
        uint8_t *bytes = session->pending.data + taken + sizeof length;
        handle(session, bytes, length);
        if (session->gone) {
            return;
        }
        wipe(bytes, length);
        taken += sizeof length + length;
    }
    buffer_take(&session->pending, taken);
    if (session->pending.length == 0 || session->soft_ms != 0) {
        mark_served(session);
    }
    mark_dirty(session); /* the flush resumes reading */
}

static void on_idle(uv_idle_t *idle)
{
    struct sessions *sessions = idle->data;
    for (struct session *session = sessions->waiting, *next; session != NULL; session = next) {
        next = session->waiting_next;
        serve_pending(session);
    }
}

static void on_link_closed(void *context)
{
    struct session *session = context;
    if (!session->gone) {
        (void)link_send_close(session->link, now_of(session->sessions));
        leave(session, ERROR_CONNECTION_LOST);
        drain(session);
    }
}

static const struct link_callbacks link_callbacks = {
    .on_object = on_object,
    .on_closed = on_link_closed,
};

/* --- Turns and deadlines --------------------------------------------------------------------- */

static void end_turn(struct sessions *sessions)
{
    sessions->turn++;
    while (sessions->dirty != NULL) {
        flush(sessions->dirty);
    }
}

static void on_check(uv_check_t *check)
{
    end_turn(check->data);
}

static void on_prepare(uv_prepare_t *prepare)
{
    end_turn(prepare->data);
}

/* True when a deadline has ended the session. */
static bool check_deadlines(struct session *session, uint64_t now_ms)
{
    const struct config_limits *limits = session->sessions->settings.limits;
    if (session->gone) {
        if (!session->closing && now_ms - session->gone_ms >= DRAIN_MS) {
            close_socket(session);
        }
        return true;
    }
    if (!link_established(session->link)) {
        if (now_ms - session->accepted_ms >= limits->handshake_timeout_ms) {
            session_drop(session, ERROR_PROTOCOL_VIOLATION);
            return true;
        }
        return false;
    }
    if (session->sign_in == 0 && !session->console && session->in_flight == 0 &&
        now_ms - session->grace_ms >= limits->login_grace_ms) {
        session_end(session, ERROR_NOT_SIGNED_IN, "Nobody signed in for too long.");
        return true;
    }
    if (session->encrypted && now_ms - session->heard_ms >= limits->silence_timeout_ms) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return true;
    }
    if (session->reading && session->receiving_ms != 0 &&
        now_ms - session->receiving_ms >= limits->request_timeout_ms) {
        session_end(session, ERROR_PROTOCOL_VIOLATION, "A request took too long to come in.");
        return true;
    }
    if (session->soft_ms != 0 && now_ms - session->soft_ms >= limits->output_soft_timeout_ms) {
        session_end(session, ERROR_SLOW_CONSUMER, NULL);
        return true;
    }
    return false;
}

static void on_sweep(uv_timer_t *timer)
{
    struct sessions *sessions = timer->data;
    uint64_t now_ms = now_of(sessions);
    for (struct session *session = sessions->all, *next; session != NULL; session = next) {
        next = session->list_next;
        (void)check_deadlines(session, now_ms);
    }
    if (sessions->all == NULL) {
        (void)uv_timer_stop(timer);
    }
}

/* --- Life ------------------------------------------------------------------------------------ */

struct sessions *sessions_create(const struct sessions_settings *settings)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    char *input = malloc(READ_BYTES);
    if (sessions == NULL || input == NULL) {
        free(sessions);
        free(input);
        return NULL;
    }
    sessions->settings = *settings;
    sessions->input = input;
    /* What is bound to a connection must not fit one of the daemon's next life. */
    sessions->last_id = (uint64_t)random_below(UINT32_MAX) << 16;
    (void)uv_check_init(settings->loop, &sessions->check);
    (void)uv_prepare_init(settings->loop, &sessions->prepare);
    (void)uv_idle_init(settings->loop, &sessions->idle);
    (void)uv_timer_init(settings->loop, &sessions->sweep);
    sessions->check.data = sessions;
    sessions->prepare.data = sessions;
    sessions->idle.data = sessions;
    sessions->sweep.data = sessions;
    (void)uv_check_start(&sessions->check, on_check);
    (void)uv_prepare_start(&sessions->prepare, on_prepare);
    uv_unref((uv_handle_t *)&sessions->check);
    uv_unref((uv_handle_t *)&sessions->prepare);
    uv_unref((uv_handle_t *)&sessions->sweep);
    sessions->open_handles = 4;
    return sessions;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sessions *sessions = handle->data;
    if (--sessions->open_handles > 0) {
        return;
    }
    wipe(sessions->input, READ_BYTES);
    free(sessions->input);
    number_map_finish(&sessions->by_id);
    free(sessions);
}

void sessions_destroy(struct sessions *sessions)
{
    if (sessions == NULL) {
        return;
    }
    require(sessions->all == NULL);
    uv_loop_t *loop = sessions->settings.loop;
    uv_close((uv_handle_t *)&sessions->sweep, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->idle, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->check, on_handle_closed);
    (void)uv_run(loop, UV_RUN_NOWAIT);
}

struct session *sessions_find(const struct sessions *sessions, uint64_t id)
{
    return number_map_get(&sessions->by_id, id);
}

size_t sessions_count(const struct sessions *sessions, bool signed_in)
{
    return signed_in ? sessions->by_id.count : sessions->by_id.count - sessions->signed_in_count;
}

struct session *sessions_next(const struct sessions *sessions, const struct session *session)
{
    struct session *next = session == NULL ? sessions->all : session->list_next;
    while (next != NULL && (next->gone || sessions_find(sessions, next->id) != next)) {
        next = next->list_next;
    }
    return next;
}

struct session *session_create(struct sessions *sessions, bool tcp)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        return NULL;
    }
    session->sessions = sessions;
    session->encrypted = tcp;
    session->id = ++sessions->last_id;
    session->accepted_ms = now_of(sessions);
    session->grace_ms = session->accepted_ms;
    session->heard_ms = session->accepted_ms;
    int status = tcp ? uv_tcp_init(sessions->settings.loop, &session->socket.tcp)
                     : uv_pipe_init(sessions->settings.loop, &session->socket.pipe, 0);
    if (status != 0) {
        free(session);
        return NULL;
    }
    session->socket.handle.data = session;
    LIST_ADD(sessions->all, session, list);
    if (!uv_is_active((uv_handle_t *)&sessions->sweep)) {
        (void)uv_timer_start(&sessions->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    }
    return session;
}

static struct scanner_limits scanner_limits_of(const struct config_limits *limits, bool signed_in)
{
    uint64_t bytes = signed_in ? limits->request_bytes : limits->request_before_login_bytes;
    return (struct scanner_limits){.bytes_max = (size_t)bytes,
                                   .depth_max = (unsigned)limits->depth,
                                   .elements_max = (size_t)limits->elements,
                                   .pairs_max = (size_t)limits->map_pairs};
}

enum error session_start(struct session *session, const char *source, bool local, bool console)
{
    struct sessions *sessions = session->sessions;
    const struct config_limits *limits = sessions->settings.limits;
    (void)snprintf(session->source, sizeof session->source, "%s", source);
    session->local = local;
    session->console = console;
    session->started = true;
    struct link_settings settings = {
        .side = LINK_SERVER,
        .encrypted = session->encrypted,
        .host_key = sessions->settings.host_key,
        .limits = scanner_limits_of(limits, console),
        .output_bytes_max = (size_t)limits->output_hard_bytes * 2 + BYE_BYTES_MAX,
        .callbacks = &link_callbacks,
        .context = session,
    };
    session->link = link_create(&settings);
    if (session->link == NULL || !number_map_put(&sessions->by_id, session->id, session)) {
        session_drop(session, ERROR_NO_MEMORY);
        return ERROR_NO_MEMORY;
    }
    enum error error = link_start(session->link);
    if (error != ERROR_NONE) {
        session_drop(session, error);
        return error;
    }
    resume_reading(session);
    return session->gone ? ERROR_CONNECTION_LOST : ERROR_NONE;
}

struct origin session_origin(const struct session *session)
{
    return (struct origin){.sign_in = session->sign_in,
                           .connection = session->id,
                           .console = session->console && session->sign_in == 0,
                           .source = text_of(session->source)};
}

void session_signed_in(struct session *session, uint64_t sign_in, uint64_t account)
{
    struct sessions *sessions = session->sessions;
    if (session->gone) {
        return;
    }
    sessions->signed_in_count += sign_in != 0;
    sessions->signed_in_count -= session->sign_in != 0;
    session->sign_in = sign_in;
    session->account = account;
    session->grace_ms = now_of(sessions);
    if (sign_in != 0) {
        struct scanner_limits limits = scanner_limits_of(sessions->settings.limits, true);
        link_sign_in_done(session->link);
        link_set_limits(session->link, &limits);
    }
}
