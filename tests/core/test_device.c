/* Guesses of strangers must not keep anybody out, nor go on for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

static const struct origin timer = {.desk = true, .source = {"198.51.100.7", 12}};

static int set_stage(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    desk_open(desk);
    *state = desk;
    return 0;
}

static int clear_stage(void **state)
{
    desk_close(*state);
    free(*state);
    return 0;
}

/* Signs in with a device of this token and gives the outcome; `shown` NULL: shows none. */
static struct outcome login(struct desk *desk, const char *name, const uint8_t *shown,
                            const uint8_t *fresh, bool console)
{
    struct row_account account = desk_account_row(desk, name);
    struct account_login request = {.name = text_of(name), .device = text_of("laptop")};
    struct origin origin = console ? desk_console : desk_nobody;
    struct command command = desk_command(desk, METHOD_ACCOUNT_LOGIN, origin, &request);
    uint8_t token[TOKEN_BYTES] = {0};
    memcpy(token, &command.fresh_id, sizeof command.fresh_id);
    command.prepared = (struct prepared){
        .account = account.id,
        .password_version = account.password_version,
        .new_token_hash = {token, sizeof token},
    };
    if (shown != NULL) {
        command.prepared.device_hash = (struct bytes){shown, TOKEN_BYTES};
    }
    if (fresh != NULL) {
        command.prepared.new_device_hash = (struct bytes){fresh, TOKEN_BYTES};
    }
    return desk_run(desk, &command);
}

static void fail_often(struct desk *desk, uint64_t account, uint64_t device, unsigned times)
{
    struct account_count_failure request = {.account = account, .device = device};
    for (unsigned i = 0; i < times; i++) {
        struct outcome outcome = desk_do(desk, METHOD_ACCOUNT_COUNT_FAILURE, timer, &request);
        assert_verdict(outcome, ERROR_NONE);
        assert_int_equal(outcome.sequence, 0);
    }
}

static uint64_t failures(struct desk *desk, uint64_t account)
{
    struct row_failures row = {.count = 0};
    (void)rows_get(desk_read(desk), ROW_FAILURES, account, 0, &row);
    desk_read_end(desk);
    return row.count;
}

static const uint8_t known[TOKEN_BYTES] = "known";
static const uint8_t other[TOKEN_BYTES] = "other";

static void a_hundred_wrong_passwords_stop_unknown_devices_alone(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_ADMIN);
    assert_verdict(login(desk, "anna", NULL, known, false), ERROR_NONE);

    fail_often(desk, anna, 0, FAILURES_MAX - 1);
    assert_verdict(login(desk, "anna", NULL, NULL, false), ERROR_NONE);
    assert_int_equal(failures(desk, anna), 0);
    fail_often(desk, anna, 0, FAILURES_MAX);
    struct outcome outcome = login(desk, "anna", NULL, NULL, false);
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_null(outcome.field.data);
    assert_verdict(login(desk, "anna", other, NULL, false), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", known, NULL, false), ERROR_NONE);
    /* Which lets the others in again. */
    assert_verdict(login(desk, "anna", NULL, NULL, false), ERROR_NONE);
}

static void the_console_gets_in_whatever_was_guessed(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_ADMIN);
    fail_often(desk, anna, 0, FAILURES_MAX);
    assert_verdict(login(desk, "anna", NULL, NULL, true), ERROR_NONE);
}

/* Somebody who stole a token may not guess with it without end, nor spend what others may try. */
static void guesses_with_a_token_count_for_its_device_and_end_it(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    uint64_t device = login(desk, "anna", NULL, known, false).device;
    assert_int_not_equal(device, 0);
    fail_often(desk, anna, device, FAILURES_MAX);
    assert_int_equal(failures(desk, anna), 0);
    struct outcome outcome = login(desk, "anna", known, other, false);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_not_equal(outcome.device, 0);
}

static void an_unlock_is_on_record_and_works_once(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    fail_often(desk, anna, 0, FAILURES_MAX);

    struct outcome outcome = desk_admin_account(desk, METHOD_ADMIN_UNLOCK, admin, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    struct row_range range = rows_range(INDEX_ACCOUNT_HISTORY, anna, UINT64_MAX, true);
    struct journal_entry entry;
    uint64_t sequence = 0;
    struct rows *rows = desk_read(desk);
    assert_true(rows_range_next(rows, &range, &sequence));
    assert_int_equal(sequence, outcome.sequence);
    assert_true(rows_journal(rows, sequence, &entry));
    desk_read_end(desk);
    assert_int_equal(entry.header.command, METHOD_ADMIN_UNLOCK);
    assert_int_equal(entry.header.actor, desk_account_row(desk, "armin").id);
    assert_verdict(login(desk, "anna", NULL, NULL, false), ERROR_NONE);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_UNLOCK, admin, "anna"),
                   ERROR_ALREADY_DONE);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_UNLOCK, admin, "nobody"), ERROR_NOT_FOUND);
}

