/* Who works on a ticket: take, give up, steal, give away. What somebody else owns nobody takes by
 * accident, so that of two who take at once one learns who was first. */
#include "server/core/owner.h"

#include <string.h>

#include "server/core/commands.h"

static bool may_own(struct rows *rows, const struct row_account *account, uint64_t queue)
{
    return (permission_account_rights(rows, account, queue) & RIGHT_OWN) != 0;
}

bool ticket_owner_fits(struct rows *rows, const struct row_ticket *ticket, uint64_t queue)
{
    struct row_account owner;
    return ticket->owner == 0 ||
           (rows_get(rows, ROW_ACCOUNT, ticket->owner, 0, &owner) && may_own(rows, &owner, queue));
}

static uint64_t asker(const struct run *run)
{
    return run->viewer.account.id;
}

/* The reason begins with the owner's name. */
static void refuse_owned(struct run *run, const char *what_to_do)
{
    struct row_account owner;
    struct text rest = text_of(what_to_do);

    run_refuse(run, ERROR_OWNED, NULL, NULL);
    if (!rows_get(run->rows, ROW_ACCOUNT, run->ticket.owner, 0, &owner)) {
        return;
    }
    size_t length = owner.name.length + rest.length;
    char *sentence = arena_alloc(rows_arena(run->rows), length);
    if (sentence != NULL) {
        memcpy(sentence, owner.name.data, owner.name.length);
        memcpy(sentence + owner.name.length, rest.data, rest.length);
        run->outcome->reason = (struct text){.data = sentence, .length = length};
    }
}

static void put_owner(struct run *run, uint64_t owner)
{
    struct row_ticket after = run->ticket;

    after.owner = owner;
    after.version++;
    after.updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, &after, false);
    run_put(run, ROW_TICKET, &after);
    run->outcome->number = after.number;
    run->outcome->version = after.version;
}

/* False when the asker is refused: may not own tickets here, or owns this one. */
static bool may_become_owner(struct run *run)
{
    if ((permission_rights(&run->viewer, run->ticket.queue) & RIGHT_OWN) == 0) {
        run_refuse(run, ERROR_FORBIDDEN, NULL,
                   "You may not own tickets of this queue; an admin can give you that right.");
        return false;
    }
    if (run->ticket.owner == asker(run)) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You own this ticket already.");
        return false;
    }
    return true;
}

void owner_take(struct run *run)
{
    if (!may_become_owner(run)) {
        return;
    }
    if (run->ticket.owner != 0) {
        refuse_owned(run, " owns this ticket; steal it if they agree.");
        return;
    }
    put_owner(run, asker(run));
}

/* Whether the owner is the one the asker has seen. Two who steal at once steal from the same one:
 * the second must not take it from the first unawares. */
static bool is_owner(struct run *run, struct text name)
{
    struct row_account owner;
    return name.length == 0 ? run->ticket.owner == 0
                            : rows_find_account_by_name(run->rows, name, &owner) &&
                                  owner.id == run->ticket.owner;
}

void owner_steal(struct run *run)
{
    const struct ticket_steal *request = run->command->request;

    if (!may_become_owner(run)) {
        return;
    }
    if (run->ticket.owner == 0) {
        run_refuse(run, ERROR_NOT_OWNED, NULL, NULL);
        return;
    }
    if (present_has(request->present, STEAL_FROM) && !is_owner(run, request->from)) {
        refuse_owned(run, " owns this ticket by now; steal it from them if they agree.");
        return;
    }
    put_owner(run, asker(run));
}

void owner_untake(struct run *run)
{
    if (run->ticket.owner == 0) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "Nobody owns this ticket.");
        return;
    }
    if (run->ticket.owner != asker(run)) {
        refuse_owned(run, " owns this ticket and alone can give it up; steal it if they agree.");
        return;
    }
    put_owner(run, 0);
}

/* Why the account can't be given the ticket; NULL: it can. */
static const char *unfit(struct run *run, const struct row_account *account)
{
    if (account->state != ACCOUNT_ACTIVE) {
        return "This account is not active; give the ticket to somebody who can sign in.";
    }
    if (account->role == ROLE_USER) {
        return "A user can't own tickets; give it to staff or an admin.";
    }
    return may_own(run->rows, account, run->ticket.queue)
               ? NULL
               : "This account may not own tickets of this queue; give it to somebody who may.";
}

/* The same for giving away. */
static bool refuses_other_owner(struct run *run, const struct ticket_give *request)
{
    if (!present_has(request->present, GIVE_FROM) || is_owner(run, request->from)) {
        return false;
    }
    if (run->ticket.owner == 0) {
        run_refuse(run, ERROR_NOT_OWNED, NULL,
                   "Nobody owns this ticket by now; look at it again before you give it away.");
    } else {
        refuse_owned(run, " owns this ticket by now; look at it again before you give it away.");
    }
    return true;
}

void owner_give(struct run *run)
{
    const struct ticket_give *request = run->command->request;
    uint64_t owner = run->ticket.owner;
    struct row_account account;

    if (!rows_find_account_by_name(run->rows, request->name, &account)) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "There is no account with this name.");
        return;
    }
    if (account.id == asker(run)) {
        owner_take(run);
        return;
    }
    if (owner != 0 && owner != asker(run) && run->viewer.account.role != ROLE_ADMIN) {
        refuse_owned(run, " owns this ticket; steal it first if they agree, then give it away.");
        return;
    }
    if (owner == account.id) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "They own this ticket already.");
        return;
    }
    if (refuses_other_owner(run, request)) {
        return;
    }
    const char *problem = unfit(run, &account);
    if (problem != NULL) {
        run_refuse(run, ERROR_INVALID_FIELD, "name", problem);
        return;
    }
    put_owner(run, account.id);
}
