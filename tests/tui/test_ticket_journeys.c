/* What staff do inside one ticket, on the real daemon: its links, canned replies, drafts that go
 * from machine to machine, and files. */
#include "tests/tui/journey.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "proto/operation.h"
#include "proto/random.h"

enum { TRIES_MAX = 3000, BETWEEN_TRIES_MS = 20 };

static const char *daemon_path;
static const char *client_path;

static const struct journey_ticket printer = {.title = "Label printer prints blank labels",
                                              .problem = "Every second label is blank."};
static const struct journey_ticket paper = {.title = "Paper is damp", .problem = "In the store."};
static const struct journey_ticket driver_update = {.title = "Driver is old",
                                                    .problem = "Two years."};

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

/* A client of the staff member "ana", signed in. */
static struct driver *ana_at(const struct journey *journey, const char *home, int rows, int columns)
{
    struct driver *ana = journey_client(journey, home, rows, columns);

    journey_sign_in(ana, "ana");
    return ana;
}

/* From the list, where the cursor is on it, or from a ticket: says what it is to another. */
static void link_to(struct driver *driver, const char *kind, const char *number)
{
    driver_keys(driver, "Ml");
    driver_keys(driver, kind);
    driver_keys(driver, number);
    driver_keys(driver, KEY_ENTER);
}

/* #1 has the children #2 and #3, and none is resolved; the cursor of the list is on #3. */
static void make_family(struct driver *ana)
{
    journey_new_ticket(ana, &printer);
    journey_new_ticket(ana, &paper);
    link_to(ana, "c", "1");
    driver_wait_text(ana, "#2 is a child of #1.");
    journey_new_ticket(ana, &driver_update);
    link_to(ana, "c", "1");
    driver_wait_text(ana, "#3 is a child of #1.");
}

/* The head tells what a ticket is to others while one looks at it, and the list behind M leads
 * there and back: nobody has to remember numbers. */
static void links_are_shown_live_and_followed(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *ana = ana_at(journey, "ana", 24, 80);
    struct driver *other = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    char row[256];

    make_family(ana);
    driver_keys(ana, "G" KEY_ENTER);
    driver_wait_text(ana, "Every second label");
    driver_wait_text(ana, "children 2 open of 2");

    /* Somebody else resolves a child and links another ticket: the line follows. */
    journey_sign_in(other, JOURNEY_ADMIN);
    driver_wait_text(other, "Driver is old");
    journey_set_status(other, "r");
    driver_wait_text(ana, "children 1 open of 2");
    link_to(other, "r", "2");
    driver_keys(other, "j");
    driver_keys(other, KEY_ENTER);
    driver_wait_text(other, "parent #1   related to #3");

    driver_keys(ana, "M");
    driver_keys(ana, "o");
    driver_wait_text(ana, "Links of #1");
    driver_wait_text(ana, "child        RESOLVED");
    driver_check_invariants(ana);
    driver_keys(ana, "g");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "parent #1");
    driver_keys(ana, "q");
    driver_expect(ana, "Links of #1");
    driver_wait_text(ana, "Paper is damp");
    driver_keys(ana, "q");
    driver_wait_text(ana, "Every second label");
    driver_wait_text(ana, "children 1 open of 2");

    /* Where one was reading one goes on reading. */
    driver_resize(ana, 12, 80);
    driver_keys(ana, "jjj");
    driver_expect_not(ana, "   problem");
    snprintf(row, sizeof row, "%s", driver_row(ana, 5));
    driver_keys(ana, "Mo");
    driver_wait_text(ana, "Paper is damp");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "In the store.");
    driver_keys(ana, "q");
    driver_keys(ana, "q");
    driver_wait_text(ana, "children 1 open of 2");
    driver_expect_row(ana, 5, row);
    driver_resize(ana, 24, 40);
    driver_check_invariants(ana);
    driver_resize(ana, 8, 40);
    driver_check_invariants(ana);
    driver_resize(ana, 24, 80);

    /* What was merged in is named too. */
    driver_keys(other, "Mm");
    driver_keys(other, "1" KEY_ENTER);
    driver_wait_text(ana, "merged here: #2");
    driver_keys(ana, "q");
    journey_quit(ana);
    driver_keys(other, "q");
    journey_quit(other);
}

