/* What the client must bear: wrong passwords and keys, small windows, lost lines, other people's
 * changes, and every kind of end. On the real daemon. */
#include "tests/tui/journey.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

static const char *daemon_path;
static const char *client_path;

static const struct journey_ticket vpn = {
    .title = "VPN drops every hour", .problem = "Wired desks are fine.", .software = true};

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

static struct driver *admin_client(const struct journey *journey)
{
    struct driver *driver = journey_client(journey, JOURNEY_ADMIN, 24, 80);

    journey_sign_in(driver, JOURNEY_ADMIN);
    return driver;
}

/* How often a text stands on the screen. */
static unsigned count_text(struct driver *driver, const char *text)
{
    unsigned count = 0;
    char *screen = driver_snapshot(driver);

    for (const char *at = strstr(screen, text); at != NULL; at = strstr(at + 1, text)) {
        count++;
    }
    free(screen);
    return count;
}

/* --- Signing in --- */

/* A wrong password is said until Esc, the name stays, the password does not. */
static void a_wrong_password_is_said_and_forgotten(void **state)
{
    struct driver *driver = journey_client(*state, "joe", 24, 80);

    driver_keys(driver, JOURNEY_ADMIN KEY_TAB "not the right one" KEY_ENTER);
    driver_wait_text(driver, "Error: ");
    driver_expect(driver, JOURNEY_ADMIN);
    driver_expect_not(driver, "not the right one");
    driver_keys(driver, KEY_BACK_TAB KEY_TAB);
    driver_expect(driver, "Error: ");
    driver_keys(driver, KEY_ESC);
    driver_expect_not(driver, "Error: ");
    driver_keys(driver, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(driver, "Tickets: all");
    journey_quit(driver);
}

/* Each fault stands at its field, before anything is sent and when the desk refuses. */
static void faults_of_a_registration_stand_at_their_fields(void **state)
{
    struct driver *driver = journey_client(*state, "joe", 24, 80);

    driver_keys(driver, KEY_CTRL('r'));
    driver_expect(driver, "at least 12 characters");
    driver_keys(driver, "J" KEY_TAB "nowhere" KEY_TAB KEY_TAB "short" KEY_TAB "other");
    driver_keys(driver, KEY_ENTER);                     /* in the last field it sends */
    assert_int_equal(count_text(driver, "Error: "), 5); /* four fields and the message row */
    driver_check_invariants(driver);
    driver_keys(driver, KEY_ESC);
    driver_keys(driver, JOURNEY_EMPTY JOURNEY_ADMIN KEY_TAB);
    driver_keys(driver, JOURNEY_EMPTY "joe@example.org" KEY_TAB KEY_TAB);
    driver_keys(driver, JOURNEY_EMPTY JOURNEY_PASSWORD KEY_TAB JOURNEY_EMPTY JOURNEY_PASSWORD);
    journey_send(driver);
    driver_wait_text(driver, "This user name is taken");
    assert_int_equal(count_text(driver, "Error: "), 2);
    driver_keys(driver, KEY_ESC);
    driver_keys(driver, KEY_ESC);
    driver_wait_text(driver, "Sign in to ttydesk");
    driver_send(driver, KEY_CTRL('c'), 1);
    assert_int_equal(driver_wait_exit(driver), 0);
    driver_close(driver);
}

/* --- The server's key --- */

/* Nothing is sent to a server nobody has agreed to; the agreement is remembered. */
static void an_unknown_server_is_asked_about_once(void **state)
{
    char address[64];

    snprintf(address, sizeof address, "localhost:%u", journey_port(*state));
    struct driver *driver = journey_client_at(*state, "joe", 24, 80, address);
    driver_wait_text(driver, "This server is new here");
    driver_expect(driver, "TD1:");
    driver_keys(driver, "no" KEY_ENTER);
    driver_expect(driver, "This server is new here");
    driver_expect(driver, "Only the whole word yes agrees.");
    driver_keys(driver, JOURNEY_EMPTY "yes" KEY_ENTER);
    driver_wait_text(driver, "Sign in to ttydesk");
    journey_sign_in(driver, JOURNEY_ADMIN);
    journey_quit(driver);
    driver = journey_client_at(*state, "joe", 24, 80, address);
    driver_wait_text(driver, "Sign in to ttydesk");
    driver_close(driver);
}

/* A changed key is refused with what to do, and there is no way around it. */
static void a_changed_key_is_refused(void **state)
{
    const struct journey *journey = *state;
    char address[64];
    char path[160];

    snprintf(address, sizeof address, "localhost:%u", journey_port(journey));
    snprintf(path, sizeof path, "%s/home-joe", journey->folder);
    mkdir(path, 0700);
    strcat(path, "/.config");
    mkdir(path, 0700);
    strcat(path, "/ttydesk");
    mkdir(path, 0700);
    strcat(path, "/known_hosts");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "[localhost]:%u x25519 BAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiM= v=1\n",
            journey_port(journey));
    fclose(file);
    struct driver *driver = journey_client_at(journey, "joe", 24, 80, address);
    driver_wait_text(driver, "The connection is refused.");
    driver_expect(driver, "known_hosts");
    driver_keys(driver, "yes" KEY_ENTER);
    driver_expect(driver, "The connection is refused.");
    driver_check_invariants(driver);
    driver_send(driver, KEY_CTRL('c'), 1);
    assert_int_equal(driver_wait_exit(driver), 0);
    driver_close(driver);
}

