/* What admins do in admin mode beside accounts, on the real daemon: queues and rights, canned
 * replies, locks, the audit and its export, health, settings, and the sign-ins of others. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static const char *daemon_path;
static const char *client_path;

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

/* The admin, in admin mode. */
static struct driver *enter(const struct journey *journey, int rows, int columns)
{
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, rows, columns);

    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    return admin;
}

static void leave(struct driver *admin)
{
    driver_check_invariants(admin);
    driver_keys(admin, "q");
    journey_quit(admin);
}

/* Whoever is lost among nine screens looks at the tabs: where one is, and the key of each. */
static void tabs_tell_where_one_is_at_any_width(void **state)
{
    struct driver *admin = enter(*state, 24, 80);

    driver_expect(admin, "[1Accounts] 2Requests 3Deleted 4Queues 5Canned 6Locks 7Audit 8Health "
                         "9Settings");
    driver_keys(admin, "7");
    driver_expect(admin, "6Locks [7Audit] 8Health");
    driver_check_invariants(admin);
    driver_resize(admin, 40, 120);
    driver_expect(admin, "6 Locks  [7 Audit]  8 Health");
    driver_check_invariants(admin);
    driver_resize(admin, 12, 50);
    driver_expect(admin, "5 6 [7 Audit] 8 9");
    driver_keys(admin, "1234568");
    driver_expect(admin, "[8 Health]");
    driver_resize(admin, 24, 80);
    driver_keys(admin, "?");
    driver_expect(admin, "queues, and who works in them");
    driver_keys(admin, "q");
    leave(admin);
}

/* A queue is made, staffed, changed and closed without leaving the client; what can't be is said by
 * the desk, at the field it is about. */
static void queues_are_made_staffed_and_closed(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "sam");
    struct driver *admin = enter(journey, 24, 80);

    driver_keys(admin, "4");
    driver_wait_text(admin, "(default)");
    driver_keys(admin, "c");
    journey_send(admin);
    driver_expect(admin, "a queue has a name");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "network" KEY_TAB "Cables" KEY_TAB " ");
    driver_expect(admin, "(o) members only");
    driver_check_invariants(admin);
    journey_send(admin);
    driver_wait_text(admin, "The queue is made.");
    driver_wait_text(admin, "network              everybody  members  Cables");

    driver_keys(admin, "j" KEY_ENTER);
    driver_expect(admin, "Members of network");
    driver_wait_text(admin, "Nobody is listed: only admins work here. a lists somebody.");
    driver_keys(admin, "anobody" KEY_ENTER);
    driver_wait_text(admin, "There is no account with this name.");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "asam" KEY_ENTER);
    driver_wait_text(admin, "sam                  staff   yes       yes       yes       yes");
    driver_keys(admin, "r"); /* who owns has to read */
    driver_wait_text(admin, "has to be able to read them");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "o");
    driver_wait_text(admin, "Rights of sam in network: read create change.");
    driver_wait_text(admin, "sam                  staff   yes       yes       yes       -");
    driver_check_invariants(admin);
    driver_keys(admin, "x");
    driver_expect(admin, "Take sam off the list of network? y/N");
    driver_keys(admin, "n");
    driver_expect(admin, "yes");
    driver_keys(admin, "x");
    driver_keys(admin, "y");
    driver_wait_text(admin, "Nobody is listed");
    driver_keys(admin, "q");

    driver_keys(admin, "e" KEY_TAB KEY_TAB KEY_TAB KEY_TAB " ");
    journey_send(admin);
    driver_wait_text(admin, "The queue is changed.");
    driver_wait_text(admin, "network              closed     members  Cables");
    driver_keys(admin, "ge" KEY_TAB KEY_TAB KEY_TAB KEY_TAB " ");
    journey_send(admin);
    driver_wait_text(admin, "Tickets that name no queue go into this one");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ESC); /* the error */
    driver_keys(admin, KEY_ESC);
    driver_wait_text(admin, "[4Queues]");
    leave(admin);
}

/* What was typed is thrown away on purpose alone, and a name that is taken keeps the text. */
static void canned_replies_are_written_changed_and_removed(void **state)
{
    struct driver *admin = enter(*state, 24, 80);

    driver_keys(admin, "5");
    driver_wait_text(admin, "No canned replies. c writes one");
    driver_keys(admin, "cgreet" KEY_TAB "Say hello" KEY_TAB "Dear {requester}," KEY_ENTER "hello.");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ESC);
    driver_expect(admin, "Throw away what you have typed? y/N");
    driver_keys(admin, "n");
    driver_expect(admin, "Dear {requester},");
    journey_send(admin);
    driver_wait_text(admin, "The canned reply is kept.");
    driver_wait_text(admin, "greet                Say hello");

    driver_keys(admin, "cgreet" KEY_TAB KEY_TAB "Another text");
    journey_send(admin);
    driver_wait_text(admin, "There is a canned reply with this name already");
    driver_expect(admin, "Another text");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, JOURNEY_EMPTY "bye");
    journey_send(admin);
    driver_wait_text(admin, "bye                  Another text");

    driver_keys(admin, "ge" KEY_TAB JOURNEY_EMPTY "Begin");
    journey_send(admin);
    driver_wait_text(admin, "The canned reply is changed.");
    driver_wait_text(admin, "greet                Begin");
    driver_keys(admin, "x");
    driver_expect(admin, "Remove the canned reply greet? y/N");
    driver_keys(admin, "y");
    driver_wait_text(admin, "The canned reply is removed.");
    driver_wait_no_text(admin, "greet                ");
    leave(admin);
}

