#include "tui/when_parse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

const char when_grammar[] =
    "30m, 2h, 3d, 1w, 14:00, tomorrow, monday 14:00, 2026-12-03 or 2026-12-03 14:00";

const char when_past_grammar[] = "30m, 2h, 3d, 1w, today, 2026-12-03 or 2026-12-03 14:00";

/* When people come to work. */
enum { DEFAULT_HOUR = 8 };

/* More makes no sense and might not be a date. */
enum { NUMBER_DIGITS_MAX = 5 };

static const char *skip_blanks(const char *text)
{
    while (*text == ' ') {
        text++;
    }
    return text;
}

/* A number of `least` to `most` digits; NULL when there is none. */
static const char *read_number(const char *text, size_t least, size_t most, int *ret_number)
{
    size_t length = strspn(text, "0123456789");
    *ret_number = 0;
    if (length < least || length > most) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        *ret_number = *ret_number * 10 + (text[i] - '0');
    }
    return text + length;
}

static struct tm local_time(uint64_t time_ms)
{
    time_t seconds = (time_t)(time_ms / 1000);
    struct tm local = {0};
    localtime_r(&seconds, &local);
    return local;
}

static bool to_ms(struct tm local, uint64_t *ret_ms)
{
    local.tm_isdst = -1;
    time_t seconds = mktime(&local);
    if (seconds < 0) {
        return false;
    }
    *ret_ms = (uint64_t)seconds * 1000;
    return true;
}

/* "14:00" and nothing after it. */
static bool read_clock(const char *text, struct tm *local)
{
    int hour;
    int minute;
    const char *end = read_number(text, 1, 2, &hour);
    if (end == NULL || *end != ':' || (end = read_number(end + 1, 2, 2, &minute)) == NULL ||
        *skip_blanks(end) != '\0' || hour > 23 || minute > 59) {
        return false;
    }
    local->tm_hour = hour;
    local->tm_min = minute;
    local->tm_sec = 0;
    return true;
}

static bool parse_span(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
    int number;
    const char *unit = read_number(text, 1, NUMBER_DIGITS_MAX, &number);
    if (unit == NULL || *unit == '\0' || *skip_blanks(unit + 1) != '\0') {
        return false;
    }
    struct tm local = local_time(now_ms);
    switch (tolower((unsigned char)*unit)) {
    case 'm':
        *ret_ms = now_ms + (uint64_t)number * 60000;
        return true;
    case 'h':
        *ret_ms = now_ms + (uint64_t)number * 3600000;
        return true;
    case 'd':
        local.tm_mday += number;
        return to_ms(local, ret_ms);
    case 'w':
        local.tm_mday += number * 7;
        return to_ms(local, ret_ms);
    default:
        return false;
    }
}

/* Today when that is still to come, else tomorrow. */
static bool parse_clock(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
    struct tm local = local_time(now_ms);
    if (!read_clock(text, &local) || !to_ms(local, ret_ms)) {
        return false;
    }
    if (*ret_ms <= now_ms) {
        local.tm_mday++;
    }
    return to_ms(local, ret_ms);
}

/* How many days ahead the word is, with the length of the word; -1 when it is none. */
static int read_day_name(const char *text, int weekday, size_t *ret_length)
{
    static const char *const names[] = {"sunday",   "monday", "tuesday", "wednesday",
                                        "thursday", "friday", "saturday"};
    *ret_length = strcspn(text, " ");
    if (*ret_length == strlen("today") && strncasecmp(text, "today", *ret_length) == 0) {
        return 0;
    }
    if (*ret_length == strlen("tomorrow") && strncasecmp(text, "tomorrow", *ret_length) == 0) {
        return 1;
    }
    for (int day = 0; day < 7; day++) {
        bool is_short = *ret_length == 3;
        bool is_whole = *ret_length == strlen(names[day]);
        if ((is_short || is_whole) && strncasecmp(text, names[day], *ret_length) == 0) {
            return (day - weekday + 6) % 7 + 1;
        }
    }
    return -1;
}

/* "2026-12-03"; NULL when it is none. */
static const char *read_date(const char *text, struct tm *local)
{
    int year;
    int month;
    int day;
    const char *end = read_number(text, 4, 4, &year);
    if (end == NULL || *end != '-' || (end = read_number(end + 1, 1, 2, &month)) == NULL ||
        *end != '-' || (end = read_number(end + 1, 1, 2, &day)) == NULL || month < 1 ||
        month > 12 || day < 1) {
        return NULL;
    }
    struct tm same = {
        .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = 12, .tm_isdst = -1};
    if (mktime(&same) == (time_t)-1 || same.tm_mday != day) {
        return NULL;
    }
    local->tm_year = same.tm_year;
    local->tm_mon = same.tm_mon;
    local->tm_mday = day;
    return end;
}

static bool parse_day(const char *text, uint64_t now_ms, int default_hour, uint64_t *ret_ms)
{
    struct tm local = local_time(now_ms);
    size_t length;
    int ahead = read_day_name(text, local.tm_wday, &length);
    const char *rest = text + length;
    if (ahead >= 0) {
        local.tm_mday += ahead;
    } else if ((rest = read_date(text, &local)) == NULL) {
        return false;
    }
    local.tm_hour = default_hour;
    local.tm_min = 0;
    local.tm_sec = 0;
    if (*skip_blanks(rest) == '\0') {
        return to_ms(local, ret_ms);
    }
    bool is_apart = *rest == ' ' || *rest == 'T';
    return is_apart && read_clock(skip_blanks(rest + 1), &local) && to_ms(local, ret_ms);
}

bool when_parse(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
    uint64_t time_ms;
    text = skip_blanks(text);
    if (!parse_span(text, now_ms, &time_ms) && !parse_clock(text, now_ms, &time_ms) &&
        !parse_day(text, now_ms, DEFAULT_HOUR, &time_ms)) {
        return false;
    }
    *ret_ms = time_ms;
    return true;
}

bool when_parse_past(const char *text, uint64_t now_ms, uint64_t *ret_ms)
{
    uint64_t time_ms;
    text = skip_blanks(text);
    if (parse_span(text, now_ms, &time_ms)) {
        uint64_t span_ms = time_ms - now_ms;
        *ret_ms = span_ms < now_ms ? now_ms - span_ms : 0;
        return true;
    }
    return parse_day(text, now_ms, 0, ret_ms);
}

void when_write(uint64_t time_ms, char ret_text[WHEN_SIZE])
{
    struct tm local = local_time(time_ms);
    strftime(ret_text, WHEN_SIZE, "%Y-%m-%d %H:%M", &local);
}
