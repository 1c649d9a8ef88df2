/* Registering, and what people do about their own account. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/settings.h"
#include "server/core/view.h"
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

static struct outcome enrol(struct desk *desk, struct origin origin, const char *name,
                            const char *email)
{
    struct account_register request = {.name = text_of(name), .email = text_of(email)};
    struct command command = desk_command(desk, METHOD_ACCOUNT_REGISTER, origin, &request);
    command.prepared.password_hash = text_of("$argon2id$x");
    return desk_run(desk, &command);
}

static void set_registration(struct desk *desk, uint64_t version, enum registration registration)
{
    struct admin_settings_update request = {.version = version, .registration = registration};
    present_mark(&request.present, SETTINGS_UPDATE_REGISTRATION);
    struct outcome outcome = desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, version + 1);
}

static struct outcome update(struct desk *desk, struct origin origin, uint64_t version,
                             const char *email, const char *display_name)
{
    struct account_update request = {.version = version};
    if (email != NULL) {
        request.email = text_of(email);
        present_mark(&request.present, ACCOUNT_UPDATE_EMAIL);
    }
    if (display_name != NULL) {
        request.display_name = text_of(display_name);
        present_mark(&request.present, ACCOUNT_UPDATE_DISPLAY_NAME);
    }
    return desk_do(desk, METHOD_ACCOUNT_UPDATE, origin, &request);
}

/* Whoever registers is a user, and nothing more (M01, M02). */
static void registering_makes_an_active_user(void **state)
{
    struct desk *desk = *state;
    struct outcome outcome = enrol(desk, desk_nobody, "anna", "Anna@Example.ORG");

    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "anna");
    assert_int_equal(outcome.version, 1);
    struct row_account row = desk_account_row(desk, "anna");
    assert_int_equal(row.role, ROLE_USER);
    assert_int_equal(row.state, ACCOUNT_ACTIVE);
    assert_text(row.email, "anna@example.org");
    struct row_credential credential;
    assert_true(rows_get(desk_read(desk), ROW_CREDENTIAL, row.id, 0, &credential));
    desk_read_end(desk);
    assert_text(credential.hash, "$argon2id$x");
    assert_int_equal(credential.password_version, row.password_version);
}

/* The journal says who did it: the new account itself. */
static void registering_is_recorded_as_the_new_account(void **state)
{
    struct desk *desk = *state;
    struct journal_entry entry;
    struct outcome outcome = enrol(desk, desk_nobody, "anna", "anna@example.org");

    assert_true(rows_journal(desk_read(desk), outcome.sequence, &entry));
    desk_read_end(desk);
    assert_int_equal(entry.header.actor, desk_account_row(desk, "anna").id);
    assert_int_equal(entry.header.command, METHOD_ACCOUNT_REGISTER);
}

static void names_and_addresses_are_given_once(void **state)
{
    struct desk *desk = *state;

    enrol(desk, desk_nobody, "anna", "anna@example.org");
    struct outcome outcome = enrol(desk, desk_nobody, "anna", "other@example.org");
    assert_verdict(outcome, ERROR_NAME_TAKEN);
    assert_text(outcome.field, "name");
    outcome = enrol(desk, desk_nobody, "berta", "ANNA@example.org");
    assert_verdict(outcome, ERROR_EMAIL_TAKEN);
    assert_text(outcome.field, "email");
    assert_verdict(enrol(desk, desk_nobody, "berta", "berta@example.org"), ERROR_NONE);
}

static void malformed_names_and_addresses_are_refused_by_field(void **state)
{
    struct desk *desk = *state;
    struct outcome outcome = enrol(desk, desk_nobody, "Anna", "anna@example.org");

    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "name");
    assert_non_null(outcome.reason.data);
    outcome = enrol(desk, desk_nobody, "console", "anna@example.org");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    outcome = enrol(desk, desk_nobody, "anna", "nowhere");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "email");
}

