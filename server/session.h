/* One client's connection: socket -> link -> on_message, and answers the other way through an
 * outbox with a limit. It knows who sits there and what they may ask for at once, but no request:
 * server/daemon.c connects `on_message`.
 *
 * Life: session_create, session_start -> (on_message)* -> on_gone, once -> freed in the close
 * callback of its socket. After on_gone nobody but this module holds a pointer to it; everybody
 * else keeps the number and asks sessions_find. */
#ifndef TTYDESK_SERVER_SESSION_H
#define TTYDESK_SERVER_SESSION_H

#include <uv.h>

#include "proto/buffer.h"
#include "proto/fields.h"
#include "proto/key_proof.h"
#include "proto/link.h"
#include "server/allowance.h"
#include "server/config.h"
#include "server/core/command.h"
#include "server/number_map.h"

#define SESSION_SOURCE_BYTES  64
#define SESSION_TURN_REQUESTS 32 /* of one connection in one turn of the loop */

struct subscription;

struct session {
    uint64_t id;                       /* not given again, not in the daemon's next life either */
    char source[SESSION_SOURCE_BYTES]; /* an address, or "unix:UID" */
    bool local;                        /* Unix socket or loopback: exempt from counts by source */
    bool encrypted;
    bool console; /* root or the daemon's own user on the Unix socket */

    /* Kept by server/requests.c and server/watchers.c */
    bool hello_done;
    uint64_t sign_in; /* 0: nobody is signed in */
    uint64_t account;
    unsigned login_failures;
    unsigned in_flight;         /* requests whose answer comes later */
    struct allowance allowance; /* before sign-in */
    bool nonce_good;            /* one was made, and not used */
    uint8_t nonce[NONCE_BYTES];
    struct subscription *subscriptions;
    unsigned subscription_count;
    struct session *account_next; /* others of the same account */
    uint64_t acting_for;          /* account as which an admin acts here; 0: none */
    uint64_t event_sequence;      /* the last event told, so that no event is told twice, */
    uint64_t event_ticket;        /* and about which ticket */

    /* Nobody's but server/session.c's and server/sessions.c's */
    struct sessions *sessions;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    struct link *link;
    uv_write_t write;
    bool writing;
    bool reading;
    bool started; /* session_start was called, so on_gone will be */
    bool gone;    /* on_gone was called; what is queued is still written, if `draining` */
    bool draining;
    bool closing;         /* uv_close was called */
    uint64_t accepted_ms; /* these are monotonic */
    uint64_t grace_ms;    /* since when nobody has been signed in */
    uint64_t heard_ms;
    uint64_t receiving_ms; /* since when a request has been coming in; 0: none is */
    uint64_t soft_ms;      /* since when the outbox has been over the soft limit; 0: it is not */
    uint64_t gone_ms;
    uint64_t turn; /* the loop's turn that turn_requests counts */
    unsigned turn_requests;
    struct buffer pending;     /* objects that wait for the next turn: length, bytes */
    struct session *list_next; /* all sessions, gone ones too */
    struct session *list_previous;
    struct session *dirty_next; /* have output for the end of this turn */
    struct session *dirty_previous;
    bool dirty;
    struct session *waiting_next; /* have requests for the next turn */
    struct session *waiting_previous;
    bool waiting;
};

struct sessions_settings {
    uv_loop_t *loop;
    const struct config_limits *limits;   /* may change while running */
    const struct noise_keypair *host_key; /* NULL: no encrypted connections */
    void *context;
    /* One whole request or whatever the client took for one; borrowed for the call, then wiped. */
    void (*on_message)(void *context, struct session *session, struct bytes object);
    /* The connection is over. `why`: ERROR_CONNECTION_LOST when the client left, otherwise the
     * reason the daemon had. */
    void (*on_gone)(void *context, struct session *session, enum error why);
};

/* All connections of the daemon. */
struct sessions;

/* NULL without memory. */
struct sessions *sessions_create(const struct sessions_settings *settings);

/* All connections have to be gone and the loop has to have run since. Accepts NULL. */
void sessions_destroy(struct sessions *sessions);

/* NULL when it is gone. */
struct session *sessions_find(const struct sessions *sessions, uint64_t id);

/* Living connections; with `signed_in` false only those without sign-in. */
size_t sessions_count(const struct sessions *sessions, bool signed_in);

/* Walks the living ones: NULL gives the first. Not over session_end of others than the last given.
 */
struct session *sessions_next(const struct sessions *sessions, const struct session *session);

/* Takes over an accepted stream that was made in `session->socket`: session_create, accept into
 * it, then session_start, or session_drop when that fails. */
struct session *session_create(struct sessions *sessions, bool tcp);

/* `source` is copied. Reading begins. On an error the session is dropped already. From here on
 * on_gone follows, on an error within the call. */
enum error session_start(struct session *session, const char *source, bool local, bool console);

/* Queues one object. A client that does not read is ended: slow_consumer. `secret` hides the length
 * of a password's or token's message. */
void session_send(struct session *session, const struct buffer *object, bool secret);

/* What was just served was as much work as so many requests: they count against the connection's
 * share of this turn. */
void session_charge(struct session *session, unsigned requests);

/* The sign-in changed; 0: nobody is signed in any more. The larger limits come with the first
 * sign-in. Call after the reply was sent. */
void session_signed_in(struct session *session, uint64_t sign_in, uint64_t account);

/* Who a command or question of this session comes from; the source is borrowed from it. */
struct origin session_origin(const struct session *session);

/* Not encrypted: makes a new number for the next signature, instead of the one before. False on an
 * encrypted connection, which has a name already. */
bool session_make_nonce(struct session *session, struct bytes *ret_nonce);

/* What a signature on this connection has to cover: the handshake hash, or the number made last,
 * which is used up by that. False: there is none, say hello again. */
bool session_take_binding(struct session *session, struct key_binding *ret_binding);

/* Says bye with code and sentence (NULL: the code's own), writes what is queued and closes. */
void session_end(struct session *session, enum error code, const char *sentence);

/* Closes at once without a word. */
void session_drop(struct session *session, enum error why);

/* session_end for all. */
void sessions_end_all(struct sessions *sessions, enum error code, const char *sentence);

/* Closes every socket at once, also of those that are still being let go. */
void sessions_drop_all(struct sessions *sessions);

/* No socket is open any more, not even of a session that is gone. */
bool sessions_all_closed(const struct sessions *sessions);

#endif
