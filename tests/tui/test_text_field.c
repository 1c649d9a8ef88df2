/* Text being written: the buffer, its undo, the field's keys and drawing, and secrets. */
#include "tui/widgets/text_field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"
#include "tests/tui/fake_terminal.h"
#include "tui/widgets/secret_field.h"

static struct text_field field;
static struct terminal screen;

static int begin_lines(void **state)
{
    (void)state;
    text_field_init(&field, 1000, true);
    return 0;
}

static int begin_line(void **state)
{
    (void)state;
    text_field_init(&field, 20, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    text_field_finish(&field);
    return 0;
}

static enum handled press(struct key key)
{
    return text_field_key(&field, &key);
}

/* Types ASCII; a newline is the Enter key. */
static void type(const char *text)
{
    for (; *text != '\0'; text++) {
        press(*text == '\n' ? fake_key(KEYCODE_ENTER) : fake_character((unsigned char)*text));
    }
}

static void expect(const char *text)
{
    assert_string_equal(text_field_text(&field, NULL), text);
}

static void draw(int rows, int columns)
{
    struct rectangle whole = {0, 0, rows, columns};

    fake_terminal_init(&screen, rows, columns);
    text_field_draw(&field, &screen, whole, true);
}

static void expect_cursor(int row, int column)
{
    assert_int_equal(screen.cursor_row, row);
    assert_int_equal(screen.cursor_column, column);
}

/* The plain work of an editor. */
static void typing_and_deleting_change_the_text(void **state)
{
    (void)state;
    type("helo");
    press(fake_key(KEYCODE_LEFT));
    type("l");
    expect("hello");
    press(fake_key(KEYCODE_BACKSPACE));
    expect("helo");
    press(fake_key(KEYCODE_HOME));
    press(fake_key(KEYCODE_DELETE));
    expect("elo");
    press(fake_key(KEYCODE_END));
    press(fake_character(0xe9));
    press(fake_character(0x1f600));
    expect("elo\xc3\xa9\xf0\x9f\x98\x80");
    press(fake_control('a'));
    press(fake_control('d'));
    expect("lo\xc3\xa9\xf0\x9f\x98\x80");
}

/* A letter with its accents, or an emoji of several parts, is one thing to a person. */
static void one_step_is_one_character_of_people(void **state)
{
    (void)state;
    text_field_set(&field, "ae\xcc\x81\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", 15);
    press(fake_key(KEYCODE_BACKSPACE));
    expect("ae\xcc\x81");
    press(fake_key(KEYCODE_BACKSPACE));
    expect("a");
    press(fake_key(KEYCODE_BACKSPACE));
    press(fake_key(KEYCODE_BACKSPACE));
    expect("");
}

/* Ctrl-W, K, U and Y, as shells have them. */
static void killed_text_comes_back_by_yanking(void **state)
{
    (void)state;
    type("one two  three");
    press(fake_control('w'));
    expect("one two  ");
    press(fake_control('w'));
    expect("one ");
    press(fake_control('y'));
    expect("one two  ");
    press(fake_control('u'));
    expect("");
    press(fake_control('y'));
    press(fake_control('y'));
    expect("one two  one two  ");
}

/* At a line's end Ctrl-K joins the next line. */
static void killing_at_a_lines_end_joins_lines(void **state)
{
    (void)state;
    text_field_set(&field, "ab\ncd", 5);
    press(fake_key(KEYCODE_UP));
    press(fake_control('a'));
    press(fake_control('k'));
    expect("\ncd");
    press(fake_control('k'));
    expect("cd");
}

/* Undo goes by words while typing, and takes a paste back as a whole. */
static void undo_and_redo_go_step_by_step(void **state)
{
    (void)state;
    type("one two");
    press(fake_paste("X\nY\nZ"));
    expect("one twoX\nY\nZ");
    press(fake_control('_'));
    expect("one two");
    press(fake_function(7));
    expect("one ");
    press(fake_control('_'));
    expect("");
    assert_int_equal(press(fake_control('_')), HANDLED);
    press(fake_function(8));
    press(fake_function(8));
    press(fake_function(8));
    expect("one twoX\nY\nZ");
    assert_int_equal(press(fake_function(8)), HANDLED);
    press(fake_control('_'));
    type("!");
    assert_int_equal(press(fake_function(8)), HANDLED);
    expect("one two!");
}

/* The limit counts code points, and says when it is reached. */
static void the_limit_is_kept(void **state)
{
    (void)state;
    type("12345678901234567890");
    assert_int_equal(press(fake_character('x')), HANDLED_FULL);
    expect("12345678901234567890");
    press(fake_key(KEYCODE_BACKSPACE));
    assert_int_equal(press(fake_character(0xe9)), HANDLED_CHANGE);
    assert_int_equal(field.buffer.code_points, 20);
    assert_false(text_field_set(&field, "1234567890123456789012345", 25));
    expect("12345678901234567890");
}

/* What the desk would refuse, or what could mislead, never gets into a text. */
static void unwanted_characters_are_left_out(void **state)
{
    (void)state;
    press(fake_paste("a\033[31mb\x01"
                     "c\xe2\x80\xae"
                     "d\xff"
                     "e\r\nf\rg\th\xc2\x85i"));
    expect("a[31mbcde\nf\ng    hi");
}

/* In one line a newline is a space, so that half a paste is not sent. */
static void a_newline_is_a_space_in_one_line(void **state)
{
    (void)state;
    press(fake_paste("one\r\ntwo\tx"));
    expect("one two x");
    assert_int_equal(press(fake_key(KEYCODE_ENTER)), HANDLED_NOT);
    assert_int_equal(press(fake_key(KEYCODE_TAB)), HANDLED_NOT);
    assert_int_equal(press(fake_key(KEYCODE_ESCAPE)), HANDLED_NOT);
}

/* What does not fit is not cut silently. */
static void a_large_paste_waits_for_a_word(void **state)
{
    (void)state;
    assert_int_equal(press(fake_paste("123456789012345678901")), HANDLED_ASK_PASTE);
    expect("");
    assert_int_equal(text_field_take_paste(&field, false), HANDLED);
    expect("");
    assert_int_equal(text_field_take_paste(&field, true), HANDLED_NOT);
    press(fake_paste("123456789012345678901"));
    assert_int_equal(text_field_take_paste(&field, true), HANDLED_FULL);
    expect("12345678901234567890");
    press(fake_control('_'));
    expect("");
}

/* Wrapping is looks: the text has only the newlines that were typed. */
static void wrapping_leaves_the_text_alone(void **state)
{
    (void)state;
    type("the quick brown fox\njumps");
    draw(6, 11);
    assert_string_equal(fake_terminal_row(&screen, 0), "the quick");
    assert_string_equal(fake_terminal_row(&screen, 1), "brown fox");
    assert_string_equal(fake_terminal_row(&screen, 2), "jumps");
    expect_cursor(2, 5);
    expect("the quick brown fox\njumps");
    draw(6, 40);
    assert_string_equal(fake_terminal_row(&screen, 0), "the quick brown fox");
}

/* Up and Down go by what is seen and keep the column; at the edges the form may move on. */
static void lines_are_moved_by_as_seen(void **state)
{
    (void)state;
    type("the quick brown fox\nj\nlonger line");
    draw(6, 11);
    expect_cursor(4, 4);
    press(fake_key(KEYCODE_UP));
    draw(6, 11);
    expect_cursor(3, 4);
    press(fake_key(KEYCODE_UP));
    draw(6, 11);
    expect_cursor(2, 1);
    press(fake_key(KEYCODE_UP));
    draw(6, 11);
    expect_cursor(1, 4);
    press(fake_key(KEYCODE_UP));
    assert_int_equal(press(fake_key(KEYCODE_UP)), HANDLED_NOT);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(press(fake_key(KEYCODE_DOWN)), HANDLED);
    }
    assert_int_equal(press(fake_key(KEYCODE_DOWN)), HANDLED_NOT);
}

