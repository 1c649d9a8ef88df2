/* Sign-ins: beginning, resuming, ending, admin mode. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    uint64_t anna;  /* user */
    uint64_t armin; /* admin */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    stage->anna = desk_account(&stage->desk, "anna", ROLE_USER);
    stage->armin = desk_account(&stage->desk, "armin", ROLE_ADMIN);
    *state = stage;
    return 0;
}

static int clear_stage(void **state)
{
    struct stage *stage = *state;
    desk_close(&stage->desk);
    free(stage);
    return 0;
}

static struct bytes token(struct desk *desk, uint8_t fill)
{
    uint8_t *bytes = arena_alloc(&desk->arena, TOKEN_BYTES);
    memset(bytes, fill, TOKEN_BYTES);
    return (struct bytes){bytes, TOKEN_BYTES};
}

static struct outcome login(struct desk *desk, uint64_t account, uint64_t password_version,
                            uint8_t fill)
{
    struct account_login request = {.name = text_of("whoever")};
    struct command command = desk_command(desk, METHOD_ACCOUNT_LOGIN, desk_nobody, &request);
    command.prepared.account = account;
    command.prepared.password_version = password_version;
    command.prepared.new_token_hash = token(desk, fill);
    return desk_run(desk, &command);
}

static struct outcome resume(struct desk *desk, uint64_t connection, uint8_t shown, uint8_t fresh)
{
    struct account_resume request = {.present = 0};
    struct origin origin = {.connection = connection};
    struct command command = desk_command(desk, METHOD_ACCOUNT_RESUME, origin, &request);
    command.prepared.token_hash = token(desk, shown);
    command.prepared.new_token_hash = token(desk, fresh);
    return desk_run(desk, &command);
}

static struct origin origin_of(const struct outcome *outcome, uint64_t connection)
{
    return (struct origin){.sign_in = outcome->sign_in, .connection = connection};
}

static struct outcome elevate(struct desk *desk, struct origin origin, uint64_t account,
                              uint64_t password_version)
{
    struct command command = desk_command(desk, METHOD_ACCOUNT_ELEVATE, origin, NULL);
    command.prepared.account = account;
    command.prepared.password_version = password_version;
    return desk_run(desk, &command);
}

static void signing_in_tells_whose_and_until_when(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = login(&stage->desk, stage->anna, 1, 1);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.account, stage->anna);
    assert_text(outcome.name, "anna");
    assert_int_equal(outcome.sequence, 0);
    assert_int_equal(outcome.until_ms, stage->desk.now_ms + 7 * DAY_MS);
    struct viewer viewer = desk_viewer(&stage->desk, origin_of(&outcome, 1));
    assert_true(viewer.signed_in);
    assert_false(viewer.elevated);
    assert_int_equal(viewer.account.id, stage->anna);
    outcome = login(&stage->desk, stage->armin, 1, 2);
    assert_int_equal(outcome.until_ms, stage->desk.now_ms + 12 * HOUR_MS);
}

/* One answer for unknown, wrong, disabled and awaiting, so that it tells nothing. */
static void all_failures_are_one_answer(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;

    assert_verdict(login(desk, 0, 0, 1), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, 4711, 1, 1), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, stage->anna, 2, 1), ERROR_AUTH_FAILED);
    desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "anna");
    assert_verdict(login(desk, stage->anna, 1, 1), ERROR_AUTH_FAILED);
    assert_verdict(resume(desk, 1, 9, 10), ERROR_AUTH_FAILED);
}

static void a_sign_in_ends_without_use(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->anna, 1, 1);
    struct origin origin = origin_of(&outcome, 1);

    desk->now_ms = outcome.until_ms - 1;
    assert_true(desk_viewer(desk, origin).signed_in);
    desk->now_ms++;
    assert_false(desk_viewer(desk, origin).signed_in);
    assert_verdict(resume(desk, 2, 1, 2), ERROR_AUTH_FAILED);
    struct ticket_create request = {.title = text_of("x"), .problem = text_of("y")};
    assert_verdict(desk_do(desk, METHOD_TICKET_CREATE, origin, &request), ERROR_NOT_SIGNED_IN);
}

