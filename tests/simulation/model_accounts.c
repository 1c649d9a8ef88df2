/* The model's accounts and sign-ins. */
#include <ctype.h>
#include <string.h>

#include "tests/simulation/model_internal.h"

#define HOUR UINT64_C(3600000)

/* --- Sign-ins -------------------------------------------------------------------------------- */

static uint64_t end_ms(const struct model *model, const struct model_sign_in *sign_in)
{
    bool is_user = model->accounts[sign_in->account].role == ROLE_USER;
    uint64_t idle_ms = sign_in->seen_ms + (is_user ? 7 * 24 * HOUR : 12 * HOUR);
    uint64_t absolute_ms = sign_in->created_ms + (is_user ? 30 * 24 * HOUR : 24 * HOUR);
    return idle_ms < absolute_ms ? idle_ms : absolute_ms;
}

bool model_is_over(const struct model *model, const struct model_sign_in *sign_in, uint64_t time_ms)
{
    return sign_in->over || model->accounts[sign_in->account].state != ACCOUNT_ACTIVE ||
           end_ms(model, sign_in) <= time_ms;
}

static void end_sign_ins(struct model *model, const struct model_account *account,
                         const struct model_sign_in *but)
{
    for (size_t i = 0; i < model->sign_in_count; i++) {
        struct model_sign_in *sign_in = &model->sign_ins[i];
        if (&model->accounts[sign_in->account] == account && sign_in != but) {
            sign_in->over = true;
        }
    }
}

void model_end_sign_ins(struct model *model, const struct model_account *account)
{
    end_sign_ins(model, account, NULL);
}

bool model_password_is_right(const struct turn *turn, const struct model_account *account)
{
    const struct prepared *prepared = &turn->command->prepared;
    size_t id = (size_t)(account - turn->model->accounts) + 1;
    return prepared->account == id && prepared->password_version == account->password_version;
}

static void end_oldest_of_sixteen(struct turn *turn, size_t account)
{
    struct model *model = turn->model;
    struct model_sign_in *oldest = NULL;
    size_t count = 0;

    for (size_t i = 0; i < model->sign_in_count; i++) {
        struct model_sign_in *sign_in = &model->sign_ins[i];
        if (sign_in->account != account || model_is_over(model, sign_in, turn->command->time_ms)) {
            continue;
        }
        count++;
        if (oldest == NULL || sign_in->created_ms < oldest->created_ms) {
            oldest = sign_in;
        }
    }
    if (count >= 16) {
        oldest->over = true;
    }
}

static void tell(struct turn *turn, const struct model_sign_in *sign_in)
{
    const struct model_account *account = &turn->model->accounts[sign_in->account];
    turn->answer.sign_in = sign_in->id;
    turn->answer.until_ms = end_ms(turn->model, sign_in);
    turn->answer.version = account->version;
    strcpy(turn->answer.name, account->name);
}

static void login(struct turn *turn)
{
    const struct command *command = turn->command;
    struct model *model = turn->model;
    size_t index = (size_t)command->prepared.account - 1;

    if (command->prepared.account == 0 || index >= model->account_count ||
        model->accounts[index].state != ACCOUNT_ACTIVE ||
        !model_password_is_right(turn, &model->accounts[index])) {
        turn_refuse(turn, ERROR_AUTH_FAILED, NULL);
        return;
    }
    if (!model_proves(turn, &model->accounts[index], NULL)) {
        return;
    }
    end_oldest_of_sixteen(turn, index);
    struct model_sign_in *sign_in = &model->sign_ins[model->sign_in_count++];
    *sign_in = (struct model_sign_in){
        .id = command->fresh_id,
        .account = index,
        .created_ms = command->time_ms,
        .seen_ms = command->time_ms,
    };
    memcpy(sign_in->token, command->prepared.new_token_hash.data, TOKEN_BYTES);
    tell(turn, sign_in);
}

static struct model_sign_in *find_by_token(struct turn *turn)
{
    struct model *model = turn->model;
    const uint8_t *token = turn->command->prepared.token_hash.data;

