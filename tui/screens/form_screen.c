#include "tui/screens/form_screen.h"

#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"

static void on_paste_answer(struct screen *asker, bool yes, const char *text)
{
    struct form_screen *screen = (struct form_screen *)asker;
    struct text_field *field = &form_focused(&screen->form)->text;

    (void)text;
    if (text_field_take_paste(field, yes) == HANDLED_FULL) {
        /* An error, since an older error would hide anything less: text has been lost here. */
        stage_say(asker->stage, STATUS_ERROR, "The paste is too long: its end is missing here.");
    }
}

static void ask_paste(struct form_screen *screen)
{
    char text[96];
    struct question question = {.kind = PROMPT_YES_NO, .text = text, .on_answer = on_paste_answer};

    snprintf(text, sizeof text, "Paste %zu lines here?",
             text_field_waiting_lines(&form_focused(&screen->form)->text));
    stage_push(screen->screen.stage, &screen_question, &question);
}

enum handled form_screen_key(struct form_screen *screen, const struct key *key)
{
    struct stage *stage = screen->screen.stage;

    if (screen->screen.sending) {
        return key_is_function(key, 1) ? HANDLED_NOT : HANDLED;
    }
    enum handled handled = form_key(&screen->form, key);
    if (handled == HANDLED_SUBMIT) {
        stage_hush(stage);
        form_clear_errors(&screen->form);
    }
    if (handled == HANDLED_FULL) {
        stage_say(stage, STATUS_WARNING, "The text is at its limit.");
        return HANDLED_CHANGE;
    }
    if (handled == HANDLED_ASK_PASTE) {
        ask_paste(screen);
        return HANDLED_CHANGE;
    }
    return handled;
}

void form_screen_error(struct form_screen *screen, size_t field, const char *message)
{
    form_set_error(&screen->form, field, message);
    stage_say(screen->screen.stage, STATUS_ERROR, "%s: %s", screen->form.fields[field].label,
              message);
}

void form_screen_fail(struct form_screen *screen, const char *const *names, const char *task,
                      const struct screen_reply *reply)
{
    char message[FORM_ERROR_MAX];
    const struct failure *failure = reply->failure;

    for (size_t i = 0; failure->field.length > 0 && i < screen->form.count; i++) {
        if (names[i] != NULL && text_equal(failure->field, text_of(names[i]))) {
            snprintf(message, sizeof message, "%.*s", (int)failure->message.length,
                     failure->message.data);
            form_screen_error(screen, i, message);
            return;
        }
    }
    stage_explain(screen->screen.stage, task, reply->error, failure);
}

void form_screen_close(struct screen *screen)
{
    form_finish(&((struct form_screen *)screen)->form);
}

struct text form_screen_text(struct form_screen *screen, size_t field)
{
    struct text text;

    text.data = text_field_text(&screen->form.fields[field].text, &text.length);
    return text;
}

struct text form_screen_secret(struct form_screen *screen, size_t field)
{
    struct text text;

    text.data = secret_field_text(&screen->form.fields[field].secret, &text.length);
    return text;
}

struct rectangle form_screen_place(const struct frame *frame, int rows)
{
    struct rectangle place = frame->body;

    place.row += rows;
    place.height -= rows;
    place.column += 2;
    place.width -= 2;
    return place;
}