/* --- Windows --- */

/* Any size: usable from 40x8 on, below it a notice, and everything as it was afterwards. */
static void every_size_is_borne(void **state)
{
    static const int sizes[][2] = {{24, 80}, {8, 40},   {7, 80},  {24, 39}, {1, 1},
                                   {10, 60}, {40, 120}, {8, 200}, {24, 80}};
    struct driver *driver = admin_client(*state);

    journey_new_ticket(driver, &vpn);
    journey_write_ticket(driver, &vpn);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        driver_resize(driver, sizes[i][0], sizes[i][1]);
        if (sizes[i][0] >= 8 && sizes[i][1] >= 40) {
            driver_check_invariants(driver);
            driver_expect(driver, "New ticket");
            driver_expect(driver, "Ctrl-S"); /* the key that sends is the last to give way */
        } else if (sizes[i][1] >= 30) {
            driver_expect(driver, "need 40x8. q quits.");
        }
    }
    driver_expect(driver, "Wired desks are fine.");
    driver_keys(driver, KEY_ESC);
    driver_keys(driver, KEY_ENTER);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        driver_resize(driver, sizes[i][0], sizes[i][1]);
        driver_check_invariants(driver);
    }
    driver_expect(driver, "Wired desks are fine.");
    driver_keys(driver, "q");
    journey_quit(driver);
}

/* Started in a window that is too small it says so, and q leaves. */
static void a_tiny_window_can_be_left(void **state)
{
    struct driver *driver = journey_client(*state, "joe", 7, 38);

    driver_expect_row(driver, 0, "Window 38x7, need 40x8. q quits.");
    journey_quit(driver);
}

/* --- Lost lines --- */

/* The daemon dies while somebody is writing: the text stays, and is sent once when it is back. */
static void a_lost_line_costs_no_word(void **state)
{
    struct journey *journey = *state;
    struct driver *driver = admin_client(journey);

    journey_write_ticket(driver, &vpn);
    journey_stop(journey, SIGKILL);
    driver_wait_text(driver, "retry ");
    driver_keys(driver, " Wireless is not.");
    journey_send(driver);
    driver_expect(driver, "Not sent: no connection. Your text is kept. Try again when it is live.");
    driver_expect(driver, "Wired desks are fine. Wireless is not.");
    journey_serve(journey);
    driver_wait_text(driver, "@ttydesk  live");
    driver_expect(driver, "Wired desks are fine. Wireless is not.");
    journey_send(driver);
    driver_wait_text(driver, "Ticket #1 is on its way");
    assert_int_equal(count_text(driver, vpn.title), 1);
    driver_keys(driver, "R");
    assert_int_equal(count_text(driver, vpn.title), 1);
    driver_keys(driver, KEY_ENTER);
    driver_wait_text(driver, "Wired desks are fine. Wireless is not.");
    driver_keys(driver, "q");
    journey_quit(driver);
}

