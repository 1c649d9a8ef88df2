/* What admins in admin mode and the console do about accounts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/desk.h"

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

static struct outcome set_role(struct desk *desk, struct origin origin, const char *name,
                               enum role role)
{
    struct admin_account_role request = {.name = text_of(name), .role = role};
    return desk_do(desk, METHOD_ADMIN_ACCOUNT_ROLE, origin, &request);
}

static struct outcome grant(struct desk *desk, struct origin origin, const char *name,
                            enum role role)
{
    struct admin_account_role request = {.name = text_of(name), .role = role};
    return desk_do(desk, METHOD_ADMIN_ROLE_GRANT, origin, &request);
}

static bool has_request(struct desk *desk, uint64_t account)
{
    struct row_role_request row;
    bool found = rows_get(desk_read(desk), ROW_ROLE_REQUEST, account, 0, &row);
    desk_read_end(desk);
    return found;
}

static void ask(struct desk *desk, const char *name, enum role role)
{
    struct account_request_role request = {.role = role};
    struct origin origin = desk_sign_in(desk, name);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_REQUEST_ROLE, origin, &request), ERROR_NONE);
}

/* Whoever is signed in with the old role must not go on with it. */
static void a_role_change_ends_sign_ins(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    desk_account(desk, "anna", ROLE_STAFF);
    struct origin anna = desk_sign_in(desk, "anna");

    struct outcome outcome = set_role(desk, admin, "anna", ROLE_USER);
    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "anna");
    assert_int_equal(outcome.version, 2);
    assert_int_equal(outcome.ended_account, desk_account_row(desk, "anna").id);
    assert_int_equal(desk_account_row(desk, "anna").role, ROLE_USER);
    assert_false(desk_viewer(desk, anna).signed_in);
    assert_verdict(set_role(desk, admin, "anna", ROLE_USER), ERROR_ROLE_UNCHANGED);
}

static void nobody_changes_their_own_role_or_state(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    desk_account(desk, "other", ROLE_ADMIN);

    assert_verdict(set_role(desk, admin, "armin", ROLE_USER), ERROR_NOT_ON_SELF);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, admin, "armin"),
                   ERROR_NOT_ON_SELF);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, admin, "armin"),
                   ERROR_NOT_ON_SELF);
    assert_verdict(grant(desk, admin, "armin", ROLE_STAFF), ERROR_NOT_ON_SELF);
}

/* A desk without an admin could never have one again but by its console (M06). */
static void the_last_active_admin_stays(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "armin", ROLE_ADMIN);
    desk_account(desk, "anna", ROLE_ADMIN);

    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "anna"),
                   ERROR_NONE);
    assert_verdict(set_role(desk, desk_console, "armin", ROLE_STAFF), ERROR_LAST_ADMIN);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "armin"),
                   ERROR_LAST_ADMIN);
    /* The disabled one is not what keeps the desk going. */
    assert_verdict(set_role(desk, desk_console, "anna", ROLE_USER), ERROR_NONE);
}

static void disabling_ends_sign_ins_and_enabling_does_not_bring_them_back(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    struct outcome outcome = desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, admin, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, desk_account_row(desk, "anna").id);
    assert_false(desk_viewer(desk, anna).signed_in);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, admin, "anna"),
                   ERROR_ALREADY_DONE);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, admin, "anna"),
                   ERROR_NONE);
    assert_false(desk_viewer(desk, anna).signed_in);
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, admin, "anna"),
                   ERROR_ALREADY_DONE);
}

static void unknown_names_are_not_found(void **state)
{
    static const enum method named[] = {METHOD_ADMIN_ACCOUNT_DISABLE, METHOD_ADMIN_ACCOUNT_ENABLE,
                                        METHOD_ADMIN_ROLE_DECLINE};
    struct desk *desk = *state;

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        struct outcome outcome = desk_admin_account(desk, named[i], desk_console, "nobody");
        assert_verdict(outcome, ERROR_NOT_FOUND);
        assert_text(outcome.field, "name");
    }
    assert_verdict(set_role(desk, desk_console, "nobody", ROLE_STAFF), ERROR_NOT_FOUND);
    assert_verdict(grant(desk, desk_console, "nobody", ROLE_STAFF), ERROR_NOT_FOUND);
}