/* Somebody who mistyped the password is let in again by an admin. */
static void locks_are_seen_and_ended(void **state)
{
    const struct journey *journey = *state;
    struct driver *person = journey_client(journey, "joe", 24, 80);
    journey_register(person, "joe");
    journey_quit(person);
    person = journey_client(journey, "another", 24, 80); /* a device that is not known */
    driver_keys(person, "joe" KEY_TAB "a wrong password" KEY_ENTER);
    driver_wait_text(person, "not right");
    struct driver *admin = enter(journey, 24, 80);

    driver_keys(admin, "6");
    driver_wait_text(admin, "joe                  account");
    driver_check_invariants(admin);
    driver_keys(admin, "u");
    driver_expect(admin, "Forget the wrong passwords of joe? y/N");
    driver_keys(admin, "y");
    driver_wait_text(admin, "joe is unlocked.");
    driver_wait_text(admin, "Nobody has to wait: no wrong passwords are counted.");
    leave(admin);
    driver_close(person);
}

/* The lines of a file that begin with a digit; fails when anybody else could read it. */
static unsigned count_lines(const char *path, const char *needle)
{
    char line[4096];
    struct stat facts;
    unsigned count = 0;
    FILE *file = fopen(path, "r");

    assert_non_null(file);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    while (fgets(line, sizeof line, file) != NULL) {
        count += strstr(line, needle) != NULL;
    }
    fclose(file);
    return count;
}

/* Who did what is found by person, ticket and account, read in full, and taken along as a file that
 * is never written over another one. */
static void the_audit_is_narrowed_read_and_exported(void **state)
{
    const struct journey *journey = *state;
    const struct journey_ticket ticket = {.title = "Label printer", .problem = "Blank labels."};
    char path[128];
    journey_make_staff(journey, "sam");
    struct driver *admin = enter(journey, 24, 80);

    driver_keys(admin, "q");
    journey_new_ticket(admin, &ticket);
    driver_keys(admin, "A7");
    driver_wait_text(admin, "ticket.create");
    driver_expect(admin, "console");
    driver_keys(admin, "/#1" KEY_ENTER);
    driver_wait_text(admin, "1 of 1");
    driver_expect(admin, "Admin: only #1");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ENTER);
    driver_expect(admin, "What       ticket.create");
    driver_expect(admin, "From       unix:");
    driver_expect(admin, "title: - -> Label printer");
    driver_check_invariants(admin);
    driver_keys(admin, "q/" JOURNEY_EMPTY "@sam" KEY_ENTER);
    driver_wait_text(admin, "admin.account_role");
    driver_expect_not(admin, "ticket.create");
    driver_keys(admin, "/" JOURNEY_EMPTY "#x" KEY_ENTER);
    driver_expect(admin, "A ticket is written as #12.");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "/" JOURNEY_EMPTY "boss" KEY_ENTER);
    driver_wait_text(admin, "ticket.create");
    driver_expect(admin, "admin.account_role");
    driver_expect_not(admin, "account.register");

    snprintf(path, sizeof path, "%s/audit.csv", journey->folder);
    driver_keys(admin, "w" JOURNEY_EMPTY);
    driver_keys(admin, path);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "changes are written to");
    assert_true(count_lines(path, "\"ticket.create\",\"ticket\",1,,\"set\",\"title\",\"\",\"Label"
                                  " printer\"") == 1);
    assert_int_equal(count_lines(path, "sequence,time,actor"), 1);
    assert_int_equal(count_lines(path, "account.register"), 0);
    driver_keys(admin, "w" JOURNEY_EMPTY);
    driver_keys(admin, path);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "is there already; choose another name.");
    assert_int_equal(count_lines(path, "sequence,time,actor"), 1);
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "w" JOURNEY_EMPTY "/nowhere/at/all" KEY_ENTER);
    driver_wait_text(admin, "No such file or directory");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "/" JOURNEY_EMPTY "nobody" KEY_ENTER);
    driver_wait_text(admin, "Nothing was done like that.");
    leave(admin);
}