/* Sent, and the daemon dies before it answers: sent again when it is back, done once. */
static void an_unanswered_request_is_done_once(void **state)
{
    struct journey *journey = *state;
    struct driver *driver = admin_client(journey);

    journey_write_ticket(driver, &vpn);
    kill(journey->daemon, SIGSTOP);
    driver_send(driver, JOURNEY_SEND, 1);
    driver_wait_text(driver, "waiting for the desk");
    driver_expect(driver, "Wired desks are fine.");
    journey_stop(journey, SIGKILL);
    journey_serve(journey);
    driver_wait_text(driver, "Ticket #1 is on its way");
    driver_wait_text(driver, "1 of 1");
    journey_quit(driver);
}

/* Esc ends the waiting, not what was sent; sending the same again does not do it twice. */
static void not_waiting_does_not_do_it_twice(void **state)
{
    struct journey *journey = *state;
    struct driver *driver = admin_client(journey);

    journey_write_ticket(driver, &vpn);
    kill(journey->daemon, SIGSTOP);
    driver_send(driver, JOURNEY_SEND, 1);
    driver_wait_text(driver, "Esc stops waiting.");
    driver_send(driver, KEY_ESC, 1);
    driver_wait_text(driver, "Not waiting any more.");
    kill(journey->daemon, SIGCONT);
    driver_wait_text(driver, "The new ticket was sent.");
    journey_send(driver);
    driver_wait_text(driver, "Ticket #1 is on its way");
    driver_wait_text(driver, "1 of 1");
    driver_expect_not(driver, "draft");
    journey_quit(driver);
}

/* What happened meanwhile comes by itself, and what is being read stays. */
static void what_was_missed_comes_after_a_lost_line(void **state)
{
    struct journey *journey = *state;
    struct driver *driver = admin_client(journey);

    journey_new_ticket(driver, &vpn);
    journey_stop(journey, SIGTERM);
    driver_wait_text(driver, "retry ");
    driver_expect(driver, vpn.title);
    journey_serve(journey);
    struct driver *other = journey_client(journey, "other", 24, 80);
    journey_sign_in(other, JOURNEY_ADMIN);
    journey_set_status(other, "c");
    driver_wait_text(other, "#1 is now CRITICAL.");
    driver_wait_text(driver, "CRITICAL");
    driver_wait_text(driver, " live");
    journey_quit(other);
    journey_quit(driver);
}

/* --- Drafts --- */

/* Ended from outside in the middle of a sentence: the next start offers it. */
static void an_end_from_outside_keeps_the_draft(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP};
    struct driver *driver;

    for (size_t i = 0; i < 2; i++) {
        driver = admin_client(*state);
        if (i == 1) {
            driver_wait_text(driver, "Enter goes on with one.");
            driver_keys(driver, KEY_ENTER);
            driver_expect(driver, "This is your draft");
        } else {
            journey_write_ticket(driver, &vpn);
        }
        driver_expect(driver, "Wired desks are fine.");
        driver_signal(driver, signals[i]);
        int status = driver_wait_exit(driver);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_false(driver_alternate_screen(driver));
        driver_close(driver);
    }
    driver = admin_client(*state);
    driver_wait_text(driver, "VPN drops every hour");
    driver_keys(driver, KEY_ENTER);
    driver_expect(driver, "Wired desks are fine.");
    journey_send(driver);
    driver_wait_text(driver, "Ticket #1 is on its way");
    driver_keys(driver, "d");
    driver_expect(driver, "There is nothing left unsent.");
    driver_keys(driver, "q");
    journey_quit(driver);
}

