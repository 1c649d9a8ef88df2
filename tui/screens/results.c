/* What became of each ticket of an act on many, when some were refused: those first, since they are
 * what is left to do. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/batch.h"
#include "tui/screens/screens.h"
#include "tui/undo.h"
#include "tui/widgets/text_view.h"

enum { WORDS_SIZE = BATCH_VALUE_MAX + 2 * BATCH_WORD_MAX };

struct results {
    struct screen screen;
    struct text_view view;
    char title[WORDS_SIZE + 64];
};

static void add(struct results *results, int indent, const char *text)
{
    text_view_add(&results->view, STYLE_NORMAL, indent, text, strlen(text));
}

static void add_heading(struct results *results, const char *text)
{
    text_view_add_heading(&results->view, STYLE_HEADING, text, strlen(text));
}

static void add_results(struct results *results, const struct batch *batch, bool refused)
{
    char done[WORDS_SIZE];
    char line[WORDS_SIZE + STAGE_TEXT_MAX];

    batch_describe_done(batch, done, sizeof done);
    for (size_t i = 0; i < batch->answered; i++) {
        const struct batch_result *result = &batch->results[i];
        if (refused && result->code != ERROR_NONE) {
            snprintf(line, sizeof line, "#%" PRIu64 " not %s: %s", result->number,
                     batch->words.done, batch_reason(result));
            add(results, 2, line);
        } else if (!refused && result->code == ERROR_NONE) {
            snprintf(line, sizeof line, "#%" PRIu64 " %s", result->number, done);
            add(results, 2, line);
        }
    }
}

static bool results_open(struct screen *screen, const void *arguments)
{
    struct results *results = (struct results *)screen;
    const struct batch *batch = arguments;
    size_t refused = batch->answered - batch->done;
    size_t left = batch->count - batch->answered;
    char done[WORDS_SIZE];
    char line[WORDS_SIZE + 64];

    text_view_init(&results->view);
    batch_describe_done(batch, done, sizeof done);
    snprintf(results->title, sizeof results->title, "%zu of %zu %s", batch->done, batch->count,
             done);
    snprintf(line, sizeof line, "%zu not %s", refused, batch->words.done);
    add_heading(results, line);
    add_results(results, batch, true);
    if (left > 0) {
        snprintf(line, sizeof line, "%zu more were not tried.", left);
        add(results, 0, line);
    }
    if (batch->done > 0) {
        add(results, 0, "");
        snprintf(line, sizeof line, "%zu %s", batch->done, done);
        add_heading(results, line);
        add_results(results, batch, false);
        stage_say(screen->stage, STATUS_WARNING, "%zu of %zu %s.%s", batch->done, batch->count,
                  done, stage_undo_hint(screen->stage));
    }
    return true;
}

static void results_close(struct screen *screen)
{
    text_view_finish(&((struct results *)screen)->view);
}

static enum handled results_key(struct screen *screen, const struct key *key)
{
    return text_view_key(&((struct results *)screen)->view, key);
}

static void results_draw(struct screen *screen, const struct frame *frame)
{
    struct results *results = (struct results *)screen;

    text_view_draw(&results->view, frame->terminal, frame->body, screen->stage->top == screen);
}

static void results_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "%s", ((struct results *)screen)->title);
}

const struct screen_ops screen_results = {
    .id = SCREEN_RESULTS,
    .name = "results",
    .size = sizeof(struct results),
    .open = results_open,
    .close = results_close,
    .draw = results_draw,
    .key = results_key,
    .write_title = results_write_title,
};
