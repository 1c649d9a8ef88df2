#include "server/clock.h"

#include <stddef.h>

void clock_init(struct clock *clock, uint64_t wall_ms, uint64_t monotonic_ms, uint64_t last_ms)
{
    *clock = (struct clock){
        .wall_start_ms = wall_ms, .monotonic_start_ms = monotonic_ms, .last_ms = last_ms};
}

uint64_t clock_stamp(struct clock *clock, uint64_t wall_ms, uint64_t monotonic_ms, bool *ret_alarm)
{
    uint64_t expected_ms = clock->wall_start_ms + (monotonic_ms - clock->monotonic_start_ms);
    uint64_t stray_ms = wall_ms > expected_ms ? wall_ms - expected_ms : expected_ms - wall_ms;
    bool astray = stray_ms > CLOCK_STRAY_MS;
    if (ret_alarm != NULL) {
        *ret_alarm = astray && !clock->astray;
    }
    clock->astray = astray;
    if (!astray) {
        /* Follow the slow corrections of a time service, or they would add up to a stray. */
        clock->wall_start_ms = wall_ms;
        clock->monotonic_start_ms = monotonic_ms;
    }
    uint64_t time_ms = astray ? expected_ms : wall_ms;
    if (time_ms > clock->last_ms) {
        clock->last_ms = time_ms;
    }
    return clock->last_ms;
}
