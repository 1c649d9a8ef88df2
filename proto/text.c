#include "proto/text.h"

#include <stdio.h>
#include <string.h>

#include <utf8proc.h>

#include "proto/require.h"

enum {
    LINE_FEED = 0x0a,
    TAB = 0x09,
    DELETE = 0x7f,
    ZERO_WIDTH_JOINER = 0x200d,
    FIRST_COMBINING = 0x300, /* no mark comes before it */
};

struct range {
    uint32_t first;
    uint32_t last;
};

static const struct range direction_controls[] = {
    {0x061c, 0x061c}, {0x200e, 0x200f}, {0x202a, 0x202e}, {0x2066, 0x2069}};

/* Invisible without being refused: shown, so that no two texts look the same but are not. */
static const struct range invisible[] = {
    {0x00ad, 0x00ad}, {0x200b, 0x200f}, {0x2060, 0x206f}, {0xfeff, 0xfeff}};

static const char *const fault_words[TEXT_FAULT_COUNT] = {
    [TEXT_SOUND] = "is fine",
    [TEXT_NOT_UTF8] = "is not valid UTF-8",
    [TEXT_HAS_LINE_BREAK] = "contains a line break",
    [TEXT_HAS_TAB] = "contains a tab",
    [TEXT_HAS_CONTROL] = "contains a control character",
    [TEXT_HAS_SEPARATOR] = "contains a Unicode line or paragraph separator",
    [TEXT_HAS_DIRECTION] = "contains a control character for the writing direction",
    [TEXT_HAS_TAG] = "contains an invisible tag character",
    [TEXT_HAS_NONCHARACTER] = "contains a code point that is no character",
    [TEXT_HAS_MARKS] = "has more than 8 combining marks in a row",
    [TEXT_HAS_JOINER] = "contains a zero-width joiner that joins nothing",
    [TEXT_TOO_SHORT] = "is too short",
    [TEXT_TOO_LONG] = "is too long",
    [TEXT_NOT_A_USER_NAME] = ("may have only a-z, 0-9, dot, underscore and hyphen, and begins with "
                              "a letter or digit"),
    [TEXT_NOT_AN_EMAIL] = "does not look like an email address",
};

static const char *const control_names[32] = {
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS",  "TAB", "LF",
    "VT",  "FF",  "CR",  "SO",  "SI",  "DLE", "DC1", "DC2", "DC3", "DC4", "NAK",
    "SYN", "ETB", "CAN", "EM",  "SUB", "ESC", "FS",  "GS",  "RS",  "US",
};

const char *text_fault_words(enum text_fault fault)
{
    require((unsigned)fault < TEXT_FAULT_COUNT);
    return fault_words[fault];
}