/* Use keeps it alive, but not beyond the absolute limit. */
static void use_prolongs_a_sign_in_up_to_its_limit(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t begin_ms = desk->now_ms;
    struct outcome outcome = login(desk, stage->anna, 1, 1);
    struct origin origin = origin_of(&outcome, 1);

    for (unsigned day = 6; day < 30; day += 6) {
        desk->now_ms = begin_ms + day * DAY_MS;
        desk_ticket(desk, origin, "still here");
    }
    desk->now_ms = begin_ms + 30 * DAY_MS - 1;
    assert_true(desk_viewer(desk, origin).signed_in);
    desk->now_ms++;
    assert_false(desk_viewer(desk, origin).signed_in);
}

static void resuming_rotates_the_token(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome first = login(desk, stage->anna, 1, 1);

    desk->now_ms += HOUR_MS;
    struct outcome second = resume(desk, 2, 1, 2);
    assert_verdict(second, ERROR_NONE);
    assert_int_equal(second.sign_in, first.sign_in);
    assert_int_equal(second.account, stage->anna);
    assert_int_equal(second.until_ms, desk->now_ms + 7 * DAY_MS);
    assert_verdict(resume(desk, 3, 2, 3), ERROR_NONE);
    /* The new one has been used: the first is worth nothing any more. */
    assert_verdict(resume(desk, 4, 1, 4), ERROR_AUTH_FAILED);
}

/* The reply that carried the new token may have been lost. */
static void the_old_token_is_good_until_the_new_one_is_used(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;

    login(desk, stage->anna, 1, 1);
    assert_verdict(resume(desk, 2, 1, 2), ERROR_NONE);
    assert_verdict(resume(desk, 3, 1, 3), ERROR_NONE);
    assert_verdict(resume(desk, 4, 1, 4), ERROR_NONE);
    /* Tokens that were never used went with their replies. */
    assert_verdict(resume(desk, 5, 2, 5), ERROR_AUTH_FAILED);
    assert_verdict(resume(desk, 5, 3, 5), ERROR_AUTH_FAILED);
    assert_verdict(resume(desk, 5, 4, 5), ERROR_NONE);
    assert_verdict(resume(desk, 6, 4, 6), ERROR_NONE);
    assert_verdict(resume(desk, 6, 1, 7), ERROR_AUTH_FAILED);
}

/* M05 */
static void signing_out_ends_the_token_too(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->anna, 1, 1);
    struct origin origin = origin_of(&outcome, 1);

    outcome = desk_do(desk, METHOD_ACCOUNT_LOGOUT, origin, NULL);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, stage->anna);
    assert_false(desk_viewer(desk, origin).signed_in);
    assert_verdict(resume(desk, 2, 1, 2), ERROR_AUTH_FAILED);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_LOGOUT, origin, NULL), ERROR_NOT_SIGNED_IN);
}

static void the_seventeenth_sign_in_ends_the_oldest(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct origin origins[SIGN_INS_MAX + 1];

    for (uint8_t i = 0; i <= SIGN_INS_MAX; i++) {
        desk->now_ms += 1000;
        struct outcome outcome = login(desk, stage->anna, 1, (uint8_t)(i + 1));
        origins[i] = origin_of(&outcome, 1);
        assert_int_equal(outcome.ended_account, i < SIGN_INS_MAX ? 0 : stage->anna);
    }
    assert_false(desk_viewer(desk, origins[0]).signed_in);
    for (unsigned i = 1; i <= SIGN_INS_MAX; i++) {
        assert_true(desk_viewer(desk, origins[i]).signed_in);
    }
}

/* Those that are over do not count, and their rows go. */
static void signing_in_clears_what_is_over(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct row_sign_in row;

    struct outcome old = login(desk, stage->anna, 1, 1);
    desk->now_ms += 8 * DAY_MS;
    login(desk, stage->anna, 1, 2);
    assert_false(rows_get(desk_read(desk), ROW_SIGN_IN, old.sign_in, 0, &row));
    desk_read_end(desk);
}

