/* The records that several messages share. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_RECORDS_H
#define TTYDESK_PROTO_MESSAGES_RECORDS_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

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
    bool second_factor;       /* present in one's own account, and for admins */
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
    ACCOUNT_SECOND_FACTOR,
};
extern const struct table account_table;

/* A device that an account has signed in from. */
struct device {
    uint64_t present;
    uint64_t id;
    struct text name;   /* as it called itself; absent: it did not */
    struct text source; /* where its last sign-in came from */
    uint64_t created_ms;
    uint64_t seen_ms;
    bool current; /* this sign-in came from it */
};
enum { DEVICE_ID, DEVICE_NAME, DEVICE_SOURCE, DEVICE_CREATED, DEVICE_SEEN, DEVICE_CURRENT };
extern const struct table device_table;

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
    uint64_t note_count;  /* staff only */
    bool editable;        /* the viewer may change title, problem and kind */
    bool deleted;         /* present and true only in admin mode */
    struct text queue;    /* name; for those with the right to read it */
    uint64_t unread;      /* messages not read yet, to 99; only in answers of get and list */
    bool watching;        /* answers of queries alone: the viewer watches it */
    struct text tags;     /* separated by a space; staff only */
    uint64_t merged_into; /* the ticket that its number stands for now; in events alone */

    /* Its life; what is not so is absent */
    uint64_t pending_until_ms;      /* pending: when it opens by itself; absent: when answered */
    uint64_t last_pending_until_ms; /* the last such time that was given; absent: none yet */
    uint64_t resolved_ms;           /* resolved: since when */
    struct text opened_by;          /* user name of who opened it for the requester */
    uint64_t follows;               /* number of the resolved ticket it goes on from */
    uint64_t attachment_count;      /* those that the viewer sees */
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
    TICKET_QUEUE,
    TICKET_UNREAD,
    TICKET_WATCHING,
    TICKET_TAGS,
    TICKET_MERGED_INTO,
    TICKET_PENDING_UNTIL,
    TICKET_LAST_PENDING_UNTIL,
    TICKET_RESOLVED,
    TICKET_OPENED_BY,
    TICKET_FOLLOWS,
    TICKET_ATTACHMENT_COUNT,
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
    uint64_t origin; /* the ticket it was written to, when that was merged into this one */
    enum message_state state;
    uint64_t edited_ms;  /* when it was last corrected or retracted */
    uint64_t release_ms; /* held: when it will be sent */
};
enum {
    MSG_SEQUENCE,
    MSG_KIND,
    MSG_AUTHOR,
    MSG_AUTHOR_ROLE,
    MSG_TIME,
    MSG_TEXT,
    MSG_ORIGIN,
    MSG_STATE,
    MSG_EDITED,
    MSG_RELEASE,
};
extern const struct table message_table;

/* Somebody in copy of a ticket, or watching it. */
struct follower {
    uint64_t present;
    struct text name;
    bool cc;       /* sees the ticket because of that */
    bool watching; /* for those who see private notes, and about oneself */
};
enum { FOLLOWER_NAME, FOLLOWER_CC, FOLLOWER_WATCHING };
extern const struct table follower_table;

/* A ticket whose number leads to another one now. */
struct merged_ticket {
    uint64_t present;
    uint64_t number;
    struct text title;
};
enum { MERGED_NUMBER, MERGED_TITLE };
extern const struct table merged_ticket_table;

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
    struct text actor;      /* user name, "console", or absent for the desk itself */
    enum method what;       /* the command that did it; METHOD_COUNT: one that is unknown here */
    struct list changes;    /* of struct change */
    struct text acting_for; /* user name in whose name the actor did it; absent: their own */
};
enum {
    HISTORY_SEQUENCE,
    HISTORY_TIME,
    HISTORY_ACTOR,
    HISTORY_WHAT,
    HISTORY_CHANGES,
    HISTORY_ACTING_FOR,
};
extern const struct table history_entry_table;

/* How a request failed: the `error` of a response. */
struct failure {
    uint64_t present;
    enum error code;
    struct text message; /* a sentence for people */
    struct text field;   /* the field it is about */
    uint64_t retry_after_ms;
    struct ticket current; /* version_conflict: the ticket as it is now, as the viewer may see it */
    uint64_t column;       /* of a query: the character, from 1, where it can't be understood */
};
enum {
    FAILURE_CODE,
    FAILURE_MESSAGE,
    FAILURE_FIELD,
    FAILURE_RETRY_AFTER,
    FAILURE_CURRENT,
    FAILURE_COLUMN,
};
extern const struct table failure_table;

struct nothing {
    uint64_t present;
};
extern const struct table nothing_table;

#endif