static void closed_registration_refuses(void **state)
{
    struct desk *desk = *state;

    set_registration(desk, 1, REGISTRATION_CLOSED);
    assert_verdict(enrol(desk, desk_nobody, "anna", "anna@example.org"), ERROR_REGISTRATION_CLOSED);
    /* The console's way in stays open. */
    desk_account(desk, "berta", ROLE_STAFF);
}

static void with_approval_an_account_waits_for_an_admin(void **state)
{
    struct desk *desk = *state;

    set_registration(desk, 1, REGISTRATION_APPROVAL);
    assert_verdict(enrol(desk, desk_nobody, "anna", "anna@example.org"), ERROR_NONE);
    assert_int_equal(desk_account_row(desk, "anna").state, ACCOUNT_AWAITING);
    struct origin admin = desk_admin(desk, "armin");
    assert_verdict(desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_ENABLE, admin, "anna"),
                   ERROR_NONE);
    assert_int_equal(desk_account_row(desk, "anna").state, ACCOUNT_ACTIVE);
}

static void settings_are_changed_by_version(void **state)
{
    struct desk *desk = *state;
    struct admin_settings_update request = {.version = 1, .registration = REGISTRATION_OPEN};

    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request),
                   ERROR_NO_CHANGE);
    present_mark(&request.present, SETTINGS_UPDATE_REGISTRATION);
    assert_verdict(desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request),
                   ERROR_NO_CHANGE);
    set_registration(desk, 1, REGISTRATION_CLOSED);
    struct outcome outcome = desk_do(desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.version, 2);
    struct row_settings settings = settings_read(desk_read(desk));
    desk_read_end(desk);
    assert_int_equal(settings.registration, REGISTRATION_CLOSED);
}

static void a_profile_is_changed_by_version(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    struct outcome outcome = update(desk, anna, 1, "New@Example.org", "Anna A.");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    struct row_account row = desk_account_row(desk, "anna");
    assert_text(row.email, "new@example.org");
    assert_text(row.display_name, "Anna A.");
    assert_verdict(update(desk, anna, 1, NULL, "B."), ERROR_VERSION_CONFLICT);
    assert_verdict(update(desk, anna, 2, NULL, NULL), ERROR_NO_CHANGE);
    assert_verdict(update(desk, anna, 2, "NEW@example.org", "Anna A."), ERROR_NO_CHANGE);
    assert_verdict(update(desk, anna, 2, NULL, ""), ERROR_NONE);
    assert_int_equal(desk_account_row(desk, "anna").display_name.length, 0);
    /* A profile is no reason to sign in again. */
    assert_true(desk_viewer(desk, anna).signed_in);
}