/* More entries than one page are read on as the cursor goes down, and all of them are exported. */
static void a_long_audit_is_read_on(void **state)
{
    const struct journey *journey = *state;
    char path[128];
    char keys[64];
    struct driver *admin = enter(journey, 24, 80);

    driver_keys(admin, "9");
    driver_wait_text(admin, "reopen_days");
    driver_keys(admin, "j");
    for (unsigned i = 1; i <= 120; i++) {
        snprintf(keys, sizeof keys, "e" JOURNEY_EMPTY "%u" KEY_ENTER, i % 2 == 0 ? 5 : 6);
        driver_keys(admin, keys);
    }
    driver_keys(admin, "7");
    driver_wait_text(admin, "1 of at least 50");
    for (unsigned i = 0; i < 3; i++) {
        driver_keys(admin, "G");
        driver_wait_idle(admin);
    }
    driver_wait_text(admin, "admin.account_create");
    driver_expect(admin, " of 121");
    snprintf(path, sizeof path, "%s/all.csv", journey->folder);
    driver_keys(admin, "w" JOURNEY_EMPTY);
    driver_keys(admin, path);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "changes are written to");
    assert_int_equal(count_lines(path, "\"reopen_days\""), 120);
    leave(admin);
}

/* A number is changed where it stands; one that is not allowed is refused with what is. */
static void settings_are_changed_and_health_is_told(void **state)
{
    struct driver *admin = enter(*state, 24, 80);

    driver_keys(admin, "9");
    driver_wait_text(admin, "reopen_days              14           0 to 3650");
    driver_expect(admin, "Whether people can register themselves.");
    driver_keys(admin, "j");
    driver_expect(admin, "Days after which the requester can't reopen a resolved ticket");
    driver_check_invariants(admin);
    driver_keys(admin, KEY_ENTER);
    driver_expect(admin, "reopen_days (0 to 3650): 14");
    driver_keys(admin, JOURNEY_EMPTY "4000" KEY_ENTER);
    driver_wait_text(admin, "reopen_days is 4000; 0 to 3650 are allowed");
    driver_keys(admin, KEY_ESC);
    driver_keys(admin, "e" JOURNEY_EMPTY "soon" KEY_ENTER);
    driver_expect(admin, "reopen_days is 0 to 3650.");
    driver_keys(admin, "e" JOURNEY_EMPTY "7" KEY_ENTER);
    driver_wait_text(admin, "reopen_days is 7 now.");
    driver_wait_text(admin, "reopen_days              7 ");
    driver_keys(admin, "ge" JOURNEY_EMPTY "approval" KEY_ENTER);
    driver_wait_text(admin, "registration             approval");

    driver_keys(admin, "8");
    driver_wait_text(admin, "Good: there is nothing to look after.");
    driver_expect(admin, "Accounts      1, with 1 sign-ins");
    driver_expect(admin, "none is known here; ttydeskd backup makes one");
    driver_check_invariants(admin);
    driver_keys(admin, "R");
    driver_wait_text(admin, "Good: there is nothing to look after.");
    leave(admin);
}

/* A sign-in on a lost machine is ended by an admin, and whoever sits there is out at once. */
static void somebody_is_signed_out_by_an_admin(void **state)
{
    const struct journey *journey = *state;
    struct driver *person = journey_client(journey, "joe", 24, 80);
    journey_register(person, "joe");
    struct driver *admin = enter(journey, 24, 80);

    driver_wait_text(admin, "joe@example.org");
    driver_keys(admin, "Gs");
    driver_expect(admin, "Sign-ins of joe");
    driver_wait_text(admin, "unix:");
    driver_check_invariants(admin);
    driver_keys(admin, "x");
    driver_expect(admin, "End the sign-in from unix:");
    driver_keys(admin, "y");
    driver_wait_text(admin, "joe is signed out there.");
    driver_wait_text(admin, "Signed in nowhere.");
    driver_wait_text(person, "Your sign-in has ended.");
    driver_keys(admin, "o");
    driver_expect(admin, "End all sign-ins of joe? y/N");
    driver_keys(admin, "n"
                       "q");
    driver_wait_text(admin, "[1Accounts]");
    leave(admin);
    driver_close(person);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tabs_tell_where_one_is_at_any_width, begin, end),
        cmocka_unit_test_setup_teardown(queues_are_made_staffed_and_closed, begin, end),
        cmocka_unit_test_setup_teardown(canned_replies_are_written_changed_and_removed, begin, end),
        cmocka_unit_test_setup_teardown(locks_are_seen_and_ended, begin, end),
        cmocka_unit_test_setup_teardown(the_audit_is_narrowed_read_and_exported, begin, end),
        cmocka_unit_test_setup_teardown(a_long_audit_is_read_on, begin, end),
        cmocka_unit_test_setup_teardown(settings_are_changed_and_health_is_told, begin, end),
        cmocka_unit_test_setup_teardown(somebody_is_signed_out_by_an_admin, begin, end),
    };

    if (count < 3) {
        return 1;
    }
    daemon_path = arguments[1];
    client_path = arguments[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
