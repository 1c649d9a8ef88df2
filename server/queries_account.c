/* Queries about accounts, role requests and the desk's settings. */
#include "server/core/settings.h"
#include "server/core/view.h"
#include "server/queries_page.h"

/* Bytes of an item on the wire without its free texts. */
enum { ACCOUNT_BYTES = 256, ROLE_REQUEST_BYTES = 192 };

/* One's own account says who really sits there. */
static void add_actor(const struct query *query, const struct row_account *row,
                      struct account_reply *reply)
{
    const struct viewer *viewer = query->viewer;
    struct row_account actor;
    if (permission_is_acting(viewer) && row->id == viewer->account.id &&
        rows_get(query->rows, ROW_ACCOUNT, viewer->actor, 0, &actor)) {
        reply->actor = actor.name;
        present_mark(&reply->present, ACCOUNT_REPLY_ACTOR);
    }
}

/* Who has none is whom to guess at. */
static void hide_second_factor(const struct viewer *viewer, const struct row_account *row,
                               struct account *account)
{
    if (row->id != viewer->account.id && !viewer->elevated) {
        account->present &= ~(UINT64_C(1) << ACCOUNT_SECOND_FACTOR);
    }
}

enum error query_account_get(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    (void)ret_failure;
    const struct account_get *request = query->request;
    struct account_reply *reply = ret_reply;
    struct row_account row = query->viewer->account;
    bool there = query->viewer->signed_in;
    if (present_has(request->present, ACCOUNT_GET_NAME)) {
        there = rows_find_account_by_name(query->rows, request->name, &row);
    }
    enum relation relation = permission_account_relation(query->viewer, there ? &row : NULL);
    enum error error = permission_check(query->method, query->viewer, relation);
    if (error == ERROR_NONE) {
        view_account(query->rows, &row, &reply->account);
        hide_second_factor(query->viewer, &row, &reply->account);
        add_actor(query, &row, reply);
    }
    return error;
}

enum error query_admin_account_list(const struct query *query, void *ret_reply,
                                    struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_account_list *request = query->request;
    struct admin_account_list_reply *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    struct page page;
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct account));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_ACCOUNTS, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_account row;
        struct account *place = page_place(&page);
        if (!rows_get(query->rows, ROW_ACCOUNT, id, 0, &row)) {
            continue;
        }
        reply->more = place == NULL ||
                      !page_take(&page, ACCOUNT_BYTES + row.email.length + row.display_name.length);
        if (!reply->more) {
            view_account(query->rows, &row, place);
            reply->cursor = id;
        }
    }
    if (reply->more) {
        present_mark(&reply->present, ACCOUNT_LIST_REPLY_CURSOR);
    }
    reply->accounts = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_admin_role_requests(const struct query *query, void *ret_reply,
                                     struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_role_requests *request = query->request;
    struct admin_role_requests_reply *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    struct page page;
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct role_request));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_ROLE_REQUESTS, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_role_request row;
        struct role_request seen;
        struct role_request *place = page_place(&page);
        if (!rows_get(query->rows, ROW_ROLE_REQUEST, id, 0, &row) ||
            !view_role_request(query->rows, &row, &seen)) {
            continue;
        }
        reply->more = place == NULL || !page_take(&page, ROLE_REQUEST_BYTES + row.reason.length);
        if (!reply->more) {
            *place = seen;
            reply->cursor = id;
        }
    }
    if (reply->more) {
        present_mark(&reply->present, ROLE_REQUESTS_REPLY_CURSOR);
    }
    reply->requests = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_admin_settings_get(const struct query *query, void *ret_reply,
                                    struct failure *ret_failure)
{
    (void)ret_failure;
    struct settings *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_settings row = settings_read(query->rows);
    settings_view(&row, reply);
    return ERROR_NONE;
}
