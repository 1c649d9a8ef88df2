/* Everything client and daemon say to each other: for each request, reply and notification a plain
 * struct, and for each struct one table of its fields (in messages_records.c and the files beside
 * it). The codec, the command line's --json, the `api` method and the check of docs/protocol.md all
 * walk these tables.
 *
 * For every struct X there is an enum with one constant for each field: its bit in `present` and
 * its index in the table. A reply field marked required is always there. */
#ifndef TTYDESK_PROTO_MESSAGES_H
#define TTYDESK_PROTO_MESSAGES_H

#include "proto/errors.h"
#include "proto/fields.h"

enum {
    PROTOCOL_VERSION = 1, /* changes only with the channel's preamble */
    PROTOCOL_LEVEL = 1,   /* grows with every method or field added */

    USER_NAME_MIN = 2, /* user names: a-z 0-9 . _ - */
    USER_NAME_MAX = 32,
    EMAIL_MAX = 254,
    DISPLAY_NAME_MAX = 64,
    TITLE_MAX = 250,     /* code points */
    PROBLEM_MAX = 65536, /* code points, as all texts below */
    MESSAGE_MAX = 32768,
    REASON_MAX = 500,
    FILTER_MAX = 256,
    PASSWORD_MIN = 12,
    PASSWORD_MAX_BYTES = 1024,
    OPERATION_BYTES = 16, /* UUIDv7-shaped: 48 bits of milliseconds first */
    TOKEN_BYTES = 32,
    EPOCH_BYTES = 16,
    PAGE_DEFAULT = 50,
    PAGE_MAX = 200,
};

/* Enumerations that travel by name */

enum role { ROLE_USER, ROLE_STAFF, ROLE_ADMIN, ROLE_COUNT };
enum account_state { ACCOUNT_ACTIVE, ACCOUNT_DISABLED, ACCOUNT_AWAITING, ACCOUNT_STATE_COUNT };
enum kind { KIND_HARDWARE, KIND_SOFTWARE, KIND_COUNT };
enum severity { SEVERITY_MINOR, SEVERITY_MAJOR, SEVERITY_CRITICAL, SEVERITY_COUNT };
enum state { STATE_OPEN, STATE_PENDING, STATE_RESOLVED, STATE_COUNT };
enum status { STATUS_MINOR, STATUS_MAJOR, STATUS_CRITICAL, STATUS_RESOLVED, STATUS_COUNT };
enum message_kind { MESSAGE_REPLY, MESSAGE_NOTE, MESSAGE_KIND_COUNT };
enum registration {
    REGISTRATION_OPEN,
    REGISTRATION_APPROVAL,
    REGISTRATION_CLOSED,
    REGISTRATION_COUNT
};
enum feed { FEED_OWN, FEED_ALL, FEED_TICKET, FEED_COUNT };

extern const struct choices role_choices;
extern const struct choices account_state_choices;
extern const struct choices kind_choices;
extern const struct choices severity_choices;
extern const struct choices state_choices;
extern const struct choices status_choices; /* MINOR, MAJOR, CRITICAL, RESOLVED */
extern const struct choices message_kind_choices;
extern const struct choices registration_choices;
extern const struct choices feed_choices;
extern const struct choices error_choices;  /* enum error by error_name */
extern const struct choices method_choices; /* enum method by name: what a history line was */

/* The status people see, from the two fields that are kept. */
enum status status_of(enum severity severity, enum state state);

/* The meaning of a status, one sentence for people. */
const char *status_meaning(enum status status);

/* Methods */

