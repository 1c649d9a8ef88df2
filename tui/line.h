/* One line to the desk, from the look-up of its name to the end of its socket: bytes between a
 * libuv stream and a link, keepalives, and silence noticed. A lost line is never mended; the
 * connection makes a new one. */
#ifndef TTYDESK_TUI_LINE_H
#define TTYDESK_TUI_LINE_H

#include <uv.h>

#include "proto/errors.h"
#include "tui/address.h"

struct line;

struct line_callbacks {
    /* Encrypted lines: may this key be trusted? Any error ends the line with it. */
    enum error (*on_host_key)(void *context, const uint8_t key[32]);
    /* Objects can be sent now. */
    void (*on_established)(void *context);
    /* One whole object from the desk, borrowed. An error ends the line with it. */
    enum error (*on_object)(void *context, const uint8_t *bytes, size_t length);
    /* The line is gone; nothing further is called. `why` is a sentence. */
    void (*on_lost)(void *context, enum error error, const char *why);
};

/* Begins to connect. The line calls back until on_lost or line_end. NULL without memory. */
struct line *line_start(uv_loop_t *loop, const struct address *address,
                        const struct line_callbacks *callbacks, void *context);

/* Sends one object; `secret` hides its length. Failures come through on_lost. */
void line_send(struct line *line, const uint8_t *object, size_t length, bool secret);

/* What names this line in what is signed on it: 64 bytes, NULL on the Unix socket. */
const uint8_t *line_handshake_hash(const struct line *line);

/* The reply to a successful sign-in has come: ends the wide padding of what is sent. */
void line_sign_in_done(struct line *line);

/* Says goodbye if it can and ends the line; no callback is called from now on, and the memory is
 * freed once the loop has closed its handles. Accepts NULL. */
void line_end(struct line *line);

#endif
