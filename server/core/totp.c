/* Second factors: made in two steps, so that nobody is locked out by a secret that their app never
 * got; given up; taken from whoever has lost theirs. The secret was sealed at the edge; here it is
 * bytes. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/proof.h"

void totp_begin(struct run *run)
{
    const struct command *command = run->command;
    const struct row_account *account = &run->viewer.account;

    if (!sign_in_verified(run, account)) {
        run_refuse(run, ERROR_AUTH_FAILED, "password", NULL);
        return;
    }
    if (account->second_factor) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL,
                   "You have a second factor; remove it before you set up another one.");
        return;
    }
    require(command->prepared.new_factor.length > 0 && command->fresh_id != 0);
    struct row_totp row = {
        .account = account->id,
        .id = command->fresh_id,
        .sealed = command->prepared.new_factor,
        .begun_ms = command->time_ms,
    };
    run_put(run, ROW_TOTP, &row);
    run->outcome->until_ms = row.begun_ms + TOTP_BEGIN_MS;
}

static void put_account(struct run *run, struct row_account *account)
{
    account->version++;
    run_put(run, ROW_ACCOUNT, account);
    run->outcome->name = account->name;
    run->outcome->version = account->version;
}

void totp_confirm(struct run *run)
{
    struct row_account account = run->viewer.account;
    struct row_totp row;

    if (account.second_factor) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You have a second factor already.");
        return;
    }
    if (!rows_get(run->rows, ROW_TOTP, account.id, 0, &row) ||
        row.begun_ms + TOTP_BEGIN_MS <= run->command->time_ms) {
        run_refuse(run, ERROR_NOT_FOUND, "code",
                   "There is no second factor to confirm, or not any more; begin again.");
        return;
    }
    if (!proof_step_is_good(run, &row)) {
        run_refuse(run, ERROR_AUTH_FAILED, "code", PROOF_CODE_WRONG);
        return;
    }
    row.last_step = run->command->prepared.factor_step;
    row.recovery = run->command->prepared.new_recovery_hashes;
    require(row.recovery.length == (size_t)RECOVERY_CODES * TOKEN_BYTES);
    run_put(run, ROW_TOTP, &row);
    account.second_factor = true;
    put_account(run, &account);
}

void totp_remove(struct run *run)
{
    struct row_account account = run->viewer.account;

    if (!sign_in_verified(run, &account)) {
        run_refuse(run, ERROR_AUTH_FAILED, "password", NULL);
        return;
    }
    if (!account.second_factor) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You have no second factor.");
        return;
    }
    if (!proof_given(run, &account, PROOF_FOR_REMOVAL)) {
        return;
    }
    run_remove(run, ROW_TOTP, account.id, 0);
    account.second_factor = false;
    put_account(run, &account);
}

/* Somebody else may hold what was lost: whoever is signed in has to come back. */
void totp_reset(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account)) {
        return;
    }
    if (!account.second_factor) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "This account has no second factor.");
        return;
    }
    run_remove(run, ROW_TOTP, account.id, 0);
    account.second_factor = false;
    account_put_ended(run, &account);
}