enum method {
    METHOD_HELLO,
    METHOD_API,
    METHOD_ACCOUNT_REGISTER,
    METHOD_ACCOUNT_LOGIN,
    METHOD_ACCOUNT_RESUME,
    METHOD_ACCOUNT_LOGOUT,
    METHOD_ACCOUNT_GET,
    METHOD_ACCOUNT_UPDATE,
    METHOD_ACCOUNT_SET_PASSWORD,
    METHOD_ACCOUNT_REQUEST_ROLE,
    METHOD_ACCOUNT_ELEVATE,
    METHOD_ACCOUNT_END_ELEVATION,
    METHOD_TICKET_CREATE,
    METHOD_TICKET_GET,
    METHOD_TICKET_MESSAGES,
    METHOD_TICKET_LIST,
    METHOD_TICKET_UPDATE,
    METHOD_TICKET_REPLY,
    METHOD_TICKET_NOTE,
    METHOD_TICKET_HISTORY,
    METHOD_FEED_SUBSCRIBE,
    METHOD_FEED_UNSUBSCRIBE,
    METHOD_ADMIN_TICKET_DELETE,
    METHOD_ADMIN_TICKET_RESTORE,
    METHOD_ADMIN_TICKET_PURGE,
    METHOD_ADMIN_ACCOUNT_LIST,
    METHOD_ADMIN_ACCOUNT_CREATE,
    METHOD_ADMIN_ACCOUNT_ROLE,
    METHOD_ADMIN_ACCOUNT_DISABLE,
    METHOD_ADMIN_ACCOUNT_ENABLE,
    METHOD_ADMIN_ROLE_REQUESTS,
    METHOD_ADMIN_ROLE_GRANT,
    METHOD_ADMIN_ROLE_DECLINE,
    METHOD_ADMIN_SETTINGS_GET,
    METHOD_ADMIN_SETTINGS_UPDATE,
    METHOD_COUNT
};

struct method_row {
    const char *name;
    const struct table *request;
    const struct table *reply;
    uint16_t since;
    const char *help;
};

extern const struct method_row methods[METHOD_COUNT];

/* Whether its request or its reply carries a password or token: then even the length is hidden. */
bool method_is_secret(enum method method);

enum notification {
    NOTIFICATION_FEED_EVENT,  /* feed.event */
    NOTIFICATION_TICKET_GONE, /* ticket.gone */
    NOTIFICATION_BYE,         /* bye */
    NOTIFICATION_COUNT
};

struct notification_row {
    const char *name;
    const struct table *table;
    uint16_t since;
    const char *help;
};

extern const struct notification_row notifications[NOTIFICATION_COUNT];

/* Records that several messages share */

struct account {
    uint64_t present;
    struct text name;
    struct text email;
    struct text display_name;
    enum role role;
    enum account_state state;
    uint64_t created_ms;
    uint64_t version;
    enum role requested_role; /* present while a role request waits */
};
enum {
    ACCOUNT_NAME,
    ACCOUNT_EMAIL,
    ACCOUNT_DISPLAY_NAME,
    ACCOUNT_ROLE,
    ACCOUNT_STATE,
    ACCOUNT_CREATED,
    ACCOUNT_VERSION,
    ACCOUNT_REQUESTED_ROLE,
};
extern const struct table account_table;

struct ticket {
    uint64_t present;
    uint64_t number;
    uint64_t version;
    struct text title;
    enum kind kind;
    enum status status; /* derived from the next two */
    enum severity severity;
    enum state state;
    struct text requester; /* user name */
    struct text owner;     /* user name; absent: nobody */
    uint64_t created_ms;
    uint64_t updated_ms;
    uint64_t reply_count;
    uint64_t note_count; /* staff only */
    bool editable;       /* the viewer may change title, problem and kind */
    bool deleted;        /* present and true only in admin mode */
};
enum {
    TICKET_NUMBER,
    TICKET_VERSION,
    TICKET_TITLE,
    TICKET_KIND,
    TICKET_STATUS,
    TICKET_SEVERITY,
    TICKET_STATE,
    TICKET_REQUESTER,
    TICKET_OWNER,
    TICKET_CREATED,
    TICKET_UPDATED,
    TICKET_REPLY_COUNT,
    TICKET_NOTE_COUNT,
    TICKET_EDITABLE,
    TICKET_DELETED,
};
extern const struct table ticket_table;

struct message {
    uint64_t present;
    uint64_t sequence; /* identifies the message; rises, with gaps */
    enum message_kind kind;
    struct text author;
    enum role author_role;
    uint64_t time_ms;
    struct text text;
};
enum { MSG_SEQUENCE, MSG_KIND, MSG_AUTHOR, MSG_AUTHOR_ROLE, MSG_TIME, MSG_TEXT };
extern const struct table message_table;

struct change {
    uint64_t present;
    struct text field;
    struct text old_value; /* absent: was nothing, or a long text that is not repeated */
    struct text new_value;
};
enum { CHANGE_FIELD, CHANGE_OLD, CHANGE_NEW };
extern const struct table change_table;

/* One line of a ticket's history; the same projection of a journal entry as a feed event. */
struct history_entry {
    uint64_t present;
    uint64_t sequence;
    uint64_t time_ms;
    struct text actor;   /* user name, "console", or absent for the desk itself */
    enum method what;    /* the command that did it */
    struct list changes; /* of struct change */
};
enum { HISTORY_SEQUENCE, HISTORY_TIME, HISTORY_ACTOR, HISTORY_WHAT, HISTORY_CHANGES };
extern const struct table history_entry_table;

