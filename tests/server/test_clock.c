#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/clock.h"

#define START UINT64_C(1800000000000)
#define HOUR  UINT64_C(3600000)

/* Log time never goes back, whatever the wall clock does. */
static void stamps_never_go_back(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, START, 0, 0);
    assert_int_equal(clock_stamp(&clock, START + 500, 500, NULL), START + 500);
    assert_int_equal(clock_stamp(&clock, START + 100, 600, NULL), START + 500);
    assert_int_equal(clock_stamp(&clock, START + 501, 1001, NULL), START + 501);
}

static void stamps_begin_after_the_last_entry(void **state)
{
    (void)state;
    struct clock clock;
    clock_init(&clock, START, 0, START + HOUR);
    assert_int_equal(clock_stamp(&clock, START + 5, 5, NULL), START + HOUR);
}

/* A jump of the wall clock is neither followed nor forgotten, and told once. */
static void wall_clock_that_jumps_is_not_believed(void **state)
{
    (void)state;
    struct clock clock;
    bool alarm = false;
    clock_init(&clock, START, 0, 0);
    assert_int_equal(clock_stamp(&clock, START + 10 * HOUR, 1000, &alarm), START + 1000);
    assert_true(alarm);
    assert_int_equal(clock_stamp(&clock, START + 10 * HOUR, 2000, &alarm), START + 2000);
    assert_false(alarm);
    assert_int_equal(clock_stamp(&clock, START - 10 * HOUR, 3000, &alarm), START + 3000);
    assert_false(alarm);
    assert_int_equal(clock_stamp(&clock, START + 4000, 4000, &alarm), START + 4000);
    assert_false(alarm);
    (void)clock_stamp(&clock, START + HOUR, 5000, &alarm);
    assert_true(alarm);
}

/* A time service corrects little by little; after a month that adds up to more than a jump. */
static void slow_corrections_are_followed(void **state)
{
    (void)state;
    struct clock clock;
    bool alarm = false;
    clock_init(&clock, START, 0, 0);
    for (uint64_t hour = 1; hour < 1000; hour++) {
        uint64_t wall_ms = START + hour * (HOUR + 2000);
        assert_int_equal(clock_stamp(&clock, wall_ms, hour * HOUR, &alarm), wall_ms);
        assert_false(alarm);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_never_go_back),
        cmocka_unit_test(stamps_begin_after_the_last_entry),
        cmocka_unit_test(wall_clock_that_jumps_is_not_believed),
        cmocka_unit_test(slow_corrections_are_followed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
