/* What retention by age would purge now. */
#include "server/core/retention.h"
#include "server/core/settings.h"
#include "server/queries_page.h"

enum { TICKET_BYTES = 64 };

/* Fills the page; `ret_cursor` is the last ticket that was dealt with. True when there may be more.
 */
static bool fill_page(const struct query *query, uint64_t before_ms, struct page *page,
                      struct admin_retention_preview_reply *reply)
{
    const struct admin_retention_preview *request = query->request;
    struct row_range range = rows_range(INDEX_TICKETS, 0, request->cursor + 1, false);
    reply->cursor = request->cursor;
    for (uint64_t number; rows_range_next(query->rows, &range, &number); reply->cursor = number) {
        struct row_ticket row;
        struct retention_ticket *place = page_place(page);
        if (place == NULL || !page_looks(page)) {
            return true;
        }
        if (!rows_get(query->rows, ROW_TICKET, number, 0, &row) ||
            !retention_takes(query->rows, &row, before_ms)) {
            continue;
        }
        if (!page_take(page, TICKET_BYTES + row.title.length)) {
            return true;
        }
        *place = (struct retention_ticket){
            .number = number, .title = row.title, .updated_ms = row.updated_ms};
        if (reply->oldest_ms == 0 || row.updated_ms < reply->oldest_ms) {
            reply->oldest_ms = row.updated_ms;
            present_mark(&reply->present, RETENTION_REPLY_OLDEST);
        }
    }
    return false;
}

enum error query_admin_retention_preview(const struct query *query, void *ret_reply,
                                         struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_retention_preview *request = query->request;
    struct admin_retention_preview_reply *reply = ret_reply;
    struct page page;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct retention_ticket));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    uint64_t before_ms = retention_before_ms(query->rows, query->time_ms);
    reply->days = settings_read(query->rows).retention_days;
    reply->more = before_ms != 0 && fill_page(query, before_ms, &page, reply);
    if (reply->more) {
        present_mark(&reply->present, RETENTION_REPLY_CURSOR);
    }
    reply->tickets = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
