/* Times as people write them in queries. Days begin at midnight where the person is, so far as the
 * offset of their clock tells. */
#include <string.h>
#include <strings.h>

#include "proto/condition_internal.h"

const char query_times[] =
    "today, yesterday, monday, -7d, 2026-11-01, 2026-11 or a range such as -7d..-2d";

#define MINUTE_MS UINT64_C(60000)
#define DAY_MS    (UINT64_C(1440) * MINUTE_MS)

enum { SPAN_DIGITS_MAX = 5, YEAR_MIN = 1970, YEAR_MAX = 9999 };

/* A moment or a span of time. */
struct moment {
    uint64_t from_ms;
    uint64_t to_ms; /* after it; of a moment the same as from */
};

/* --- The calendar, in days since 1970 as the person's clock has them --- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

static int64_t days_before_year(int year)
{
    int64_t years = year - 1;
    return years * 365 + years / 4 - years / 100 + years / 400 - INT64_C(719162);
}

static int64_t days_before(int year, int month, int day)
{
    int64_t days = days_before_year(year) + day - 1;
    for (int before = 1; before < month; before++) {
        days += days_of_month(year, before);
    }
    return days;
}

/* Midnight there, in the desk's milliseconds; what lies before 1970 is 1970. */
static uint64_t midnight(const struct condition_clock *clock, int64_t day)
{
    int64_t time_ms = day * (int64_t)DAY_MS - clock->offset_minutes * (int64_t)MINUTE_MS;
    return time_ms < 0 ? 0 : (uint64_t)time_ms;
}

static int64_t today(const struct condition_clock *clock)
{
    return ((int64_t)clock->now_ms + clock->offset_minutes * (int64_t)MINUTE_MS) / (int64_t)DAY_MS;
}

static struct moment day_span(const struct condition_clock *clock, int64_t first, int64_t after)
{
    return (struct moment){midnight(clock, first), midnight(clock, after)};
}

/* --- Words --- */

static bool word_is(struct text text, const char *word, size_t length)
{
    return text.length == length && strncasecmp(text.data, word, length) == 0;
}

/* "today", "yesterday", and days of the week, the last one that has begun; three letters do. */
static bool read_day_name(const struct condition_clock *clock, struct text text,
                          struct moment *ret_moment)
{
    static const char *const names[] = {"thursday", "friday",  "saturday", "sunday",
                                        "monday",   "tuesday", "wednesday"};
    int64_t now = today(clock);
    int64_t day = -1;
    if (word_is(text, "today", strlen("today"))) {
        day = now;
    } else if (word_is(text, "yesterday", strlen("yesterday"))) {
        day = now - 1;
    }
    for (int64_t i = 0; i < 7; i++) { /* day 0 of 1970 was a Thursday */
        if (word_is(text, names[i], strlen(names[i])) || word_is(text, names[i], 3)) {
            day = now - (now - i) % 7;
        }
    }
    if (day >= 0) {
        *ret_moment = day_span(clock, day, day + 1);
    }
    return day >= 0;
}

/* So many digits as there are, at most `most`; false when there are none or more. */
static bool read_digits(struct text *text, size_t least, size_t most, int *ret_number)
{
    size_t length = 0;
    *ret_number = 0;
    while (length < text->length && text->data[length] >= '0' && text->data[length] <= '9') {
        *ret_number = length < most ? *ret_number * 10 + (text->data[length] - '0') : 0;
        length++;
    }
    text->data += length;
    text->length -= length;
    return length >= least && length <= most;
}

/* "-7d": that long ago; m, h, d, w. */
static bool read_ago(const struct condition_clock *clock, struct text text,
                     struct moment *ret_moment)
{
    static const struct {
        char unit;
        uint64_t ms;
    } units[] = {{'m', MINUTE_MS}, {'h', 60 * MINUTE_MS}, {'d', DAY_MS}, {'w', 7 * DAY_MS}};
    int number;
    if (text.length < 3 || text.data[0] != '-') {
        return false;
    }
    text = (struct text){text.data + 1, text.length - 1};
    if (!read_digits(&text, 1, SPAN_DIGITS_MAX, &number) || text.length != 1) {
        return false;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if ((text.data[0] | 0x20) == units[i].unit) {
            uint64_t ago_ms = (uint64_t)number * units[i].ms;
            uint64_t time_ms = ago_ms < clock->now_ms ? clock->now_ms - ago_ms : 0;
            *ret_moment = (struct moment){time_ms, time_ms};
            return true;
        }
    }
    return false;
}

