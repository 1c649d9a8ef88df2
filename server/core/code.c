/* One-time codes: an admin gives one, its person sets a password with it, and the admin never knows
 * the password. Only the code's hash is kept. */
#include <string.h>

#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"

void code_put(struct run *run, uint64_t account)
{
    struct row_reset row = {
        .account = account,
        .code_hash = run->command->prepared.new_code_hash,
        .expires_ms = run->command->time_ms + CODE_LIFE_MS,
    };
    require(row.code_hash.length == TOKEN_BYTES);
    run_put(run, ROW_RESET, &row);
    run->outcome->until_ms = row.expires_ms;
}

/* Also of the last admin, who could otherwise be helped from the console alone: nobody is removed
 * by it. */
void account_reset(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account)) {
        return;
    }
    account.password_version++; /* a password that is being verified right now is none any more */
    account_put_ended(run, &account);
    run_remove(run, ROW_CREDENTIAL, account.id, 0);
    device_forget_all(run, account.id);
    key_remove_all(run, account.id);
    code_put(run, account.id);
}

static bool is_right(const struct run *run, const struct row_reset *row)
{
    struct bytes shown = run->command->prepared.code_hash;
    return shown.length == row->code_hash.length && shown.length == TOKEN_BYTES &&
           memcmp(shown.data, row->code_hash.data, shown.length) == 0;
}

/* An account that may use a code now, and its code. */
static bool find_code(struct run *run, struct text name, struct row_account *ret_account,
                      struct row_reset *ret_row)
{
    return rows_find_account_by_name(run->rows, name, ret_account) &&
           ret_account->state == ACCOUNT_ACTIVE &&
           rows_get(run->rows, ROW_RESET, ret_account->id, 0, ret_row) &&
           ret_row->expires_ms > run->command->time_ms;
}

/* Every refusal is the same one, so that it tells nothing about names and codes. Wrong tries are
 * not counted against the code: it is too long to be guessed, and anybody who knows a name could
 * make it worthless. */
void account_use_code(struct run *run)
{
    const struct account_use_code *request = run->command->request;
    struct row_account account;
    struct row_reset row;

    if (!find_code(run, request->name, &account, &row) || !is_right(run, &row)) {
        run_refuse(run, ERROR_AUTH_FAILED, NULL, NULL);
        return;
    }
    account.password_version++;
    account_put_ended(run, &account);
    account_put_credential(run, &account);
    run_remove(run, ROW_RESET, account.id, 0);
    run_remove(run, ROW_FAILURES, account.id, 0);
    rows_actor(run->rows, account.id, 0);
}
