/* The way of a line: look-up -> connect (each address in turn) -> link established -> objects.
 * Ways it ends: nothing answers, the key is refused, the other side closes or breaks the protocol,
 * nothing was heard for LINK_SILENCE_MS. libuv's handles are closed before the memory goes. */
#include "tui/line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/attributes.h"
#include "proto/link.h"

enum {
    READ_BYTES = 64 * 1024,
    OUTPUT_BYTES_MAX = 4 * 1024 * 1024,
    REPLY_BYTES_MAX = 4 * 1024 * 1024,
    REPLY_ELEMENTS_MAX = 1 << 18,
    REPLY_PAIRS_MAX = 256,
    WHY_SIZE = 400,
    DRAIN_MS = 2000,
};

struct line {
    uv_loop_t *loop; /* borrowed */
    struct address address;
    struct line_callbacks callbacks;
    void *context;

    uv_getaddrinfo_t lookup;
    bool looking_up;
    struct addrinfo *found; /* owned; the whole list */
    struct addrinfo *trying;

    uv_connect_t connecting;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    bool socket_open; /* has to be closed */
    bool connected;
    uv_timer_t timer;
    bool timer_open;

    struct link *link; /* owned */
    uint8_t *input;    /* owned, READ_BYTES */
    uv_write_t write;
    size_t writing; /* bytes handed to libuv */
    uint64_t sent_ms;
    uint64_t heard_ms;

    bool ending;  /* line_end was called, or the loss was told */
    bool closing; /* handles are being closed */
    bool peer_closed;
    unsigned users; /* requests and handles that still call back */
};

static uint64_t now_ms(void)
{
    return uv_hrtime() / 1000000;
}

static void free_when_unused(struct line *line)
{
    if (!line->closing || line->users > 0) {
        return;
    }
    link_destroy(line->link);
    if (line->found != NULL) {
        uv_freeaddrinfo(line->found);
    }
    free(line->input);
    free(line);
}

static void unuse(struct line *line)
{
    line->users--;
    free_when_unused(line);
}

static void on_handle_closed(uv_handle_t *handle)
{
    unuse(handle->data);
}

static void close_all(struct line *line)
{
    if (line->closing) {
        return;
    }
    line->closing = true;
    line->users++; /* until this function is done */
    if (line->looking_up) {
        uv_cancel((uv_req_t *)&line->lookup);
    }
    if (line->socket_open) {
        line->users++;
        uv_close(&line->socket.handle, on_handle_closed);
    }
    if (line->timer_open) {
        line->users++;
        uv_close((uv_handle_t *)&line->timer, on_handle_closed);
    }
    unuse(line);
}

ATTRIBUTE_PRINTF(3, 4)
static void lose(struct line *line, enum error error, const char *pattern, ...)
{
    if (line->ending) {
        close_all(line);
        return;
    }
    char why[WHY_SIZE];
    va_list arguments;
    va_start(arguments, pattern);
    vsnprintf(why, sizeof why, pattern, arguments);
    va_end(arguments);
    line->ending = true;
    line->callbacks.on_lost(line->context, error, why);
    close_all(line);
}

/* --- Writing --- */

static void write_output(struct line *line);

static void on_written(uv_write_t *request, int status)
{
    struct line *line = request->data;
    if (!line->closing) {
        link_output_taken(line->link, line->writing);
    }
    line->writing = 0;
    if (!line->closing && status < 0) {
        lose(line, ERROR_CONNECTION_LOST, "the connection was lost (%s)", uv_strerror(status));
    } else if (!line->closing) {
        write_output(line);
    }
    unuse(line);
}

static void write_output(struct line *line)
{
    size_t length = 0;
    const uint8_t *output = link_output(line->link, &length);
    if (line->writing > 0 || !line->connected) {
        return;
    }
    if (length == 0) {
        if (line->ending) {
            close_all(line); /* the goodbye is out */
        }
        return;
    }
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)output, (unsigned)length);
    line->write.data = line;
    line->writing = length;
    line->sent_ms = now_ms();
    line->users++;
    int status = uv_write(&line->write, &line->socket.stream, &buffer, 1, on_written);
    if (status < 0) {
        line->writing = 0;
        line->users--;
        lose(line, ERROR_CONNECTION_LOST, "the connection was lost (%s)", uv_strerror(status));
    }
}

