/* Before many tickets are changed: how many, the first of them by name, and a question. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/batch.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

enum { SHOWN_MAX = 10, NUMBER_WIDTH = 8 };

struct preview {
    struct screen screen;
    struct prompt prompt;
    struct batch *batch; /* owned until the answer is yes */
};

static bool preview_open(struct screen *screen, const void *arguments)
{
    struct preview *preview = (struct preview *)screen;
    char what[BATCH_VALUE_MAX + 2 * BATCH_WORD_MAX];
    char question[PROMPT_QUESTION_MAX];

    /* The batch changes hands; arguments are const for those who only read theirs. */
    preview->batch = (struct batch *)(uintptr_t)arguments;
    batch_describe(preview->batch, what, sizeof what);
    snprintf(question, sizeof question, "%.200s?", what);
    prompt_init_yes_no(&preview->prompt, question);
    stage_guard(screen->stage);
    return true;
}

static void preview_close(struct screen *screen)
{
    struct preview *preview = (struct preview *)screen;

    prompt_finish(&preview->prompt);
    batch_free(preview->batch);
}

static enum handled preview_key(struct screen *screen, const struct key *key)
{
    struct preview *preview = (struct preview *)screen;
    enum handled handled = prompt_key(&preview->prompt, key);

    if (handled == HANDLED_SUBMIT) {
        struct batch *batch = preview->batch;
        preview->batch = NULL;
        batch_run(batch);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        screen_close(screen);
    }
    return HANDLED;
}

/* "  #12   Label printer in dispatch", or that its row is not in the list at present. */
static void draw_ticket(const struct preview *preview, size_t i, const struct frame *frame, int row)
{
    const struct model_tickets *tickets = &preview->screen.stage->model->tickets;
    char number[24];
    size_t index;
    int column = 2 + NUMBER_WIDTH;

    snprintf(number, sizeof number, "#%" PRIu64, preview->batch->tickets[i].number);
    terminal_print(frame->terminal, row, 2, NUMBER_WIDTH, STYLE_NORMAL, number);
    if (!model_tickets_find(tickets, preview->batch->tickets[i].number, &index)) {
        terminal_print(frame->terminal, row, column, frame->body.width - column, STYLE_MUTED,
                       "not among the tickets shown");
        return;
    }
    struct text title = tickets->rows[index].ticket.title;
    terminal_put(frame->terminal, row, column, frame->body.width - column, STYLE_NORMAL, title.data,
                 title.length);
}

static void preview_draw(struct screen *screen, const struct frame *frame)
{
    struct preview *preview = (struct preview *)screen;
    struct rectangle body = frame->body;
    char line[64];
    size_t count = preview->batch->count;
    size_t room = body.height > 3 ? (size_t)body.height - 3 : 1;
    size_t shown = room < SHOWN_MAX ? room : SHOWN_MAX;

    shown = count <= shown + 1 && count <= room ? count : shown; /* "and 1 more" takes a row too */
    int rows = 1 + (int)shown + (shown < count ? 1 : 0);
    int row = body.row + body.height - rows;
    for (int i = 0; i < rows; i++) {
        terminal_fill(frame->terminal, row + i, 0, body.width, STYLE_NORMAL, ' ');
    }
    snprintf(line, sizeof line, "%zu marked tickets", count);
    terminal_print(frame->terminal, row++, 0, body.width, STYLE_TITLE, line);
    for (size_t i = 0; i < shown; i++) {
        draw_ticket(preview, i, frame, row++);
    }
    if (shown < count) {
        snprintf(line, sizeof line, "and %zu more", count - shown);
        terminal_print(frame->terminal, row, 2, body.width - 2, STYLE_MUTED, line);
    }
    terminal_fill(frame->terminal, frame->message.row, 0, body.width, STYLE_NORMAL, ' ');
    prompt_draw(&preview->prompt, frame->terminal, frame->message);
}

const struct screen_ops screen_preview = {
    .id = SCREEN_QUESTION,
    .name = "question",
    .size = sizeof(struct preview),
    .overlay = true,
    .open = preview_open,
    .close = preview_close,
    .draw = preview_draw,
    .key = preview_key,
};
