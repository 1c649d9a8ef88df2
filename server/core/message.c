/* What is written on a ticket: public replies and private notes. */
#include "server/core/commands.h"
#include "server/core/draft.h"
#include "server/core/links.h"
#include "server/core/queue.h"

/* A reply by staff settles title, problem and kind for the requester; one's own does not. */
bool message_answers_requester(const struct run *run)
{
    return run->viewer.account.id != run->ticket.requester &&
           permission_relation(&run->viewer, &run->ticket) == RELATION_CHANGE;
}

static struct state_change asked_change(const struct ticket_say *request)
{
    bool has_until = present_has(request->present, SAY_PEND_UNTIL);
    return (struct state_change){
        .sets_status = present_has(request->present, SAY_STATUS),
        .status = request->status,
        .even_with_open_children = request->even_with_open_children,
        .pends = request->pend || has_until,
        .until_ms = has_until ? request->pend_until_ms : 0,
        .pend_field = request->pend ? "pend" : "pend_until",
        .until_field = "pend_until",
    };
}

static struct row_message make_message(const struct run *run, enum message_kind kind)
{
    const struct ticket_say *request = run->command->request;
    return (struct row_message){
        .ticket = run->ticket.number,
        .sequence = rows_sequence(run->rows) + 1,
        .origin = run->ticket.number,
        .author = run->viewer.account.id,
        .author_role = run->viewer.account.role,
        .kind = kind,
        .time_ms = run->command->time_ms,
        .text = {.fresh = request->text},
    };
}

/* --- Too late an answer ----------------------------------------------------------------------- */

static bool stays_resolved(const struct ticket_say *request)
{
    return request->keep_resolved ||
           (present_has(request->present, SAY_STATUS) && request->status == STATUS_RESOLVED);
}

/* The queue of the old ticket may take no tickets of users any more. */
static uint64_t queue_for_another(struct run *run)
{
    struct row_queue queue;
    bool takes =
        queue_read(run->rows, run->ticket.queue, &queue) && queue_takes(&run->viewer, &queue);
    return takes ? run->ticket.queue : QUEUE_DEFAULT;
}

static bool has_room_for_link(struct run *run)
{
    struct link_walk walk = links_walk(run->rows, run->ticket.number);
    struct link_end end;
    size_t count = 0;

    while (count < LINKS_MAX && links_next(&walk, &end)) {
        count++;
    }
    return count < LINKS_MAX;
}

/* What is written to a ticket that was resolved long ago is a new problem: nobody looks there any
 * more, and its history is told to an end. */
static void open_another(struct run *run, const struct ticket_say *request)
{
    struct row_ticket ticket = {
        .number = rows_last(run->rows, ROW_TICKET) + 1,
        .version = 1,
        .title = run->ticket.title,
        .problem = {.fresh = request->text},
        .kind = run->ticket.kind,
        .severity = run->ticket.severity,
        .state = STATE_OPEN,
        .requester = run->viewer.account.id,
        .created_ms = run->command->time_ms,
        .updated_ms = run->command->time_ms,
        .queue = queue_for_another(run),
        .follows = run->ticket.number,
    };
    if (present_has(request->present, SAY_STATUS)) {
        lifecycle_set_status(&ticket, request->status, run->command->time_ms);
    }
    run_subject(run, NULL, &ticket, false);
    if (has_room_for_link(run)) {
        struct row_link link = {
            .from = run->ticket.number, .to = ticket.number, .kind = LINK_RELATES};
        run_subject(run, &run->ticket, &run->ticket, true);
        run_put(run, ROW_LINK, &link);
    }
    run_put(run, ROW_TICKET, &ticket);
    run->outcome->number = ticket.number;
    run->outcome->version = ticket.version;
}

/* --- Commands --------------------------------------------------------------------------------- */

/* What was a draft has been said. It may have been begun before the ticket was merged. */
static void forget_draft(struct run *run, enum draft_for what)
{
    const struct ticket_say *request = run->command->request;

    draft_drop(run, request->number, what);
    draft_drop(run, run->ticket.number, what);
}

void message_reply(struct run *run)
{
    const struct ticket_say *request = run->command->request;
    struct state_change change = asked_change(request);
    struct row_message message = make_message(run, MESSAGE_REPLY);
    struct row_ticket after = run->ticket;

    if (!lifecycle_check(run, &change)) {
        return;
    }
    if (held_is_due(run)) {
        held_put(run, &message, &change);
        forget_draft(run, DRAFT_FOR_REPLY);
        return;
    }
    if (!stays_resolved(request) && lifecycle_is_answer(run) &&
        !lifecycle_may_reopen(run, &run->ticket)) {
        open_another(run, request);
        forget_draft(run, DRAFT_FOR_REPLY);
        return;
    }
    lifecycle_answer(run, stays_resolved(request), &after);
    lifecycle_apply(run, &change, &after);
    after.reply_count++;
    after.version++;
    after.updated_ms = run->command->time_ms;
    after.staff_replied = after.staff_replied || message_answers_requester(run);
    run_subject(run, &run->ticket, &after, false);
    run_put(run, ROW_MESSAGE, &message);
    lifecycle_put(run, &after);
    forget_draft(run, DRAFT_FOR_REPLY);
}

/* Neither version nor updated time, unless it changes what everybody sees: the requester must not
 * notice. */
void message_note(struct run *run)
{
    struct state_change change = asked_change(run->command->request);
    struct row_message message = make_message(run, MESSAGE_NOTE);
    struct row_ticket after = run->ticket;

    if (!lifecycle_check(run, &change)) {
        return;
    }
    lifecycle_apply(run, &change, &after);
    bool noticed = lifecycle_differs(&run->ticket, &after);
    if (noticed) {
        after.version++;
        after.updated_ms = run->command->time_ms;
    }
    after.note_count++;
    run_subject(run, &run->ticket, &after, !noticed);
    run_put(run, ROW_MESSAGE, &message);
    lifecycle_put(run, &after);
    forget_draft(run, DRAFT_FOR_NOTE);
}
