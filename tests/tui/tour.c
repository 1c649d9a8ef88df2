/* Draws docs/tour.md: a walk through the desk whose screens are taken from the real client on the
 * real daemon, so that the page shows what people see today.
 *
 *   tour DAEMON CLIENT PAGE           fails when PAGE is not what the walk draws now
 *   tour DAEMON CLIENT PAGE --write   writes PAGE anew */
#include "tests/tui/journey.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 24, COLUMNS = 80 };

struct tour {
    const char *page_path;
    bool write;
    struct journey journey;
    FILE *page; /* into text */
    char *text;
    size_t length;
};

/* --- What differs from one walk to the next --- */

/* 9 stands for a digit, _ for a digit or a space, @ for a letter, all else for itself. What is put
 * instead is as wide as what was there, so that columns stay where they are; only at the end of a
 * row it may be wider. The clients' zone is UTC. */
static const struct moment {
    const char *found;
    const char *instead;
} moments[] = {
    {"_9 @@@ 99:99", " 1 Jan 12:00"},
    {"  _9m ", "  now "}, /* on a machine so busy that minutes go by */
    {"changed 9m", "changed now"},
};

static const char socket_instead[] = "/run/ttydesk.sock";

static bool fits_one(char text, char pattern)
{
    switch (pattern) {
    case '9':
        return isdigit((unsigned char)text) != 0;
    case '_':
        return isdigit((unsigned char)text) != 0 || text == ' ';
    case '@':
        return isalpha((unsigned char)text) != 0;
    default:
        return text == pattern;
    }
}

static bool fits(const char *text, const struct moment *moment)
{
    size_t length = strlen(moment->found);

    for (size_t i = 0; i < length; i++) {
        if (!fits_one(text[i], moment->found[i])) {
            return false;
        }
    }
    return text[length] == '\0' || strlen(moment->instead) == length;
}

/* Writes over what stands there, and past the end of the row if it has to. */
static void put(char *at, const char *text)
{
    size_t length = strlen(text);

    memcpy(at, text, strlen(at) <= length ? length + 1 : length);
}

/* The row has to have room for a little more. */
static void make_constant(const struct journey *journey, char *row)
{
    char *folder = strstr(row, journey->socket);

    if (folder != NULL) {
        folder[strlen(journey->socket)] = '\0'; /* nothing stands behind it */
        assert_true(strlen(folder) >= strlen(socket_instead));
        memcpy(folder, socket_instead, sizeof socket_instead);
    }
    for (size_t i = 0; i < sizeof moments / sizeof moments[0]; i++) {
        for (char *at = row; *at != '\0'; at++) {
            if (fits(at, &moments[i])) {
                put(at, moments[i].instead);
            }
        }
    }
}

/* --- The page --- */

/* A paragraph or a heading. */
static void say(struct tour *tour, const char *text)
{
    fprintf(tour->page, "\n%s\n", text);
}

/* The screen as it stands; the client has to be idle with all there that is to come. */
static void show(struct tour *tour, struct driver *driver)
{
    char row[COLUMNS * 8];

    driver_check_invariants(driver);
    fputs("\n```text\n", tour->page);
    for (int i = 0; i < ROWS; i++) {
        snprintf(row, sizeof row, "%s", driver_row(driver, i));
        make_constant(&tour->journey, row);
        fprintf(tour->page, "%s\n", row);
    }
    fputs("```\n", tour->page);
}

/* --- The walk --- */

static const char introduction[] =
    "# A walk through ttydesk\n\n"
    "Joe needs help, Ana is on the help desk's staff, and boss is the admin. What follows are\n"
    "their terminals, 80 columns by 24 rows. The screens are not typed by hand:\n"
    "`tests/tui/tour.c` walks this way with the real client on a real daemon, and the test `tour`\n"
    "fails when this page shows anything else. Times and the socket's path are made constant; all\n"
    "else is as it was. To draw the page anew after a change: `ninja -C build tour`.\n";

static const struct journey_ticket printer = {
    .title = "Label printer in dispatch prints blank labels",
    .problem = "Since this morning every second label is blank, and" KEY_ENTER
               "the lorry leaves at noon. I have restarted it twice.",
    .status = 2,
};

