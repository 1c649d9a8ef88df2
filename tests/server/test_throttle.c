#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "server/digest.h"
#include "server/throttle.h"

static struct throttle *throttle;
static uint64_t retry_ms;

static int open_throttle(void **state)
{
    (void)state;
    throttle = throttle_create();
    return throttle == NULL;
}

static int close_throttle(void **state)
{
    (void)state;
    throttle_destroy(throttle);
    return 0;
}

static enum error account(const char *name, uint64_t now_ms)
{
    return throttle_account(throttle, text_of(name), now_ms, &retry_ms);
}

static enum error source(const char *address, uint64_t now_ms)
{
    return throttle_source(throttle, address, now_ms, &retry_ms);
}

static void wrong(const char *name, const char *password, uint64_t now_ms)
{
    throttle_failed(throttle, text_of(name), throttle_mark(throttle, text_of(password)), now_ms);
}

/* Three typing mistakes cost nothing; then the pause doubles up to a minute. */
static void pause_of_an_account_doubles_up_to_a_minute(void **state)
{
    (void)state;
    const uint64_t pauses[] = {0, 0, 0, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    char password[16];
    for (size_t i = 0; i < sizeof pauses / sizeof pauses[0]; i++) {
        uint64_t now_ms = 1000000 * (i + 1);
        (void)snprintf(password, sizeof password, "wrong %zu", i);
        wrong("ann", password, now_ms);
        if (pauses[i] == 0) {
            assert_int_equal(account("ann", now_ms), ERROR_NONE);
        } else {
            assert_int_equal(account("ann", now_ms + pauses[i] - 1), ERROR_THROTTLED);
            assert_int_equal(retry_ms, 1);
            assert_int_equal(account("ann", now_ms + pauses[i]), ERROR_NONE);
        }
        assert_int_equal(account("bob", now_ms), ERROR_NONE);
    }
}

/* A program that keeps sending an old password locks nobody out. */
static void same_wrong_password_counts_once(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100; i++) {
        wrong("ann", "an old one", i);
    }
    assert_int_equal(account("ann", 100), ERROR_NONE);
}

static void right_password_starts_afresh(void **state)
{
    (void)state;
    wrong("ann", "a", 0);
    wrong("ann", "b", 0);
    wrong("ann", "c", 0);
    throttle_succeeded(throttle, text_of("ann"));
    wrong("ann", "d", 0);
    assert_int_equal(account("ann", 0), ERROR_NONE);
}

static void failures_of_long_ago_are_forgotten(void **state)
{
    (void)state;
    wrong("ann", "a", 0);
    wrong("ann", "b", 0);
    wrong("ann", "c", 0);
    wrong("ann", "d", THROTTLE_FORGET_MS);
    assert_int_equal(account("ann", THROTTLE_FORGET_MS), ERROR_NONE);
}

static void address_is_refused_from_fifteen_seconds_on(void **state)
{
    (void)state;
    throttle_punish(throttle, "192.0.2.1", THROTTLE_FAILURE_MS, 0);
    throttle_punish(throttle, "192.0.2.1", THROTTLE_FAILURE_MS, 0);
    assert_int_equal(source("192.0.2.1", 0), ERROR_NONE);
    throttle_punish(throttle, "192.0.2.1", THROTTLE_FAILURE_MS, 0);
    assert_int_equal(source("192.0.2.1", 0), ERROR_THROTTLED);
    assert_int_equal(source("192.0.2.1", retry_ms), ERROR_NONE);
    assert_int_equal(source("192.0.2.2", 0), ERROR_NONE);
}

static void penalty_never_exceeds_ten_minutes(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        throttle_punish(throttle, "192.0.2.1", THROTTLE_GARBAGE_MS, 7);
    }
    assert_int_equal(source("192.0.2.1", 7), ERROR_THROTTLED);
    assert_true(retry_ms <= THROTTLE_CAP_MS);
    assert_int_equal(source("192.0.2.1", 7 + THROTTLE_CAP_MS), ERROR_NONE);
}

/* Whoever has one IPv6 address has the 2^64 of its network. */
static void ipv6_counts_by_its_network(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        throttle_punish(throttle, "2001:db8:1:2::1", THROTTLE_GARBAGE_MS, 0);
    }
    assert_int_equal(source("2001:db8:1:2:ffff::9", 0), ERROR_THROTTLED);
    assert_int_equal(source("2001:db8:1:3::1", 0), ERROR_NONE);
}

