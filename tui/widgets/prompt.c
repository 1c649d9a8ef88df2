/* See prompt.h. */
#include "tui/widgets/prompt.h"

#include <stdio.h>
#include <string.h>

enum { TYPED_LIMIT_MORE = 8, ANSWER_LEAST = 12 };

static void begin(struct prompt *prompt, enum prompt_kind kind, const char *question, size_t limit)
{
    *prompt = (struct prompt){.kind = kind};
    snprintf(prompt->question, sizeof prompt->question, "%s", question);
    text_field_init(&prompt->field, limit, false);
}

void prompt_init_yes_no(struct prompt *prompt, const char *question)
{
    begin(prompt, PROMPT_YES_NO, question, 0);
}

void prompt_init_line(struct prompt *prompt, const char *question, const char *text, size_t limit)
{
    begin(prompt, PROMPT_LINE, question, limit);
    text_field_set(&prompt->field, text, strlen(text));
}

void prompt_init_typed(struct prompt *prompt, const char *question, const char *expected)
{
    begin(prompt, PROMPT_TYPED, question, strlen(expected) + TYPED_LIMIT_MORE);
    snprintf(prompt->expected, sizeof prompt->expected, "%s", expected);
}

void prompt_finish(struct prompt *prompt)
{
    text_field_finish(&prompt->field);
}

bool prompt_is_ready(struct prompt *prompt)
{
    return prompt->kind == PROMPT_LINE ||
           (prompt->kind == PROMPT_TYPED &&
            strcmp(text_field_text(&prompt->field, NULL), prompt->expected) == 0);
}

static enum handled yes_no_key(const struct key *key)
{
    if (key_is_character(key, 'y') || key_is_character(key, 'Y')) {
        return HANDLED_SUBMIT;
    }
    bool no = key_is_character(key, 'n') || key_is_character(key, 'N') ||
              key_is_character(key, 'q') || key->code == KEYCODE_ENTER || key_is_cancel(key);
    return no ? HANDLED_CANCEL : HANDLED;
}

enum handled prompt_key(struct prompt *prompt, const struct key *key)
{
    if (prompt->kind == PROMPT_YES_NO) {
        return yes_no_key(key);
    }
    if (key_is_cancel(key)) {
        return HANDLED_CANCEL;
    }
    if (key->code == KEYCODE_ENTER) {
        return prompt_is_ready(prompt) ? HANDLED_SUBMIT : HANDLED;
    }
    enum handled handled = text_field_key(&prompt->field, key);
    if (handled == HANDLED_ASK_PASTE) {
        text_field_take_paste(&prompt->field, true); /* a line: what fits is taken */
        return HANDLED_CHANGE;
    }
    return handled == HANDLED_NOT ? HANDLED : handled;
}

const char *prompt_text(struct prompt *prompt, size_t *ret_length)
{
    return text_field_text(&prompt->field, ret_length);
}

/* What stands behind the answer: whether Enter would do it. */
static int draw_state(struct prompt *prompt, struct terminal *terminal, struct rectangle row)
{
    const char *state = prompt_is_ready(prompt) ? "Enter does it" : "not yet";
    int width = (int)strlen(state);

    if (prompt->kind != PROMPT_TYPED || row.width < 60) {
        return 0;
    }
    terminal_print(terminal, row.row, row.column + row.width - width, width, STYLE_MUTED, state);
    return width + 2;
}

void prompt_draw(struct prompt *prompt, struct terminal *terminal, struct rectangle row)
{
    const char *ask = prompt->kind == PROMPT_YES_NO ? " y/N " : " ";

    if (row.height < 1 || row.width < 1) {
        return;
    }
    int room = row.width - draw_state(prompt, terminal, row);
    /* The question gives way before the answer does. */
    int answer = prompt->kind == PROMPT_YES_NO ? (int)strlen(ask) : ANSWER_LEAST;
    int question = room > 2 * answer ? room - answer : room / 2;
    int used =
        terminal_print(terminal, row.row, row.column, question, STYLE_WARNING, prompt->question);
    used += terminal_print(terminal, row.row, row.column + used, room - used, STYLE_NORMAL, ask);
    if (prompt->kind == PROMPT_YES_NO) {
        terminal_cursor(terminal, row.row, row.column + used);
        return;
    }
    struct rectangle line = {row.row, row.column + used, 1, room - used};
    text_field_draw(&prompt->field, terminal, line, true);
}
