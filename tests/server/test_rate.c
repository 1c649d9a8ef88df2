#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/rate.h"

static uint64_t retry_ms;

static bool take(struct rate *rate, uint64_t now_ms)
{
    return rate_take(rate, 5, 1000, 10, now_ms, &retry_ms);
}

/* Ten at once after a pause, then five a second. */
static void burst_comes_first_and_then_the_rate(void **state)
{
    (void)state;
    struct rate rate = {0};
    for (int i = 0; i < 10; i++) {
        assert_true(take(&rate, 1000));
    }
    assert_false(take(&rate, 1000));
    assert_in_range(retry_ms, 1, 201);
    assert_false(take(&rate, 1100));
    assert_true(take(&rate, 1201));
    assert_false(take(&rate, 1201));
    uint64_t taken = 0;
    for (uint64_t now_ms = 1202; now_ms <= 11202; now_ms++) {
        taken += take(&rate, now_ms);
    }
    assert_in_range(taken, 45, 51);
}

/* Who waits as long as told is served. */
static void told_wait_is_long_enough(void **state)
{
    (void)state;
    struct rate rate = {0};
    uint64_t now_ms = 5;
    for (int i = 0; i < 100; i++) {
        if (!take(&rate, now_ms)) {
            now_ms += retry_ms;
            assert_true(take(&rate, now_ms));
        }
    }
}

static void bucket_holds_no_more_than_the_burst(void **state)
{
    (void)state;
    struct rate rate = {0};
    for (int i = 0; i < 10; i++) {
        assert_true(take(&rate, 0));
    }
    for (int i = 0; i < 10; i++) {
        assert_true(take(&rate, UINT64_C(1) << 40));
    }
    assert_false(take(&rate, UINT64_C(1) << 40));
}

static void rate_of_zero_is_no_limit(void **state)
{
    (void)state;
    struct rate rate = {0};
    for (int i = 0; i < 1000; i++) {
        assert_true(rate_take(&rate, 0, 1000, 1, 0, &retry_ms));
    }
}

static void clock_that_goes_back_gives_nothing(void **state)
{
    (void)state;
    struct rate rate = {0};
    for (int i = 0; i < 10; i++) {
        assert_true(take(&rate, 100000));
    }
    assert_false(take(&rate, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(burst_comes_first_and_then_the_rate),
        cmocka_unit_test(told_wait_is_long_enough),
        cmocka_unit_test(bucket_holds_no_more_than_the_burst),
        cmocka_unit_test(rate_of_zero_is_no_limit),
        cmocka_unit_test(clock_that_goes_back_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
