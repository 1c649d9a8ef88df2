/* The desk's alarm clock: knows the timer that is due first and says when its time has come. There
 * are no periodic ticks; the rows are looked at when they may have changed. */
#ifndef TTYDESK_SERVER_TIMERS_H
#define TTYDESK_SERVER_TIMERS_H

#include <uv.h>

#include "proto/errors.h"
#include "server/store/rows.h"

struct timers_settings {
    uv_loop_t *loop;
    uint64_t retry_ms; /* a timer that was fired and is still there is fired again after this */
    void *context;
    /* The timer due first. ERROR_NOT_FOUND: there is none; others: the desk can't be read now. */
    enum error (*first)(void *context, struct row_timer *ret_timer);
    /* The time that commands are stamped with now. */
    uint64_t (*now_ms)(void *context);
    /* It is due: has to lead to its end, or to nothing. May not call back. */
    void (*fire)(void *context, const struct row_timer *timer);
};

struct timers;

/* NULL without memory. Looks at nothing before the first timers_look. */
struct timers *timers_create(const struct timers_settings *settings);

/* The timers may have changed: at the start, and after every settled batch. */
void timers_look(struct timers *timers);

/* The loop has to turn once more. Accepts NULL. */
void timers_destroy(struct timers *timers);

#endif
