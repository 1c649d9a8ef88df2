/* An editor for one line or several: a text_buffer with keys, soft wrapping or sideways
 * scrolling, and a guard before large pastes. Where lines wrap is worked out from the width of the
 * last drawing; newlines are never changed by it. */
#ifndef TTYDESK_TUI_WIDGETS_TEXT_FIELD_H
#define TTYDESK_TUI_WIDGETS_TEXT_FIELD_H

#include "tui/widgets/text_buffer.h"
#include "tui/widgets/widget.h"

/* A paste of more lines, or of more than fits, asks first. */
#define TEXT_PASTE_LINES_MAX 100

struct text_field {
    struct text_buffer buffer;
    size_t first; /* one line: first byte shown. Several: first wrapped line shown */
    int columns;  /* width and height of the last drawing */
    int rows;
    int wanted_column;   /* kept while moving up and down; -1: take the cursor's */
    char *waiting_paste; /* owned; NULL unless one waits for text_field_take_paste */
    size_t waiting_length;
};

/* `limit` is in code points. */
void text_field_init(struct text_field *field, size_t limit, bool multi_line);

/* Accepts a zeroed field. */
void text_field_finish(struct text_field *field);

/* The text, zero-terminated, borrowed until the next key. `ret_length` may be NULL. */
const char *text_field_text(struct text_field *field, size_t *ret_length);

/* Replaces the text and its history; false when it had to be cut at the limit. */
bool text_field_set(struct text_field *field, const char *text, size_t length);

/* Enter, Tab and cancel keys are not handled, but for Enter in several lines; neither are Up and
 * Down at the edges, so that a form can move on. */
enum handled text_field_key(struct text_field *field, const struct key *key);

/* Inserts the paste that waits, or forgets it. HANDLED_FULL when it did not fit as a whole. */
enum handled text_field_take_paste(struct text_field *field, bool take);

/* How many lines the paste that waits has. */
size_t text_field_waiting_lines(const struct text_field *field);

/* The line and column of the cursor for people, both from 1. */
void text_field_position(struct text_field *field, size_t *ret_line, size_t *ret_column);

/* Draws it; puts the terminal's cursor at the insertion point when focused. */
void text_field_draw(struct text_field *field, struct terminal *terminal,
                     struct rectangle rectangle, bool focused);

#endif