void line_send(struct line *line, const uint8_t *object, size_t length, bool secret)
{
    enum error error = link_send(line->link, object, length, secret, now_ms());
    if (error != ERROR_NONE) {
        lose(line, error, "%s", error_sentence(error));
        return;
    }
    write_output(line);
}

const uint8_t *line_handshake_hash(const struct line *line)
{
    return link_handshake_hash(line->link);
}

void line_sign_in_done(struct line *line)
{
    link_sign_in_done(line->link);
}

/* --- Keepalive and silence; none on the Unix socket --- */

static void on_timer(uv_timer_t *timer);

static void arm_timer(struct line *line)
{
    uint64_t now = now_ms();
    uint64_t next = line->sent_ms + LINK_KEEPALIVE_MS;
    if (line->heard_ms + LINK_SILENCE_MS < next) {
        next = line->heard_ms + LINK_SILENCE_MS;
    }
    uv_timer_start(&line->timer, on_timer, next > now ? next - now : 1, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct line *line = timer->data;
    uint64_t now = now_ms();
    if (line->ending) {
        close_all(line); /* the goodbye did not get out in time */
        return;
    }
    if (now >= line->heard_ms + LINK_SILENCE_MS) {
        lose(line, ERROR_CONNECTION_LOST, "nothing was heard from the server for %d seconds",
             LINK_SILENCE_MS / 1000);
        return;
    }
    if (now >= line->sent_ms + LINK_KEEPALIVE_MS) {
        enum error error = link_send_keepalive(line->link, now);
        if (error != ERROR_NONE) {
            lose(line, error, "%s", error_sentence(error));
            return;
        }
        line->sent_ms = now;
        write_output(line);
    }
    if (!line->closing) {
        arm_timer(line);
    }
}

/* --- Reading --- */

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct line *line = handle->data;
    (void)suggested;
    *ret_buffer = uv_buf_init((char *)line->input, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct line *line = stream->data;
    if (length == 0 || line->ending) {
        return;
    }
    if (length < 0) {
        const char *why = length == UV_EOF ? "the server closed it" : uv_strerror((int)length);
        lose(line, ERROR_CONNECTION_LOST, "the connection was lost (%s)", why);
        return;
    }
    line->heard_ms = now_ms();
    enum error error =
        link_feed(line->link, (uint8_t *)buffer->base, (size_t)length, line->heard_ms);
    if (error != ERROR_NONE && !line->ending) {
        lose(line, error, "%s", error_sentence(error));
    } else if (line->peer_closed && !line->ending) {
        lose(line, ERROR_CONNECTION_LOST, "the server ended the connection");
    } else if (!line->closing) {
        write_output(line);
    }
}

/* --- The link --- */

static enum error on_peer_key(void *context, const uint8_t key[NOISE_KEY_SIZE])
{
    struct line *line = context;
    return line->ending ? ERROR_CONNECTION_LOST : line->callbacks.on_host_key(line->context, key);
}

static void on_established(void *context)
{
    struct line *line = context;
    if (!line->ending) {
        line->callbacks.on_established(line->context);
    }
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct line *line = context;
    return line->ending ? ERROR_NONE : line->callbacks.on_object(line->context, bytes, length);
}

static void on_peer_closed(void *context)
{
    struct line *line = context;
    line->peer_closed = true;
}

static const struct link_callbacks link_callbacks = {
    .on_peer_key = on_peer_key,
    .on_established = on_established,
    .on_object = on_object,
    .on_closed = on_peer_closed,
};

static bool create_link(struct line *line)
{
    struct link_settings settings = {
        .side = LINK_CLIENT,
        .encrypted = line->address.kind == ADDRESS_TCP,
        .limits = {.bytes_max = REPLY_BYTES_MAX,
                   .depth_max = SCANNER_DEPTH_MAX,
                   .elements_max = REPLY_ELEMENTS_MAX,
                   .pairs_max = REPLY_PAIRS_MAX},
        .output_bytes_max = OUTPUT_BYTES_MAX,
        .callbacks = &link_callbacks,
        .context = line,
    };
    line->link = link_create(&settings);
    return line->link != NULL;
}

static void begin_talking(struct line *line)
{
    line->connected = true;
    line->heard_ms = now_ms();
    line->sent_ms = line->heard_ms;
    uv_read_start(&line->socket.stream, on_allocate, on_read);
    enum error error = link_start(line->link);
    if (error != ERROR_NONE) {
        lose(line, error, "%s", error_sentence(error));
        return;
    }
    if (line->address.kind == ADDRESS_TCP) {
        uv_tcp_nodelay(&line->socket.tcp, 1);
        arm_timer(line);
    }
    write_output(line);
}

/* --- Connecting --- */

static void try_next_address(struct line *line);

static void on_refused_socket_closed(uv_handle_t *handle)
{
    struct line *line = handle->data;
    if (!line->ending) {
        line->trying = line->trying->ai_next;
        try_next_address(line);
    }
    unuse(line);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct line *line = request->data;
    if (line->closing || line->ending) {
        unuse(line);
        return;
    }
    if (status == 0) {
        begin_talking(line);
    } else if (line->trying != NULL && line->trying->ai_next != NULL) {
        line->socket_open = false;
        line->users++;
        uv_close(&line->socket.handle, on_refused_socket_closed);
    } else if (line->address.kind == ADDRESS_UNIX) {
        lose(line, ERROR_CONNECTION_LOST, "no desk answers at %s (%s); is ttydeskd running?",
             line->address.path, uv_strerror(status));
    } else {
        lose(line, ERROR_CONNECTION_LOST, "no desk answers at %s port %s (%s)", line->address.host,
             line->address.port, uv_strerror(status));
    }
    unuse(line);
}

static void try_next_address(struct line *line)
{
    int status = uv_tcp_init(line->loop, &line->socket.tcp);
    if (status == 0) {
        line->socket_open = true;
        line->socket.handle.data = line;
        line->connecting.data = line;
        line->users++;
        status = uv_tcp_connect(&line->connecting, &line->socket.tcp, line->trying->ai_addr,
                                on_connected);
        if (status != 0) {
            line->users--;
        }
    }
    if (status != 0) {
        lose(line, ERROR_CONNECTION_LOST, "cannot connect to %s port %s (%s)", line->address.host,
             line->address.port, uv_strerror(status));
    }
}

static void on_looked_up(uv_getaddrinfo_t *request, int status, struct addrinfo *found)
{
    struct line *line = request->data;
    line->looking_up = false;
    line->found = found;
    line->trying = found;
    if (!line->ending && status != 0) {
        lose(line, ERROR_CONNECTION_LOST, "there is no host called %s (%s)", line->address.host,
             uv_strerror(status));
    } else if (!line->ending) {
        try_next_address(line);
    }
    unuse(line);
}

static int look_up(struct line *line)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    line->lookup.data = line;
    int status = uv_getaddrinfo(line->loop, &line->lookup, on_looked_up, line->address.host,
                                line->address.port, &hints);
    if (status == 0) {
        line->looking_up = true;
        line->users++;
    }
    return status;
}