/* A parent with open children is not resolved by accident, and not refused for good either: in each
 * way to resolve it, the same question; No leaves it as it is. */
static void resolving_over_open_children_asks(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *ana = ana_at(journey, "ana", 24, 80);
    const char *question = "Resolve it even so? Open children: #2 #3";

    make_family(ana);
    driver_keys(ana, "G");
    journey_set_status(ana, "r");
    driver_wait_text(ana, question);
    driver_check_invariants(ana);
    driver_keys(ana, KEY_ENTER);
    driver_expect_not(ana, "RESOLVED");
    journey_set_status(ana, "r");
    driver_wait_text(ana, question);
    driver_keys(ana, "y");
    driver_wait_text(ana, "#1 is now RESOLVED.");

    /* By the form. */
    driver_keys(ana, "O");
    driver_wait_text(ana, "#1 is open again");
    driver_keys(ana, "e");
    driver_wait_text(ana, "Edit #1");
    driver_keys(ana, KEY_TAB KEY_TAB);
    driver_keys(ana, KEY_RIGHT KEY_RIGHT KEY_RIGHT);
    journey_send(ana);
    driver_wait_text(ana, question);
    driver_keys(ana, "y");
    driver_wait_text(ana, "#1 is changed.");
    driver_expect(ana, "RESOLVED");

    /* By reply and status in one. */
    driver_keys(ana, "O");
    driver_wait_text(ana, "#1 is open again");
    driver_keys(ana, "r");
    driver_keys(ana, "All done.");
    driver_keys(ana, KEY_CTRL('t'));
    driver_wait_text(ana, "the ticket is RESOLVED");
    journey_send(ana);
    driver_wait_text(ana, question);
    driver_keys(ana, "n");
    driver_expect(ana, "All done.");
    journey_send(ana);
    driver_wait_text(ana, question);
    driver_keys(ana, "y");
    driver_wait_text(ana, "The reply to #1 is sent.");
    driver_expect(ana, "RESOLVED");
    journey_quit(ana);
}

static void make_canned(const struct journey *journey, const char *name, const char *title,
                        const char *text)
{
    uint8_t operation[OPERATION_BYTES];
    uint8_t random[OPERATION_RANDOM_BYTES];
    struct timespec now;
    struct admin_canned_create request = {.operation = {operation, OPERATION_BYTES},
                                          .name = text_of(name),
                                          .title = text_of(title),
                                          .text = text_of(text)};

    clock_gettime(CLOCK_REALTIME, &now);
    random_fill(random, sizeof random);
    operation_make((uint64_t)now.tv_sec * 1000, random, operation);
    present_mark(&request.present, CANNED_CREATE_TITLE);
    journey_call(journey, METHOD_ADMIN_CANNED_CREATE, &request);
}

/* A text that the staff has ready is found by some letters, seen as it will be and put where the
 * cursor is: nothing typed before is lost, and what could not be filled in is said. */
