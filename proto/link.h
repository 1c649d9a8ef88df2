/* One connection between client and server, apart from its socket: bytes in, whole scanned msgpack
 * objects out, and the other way round. Over TCP through the encrypted channel, over the Unix
 * socket as they are. The owner moves bytes, keeps the timers and decodes the objects.
 *
 *     encrypted client              encrypted server             plain, both sides
 *     link_start                    link_start                   link_start
 *     link_feed: on_peer_key,       link_feed: on_established    (in link_start: on_established)
 *                on_established
 *     link_feed: on_object ...      link_feed: on_object ...     link_feed: on_object ...
 *     link_feed: on_closed          link_feed: on_closed         (the end of the stream)
 *
 * Everything that fails ends the link, except where it says so: close the socket, link_destroy. An
 * end of the stream without on_closed is ERROR_CONNECTION_LOST for whatever was in flight. */
#ifndef TTYDESK_PROTO_LINK_H
#define TTYDESK_PROTO_LINK_H

#include "proto/errors.h"
#include "proto/noise.h"
#include "proto/scanner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* For the owner's timers (none of them on the Unix socket): a client that has sent nothing for the
 * first sends a keepalive; a side that has heard nothing for the second gives up. */
#define LINK_KEEPALIVE_MS 30000
#define LINK_SILENCE_MS   90000

enum link_side { LINK_CLIENT, LINK_SERVER };

/* No callback may feed or destroy the link; all may send on it, once it is established, and may
 * change its limits. */
struct link_callbacks {
    /* Encrypted client: the server has proved that it holds `key`. Called before anything more is
     * sent; link_peer_protocol() is set. An error stops the link, and link_feed returns it: so a
     * person may be asked at leisure, and the connection made anew. */
    enum error (*on_peer_key)(void *context, const uint8_t key[NOISE_KEY_SIZE]);
    /* From now on link_send works. May be NULL. */
    void (*on_established)(void *context);
    /* One whole object as the scanner promises it, borrowed for the call and wiped after it. An
     * error stops the link, and link_feed returns it. */
    enum error (*on_object)(void *context, const uint8_t *bytes, size_t length);
    /* The other side will send nothing more. It can still be sent to. May be NULL. */
    void (*on_closed)(void *context);
};

struct link_settings {
    enum link_side side;
    bool encrypted;
    const struct noise_keypair *host_key; /* encrypted server: borrowed until established */
    const uint8_t *ephemeral;     /* 32 bytes, for tests that need the same bytes each time; NULL
                                     draws a fresh key, as it has to be in earnest */
    struct scanner_limits limits; /* of one object received */
    size_t output_bytes_max;      /* of what waits to be taken, sealed */
    const struct link_callbacks *callbacks; /* borrowed for the link's life */
    void *context;                          /* handed to every callback */
};

struct link;

/* NULL without memory. */
struct link *link_create(const struct link_settings *settings);

/* Wipes and frees. Accepts NULL. */
void link_destroy(struct link *link);

/* Once, before anything else: writes an encrypted client's greeting, establishes a plain link.
 * ERROR_NO_MEMORY. */
enum error link_start(struct link *link);

/* Takes all of `bytes`, which are decrypted where they lie and are zeros afterwards. `now_ms` is
 * monotonic. Bytes after the other side's close record are ignored.
 * ERROR_PROTOCOL_VIOLATION: not what our protocol says, forged, or not within the limits.
 * ERROR_SLOW_CONSUMER: keepalives come in but their answers are not taken. ERROR_NO_MEMORY.
 * ERROR_CONNECTION_LOST: the link had ended before, or its channel can seal nothing more.
 * Any error of a callback. */
enum error link_feed(struct link *link, uint8_t *bytes, size_t length, uint64_t now_ms);

/* Queues one object, split over records where it is long. `secret` hides the length of what
 * contains a password or token (before the sign-in everything is sent so). All or nothing:
 * ERROR_SLOW_CONSUMER: more than output_bytes_max would wait; the link is as before.
 * ERROR_CONNECTION_LOST: not established yet, closed from here, failed, or at the end of the
 * channel's life; what was fed before stands. ERROR_NO_MEMORY. */
enum error link_send(struct link *link, const uint8_t *object, size_t length, bool secret,
                     uint64_t now_ms);

/* Queues a keepalive; nothing on a plain link. Errors as link_send. A server's link answers the
 * client's by itself. */
enum error link_send_keepalive(struct link *link, uint64_t now_ms);

/* Queues the close record, after which nothing more can be sent; on a plain link only the latter.
 * Errors as link_send. */
enum error link_send_close(struct link *link, uint64_t now_ms);

/* What waits to be written to the socket; NULL and 0 when nothing does. The bytes stay where they
 * are until they are taken, whatever is sent meanwhile. */
const uint8_t *link_output(struct link *link, size_t *ret_length);

/* `length` of those bytes have been written. */
void link_output_taken(struct link *link, size_t length);

/* How many bytes wait in all, also those link_output does not show yet. */
size_t link_output_size(const struct link *link);

bool link_established(const struct link *link);

/* True when the beginning of a record or of an object has come in and the rest is waited for. */
bool link_is_receiving(const struct link *link);

/* Both sides: the reply to a successful sign-in was sent, or was received. Ends the wide padding.
 */
void link_sign_in_done(struct link *link);

/* Other limits from the next object on. */
void link_set_limits(struct link *link, const struct scanner_limits *limits);

/* The handshake hash h: the same on both sides and on no other connection. NULL on a plain link and
 * before it is established. */
const uint8_t *link_handshake_hash(const struct link *link);

/* Client: the protocol number (PROTOCOL_VERSION) the server told inside its handshake; 0 while
 * unknown or plain. */
uint64_t link_peer_protocol(const struct link *link);

/* True some time before link_send refuses for good: a client should connect anew at the next quiet
 * moment. */
bool link_renewal_due(const struct link *link, uint64_t now_ms);

/* Why the scanner refused an object, for a log; "" when it did not. */
const char *link_refusal(const struct link *link);

#endif
