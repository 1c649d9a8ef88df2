/* The feed, and all notifications. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_FEED_H
#define TTYDESK_PROTO_MESSAGES_FEED_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

/* feed.subscribe and feed.unsubscribe. With `since` and `epoch` everything after that sequence is
 * sent first, or the request fails with `resync`. */
struct feed_subscribe {
    uint64_t present;
    enum feed feed;
    uint64_t number; /* for `ticket` */
    uint64_t since;
    struct bytes epoch;
    struct text queue; /* name; for `queue` */
};
enum { SUBSCRIBE_FEED, SUBSCRIBE_NUMBER, SUBSCRIBE_SINCE, SUBSCRIBE_EPOCH, SUBSCRIBE_QUEUE };

struct feed_subscribed {
    uint64_t present;
    uint64_t sequence;
    struct bytes epoch;
};
enum { SUBSCRIBED_SEQUENCE, SUBSCRIBED_EPOCH };

struct presence_set {
    uint64_t present;
    uint64_t number;
    enum doing doing;
};
enum { PRESENCE_SET_NUMBER, PRESENCE_SET_DOING };

struct presence_list {
    uint64_t present;
    uint64_t number; /* absent: any ticket */
};
enum { PRESENCE_LIST_NUMBER };

/* Somebody at a ticket; also the notification `presence`. */
struct presence_seen {
    uint64_t present;
    uint64_t number; /* of the ticket */
    struct text name;
    enum doing doing;
};
enum { PRESENCE_SEEN_NUMBER, PRESENCE_SEEN_NAME, PRESENCE_SEEN_DOING };

struct presence_list_reply {
    uint64_t present;
    struct list people; /* of struct presence_seen */
    bool more;
};
enum { PRESENCE_REPLY_PEOPLE, PRESENCE_REPLY_MORE };

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

/* Rights have changed: all subscriptions of the connection have ended. */
struct feed_resync {
    uint64_t present;
    uint64_t sequence;
};
enum { FEED_RESYNC_SEQUENCE };

struct bye {
    uint64_t present;
    enum error code;
    struct text message;
};
enum { BYE_CODE, BYE_MESSAGE };

#endif
