#include "server/prepare_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/random.h"
#include "server/core/limits.h"
#include "server/core/proof.h"
#include "server/core/settings.h"
#include "server/digest.h"
#include "server/own_command.h"
#include "server/password_policy.h"

uint64_t prepare_now(const struct preparation *preparation)
{
    return uv_now(preparation->settings->loop);
}

enum error prepare_refuse(struct failure *ret_failure, enum error error, const char *field)
{
    ret_failure->field = text_of(field);
    return error;
}

/* --- New passwords --------------------------------------------------------------------------- */

/* Checks the password that is to be kept and puts its hashing on the list of work. */
static enum error make_password(struct preparation *preparation, struct text password,
                                struct text user_name, struct text email,
                                struct failure *ret_failure)
{
    struct password_context context = {
        .user_name = user_name,
        .email = email,
        .desk = text_of(preparation->settings->config->server.name),
        .minimum = (size_t)preparation->settings->config->passwords.minimum,
    };
    char sentence[128];
    struct text message;
    enum error error = password_policy_check(password, &context, sentence, &message);
    if (error != ERROR_NONE) {
        char *copy = arena_copy(&preparation->submission->arena, message.data, message.length);
        ret_failure->message = (struct text){.data = copy, .length = message.length};
        return prepare_refuse(ret_failure, error, "password");
    }
    preparation->job.make = true;
    preparation->job.fresh = password;
    return ERROR_NONE;
}

/* --- Trying passwords ------------------------------------------------------------------------ */

/* A name under which tries are counted apart from those at the sign-in. Nobody can type control
 * characters in a name. */
static struct text name_apart(struct preparation *preparation, char mark, struct text name)
{
    char *apart = arena_alloc(&preparation->submission->arena, name.length + 2);
    if (apart == NULL) {
        return name;
    }
    apart[0] = mark;
    memcpy(apart + 1, name.data, name.length);
    return (struct text){.data = apart, .length = name.length + 1};
}

struct text prepare_name_inside(struct preparation *preparation, const struct row_account *account)
{
    return name_apart(preparation, '\n', account->name);
}

enum error prepare_try_password(struct preparation *preparation, const struct session *session,
                                struct text name, const struct row_account *account,
                                struct text password, struct failure *ret_failure)
{
    const struct requests_settings *settings = preparation->settings;
    struct password_job *job = &preparation->job;
    enum error error = throttle_account(settings->throttle, name, prepare_now(preparation),
                                        &ret_failure->retry_after_ms);
    if (error != ERROR_NONE) {
        return error;
    }
    /* The name may stand in the snapshot, which ends before the work does. */
    char *own_name = arena_copy(&preparation->submission->arena, name.data, name.length);
    if (own_name == NULL) {
        return ERROR_NO_MEMORY;
    }
    struct row_credential credential = {0};
    if (account != NULL &&
        rows_get(preparation->rows, ROW_CREDENTIAL, account->id, 0, &credential) &&
        credential.hash.length < sizeof job->known) {
        memcpy(job->known, credential.hash.data, credential.hash.length);
        job->known[credential.hash.length] = '\0';
        preparation->submission->command.prepared.account = account->id;
        preparation->logged_name =
            (struct text){.data = arena_copy(&preparation->submission->arena, account->name.data,
                                             account->name.length),
                          .length = account->name.length};
        preparation->submission->command.prepared.password_version = credential.password_version;
    } else {
        login_dummy(settings->login, job->known);
    }
    /* Whatever the password is asked for: alone it takes no wrong code back. */
    preparation->factor.demanded = account != NULL && account->second_factor;
    job->verify = true;
    job->password = password;
    job->account_key = throttle_account_mark(settings->throttle, name);
    job->source_key =
        session->local ? 0 : throttle_source_mark(settings->throttle, session->source);
    preparation->local = session->local;
    preparation->name = (struct text){.data = own_name, .length = name.length};
    preparation->mark = throttle_mark(settings->throttle, password);
    return ERROR_NONE;
}

enum error prepare_check_source(const struct preparation *preparation,
                                const struct session *session, struct failure *ret_failure)
{
    if (session->local) {
        return ERROR_NONE;
    }
    return throttle_source(preparation->settings->throttle, session->source,
                           prepare_now(preparation), &ret_failure->retry_after_ms);
}

