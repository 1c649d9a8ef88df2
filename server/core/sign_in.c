/* Sign-ins: begun by a password or a key, carried over connections by a token, raised to admin mode
 * for a while, ended. Password and signature were verified before; what is left is whether that
 * still holds.
 */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/proof.h"

/* Ends after some time without use, and after a longer time in any case. */
static uint64_t expiry_ms(const struct row_sign_in *sign_in, enum role role)
{
    bool is_user = role == ROLE_USER;
    uint64_t idle_ms = is_user ? SIGN_IN_USER_IDLE_MS : SIGN_IN_STAFF_IDLE_MS;
    uint64_t absolute_ms = is_user ? SIGN_IN_USER_ABSOLUTE_MS : SIGN_IN_STAFF_ABSOLUTE_MS;
    uint64_t idle_end_ms = sign_in->seen_ms + idle_ms;
    uint64_t absolute_end_ms = sign_in->created_ms + absolute_ms;

    return idle_end_ms < absolute_end_ms ? idle_end_ms : absolute_end_ms;
}

bool sign_in_verified(const struct run *run, const struct row_account *account)
{
    const struct prepared *prepared = &run->command->prepared;
    return prepared->account != 0 && prepared->account == account->id &&
           prepared->password_version == account->password_version;
}

static bool is_over(const struct row_sign_in *sign_in, const struct row_account *account,
                    uint64_t time_ms)
{
    return sign_in->expires_ms <= time_ms || sign_in->account_epoch != account->epoch;
}

static void end_sign_in(struct run *run, uint64_t id, uint64_t account)
{
    run_remove(run, ROW_SIGN_IN, id, 0);
    run->outcome->ended_account = account;
}

/* Makes room for one more: those that are over go, and the oldest when there are too many. */
static void make_room(struct run *run, const struct row_account *account)
{
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, account->id, 0, false);
    struct row_sign_in sign_in;
    uint64_t oldest_ms = UINT64_MAX;
    uint64_t oldest = 0;
    size_t count = 0;
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (!rows_get(run->rows, ROW_SIGN_IN, id, 0, &sign_in)) {
            continue;
        }
        if (is_over(&sign_in, account, run->command->time_ms)) {
            end_sign_in(run, id, account->id);
            continue;
        }
        count++;
        if (sign_in.created_ms < oldest_ms) {
            oldest_ms = sign_in.created_ms;
            oldest = id;
        }
    }
    if (count >= SIGN_INS_MAX) {
        end_sign_in(run, oldest, account->id);
    }
}

static void tell(struct run *run, const struct row_sign_in *sign_in,
                 const struct row_account *account)
{
    run->outcome->sign_in = sign_in->id;
    run->outcome->account = account->id;
    run->outcome->name = account->name;
    run->outcome->version = account->version;
    run->outcome->until_ms = sign_in->expires_ms;
}

/* Whoever it is has been found out; `key` is the id of the key that did, 0: the password did. */
static void begin(struct run *run, const struct row_account *account, struct text device_name,
                  uint64_t key)
{
    const struct command *command = run->command;
    struct row_sign_in same_id;
    struct row_device device;

    require(command->fresh_id != 0);
    require(command->prepared.new_token_hash.length == TOKEN_BYTES);
    if (rows_get(run->rows, ROW_SIGN_IN, command->fresh_id, 0, &same_id)) {
        run_refuse(run, ERROR_BUSY, NULL, NULL);
        return;
    }
    struct row_sign_in sign_in = {
        .id = command->fresh_id,
        .account = account->id,
        .account_epoch = account->epoch,
        .token_hash = command->prepared.new_token_hash,
        .created_ms = command->time_ms,
        .seen_ms = command->time_ms,
        .device = device_name,
        .source = command->origin.source,
        .key = key,
    };
    sign_in.expires_ms = expiry_ms(&sign_in, account->role);
    make_room(run, account);
    bool known = device_shown(run, account->id, &device);
    if (known) {
        run->outcome->news = device_newer(run, account->id, device.id, device.seen_ms);
    }
    sign_in.known_device = device_signed_in(run, account->id, device_name, known ? &device : NULL);
    run_put(run, ROW_SIGN_IN, &sign_in);
    tell(run, &sign_in, account);
}

