/* Requests on what tickets are to each other and on their tags. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_LINKS_H
#define TTYDESK_PROTO_MESSAGES_LINKS_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* `number` is the parent of `to`, depends on it, and so on. */
struct ticket_link {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    enum link_kind kind;
    uint64_t to;
};
enum { TICKET_LINK_OPERATION, TICKET_LINK_NUMBER, TICKET_LINK_KIND, TICKET_LINK_TO };

struct ticket_unlink {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t to;
    enum link_kind kind; /* only a link of this kind; absent: whichever it is */
};
enum { TICKET_UNLINK_OPERATION, TICKET_UNLINK_NUMBER, TICKET_UNLINK_TO, TICKET_UNLINK_KIND };

struct ticket_links {
    uint64_t present;
    uint64_t number;
};
enum { TICKET_LINKS_NUMBER };

/* Another ticket, and what the one that was asked about is to it. */
struct linked_ticket {
    uint64_t present;
    uint64_t number;
    enum link_kind kind;
    struct text title;
    enum status status;
};
enum { LINKED_NUMBER, LINKED_KIND, LINKED_TITLE, LINKED_STATUS };
extern const struct table linked_ticket_table;

struct ticket_links_reply {
    uint64_t present;
    struct list links; /* of struct linked_ticket */
    uint64_t sequence;
};
enum { LINKS_REPLY_LINKS, LINKS_REPLY_SEQUENCE };

struct ticket_merge {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t version;
    uint64_t into;
    uint64_t into_version;
};
enum {
    TICKET_MERGE_OPERATION,
    TICKET_MERGE_NUMBER,
    TICKET_MERGE_VERSION,
    TICKET_MERGE_INTO,
    TICKET_MERGE_INTO_VERSION,
};

struct ticket_split {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    uint64_t message; /* its sequence */
    struct text title;
};
enum { TICKET_SPLIT_OPERATION, TICKET_SPLIT_NUMBER, TICKET_SPLIT_MESSAGE, TICKET_SPLIT_TITLE };

/* Several tags stand in one line, separated by spaces. */
struct ticket_tag {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text add;
    struct text remove;
};
enum { TICKET_TAG_OPERATION, TICKET_TAG_NUMBER, TICKET_TAG_ADD, TICKET_TAG_REMOVE };

struct tag_list {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { TAG_LIST_CURSOR, TAG_LIST_LIMIT };

struct tag {
    uint64_t present;
    struct text name;
};
enum { TAG_NAME };
extern const struct table tag_table;

struct tag_list_reply {
    uint64_t present;
    struct list tags; /* of struct tag */
    bool more;
    uint64_t cursor; /* present when more */
    uint64_t sequence;
};
enum { TAG_LIST_REPLY_TAGS, TAG_LIST_REPLY_MORE, TAG_LIST_REPLY_CURSOR, TAG_LIST_REPLY_SEQUENCE };

#endif
