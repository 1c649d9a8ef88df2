/* Keys: the signature is verified here, at once, since it takes a fraction of a millisecond. Whose
 * key it is and what follows is the core's to say; here it is looked up to know what counts as a
 * guess. */
#include <stdio.h>

#include "proto/fingerprint.h"
#include "proto/key_proof.h"
#include "server/prepare_parts.h"

/* The key that was proved, in the command's memory. */
static enum error put_key(struct preparation *preparation, struct bytes key)
{
    struct submission *submission = preparation->submission;
    struct prepared *prepared = &submission->command.prepared;
    char *text = arena_alloc(&submission->arena, HOST_KEY_TEXT_SIZE);
    char *fingerprint = arena_alloc(&submission->arena, FINGERPRINT_SIZE);
    if (text == NULL || fingerprint == NULL) {
        return ERROR_NO_MEMORY;
    }
    host_key_format(key.data, text);
    fingerprint_of_account_key(key.data, fingerprint);
    prepared->key = text_of(text);
    prepared->key_fingerprint = text_of(fingerprint);
    return ERROR_NONE;
}

/* Whether this key, on this connection, signed that. What names the connection on the Unix socket
 * is used up by asking. */
static bool is_proved(struct session *session, enum key_purpose purpose, struct bytes key,
                      struct bytes signature, struct text name)
{
    struct key_binding binding;
    return session_take_binding(session, &binding) &&
           key_proof_is_right(key, signature, purpose, &binding, name);
}

static bool has_key(struct rows *rows, uint64_t account, struct bytes key)
{
    char text[HOST_KEY_TEXT_SIZE];
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);
    struct row_account_key row;
    bool found = false;
    host_key_format(key.data, text);
    for (uint64_t id; rows_range_next(rows, &range, &id);) {
        found = found || (rows_get(rows, ROW_ACCOUNT_KEY, account, id, &row) &&
                          text_equal(row.public_key, text_of(text)));
    }
    return found;
}

static void log_wrong(const struct preparation *preparation, struct session *session,
                      struct text name)
{
    if (preparation->settings->logger != NULL) {
        logger_write(preparation->settings->logger, LOG_LEVEL_WARNING, session->source,
                     "wrong key or signature for %.*s", (int)name.length, name.data);
    }
    session->login_failures++;
}

/* Counts for the address alone: what is counted by name could be used to lock somebody out. */
static void count_wrong(const struct preparation *preparation, struct session *session,
                        const struct row_account *account)
{
    log_wrong(preparation, session, account != NULL ? account->name : text_of("an unknown name"));
    if (!session->local) {
        throttle_punish(preparation->settings->throttle, session->source, THROTTLE_FAILURE_MS,
                        prepare_now(preparation));
    }
}

enum error prepare_login_key(struct preparation *preparation, struct session *session,
                             struct failure *ret_failure)
{
    const struct account_login_key *request = preparation->submission->command.request;
    struct row_account account;
    bool there = rows_find_account_by_name(preparation->rows, request->name, &account);
    uint64_t id = there ? account.id : 0;
    enum error error = prepare_take_device(preparation, id, request->device_token);
    /* From where others have guessed, a known device may still come. */
    if (error == ERROR_NONE && preparation->device == 0) {
        error = prepare_check_source(preparation, session, ret_failure);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    /* All of them in any case: neither answer nor time tells which was wrong. */
    bool proved =
        is_proved(session, KEY_SIGNS_IN, request->public_key, request->signature, request->name);
    bool known = has_key(preparation->rows, id, request->public_key);
    if (!proved || !there || !known || account.state != ACCOUNT_ACTIVE) {
        count_wrong(preparation, session, there ? &account : NULL);
        return ERROR_AUTH_FAILED;
    }
    error = prepare_check_connections(preparation, session, account.id);
    if (error == ERROR_NONE) {
        error = put_key(preparation, request->public_key);
    }
    return error == ERROR_NONE ? prepare_make_token(preparation) : error;
}

enum error prepare_key_add(struct preparation *preparation, struct session *session,
                           struct failure *ret_failure)
{
    const struct account_key_add *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    if (!is_proved(session, KEY_IS_ADDED, request->public_key, request->signature, account->name)) {
        ret_failure->message = text_of("This does not prove that you hold the key: the signature "
                                       "has to be made by it, for adding, on this connection, and "
                                       "on the Unix socket after a hello of its own.");
        return prepare_refuse(ret_failure, ERROR_INVALID_FIELD, "signature");
    }
    enum error error = put_key(preparation, request->public_key);
    if (error == ERROR_NONE) {
        error =
            prepare_try_password(preparation, session, prepare_name_inside(preparation, account),
                                 account, request->password, ret_failure);
    }
    return error == ERROR_NONE
               ? prepare_read_factor(preparation, account,
                                     present_has(request->present, KEY_ADD_CODE), request->code)
               : error;
}

enum error prepare_elevate_key(struct preparation *preparation, struct session *session,
                               struct failure *ret_failure)
{
    const struct account_elevate_key *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    bool proved =
        is_proved(session, KEY_ELEVATES, request->public_key, request->signature, account->name);
    if (!proved || !has_key(preparation->rows, account->id, request->public_key)) {
        log_wrong(preparation, session, account->name);
        ret_failure->message = text_of("This is none of your keys, or it has not signed this.");
        return prepare_refuse(ret_failure, ERROR_AUTH_FAILED, "signature");
    }
    return put_key(preparation, request->public_key);
}