static bool read_dash(struct text *text)
{
    bool is_dash = text->length > 0 && text->data[0] == '-';
    text->data += is_dash;
    text->length -= is_dash;
    return is_dash;
}

/* "2026", "2026-11", "2026-11-01". */
static bool read_date(const struct condition_clock *clock, struct text text,
                      struct moment *ret_moment)
{
    int year;
    int month = 1;
    int day = 1;
    if (!read_digits(&text, 4, 4, &year) || year < YEAR_MIN || year > YEAR_MAX) {
        return false;
    }
    if (text.length == 0) {
        *ret_moment = day_span(clock, days_before_year(year), days_before_year(year + 1));
        return true;
    }
    if (!read_dash(&text) || !read_digits(&text, 1, 2, &month) || month < 1 || month > 12) {
        return false;
    }
    int64_t first = days_before(year, month, 1);
    if (text.length == 0) {
        *ret_moment = day_span(clock, first, first + days_of_month(year, month));
        return true;
    }
    if (!read_dash(&text) || !read_digits(&text, 1, 2, &day) || day < 1 ||
        day > days_of_month(year, month) || text.length > 0) {
        return false;
    }
    *ret_moment = day_span(clock, first + day - 1, first + day);
    return true;
}

static bool read_moment(const struct condition_clock *clock, struct text text,
                        struct moment *ret_moment)
{
    return read_day_name(clock, text, ret_moment) || read_ago(clock, text, ret_moment) ||
           read_date(clock, text, ret_moment);
}

/* --- Ranges --- */

/* Where ".." is; the text's length when it is nowhere. */
static size_t find_dots(struct text text)
{
    for (size_t i = 0; i + 1 < text.length; i++) {
        if (text.data[i] == '.' && text.data[i + 1] == '.') {
            return i;
        }
    }
    return text.length;
}

/* "A..B": from where A begins until B ends; one of them may be left out. */
static bool read_range(const struct condition_clock *clock, struct text text, size_t dots,
                       struct moment *ret_range)
{
    struct text first = {text.data, dots};
    struct text last = {text.data + dots + 2, text.length - dots - 2};
    struct moment from = {0, 0};
    struct moment to = {UINT64_MAX, UINT64_MAX};
    if ((first.length == 0 && last.length == 0) ||
        (first.length > 0 && !read_moment(clock, first, &from)) ||
        (last.length > 0 && !read_moment(clock, last, &to))) {
        return false;
    }
    *ret_range = (struct moment){from.from_ms, to.to_ms};
    return true;
}

/* "<A", "<=A", ">A", ">=A". */
static bool read_comparison(const struct condition_clock *clock, struct text text,
                            struct moment *ret_range)
{
    bool is_before = text.data[0] == '<';
    size_t sign = text.length > 1 && text.data[1] == '=' ? 2 : 1;
    bool is_with = sign == 2;
    struct moment moment;
    text = (struct text){text.data + sign, text.length - sign};
    if (!read_moment(clock, text, &moment)) {
        return false;
    }
    *ret_range = is_before ? (struct moment){0, is_with ? moment.to_ms : moment.from_ms}
                           : (struct moment){is_with ? moment.from_ms : moment.to_ms, UINT64_MAX};
    return true;
}

bool condition_times(const struct condition_clock *clock, struct text text, uint64_t *ret_from_ms,
                     uint64_t *ret_to_ms)
{
    struct moment range;
    size_t dots = find_dots(text);
    bool is_sound;
    if (text.length > 0 && (text.data[0] == '<' || text.data[0] == '>')) {
        is_sound = read_comparison(clock, text, &range);
    } else if (dots < text.length) {
        is_sound = read_range(clock, text, dots, &range);
    } else {
        is_sound = read_moment(clock, text, &range);
        /* A time by itself is since when. */
        range.to_ms = is_sound && range.from_ms == range.to_ms ? UINT64_MAX : range.to_ms;
    }
    if (is_sound) {
        *ret_from_ms = range.from_ms;
        *ret_to_ms = range.to_ms;
    }
    return is_sound;
}

bool condition_zone_read(struct text text, int *ret_offset_minutes)
{
    int hours;
    int minutes;
    if (text.length != 6 || (text.data[0] != '+' && text.data[0] != '-')) {
        return false;
    }
    bool is_west = text.data[0] == '-';
    text = (struct text){text.data + 1, text.length - 1};
    if (!read_digits(&text, 2, 2, &hours) || text.data[0] != ':') {
        return false;
    }
    text = (struct text){text.data + 1, text.length - 1};
    if (!read_digits(&text, 2, 2, &minutes) || minutes > 59 || hours > 18) {
        return false;
    }
    *ret_offset_minutes = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return true;
}
