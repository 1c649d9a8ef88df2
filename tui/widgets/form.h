/* Fields below one another: text, secret, choice, and text of several lines. Each has a label, its
 * error and, when something is being edited, what it was. Tab and Shift-Tab go from field to field,
 * and so do Down and Up at a field's edge; Enter goes on, or writes a newline where there are
 * several lines. No buttons: Ctrl-S or F10 sends, Esc leaves. */
#ifndef TTYDESK_TUI_WIDGETS_FORM_H
#define TTYDESK_TUI_WIDGETS_FORM_H

#include "tui/widgets/secret_field.h"
#include "tui/widgets/text_field.h"
#include "tui/widgets/widget.h"

#define FORM_ERROR_MAX 160

enum form_kind { FORM_TEXT, FORM_LINES, FORM_SECRET, FORM_CHOICE };

struct form_field {
    enum form_kind kind;
    const char *label; /* borrowed */
    const char *hint;  /* borrowed, or NULL: what is expected. Shown while a text is empty, beside a
                        * secret, and over several lines while they have the focus */
    const char *was;   /* borrowed, or NULL: the value before, shown below */
    char error[FORM_ERROR_MAX];
    struct text_field text;     /* FORM_TEXT and FORM_LINES */
    struct secret_field secret; /* FORM_SECRET */
    const char *const *words;   /* FORM_CHOICE: borrowed */
    size_t word_count;
    size_t chosen;
};

struct form {
    struct form_field *fields; /* borrowed: lives beside the form, in the screen */
    size_t count;
    size_t focus;
    size_t first;       /* first field drawn */
    bool enter_submits; /* Enter in the last field sends, as for signing in */
};

/* `limit` is in code points. */
void form_field_text(struct form_field *field, const char *label, size_t limit);
void form_field_lines(struct form_field *field, const char *label, size_t limit);
void form_field_secret(struct form_field *field, const char *label);
void form_field_choice(struct form_field *field, const char *label, const char *const *words,
                       size_t word_count);

/* `count` is at least 1; the fields have been set up by the functions above. */
void form_init(struct form *form, struct form_field *fields, size_t count);

/* Finishes every field; passwords are wiped. Accepts a zeroed form. */
void form_finish(struct form *form);

/* Shows a message at a field until that field changes, and moves the focus to the first field that
 * has one. An empty text takes it away. */
void form_set_error(struct form *form, size_t index, const char *message);

void form_clear_errors(struct form *form);

/* The field with the focus. */
struct form_field *form_focused(struct form *form);

void form_focus(struct form *form, size_t index);

enum handled form_key(struct form *form, const struct key *key);

/* Draws it; the terminal's cursor is at the insertion point. Several lines take the room that is
 * left. Where there is too little room, it scrolls to the focus. */
void form_draw(struct form *form, struct terminal *terminal, struct rectangle rectangle);

#endif
