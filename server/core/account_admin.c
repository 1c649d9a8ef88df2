/* What admins in admin mode, and the console, do about accounts. Each change of role or state ends
 * the account's sign-ins by raising its epoch. */
#include "server/core/commands.h"
#include "server/core/sentence.h"

/* On the console the only way to the first admin. Admins give no password: they would know it. */
void account_create(struct run *run)
{
    const struct admin_account_create *request = run->command->request;
    struct new_account wanted = {
        .name = request->name,
        .email = request->email,
        .display_name = request->display_name,
        .role = request->role,
        .state = ACCOUNT_ACTIVE,
    };
    if (run->viewer.signed_in && run->command->prepared.password_hash.length > 0) {
        run_refuse(run, ERROR_FORBIDDEN, "password",
                   "Leave the password out: the person sets it with the code you will get.");
        return;
    }
    account_open(run, &wanted);
}

bool account_find_named(struct run *run, struct text name, struct row_account *ret_account)
{
    if (!rows_find_account_by_name(run->rows, name, ret_account)) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "There is no account with this name.");
        return false;
    }
    return true;
}

bool account_find_target(struct run *run, struct text name, struct row_account *ret_account)
{
    struct row_account account;

    if (!account_find_named(run, name, &account)) {
        return false;
    }
    if (run->viewer.signed_in && account.id == run->viewer.account.id) {
        run_refuse(run, ERROR_NOT_ON_SELF, "name", NULL);
        return false;
    }
    if (account.removed_ms != 0) {
        run_refuse(run, ERROR_ALREADY_DONE, "name",
                   "This person was removed from the desk for ever; nothing can be done about the "
                   "account any more.");
        return false;
    }
    *ret_account = account;
    return true;
}

bool account_is_last_admin(struct run *run, const struct row_account *account)
{
    struct row_range admins = rows_range(INDEX_ADMINS, 0, 0, false);
    uint64_t id;

    if (account->role != ROLE_ADMIN || account->state != ACCOUNT_ACTIVE) {
        return false;
    }
    while (rows_range_next(run->rows, &admins, &id)) {
        if (id != account->id) {
            return false;
        }
    }
    return true;
}

void account_put_ended(struct run *run, struct row_account *account)
{
    account->epoch++;
    account->version++;
    run_put(run, ROW_ACCOUNT, account);
    run->outcome->ended_account = account->id;
    run->outcome->name = account->name;
    run->outcome->version = account->version;
}

static void change_role(struct run *run, struct row_account *account, enum role role)
{
    struct row_role_request waiting;

    if (account->role == role) {
        run_refuse(run, ERROR_ROLE_UNCHANGED, "role", NULL);
        return;
    }
    if (account_is_last_admin(run, account)) {
        run_refuse(run, ERROR_LAST_ADMIN, "name", NULL);
        return;
    }
    account->role = role;
    account_put_ended(run, account);
    /* A request for no more than what was given has been answered. */
    if (rows_get(run->rows, ROW_ROLE_REQUEST, account->id, 0, &waiting) && waiting.role <= role) {
        run_remove(run, ROW_ROLE_REQUEST, account->id, 0);
    }
}

/* Two admins who look at the same role: the second must not change it unawares. */
static bool refuses_other_role(struct run *run, const struct row_account *account)
{
    static const char *const words[ROLE_COUNT] = {
        [ROLE_USER] = " is a user", [ROLE_STAFF] = " is staff", [ROLE_ADMIN] = " is an admin"};
    const struct admin_account_role *request = run->command->request;
    struct sentence sentence = sentence_begin("");

    if (!present_has(request->present, ACCOUNT_ROLE_FROM) || request->from == account->role ||
        request->role == account->role) {
        return false; /* that it is so already, change_role says */
    }
    sentence_add_text(&sentence, account->name);
    sentence_add(&sentence, words[account->role]);
    sentence_add(&sentence, " by now; look at the account again.");
    run_refuse(run, ERROR_VERSION_CONFLICT, "from", NULL);
    run->outcome->reason = sentence_text(&sentence, run->rows);
    return true;
}

void account_change_role(struct run *run)
{
    const struct admin_account_role *request = run->command->request;
    struct row_account account;

    if (account_find_target(run, request->name, &account) && !refuses_other_role(run, &account)) {
        change_role(run, &account, request->role);
    }
}

void account_disable(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account)) {
        return;
    }
    if (account.state == ACCOUNT_DISABLED) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "The account is disabled already.");
        return;
    }
    if (account_is_last_admin(run, &account)) {
        run_refuse(run, ERROR_LAST_ADMIN, "name", NULL);
        return;
    }
    account.state = ACCOUNT_DISABLED;
    account_put_ended(run, &account);
}

/* Also how an account that awaits approval is approved. */
void account_enable(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account)) {
        return;
    }
    if (account.state == ACCOUNT_ACTIVE) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "The account is active already.");
        return;
    }
    account.state = ACCOUNT_ACTIVE;
    account_put_ended(run, &account);
}

static bool find_request(struct run *run, struct text name, struct row_account *ret_account,
                         struct row_role_request *ret_request)
{
    if (!account_find_target(run, name, ret_account)) {
        return false;
    }
    if (!rows_get(run->rows, ROW_ROLE_REQUEST, ret_account->id, 0, ret_request)) {
        run_refuse(run, ERROR_NOT_FOUND, "name", "This account has not asked for a role.");
        return false;
    }
    return true;
}

/* The admin names the role that was seen: whoever asks may have asked for a higher one since. */
void account_grant_role(struct run *run)
{
    const struct admin_account_role *request = run->command->request;
    struct row_account account;
    struct row_role_request waiting;

    if (!find_request(run, request->name, &account, &waiting)) {
        return;
    }
    if (waiting.role != request->role) {
        run_refuse(run, ERROR_VERSION_CONFLICT, "role",
                   "The account asks for another role by now; look at its request again.");
        return;
    }
    if (!refuses_other_role(run, &account)) {
        change_role(run, &account, waiting.role);
    }
}

void account_decline_role(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;
    struct row_role_request waiting;

    if (find_request(run, request->name, &account, &waiting)) {
        run_remove(run, ROW_ROLE_REQUEST, account.id, 0);
        run->outcome->name = account.name;
        run->outcome->version = account.version;
    }
}
