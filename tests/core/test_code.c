/* One-time codes: admins let people in without ever knowing a password. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

static const uint8_t right[TOKEN_BYTES] = "the right code";
static const uint8_t wrong[TOKEN_BYTES] = "a wrong code";

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

static struct outcome reset(struct desk *desk, struct origin origin, const char *name)
{
    struct admin_account request = {.name = text_of(name)};
    struct command command = desk_command(desk, METHOD_ADMIN_ACCOUNT_RESET, origin, &request);
    command.prepared.new_code_hash = (struct bytes){right, sizeof right};
    return desk_run(desk, &command);
}

static struct outcome create(struct desk *desk, struct origin origin, const char *name,
                             enum role role, const char *password_hash)
{
    struct admin_account_create request = {
        .name = text_of(name), .email = text_of("fresh@example.org"), .role = role};
    struct command command = desk_command(desk, METHOD_ADMIN_ACCOUNT_CREATE, origin, &request);
    command.prepared.new_code_hash = (struct bytes){right, sizeof right};
    command.prepared.password_hash = text_of(password_hash);
    return desk_run(desk, &command);
}

static struct command use(struct desk *desk, struct account_use_code *request, const char *name,
                          const uint8_t *code)
{
    *request = (struct account_use_code){.name = text_of(name)};
    struct command command = desk_command(desk, METHOD_ACCOUNT_USE_CODE, desk_nobody, request);
    command.prepared.code_hash = (struct bytes){code, TOKEN_BYTES};
    command.prepared.password_hash = text_of("$argon2id$chosen");
    return command;
}

static struct outcome use_code(struct desk *desk, const char *name, const uint8_t *code)
{
    struct account_use_code request;
    struct command command = use(desk, &request, name, code);
    return desk_run(desk, &command);
}

static bool has(struct desk *desk, enum row_kind kind, uint64_t account)
{
    union {
        struct row_reset reset;
        struct row_credential credential;
    } row;
    bool found = rows_get(desk_read(desk), kind, account, 0, &row);
    desk_read_end(desk);
    return found;
}

/* The admin's part ends with the code: no password exists that the admin could know. */
static void an_account_from_admin_mode_has_no_password_but_a_code(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");

    struct outcome outcome = create(desk, admin, "fresh", ROLE_STAFF, NULL);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.until_ms, desk->now_ms + 48 * HOUR_MS);
    struct row_account account = desk_account_row(desk, "fresh");
    assert_int_equal(account.role, ROLE_STAFF);
    assert_int_equal(account.state, ACCOUNT_ACTIVE);
    assert_false(has(desk, ROW_CREDENTIAL, account.id));
    assert_true(has(desk, ROW_RESET, account.id));
}

static void an_admin_gives_no_password_but_the_console_may(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");

    struct outcome outcome = create(desk, admin, "fresh", ROLE_USER, "$argon2id$known");
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "password");
    assert_verdict(create(desk, desk_console, "fresh", ROLE_USER, "$argon2id$known"), ERROR_NONE);
    assert_false(has(desk, ROW_RESET, desk_account_row(desk, "fresh").id));
}

static void using_the_code_sets_the_password_once_and_signs_nobody_in(void **state)
{
    struct desk *desk = *state;
    create(desk, desk_console, "fresh", ROLE_USER, NULL);
    struct row_account before = desk_account_row(desk, "fresh");

    struct outcome outcome = use_code(desk, "fresh", right);
    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "fresh");
    assert_int_equal(outcome.sign_in, 0);
    struct row_account after = desk_account_row(desk, "fresh");
    assert_int_equal(after.password_version, before.password_version + 1);
    assert_true(has(desk, ROW_CREDENTIAL, after.id));
    assert_false(has(desk, ROW_RESET, after.id));
    struct journal_entry entry;
    assert_true(rows_journal(desk_read(desk), outcome.sequence, &entry));
    desk_read_end(desk);
    assert_int_equal(entry.header.actor, after.id);
    assert_verdict(use_code(desk, "fresh", right), ERROR_AUTH_FAILED);
}

/* An answer that was lost on its way must not look like a used code. */
static void a_repeated_use_is_answered_as_the_first(void **state)
{
    struct desk *desk = *state;
    struct account_use_code request;
    create(desk, desk_console, "fresh", ROLE_USER, NULL);
    struct command command = use(desk, &request, "fresh", right);

    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    struct outcome again = desk_run(desk, &command);
    assert_verdict(again, ERROR_NONE);
    assert_true(again.repeated);
}