/* The cursor is always visible, however long the text is. */
static void the_cursor_stays_inside(void **state)
{
    (void)state;
    for (int i = 0; i < 40; i++) {
        type("a line of text\n");
        draw(5, 10);
        assert_in_range(screen.cursor_row, 0, 4);
        assert_in_range(screen.cursor_column, 0, 9);
    }
    for (int i = 0; i < 90; i++) {
        press(fake_key(KEYCODE_UP));
        draw(5, 10);
        assert_in_range(screen.cursor_row, 0, 4);
    }
    expect_cursor(0, 0);
}

/* One line scrolls sideways and shows that there is more. */
static void one_line_scrolls_sideways(void **state)
{
    (void)state;
    type("abcdefghijklmnopqrst");
    draw(1, 10);
    assert_in_range(screen.cursor_column, 1, 9);
    assert_string_equal(screen.cells[0][0].text, "~");
    press(fake_key(KEYCODE_HOME));
    draw(1, 10);
    expect_cursor(0, 0);
    assert_string_equal(fake_terminal_row(&screen, 0), "abcdefghi~");
}

/* People give positions in lines and characters, not in bytes. */
static void the_position_is_for_people(void **state)
{
    size_t line;
    size_t column;

    (void)state;
    text_field_set(&field, "one\ncaf\xc3\xa9", 9);
    text_field_position(&field, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 5);
}