/* Leaving keeps a draft for each ticket; the same key opens it again. */
static void leaving_a_reply_keeps_it(void **state)
{
    struct driver *driver = admin_client(*state);

    journey_new_ticket(driver, &vpn);
    driver_keys(driver, "r");
    driver_keys(driver, "Half a thought");
    driver_keys(driver, KEY_ESC);
    driver_expect(driver, "Your draft is kept.");
    driver_keys(driver, "m");
    driver_expect_not(driver, "Half a thought");
    driver_keys(driver, KEY_ESC);
    driver_keys(driver, "d");
    driver_expect(driver, "reply to #1");
    driver_keys(driver, "x");
    driver_keys(driver, "n");
    driver_expect(driver, "Half a thought");
    driver_keys(driver, KEY_ENTER);
    driver_expect(driver, "Half a thought");
    driver_keys(driver, " and the other half");
    journey_send(driver);
    driver_wait_text(driver, "The reply to #1 is sent.");
    driver_keys(driver, KEY_ENTER);
    driver_wait_text(driver, "Half a thought and the other half");
    driver_keys(driver, "q");
    journey_quit(driver);
}

/* A paste that does not fit loses its end, and that is said even when an older error still stands:
 * nobody may think that all of it was sent. */
static void a_paste_that_is_too_long_is_said(void **state)
{
    enum { LINES = 2000, LINE = sizeof "a line of a long paste\r" - 1 };
    static const char begin_mark[] = "\033[200~";
    static const char end_mark[] = "\033[201~";
    struct driver *driver = admin_client(*state);
    char *paste = malloc((size_t)LINES * LINE + sizeof begin_mark + sizeof end_mark);

    assert_non_null(paste);
    size_t length = (size_t)sprintf(paste, "%s", begin_mark);
    for (size_t i = 0; i < LINES; i++) {
        length += (size_t)sprintf(paste + length, "a line of a long paste\r");
    }
    length += (size_t)sprintf(paste + length, "%s", end_mark);
    journey_new_ticket(driver, &vpn);
    driver_keys(driver, "r");
    journey_send(driver);
    driver_expect(driver, "there is nothing to send yet");
    driver_bytes(driver, paste, length);
    driver_wait_text(driver, "lines here? y/N");
    driver_keys(driver, "y");
    driver_wait_text(driver, "32768 of 32768");
    driver_expect(driver, "Error: The paste is too long: its end is missing here.");
    driver_keys(driver, KEY_ESC KEY_ESC);
    journey_quit(driver);
    free(paste);
}

/* A large paste asks first, and nothing of it acts as keys. */
static void a_large_paste_asks_first(void **state)
{
    struct driver *driver = admin_client(*state);
    char paste[2048] = "\033[200~";

    for (int i = 0; i < 150; i++) {
        strcat(paste, "line\n");
    }
    strcat(paste, "\033[201~");
    driver_keys(driver, paste);
    driver_expect(driver, "Paste ignored here.");
    journey_write_ticket(driver, &vpn);
    driver_keys(driver, paste);
    driver_expect(driver, "Paste 15");
    driver_keys(driver, "n");
    driver_expect_not(driver, "line\n");
    driver_expect(driver, "Wired desks are fine.");
    driver_keys(driver, paste);
    driver_keys(driver, "y");
    driver_expect(driver, "line 151");
    driver_keys(driver, KEY_ESC);
    journey_quit(driver);
}

