/* Tickets made of messages. */
#include <string.h>

#include "tests/simulation/model_internal.h"

static const struct model_message *find_message(const struct model *model, uint64_t ticket,
                                                uint64_t sequence)
{
    for (size_t i = 0; i < model->message_count; i++) {
        const struct model_message *message = &model->messages[i];
        if (message->ticket == ticket && message->sequence == sequence) {
            return message;
        }
    }
    return NULL;
}

/* Whose the new ticket is: a note stays with whoever splits, a reply goes with its author, if that
 * is a user who can still sign in. */
static size_t whose(const struct turn *turn, const struct model_message *message)
{
    const struct model *model = turn->model;
    const struct model_account *author = &model->accounts[message->author];

    if (message->is_note) {
        return (size_t)(turn->who.account - model->accounts);
    }
    return author->role == ROLE_USER && author->state == ACCOUNT_ACTIVE
               ? message->author
               : model->tickets[message->ticket - 1].requester;
}

static void split(struct turn *turn)
{
    const struct ticket_split *request = turn->command->request;
    struct model *model = turn->model;
    const struct model_ticket *old = turn_ticket(turn, request->number);

    if (old == NULL) {
        return;
    }
    if (!model_works_on(model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    const struct model_message *message = find_message(model, request->number, request->message);
    if (message == NULL || message->is_held || message->is_retracted) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "message");
        return;
    }
    if (model->queues[old->queue].closed) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
        return;
    }
    size_t self = (size_t)(turn->who.account - model->accounts);
    struct model_ticket *ticket = &model->tickets[model->ticket_count++];
    model_copy(ticket->title, request->title);
    strcpy(ticket->problem, message->text);
    ticket->kind = old->kind;
    ticket->severity = old->severity;
    ticket->requester = whose(turn, message);
    ticket->opened_by = ticket->requester != self ? self + 1 : 0;
    ticket->queue = old->queue;
    ticket->created_ms = ticket->updated_ms = turn->command->time_ms;
    ticket->version = 1;
    model->links[model->link_count++] = (struct model_link){
        .from = request->number, .to = model->ticket_count, .kind = LINK_RELATES};
    turn_finish(turn, model->ticket_count, false);
    model_add_line(turn, request->number, true);
}

bool model_merge_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_SPLIT:
        split(turn);
        return true;
    default:
        return false;
    }
}
