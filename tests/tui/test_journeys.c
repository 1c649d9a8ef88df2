/* The main ways through the client, on the real daemon: what employees, staff and admins come for.
 */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *daemon_path;
static const char *client_path;

static const struct journey_ticket printer = {
    .title = "Label printer in dispatch prints blank labels",
    .problem = "Since this morning every second label is blank." KEY_ENTER "Restarted twice.",
    .status = 2};

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

/* From never having heard of it to a critical ticket that is being worked on: an employee's whole
 * need, and what staff and admin do with it. */
static void a_ticket_from_registration_to_restoration(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *staff = journey_client(journey, "ana", 40, 120);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_sign_in(staff, "ana");
    journey_register(user, "joe");
    driver_expect(user, "Nothing here yet. c files your first ticket.");
    driver_check_invariants(user);
    journey_new_ticket(user, &printer);
    driver_expect_selected(user, "1 CRITICAL");
    driver_expect(user, "Ticket #1 is on its way to the staff.");
    driver_keys(user, KEY_ENTER);
    driver_expect(user, "Restarted twice.");
    driver_expect(user, "hardware");
    driver_check_invariants(user);

    /* It comes to the staff by itself. */
    driver_wait_text(staff, "Label printer");
    driver_keys(staff, KEY_ENTER);
    driver_wait_text(staff, "Restarted twice.");
    journey_say(staff, "m", "The print head, as in spring.");
    driver_wait_text(staff, "STAFF NOTE, not shown to joe");
    journey_say(staff, "r", "We are bringing another one.");
    driver_wait_text(staff, "reply to joe   HELD until");
    driver_wait_text(staff, "u withdraws it.");
    driver_keys(staff, "u");
    driver_wait_text(staff, "The reply is withdrawn; nobody has read it.");
    driver_expect(staff, "We are bringing another one.");
    journey_send(staff);
    driver_wait_text(staff, "u withdraws it.");
    driver_keys(staff, "S");
    driver_wait_text(staff, "The reply is sent.");
    driver_expect_not(staff, "HELD");
    journey_set_status(staff, "r");
    driver_wait_text(staff, "#1 is now RESOLVED.");
    driver_wait_text(staff, "ana resolved it");
    driver_check_invariants(staff);

    /* The requester sees the answer without asking, and not the note. */
    driver_wait_text(user, "RESOLVED");
    driver_wait_text(user, "We are bringing another one.");
    driver_expect_not(user, "print head");
    driver_expect_not(user, "NOTE");

    /* Deletion is the admin's, in admin mode, and can be taken back. */
    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_delete(admin, "1", true);
    driver_wait_text(admin, "#1 is deleted.");
    driver_expect(admin, "MODE: ADMIN");
    driver_wait_text(user, "This ticket was deleted");
    driver_keys(admin, "A");
    driver_keys(admin, "3");
    driver_wait_text(admin, "Label printer");
    driver_keys(admin, "r");
    driver_wait_text(admin, "#1 is back in the lists.");
    driver_check_invariants(admin);
    driver_keys(user, "q");
    driver_keys(user, "R");
    driver_wait_text(user, "Label printer");
    driver_keys(admin, "q");
    driver_wait_text(admin, "Label printer");

    journey_quit(user);
    driver_keys(staff, "q");
    journey_quit(staff);
    journey_quit(admin);
}

/* Put aside with a date, seen with it in list and ticket, and opened again by the answer. */
static void a_ticket_waits_for_a_date_or_an_answer(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *ana = journey_client(journey, "ana", 24, 80);

    journey_sign_in(ana, "ana");
    journey_register(user, "joe");
    journey_new_ticket(user, &printer);
    driver_wait_text(ana, "Label printer");
    driver_keys(ana, "z");
    driver_wait_text(ana, "#1 aside until");
    driver_keys(ana, "soon" KEY_ENTER);
    driver_wait_text(ana, "That is no time; write 30m, 2h");
    driver_keys(ana, "z");
    driver_wait_text(ana, "#1 aside until");
    driver_keys(ana, "2090-01-01" KEY_ENTER);
    driver_wait_text(ana, "at most two years");
    driver_keys(ana, "z");
    driver_wait_text(ana, "#1 aside until");
    driver_keys(ana, "3d" KEY_ENTER);
    driver_wait_text(ana, "#1 is pending until");
    driver_wait_text(ana, ") Label printer");
    driver_check_invariants(ana);
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "pending until");
    driver_keys(user, "r");
    driver_wait_text(user, "Reply to #1");
    driver_keys(user, "It is a new one.");
    driver_keys(user, KEY_CTRL('s'));
    driver_wait_text(user, "is sent");
    driver_wait_text(ana, "-         Label printer");
    driver_keys(ana, "z");
    driver_wait_text(ana, "#1 aside until (2h, 3d, monday; none: an answer): 20");
    driver_keys(ana, KEY_CTRL('u'));
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "#1 is pending until the requester answers.");
    driver_keys(ana, "O");
    driver_wait_text(ana, "#1 is open again.");
    driver_check_invariants(ana);
    driver_keys(user, "q");
    journey_quit(user);
    journey_quit(ana);
}

