/* What people do about their own account. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/name.h"
#include "server/core/settings.h"

static bool name_is_good(struct run *run, struct text name)
{
    const char *problem = name_problem(name);
    struct row_account other;

    if (problem != NULL) {
        run_refuse(run, ERROR_INVALID_FIELD, "name", problem);
        return false;
    }
    if (rows_find_account_by_name(run->rows, name, &other)) {
        run_refuse(run, ERROR_NAME_TAKEN, "name", NULL);
        return false;
    }
    return true;
}

/* Two spellings of one address that differ in case alone are the same; it is kept in lower case.
 * `self` is the account it may belong to. */
static bool email_is_good(struct run *run, struct text email, uint64_t self, struct text *ret_email)
{
    const char *problem = email_problem(email);
    struct row_account other;

    if (problem != NULL) {
        run_refuse(run, ERROR_INVALID_FIELD, "email", problem);
        return false;
    }
    struct text folded = email_folded(rows_arena(run->rows), email);
    if (folded.data == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return false;
    }
    if (rows_find_account_by_email(run->rows, folded, &other) && other.id != self) {
        run_refuse(run, ERROR_EMAIL_TAKEN, "email", NULL);
        return false;
    }
    *ret_email = folded;
    return true;
}

void account_put_credential(struct run *run, const struct row_account *account)
{
    struct row_credential credential = {
        .account = account->id,
        .password_version = account->password_version,
        .hash = run->command->prepared.password_hash,
    };
    require(credential.hash.length > 0);
    run_put(run, ROW_CREDENTIAL, &credential);
}

static void changed(struct run *run, const struct row_account *account)
{
    run->outcome->name = account->name;
    run->outcome->version = account->version;
}

void account_open(struct run *run, const struct new_account *wanted)
{
    struct text email;

    if (!name_is_good(run, wanted->name) || !email_is_good(run, wanted->email, 0, &email)) {
        return;
    }
    struct row_account account = {
        .id = rows_last(run->rows, ROW_ACCOUNT) + 1,
        .name = wanted->name,
        .email = email,
        .display_name = wanted->display_name,
        .role = wanted->role,
        .state = wanted->state,
        .created_ms = run->command->time_ms,
        .version = 1,
        .epoch = 1,
        .password_version = 1,
    };
    run_put(run, ROW_ACCOUNT, &account);
    if (run->command->prepared.password_hash.length > 0) {
        account_put_credential(run, &account);
    } else {
        code_put(run, account.id);
    }
    if (!run->viewer.signed_in && !run->viewer.console) {
        rows_actor(run->rows, account.id, 0);
    }
    changed(run, &account);
}

/* Always role user: there is no field that could say otherwise. */
void account_register(struct run *run)
{
    const struct account_register *request = run->command->request;
    enum registration registration = settings_read(run->rows).registration;

    if (registration == REGISTRATION_CLOSED) {
        run_refuse(run, ERROR_REGISTRATION_CLOSED, NULL, NULL);
        return;
    }
    bool awaits = registration == REGISTRATION_APPROVAL;
    struct new_account wanted = {
        .name = request->name,
        .email = request->email,
        .display_name = request->display_name,
        .role = ROLE_USER,
        .state = awaits ? ACCOUNT_AWAITING : ACCOUNT_ACTIVE,
    };
    account_open(run, &wanted);
}

void account_update(struct run *run)
{
    const struct account_update *request = run->command->request;
    struct row_account before = run->viewer.account;
    struct row_account after = before;

    if (request->version != before.version) {
        run_refuse(run, ERROR_VERSION_CONFLICT, NULL, NULL);
        run->outcome->version = before.version;
        return;
    }
    if (present_has(request->present, ACCOUNT_UPDATE_EMAIL) &&
        !email_is_good(run, request->email, before.id, &after.email)) {
        return;
    }
    if (present_has(request->present, ACCOUNT_UPDATE_DISPLAY_NAME)) {
        after.display_name = request->display_name;
    }
    if (text_equal(after.email, before.email) &&
        text_equal(after.display_name, before.display_name)) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, NULL);
        return;
    }
    after.version++;
    run_put(run, ROW_ACCOUNT, &after);
    changed(run, &after);
}

/* The higher epoch ends every sign-in of the account; the one this came from is lifted along. */
/* It ends the other sign-ins, so that whoever found a screen unlocked and knows the password would
 * be the only one left: hence the second factor, too. */
void account_set_password(struct run *run)
{
    struct row_account account = run->viewer.account;
    struct row_sign_in sign_in;

    if (!sign_in_verified(run, &account)) {
        run_refuse(run, ERROR_AUTH_FAILED, "old_password", NULL);
        return;
    }
    if (!proof_given(run, &account, PROOF_FOR_PASSWORD)) {
        return;
    }
    account.epoch++;
    account.password_version++;
    account.version++;
    run_put(run, ROW_ACCOUNT, &account);
    account_put_credential(run, &account);
    proof_spend(run, &account);
    if (rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, &sign_in)) {
        sign_in.account_epoch = account.epoch;
        run_put(run, ROW_SIGN_IN, &sign_in);
    }
    run->outcome->ended_account = account.id;
    changed(run, &account);
}

/* One waiting request for each account: a new one takes the place of the old. */
void account_request_role(struct run *run)
{
    const struct account_request_role *request = run->command->request;
    const struct row_account *account = &run->viewer.account;
    struct row_role_request waiting;

    if (request->role == account->role) {
        run_refuse(run, ERROR_ROLE_UNCHANGED, "role", NULL);
        return;
    }
    if (request->role < account->role) {
        run_refuse(run, ERROR_INVALID_FIELD, "role", "Only a higher role can be asked for.");
        return;
    }
    if (rows_get(run->rows, ROW_ROLE_REQUEST, account->id, 0, &waiting) &&
        waiting.role == request->role && text_equal(waiting.reason, request->reason)) {
        run_refuse(run, ERROR_NO_CHANGE, NULL, "You have asked for this already.");
        return;
    }
    struct row_role_request row = {
        .account = account->id,
        .role = request->role,
        .reason = request->reason,
        .time_ms = run->command->time_ms,
    };
    run_put(run, ROW_ROLE_REQUEST, &row);
    changed(run, account);
}
