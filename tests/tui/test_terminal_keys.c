/* The parser of keyboard bytes. */
#include "tui/terminal_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"

#define DELAY_MS 25

static struct key_parser parser;

static int begin(void **state)
{
    (void)state;
    key_parser_init(&parser, DELAY_MS, false);
    return 0;
}

static int end(void **state)
{
    (void)state;
    key_parser_finish(&parser);
    return 0;
}

static void feed(const char *bytes)
{
    key_parser_feed(&parser, bytes, strlen(bytes), 1000);
}

static void expect(enum key_code code, uint32_t code_point)
{
    struct key key = {.code = KEYCODE_NONE};

    assert_true(key_parser_next(&parser, &key));
    assert_int_equal(key.code, code);
    assert_int_equal(key.code_point, code_point);
}

static void expect_none(void)
{
    struct key key;

    assert_false(key_parser_next(&parser, &key));
}

static void expect_paste(const char *text)
{
    struct key key = {.code = KEYCODE_NONE};

    assert_true(key_parser_next(&parser, &key));
    assert_int_equal(key.code, KEYCODE_PASTE);
    assert_int_equal(key.length, strlen(text));
    assert_memory_equal(key.text, text, strlen(text));
}

struct sequence {
    const char *bytes;
    enum key_code code;
    uint32_t code_point;
};

static const struct sequence sequences[] = {
    {"a", KEYCODE_CHARACTER, 'a'},
    {"\xc3\xa9", KEYCODE_CHARACTER, 0xe9},
    {"\xe6\xbc\xa2", KEYCODE_CHARACTER, 0x6f22},
    {"\xf0\x9f\x98\x80", KEYCODE_CHARACTER, 0x1f600},
    {"\r", KEYCODE_ENTER, 0},
    {"\n", KEYCODE_ENTER, 0},
    {"\t", KEYCODE_TAB, 0},
    {"\b", KEYCODE_BACKSPACE, 0},
    {"\x7f", KEYCODE_BACKSPACE, 0},
    {"\x01", KEYCODE_CONTROL, 'a'},
    {"\x1a", KEYCODE_CONTROL, 'z'},
    {"\x1f", KEYCODE_CONTROL, '_'},
    {"\x1c", KEYCODE_CONTROL, '\\'},
    {"\033[A", KEYCODE_UP, 0},
    {"\033[B", KEYCODE_DOWN, 0},
    {"\033[C", KEYCODE_RIGHT, 0},
    {"\033[D", KEYCODE_LEFT, 0},
    {"\033OA", KEYCODE_UP, 0},
    {"\033OD", KEYCODE_LEFT, 0},
    {"\033[H", KEYCODE_HOME, 0},
    {"\033OF", KEYCODE_END, 0},
    {"\033[1~", KEYCODE_HOME, 0},
    {"\033[8~", KEYCODE_END, 0},
    {"\033[3~", KEYCODE_DELETE, 0},
    {"\033[5~", KEYCODE_PAGE_UP, 0},
    {"\033[6~", KEYCODE_PAGE_DOWN, 0},
    {"\033[Z", KEYCODE_BACK_TAB, 0},
    {"\033OP", KEYCODE_FUNCTION, 1},
    {"\033[11~", KEYCODE_FUNCTION, 1},
    {"\033[[A", KEYCODE_FUNCTION, 1},
    {"\033[15~", KEYCODE_FUNCTION, 5},
    {"\033[21~", KEYCODE_FUNCTION, 10},
    {"\033[24~", KEYCODE_FUNCTION, 12},
    {"\033OM", KEYCODE_ENTER, 0},
    {"\033Ow", KEYCODE_CHARACTER, '7'},
};

/* The keys people have, as xterm, the Linux console, PuTTY, rxvt and a vt100 send them. */
static void known_sequences_are_keys(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        feed(sequences[i].bytes);
        expect(sequences[i].code, sequences[i].code_point);
        expect_none();
    }
}

/* A slow line delivers sequences in pieces; each border between bytes has to do. */
static void a_sequence_may_be_split_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
        const char *bytes = sequences[i].bytes;
        for (size_t cut = 1; cut < strlen(bytes); cut++) {
            key_parser_feed(&parser, bytes, cut, 1000);
            expect_none();
            key_parser_feed(&parser, bytes + cut, strlen(bytes) - cut, 1010);
            expect(sequences[i].code, sequences[i].code_point);
            expect_none();
        }
    }
}

