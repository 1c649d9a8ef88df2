/* Queries about queues. */
#include "server/core/queue.h"
#include "server/core/view.h"
#include "server/queries_page.h"

enum { MEMBER_BYTES = 128 }; /* an item on the wire, at its longest */

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
