/* What has been written and not sent: shown at the next start, and whenever asked for. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/when.h"
#include "tui/widgets/list_view.h"

/* Drafts of this machine and of the desk, each text once; the newest first. */
struct drafts_row {
    struct draft_key key;
    const char *title; /* borrowed from either, as the next one; until something changes */
    const char *text;
    uint64_t time_ms; /* on this machine's clock */
    bool here;
    bool on_desk;
};

struct drafts_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
    struct drafts_row *rows; /* owned */
    size_t count;
};

enum { TIME_WIDTH = 13, WHAT_WIDTH = 22, WHERE_WIDTH = 6 };

/* A draft's place in the list: the kind in the lowest bits, so that it is never 0. */
static uint64_t id_of(struct draft_key key)
{
    return key.number << 3 | ((uint64_t)key.kind + 1);
}

static struct draft_key key_of(uint64_t id)
{
    return (struct draft_key){(enum draft_kind)((id & 7) - 1), id >> 3};
}

_Static_assert(DRAFT_KIND_COUNT < 8, "a kind has three bits of an id");

/* --- The rows --- */

static int newest_first(const void *left, const void *right)
{
    const struct drafts_row *a = left;
    const struct drafts_row *b = right;

    return (a->time_ms < b->time_ms) - (a->time_ms > b->time_ms);
}

static void gather(struct drafts_screen *drafts)
{
    const struct stage *stage = drafts->screen.stage;
    const struct drafts *here = &stage->drafts;
    const struct desk_drafts *desk = &stage->desk_drafts;
    size_t room = here->count + desk->count;
    struct drafts_row *rows = realloc(drafts->rows, (room + 1) * sizeof *rows);

    if (rows == NULL) {
        drafts->count = 0; /* the texts of the rows before may be gone */
        list_view_update(&drafts->list, 0, true);
        return;
    }
    drafts->rows = rows;
    drafts->count = 0;
    for (size_t i = 0; i < here->count; i++) {
        const struct draft *draft = &here->items[i];
        rows[drafts->count++] = (struct drafts_row){
            .key = draft->key,
            .title = draft->title,
            .text = draft->text,
            .time_ms = draft->saved_ms,
            .here = true,
            .on_desk = desk_drafts_find(desk, draft->key) != NULL,
        };
    }
    for (size_t i = 0; i < desk->count; i++) {
        const struct desk_draft *draft = &desk->items[i];
        if (draft->text != NULL && drafts_find(here, draft->key) == NULL) {
            rows[drafts->count++] = (struct drafts_row){
                .key = draft->key,
                .title = draft->title,
                .text = draft->text,
                .time_ms = draft->updated_ms - stage_desk_ms(stage) + when_now_ms(),
                .on_desk = true,
            };
        }
    }
    qsort(rows, drafts->count, sizeof *rows, newest_first);
    list_view_update(&drafts->list, drafts->count, true);
}

static uint64_t row_id(void *context, size_t index)
{
    return id_of(((const struct drafts_screen *)context)->rows[index].key);
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    for (size_t i = 0; i < ((const struct drafts_screen *)context)->count; i++) {
        if (row_id(context, i) == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

/* Whether it is a message, which has no title of its own: a draft of one may have its ticket's. */
static bool is_message(struct draft_key key)
{
    return key.kind != DRAFT_NEW && key.kind != DRAFT_EDIT;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    char what[64];
    char date[WHEN_SIZE];
    char line[256];
    const struct drafts_row *row = &((const struct drafts_screen *)context)->rows[index];
    const char *words = row->title[0] != '\0' && !is_message(row->key) ? row->title : row->text;

    draft_describe(&row->key, what, sizeof what);
    when_date(when_now_ms(), row->time_ms, date);
    snprintf(line, sizeof line, " %-*s %-*s %-*s %.*s", TIME_WIDTH, date, WHAT_WIDTH, what,
             WHERE_WIDTH,
             !row->here     ? "desk"
             : row->on_desk ? "both"
                            : "here",
             (int)strcspn(words, "\n"), words);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL, line);
}

/* --- The screen --- */

static bool drafts_screen_open(struct screen *screen, const void *arguments)
{
    struct drafts_screen *drafts = (struct drafts_screen *)screen;

    (void)arguments;
    drafts->source = (struct list_source){row_id, find_row, draw_row, drafts};
    list_view_init(&drafts->list, &drafts->source);
    gather(drafts);
    desk_drafts_refresh(&screen->stage->desk_drafts);
    return true;
}

static void drafts_screen_close(struct screen *screen)
{
    free(((struct drafts_screen *)screen)->rows);
}

static enum handled drafts_key(struct screen *screen, const struct key *key)
{
    struct drafts_screen *drafts = (struct drafts_screen *)screen;

    gather(drafts);
    return list_view_key(&drafts->list, key);
}

static void drafts_draw(struct screen *screen, const struct frame *frame)
{
    struct drafts_screen *drafts = (struct drafts_screen *)screen;
    struct rectangle place = frame->body;

    gather(drafts);
    terminal_print(frame->terminal, place.row, 0, place.width, STYLE_NORMAL,
                   drafts->list.count > 0
                       ? "You wrote these and they were not sent. Enter goes on with one."
                       : "There is nothing left unsent. q goes back.");
    terminal_print(frame->terminal, place.row + 1, 2, place.width - 2, STYLE_HEADING,
                   "Written       What                   Where  Text");
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
    .close = drafts_screen_close,
    .draw = drafts_draw,
    .key = drafts_key,
};

void open_drafts(struct stage *stage)
{
    stage_push(stage, &screen_drafts, NULL);
}

/* What lies on the desk alone becomes a draft of this machine, too, and is opened as one. */
static void take_over(struct stage *stage, struct draft_key key)
{
    const struct desk_draft *kept = desk_drafts_find(&stage->desk_drafts, key);

    if (kept != NULL && drafts_find(&stage->drafts, key) == NULL) {
        struct draft draft = {.key = key, .title = kept->title, .text = kept->text};
        (void)drafts_put(&stage->drafts, &draft);
    }
}

void open_selected_draft(struct stage *stage)
{
    struct drafts_screen *drafts = (struct drafts_screen *)stage_find(stage, &screen_drafts);
    uint64_t id = list_view_selected(&drafts->list);

    if (id != LIST_ID_NONE) {
        screen_close(&drafts->screen);
        take_over(stage, key_of(id));
        stage_open_draft(stage, key_of(id));
    }
}

static void on_discard(struct screen *asker, bool yes, const char *text)
{
    const struct drafts_screen *drafts = (const struct drafts_screen *)asker;
    struct draft_key key = key_of(list_view_selected(&drafts->list));

    (void)text;
    if (!yes) {
        return;
    }
    drafts_drop(&asker->stage->drafts, key);
    if (!desk_drafts_remove(&asker->stage->desk_drafts, key)) {
        stage_say(asker->stage, STATUS_WARNING,
                  "It is still on the desk: no connection to throw it away there.");
    }
}

void discard_draft(struct stage *stage)
{
    const struct drafts_screen *drafts = (const struct drafts_screen *)stage->top;
    struct question question = {
        .kind = PROMPT_YES_NO, .text = "Throw this draft away?", .on_answer = on_discard};

    if (drafts->count > 0) {
        stage_push(stage, &screen_question, &question);
    }
}
