/* Keys that an account can sign in with. That one is held was proved at the edge, by a signature;
 * whose it is, and what follows, is decided here. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"

_Static_assert(KEYS_MAX == 8, "the refusal names it");

bool key_proved(struct run *run, uint64_t account, struct row_account_key *ret_row)
{
    struct text key = run->command->prepared.key;
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);

    for (uint64_t id; key.length > 0 && rows_range_next(run->rows, &range, &id);) {
        if (rows_get(run->rows, ROW_ACCOUNT_KEY, account, id, ret_row) &&
            text_equal(ret_row->public_key, key)) {
            return true;
        }
    }
    return false;
}

void key_used(struct run *run, const struct row_account_key *row)
{
    struct row_key_use use = {
        .account = row->account,
        .id = row->id,
        .used_ms = run->command->time_ms,
        .source = run->command->origin.source,
    };
    run_put(run, ROW_KEY_USE, &use);
}

static size_t count(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);
    size_t found = 0;

    for (uint64_t id; rows_range_next(run->rows, &range, &id);) {
        found++;
    }
    return found;
}

/* Whoever found a screen unlocked must not leave a door behind: hence the password. And a key
 * stands for the second factor later: hence that, too. */
void key_add(struct run *run)
{
    const struct account_key_add *request = run->command->request;
    const struct prepared *prepared = &run->command->prepared;
    const struct row_account *account = &run->viewer.account;
    struct row_account_key same;

    if (!sign_in_verified(run, account)) {
        run_refuse(run, ERROR_AUTH_FAILED, "password", NULL);
        return;
    }
    if (prepared->key.length == 0) {
        run_refuse(run, ERROR_INVALID_FIELD, "signature",
                   "It does not prove that the key is held.");
        return;
    }
    if (key_proved(run, account->id, &same)) {
        run_refuse(run, ERROR_ALREADY_DONE, "public_key", "You have this key already.");
        return;
    }
    if (count(run, account->id) >= KEYS_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "public_key",
                   "You have 8 keys, and an account has no more: remove one first.");
        return;
    }
    if (!proof_given(run, account, PROOF_FOR_KEY)) {
        return;
    }
    struct row_account_key row = {
        .account = account->id,
        .id = rows_sequence(run->rows) + 1,
        .label = request->label,
        .public_key = prepared->key,
        .fingerprint = prepared->key_fingerprint,
        .created_ms = run->command->time_ms,
    };
    run_put(run, ROW_ACCOUNT_KEY, &row);
    proof_spend(run, account);
    run->outcome->number = row.id;
}

/* That a row went the journal tells by its numbers alone: emptied before, it is on record which key
 * that was. */
static void drop(struct run *run, struct row_account_key *row)
{
    row->label = text_of(NULL);
    row->fingerprint = text_of(NULL);
    run_put(run, ROW_ACCOUNT_KEY, row);
    run_remove(run, ROW_ACCOUNT_KEY, row->account, row->id);
    run_remove(run, ROW_KEY_USE, row->account, row->id);
}

/* What was made with it ends with it: a key is removed because somebody else may have it. */
static void remove_key(struct run *run, struct row_account_key *row)
{
    drop(run, row);
    sign_in_end_of_key(run, row->account, row->id);
    run->outcome->number = row->id;
}

void key_remove(struct run *run)
{
    const struct account_key_remove *request = run->command->request;
    uint64_t account = run->viewer.account.id;
    struct row_account_key row;

    if (!rows_get(run->rows, ROW_ACCOUNT_KEY, account, request->id, &row)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "You have no key with this id.");
        return;
    }
    remove_key(run, &row);
}

void key_remove_by_admin(struct run *run)
{
    const struct admin_key_remove *request = run->command->request;
    struct row_account account;
    struct row_account_key row;

    if (!account_find_named(run, request->name, &account)) {
        return;
    }
    if (!rows_get(run->rows, ROW_ACCOUNT_KEY, account.id, request->id, &row)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "The account has no key with this id.");
        return;
    }
    remove_key(run, &row);
}

void key_remove_all(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);
    struct row_account_key row;

    for (uint64_t id; rows_range_next(run->rows, &range, &id);) {
        if (rows_get(run->rows, ROW_ACCOUNT_KEY, account, id, &row)) {
            drop(run, &row);
        }
    }
}
