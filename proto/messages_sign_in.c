/* The tables of sign-ins, known devices, and who has to wait after wrong passwords. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field sign_in_fields[] = {
    [SIGN_IN_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(sign_in, id), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Names it; nobody can sign in with it."},
    [SIGN_IN_DEVICE] = {.name = "device", .type = FIELD_LINE,
        .offset = AT(sign_in, device), .min = 0, .max = DEVICE_MAX, .since = 2,
        .help = "What the device calls itself; absent when it does not."},
    [SIGN_IN_SOURCE] = {.name = "source", .type = FIELD_LINE,
        .offset = AT(sign_in, source), .min = 0, .max = SOURCE_MAX, .required = true, .since = 2,
        .help = "Where it was last used from."},
    [SIGN_IN_CREATED] = {.name = "created", .type = FIELD_NUMBER,
        .offset = AT(sign_in, created_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "When it began, in milliseconds since 1970 UTC."},
    [SIGN_IN_SEEN] = {.name = "seen", .type = FIELD_NUMBER,
        .offset = AT(sign_in, seen_ms), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "When it was last used, to about five minutes."},
    [SIGN_IN_EXPIRES] = {.name = "expires", .type = FIELD_NUMBER,
        .offset = AT(sign_in, expires_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "When it ends unless it is used before."},
    [SIGN_IN_CURRENT] = {.name = "current", .type = FIELD_BOOL,
        .offset = AT(sign_in, current), .required = true, .since = 2,
        .help = "Whether it is the one that asks."},
    [SIGN_IN_KEY] = {.name = "key", .type = FIELD_LINE,
        .offset = AT(sign_in, key), .min = 1, .max = KEY_LABEL_MAX, .since = 2,
        .help = "What its owner calls the key it was made with; absent: made without a key."},
};
const struct table sign_in_table = TABLE(sign_in);

static const struct field sign_in_list_fields[] = {
    [SIGN_IN_LIST_SIGN_INS] = {.name = "sign_ins", .type = FIELD_LIST,
        .offset = AT(sign_in_list, sign_ins), .min = 0, .max = PAGE_MAX, .required = true,
        .table = &sign_in_table, .since = 2,
        .help = "Sign-ins, oldest first."},
    [SIGN_IN_LIST_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(sign_in_list, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table sign_in_list_table = TABLE(sign_in_list);

static const struct field account_thing_fields[] = {
    [ACCOUNT_THING_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(account_thing, id), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Its id, from the list of them."},
};
const struct table account_thing_table = TABLE(account_thing);

static const struct field device_list_fields[] = {
    [DEVICE_LIST_DEVICES] = {.name = "devices", .type = FIELD_LIST,
        .offset = AT(device_list, devices), .min = 0, .max = PAGE_MAX, .required = true,
        .table = &device_table, .since = 2,
        .help = "Devices, oldest first."},
    [DEVICE_LIST_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(device_list, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table device_list_table = TABLE(device_list);

static const struct field admin_sign_ins_fields[] = {
    [ADMIN_SIGN_INS_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_sign_ins, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 2,
        .help = "User name of the account."},
};
const struct table admin_sign_ins_table = TABLE(admin_sign_ins);

static const struct field admin_end_sign_ins_fields[] = {
    [END_SIGN_INS_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_end_sign_ins, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [END_SIGN_INS_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_end_sign_ins, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 2,
        .help = "User name of the account."},
    [END_SIGN_INS_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(admin_end_sign_ins, id), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "The one to end; absent: all of them."},
};
const struct table admin_end_sign_ins_table = TABLE(admin_end_sign_ins);

static const struct field admin_locks_fields[] = {
    [LOCKS_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_locks, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the beginning."},
    [LOCKS_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(admin_locks, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_locks_table = TABLE(admin_locks);

static const struct field lock_fields[] = {
    [LOCK_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(lock, name), .min = USER_NAME_MIN, .max = USER_NAME_MAX, .since = 2,
        .help = "User name; absent: this is about an address."},
    [LOCK_SOURCE] = {.name = "source", .type = FIELD_LINE,
        .offset = AT(lock, source), .min = 0, .max = SOURCE_MAX, .required = true, .since = 2,
        .help = "The address; of an account: where the last wrong password came from."},
    [LOCK_FAILURES] = {.name = "failures", .type = FIELD_NUMBER,
        .offset = AT(lock, failures), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Wrong passwords in a row from devices that are not known."},
    [LOCK_SINCE] = {.name = "since", .type = FIELD_NUMBER,
        .offset = AT(lock, since_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When the first of them came, in milliseconds since 1970 UTC."},
    [LOCK_LAST] = {.name = "last", .type = FIELD_NUMBER,
        .offset = AT(lock, last_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When the last of them came, in milliseconds since 1970 UTC."},
    [LOCK_UNTIL] = {.name = "until", .type = FIELD_NUMBER,
        .offset = AT(lock, until_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "No try is taken before this; absent: one may be made now."},
    [LOCK_STOPPED] = {.name = "stopped", .type = FIELD_BOOL,
        .offset = AT(lock, stopped), .required = true, .since = 2,
        .help = "Whether devices that are not known can't sign in at all, until it is unlocked."},
};
const struct table lock_table = TABLE(lock);

static const struct field lock_list_fields[] = {
    [LOCK_LIST_LOCKS] = {.name = "locks", .type = FIELD_LIST,
        .offset = AT(lock_list, locks), .min = 0, .max = PAGE_MAX, .required = true,
        .table = &lock_table, .since = 2,
        .help = "On the first page addresses, then accounts, oldest first."},
    [LOCK_LIST_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(lock_list, more), .required = true, .since = 2,
        .help = "Whether there are more after these."},
    [LOCK_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(lock_list, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
    [LOCK_LIST_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(lock_list, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table lock_list_table = TABLE(lock_list);