static void admin_mode_lasts_a_quarter_of_an_hour_on_one_connection(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->armin, 1, 1);
    struct origin here = origin_of(&outcome, 7);
    struct origin there = origin_of(&outcome, 8);

    outcome = elevate(desk, here, stage->armin, 1);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.until_ms, desk->now_ms + 15 * MINUTE_MS);
    assert_true(desk_viewer(desk, here).elevated);
    assert_false(desk_viewer(desk, there).elevated);
    desk->now_ms = outcome.until_ms - 1;
    assert_true(desk_viewer(desk, here).elevated);
    desk->now_ms++;
    assert_false(desk_viewer(desk, here).elevated);
    assert_verdict(elevate(desk, here, stage->armin, 1), ERROR_NONE);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_END_ELEVATION, here, NULL), ERROR_NONE);
    assert_false(desk_viewer(desk, here).elevated);
}

static void admin_mode_needs_the_own_and_current_password(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->armin, 1, 1);
    struct origin armin = origin_of(&outcome, 7);

    assert_verdict(elevate(desk, armin, 0, 0), ERROR_AUTH_FAILED);
    assert_verdict(elevate(desk, armin, stage->anna, 1), ERROR_AUTH_FAILED);
    assert_verdict(elevate(desk, armin, stage->armin, 2), ERROR_AUTH_FAILED);
    assert_false(desk_viewer(desk, armin).elevated);
    outcome = login(desk, stage->anna, 1, 2);
    assert_verdict(elevate(desk, origin_of(&outcome, 8), stage->anna, 1), ERROR_FORBIDDEN);
}

/* Connections are numbered anew when the daemon starts: a number met again proves nothing. */
static void admin_mode_does_not_come_back_by_resuming(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->armin, 1, 1);
    struct origin armin = origin_of(&outcome, 7);

    elevate(desk, armin, stage->armin, 1);
    assert_verdict(resume(desk, 7, 1, 2), ERROR_NONE);
    assert_false(desk_viewer(desk, armin).elevated);
}

/* Another client of the same person, such as a script, does not end it. */
static void admin_mode_outlives_resuming_elsewhere(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->armin, 1, 1);
    struct origin armin = origin_of(&outcome, 7);

    elevate(desk, armin, stage->armin, 1);
    assert_verdict(resume(desk, 8, 1, 2), ERROR_NONE);
    assert_true(desk_viewer(desk, armin).elevated);
}

/* Root on the Unix socket who signs in as somebody is that somebody. */
static void a_signed_in_console_is_not_the_console(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct outcome outcome = login(desk, stage->anna, 1, 1);
    struct origin origin = origin_of(&outcome, 1);

    origin.console = true;
    assert_false(desk_viewer(desk, origin).console);
    assert_true(desk_viewer(desk, origin).signed_in);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, origin, 1), ERROR_FORBIDDEN);
    desk->now_ms += 8 * DAY_MS;
    assert_false(desk_viewer(desk, origin).console);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(signing_in_tells_whose_and_until_when),
        TEST(all_failures_are_one_answer),
        TEST(a_sign_in_ends_without_use),
        TEST(use_prolongs_a_sign_in_up_to_its_limit),
        TEST(resuming_rotates_the_token),
        TEST(the_old_token_is_good_until_the_new_one_is_used),
        TEST(signing_out_ends_the_token_too),
        TEST(the_seventeenth_sign_in_ends_the_oldest),
        TEST(signing_in_clears_what_is_over),
        TEST(admin_mode_lasts_a_quarter_of_an_hour_on_one_connection),
        TEST(admin_mode_needs_the_own_and_current_password),
        TEST(admin_mode_does_not_come_back_by_resuming),
        TEST(admin_mode_outlives_resuming_elsewhere),
        TEST(a_signed_in_console_is_not_the_console),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