/* Alt-Left must never end as the letter D, which deletes. */
static void unknown_sequences_are_swallowed_whole(void **state)
{
    static const char *const unknown[] = {
        "\033[1;3D",
        "\033[1;5A",
        "\033[3;3~",
        "\033[99~",
        "\033[200;1~",
        "\033[?62;1;2c",
        "\033[24;80R",
        "\033[M",
        "\033[<0;10;10M",
        "\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18D",
        "\033O5D",
        "\033Oz",
        "\033[[z",
        "\033q",
        "\033\xc3\xa9",
        "\033]0;title\a",
        "\033]52;c;aGVsbG8=\033\\",
        "\033P1$r0m\033\\",
        "\033_apc\033\\",
    };

    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        feed(unknown[i]);
        expect_none();
        feed("x");
        expect(KEYCODE_CHARACTER, 'x');
        expect_none();
    }
}

/* A lone ESC is the Escape key, but only when nothing has followed it in time. */
static void escape_alone_is_a_key_after_its_delay(void **state)
{
    uint64_t deadline = 0;

    (void)state;
    feed("\033");
    expect_none();
    assert_true(key_parser_deadline(&parser, &deadline));
    assert_int_equal(deadline, 1000 + DELAY_MS);
    key_parser_tick(&parser, deadline - 1);
    expect_none();
    key_parser_tick(&parser, deadline);
    expect(KEYCODE_ESCAPE, 0);
    assert_false(key_parser_deadline(&parser, &deadline));
    feed("\033\033[A");
    expect(KEYCODE_ESCAPE, 0);
    expect(KEYCODE_UP, 0);
}

/* Half a sequence followed by nothing leaves no key and no broken state. */
static void a_sequence_that_stops_is_dropped(void **state)
{
    (void)state;
    feed("\033[1;");
    key_parser_tick(&parser, 1000 + DELAY_MS);
    expect_none();
    key_parser_tick(&parser, 1000 + KEY_SEQUENCE_TIMEOUT_MS);
    expect_none();
    feed("j");
    expect(KEYCODE_CHARACTER, 'j');
}

/* A new ESC inside a sequence starts anew; a control character ends it and counts. */
static void a_broken_sequence_does_not_eat_the_next_key(void **state)
{
    (void)state;
    feed("\033[1\033[B");
    expect(KEYCODE_DOWN, 0);
    feed("\033[1\r");
    expect(KEYCODE_ENTER, 0);
    expect_none();
}

/* Bytes that are no UTF-8 are no keys, and do not hide the key after them. */
static void invalid_bytes_are_dropped(void **state)
{
    static const char *const invalid[] = {"\x80",         "\xc0\xaf",         "\xc3",
                                          "\xe0\x80\xaf", "\xed\xa0\x80",     "\xf4\x90\x80\x80",
                                          "\xff",         "\xf5\x80\x80\x80", "\xc2\x9b"};

    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++) {
        feed(invalid[i]);
        feed("k");
        expect(KEYCODE_CHARACTER, 'k');
        expect_none();
    }
}

/* Pasted text is one event, and nothing in it is a command. */
static void a_paste_is_one_key(void **state)
{
    (void)state;
    feed("a\033[200~D\r\033[A q\033[201~b");
    expect(KEYCODE_CHARACTER, 'a');
    expect_paste("D\r\033[A q");
    expect(KEYCODE_CHARACTER, 'b');
    expect_none();
}

/* Two pastes in one read each keep their text; an empty one is there too. */
static void pastes_follow_one_another(void **state)
{
    (void)state;
    feed("\033[200~one\033[201~\033[200~\033[201~\033[200~three\033[201~");
    expect_paste("one");
    expect_paste("");
    expect_paste("three");
    expect_none();
}

/* The marks themselves may be split; a text that looks like half an end mark is kept. */
static void a_paste_may_be_split_anywhere(void **state)
{
    static const char bytes[] = "\033[200~x\033[20\033[2y\033[201~";

    (void)state;
    for (size_t cut = 1; cut < sizeof bytes - 1; cut++) {
        key_parser_feed(&parser, bytes, cut, 1000);
        expect_none();
        key_parser_feed(&parser, bytes + cut, sizeof bytes - 1 - cut, 1001);
        expect_paste("x\033[20\033[2y");
        expect_none();
    }
}

