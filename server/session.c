/* One connection; all of them together are in sessions.c. */
#include "server/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"
#include "proto/random.h"
#include "server/digest.h"
#include "server/sessions_private.h"

_Static_assert((int)NOISE_HASH_SIZE == (int)NONCE_BYTES, "both name a connection");

enum { BYE_BYTES_MAX = 8192 }; /* room for the last words in a full outbox */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer);
static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer);
static void resume_reading(struct session *session);
static void on_write_done(uv_write_t *write, int status);

/* --- Ends ------------------------------------------------------------------------------------ */

static void on_socket_closed(uv_handle_t *handle)
{
    struct session *session = handle->data;
    sessions_remove(session);
    link_destroy(session->link);
    if (session->pending.data != NULL) {
        wipe(session->pending.data, session->pending.capacity);
    }
    buffer_finish(&session->pending);
    free(session);
}

void session_close_socket(struct session *session)
{
    if (session->closing) {
        return;
    }
    session->closing = true;
    session->draining = false;
    sessions_mark_clean(session);
    sessions_mark_served(session);
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
    session->gone_ms = sessions_now(sessions);
    stop_reading(session);
    sessions_mark_served(session);
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
    session_close_socket(session);
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
        session_close_socket(session);
        return;
    }
    if (uv_read_start(&session->socket.stream, on_alloc, on_read) != 0) {
        session_close_socket(session);
    }
}

static void drain(struct session *session)
{
    session->draining = true;
    sessions_mark_dirty(session);
}

static void say_bye(struct session *session, enum error code, const char *sentence)
{
    struct bye bye = {.code = code,
                      .message = text_of(sentence != NULL ? sentence : error_sentence(code))};
    struct buffer buffer = {0};
    const struct notification_row *row = &notifications[NOTIFICATION_BYE];
    codec_write_notification(&buffer, row->name, row->table, &bye);
    if (!buffer.failed && link_established(session->link)) {
        uint64_t now_ms = sessions_now(session->sessions);
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

/* --- Output ---------------------------------------------------------------------------------- */

static void note_outbox_level(struct session *session)
{
    const struct config_limits *limits = session->sessions->settings.limits;
    if (link_output_size(session->link) <= limits->output_soft_bytes) {
        session->soft_ms = 0;
    } else if (session->soft_ms == 0) {
        session->soft_ms = sessions_now(session->sessions);
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
                          sessions_now(session->sessions));
    }
    if (error == ERROR_SLOW_CONSUMER) {
        session_end(session, ERROR_SLOW_CONSUMER, NULL);
    } else if (error != ERROR_NONE) {
        session_drop(session, error);
    } else {
        sessions_mark_dirty(session);
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
void session_flush(struct session *session)
{
    sessions_mark_clean(session);
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
    session_flush(session);
}

/* --- Input ----------------------------------------------------------------------------------- */

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    (void)suggested;
    struct session *session = handle->data;
    *ret_buffer = uv_buf_init(session->sessions->input, SESSIONS_READ_BYTES);
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
            session_close_socket(session);
        }
        return;
    }
    if (length < 0) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    session->heard_ms = sessions_now(session->sessions);
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
    sessions_mark_dirty(session); /* keepalives are answered inside the link */
}

static void resume_reading(struct session *session)
{
    if (session->gone || session->soft_ms != 0) {
        return;
    }
    if (session->pending.length > 0) {
        sessions_mark_waiting(session);
        return;
    }
    if (!session->reading) {
        if (uv_read_start(&session->socket.stream, on_alloc, on_read) != 0) {
            session_drop(session, ERROR_CONNECTION_LOST);
            return;
        }
        session->reading = true;
        /* The time while we did not read is not the client's. */
        session->receiving_ms =
            link_is_receiving(session->link) ? sessions_now(session->sessions) : 0;
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
        sessions_mark_waiting(session);
    }
    return ERROR_NONE;
}

void session_charge(struct session *session, unsigned requests)
{
    bool is_full = turn_is_full(session);
    session->turn_requests = is_full ? session->turn_requests : session->turn_requests + requests;
}

/* Serves what waited, as much as one turn allows. */
void session_serve_pending(struct session *session)
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
        sessions_mark_served(session);
    }
    sessions_mark_dirty(session); /* the flush resumes reading */
}

static void on_link_closed(void *context)
{
    struct session *session = context;
    if (!session->gone) {
        (void)link_send_close(session->link, sessions_now(session->sessions));
        leave(session, ERROR_CONNECTION_LOST);
        drain(session);
    }
}

static const struct link_callbacks link_callbacks = {
    .on_object = on_object,
    .on_closed = on_link_closed,
};

/* --- Life ------------------------------------------------------------------------------------ */

struct session *session_create(struct sessions *sessions, bool tcp)
{
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        return NULL;
    }
    session->sessions = sessions;
    session->encrypted = tcp;
    session->id = ++sessions->last_id;
    session->accepted_ms = sessions_now(sessions);
    session->grace_ms = session->accepted_ms;
    session->heard_ms = session->accepted_ms;
    int status = tcp ? uv_tcp_init(sessions->settings.loop, &session->socket.tcp)
                     : uv_pipe_init(sessions->settings.loop, &session->socket.pipe, 0);
    if (status != 0) {
        free(session);
        return NULL;
    }
    session->socket.handle.data = session;
    sessions_add(session);
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

bool session_make_nonce(struct session *session, struct bytes *ret_nonce)
{
    if (session->encrypted) {
        return false;
    }
    random_fill(session->nonce, NONCE_BYTES);
    session->nonce_good = true;
    *ret_nonce = (struct bytes){.data = session->nonce, .length = NONCE_BYTES};
    return true;
}

bool session_take_binding(struct session *session, struct key_binding *ret_binding)
{
    const uint8_t *hash = link_handshake_hash(session->link);
    bool good = hash != NULL || session->nonce_good;
    ret_binding->encrypted = hash != NULL;
    memcpy(ret_binding->bytes, hash != NULL ? hash : session->nonce, NONCE_BYTES);
    session->nonce_good = false;
    return good;
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
    session->grace_ms = sessions_now(sessions);
    if (sign_in != 0) {
        struct scanner_limits limits = scanner_limits_of(sessions->settings.limits, true);
        link_sign_in_done(session->link);
        link_set_limits(session->link, &limits);
    }
}