/* How a request failed: the `error` of a response. */
struct failure {
    uint64_t present;
    enum error code;
    struct text message; /* a sentence for people */
    struct text field;   /* the field it is about */
    uint64_t retry_after_ms;
    struct ticket current; /* version_conflict: the ticket as it is now, as the viewer may see it */
};
enum { FAILURE_CODE, FAILURE_MESSAGE, FAILURE_FIELD, FAILURE_RETRY_AFTER, FAILURE_CURRENT };
extern const struct table failure_table;

/* Requests and replies */

struct nothing {
    uint64_t present;
};
extern const struct table nothing_table;

struct limits {
    uint64_t present;
    uint64_t request_bytes; /* largest request after sign-in */
    uint64_t page_max;
    uint64_t in_flight_max;
    uint64_t subscriptions_max;
    uint64_t title_max;
    uint64_t problem_max;
    uint64_t message_max;
    uint64_t password_min;
};
enum {
    LIMITS_REQUEST_BYTES,
    LIMITS_PAGE_MAX,
    LIMITS_IN_FLIGHT_MAX,
    LIMITS_SUBSCRIPTIONS_MAX,
    LIMITS_TITLE_MAX,
    LIMITS_PROBLEM_MAX,
    LIMITS_MESSAGE_MAX,
    LIMITS_PASSWORD_MIN,
};
extern const struct table limits_table;

struct hello {
    uint64_t present;
    uint64_t protocol;
    struct text client; /* name and version of the program */
};
enum { HELLO_PROTOCOL, HELLO_CLIENT };

struct hello_reply {
    uint64_t present;
    uint64_t protocol;
    uint64_t level;
    struct text server;  /* the desk's name */
    struct text version; /* of the daemon */
    uint64_t time_ms;    /* the desk's clock: operation ids are made from it */
    struct bytes epoch;
    uint64_t sequence;
    enum registration registration;
    struct limits limits;
};
enum {
    HELLO_REPLY_PROTOCOL,
    HELLO_REPLY_LEVEL,
    HELLO_REPLY_SERVER,
    HELLO_REPLY_VERSION,
    HELLO_REPLY_TIME,
    HELLO_REPLY_EPOCH,
    HELLO_REPLY_SEQUENCE,
    HELLO_REPLY_REGISTRATION,
    HELLO_REPLY_LIMITS,
};

struct api_field {
    uint64_t present;
    struct text name;
    struct text type;
    bool required;
    uint64_t min;
    uint64_t max;
    struct text choices; /* separated by one space */
    struct text record;  /* name of the record this field or its items are */
    uint64_t since;
    struct text help;
};
enum {
    API_FIELD_NAME,
    API_FIELD_TYPE,
    API_FIELD_REQUIRED,
    API_FIELD_MIN,
    API_FIELD_MAX,
    API_FIELD_CHOICES,
    API_FIELD_RECORD,
    API_FIELD_SINCE,
    API_FIELD_HELP,
};

struct api_record {
    uint64_t present;
    struct text name;
    struct list fields; /* of struct api_field */
};
enum { API_RECORD_NAME, API_RECORD_FIELDS };

struct api_method {
    uint64_t present;
    struct text name;
    struct text kind; /* query, command, prepared */
    struct text role; /* who may: anybody, user, staff, admin, admin mode, console */
    uint64_t since;
    struct text help;
    struct list request; /* of struct api_field */
    struct list reply;   /* of struct api_field */
};
enum {
    API_METHOD_NAME,
    API_METHOD_KIND,
    API_METHOD_ROLE,
    API_METHOD_SINCE,
    API_METHOD_HELP,
    API_METHOD_REQUEST,
    API_METHOD_REPLY,
};

struct api_error {
    uint64_t present;
    struct text code;
    struct text message;
};
enum { API_ERROR_CODE, API_ERROR_MESSAGE };

struct api_reply {
    uint64_t present;
    uint64_t protocol;
    uint64_t level;
    struct list methods;       /* of struct api_method */
    struct list notifications; /* of struct api_record */
    struct list records;       /* of struct api_record */
    struct list errors;        /* of struct api_error */
};
enum {
    API_REPLY_PROTOCOL,
    API_REPLY_LEVEL,
    API_REPLY_METHODS,
    API_REPLY_NOTIFICATIONS,
    API_REPLY_RECORDS,
    API_REPLY_ERRORS,
};
extern const struct table api_field_table;
extern const struct table api_record_table;
extern const struct table api_method_table;
extern const struct table api_error_table;

