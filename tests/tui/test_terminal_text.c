/* Glyphs, widths, cutting and wrapping. */
#include "tui/terminal_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"

static int use_utf8(void **state)
{
    (void)state;
    return terminal_start_locale() ? 0 : -1;
}

static int width(const char *text)
{
    return terminal_width(text, strlen(text));
}

/* Columns are what curses will use; what it does not know is one replacement character. */
static void widths_are_those_of_the_terminal(void **state)
{
    (void)state;
    assert_int_equal(width(""), 0);
    assert_int_equal(width("plain"), 5);
    assert_int_equal(width("caf\xc3\xa9"), 4);
    assert_int_equal(width("cafe\xcc\x81"), 4);
    assert_int_equal(width("\xe6\xbc\xa2\xe5\xad\x97"), 4);
    assert_int_equal(width("\xcd\xb8"), 1); /* U+0378, assigned to nothing */
    assert_int_equal(width("a\xff"
                           "b"),
                     3);
    assert_int_equal(width("\xcc\x81"), 1); /* a mark without a base */
}

/* What could steer a terminal is counted as what is drawn in its place. */
static void unsafe_characters_are_measured_as_shown(void **state)
{
    (void)state;
    assert_int_equal(width("\033"), (int)strlen("<ESC>"));
    assert_int_equal(width("\xe2\x80\xae"), (int)strlen("<U+202E>"));
}

/* The cursor steps over what people see as one character. */
static void glyphs_keep_marks_and_joined_emoji_together(void **state)
{
    /* e + acute, woman + joiner + laptop, the flag of Denmark, z */
    static const char text[] = "e\xcc\x81\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb"
                               "\xf0\x9f\x87\xa9\xf0\x9f\x87\xb0z";
    const size_t borders[] = {0, 3, 14, 22, 23};
    const size_t length = sizeof text - 1;

    (void)state;
    for (size_t i = 0; i + 1 < sizeof borders / sizeof borders[0]; i++) {
        assert_int_equal(glyph_next(text, length, borders[i]), borders[i + 1]);
        assert_int_equal(glyph_previous(text, length, borders[i + 1]), borders[i]);
    }
    assert_int_equal(glyph_next(text, length, length), length);
    assert_int_equal(glyph_previous(text, length, 0), 0);
}

/* A tower of marks would draw over the rows above. */
static void a_cell_holds_few_marks(void **state)
{
    char text[128] = "a";
    struct text_cell cells[GLYPH_CELLS_MAX];

    (void)state;
    for (int i = 0; i < 20; i++) {
        strcat(text, "\xcc\x81");
    }
    assert_int_equal(glyph_cells(text, strlen(text), cells), 1);
    assert_int_equal(wcslen(cells[0].characters), 1 + CELL_MARKS_MAX);
}

/* Text is cut between glyphs, never within a wide one. */
static void text_is_cut_at_glyph_borders(void **state)
{
    (void)state;
    assert_int_equal(text_fit("abcdef", 6, 4), 4);
    assert_int_equal(text_fit("a\xe6\xbc\xa2z", 5, 2), 1);
    assert_int_equal(text_fit("a\xe6\xbc\xa2z", 5, 3), 4);
    assert_int_equal(text_fit("e\xcc\x81z", 4, 1), 3);
    assert_int_equal(text_fit("abc", 3, 0), 0);
}

static void check_wrap(const char *text, int columns, const char *expected)
{
    char joined[256] = "";
    size_t start = 0;
    size_t length = strlen(text);
    bool more = true;

    while (more) {
        struct text_line line = text_wrap(text, length, start, columns);
        strncat(joined, text + line.start, line.end - line.start);
        strcat(joined, line.hard ? "$" : "|");
        more = line.next < length || line.hard;
        assert_true(line.next > start || line.next == length);
        start = line.next;
        if (line.hard && start == length) {
            break;
        }
    }
    assert_string_equal(joined, expected);
}

/* Words stay whole where they can, newlines stay, nothing is lost or added. */
static void lines_wrap_between_words(void **state)
{
    (void)state;
    check_wrap("", 10, "|");
    check_wrap("one two three", 7, "one two|three|");
    check_wrap("one two three", 8, "one two|three|");
    check_wrap("one   two", 4, "one|two|");
    check_wrap("abcdefghij", 4, "abcd|efgh|ij|");
    check_wrap("a\n\nb\n", 10, "a$$b$");
    check_wrap("x abcdefgh", 4, "x|abcd|efgh|");
    check_wrap("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 4, "\xe6\xbc\xa2\xe6\xbc\xa2|\xe6\xbc\xa2|");
    check_wrap("\xe6\xbc\xa2\xe6\xbc\xa2", 1, "\xe6\xbc\xa2|\xe6\xbc\xa2|");
}

/* Whatever the bytes are, steps forward and back meet and end. */
static void random_bytes_have_glyphs(void **state)
{
    static const char alphabet[] = "a \n\r\033\xcc\x81\xe2\x80\x8d\xf0\x9f\x91\xa9\xff\xe6\xbc\xa2";
    struct dice dice = dice_open("terminal_text");

    (void)state;
    for (int round = 0; round < 5000; round++) {
        char text[40];
        size_t length = dice_below(&dice, sizeof text);
        for (size_t i = 0; i < length; i++) {
            text[i] = alphabet[dice_below(&dice, sizeof alphabet - 1)];
        }
        for (size_t position = 0; position < length;) {
            size_t next = glyph_next(text, length, position);
            assert_true(next > position && next <= length);
            assert_int_equal(glyph_previous(text, length, next), position);
            position = next;
        }
        assert_true(terminal_width(text, length) >= 0);
        for (size_t start = 0; start < length;) {
            struct text_line line = text_wrap(text, length, start, 1 + (int)dice_below(&dice, 6));
            assert_true(line.next > start);
            start = line.next;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_the_terminal),
        cmocka_unit_test(unsafe_characters_are_measured_as_shown),
        cmocka_unit_test(glyphs_keep_marks_and_joined_emoji_together),
        cmocka_unit_test(a_cell_holds_few_marks),
        cmocka_unit_test(text_is_cut_at_glyph_borders),
        cmocka_unit_test(lines_wrap_between_words),
        cmocka_unit_test(random_bytes_have_glyphs),
    };

    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
