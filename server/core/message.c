/* What is written on a ticket: public replies and private notes. */
#include "server/core/commands.h"

/* A reply by staff settles title, problem and kind for the requester; one's own does not. */
static bool answers_requester(const struct run *run)
{
    return run->viewer.account.id != run->ticket.requester &&
           permission_relation(&run->viewer, &run->ticket) == RELATION_CHANGE;
}

static void put_message(struct run *run, enum message_kind kind)
{
    const struct ticket_say *request = run->command->request;
    struct row_message message = {
        .ticket = run->ticket.number,
        .sequence = rows_sequence(run->rows) + 1,
        .origin = run->ticket.number,
        .author = run->viewer.account.id,
        .author_role = run->viewer.account.role,
        .kind = kind,
        .time_ms = run->command->time_ms,
        .text = {.fresh = request->text},
    };
    run_put(run, ROW_MESSAGE, &message);
}

static void put_ticket(struct run *run, struct row_ticket *after)
{
    run_put(run, ROW_TICKET, after);
    run->outcome->number = after->number;
    run->outcome->version = after->version;
}

void message_reply(struct run *run)
{
    struct row_ticket after = run->ticket;

    after.reply_count++;
    after.version++;
    after.updated_ms = run->command->time_ms;
    after.staff_replied = after.staff_replied || answers_requester(run);
    run_subject(run, &run->ticket, &after, false);
    put_message(run, MESSAGE_REPLY);
    put_ticket(run, &after);
}

/* Neither version nor updated time: the requester must not notice. */
void message_note(struct run *run)
{
    struct row_ticket after = run->ticket;

    after.note_count++;
    run_subject(run, &run->ticket, &after, true);
    put_message(run, MESSAGE_NOTE);
    put_ticket(run, &after);
}
