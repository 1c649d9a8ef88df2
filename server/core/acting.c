/* Acting as somebody: an admin in admin mode sees and does what that person could, and every entry
 * of the journal bears both names. It lasts as long as the connection, and that it began is on
 * record. */
#include "server/core/commands.h"

static bool find_target(struct run *run, struct text name, struct row_account *ret_account)
{
    if (!rows_find_account_by_name(run->rows, name, ret_account)) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "There is no account with this name.");
        return false;
    }
    if (ret_account->id == run->viewer.account.id) {
        run_refuse(run, ERROR_NOT_ON_SELF, "name", NULL);
        return false;
    }
    if (ret_account->role >= run->viewer.account.role) {
        run_refuse(run, ERROR_FORBIDDEN, "name", "Nobody acts as an admin; users and staff only.");
        return false;
    }
    if (ret_account->state != ACCOUNT_ACTIVE) {
        run_refuse(run, ERROR_INVALID_FIELD, "name",
                   "This account can't sign in at the moment, so nobody can act as it either.");
        return false;
    }
    return true;
}

static void put_sign_in(struct run *run, uint64_t acting_for)
{
    struct row_sign_in sign_in;
    if (rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, &sign_in)) {
        sign_in.acting_for = acting_for;
        sign_in.acting_connection = acting_for != 0 ? run->command->origin.connection : 0;
        run_put(run, ROW_SIGN_IN, &sign_in);
    }
}

void acting_begin(struct run *run)
{
    const struct account_act_as *request = run->command->request;
    struct row_account account;

    if (!find_target(run, request->name, &account)) {
        return;
    }
    struct row_acting acting = {
        .account = account.id,
        .sequence = rows_sequence(run->rows) + 1,
        .admin = run->viewer.actor,
        .time_ms = run->command->time_ms,
    };
    put_sign_in(run, account.id);
    run_put(run, ROW_ACTING, &acting);
    run->outcome->name = account.name;
    run->outcome->account = account.id;
}

void acting_end(struct run *run)
{
    if (!permission_is_acting(&run->viewer)) {
        run_refuse(run, ERROR_ALREADY_DONE, NULL, "You act as yourself.");
        return;
    }
    put_sign_in(run, 0);
}
