/* Who looks at what: subscriptions of sessions, found by account, by ticket, or all together. */
#ifndef TTYDESK_SERVER_SUBSCRIPTIONS_H
#define TTYDESK_SERVER_SUBSCRIPTIONS_H

#include "proto/messages.h"
#include "server/session.h"

struct subscription {
    struct session *session;
    enum feed feed;
    uint64_t key;              /* own: the account; ticket: its number; queue: its id; all: 0 */
    uint64_t from;             /* events up to this sequence are known to the client already */
    struct subscription *next; /* of the same feed and key */
    struct subscription *previous;
    struct subscription *session_next;
};

/* All zero is empty. */
struct subscriptions {
    struct number_map by_key[FEED_COUNT];
};

/* Every session's have to be removed before. */
void subscriptions_finish(struct subscriptions *subscriptions);

/* Subscribing again to the same only moves `from`. ERROR_NO_MEMORY. */
enum error subscriptions_add(struct subscriptions *subscriptions, struct session *session,
                             enum feed feed, uint64_t key, uint64_t from);

/* False when there was none. */
bool subscriptions_remove(struct subscriptions *subscriptions, struct session *session,
                          enum feed feed, uint64_t key);

void subscriptions_remove_all(struct subscriptions *subscriptions, struct session *session);

/* The session's own, NULL when there is none. */
struct subscription *subscriptions_find(const struct session *session, enum feed feed,
                                        uint64_t key);

/* The first of all that look at this; `next` leads on. */
struct subscription *subscriptions_of(const struct subscriptions *subscriptions, enum feed feed,
                                      uint64_t key);

#endif
