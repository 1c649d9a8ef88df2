#include "server/timers.h"

#include <stdlib.h>

/* No longer at once: so a clock that is corrected little by little can't make a far timer late. */
#define ARMED_MAX_MS (UINT64_C(3600) * 1000)

struct timers {
    struct timers_settings settings;
    uv_timer_t alarm;
    bool fired; /* the timer below, and whether that ended it is not known yet */
    uint64_t fired_due_ms;
    uint64_t fired_id;
};

static void on_alarm(uv_timer_t *alarm)
{
    struct timers *timers = alarm->data;
    timers->fired = false;
    timers_look(timers);
}

static void arm(struct timers *timers, uint64_t in_ms)
{
    (void)uv_timer_start(&timers->alarm, on_alarm, in_ms < ARMED_MAX_MS ? in_ms : ARMED_MAX_MS, 0);
}

static void fire(struct timers *timers, const struct row_timer *timer)
{
    timers->fired = true;
    timers->fired_due_ms = timer->due_ms;
    timers->fired_id = timer->id;
    arm(timers, timers->settings.retry_ms);
    timers->settings.fire(timers->settings.context, timer);
}

struct timers *timers_create(const struct timers_settings *settings)
{
    struct timers *timers = calloc(1, sizeof *timers);
    if (timers != NULL) {
        timers->settings = *settings;
        (void)uv_timer_init(settings->loop, &timers->alarm);
        timers->alarm.data = timers;
    }
    return timers;
}

void timers_look(struct timers *timers)
{
    struct row_timer first;
    enum error error = timers->settings.first(timers->settings.context, &first);
    if (error == ERROR_NOT_FOUND) {
        timers->fired = false;
        (void)uv_timer_stop(&timers->alarm);
        return;
    }
    if (error != ERROR_NONE) {
        arm(timers, timers->settings.retry_ms);
        return;
    }
    if (timers->fired && first.due_ms == timers->fired_due_ms && first.id == timers->fired_id) {
        return; /* the alarm is set for another try */
    }
    timers->fired = false;
    uint64_t now_ms = timers->settings.now_ms(timers->settings.context);
    if (first.due_ms > now_ms) {
        arm(timers, first.due_ms - now_ms);
    } else {
        fire(timers, &first);
    }
}

static void on_closed(uv_handle_t *alarm)
{
    free(alarm->data);
}

void timers_destroy(struct timers *timers)
{
    if (timers != NULL) {
        uv_close((uv_handle_t *)&timers->alarm, on_closed);
    }
}