static bool within(uint32_t code_point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (code_point >= ranges[i].first && code_point <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

#define WITHIN(code_point, ranges) within((code_point), (ranges), sizeof(ranges) / sizeof *(ranges))

static bool is_control(uint32_t code_point)
{
    return code_point < 0x20 || (code_point >= DELETE && code_point <= 0x9f);
}

static bool is_separator(uint32_t code_point)
{
    return code_point == 0x2028 || code_point == 0x2029;
}

static bool is_tag(uint32_t code_point)
{
    return code_point >= 0xe0000 && code_point <= 0xe007f;
}

static bool is_noncharacter(uint32_t code_point)
{
    return (code_point >= 0xfdd0 && code_point <= 0xfdef) || (code_point & 0xfffe) == 0xfffe;
}

/* Unicode, table 3-7, "Well-Formed UTF-8 Byte Sequences": after some first bytes the second one
 * has a narrower range, which is what keeps out overlong forms, surrogates and too large values. */
size_t text_next(const char *data, size_t length, uint32_t *ret_code_point)
{
    require(length >= 1);
    const unsigned char *bytes = (const unsigned char *)data;
    uint32_t first = bytes[0];
    *ret_code_point = TEXT_INVALID;
    if (first < 0x80) {
        *ret_code_point = first;
        return 1;
    }
    if (first < 0xc2 || first > 0xf4) {
        return 1;
    }
    size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    uint32_t high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    uint32_t code_point = first & (0xffu >> (size + 1));
    for (size_t i = 1; i < size; i++) {
        if (i == length || bytes[i] < low || bytes[i] > high) {
            return i;
        }
        code_point = code_point << 6 | (bytes[i] & 0x3fu);
        low = 0x80;
        high = 0xbf;
    }
    *ret_code_point = code_point;
    return size;
}

/* What is wrong with a character wherever it stands. */
static enum text_fault character_fault(enum text_rule rule, uint32_t code_point)
{
    if (code_point >= 0x20 && code_point < DELETE) {
        return TEXT_SOUND;
    }
    if (code_point == TEXT_INVALID) {
        return TEXT_NOT_UTF8;
    }
    if (code_point == LINE_FEED) {
        return rule == TEXT_LINES ? TEXT_SOUND : TEXT_HAS_LINE_BREAK;
    }
    if (code_point == TAB) {
        return rule == TEXT_LINES ? TEXT_SOUND : TEXT_HAS_TAB;
    }
    if (is_control(code_point)) {
        return TEXT_HAS_CONTROL;
    }
    if (is_separator(code_point)) {
        return TEXT_HAS_SEPARATOR;
    }
    if (WITHIN(code_point, direction_controls)) {
        return TEXT_HAS_DIRECTION;
    }
    if (is_tag(code_point)) {
        return TEXT_HAS_TAG;
    }
    return is_noncharacter(code_point) ? TEXT_HAS_NONCHARACTER : TEXT_SOUND;
}

/* The length of the run of marks once `code_point` is part of the text. Invisible formatting
 * characters do not end a run, or they would be the way around the limit. */
static unsigned marks_after(unsigned marks, uint32_t code_point)
{
    if (code_point < FIRST_COMBINING) {
        return 0;
    }
    switch (utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return marks + 1;
    case UTF8PROC_CATEGORY_CF:
        return marks;
    default:
        return 0;
    }
}

/* A character that a joiner may have beside it. */
static bool can_be_joined(uint32_t code_point)
{
    return code_point >= 0x80 && code_point != ZERO_WIDTH_JOINER;
}

enum text_fault text_check(enum text_rule rule, const char *data, size_t length)
{
    uint32_t previous = 0;
    unsigned marks = 0;
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        at += text_next(data + at, length - at, &code_point);
        enum text_fault fault = character_fault(rule, code_point);
        if (fault != TEXT_SOUND) {
            return fault;
        }
        if ((code_point == ZERO_WIDTH_JOINER && !can_be_joined(previous)) ||
            (previous == ZERO_WIDTH_JOINER && !can_be_joined(code_point))) {
            return TEXT_HAS_JOINER;
        }
        marks = marks_after(marks, code_point);
        if (marks > TEXT_MARKS_MAX) {
            return TEXT_HAS_MARKS;
        }
        previous = code_point;
    }
    return previous == ZERO_WIDTH_JOINER ? TEXT_HAS_JOINER : TEXT_SOUND;
}

size_t text_count(const char *data, size_t length)
{
    size_t count = 0;
    for (size_t at = 0; at < length; count++) {
        uint32_t code_point;
        at += text_next(data + at, length - at, &code_point);
    }
    return count;
}

static bool is_small_letter_or_digit(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9');
}

enum text_fault text_check_user_name(const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool punctuation = data[i] == '.' || data[i] == '_' || data[i] == '-';
        if (!is_small_letter_or_digit(data[i]) && !(punctuation && i > 0)) {
            return TEXT_NOT_A_USER_NAME;
        }
    }
    if (length < TEXT_USER_NAME_BYTES_MIN) {
        return TEXT_TOO_SHORT;
    }
    return length > TEXT_USER_NAME_BYTES_MAX ? TEXT_TOO_LONG : TEXT_SOUND;
}

static bool has_space(const char *data, size_t length)
{
    for (size_t at = 0; at < length;) {
        uint32_t code_point;
        at += text_next(data + at, length - at, &code_point);
        if (utf8proc_category((utf8proc_int32_t)code_point) == UTF8PROC_CATEGORY_ZS) {
            return true;
        }
    }
    return false;
}

