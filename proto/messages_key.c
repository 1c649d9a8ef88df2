/* The tables of keys that an account can sign in with. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field account_key_fields[] = {
    [ACCOUNT_KEY_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(account_key, id), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Names it, for removing."},
    [ACCOUNT_KEY_LABEL] = {.name = "label", .type = FIELD_LINE,
        .offset = AT(account_key, label), .min = 1, .max = KEY_LABEL_MAX, .required = true,
        .since = 2,
        .help = "What its owner calls it."},
    [ACCOUNT_KEY_FINGERPRINT] = {.name = "fingerprint", .type = FIELD_LINE,
        .offset = AT(account_key, fingerprint), .min = 1, .max = FINGERPRINT_MAX, .required = true,
        .since = 2,
        .help = "The public key as people compare it."},
    [ACCOUNT_KEY_CREATED] = {.name = "created", .type = FIELD_NUMBER,
        .offset = AT(account_key, created_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "When it was added, in milliseconds since 1970 UTC."},
    [ACCOUNT_KEY_USED] = {.name = "used", .type = FIELD_NUMBER,
        .offset = AT(account_key, used_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When it was last used; absent: never."},
    [ACCOUNT_KEY_SOURCE] = {.name = "source", .type = FIELD_LINE,
        .offset = AT(account_key, source), .min = 0, .max = SOURCE_MAX, .since = 2,
        .help = "Where it was last used from."},
};
const struct table account_key_table = TABLE(account_key);

static const struct field account_keys_fields[] = {
    [ACCOUNT_KEYS_KEYS] = {.name = "keys", .type = FIELD_LIST,
        .offset = AT(account_keys, keys), .min = 0, .max = PAGE_MAX, .required = true,
        .table = &account_key_table, .since = 2,
        .help = "Keys, oldest first."},
    [ACCOUNT_KEYS_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(account_keys, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table account_keys_table = TABLE(account_keys);

static const struct field account_key_add_fields[] = {
    [KEY_ADD_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_key_add, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [KEY_ADD_LABEL] = {.name = "label", .type = FIELD_LINE,
        .offset = AT(account_key_add, label), .min = 1, .max = KEY_LABEL_MAX, .required = true,
        .since = 2,
        .help = "What its owner calls it."},
    [KEY_ADD_PUBLIC_KEY] = {.name = "public_key", .type = FIELD_BYTES,
        .offset = AT(account_key_add, public_key), .min = KEY_BYTES, .max = KEY_BYTES,
        .required = true, .since = 2,
        .help = "An Ed25519 public key."},
    [KEY_ADD_SIGNATURE] = {.name = "signature", .type = FIELD_BYTES,
        .offset = AT(account_key_add, signature), .min = SIGNATURE_BYTES, .max = SIGNATURE_BYTES,
        .required = true, .since = 2,
        .help = "By this key, with the context for adding, on this connection."},
    [KEY_ADD_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_key_add, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 2,
        .help = "The own password once more."},
    [KEY_ADD_CODE] = {.name = "code", .type = FIELD_SECRET, .offset = AT(account_key_add, code),
        .min = 1, .max = CODE_MAX, .since = 2,
        .help = "The second factor's code of six digits, or a recovery code; demanded of who has "
                "one, for a key stands for both later."},
};
const struct table account_key_add_table = TABLE(account_key_add);

static const struct field account_key_remove_fields[] = {
    [KEY_REMOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_key_remove, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [KEY_REMOVE_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(account_key_remove, id), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Its id, from the list of them."},
};
const struct table account_key_remove_table = TABLE(account_key_remove);

static const struct field account_login_key_fields[] = {
    [LOGIN_KEY_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(account_login_key, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 2,
        .help = "User name; the signature covers it as it is written here."},
    [LOGIN_KEY_PUBLIC_KEY] = {.name = "public_key", .type = FIELD_BYTES,
        .offset = AT(account_login_key, public_key), .min = KEY_BYTES, .max = KEY_BYTES,
        .required = true, .since = 2,
        .help = "One of the account's keys."},
    [LOGIN_KEY_SIGNATURE] = {.name = "signature", .type = FIELD_BYTES,
        .offset = AT(account_login_key, signature), .min = SIGNATURE_BYTES, .max = SIGNATURE_BYTES,
        .required = true, .since = 2,
        .help = "By this key, with the context for signing in, on this connection."},
    [LOGIN_KEY_DEVICE] = {.name = "device", .type = FIELD_LINE,
        .offset = AT(account_login_key, device), .min = 0, .max = DEVICE_MAX, .since = 2,
        .help = "A name for this sign-in in the person's own list."},
    [LOGIN_KEY_DEVICE_TOKEN] = {.name = "device_token", .type = FIELD_BYTES,
        .offset = AT(account_login_key, device_token), .min = TOKEN_BYTES, .max = TOKEN_BYTES,
        .since = 2,
        .help = "Of an earlier sign-in of this account from this device."},
};
const struct table account_login_key_table = TABLE(account_login_key);

static const struct field account_elevate_key_fields[] = {
    [ELEVATE_KEY_PUBLIC_KEY] = {.name = "public_key", .type = FIELD_BYTES,
        .offset = AT(account_elevate_key, public_key), .min = KEY_BYTES, .max = KEY_BYTES,
        .required = true, .since = 2,
        .help = "One of the own keys."},
    [ELEVATE_KEY_SIGNATURE] = {.name = "signature", .type = FIELD_BYTES,
        .offset = AT(account_elevate_key, signature), .min = SIGNATURE_BYTES,
        .max = SIGNATURE_BYTES, .required = true, .since = 2,
        .help = "By this key, with the context for admin mode, on this connection."},
};
const struct table account_elevate_key_table = TABLE(account_elevate_key);

static const struct field account_key_changed_fields[] = {
    [KEY_CHANGED_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(account_key_changed, id), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The key."},
    [KEY_CHANGED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(account_key_changed, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "The state of the desk with this change."},
};
const struct table account_key_changed_table = TABLE(account_key_changed);

static const struct field admin_keys_fields[] = {
    [ADMIN_KEYS_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_keys, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 2,
        .help = "User name of the account."},
};
const struct table admin_keys_table = TABLE(admin_keys);

static const struct field admin_key_remove_fields[] = {
    [ADMIN_KEY_REMOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_key_remove, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ADMIN_KEY_REMOVE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_key_remove, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 2,
        .help = "User name of the account."},
    [ADMIN_KEY_REMOVE_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(admin_key_remove, id), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The key, from the list of them."},
};
const struct table admin_key_remove_table = TABLE(admin_key_remove);
