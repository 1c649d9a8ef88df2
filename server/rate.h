/* A token bucket: so many a second, so many at once after a pause. Plain numbers, no clock. */
#ifndef TTYDESK_SERVER_RATE_H
#define TTYDESK_SERVER_RATE_H

#include <stdbool.h>
#include <stdint.h>

/* All zero is a full bucket. */
struct rate {
    uint64_t spent_milli; /* thousandths of tokens taken and not yet grown again */
    uint64_t at_ms;
};

/* Takes one token out of a bucket of `burst` that gains `count` every `period_ms`; count 0 is no
 * limit. False when it is empty; `ret_retry_after_ms` is then the wait for the next token. */
bool rate_take(struct rate *rate, uint64_t count, uint64_t period_ms, uint64_t burst,
               uint64_t now_ms, uint64_t *ret_retry_after_ms);

/* Takes `tokens` more than were asked for, into debt if need be: work is paid for when it is known
 * how much it was. */
void rate_charge(struct rate *rate, uint64_t count, uint64_t tokens);

#endif