/* Against a plain string as model: random edits, then all undone and all redone. */
static void random_edits_can_be_undone(void **state)
{
    struct dice dice = dice_open("text_field");
    static const char *const pieces[] = {"a", " ", "\n", "\xc3\xa9", "\xe6\xbc\xa2", "word "};
    struct text_buffer buffer;
    char model[4096];
    size_t length;

    (void)state;
    for (int round = 0; round < 60; round++) {
        text_buffer_init(&buffer, 10000, true);
        model[0] = '\0';
        for (int edit = 0; edit < 120; edit++) {
            const char *text = text_buffer_text(&buffer, &length);
            size_t from = dice_below(&dice, length + 1);
            while (from < length && ((unsigned char)text[from] & 0xc0U) == 0x80) {
                from++;
            }
            if (dice_below(&dice, 3) > 0) {
                const char *piece = pieces[dice_below(&dice, 6)];
                size_t size = strlen(piece);
                text_buffer_move(&buffer, from);
                assert_true(text_buffer_insert(&buffer, piece, size, dice_below(&dice, 2) == 0));
                memmove(model + from + size, model + from, strlen(model + from) + 1);
                memcpy(model + from, piece, size);
            } else if (from < length) {
                size_t to = glyph_next(text, length, from);
                text_buffer_delete(&buffer, from, to);
                memmove(model + from, model + to, strlen(model + to) + 1);
            }
            assert_string_equal(text_buffer_text(&buffer, &length), model);
        }
        while (text_buffer_undo(&buffer)) {
        }
        assert_string_equal(text_buffer_text(&buffer, &length), "");
        assert_int_equal(buffer.code_points, 0);
        while (text_buffer_redo(&buffer)) {
        }
        assert_string_equal(text_buffer_text(&buffer, &length), model);
        text_buffer_finish(&buffer);
    }
}

/* Undo has a limit in memory; the oldest steps go, the text stays right. */
static void the_history_is_limited(void **state)
{
    char block[4096];
    size_t length;
    struct text_buffer buffer;

    (void)state;
    memset(block, 'x', sizeof block);
    text_buffer_init(&buffer, 10 * 1000 * 1000, true);
    for (int i = 0; i < 200; i++) {
        text_buffer_insert(&buffer, block, sizeof block, false);
        assert_true(buffer.history.bytes <= TEXT_HISTORY_BYTES_MAX);
    }
    while (text_buffer_undo(&buffer)) {
    }
    text_buffer_text(&buffer, &length);
    assert_int_equal(length % sizeof block, 0);
    assert_true(length > 0 && length < 200 * sizeof block);
    text_buffer_finish(&buffer);
}

