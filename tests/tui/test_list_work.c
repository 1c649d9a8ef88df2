/* Working through a list, on the real daemon: many tickets at once, taking it back, from ticket to
 * ticket. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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

static void file(struct driver *driver, const char *title)
{
    journey_new_ticket(driver, &(struct journey_ticket){.title = title, .problem = "It is so."});
}

/* A client of the staff with these tickets in its list, filed by the admin, who is to be quit. */
static struct driver *begin_work(const struct journey *journey, const char *const *titles,
                                 size_t count, struct driver **ret_admin)
{
    journey_make_staff(journey, "ana");
    struct driver *ana = journey_client(journey, "ana", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_sign_in(ana, "ana");
    journey_sign_in(admin, JOURNEY_ADMIN);
    for (size_t i = 0; i < count; i++) {
        file(admin, titles[i]);
    }
    driver_wait_text(ana, titles[count - 1]);
    *ret_admin = admin;
    return ana;
}

static const char *const fruit[] = {"apple", "banana", "cherry", "date"};

/* Marks are on tickets: what comes in above meanwhile is not touched. One calm line, one undo. */
static void marked_tickets_are_changed_and_changed_back_as_one(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 3, &admin);

    driver_keys(ana, "g  ");
    driver_expect(ana, "marked 2");
    driver_expect(ana, " +      3 MINOR");
    driver_expect(ana, "+      2 MINOR");
    driver_expect_selected(ana, "1 MINOR");
    file(admin, fruit[3]);
    driver_wait_text(ana, "date");
    driver_expect(ana, "+      3 MINOR");
    driver_expect_not(ana, "+      4 MINOR");
    driver_keys(ana, "t");
    driver_wait_text(ana, "2 taken. u undoes.");
    driver_expect(ana, "3 MINOR      now ana");
    driver_expect(ana, "2 MINOR      now ana");
    driver_expect(ana, "4 MINOR      now -");
    driver_expect(ana, "1 MINOR      now -");
    driver_check_invariants(ana);
    driver_keys(ana, "u");
    driver_wait_text(ana, "Undone: taking 2 tickets. u undoes.");
    driver_expect_not(ana, "now ana");

    /* From three on it asks, and names them; more than three are asked for before the undo too. */
    driver_keys(ana, "*");
    driver_wait_text(ana, "All 4 are marked.");
    driver_keys(ana, "s");
    driver_expect(ana, "Status of 4 marked tickets");
    driver_keys(ana, "c");
    driver_expect(ana, "4 marked tickets");
    driver_expect(ana, "#4      date");
    driver_expect(ana, "Set 4 tickets to CRITICAL?");
    driver_check_invariants(ana);
    driver_keys(ana, KEY_ENTER);
    driver_expect_not(ana, "CRITICAL");
    driver_keys(ana, "sc");
    driver_wait_text(ana, "Set 4 tickets to CRITICAL?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "4 set to CRITICAL. u undoes.");
    driver_wait_text(admin, "1 CRITICAL");
    driver_keys(ana, "u");
    driver_wait_text(ana, "Undo: setting 4 tickets to CRITICAL?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "Undone: setting 4 tickets to CRITICAL.");
    driver_wait_no_text(admin, "CRITICAL");
    driver_keys(ana, KEY_ESC);
    driver_expect_not(ana, "marked 4");
    journey_quit(ana);
    journey_quit(admin);
}

/* Those who may be chosen stand above the line and grow fewer as one types; a name that is typed in
 * full needs no list. */
static void people_are_chosen_while_typing(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "eve");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    journey_register(user, "joe");
    journey_quit(user);
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 2, &admin);

    driver_keys(ana, "g");
    driver_keys(ana, "o");
    driver_wait_text(ana, "Down chooses, Tab completes");
    driver_expect(ana, "  eve");
    driver_expect(ana, "  boss");
    driver_expect_not(ana, "joe"); /* a user owns nothing */
    driver_check_invariants(ana);
    driver_keys(ana, "e");
    driver_wait_no_text(ana, "  boss");
    driver_keys(ana, KEY_DOWN);
    driver_expect(ana, "> eve");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "#2 is eve's now. u undoes.");
    driver_keys(ana, "+");
    driver_keys(ana, "jo");
    driver_wait_text(ana, "  joe");
    driver_keys(ana, KEY_TAB);
    driver_wait_text(ana, "In copy of #2: joe");
    driver_keys(ana, "x");
    driver_wait_text(ana, "Nobody's name begins so");
    driver_keys(ana, KEY_BACKSPACE);
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "joe is in copy of #2.");
    driver_keys(ana, "*o");
    driver_wait_text(ana, "Give 2 marked tickets to:");
    driver_wait_text(ana, "  eve");
    driver_resize(ana, 12, 40);
    driver_keys(ana, KEY_UP);
    driver_check_invariants(ana);
    driver_expect(ana, "> eve");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "#1 given to eve");
    driver_keys(ana, "q");
    journey_quit(ana);
    journey_quit(admin);
}

