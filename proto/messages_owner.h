/* Who works on a ticket and who wants to hear of it: requests and their replies. A part of
 * proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_OWNER_H
#define TTYDESK_PROTO_MESSAGES_OWNER_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* What one does to a ticket without saying more: take, untake, watch, unwatch. */
struct ticket_act {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
};
enum { TICKET_ACT_OPERATION, TICKET_ACT_NUMBER };

struct ticket_steal {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text from; /* the owner one has seen */
};
enum { STEAL_OPERATION, STEAL_NUMBER, STEAL_FROM };

struct ticket_give {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text name;
    struct text from; /* the owner one has seen; empty: nobody */
};
enum { GIVE_OPERATION, GIVE_NUMBER, GIVE_NAME, GIVE_FROM };

/* What one does to a ticket with somebody: cc_add, cc_remove. */
struct ticket_person {
    uint64_t present;
    struct bytes operation;
    uint64_t number;
    struct text name;
};
enum { TICKET_PERSON_OPERATION, TICKET_PERSON_NUMBER, TICKET_PERSON_NAME };

struct ticket_followers {
    uint64_t present;
    uint64_t number;
};
enum { TICKET_FOLLOWERS_NUMBER };

struct ticket_followers_reply {
    uint64_t present;
    struct list followers; /* of struct follower */
    uint64_t sequence;
};
enum { FOLLOWERS_REPLY_FOLLOWERS, FOLLOWERS_REPLY_SEQUENCE };

#endif
