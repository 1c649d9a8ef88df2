/* The rules for text that comes in, and the filter for text that goes out. The decoder is held
 * against a slow one, both gates against the hostile payloads. */
#include "proto/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/fields.h"
#include "proto/messages.h"
#include "tests/lib/dice.h"
#include "tests/lib/hostile.h"

static enum text_fault check_line(const char *string)
{
    return text_check(TEXT_LINE, string, strlen(string));
}

static enum text_fault check_lines(const char *string)
{
    return text_check(TEXT_LINES, string, strlen(string));
}

static enum text_fault check_name(const char *string)
{
    return text_check_user_name(string, strlen(string));
}

static enum text_fault check_email(const char *string)
{
    return text_check_email(string, strlen(string));
}

static size_t encode(uint32_t code_point, char bytes[4])
{
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        bytes[0] = (char)(0xc0 | code_point >> 6);
        bytes[1] = (char)(0x80 | (code_point & 0x3f));
        return 2;
    }
    if (code_point < 0x10000) {
        bytes[0] = (char)(0xe0 | code_point >> 12);
        bytes[1] = (char)(0x80 | (code_point >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code_point & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | code_point >> 18);
    bytes[1] = (char)(0x80 | (code_point >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (code_point >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (code_point & 0x3f));
    return 4;
}

static bool is_surrogate(uint32_t code_point)
{
    return code_point >= 0xd800 && code_point <= 0xdfff;
}

/* The slow decoder: a list of everything that exists. It knows which beginnings of one, two and
 * three bytes any character has, because it has encoded all of them. */
struct reference {
    uint8_t *beginnings[4]; /* [n]: one bit for every string of n bytes that begins a character */
};

static uint32_t number_of(const char *bytes, size_t length)
{
    uint32_t number = 0;
    for (size_t i = 0; i < length; i++) {
        number = number << 8 | (unsigned char)bytes[i];
    }
    return number;
}

static bool begins_a_character(const struct reference *reference, const char *bytes, size_t length)
{
    uint32_t number = number_of(bytes, length);
    return (reference->beginnings[length][number / 8] >> number % 8 & 1) != 0;
}

static void reference_init(struct reference *reference)
{
    for (size_t n = 1; n <= 3; n++) {
        reference->beginnings[n] = calloc((size_t)1 << (8 * n - 3), 1);
        assert_non_null(reference->beginnings[n]);
    }
    for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
        char bytes[4];
        size_t size = is_surrogate(code_point) ? 0 : encode(code_point, bytes);
        for (size_t n = 1; n <= size && n <= 3; n++) {
            uint32_t number = number_of(bytes, n);
            reference->beginnings[n][number / 8] |= (uint8_t)(1u << number % 8);
        }
    }
}

static void reference_finish(struct reference *reference)
{
    for (size_t n = 1; n <= 3; n++) {
        free(reference->beginnings[n]);
    }
}

/* The value of a whole character, by the plain arithmetic of the bits; TEXT_INVALID unless
 * encoding it again gives the same bytes. */
static uint32_t whole_character(const char *bytes, size_t length)
{
    static const unsigned value_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    char again[4];
    uint32_t value = (unsigned char)bytes[0] & value_bits[length];
    for (size_t i = 1; i < length; i++) {
        value = value << 6 | ((unsigned char)bytes[i] & 0x3f);
    }
    if (value > 0x10ffff || is_surrogate(value) || encode(value, again) != length ||
        memcmp(again, bytes, length) != 0) {
        return TEXT_INVALID;
    }
    return value;
}

static size_t reference_next(const struct reference *reference, const char *data, size_t length,
                             uint32_t *ret_code_point)
{
    for (size_t size = 1; size <= 4 && size <= length; size++) {
        uint32_t value = whole_character(data, size);
        if (value != TEXT_INVALID) {
            *ret_code_point = value;
            return size;
        }
    }
    size_t size = 1;
    while (size < 3 && size < length && begins_a_character(reference, data, size + 1)) {
        size++;
    }
    *ret_code_point = TEXT_INVALID;
    return size;
}

static void assert_decodes_alike(const struct reference *reference, const char *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t given = 0;
        uint32_t expected = 0;
        size_t size = text_next(data + at, length - at, &given);
        assert_int_equal(size, reference_next(reference, data + at, length - at, &expected));
        assert_int_equal(given, expected);
        at += size;
    }
}

/* Every limit and every filter stands on the decoder. */
static void every_code_point_is_decoded(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10ffff; code_point++) {
        char bytes[4];
        uint32_t given = 0;
        size_t size = encode(code_point, bytes);
        size_t taken = text_next(bytes, size, &given);
        if (is_surrogate(code_point)) {
            assert_int_equal(given, TEXT_INVALID);
        } else {
            assert_int_equal(taken, size);
            assert_int_equal(given, code_point);
        }
    }
}

