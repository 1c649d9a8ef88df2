/* The states of a ticket and what leads from one to another:
 *
 *   open     -> pending    ticket.pend, or a message with `pend`
 *   pending  -> open       its time has come (timer.c), its requester answers, ticket.open
 *   open, pending -> resolved      status RESOLVED
 *   resolved -> open       a severity as status, its requester answers soon enough, ticket.open
 *
 * The owner stays through all of it, and so does the severity. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/settings.h"
#include "server/core/view.h"

/* Status as people say it, and the severity it stands for. */
static enum severity severity_of(enum status status)
{
    static const enum severity severities[] = {
        [STATUS_MINOR] = SEVERITY_MINOR,
        [STATUS_MAJOR] = SEVERITY_MAJOR,
        [STATUS_CRITICAL] = SEVERITY_CRITICAL,
    };
    require((unsigned)status < sizeof severities / sizeof severities[0]);
    return severities[status];
}

static void set_open(struct row_ticket *ticket)
{
    ticket->state = STATE_OPEN;
    ticket->pending_until_ms = 0;
    ticket->resolved_ms = 0;
}

void lifecycle_set_status(struct row_ticket *ticket, enum status status, uint64_t time_ms)
{
    if (status == STATUS_RESOLVED) {
        ticket->resolved_ms = ticket->state == STATE_RESOLVED ? ticket->resolved_ms : time_ms;
        ticket->pending_until_ms = 0;
        ticket->state = STATE_RESOLVED;
        return;
    }
    ticket->severity = severity_of(status);
    if (ticket->state == STATE_RESOLVED) {
        set_open(ticket);
    }
}

bool lifecycle_differs(const struct row_ticket *before, const struct row_ticket *after)
{
    return before->severity != after->severity || before->state != after->state ||
           before->pending_until_ms != after->pending_until_ms;
}

/* --- Timers ----------------------------------------------------------------------------------- */

/* Above every sequence, so that no timer named by one can have the same id. */
#define PENDING_TIMERS (UINT64_C(1) << 52)

void lifecycle_timer(struct run *run, const struct row_ticket *before,
                     const struct row_ticket *after)
{
    uint64_t before_ms = before->pending_until_ms;
    uint64_t id = PENDING_TIMERS + after->number;

    if (before_ms != 0 && before_ms != after->pending_until_ms) {
        run_remove(run, ROW_TIMER, before_ms, id);
    }
    if (after->pending_until_ms != 0 && after->pending_until_ms != before_ms) {
        struct row_timer timer = {.due_ms = after->pending_until_ms,
                                  .id = id,
                                  .kind = TIMER_PENDING,
                                  .ticket = after->number};
        run_put(run, ROW_TIMER, &timer);
    }
}

void lifecycle_put(struct run *run, struct row_ticket *after)
{
    lifecycle_timer(run, &run->ticket, after);
    run_put(run, ROW_TICKET, after);
    run->outcome->number = after->number;
    run->outcome->version = after->version;
}

/* --- Who may ---------------------------------------------------------------------------------- */

static enum relation relation_of(const struct run *run)
{
    return permission_relation(&run->viewer, &run->ticket);
}

/* Tickets that were resolved before this was written down have changed last then, or later. */
static uint64_t resolved_since(const struct row_ticket *ticket)
{
    return ticket->resolved_ms != 0 ? ticket->resolved_ms : ticket->updated_ms;
}

bool lifecycle_may_reopen(struct run *run, const struct row_ticket *ticket)
{
    if (ticket->state != STATE_RESOLVED ||
        permission_relation(&run->viewer, ticket) == RELATION_CHANGE) {
        return true;
    }
    uint64_t days = settings_read(run->rows).reopen_days;
    return run->command->time_ms <= resolved_since(ticket) + days * DAY_MS;
}

void lifecycle_refuse_reopening(struct run *run, const char *field)
{
    run_refuse(run, ERROR_FORBIDDEN, field,
               "It was resolved too long ago to be opened again; write a reply, which opens a new "
               "ticket that goes on from this one.");
}

/* --- Changes of state beside something else --------------------------------------------------- */

