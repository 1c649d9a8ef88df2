/* The tables of what an account does about itself: registering, signing in, admin mode. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field account_register_fields[] = {
    [REGISTER_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_register, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [REGISTER_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_register, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 1,
        .help = "User name: a to z, 0 to 9, dot, underscore, hyphen."},
    [REGISTER_EMAIL] = {.name = "email", .type = FIELD_LINE, .offset = AT(account_register, email),
        .min = 3, .max = EMAIL_MAX, .required = true, .since = 1,
        .help = "Email address."},
    [REGISTER_DISPLAY_NAME] = {.name = "display_name", .type = FIELD_LINE,
        .offset = AT(account_register, display_name), .min = 0, .max = DISPLAY_NAME_MAX, .since = 1,
        .help = "Name for people to read; empty: the user name is shown."},
    [REGISTER_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_register, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 1,
        .help = "The password; hello says how long it has to be."},
    [REGISTER_PASSWORD_AGAIN] = {.name = "password_again", .type = FIELD_SECRET,
        .offset = AT(account_register, password_again), .min = 1, .max = PASSWORD_MAX_BYTES,
        .since = 1,
        .help = "The password typed a second time; has to be the same."},
};
const struct table account_register_table = TABLE(account_register);

static const struct field account_login_fields[] = {
    [LOGIN_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_login, name), .min = 1,
        .max = USER_NAME_MAX, .required = true, .since = 1,
        .help = "User name."},
    [LOGIN_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_login, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 1,
        .help = "The password."},
    [LOGIN_DEVICE] = {.name = "device", .type = FIELD_LINE, .offset = AT(account_login, device),
        .min = 0, .max = DEVICE_MAX, .since = 1,
        .help = "A name for this sign-in, such as that of the computer."},
    [LOGIN_DEVICE_TOKEN] = {.name = "device_token", .type = FIELD_BYTES,
        .offset = AT(account_login, device_token), .min = TOKEN_BYTES, .max = TOKEN_BYTES,
        .since = 2,
        .help = "The token that an earlier login to this account from this device was "
                "given: strangers' wrong passwords then do not stand in its way."},
    [LOGIN_CODE] = {.name = "code", .type = FIELD_SECRET, .offset = AT(account_login, code),
        .min = 1, .max = CODE_MAX, .since = 2,
        .help = "The second factor's code of six digits, or a recovery code; without it, and after "
                "a right password, an account that has a second factor is answered "
                "code_required."},
};
const struct table account_login_table = TABLE(account_login);

static const struct field account_resume_fields[] = {
    [RESUME_TOKEN] = {.name = "token", .type = FIELD_BYTES, .offset = AT(account_resume, token),
        .min = TOKEN_BYTES, .max = TOKEN_BYTES, .required = true, .since = 1,
        .help = "Token of an earlier sign-in."},
};
const struct table account_resume_table = TABLE(account_resume);

static const struct field signed_in_fields[] = {
    [SIGNED_IN_TOKEN] = {.name = "token", .type = FIELD_BYTES, .offset = AT(signed_in, token),
        .min = TOKEN_BYTES, .max = TOKEN_BYTES, .required = true, .since = 1,
        .help = "For the next resume; the one before stays good until this one is used."},
    [SIGNED_IN_EXPIRES] = {.name = "expires", .type = FIELD_NUMBER,
        .offset = AT(signed_in, expires_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "When the token ends, in milliseconds since 1970 UTC."},
    [SIGNED_IN_ACCOUNT] = {.name = "account", .type = FIELD_RECORD,
        .offset = AT(signed_in, account), .required = true, .since = 1, .table = &account_table,
        .help = "The account that is signed in now."},
    [SIGNED_IN_DEVICE_TOKEN] = {.name = "device_token", .type = FIELD_BYTES,
        .offset = AT(signed_in, device_token), .min = TOKEN_BYTES, .max = TOKEN_BYTES, .since = 2,
        .help = "Makes this device known: keep it in private and show it with the next "
                "login to this account; there when no good one was shown."},
    [SIGNED_IN_NEW_DEVICE] = {.name = "new_device", .type = FIELD_RECORD,
        .offset = AT(signed_in, new_device), .table = &device_table, .since = 2,
        .help = "A device from which somebody first signed in to this account since the "
                "last time here; tell the person."},
};
const struct table signed_in_table = TABLE(signed_in);

static const struct field account_use_code_fields[] = {
    [USE_CODE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_use_code, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [USE_CODE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_use_code, name),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name."},
    [USE_CODE_CODE] = {.name = "code", .type = FIELD_SECRET, .offset = AT(account_use_code, code),
        .min = 1, .max = CODE_MAX, .required = true, .since = 2,
        .help = "The one-time code: 16 letters and digits; case, hyphens and spaces make no "
                "difference."},
    [USE_CODE_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_use_code, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 2,
        .help = "The new password; hello says how long it has to be."},
    [USE_CODE_PASSWORD_AGAIN] = {.name = "password_again", .type = FIELD_SECRET,
        .offset = AT(account_use_code, password_again), .min = 1, .max = PASSWORD_MAX_BYTES,
        .since = 2,
        .help = "The password typed a second time; has to be the same."},
};
const struct table account_use_code_table = TABLE(account_use_code);

static const struct field account_get_fields[] = {
    [ACCOUNT_GET_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_get, name),
        .min = 1, .max = USER_NAME_MAX, .since = 1,
        .help = "User name; absent: oneself."},
};
const struct table account_get_table = TABLE(account_get);

static const struct field account_reply_fields[] = {
    [ACCOUNT_REPLY_ACCOUNT] = {.name = "account", .type = FIELD_RECORD,
        .offset = AT(account_reply, account), .required = true, .since = 1, .table = &account_table,
        .help = "The account."},
    [ACCOUNT_REPLY_ACTOR] = {.name = "actor", .type = FIELD_LINE,
        .offset = AT(account_reply, actor), .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "User name of the admin who acts as this account on this connection."},
};
const struct table account_reply_table = TABLE(account_reply);

static const struct field account_act_as_fields[] = {
    [ACT_AS_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_act_as, name),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of the account to act as; its role has to be lower than one's own."},
};
const struct table account_act_as_table = TABLE(account_act_as);

static const struct field account_update_fields[] = {
    [ACCOUNT_UPDATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_update, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ACCOUNT_UPDATE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(account_update, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Version that was read; the request is refused when it is no longer the newest."},
    [ACCOUNT_UPDATE_EMAIL] = {.name = "email", .type = FIELD_LINE,
        .offset = AT(account_update, email), .min = 3, .max = EMAIL_MAX, .since = 1,
        .help = "New email address."},
    [ACCOUNT_UPDATE_DISPLAY_NAME] = {.name = "display_name", .type = FIELD_LINE,
        .offset = AT(account_update, display_name), .min = 0, .max = DISPLAY_NAME_MAX, .since = 1,
        .help = "New name for people to read; empty removes it."},
};
const struct table account_update_table = TABLE(account_update);

static const struct field account_changed_fields[] = {
    [ACCOUNT_CHANGED_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(account_changed, name), .min = USER_NAME_MIN, .max = USER_NAME_MAX,
        .required = true, .since = 1,
        .help = "User name of the account."},
    [ACCOUNT_CHANGED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(account_changed, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Its version after the change."},
    [ACCOUNT_CHANGED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(account_changed, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Position of the change in the desk's journal."},
};
const struct table account_changed_table = TABLE(account_changed);

static const struct field account_set_password_fields[] = {
    [SET_PASSWORD_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_set_password, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [SET_PASSWORD_OLD] = {.name = "old_password", .type = FIELD_SECRET,
        .offset = AT(account_set_password, old_password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 1,
        .help = "The password so far."},
    [SET_PASSWORD_NEW] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_set_password, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 1,
        .help = "The new password."},
    [SET_PASSWORD_CODE] = {.name = "code", .type = FIELD_SECRET,
        .offset = AT(account_set_password, code), .min = 1, .max = CODE_MAX, .since = 2,
        .help = "The second factor's code of six digits, or a recovery code; demanded of who has "
                "one."},
};
const struct table account_set_password_table = TABLE(account_set_password);

static const struct field account_request_role_fields[] = {
    [REQUEST_ROLE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(account_request_role, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [REQUEST_ROLE_ROLE] = {.name = "role", .type = FIELD_CHOICE,
        .offset = AT(account_request_role, role), .min = ROLE_STAFF, .max = ROLE_ADMIN,
        .required = true, .since = 1, .choices = &role_choices,
        .help = "The role asked for."},
    [REQUEST_ROLE_REASON] = {.name = "reason", .type = FIELD_LINE,
        .offset = AT(account_request_role, reason), .min = 1, .max = REASON_MAX, .since = 1,
        .help = "Why, for the admin who decides."},
};
const struct table account_request_role_table = TABLE(account_request_role);

static const struct field account_elevate_fields[] = {
    [ELEVATE_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(account_elevate, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .required = true, .since = 1,
        .help = "The own password once more."},
    [ELEVATE_CODE] = {.name = "code", .type = FIELD_SECRET, .offset = AT(account_elevate, code),
        .min = 1, .max = CODE_MAX, .since = 2,
        .help = "The second factor's code of six digits, or a recovery code; demanded of who has "
                "one."},
};
const struct table account_elevate_table = TABLE(account_elevate);

static const struct field elevated_fields[] = {
    [ELEVATED_UNTIL] = {.name = "until", .type = FIELD_NUMBER, .offset = AT(elevated, until_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "When admin mode ends, in milliseconds since 1970 UTC."},
};
const struct table elevated_table = TABLE(elevated);
