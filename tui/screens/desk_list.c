#include "tui/screens/desk_list.h"

#include <stdlib.h>
#include <string.h>

#include "proto/copy.h"

enum { ROWS_MAX = 5000 }; /* nobody reads on by hand; filters and exports go further */

static const void *row_at(const struct desk_list *list, size_t index)
{
    return list->rows + index * list->kind->rows->size;
}

static uint64_t row_id(void *context, size_t index)
{
    const struct desk_list *list = context;

    return list->kind->id(row_at(list, index));
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    const struct desk_list *list = context;

    for (size_t i = 0; i < list->count; i++) {
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
    const struct desk_list *list = context;

    list->kind->draw(list->base.screen.stage, row_at(list, index), terminal, rectangle);
}

void desk_list_init(struct desk_list *list, const struct desk_list_kind *kind)
{
    list->kind = kind;
    list->empty = kind->empty;
    arena_init(&list->arena, 0);
    list->base.source = (struct list_source){row_id, find_row, draw_row, list};
    list_view_init(&list->base.list, &list->base.source);
}

void desk_list_close(struct screen *screen)
{
    struct desk_list *list = (struct desk_list *)screen;

    if (list->kind->finish != NULL) {
        list->kind->finish(list);
    }
    arena_finish(&list->arena);
    free(list->rows);
}

bool is_desk_list(const struct screen *screen)
{
    return screen->ops->close == desk_list_close;
}

/* --- Asking --- */

void desk_list_send(struct desk_list *list, const void *request)
{
    screen_send(&list->base.screen, &(struct stage_order){.method = list->kind->method,
                                                          .request = request,
                                                          .task = list->kind->task});
}

/* What is on its way already is new enough. */
void desk_list_refresh(struct desk_list *list)
{
    if (!list->base.screen.sending) {
        list->fresh = true;
        list->kind->ask(list, 0);
    }
}

/* Asks for more when the end comes near. */
static void ask_on(struct desk_list *list)
{
    size_t first;
    size_t count;

    list_view_window(&list->base.list, &first, &count);
    if (list->more && !list->base.screen.sending && list->count < ROWS_MAX &&
        first + 2 * count >= list->count) {
        list->fresh = false;
        list->kind->ask(list, list->cursor);
    }
}

static void add_rows(struct desk_list *list, const struct list *page)
{
    size_t size = list->kind->rows->size;
    char *rows = realloc(list->rows, (list->count + page->count + 1) * size);

    if (rows == NULL) {
        return;
    }
    list->rows = rows;
    for (size_t i = 0; i < page->count; i++) {
        if (!message_copy(&list->arena, list->kind->rows, (const char *)page->items + i * size,
                          rows + list->count * size)) {
            return;
        }
        list->count++;
    }
}

static void take_page(struct desk_list *list, const char *reply)
{
    const struct desk_list_kind *kind = list->kind;
    struct list page;

    if (list->fresh) {
        list->count = 0;
        arena_reset(&list->arena);
    }
    memcpy(&page, reply + kind->rows_at, sizeof page);
    add_rows(list, &page);
    list->more = kind->more_at != 0 && *(const bool *)(const void *)(reply + kind->more_at);
    if (list->more) {
        memcpy(&list->cursor, reply + kind->cursor_at, sizeof list->cursor);
    }
    list->loaded = true;
    list_view_update(&list->base.list, list->count, !list->more);
    ask_on(list);
}

void desk_list_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct desk_list *list = (struct desk_list *)screen;

    if (reply->error != ERROR_NONE) {
        stage_explain(screen->stage, NULL, reply->error, reply->failure);
    } else if (reply->method == list->kind->method) {
        take_page(list, reply->reply);
    } else {
        desk_list_refresh(list);
    }
}

/* --- The screen --- */

enum handled desk_list_key(struct screen *screen, const struct key *key)
{
    struct desk_list *list = (struct desk_list *)screen;
    enum handled handled = list_view_key(&list->base.list, key);

    if (handled == HANDLED_CHANGE) {
        ask_on(list);
    }
    return handled;
}

void desk_list_draw(struct screen *screen, const struct frame *frame)
{
    struct desk_list *list = (struct desk_list *)screen;
    const char *empty = list->loaded ? list->empty : "Loading...";

    if (list->kind->tab != ADMIN_TABS) {
        admin_list_draw(&list->base, frame, list->kind->tab, list->kind->heading, empty);
    } else {
        admin_rows_draw(&list->base, frame, frame->body, list->kind->heading, empty);
    }
}

const void *desk_list_selected(struct stage *stage, const struct screen_ops *ops)
{
    struct desk_list *list = (struct desk_list *)stage_find(stage, ops);
    size_t index;

    if (list == NULL || !find_row(list, list_view_selected(&list->base.list), &index)) {
        return NULL;
    }
    return row_at(list, index);
}