/* A flood of addresses neither grows the table for ever nor shuts the door for others. */
static void full_table_is_permissive(void **state)
{
    (void)state;
    char address[32];
    for (unsigned i = 0; i < THROTTLE_ENTRIES_MAX + 1000; i++) {
        (void)snprintf(address, sizeof address, "10.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        throttle_punish(throttle, address, THROTTLE_CAP_MS, 0);
    }
    assert_int_equal(source("10.0.0.1", 0), ERROR_THROTTLED);
    throttle_punish(throttle, "192.0.2.1", THROTTLE_CAP_MS, 0);
    assert_int_equal(source("192.0.2.1", 0), ERROR_NONE);
    /* When their time has passed they make room. */
    throttle_punish(throttle, "192.0.2.1", THROTTLE_CAP_MS, THROTTLE_CAP_MS + 1);
    assert_int_equal(source("192.0.2.1", THROTTLE_CAP_MS + 1), ERROR_THROTTLED);
}

static void registrations_are_counted_by_address_and_in_all(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(throttle_registration(throttle, "192.0.2.1", 5, 60, 0, &retry_ms),
                         ERROR_NONE);
    }
    assert_int_equal(throttle_registration(throttle, "192.0.2.1", 5, 60, 0, &retry_ms),
                     ERROR_THROTTLED);
    assert_in_range(retry_ms, 1, 3600 * 1000 / 5 + 1);
    for (int i = 0; i < 55; i++) {
        assert_int_equal(throttle_registration(throttle, NULL, 5, 60, 0, &retry_ms), ERROR_NONE);
    }
    assert_int_equal(throttle_registration(throttle, NULL, 5, 60, 0, &retry_ms), ERROR_THROTTLED);
    assert_int_equal(throttle_registration(throttle, NULL, 0, 0, 0, &retry_ms), ERROR_NONE);
}

/* Starting again must not be a way to guess on without a pause. */
static void counting_goes_on_after_a_restart(void **state)
{
    (void)state;
    throttle_recall(throttle, text_of("ann"), 4, 1000);
    assert_int_equal(account("ann", 1000), ERROR_NONE); /* how long ago the last was is not known */
    wrong("ann", "fifth", 1000);
    assert_int_equal(account("ann", 1000 + 3999), ERROR_THROTTLED);
    assert_int_equal(account("ann", 1000 + 4000), ERROR_NONE);
    throttle_recall(throttle, text_of("Bert"), UINT64_MAX, 1000);
    wrong("bert", "one more", 1000);
    assert_int_equal(account("BERT", 1000 + 59999), ERROR_THROTTLED);
    assert_int_equal(account("bert", 1000 + 60000), ERROR_NONE);
}

/* What is kept lags behind what this process has seen. */
static void what_was_counted_since_is_not_recalled_over(void **state)
{
    (void)state;
    wrong("ann", "first", 1000);
    throttle_recall(throttle, text_of("ann"), 50, 1000);
    wrong("ann", "second", 1000);
    assert_int_equal(account("ann", 1000), ERROR_NONE);
    throttle_succeeded(throttle, text_of("ann"));
    throttle_recall(throttle, text_of("ann"), 0, 1000);
    wrong("ann", "third", 1000);
    assert_int_equal(account("ann", 1000), ERROR_NONE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_throttle, close_throttle)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pause_of_an_account_doubles_up_to_a_minute),
        TEST(same_wrong_password_counts_once),
        TEST(right_password_starts_afresh),
        TEST(failures_of_long_ago_are_forgotten),
        TEST(address_is_refused_from_fifteen_seconds_on),
        TEST(penalty_never_exceeds_ten_minutes),
        TEST(ipv6_counts_by_its_network),
        TEST(counting_goes_on_after_a_restart),
        TEST(what_was_counted_since_is_not_recalled_over),
        TEST(full_table_is_permissive),
        TEST(registrations_are_counted_by_address_and_in_all),
    };
    return digest_init() != ERROR_NONE || cmocka_run_group_tests(tests, NULL, NULL);
}
