/* The daemon's wiring diagram: its parts in the order of their construction, with the callbacks
 * between them connected in sight of each other. */
#ifndef TTYDESK_SERVER_DAEMON_H
#define TTYDESK_SERVER_DAEMON_H

#include "proto/noise.h"
#include "server/config.h"
#include "server/logging.h"
#include "server/notify.h"
#include "server/store/store.h"

struct daemon_settings {
    struct config *config;   /* changed by a reload */
    const char *config_path; /* read again on SIGHUP; NULL: nothing to read */
    struct store *store;
    const struct noise_keypair *host_key;
    struct logger *logger;
    const struct notify *notify;
    const struct activation *activation;
    bool accept_clock; /* serve although the clock is behind the last entry */
};

/* Serves until SIGTERM or SIGINT, then finishes what was accepted. ERROR_SYSTEM and others:
 * serving could not begin, `ret_problem` says why. When the store can no longer be trusted the
 * process ends within the call, with status DAEMON_STATUS_FATAL. */
enum error daemon_run(const struct daemon_settings *settings, struct problem *ret_problem);

#define DAEMON_STATUS_FATAL 74

#endif
