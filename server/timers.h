/* The desk's alarm clock: knows the timers that are due first and says when their time has come.
 * There are no periodic ticks; the rows are looked at when they may have changed. */
#ifndef TTYDESK_SERVER_TIMERS_H
#define TTYDESK_SERVER_TIMERS_H

#include <uv.h>

#include "proto/errors.h"
#include "server/store/rows.h"

enum { TIMERS_FIRED_MAX = 64 /* on their way at once */ };

/* Which timer: its key. */
struct timer_key {
    uint64_t due_ms;
    uint64_t id;
};

struct timers_settings {
    uv_loop_t *loop;
    uint64_t retry_ms; /* a timer that was fired and is still there is fired again after this */
    void *context;
    /* The timer after this one, in the order in which they are due; zeros: the first.
     * ERROR_NOT_FOUND: there is none; others: the desk can't be read now. */
    enum error (*next)(void *context, struct timer_key after, struct timer_key *ret_key);
    /* The time that commands are stamped with now. */
    uint64_t (*now_ms)(void *context);
    /* It is due: has to lead to its end, or to nothing. May not call back. */
    void (*fire)(void *context, struct timer_key key);
};

struct timers;

/* NULL without memory. Looks at nothing before the first timers_look. */
struct timers *timers_create(const struct timers_settings *settings);

/* The timers may have changed: at the start, and after every settled batch. */
void timers_look(struct timers *timers);

/* What this timer is for is damaged: it is not fired again while the daemon runs, so that it holds
 * up nobody. */
void timers_set_aside(struct timers *timers, struct timer_key key);

/* The loop has to turn once more. Accepts NULL. */
void timers_destroy(struct timers *timers);

#endif