/* A stop gives the shell a terminal it can use; coming back shows everything as it was. */
static void a_stop_and_back_keeps_everything(void **state)
{
    const struct journey *journey = *state;
    char home[128];
    const char *arguments[] = {journey->client_path, "--server", journey->socket, NULL};
    const char *environment[] = {home, "TERM=xterm-256color", "LANG=C.UTF-8", NULL};
    struct driver_options options = {.rows = 24,
                                     .columns = 80,
                                     .arguments = arguments,
                                     .environment = environment,
                                     .as_job = true};

    snprintf(home, sizeof home, "HOME=%s/home-stop", journey->folder);
    struct driver *driver = driver_start(&options);
    driver_wait_text(driver, "Sign in to ttydesk");
    journey_sign_in(driver, JOURNEY_ADMIN);
    journey_write_ticket(driver, &vpn);
    driver_send(driver, KEY_CTRL('z'), 1);
    driver_wait_stopped(driver);
    assert_false(driver_alternate_screen(driver));
    driver_continue(driver);
    driver_wait_text(driver, "Wired desks are fine.");
    driver_wait_idle(driver);
    assert_true(driver_alternate_screen(driver));
    driver_check_invariants(driver);
    driver_keys(driver, KEY_ESC);
    journey_quit(driver);
}

/* Nothing is written while nothing happens. */
static void silence_costs_nothing(void **state)
{
    struct driver *driver = admin_client(*state);
    size_t before;
    size_t after;

    journey_new_ticket(driver, &vpn);
    driver_keys(driver, "k"); /* ends the message */
    driver_drain(driver);
    driver_output(driver, &before);
    driver_keys(driver, "k"); /* is on the first row already */
    driver_output(driver, &after);
    assert_int_equal(before, after);
    journey_quit(driver);
}

/* --- Other people's changes --- */

/* Two people edit the same ticket: both texts are shown, and the person decides. */
static void a_conflict_shows_both_and_asks(void **state)
{
    struct driver *mine = admin_client(*state);
    struct driver *theirs = journey_client(*state, "other", 24, 80);

    journey_sign_in(theirs, JOURNEY_ADMIN);
    journey_new_ticket(mine, &vpn);
    driver_wait_text(theirs, vpn.title);
    driver_keys(mine, "e");
    driver_wait_text(mine, "Wired desks are fine.");
    driver_keys(mine, " (mine)");
    journey_set_status(theirs, "c");
    driver_wait_text(theirs, "#1 is now CRITICAL.");
    journey_send(mine);
    driver_wait_text(mine, "Your text is kept.");
    driver_wait_text(mine, "VPN drops every hour (mine)");
    driver_expect(mine, "CRITICAL");
    driver_check_invariants(mine);
    driver_keys(mine, "m");
    driver_expect(mine, "VPN drops every hour (mine)");
    driver_expect(mine, "(o) CRITICAL");
    journey_send(mine);
    driver_wait_text(mine, "#1 is changed.");
    driver_wait_text(theirs, "VPN drops every hour (mine)");

    /* Once more, and this time theirs is kept: only after a yes. */
    driver_keys(mine, "e");
    driver_wait_text(mine, "Wired desks are fine.");
    driver_keys(mine, " again");
    journey_set_status(theirs, "r");
    driver_wait_text(theirs, "#1 is now RESOLVED.");
    journey_send(mine);
    driver_wait_text(mine, "(mine) again");
    driver_keys(mine, "o");
    driver_keys(mine, "n");
    driver_expect(mine, "(mine) again");
    driver_keys(mine, "o");
    driver_keys(mine, "y");
    driver_wait_text(mine, "Theirs is kept.");
    driver_wait_text(mine, "RESOLVED");
    driver_expect_not(mine, "again");
    journey_quit(mine);
    journey_quit(theirs);
}

/* The selection is a ticket, not a row: what comes in above does not change it. */
static void the_selection_stays_on_its_ticket(void **state)
{
    struct driver *driver = admin_client(*state);
    struct driver *other = journey_client(*state, "other", 24, 80);
    struct journey_ticket second = vpn;

    second.title = "Scanner is slow";
    journey_sign_in(other, JOURNEY_ADMIN);
    journey_new_ticket(driver, &vpn);
    driver_keys(driver, "k");
    journey_new_ticket(other, &second);
    driver_wait_text(driver, second.title);
    driver_check_invariants(driver); /* a text can be seen before its frame is complete */
    driver_expect_selected(driver, vpn.title);
    driver_keys(driver, ".");
    driver_expect_selected(driver, second.title);
    driver_keys(driver, "/");
    driver_keys(driver, "vpn" KEY_ENTER);
    driver_wait_text(driver, "Filter: ");
    driver_check_invariants(driver);
    driver_expect_selected(driver, vpn.title);
    driver_expect_not(driver, second.title);
    driver_keys(driver, "/");
    driver_keys(driver, JOURNEY_EMPTY "no such words" KEY_ENTER);
    driver_wait_text(driver, "No ticket matches \"no such words\"");
    journey_quit(driver);
    journey_quit(other);
}

