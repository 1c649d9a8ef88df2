/* The edge of the desk: a wish becomes a command here, with all that is not state put into it (who,
 * when, random bits, the operation id, a digest), so that the core needs nothing else. */
#ifndef TTYDESK_SERVER_STAMPING_H
#define TTYDESK_SERVER_STAMPING_H

#include "server/clock.h"
#include "server/logging.h"
#include "server/submission.h"

/* One for the daemon; to be filled but for the last member. */
struct stamping {
    struct clock *clock;
    struct log_time (*now)(void);
    struct logger *logger; /* may be NULL */
    uint64_t last_fresh_id;
};

/* The desk's time now, in milliseconds since 1970 UTC; never before an earlier one. */
uint64_t stamping_time(struct stamping *stamping);

/* A submission of a request, the struct of methods[method].request in this arena, which it takes
 * over: `arena` is empty then. The origin's source is copied. Nobody waits for its answer yet.
 * NULL without memory; the arena still belongs to the caller. */
struct submission *stamping_submission(struct arena *arena, enum method method, const void *request,
                                       const struct origin *origin);

/* Just before it is handed to the log: when it was, and a fresh id. */
void stamping_stamp(struct stamping *stamping, struct submission *submission);

#endif