static int connect_to_socket(struct line *line)
{
    int status = uv_pipe_init(line->loop, &line->socket.pipe, 0);
    if (status == 0) {
        line->socket_open = true;
        line->socket.handle.data = line;
        line->connecting.data = line;
        line->users++;
        uv_pipe_connect(&line->connecting, &line->socket.pipe, line->address.path, on_connected);
    }
    return status;
}

struct line *line_start(uv_loop_t *loop, const struct address *address,
                        const struct line_callbacks *callbacks, void *context)
{
    struct line *line = calloc(1, sizeof *line);
    if (line == NULL) {
        return NULL;
    }
    line->loop = loop;
    line->address = *address;
    line->callbacks = *callbacks;
    line->context = context;
    line->input = malloc(READ_BYTES);
    if (line->input == NULL || !create_link(line) || uv_timer_init(loop, &line->timer) != 0) {
        line->closing = true;
        free_when_unused(line);
        return NULL;
    }
    line->timer_open = true;
    line->timer.data = line;
    int status = address->kind == ADDRESS_UNIX ? connect_to_socket(line) : look_up(line);
    if (status != 0) {
        line->ending = true;
        close_all(line);
        return NULL;
    }
    return line;
}

void line_end(struct line *line)
{
    if (line == NULL || line->ending) {
        return;
    }
    line->ending = true;
    if (line->connected && link_established(line->link) &&
        link_send_close(line->link, now_ms()) == ERROR_NONE) {
        uv_timer_start(&line->timer, on_timer, DRAIN_MS, 0);
        write_output(line);
    } else {
        close_all(line);
    }
}
