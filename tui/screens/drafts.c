/* What has been written and not sent: shown at the next start, and whenever asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/when.h"
#include "tui/widgets/list_view.h"

struct drafts_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
};

/* A draft's place in the list: the kind in the lowest bits, so that it is never 0. */
static uint64_t id_of(struct draft_key key)
{
    return key.number << 3 | ((uint64_t)key.kind + 1);
}

static struct draft_key key_of(uint64_t id)
{
    return (struct draft_key){(enum draft_kind)((id & 7) - 1), id >> 3};
}

static const struct drafts *drafts_of(const struct drafts_screen *drafts)
{
    return &drafts->screen.stage->drafts;
}

/* The newest first. */
static const struct draft *draft_at(const struct drafts_screen *drafts, size_t index)
{
    return &drafts_of(drafts)->items[drafts_of(drafts)->count - 1 - index];
}

static uint64_t row_id(void *context, size_t index)
{
    return id_of(draft_at(context, index)->key);
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    for (size_t i = 0; i < drafts_of(context)->count; i++) {
        if (row_id(context, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    char what[64];
    char date[WHEN_SIZE];
    char line[256];
    const struct draft *draft = draft_at(context, index);
    bool own_title = draft->key.kind == DRAFT_NEW || draft->key.kind == DRAFT_EDIT;
    const char *words = own_title && draft->title[0] != '\0' ? draft->title : draft->text;

    draft_describe(&draft->key, what, sizeof what);
    when_date(when_now_ms(), draft->saved_ms, date);
    snprintf(line, sizeof line, " %-13s %-22s %.*s", date, what, (int)strcspn(words, "\n"), words);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

static bool drafts_screen_open(struct screen *screen, const void *arguments)
{
    struct drafts_screen *drafts = (struct drafts_screen *)screen;

    (void)arguments;
    drafts->source = (struct list_source){row_id, find_row, draw_row, drafts};
    list_view_init(&drafts->list, &drafts->source);
    list_view_update(&drafts->list, drafts_of(drafts)->count, true);
    return true;
}

static enum handled drafts_key(struct screen *screen, const struct key *key)
{
    return list_view_key(&((struct drafts_screen *)screen)->list, key);
}

static void drafts_draw(struct screen *screen, const struct frame *frame)
{
    struct drafts_screen *drafts = (struct drafts_screen *)screen;
    struct rectangle place = frame->body;

    list_view_update(&drafts->list, drafts_of(drafts)->count, true);
    terminal_print(frame->terminal, place.row, 0, place.width, STYLE_NORMAL,
                   drafts->list.count > 0
                       ? "You wrote these and they were not sent. Enter goes on with one."
                       : "There is nothing left unsent. q goes back.");
    terminal_print(frame->terminal, place.row + 1, 2, place.width - 2, STYLE_HEADING,
                   "Written       What                   Text");
    place.row += 2;
    place.height -= 2;
    list_view_draw(&drafts->list, frame->terminal, place, screen->stage->top == screen);
}

const struct screen_ops screen_drafts = {
    .id = SCREEN_DRAFTS,
    .name = "drafts",
    .title = "Drafts",
    .size = sizeof(struct drafts_screen),
    .open = drafts_screen_open,
    .draw = drafts_draw,
    .key = drafts_key,
};

void open_drafts(struct stage *stage)
{
    stage_push(stage, &screen_drafts, NULL);
}

void open_selected_draft(struct stage *stage)
{
    struct drafts_screen *drafts = (struct drafts_screen *)stage_find(stage, &screen_drafts);
    uint64_t id = list_view_selected(&drafts->list);

    if (id != LIST_ID_NONE) {
        screen_close(&drafts->screen);
        stage_open_draft(stage, key_of(id));
    }
}

static void on_discard(struct screen *asker, bool yes, const char *text)
{
    const struct drafts_screen *drafts = (const struct drafts_screen *)asker;

    (void)text;
    if (yes) {
        drafts_drop(&asker->stage->drafts, key_of(list_view_selected(&drafts->list)));
    }
}

void discard_draft(struct stage *stage)
{
    struct question question = {
        .kind = PROMPT_YES_NO, .text = "Throw this draft away?", .on_answer = on_discard};

    if (stage->drafts.count > 0) {
        stage_push(stage, &screen_question, &question);
    }
}
