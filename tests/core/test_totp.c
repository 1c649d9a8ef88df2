/* Second factors: set up, asked for, used up, taken away. The edge has compared codes; what is
 * judged here is the step of time that a code was of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

static const uint8_t sealed[60] = "a sealed secret";
static uint8_t recovery[RECOVERY_CODES][TOKEN_BYTES];

static int set_stage(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    desk_open(desk);
    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        memset(recovery[i], (int)(i + 1), TOKEN_BYTES);
    }
    *state = desk;
    return 0;
}

static int clear_stage(void **state)
{
    desk_close(*state);
    free(*state);
    return 0;
}

/* What the edge found out. */
struct shown {
    bool none;               /* no code was typed */
    uint64_t step;           /* 0: of no step that is near */
    const uint8_t *recovery; /* NULL: nothing of that kind */
    bool other_secret;       /* compared with one that is none any more */
};

static uint64_t step_now(const struct desk *desk)
{
    return desk->now_ms / TOTP_STEP_MS;
}

static bool find_totp(struct desk *desk, const char *name, struct row_totp *ret_row)
{
    uint64_t account = desk_account_row(desk, name).id;
    bool found = rows_get(desk_read(desk), ROW_TOTP, account, 0, ret_row);
    desk_read_end(desk);
    return found;
}

static void show(struct desk *desk, struct command *command, const char *name, struct shown shown)
{
    struct row_account account = desk_account_row(desk, name);
    struct row_totp row;
    command->prepared.account = account.id;
    command->prepared.password_version = account.password_version;
    command->prepared.code_shown = !shown.none;
    if (!shown.none && find_totp(desk, name, &row)) {
        command->prepared.factor_id = row.id + shown.other_secret;
        command->prepared.factor_step = shown.step;
    }
    if (shown.recovery != NULL) {
        command->prepared.recovery_hash = (struct bytes){shown.recovery, TOKEN_BYTES};
    }
}

static struct outcome begin(struct desk *desk, struct origin origin, const char *name)
{
    static const struct account_totp_begin request;
    struct command command = desk_command(desk, METHOD_ACCOUNT_TOTP_BEGIN, origin, &request);
    show(desk, &command, name, (struct shown){.none = true});
    command.prepared.new_factor = (struct bytes){sealed, sizeof sealed};
    return desk_run(desk, &command);
}

static struct outcome confirm(struct desk *desk, struct origin origin, const char *name,
                              struct shown shown)
{
    static const struct account_totp_confirm request;
    struct command command = desk_command(desk, METHOD_ACCOUNT_TOTP_CONFIRM, origin, &request);
    show(desk, &command, name, shown);
    command.prepared.new_recovery_hashes = (struct bytes){recovery[0], sizeof recovery};
    return desk_run(desk, &command);
}

static struct outcome drop(struct desk *desk, struct origin origin, const char *name,
                           struct shown shown)
{
    static const struct account_totp_remove request;
    struct command command = desk_command(desk, METHOD_ACCOUNT_TOTP_REMOVE, origin, &request);
    show(desk, &command, name, shown);
    return desk_run(desk, &command);
}

static struct outcome set_password(struct desk *desk, struct origin origin, const char *name,
                                   struct shown shown)
{
    static const struct account_set_password request;
    struct command command = desk_command(desk, METHOD_ACCOUNT_SET_PASSWORD, origin, &request);
    show(desk, &command, name, shown);
    command.prepared.password_hash = text_of("$argon2id$new");
    return desk_run(desk, &command);
}

static struct outcome elevate(struct desk *desk, struct origin origin, const char *name,
                              struct shown shown)
{
    static const struct account_elevate request;
    struct command command = desk_command(desk, METHOD_ACCOUNT_ELEVATE, origin, &request);
    show(desk, &command, name, shown);
    return desk_run(desk, &command);
}

static struct outcome login(struct desk *desk, const char *name, struct shown shown)
{
    static uint8_t token[TOKEN_BYTES];
    struct account_login request = {.name = text_of(name)};
    struct command command = desk_command(desk, METHOD_ACCOUNT_LOGIN, desk_nobody, &request);
    memcpy(token, &command.fresh_id, sizeof command.fresh_id);
    show(desk, &command, name, shown);
    command.prepared.new_token_hash = (struct bytes){token, sizeof token};
    return desk_run(desk, &command);
}

