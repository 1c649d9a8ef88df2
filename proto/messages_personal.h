/* What the desk holds about a person, and what it lets go by its age. A part of proto/messages.h.
 */
#ifndef TTYDESK_PROTO_MESSAGES_PERSONAL_H
#define TTYDESK_PROTO_MESSAGES_PERSONAL_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct account_export {
    uint64_t present;
    uint64_t cursor;
    uint64_t within;
    uint64_t limit;
};
enum { ACCOUNT_EXPORT_CURSOR, ACCOUNT_EXPORT_WITHIN, ACCOUNT_EXPORT_LIMIT };

struct admin_account_export {
    uint64_t present;
    struct text name;
    uint64_t cursor;
    uint64_t within;
    uint64_t limit;
};
enum { ADMIN_EXPORT_NAME, ADMIN_EXPORT_CURSOR, ADMIN_EXPORT_WITHIN, ADMIN_EXPORT_LIMIT };

/* One thing that is held about a person; which fields it has depends on what it is. */
struct export_item {
    uint64_t present;
    struct text what; /* "account", "ticket", "message" and so on */
    uint64_t number;  /* of the ticket it is about */
    uint64_t id;      /* of a message, a sign-in, a device, an entry of the journal */
    uint64_t time_ms; /* when it began */
    uint64_t last_ms; /* when it changed or was used last */
    struct text name; /* of the account; of who wrote a message; of a file or a device */
    struct text email;
    struct text display_name;
    struct text role;
    struct text state; /* of an account, a ticket or a message */
    struct text title;
    struct text text;
    struct text source; /* an address it came from */
    struct text act;    /* a method */
    uint64_t count;
    bool by_other; /* somebody else did it, to them or in their name */
};
enum {
    EXPORT_ITEM_WHAT,
    EXPORT_ITEM_NUMBER,
    EXPORT_ITEM_ID,
    EXPORT_ITEM_TIME,
    EXPORT_ITEM_LAST,
    EXPORT_ITEM_NAME,
    EXPORT_ITEM_EMAIL,
    EXPORT_ITEM_DISPLAY_NAME,
    EXPORT_ITEM_ROLE,
    EXPORT_ITEM_STATE,
    EXPORT_ITEM_TITLE,
    EXPORT_ITEM_TEXT,
    EXPORT_ITEM_SOURCE,
    EXPORT_ITEM_ACT,
    EXPORT_ITEM_COUNT,
    EXPORT_ITEM_BY_OTHER,
};
extern const struct table export_item_table;

/* Reply of account.export and admin.account_export. */
struct account_export_reply {
    uint64_t present;
    struct list items; /* of struct export_item */
    bool more;
    uint64_t cursor; /* these two: for the next page */
    uint64_t within;
    uint64_t sequence;
};
enum {
    EXPORT_REPLY_ITEMS,
    EXPORT_REPLY_MORE,
    EXPORT_REPLY_CURSOR,
    EXPORT_REPLY_WITHIN,
    EXPORT_REPLY_SEQUENCE,
};

struct admin_retention_preview {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { RETENTION_PREVIEW_CURSOR, RETENTION_PREVIEW_LIMIT };

struct retention_ticket {
    uint64_t present;
    uint64_t number;
    struct text title;
    uint64_t updated_ms;
};
enum { RETENTION_TICKET_NUMBER, RETENTION_TICKET_TITLE, RETENTION_TICKET_UPDATED };
extern const struct table retention_ticket_table;

struct admin_retention_preview_reply {
    uint64_t present;
    uint64_t days;       /* 0: tickets are kept for ever */
    struct list tickets; /* of struct retention_ticket */
    uint64_t oldest_ms;  /* the earliest last change of these */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum {
    RETENTION_REPLY_DAYS,
    RETENTION_REPLY_TICKETS,
    RETENTION_REPLY_OLDEST,
    RETENTION_REPLY_MORE,
    RETENTION_REPLY_CURSOR,
    RETENTION_REPLY_SEQUENCE,
};

struct admin_retention_run {
    uint64_t present;
    struct bytes operation;
    uint64_t cursor;
};
enum { RETENTION_RUN_OPERATION, RETENTION_RUN_CURSOR };

struct retention_done {
    uint64_t present;
    uint64_t purged;
    bool more;
    uint64_t cursor;
};
enum { RETENTION_DONE_PURGED, RETENTION_DONE_MORE, RETENTION_DONE_CURSOR };

#endif
