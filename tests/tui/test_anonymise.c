/* An admin makes a person unknown, on the real daemon: only who types the name can, and what the
 * person wrote is still there. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

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

static void select_account(struct driver *admin, const char *name)
{
    int row;
    int column;

    driver_wait_text(admin, name);
    driver_keys(admin, "g");
    for (int i = 0; i < 10; i++) {
        driver_cursor(admin, &row, &column);
        if (strstr(driver_row(admin, row), name) != NULL) {
            return;
        }
        driver_keys(admin, "j");
    }
    fail_msg("%s is not among the accounts", name);
}

static void a_person_is_made_unknown_by_typing_the_name(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_register(user, "joe");
    journey_new_ticket(user, &lamp);
    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    select_account(admin, "joe");
    driver_keys(admin, "D");
    driver_wait_text(admin, "Type the name to forget joe for ever:");
    driver_check_invariants(admin);
    driver_keys(admin, "jo" KEY_ENTER);
    driver_expect(admin, "Type the name"); /* Enter does nothing before it is right */
    driver_keys(admin, KEY_ESC);
    driver_expect_not(admin, "Type the name");
    driver_expect(admin, "joe");

    driver_keys(admin, "D");
    driver_wait_text(admin, "Type the name");
    driver_keys(admin, "joe" KEY_ENTER);
    driver_wait_text(admin, "joe is unknown now; tickets and messages are still there.");
    driver_wait_text(admin, "removed-");
    driver_expect(admin, "disabled");
    driver_expect_not(admin, "joe@");
    driver_check_invariants(admin);
    driver_keys(admin, "q");
    driver_wait_text(admin, "The lamp");
    journey_quit(admin);
    driver_wait_text(user, "Your sign-in has ended.");
    driver_close(user);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_person_is_made_unknown_by_typing_the_name, begin, end),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
