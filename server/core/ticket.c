/* What happens to a ticket: created, updated, deleted, restored. */
#include "server/core/commands.h"
#include "server/core/draft.h"
#include "server/core/links.h"
#include "server/core/queue.h"
#include "server/core/sentence.h"
#include "server/core/view.h"

static void changed(struct run *run, const struct row_ticket *ticket)
{
    run->outcome->number = ticket->number;
    run->outcome->version = ticket->version;
}

/* The queue a new ticket goes into, or a refusal. */
static bool find_queue(struct run *run, const struct ticket_create *request, uint64_t *ret_queue)
{
    struct row_queue queue;
    if (!present_has(request->present, CREATE_QUEUE)) {
        *ret_queue = QUEUE_DEFAULT;
        return true;
    }
    if (!queue_find_seen(&run->viewer, request->queue, &queue)) {
        run_refuse(run, ERROR_NOT_FOUND, "queue", "There is no queue with this name.");
        return false;
    }
    if (!queue_takes(&run->viewer, &queue)) {
        run_refuse(run, queue.closed ? ERROR_INVALID_FIELD : ERROR_FORBIDDEN, "queue",
                   queue.closed ? "This queue is closed and takes no more tickets; choose another."
                                : "You have no right to put tickets into this queue; an admin can "
                                  "give it.");
        return false;
    }
    *ret_queue = queue.id;
    return true;
}

/* Whom the ticket is for: the viewer, or whom staff names. False when that was refused. */
static bool find_requester(struct run *run, uint64_t queue, uint64_t *ret_account)
{
    const struct ticket_create *request = run->command->request;
    struct row_account account;

    if (!present_has(request->present, CREATE_REQUESTER) ||
        text_equal(request->requester, run->viewer.account.name)) {
        *ret_account = run->viewer.account.id;
        return true;
    }
    if ((permission_rights(&run->viewer, queue) & RIGHT_CREATE) == 0) {
        run_refuse(run, ERROR_FORBIDDEN, "requester",
                   "Only staff opens tickets for somebody else; leave the requester out.");
        return false;
    }
    if (!rows_find_account_by_name(run->rows, request->requester, &account) ||
        account.state != ACCOUNT_ACTIVE) {
        run_refuse(run, ERROR_INVALID_FIELD, "requester",
                   "There is no active account of this name; look at its spelling.");
        return false;
    }
    *ret_account = account.id;
    return true;
}

void ticket_create(struct run *run)
{
    const struct ticket_create *request = run->command->request;
    uint64_t queue;
    bool has_status = present_has(request->present, CREATE_STATUS);
    enum status status = has_status ? request->status : STATUS_MINOR;
    uint64_t viewer = run->viewer.account.id;
    uint64_t requester;

    if (status == STATUS_RESOLVED) {
        run_refuse(run, ERROR_INVALID_FIELD, "status", "A new ticket is MINOR, MAJOR or CRITICAL.");
        return;
    }
    if (!find_queue(run, request, &queue) || !find_requester(run, queue, &requester)) {
        return;
    }
    struct row_ticket ticket = {
        .number = rows_last(run->rows, ROW_TICKET) + 1,
        .version = 1,
        .title = request->title,
        .problem = {.fresh = request->problem},
        .kind = request->kind,
        .state = STATE_OPEN,
        .requester = requester,
        .created_ms = run->command->time_ms,
        .updated_ms = run->command->time_ms,
        .queue = queue,
        .opened_by = requester != viewer ? viewer : 0,
    };
    lifecycle_set_status(&ticket, status, run->command->time_ms);
    run_subject(run, NULL, &ticket, false);
    run_put(run, ROW_TICKET, &ticket);
    draft_drop(run, 0, DRAFT_FOR_TICKET);
    changed(run, &ticket);
}

static bool problem_differs(struct run *run, struct text problem)
{
    return problem.length != run->ticket.problem.length ||
           !text_equal(problem, rows_part(run->rows, &run->ticket.problem));
}

/* The fields of the request that say something else than the ticket does. */
static uint64_t differing_fields(struct run *run, const struct ticket_update *request,
                                 const struct row_ticket *after)
{
    const struct row_ticket *before = &run->ticket;
    uint64_t fields = 0;

    if (present_has(request->present, UPDATE_TITLE) && !text_equal(request->title, before->title)) {
        present_mark(&fields, UPDATE_TITLE);
    }
    if (present_has(request->present, UPDATE_PROBLEM) && problem_differs(run, request->problem)) {
        present_mark(&fields, UPDATE_PROBLEM);
    }
    if (present_has(request->present, UPDATE_KIND) && request->kind != before->kind) {
        present_mark(&fields, UPDATE_KIND);
    }
    if (after->severity != before->severity || after->state != before->state) {
        present_mark(&fields, UPDATE_STATUS);
    }
    return fields;
}

