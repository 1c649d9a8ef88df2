/* Queries about sign-ins, known devices, and who has to wait after wrong passwords. */
#include "server/core/limits.h"
#include "server/core/view.h"
#include "server/queries_page.h"

enum { LOCK_BYTES = 256, SOURCES_MAX = 50 };

static void name_key(struct rows *rows, const struct row_sign_in *row, struct sign_in *sign_in)
{
    struct row_account_key key;
    if (row->key != 0 && rows_get(rows, ROW_ACCOUNT_KEY, row->account, row->key, &key)) {
        sign_in->key = key.label;
        present_mark(&sign_in->present, SIGN_IN_KEY);
    }
}

/* Those that could still be used, oldest first. */
static enum error list_sign_ins(const struct query *query, const struct row_account *account,
                                struct sign_in_list *reply)
{
    struct sign_in *items =
        arena_alloc(rows_arena(query->rows), SIGN_INS_MAX * sizeof(struct sign_in));
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, account->id, 0, false);
    size_t count = 0;

    if (items == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (uint64_t id; count < SIGN_INS_MAX && rows_range_next(query->rows, &range, &id);) {
        struct row_sign_in row;
        if (rows_get(query->rows, ROW_SIGN_IN, id, 0, &row) &&
            row.account_epoch == account->epoch && row.expires_ms > query->time_ms) {
            view_sign_in(&row, query->viewer->sign_in, &items[count]);
            name_key(query->rows, &row, &items[count++]);
        }
    }
    reply->sign_ins = (struct list){.items = items, .count = count};
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_account_sign_ins(const struct query *query, void *ret_reply,
                                  struct failure *ret_failure)
{
    (void)ret_failure;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    return error != ERROR_NONE ? error : list_sign_ins(query, &query->viewer->account, ret_reply);
}

enum error query_admin_sign_ins(const struct query *query, void *ret_reply,
                                struct failure *ret_failure)
{
    const struct admin_sign_ins *request = query->request;
    struct row_account account;
    enum error error = query_find_account(query, request->name, &account, ret_failure);
    return error != ERROR_NONE ? error : list_sign_ins(query, &account, ret_reply);
}

enum error query_account_devices(const struct query *query, void *ret_reply,
                                 struct failure *ret_failure)
{
    (void)ret_failure;
    struct device_list *reply = ret_reply;
    uint64_t account = query->viewer->account.id;
    struct row_sign_in sign_in = {.known_device = 0};
    struct device *items = arena_alloc(rows_arena(query->rows), DEVICES_MAX * sizeof *items);
    size_t count = 0;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error != ERROR_NONE || items == NULL) {
        return error != ERROR_NONE ? error : ERROR_NO_MEMORY;
    }
    (void)rows_get(query->rows, ROW_SIGN_IN, query->viewer->sign_in, 0, &sign_in);
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    for (uint64_t id; count < DEVICES_MAX && rows_range_next(query->rows, &range, &id);) {
        struct row_device row;
        if (rows_get(query->rows, ROW_DEVICE, account, id, &row)) {
            view_device(&row, sign_in.known_device, &items[count++]);
        }
    }
    reply->devices = (struct list){.items = items, .count = count};
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

/* --- Who has to wait ------------------------------------------------------------------------- */

static void set_until(const struct query *query, uint64_t wait_ms, struct lock *lock)
{
    if (wait_ms > 0) {
        lock->until_ms = query->time_ms + wait_ms;
        present_mark(&lock->present, LOCK_UNTIL);
    }
}

static void view_failures(const struct query *query, const struct row_failures *row,
                          struct text name, struct lock *ret_lock)
{
    uint64_t wait_ms = 0;
    *ret_lock = (struct lock){
        .name = name,
        .source = row->source,
        .failures = row->count,
        .since_ms = row->since_ms,
        .last_ms = row->last_ms,
        .stopped = row->count >= FAILURES_MAX,
    };
    present_mark(&ret_lock->present, LOCK_NAME);
    present_mark(&ret_lock->present, LOCK_FAILURES);
    present_mark(&ret_lock->present, LOCK_SINCE);
    present_mark(&ret_lock->present, LOCK_LAST);
    (void)throttle_account(query->throttle, name, query->now_ms, &wait_ms);
    set_until(query, wait_ms, ret_lock);
}

/* Addresses are few and forgotten soon; they come with the first page alone. */
static void take_sources(const struct query *query, struct page *page)
{
    struct throttled_source sources[SOURCES_MAX];
    size_t count = throttle_sources(query->throttle, query->now_ms, sources, SOURCES_MAX);
    for (size_t i = 0; i < count; i++) {
        struct lock *place = page_place(page);
        struct text source = text_of(sources[i].source);
        char *copy = arena_copy(rows_arena(query->rows), source.data, source.length);
        if (place == NULL || copy == NULL || !page_take(page, LOCK_BYTES)) {
            return;
        }
        *place = (struct lock){.source = {.data = copy, .length = source.length}};
        set_until(query, sources[i].wait_ms, place);
    }
}

enum error query_admin_locks(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_locks *request = query->request;
    struct lock_list *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    struct page page;
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct lock));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    if (request->cursor == 0) {
        take_sources(query, &page);
    }
    reply->cursor = request->cursor;
    struct row_range range = rows_range(INDEX_FAILURES, 0, request->cursor + 1, false);
    for (uint64_t id; !reply->more && rows_range_next(query->rows, &range, &id);) {
        struct row_failures row;
        struct row_account account;
        struct lock *place = page_place(&page);
        if (!rows_get(query->rows, ROW_FAILURES, id, 0, &row) ||
            !rows_get(query->rows, ROW_ACCOUNT, id, 0, &account)) {
            continue;
        }
        reply->more = place == NULL || !page_take(&page, LOCK_BYTES);
        if (!reply->more) {
            view_failures(query, &row, account.name, place);
            reply->cursor = id;
        }
    }
    if (reply->more) {
        present_mark(&reply->present, LOCK_LIST_CURSOR);
    }
    reply->locks = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