static void a_profile_can_not_take_anothers_address(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    desk_account(desk, "berta", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    struct outcome outcome = update(desk, anna, 1, "Berta@example.org", NULL);
    assert_verdict(outcome, ERROR_EMAIL_TAKEN);
    assert_text(outcome.field, "email");
    outcome = update(desk, anna, 1, "b@b@b", NULL);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    /* An address that was given up is free. */
    assert_verdict(update(desk, anna, 1, "a2@example.org", NULL), ERROR_NONE);
    assert_verdict(enrol(desk, desk_nobody, "carla", "anna@example.org"), ERROR_NONE);
}

static struct outcome set_password(struct desk *desk, struct origin origin, uint64_t account,
                                   uint64_t password_version)
{
    struct command command = desk_command(desk, METHOD_ACCOUNT_SET_PASSWORD, origin, NULL);
    command.prepared = (struct prepared){
        .account = account,
        .password_version = password_version,
        .password_hash = text_of("$argon2id$new"),
    };
    return desk_run(desk, &command);
}

/* A new password ends every other sign-in, and keeps the one it was set from (M07). */
static void a_new_password_ends_other_sign_ins(void **state)
{
    struct desk *desk = *state;
    uint64_t id = desk_account(desk, "anna", ROLE_USER);
    struct origin here = desk_sign_in(desk, "anna");
    struct origin there = desk_sign_in(desk, "anna");

    struct outcome outcome = set_password(desk, here, id, 1);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    assert_int_equal(outcome.ended_account, id);
    assert_true(desk_viewer(desk, here).signed_in);
    assert_false(desk_viewer(desk, there).signed_in);
    struct row_credential credential;
    assert_true(rows_get(desk_read(desk), ROW_CREDENTIAL, id, 0, &credential));
    desk_read_end(desk);
    assert_int_equal(credential.password_version, 2);
    assert_text(credential.hash, "$argon2id$new");
}

/* Between verifying the old password and the command somebody may have changed it. */
static void a_password_verified_before_a_change_is_refused(void **state)
{
    struct desk *desk = *state;
    uint64_t id = desk_account(desk, "anna", ROLE_USER);
    uint64_t other = desk_account(desk, "berta", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");

    assert_verdict(set_password(desk, anna, id, 2), ERROR_AUTH_FAILED);
    assert_verdict(set_password(desk, anna, 0, 0), ERROR_AUTH_FAILED);
    assert_verdict(set_password(desk, anna, other, 1), ERROR_AUTH_FAILED);
    assert_int_equal(desk_account_row(desk, "anna").password_version, 1);
}

static struct outcome ask(struct desk *desk, struct origin origin, enum role role,
                          const char *reason)
{
    struct account_request_role request = {.role = role, .reason = text_of(reason)};
    return desk_do(desk, METHOD_ACCOUNT_REQUEST_ROLE, origin, &request);
}

/* Asking changes nothing by itself. */
static void a_role_is_asked_for_once_at_a_time(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_USER);
    struct origin anna = desk_sign_in(desk, "anna");
    struct account account;

    assert_verdict(ask(desk, anna, ROLE_STAFF, "new job"), ERROR_NONE);
    assert_verdict(ask(desk, anna, ROLE_STAFF, "new job"), ERROR_NO_CHANGE);
    assert_verdict(ask(desk, anna, ROLE_ADMIN, "newer job"), ERROR_NONE);
    struct row_account row = desk_account_row(desk, "anna");
    assert_int_equal(row.role, ROLE_USER);
    assert_int_equal(row.version, 1);
    struct row_role_request waiting;
    struct role_request seen;
    struct rows *rows = desk_read(desk);
    view_account(rows, &row, &account);
    assert_true(rows_get(rows, ROW_ROLE_REQUEST, row.id, 0, &waiting));
    assert_true(view_role_request(rows, &waiting, &seen));
    desk_read_end(desk);
    assert_true(present_has(account.present, ACCOUNT_REQUESTED_ROLE));
    assert_int_equal(account.requested_role, ROLE_ADMIN);
    assert_text(seen.name, "anna");
    assert_text(seen.reason, "newer job");
    assert_int_equal(seen.current_role, ROLE_USER);
    assert_int_equal(seen.role, ROLE_ADMIN);
}

static void only_a_higher_role_is_asked_for(void **state)
{
    struct desk *desk = *state;
    desk_account(desk, "anna", ROLE_STAFF);
    struct origin anna = desk_sign_in(desk, "anna");

    assert_verdict(ask(desk, anna, ROLE_STAFF, NULL), ERROR_ROLE_UNCHANGED);
    struct outcome outcome = ask(desk, anna, ROLE_USER, NULL);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "role");
    assert_verdict(ask(desk, anna, ROLE_ADMIN, NULL), ERROR_NONE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(registering_makes_an_active_user),
        TEST(registering_is_recorded_as_the_new_account),
        TEST(names_and_addresses_are_given_once),
        TEST(malformed_names_and_addresses_are_refused_by_field),
        TEST(closed_registration_refuses),
        TEST(with_approval_an_account_waits_for_an_admin),
        TEST(settings_are_changed_by_version),
        TEST(a_profile_is_changed_by_version),
        TEST(a_profile_can_not_take_anothers_address),
        TEST(a_new_password_ends_other_sign_ins),
        TEST(a_password_verified_before_a_change_is_refused),
        TEST(a_role_is_asked_for_once_at_a_time),
        TEST(only_a_higher_role_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