static void canned_replies_are_inserted_while_writing(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    make_canned(journey, "restart", "Turn it off and on",
                "Dear {requester}, restart #{number}.\nThis is {staff}.");
    make_canned(journey, "broken", "", "See {nonsense} first.");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *ana = ana_at(journey, "ana", 24, 80);

    journey_register(user, "joe");
    journey_new_ticket(user, &printer);
    driver_keys(user, "r");
    driver_expect_not(user, "Canned");
    driver_keys(user, KEY_CTRL('r'));
    driver_expect(user, "Reply to #1");
    driver_keys(user, KEY_ESC);
    driver_wait_text(ana, "Label printer");
    driver_keys(ana, "r");
    driver_keys(ana, "Hello. Bye.");
    for (int i = 0; i < 4; i++) {
        driver_keys(ana, KEY_LEFT);
    }
    driver_keys(ana, KEY_CTRL('r'));
    driver_wait_text(ana, "Dear joe, restart #1.");
    driver_expect(ana, "broken");
    driver_check_invariants(ana);
    driver_keys(ana, "off and");
    driver_expect_not(ana, "broken");
    driver_keys(ana, "zzz");
    driver_expect(ana, "None has this in its name");
    driver_keys(ana, KEY_CTRL('u'));
    driver_keys(ana, KEY_DOWN);
    driver_wait_text(ana, "See {nonsense} first.");
    driver_resize(ana, 24, 40);
    driver_check_invariants(ana);
    driver_resize(ana, 8, 40);
    driver_check_invariants(ana);
    driver_resize(ana, 24, 80);
    driver_keys(ana, KEY_UP KEY_ENTER);
    driver_expect(ana, "Hello. Dear joe, restart #1.");
    driver_expect(ana, "This is ana.Bye.");

    /* What is not known stays in sight, and undoing takes the whole text away again. */
    driver_keys(ana, KEY_CTRL('r'));
    driver_keys(ana, "broken" KEY_ENTER);
    driver_wait_text(ana, "{nonsense} is not known here");
    driver_expect(ana, "This is ana.See {nonsense} first.Bye.");
    driver_keys(ana, KEY_CTRL('_'));
    driver_expect(ana, "This is ana.Bye.");
    driver_keys(ana, KEY_CTRL('r'));
    driver_keys(ana, KEY_ESC);
    driver_expect(ana, "This is ana.Bye.");
    journey_send(ana);
    driver_keys(ana, "S");
    driver_wait_text(ana, "The reply is sent.");
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "Dear joe, restart #1.");
    driver_keys(user, "q");
    journey_quit(user);
    journey_quit(ana);
}

/* What is written on one machine is there on the next, and is gone everywhere once it was sent: one
 * starts at the desk and finishes elsewhere. */
static void a_text_goes_on_on_another_machine(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *desk = ana_at(journey, "ana", 24, 80);

    journey_new_ticket(desk, &printer);
    driver_keys(desk, "r");
    driver_keys(desk, "We look at the");
    driver_keys(desk, KEY_ESC);
    driver_expect(desk, "Your draft is kept.");
    struct driver *laptop = ana_at(journey, "laptop", 24, 80);
    driver_wait_text(laptop, "On the desk lies a text of yours, not sent yet. d shows it.");
    driver_keys(laptop, "d");
    driver_wait_text(laptop, "reply to #1            desk   We look at the");
    driver_check_invariants(laptop);
    driver_keys(laptop, "q");
    driver_keys(laptop, "r");
    driver_wait_text(laptop, "You wrote this on the desk at");
    driver_expect(laptop, "Enter goes on with it.");
    driver_check_invariants(laptop);
    driver_resize(laptop, 8, 40);
    driver_check_invariants(laptop);
    driver_resize(laptop, 24, 80);
    driver_keys(laptop, KEY_ENTER);
    driver_expect(laptop, "      | We look at the");
    driver_expect_not(laptop, "You wrote this");
    driver_keys(laptop, " print head.");
    driver_keys(laptop, KEY_ESC);

    /* Back at the desk: the newer text holds the older one, so nothing is asked. */
    driver_keys(desk, "r");
    driver_wait_text(desk, "      | We look at the print head.");
    driver_expect_not(desk, "Another version");
    driver_keys(desk, KEY_ESC);
    driver_keys(laptop, "r");
    driver_wait_text(laptop, "We look at the print head.");
    journey_send(laptop);
    driver_wait_text(laptop, "The reply to #1 is sent.");
    driver_keys(laptop, "d");
    driver_expect(laptop, "There is nothing left unsent.");

    /* The other machine still has it, and says that it was sent, rather than sending it twice. */
    driver_keys(desk, "r");
    driver_wait_text(desk, "The desk has it no more: sent from another machine");
    driver_keys(desk, KEY_ESC);
    driver_keys(desk, "dx");
    driver_wait_text(desk, "Throw this draft away?");
    driver_keys(desk, "y");
    driver_wait_text(desk, "There is nothing left unsent.");
    driver_keys(desk, "q");
    journey_quit(desk);
    driver_keys(laptop, "q");
    journey_quit(laptop);
}