static struct outcome reset(struct desk *desk, struct origin origin, const char *name)
{
    struct admin_account request = {.name = text_of(name)};
    return desk_do(desk, METHOD_ADMIN_TOTP_RESET, origin, &request);
}

static void demand(struct desk *desk, uint64_t value)
{
    struct admin_settings_update request = {.version = 1, .admin_second_factor = value};
    present_mark(&request.present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request), ERROR_NONE);
}

/* An account that has a second factor and is signed in; the code of this step is used up. */
static struct origin with_factor(struct desk *desk, const char *name, enum role role)
{
    desk_account(desk, name, role);
    struct origin origin = desk_sign_in(desk, name);
    assert_verdict(begin(desk, origin, name), ERROR_NONE);
    assert_verdict(confirm(desk, origin, name, (struct shown){.step = step_now(desk)}), ERROR_NONE);
    desk->now_ms += TOTP_STEP_MS;
    return origin;
}

/* Nobody is locked out by an app that never got the secret right. */
static void it_counts_only_once_it_is_confirmed(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    uint64_t version = desk_account_row(desk, "anna").version;

    struct outcome outcome = begin(desk, anna, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.until_ms, desk->now_ms + TOTP_BEGIN_MS);
    assert_false(desk_account_row(desk, "anna").second_factor);
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_NONE);

    assert_verdict(confirm(desk, anna, "anna", (struct shown){.step = 0}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_NONE);
    outcome = confirm(desk, anna, "anna", (struct shown){.step = step_now(desk)});
    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "anna");
    assert_int_equal(outcome.version, version + 1);
    assert_true(desk_account_row(desk, "anna").second_factor);
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_CODE_REQUIRED);
}

static void what_was_begun_has_to_be_confirmed_within_an_hour(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    struct outcome outcome = confirm(desk, anna, "anna", (struct shown){.step = step_now(desk)});
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_text(outcome.field, "code");
    begin(desk, anna, "anna");
    desk->now_ms += TOTP_BEGIN_MS;
    outcome = confirm(desk, anna, "anna", (struct shown){.step = step_now(desk)});
    assert_verdict(outcome, ERROR_NOT_FOUND);
    begin(desk, anna, "anna");
    desk->now_ms += TOTP_BEGIN_MS - 1;
    outcome = confirm(desk, anna, "anna", (struct shown){.step = step_now(desk)});
    assert_verdict(outcome, ERROR_NONE);
}

/* Whoever found a screen unlocked and saw the password must not shut its owner out. */
static void another_password_takes_a_code_that_is_used_up(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    struct origin elsewhere = desk_sign_in(desk, "anna");
    struct shown shown = {.step = step_now(desk)};
    assert_verdict(begin(desk, anna, "anna"), ERROR_NONE);
    assert_verdict(confirm(desk, anna, "anna", shown), ERROR_NONE);
    desk->now_ms += TOTP_STEP_MS;
    shown.step = step_now(desk);

    struct outcome outcome = set_password(desk, anna, "anna", (struct shown){.none = true});
    assert_verdict(outcome, ERROR_CODE_REQUIRED);
    assert_text(outcome.field, "code");
    outcome = set_password(desk, anna, "anna", (struct shown){.step = 0});
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_text(outcome.field, "code");
    assert_true(desk_viewer(desk, elsewhere).signed_in);
    assert_int_equal(desk_account_row(desk, "anna").password_version, 1);

    assert_verdict(set_password(desk, anna, "anna", shown), ERROR_NONE);
    assert_false(desk_viewer(desk, elsewhere).signed_in);
    assert_verdict(set_password(desk, anna, "anna", shown), ERROR_AUTH_FAILED);
    shown = (struct shown){.recovery = recovery[2]};
    assert_verdict(set_password(desk, anna, "anna", shown), ERROR_NONE);
    assert_verdict(set_password(desk, anna, "anna", shown), ERROR_AUTH_FAILED);
}

/* Beginning again makes another secret; a code of the first proves nothing. */
static void a_code_of_another_secret_is_wrong(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    begin(desk, anna, "anna");
    struct shown other = {.step = step_now(desk), .other_secret = true};

    assert_verdict(confirm(desk, anna, "anna", other), ERROR_AUTH_FAILED);
    other.other_secret = false;
    assert_verdict(confirm(desk, anna, "anna", other), ERROR_NONE);
    desk->now_ms += TOTP_STEP_MS;
    other = (struct shown){.step = step_now(desk), .other_secret = true};
    assert_verdict(login(desk, "anna", other), ERROR_AUTH_FAILED);
}

