/* An admin acts as somebody, on the real daemon: it is said on every screen, nothing of the one
 * name gets into the other, and it ends with the line. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BANNER "ACTING AS eve (admin boss)"

static const char *daemon_path;
static const char *client_path;

static const struct journey_ticket lamp = {.title = "The lamp in room 5 is dark",
                                           .problem = "It is so."};

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

/* From the list: by the accounts, which are sorted as they were opened. */
static void act_as(struct driver *admin, const char *name, const char *banner)
{
    int row;
    int column;

    driver_wait_text(admin, name);
    driver_keys(admin, "g");
    for (int i = 0; i < 10; i++) {
        driver_cursor(admin, &row, &column);
        if (strstr(driver_row(admin, row), name) != NULL) {
            break;
        }
        driver_keys(admin, "j");
    }
    driver_keys(admin, "a");
    driver_wait_text(admin, "It is done in their name and on record.");
    driver_keys(admin, "y");
    driver_wait_text(admin, banner);
}

/* In words, so that it can be read without colour, and so that it can't be missed with it. */
static void expect_banner(struct driver *driver)
{
    int row;
    int column;

    driver_expect(driver, BANNER);
    assert_true(driver_find(driver, BANNER, &row, &column));
    assert_int_equal(row, 0);
    assert_true(driver_cell(driver, row, column).reverse);
    driver_check_invariants(driver);
}

/* Begins with the admin in admin mode; one ticket is there. */
static struct driver *begin_admin(const struct journey *journey, int rows, int columns)
{
    journey_make_staff(journey, "eve");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    journey_register(user, "joe");
    journey_new_ticket(user, &lamp);
    journey_quit(user);

    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, rows, columns);
    journey_sign_in(admin, JOURNEY_ADMIN);
    driver_wait_text(admin, "The lamp");
    return admin;
}

static void every_screen_says_in_whose_name(void **state)
{
    static const struct {
        const char *keys;
        const char *leave;
    } screens[] = {{"c", KEY_ESC}, {"r", KEY_ESC},  {"s", KEY_ESC}, {"?", "q"},
                   {"P", "q"},     {"d", "q"},      {"/", KEY_ESC}, {"M", KEY_ESC},
                   {"z", KEY_ESC}, {KEY_ENTER, "q"}};
    const struct journey *journey = *state;
    struct driver *admin = begin_admin(journey, 24, 80);

    journey_enter_admin(admin);
    act_as(admin, "eve", BANNER);
    driver_wait_text(admin, "You act as eve now. Z ends it.");
    driver_expect_not(admin, "MODE: ADMIN");
    driver_expect(admin, "Z End acting");
    driver_wait_text(admin, "The lamp");
    expect_banner(admin);
    for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
        driver_keys(admin, screens[i].keys);
        expect_banner(admin);
        driver_keys(admin, screens[i].leave);
    }
    driver_resize(admin, 12, 40);
    expect_banner(admin);
    driver_resize(admin, 24, 80);

    /* It is eve's desk and eve's doing, and the record has both. */
    driver_keys(admin, "t");
    driver_wait_text(admin, "#1 is yours.");
    driver_wait_text(admin, "now eve");
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "boss, acting as eve, took it");
    driver_keys(admin, "Z");
    driver_wait_text(admin, "You are boss again.");
    driver_expect_not(admin, "ACTING");
    driver_expect(admin, "MODE: ADMIN");
    act_as(admin, "joe", "ACTING AS joe (admin boss)");
    driver_expect(admin, "Your tickets");
    driver_keys(admin, "Z");
    driver_wait_text(admin, "You are boss again.");
    driver_keys(admin, "q?");
    driver_expect_not(admin, "act as yourself again");
    driver_keys(admin, "q");
    journey_quit(admin);
}

/* What was begun in one name is never offered in the other. */
static void drafts_of_two_names_never_mix(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin = begin_admin(journey, 24, 80);

    driver_keys(admin, "m");
    driver_keys(admin, "the admin's own words");
    driver_keys(admin, KEY_ESC);
    driver_expect(admin, "1 draft not sent");
    journey_enter_admin(admin);
    act_as(admin, "eve", BANNER);
    driver_wait_text(admin, "The lamp");
    driver_expect_not(admin, "not sent");
    driver_keys(admin, "m");
    driver_expect_not(admin, "own words");
    driver_keys(admin, "in the name of eve");
    driver_keys(admin, KEY_ESC);
    driver_expect(admin, "1 draft not sent");
    driver_keys(admin, "Z");
    driver_wait_text(admin, "You are boss again. Text typed as eve is kept.");
    driver_expect(admin, "the admin's own words");
    driver_expect_not(admin, "in the name");
    driver_keys(admin, "q");

    /* Nor does eve herself find the admin's words, where both use one home. */
    driver_keys(admin, "L");
    driver_wait_text(admin, "Sign out?");
    driver_keys(admin, "y");
    driver_wait_text(admin, "Signed out.");
    driver_keys(admin, "eve" KEY_TAB JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(admin, "The lamp");
    driver_expect_not(admin, "not sent");
    driver_expect_not(admin, "ACTING");
    journey_quit(admin);
}

/* On the next line one is the admin. What was on its way in eve's name is not done in the admin's,
 * and what was being written waits until the admin acts as eve again. */
static void a_lost_line_ends_it(void **state)
{
    struct journey *journey = *state;
    struct driver *admin = begin_admin(journey, 24, 80);

    journey_enter_admin(admin);
    act_as(admin, "eve", BANNER);
    driver_wait_text(admin, "The lamp");
    assert_int_equal(kill(journey->daemon, SIGSTOP), 0);
    driver_send(admin, "t", 1);
    driver_wait_frame(admin);
    driver_send(admin, "m", 1);
    driver_send(admin, "half a note", strlen("half a note"));
    driver_wait_text(admin, "half a note");
    journey_stop(journey, SIGKILL);
    driver_wait_text(admin, "retry");
    driver_expect(admin, BANNER);
    journey_serve(journey);
    driver_wait_text(admin, "The line was lost: you are boss again. Text typed as eve is kept.");
    driver_expect_not(admin, "ACTING");
    driver_expect_not(admin, "half a note");
    driver_wait_text(admin, "boss@ttydesk  live");
    driver_wait_text(admin, "1 MINOR      ");
    driver_expect_not(admin, "now boss");
    driver_expect_not(admin, "MODE: ADMIN");

    journey_enter_admin(admin);
    act_as(admin, "eve", BANNER);
    driver_wait_text(admin, "half a note");
    driver_expect(admin, "note");
    driver_keys(admin, "q");
    driver_keys(admin, "Z");
    driver_wait_text(admin, "You are boss again.");
    driver_keys(admin, "A");
    driver_keys(admin, "q");
    journey_quit(admin);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_screen_says_in_whose_name, begin, end),
        cmocka_unit_test_setup_teardown(drafts_of_two_names_never_mix, begin, end),
        cmocka_unit_test_setup_teardown(a_lost_line_ends_it, begin, end),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
