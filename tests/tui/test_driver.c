/* The driver's own test: if it lies, every screen test does. Runs the demo. */
#include "tests/tui/driver/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/driver/grammar.h"

static const char *demo_path;

static const char *const colour_environment[] = {"TERM=xterm-256color", "LANG=C.UTF-8", NULL};

static struct driver *start(int rows, int columns)
{
    const char *arguments[] = {demo_path, NULL};

    return driver_start(&(struct driver_options){.rows = rows,
                                                 .columns = columns,
                                                 .arguments = arguments,
                                                 .environment = colour_environment});
}

/* A step is keys, idle, assert; every part of it has to see the truth. */
static void a_step_sees_what_was_drawn(void **state)
{
    struct driver *driver = start(24, 80);
    int row;
    int column;

    (void)state;
    driver_expect_row(driver, 0, "Rows");
    driver_expect_selected(driver, "200");
    assert_string_equal(driver_screen(driver), "list");
    driver_keys(driver, "jj");
    driver_expect_selected(driver, "198");
    assert_true(driver_find(driver, "197", &row, &column));
    assert_int_equal(row, 5);
    assert_int_equal(column, 4);
    driver_cursor(driver, &row, &column);
    assert_int_equal(row, 4);
    assert_int_equal(column, 0);
    assert_true(driver_cell(driver, 4, 0).reverse);
    assert_true(driver_cell(driver, 4, 79).reverse);
    assert_false(driver_cell(driver, 5, 0).reverse);
    assert_true(driver_cell(driver, 0, 0).bold);
    assert_true(driver_alternate_screen(driver));
    assert_true(driver_cursor_visible(driver));
    driver_check_invariants(driver);
    driver_check_output(driver);
    driver_close(driver);
}

/* Roles keep their colours, and the selected row has none. */
static void attributes_are_seen(void **state)
{
    struct driver *driver = start(24, 80);

    (void)state;
    driver_keys(driver, "j");
    struct driver_cell critical = driver_cell(driver, 2, 10);
    assert_string_equal(critical.text, "R");
    assert_int_equal(critical.colour, 1);
    assert_true(critical.bold);
    assert_int_equal(critical.background, -1);
    driver_keys(driver, "k");
    struct driver_cell selected = driver_cell(driver, 2, 10);
    assert_int_equal(selected.colour, -1);
    assert_true(selected.reverse);
    driver_close(driver);
}

/* Keys of any length and a change of size end in an idle frame for exactly that. */
static void waiting_is_exact(void **state)
{
    struct driver *driver = start(24, 80);
    uint64_t frame = driver_frame(driver);

    (void)state;
    driver_keys(driver, "jjjjjkkkkkjjj" KEY_DOWN KEY_END);
    assert_true(driver_frame(driver) > frame);
    driver_expect_selected(driver, "1 ");
    driver_keys(driver, KEY_ESC);
    driver_keys(driver, "\033[1;3D");
    driver_expect_selected(driver, "1 ");
    driver_resize(driver, 40, 120);
    driver_expect_selected(driver, "1 ");
    driver_expect_row(driver, 0, "Rows");
    driver_check_output(driver);
    driver_close(driver);
}

/* The end of the program and its status are told apart from a crash. */
static void an_end_is_seen(void **state)
{
    struct driver *driver = start(24, 80);

    (void)state;
    driver_send(driver, "q", 1);
    assert_int_equal(driver_wait_exit(driver), 0);
    assert_false(driver_alternate_screen(driver));
    driver_check_output(driver);
    driver_close(driver);
}

/* The grammar knows curses' sequences and nothing that steers a terminal otherwise. */
static void the_grammar_finds_foreign_bytes(void **state)
{
    static const char *const good[] = {
        "plain text", "\033[?2004h\033[?1049h\033[22;0;0t\033[1;24r\033(B\033[m",
        "\033[H\033[2J\033[24;1H\033[1;31mCRIT\033[39;49m\r\n", "caf\xc3\xa9", "\033[39;49m"};
    static const char *const bad[] = {"\033]0;title\a",
                                      "\033]52;c;aGk=\033\\",
                                      "\033P1$r0m\033\\",
                                      "\033[6n",
                                      "\033[c",
                                      "\033[?1000h",
                                      "\033[5n",
                                      "\a",
                                      "\xc2\x9b"
                                      "2J",
                                      "\x9b"
                                      "2J",
                                      "\033[38;2;1;2;3m",
                                      "\033[33m",
                                      "\xe2\x80\xae",
                                      "\033[21t",
                                      "\033c",
                                      "\033[1;2;3H",
                                      "\033_apc\033\\",
                                      "\177",
                                      "\x01",
                                      "\033[?1049s",
                                      "\033[>4;2m",
                                      "\033",
                                      "\033[",
                                      "\033#8"};
    size_t offset;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(grammar_check(good[i], strlen(good[i]), &offset));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[64] = "ok";
        strcat(text, bad[i]);
        assert_false(grammar_check(text, strlen(text), &offset));
        assert_int_equal(offset, 2);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_sees_what_was_drawn),
        cmocka_unit_test(attributes_are_seen),
        cmocka_unit_test(waiting_is_exact),
        cmocka_unit_test(an_end_is_seen),
        cmocka_unit_test(the_grammar_finds_foreign_bytes),
    };

    demo_path = count > 1 ? arguments[1] : "./demo";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