/* Overlong forms have smuggled controls past filters before. */
static void random_bytes_decode_as_in_the_slow_decoder(void **state)
{
    (void)state;
    static const uint8_t likely[] = {0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0,
                                     0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xec,
                                     0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff};
    struct dice dice = dice_open("random_bytes_decode_as_in_the_slow_decoder");
    struct reference reference = {{NULL}};
    reference_init(&reference);
    for (int round = 0; round < 100000; round++) {
        char bytes[12];
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = dice_below(&dice, 3) == 0 ? (char)dice_bits(&dice)
                                                 : (char)likely[dice_below(&dice, sizeof likely)];
        }
        assert_decodes_alike(&reference, bytes, sizeof bytes);
    }
    reference_finish(&reference);
}

/* All first two bytes, with every interesting third and fourth and every cut. */
static void all_pairs_of_bytes_decode_as_in_the_slow_decoder(void **state)
{
    (void)state;
    static const uint8_t followers[] = {0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xff};
    struct reference reference = {{NULL}};
    reference_init(&reference);
    for (unsigned pair = 0; pair <= 0xffff; pair++) {
        char bytes[4] = {(char)(pair >> 8), (char)pair, 0, 0};
        assert_decodes_alike(&reference, bytes, 1);
        assert_decodes_alike(&reference, bytes, 2);
        for (size_t third = 0; third < sizeof followers; third++) {
            bytes[2] = (char)followers[third];
            bytes[3] = (char)followers[(third + pair) % sizeof followers];
            assert_decodes_alike(&reference, bytes, 3);
            assert_decodes_alike(&reference, bytes, 4);
        }
    }
    reference_finish(&reference);
}

/* Honest people write in all languages and with emoji. */
static void honest_text_is_sound(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "",
        "The printer on floor 3 is on fire",
        "Стол не работает",
        "プリンターが動かない",
        "مشكلة في الطابعة",
        "มันไม่ทำงาน",
        "हिन्दी में समस्या",
        "Zoë, naïve, Ångström, e\xcc\x81",
        "thumbs \xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd and hearts \xe2\x9d\xa4\xef\xb8\x8f",
        /* Family: man, joiner, woman, joiner, girl. */
        "\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
        /* Persian with a non-joiner. */
        "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae\xd9\x88\xd8\xa7\xd9\x87\xd9\x85",
        "C:\\Users\\me <tag> & \"quotes\" 'all' $(fine) `here`; %s%n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_int_equal(check_line(lines[i]), TEXT_SOUND);
        assert_int_equal(check_lines(lines[i]), TEXT_SOUND);
    }
    assert_int_equal(check_lines("one\n\ttwo\n"), TEXT_SOUND);
    assert_int_equal(text_check(TEXT_LINE, NULL, 0), TEXT_SOUND);
}

/* A title with a line break would break lists, mails and logs. */
static void a_line_has_neither_breaks_nor_tabs(void **state)
{
    (void)state;
    assert_int_equal(check_line("one\ntwo"), TEXT_HAS_LINE_BREAK);
    assert_int_equal(check_line("one\ttwo"), TEXT_HAS_TAB);
    assert_int_equal(check_line("one\rtwo"), TEXT_HAS_CONTROL);
    assert_int_equal(check_lines("one\r\ntwo"), TEXT_HAS_CONTROL);
}

/* The message has to name what is wrong, or the person can't mend it. */
static void each_fault_is_named(void **state)
{
    (void)state;
    assert_int_equal(check_lines("a\x1b[31m"), TEXT_HAS_CONTROL);
    assert_int_equal(text_check(TEXT_LINES, "a\0b", 3), TEXT_HAS_CONTROL);
    assert_int_equal(check_lines("a\x7f"), TEXT_HAS_CONTROL);
    assert_int_equal(check_lines("a\xc2\x9b"), TEXT_HAS_CONTROL);
    assert_int_equal(check_lines("a\x9b"), TEXT_NOT_UTF8);
    assert_int_equal(check_lines("a\xc0\x80"), TEXT_NOT_UTF8);
    assert_int_equal(check_lines("a\xe2\x80"), TEXT_NOT_UTF8);
    assert_int_equal(check_lines("a\xe2\x80\xa8"), TEXT_HAS_SEPARATOR);
    assert_int_equal(check_lines("a\xe2\x80\xae"), TEXT_HAS_DIRECTION);
    assert_int_equal(check_lines("a\xd8\x9c"), TEXT_HAS_DIRECTION);
    assert_int_equal(check_lines("a\xf3\xa0\x81\x81"), TEXT_HAS_TAG);
    assert_int_equal(check_lines("a\xef\xbf\xbf"), TEXT_HAS_NONCHARACTER);
    assert_int_equal(check_lines("a\xef\xb7\x90"), TEXT_HAS_NONCHARACTER);
    for (unsigned fault = 0; fault < TEXT_FAULT_COUNT; fault++) {
        assert_true(strlen(text_fault_words((enum text_fault)fault)) > 3);
    }
}