static void joe_registers(struct tour *tour, struct driver *joe)
{
    say(tour, "## Joe asks for help");
    say(tour, "Joe types `ttydesk`. He has no account yet, so he presses Ctrl-R.");
    show(tour, joe);
    say(tour,
        "The rules stand above the fields. Tab goes from field to field, and Ctrl-S registers.");
    driver_keys(joe, KEY_CTRL('r'));
    driver_keys(joe, "joe" KEY_TAB "joe@example.org" KEY_TAB "Joe Miller" KEY_TAB);
    driver_keys(joe, JOURNEY_PASSWORD KEY_TAB JOURNEY_PASSWORD);
    show(tour, joe);
    say(tour, "That is all: he is signed in, and told what to do first.");
    driver_keys(joe, KEY_CTRL('s'));
    driver_wait_text(joe, "Nothing here yet");
    show(tour, joe);
    say(tour, "Next time he signs in with his name and password.");
    driver_keys(joe, "L");
    driver_keys(joe, "y");
    driver_wait_text(joe, "Sign in to");
    driver_keys(joe, "joe" KEY_TAB JOURNEY_PASSWORD);
    show(tour, joe);
    driver_keys(joe, KEY_ENTER);
    driver_wait_text(joe, "Nothing here yet");
}

static void joe_opens_a_ticket(struct tour *tour, struct driver *joe)
{
    say(tour, "He presses `c` and writes. Every status says what it means when it is chosen.");
    journey_write_ticket(joe, &printer);
    show(tour, joe);
    say(tour, "Ctrl-S sends it. His list shows his own tickets and nobody else's.");
    journey_send(joe);
    driver_wait_text(joe, "now");
    show(tour, joe);
}

static void ana_helps(struct tour *tour, struct driver *ana)
{
    say(tour, "## Ana helps");
    say(tour,
        "Ana had her list open; the ticket came in by itself. Staff see everybody's tickets.");
    driver_wait_text(ana, "Label printer");
    show(tour, ana);
    say(tour, "Enter opens it.");
    driver_keys(ana, KEY_ENTER);
    driver_wait_text(ana, "restarted it twice");
    show(tour, ana);
    say(tour,
        "`r` writes a reply. While she writes, the text is kept as a draft on her machine: a lost\n"
        "line or a closed terminal costs nothing.");
    driver_keys(ana, "r");
    driver_keys(ana, "The print head was worn out. A new one is in," KEY_ENTER
                     "and your labels are on their way to you.");
    show(tour, ana);
    say(tour,
        "Sent: for ten seconds the desk holds it back, and `u` would withdraw it. `S` does not wait\n"
        "for that. `s` asks for the new status, with the meaning of each.");
    journey_send(ana);
    driver_wait_text(ana, "u withdraws it.");
    driver_keys(ana, "S");
    driver_wait_text(ana, "The reply is sent.");
    driver_expect_not(ana, "HELD");
    driver_keys(ana, "s");
    show(tour, ana);
    say(tour, "RESOLVED. The history stands among the messages, with who did what.");
    driver_keys(ana, "r");
    driver_wait_text(ana, "#1 is now RESOLVED.");
    driver_wait_text(ana, "ana resolved it");
    show(tour, ana);
}

static void joe_reads_the_answer(struct tour *tour, struct driver *joe)
{
    say(tour, "## Joe reads the answer");
    say(tour, "Joe has done nothing meanwhile; his list has changed by itself.");
    driver_wait_text(joe, "RESOLVED");
    show(tour, joe);
    driver_keys(joe, KEY_ENTER);
    driver_wait_text(joe, "print head was worn out");
    show(tour, joe);
}

