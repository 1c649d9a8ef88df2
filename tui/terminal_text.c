/* Columns of text. The filter is applied glyph by glyph here, and nowhere else in the client, so
 * that what is measured is always what is drawn. */
#include "tui/terminal_text.h"

#include <langinfo.h>
#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

#include "proto/text.h"
#include "tui/wipe.h"

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

size_t text_encode(long code_point, char ret_bytes[4])
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t length = utf8proc_encode_char((utf8proc_int32_t)code_point, bytes);

    memcpy(ret_bytes, bytes, (size_t)length);
    wipe(bytes, sizeof bytes); /* it may be a letter of a password */
    return (size_t)length;
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
    uint32_t before;

    if (position >= length) {
        return length;
    }
    if (ascii_border(text, length, position)) {
        return position + 1;
    }
    position += text_next(text + position, length - position, &before);
    while (position < length && before != TEXT_INVALID) {
        uint32_t after;
        size_t taken = text_next(text + position, length - position, &after);
        if (after == TEXT_INVALID ||
            utf8proc_grapheme_break_stateful((utf8proc_int32_t)before, (utf8proc_int32_t)after,
                                             &state)) {
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

/* Dropped within a glyph: they change how wide some terminals draw what stands before them. */
static bool is_joiner(uint32_t code_point)
{
    return code_point == ZERO_WIDTH_JOINER ||
           (code_point >= VARIATION_SELECTOR_FIRST && code_point <= VARIATION_SELECTOR_LAST);
}

static void add_mark(struct text_cell *cell, uint32_t mark)
{
    for (size_t i = 1; i <= CELL_MARKS_MAX; i++) {
        if (cell->characters[i] == 0) {
            cell->characters[i] = (wchar_t)mark;
            return;
        }
    }
}

/* Adds one safe character to the cells of a glyph and returns how many there are then. */
static size_t add_character(struct text_cell *cells, size_t count, uint32_t code_point)
{
    int width = wcwidth((wchar_t)code_point);

    if (width < 0) {
        code_point = CODE_POINT_REPLACEMENT;
        width = 1;
    }
    if (width == 0 && count > 0) {
        add_mark(&cells[count - 1], code_point);
        return count;
    }
    if (count == GLYPH_CELLS_MAX) {
        return count;
    }
    cells[count] = (struct text_cell){.width = width == 0 ? 1 : width};
    cells[count].characters[0] = width == 0 ? L' ' : (wchar_t)code_point;
    if (width == 0) {
        add_mark(&cells[count], code_point);
    }
    return count + 1;
}

/* Adds one character of source text in the form in which the filter shows it. */
static size_t add_shown(struct text_cell *cells, size_t count, const char *source, size_t length)
{
    char shown[TEXT_SHOWN_BYTES_MAX];
    size_t taken;
    size_t shown_length = text_show(TEXT_SHOW_LINE, source, length, shown, sizeof shown, &taken);

    for (size_t position = 0; position < shown_length;) {
        uint32_t code_point;
        position += text_next(shown + position, shown_length - position, &code_point);
        count = add_character(cells, count, code_point);
    }
    return count;
}

static bool is_plain(const char *glyph, size_t length)
{
    return length == 1 && glyph[0] >= 0x20 && glyph[0] < 0x7f;
}

size_t glyph_cells(const char *glyph, size_t length, struct text_cell *ret_cells)
{
    size_t count = 0;

    if (is_plain(glyph, length)) {
        ret_cells[0] = (struct text_cell){.characters = {(wchar_t)glyph[0]}, .width = 1};
        return 1;
    }
    for (size_t position = 0; position < length;) {
        uint32_t code_point;
        size_t taken = text_next(glyph + position, length - position, &code_point);
        if (position == 0 || !is_joiner(code_point)) {
            count = add_shown(ret_cells, count, glyph + position, taken);
        }
        position += taken;
    }
    return count;
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
