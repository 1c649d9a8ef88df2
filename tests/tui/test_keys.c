/* Keys in the full-screen client: made and added on the command line, used and removed on the
 * screens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/journey.h"

#define PASSPHRASE "open sesame"
#define USE_KEY    "\024" /* Ctrl-T */

static const char *daemon_path;
static const char *client_path;

static int begin(void **state)
{
    struct journey *journey = calloc(1, sizeof *journey);
    journey_begin(journey, daemon_path, client_path);
    *state = journey;
    return 0;
}

static int end(void **state)
{
    journey_end(*state);
    free(*state);
    return 0;
}

/* A verb in the home of this person; `lines` are what it reads. */
static void run_verb(const struct journey *journey, const char *person, const char *verb,
                     const char *lines)
{
    char command[1024];

    snprintf(command, sizeof command,
             "env -i HOME=%s/home-%s LANG=C.UTF-8 %s --server %s %s >%s/said 2>&1", journey->folder,
             person, client_path, journey->socket, verb, journey->folder);
    FILE *program = popen(command, "w");
    assert_non_null(program);
    fputs(lines, program);
    if (pclose(program) != 0) {
        snprintf(command, sizeof command, "cat %s/said >&2", journey->folder);
        assert_int_equal(system(command), 0);
        fail_msg("ttydesk %s", verb);
    }
}

static void make_key(const struct journey *journey, const char *person)
{
    char login[64];

    snprintf(login, sizeof login, "login %s --password-stdin", person);
    run_verb(journey, person, login, JOURNEY_PASSWORD "\n");
    run_verb(journey, person, "key create --password-stdin", PASSPHRASE "\n");
    run_verb(journey, person, "key add --password-stdin", PASSPHRASE "\n" JOURNEY_PASSWORD "\n");
}

static void a_key_opens_the_desk_until_it_is_removed(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "kay", 24, 80);

    journey_register(user, "kay");
    driver_keys(user, "P");
    driver_keys(user, "k");
    driver_wait_text(user, "You have no key.");
    driver_expect(user, "ttydesk key create, then ttydesk key add");
    driver_check_invariants(user);
    driver_keys(user, "q");
    driver_keys(user, "q");
    journey_quit(user);
    make_key(journey, "kay");

    user = journey_client(journey, "kay", 24, 80);
    driver_expect(user, "Your key is on this computer: Ctrl-T signs in with it.");
    driver_check_invariants(user);
    driver_keys(user, USE_KEY);
    driver_expect(user, "type your user name");
    driver_keys(user, "kay" USE_KEY);
    driver_expect(user, "Sign in as kay with the key");
    driver_expect(user, "TK1:");
    driver_check_invariants(user);
    driver_keys(user, "open barley" KEY_ENTER);
    driver_wait_text(user, "this is not the passphrase of the key");
    driver_keys(user, PASSPHRASE KEY_ENTER);
    driver_wait_text(user, "Nothing here yet.");
    driver_keys(user, "P");
    driver_keys(user, "k");
    driver_wait_text(user, "here TK1:");
    driver_check_invariants(user);
    driver_keys(user, "x");
    driver_expect(user, "and end what was signed in with it?");
    driver_keys(user, "y");
    driver_wait_text(user, "Your sign-in has ended.");
    /* It is on this computer still, and worth nothing any more. */
    driver_keys(user, USE_KEY);
    driver_keys(user, PASSPHRASE KEY_ENTER);
    driver_wait_text(user, "The desk does not know this key as one of kay.");
    driver_close(user);
}

static void a_key_opens_admin_mode(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_sign_in(admin, JOURNEY_ADMIN);
    driver_keys(admin, "A");
    driver_keys(admin, USE_KEY);
    driver_expect(admin, "ttydesk key create"); /* there is none yet, and nothing else happens */
    driver_keys(admin, KEY_CTRL('g'));
    journey_quit(admin);
    make_key(journey, JOURNEY_ADMIN);

    admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    journey_sign_in(admin, JOURNEY_ADMIN);
    driver_keys(admin, "A");
    driver_keys(admin, USE_KEY);
    driver_expect(admin, "Enter admin mode as boss with the key");
    driver_check_invariants(admin);
    driver_keys(admin, PASSPHRASE KEY_ENTER);
    driver_wait_text(admin, "boss@localhost");
    driver_check_invariants(admin);
    driver_close(admin);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_opens_the_desk_until_it_is_removed, begin, end),
        cmocka_unit_test_setup_teardown(a_key_opens_admin_mode, begin, end),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
