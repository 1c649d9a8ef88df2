/* Admin mode: deleted tickets, to bring back or to erase for good. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"

static struct model_tickets *tickets_of(const struct admin_list *list)
{
    return &list->screen.stage->model->deleted;
}

static uint64_t row_id(void *context, size_t index)
{
    return tickets_of(context)->rows[index].ticket.number;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    return model_tickets_find(tickets_of(context), id, ret_index);
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    const struct admin_list *list = context;

    ticket_row_draw(list->screen.stage, &tickets_of(list)->rows[index], terminal, rectangle);
}

static bool deleted_open(struct screen *screen, const void *arguments)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)arguments;
    list->source = (struct list_source){row_id, find_row, draw_row, list};
    list_view_init(&list->list, &list->source);
    list_view_update(&list->list, tickets_of(list)->count, !tickets_of(list)->more);
    return true;
}

static void ask_for_more(struct admin_list *list)
{
    size_t first;
    size_t count;

    list_view_window(&list->list, &first, &count);
    if (first + 2 * count >= tickets_of(list)->count) {
        model_tickets_more(tickets_of(list));
    }
}

static void deleted_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct admin_list *list = (struct admin_list *)screen;

    (void)by_event;
    if ((changes & MODEL_DELETED) != 0) {
        list_view_update(&list->list, tickets_of(list)->count, !tickets_of(list)->more);
        ask_for_more(list);
    }
}

static enum handled deleted_key(struct screen *screen, const struct key *key)
{
    struct admin_list *list = (struct admin_list *)screen;
    enum handled handled = list_view_key(&list->list, key);

    if (handled == HANDLED_CHANGE) {
        ask_for_more(list);
    }
    return handled;
}

static void deleted_draw(struct screen *screen, const struct frame *frame)
{
    struct admin_list *list = (struct admin_list *)screen;

    struct rectangle heading =
        admin_list_draw(list, frame, ADMIN_DELETED, "",
                        tickets_of(list)->loaded ? "No ticket is deleted." : "Loading...");
    ticket_row_heading(frame->terminal, heading);
}

static const struct ticket *deleted_subject(struct screen *screen)
{
    struct admin_list *list = (struct admin_list *)screen;
    size_t index;

    if (!find_row(list, list_view_selected(&list->list), &index)) {
        return NULL;
    }
    return &tickets_of(list)->rows[index].ticket;
}

const struct screen_ops screen_deleted = {
    .id = SCREEN_DELETED,
    .name = "deleted",
    .title = "Admin",
    .size = sizeof(struct admin_list),
    .open = deleted_open,
    .draw = deleted_draw,
    .key = deleted_key,
    .event = deleted_event,
    .reply = admin_list_reply,
    .subject = deleted_subject,
};

void restore_ticket(struct stage *stage)
{
    char done[STAGE_TEXT_MAX];
    const struct ticket *ticket = stage_subject(stage);

    if (ticket != NULL) {
        struct admin_ticket request = {.number = ticket->number};
        snprintf(done, sizeof done, "#%" PRIu64 " is back in the lists.", ticket->number);
        screen_send(stage->top, &(struct stage_order){.method = METHOD_ADMIN_TICKET_RESTORE,
                                                      .request = &request,
                                                      .task = "Restoring the ticket",
                                                      .done = done});
    }
}

void purge_ticket(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket != NULL) {
        struct deletion deletion = {
            .number = ticket->number, .title = ticket->title, .purge = true};
        stage_push(stage, &screen_delete, &deletion);
    }
}