static bool may_set_status(const struct run *run)
{
    enum relation relation = relation_of(run);
    return relation == RELATION_CHANGE || relation == RELATION_OWN;
}

static bool check_until(struct run *run, const struct state_change *change)
{
    uint64_t now_ms = run->command->time_ms;
    bool fits = change->until_ms == 0 || (change->until_ms >= now_ms + PENDING_MIN_MS &&
                                          change->until_ms <= now_ms + PENDING_MAX_MS);
    if (!fits) {
        run_refuse(run, ERROR_INVALID_FIELD, change->until_field,
                   "Name a time that lies ahead, at most two years.");
    }
    return fits;
}

bool lifecycle_check(struct run *run, const struct state_change *change)
{
    struct row_ticket after = run->ticket;

    if (change->sets_status && !may_set_status(run)) {
        run_refuse(run, ERROR_FORBIDDEN, "status",
                   "Only the requester and staff set the status; leave it out.");
        return false;
    }
    if (change->sets_status && change->status == STATUS_RESOLVED &&
        !change->even_with_open_children && after.state != STATE_RESOLVED &&
        ticket_refuses_open_children(run)) {
        return false;
    }
    if (!change->pends) {
        return true;
    }
    if (relation_of(run) != RELATION_CHANGE) {
        run_refuse(run, ERROR_FORBIDDEN, change->pend_field,
                   "Only staff puts a ticket aside; leave it out.");
        return false;
    }
    if (change->sets_status) {
        lifecycle_set_status(&after, change->status, run->command->time_ms);
    }
    if (after.state == STATE_RESOLVED) {
        run_refuse(run, ERROR_INVALID_FIELD, change->pend_field,
                   "A resolved ticket can't be pending; open it again first.");
        return false;
    }
    return check_until(run, change);
}

void lifecycle_apply(struct run *run, const struct state_change *change, struct row_ticket *after)
{
    if (change->sets_status) {
        lifecycle_set_status(after, change->status, run->command->time_ms);
    }
    if (change->pends) {
        after->state = STATE_PENDING;
        after->pending_until_ms = change->until_ms;
    }
    if (change->pends && change->until_ms != 0) {
        after->last_pending_until_ms = change->until_ms;
    }
}

bool lifecycle_is_answer(const struct run *run)
{
    enum relation relation = relation_of(run);
    return run->viewer.account.id == run->ticket.requester || relation == RELATION_OWN ||
           relation == RELATION_COPY;
}

void lifecycle_answer(struct run *run, bool keep_resolved, struct row_ticket *after)
{
    bool waits =
        after->state == STATE_PENDING || (after->state == STATE_RESOLVED && !keep_resolved);
    if (waits && lifecycle_is_answer(run)) {
        set_open(after);
    }
}

/* --- Commands --------------------------------------------------------------------------------- */

static void put_changed(struct run *run, struct row_ticket *after)
{
    after->version++;
    after->updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, after, false);
    lifecycle_put(run, after);
}

void ticket_pend(struct run *run)
{
    const struct ticket_pend *request = run->command->request;
    struct state_change change = {
        .pends = true,
        .until_ms = present_has(request->present, PEND_UNTIL) ? request->until_ms : 0,
        .pend_field = "number",
        .until_field = "until",
    };
    struct row_ticket after = run->ticket;

    if (request->version != run->ticket.version) {
        conflict_refuse(run, &run->ticket, NULL, "version");
        return;
    }
    if (!lifecycle_check(run, &change)) {
        return;
    }
    lifecycle_apply(run, &change, &after);
    if (!lifecycle_differs(&run->ticket, &after)) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    put_changed(run, &after);
}

void ticket_open(struct run *run)
{
    const struct ticket_open *request = run->command->request;
    struct row_ticket after = run->ticket;

    if (request->version != run->ticket.version) {
        conflict_refuse(run, &run->ticket, NULL, "version");
        return;
    }
    if (run->ticket.state == STATE_OPEN) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "The ticket is open already.");
        return;
    }
    if (!lifecycle_may_reopen(run, &run->ticket)) {
        lifecycle_refuse_reopening(run, NULL);
        return;
    }
    set_open(&after);
    put_changed(run, &after);
}
