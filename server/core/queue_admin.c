/* What admins in admin mode, and the console, do about queues and the rights in them. */
#include "server/core/commands.h"
#include "server/core/name.h"
#include "server/core/queue.h"

static bool check_name(struct run *run, struct text name)
{
    struct row_queue other;
    const char *problem = queue_name_problem(name);
    if (problem != NULL) {
        run_refuse(run, ERROR_INVALID_FIELD, "name", problem);
        return false;
    }
    if (queue_find(run->rows, name, &other)) {
        run_refuse(run, ERROR_NAME_TAKEN, "name", "There is a queue with this name already.");
        return false;
    }
    return true;
}

static bool find_queue(struct run *run, struct text name, struct row_queue *ret_row)
{
    if (!queue_find(run->rows, name, ret_row)) {
        run_refuse(run, ERROR_NOT_FOUND, "queue", "There is no queue with this name.");
        return false;
    }
    return true;
}

static void put_queue(struct run *run, struct row_queue *row)
{
    run_put(run, ROW_QUEUE, row);
    run->outcome->name = row->name;
    run->outcome->version = row->version;
}

/* Ids of queues that are kept; the default one may have no row yet. */
static uint64_t last_id(struct run *run)
{
    uint64_t last = rows_last(run->rows, ROW_QUEUE);
    return last < QUEUE_DEFAULT ? QUEUE_DEFAULT : last;
}

void queue_create(struct run *run)
{
    const struct admin_queue_create *request = run->command->request;
    struct row_queue row = {
        .id = last_id(run) + 1,
        .version = 1,
        .name = request->name,
        .description = request->description,
        .members_only = request->members_only,
        .staff_only = request->staff_only,
    };

    if (row.id > QUEUES_MAX) {
        run_refuse(run, ERROR_TOO_MANY, NULL,
                   "There are 64 queues, as many as a desk can have; rename one that is closed.");
        return;
    }
    if (check_name(run, request->name)) {
        put_queue(run, &row);
    }
}

/* What the request asks for, without a look at whether it may be. */
static struct row_queue changed_queue(const struct admin_queue_update *request,
                                      const struct row_queue *before)
{
    struct row_queue after = *before;
    if (present_has(request->present, QUEUE_UPDATE_NAME)) {
        after.name = request->name;
    }
    if (present_has(request->present, QUEUE_UPDATE_DESCRIPTION)) {
        after.description = request->description;
    }
    if (present_has(request->present, QUEUE_UPDATE_MEMBERS_ONLY)) {
        after.members_only = request->members_only;
    }
    if (present_has(request->present, QUEUE_UPDATE_STAFF_ONLY)) {
        after.staff_only = request->staff_only;
    }
    if (present_has(request->present, QUEUE_UPDATE_CLOSED)) {
        after.closed = request->closed;
    }
    return after;
}

static bool is_same(const struct row_queue *a, const struct row_queue *b)
{
    return text_equal(a->name, b->name) && text_equal(a->description, b->description) &&
           a->members_only == b->members_only && a->staff_only == b->staff_only &&
           a->closed == b->closed;
}

/* Everybody has to have a queue to file into without naming one. */
static bool check_default(struct run *run, const struct row_queue *after)
{
    if (after->id != QUEUE_DEFAULT || (!after->closed && !after->staff_only)) {
        return true;
    }
    run_refuse(run, ERROR_INVALID_FIELD, after->closed ? "closed" : "staff_only",
               "Tickets that name no queue go into this one: it stays open, to users too.");
    return false;
}

void queue_update(struct run *run)
{
    const struct admin_queue_update *request = run->command->request;
    struct row_queue before;

    if (!find_queue(run, request->queue, &before)) {
        return;
    }
    if (request->version != before.version) {
        run_refuse(run, ERROR_VERSION_CONFLICT, NULL, NULL);
        run->outcome->version = before.version;
        return;
    }
    struct row_queue after = changed_queue(request, &before);
    if (is_same(&before, &after)) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    if (!text_equal(before.name, after.name) && !check_name(run, after.name)) {
        return;
    }
    if (check_default(run, &after)) {
        after.version++;
        put_queue(run, &after);
    }
}

static bool check_rights(struct run *run, struct text text, unsigned *ret_rights)
{
    if (!queue_rights_parse(text, ret_rights)) {
        run_refuse(run, ERROR_INVALID_FIELD, "rights",
                   "Rights are read, create, change, own, with a space between them; or all; or "
                   "none.");
        return false;
    }
    if ((*ret_rights & (RIGHT_CHANGE | RIGHT_OWN)) != 0 && (*ret_rights & RIGHT_READ) == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "rights",
                   "Who may change or own tickets has to be able to read them; add read.");
        return false;
    }
    return true;
}

static bool find_member(struct run *run, struct text name, struct row_account *ret_account)
{
    if (!rows_find_account_by_name(run->rows, name, ret_account)) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "There is no account with this name.");
        return false;
    }
    return true;
}

void queue_rights(struct run *run)
{
    const struct admin_queue_rights *request = run->command->request;
    struct row_queue queue;
    struct row_account account;
    struct row_queue_right before = {.rights = 0};
    unsigned rights = 0;

    if (!find_queue(run, request->queue, &queue) || !find_member(run, request->name, &account) ||
        !check_rights(run, request->rights, &rights)) {
        return;
    }
    if (account.role == ROLE_USER && rights != 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "name",
                   "This account's role is user; only staff work in queues. Give it the role "
                   "staff first.");
        return;
    }
    (void)rows_get(run->rows, ROW_QUEUE_RIGHT, account.id, queue.id, &before);
    if (before.rights == rights) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    if (rights == 0) {
        run_remove(run, ROW_QUEUE_RIGHT, account.id, queue.id);
    } else {
        struct row_queue_right after = {.account = account.id, .queue = queue.id, .rights = rights};
        run_put(run, ROW_QUEUE_RIGHT, &after);
    }
    run->outcome->name = account.name;
    run->outcome->version = account.version;
}
