/* The model's second factors. */
#include <string.h>

#include "tests/simulation/model_internal.h"

#define STEP_MS UINT64_C(30000)
#define HOUR_MS UINT64_C(3600000)

void model_recovery_hash(unsigned index, uint8_t ret_hash[TOKEN_BYTES])
{
    memset(ret_hash, (int)(index + 1), TOKEN_BYTES);
}

static bool step_is_good(const struct turn *turn, const struct model_factor *factor)
{
    const struct prepared *prepared = &turn->command->prepared;
    uint64_t now = turn->command->time_ms / STEP_MS;
    uint64_t step = prepared->factor_step;

    return prepared->factor_id == factor->id && factor->id != 0 && step > factor->last_step &&
           (step + 1 == now || step == now || step == now + 1);
}

/* The bit of the recovery code that was shown, if it is left; 0: none. */
static unsigned recovery_bit(const struct turn *turn, const struct model_factor *factor)
{
    struct bytes shown = turn->command->prepared.recovery_hash;
    uint8_t hash[TOKEN_BYTES];

    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        model_recovery_hash(i, hash);
        if (shown.length == TOKEN_BYTES && memcmp(shown.data, hash, TOKEN_BYTES) == 0) {
            return factor->recovery_left & 1u << i;
        }
    }
    return 0;
}

bool model_proves(struct turn *turn, struct model_account *account, const char *field)
{
    struct model_factor *factor = &account->factor;

    if (!account->has_factor) {
        return true;
    }
    if (!turn->command->prepared.code_shown) {
        turn_refuse(turn, ERROR_CODE_REQUIRED, "code");
        return false;
    }
    if (step_is_good(turn, factor)) {
        factor->last_step = turn->command->prepared.factor_step;
        return true;
    }
    unsigned bit = recovery_bit(turn, factor);
    if (bit == 0) {
        turn_refuse(turn, ERROR_AUTH_FAILED, field);
    }
    factor->recovery_left &= ~bit;
    return bit != 0;
}

static void begin(struct turn *turn)
{
    struct model_account *account = turn->who.account;

    if (!model_password_is_right(turn, account)) {
        turn_refuse(turn, ERROR_AUTH_FAILED, "password");
    } else if (account->has_factor) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else {
        account->factor = (struct model_factor){.id = turn->command->fresh_id,
                                                .begun_ms = turn->command->time_ms};
        turn->answer.until_ms = turn->command->time_ms + HOUR_MS;
    }
}

static void confirm(struct turn *turn)
{
    struct model_account *account = turn->who.account;
    struct model_factor *factor = &account->factor;

    if (account->has_factor) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (factor->id == 0 || turn->command->time_ms >= factor->begun_ms + HOUR_MS) {
        turn_refuse(turn, ERROR_NOT_FOUND, "code");
    } else if (!step_is_good(turn, factor)) {
        turn_refuse(turn, ERROR_AUTH_FAILED, "code");
    } else {
        factor->last_step = turn->command->prepared.factor_step;
        factor->recovery_left = (1u << RECOVERY_CODES) - 1;
        account->has_factor = true;
        account->version++;
        model_finish_account(turn, account);
    }
}

static void forget(struct turn *turn, struct model_account *account)
{
    account->has_factor = false;
    account->factor = (struct model_factor){.id = 0};
    account->version++;
    model_finish_account(turn, account);
}

static void give_up(struct turn *turn)
{
    struct model_account *account = turn->who.account;

    if (!model_password_is_right(turn, account)) {
        turn_refuse(turn, ERROR_AUTH_FAILED, "password");
    } else if (!account->has_factor) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (model_proves(turn, account, "code")) {
        forget(turn, account);
    }
}

static void take_away(struct turn *turn)
{
    const struct admin_account *request = turn->command->request;
    struct model_account *account = model_find_other(turn, request->name);

    if (account != NULL && !account->has_factor) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "name");
    } else if (account != NULL) {
        model_end_sign_ins(turn->model, account);
        forget(turn, account);
    }
}

bool model_factor_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_ACCOUNT_TOTP_BEGIN:
        begin(turn);
        return true;
    case METHOD_ACCOUNT_TOTP_CONFIRM:
        confirm(turn);
        return true;
    case METHOD_ACCOUNT_TOTP_REMOVE:
        give_up(turn);
        return true;
    case METHOD_ADMIN_TOTP_RESET:
        take_away(turn);
        return true;
    default:
        return false;
    }
}
