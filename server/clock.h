/* The desk's time: what commands are stamped with. It never goes back, and while the daemon runs a
 * wall clock that strays more than ten minutes from the monotonic one is not believed. */
#ifndef TTYDESK_SERVER_CLOCK_H
#define TTYDESK_SERVER_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_STRAY_MS (UINT64_C(10) * 60 * 1000)

struct clock {
    uint64_t wall_start_ms;
    uint64_t monotonic_start_ms;
    uint64_t last_ms; /* the last stamp given */
    bool astray;      /* the wall clock is not used at the moment */
};

/* `last_ms` is the time of the last journal entry: stamps begin there at the earliest. */
void clock_init(struct clock *clock, uint64_t wall_ms, uint64_t monotonic_ms, uint64_t last_ms);

/* The time to stamp with, in milliseconds since 1970 UTC. `ret_alarm` (may be NULL) is true when
 * the wall clock has just been found astray. */
uint64_t clock_stamp(struct clock *clock, uint64_t wall_ms, uint64_t monotonic_ms, bool *ret_alarm);

#endif
