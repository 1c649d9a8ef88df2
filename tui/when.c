#include "tui/when.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

void when_age(uint64_t now_ms, uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    uint64_t minutes = now_ms > time_ms ? (now_ms - time_ms) / 60000 : 0;

    if (minutes == 0) {
        snprintf(ret_text, WHEN_SIZE, "now");
    } else if (minutes < 60) {
        snprintf(ret_text, WHEN_SIZE, "%" PRIu64 "m", minutes);
    } else if (minutes < UINT64_C(24) * 60) {
        snprintf(ret_text, WHEN_SIZE, "%" PRIu64 "h", minutes / 60);
    } else if (minutes < UINT64_C(100) * 24 * 60) {
        snprintf(ret_text, WHEN_SIZE, "%" PRIu64 "d", minutes / (UINT64_C(24) * 60));
    } else {
        snprintf(ret_text, WHEN_SIZE, "%" PRIu64 "w", minutes / (UINT64_C(7) * 24 * 60));
    }
}

static struct tm local_time(uint64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm result = {0};

    localtime_r(&seconds, &result);
    return result;
}

void when_date(uint64_t now_ms, uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    struct tm now = local_time(now_ms);
    struct tm time = local_time(time_ms);

    strftime(ret_text, WHEN_SIZE, now.tm_year == time.tm_year ? "%e %b %H:%M" : "%e %b %Y", &time);
}

void when_clock(uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    struct tm time = local_time(time_ms);

    strftime(ret_text, WHEN_SIZE, "%H:%M", &time);
}

void when_zone(uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    struct tm time = local_time(time_ms);
    char zone[WHEN_SIZE]; /* "+0200" */

    strftime(zone, sizeof zone, "%z", &time);
    snprintf(ret_text, WHEN_SIZE, "%.3s:%.2s", zone, zone + 3);
}

uint64_t when_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