/* Two of the staff at one ticket see each other before they both answer; what somebody has not read
 * is marked until they open it. */
static void colleagues_see_each_other_and_what_is_new(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    journey_make_staff(journey, "eve");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *ana = journey_client(journey, "ana", 24, 80);
    struct driver *eve = journey_client(journey, "eve", 40, 120);

    journey_sign_in(ana, "ana");
    journey_sign_in(eve, "eve");
    journey_register(user, "joe");
    journey_new_ticket(user, &printer);
    driver_wait_text(ana, "Label printer");
    driver_wait_text(eve, "Label printer");

    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "Restarted twice.");
    driver_keys(eve, KEY_ENTER);
    driver_wait_text(eve, "ana is reading");
    driver_wait_text(ana, "eve is reading");
    driver_keys(ana, "r");
    driver_wait_text(eve, "ana is replying");
    driver_expect(ana, "eve is reading");
    driver_check_invariants(ana);
    driver_check_invariants(eve);
    driver_keys(eve, "q");
    driver_wait_no_text(ana, "eve is reading");
    driver_wait_text(eve, "CRITICAL R");
    driver_keys(ana, "A new one is coming.");
    journey_send(ana);
    driver_wait_text(ana, "reply to joe");

    /* Neither their moves nor who looks reach the requester; the reply does, marked until read. */
    driver_wait_text(user, "*");
    driver_wait_text(eve, "* ");
    driver_keys(user, "k");
    driver_expect(user, "*");
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "A new one is coming.");
    driver_expect(user, "* unread");
    driver_expect_not(user, "is reading");
    driver_wait_text(ana, "joe is reading");
    driver_keys(user, "q");
    driver_expect_not(user, "*");
    driver_wait_no_text(ana, "joe is reading");
    driver_keys(ana, "q");
    driver_expect_not(ana, "*");

    journey_quit(user);
    journey_quit(ana);
    journey_quit(eve);
}

/* What becomes of the ticket goes with the words, and a thank-you reopens nothing. */
static void a_reply_resolves_and_thanks_do_not_reopen(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *ana = journey_client(journey, "ana", 24, 80);

    journey_register(user, "joe");
    journey_sign_in(ana, "ana");
    journey_write_ticket(ana, &printer);
    driver_keys(ana, KEY_BACK_TAB "joe");
    journey_send(ana);
    driver_wait_text(user, "Label printer");
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "opened by ana");
    driver_wait_text(ana, "Label printer");
    driver_keys(ana, "r");
    driver_wait_text(ana, "the ticket stays as it is; Ctrl-T changes that.");
    driver_keys(ana, KEY_CTRL('t'));
    driver_wait_text(ana, "the ticket is RESOLVED");
    driver_keys(ana, "New labels are in.");
    driver_check_invariants(ana);
    journey_send(ana);
    driver_wait_text(user, "RESOLVED");
    driver_keys(user, "r");
    driver_wait_text(user, "it opens the ticket again");
    driver_keys(user, KEY_CTRL('t'));
    driver_wait_text(user, "the ticket stays RESOLVED");
    driver_keys(user, "Thanks!");
    driver_check_invariants(user);
    journey_send(user);
    driver_wait_text(user, "Thanks!");
    driver_wait_text(user, "RESOLVED");
    driver_keys(user, "q");
    journey_quit(user);
    journey_quit(ana);
}

/* One takes it, another reads who has it, asks and steals; whoever looks on sees the owner change
 * by itself. Somebody put in copy sees the ticket come and go. */