    for (size_t i = 0; i < model->sign_in_count; i++) {
        struct model_sign_in *sign_in = &model->sign_ins[i];
        bool current = memcmp(sign_in->token, token, TOKEN_BYTES) == 0;
        bool previous = sign_in->has_previous && memcmp(sign_in->previous, token, TOKEN_BYTES) == 0;
        if ((current || previous) && !model_is_over(model, sign_in, turn->command->time_ms)) {
            return sign_in;
        }
    }
    return NULL;
}

static void resume(struct turn *turn)
{
    const struct command *command = turn->command;
    struct model_sign_in *sign_in = find_by_token(turn);

    if (sign_in == NULL) {
        turn_refuse(turn, ERROR_AUTH_FAILED, NULL);
        return;
    }
    memcpy(sign_in->previous, command->prepared.token_hash.data, TOKEN_BYTES);
    memcpy(sign_in->token, command->prepared.new_token_hash.data, TOKEN_BYTES);
    sign_in->has_previous = true;
    sign_in->seen_ms = command->time_ms;
    if (sign_in->elevated_connection == command->origin.connection) {
        sign_in->elevated_until_ms = 0;
    }
    tell(turn, sign_in);
}

static void elevate(struct turn *turn)
{
    if (turn->command->origin.gateway) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    if (!model_password_is_right(turn, turn->who.account)) {
        turn_refuse(turn, ERROR_AUTH_FAILED, "password");
        return;
    }
    if (turn->model->admin_factor == 1 && !turn->who.account->has_factor) {
        turn_refuse(turn, ERROR_SECOND_FACTOR_REQUIRED, NULL);
        return;
    }
    if (!model_proves(turn, turn->who.account, "code")) {
        return;
    }
    turn->who.sign_in->elevated_until_ms = turn->command->time_ms + HOUR / 4;
    turn->who.sign_in->elevated_connection = turn->command->origin.connection;
    turn->answer.until_ms = turn->who.sign_in->elevated_until_ms;
}

static struct model_sign_in *find_sign_in(struct turn *turn, uint64_t id, size_t account)
{
    for (size_t i = 0; i < turn->model->sign_in_count; i++) {
        struct model_sign_in *sign_in = &turn->model->sign_ins[i];
        if (sign_in->id == id && sign_in->account == account &&
            !model_is_over(turn->model, sign_in, turn->command->time_ms)) {
            return sign_in;
        }
    }
    return NULL;
}

static void end_one(struct turn *turn)
{
    const struct account_thing *request = turn->command->request;
    struct model_sign_in *sign_in =
        find_sign_in(turn, request->id, (size_t)(turn->who.account - turn->model->accounts));

    if (sign_in == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, "id");
        return;
    }
    sign_in->over = true;
}

bool model_sign_in_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_ACCOUNT_LOGIN:
        login(turn);
        return true;
    case METHOD_ACCOUNT_RESUME:
        resume(turn);
        return true;
    case METHOD_ACCOUNT_LOGOUT:
        turn->who.sign_in->over = true;
        return true;
    case METHOD_ACCOUNT_END_SIGN_IN:
        end_one(turn);
        return true;
    case METHOD_ACCOUNT_END_OTHER_SIGN_INS:
        end_sign_ins(turn->model, turn->who.account, turn->who.sign_in);
        return true;
    case METHOD_ACCOUNT_ELEVATE:
        elevate(turn);
        return true;
    case METHOD_ACCOUNT_END_ELEVATION:
        turn->who.sign_in->elevated_until_ms = 0;
        return true;
    default:
        return false;
    }
}

/* --- Accounts -------------------------------------------------------------------------------- */

static struct model_account *find_account(struct model *model, struct text name)
{
    for (size_t i = 0; i < model->account_count; i++) {
        if (model_same(model->accounts[i].name, name)) {
            return &model->accounts[i];
        }
    }
    return NULL;
}

static void lower(char *text)
{
    for (; *text != '\0'; text++) {
        *text = (char)tolower((unsigned char)*text);
    }
}