/* Towers of marks cover the lines above and below. */
static void the_limit_of_marks_is_exact(void **state)
{
    (void)state;
    assert_int_equal(check_line("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
                                "e\xcc\x81"),
                     TEXT_SOUND);
    assert_int_equal(check_line("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
                                "\xcc\x81"),
                     TEXT_HAS_MARKS);
    /* A zero-width non-joiner in between is no way around it. */
    assert_int_equal(check_line("e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"
                                "\xe2\x80\x8c\xcc\x81"),
                     TEXT_HAS_MARKS);
}

/* Joiners between letters make two names look like one. */
static void a_joiner_needs_something_to_join(void **state)
{
    (void)state;
    assert_int_equal(check_line("pay\xe2\x80\x8dpal"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("\xc3\xa9\xe2\x80\x8dx"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("x\xe2\x80\x8d\xc3\xa9"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("\xe2\x80\x8d\xc3\xa9"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("\xc3\xa9\xe2\x80\x8d"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("\xc3\xa9\xe2\x80\x8d\xe2\x80\x8d\xc3\xa9"), TEXT_HAS_JOINER);
    assert_int_equal(check_line("\xc3\xa9\xe2\x80\x8d\xc3\xa9"), TEXT_SOUND);
}

/* Limits are told to people in characters. */
static void code_points_are_counted(void **state)
{
    (void)state;
    assert_int_equal(text_count("", 0), 0);
    assert_int_equal(text_count("abc", 3), 3);
    assert_int_equal(text_count("\xc3\xa9\xe2\x82\xac\xf0\x9f\x91\x8d", 9), 3);
    assert_int_equal(text_count("a\xff\xe2\x82", 4), 3);
}

/* Names stand in front of every message; two that look alike must be the same. */
static void user_names_cannot_be_confused(void **state)
{
    (void)state;
    static const char *const bad[] = {"Anna",  "an na",       ".anna", "-anna", "_anna", "anna\n",
                                      "anna@", "\xd0\xb0nna", "an/na", "an:na", "an\x1b"};
    assert_int_equal(check_name("ab"), TEXT_SOUND);
    assert_int_equal(check_name("anna.k-2_x"), TEXT_SOUND);
    assert_int_equal(check_name("01"), TEXT_SOUND);
    assert_int_equal(check_name("abcdefghijklmnopqrstuvwxyz012345"), TEXT_SOUND);
    assert_int_equal(check_name("abcdefghijklmnopqrstuvwxyz0123456"), TEXT_TOO_LONG);
    assert_int_equal(check_name("a"), TEXT_TOO_SHORT);
    assert_int_equal(check_name(""), TEXT_TOO_SHORT);
    assert_int_equal(text_check_user_name("ab\0c", 4), TEXT_NOT_A_USER_NAME);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(check_name(bad[i]), TEXT_NOT_A_USER_NAME);
    }
    assert_int_equal(TEXT_USER_NAME_BYTES_MIN, USER_NAME_MIN);
    assert_int_equal(TEXT_USER_NAME_BYTES_MAX, USER_NAME_MAX);
}

/* A mistyped address means that somebody never gets an answer. */
static void email_addresses_are_plausible(void **state)
{
    (void)state;
    static const char *const good[] = {
        "a@b", "anna.k+desk@example.org", "o'neil@example.co.uk",
        "\xd0\xb0\xd0\xbd\xd0\xbd\xd0\xb0@\xd0\xbf\xd0\xb5.\xd1\x80\xd1\x84"};
    static const char *const bad[] = {
        "",     "anna", "@b",   "a@",     "a@b@c", "a b@c", "a@b c",       " a@b",
        "a@b ", "a@.b", "a@b.", "a@b..c", "a@",    "a@@b",  "a\xc2\xa0@b", "a@b\xe3\x80\x80z"};
    char longest[TEXT_EMAIL_BYTES_MAX + 2];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(check_email(good[i]), TEXT_SOUND);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(check_email(bad[i]), TEXT_NOT_AN_EMAIL);
    }
    assert_int_equal(check_email("a\n@b"), TEXT_HAS_LINE_BREAK);
    assert_int_equal(check_email("a\xe2\x80\xae@b"), TEXT_HAS_DIRECTION);
    memset(longest, 'x', sizeof longest);
    longest[1] = '@';
    assert_int_equal(text_check_email(longest, TEXT_EMAIL_BYTES_MAX), TEXT_SOUND);
    assert_int_equal(text_check_email(longest, TEXT_EMAIL_BYTES_MAX + 1), TEXT_TOO_LONG);
    assert_int_equal(TEXT_EMAIL_BYTES_MAX, EMAIL_MAX);
}

static void assert_shown(enum text_manner manner, const char *data, size_t length,
                         const char *expected)
{
    struct buffer buffer = {0};
    text_show_append(&buffer, manner, data, length);
    assert_false(buffer.failed);
    assert_int_equal(buffer.length, strlen(expected));
    assert_memory_equal(buffer.data, expected, buffer.length);
    buffer_finish(&buffer);
}

#define ASSERT_SHOWN(manner, literal, expected)                                                    \
    assert_shown((manner), (literal), sizeof(literal) - 1, (expected))

/* People must see that something was there, and what. */
static void unsafe_characters_are_shown_by_name(void **state)
{
    (void)state;
    ASSERT_SHOWN(TEXT_SHOW_LINE, "a\x1b[31mb", "a<ESC>[31mb");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "a\0b\x07\x7f", "a<NUL>b<BEL><DEL>");
    ASSERT_SHOWN(TEXT_SHOW_LINE,
                 "a\xc2\x9b"
                 "b",
                 "a<U+009B>b");
    ASSERT_SHOWN(TEXT_SHOW_LINE,
                 "a\xe2\x80\xae"
                 "b",
                 "a<U+202E>b");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "a\xc2\xad\xef\xbb\xbf", "a<U+00AD><U+FEFF>");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "\xf3\xa0\x81\x81\xf4\x8f\xbf\xbf", "<U+E0041><U+10FFFF>");
    ASSERT_SHOWN(TEXT_SHOW_LINE,
                 "a\x9b"
                 "b",
                 "a\xef\xbf\xbd"
                 "b");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "\xe2\x80", "\xef\xbf\xbd");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd");
    ASSERT_SHOWN(TEXT_SHOW_LINE, "caf\xc3\xa9 \xf0\x9f\x91\x8d", "caf\xc3\xa9 \xf0\x9f\x91\x8d");
}

