/* Queries about queues. */
#include "server/core/queue.h"
#include "server/core/view.h"
#include "server/queries_page.h"

#include <string.h>

/* Items on the wire, at their longest. */
enum { MEMBER_BYTES = 128, PERSON_BYTES = 64 };

enum error query_queue_list(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    (void)ret_failure;
    struct queue_list_reply *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error != ERROR_NONE) {
        return error;
    }
    struct queue *queues = arena_array(rows_arena(query->rows), QUEUES_MAX, sizeof *queues);
    if (queues == NULL) {
        return ERROR_NO_MEMORY;
    }
    struct queue_walk walk = queue_walk();
    struct row_queue row;
    size_t count = 0;
    while (count < QUEUES_MAX && queue_next(query->rows, &walk, &row)) {
        if (queue_is_seen(query->viewer, &row)) {
            view_queue(query->viewer, &row, &queues[count++]);
        }
    }
    reply->queues = (struct list){.items = queues, .count = count};
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

/* The next member in the range, as long as there is one. */
static bool next_member(const struct query *query, struct row_range *range, uint64_t queue,
                        uint64_t *ret_id, struct queue_member *ret_member)
{
    while (rows_range_next(query->rows, range, ret_id)) {
        struct row_queue_right right;
        struct row_account account;
        if (rows_get(query->rows, ROW_QUEUE_RIGHT, *ret_id, queue, &right) &&
            rows_get(query->rows, ROW_ACCOUNT, *ret_id, 0, &account)) {
            *ret_member = (struct queue_member){
                .name = account.name,
                .role = account.role,
                .rights = queue_rights_text(rows_arena(query->rows), (unsigned)right.rights),
            };
            return true;
        }
    }
    return false;
}

enum error query_admin_queue_members(const struct query *query, void *ret_reply,
                                     struct failure *ret_failure)
{
    const struct admin_queue_members *request = query->request;
    struct admin_queue_members_reply *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    struct row_queue queue;
    struct page page;
    if (error == ERROR_NONE && !queue_find(query->rows, request->queue, &queue)) {
        ret_failure->field = text_of("queue");
        error = ERROR_NOT_FOUND;
    }
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct queue_member));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_MEMBERS, queue.id, request->cursor + 1, false);
    struct queue_member member;
    for (uint64_t id; !reply->more && next_member(query, &range, queue.id, &id, &member);) {
        struct queue_member *place = page_place(&page);
        reply->more = place == NULL || !page_take(&page, MEMBER_BYTES);
        if (!reply->more) {
            *place = member;
            reply->cursor = id;
        }
    }
    if (reply->more) {
        present_mark(&reply->present, QUEUE_MEMBERS_REPLY_CURSOR);
    }
    reply->members = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

/* --- Whom its tickets can be given to -------------------------------------------------------- */

static bool begins_with(struct text text, struct text beginning)
{
    return beginning.length <= text.length &&
           (beginning.length == 0 || memcmp(text.data, beginning.data, beginning.length) == 0);
}

/* Who changes tickets of the queue may know whom to give them to. */
static enum error find_people_queue(const struct query *query, struct row_queue *ret_queue,
                                    struct failure *ret_failure)
{
    const struct queue_people *request = query->request;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);

    if (error != ERROR_NONE) {
        return error;
    }
    ret_failure->field = text_of("queue");
    if (!queue_find_seen(query->viewer, request->queue, ret_queue)) {
        return ERROR_NOT_FOUND;
    }
    if ((permission_rights(query->viewer, ret_queue->id) & RIGHT_CHANGE) == 0) {
        return ERROR_FORBIDDEN;
    }
    ret_failure->field = (struct text){.data = NULL};
    return ERROR_NONE;
}

static bool is_asked_for(const struct query *query, const struct row_account *account,
                         uint64_t queue)
{
    const struct queue_people *request = query->request;

    return account->state == ACCOUNT_ACTIVE && begins_with(account->name, request->name) &&
           (!request->owners ||
            (permission_account_rights(query->rows, account, queue) & RIGHT_OWN) != 0);
}

enum error query_queue_people(const struct query *query, void *ret_reply,
                              struct failure *ret_failure)
{
    const struct queue_people *request = query->request;
    struct queue_people_reply *reply = ret_reply;
    struct row_queue queue;
    struct page page;
    enum error error = find_people_queue(query, &queue, ret_failure);

    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct queue_person));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_ACCOUNTS, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_account row;
        struct queue_person *place = page_place(&page);
        bool found =
            rows_get(query->rows, ROW_ACCOUNT, id, 0, &row) && is_asked_for(query, &row, queue.id);
        reply->more =
            place == NULL || !page_looks(&page) || (found && !page_take(&page, PERSON_BYTES));
        if (!reply->more && found) {
            *place = (struct queue_person){.name = row.name};
        }
        reply->cursor = reply->more ? reply->cursor : id;
    }
    if (reply->more) {
        present_mark(&reply->present, QUEUE_PEOPLE_REPLY_CURSOR);
    }
    reply->people = page_list(&page);
    return ERROR_NONE;
}
