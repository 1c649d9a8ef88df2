#include "server/rate.h"

#include "proto/require.h"

enum { TOKEN = 1000 };

bool rate_take(struct rate *rate, uint64_t count, uint64_t period_ms, uint64_t burst,
               uint64_t now_ms, uint64_t *ret_retry_after_ms)
{
    require(period_ms > 0);
    if (count == 0) {
        return true;
    }
    uint64_t passed_ms = now_ms > rate->at_ms ? now_ms - rate->at_ms : 0;
    uint64_t full_after_ms = rate->spent_milli * period_ms / (count * TOKEN) + 1;
    uint64_t grown =
        passed_ms >= full_after_ms ? rate->spent_milli : passed_ms * count * TOKEN / period_ms;
    if (grown > 0 || rate->spent_milli == 0) {
        rate->spent_milli -= grown < rate->spent_milli ? grown : rate->spent_milli;
        rate->at_ms = now_ms;
    }
    uint64_t room = (burst > 0 ? burst : 1) * TOKEN;
    if (rate->spent_milli + TOKEN > room) {
        uint64_t missing = rate->spent_milli + TOKEN - room;
        *ret_retry_after_ms = missing * period_ms / (count * TOKEN) + 1;
        return false;
    }
    rate->spent_milli += TOKEN;
    return true;
}

void rate_charge(struct rate *rate, uint64_t count, uint64_t tokens)
{
    if (count > 0) {
        rate->spent_milli += tokens * TOKEN;
    }
}