static void beginning_takes_the_password_and_no_second_factor(void **state)
{
    struct desk *desk = *state;
    static const struct account_totp_begin request;
    struct origin anna = with_factor(desk, "anna", ROLE_USER);
    desk_account(desk, "berta", ROLE_USER);
    struct origin berta = desk_sign_in(desk, "berta");

    assert_verdict(begin(desk, anna, "anna"), ERROR_ALREADY_DONE);
    assert_verdict(confirm(desk, anna, "anna", (struct shown){.step = step_now(desk)}),
                   ERROR_ALREADY_DONE);
    struct command command = desk_command(desk, METHOD_ACCOUNT_TOTP_BEGIN, berta, &request);
    command.prepared.new_factor = (struct bytes){sealed, sizeof sealed};
    assert_verdict(desk_run(desk, &command), ERROR_AUTH_FAILED);
    assert_verdict(begin(desk, berta, "anna"), ERROR_AUTH_FAILED);
}

/* Somebody who looks over a shoulder must not come in with what they saw. */
static void no_code_is_good_twice_nor_one_before_it(void **state)
{
    struct desk *desk = *state;
    with_factor(desk, "anna", ROLE_USER); /* the step before this one is used up */
    uint64_t now = step_now(desk);

    assert_verdict(login(desk, "anna", (struct shown){.step = now - 1}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 1}), ERROR_NONE);
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 1}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.step = now}), ERROR_AUTH_FAILED);
    desk->now_ms += TOTP_STEP_MS;
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 1}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 2}), ERROR_NONE);
}

/* The stamp of the command says when it was. */
static void only_the_step_before_and_after_are_near_enough(void **state)
{
    struct desk *desk = *state;
    with_factor(desk, "anna", ROLE_USER);
    desk->now_ms += 10 * TOTP_STEP_MS;
    uint64_t now = step_now(desk);

    assert_verdict(login(desk, "anna", (struct shown){.step = now - 2}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 2}), ERROR_AUTH_FAILED);
    assert_verdict(login(desk, "anna", (struct shown){.step = now - 1}), ERROR_NONE);
    assert_verdict(login(desk, "anna", (struct shown){.step = now}), ERROR_NONE);
    assert_verdict(login(desk, "anna", (struct shown){.step = now + 1}), ERROR_NONE);
}

static void each_recovery_code_is_good_once(void **state)
{
    struct desk *desk = *state;
    static const uint8_t none_of_them[TOKEN_BYTES] = "none";
    struct row_totp row;
    with_factor(desk, "anna", ROLE_USER);

    assert_verdict(login(desk, "anna", (struct shown){.recovery = none_of_them}),
                   ERROR_AUTH_FAILED);
    static const unsigned order[] = {4, 0, 9, 1, 2, 3, 5, 6, 7, 8};
    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        struct shown shown = {.recovery = recovery[order[i]]};
        assert_verdict(login(desk, "anna", shown), ERROR_NONE);
        assert_verdict(login(desk, "anna", shown), ERROR_AUTH_FAILED);
        assert_true(find_totp(desk, "anna", &row));
        assert_int_equal(row.recovery.length, (RECOVERY_CODES - 1 - i) * TOKEN_BYTES);
    }
}

/* An account that cannot come in tells nothing of what it would be asked for. */
static void only_who_could_come_in_is_asked_for_a_code(void **state)
{
    struct desk *desk = *state;
    with_factor(desk, "anna", ROLE_USER);
    desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "anna");
    struct shown good = {.step = step_now(desk)};

    struct outcome outcome = login(desk, "anna", (struct shown){.none = true});
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_null(outcome.reason.data);
    struct outcome with_code = login(desk, "anna", good);
    assert_verdict(with_code, ERROR_AUTH_FAILED);
    desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, desk_console, "anna");
    struct outcome wrong_code = login(desk, "anna", (struct shown){.step = 0});
    assert_verdict(wrong_code, ERROR_AUTH_FAILED);
    assert_null(wrong_code.field.data);
    assert_true(text_equal(wrong_code.reason, with_code.reason));
    assert_verdict(login(desk, "anna", good), ERROR_NONE);
}

