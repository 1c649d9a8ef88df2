/* What the desk does by itself when its time has come. A timer is only a reminder: whether there is
 * still something to do, the rows say when it is due. */
#include "server/core/commands.h"

/* Does what the timer is for, if that still holds; it must not refuse. */
typedef void timer_function(struct run *run, const struct row_timer *timer);

static bool find_ticket(struct run *run, uint64_t number)
{
    return rows_get(run->rows, ROW_TICKET, number, 0, &run->ticket) && !run->ticket.purged &&
           run->ticket.merged_into == 0;
}

/* A deleted ticket comes back to work too: restored later, it must not be pending for ever. */
static void end_pending(struct run *run, const struct row_timer *timer)
{
    if (!find_ticket(run, timer->ticket) || run->ticket.state != STATE_PENDING ||
        run->ticket.pending_until_ms != timer->due_ms) {
        return;
    }
    struct row_ticket after = run->ticket;
    after.state = STATE_OPEN;
    after.pending_until_ms = 0;
    after.version++;
    after.updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, &after, false);
    run_put(run, ROW_TICKET, &after);
    run->outcome->number = after.number;
    run->outcome->version = after.version;
}

static timer_function *const functions[TIMER_KIND_END] = {
    [TIMER_PENDING] = end_pending,           [TIMER_RELEASE] = held_release,
    [TIMER_UPLOAD] = attachment_drop_upload, [TIMER_FORGET] = anonymise_go_on,
    [TIMER_RETENTION] = retention_by_timer,
};

void timer_fire(struct run *run)
{
    const struct timer_fire *request = run->command->request;
    struct row_timer timer;

    if (!rows_get(run->rows, ROW_TIMER, request->due_ms, request->id, &timer)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "The timer has gone off already.");
        return;
    }
    if (timer.due_ms > run->command->time_ms) {
        run_refuse(run, ERROR_INVALID_FIELD, "due", "The timer is not due yet.");
        return;
    }
    if (timer.kind < TIMER_KIND_END && functions[timer.kind] != NULL) {
        functions[timer.kind](run, &timer);
    }
    run_remove(run, ROW_TIMER, timer.due_ms, timer.id);
}
