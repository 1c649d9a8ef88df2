/* How far everybody has read. */
#include "tests/simulation/model_internal.h"

bool model_unread_command(struct turn *turn)
{
    const struct ticket_mark_read *request = turn->command->request;
    struct model *model = turn->model;

    if (turn->command->method != METHOD_TICKET_MARK_READ) {
        return false;
    }
    if (!model_reads(model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_NOT_FOUND, NULL);
        return true;
    }
    size_t reader = (size_t)(turn->who.account - model->accounts);
    uint64_t *mark = &model->read[reader][request->number - 1];
    uint64_t sequence = request->sequence < model->sequence ? request->sequence : model->sequence;
    *mark = sequence > *mark ? sequence : *mark;
    return true;
}

uint64_t model_unread(const struct model *model, const struct model_who *who, uint64_t number)
{
    size_t reader = (size_t)(who->account - model->accounts);
    uint64_t count = 0;

    for (size_t i = 0; i < model->message_count; i++) {
        const struct model_message *message = &model->messages[i];
        bool visible = !message->is_note || model_looks_inside(model, who, number);
        count += message->ticket == number && !message->is_held && visible &&
                 message->author != reader && message->sequence > model->read[reader][number - 1];
    }
    return count;
}
