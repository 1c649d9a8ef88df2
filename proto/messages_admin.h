/* What admins do: deletion, accounts, roles, settings. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_ADMIN_H
#define TTYDESK_PROTO_MESSAGES_ADMIN_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* admin.ticket_delete, admin.ticket_restore, admin.ticket_purge */
struct admin_ticket {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
};
enum { ADMIN_TICKET_OPERATION, ADMIN_TICKET_NUMBER };

struct admin_account_list {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { ACCOUNT_LIST_CURSOR, ACCOUNT_LIST_LIMIT };

struct admin_account_list_reply {
    uint64_t present;
    struct list accounts; /* of struct account, oldest first */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum {
    ACCOUNT_LIST_REPLY_ACCOUNTS,
    ACCOUNT_LIST_REPLY_MORE,
    ACCOUNT_LIST_REPLY_CURSOR,
    ACCOUNT_LIST_REPLY_SEQUENCE,
};

struct admin_account_create {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text email;
    struct text display_name;
    struct text password; /* the console's alone; absent: the reply has a code to set one with */
    enum role role;
};
enum {
    ACCOUNT_CREATE_OPERATION,
    ACCOUNT_CREATE_NAME,
    ACCOUNT_CREATE_EMAIL,
    ACCOUNT_CREATE_DISPLAY_NAME,
    ACCOUNT_CREATE_PASSWORD,
    ACCOUNT_CREATE_ROLE,
};

/* Reply of admin.account_create and admin.account_reset. */
struct account_coded {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
    struct text code; /* told this once; absent: with a password, or the repetition of a request */
    uint64_t expires_ms;
};
enum {
    ACCOUNT_CODED_NAME,
    ACCOUNT_CODED_VERSION,
    ACCOUNT_CODED_SEQUENCE,
    ACCOUNT_CODED_CODE,
    ACCOUNT_CODED_EXPIRES,
};

/* admin.account_reset, admin.account_disable, admin.account_enable, admin.role_decline */
struct admin_account {
    uint64_t present;
    struct bytes operation;
    struct text name;
};
enum { ADMIN_ACCOUNT_OPERATION, ADMIN_ACCOUNT_NAME };

/* admin.account_role, admin.role_grant */
struct admin_account_role {
    uint64_t present;
    struct bytes operation;
    struct text name;
    enum role role;
    enum role from; /* the role one has seen */
};
enum { ACCOUNT_ROLE_OPERATION, ACCOUNT_ROLE_NAME, ACCOUNT_ROLE_ROLE, ACCOUNT_ROLE_FROM };

struct role_request {
    uint64_t present;
    struct text name;
    enum role current_role;
    enum role role;
    struct text reason;
    uint64_t time_ms;
};
enum {
    ROLE_REQUEST_NAME,
    ROLE_REQUEST_CURRENT_ROLE,
    ROLE_REQUEST_ROLE,
    ROLE_REQUEST_REASON,
    ROLE_REQUEST_TIME,
};
extern const struct table role_request_table;

struct admin_role_requests {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { ROLE_REQUESTS_CURSOR, ROLE_REQUESTS_LIMIT };

struct admin_role_requests_reply {
    uint64_t present;
    struct list requests; /* of struct role_request */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum {
    ROLE_REQUESTS_REPLY_REQUESTS,
    ROLE_REQUESTS_REPLY_MORE,
    ROLE_REQUESTS_REPLY_CURSOR,
    ROLE_REQUESTS_REPLY_SEQUENCE,
};

struct settings {
    uint64_t present;
    uint64_t version;
    enum registration registration;
    uint64_t reopen_days;
    uint64_t undo_send_seconds;
    uint64_t edit_minutes;
    uint64_t admin_second_factor;
    uint64_t retention_days;
};
enum {
    SETTINGS_VERSION,
    SETTINGS_REGISTRATION,
    SETTINGS_REOPEN_DAYS,
    SETTINGS_UNDO_SEND_SECONDS,
    SETTINGS_EDIT_MINUTES,
    SETTINGS_ADMIN_SECOND_FACTOR,
    SETTINGS_RETENTION_DAYS,
};

struct admin_settings_update {
    uint64_t present;
    struct bytes operation;
    uint64_t version;
    enum registration registration;
    uint64_t reopen_days;
    uint64_t undo_send_seconds;
    uint64_t edit_minutes;
    uint64_t admin_second_factor;
    uint64_t retention_days;
};
enum {
    SETTINGS_UPDATE_OPERATION,
    SETTINGS_UPDATE_VERSION,
    SETTINGS_UPDATE_REGISTRATION,
    SETTINGS_UPDATE_REOPEN_DAYS,
    SETTINGS_UPDATE_UNDO_SEND_SECONDS,
    SETTINGS_UPDATE_EDIT_MINUTES,
    SETTINGS_UPDATE_ADMIN_SECOND_FACTOR,
    SETTINGS_UPDATE_RETENTION_DAYS,
};

#endif