static void only_a_further_device_is_news_and_is_told_once(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    assert_false(login(desk, "anna", NULL, known, false).device_is_news);
    desk->now_ms += 1000;
    struct outcome second = login(desk, "anna", NULL, other, false);
    assert_true(second.device_is_news);
    desk->now_ms += 1000;
    assert_int_equal(login(desk, "anna", known, NULL, false).news, second.device);
    desk->now_ms += 1000;
    assert_int_equal(login(desk, "anna", known, NULL, false).news, 0);
}

static void devices_are_at_most_sixteen_and_one_forgets_only_ones_own(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    desk_account(desk, "eve", ROLE_USER);
    struct origin eve = desk_sign_in(desk, "eve");
    struct origin own = desk_sign_in(desk, "anna");
    uint64_t first = login(desk, "anna", NULL, known, false).device;
    struct account_thing request = {.id = first};
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_FORGET_DEVICE, eve, &request), ERROR_NOT_FOUND);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_FORGET_DEVICE, own, &request), ERROR_NONE);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_FORGET_DEVICE, own, &request), ERROR_NOT_FOUND);
    for (unsigned i = 0; i < DEVICES_MAX + 3; i++) {
        uint8_t token[TOKEN_BYTES] = {(uint8_t)(i + 1)};
        desk->now_ms++;
        assert_verdict(login(desk, "anna", NULL, token, false), ERROR_NONE);
    }
    struct row_range range = rows_range(INDEX_DEVICES, anna, 0, false);
    uint64_t id;
    size_t count = 0;
    for (desk_read(desk); rows_range_next(desk->rows, &range, &id); count++) {
    }
    desk_read_end(desk);
    assert_int_equal(count, DEVICES_MAX);
}

static void sign_ins_are_ended_one_by_one_and_others_are_not_found(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    desk_account(desk, "anna", ROLE_USER);
    struct origin one = desk_sign_in(desk, "anna");
    struct origin two = desk_sign_in(desk, "anna");
    struct origin three = desk_sign_in(desk, "anna");
    struct account_thing request = {.id = admin.sign_in};

    assert_verdict(desk_do(desk, METHOD_ACCOUNT_END_SIGN_IN, one, &request), ERROR_NOT_FOUND);
    request.id = two.sign_in;
    struct outcome outcome = desk_do(desk, METHOD_ACCOUNT_END_SIGN_IN, one, &request);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, desk_account_row(desk, "anna").id);
    assert_false(desk_viewer(desk, two).signed_in);
    assert_true(desk_viewer(desk, one).signed_in);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_END_OTHER_SIGN_INS, one, NULL), ERROR_NONE);
    assert_false(desk_viewer(desk, three).signed_in);
    assert_true(desk_viewer(desk, one).signed_in);
    assert_true(desk_viewer(desk, admin).signed_in);
}

static void what_admins_end_is_on_record(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    desk_account(desk, "anna", ROLE_USER);
    struct origin one = desk_sign_in(desk, "anna");
    struct origin two = desk_sign_in(desk, "anna");
    struct admin_end_sign_ins request = {.name = text_of("anna"), .id = one.sign_in};
    present_mark(&request.present, END_SIGN_INS_ID);

    struct outcome outcome = desk_do(desk, METHOD_ADMIN_END_SIGN_INS, admin, &request);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    assert_false(desk_viewer(desk, one).signed_in);
    assert_true(desk_viewer(desk, two).signed_in);
    request.id = admin.sign_in;
    assert_verdict(desk_do(desk, METHOD_ADMIN_END_SIGN_INS, admin, &request), ERROR_NOT_FOUND);
    request.present = 0;
    outcome = desk_do(desk, METHOD_ADMIN_END_SIGN_INS, admin, &request);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 3);
    assert_int_not_equal(outcome.ended_account, 0);
    assert_false(desk_viewer(desk, two).signed_in);
    request.name = text_of("armin");
    assert_verdict(desk_do(desk, METHOD_ADMIN_END_SIGN_INS, admin, &request), ERROR_NOT_ON_SELF);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_hundred_wrong_passwords_stop_unknown_devices_alone),
        TEST(the_console_gets_in_whatever_was_guessed),
        TEST(guesses_with_a_token_count_for_its_device_and_end_it),
        TEST(an_unlock_is_on_record_and_works_once),
        TEST(only_a_further_device_is_news_and_is_told_once),
        TEST(devices_are_at_most_sixteen_and_one_forgets_only_ones_own),
        TEST(sign_ins_are_ended_one_by_one_and_others_are_not_found),
        TEST(what_admins_end_is_on_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