static void a_refused_sign_in_uses_nothing_up(void **state)
{
    struct desk *desk = *state;
    struct row_totp before;
    struct row_totp after;
    with_factor(desk, "anna", ROLE_USER);
    assert_true(find_totp(desk, "anna", &before));

    login(desk, "anna", (struct shown){.none = true});
    login(desk, "anna", (struct shown){.step = 0});
    assert_true(find_totp(desk, "anna", &after));
    assert_int_equal(after.last_step, before.last_step);
    assert_int_equal(after.recovery.length, before.recovery.length);
}

static void admin_mode_asks_for_the_code_of_who_has_one(void **state)
{
    struct desk *desk = *state;
    struct origin armin = with_factor(desk, "armin", ROLE_ADMIN);

    assert_verdict(elevate(desk, armin, "armin", (struct shown){.none = true}),
                   ERROR_CODE_REQUIRED);
    struct outcome outcome = elevate(desk, armin, "armin", (struct shown){.step = 0});
    assert_verdict(outcome, ERROR_AUTH_FAILED);
    assert_text(outcome.field, "code");
    assert_false(desk_viewer(desk, armin).elevated);
    struct shown good = {.step = step_now(desk)};
    assert_verdict(elevate(desk, armin, "armin", good), ERROR_NONE);
    assert_true(desk_viewer(desk, armin).elevated);
    assert_verdict(elevate(desk, armin, "armin", good), ERROR_AUTH_FAILED);
    assert_verdict(elevate(desk, armin, "armin", (struct shown){.recovery = recovery[0]}),
                   ERROR_NONE);
}

/* The desk's setting, which new desks have; it is about admin mode and nothing else. */
static void a_desk_can_demand_a_second_factor_for_admin_mode(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "armin", ROLE_ADMIN);
    struct origin armin = desk_sign_in(desk, "armin");
    struct shown none = {.none = true};

    assert_verdict(elevate(desk, armin, "armin", none), ERROR_NONE);
    demand(desk, 1);
    assert_verdict(elevate(desk, armin, "armin", none), ERROR_SECOND_FACTOR_REQUIRED);
    assert_verdict(elevate(desk, armin, "armin", (struct shown){.step = step_now(desk)}),
                   ERROR_SECOND_FACTOR_REQUIRED);
    assert_verdict(login(desk, "armin", none), ERROR_NONE);
    assert_verdict(begin(desk, armin, "armin"), ERROR_NONE);
    assert_verdict(elevate(desk, armin, "armin", none), ERROR_SECOND_FACTOR_REQUIRED);
    assert_verdict(confirm(desk, armin, "armin", (struct shown){.step = step_now(desk)}),
                   ERROR_NONE);
    assert_verdict(elevate(desk, armin, "armin", none), ERROR_CODE_REQUIRED);
    desk->now_ms += TOTP_STEP_MS;
    assert_verdict(elevate(desk, armin, "armin", (struct shown){.step = step_now(desk)}),
                   ERROR_NONE);
}

/* Something one has and something one knows; a key that was only added proves nothing. */
static void a_sign_in_by_key_is_one_factor_of_two(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "armin", ROLE_ADMIN);
    struct origin armin = desk_sign_in(desk, "armin");
    struct shown none = {.none = true};
    struct row_sign_in sign_in;
    demand(desk, 1);

    assert_verdict(elevate(desk, armin, "armin", none), ERROR_SECOND_FACTOR_REQUIRED);
    desk_begin(desk);
    assert_true(rows_get(desk->rows, ROW_SIGN_IN, armin.sign_in, 0, &sign_in));
    sign_in.key = 1;
    rows_put(desk->rows, ROW_SIGN_IN, &sign_in);
    desk_commit(desk);
    assert_verdict(elevate(desk, armin, "armin", none), ERROR_NONE);
}

static void giving_it_up_takes_password_and_code(void **state)
{
    struct desk *desk = *state;
    struct row_totp row;
    struct origin anna = with_factor(desk, "anna", ROLE_USER);
    desk_account(desk, "berta", ROLE_USER);
    struct origin berta = desk_sign_in(desk, "berta");
    struct shown good = {.step = step_now(desk)};

    assert_verdict(drop(desk, berta, "berta", good), ERROR_ALREADY_DONE);
    assert_verdict(drop(desk, anna, "berta", good), ERROR_AUTH_FAILED);
    assert_verdict(drop(desk, anna, "anna", (struct shown){.step = 0}), ERROR_AUTH_FAILED);
    assert_true(desk_account_row(desk, "anna").second_factor);
    assert_verdict(drop(desk, anna, "anna", good), ERROR_NONE);
    assert_false(desk_account_row(desk, "anna").second_factor);
    assert_false(find_totp(desk, "anna", &row));
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_NONE);
}

