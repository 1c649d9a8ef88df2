/* Queries about links and tags. */
#include "server/core/links.h"
#include "server/core/queue.h"
#include "server/queries_page.h"

/* Bytes of an item on the wire without its title. */
enum { LINKED_BYTES = 96, TAG_BYTES = 16 };

/* Two tickets can be linked by several rows once some were merged: the first is what counts. */
static bool is_listed(const struct page *page, uint64_t number)
{
    const struct linked_ticket *items = page->items;
    for (size_t i = 0; i < page->count; i++) {
        if (items[i].number == number) {
            return true;
        }
    }
    return false;
}

enum error query_ticket_links(const struct query *query, void *ret_reply,
                              struct failure *ret_failure)
{
    (void)ret_failure;
    const struct ticket_links *request = query->request;
    struct ticket_links_reply *reply = ret_reply;
    struct row_ticket ticket;
    struct page page;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, LINKS_MAX, sizeof(struct linked_ticket));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct link_walk walk = links_walk(query->rows, ticket.number);
    for (struct link_end end; links_next(&walk, &end);) {
        struct linked_ticket *place = page_place(&page);
        if (!permission_sees(query->viewer, &end.other) || is_listed(&page, end.other.number)) {
            continue;
        }
        if (place == NULL || !page_take(&page, LINKED_BYTES + end.other.title.length)) {
            break;
        }
        *place = (struct linked_ticket){
            .number = end.other.number,
            .kind = end.kind,
            .title = end.other.title,
            .status = status_of(end.other.severity, end.other.state),
        };
    }
    reply->links = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

static bool reads_all_queues(const struct query *query)
{
    struct queue_walk walk = queue_walk();
    struct row_queue row;
    while (queue_next(query->rows, &walk, &row)) {
        if (!permission_sees_notes(query->viewer, row.id)) {
            return false;
        }
    }
    return true;
}

/* A tag is known by the tickets that have it: its name may tell what goes on in a queue that one
 * may not read. False too when too much was looked at. */
static bool is_known(const struct query *query, struct page *page, uint64_t tag)
{
    struct row_range range = rows_range(INDEX_TICKETS_BY_TAG, tag, UINT64_MAX, true);
    uint64_t number;
    while (page_looks(page) && rows_range_next(query->rows, &range, &number)) {
        struct row_ticket row;
        if (rows_get(query->rows, ROW_TICKET, number, 0, &row) && !row.deleted && !row.purged &&
            permission_sees_notes(query->viewer, row.queue)) {
            return true;
        }
    }
    return false;
}

enum error query_tag_list(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    (void)ret_failure;
    const struct tag_list *request = query->request;
    struct tag_list_reply *reply = ret_reply;
    struct page page;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct tag));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    bool all = reads_all_queues(query);
    bool begun = false;
    struct row_range range = rows_range(INDEX_TAGS, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_tag row;
        struct tag *place = page_place(&page);
        bool known =
            rows_get(query->rows, ROW_TAG, id, 0, &row) && (all || is_known(query, &page, id));
        /* One that took all that may be looked at is passed over, so that there is an end. */
        bool is_tired = !known && begun && page.looked_at >= page.rows_max;
        begun = true;
        reply->more = is_tired ||
                      (known && (place == NULL || !page_take(&page, TAG_BYTES + row.name.length)));
        if (!reply->more) {
            reply->cursor = id;
        }
        if (!reply->more && known) {
            *place = (struct tag){.name = row.name};
        }
    }
    if (reply->more) {
        present_mark(&reply->present, TAG_LIST_REPLY_CURSOR);
    }
    reply->tags = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