/* A machine that is left as it is, with the text open, loses no more than its last words. */
static void a_text_is_on_the_desk_soon_after_typing_rests(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *desk = ana_at(journey, "ana", 24, 80);
    struct driver *laptop = ana_at(journey, "laptop", 24, 80);
    int row;
    int column;

    journey_new_ticket(desk, &printer);
    driver_keys(desk, "m");
    driver_keys(desk, "Not sent, not left.");
    for (int i = 0; i < TRIES_MAX; i++) {
        driver_keys(laptop, "d");
        if (driver_find(laptop, "desk   Not sent, not left.", &row, &column)) {
            break;
        }
        driver_keys(laptop, "q");
        poll(NULL, 0, BETWEEN_TRIES_MS); /* the fastest client must not be done before the desk */
    }
    driver_expect(laptop, "staff note on #1       desk   Not sent, not left.");
    driver_expect(desk, "STAFF NOTE, not shown to ana");
    driver_close(desk);
    driver_keys(laptop, "q");
    journey_quit(laptop);
}

/* Written on both: the newer one is in the editor, the other in sight, and neither is lost, not by
 * sending either. */
static void two_versions_of_a_text_are_both_kept(void **state)
{
    const struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *desk = ana_at(journey, "ana", 24, 80);
    struct driver *laptop = ana_at(journey, "laptop", 24, 80);

    journey_new_ticket(desk, &printer);
    driver_wait_text(laptop, "Label printer");
    driver_keys(desk, "r");
    driver_keys(desk, "words of the morning");
    driver_keys(desk, KEY_ESC);
    driver_keys(laptop, "r");
    driver_wait_text(laptop, "words of the morning");
    driver_keys(laptop, "words of the evening");
    driver_expect(laptop, "Ctrl-X goes on with it.");
    driver_keys(laptop, KEY_ESC);
    driver_keys(desk, "r");
    driver_wait_text(desk, "      | words of the evening");
    driver_expect(desk, "what you wrote here is below");
    driver_expect(desk, "Another version, kept at");
    driver_expect(desk, "  words of the morning");
    driver_check_invariants(desk);
    driver_keys(desk, KEY_CTRL('x'));
    driver_expect(desk, "      | words of the morning");
    driver_expect(desk, "  words of the evening");
    journey_send(desk);
    driver_wait_text(desk, "Its other version is still among your drafts");
    driver_keys(desk, "d");
    driver_wait_text(desk, "other reply to #1      here   words of the evening");
    driver_keys(desk, KEY_ENTER);
    driver_wait_text(desk, "Another version, kept at");
    driver_keys(desk, KEY_CTRL('x'));
    driver_expect(desk, "      | words of the evening");
    driver_expect_not(desk, "Another version");
    driver_keys(desk, KEY_ESC);
    journey_quit(desk);
    journey_quit(laptop);
}

/* The file of this machine holds what is written without a line, and the desk gets it with the next
 * one. */
static void what_is_written_offline_reaches_the_desk(void **state)
{
    struct journey *journey = *state;
    journey_make_staff(journey, "ana");
    struct driver *desk = ana_at(journey, "ana", 24, 80);

    journey_new_ticket(desk, &printer);
    driver_keys(desk, "r");
    driver_keys(desk, "Begun, ");
    journey_stop(journey, SIGKILL);
    driver_keys(desk, "and ended without a line.");
    driver_wait_text(desk, "retry");
    journey_serve(journey);
    driver_keys(desk, KEY_ESC);
    driver_keys(desk, "R");
    driver_wait_text(desk, "live");
    driver_keys(desk, "r");
    driver_expect(desk, "Begun, and ended without a line.");
    driver_keys(desk, KEY_ESC);
    struct driver *laptop = ana_at(journey, "laptop", 24, 80);
    driver_keys(laptop, "r");
    driver_wait_text(laptop, "You wrote this on the desk at");
    driver_expect(laptop, "Begun, and ended without a line.");
    driver_keys(laptop, KEY_ESC);
    journey_quit(laptop);
    journey_quit(desk);
}