static void an_admin_takes_a_lost_one_away_and_ends_sign_ins(void **state)
{
    struct desk *desk = *state;
    struct row_totp row;
    struct origin anna = with_factor(desk, "anna", ROLE_STAFF);
    struct origin admin = desk_admin(desk, "armin");
    uint64_t id = desk_account_row(desk, "anna").id;

    assert_verdict(reset(desk, anna, "anna"), ERROR_FORBIDDEN);
    assert_verdict(reset(desk, admin, "armin"), ERROR_NOT_ON_SELF);
    assert_verdict(reset(desk, admin, "nobody"), ERROR_NOT_FOUND);
    struct outcome outcome = reset(desk, admin, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, id);
    assert_false(desk_viewer(desk, anna).signed_in);
    assert_false(desk_account_row(desk, "anna").second_factor);
    assert_false(find_totp(desk, "anna", &row));
    assert_verdict(reset(desk, desk_console, "anna"), ERROR_ALREADY_DONE);
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_NONE);
}

/* Whoever reads mail or overhears a code read out must not come in with that alone. */
static void a_one_time_code_does_not_stand_for_the_second_factor(void **state)
{
    struct desk *desk = *state;
    static const uint8_t right[TOKEN_BYTES] = "the right code";
    struct admin_account reset_request = {.name = text_of("anna")};
    struct account_use_code use_request = {.name = text_of("anna")};
    with_factor(desk, "anna", ROLE_USER);

    struct command command =
        desk_command(desk, METHOD_ADMIN_ACCOUNT_RESET, desk_console, &reset_request);
    command.prepared.new_code_hash = (struct bytes){right, sizeof right};
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    command = desk_command(desk, METHOD_ACCOUNT_USE_CODE, desk_nobody, &use_request);
    command.prepared.code_hash = (struct bytes){right, sizeof right};
    command.prepared.password_hash = text_of("$argon2id$chosen");
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    assert_verdict(login(desk, "anna", (struct shown){.none = true}), ERROR_CODE_REQUIRED);
    assert_verdict(login(desk, "anna", (struct shown){.step = step_now(desk)}), ERROR_NONE);
}

/* That there is a second factor is on record; nothing of which one. */
static void the_journal_knows_that_and_not_what(void **state)
{
    struct desk *desk = *state;
    with_factor(desk, "anna", ROLE_USER);
    unsigned told = 0;

    assert_int_not_equal(desk->entry.header.sequence, 0);
    for (size_t i = 0; i < desk->entry.effect_count; i++) {
        const struct effect *effect = &desk->entry.effects[i];
        assert_int_equal(effect->row, ROW_ACCOUNT);
        const char *name = row_field_name(ROW_ACCOUNT, effect->tag);
        told += name != NULL && strcmp(name, "second_factor") == 0;
    }
    assert_int_equal(told, 1);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(it_counts_only_once_it_is_confirmed),
        TEST(what_was_begun_has_to_be_confirmed_within_an_hour),
        TEST(another_password_takes_a_code_that_is_used_up),
        TEST(a_code_of_another_secret_is_wrong),
        TEST(beginning_takes_the_password_and_no_second_factor),
        TEST(no_code_is_good_twice_nor_one_before_it),
        TEST(only_the_step_before_and_after_are_near_enough),
        TEST(each_recovery_code_is_good_once),
        TEST(only_who_could_come_in_is_asked_for_a_code),
        TEST(a_refused_sign_in_uses_nothing_up),
        TEST(admin_mode_asks_for_the_code_of_who_has_one),
        TEST(a_desk_can_demand_a_second_factor_for_admin_mode),
        TEST(a_sign_in_by_key_is_one_factor_of_two),
        TEST(giving_it_up_takes_password_and_code),
        TEST(an_admin_takes_a_lost_one_away_and_ends_sign_ins),
        TEST(a_one_time_code_does_not_stand_for_the_second_factor),
        TEST(the_journal_knows_that_and_not_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
