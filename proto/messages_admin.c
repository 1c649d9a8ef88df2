/* The tables of what admins do: deletion, accounts, roles, settings. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field admin_ticket_fields[] = {
    [ADMIN_TICKET_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_ticket, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ADMIN_TICKET_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(admin_ticket, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Number of the ticket."},
};
const struct table admin_ticket_table = TABLE(admin_ticket);

static const struct field admin_account_list_fields[] = {
    [ACCOUNT_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_account_list, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Where the page before ended; absent: from the beginning."},
    [ACCOUNT_LIST_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(admin_account_list, limit), .min = 1, .max = PAGE_MAX, .since = 1,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_account_list_table = TABLE(admin_account_list);

static const struct field admin_account_list_reply_fields[] = {
    [ACCOUNT_LIST_REPLY_ACCOUNTS] = {.name = "accounts", .type = FIELD_LIST,
        .offset = AT(admin_account_list_reply, accounts), .min = 0, .max = PAGE_MAX,
        .required = true, .since = 1, .table = &account_table,
        .help = "Accounts, oldest first."},
    [ACCOUNT_LIST_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(admin_account_list_reply, more), .required = true, .since = 1,
        .help = "Whether there are more after these."},
    [ACCOUNT_LIST_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_account_list_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "For the next page; there when more is true."},
    [ACCOUNT_LIST_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(admin_account_list_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 1,
        .help = "The state of the desk this was read from."},
};
const struct table admin_account_list_reply_table = TABLE(admin_account_list_reply);

static const struct field admin_account_create_fields[] = {
    [ACCOUNT_CREATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_account_create, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ACCOUNT_CREATE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_account_create, name), .min = USER_NAME_MIN, .max = USER_NAME_MAX,
        .required = true, .since = 1,
        .help = "User name: a to z, 0 to 9, dot, underscore, hyphen."},
    [ACCOUNT_CREATE_EMAIL] = {.name = "email", .type = FIELD_LINE,
        .offset = AT(admin_account_create, email), .min = 3, .max = EMAIL_MAX, .required = true,
        .since = 1,
        .help = "Email address."},
    [ACCOUNT_CREATE_DISPLAY_NAME] = {.name = "display_name", .type = FIELD_LINE,
        .offset = AT(admin_account_create, display_name), .min = 0, .max = DISPLAY_NAME_MAX,
        .since = 1,
        .help = "Name for people to read; empty: the user name is shown."},
    [ACCOUNT_CREATE_PASSWORD] = {.name = "password", .type = FIELD_SECRET,
        .offset = AT(admin_account_create, password), .min = 1, .max = PASSWORD_MAX_BYTES,
        .since = 1,
        .help = "The password, from the console alone; absent: the reply has a code with which "
                "the account's person sets one."},
    [ACCOUNT_CREATE_ROLE] = {.name = "role", .type = FIELD_CHOICE,
        .offset = AT(admin_account_create, role), .min = ROLE_USER, .max = ROLE_ADMIN,
        .required = true, .since = 1, .choices = &role_choices,
        .help = "The role it begins with."},
};
const struct table admin_account_create_table = TABLE(admin_account_create);

static const struct field account_coded_fields[] = {
    [ACCOUNT_CODED_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(account_coded, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 1,
        .help = "User name of the account."},
    [ACCOUNT_CODED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(account_coded, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Its version after the change."},
    [ACCOUNT_CODED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(account_coded, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Position of the change in the desk's journal."},
    [ACCOUNT_CODED_CODE] = {.name = "code", .type = FIELD_LINE, .offset = AT(account_coded, code),
        .min = 1, .max = CODE_MAX, .since = 2,
        .help = "The one-time code, told here and nowhere else; absent when a password was given, "
                "and in the answer to a repeated request: reset the account for another one."},
    [ACCOUNT_CODED_EXPIRES] = {.name = "expires", .type = FIELD_NUMBER,
        .offset = AT(account_coded, expires_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When the code ends, in milliseconds since 1970 UTC; there with a code."},
};
const struct table account_coded_table = TABLE(account_coded);

static const struct field admin_account_fields[] = {
    [ADMIN_ACCOUNT_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_account, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ADMIN_ACCOUNT_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(admin_account, name),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 1,
        .help = "User name of the account."},
};
const struct table admin_account_table = TABLE(admin_account);

static const struct field admin_account_role_fields[] = {
    [ACCOUNT_ROLE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_account_role, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ACCOUNT_ROLE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_account_role, name), .min = 1, .max = USER_NAME_MAX, .required = true,
        .since = 1,
        .help = "User name of the account."},
    [ACCOUNT_ROLE_ROLE] = {.name = "role", .type = FIELD_CHOICE,
        .offset = AT(admin_account_role, role), .min = ROLE_USER, .max = ROLE_ADMIN,
        .required = true, .since = 1, .choices = &role_choices,
        .help = "The role to give."},
    [ACCOUNT_ROLE_FROM] = {.name = "from", .type = FIELD_CHOICE,
        .offset = AT(admin_account_role, from), .min = ROLE_USER, .max = ROLE_ADMIN,
        .since = 2, .choices = &role_choices,
        .help = "The role one has seen: refused as version_conflict when it is another one by "
                "now; absent: whichever."},
};
const struct table admin_account_role_table = TABLE(admin_account_role);

static const struct field role_request_fields[] = {
    [ROLE_REQUEST_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(role_request, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 1,
        .help = "User name of who asks."},
    [ROLE_REQUEST_CURRENT_ROLE] = {.name = "current_role", .type = FIELD_CHOICE,
        .offset = AT(role_request, current_role), .min = ROLE_USER, .max = ROLE_ADMIN,
        .required = true, .since = 1, .choices = &role_choices,
        .help = "The role so far."},
    [ROLE_REQUEST_ROLE] = {.name = "role", .type = FIELD_CHOICE, .offset = AT(role_request, role),
        .min = ROLE_STAFF, .max = ROLE_ADMIN, .required = true, .since = 1,
        .choices = &role_choices,
        .help = "The role asked for."},
    [ROLE_REQUEST_REASON] = {.name = "reason", .type = FIELD_LINE,
        .offset = AT(role_request, reason), .min = 0, .max = REASON_MAX, .since = 1,
        .help = "Why, in their words."},
    [ROLE_REQUEST_TIME] = {.name = "time", .type = FIELD_NUMBER,
        .offset = AT(role_request, time_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "When it was asked, in milliseconds since 1970 UTC."},
};
const struct table role_request_table = TABLE(role_request);

static const struct field admin_role_requests_fields[] = {
    [ROLE_REQUESTS_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_role_requests, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Where the page before ended; absent: from the beginning."},
    [ROLE_REQUESTS_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(admin_role_requests, limit), .min = 1, .max = PAGE_MAX, .since = 1,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_role_requests_table = TABLE(admin_role_requests);

static const struct field admin_role_requests_reply_fields[] = {
    [ROLE_REQUESTS_REPLY_REQUESTS] = {.name = "requests", .type = FIELD_LIST,
        .offset = AT(admin_role_requests_reply, requests), .min = 0, .max = PAGE_MAX,
        .required = true, .since = 1, .table = &role_request_table,
        .help = "Waiting requests, oldest account first."},
    [ROLE_REQUESTS_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(admin_role_requests_reply, more), .required = true, .since = 1,
        .help = "Whether there are more after these."},
    [ROLE_REQUESTS_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_role_requests_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "For the next page; there when more is true."},
    [ROLE_REQUESTS_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(admin_role_requests_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 1,
        .help = "The state of the desk this was read from."},
};
const struct table admin_role_requests_reply_table = TABLE(admin_role_requests_reply);

static const struct field settings_fields[] = {
    [SETTINGS_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset = AT(settings, version),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Rises with every change of the settings."},
    [SETTINGS_REGISTRATION] = {.name = "registration", .type = FIELD_CHOICE,
        .offset = AT(settings, registration), .min = REGISTRATION_OPEN, .max = REGISTRATION_CLOSED,
        .required = true, .since = 1, .choices = &registration_choices,
        .help = "Whether people can register themselves."},
    [SETTINGS_REOPEN_DAYS] = {.name = "reopen_days", .type = FIELD_NUMBER,
        .offset = AT(settings, reopen_days), .min = 0, .max = 3650, .since = 2,
        .help = "Days after which the requester can't reopen a resolved ticket any more and a "
                "reply opens a new one."},
    [SETTINGS_UNDO_SEND_SECONDS] = {.name = "undo_send_seconds", .type = FIELD_NUMBER,
        .offset = AT(settings, undo_send_seconds), .min = 0, .max = 300, .since = 2,
        .help = "Seconds a reply of the staff is held back, in which it can be withdrawn; 0: "
                "none."},
    [SETTINGS_EDIT_MINUTES] = {.name = "edit_minutes", .type = FIELD_NUMBER,
        .offset = AT(settings, edit_minutes), .min = 0, .max = 1440, .since = 2,
        .help = "Minutes in which people can correct or retract a message of their own; 0: "
                "never."},
    [SETTINGS_ADMIN_SECOND_FACTOR] = {.name = "admin_second_factor", .type = FIELD_NUMBER,
        .offset = AT(settings, admin_second_factor), .min = 0, .max = 1, .since = 2,
        .help = "Whether admin mode takes a second factor beside the password: 1, or 0 when the "
                "password is enough for admins who have none."},
    [SETTINGS_RETENTION_DAYS] = {.name = "retention_days", .type = FIELD_NUMBER,
        .offset = AT(settings, retention_days), .min = 0, .max = 36500, .since = 2,
        .help = "Resolved tickets that have not changed for so many days are purged, every "
                "night; 0: they are kept."},
};
const struct table settings_table = TABLE(settings);

static const struct field admin_settings_update_fields[] = {
    [SETTINGS_UPDATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_settings_update, operation), .min = OPERATION_BYTES,
        .max = OPERATION_BYTES, .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [SETTINGS_UPDATE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Version that was read; the request is refused when it is no longer the newest."},
    [SETTINGS_UPDATE_REGISTRATION] = {.name = "registration", .type = FIELD_CHOICE,
        .offset = AT(admin_settings_update, registration), .min = REGISTRATION_OPEN,
        .max = REGISTRATION_CLOSED, .since = 1, .choices = &registration_choices,
        .help = "Whether people can register themselves."},
    [SETTINGS_UPDATE_REOPEN_DAYS] = {.name = "reopen_days", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, reopen_days), .min = 0, .max = 3650, .since = 2,
        .help = "Days after which the requester can't reopen a resolved ticket any more and a "
                "reply opens a new one."},
    [SETTINGS_UPDATE_UNDO_SEND_SECONDS] = {.name = "undo_send_seconds", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, undo_send_seconds), .min = 0, .max = 300, .since = 2,
        .help = "Seconds a reply of the staff is held back, in which it can be withdrawn; 0: "
                "none."},
    [SETTINGS_UPDATE_EDIT_MINUTES] = {.name = "edit_minutes", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, edit_minutes), .min = 0, .max = 1440, .since = 2,
        .help = "Minutes in which people can correct or retract a message of their own; 0: "
                "never."},
    [SETTINGS_UPDATE_ADMIN_SECOND_FACTOR] = {.name = "admin_second_factor", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, admin_second_factor), .min = 0, .max = 1, .since = 2,
        .help = "Whether admin mode takes a second factor beside the password: 1, or 0 when the "
                "password is enough for admins who have none."},
    [SETTINGS_UPDATE_RETENTION_DAYS] = {.name = "retention_days", .type = FIELD_NUMBER,
        .offset = AT(admin_settings_update, retention_days), .min = 0, .max = 36500, .since = 2,
        .help = "Resolved tickets that have not changed for so many days are purged, every "
                "night; 0: they are kept."},
};
const struct table admin_settings_update_table = TABLE(admin_settings_update);
