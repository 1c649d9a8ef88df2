/* Who else hears of a ticket: people in copy, who see it because of that, and people who watch what
 * they may see anyway. */
#include <string.h>

#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"

_Static_assert(CC_MAX + WATCHERS_MAX <= FOLLOWERS_MAX, "ticket.followers holds all of them");

static struct row_follower follower_of(struct run *run, uint64_t account)
{
    struct row_follower row;
    if (!rows_get(run->rows, ROW_FOLLOWER, run->ticket.number, account, &row)) {
        row = (struct row_follower){.ticket = run->ticket.number, .account = account};
    }
    return row;
}

/* Counts the follower in the ticket's row and writes both. A row that says nothing any more goes,
 * but only after it was written: so the entry has what it said before, for the history. */
static void put_follower(struct run *run, struct row_follower *row, struct row_ticket *after)
{
    struct row_follower before = follower_of(run, row->account);

    after->cc_count = run->ticket.cc_count + (row->cc ? 1 : 0) - (before.cc ? 1 : 0);
    after->watcher_count =
        run->ticket.watcher_count + (row->watching ? 1 : 0) - (before.watching ? 1 : 0);
    run_put(run, ROW_FOLLOWER, row);
    if (!row->cc && !row->watching) {
        run_remove(run, ROW_FOLLOWER, row->ticket, row->account);
    }
    run_put(run, ROW_TICKET, after);
    run->outcome->number = after->number;
    run->outcome->version = after->version;
}

/* --- Watching -------------------------------------------------------------------------------- */

/* Neither version nor updated time: who watches is nobody's business. */
static void put_watching(struct run *run, struct row_follower *row, bool watching)
{
    struct row_ticket after = run->ticket;

    row->watching = watching;
    row->watching_by_merge = false;
    run_subject(run, &run->ticket, &after, true);
    put_follower(run, row, &after);
}

void follower_watch(struct run *run)
{
    struct row_follower row = follower_of(run, run->viewer.account.id);

    if (row.watching) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You watch this ticket already.");
        return;
    }
    if (run->ticket.watcher_count >= WATCHERS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, NULL, "At most 64 people watch a ticket.");
        return;
    }
    put_watching(run, &row, true);
}

void follower_unwatch(struct run *run)
{
    struct row_follower row = follower_of(run, run->viewer.account.id);

    if (!row.watching) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You do not watch this ticket.");
        return;
    }
    put_watching(run, &row, false);
}

/* --- In copy --------------------------------------------------------------------------------- */

static void audience_add(struct audience *audience, uint64_t account)
{
    size_t place = 0;

    require(audience->cc_count < CC_MAX);
    while (place < audience->cc_count && audience->cc[place] < account) {
        place++;
    }
    memmove(&audience->cc[place + 1], &audience->cc[place],
            (audience->cc_count - place) * sizeof audience->cc[0]);
    audience->cc[place] = account;
    audience->cc_count++;
}

static void audience_remove(struct audience *audience, uint64_t account)
{
    size_t kept = 0;

    for (size_t i = 0; i < audience->cc_count; i++) {
        if (audience->cc[i] != account) {
            audience->cc[kept++] = audience->cc[i];
        }
    }
    audience->cc_count = kept;
}

/* The one command that changes who can see a ticket by itself: the two audiences differ. */
static void put_copy(struct run *run, struct row_follower *row, bool cc)
{
    struct row_ticket after = run->ticket;
    struct audience before = run_audience(run, &run->ticket);
    struct audience audience = before;

    (cc ? audience_add : audience_remove)(&audience, row->account);
    row->cc = cc;
    row->cc_by_merge = false;
    after.version++;
    after.updated_ms = run->command->time_ms;
    rows_subject(run->rows, after.number, &before, &audience, false);
    put_follower(run, row, &after);
}

/* Who is disabled, or waits for approval, is not there for those who ask by name. */
static bool find_active(struct run *run, struct text name, struct row_account *ret_account)
{
    struct row_account account;

    if (!rows_find_account_by_name(run->rows, name, &account) || account.state != ACCOUNT_ACTIVE) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "There is no active account with this name.");
        return false;
    }
    *ret_account = account;
    return true;
}

void follower_add_copy(struct run *run)
{
    const struct ticket_person *request = run->command->request;
    struct row_account account;

    /* Where nobody can be added, whether there is such an account is not tried out either. */
    if (run->ticket.cc_count >= CC_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "name", "At most 16 people are in copy of a ticket.");
        return;
    }
    if (!find_active(run, request->name, &account)) {
        return;
    }
    struct row_follower row = follower_of(run, account.id);
    if (account.id == run->ticket.requester) {
        run_refuse(run, ERROR_ALREADY_DONE, "name",
                   "This is the ticket's requester, who sees it anyway.");
        return;
    }
    if (row.cc) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "They are in copy already.");
        return;
    }
    put_copy(run, &row, true);
}

bool follower_sees_anyway(struct run *run, const struct row_ticket *ticket,
                          const struct row_account *account)
{
    unsigned rights = permission_account_rights(run->rows, account, ticket->queue);
    return account->id == ticket->requester || (rights & (RIGHT_READ | RIGHT_CHANGE)) != 0;
}

void follower_remove_copy(struct run *run)
{
    const struct ticket_person *request = run->command->request;
    enum relation relation = permission_relation(&run->viewer, &run->ticket);
    struct row_account account;
    bool found = rows_find_account_by_name(run->rows, request->name, &account);

    if (relation == RELATION_COPY && (!found || account.id != run->viewer.account.id)) {
        run_refuse(run, ERROR_FORBIDDEN, "name",
                   "You may take yourself out of copy, nobody else; ask the requester.");
        return;
    }
    struct row_follower row = follower_of(run, found ? account.id : 0);
    if (!row.cc) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "Nobody of this name is in copy.");
        return;
    }
    row.watching = row.watching && follower_sees_anyway(run, &run->ticket, &account);
    put_copy(run, &row, false);
}
