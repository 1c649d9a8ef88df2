/* A second factor on the screens: set up, asked for, given up, on the real daemon. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <liboath/oath.h>

#include "proto/operation.h"

enum { STEP_S = 30, DIGITS = 6, RECOVERY_COLUMNS = 2, CODE_LENGTH = 19 };

static const char *daemon_path;
static const char *client_path;

/* What the app on somebody's phone knows. */
struct app {
    char secret[TOTP_SECRET_MAX + 1]; /* base32 */
    char recovery[RECOVERY_CODES][CODE_LENGTH + 1];
};

static int begin(void **state)
{
    static struct journey journey;

    journey_begin(&journey, daemon_path, client_path);
    *state = &journey;
    return 0;
}

static int end(void **state)
{
    journey_end(*state);
    return 0;
}

static void write_code(const struct app *app, time_t when, char ret_code[DIGITS + 1])
{
    char *secret;
    size_t length;

    assert_int_equal(oath_base32_decode(app->secret, strlen(app->secret), &secret, &length),
                     OATH_OK);
    assert_int_equal(oath_totp_generate(secret, length, when, STEP_S, 0, DIGITS, ret_code),
                     OATH_OK);
    free(secret);
}

/* Types the code of this step, or of the next: that one is good already, and is so a step later. */
static void type_code(struct driver *driver, const struct app *app, int ahead)
{
    char code[DIGITS + 1];

    write_code(app, time(NULL) + (time_t)ahead * STEP_S, code);
    driver_keys(driver, code);
    driver_keys(driver, KEY_ENTER);
}

/* Six digits that are of no step near this one. */
static void type_wrong_code(struct driver *driver, const struct app *app)
{
    char wrong[DIGITS + 1];
    char code[DIGITS + 1];

    for (unsigned number = 0;; number++) {
        bool near = false;
        snprintf(wrong, sizeof wrong, "%06u", number);
        for (int ahead = -4; ahead <= 4; ahead++) {
            write_code(app, time(NULL) + (time_t)ahead * STEP_S, code);
            near = near || strcmp(code, wrong) == 0;
        }
        if (!near) {
            break;
        }
    }
    driver_keys(driver, wrong);
    driver_keys(driver, KEY_ENTER);
}

static void read_secret(struct driver *driver, struct app *app)
{
    int row;
    int column;
    size_t length = 0;

    assert_true(driver_find(driver, "Type this secret", &row, &column));
    for (const char *at = driver_row(driver, row + 1); *at != '\0'; at++) {
        if (*at != ' ') {
            assert_true(length < TOTP_SECRET_MAX);
            app->secret[length++] = *at;
        }
    }
    app->secret[length] = '\0';
    assert_int_equal(length, TOTP_SECRET_MAX);
}

static void read_recovery_codes(struct driver *driver, struct app *app)
{
    int row;
    int column;

    assert_true(driver_find(driver, "look them up later:", &row, &column));
    while (strchr(driver_row(driver, ++row), '-') == NULL) {
    }
    for (int i = 0; i < RECOVERY_CODES; i += RECOVERY_COLUMNS) {
        int got =
            sscanf(driver_row(driver, row++), " %19s %19s", app->recovery[i], app->recovery[i + 1]);
        assert_int_equal(got, RECOVERY_COLUMNS);
        assert_int_equal(strlen(app->recovery[i + 1]), CODE_LENGTH);
    }
}

static void demand_of_admins(const struct journey *journey)
{
    static const uint8_t random[OPERATION_RANDOM_BYTES] = {1};
    uint8_t operation[OPERATION_BYTES];
    struct admin_settings_update request = {.version = 1, .admin_second_factor = 1};

    operation_make((uint64_t)time(NULL) * 1000, random, operation);
    request.operation = (struct bytes){operation, sizeof operation};
    present_mark(&request.present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    journey_call(journey, METHOD_ADMIN_SETTINGS_UPDATE, &request);
}

/* From the list to a second factor that counts, and back to the list. */
static void set_up(struct driver *driver, struct app *app)
{
    driver_keys(driver, "P");
    driver_wait_text(driver, "none; f sets one up");
    driver_keys(driver, "f");
    driver_keys(driver, "not my password" KEY_ENTER);
    driver_wait_text(driver, "this is not your password");
    driver_check_invariants(driver);
    driver_keys(driver, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(driver, "otpauth://totp/ttydesk:");
    driver_check_invariants(driver);
    read_secret(driver, app);
    type_wrong_code(driver, app);
    driver_wait_text(driver, "This code is not right, or was used");
    driver_keys(driver, JOURNEY_EMPTY);
    type_code(driver, app, 0);
    driver_wait_text(driver, "Your second factor is set up.");
    driver_check_invariants(driver);
    driver_expect_not(driver, app->secret);
    read_recovery_codes(driver, app);
    driver_keys(driver, "q");
    driver_expect(driver, "They are never shown again. q once more leaves.");
    driver_expect(driver, app->recovery[0]); /* a habit's q takes nothing away */
    driver_check_invariants(driver);
    driver_keys(driver, "q");
    driver_wait_text(driver, "set up; f removes it");
    driver_keys(driver, "q");
}

/* What a new desk asks of its first admin: told why, led there, and in. */
static void an_admin_sets_one_up_and_enters_admin_mode(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    struct app app = {.secret = ""};

    demand_of_admins(journey);
    journey_sign_in(admin, JOURNEY_ADMIN);
    driver_keys(admin, "A");
    driver_keys(admin, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(admin, "you have none yet");
    driver_expect(admin, "Second factor needed: see your profile");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, KEY_ESC);
    set_up(admin, &app);

    driver_keys(admin, "A");
    driver_keys(admin, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(admin, "Enter the code of your second factor");
    driver_check_invariants(admin);
    type_wrong_code(admin, &app);
    driver_wait_text(admin, "This code is not right, or was used");
    driver_check_invariants(admin);
    type_code(admin, &app, 1); /* the password is still there */
    driver_wait_text(admin, "MODE: ADMIN");
    driver_keys(admin, "X");
    journey_quit(admin);
}

static void signing_in_and_deleting_ask_for_a_code(void **state)
{
    static const struct journey_ticket ticket = {.title = "Blank labels", .problem = "All."};
    const struct journey *journey = *state;
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 40, 120);
    struct app app = {.secret = ""};

    journey_sign_in(admin, JOURNEY_ADMIN);
    set_up(admin, &app);
    journey_new_ticket(admin, &ticket);
    driver_keys(admin, "L");
    driver_keys(admin, "y");
    driver_wait_text(admin, "Signed out.");
    driver_keys(admin, JOURNEY_ADMIN KEY_TAB JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(admin, "Enter the code of your second factor");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "type a code of your second factor");
    type_wrong_code(admin, &app);
    driver_wait_text(admin, "password or code is not right");
    driver_keys(admin, app.recovery[0]);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "@ttydesk  live");

    journey_delete(admin, "1", true);
    driver_wait_text(admin, "Enter the code of your second factor");
    driver_check_invariants(admin);
    driver_keys(admin, app.recovery[9]);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "#1 is deleted.");
    driver_expect(admin, "MODE: ADMIN");
    journey_quit(admin);
}