/* Labels of at least one byte with single dots between them. */
static bool is_domain(const char *data, size_t length)
{
    bool after_dot = true;
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '.' && after_dot) {
            return false;
        }
        after_dot = data[i] == '.';
    }
    return !after_dot;
}

enum text_fault text_check_email(const char *data, size_t length)
{
    enum text_fault fault = text_check(TEXT_LINE, data, length);
    if (fault != TEXT_SOUND) {
        return fault;
    }
    if (length > TEXT_EMAIL_BYTES_MAX) {
        return TEXT_TOO_LONG;
    }
    const char *at_sign = length > 0 ? memchr(data, '@', length) : NULL;
    if (at_sign == NULL || at_sign == data || has_space(data, length)) {
        return TEXT_NOT_AN_EMAIL;
    }
    const char *domain = at_sign + 1;
    size_t domain_length = length - (size_t)(domain - data);
    bool plausible = is_domain(domain, domain_length) && memchr(domain, '@', domain_length) == NULL;
    return plausible ? TEXT_SOUND : TEXT_NOT_AN_EMAIL;
}

bool text_is_safe(uint32_t code_point)
{
    return code_point <= 0x10ffff && !(code_point >= 0xd800 && code_point <= 0xdfff) &&
           character_fault(TEXT_LINE, code_point) == TEXT_SOUND && !WITHIN(code_point, invisible);
}

/* The replacement of a character that is not shown as it is. */
static size_t show_unsafe(uint32_t code_point, char shown[TEXT_SHOWN_BYTES_MAX + 1])
{
    const size_t size = TEXT_SHOWN_BYTES_MAX + 1;
    int written;
    if (code_point == TEXT_INVALID) {
        written = snprintf(shown, size, "\xef\xbf\xbd");
    } else if (code_point < 0x20) {
        written = snprintf(shown, size, "<%s>", control_names[code_point]);
    } else if (code_point == DELETE) {
        written = snprintf(shown, size, "<DEL>");
    } else {
        written = snprintf(shown, size, "<U+%04X>", (unsigned)code_point);
    }
    require(written > 0 && (size_t)written < size);
    return (size_t)written;
}

/* The escape of a character in this manner; 0 when it has none. */
static char field_escape(enum text_manner manner, uint32_t code_point)
{
    if (manner != TEXT_SHOW_FIELD) {
        return 0;
    }
    return code_point == '\n' ? 'n' : code_point == '\t' ? 't' : code_point == '\\' ? '\\' : 0;
}

/* How the character at `data`, `size` bytes long, is shown. */
static size_t show_one(enum text_manner manner, uint32_t code_point, const char *data, size_t size,
                       char shown[TEXT_SHOWN_BYTES_MAX + 1])
{
    bool kept = manner == TEXT_SHOW_LINES && (code_point == LINE_FEED || code_point == TAB);
    char escape = field_escape(manner, code_point);
    if (escape != 0) {
        shown[0] = '\\';
        shown[1] = escape;
        return 2;
    }
    if (!kept && !text_is_safe(code_point)) {
        return show_unsafe(code_point, shown);
    }
    memcpy(shown, data, size);
    return size;
}

size_t text_show(enum text_manner manner, const char *data, size_t length, char *buffer,
                 size_t size, size_t *ret_taken)
{
    require(size >= TEXT_SHOWN_BYTES_MAX);
    size_t taken = 0;
    size_t written = 0;
    while (taken < length) {
        char shown[TEXT_SHOWN_BYTES_MAX + 1];
        uint32_t code_point;
        size_t step = text_next(data + taken, length - taken, &code_point);
        size_t shown_size = show_one(manner, code_point, data + taken, step, shown);
        if (shown_size > size - written) {
            break;
        }
        memcpy(buffer + written, shown, shown_size);
        written += shown_size;
        taken += step;
    }
    *ret_taken = taken;
    return written;
}

void text_show_append(struct buffer *buffer, enum text_manner manner, const char *data,
                      size_t length)
{
    char piece[512];
    while (length > 0) {
        size_t taken;
        size_t written = text_show(manner, data, length, piece, sizeof piece, &taken);
        buffer_append(buffer, piece, written);
        data += taken;
        length -= taken;
    }
}