static bool name_is_good(const char *name)
{
    size_t length = strlen(name);
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-");
    return length >= 2 && length <= 32 && good == length && strchr("._-", name[0]) == NULL &&
           strcmp(name, "console") != 0 && strcmp(name, "desk") != 0;
}

/* Good enough for the addresses that the simulation makes up. */
static bool email_is_good(const char *email)
{
    const char *at = strchr(email, '@');
    return at != NULL && at != email && at[1] != '\0' && strchr(at + 1, '@') == NULL &&
           strchr(email, ' ') == NULL;
}

static bool email_is_free(const struct model *model, const char *email,
                          const struct model_account *self)
{
    for (size_t i = 0; i < model->account_count; i++) {
        if (&model->accounts[i] != self && strcmp(model->accounts[i].email, email) == 0) {
            return false;
        }
    }
    return true;
}

static bool take_email(struct turn *turn, struct text email, const struct model_account *self,
                       char *ret_email)
{
    model_copy(ret_email, email);
    lower(ret_email);
    if (!email_is_good(ret_email)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "email");
        return false;
    }
    if (!email_is_free(turn->model, ret_email, self)) {
        turn_refuse(turn, ERROR_EMAIL_TAKEN, "email");
        return false;
    }
    return true;
}

void model_finish_account(struct turn *turn, const struct model_account *account)
{
    strcpy(turn->answer.name, account->name);
    turn->answer.version = account->version;
    turn_accept(turn);
}

static void give_code(struct turn *turn, struct model_account *account)
{
    account->has_code = true;
    account->code_end_ms = turn->command->time_ms + 48 * HOUR;
    memcpy(account->code, turn->command->prepared.new_code_hash.data, TOKEN_BYTES);
    turn->answer.until_ms = account->code_end_ms;
}

static void open_account(struct turn *turn, struct text name, struct text email,
                         struct text display_name, enum role role, enum account_state state)
{
    struct model *model = turn->model;
    struct model_account account = {
        .role = role,
        .state = state,
        .created_ms = turn->command->time_ms,
        .version = 1,
        .password_version = 1,
    };

    model_copy(account.name, name);
    model_copy(account.display_name, display_name);
    if (!name_is_good(account.name)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "name");
        return;
    }
    if (find_account(model, name) != NULL) {
        turn_refuse(turn, ERROR_NAME_TAKEN, "name");
        return;
    }
    if (take_email(turn, email, NULL, account.email)) {
        if (turn->command->prepared.password_hash.length == 0) {
            give_code(turn, &account);
        }
        model->accounts[model->account_count++] = account;
        model_finish_account(turn, &account);
    }
}

static void enrol(struct turn *turn)
{
    const struct account_register *request = turn->command->request;
    enum registration registration = turn->model->registration;

    if (registration == REGISTRATION_CLOSED) {
        turn_refuse(turn, ERROR_REGISTRATION_CLOSED, NULL);
        return;
    }
    open_account(turn, request->name, request->email, request->display_name, ROLE_USER,
                 registration == REGISTRATION_OPEN ? ACCOUNT_ACTIVE : ACCOUNT_AWAITING);
}

static void open_by_admin(struct turn *turn)
{
    const struct admin_account_create *request = turn->command->request;
    if (turn->who.account != NULL && turn->command->prepared.password_hash.length > 0) {
        turn_refuse(turn, ERROR_FORBIDDEN, "password");
        return;
    }
    open_account(turn, request->name, request->email, request->display_name, request->role,
                 ACCOUNT_ACTIVE);
}

static void update(struct turn *turn)
{
    const struct account_update *request = turn->command->request;
    struct model_account *account = turn->who.account;
    struct model_account after = *account;

    if (request->version != account->version) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
        turn->answer.version = account->version;
        return;
    }
    if (present_has(request->present, ACCOUNT_UPDATE_EMAIL) &&
        !take_email(turn, request->email, account, after.email)) {
        return;
    }
    if (present_has(request->present, ACCOUNT_UPDATE_DISPLAY_NAME)) {
        model_copy(after.display_name, request->display_name);
    }
    if (strcmp(after.email, account->email) == 0 &&
        strcmp(after.display_name, account->display_name) == 0) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    after.version++;
    *account = after;
    model_finish_account(turn, account);
}

