/* A message that is about something else becomes a ticket of its own. It stays where it was said
 * too; the two tickets are linked. */
#include "server/core/commands.h"
#include "server/core/queue.h"

/* Whose the new ticket is: a reply's author, if that is a user who can sign in, else the requester
 * of the old one. What was said among staff stays among them: a note's is whoever splits. */
static uint64_t requester_of(struct run *run, const struct row_message *message)
{
    struct row_account author;

    if (message->kind == MESSAGE_NOTE) {
        return run->viewer.account.id;
    }
    bool is_user = rows_get(run->rows, ROW_ACCOUNT, message->author, 0, &author) &&
                   author.role == ROLE_USER && author.state == ACCOUNT_ACTIVE;
    return is_user ? author.id : run->ticket.requester;
}

/* The text and the queue of the new ticket; false when it was refused. */
static bool find_parts(struct run *run, uint64_t sequence, struct row_message *ret_message,
                       struct text *ret_text)
{
    struct row_queue queue;

    if (!rows_get(run->rows, ROW_MESSAGE, run->ticket.number, sequence, ret_message)) {
        run_refuse(run, ERROR_INVALID_FIELD, "message", "The ticket has no such message.");
        return false;
    }
    if (ret_message->state != MESSAGE_SENT) {
        run_refuse(run, ERROR_INVALID_FIELD, "message",
                   "Only a message that was sent, and not retracted, becomes a ticket.");
        return false;
    }
    *ret_text = rows_part(run->rows, &ret_message->text);
    if (ret_text->length == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "message", "The message's text is erased.");
        return false;
    }
    if (queue_read(run->rows, run->ticket.queue, &queue) && queue.closed) {
        run_refuse(run, ERROR_INVALID_FIELD, "number",
                   "Its queue is closed and takes no more tickets; move it first.");
        return false;
    }
    return true;
}

void ticket_split(struct run *run)
{
    const struct ticket_split *request = run->command->request;
    struct row_message message;
    struct text text;

    if (!find_parts(run, request->message, &message, &text)) {
        return;
    }
    uint64_t requester = requester_of(run, &message);
    uint64_t viewer = run->viewer.account.id;
    struct row_ticket ticket = {
        .number = rows_last(run->rows, ROW_TICKET) + 1,
        .version = 1,
        .title = request->title,
        .problem = {.fresh = text},
        .kind = run->ticket.kind,
        .severity = run->ticket.severity,
        .state = STATE_OPEN,
        .requester = requester,
        .created_ms = run->command->time_ms,
        .updated_ms = run->command->time_ms,
        .queue = run->ticket.queue,
        .opened_by = requester != viewer ? viewer : 0,
    };
    struct row_link link = {.from = run->ticket.number, .to = ticket.number, .kind = LINK_RELATES};
    run_subject(run, &run->ticket, &run->ticket, true);
    run_subject(run, NULL, &ticket, false);
    run_put(run, ROW_TICKET, &ticket);
    run_put(run, ROW_LINK, &link);
    run->outcome->number = ticket.number;
    run->outcome->version = ticket.version;
}
