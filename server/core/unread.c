/* How far people have read. The marks are working rows: nobody else is shown them, and they belong
 * to no ticket's history. */
#include "server/core/unread.h"

#include "server/core/commands.h"
#include "server/core/view.h"

static uint64_t read_up_to(struct rows *rows, uint64_t account, uint64_t ticket)
{
    struct row_read_mark mark;
    return rows_get(rows, ROW_READ_MARK, account, ticket, &mark) ? mark.sequence : 0;
}

uint64_t unread_count(struct rows *rows, const struct viewer *viewer,
                      const struct row_ticket *ticket, uint64_t *ret_looked)
{
    uint64_t account = viewer->account.id;
    uint64_t unread = 0;
    uint64_t seen = 0;
    uint64_t notes = permission_sees_notes(viewer, ticket->queue) ? ticket->note_count : 0;

    *ret_looked = 0;
    if (!viewer->signed_in || ticket->reply_count + notes == 0) {
        return 0;
    }
    struct row_range range = rows_range(INDEX_MESSAGES, ticket->number,
                                        read_up_to(rows, account, ticket->number) + 1, false);
    uint64_t sequence;
    /* Only what they may see counts as looked at, or many notes would show by what is missing. */
    while (seen < UNREAD_LOOKED_MAX && unread < UNREAD_MAX &&
           rows_range_next(rows, &range, &sequence)) {
        struct row_message message;
        if (rows_get(rows, ROW_MESSAGE, ticket->number, sequence, &message) &&
            message.state != MESSAGE_HELD && view_sees_message(rows, viewer, &message)) {
            seen++;
            unread += message.author != account ? 1 : 0;
        }
    }
    *ret_looked = seen;
    return unread;
}

/* A mark only moves on. What an admin reads in somebody's name that person has not read. */
void ticket_mark_read(struct run *run)
{
    const struct ticket_mark_read *request = run->command->request;
    uint64_t account = run->viewer.account.id;
    uint64_t last = rows_sequence(run->rows);
    struct row_read_mark mark = {
        .account = account,
        .ticket = run->ticket.number,
        .sequence = request->sequence < last ? request->sequence : last,
    };

    if (run->viewer.actor == account &&
        mark.sequence > read_up_to(run->rows, account, mark.ticket)) {
        run_put(run, ROW_READ_MARK, &mark);
    }
}
