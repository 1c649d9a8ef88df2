/* A question in one row. Three kinds: yes or no, where Enter means No; a line of text; and a typed
 * confirmation, where Enter does nothing until the text is exactly what is asked for (a ticket's
 * number, a user's name). Esc always keeps things as they are. */
#ifndef TTYDESK_TUI_WIDGETS_PROMPT_H
#define TTYDESK_TUI_WIDGETS_PROMPT_H

#include "tui/widgets/text_field.h"
#include "tui/widgets/widget.h"

#define PROMPT_QUESTION_MAX 240
#define PROMPT_EXPECTED_MAX 80

enum prompt_kind { PROMPT_YES_NO, PROMPT_LINE, PROMPT_TYPED };

struct prompt {
    enum prompt_kind kind;
    char question[PROMPT_QUESTION_MAX];
    char expected[PROMPT_EXPECTED_MAX]; /* PROMPT_TYPED */
    struct text_field field;
};

/* The key that opens a question must not answer it: call terminal_drop_keys too. */
void prompt_init_yes_no(struct prompt *prompt, const char *question);

/* `text` is what stands in the line at first; `limit` is in code points. */
void prompt_init_line(struct prompt *prompt, const char *question, const char *text, size_t limit);

void prompt_init_typed(struct prompt *prompt, const char *question, const char *expected);

/* Accepts a zeroed prompt. */
void prompt_finish(struct prompt *prompt);

/* HANDLED_SUBMIT: yes, or Enter on a line that may be sent. HANDLED_CANCEL: no. Every other key
 * is taken too. */
enum handled prompt_key(struct prompt *prompt, const struct key *key);

/* The line as it is. */
const char *prompt_text(struct prompt *prompt, size_t *ret_length);

/* Whether Enter would be accepted. */
bool prompt_is_ready(struct prompt *prompt);

/* Draws question and answer into one row, with the terminal's cursor. */
void prompt_draw(struct prompt *prompt, struct terminal *terminal, struct rectangle row);

#endif
