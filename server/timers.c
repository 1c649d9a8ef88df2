#include "server/timers.h"

#include <stdlib.h>

/* No longer at once: so a clock that is corrected little by little can't make a far timer late. */
#define ARMED_MAX_MS (UINT64_C(3600) * 1000)

enum {
    FIRED_MAX = TIMERS_FIRED_MAX,
    SET_ASIDE_MAX = 1024 /* with more than that damaged, the others are tried again and again */
};

struct timers {
    struct timers_settings settings;
    uv_timer_t alarm;
    struct timer_key fired[FIRED_MAX]; /* whether that ended them is not known yet */
    size_t fired_count;
    struct timer_key set_aside[SET_ASIDE_MAX];
    size_t set_aside_count;
};

static void on_alarm(uv_timer_t *alarm)
{
    struct timers *timers = alarm->data;
    timers->fired_count = 0;
    timers_look(timers);
}

static void arm(struct timers *timers, uint64_t in_ms)
{
    (void)uv_timer_start(&timers->alarm, on_alarm, in_ms < ARMED_MAX_MS ? in_ms : ARMED_MAX_MS, 0);
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

static bool is_among(const struct timer_key *keys, size_t count, struct timer_key key)
{
    for (size_t i = 0; i < count; i++) {
        if (keys[i].due_ms == key.due_ms && keys[i].id == key.id) {
            return true;
        }
    }
    return false;
}

void timers_set_aside(struct timers *timers, struct timer_key key)
{
    if (timers->set_aside_count < SET_ASIDE_MAX &&
        !is_among(timers->set_aside, timers->set_aside_count, key)) {
        timers->set_aside[timers->set_aside_count++] = key;
    }
}

/* Fires those that are due and not on their way already. */
static void fire_due(struct timers *timers, const struct timer_key *due, size_t due_count)
{
    struct timer_key fired[FIRED_MAX];
    size_t fired_count = timers->fired_count;
    bool is_new = false;

    for (size_t i = 0; i < fired_count; i++) {
        fired[i] = timers->fired[i];
    }
    timers->fired_count = 0;
    for (size_t i = 0; i < due_count; i++) {
        timers->fired[timers->fired_count++] = due[i];
    }
    for (size_t i = 0; i < due_count; i++) {
        if (!is_among(fired, fired_count, due[i])) {
            is_new = true;
            timers->settings.fire(timers->settings.context, due[i]);
        }
    }
    if (is_new || !uv_is_active((uv_handle_t *)&timers->alarm)) {
        arm(timers, timers->settings.retry_ms); /* else it is set for another try */
    }
}

/* The first that are due, without those set aside; `ret_next_ms`: until the one after
 * them, 0: there is none. */
static enum error find_due(struct timers *timers, struct timer_key ret_due[FIRED_MAX],
                           size_t *ret_count, uint64_t *ret_next_ms)
{
    uint64_t now_ms = timers->settings.now_ms(timers->settings.context);
    struct timer_key key = {.due_ms = 0};
    enum error error;

    *ret_count = 0;
    *ret_next_ms = 0;
    while ((error = timers->settings.next(timers->settings.context, key, &key)) == ERROR_NONE) {
        if (is_among(timers->set_aside, timers->set_aside_count, key)) {
            continue;
        }
        if (key.due_ms > now_ms || *ret_count == FIRED_MAX) {
            *ret_next_ms = key.due_ms > now_ms ? key.due_ms - now_ms : 0;
            return ERROR_NONE;
        }
        ret_due[(*ret_count)++] = key;
    }
    return error == ERROR_NOT_FOUND ? ERROR_NONE : error;
}

void timers_look(struct timers *timers)
{
    struct timer_key due[FIRED_MAX];
    size_t count;
    uint64_t next_ms;

    if (find_due(timers, due, &count, &next_ms) != ERROR_NONE) {
        arm(timers, timers->settings.retry_ms);
    } else if (count > 0) {
        fire_due(timers, due, count);
    } else if (next_ms > 0) {
        timers->fired_count = 0;
        arm(timers, next_ms);
    } else {
        timers->fired_count = 0;
        (void)uv_timer_stop(&timers->alarm);
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