static void set_password(struct turn *turn)
{
    struct model_account *account = turn->who.account;

    if (!model_password_is_right(turn, account)) {
        turn_refuse(turn, ERROR_AUTH_FAILED, "old_password");
        return;
    }
    if (!model_proves(turn, account, "code")) {
        return;
    }
    account->version++;
    account->password_version++;
    end_sign_ins(turn->model, account, turn->who.sign_in);
    model_finish_account(turn, account);
}

static void ask_for_role(struct turn *turn)
{
    const struct account_request_role *request = turn->command->request;
    struct model_account *account = turn->who.account;

    if (request->role == account->role) {
        turn_refuse(turn, ERROR_ROLE_UNCHANGED, "role");
    } else if (request->role < account->role) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "role");
    } else if (account->asks && account->asks_for == request->role &&
               model_same(account->asks_why, request->reason)) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
    } else {
        account->asks = true;
        account->asks_for = request->role;
        model_copy(account->asks_why, request->reason);
        model_finish_account(turn, account);
    }
}

struct model_account *model_find_other(struct turn *turn, struct text name)
{
    struct model_account *account = find_account(turn->model, name);

    if (account == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
        return NULL;
    }
    if (account == turn->who.account) {
        turn_refuse(turn, ERROR_NOT_ON_SELF, "name");
        return NULL;
    }
    return account;
}

static bool others_administer(const struct model *model, const struct model_account *account)
{
    for (size_t i = 0; i < model->account_count; i++) {
        const struct model_account *other = &model->accounts[i];
        if (other != account && other->role == ROLE_ADMIN && other->state == ACCOUNT_ACTIVE) {
            return true;
        }
    }
    return false;
}

static bool is_needed(const struct model *model, const struct model_account *account)
{
    return account->role == ROLE_ADMIN && account->state == ACCOUNT_ACTIVE &&
           !others_administer(model, account);
}

static void give_role(struct turn *turn, struct model_account *account, enum role role)
{
    const struct admin_account_role *request = turn->command->request;

    if (account->role != role && present_has(request->present, ACCOUNT_ROLE_FROM) &&
        request->from != account->role) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, "from");
        return;
    }
    if (account->role == role) {
        turn_refuse(turn, ERROR_ROLE_UNCHANGED, "role");
        return;
    }
    if (is_needed(turn->model, account)) {
        turn_refuse(turn, ERROR_LAST_ADMIN, "name");
        return;
    }
    account->role = role;
    account->asks = account->asks && account->asks_for > role;
    account->version++;
    end_sign_ins(turn->model, account, NULL);
    model_finish_account(turn, account);
}

static void change_role(struct turn *turn)
{
    const struct admin_account_role *request = turn->command->request;
    struct model_account *account = model_find_other(turn, request->name);

    if (account != NULL) {
        give_role(turn, account, request->role);
    }
}

static void change_state(struct turn *turn, struct model_account *account, enum account_state state)
{
    if (account->state == state) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "name");
        return;
    }
    if (state == ACCOUNT_DISABLED && is_needed(turn->model, account)) {
        turn_refuse(turn, ERROR_LAST_ADMIN, "name");
        return;
    }
    account->state = state;
    account->version++;
    end_sign_ins(turn->model, account, NULL);
    model_finish_account(turn, account);
}

static void grant_role(struct turn *turn)
{
    const struct admin_account_role *request = turn->command->request;
    struct model_account *account = model_find_other(turn, request->name);

    if (account == NULL) {
        return;
    }
    if (!account->asks) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
    } else if (account->asks_for != request->role) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, "role");
    } else {
        give_role(turn, account, account->asks_for);
    }
}

static void decline_role(struct turn *turn, struct model_account *account)
{
    if (!account->asks) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
    } else {
        account->asks = false;
        model_finish_account(turn, account);
    }
}

