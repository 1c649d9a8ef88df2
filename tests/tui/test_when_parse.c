/* Times as people write them. A ticket that comes back on another day than was meant is forgotten.
 */
#include "tui/when_parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* Wednesday, 25 March 2026, 14:30 in Berlin; four days before the clocks change. */
static const uint64_t now_ms = UINT64_C(1774445400000);

static int use_berlin(void **state)
{
    (void)state;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
    tzset();
    return 0;
}

static void means(const char *text, const char *expected)
{
    char written[WHEN_SIZE];
    uint64_t time_ms = 0;
    if (!when_parse(text, now_ms, &time_ms)) {
        fail_msg("\"%s\" is not understood", text);
    }
    when_write(time_ms, written);
    assert_string_equal(written, expected);
}

static void is_nothing(const char *text)
{
    uint64_t time_ms = 7;
    if (when_parse(text, now_ms, &time_ms)) {
        fail_msg("\"%s\" is understood", text);
    }
    assert_int_equal(time_ms, 7);
}

static void spans_begin_now(void **state)
{
    (void)state;
    means("30m", "2026-03-25 15:00");
    means("2h", "2026-03-25 16:30");
    means(" 2H ", "2026-03-25 16:30");
    means("3d", "2026-03-28 14:30");
    means("1w", "2026-04-01 14:30");
}

/* A day is not always 24 hours; who writes 5d means the same time of day. */
static void days_keep_the_time_when_the_clocks_change(void **state)
{
    (void)state;
    means("5d", "2026-03-30 14:30");
    means("96h", "2026-03-29 15:30");
}

static void a_clock_is_the_next_one(void **state)
{
    (void)state;
    means("16:00", "2026-03-25 16:00");
    means("9:15", "2026-03-26 09:15");
    means("14:30", "2026-03-26 14:30");
}

static void days_have_names(void **state)
{
    (void)state;
    means("today 18:00", "2026-03-25 18:00");
    means("tomorrow", "2026-03-26 08:00");
    means("Thursday", "2026-03-26 08:00");
    means("wednesday", "2026-04-01 08:00");
    means("Tue 10:00", "2026-03-31 10:00");
}

static void dates_stand_as_they_are(void **state)
{
    (void)state;
    means("2026-12-03", "2026-12-03 08:00");
    means("2026-12-03 14:05", "2026-12-03 14:05");
    means("2026-12-03T14:05", "2026-12-03 14:05");
    means("2028-02-29", "2028-02-29 08:00");
    means("2025-01-01 00:00", "2025-01-01 00:00");
}

static void what_is_written_can_be_read(void **state)
{
    char written[WHEN_SIZE];
    uint64_t time_ms = 0;
    (void)state;
    when_write(now_ms, written);
    assert_true(when_parse(written, now_ms, &time_ms));
    assert_int_equal(time_ms, now_ms);
}

static void the_rest_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        " ",
        "soon",
        "3",
        "3x",
        "3d4",
        "-1d",
        "999999d",
        "24:00",
        "12:60",
        "1:5",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-12-32",
        "26-12-03",
        "2026-12-03x",
        "monday14:00",
        "mo",
        "mondays",
        "tomorrow 3",
        "today,",
        "2026-12-03 14:00 x",
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        is_nothing(wrong[i]);
    }
}

/* An audit is asked for from a day on: all of it, and a span lies behind. */
static void times_that_are_over_are_read_backwards(void **state)
{
    const uint64_t asked_ms = UINT64_C(1795442400000);
    uint64_t time_ms;
    uint64_t whole_ms;
    (void)state;
    assert_true(when_parse_past("2h", asked_ms, &time_ms));
    assert_int_equal(time_ms, asked_ms - UINT64_C(7200000));
    assert_true(when_parse_past(" 2026-11-01", asked_ms, &time_ms));
    assert_true(when_parse("2026-11-01 00:00", asked_ms, &whole_ms));
    assert_int_equal(time_ms, whole_ms);
    assert_true(when_parse_past("2026-11-01 14:30", asked_ms, &time_ms));
    assert_int_equal(time_ms, whole_ms + UINT64_C(52200000));
    assert_true(when_parse_past("today", asked_ms, &time_ms));
    assert_true(time_ms <= asked_ms && asked_ms - time_ms < UINT64_C(90000000));
    assert_false(when_parse_past("soon", asked_ms, &time_ms));
    assert_false(when_parse_past("", asked_ms, &time_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_begin_now),
        cmocka_unit_test(days_keep_the_time_when_the_clocks_change),
        cmocka_unit_test(a_clock_is_the_next_one),
        cmocka_unit_test(days_have_names),
        cmocka_unit_test(dates_stand_as_they_are),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(the_rest_is_refused),
        cmocka_unit_test(times_that_are_over_are_read_backwards),
    };
    return cmocka_run_group_tests(tests, use_berlin, NULL);
}
