/* Second factors at the edge: here is the key that opens their secrets, so here codes are compared.
 * The core is told of which step of time a code was and judges that. */
#include <string.h>

#include "server/digest.h"
#include "server/prepare_parts.h"

static bool copy_bytes(struct preparation *preparation, struct bytes from, struct bytes *ret_copy)
{
    *ret_copy = (struct bytes){0};
    if (from.length > 0) {
        ret_copy->data = arena_copy(&preparation->submission->arena, from.data, from.length);
        ret_copy->length = from.length;
    }
    return from.length == 0 || ret_copy->data != NULL;
}

enum error prepare_read_factor(struct preparation *preparation, const struct row_account *account,
                               bool shown, struct text code)
{
    struct factor_try *factor = &preparation->factor;
    struct row_totp row;
    factor->shown = shown;
    factor->code = code;
    preparation->submission->command.prepared.code_shown = shown;
    if (account == NULL) {
        return ERROR_NONE;
    }
    factor->account = account->id;
    if (!rows_get(preparation->rows, ROW_TOTP, account->id, 0, &row)) {
        return ERROR_NONE;
    }
    factor->id = row.id;
    factor->last_step = row.last_step;
    return copy_bytes(preparation, row.sealed, &factor->sealed) &&
                   copy_bytes(preparation, row.recovery, &factor->recovery)
               ? ERROR_NONE
               : ERROR_NO_MEMORY;
}

/* The step of time whose code was typed; 0: of none that is near. */
static uint64_t compare_step(const struct preparation *preparation)
{
    const struct factor_try *factor = &preparation->factor;
    const struct requests_settings *settings = preparation->settings;
    uint8_t secret[FACTOR_SECRET_BYTES] = {0};
    bool opened =
        second_factor_open(settings->second_factor, factor->account, factor->sealed, secret);
    uint64_t step = second_factor_step(secret, factor->code, stamping_time(settings->stamping));
    wipe(secret, sizeof secret);
    return opened ? step : 0;
}

static bool compare_recovery(const struct factor_try *factor, const uint8_t *digest)
{
    bool found = false;
    for (size_t at = 0; at + TOKEN_DIGEST_BYTES <= factor->recovery.length;
         at += TOKEN_DIGEST_BYTES) {
        found = digest_equal(factor->recovery.data + at, digest) || found;
    }
    return found;
}

static void compare(struct preparation *preparation)
{
    struct prepared *prepared = &preparation->submission->command.prepared;
    struct factor_try *factor = &preparation->factor;
    prepared->factor_id = factor->id;
    prepared->factor_step = compare_step(preparation);
    one_time_code_digest(factor->code, factor->recovery_digest);
    prepared->recovery_hash =
        (struct bytes){.data = factor->recovery_digest, .length = TOKEN_DIGEST_BYTES};
}

void prepare_compare_factor(struct preparation *preparation)
{
    struct factor_try *factor = &preparation->factor;
    if (!preparation->job.verified || !factor->demanded || !factor->shown) {
        return;
    }
    compare(preparation);
    factor->wrong = preparation->submission->command.prepared.factor_step <= factor->last_step &&
                    !compare_recovery(factor, factor->recovery_digest);
}

bool prepare_lacks_factor(const struct preparation *preparation)
{
    return preparation->factor.demanded && !preparation->factor.shown;
}

/* --- Methods --------------------------------------------------------------------------------- */

/* A fresh secret: sealed for the command, in words for the reply. */
static enum error make_factor(struct preparation *preparation, uint64_t account)
{
    struct submission *submission = preparation->submission;
    uint8_t secret[FACTOR_SECRET_BYTES];
    uint8_t *sealed = arena_alloc(&submission->arena, FACTOR_SEALED_BYTES);
    char *base32 = arena_alloc(&submission->arena, FACTOR_BASE32_BYTES);
    char *uri = arena_alloc(&submission->arena, TOTP_URI_MAX);
    if (sealed == NULL || base32 == NULL || uri == NULL) {
        return ERROR_NO_MEMORY;
    }
    second_factor_make(secret);
    second_factor_seal(preparation->settings->second_factor, account, secret, sealed);
    second_factor_base32(secret, base32);
    wipe(secret, sizeof secret);
    second_factor_uri(text_of(preparation->settings->config->server.name),
                      preparation->viewer->account.name, base32, uri, TOTP_URI_MAX);
    submission->command.prepared.new_factor =
        (struct bytes){.data = sealed, .length = FACTOR_SEALED_BYTES};
    submission->factor_secret = base32;
    submission->factor_uri = uri;
    return ERROR_NONE;
}

enum error prepare_totp_begin(struct preparation *preparation, struct session *session,
                              struct failure *ret_failure)
{
    const struct account_totp_begin *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    enum error error =
        prepare_try_password(preparation, session, prepare_name_inside(preparation, account),
                             account, request->password, ret_failure);
    return error == ERROR_NONE ? make_factor(preparation, account->id) : error;
}

/* Fresh recovery codes for the reply; the command carries their digests alone. */
static enum error make_recovery_codes(struct preparation *preparation)
{
    struct submission *submission = preparation->submission;
    size_t length = (size_t)RECOVERY_CODES * TOKEN_DIGEST_BYTES;
    uint8_t *digests = arena_alloc(&submission->arena, length);
    submission->recovery_codes =
        arena_array(&submission->arena, RECOVERY_CODES, sizeof *submission->recovery_codes);
    if (digests == NULL || submission->recovery_codes == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        char *code = submission->recovery_codes[i];
        one_time_code_make(code);
        one_time_code_digest(text_of(code), digests + i * TOKEN_DIGEST_BYTES);
    }
    submission->command.prepared.new_recovery_hashes =
        (struct bytes){.data = digests, .length = length};
    return ERROR_NONE;
}

/* Nothing to guess: whoever may ask was given the secret. The core judges the code. */
enum error prepare_totp_confirm(struct preparation *preparation, struct session *session,
                                struct failure *ret_failure)
{
    (void)session;
    (void)ret_failure;
    const struct account_totp_confirm *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    enum error error = prepare_read_factor(preparation, account, true, request->code);
    if (error == ERROR_NONE && preparation->factor.id != 0 && !account->second_factor) {
        compare(preparation);
    }
    return error == ERROR_NONE ? make_recovery_codes(preparation) : error;
}

enum error prepare_totp_remove(struct preparation *preparation, struct session *session,
                               struct failure *ret_failure)
{
    const struct account_totp_remove *request = preparation->submission->command.request;
    const struct row_account *account = &preparation->viewer->account;
    enum error error =
        prepare_try_password(preparation, session, prepare_name_inside(preparation, account),
                             account, request->password, ret_failure);
    return error == ERROR_NONE ? prepare_read_factor(preparation, account, true, request->code)
                               : error;
}
