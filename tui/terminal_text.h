/* How text becomes columns: grapheme steps, the display filter, widths, cutting and wrapping. One
 * "glyph" here is one grapheme cluster of the source text; what is drawn for it may be several
 * columns, since unsafe characters are shown by name. Widths are wcwidth's, the table curses
 * uses; a character it does not know counts one column and is drawn as U+FFFD.
 * No curses here, so that widgets and the command line can use it without a screen. */
#ifndef TTYDESK_TUI_TERMINAL_TEXT_H
#define TTYDESK_TUI_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

/* What one glyph can hold at most: more than this and the rest is not drawn. */
#define GLYPH_CELLS_MAX 64

/* Marks over one base character; further ones are dropped. */
#define CELL_MARKS_MAX 4

/* One character cell, or two when `width` is 2: a base, its marks, and a zero. */
struct text_cell {
    wchar_t characters[CELL_MARKS_MAX + 2];
    int width;
};

/* Sets the locale's character type from the environment. Where that names none, or "C" or
 * "POSIX", or a UTF-8 one that is not installed, C.UTF-8 is taken. Returns whether text is UTF-8;
 * if not, only ASCII can be shown and everything else is drawn as `?`. Call once, at start. */
bool terminal_start_locale(void);

/* Where the glyph that starts at `position` ends; `length` at the end. A newline is a glyph. */
size_t glyph_next(const char *text, size_t length, size_t position);

/* Where the glyph before `position` starts; 0 at the start. */
size_t glyph_previous(const char *text, size_t length, size_t position);

/* The cells that show one glyph, after the filter. At most GLYPH_CELLS_MAX; returns how many. */
size_t glyph_cells(const char *glyph, size_t length, struct text_cell *ret_cells);

/* Columns that text takes when drawn. */
int terminal_width(const char *text, size_t length);

/* Bytes of text, up to a glyph's end, that fit into `columns`. */
size_t text_fit(const char *text, size_t length, int columns);

/* One line of soft-wrapped text. */
struct text_line {
    size_t start;
    size_t end;  /* of what is drawn: without the newline or the spaces at the wrap */
    size_t next; /* where the following line starts */
    bool hard;   /* the line ends with a newline; if so a further line exists */
};

/* The line that starts at `start`, wrapped at `columns` (at least 1): after a space or a wide
 * character, within a word only when the word alone does not fit. */
struct text_line text_wrap(const char *text, size_t length, size_t start, int columns);

/* Writes a valid code point as UTF-8 and returns its bytes. */
size_t text_encode(long code_point, char ret_bytes[4]);

#endif
