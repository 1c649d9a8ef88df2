/* What text may contain, and how text from others is shown. Two gates, on purpose not the same:
 *
 *   text_check  when text comes in: strict, refuses, says what is wrong;
 *   text_show   when text goes out to a terminal, a pipe or a log: never refuses, trusts nobody,
 *               not even what a server sent that should have checked. Nothing reaches a terminal
 *               but through it.
 *
 * Code points are counted as people's limits are stated; columns are the terminal's business. */
#ifndef TTYDESK_PROTO_TEXT_H
#define TTYDESK_PROTO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buffer.h"

enum {
    TEXT_MARKS_MAX = 8, /* combining marks in a row */
    TEXT_USER_NAME_BYTES_MIN = 2,
    TEXT_USER_NAME_BYTES_MAX = 32,
    TEXT_EMAIL_BYTES_MAX = 254,
    TEXT_SHOWN_BYTES_MAX = 10, /* the most that one character or bad byte is shown as */
};

/* Returned by text_next for bytes that are not UTF-8. */
#define TEXT_INVALID UINT32_MAX

enum text_rule {
    TEXT_LINE,  /* no line break, no tab */
    TEXT_LINES, /* line feeds and tabs are welcome */
};

/* What is wrong with a text; 0 is nothing. */
enum text_fault {
    TEXT_SOUND,
    TEXT_NOT_UTF8,
    TEXT_HAS_LINE_BREAK,
    TEXT_HAS_TAB,
    TEXT_HAS_CONTROL,      /* C0, DEL, C1 */
    TEXT_HAS_SEPARATOR,    /* U+2028, U+2029 */
    TEXT_HAS_DIRECTION,    /* bidirectional controls */
    TEXT_HAS_TAG,          /* U+E0000 to U+E007F */
    TEXT_HAS_NONCHARACTER, /* U+FDD0 to U+FDEF and the last two of each plane */
    TEXT_HAS_MARKS,        /* more than TEXT_MARKS_MAX combining marks in a row */
    TEXT_HAS_JOINER,       /* U+200D with ASCII, another joiner or nothing beside it */
    TEXT_TOO_SHORT,
    TEXT_TOO_LONG,
    TEXT_NOT_A_USER_NAME,
    TEXT_NOT_AN_EMAIL,
    TEXT_FAULT_COUNT
};

/* How text_show treats line feeds and tabs. */
enum text_manner {
    TEXT_SHOW_LINE,  /* as <LF> and <TAB>: whatever comes, it stays one line */
    TEXT_SHOW_LINES, /* kept */
    TEXT_SHOW_FIELD, /* as \n and \t, and backslashes doubled: a field of tab-separated output */
};

/* The words to put after "the title": "contains a control character". Never NULL. */
const char *text_fault_words(enum text_fault fault);

/* Decodes the first character of `length` (>= 1) bytes and returns how many bytes it has. For
 * bytes that are not strict UTF-8 (overlong, surrogate, beyond U+10FFFF, cut) the code point is
 * TEXT_INVALID and the size that of the longest beginning of a character, at least 1. */
size_t text_next(const char *data, size_t length, uint32_t *ret_code_point);

/* The first fault of a text, in the order of its bytes. Empty text is sound. */
enum text_fault text_check(enum text_rule rule, const char *data, size_t length);

/* How many code points; bytes that are not UTF-8 count one for each step of text_next. */
size_t text_count(const char *data, size_t length);

/* Names that nobody can mistake for another: [a-z0-9][a-z0-9._-]*, 2 to 32 characters. */
enum text_fault text_check_user_name(const char *data, size_t length);

/* Plausible, not proven: a line of at most 254 bytes without spaces, one @ with something on both
 * sides, no empty label in the domain. Only a mail that arrives proves an address. */
enum text_fault text_check_email(const char *data, size_t length);

/* Whether text_show lets a code point through as it is, line feed and tab aside. */
bool text_is_safe(uint32_t code_point);

/* Writes as much of `data` as fits into `buffer` (`size` >= TEXT_SHOWN_BYTES_MAX, no zero byte is
 * added), characters never cut, and returns the bytes written; `ret_taken` says how much of `data`
 * that was. Call again with the rest. Control characters become <ESC>, other unsafe characters
 * <U+202E>, bytes that are not UTF-8 become U+FFFD. */
size_t text_show(enum text_manner manner, const char *data, size_t length, char *buffer,
                 size_t size, size_t *ret_taken);

/* The same for the whole text, appended to `buffer` (which latches lack of memory). */
void text_show_append(struct buffer *buffer, enum text_manner manner, const char *data,
                      size_t length);

#endif