enum error prepare_check_connections(const struct preparation *preparation,
                                     const struct session *session, uint64_t account)
{
    const struct requests_settings *settings = preparation->settings;
    bool full =
        session->account != account && watchers_account_connections(settings->watchers, account) >=
                                           settings->config->limits.connections_per_account;
    return full ? ERROR_TOO_MANY : ERROR_NONE;
}

/* --- Tokens ---------------------------------------------------------------------------------- */

static struct bytes copy_digest(struct preparation *preparation, const uint8_t *token)
{
    uint8_t *digest = arena_alloc(&preparation->submission->arena, TOKEN_DIGEST_BYTES);
    if (digest == NULL) {
        return (struct bytes){0};
    }
    digest_token(token, digest);
    return (struct bytes){.data = digest, .length = TOKEN_DIGEST_BYTES};
}

enum error prepare_make_token(struct preparation *preparation)
{
    struct submission *submission = preparation->submission;
    random_fill(submission->token, TOKEN_BYTES);
    submission->command.prepared.new_token_hash = copy_digest(preparation, submission->token);
    return submission->command.prepared.new_token_hash.data == NULL ? ERROR_NO_MEMORY : ERROR_NONE;
}

/* --- Methods --------------------------------------------------------------------------------- */

enum error prepare_register(struct preparation *preparation, struct session *session,
                            struct failure *ret_failure)
{
    const struct requests_settings *settings = preparation->settings;
    const struct config_limits *limits = &settings->config->limits;
    const struct account_register *request = preparation->submission->command.request;
    if (settings_read(preparation->rows).registration == REGISTRATION_CLOSED) {
        return ERROR_REGISTRATION_CLOSED;
    }
    if (present_has(request->present, REGISTER_PASSWORD_AGAIN) &&
        !text_equal(request->password, request->password_again)) {
        return prepare_refuse(ret_failure, ERROR_PASSWORD_MISMATCH, "password_again");
    }
    enum error error =
        make_password(preparation, request->password, request->name, request->email, ret_failure);
    if (error == ERROR_NONE) {
        error = throttle_registration(settings->throttle, session->local ? NULL : session->source,
                                      limits->registrations_per_source, limits->registrations,
                                      prepare_now(preparation), &ret_failure->retry_after_ms);
    }
    return error;
}

/* The device whose token is shown, if the account has such a one, as the snapshot has it. */
static void find_device(struct preparation *preparation, uint64_t account, const uint8_t *digest)
{
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    struct row_device row;
    for (uint64_t id; rows_range_next(preparation->rows, &range, &id);) {
        if (rows_get(preparation->rows, ROW_DEVICE, account, id, &row) &&
            row.token_hash.length == TOKEN_DIGEST_BYTES &&
            digest_equal(row.token_hash.data, digest)) {
            preparation->device = id;
            preparation->failures = row.failures;
        }
    }
}

enum error prepare_take_device(struct preparation *preparation, uint64_t account,
                               struct bytes shown)
{
    struct submission *submission = preparation->submission;
    struct prepared *prepared = &submission->command.prepared;
    if (shown.length == TOKEN_BYTES) {
        prepared->device_hash = copy_digest(preparation, shown.data);
        if (prepared->device_hash.data == NULL) {
            return ERROR_NO_MEMORY;
        }
        find_device(preparation, account, prepared->device_hash.data);
    }
    random_fill(submission->device_token, TOKEN_BYTES);
    prepared->new_device_hash = copy_digest(preparation, submission->device_token);
    return prepared->new_device_hash.data == NULL ? ERROR_NO_MEMORY : ERROR_NONE;
}

/* Tries from a known device are counted for it alone. */
static struct text name_of_device(struct preparation *preparation)
{
    char number[24];
    (void)snprintf(number, sizeof number, "%" PRIu64, preparation->device);
    return name_apart(preparation, '\v', text_of(number));
}

/* What was counted before the daemon was started goes on counting, if it is not long ago. */
static void recall(struct preparation *preparation, struct text counted, uint64_t account)
{
    const struct requests_settings *settings = preparation->settings;
    struct row_failures row;
    if (preparation->device == 0 && rows_get(preparation->rows, ROW_FAILURES, account, 0, &row)) {
        preparation->failures = row.count;
        if (row.last_ms + THROTTLE_FORGET_MS > stamping_time(settings->stamping)) {
            throttle_recall(settings->throttle, counted, row.count, prepare_now(preparation));
        }
    }
}

