/* A ticket moved from one queue into another. */
#include "server/core/commands.h"
#include "server/core/owner.h"
#include "server/core/queue.h"

/* The queue it shall go to, or a refusal. */
static bool find_target(struct run *run, struct text name, struct row_queue *ret_queue)
{
    if (!queue_find_seen(&run->viewer, name, ret_queue)) {
        run_refuse(run, ERROR_NOT_FOUND, "queue", "There is no queue with this name.");
        return false;
    }
    if ((permission_rights(&run->viewer, ret_queue->id) & RIGHT_CREATE) == 0) {
        run_refuse(run, ERROR_FORBIDDEN, "queue",
                   "You have no right to put tickets into this queue; an admin can give it.");
        return false;
    }
    if (ret_queue->closed) {
        run_refuse(run, ERROR_INVALID_FIELD, "queue",
                   "This queue is closed and takes no more tickets; choose another.");
        return false;
    }
    return true;
}

static bool is_where_it_was(struct run *run, const struct ticket_move *request)
{
    struct row_queue queue;
    return !present_has(request->present, MOVE_FROM) ||
           (queue_read(run->rows, run->ticket.queue, &queue) &&
            text_equal(queue.name, request->from));
}

/* Of the move itself the requester must notice nothing, so it changes neither version nor updated
 * time; that nobody owns the ticket any more is for everybody. */
void ticket_move(struct run *run)
{
    const struct ticket_move *request = run->command->request;
    struct row_ticket after = run->ticket;
    struct row_queue queue;

    if (!is_where_it_was(run, request)) {
        conflict_refuse(run, &run->ticket, NULL, "queue");
        return;
    }
    if (!find_target(run, request->queue, &queue)) {
        return;
    }
    if (queue.id == run->ticket.queue) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    after.queue = queue.id;
    bool loses_owner = !ticket_owner_fits(run->rows, &run->ticket, queue.id);
    if (loses_owner) {
        after.owner = 0;
        after.version++;
        after.updated_ms = run->command->time_ms;
    }
    run_subject(run, &run->ticket, &after, !loses_owner);
    run_put(run, ROW_TICKET, &after);
    run->outcome->number = after.number;
    run->outcome->version = after.version;
}
