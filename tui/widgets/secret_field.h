/* A password being typed: not shown, not even its length; no undo, no cursor within it. It lies in
 * a page of its own that is locked into memory, left out of core dumps and wiped after use. */
#ifndef TTYDESK_TUI_WIDGETS_SECRET_FIELD_H
#define TTYDESK_TUI_WIDGETS_SECRET_FIELD_H

#include "tui/widgets/widget.h"

#define SECRET_BYTES_MAX 1024

struct secret_field {
    char *bytes; /* owned page; NULL when memory was out: then nothing can be typed */
    size_t length;
};

void secret_field_init(struct secret_field *field);

/* Wipes and frees. Accepts a zeroed field. */
void secret_field_finish(struct secret_field *field);

/* Wipes what was typed. Call as soon as it is not needed any more. */
void secret_field_clear(struct secret_field *field);

/* What was typed, zero-terminated, borrowed until the next key. */
const char *secret_field_text(const struct secret_field *field, size_t *ret_length);

/* Characters and pastes are added, Backspace takes one away, Ctrl-U and Ctrl-W all. */
enum handled secret_field_key(struct secret_field *field, const struct key *key);

void secret_field_draw(const struct secret_field *field, struct terminal *terminal,
                       struct rectangle rectangle, bool focused);

#endif