/* What one is refused does not stop the others, and each says why. */
static void refused_ones_are_told_one_by_one(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 3, &admin);

    driver_keys(admin, "gt");
    driver_wait_text(admin, "#3 is yours.");
    driver_wait_text(ana, "3 MINOR      now boss");
    driver_keys(ana, "*t");
    driver_wait_text(ana, "Take 3 tickets?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "2 of 3 taken");
    driver_expect(ana, "#3 not taken: boss owns this ticket; steal it if they agree.");
    driver_expect(ana, "#2 taken");
    driver_expect(ana, "#1 taken");
    driver_check_invariants(ana);
    driver_keys(ana, "u");
    driver_wait_text(ana, "Undone: taking 2 tickets.");
    driver_keys(ana, "q");
    driver_expect_not(ana, "now ana");

    /* The menu has what has no key; a date, a name and a queue are asked for. */
    driver_keys(ana, "M");
    driver_expect(ana, "More for 3 marked tickets");
    driver_keys(ana, "t");
    driver_keys(ana, "spring lan" KEY_ENTER);
    driver_wait_text(ana, "Tag 3 tickets with spring lan?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "3 tagged with spring lan. u undoes.");
    driver_keys(ana, "o");
    driver_keys(ana, "nobody" KEY_ENTER);
    driver_wait_text(ana, "Give 3 tickets to nobody?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "3 not given");
    driver_keys(ana, "q");
    driver_keys(ana, "z");
    driver_keys(ana, "3d" KEY_ENTER);
    driver_wait_text(ana, "Put 3 tickets aside until");
    driver_keys(ana, "y");
    driver_wait_text(ana, "3 put aside until");
    driver_expect(ana, "MINOR   w");
    driver_keys(ana, "O");
    driver_wait_text(ana, "Open 3 tickets again?");
    driver_keys(ana, "y");
    driver_wait_text(ana, "3 opened again. u undoes.");

    /* What is about one ticket is about the selected one, marked or not. */
    driver_keys(ana, "G" KEY_ENTER);
    driver_expect(ana, "#1 apple");
    driver_keys(ana, "t");
    driver_wait_text(ana, "#1 is yours. u undoes.");
    driver_keys(ana, "q");
    driver_expect(ana, "3 MINOR      now boss");
    driver_expect(ana, "2 MINOR      now -");
    journey_quit(ana);
    journey_quit(admin);
}

/* A deleted ticket is not acted on unseen, and the person is told. */
static void a_vanished_ticket_loses_its_mark(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 3, &admin);

    driver_keys(ana, "*");
    driver_keys(ana, "/cherry" KEY_ENTER);
    driver_wait_no_text(ana, "apple");
    driver_expect(ana, "marked 3");
    driver_keys(ana, "t");
    driver_wait_text(ana, "#1      not among the tickets shown");
    driver_keys(ana, "n");
    driver_keys(admin, "G");
    journey_delete(admin, "1", true);
    driver_wait_text(ana, "#1 is gone, and its mark with it.");
    driver_expect(ana, "marked 2");
    journey_quit(ana);
    journey_quit(admin);
}

/* Undo never overwrites what somebody else did since, and says who. */
static void undo_says_who_changed_it_since(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 1, &admin);

    driver_keys(ana, "u");
    driver_wait_text(ana, "You have done nothing lately that could be taken back.");
    journey_set_status(ana, "a");
    driver_wait_text(ana, "#1 is now MAJOR. u undoes.");
    driver_wait_text(admin, "MAJOR");
    journey_set_status(admin, "c");
    driver_wait_text(ana, "CRITICAL");
    driver_keys(ana, KEY_ENTER);
    driver_keys(ana, "u");
    driver_wait_text(ana, "Not undone: #1 was changed since by boss; undo would overwrite that.");
    driver_keys(ana, "t");
    driver_wait_text(ana, "#1 is yours. u undoes.");
    driver_keys(ana, "u");
    driver_wait_text(ana, "Undone: taking #1. u undoes.");
    driver_keys(ana, "u");
    driver_wait_text(ana, "Undone: the undo of taking #1.");
    driver_wait_text(ana, "Owner ana");
    driver_check_invariants(ana);
    driver_keys(ana, "q");
    journey_quit(ana);
    journey_quit(admin);
}

/* The list follows, so that going back leads to where one is. */
static void neighbours_are_read_without_the_list(void **state)
{
    const struct journey *journey = *state;
    struct driver *admin;
    struct driver *ana = begin_work(journey, fruit, 3, &admin);

    driver_keys(ana, "g" KEY_ENTER);
    driver_expect(ana, "#3 cherry");
    driver_keys(ana, "K");
    driver_expect(ana, "This is the first ticket of the list.");
    driver_keys(ana, "J");
    driver_expect(ana, "#2 banana");
    driver_expect(ana, "problem");
    driver_keys(admin, "gj");
    journey_delete(admin, "2", true);
    driver_wait_text(ana, "This ticket was deleted");
    driver_keys(ana, "J");
    driver_expect(ana, "#1 apple");
    driver_keys(ana, "J");
    driver_expect(ana, "This is the last ticket of the list.");
    driver_check_invariants(ana);
    driver_keys(ana, "K");
    driver_expect(ana, "#3 cherry"); /* past the one that is gone */
    driver_keys(ana, "J");
    driver_keys(ana, "q");
    driver_expect_selected(ana, "1 MINOR");
    journey_quit(ana);
    journey_quit(admin);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(marked_tickets_are_changed_and_changed_back_as_one, begin,
                                        end),
        cmocka_unit_test_setup_teardown(refused_ones_are_told_one_by_one, begin, end),
        cmocka_unit_test_setup_teardown(people_are_chosen_while_typing, begin, end),
        cmocka_unit_test_setup_teardown(a_vanished_ticket_loses_its_mark, begin, end),
        cmocka_unit_test_setup_teardown(undo_says_who_changed_it_since, begin, end),
        cmocka_unit_test_setup_teardown(neighbours_are_read_without_the_list, begin, end),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