/* The same whatever was wrong; that a code was shown is no news to who showed it. */
static void refuse_login(struct run *run)
{
    bool code = run->command->prepared.code_shown;
    run_refuse(run, ERROR_AUTH_FAILED, NULL, code ? PROOF_WRONG : NULL);
}

void sign_in_begin(struct run *run)
{
    const struct command *command = run->command;
    const struct account_login *request = command->request;
    struct row_account account;
    struct row_device device;

    if (!rows_get(run->rows, ROW_ACCOUNT, command->prepared.account, 0, &account) ||
        !sign_in_verified(run, &account) || account.state != ACCOUNT_ACTIVE) {
        refuse_login(run);
        return;
    }
    if (!command->origin.console && failures_stop(run, account.id) &&
        !device_shown(run, account.id, &device)) {
        refuse_login(run);
        return;
    }
    if (!proof_given(run, &account, PROOF_FOR_SIGN_IN)) {
        return;
    }
    begin(run, &account, request->device, 0);
    if (run->outcome->verdict != ERROR_NONE) {
        return;
    }
    proof_spend(run, &account);
    if (command->prepared.password_hash.length > 0) { /* the same password, hashed at more cost */
        account_put_credential(run, &account);
    }
}

/* Nothing that was counted against guessing at names keeps a key out: it can't be guessed, and so
 * nobody is locked out of an account that has one. */
void sign_in_begin_by_key(struct run *run)
{
    const struct account_login_key *request = run->command->request;
    struct row_account account;
    struct row_account_key key;

    if (!rows_find_account_by_name(run->rows, request->name, &account) ||
        account.state != ACCOUNT_ACTIVE || !key_proved(run, account.id, &key)) {
        run_refuse(run, ERROR_AUTH_FAILED, NULL, NULL);
        return;
    }
    begin(run, &account, request->device, key.id);
    if (run->outcome->verdict == ERROR_NONE) {
        key_used(run, &key);
    }
}

/* The token that was shown stays good until the one given for it is used: the reply that carries
 * the new one may be lost. */
void sign_in_resume(struct run *run)
{
    const struct command *command = run->command;
    struct row_sign_in sign_in;
    struct row_account account;
    bool previous;

    if (command->prepared.token_hash.length != TOKEN_BYTES ||
        !rows_find_sign_in_by_token(run->rows, command->prepared.token_hash, &sign_in, &previous) ||
        !rows_get(run->rows, ROW_ACCOUNT, sign_in.account, 0, &account) ||
        account.state != ACCOUNT_ACTIVE || is_over(&sign_in, &account, command->time_ms)) {
        run_refuse(run, ERROR_AUTH_FAILED, NULL, NULL);
        return;
    }
    require(command->prepared.new_token_hash.length == TOKEN_BYTES);
    run->outcome->news = device_newer(run, account.id, sign_in.known_device, sign_in.seen_ms);
    sign_in.previous_hash = command->prepared.token_hash;
    sign_in.token_hash = command->prepared.new_token_hash;
    sign_in.seen_ms = command->time_ms;
    sign_in.source = command->origin.source;
    sign_in.expires_ms = expiry_ms(&sign_in, account.role);
    /* Connections are counted anew when the daemon starts: admin mode that an earlier connection
     * of this number had is not this one's. */
    if (sign_in.elevated_connection == command->origin.connection) {
        sign_in.elevated_until_ms = 0;
        sign_in.elevated_connection = 0;
    }
    if (sign_in.acting_connection == command->origin.connection) {
        sign_in.acting_for = 0;
        sign_in.acting_connection = 0;
    }
    run_put(run, ROW_SIGN_IN, &sign_in);
    tell(run, &sign_in, &account);
}

void sign_in_end(struct run *run)
{
    end_sign_in(run, run->viewer.sign_in, run->viewer.actor);
}

/* Another one's sign-in is as absent as none, and so is one that is over. */
static bool is_of(struct run *run, uint64_t id, const struct row_account *account)
{
    struct row_sign_in sign_in;
    return rows_get(run->rows, ROW_SIGN_IN, id, 0, &sign_in) && sign_in.account == account->id &&
           !is_over(&sign_in, account, run->command->time_ms);
}