static void home_path(const struct journey *journey, const char *person, const char *name,
                      char ret_path[128])
{
    snprintf(ret_path, 128, "%s/home-%s/%s", journey->folder, person, name);
}

static void write_file(const struct journey *journey, const char *person, const char *name,
                       const char *text, size_t times)
{
    char path[128];

    home_path(journey, person, name, path);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (size_t i = 0; i < times; i++) {
        fputs(text, file);
    }
    assert_int_equal(fclose(file), 0);
}

/* "" when there is none. */
static void read_file(const struct journey *journey, const char *person, const char *name,
                      char ret_text[64])
{
    char path[128];

    home_path(journey, person, name, path);
    FILE *file = fopen(path, "r");
    size_t length = file != NULL ? fread(ret_text, 1, 63, file) : 0;
    ret_text[length] = '\0';
    if (file != NULL) {
        fclose(file);
    }
}

/* What a requester has is seen by the staff where it came in the conversation, and saved by a key
 * under a name that is safe and written over nothing; only an admin takes it away. */
static void files_are_attached_saved_and_removed(void **state)
{
    const struct journey *journey = *state;
    char text[64];
    journey_make_staff(journey, "ana");
    struct driver *user = journey_client(journey, "joe", 24, 80);
    struct driver *ana = ana_at(journey, "ana", 24, 80);
    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    write_file(journey, "joe", "label $(rm).txt", "blank", 1);
    write_file(journey, "joe", "empty.txt", "", 1);
    journey_register(user, "joe");
    journey_new_ticket(user, &printer);
    driver_keys(user, KEY_ENTER);
    driver_wait_text(user, "Every second label");
    driver_keys(user, "f");
    driver_wait_text(user, "There are no files on this ticket. a attaches one.");
    driver_keys(user, "a");
    driver_keys(user, "empty.txt" KEY_ENTER);
    driver_wait_text(user, "Not attached: empty.txt is empty.");
    driver_keys(user, "a");
    driver_expect(user, "~/empty.txt"); /* to be mended, not to be typed again */
    driver_keys(user, JOURNEY_EMPTY "~/label $(rm).txt" KEY_ENTER);
    driver_wait_text(user, "label $(rm).txt is attached to #1.");
    driver_wait_text(user, "5 bytes  joe");
    driver_check_invariants(user);

    driver_wait_text(ana, "Label printer");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "] file   ");
    driver_expect(ana, "joe attached label $(rm).txt");
    driver_expect(ana, "files 1");
    driver_keys(ana, "f");
    driver_wait_text(ana, "5 bytes  joe");
    driver_keys(ana, "s");
    driver_keys(ana, JOURNEY_EMPTY "~" KEY_ENTER);
    driver_wait_text(ana, "Saved: ");
    read_file(journey, "ana", "label___rm_.txt", text);
    assert_string_equal(text, "blank");
    write_file(journey, "ana", "label___rm_.txt", "mine", 1);
    driver_keys(ana, "s" KEY_ENTER);
    driver_wait_text(ana, "label___rm_.txt is there already. Save as:");
    driver_expect(ana, "label___rm_-2.txt");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "Saved: ");
    read_file(journey, "ana", "label___rm_.txt", text);
    assert_string_equal(text, "mine");
    read_file(journey, "ana", "label___rm_-2.txt", text);
    assert_string_equal(text, "blank");
    driver_keys(ana, "s" JOURNEY_EMPTY "/nowhere" KEY_ENTER);
    driver_wait_text(ana, "Not saved: ");

    /* For the staff alone: the requester is told nothing of it. */
    write_file(journey, "ana", "inner.txt", "secret", 1);
    driver_keys(ana, "A");
    driver_keys(ana, "inner.txt" KEY_ENTER);
    driver_wait_text(ana, "staff inner.txt");
    driver_check_invariants(ana);
    driver_resize(ana, 24, 40);
    driver_check_invariants(ana);
    driver_resize(ana, 24, 80);
    driver_expect_not(user, "inner");

    journey_sign_in(admin, JOURNEY_ADMIN);
    driver_keys(admin, KEY_ENTER);
    driver_wait_text(admin, "Every second label");
    driver_keys(admin, "f");
    driver_wait_text(admin, "inner.txt");
    driver_keys(admin, "g");
    driver_keys(admin, "x");
    driver_keys(admin, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(admin, "Remove label $(rm).txt for ever?");
    driver_keys(admin, "n");
    driver_expect(admin, "5 bytes  joe");
    driver_keys(admin, "x");
    driver_wait_text(admin, "Remove label $(rm).txt for ever?");
    driver_keys(admin, "y");
    driver_wait_text(admin, "The file is removed.");
    driver_wait_text(user, "There are no files on this ticket.");
    driver_keys(user, "q");
    driver_wait_text(user, "removed the file label $(rm).txt");
    driver_expect_not(user, "inner");
    driver_keys(user, "q");
    journey_quit(user);
    driver_keys(ana, "qq");
    journey_quit(ana);
    driver_keys(admin, "qq");
    journey_quit(admin);
}

