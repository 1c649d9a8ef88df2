/* What an account has to prove beside its password: the one place that says so. Codes were compared
 * with the secret before, at the edge; what is left is whether that still holds, and that nothing
 * is good twice. */
#include <string.h>

#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/proof.h"
#include "server/core/settings.h"

/* A key and a password are two things as well. */
static bool came_by_key(struct run *run)
{
    struct row_sign_in sign_in;
    return rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, &sign_in) && sign_in.key != 0;
}

struct proof_demand proof_demanded(struct run *run, const struct row_account *account,
                                   enum proof_for what)
{
    bool desk_demands =
        what == PROOF_FOR_ADMIN_MODE && settings_read(run->rows).admin_second_factor != 0;
    return (struct proof_demand){
        .code = account->second_factor,
        .lacking = desk_demands && !account->second_factor && !came_by_key(run),
    };
}

bool proof_step_is_good(const struct run *run, const struct row_totp *row)
{
    const struct prepared *prepared = &run->command->prepared;
    uint64_t now = run->command->time_ms / TOTP_STEP_MS;
    uint64_t step = prepared->factor_step;

    return prepared->factor_id != 0 && prepared->factor_id == row->id && step > row->last_step &&
           step + 1 >= now && step <= now + 1;
}

/* Where among those that are left its digest stands; their end when it is none of them. */
static size_t find_recovery(const struct run *run, const struct row_totp *row)
{
    struct bytes shown = run->command->prepared.recovery_hash;
    size_t at = 0;

    if (shown.length != TOKEN_BYTES) {
        return row->recovery.length;
    }
    while (at < row->recovery.length &&
           memcmp(row->recovery.data + at, shown.data, TOKEN_BYTES) != 0) {
        at += TOKEN_BYTES;
    }
    return at;
}

bool proof_given(struct run *run, const struct row_account *account, enum proof_for what)
{
    struct proof_demand demand = proof_demanded(run, account, what);
    bool signs_in = what == PROOF_FOR_SIGN_IN;
    struct row_totp row;

    if (demand.lacking) {
        run_refuse(run, ERROR_SECOND_FACTOR_REQUIRED, NULL, NULL);
        return false;
    }
    if (!demand.code) {
        return true;
    }
    if (!run->command->prepared.code_shown) {
        run_refuse(run, ERROR_CODE_REQUIRED, "code", NULL);
        return false;
    }
    if (rows_get(run->rows, ROW_TOTP, account->id, 0, &row) &&
        (proof_step_is_good(run, &row) || find_recovery(run, &row) < row.recovery.length)) {
        return true;
    }
    run_refuse(run, ERROR_AUTH_FAILED, signs_in ? NULL : "code",
               signs_in ? PROOF_WRONG : PROOF_CODE_WRONG);
    return false;
}

static void remove_recovery(struct run *run, struct row_totp *row)
{
    size_t at = find_recovery(run, row);
    size_t after = row->recovery.length - at - TOKEN_BYTES;
    uint8_t *left = arena_alloc(rows_arena(run->rows), row->recovery.length);

    if (left == NULL) { /* rather none than one that is good twice */
        row->recovery = (struct bytes){0};
        return;
    }
    memcpy(left, row->recovery.data, at);
    memcpy(left + at, row->recovery.data + at + TOKEN_BYTES, after);
    row->recovery = (struct bytes){.data = left, .length = at + after};
}

void proof_spend(struct run *run, const struct row_account *account)
{
    struct row_totp row;

    if (!account->second_factor || !rows_get(run->rows, ROW_TOTP, account->id, 0, &row)) {
        return;
    }
    if (proof_step_is_good(run, &row)) {
        row.last_step = run->command->prepared.factor_step;
    } else {
        remove_recovery(run, &row);
    }
    run_put(run, ROW_TOTP, &row);
}
