/* The doors: a Unix socket, TCP addresses, or sockets a service manager hands over. Accepts,
 * counts, refuses; what it lets in is a session. */
#ifndef TTYDESK_SERVER_LISTENER_H
#define TTYDESK_SERVER_LISTENER_H

#include "server/config.h"
#include "server/logging.h"
#include "server/notify.h"
#include "server/session.h"
#include "server/throttle.h"

struct listener_settings {
    uv_loop_t *loop;
    const struct config *config; /* limits may change while running */
    struct sessions *sessions;
    struct throttle *throttle;
    struct logger *logger;
    const struct activation *activation; /* sockets handed over; with any, the addresses of the
                                            configuration are not opened */
};

struct listener;

/* Opens every door, or none. ERROR_ALREADY_DONE: somebody listens at the Unix socket already.
 * ERROR_SYSTEM, ERROR_NO_MEMORY. `ret_problem` says which and why. */
enum error listener_open(const struct listener_settings *settings, struct listener **ret_listener,
                         struct problem *ret_problem);

/* The mode of the Unix socket may have changed. */
void listener_reload(struct listener *listener);

/* A session is over: one less of its source. `why` decides on a penalty. */
void listener_gone(struct listener *listener, const struct session *session, enum error why);

/* Accepts no more and removes the Unix socket it made. */
void listener_stop(struct listener *listener);

/* After listener_stop, and after the loop has run. Accepts NULL. */
void listener_destroy(struct listener *listener);

/* The port of the first TCP address, for tests that let the system choose; 0: none. */
uint16_t listener_port(const struct listener *listener);

#endif