/* A password shows neither its letters nor their number, and leaves nothing behind. */
static void a_secret_shows_nothing(void **state)
{
    struct secret_field secret;
    struct rectangle row = {0, 0, 1, 40};
    struct key keys[] = {fake_character('p'), fake_character(0xe9), fake_paste("word\n")};
    struct key backspace = fake_key(KEYCODE_BACKSPACE);
    struct key undo = fake_control('_');
    struct key clear = fake_control('u');
    size_t length;

    (void)state;
    secret_field_init(&secret);
    fake_terminal_init(&screen, 1, 40);
    secret_field_draw(&secret, &screen, row, true);
    assert_string_equal(fake_terminal_row(&screen, 0), "[hidden]");
    int column = screen.cursor_column;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(secret_field_key(&secret, &keys[i]), HANDLED_CHANGE);
    }
    assert_string_equal(secret_field_text(&secret, &length), "p\xc3\xa9word");
    assert_int_equal(length, 7);
    secret_field_draw(&secret, &screen, row, true);
    assert_string_equal(fake_terminal_row(&screen, 0), "[hidden]");
    assert_int_equal(screen.cursor_column, column);
    for (int i = 0; i < 5; i++) {
        secret_field_key(&secret, &backspace);
    }
    assert_string_equal(secret_field_text(&secret, &length), "p");
    assert_int_equal(secret_field_key(&secret, &undo), HANDLED_NOT);
    secret_field_key(&secret, &clear);
    assert_int_equal(secret.length, 0);
    for (size_t i = 0; i < SECRET_BYTES_MAX; i++) {
        assert_int_equal(secret.bytes[i], 0);
    }
    secret_field_finish(&secret);
}

/* A password of several lines is a mistake of the clipboard; too long is refused, not cut. */
static void a_secret_refuses_what_is_none(void **state)
{
    struct secret_field secret;
    char text[SECRET_BYTES_MAX + 2];
    struct key lines = fake_paste("one\ntwo");

    (void)state;
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    struct key endless = fake_paste(text);
    secret_field_init(&secret);
    assert_int_equal(secret_field_key(&secret, &lines), HANDLED_FULL);
    assert_int_equal(secret_field_key(&secret, &endless), HANDLED_FULL);
    assert_int_equal(secret.length, 0);
    secret_field_finish(&secret);
}

static int use_utf8(void **state)
{
    (void)state;
    return terminal_start_locale() ? 0 : -1;
}

#define LINES_TEST(name) cmocka_unit_test_setup_teardown(name, begin_lines, end)
#define LINE_TEST(name)  cmocka_unit_test_setup_teardown(name, begin_line, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LINES_TEST(typing_and_deleting_change_the_text),
        LINES_TEST(one_step_is_one_character_of_people),
        LINES_TEST(killed_text_comes_back_by_yanking),
        LINES_TEST(killing_at_a_lines_end_joins_lines),
        LINES_TEST(undo_and_redo_go_step_by_step),
        LINE_TEST(the_limit_is_kept),
        LINES_TEST(unwanted_characters_are_left_out),
        LINE_TEST(a_newline_is_a_space_in_one_line),
        LINE_TEST(a_large_paste_waits_for_a_word),
        LINES_TEST(wrapping_leaves_the_text_alone),
        LINES_TEST(lines_are_moved_by_as_seen),
        LINES_TEST(the_cursor_stays_inside),
        LINE_TEST(one_line_scrolls_sideways),
        LINES_TEST(the_position_is_for_people),
        cmocka_unit_test(random_edits_can_be_undone),
        cmocka_unit_test(the_history_is_limited),
        cmocka_unit_test(a_secret_shows_nothing),
        cmocka_unit_test(a_secret_refuses_what_is_none),
    };

    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