static void a_ticket_changes_hands(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    journey_make_staff(journey, "eve");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *friend = journey_client(journey, "jim", 24, 80);
    struct driver *ana = journey_client(journey, "ana", 24, 80);
    struct driver *eve = journey_client(journey, "eve", 40, 120);

    journey_sign_in(ana, "ana");
    journey_sign_in(eve, "eve");
    journey_register(friend, "jim");
    journey_register(user, "joe");
    journey_new_ticket(user, &printer);
    driver_wait_text(ana, "Label printer");
    driver_wait_text(eve, "Label printer");
    driver_keys(eve, "T");
    driver_wait_text(eve, "Nobody owns #1; t takes it.");
    driver_keys(ana, "t");
    driver_wait_text(ana, "#1 is yours.");
    driver_wait_text(user, " ana ");
    driver_keys(eve, "t");
    driver_wait_text(eve, "ana owns this ticket; steal it if they agree.");
    driver_keys(eve, "T");
    driver_expect(eve, "Take #1 away from ana?");
    driver_keys(eve, "n");
    driver_keys(eve, "T");
    driver_keys(eve, "y");
    driver_wait_text(eve, "#1 is yours now, not ana's.");
    driver_wait_text(ana, " eve ");
    driver_keys(eve, "o");
    driver_keys(eve, "joe" KEY_ENTER);
    driver_wait_text(eve, "A user can't own tickets");
    driver_keys(eve, "o");
    driver_keys(eve, "ana" KEY_ENTER);
    driver_wait_text(eve, "#1 is ana's now.");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "eve took it from ana");
    driver_wait_text(ana, "eve gave it to ana");
    driver_keys(ana, "w");
    driver_wait_text(ana, "watched by you");
    driver_check_invariants(ana);

    driver_keys(user, "+");
    driver_keys(user, "jim" KEY_ENTER);
    driver_wait_text(user, "jim is in copy of #1.");
    driver_wait_text(friend, "Label printer");
    driver_wait_text(ana, "joe put jim in copy");
    driver_keys(friend, "-");
    driver_keys(friend, "jim" KEY_ENTER);
    driver_wait_text(friend, "jim is no longer in copy of #1.");
    driver_check_invariants(friend);
    journey_quit(friend);
    journey_quit(user);
    driver_keys(ana, "q");
    journey_quit(ana);
    journey_quit(eve);
}

/* From the menu of what has no key of its own. */
static void choose_more(struct driver *driver, const char *key, const char *question,
                        const char *answer)
{
    driver_keys(driver, "M");
    driver_wait_text(driver, "More for #");
    driver_keys(driver, key);
    driver_wait_text(driver, question);
    driver_keys(driver, answer);
}

/* Two tickets are tagged, linked, merged and taken apart by keys alone; what can't be done is said
 * in words. */
static void tickets_are_tagged_linked_and_merged(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *ana = journey_client(journey, "ana", 24, 80);

    journey_sign_in(ana, "ana");
    journey_new_ticket(ana, &printer);
    journey_new_ticket(ana, &(struct journey_ticket){.title = "Blank labels", .problem = "Again."});
    driver_expect_selected(ana, "Blank labels");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "Again.");

    choose_more(ana, "t", "Tags of #2 (+new -old):", "+printer labels" KEY_ENTER);
    driver_wait_text(ana, "The tags of #2 are changed.");
    driver_wait_text(ana, "tags labels printer");
    choose_more(ana, "t", "Tags of #2 (+new -old):", "-labels" KEY_ENTER);
    driver_wait_text(ana, "tags printer");

    choose_more(ana, "l", "What is #2 to the other?", "c");
    driver_wait_text(ana, "#2 is a child of #:");
    driver_keys(ana, "two" KEY_ENTER);
    driver_wait_text(ana, "That is no number; write one like 12.");
    choose_more(ana, "l", "What is #2 to the other?", "c");
    driver_wait_text(ana, "#2 is a child of #:");
    driver_check_invariants(ana);
    driver_keys(ana, "#1" KEY_ENTER);
    driver_wait_text(ana, "#2 is a child of #1.");
    choose_more(ana, "u", "Unlink #2 from #:", "1" KEY_ENTER);
    driver_wait_text(ana, "#2 and #1 are no longer linked.");

    journey_say(ana, "m", "The label roll is another matter.");
    driver_wait_text(ana, "another matter");
    choose_more(ana, "s", "Which message of #2", "1" KEY_ENTER);
    driver_wait_text(ana, "There is no message [1]");

    choose_more(ana, "m", "Merge #2 into #:", "2" KEY_ENTER);
    driver_wait_text(ana, "can't be merged into itself");
    choose_more(ana, "m", "Merge #2 into #:", "1" KEY_ENTER);
    driver_wait_text(ana, "Label printer");
    choose_more(ana, "n", "Give back what came to #1 from #:", "2" KEY_ENTER);
    driver_wait_text(ana, "#2 stands by itself again.");
    driver_check_invariants(ana);
    driver_keys(ana, "q");
    driver_wait_text(ana, "Blank labels");
    journey_quit(ana);
}

