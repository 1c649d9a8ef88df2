/* Retention by age: resolved tickets that nothing happened to for some days are purged, by an admin
 * or every night by the desk itself, a few in each command so that nobody waits for it. */
#include "server/core/retention.h"

#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/settings.h"

enum { LOOKED_MAX = 2000, PURGED_MAX = 20 }; /* in one command */

#define NIGHT_MS     (3 * HOUR_MS) /* after midnight, UTC: when the desk does it */
#define NEXT_STEP_MS UINT64_C(100)
#define TIMER_ID     (UINT64_C(1) << 53) /* no ticket's, no entry's, no account's */

/* --- What goes ------------------------------------------------------------------------------- */

uint64_t retention_before_ms(struct rows *rows, uint64_t now_ms)
{
    uint64_t days = settings_read(rows).retention_days;
    return days == 0 || now_ms < days * DAY_MS ? 0 : now_ms - days * DAY_MS;
}

static bool is_quiet(struct rows *rows, uint64_t ticket, uint64_t before_ms)
{
    struct row_range range = rows_range(INDEX_MESSAGES, ticket, 0, false);
    struct row_message message;
    uint64_t sequence;

    while (rows_range_next(rows, &range, &sequence)) {
        if (rows_get(rows, ROW_MESSAGE, ticket, sequence, &message) &&
            (message.state == MESSAGE_HELD || message.time_ms >= before_ms)) {
            return false;
        }
    }
    return true;
}

static bool is_family(struct rows *rows, uint64_t from, uint64_t to, uint64_t other)
{
    struct row_link link;
    struct row_ticket ticket;

    return rows_get(rows, ROW_LINK, from, to, &link) &&
           (link.kind == LINK_PARENT || link.kind == LINK_CHILD) &&
           rows_get(rows, ROW_TICKET, other, 0, &ticket) && !ticket.purged;
}

static bool has_family(struct rows *rows, uint64_t ticket)
{
    struct row_range from = rows_range(INDEX_LINKS_FROM, ticket, 0, false);
    struct row_range to = rows_range(INDEX_LINKS_TO, ticket, 0, false);
    uint64_t other;

    while (rows_range_next(rows, &from, &other)) {
        if (is_family(rows, ticket, other, other)) {
            return true;
        }
    }
    while (rows_range_next(rows, &to, &other)) {
        if (is_family(rows, other, ticket, other)) {
            return true;
        }
    }
    return false;
}

bool retention_takes(struct rows *rows, const struct row_ticket *ticket, uint64_t before_ms)
{
    return ticket->state == STATE_RESOLVED && ticket->updated_ms < before_ms &&
           is_quiet(rows, ticket->number, before_ms) && !has_family(rows, ticket->number);
}

/* --- Purging --------------------------------------------------------------------------------- */

struct pass {
    uint64_t last; /* the ticket that was looked at last; 0: all have been */
    uint64_t purged;
};

static struct pass purge_some(struct run *run, uint64_t after, uint64_t before_ms)
{
    struct row_range range = rows_range(INDEX_TICKETS, 0, after + 1, false);
    struct pass pass = {.last = after};
    uint64_t looked = 0;
    uint64_t number;

    while (rows_range_next(run->rows, &range, &number)) {
        if (rows_get(run->rows, ROW_TICKET, number, 0, &run->ticket) &&
            retention_takes(run->rows, &run->ticket, before_ms)) {
            purge_ticket(run);
            pass.purged++;
        }
        pass.last = number;
        if (++looked == LOOKED_MAX || pass.purged == PURGED_MAX) {
            break;
        }
    }
    if (looked < LOOKED_MAX && pass.purged < PURGED_MAX) {
        pass.last = 0;
    }
    if (pass.purged > 0) {
        purge_unsent(run);
    }
    return pass;
}

void retention_run(struct run *run)
{
    const struct admin_retention_run *request = run->command->request;
    uint64_t before_ms = retention_before_ms(run->rows, run->command->time_ms);

    if (before_ms == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, NULL,
                   "Tickets are kept for ever on this desk; set retention_days first.");
        return;
    }
    struct pass pass = purge_some(run, request->cursor, before_ms);
    run->outcome->number = pass.last;
    run->outcome->version = pass.purged;
}

/* --- By the desk itself ---------------------------------------------------------------------- */

static void put_timer(struct run *run, uint64_t due_ms, uint64_t last)
{
    struct row_timer timer = {
        .due_ms = due_ms, .id = TIMER_ID, .kind = TIMER_RETENTION, .message = last};
    run_put(run, ROW_TIMER, &timer);
}

/* The same night has the same timer, however often this is asked for. */
void retention_put_timer(struct run *run)
{
    uint64_t now_ms = run->command->time_ms;
    uint64_t due_ms = now_ms - now_ms % DAY_MS + NIGHT_MS;
    put_timer(run, due_ms > now_ms ? due_ms : due_ms + DAY_MS, 0);
}

void retention_by_timer(struct run *run, const struct row_timer *timer)
{
    uint64_t before_ms = retention_before_ms(run->rows, run->command->time_ms);

    if (settings_read(run->rows).retention_days == 0) {
        return;
    }
    struct pass pass = {.last = 0};
    if (before_ms != 0) {
        pass = purge_some(run, timer->message, before_ms);
    }
    run->outcome->number = 0;
    run->outcome->version = 0;
    if (pass.last != 0) {
        put_timer(run, run->command->time_ms + NEXT_STEP_MS, pass.last);
    } else {
        retention_put_timer(run);
    }
}
