/* Messages not read yet. The desk counts them when it answers queries; what comes by events is
 * counted here, and a ticket that was drawn is read. */
#include "tui/model.h"

enum { UNREAD_MAX = 99 };

/* A reply that is held back for a while counts when it is sent. */
static bool brings_message(const struct history_entry *entry)
{
    const struct change *changes = entry->changes.items;

    for (size_t i = 0; i < entry->changes.count; i++) {
        if (text_equal(changes[i].field, text_of("message"))) {
            return true;
        }
    }
    return false;
}

static bool is_own(const struct model *model, struct text name)
{
    return model->account.known && text_equal(name, model->account.account.name);
}

void model_count_unread(const struct model *model, struct ticket *ticket,
                        const struct history_entry *entry)
{
    if (present_has(entry->present, HISTORY_ACTOR) && !is_own(model, entry->actor) &&
        brings_message(entry) && ticket->unread < UNREAD_MAX) {
        ticket->unread++;
        present_mark(&ticket->present, TICKET_UNREAD);
    }
}

void model_ticket_find_unread(struct model_ticket *open)
{
    uint64_t left = open->ticket.unread;

    if (open->first_unread != 0 || left == 0 || !open->loaded || open->get_request != 0 ||
        open->messages_request != 0) {
        return;
    }
    for (size_t i = open->count; i > 0 && left > 0; i--) {
        const struct model_entry *entry = &open->entries[i - 1];
        if (entry->is_message && !is_own(open->model, entry->message.author)) {
            open->first_unread = entry->sequence;
            left--;
        }
    }
}

bool model_ticket_is_unread(const struct model_ticket *open, const struct model_entry *entry)
{
    return entry->is_message && open->first_unread != 0 && entry->sequence >= open->first_unread &&
           !is_own(open->model, entry->message.author);
}

/* Nothing depends on the answer: what could not be noted is unread the next time. */
static void on_marked(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct model *model = context;

    (void)error;
    (void)reply;
    (void)failure;
    model_changed(model, 0, false);
}

void model_ticket_was_drawn(struct model_ticket *open)
{
    struct model *model = open->model;
    struct ticket_mark_read request = {.number = open->number, .sequence = open->last_message};
    size_t index;

    if (open->ticket.unread == 0 || !open->loaded || open->messages_request != 0 ||
        open->last_message == 0 || connection_state(model->connection) != CONNECTION_READY) {
        return;
    }
    open->ticket.unread = 0;
    if (model_tickets_find(&model->tickets, open->number, &index)) {
        model->tickets.rows[index].ticket.unread = 0;
    }
    connection_request(model->connection, METHOD_TICKET_MARK_READ, &request, on_marked, model);
}
