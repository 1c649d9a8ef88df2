/* The journal as admins read it: who did what, when and from where. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_AUDIT_H
#define TTYDESK_PROTO_MESSAGES_AUDIT_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* Newest first. `cursor` continues after the last page; a page can be short, or empty, while `more`
 * is true: the daemon looks at a bounded number of entries for each request. */
struct admin_audit {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
    struct text actor;   /* user name of who did it, or in whose name; "console" */
    uint64_t ticket;     /* number: entries about this ticket */
    struct text account; /* user name: entries that changed this account */
    uint64_t since_ms;
    uint64_t until_ms;
};
enum {
    AUDIT_CURSOR,
    AUDIT_LIMIT,
    AUDIT_ACTOR,
    AUDIT_TICKET,
    AUDIT_ACCOUNT,
    AUDIT_SINCE,
    AUDIT_UNTIL,
};

/* One field of one row. A row that came to be or went has a change without a field for that. */
struct audit_change {
    uint64_t present;
    struct text row; /* what kind of row: "ticket", "account" */
    uint64_t id;     /* its first key number: of a ticket, its number */
    uint64_t other;  /* its second, if it has one */
    struct text act; /* "create", "set" or "remove" */
    struct text field;
    struct text
        old_value; /* absent: nothing, erased since, or a long text, which is not repeated */
    struct text new_value;
};
enum {
    AUDIT_CHANGE_ROW,
    AUDIT_CHANGE_ID,
    AUDIT_CHANGE_OTHER,
    AUDIT_CHANGE_ACT,
    AUDIT_CHANGE_FIELD,
    AUDIT_CHANGE_OLD,
    AUDIT_CHANGE_NEW,
};
extern const struct table audit_change_table;

struct audit_entry {
    uint64_t present;
    uint64_t sequence;
    uint64_t time_ms;
    struct text actor;      /* absent: the desk itself */
    struct text acting_for; /* in whose name, if in somebody else's */
    bool console;
    bool gateway;
    struct text source;  /* from where; absent: from within, or erased */
    enum method what;    /* absent: a method that this version does not know */
    struct list tickets; /* of struct bulk_ticket, without versions */
    struct list changes; /* of struct audit_change */
    bool cut;            /* there were more changes than fit */
};
enum {
    AUDIT_ENTRY_SEQUENCE,
    AUDIT_ENTRY_TIME,
    AUDIT_ENTRY_ACTOR,
    AUDIT_ENTRY_ACTING_FOR,
    AUDIT_ENTRY_CONSOLE,
    AUDIT_ENTRY_GATEWAY,
    AUDIT_ENTRY_SOURCE,
    AUDIT_ENTRY_WHAT,
    AUDIT_ENTRY_TICKETS,
    AUDIT_ENTRY_CHANGES,
    AUDIT_ENTRY_CUT,
};
extern const struct table audit_entry_table;

struct admin_audit_reply {
    uint64_t present;
    struct list entries; /* of struct audit_entry */
    bool more;
    uint64_t cursor; /* present when more */
    uint64_t sequence;
};
enum { AUDIT_REPLY_ENTRIES, AUDIT_REPLY_MORE, AUDIT_REPLY_CURSOR, AUDIT_REPLY_SEQUENCE };

#endif