void sign_in_end_own(struct run *run)
{
    const struct account_thing *request = run->command->request;

    if (!is_of(run, request->id, &run->viewer.account)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "You have no sign-in with this id.");
        return;
    }
    end_sign_in(run, request->id, run->viewer.account.id);
}

void sign_in_end_of_key(struct run *run, uint64_t account, uint64_t key)
{
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, account, 0, false);
    struct row_sign_in sign_in;

    for (uint64_t id; rows_range_next(run->rows, &range, &id);) {
        if (rows_get(run->rows, ROW_SIGN_IN, id, 0, &sign_in) && sign_in.key == key) {
            end_sign_in(run, id, account);
        }
    }
}

void sign_in_end_others(struct run *run)
{
    uint64_t account = run->viewer.account.id;
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, account, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (id != run->viewer.sign_in) {
            end_sign_in(run, id, account);
        }
    }
}

/* Sign-ins are no record, but that an admin ended them is: as a new version, or epoch. */
void sign_in_end_by_admin(struct run *run)
{
    const struct admin_end_sign_ins *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account)) {
        return;
    }
    if (!present_has(request->present, END_SIGN_INS_ID)) {
        account_put_ended(run, &account);
        return;
    }
    if (!is_of(run, request->id, &account)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "The account has no sign-in with this id.");
        return;
    }
    account.version++;
    run_put(run, ROW_ACCOUNT, &account);
    end_sign_in(run, request->id, account.id);
    run->outcome->name = account.name;
    run->outcome->version = account.version;
}

/* The sign-in that is to be raised, if there is admin mode where it comes from. */
static bool find_elevated(struct run *run, struct row_sign_in *ret_sign_in)
{
    const struct origin *origin = &run->command->origin;

    if (origin->gateway || origin->connection == 0) {
        run_refuse(run, ERROR_FORBIDDEN, NULL, "There is no admin mode through a gateway.");
        return false;
    }
    return rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, ret_sign_in);
}

static void elevate(struct run *run, struct row_sign_in *sign_in)
{
    sign_in->elevated_until_ms = run->command->time_ms + ELEVATION_MS;
    sign_in->elevated_connection = run->command->origin.connection;
    run_put(run, ROW_SIGN_IN, sign_in);
    run->outcome->until_ms = sign_in->elevated_until_ms;
}

void sign_in_elevate(struct run *run)
{
    struct row_sign_in sign_in;

    if (!find_elevated(run, &sign_in)) {
        return;
    }
    if (!sign_in_verified(run, &run->viewer.account)) {
        run_refuse(run, ERROR_AUTH_FAILED, "password", NULL);
        return;
    }
    if (!proof_given(run, &run->viewer.account, PROOF_FOR_ADMIN_MODE)) {
        return;
    }
    proof_spend(run, &run->viewer.account);
    elevate(run, &sign_in);
}

/* Who has the key has what a password and a second factor are asked for together. */
void sign_in_elevate_by_key(struct run *run)
{
    struct row_sign_in sign_in;
    struct row_account_key key;

    if (!find_elevated(run, &sign_in)) {
        return;
    }
    if (!key_proved(run, run->viewer.account.id, &key)) {
        run_refuse(run, ERROR_AUTH_FAILED, "signature", NULL);
        return;
    }
    elevate(run, &sign_in);
    key_used(run, &key);
}

void sign_in_end_elevation(struct run *run)
{
    struct row_sign_in sign_in;

    if (rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, &sign_in)) {
        sign_in.elevated_until_ms = 0;
        sign_in.elevated_connection = 0;
        run_put(run, ROW_SIGN_IN, &sign_in);
    }
}

void sign_in_touch(struct run *run)
{
    struct row_sign_in sign_in;
    struct row_account account; /* whose sign-in it is, whoever they act as */
    uint64_t now_ms = run->command->time_ms;

    if (!run->viewer.signed_in ||
        !rows_get(run->rows, ROW_SIGN_IN, run->viewer.sign_in, 0, &sign_in) ||
        now_ms < sign_in.seen_ms + SIGN_IN_SEEN_MS ||
        !rows_get(run->rows, ROW_ACCOUNT, sign_in.account, 0, &account)) {
        return;
    }
    sign_in.seen_ms = now_ms;
    sign_in.expires_ms = expiry_ms(&sign_in, account.role);
    rows_put(run->rows, ROW_SIGN_IN, &sign_in);
}
