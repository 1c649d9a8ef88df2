/* The tables of second factors. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field account_totp_begin_fields[] = {
    [TOTP_BEGIN_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_totp_begin, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 2,
        .help = "The own password once more."},
};
const struct table account_totp_begin_table = TABLE(account_totp_begin);

static const struct field totp_begun_fields[] = {
    [TOTP_BEGUN_SECRET] = {.name = "secret", .type = FIELD_LINE, .offset = AT(totp_begun, secret),
        .min = 1, .max = TOTP_SECRET_MAX, .required = true, .since = 2,
        .help = "The secret in base32, to be typed into the app; told here and nowhere else."},
    [TOTP_BEGUN_URI] = {.name = "uri", .type = FIELD_LINE, .offset = AT(totp_begun, uri),
        .min = 1, .max = TOTP_URI_MAX, .required = true, .since = 2,
        .help = "The same as an otpauth: address, with the desk's and the user's name."},
    [TOTP_BEGUN_EXPIRES] = {.name = "expires", .type = FIELD_NUMBER,
        .offset = AT(totp_begun, expires_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "When it is too late to confirm it, in milliseconds since 1970 UTC."},
};
const struct table totp_begun_table = TABLE(totp_begun);

static const struct field account_totp_confirm_fields[] = {
    [TOTP_CONFIRM_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_totp_confirm, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TOTP_CONFIRM_CODE] = {.name = "code", .type = FIELD_SECRET,
        .offset = AT(account_totp_confirm, code), .min = 1, .max = CODE_MAX, .required = true,
        .since = 2,
        .help = "The six digits that the app shows now: it has the right secret and time."},
};
const struct table account_totp_confirm_table = TABLE(account_totp_confirm);

static const struct field recovery_code_fields[] = {
    [RECOVERY_CODE_CODE] = {.name = "code", .type = FIELD_LINE, .offset = AT(recovery_code, code),
        .min = 1, .max = CODE_MAX, .required = true, .since = 2,
        .help = "It has 16 letters and digits; case, hyphens and spaces make no difference."},
};
const struct table recovery_code_table = TABLE(recovery_code);

static const struct field totp_confirmed_fields[] = {
    [TOTP_CONFIRMED_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(totp_confirmed, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of the account."},
    [TOTP_CONFIRMED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(totp_confirmed, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Its version after the change."},
    [TOTP_CONFIRMED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(totp_confirmed, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Position of the change in the desk's journal."},
    [TOTP_CONFIRMED_CODES] = {.name = "codes", .type = FIELD_LIST,
        .offset = AT(totp_confirmed, codes), .min = 0, .max = RECOVERY_CODES, .since = 2,
        .table = &recovery_code_table,
        .help = "Recovery codes, each good once in place of a code of the app; told here and "
                "nowhere else, and absent in the answer to a repeated request."},
};
const struct table totp_confirmed_table = TABLE(totp_confirmed);

static const struct field account_totp_remove_fields[] = {
    [TOTP_REMOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_totp_remove, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TOTP_REMOVE_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_totp_remove, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 2,
        .help = "The own password once more."},
    [TOTP_REMOVE_CODE] = {.name = "code", .type = FIELD_SECRET,
        .offset = AT(account_totp_remove, code), .min = 1, .max = CODE_MAX, .required = true,
        .since = 2,
        .help = "The second factor's code of six digits, or a recovery code."},
};
const struct table account_totp_remove_table = TABLE(account_totp_remove);
