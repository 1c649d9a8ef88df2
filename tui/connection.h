/* The client's one connection to the desk: socket and link, hello and resume, requests in flight,
 * and coming back after a lost line. Model and verbs stand on it; it knows no tickets.
 *
 *     open -> OPENING -> READY -(line lost)-> WAITING -> OPENING -> READY ...
 *                 \-> CLOSED, and connection_error() says why
 *
 * Requests may be made at any time; they are sent when READY. Those that can be repeated (queries,
 * and commands with an operation id) survive a lost line: they are sent again, byte for byte, after
 * the resume. The others then fail with ERROR_CONNECTION_LOST. */
#ifndef TTYDESK_TUI_CONNECTION_H
#define TTYDESK_TUI_CONNECTION_H

#include <uv.h>

#include "proto/key_proof.h"
#include "proto/messages.h"
#include "tui/address.h"
#include "tui/known_hosts.h"

enum connection_state {
    CONNECTION_CLOSED,
    CONNECTION_OPENING,
    CONNECTION_READY,
    CONNECTION_WAITING,
};

struct connection;

struct connection_callbacks {
    /* The state changed; may request, must not destroy. May be NULL. */
    void (*on_state)(void *context, enum connection_state state);
    /* `message` is the struct of notifications[kind].table, borrowed. May be NULL. */
    void (*on_notification)(void *context, enum notification kind, const void *message);
    /* The sign-in's token changed (NULL: nobody is signed in any more). May be NULL. */
    void (*on_token)(void *context, const uint8_t *token);
};

struct connection_settings {
    uv_loop_t *loop;
    struct address address;
    const char *own_hosts;  /* path of the person's known_hosts; NULL: none is read or written */
    const char *site_hosts; /* path of the site's known_hosts; NULL: none */
    const char *program;    /* name and version for hello */
    bool stay;              /* come back after a lost line; otherwise a lost line closes */
    struct connection_callbacks callbacks;
    void *context;
};

/* NULL without memory. Texts are copied. */
struct connection *connection_create(const struct connection_settings *settings);

/* Says goodbye and frees once the loop has closed everything; no callback is called any more. Those
 * waiting for replies get none. Accepts NULL. */
void connection_destroy(struct connection *connection);

/* Begins to connect; with a token (TOKEN_BYTES, copied) the sign-in is resumed before READY. */
void connection_open(struct connection *connection, const uint8_t *token);

/* WAITING: tries now rather than at connection_retry_ms(). */
void connection_retry(struct connection *connection);

/* Called once, with the reply (struct of methods[method].reply) or with the failure, both borrowed.
 * `error` is ERROR_NONE or the failure's code; `failure->message` always has a sentence. */
typedef void connection_reply(void *context, enum error error, const void *reply,
                              const struct failure *failure);

/* Sends a request (struct of methods[method].request). Requests that have an operation id field get
 * one when it is empty. Returns a number to cancel with; 0 without memory (on_reply not called). */
uint64_t connection_request(struct connection *connection, enum method method, const void *request,
                            connection_reply *on_reply, void *context);

/* What is asked from here on holds for this line alone: on another one it would be asked by
 * somebody else. When the line is lost all of it fails, and until there is another one nothing is
 * asked. */
void connection_bind(struct connection *connection, bool bound);

/* The reply will not be told. What was sent may still be done by the desk. */
void connection_cancel(struct connection *connection, uint64_t request);

/* --- What is known --------------------------------------------------------------------------- */

enum connection_state connection_state(const struct connection *connection);

/* Why it is CLOSED or WAITING. */
enum error connection_error(const struct connection *connection);

/* The same as a sentence with names, for people. */
const char *connection_problem(const struct connection *connection);

bool connection_signed_in(const struct connection *connection);

/* What a signature on this line has to cover. On the Unix socket it is good for one: false when it
 * was used, until METHOD_HELLO was asked again, and without a line. */
bool connection_take_binding(struct connection *connection, struct key_binding *ret_binding);

/* The reply of the last hello; zeroed before the first. Texts live until the next one. */
const struct hello_reply *connection_hello(const struct connection *connection);

/* The key the server proved to have; meaningful after ERROR_HOST_KEY_UNKNOWN or
 * ERROR_HOST_KEY_CHANGED, or when ready over TCP. */
const uint8_t *connection_host_key(const struct connection *connection);

/* The person agreed to the key just shown: remembers it in own_hosts. ERROR_SYSTEM. */
enum error connection_trust(struct connection *connection);

const struct address *connection_address(const struct connection *connection);

/* How long until the next try, in milliseconds; 0 when not WAITING. */
uint64_t connection_retry_ms(const struct connection *connection);

/* Requests whose reply is still to come. */
size_t connection_pending(const struct connection *connection);

/* The desk's time now, from its hello and this machine's monotonic clock; 0 before. */
uint64_t connection_desk_ms(const struct connection *connection);

#endif