static void reset(struct turn *turn, struct model_account *account)
{
    account->version++;
    account->password_version++;
    end_sign_ins(turn->model, account, NULL);
    give_code(turn, account);
    model_finish_account(turn, account);
}

static void end_by_admin(struct turn *turn)
{
    const struct admin_end_sign_ins *request = turn->command->request;
    struct model_account *account = model_find_other(turn, request->name);

    if (account == NULL) {
        return;
    }
    if (present_has(request->present, END_SIGN_INS_ID)) {
        struct model_sign_in *sign_in =
            find_sign_in(turn, request->id, (size_t)(account - turn->model->accounts));
        if (sign_in == NULL) {
            turn_refuse(turn, ERROR_NOT_FOUND, "id");
            return;
        }
        sign_in->over = true;
    } else {
        end_sign_ins(turn->model, account, NULL);
    }
    account->version++;
    model_finish_account(turn, account);
}

/* Nobody fails in the simulation, so nothing is ever counted. */
static void unlock(struct turn *turn)
{
    const struct admin_account *request = turn->command->request;
    bool known = find_account(turn->model, request->name) != NULL;
    turn_refuse(turn, known ? ERROR_ALREADY_DONE : ERROR_NOT_FOUND, "name");
}

static void use_code(struct turn *turn)
{
    const struct account_use_code *request = turn->command->request;
    struct model_account *account = find_account(turn->model, request->name);

    if (account == NULL || account->state != ACCOUNT_ACTIVE || !account->has_code ||
        account->code_end_ms <= turn->command->time_ms) {
        turn_refuse(turn, ERROR_AUTH_FAILED, NULL);
        return;
    }
    if (memcmp(account->code, turn->command->prepared.code_hash.data, TOKEN_BYTES) != 0) {
        turn_refuse(turn, ERROR_AUTH_FAILED, NULL);
        return;
    }
    account->has_code = false;
    account->version++;
    account->password_version++;
    end_sign_ins(turn->model, account, NULL);
    model_finish_account(turn, account);
}

/* What admins do to an account by its name. */
static bool administer(struct turn *turn)
{
    const struct admin_account *request = turn->command->request;
    enum method method = turn->command->method;
    struct model_account *account;

    if (method != METHOD_ADMIN_ACCOUNT_DISABLE && method != METHOD_ADMIN_ACCOUNT_ENABLE &&
        method != METHOD_ADMIN_ACCOUNT_RESET && method != METHOD_ADMIN_ROLE_DECLINE) {
        return false;
    }
    account = model_find_other(turn, request->name);
    if (account == NULL) {
        return true;
    }
    if (method == METHOD_ADMIN_ACCOUNT_DISABLE) {
        change_state(turn, account, ACCOUNT_DISABLED);
    } else if (method == METHOD_ADMIN_ACCOUNT_ENABLE) {
        change_state(turn, account, ACCOUNT_ACTIVE);
    } else if (method == METHOD_ADMIN_ACCOUNT_RESET) {
        reset(turn, account);
    } else {
        decline_role(turn, account);
    }
    return true;
}

bool model_account_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_ACCOUNT_REGISTER:
        enrol(turn);
        return true;
    case METHOD_ADMIN_ACCOUNT_CREATE:
        open_by_admin(turn);
        return true;
    case METHOD_ADMIN_END_SIGN_INS:
        end_by_admin(turn);
        return true;
    case METHOD_ADMIN_UNLOCK:
        unlock(turn);
        return true;
    case METHOD_ACCOUNT_USE_CODE:
        use_code(turn);
        return true;
    case METHOD_ACCOUNT_UPDATE:
        update(turn);
        return true;
    case METHOD_ACCOUNT_SET_PASSWORD:
        set_password(turn);
        return true;
    case METHOD_ACCOUNT_REQUEST_ROLE:
        ask_for_role(turn);
        return true;
    case METHOD_ADMIN_ACCOUNT_ROLE:
        change_role(turn);
        return true;
    case METHOD_ADMIN_ROLE_GRANT:
        grant_role(turn);
        return true;
    default:
        return administer(turn);
    }
}