struct account_register {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text email;
    struct text display_name;
    struct text password;
    struct text password_again; /* when present it has to be the same */
};
enum {
    REGISTER_OPERATION,
    REGISTER_NAME,
    REGISTER_EMAIL,
    REGISTER_DISPLAY_NAME,
    REGISTER_PASSWORD,
    REGISTER_PASSWORD_AGAIN,
};

struct account_login {
    uint64_t present;
    struct text name;
    struct text password;
    struct text device; /* a name for this sign-in, for the person's own list */
};
enum { LOGIN_NAME, LOGIN_PASSWORD, LOGIN_DEVICE };

struct account_resume {
    uint64_t present;
    struct bytes token;
};
enum { RESUME_TOKEN };

/* Reply of login and resume. */
struct signed_in {
    uint64_t present;
    struct bytes token; /* for the next resume; the one used stays good until this one is used */
    uint64_t expires_ms;
    struct account account;
};
enum { SIGNED_IN_TOKEN, SIGNED_IN_EXPIRES, SIGNED_IN_ACCOUNT };

struct account_get {
    uint64_t present;
    struct text name; /* absent: oneself */
};
enum { ACCOUNT_GET_NAME };

struct account_reply {
    uint64_t present;
    struct account account;
};
enum { ACCOUNT_REPLY_ACCOUNT };

struct account_update {
    uint64_t present;
    struct bytes operation;
    uint64_t version;
    struct text email;
    struct text display_name;
};
enum {
    ACCOUNT_UPDATE_OPERATION,
    ACCOUNT_UPDATE_VERSION,
    ACCOUNT_UPDATE_EMAIL,
    ACCOUNT_UPDATE_DISPLAY_NAME,
};

/* Reply of commands on accounts. */
struct account_changed {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
};
enum { ACCOUNT_CHANGED_NAME, ACCOUNT_CHANGED_VERSION, ACCOUNT_CHANGED_SEQUENCE };

struct account_set_password {
    uint64_t present;
    struct bytes operation;
    struct text old_password;
    struct text password;
};
enum { SET_PASSWORD_OPERATION, SET_PASSWORD_OLD, SET_PASSWORD_NEW };

struct account_request_role {
    uint64_t present;
    struct bytes operation;
    enum role role;
    struct text reason;
};
enum { REQUEST_ROLE_OPERATION, REQUEST_ROLE_ROLE, REQUEST_ROLE_REASON };

struct account_elevate {
    uint64_t present;
    struct text password;
};
enum { ELEVATE_PASSWORD };

struct elevated {
    uint64_t present;
    uint64_t until_ms;
};
enum { ELEVATED_UNTIL };

struct ticket_create {
    uint64_t present;
    struct bytes operation;
    struct text title;
    struct text problem;
    enum kind kind;
    enum status status; /* MINOR (default), MAJOR or CRITICAL */
};
enum { CREATE_OPERATION, CREATE_TITLE, CREATE_PROBLEM, CREATE_KIND, CREATE_STATUS };

/* Reply of commands on tickets. */
struct ticket_changed {
    uint64_t present;
    uint64_t number;
    uint64_t version;
    uint64_t sequence;
};
enum { TICKET_CHANGED_NUMBER, TICKET_CHANGED_VERSION, TICKET_CHANGED_SEQUENCE };

struct ticket_get {
    uint64_t present;
    uint64_t number;
};
enum { TICKET_GET_NUMBER };

struct ticket_reply_full {
    uint64_t present;
    struct ticket ticket;
    struct text problem;
    uint64_t sequence; /* of the snapshot this was read from */
};
enum { TICKET_FULL_TICKET, TICKET_FULL_PROBLEM, TICKET_FULL_SEQUENCE };

struct ticket_messages {
    uint64_t present;
    uint64_t number;
    uint64_t after; /* sequence of the last message already seen */
    uint64_t limit;
};
enum { TICKET_MESSAGES_NUMBER, TICKET_MESSAGES_AFTER, TICKET_MESSAGES_LIMIT };

