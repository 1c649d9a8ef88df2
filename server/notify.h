/* What the daemon tells a service manager, and the sockets it is given by one: the datagrams and
 * environment variables of systemd's sd_notify(3) and sd_listen_fds(3), which are a stable
 * contract. Without such a manager everything here succeeds and does nothing. */
#ifndef TTYDESK_SERVER_NOTIFY_H
#define TTYDESK_SERVER_NOTIFY_H

#include "proto/errors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero talks to nobody. */
struct notify {
    bool connected;
    int fd;
    uint64_t watchdog_ms; /* send notify_watchdog more often than this; 0: nobody waits for it */
};

/* Reads and removes NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID from the environment. To be
 * called before there are threads and before privileges are dropped. ERROR_SYSTEM (errno): the
 * socket they name can't be reached. */
enum error notify_open(struct notify *ret_notify);
void notify_close(struct notify *notify);

/* Failures are not reported: a deaf manager is no reason to stop serving. `status` is one line for
 * people, NULL for none. */
void notify_ready(const struct notify *notify, const char *status);
void notify_reloading(const struct notify *notify);
void notify_stopping(const struct notify *notify);
void notify_watchdog(const struct notify *notify);

#define ACTIVATION_SOCKETS_MAX 16
#define ACTIVATION_NAME_BYTES  64

struct activation_socket {
    int fd; /* listening, close-on-exec; the caller's to close */
    bool is_unix;
    char name[ACTIVATION_NAME_BYTES]; /* FileDescriptorName=, cut; empty when not told */
};

struct activation {
    size_t count;
    struct activation_socket sockets[ACTIVATION_SOCKETS_MAX];
};

/* Takes over the sockets passed to this very process, none when there are none, and removes
 * LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES from the environment. ERROR_INVALID_FIELD: the
 * variables make no sense, are too many, or something passed is no listening stream socket of a
 * kind we serve. */
enum error activation_take(struct activation *ret_activation);

#endif