/* A break inside a title must not make two rows; in a message it is a break. */
static void line_feeds_and_tabs_follow_the_manner(void **state)
{
    (void)state;
    ASSERT_SHOWN(TEXT_SHOW_LINE, "a\n\tb\\", "a<LF><TAB>b\\");
    ASSERT_SHOWN(TEXT_SHOW_LINES, "a\n\tb\\\r", "a\n\tb\\<CR>");
    ASSERT_SHOWN(TEXT_SHOW_FIELD, "a\n\tb\\\r", "a\\n\\tb\\\\<CR>");
}

/* Output goes out in pieces; a character cut in two would be two bad ones. */
static void a_small_buffer_gives_the_same_in_pieces(void **state)
{
    (void)state;
    static const char text[] = "x\xf0\x9f\x91\x8d\x1b\xf4\x8f\xbf\xbf\xff caf\xc3\xa9\ny";
    struct buffer whole = {0};
    text_show_append(&whole, TEXT_SHOW_LINE, text, sizeof text - 1);
    for (size_t size = TEXT_SHOWN_BYTES_MAX; size < 40; size++) {
        struct buffer pieces = {0};
        for (size_t at = 0; at < sizeof text - 1;) {
            char piece[40];
            size_t taken = 0;
            size_t written =
                text_show(TEXT_SHOW_LINE, text + at, sizeof text - 1 - at, piece, size, &taken);
            assert_true(taken > 0 && written <= size);
            buffer_append(&pieces, piece, written);
            at += taken;
        }
        assert_int_equal(pieces.length, whole.length);
        assert_memory_equal(pieces.data, whole.data, whole.length);
        buffer_finish(&pieces);
    }
    buffer_finish(&whole);
}

/* What came out holds nothing but printable characters, judged byte by byte and without the
 * library's own decoder. */
