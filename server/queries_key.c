/* Queries about the keys that accounts can sign in with. */
#include "server/core/limits.h"
#include "server/queries_page.h"

static void view_key(struct rows *rows, const struct row_account_key *row,
                     struct account_key *ret_key)
{
    struct row_key_use use;
    *ret_key = (struct account_key){
        .id = row->id,
        .label = row->label,
        .fingerprint = row->fingerprint,
        .created_ms = row->created_ms,
    };
    if (rows_get(rows, ROW_KEY_USE, row->account, row->id, &use)) {
        ret_key->used_ms = use.used_ms;
        ret_key->source = use.source;
        present_mark(&ret_key->present, ACCOUNT_KEY_USED);
        present_mark(&ret_key->present, ACCOUNT_KEY_SOURCE);
    }
}

static enum error list_keys(const struct query *query, uint64_t account, struct account_keys *reply)
{
    struct account_key *items = arena_alloc(rows_arena(query->rows), KEYS_MAX * sizeof *items);
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);
    size_t count = 0;

    if (items == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (uint64_t id; count < KEYS_MAX && rows_range_next(query->rows, &range, &id);) {
        struct row_account_key row;
        if (rows_get(query->rows, ROW_ACCOUNT_KEY, account, id, &row)) {
            view_key(query->rows, &row, &items[count++]);
        }
    }
    reply->keys = (struct list){.items = items, .count = count};
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_account_keys(const struct query *query, void *ret_reply,
                              struct failure *ret_failure)
{
    (void)ret_failure;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    return error != ERROR_NONE ? error : list_keys(query, query->viewer->account.id, ret_reply);
}

enum error query_admin_keys(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    const struct admin_keys *request = query->request;
    struct row_account account;
    enum error error = query_find_account(query, request->name, &account, ret_failure);
    return error != ERROR_NONE ? error : list_keys(query, account.id, ret_reply);
}
