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

#endif