static void assert_harmless(const struct buffer *shown)
{
    for (size_t i = 0; i < shown->length; i++) {
        unsigned byte = shown->data[i];
        assert_true(byte >= 0x20 && byte != 0x7f);
        /* 0x80 to 0x9f only behind the first byte of a character, and never as C2 80 to C2 9F. */
        if (byte >= 0x80 && byte <= 0x9f) {
            assert_true(i > 0 && shown->data[i - 1] >= 0x80 && shown->data[i - 1] != 0xc2);
        }
    }
    assert_int_equal(
        text_check(TEXT_LINE, (const char *)shown->data, shown->length) == TEXT_NOT_UTF8, false);
}

static void visit_hostile(const struct hostile *hostile, void *context)
{
    size_t *refused = context;
    struct buffer shown = {0};
    enum text_fault fault = text_check(TEXT_LINE, hostile->bytes, hostile->length);
    if ((fault != TEXT_SOUND) != hostile->refused) {
        fail_msg("%s: fault %d", hostile->family, (int)fault);
    }
    *refused += fault != TEXT_SOUND;
    for (int manner = TEXT_SHOW_LINE; manner <= TEXT_SHOW_FIELD; manner += 2) {
        shown.length = 0;
        text_show_append(&shown, (enum text_manner)manner, hostile->bytes, hostile->length);
        assert_harmless(&shown);
        assert_memory_equal(shown.data, HOSTILE_BEFORE, strlen(HOSTILE_BEFORE));
        assert_memory_equal(shown.data + shown.length - strlen(HOSTILE_AFTER), HOSTILE_AFTER,
                            strlen(HOSTILE_AFTER));
    }
    buffer_finish(&shown);
}

/* Text of one person never moves the cursor of another. */
static void hostile_payloads_are_refused_and_shown_harmless(void **state)
{
    (void)state;
    size_t refused = 0;
    size_t count = hostile_each(visit_hostile, &refused);
    fprintf(stderr, "%zu payloads, %zu of them refused\n", count, refused);
    assert_true(count >= 1000);
    assert_true(refused >= 1000);
}

/* The hand-written list of what is unsafe, point by point. */
static bool expected_safe(uint32_t c)
{
    return !(c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
             (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
             (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe007f) ||
             (c >= 0xd800 && c <= 0xdfff) || (c >= 0xfdd0 && c <= 0xfdef) ||
             (c & 0xffff) >= 0xfffe || c > 0x10ffff);
}

/* One wrong bound in a table would let a whole class of controls through. */
static void every_code_point_is_judged_as_listed(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x110010; code_point++) {
        if (text_is_safe(code_point) != expected_safe(code_point)) {
            fail_msg("U+%04X", (unsigned)code_point);
        }
    }
    assert_false(text_is_safe(TEXT_INVALID));
}

/* Noise through the filter, in case the list of payloads forgot something. */
static void random_bytes_are_shown_harmless(void **state)
{
    (void)state;
    struct dice dice = dice_open("random_bytes_are_shown_harmless");
    struct buffer shown = {0};
    for (int round = 0; round < 20000; round++) {
        char bytes[64];
        dice_fill(&dice, bytes, sizeof bytes);
        shown.length = 0;
        text_show_append(&shown, TEXT_SHOW_LINE, bytes, dice_below(&dice, sizeof bytes));
        if (shown.length > 0) {
            assert_harmless(&shown);
        }
    }
    buffer_finish(&shown);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_is_decoded),
        cmocka_unit_test(random_bytes_decode_as_in_the_slow_decoder),
        cmocka_unit_test(all_pairs_of_bytes_decode_as_in_the_slow_decoder),
        cmocka_unit_test(honest_text_is_sound),
        cmocka_unit_test(a_line_has_neither_breaks_nor_tabs),
        cmocka_unit_test(each_fault_is_named),
        cmocka_unit_test(the_limit_of_marks_is_exact),
        cmocka_unit_test(a_joiner_needs_something_to_join),
        cmocka_unit_test(code_points_are_counted),
        cmocka_unit_test(user_names_cannot_be_confused),
        cmocka_unit_test(email_addresses_are_plausible),
        cmocka_unit_test(unsafe_characters_are_shown_by_name),
        cmocka_unit_test(line_feeds_and_tabs_follow_the_manner),
        cmocka_unit_test(a_small_buffer_gives_the_same_in_pieces),
        cmocka_unit_test(hostile_payloads_are_refused_and_shown_harmless),
        cmocka_unit_test(every_code_point_is_judged_as_listed),
        cmocka_unit_test(random_bytes_are_shown_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