/* A large file over a bad line arrives once and whole, without being asked for again. */
static void a_file_goes_on_after_a_lost_line(void **state)
{
    struct journey *journey = *state;
    char text[64];
    journey_make_staff(journey, "ana");
    struct driver *ana = ana_at(journey, "ana", 24, 80);

    write_file(journey, "ana", "large.bin", "0123456789abcde\n", (size_t)640 * 1024);
    journey_new_ticket(ana, &printer);
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "Every second label");
    driver_keys(ana, "f");
    driver_wait_text(ana, "There are no files");
    driver_keys(ana, "a");
    driver_keys(ana, "large.bin");
    driver_send(ana, KEY_ENTER, 1);
    do {
        driver_wait_frame(ana);
    } while (strstr(driver_row(ana, 22), " % of 10.0 MiB") == NULL);
    journey_stop(journey, SIGKILL);
    driver_wait_text(ana, "It goes on with the next connection.");
    journey_serve(journey);
    driver_wait_text(ana, "large.bin is attached to #1.");
    driver_wait_text(ana, "10.0 MiB  ana");
    driver_keys(ana, "s" JOURNEY_EMPTY "~" KEY_ENTER);
    driver_wait_text(ana, "is there already");
    driver_keys(ana, JOURNEY_EMPTY "back" KEY_ENTER);
    driver_wait_text(ana, "Saved: ");
    read_file(journey, "ana", "back", text);
    assert_memory_equal(text, "0123456789abcde\n0123", 20);
    driver_keys(ana, "qq");
    journey_quit(ana);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(links_are_shown_live_and_followed, begin, end),
        cmocka_unit_test_setup_teardown(canned_replies_are_inserted_while_writing, begin, end),
        cmocka_unit_test_setup_teardown(a_text_goes_on_on_another_machine, begin, end),
        cmocka_unit_test_setup_teardown(a_text_is_on_the_desk_soon_after_typing_rests, begin, end),
        cmocka_unit_test_setup_teardown(two_versions_of_a_text_are_both_kept, begin, end),
        cmocka_unit_test_setup_teardown(what_is_written_offline_reaches_the_desk, begin, end),
        cmocka_unit_test_setup_teardown(files_are_attached_saved_and_removed, begin, end),
        cmocka_unit_test_setup_teardown(a_file_goes_on_after_a_lost_line, begin, end),
        cmocka_unit_test_setup_teardown(resolving_over_open_children_asks, begin, end),
    };

    if (count < 3) {
        return 1;
    }
    daemon_path = arguments[1];
    client_path = arguments[2];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