/* Whoever corrects the name was not asked for this code. */
static void another_name_is_another_beginning(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct app app = {.secret = ""};

    journey_register(user, "joe");
    set_up(user, &app);
    driver_keys(user, "L");
    driver_keys(user, "y");
    driver_wait_text(user, "Signed out.");
    driver_keys(user, "joe" KEY_TAB JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(user, "Enter the code of your second factor");
    driver_expect(user, "Code");
    driver_keys(user, KEY_BACK_TAB KEY_BACK_TAB JOURNEY_EMPTY JOURNEY_ADMIN);
    driver_expect_not(user, "Code");
    driver_keys(user, KEY_TAB KEY_ENTER);
    driver_wait_text(user, "@ttydesk  live");
    driver_expect(user, JOURNEY_ADMIN);
    journey_quit(user);
}

static void giving_it_up_takes_password_and_code(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct app app = {.secret = ""};

    journey_register(user, "joe");
    set_up(user, &app);
    driver_keys(user, "P");
    driver_wait_text(user, "set up; f removes it");
    driver_keys(user, "f");
    driver_check_invariants(user);
    driver_keys(user, "not my password" KEY_TAB "000000" KEY_ENTER);
    driver_wait_text(user, "this is not your password");
    driver_keys(user, JOURNEY_PASSWORD KEY_TAB JOURNEY_EMPTY);
    type_wrong_code(user, &app);
    driver_wait_text(user, "This code is not right, or was used");
    driver_check_invariants(user);
    driver_keys(user, JOURNEY_EMPTY);
    driver_keys(user, app.recovery[4]);
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "Your second factor is removed.");
    driver_wait_text(user, "none; f sets one up");
    driver_keys(user, "q");
    journey_quit(user);
}

/* Asked for once the passwords were typed, which stay where they are. */
static void another_password_takes_the_code(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct app app = {.secret = ""};

    journey_register(user, "joe");
    set_up(user, &app);
    driver_keys(user, "P");
    driver_wait_text(user, "set up; f removes it");
    driver_keys(user, "p");
    driver_keys(user,
                JOURNEY_PASSWORD KEY_TAB "another nice password" KEY_TAB "another nice password");
    driver_expect_not(user, "Code");
    journey_send(user);
    driver_wait_text(user, "Enter the code of your second factor");
    driver_check_invariants(user);
    type_wrong_code(user, &app);
    journey_send(user);
    driver_wait_text(user, "This code is not right, or was used");
    driver_check_invariants(user);
    driver_keys(user, app.recovery[4]);
    journey_send(user);
    driver_wait_text(user, "Your password is changed.");
    driver_keys(user, "q");
    journey_quit(user);
}

static void an_admin_takes_a_lost_one_away(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    struct app app = {.secret = ""};

    journey_register(user, "joe");
    set_up(user, &app);
    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    driver_keys(admin, "F");
    driver_wait_text(admin, "boss has no second factor.");
    driver_keys(admin, "G");
    driver_keys(admin, "F");
    driver_expect(admin, "Sign out joe and take the second factor away? y/N");
    driver_keys(admin, "y");
    driver_wait_text(admin, "joe signs in without a second factor now.");
    driver_check_invariants(admin);
    driver_wait_text(user, "Your sign-in has ended.");
    driver_keys(user, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(user, "@ttydesk  live");
    journey_quit(user);
    driver_keys(admin, "q");
    journey_quit(admin);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_admin_sets_one_up_and_enters_admin_mode, begin, end),
        cmocka_unit_test_setup_teardown(signing_in_and_deleting_ask_for_a_code, begin, end),
        cmocka_unit_test_setup_teardown(another_name_is_another_beginning, begin, end),
        cmocka_unit_test_setup_teardown(an_admin_takes_a_lost_one_away, begin, end),
        cmocka_unit_test_setup_teardown(another_password_takes_the_code, begin, end),
        cmocka_unit_test_setup_teardown(giving_it_up_takes_password_and_code, begin, end),
    };

    if (count < 3) {
        return 2;
    }
    daemon_path = arguments[1];
    client_path = arguments[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