/* Somebody who is after names or codes learns nothing from how it fails. */
static void every_failure_is_the_same_refusal(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "nocode", ROLE_USER);
    desk_account(desk, "disabled", ROLE_USER);
    desk_account(desk, "expired", ROLE_USER);
    desk_account(desk, "wrongcode", ROLE_USER);
    reset(desk, desk_console, "disabled");
    reset(desk, desk_console, "expired");
    desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "disabled");
    desk->now_ms += CODE_LIFE_MS;
    reset(desk, desk_console, "wrongcode");

    static const char *const names[] = {"nobody", "nocode", "disabled", "expired", "wrongcode"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct outcome outcome = use_code(desk, names[i], i == 4 ? wrong : right);
        assert_verdict(outcome, ERROR_AUTH_FAILED);
        assert_null(outcome.field.data);
        assert_null(outcome.reason.data);
        assert_null(outcome.name.data);
        assert_int_equal(outcome.version, 0);
    }
    desk->now_ms--;
    reset(desk, desk_console, "expired");
    desk->now_ms += CODE_LIFE_MS - 1;
    assert_verdict(use_code(desk, "expired", right), ERROR_NONE);
}

/* Whoever knows a name could keep its owner out otherwise, each time an admin helps. */
static void wrong_codes_do_not_end_it(void **state)
{
    enum { TRIES = 50 };
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    reset(desk, desk_console, "anna");
    for (unsigned i = 0; i < TRIES; i++) {
        assert_verdict(use_code(desk, "anna", wrong), ERROR_AUTH_FAILED);
    }
    assert_verdict(use_code(desk, "anna", right), ERROR_NONE);
}

/* Whoever has the old password, or sits in a session, may be why it is reset. */
static void a_reset_makes_the_password_worthless_and_ends_sign_ins(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    uint64_t id = desk_account(desk, "anna", ROLE_STAFF);
    struct origin anna = desk_sign_in(desk, "anna");
    struct row_account before = desk_account_row(desk, "anna");

    struct outcome outcome = reset(desk, admin, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, id);
    assert_int_equal(outcome.until_ms, desk->now_ms + CODE_LIFE_MS);
    assert_false(desk_viewer(desk, anna).signed_in);
    assert_false(has(desk, ROW_CREDENTIAL, id));
    /* Verified a moment before, and too late. */
    struct account_login request = {.name = text_of("anna")};
    struct command login = desk_command(desk, METHOD_ACCOUNT_LOGIN, desk_nobody, &request);
    login.prepared.account = id;
    login.prepared.password_version = before.password_version;
    login.prepared.new_token_hash = (struct bytes){right, sizeof right};
    assert_verdict(desk_run(desk, &login), ERROR_AUTH_FAILED);
}

static void a_second_reset_replaces_the_code(void **state)
{
    struct desk *desk = *state;
    struct admin_account request = {.name = text_of("anna")};
    desk_account(desk, "anna", ROLE_USER);
    reset(desk, desk_console, "anna");
    struct command command = desk_command(desk, METHOD_ADMIN_ACCOUNT_RESET, desk_console, &request);
    command.prepared.new_code_hash = (struct bytes){wrong, sizeof wrong};
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    assert_verdict(use_code(desk, "anna", right), ERROR_AUTH_FAILED);
    assert_verdict(use_code(desk, "anna", wrong), ERROR_NONE);
}

/* Reset takes no admin away: the last one gets back in with the code. */
static void the_last_admin_can_be_reset_but_nobody_resets_themselves(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");

    assert_verdict(reset(desk, admin, "armin"), ERROR_NOT_ON_SELF);
    assert_verdict(reset(desk, admin, "nobody"), ERROR_NOT_FOUND);
    assert_verdict(reset(desk, desk_console, "armin"), ERROR_NONE);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "armin"),
                   ERROR_LAST_ADMIN);
    assert_verdict(use_code(desk, "armin", right), ERROR_NONE);
    assert_true(desk_viewer(desk, desk_sign_in(desk, "armin")).signed_in);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(an_account_from_admin_mode_has_no_password_but_a_code),
        TEST(an_admin_gives_no_password_but_the_console_may),
        TEST(using_the_code_sets_the_password_once_and_signs_nobody_in),
        TEST(a_repeated_use_is_answered_as_the_first),
        TEST(every_failure_is_the_same_refusal),
        TEST(wrong_codes_do_not_end_it),
        TEST(a_reset_makes_the_password_worthless_and_ends_sign_ins),
        TEST(a_second_reset_replaces_the_code),
        TEST(the_last_admin_can_be_reset_but_nobody_resets_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
