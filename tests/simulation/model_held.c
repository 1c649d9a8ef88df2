/* Replies to requesters in the model, which wait for a while before they are sent, and messages
 * that are corrected or retracted after they were. */
#include <string.h>

#include "tests/simulation/model_internal.h"

enum { SECOND = 1000 };

void model_hold(struct turn *turn, const struct ticket_say *request)
{
    struct model *model = turn->model;

    turn_finish(turn, request->number, true);
    struct model_message *message = model_add_message(turn, request, false);
    message->is_held = true;
    message->release_ms = message->time_ms + model->undo_seconds * SECOND;
    message->then = *request;
    message->then.text = (struct text){.data = NULL};
    message->then.operation = (struct bytes){.data = NULL};
    model->holds[model->hold_count++] = (struct model_hold){
        .due_ms = message->release_ms, .id = message->sequence, .ticket = message->ticket};
}

static void take_out(struct model *model, struct model_message *message)
{
    size_t place = (size_t)(message - model->messages);

    model->message_count--;
    memmove(message, message + 1, (model->message_count - place) * sizeof *message);
}

static void forget_timer(struct model *model, uint64_t id)
{
    for (size_t i = 0; i < model->hold_count; i++) {
        if (model->holds[i].id == id) {
            model->holds[i] = model->holds[--model->hold_count];
            return;
        }
    }
}

/* It becomes the last message, and nothing tells that it was held. */
static void send_held(struct turn *turn, struct model_message *held)
{
    struct model *model = turn->model;
    struct model_message sent = *held;
    struct model_ticket *ticket = &model->tickets[held->ticket - 1];

    take_out(model, held);
    if (sent.origin == sent.ticket) { /* it was not asked of the one that it was merged into */
        model_change_state(turn, &sent.then, false, ticket);
    }
    ticket->answered = true;
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
    turn_finish(turn, sent.ticket, false);
    struct model_line *line = &model->lines[model->line_count - 1];
    line->method = line->for_users = METHOD_TICKET_REPLY;
    strcpy(line->actor, model->accounts[sent.author].name);
    sent.held_as = sent.sequence;
    sent.sequence = model->sequence;
    sent.time_ms = turn->command->time_ms;
    sent.is_held = false;
    sent.release_ms = 0;
    memset(&sent.then, 0, sizeof sent.then);
    model->messages[model->message_count++] = sent;
}

static struct model_message *find_message(struct model *model, uint64_t ticket, uint64_t sequence)
{
    for (size_t i = 0; i < model->message_count; i++) {
        struct model_message *message = &model->messages[i];
        if (message->ticket == ticket &&
            (message->sequence == sequence || message->held_as == sequence)) {
            return message;
        }
    }
    return NULL;
}

static void withdraw_or_send(struct turn *turn)
{
    const struct ticket_message *request = turn->command->request;
    struct model *model = turn->model;

    if (turn_ticket(turn, request->number) == NULL) {
        return;
    }
    if (!model_works_on(model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    struct model_message *message = find_message(model, request->number, request->message);
    bool inside = model_looks_inside(model, &turn->who, request->number);
    if (message == NULL || ((message->is_note || message->is_held) && !inside)) {
        turn_refuse(turn, ERROR_NOT_FOUND, "message");
    } else if (&model->accounts[message->author] != turn->who.account) {
        turn_refuse(turn, ERROR_FORBIDDEN, "message");
    } else if (!message->is_held) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "message");
    } else {
        forget_timer(model, message->sequence);
        if (turn->command->method == METHOD_TICKET_SEND_NOW) {
            send_held(turn, message);
        } else {
            model_bring_back_draft(turn, request->number, message->text);
            take_out(model, message);
            turn_finish(turn, request->number, true);
        }
    }
}

/* It stays where it is; a note's changes are for those who see notes. */
static void correct(struct turn *turn, uint64_t number, uint64_t sequence, const struct text *text)
{
    struct model *model = turn->model;
    struct model_ticket *ticket = turn_ticket(turn, number);
    struct model_message *message = ticket == NULL ? NULL : find_message(model, number, sequence);

    if (ticket == NULL) {
        return;
    }
    if (model_is_guest(model, &turn->who, number) &&
        !ticket->cc[turn->who.account - model->accounts]) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    bool hidden = message != NULL && (message->is_note || message->is_held) &&
                  !model_looks_inside(model, &turn->who, number);
    if (message == NULL || hidden || message->sequence != sequence) {
        turn_refuse(turn, ERROR_NOT_FOUND, "message");
    } else if (&model->accounts[message->author] != turn->who.account) {
        turn_refuse(turn, ERROR_FORBIDDEN, "message");
    } else if (message->is_held) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "message");
    } else if (message->is_retracted) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "message");
    } else if (turn->command->time_ms > message->time_ms + 15 * 60 * SECOND) {
        turn_refuse(turn, ERROR_FORBIDDEN, "message");
    } else if (text != NULL && model_same(message->text, *text)) {
        turn_refuse(turn, ERROR_NO_CHANGE, "text");
    } else {
        message->edited_ms = turn->command->time_ms;
        message->is_retracted = text == NULL;
        model_copy(message->text, text != NULL ? *text : text_of(""));
        if (!message->is_note) {
            ticket->version++;
            ticket->updated_ms = turn->command->time_ms;
        }
        turn_finish(turn, number, message->is_note);
    }
}

bool model_held_timer(struct turn *turn)
{
    const struct timer_fire *request = turn->command->request;
    struct model *model = turn->model;

    for (size_t i = 0; i < model->hold_count; i++) {
        struct model_hold hold = model->holds[i];
        if (hold.due_ms != request->due_ms || hold.id != request->id) {
            continue;
        }
        if (hold.due_ms > turn->command->time_ms) {
            turn_refuse(turn, ERROR_INVALID_FIELD, "due");
            return true;
        }
        struct model_message *message =
            find_message(model, model_survivor(model, hold.ticket), hold.id);
        if (message != NULL && message->is_held) {
            send_held(turn, message);
        }
        forget_timer(model, hold.id);
        return true;
    }
    return false;
}

bool model_held_command(struct turn *turn)
{
    enum method method = turn->command->method;
    bool is_mine = method == METHOD_TICKET_WITHDRAW || method == METHOD_TICKET_SEND_NOW;

    if (is_mine) {
        withdraw_or_send(turn);
    } else if (method == METHOD_MESSAGE_EDIT) {
        const struct message_edit *request = turn->command->request;
        correct(turn, request->number, request->message, &request->text);
        is_mine = true;
    } else if (method == METHOD_MESSAGE_RETRACT) {
        const struct ticket_message *request = turn->command->request;
        correct(turn, request->number, request->message, NULL);
        is_mine = true;
    }
    return is_mine;
}
