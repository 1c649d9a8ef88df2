/* Queries about what one writes with: canned replies and one's own drafts. */
#include "server/core/draft.h"
#include "server/queries_page.h"

enum { CANNED_BYTES = 128, DRAFT_BYTES = 96 }; /* of an item on the wire beside its texts */

static bool matches(const struct canned_list *request, const struct row_canned *row)
{
    return !present_has(request->present, CANNED_LIST_NAME) || text_equal(request->name, row->name);
}

enum error query_canned_list(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    (void)ret_failure;
    const struct canned_list *request = query->request;
    struct canned_list_reply *reply = ret_reply;
    struct page page;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct canned));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_CANNED, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_canned row;
        struct canned *place = page_place(&page);
        if (!rows_get(query->rows, ROW_CANNED, id, 0, &row) || !matches(request, &row)) {
            continue;
        }
        struct text text = rows_part(query->rows, &row.text);
        reply->more =
            place == NULL || !page_take(&page, CANNED_BYTES + row.title.length + text.length);
        if (!reply->more) {
            *place = (struct canned){
                .name = row.name, .title = row.title, .text = text, .version = row.version};
            reply->cursor = id;
        }
    }
    if (reply->more) {
        present_mark(&reply->present, CANNED_REPLY_CURSOR);
    }
    reply->canned = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_draft_get(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    const struct draft_get *request = query->request;
    struct draft_reply *reply = ret_reply;
    struct row_draft row;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE &&
        !draft_find(query->rows, query->viewer->account.id, request->number, request->what, &row)) {
        ret_failure->field = text_of("what");
        error = ERROR_NOT_FOUND;
    }
    if (error == ERROR_NONE) {
        draft_view(&row, &reply->draft);
    }
    return error;
}

enum error query_draft_list(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    (void)ret_failure;
    const struct draft_list *request = query->request;
    struct draft_list_reply *reply = ret_reply;
    struct page page;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct kept_draft));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    uint64_t account = query->viewer->account.id;
    struct row_range range = rows_range(INDEX_DRAFTS, account, request->cursor, false);
    for (uint64_t place; !reply->more && rows_range_next(query->rows, &range, &place);) {
        struct row_draft row;
        struct kept_draft *item = page_place(&page);
        if (!rows_get(query->rows, ROW_DRAFT, account, place, &row)) {
            continue;
        }
        reply->more =
            item == NULL || !page_take(&page, DRAFT_BYTES + row.title.length + row.text.length);
        if (!reply->more) {
            draft_view(&row, item);
        } else {
            reply->cursor = place;
            present_mark(&reply->present, DRAFTS_REPLY_CURSOR);
        }
    }
    reply->drafts = page_list(&page);
    return ERROR_NONE;
}
