/* The sequences are those of the terminals in the test matrix: xterm, tmux, screen, linux, putty
 * and vt100. None of them needs OSC, DCS or a question to the terminal. */
#include "tests/tui/driver/grammar.h"

#include <string.h>

#include "proto/text.h"

/* A CSI sequence without numbers to check: its final byte and the most parameters it may have. */
struct csi {
    char final;
    size_t parameters_max;
};

static const struct csi numbered[] = {
    {'H', 2}, {'J', 1}, {'K', 1}, {'G', 1}, {'d', 1}, {'A', 1}, {'B', 1},
    {'C', 1}, {'D', 1}, {'r', 2}, {'L', 1}, {'M', 1}, {'P', 1}, {'@', 1},
    {'X', 1}, {'S', 1}, {'T', 1}, {'b', 1}, {'Z', 1},
};

/* CSI sequences whose every byte is fixed. */
static const char *const fixed[] = {
    "?1049h", "?1049l", "?1h", "?1l",    "?25h",   "?25l",    "?12l",    "?7h", "?7l",
    "4h",     "4l",     "34h", "?2004h", "?2004l", "22;0;0t", "23;0;0t", "?0c", "?47h",
    "?47l",   "?1000l", "?5l", "?5h",    "34l",    "?1c",     "?8c",
};

/* Attributes and the three colours of ours, in the forms of all terminals of the matrix. */
static const int attributes[] = {0, 1, 4, 7, 10, 11, 22, 24, 27, 31, 32, 35, 37, 39, 40, 49};

#define ENTRIES(table) (sizeof(table) / sizeof(table)[0])

static bool is_fixed(const char *body, size_t length)
{
    for (size_t i = 0; i < ENTRIES(fixed); i++) {
        if (strlen(fixed[i]) == length && memcmp(fixed[i], body, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_attribute(long number)
{
    for (size_t i = 0; i < ENTRIES(attributes); i++) {
        if (attributes[i] == number) {
            return true;
        }
    }
    return false;
}

/* Nothing but digits and separators stands before the `m`. */
static bool attributes_known(const char *body)
{
    long number = 0;

    for (; *body != 'm'; body++) {
        if (*body != ';') {
            number = number > 1000 ? number : number * 10 + (*body - '0');
        } else if (is_attribute(number)) {
            number = 0;
        } else {
            return false;
        }
    }
    return is_attribute(number);
}

/* `body` is what follows ESC [, its final byte included. */
static bool csi_known(const char *body, size_t length)
{
    char final = body[length - 1];
    size_t separators = 0;

    if (is_fixed(body, length)) {
        return true;
    }
    for (size_t i = 0; i + 1 < length; i++) {
        if (body[i] != ';' && (body[i] < '0' || body[i] > '9')) {
            return false;
        }
        separators += body[i] == ';';
    }
    if (final == 'm') {
        return attributes_known(body);
    }
    for (size_t i = 0; i < ENTRIES(numbered); i++) {
        if (numbered[i].final == final) {
            return separators < numbered[i].parameters_max;
        }
    }
    return false;
}

/* Bytes of the sequence that starts with ESC; 0 when it is none of ours. */
static size_t sequence(const char *bytes, size_t length)
{
    static const char *const plain[] = {"\0337",  "\0338",  "\033M",  "\033=", "\033>",
                                        "\033(B", "\033(0", "\033)B", "\033)0"};

    for (size_t i = 0; i < ENTRIES(plain); i++) {
        size_t size = strlen(plain[i]);
        if (size <= length && memcmp(plain[i], bytes, size) == 0) {
            return size;
        }
    }
    if (length < 3 || bytes[1] != '[') {
        return 0;
    }
    size_t end = 2;
    while (end < length && bytes[end] >= 0x20 && bytes[end] < 0x40) {
        end++;
    }
    if (end == length || !csi_known(bytes + 2, end - 1)) {
        return 0;
    }
    return end + 1;
}

bool grammar_check(const char *bytes, size_t length, size_t *ret_offset)
{
    size_t position = 0;

    while (position < length) {
        const char *here = bytes + position;
        size_t taken = 0;
        if (*here == '\033') {
            taken = sequence(here, length - position);
        } else if (strchr("\r\n\b\t\016\017", *here) != NULL && *here != '\0') {
            taken = 1;
        } else {
            uint32_t code_point;
            size_t size = text_next(here, length - position, &code_point);
            taken = code_point != TEXT_INVALID && text_is_safe(code_point) ? size : 0;
        }
        if (taken == 0) {
            *ret_offset = position;
            return false;
        }
        position += taken;
    }
    return true;
}
