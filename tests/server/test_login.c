/* The queue of slow work on passwords, with the cheapest hash that is allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "server/login.h"

enum { JOBS = 8, OPSLIMIT = 1, MEMLIMIT = 8192 * 1024 };

struct piece {
    struct password_job job; /* first: on_done finds the rest */
    char password[32];
    char fresh[32];
    bool done;
    enum error error;
    size_t place; /* in the order of ends, from 1 */
};

static uv_loop_t loop;
static struct login *login;
static uint64_t queued_max;
static struct piece pieces[JOBS];
static size_t ends;

static void on_done(struct password_job *job, enum error error)
{
    struct piece *piece = (struct piece *)job;
    assert_false(piece->done);
    piece->done = true;
    piece->error = error;
    piece->place = ++ends;
}

static int open_login(void **state)
{
    (void)state;
    memset(pieces, 0, sizeof pieces);
    ends = 0;
    queued_max = JOBS;
    assert_int_equal(uv_loop_init(&loop), 0);
    login = login_create(&(struct login_settings){.loop = &loop,
                                                  .opslimit = OPSLIMIT,
                                                  .memlimit_bytes = MEMLIMIT,
                                                  .parallel_max = 2,
                                                  .queued_max = &queued_max});
    return login == NULL;
}

static int close_login(void **state)
{
    (void)state;
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(login_idle(login));
    login_destroy(login);
    return uv_loop_close(&loop);
}

static struct password_job *checks(size_t i, const char *password, const char *known)
{
    struct piece *piece = &pieces[i];
    strcpy(piece->password, password);
    strcpy(piece->job.known, known);
    piece->job.verify = true;
    piece->job.password = text_of(piece->password);
    piece->job.on_done = on_done;
    return &piece->job;
}

static struct password_job *hashes(size_t i, const char *fresh)
{
    struct piece *piece = &pieces[i];
    strcpy(piece->fresh, fresh);
    piece->job.make = true;
    piece->job.fresh = text_of(piece->fresh);
    piece->job.on_done = on_done;
    return &piece->job;
}

static void submit(struct password_job *job)
{
    assert_int_equal(login_submit(login, job), ERROR_NONE);
}

static void hash_of(const char *password, char ret_hash[PASSWORD_HASH_BYTES])
{
    assert_int_equal(login_hash(text_of(password), OPSLIMIT, MEMLIMIT, ret_hash), ERROR_NONE);
}

static void right_password_is_right_and_wrong_is_wrong(void **state)
{
    (void)state;
    char known[PASSWORD_HASH_BYTES];
    hash_of("a good one", known);
    submit(checks(0, "a good one", known));
    submit(checks(1, "a bad one", known));
    submit(checks(2, "a good one ", known));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(pieces[0].job.verified);
    assert_false(pieces[1].job.verified);
    assert_false(pieces[2].job.verified);
    assert_int_equal(pieces[1].error, ERROR_NONE); /* it was found out */
}

static void made_hash_fits_its_password(void **state)
{
    (void)state;
    submit(hashes(0, "a fresh one"));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    submit(checks(1, "a fresh one", pieces[0].job.made));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_true(pieces[1].job.verified);
}

/* A change of password needs the old one first. */
static void nothing_is_made_when_the_old_password_is_wrong(void **state)
{
    (void)state;
    char known[PASSWORD_HASH_BYTES];
    hash_of("the old one", known);
    (void)checks(0, "not the old one", known);
    submit(hashes(0, "the new one"));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_false(pieces[0].job.verified);
    assert_int_equal(pieces[0].job.made[0], '\0');
}

static void passwords_are_wiped(void **state)
{
    (void)state;
    static const char zeros[32] = {0};
    char known[PASSWORD_HASH_BYTES];
    hash_of("the old one", known);
    (void)checks(0, "the old one", known);
    submit(hashes(0, "the new one"));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_memory_equal(pieces[0].password, zeros, sizeof zeros);
    assert_memory_equal(pieces[0].fresh, zeros, sizeof zeros);
}

/* What an account that does not exist is compared with costs the same and fits nothing. */
static void dummy_is_a_real_hash_of_the_same_cost(void **state)
{
    (void)state;
    char dummy[PASSWORD_HASH_BYTES];
    login_dummy(login, dummy);
    assert_int_equal(crypto_pwhash_str_needs_rehash(dummy, OPSLIMIT, MEMLIMIT), 0);
    assert_int_not_equal(crypto_pwhash_str_verify(dummy, "x", 1), 0);
    char other[PASSWORD_HASH_BYTES];
    login_dummy(login, other);
    assert_string_not_equal(dummy, other);
}

static void full_queue_says_busy(void **state)
{
    (void)state;
    queued_max = 3;
    for (size_t i = 0; i < 5; i++) { /* two at work, three wait */
        submit(hashes(i, "x"));
    }
    assert_int_equal(login_submit(login, hashes(5, "x")), ERROR_BUSY);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(ends, 5);
    assert_false(pieces[5].done);
}

/* One account or address can't fill all places; others overtake it. */
static void account_and_address_are_at_work_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct password_job *job = hashes(i, "x");
        job->account_key = 7;
        submit(job);
    }
    for (size_t i = 4; i < 6; i++) {
        struct password_job *job = hashes(i, "x");
        job->source_key = 9;
        submit(job);
    }
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(ends, 6);
    assert_true(pieces[4].place < pieces[3].place);
    assert_true(pieces[4].place < pieces[5].place);
    for (size_t i = 1; i < 4; i++) {
        assert_true(pieces[i - 1].place < pieces[i].place);
    }
}

static void finishing_turns_away_who_waits(void **state)
{
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        submit(hashes(i, "x"));
    }
    login_finish(login);
    for (size_t i = 2; i < 5; i++) {
        assert_true(pieces[i].done);
        assert_int_equal(pieces[i].error, ERROR_SHUTTING_DOWN);
        assert_int_equal(pieces[i].fresh[0], '\0');
    }
    assert_int_equal(login_submit(login, hashes(5, "x")), ERROR_SHUTTING_DOWN);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(pieces[0].error, ERROR_NONE); /* was at work already */
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_login, close_login)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(right_password_is_right_and_wrong_is_wrong),     TEST(made_hash_fits_its_password),
        TEST(nothing_is_made_when_the_old_password_is_wrong), TEST(passwords_are_wiped),
        TEST(dummy_is_a_real_hash_of_the_same_cost),          TEST(full_queue_says_busy),
        TEST(account_and_address_are_at_work_once),           TEST(finishing_turns_away_who_waits),
    };
    return sodium_init() < 0 || cmocka_run_group_tests(tests, NULL, NULL);
}
