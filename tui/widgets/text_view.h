/* Text to read: paragraphs and headings, wrapped to the width and scrolled. The place of reading is
 * a paragraph and a line in it, so neither a resize nor text added below moves what is read. */
#ifndef TTYDESK_TUI_WIDGETS_TEXT_VIEW_H
#define TTYDESK_TUI_WIDGETS_TEXT_VIEW_H

#include "tui/widgets/widget.h"

struct text_view_item {
    enum style_role role;
    bool heading;
    int indent;
    char *text; /* owned */
    size_t length;
};

struct text_view {
    struct text_view_item *items; /* owned */
    size_t count;
    size_t capacity;
    size_t top;      /* first item shown */
    size_t top_line; /* and its first line shown */
    int columns;     /* of the last drawing */
    int rows;
};

void text_view_init(struct text_view *view);

/* Accepts a zeroed view. */
void text_view_finish(struct text_view *view);

/* Removes all text; the place of reading stays if as much is added again. */
void text_view_clear(struct text_view *view);

/* Goes back to the top: for another text. */
void text_view_rewind(struct text_view *view);

/* Adds a paragraph (which may hold newlines; "" is an empty line), `indent` columns in. Copies the
 * text. False when memory is out. */
bool text_view_add(struct text_view *view, enum style_role role, int indent, const char *text,
                   size_t length);

/* Adds a heading: one line, cut where it is too long, and a place for [ and ] to go to. */
bool text_view_add_heading(struct text_view *view, enum style_role role, const char *text,
                           size_t length);

/* j k, arrows, Ctrl-N Ctrl-P: line; PgDn PgUp, Ctrl-F Ctrl-B, Space b: page; Ctrl-D Ctrl-U: half;
 * g G, Home End; [ ]: heading. */
enum handled text_view_key(struct text_view *view, const struct key *key);

/* Lines shown and lines there are, both for the last drawing; from 1, and 0 to 0 when empty. */
void text_view_position(const struct text_view *view, size_t *ret_from, size_t *ret_to,
                        size_t *ret_total);

/* Which heading the first line shown belongs to, from 1 (0: before the first), and how many. */
void text_view_heading(const struct text_view *view, size_t *ret_number, size_t *ret_count);

/* Scrolls so that the heading with that number, from 1, is the first line. */
void text_view_show_heading(struct text_view *view, size_t number);

/* Draws it, and puts the terminal's cursor on its first line when focused. */
void text_view_draw(struct text_view *view, struct terminal *terminal, struct rectangle rectangle,
                    bool focused);

#endif
