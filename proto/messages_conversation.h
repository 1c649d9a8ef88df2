/* Requests on what was said on a ticket, and their replies. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_CONVERSATION_H
#define TTYDESK_PROTO_MESSAGES_CONVERSATION_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* ticket.withdraw, ticket.send_now and message.retract */
struct ticket_message {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t message; /* its sequence */
};
enum { TICKET_MESSAGE_OPERATION, TICKET_MESSAGE_NUMBER, TICKET_MESSAGE_MESSAGE };

struct message_edit {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t message; /* its sequence */
    struct text text;
};
enum { MESSAGE_EDIT_OPERATION, MESSAGE_EDIT_NUMBER, MESSAGE_EDIT_MESSAGE, MESSAGE_EDIT_TEXT };

struct message_versions {
    uint64_t present;
    uint64_t number;
    uint64_t message;
    uint64_t after; /* sequence of the last version already seen */
    uint64_t limit;
};
enum {
    MESSAGE_VERSIONS_NUMBER,
    MESSAGE_VERSIONS_MESSAGE,
    MESSAGE_VERSIONS_AFTER,
    MESSAGE_VERSIONS_LIMIT,
};

struct message_version {
    uint64_t present;
    uint64_t sequence; /* of the change that brought it */
    uint64_t time_ms;
    struct text text;
};
enum { MESSAGE_VERSION_SEQUENCE, MESSAGE_VERSION_TIME, MESSAGE_VERSION_TEXT };
extern const struct table message_version_table;

struct message_versions_reply {
    uint64_t present;
    struct list versions; /* of struct message_version, oldest first */
    bool more;
    uint64_t sequence;
};
enum { VERSIONS_REPLY_VERSIONS, VERSIONS_REPLY_MORE, VERSIONS_REPLY_SEQUENCE };

/* --- Canned replies and drafts --- */

/* A text that the staff has ready. */
struct canned {
    uint64_t present;
    struct text name;
    struct text title;
    struct text text;
    uint64_t version;
};
enum { CANNED_NAME, CANNED_TITLE, CANNED_TEXT, CANNED_VERSION };
extern const struct table canned_table;

struct canned_list {
    uint64_t present;
    struct text name;
    uint64_t cursor;
    uint64_t limit;
};
enum { CANNED_LIST_NAME, CANNED_LIST_CURSOR, CANNED_LIST_LIMIT };

struct canned_list_reply {
    uint64_t present;
    struct list canned; /* of struct canned */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum { CANNED_REPLY_CANNED, CANNED_REPLY_MORE, CANNED_REPLY_CURSOR, CANNED_REPLY_SEQUENCE };

struct admin_canned_create {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text title;
    struct text text;
};
enum { CANNED_CREATE_OPERATION, CANNED_CREATE_NAME, CANNED_CREATE_TITLE, CANNED_CREATE_TEXT };

struct admin_canned_update {
    uint64_t present;
    struct bytes operation;
    struct text canned;
    uint64_t version;
    struct text name;
    struct text title;
    struct text text;
};
enum {
    CANNED_UPDATE_OPERATION,
    CANNED_UPDATE_CANNED,
    CANNED_UPDATE_VERSION,
    CANNED_UPDATE_NAME,
    CANNED_UPDATE_TITLE,
    CANNED_UPDATE_TEXT
};

struct admin_canned_remove {
    uint64_t present;
    struct bytes operation;
    struct text canned;
    uint64_t version;
};
enum { CANNED_REMOVE_OPERATION, CANNED_REMOVE_CANNED, CANNED_REMOVE_VERSION };

struct canned_changed {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
};
enum { CANNED_CHANGED_NAME, CANNED_CHANGED_VERSION, CANNED_CHANGED_SEQUENCE };

/* What somebody has written and not sent, as the desk keeps it for them. */
struct kept_draft {
    uint64_t present;
    enum draft_for what;
    uint64_t number;
    struct text title;
    struct text text;
    uint64_t updated_ms;
};
enum { KEPT_DRAFT_WHAT, KEPT_DRAFT_NUMBER, KEPT_DRAFT_TITLE, KEPT_DRAFT_TEXT, KEPT_DRAFT_UPDATED };
extern const struct table kept_draft_table;

struct draft_save {
    uint64_t present;
    enum draft_for what;
    uint64_t number;
    struct text title;
    struct text text;
};
enum { DRAFT_SAVE_WHAT, DRAFT_SAVE_NUMBER, DRAFT_SAVE_TITLE, DRAFT_SAVE_TEXT };

struct draft_get {
    uint64_t present;
    enum draft_for what;
    uint64_t number;
};
enum { DRAFT_GET_WHAT, DRAFT_GET_NUMBER };

struct draft_remove {
    uint64_t present;
    enum draft_for what;
    uint64_t number;
};
enum { DRAFT_REMOVE_WHAT, DRAFT_REMOVE_NUMBER };

struct draft_reply {
    uint64_t present;
    struct kept_draft draft;
};
enum { DRAFT_REPLY_DRAFT };

struct draft_list {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { DRAFT_LIST_CURSOR, DRAFT_LIST_LIMIT };

struct draft_list_reply {
    uint64_t present;
    struct list drafts; /* of struct kept_draft */
    bool more;
    uint64_t cursor;
};
enum { DRAFTS_REPLY_DRAFTS, DRAFTS_REPLY_MORE, DRAFTS_REPLY_CURSOR };

#endif
