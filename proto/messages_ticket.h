/* Requests on tickets and their replies. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_TICKET_H
#define TTYDESK_PROTO_MESSAGES_TICKET_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct ticket_create {
    uint64_t present;
    struct bytes operation;
    struct text title;
    struct text problem;
    enum kind kind;
    enum status status;    /* MINOR (default), MAJOR or CRITICAL */
    struct text queue;     /* name; absent: the default queue */
    struct text requester; /* user name of somebody else; staff only */
};
enum {
    CREATE_OPERATION,
    CREATE_TITLE,
    CREATE_PROBLEM,
    CREATE_KIND,
    CREATE_STATUS,
    CREATE_QUEUE,
    CREATE_REQUESTER,
};

/* Reply of commands on tickets. */
struct ticket_changed {
    uint64_t present;
    uint64_t number;
    uint64_t version;
    uint64_t sequence;
    uint64_t release_ms; /* a reply that is held: when it will be sent */
};
enum {
    TICKET_CHANGED_NUMBER,
    TICKET_CHANGED_VERSION,
    TICKET_CHANGED_SEQUENCE,
    TICKET_CHANGED_RELEASE,
};

struct ticket_get {
    uint64_t present;
    uint64_t number;
};
enum { TICKET_GET_NUMBER };

struct ticket_reply_full {
    uint64_t present;
    struct ticket ticket;
    struct text problem;
    uint64_t sequence;          /* of the snapshot this was read from */
    uint64_t merged_from;       /* the number asked for, when it leads to this ticket */
    struct text merged_problem; /* of that one */
    struct list merged;         /* of struct merged_ticket: what was merged into it */
};
enum {
    TICKET_FULL_TICKET,
    TICKET_FULL_PROBLEM,
    TICKET_FULL_SEQUENCE,
    TICKET_FULL_MERGED_FROM,
    TICKET_FULL_MERGED_PROBLEM,
    TICKET_FULL_MERGED
};

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
    struct text queue;     /* name; for staff who may read it */
    bool unread;           /* only those with messages that one has not read */
    struct text owner;     /* user name; "-": tickets that nobody owns */
    struct text tag;       /* staff only */
    struct text query;     /* see condition.h; beside the other filters */
    struct text zone;      /* of the asker's clock: "+02:00" */
    struct bytes place;    /* sorted: where the page before ended */
};
enum {
    TICKET_LIST_CURSOR,
    TICKET_LIST_LIMIT,
    TICKET_LIST_STATUS,
    TICKET_LIST_KIND,
    TICKET_LIST_TITLE,
    TICKET_LIST_REQUESTER,
    TICKET_LIST_DELETED,
    TICKET_LIST_QUEUE,
    TICKET_LIST_UNREAD,
    TICKET_LIST_OWNER,
    TICKET_LIST_TAG,
    TICKET_LIST_QUERY,
    TICKET_LIST_ZONE,
    TICKET_LIST_PLACE,
};

struct ticket_list_reply {
    uint64_t present;
    struct list tickets; /* of struct ticket */
    bool more;
    uint64_t cursor; /* present when more */
    uint64_t sequence;
    struct bytes place; /* present when more and sorted */
};
enum {
    LIST_REPLY_TICKETS,
    LIST_REPLY_MORE,
    LIST_REPLY_CURSOR,
    LIST_REPLY_SEQUENCE,
    LIST_REPLY_PLACE,
};

struct ticket_update {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t version;
    struct text title;
    struct text problem;
    enum kind kind;
    enum status status;
    bool even_with_open_children; /* resolve it although others that are part of it are not */
};
enum {
    UPDATE_OPERATION,
    UPDATE_NUMBER,
    UPDATE_VERSION,
    UPDATE_TITLE,
    UPDATE_PROBLEM,
    UPDATE_KIND,
    UPDATE_STATUS,
    UPDATE_EVEN_WITH_OPEN_CHILDREN,
};

struct ticket_pend {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t version;
    uint64_t until_ms; /* absent: until the requester answers */
};
enum { PEND_OPERATION, PEND_NUMBER, PEND_VERSION, PEND_UNTIL };

struct ticket_open {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t version;
};
enum { OPEN_OPERATION, OPEN_NUMBER, OPEN_VERSION };

/* ticket.reply and ticket.note, and what they do to the state of the ticket in the same act */
struct ticket_say {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text text;
    enum status status;
    bool pend;
    uint64_t pend_until_ms; /* implies `pend`; without it: until the requester answers */
    bool keep_resolved;     /* no reopening: a thank-you */
    bool even_with_open_children;
};
enum {
    SAY_OPERATION,
    SAY_NUMBER,
    SAY_TEXT,
    SAY_STATUS,
    SAY_PEND,
    SAY_PEND_UNTIL,
    SAY_KEEP_RESOLVED,
    SAY_EVEN_WITH_OPEN_CHILDREN,
};

struct ticket_move {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text queue; /* the name of the new one */
    struct text from;  /* the one it was in when it was looked at */
};
enum { MOVE_OPERATION, MOVE_NUMBER, MOVE_QUEUE, MOVE_FROM };
struct ticket_mark_read {
    uint64_t present;
    uint64_t number;
    uint64_t sequence; /* of the last message that was read */
};
enum { MARK_READ_NUMBER, MARK_READ_SEQUENCE };

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

#endif