enum error prepare_login(struct preparation *preparation, struct session *session,
                         struct failure *ret_failure)
{
    const struct account_login *request = preparation->submission->command.request;
    struct row_account account;
    bool there = rows_find_account_by_name(preparation->rows, request->name, &account);
    enum error error =
        prepare_take_device(preparation, there ? account.id : 0, request->device_token);
    /* From where others have guessed, a known device may still come. */
    if (error == ERROR_NONE && preparation->device == 0) {
        error = prepare_check_source(preparation, session, ret_failure);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    preparation->counts = true;
    preparation->job.renew = true;
    struct text counted = preparation->device == 0 ? request->name : name_of_device(preparation);
    recall(preparation, counted, there ? account.id : 0);
    error = prepare_try_password(preparation, session, counted, there ? &account : NULL,
                                 request->password, ret_failure);
    if (error == ERROR_NONE) {
        error = prepare_read_factor(preparation, there ? &account : NULL,
                                    present_has(request->present, LOGIN_CODE), request->code);
    }
    return error == ERROR_NONE ? prepare_make_token(preparation) : error;
}

enum error prepare_resume(struct preparation *preparation, struct session *session,
                          struct failure *ret_failure)
{
    struct submission *submission = preparation->submission;
    const struct account_resume *request = submission->command.request;
    enum error error = prepare_check_source(preparation, session, ret_failure);
    if (error != ERROR_NONE) {
        return error;
    }
    struct bytes hash = copy_digest(preparation, request->token.data);
    struct row_sign_in sign_in;
    bool previous;
    if (hash.data == NULL) {
        return ERROR_NO_MEMORY;
    }
    /* A token is told only when it is on disk. What is none must not make the writer work. */
    if (!rows_find_sign_in_by_token(preparation->rows, hash, &sign_in, &previous)) {
        return ERROR_AUTH_FAILED;
    }
    error = prepare_check_connections(preparation, session, sign_in.account);
    submission->command.prepared.token_hash = hash;
    return error == ERROR_NONE ? prepare_make_token(preparation) : error;
}

enum error prepare_set_password(struct preparation *preparation, struct session *session,
                                struct failure *ret_failure)
{
    const struct account_set_password *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    enum error error =
        prepare_try_password(preparation, session, prepare_name_inside(preparation, account),
                             account, request->old_password, ret_failure);
    if (error == ERROR_NONE) {
        error = prepare_read_factor(
            preparation, account, present_has(request->present, SET_PASSWORD_CODE), request->code);
    }
    if (error == ERROR_NONE) {
        error = make_password(preparation, request->password, account->name, account->email,
                              ret_failure);
    }
    return error;
}

enum error prepare_elevate(struct preparation *preparation, struct session *session,
                           struct failure *ret_failure)
{
    const struct account_elevate *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    enum error error =
        prepare_try_password(preparation, session, prepare_name_inside(preparation, account),
                             account, request->password, ret_failure);
    return error == ERROR_NONE
               ? prepare_read_factor(preparation, account,
                                     present_has(request->present, ELEVATE_CODE), request->code)
               : error;
}

enum error prepare_account_create(struct preparation *preparation, struct session *session,
                                  struct failure *ret_failure)
{
    const struct admin_account_create *request = preparation->submission->command.request;
    if (!present_has(request->present, ACCOUNT_CREATE_PASSWORD)) {
        return submission_make_code(preparation->submission);
    }
    if (session->sign_in != 0) {
        ret_failure->message =
            text_of("Leave the password out: the person sets it with the code you will get.");
        return prepare_refuse(ret_failure, ERROR_FORBIDDEN, "password");
    }
    return make_password(preparation, request->password, request->name, request->email,
                         ret_failure);
}

/* What this process has counted goes at once; what is kept goes when the core agrees. */
enum error prepare_unlock(struct preparation *preparation, struct session *session,
                          struct failure *ret_failure)
{
    (void)ret_failure;
    const struct admin_account *request = preparation->submission->command.request;
    const struct requests_settings *settings = preparation->settings;
    throttle_succeeded(settings->throttle, request->name);
    if (settings->logger != NULL) {
        struct text by = preparation->viewer->signed_in ? preparation->viewer->account.name
                                                        : text_of("the console");
        logger_write(settings->logger, LOG_LEVEL_INFO, session->source, "%.*s unlocks %.*s",
                     (int)by.length, by.data, (int)request->name.length, request->name.data);
    }
    return ERROR_NONE;
}

enum error prepare_account_reset(struct preparation *preparation, struct session *session,
                                 struct failure *ret_failure)
{
    (void)session;
    (void)ret_failure;
    return submission_make_code(preparation->submission);
}

/* As the snapshot has it; the core decides. */
static bool code_is_right(const struct preparation *preparation, struct text name,
                          const uint8_t *digest)
{
    struct row_account account;
    struct row_reset row;
    return rows_find_account_by_name(preparation->rows, name, &account) &&
           rows_get(preparation->rows, ROW_RESET, account.id, 0, &row) &&
           row.code_hash.length == TOKEN_DIGEST_BYTES && digest_equal(row.code_hash.data, digest);
}

/* Under which name tries are counted: apart for each address they come from. A code has 80 random
 * bits, so that nobody guesses it; whoever knows a name must not be able to keep its owner from
 * using theirs. */
static struct text name_from_here(struct preparation *preparation, const struct session *session,
                                  struct text name)
{
    size_t length = strlen(session->source);
    char *both = arena_alloc(&preparation->submission->arena, length + 1 + name.length);
    if (both == NULL) {
        return name_apart(preparation, '\t', name);
    }
    memcpy(both, session->source, length);
    both[length] = '\t';
    memcpy(both + length + 1, name.data, name.length);
    return name_apart(preparation, '\t',
                      (struct text){.data = both, .length = length + 1 + name.length});
}

/* The new password is judged and hashed whether or not there is such an account and code, so that
 * neither answer nor time tells. */
enum error prepare_use_code(struct preparation *preparation, struct session *session,
                            struct failure *ret_failure)
{
    const struct requests_settings *settings = preparation->settings;
    struct submission *submission = preparation->submission;
    const struct account_use_code *request = submission->command.request;
    static const struct text no_email;
    if (present_has(request->present, USE_CODE_PASSWORD_AGAIN) &&
        !text_equal(request->password, request->password_again)) {
        return prepare_refuse(ret_failure, ERROR_PASSWORD_MISMATCH, "password_again");
    }
    enum error error = prepare_check_source(preparation, session, ret_failure);
    if (error == ERROR_NONE) {
        error = make_password(preparation, request->password, request->name, no_email, ret_failure);
    }
    uint8_t *digest = arena_alloc(&submission->arena, TOKEN_DIGEST_BYTES);
    preparation->name = name_from_here(preparation, session, request->name);
    if (error == ERROR_NONE) {
        error = digest == NULL
                    ? ERROR_NO_MEMORY
                    : throttle_account(settings->throttle, preparation->name,
                                       prepare_now(preparation), &ret_failure->retry_after_ms);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    one_time_code_digest(request->code, digest);
    submission->command.prepared.code_hash =
        (struct bytes){.data = digest, .length = TOKEN_DIGEST_BYTES};
    preparation->code = true;
    preparation->code_right = code_is_right(preparation, request->name, digest);
    preparation->local = session->local;
    preparation->mark = throttle_mark(settings->throttle, request->code);
    preparation->job.account_key = throttle_account_mark(settings->throttle, preparation->name);
    preparation->job.source_key =
        session->local ? 0 : throttle_source_mark(settings->throttle, session->source);
    return ERROR_NONE;
}

/* --- After the work -------------------------------------------------------------------------- */

static bool is_wrong(const struct preparation *preparation)
{
    if (preparation->code) {
        return !preparation->code_right;
    }
    return preparation->factor.wrong ||
           (preparation->job.verify &&
            (!preparation->job.verified || preparation->submission->command.prepared.account == 0));
}

/* Names that are no account's may be passwords typed into the wrong line. */
static void log_wrong_password(const struct preparation *preparation, const char *source)
{
    bool known = preparation->submission->command.prepared.account != 0;
    struct text name = known ? preparation->logged_name : text_of("an unknown name");
    if (preparation->settings->logger != NULL) {
        logger_write(preparation->settings->logger, LOG_LEVEL_WARNING, source,
                     preparation->factor.wrong ? "wrong second factor for %.*s"
                                               : "wrong password for %.*s",
                     (int)name.length, name.data);
    }
}

static void log_wrong_code(const struct preparation *preparation, const char *source)
{
    if (preparation->settings->logger != NULL) {
        logger_write(preparation->settings->logger, LOG_LEVEL_WARNING, source,
                     "wrong one-time code");
    }
}

/* Also beyond the life of this process. */
static void keep_count(const struct preparation *preparation, const char *source)
{
    const struct requests_settings *settings = preparation->settings;
    const struct command *command = &preparation->submission->command;
    const struct account_count_failure request = {.account = command->prepared.account,
                                                  .device = preparation->device};
    if (request.account == 0) {
        return;
    }
    (void)own_command_submit_from(settings->stamping, settings->log, METHOD_ACCOUNT_COUNT_FAILURE,
                                  &request, text_of(source));
    if (preparation->failures + 1 == FAILURES_MAX && settings->logger != NULL) {
        logger_write(settings->logger, LOG_LEVEL_WARNING, source,
                     "%d wrong passwords in a row for %.*s: only known devices can sign in until "
                     "it is unlocked",
                     FAILURES_MAX, (int)preparation->logged_name.length,
                     preparation->logged_name.data);
    }
}

/* The same wrong password again counts once, but a code: it may be right a minute later. */
static uint64_t mark_of_failure(const struct preparation *preparation)
{
    uint64_t mark = preparation->mark;
    if (preparation->factor.wrong) {
        random_fill((uint8_t *)&mark, sizeof mark);
    }
    return mark;
}

static void count_wrong_password(const struct preparation *preparation)
{
    struct throttle *throttle = preparation->settings->throttle;
    uint64_t now_ms = prepare_now(preparation);
    /* Copied with a zero byte behind it (server/requests.c). */
    const char *source = preparation->submission->command.origin.source.data;
    bool counted =
        throttle_failed(throttle, preparation->name, mark_of_failure(preparation), now_ms);
    if (counted && preparation->counts) {
        keep_count(preparation, source);
    }
    if (preparation->code) {
        log_wrong_code(preparation, source);
    } else {
        log_wrong_password(preparation, source);
    }
    if (!preparation->local && (preparation->counts || preparation->code)) {
        throttle_punish(throttle, source, THROTTLE_FAILURE_MS, now_ms);
    }
}

enum error prepare_may_try(const struct preparation *preparation, struct failure *ret_failure)
{
    if (!preparation->job.verify && !preparation->code) {
        return ERROR_NONE;
    }
    return throttle_account(preparation->settings->throttle, preparation->name,
                            prepare_now(preparation), &ret_failure->retry_after_ms);
}

void prepare_abandon(struct preparation *preparation)
{
    prepare_compare_factor(preparation);
    if (is_wrong(preparation)) {
        count_wrong_password(preparation);
    }
}

/* After a wrong password nothing tells that there is a second factor; nor does it when a code was
 * shown, for then this is said whatever was wrong. */
static enum error refuse_wrong(const struct preparation *preparation, struct failure *ret_failure)
{
    const struct factor_try *factor = &preparation->factor;
    if (preparation->counts && factor->shown) {
        ret_failure->message = text_of(PROOF_WRONG);
    } else if (factor->wrong) {
        ret_failure->message = text_of(PROOF_CODE_WRONG);
        return prepare_refuse(ret_failure, ERROR_AUTH_FAILED, "code");
    }
    return ERROR_AUTH_FAILED;
}

enum error prepare_finish(struct preparation *preparation, struct session *session,
                          struct failure *ret_failure)
{
    const struct requests_settings *settings = preparation->settings;
    struct prepared *prepared = &preparation->submission->command.prepared;
    const struct password_job *job = &preparation->job;
    /* Many tries handed in together must not be worth more than one after the other. */
    enum error error = prepare_may_try(preparation, ret_failure);
    if (error != ERROR_NONE) {
        return error;
    }
    prepare_compare_factor(preparation);
    if (is_wrong(preparation)) {
        count_wrong_password(preparation);
        session->login_failures++;
        return refuse_wrong(preparation, ret_failure);
    }
    if ((job->verify && !prepare_lacks_factor(preparation)) || preparation->code) {
        throttle_succeeded(settings->throttle, preparation->name);
    }
    if (job->make || job->renewed) {
        prepared->password_hash = text_of(job->made);
    }
    return preparation->counts ? prepare_check_connections(preparation, session, prepared->account)
                               : ERROR_NONE;
}