static void granting_gives_the_role_and_ends_the_request(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);

    ask(desk, "anna", ROLE_STAFF);
    assert_true(has_request(desk, anna));
    struct outcome outcome = grant(desk, admin, "anna", ROLE_STAFF);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.ended_account, anna);
    assert_int_equal(desk_account_row(desk, "anna").role, ROLE_STAFF);
    assert_false(has_request(desk, anna));
    assert_verdict(grant(desk, admin, "anna", ROLE_STAFF), ERROR_NOT_FOUND);
}

/* Whoever asks for more between the admin's look and the grant must not get it. */
static void granting_gives_no_role_but_the_one_that_was_seen(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);

    ask(desk, "anna", ROLE_STAFF);
    ask(desk, "anna", ROLE_ADMIN);
    struct outcome outcome = grant(desk, admin, "anna", ROLE_STAFF);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_text(outcome.field, "role");
    assert_int_equal(desk_account_row(desk, "anna").role, ROLE_USER);
    assert_true(has_request(desk, anna));
    assert_verdict(grant(desk, admin, "anna", ROLE_ADMIN), ERROR_NONE);
}

static void declining_ends_the_request_alone(void **state)
{
    struct desk *desk = *state;
    struct origin admin = desk_admin(desk, "armin");
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);

    ask(desk, "anna", ROLE_ADMIN);
    struct outcome outcome = desk_admin_account(desk, METHOD_ADMIN_ROLE_DECLINE, admin, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 1);
    assert_int_equal(desk_account_row(desk, "anna").role, ROLE_USER);
    assert_false(has_request(desk, anna));
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ROLE_DECLINE, admin, "anna"),
                   ERROR_NOT_FOUND);
}

/* Giving as much as was asked for is an answer; giving less leaves the question open. */
static void a_role_change_answers_a_request_for_no_more(void **state)
{
    struct desk *desk = *state;
    uint64_t anna = desk_account(desk, "anna", ROLE_USER);
    uint64_t berta = desk_account(desk, "berta", ROLE_USER);

    ask(desk, "anna", ROLE_STAFF);
    ask(desk, "berta", ROLE_ADMIN);
    set_role(desk, desk_console, "anna", ROLE_ADMIN);
    set_role(desk, desk_console, "berta", ROLE_STAFF);
    assert_false(has_request(desk, anna));
    assert_true(has_request(desk, berta));
}

/* Names and addresses are given once, whoever opens the account. */
static void the_console_opens_accounts_by_the_same_rules(void **state)
{
    struct desk *desk = *state;
    struct admin_account_create request = {
        .name = text_of("anna"), .email = text_of("other@example.org"), .role = ROLE_STAFF};

    desk_account(desk, "anna", ROLE_ADMIN);
    struct command command =
        desk_command(desk, METHOD_ADMIN_ACCOUNT_CREATE, desk_console, &request);
    command.prepared.password_hash = text_of("$argon2id$x");
    assert_verdict(desk_run(desk, &command), ERROR_NAME_TAKEN);
    struct journal_entry entry;
    assert_true(rows_journal(desk_read(desk), 1, &entry));
    desk_read_end(desk);
    assert_int_equal(entry.header.actor, 0);
    assert_true(entry.header.console);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_role_change_ends_sign_ins),
        TEST(nobody_changes_their_own_role_or_state),
        TEST(the_last_active_admin_stays),
        TEST(disabling_ends_sign_ins_and_enabling_does_not_bring_them_back),
        TEST(unknown_names_are_not_found),
        TEST(granting_gives_the_role_and_ends_the_request),
        TEST(granting_gives_no_role_but_the_one_that_was_seen),
        TEST(declining_ends_the_request_alone),
        TEST(a_role_change_answers_a_request_for_no_more),
        TEST(the_console_opens_accounts_by_the_same_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
