/* What the open ticket is to others, as far as its reader may see those: asked for with the ticket,
 * and again when one of the links or of the tickets at their other ends has changed. */
#include <stdlib.h>

#include "proto/copy.h"
#include "tui/model.h"

void links_init(struct model_links *links, struct model *model)
{
    links->model = model;
    arena_init(&links->arena, 0);
}

void links_forget(struct model_links *links)
{
    if (links->request != 0) {
        connection_cancel(links->model->connection, links->request);
    }
    arena_reset(&links->arena);
    *links = (struct model_links){.model = links->model, .arena = links->arena};
}

static void on_links(void *context, enum error error, const void *reply,
                     const struct failure *failure)
{
    struct model_links *links = context;
    struct ticket_links_reply copy;

    (void)failure; /* whoever asked for the ticket hears of the same */
    links->request = 0;
    if (error != ERROR_NONE) {
        return;
    }
    arena_reset(&links->arena);
    links->items = NULL;
    links->count = 0;
    if (message_copy(&links->arena, methods[METHOD_TICKET_LINKS].reply, reply, &copy)) {
        links->items = copy.links.items;
        links->count = copy.links.count;
        links->loaded = true;
    }
    model_changed(links->model, MODEL_LINKS, false);
}

void model_links_ask(struct model_links *links, uint64_t number)
{
    struct ticket_links request = {.number = number};

    if (links->number != number) {
        links_forget(links);
        links->number = number;
    }
    if (links->request != 0) {
        connection_cancel(links->model->connection, links->request);
    }
    links->request = connection_request(links->model->connection, METHOD_TICKET_LINKS, &request,
                                        on_links, links);
}

static bool is_linked(const struct model_links *links, uint64_t number)
{
    for (size_t i = 0; i < links->count; i++) {
        if (links->items[i].number == number) {
            return true;
        }
    }
    return false;
}

/* A merge is told by the tickets that were merged; what is linked to them may be another then. */
static bool concerns_links(const struct history_entry *entry)
{
    return history_changes(entry, "link") || history_changes(entry, "merged") ||
           history_changes(entry, "merged_into") || entry->what == METHOD_TICKET_SPLIT;
}

void links_take_event(struct model_links *links, const struct feed_event *event)
{
    if (links->number != 0 && (is_linked(links, event->number) ||
                               (event->number == links->number && concerns_links(&event->entry)))) {
        model_links_ask(links, links->number);
    }
}

void links_take_gone(struct model_links *links, const struct ticket_gone *gone)
{
    if (links->number != 0 && is_linked(links, gone->number)) {
        model_links_ask(links, links->number);
    }
}
