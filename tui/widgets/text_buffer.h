/* Text being written: a gap buffer of UTF-8 with a cursor at a glyph border, undo and redo, and
 * one killed piece to yank. It accepts only text the desk accepts: control, bidi and tag
 * characters and invalid bytes are left out, tabs become spaces, and a newline becomes a space
 * where there is only one line. Passwords belong in a secret_field, never here. */
#ifndef TTYDESK_TUI_WIDGETS_TEXT_BUFFER_H
#define TTYDESK_TUI_WIDGETS_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* What undo may keep; the oldest steps go first. */
#define TEXT_HISTORY_BYTES_MAX (256 * 1024)

/* One change: `bytes` were inserted or deleted at `position`. */
struct text_edit {
    size_t position;
    size_t length;
    size_t capacity;
    size_t cursor_before;
    bool inserted;
    char *bytes; /* owned */
};

struct text_history {
    struct text_edit *edits; /* owned */
    size_t count;
    size_t capacity;
    size_t done;  /* edits[done..count) have been undone */
    size_t bytes; /* held by all edits */
    bool sealed;  /* the next edit begins a new step */
};

struct text_buffer {
    char *bytes; /* owned; the text is bytes[0..gap_start) and bytes[gap_end..capacity) */
    size_t capacity;
    size_t gap_start;
    size_t gap_end;
    size_t cursor; /* in bytes of text */
    size_t code_points;
    size_t limit; /* code points */
    bool multi_line;
    struct text_history history;
    char *killed; /* owned */
    size_t killed_length;
};

void text_buffer_init(struct text_buffer *buffer, size_t limit, bool multi_line);

/* Accepts a zeroed buffer. */
void text_buffer_finish(struct text_buffer *buffer);

/* The text in one piece, zero-terminated, borrowed until the next change. */
const char *text_buffer_text(struct text_buffer *buffer, size_t *ret_length);

/* Replaces everything, forgets the history, and puts the cursor at the end. False when the text
 * had to be cut at the limit or memory was out. */
bool text_buffer_set(struct text_buffer *buffer, const char *text, size_t length);

/* Inserts at the cursor as far as the limit allows; false when something was left out for lack of
 * room. Typed characters join the undo step before them, a paste is a step of its own. */
bool text_buffer_insert(struct text_buffer *buffer, const char *text, size_t length, bool typed);

/* Deletes text[from..to) and puts the cursor there. */
void text_buffer_delete(struct text_buffer *buffer, size_t from, size_t to);

/* The same, kept for text_buffer_yank. Nothing is killed when the range is empty. */
void text_buffer_kill(struct text_buffer *buffer, size_t from, size_t to);

bool text_buffer_yank(struct text_buffer *buffer);

/* Moves the cursor, which ends the undo step. `position` is at a glyph border. */
void text_buffer_move(struct text_buffer *buffer, size_t position);

/* False when there is nothing to take back. */
bool text_buffer_undo(struct text_buffer *buffer);

bool text_buffer_redo(struct text_buffer *buffer);

/* How many code points of a text the buffer would take, cleaned as on inserting. */
size_t text_buffer_measure(const struct text_buffer *buffer, const char *text, size_t length);

#endif
