/* What one sign-in may still ask for: its token buckets, kept over its connections, so that a new
 * connection is no fresh start. Bounded; in memory only. */
#ifndef TTYDESK_SERVER_ALLOWANCE_H
#define TTYDESK_SERVER_ALLOWANCE_H

#include "server/number_map.h"
#include "server/rate.h"

#define ALLOWANCES_MAX      16384 /* kept at once */
#define ALLOWANCE_FORGET_MS 60000 /* unused for so long it may be forgotten */

/* All zero is a fresh one. */
struct allowance {
    struct rate requests;
    struct rate changes;
    struct rate searches;
    uint64_t used_ms;
};

/* All zero is empty. */
struct allowances {
    struct number_map by_sign_in;
};

void allowances_finish(struct allowances *allowances);

/* The allowance of a sign-in; `own`, the connection's, when nobody is signed in (0) or there is no
 * room for one more. Borrowed until the next call. */
struct allowance *allowances_of(struct allowances *allowances, uint64_t sign_in, uint64_t now_ms,
                                struct allowance *own);

#endif
