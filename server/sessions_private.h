/* Between session.c (one connection) and sessions.c (all of them); nobody else's. */
#ifndef TTYDESK_SERVER_SESSIONS_PRIVATE_H
#define TTYDESK_SERVER_SESSIONS_PRIVATE_H

#include "server/session.h"

enum { SESSIONS_READ_BYTES = 65536 };

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
    char *input; /* SESSIONS_READ_BYTES, shared: what is read is fed before the next read */
    unsigned open_handles;
};

/* --- sessions.c ------------------------------------------------------------------------------- */

/* Into and out of the list of all that have a socket. */
void sessions_add(struct session *session);
void sessions_remove(struct session *session);

/* There is output, to be flushed at the end of the turn. */
void sessions_mark_dirty(struct session *session);
void sessions_mark_clean(struct session *session);

/* There are requests for the next turn. */
void sessions_mark_waiting(struct session *session);
void sessions_mark_served(struct session *session);

/* Of the loop, monotonic. */
uint64_t sessions_now(const struct sessions *sessions);

/* --- session.c -------------------------------------------------------------------------------- */

/* Writes what the socket takes now and leaves the rest to libuv. */
void session_flush(struct session *session);

/* Serves what waited, as much as one turn allows. */
void session_serve_pending(struct session *session);

void session_close_socket(struct session *session);

#endif