/* A role is asked for by the person and given by an admin; the person has to sign in anew and then
 * sees what staff sees. */
static void a_role_is_asked_for_and_granted(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_register(user, "joe");
    driver_keys(user, "P");
    driver_expect(user, "joe@example.org");
    driver_keys(user, "a");
    driver_keys(user, KEY_TAB "I am the new colleague" JOURNEY_SEND);
    driver_wait_text(user, "staff, waits for an admin");
    driver_check_invariants(user);

    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    driver_keys(admin, "2");
    driver_wait_text(admin, "I am the new colleague");
    driver_keys(admin, "y");
    driver_keys(admin, "joe" KEY_ENTER);
    driver_wait_text(admin, "joe is staff now.");
    driver_wait_text(admin, "Nobody is asking for a role.");

    driver_wait_text(user, "Your sign-in has ended.");
    driver_wait_text(user, "live"); /* the line is; only the sign-in is not */
    driver_keys(user, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(user, "staff");
    driver_keys(user, "q");
    driver_wait_text(user, "Tickets: all");
    journey_quit(user);
    driver_keys(admin, "X");
    driver_wait_text(admin, "Admin mode has ended.");
    driver_expect_not(admin, "MODE: ADMIN");
    journey_quit(admin);
}

/* The code stands alone in its row, its letters apart; as it is typed. */
static void read_code(struct driver *driver, char ret_code[20])
{
    int row;
    int column;
    size_t length = 0;

    assert_true(driver_find(driver, "One-time code for", &row, &column));
    for (const char *at = driver_row(driver, row + 2); *at != '\0' && length < 19; at++) {
        if (*at != ' ') {
            ret_code[length++] = *at;
        }
    }
    ret_code[length] = '\0';
    assert_int_equal(length, 19);
}

/* Somebody new, and somebody who forgot the password, get in without the admin ever knowing one;
 * whoever is in sees and ends their sign-ins. */
static void a_code_lets_people_in_and_sign_ins_are_ended(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    struct driver *user = journey_client(journey, "zoe", 24, 80);
    struct driver *elsewhere = journey_client(journey, "zoe-elsewhere", 40, 120);
    char code[20];

    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    driver_keys(admin, "c");
    driver_keys(admin, "zoe" KEY_TAB "zoe@example.org" KEY_TAB "Zoe" JOURNEY_SEND);
    driver_wait_text(admin, "One-time code for zoe:");
    driver_expect(admin, "Read it to the person; it is good for 48 hours and once.");
    driver_check_invariants(admin);
    read_code(admin, code);
    driver_keys(admin, "q");
    driver_wait_text(admin, "zoe@example.org");
    driver_expect_not(admin, "One-time code");

    driver_keys(user, "\017"); /* Ctrl-O */
    driver_expect(user, "An admin gave you a code");
    driver_keys(user,
                "zoe" KEY_TAB
                "0000-0000-0000-0000" KEY_TAB JOURNEY_PASSWORD KEY_TAB JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(user, "user or code is not right");
    driver_check_invariants(user);
    driver_keys(user, JOURNEY_EMPTY);
    driver_keys(user, code);
    driver_keys(user, JOURNEY_SEND);
    driver_wait_text(user, "Your password is set.");
    driver_expect(user, "Nothing here yet.");

    /* Another device of hers; the first one hears of it and ends it. */
    journey_sign_in(elsewhere, "zoe");
    driver_wait_text(user, "New device:");
    driver_keys(user, "P");
    driver_keys(user, "s");
    driver_wait_text(user, "device");
    driver_expect(user, "this one");
    driver_check_invariants(user);
    driver_keys(user, "o");
    driver_keys(user, "y");
    driver_wait_text(user, "All other sign-ins have ended.");
    driver_wait_text(elsewhere, "Your sign-in has ended.");

    /* Forgotten again: the admin resets it, and she is out until she has a new one. */
    driver_keys(admin, "G");
    driver_keys(admin, "r");
    driver_expect(admin, "Sign out zoe and give a code for a new password? y/N");
    driver_keys(admin, "y");
    driver_wait_text(admin, "One-time code for zoe:");
    driver_wait_text(user, "Your sign-in has ended.");
    driver_keys(admin, "q");
    driver_keys(admin, "q");
    journey_quit(admin);
    driver_close(user);
    driver_close(elsewhere);
}

/* Only admin mode disables accounts, and the person is out at once. */
static void a_disabled_account_is_out_at_once(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_register(user, "joe");
    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    driver_wait_text(admin, "joe@example.org");
    driver_keys(admin, "Gx");
    driver_expect(admin, "Disable and sign out joe? y/N");
    driver_keys(admin, KEY_ENTER); /* means no */
    driver_expect_not(admin, "disabled");
    driver_keys(admin, "x");
    driver_keys(admin, "y");
    driver_wait_text(admin, "joe is disabled.");
    driver_wait_text(user, "Your sign-in has ended.");
    driver_keys(user, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(user, "Error: ");
    driver_close(user);
    driver_keys(admin, "q");
    journey_quit(admin);
}

/* Where there is more than one queue, people choose, and the staff can put it right. */
static void a_ticket_is_filed_and_moved_into_queues(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    journey_open_queue(journey, "network");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *staff = journey_client(journey, "ana", 24, 80);

    journey_sign_in(staff, "ana");
    journey_register(user, "joe");
    driver_keys(user, "c");
    driver_wait_text(user, "Queue");
    driver_keys(user, "No network" KEY_TAB KEY_TAB KEY_TAB KEY_RIGHT KEY_TAB "None at all.");
    driver_check_invariants(user);
    journey_send(user);
    driver_wait_text(user, "Ticket #1 is on its way to the staff.");
    driver_wait_text(staff, "No network");
    driver_keys(staff, KEY_ENTER);
    driver_wait_text(staff, "queue network");
    driver_keys(staff, "v");
    driver_expect(staff, "Move #1 to");
    driver_check_invariants(staff);
    driver_keys(staff, KEY_ENTER);
    driver_wait_text(staff, "#1 is in general now.");
    driver_wait_text(staff, "queue general");
    driver_wait_text(staff, "ana moved it from network to general");
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "None at all.");
    driver_expect_not(user, "queue");
    driver_expect_not(user, "moved");
    driver_keys(user, "q");
    journey_quit(user);
    driver_keys(staff, "q");
    journey_quit(staff);
}

/* Deleting for good takes the typed number, nothing less. */
static void purging_needs_the_typed_number(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_new_ticket(admin, &printer);
    journey_delete(admin, "7", true);
    driver_expect(admin, "Delete ticket"); /* Enter did nothing */
    driver_keys(admin, KEY_ESC);
    driver_expect(admin, "#1 is kept.");
    journey_delete(admin, "1", true);
    driver_wait_text(admin, "#1 is deleted.");
    driver_keys(admin, "A");
    driver_keys(admin, "3");
    driver_wait_text(admin, "Label printer");
    journey_delete(admin, "1", false);
    driver_wait_text(admin, "#1 is erased.");
    driver_wait_text(admin, "No ticket is deleted.");
    driver_keys(admin, "q");
    journey_quit(admin);
}

/* The password is changed with the old one alone. */
static void the_password_needs_the_old_one(void **state)
{
    const struct journey *journey = *state;
    struct driver *user = journey_client(journey, "joe", 24, 80);

    journey_register(user, "joe");
    driver_keys(user, "P");
    driver_keys(user, "p");
    driver_keys(user, "not the one I have" KEY_TAB "another nice password" KEY_TAB
                      "another nice password" KEY_ENTER);
    journey_send(user);
    driver_wait_text(user, "this is not your password");
    driver_keys(user, KEY_ESC); /* the error */
    driver_keys(user, JOURNEY_PASSWORD);
    journey_send(user);
    driver_wait_text(user, "Your password is changed.");
    driver_keys(user, "q");
    journey_quit(user);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ticket_from_registration_to_restoration, begin, end),
        cmocka_unit_test_setup_teardown(colleagues_see_each_other_and_what_is_new, begin, end),
        cmocka_unit_test_setup_teardown(a_ticket_changes_hands, begin, end),
        cmocka_unit_test_setup_teardown(a_reply_resolves_and_thanks_do_not_reopen, begin, end),
        cmocka_unit_test_setup_teardown(a_ticket_waits_for_a_date_or_an_answer, begin, end),
        cmocka_unit_test_setup_teardown(tickets_are_tagged_linked_and_merged, begin, end),
        cmocka_unit_test_setup_teardown(a_role_is_asked_for_and_granted, begin, end),
        cmocka_unit_test_setup_teardown(a_code_lets_people_in_and_sign_ins_are_ended, begin, end),
        cmocka_unit_test_setup_teardown(a_disabled_account_is_out_at_once, begin, end),
        cmocka_unit_test_setup_teardown(a_ticket_is_filed_and_moved_into_queues, begin, end),
        cmocka_unit_test_setup_teardown(purging_needs_the_typed_number, begin, end),
        cmocka_unit_test_setup_teardown(the_password_needs_the_old_one, begin, end),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
