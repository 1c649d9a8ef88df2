/* What all widgets share. A widget is a struct with init and finish, a key function that says what
 * it did with a key, and a draw function that draws it into a rectangle. It knows nothing of
 * tickets, has no clock and keeps no coordinates between drawings, so a resize needs no care. */
#ifndef TTYDESK_TUI_WIDGETS_WIDGET_H
#define TTYDESK_TUI_WIDGETS_WIDGET_H

#include <stdbool.h>

#include "tui/terminal.h"

enum handled {
    HANDLED_NOT,       /* the key means nothing here: the screen may use it */
    HANDLED,           /* taken, and nothing that others would care about has changed */
    HANDLED_CHANGE,    /* the content or the selection has changed */
    HANDLED_FULL,      /* the text is at its limit: not all of the input was taken */
    HANDLED_ASK_PASTE, /* a large paste waits for the person's word: text_field_take_paste */
    HANDLED_SUBMIT,
    HANDLED_CANCEL,
};

/* Ctrl with a letter in lower case, or with one of space \ ] ^ _ */
bool key_is_control(const struct key *key, char letter);

bool key_is_character(const struct key *key, char character);

bool key_is_function(const struct key *key, unsigned number);

/* Esc, Ctrl-G, Ctrl-C. */
bool key_is_cancel(const struct key *key);

/* The frame of a dialogue: a box of + - | with a title, its inside emptied. Returns the inside,
 * with one column of air at the left and right. */
struct rectangle widget_box(struct terminal *terminal, struct rectangle outside, const char *title);

#endif
