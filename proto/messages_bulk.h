/* Requests about several tickets at once, and about taking back what one did. A part of
 * proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_BULK_H
#define TTYDESK_PROTO_MESSAGES_BULK_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* One of the tickets that something shall be done to. */
struct bulk_ticket {
    uint64_t present;
    uint64_t number;
    uint64_t version; /* absent: whatever it is by now */
};
enum { BULK_TICKET_NUMBER, BULK_TICKET_VERSION };
extern const struct table bulk_ticket_table;

/* One act on many tickets. Each act is a method of its own, judged by the rules of that method; it
 * needs the fields that are named after it and takes no others. */
struct ticket_bulk {
    uint64_t present;
    struct bytes operation;
    struct list tickets; /* of struct bulk_ticket */
    enum bulk_act act;
    enum status status; /* BULK_STATUS */
    enum kind kind;     /* BULK_KIND */
    struct text queue;  /* BULK_MOVE: its name */
    struct text name;   /* BULK_GIVE: the new owner's */
    struct text tags;   /* BULK_TAG, BULK_UNTAG */
    uint64_t until_ms;  /* BULK_PEND; absent: until the requester answers */
};
enum {
    BULK_OPERATION,
    BULK_TICKETS,
    BULK_FIELD_ACT,
    BULK_FIELD_STATUS,
    BULK_FIELD_KIND,
    BULK_FIELD_QUEUE,
    BULK_FIELD_NAME,
    BULK_FIELD_TAGS,
    BULK_FIELD_UNTIL
};

/* What became of one of them. */
struct ticket_result {
    uint64_t present;
    uint64_t number;
    enum error code;     /* ERROR_NONE: done */
    struct text message; /* why not */
    uint64_t version;    /* of the ticket after it; only when it was done */
};
enum { TICKET_RESULT_NUMBER, TICKET_RESULT_CODE, TICKET_RESULT_MESSAGE, TICKET_RESULT_VERSION };
extern const struct table ticket_result_table;

/* Reply of commands on several tickets. */
struct ticket_results {
    uint64_t present;
    uint64_t sequence;   /* absent: nothing was done */
    struct list results; /* of struct ticket_result, as the request named them */
};
enum { TICKET_RESULTS_SEQUENCE, TICKET_RESULTS_RESULTS };

struct ticket_undo {
    uint64_t present;
    struct bytes operation;
    uint64_t sequence;
};
enum { UNDO_OPERATION, UNDO_SEQUENCE };

struct ticket_last_act_reply {
    uint64_t present;
    uint64_t sequence; /* absent, with all others: there is none */
    uint64_t time_ms;
    enum method what;
    struct list tickets; /* of struct bulk_ticket, without versions */
};
enum { LAST_ACT_SEQUENCE, LAST_ACT_TIME, LAST_ACT_WHAT, LAST_ACT_TICKETS };

#endif