/* The first of the fields that only the requester of an unanswered ticket, and staff, may change;
 * NULL: none. */
static const char *settled_field(uint64_t fields)
{
    if (present_has(fields, UPDATE_TITLE)) {
        return "title";
    }
    if (present_has(fields, UPDATE_PROBLEM)) {
        return "problem";
    }
    return present_has(fields, UPDATE_KIND) ? "kind" : NULL;
}

/* Resolving what others are part of asks first. Children that the asker may not see do not count,
 * or their state would show. */
bool ticket_refuses_open_children(struct run *run)
{
    enum { NAMED_MAX = 5 };
    struct link_walk walk = links_walk(run->rows, run->ticket.number);
    struct sentence sentence = sentence_begin("Not resolved yet: ");
    struct link_end end;
    size_t count = 0;

    while (links_next(&walk, &end)) {
        if (end.kind != LINK_PARENT || end.other.state == STATE_RESOLVED ||
            !permission_sees(&run->viewer, &end.other)) {
            continue;
        }
        if (count < NAMED_MAX) {
            sentence_add(&sentence, count > 0 ? ", #" : "#");
            sentence_add_number(&sentence, end.other.number);
        }
        count++;
    }
    if (count == 0) {
        return false;
    }
    sentence_add(&sentence, count > NAMED_MAX ? " and more." : ".");
    sentence_add(&sentence, " Resolve those first, or this one even so.");
    run_refuse(run, ERROR_OPEN_CHILDREN, "status", NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
    return true;
}

void ticket_update(struct run *run)
{
    const struct ticket_update *request = run->command->request;
    struct row_ticket after = run->ticket;

    if (request->version != run->ticket.version) {
        conflict_refuse(run, &run->ticket, NULL, "version");
        return;
    }
    if (present_has(request->present, UPDATE_STATUS)) {
        lifecycle_set_status(&after, request->status, run->command->time_ms);
    }
    uint64_t fields = differing_fields(run, request, &after);
    if (fields == 0) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    if (after.state != run->ticket.state && !lifecycle_may_reopen(run, &run->ticket)) {
        lifecycle_refuse_reopening(run, "status");
        return;
    }
    const char *field = settled_field(fields);
    if (field != NULL && !permission_edits_text(&run->viewer, &run->ticket)) {
        run_refuse(run, ERROR_FORBIDDEN, field,
                   "Staff has replied: title, problem and kind stay as they are now; write a reply "
                   "instead.");
        return;
    }
    if (after.state == STATE_RESOLVED && run->ticket.state != STATE_RESOLVED &&
        !request->even_with_open_children && ticket_refuses_open_children(run)) {
        return;
    }
    if (present_has(fields, UPDATE_TITLE)) {
        after.title = request->title;
    }
    if (present_has(fields, UPDATE_PROBLEM)) {
        after.problem = (struct text_part){.fresh = request->problem};
    }
    if (present_has(fields, UPDATE_KIND)) {
        after.kind = request->kind;
    }
    after.version++;
    after.updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, &after, false);
    lifecycle_put(run, &after);
}

static void put_deleted(struct run *run, bool deleted)
{
    struct row_ticket after = run->ticket;

    after.deleted = deleted;
    after.deleted_ms = deleted ? run->command->time_ms : 0;
    after.version++;
    after.updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, &after, false);
    run_put(run, ROW_TICKET, &after);
    changed(run, &after);
}

void ticket_delete(struct run *run)
{
    const struct admin_ticket *request = run->command->request;

    if (merge_refuses_member(run, request->number)) {
        return;
    }
    if (run->ticket.deleted) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "The ticket is deleted already.");
        return;
    }
    put_deleted(run, true);
}

void ticket_restore(struct run *run)
{
    const struct admin_ticket *request = run->command->request;

    if (merge_refuses_member(run, request->number)) {
        return;
    }
    if (!run->ticket.deleted) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "The ticket is not deleted.");
        return;
    }
    put_deleted(run, false);
}