static void boss_deletes(struct tour *tour, struct driver *boss)
{
    say(tour, "## The admin deletes it");
    say(tour,
        "Only an admin can delete, and only in admin mode, which asks for the password again and\n"
        "ends by itself after a quarter of an hour. `A` enters it.");
    driver_wait_text(boss, "RESOLVED");
    driver_keys(boss, "A");
    show(tour, boss);
    say(tour,
        "The top row says MODE: ADMIN as long as it lasts. The first list is that of accounts.");
    driver_keys(boss, JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(boss, "ana@example.org");
    show(tour, boss);
    say(tour,
        "Back at the tickets, `D` deletes. The number has to be typed: no habit of pressing Enter\n"
        "or `y` deletes anything.");
    driver_keys(boss, "q");
    driver_wait_text(boss, "Label printer");
    driver_keys(boss, "D");
    driver_keys(boss, "1"); /* what was typed before the question stood there would not count */
    show(tour, boss);
    say(tour, "It is gone from every list.");
    driver_keys(boss, KEY_ENTER);
    driver_wait_text(boss, "#1 is deleted.");
    driver_wait_text(boss, "Nothing here yet");
    show(tour, boss);
    say(tour, "It is not lost: `A` and then `3` list what is deleted. `r` brings it back; only\n"
              "a purge, with the number typed once more, erases it for good.");
    driver_keys(boss, "A3");
    driver_wait_text(boss, "Label printer");
    show(tour, boss);
}

static void walk(struct tour *tour)
{
    const struct journey *journey = &tour->journey;

    journey_make_staff(journey, "ana");
    struct driver *ana = journey_client(journey, "ana", ROWS, COLUMNS);
    journey_sign_in(ana, "ana");
    struct driver *boss = journey_client(journey, JOURNEY_ADMIN, ROWS, COLUMNS);
    journey_sign_in(boss, JOURNEY_ADMIN);
    struct driver *joe = journey_client(journey, "joe", ROWS, COLUMNS);

    fputs(introduction, tour->page);
    joe_registers(tour, joe);
    joe_opens_a_ticket(tour, joe);
    ana_helps(tour, ana);
    joe_reads_the_answer(tour, joe);
    boss_deletes(tour, boss);
    driver_close(joe);
    driver_close(ana);
    driver_close(boss);
}

/* --- Comparing --- */

/* The first line of both that is not the same. */
static void complain(const struct tour *tour, const char *page)
{
    const char *drawn = tour->text;
    size_t line = 1;

    while (*page != '\0' && *drawn != '\0') {
        size_t page_length = strcspn(page, "\n");
        size_t drawn_length = strcspn(drawn, "\n");
        if (page_length != drawn_length || memcmp(page, drawn, page_length) != 0) {
            break;
        }
        page += page_length + (page[page_length] == '\n');
        drawn += drawn_length + (drawn[drawn_length] == '\n');
        line++;
    }
    print_error("%s:%zu is not what the client shows now.\nThe page: %.*s\nNow:      %.*s\n"
                "If the change is meant, draw it anew with: ninja -C build tour\n",
                tour->page_path, line, (int)strcspn(page, "\n"), page, (int)strcspn(drawn, "\n"),
                drawn);
    fail();
}

static void compare(const struct tour *tour)
{
    FILE *file = fopen(tour->page_path, "r");
    char *page = calloc(1, tour->length + 2); /* one byte more shows that the page is longer */

    assert_non_null(file);
    assert_non_null(page);
    size_t length = fread(page, 1, tour->length + 1, file);
    fclose(file);
    if (length != tour->length || memcmp(page, tour->text, length) != 0) {
        complain(tour, page);
    }
    free(page);
}

static void the_page_shows_what_people_see(void **state)
{
    struct tour *tour = *state;

    tour->page = open_memstream(&tour->text, &tour->length);
    assert_non_null(tour->page);
    walk(tour);
    assert_int_equal(fclose(tour->page), 0);
    if (tour->write) {
        FILE *file = fopen(tour->page_path, "w");
        assert_non_null(file);
        assert_int_equal(fwrite(tour->text, 1, tour->length, file), tour->length);
        assert_int_equal(fclose(file), 0);
    } else {
        compare(tour);
    }
    free(tour->text);
}

static int end(void **state)
{
    struct tour *tour = *state;

    journey_end(&tour->journey);
    return 0;
}

int main(int count, char **arguments)
{
    if (count < 4) {
        fputs("usage: tour DAEMON CLIENT PAGE [--write]\n", stderr);
        return 2;
    }
    struct tour tour = {.page_path = arguments[3],
                        .write = count > 4 && strcmp(arguments[4], "--write") == 0};
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate_setup_teardown(the_page_shows_what_people_see, NULL, end, &tour),
    };

    journey_begin(&tour.journey, arguments[1], arguments[2]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
