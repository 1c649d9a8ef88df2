/* Columns of text. The filter is applied glyph by glyph here, and nowhere else in the client, so
 * that what is measured is always what is drawn. */
#include "tui/terminal_text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

enum {
    CODE_POINT_REPLACEMENT = 0xfffd,
    VARIATION_SELECTOR_FIRST = 0xfe00,
    VARIATION_SELECTOR_LAST = 0xfe0f,
    ZERO_WIDTH_JOINER = 0x200d,
};

/* The locale's name as the environment gives it, by the rules of setlocale. */
static const char *environment_locale(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != '\0') {
            return value;
        }
    }
    return "";
}

static bool may_become_utf8(const char *name)
{
    const char *codeset = strchr(name, '.');

    return name[0] == '\0' || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0 ||
           (codeset != NULL &&
            (strncasecmp(codeset, ".utf-8", 6) == 0 || strncasecmp(codeset, ".utf8", 5) == 0));
}

static bool locale_is_utf8(void)
{
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

bool terminal_start_locale(void)
{
    setlocale(LC_CTYPE, "");
    if (!locale_is_utf8() && may_become_utf8(environment_locale())) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    return locale_is_utf8();
}

size_t text_decode(const char *text, size_t length, long *ret_code_point)
{
    utf8proc_int32_t code_point = -1;
    utf8proc_ssize_t limit = length > 4 ? 4 : (utf8proc_ssize_t)length;
    utf8proc_ssize_t taken = utf8proc_iterate((const utf8proc_uint8_t *)text, limit, &code_point);

    if (taken <= 0) {
        *ret_code_point = -1;
        return 1;
    }
    *ret_code_point = code_point;
    return (size_t)taken;
}

/* Plain ASCII on both sides is by far the commonest case and always a border. */
static bool ascii_border(const char *text, size_t length, size_t position)
{
    unsigned char here = (unsigned char)text[position];
    unsigned char after = position + 1 < length ? (unsigned char)text[position + 1] : ' ';

    return here < 0x80 && after < 0x80;
}

size_t glyph_next(const char *text, size_t length, size_t position)
{
    utf8proc_int32_t state = 0;
    long before;

    if (position >= length) {
        return length;
    }
    if (ascii_border(text, length, position)) {
        return position + 1;
    }
    position += text_decode(text + position, length - position, &before);
    while (position < length && before >= 0) {
        long after;
        size_t taken = text_decode(text + position, length - position, &after);
        if (after < 0 || utf8proc_grapheme_break_stateful((utf8proc_int32_t)before,
                                                          (utf8proc_int32_t)after, &state)) {
            break;
        }
        before = after;
        position += taken;
    }
    return position;
}

/* Borders are only sure when counted from a sure one: walks back to plain ASCII, then forward. */
size_t glyph_previous(const char *text, size_t length, size_t position)
{
    size_t start = position;

    if (position == 0) {
        return 0;
    }
    do {
        start--;
    } while (start > 0 && !ascii_border(text, length, start - 1));
    for (;;) {
        size_t next = glyph_next(text, length, start);
        if (next >= position) {
            return start;
        }
        start = next;
    }
}

/* Every character that may not reach a terminal as itself. */
static bool is_unsafe(long code_point)
{
    return code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0xad ||
           code_point == 0x61c || code_point == 0x180e ||
           (code_point >= 0x200b && code_point <= 0x200f) ||
           (code_point >= 0x2028 && code_point <= 0x202e) ||
           (code_point >= 0x2060 && code_point <= 0x206f) || code_point == 0xfeff ||
           (code_point >= 0xfff9 && code_point <= 0xfffb) ||
           (code_point >= 0xe0000 && code_point <= 0xe0fff);
}

/* The safe form of one glyph of source text. */
static size_t show_glyph(const char *glyph, size_t length, char *shown, size_t capacity)
{
    size_t position = 0;
    size_t used = 0;

    while (position < length && used + 16 < capacity) {
        long code_point;
        size_t taken = text_decode(glyph + position, length - position, &code_point);
        if (code_point < 0) {
            memcpy(shown + used, "\xef\xbf\xbd", 3);
            used += 3;
        } else if (code_point == 0x1b) {
            memcpy(shown + used, "<ESC>", 5);
            used += 5;
        } else if (is_unsafe(code_point)) {
            used += (size_t)snprintf(shown + used, capacity - used, "<U+%04lX>", code_point);
        } else {
            memcpy(shown + used, glyph + position, taken);
            used += taken;
        }
        position += taken;
    }
    return used;
}

/* Dropped: they change how wide some terminals draw what stands before them. */
static bool is_joiner(long code_point)
{
    return code_point == ZERO_WIDTH_JOINER ||
           (code_point >= VARIATION_SELECTOR_FIRST && code_point <= VARIATION_SELECTOR_LAST);
}

static void add_mark(struct text_cell *cell, wchar_t mark)
{
    for (size_t i = 1; i <= CELL_MARKS_MAX; i++) {
        if (cell->characters[i] == 0) {
            cell->characters[i] = mark;
            return;
        }
    }
}

static size_t cells_of(const char *shown, size_t length, struct text_cell *ret_cells)
{
    size_t count = 0;
    size_t position = 0;

    while (position < length) {
        long code_point;
        position += text_decode(shown + position, length - position, &code_point);
        int width = code_point < 0 ? -1 : wcwidth((wchar_t)code_point);
        if (is_joiner(code_point)) {
            continue;
        }
        if (width < 0) {
            code_point = CODE_POINT_REPLACEMENT;
            width = 1;
        }
        if (width == 0 && count > 0) {
            add_mark(&ret_cells[count - 1], (wchar_t)code_point);
            continue;
        }
        if (count == GLYPH_CELLS_MAX) {
            break;
        }
        struct text_cell *cell = &ret_cells[count++];
        *cell = (struct text_cell){.width = width == 0 ? 1 : width};
        cell->characters[0] = width == 0 ? L' ' : (wchar_t)code_point;
        if (width == 0) {
            add_mark(cell, (wchar_t)code_point);
        }
    }
    return count;
}

static bool is_plain(const char *glyph, size_t length)
{
    return length == 1 && glyph[0] >= 0x20 && glyph[0] < 0x7f;
}

size_t glyph_cells(const char *glyph, size_t length, struct text_cell *ret_cells)
{
    char shown[512];

    if (is_plain(glyph, length)) {
        ret_cells[0] = (struct text_cell){.characters = {(wchar_t)glyph[0]}, .width = 1};
        return 1;
    }
    size_t shown_length = show_glyph(glyph, length, shown, sizeof shown);
    return cells_of(shown, shown_length, ret_cells);
}

static int glyph_width(const char *glyph, size_t length)
{
    struct text_cell cells[GLYPH_CELLS_MAX];
    int width = 0;

    if (is_plain(glyph, length)) {
        return 1;
    }
    size_t count = glyph_cells(glyph, length, cells);
    for (size_t i = 0; i < count; i++) {
        width += cells[i].width;
    }
    return width;
}

int terminal_width(const char *text, size_t length)
{
    int width = 0;

    for (size_t position = 0; position < length;) {
        size_t next = glyph_next(text, length, position);
        width += glyph_width(text + position, next - position);
        position = next;
    }
    return width;
}

size_t text_fit(const char *text, size_t length, int columns)
{
    size_t position = 0;

    while (position < length) {
        size_t next = glyph_next(text, length, position);
        columns -= glyph_width(text + position, next - position);
        if (columns < 0) {
            break;
        }
        position = next;
    }
    return position;
}

/* A newline or the text's end ends the line; the spaces where it wraps belong to it but are not
 * drawn. */
static struct text_line end_line(const char *text, size_t length, size_t start, size_t next)
{
    struct text_line line = {.start = start, .end = next, .next = next};

    if (next > start && text[next - 1] == '\n') {
        line.end = next - 1;
        line.hard = true;
    } else if (next < length) {
        while (line.end > start && text[line.end - 1] == ' ') {
            line.end--;
        }
    }
    return line;
}

struct text_line text_wrap(const char *text, size_t length, size_t start, int columns)
{
    size_t position = start;
    size_t break_at = 0; /* the last place where the line may wrap; 0 = none yet */
    int used = 0;

    while (position < length) {
        size_t next = glyph_next(text, length, position);
        if (text[position] == '\n') {
            return end_line(text, length, start, next);
        }
        int width = glyph_width(text + position, next - position);
        bool space = text[position] == ' ';
        if (used + width > columns && !space) {
            size_t wrap = break_at > start ? break_at : position;
            return end_line(text, length, start, wrap > start ? wrap : next);
        }
        if (width == 2 && used > 0) {
            break_at = position;
        }
        used += width;
        position = next;
        if (space || width == 2) {
            break_at = position;
        }
    }
    return end_line(text, length, start, length);
}