/* --- Help and ends --- */

/* Help is there on every screen, with that screen's keys. */
static void help_shows_the_keys_of_the_screen(void **state)
{
    struct driver *driver = admin_client(*state);

    driver_keys(driver, "?");
    driver_expect(driver, "write a new ticket");
    driver_expect(driver, "delete the ticket (admin mode)");
    driver_check_invariants(driver);
    driver_keys(driver, "q");
    driver_keys(driver, "c");
    driver_keys(driver, KEY_F(1));
    driver_expect(driver, "undo typing");
    driver_expect_not(driver, "delete the ticket");
    driver_keys(driver, "q");
    driver_keys(driver, KEY_ESC);
    journey_quit(driver);
}

/* Signing out leaves nothing on the screen and lets the next person in. */
static void signing_out_leaves_nothing(void **state)
{
    struct driver *driver = admin_client(*state);

    journey_new_ticket(driver, &vpn);
    driver_keys(driver, "L");
    driver_keys(driver, KEY_ENTER); /* means no */
    driver_expect(driver, vpn.title);
    driver_keys(driver, "L");
    driver_keys(driver, "y");
    driver_wait_text(driver, "Signed out.");
    driver_expect_not(driver, vpn.title);
    driver_expect_not(driver, JOURNEY_ADMIN);
    journey_register(driver, "joe");
    driver_expect(driver, "Nothing here yet.");
    driver_expect_not(driver, vpn.title);
    journey_quit(driver);
}

/* Nobody's text steers another's terminal. */
static void hostile_text_is_shown_not_obeyed(void **state)
{
    struct driver *driver = admin_client(*state);
    struct journey_ticket hostile = vpn;

    hostile.title = PASTE("red \033[31m rl\xe2\x80\xaeo \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80");
    journey_write_ticket(driver, &hostile);
    driver_check_invariants(driver);
    journey_send(driver);
    driver_wait_text(driver, "Ticket #1 is on its way");
    driver_keys(driver, KEY_ENTER);
    driver_check_invariants(driver);
    driver_keys(driver, "q");
    journey_quit(driver); /* checks every byte that was written */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        TEST(a_wrong_password_is_said_and_forgotten),
        TEST(faults_of_a_registration_stand_at_their_fields),
        TEST(an_unknown_server_is_asked_about_once),
        TEST(a_changed_key_is_refused),
        TEST(every_size_is_borne),
        TEST(a_tiny_window_can_be_left),
        TEST(a_lost_line_costs_no_word),
        TEST(an_unanswered_request_is_done_once),
        TEST(not_waiting_does_not_do_it_twice),
        TEST(what_was_missed_comes_after_a_lost_line),
        TEST(an_end_from_outside_keeps_the_draft),
        TEST(leaving_a_reply_keeps_it),
        TEST(a_paste_that_is_too_long_is_said),
        TEST(a_large_paste_asks_first),
        TEST(a_stop_and_back_keeps_everything),
        TEST(silence_costs_nothing),
        TEST(a_conflict_shows_both_and_asks),
        TEST(the_selection_stays_on_its_ticket),
        TEST(help_shows_the_keys_of_the_screen),
        TEST(signing_out_leaves_nothing),
        TEST(hostile_text_is_shown_not_obeyed),
    };

    daemon_path = count > 1 ? arguments[1] : "server/ttydeskd";
    client_path = count > 2 ? arguments[2] : "tui/ttydesk";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
