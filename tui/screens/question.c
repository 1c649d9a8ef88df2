/* A question in the message row, over whatever asked it. */
#include "tui/screens/screens.h"

struct question_screen {
    struct screen screen;
    struct prompt prompt;
    uint64_t asker; /* serial of the screen that asked */
    void (*on_answer)(struct screen *asker, bool yes, const char *text);
};

/* The screen below, but not one that is about to go: a question may follow from another one. */
static const struct screen *asker_of(const struct screen *screen)
{
    const struct screen *below = screen->below;

    while (below->closing && below->below != NULL) {
        below = below->below;
    }
    return below;
}

static bool question_open(struct screen *screen, const void *arguments)
{
    struct question_screen *asking = (struct question_screen *)screen;
    const struct question *question = arguments;

    if (question->kind == PROMPT_YES_NO) {
        prompt_init_yes_no(&asking->prompt, question->text);
    } else if (question->kind == PROMPT_LINE) {
        prompt_init_line(&asking->prompt, question->text, question->given, question->limit);
    } else {
        prompt_init_typed(&asking->prompt, question->text, question->given);
    }
    if (question->kind != PROMPT_LINE) {
        stage_guard(screen->stage);
    }
    asking->asker = asker_of(screen)->serial;
    asking->on_answer = question->on_answer;
    return true;
}

static void question_close(struct screen *screen)
{
    prompt_finish(&((struct question_screen *)screen)->prompt);
}

static void answer(struct question_screen *asking, bool yes)
{
    struct screen *asker = asking->screen.below;

    screen_close(&asking->screen);
    while (asker != NULL && asker->serial != asking->asker) {
        asker = asker->below;
    }
    if (asker != NULL && !asker->closing) {
        asking->on_answer(asker, yes, prompt_text(&asking->prompt, NULL));
    }
}

static enum handled question_key(struct screen *screen, const struct key *key)
{
    struct question_screen *asking = (struct question_screen *)screen;
    enum handled handled = prompt_key(&asking->prompt, key);

    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        answer(asking, handled == HANDLED_SUBMIT);
    }
    return HANDLED;
}

static void question_draw(struct screen *screen, const struct frame *frame)
{
    struct question_screen *asking = (struct question_screen *)screen;

    terminal_fill(frame->terminal, frame->message.row, 0, frame->message.width, STYLE_NORMAL, ' ');
    prompt_draw(&asking->prompt, frame->terminal, frame->message);
}

const struct screen_ops screen_question = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct question_screen),
    .overlay = true,
    .open = question_open,
    .close = question_close,
    .draw = question_draw,
    .key = question_key,
};