struct ticket_messages_reply {
    uint64_t present;
    struct list messages; /* of struct message, oldest first */
    bool more;
    uint64_t sequence;
};
enum { MESSAGES_REPLY_MESSAGES, MESSAGES_REPLY_MORE, MESSAGES_REPLY_SEQUENCE };

/* Newest number first. `cursor` continues after the last page; a page can be short, or empty,
 * while `more` is true: the daemon looks at a bounded number of tickets for each request. */
struct ticket_list {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
    enum status status;
    enum kind kind;
    struct text title;     /* contained in the title, letter case ignored */
    struct text requester; /* user name; staff only */
    bool deleted;          /* deleted tickets instead of the others; admin mode only */
};
enum {
    TICKET_LIST_CURSOR,
    TICKET_LIST_LIMIT,
    TICKET_LIST_STATUS,
    TICKET_LIST_KIND,
    TICKET_LIST_TITLE,
    TICKET_LIST_REQUESTER,
    TICKET_LIST_DELETED,
};

struct ticket_list_reply {
    uint64_t present;
    struct list tickets; /* of struct ticket */
    bool more;
    uint64_t cursor; /* present when more */
    uint64_t sequence;
};
enum { LIST_REPLY_TICKETS, LIST_REPLY_MORE, LIST_REPLY_CURSOR, LIST_REPLY_SEQUENCE };

struct ticket_update {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t version;
    struct text title;
    struct text problem;
    enum kind kind;
    enum status status;
};
enum {
    UPDATE_OPERATION,
    UPDATE_NUMBER,
    UPDATE_VERSION,
    UPDATE_TITLE,
    UPDATE_PROBLEM,
    UPDATE_KIND,
    UPDATE_STATUS,
};

/* ticket.reply and ticket.note */
struct ticket_say {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text text;
};
enum { SAY_OPERATION, SAY_NUMBER, SAY_TEXT };

struct ticket_history {
    uint64_t present;
    uint64_t number;
    uint64_t after; /* sequence of the last entry already seen */
    uint64_t limit;
};
enum { TICKET_HISTORY_NUMBER, TICKET_HISTORY_AFTER, TICKET_HISTORY_LIMIT };

struct ticket_history_reply {
    uint64_t present;
    struct list entries; /* of struct history_entry, oldest first */
    bool more;
    uint64_t sequence;
};
enum { HISTORY_REPLY_ENTRIES, HISTORY_REPLY_MORE, HISTORY_REPLY_SEQUENCE };

/* feed.subscribe and feed.unsubscribe. With `since` and `epoch` everything after that sequence is
 * sent first, or the request fails with `resync`. */
struct feed_subscribe {
    uint64_t present;
    enum feed feed;
    uint64_t number; /* for `ticket` */
    uint64_t since;
    struct bytes epoch;
};
enum { SUBSCRIBE_FEED, SUBSCRIBE_NUMBER, SUBSCRIBE_SINCE, SUBSCRIBE_EPOCH };

struct feed_subscribed {
    uint64_t present;
    uint64_t sequence;
    struct bytes epoch;
};
enum { SUBSCRIBED_SEQUENCE, SUBSCRIBED_EPOCH };

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

/* Only for the console: root or the daemon's own user on the Unix socket. */
struct admin_account_create {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text email;
    struct text display_name;
    struct text password;
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

/* admin.account_disable, admin.account_enable, admin.role_decline */
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
};
enum { ACCOUNT_ROLE_OPERATION, ACCOUNT_ROLE_NAME, ACCOUNT_ROLE_ROLE };

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
};
enum { SETTINGS_VERSION, SETTINGS_REGISTRATION };

struct admin_settings_update {
    uint64_t present;
    struct bytes operation;
    uint64_t version;
    enum registration registration;
};
enum { SETTINGS_UPDATE_OPERATION, SETTINGS_UPDATE_VERSION, SETTINGS_UPDATE_REGISTRATION };

/* Notifications */

struct feed_event {
    uint64_t present;
    uint64_t number; /* of the ticket */
    struct history_entry entry;
    struct ticket ticket; /* as it is after this change, as the receiver may see it */
};
enum { FEED_EVENT_NUMBER, FEED_EVENT_ENTRY, FEED_EVENT_TICKET };

struct ticket_gone {
    uint64_t present;
    uint64_t number;
    uint64_t sequence;
};
enum { TICKET_GONE_NUMBER, TICKET_GONE_SEQUENCE };

struct bye {
    uint64_t present;
    enum error code;
    struct text message;
};
enum { BYE_CODE, BYE_MESSAGE };

#endif
