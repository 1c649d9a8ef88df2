/* A small menu: each choice has a key, a word and one line on what it means. */
#ifndef TTYDESK_TUI_WIDGETS_PICKER_H
#define TTYDESK_TUI_WIDGETS_PICKER_H

#include "tui/widgets/widget.h"

struct picker_choice {
    char key; /* picks it at once; '\0': none. Not j, k, g, G or q */
    const char *word;
    const char *meaning;
};

struct picker {
    const char *title;                   /* borrowed */
    const struct picker_choice *choices; /* borrowed */
    size_t count;
    size_t selected;
    size_t first; /* first choice drawn */
};

/* `count` is at least 1; `selected` is where the cursor stands at first. */
void picker_init(struct picker *picker, const char *title, const struct picker_choice *choices,
                 size_t count, size_t selected);

/* HANDLED_SUBMIT: `selected` has been picked. HANDLED_CANCEL: leave things as they are. Every
 * other key is taken too. */
enum handled picker_key(struct picker *picker, const struct key *key);

/* Rows the picker wants, its title included. */
int picker_rows(const struct picker *picker);

/* Draws title and choices, and the terminal's cursor on the selected one. */
void picker_draw(struct picker *picker, struct terminal *terminal, struct rectangle rectangle);

#endif