/* A terminal that loses the end mark must not swallow the keyboard for ever. */
static void a_missing_end_mark_ends_by_time(void **state)
{
    uint64_t deadline = 0;

    (void)state;
    feed("\033[200~half");
    key_parser_feed(&parser, " more", 5, 4000);
    assert_true(key_parser_deadline(&parser, &deadline));
    assert_int_equal(deadline, 4000 + KEY_PASTE_TIMEOUT_MS);
    key_parser_tick(&parser, deadline - 1);
    expect_none();
    key_parser_tick(&parser, deadline);
    expect_paste("half more");
    feed("j");
    expect(KEYCODE_CHARACTER, 'j');
}

/* A stray end mark is no key. */
static void an_end_mark_alone_is_nothing(void **state)
{
    (void)state;
    feed("\033[201~");
    expect_none();
}

/* More than the limit is cut and says so. */
static void an_endless_paste_is_cut(void **state)
{
    char block[KEY_QUEUE_MAX];
    struct key key;

    (void)state;
    memset(block, 'x', sizeof block);
    feed("\033[200~");
    for (size_t i = 0; i < KEY_PASTE_MAX / sizeof block + 3; i++) {
        key_parser_feed(&parser, block, sizeof block, 1000);
    }
    feed("\033[201~");
    assert_true(key_parser_next(&parser, &key));
    assert_int_equal(key.code, KEYCODE_PASTE);
    assert_int_equal(key.length, KEY_PASTE_MAX);
    assert_true(key.cut);
}

/* Terminals without marks: a read that no hand could type is a paste, a held key is not. */
static void a_burst_counts_as_paste_where_there_are_no_marks(void **state)
{
    (void)state;
    key_parser_init(&parser, DELAY_MS, true);
    feed("rm this and that\rand more\r");
    expect_paste("rm this and that\rand more\r");
    feed("jjjjjjjjjjjjjjjjjjjjjj\r");
    expect(KEYCODE_CHARACTER, 'j');
    key_parser_drop(&parser);
    feed("short\r");
    expect(KEYCODE_CHARACTER, 's');
    key_parser_drop(&parser);
    feed("long enough but without an end");
    expect(KEYCODE_CHARACTER, 'l');
    key_parser_drop(&parser);
}

/* Dropping the keys of before must not lose the news that the window has changed. */
static void dropping_keys_keeps_a_resize(void **state)
{
    (void)state;
    feed("yyy");
    key_parser_push(&parser, KEYCODE_RESIZE);
    feed("y\033[200~y\033[201~");
    key_parser_drop(&parser);
    expect(KEYCODE_RESIZE, 0);
    expect_none();
}

/* Any bytes in any pieces: no crash, and the queue never takes more than it has room for. */
static void random_bytes_do_no_harm(void **state)
{
    static const char alphabet[] = "\033[]O~;0129ABDMZP\\\a\r\x7f\x01\xc3\xa9\xe6\xbc\xff qj";
    struct dice dice = dice_open("terminal_keys");
    struct key key;

    (void)state;
    for (int round = 0; round < 20000; round++) {
        char bytes[24];
        size_t length = dice_below(&dice, sizeof bytes);
        for (size_t i = 0; i < length; i++) {
            bytes[i] = alphabet[dice_below(&dice, sizeof alphabet - 1)];
        }
        key_parser_feed(&parser, bytes, length, (uint64_t)round);
        if (dice_below(&dice, 4) == 0) {
            key_parser_tick(&parser, (uint64_t)round + dice_below(&dice, 8000));
        }
        while (key_parser_next(&parser, &key)) {
            assert_true(key.code != KEYCODE_CHARACTER || key.code_point >= 0x20);
            assert_true(key.code != KEYCODE_CHARACTER || key.code_point != 0x7f);
        }
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_sequences_are_keys),
        TEST(a_sequence_may_be_split_anywhere),
        TEST(unknown_sequences_are_swallowed_whole),
        TEST(escape_alone_is_a_key_after_its_delay),
        TEST(a_sequence_that_stops_is_dropped),
        TEST(a_broken_sequence_does_not_eat_the_next_key),
        TEST(invalid_bytes_are_dropped),
        TEST(a_paste_is_one_key),
        TEST(pastes_follow_one_another),
        TEST(a_paste_may_be_split_anywhere),
        TEST(a_missing_end_mark_ends_by_time),
        TEST(an_end_mark_alone_is_nothing),
        TEST(an_endless_paste_is_cut),
        TEST(a_burst_counts_as_paste_where_there_are_no_marks),
        TEST(dropping_keys_keeps_a_resize),
        TEST(random_bytes_do_no_harm),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
