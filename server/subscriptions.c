#include "server/subscriptions.h"

#include <stdlib.h>

void subscriptions_finish(struct subscriptions *subscriptions)
{
    for (unsigned feed = 0; feed < FEED_COUNT; feed++) {
        number_map_finish(&subscriptions->by_key[feed]);
    }
}

struct subscription *subscriptions_find(const struct session *session, enum feed feed, uint64_t key)
{
    struct subscription *found = session->subscriptions;
    while (found != NULL && (found->feed != feed || found->key != key)) {
        found = found->session_next;
    }
    return found;
}

struct subscription *subscriptions_of(const struct subscriptions *subscriptions, enum feed feed,
                                      uint64_t key)
{
    return number_map_get(&subscriptions->by_key[feed], key);
}

enum error subscriptions_add(struct subscriptions *subscriptions, struct session *session,
                             enum feed feed, uint64_t key, uint64_t from)
{
    struct subscription *subscription = subscriptions_find(session, feed, key);
    if (subscription != NULL) {
        subscription->from = from;
        return ERROR_NONE;
    }
    subscription = calloc(1, sizeof *subscription);
    if (subscription == NULL) {
        return ERROR_NO_MEMORY;
    }
    struct number_map *map = &subscriptions->by_key[feed];
    struct subscription *first = number_map_get(map, key);
    if (!number_map_put(map, key, subscription)) {
        free(subscription);
        return ERROR_NO_MEMORY;
    }
    *subscription = (struct subscription){
        .session = session,
        .feed = feed,
        .key = key,
        .from = from,
        .next = first,
        .session_next = session->subscriptions,
    };
    if (first != NULL) {
        first->previous = subscription;
    }
    session->subscriptions = subscription;
    session->subscription_count++;
    return ERROR_NONE;
}

/* Takes it out of its group; it is no longer in its session's list. */
static void unlink_and_free(struct subscriptions *subscriptions, struct subscription *subscription)
{
    struct number_map *map = &subscriptions->by_key[subscription->feed];
    if (subscription->next != NULL) {
        subscription->next->previous = subscription->previous;
    }
    if (subscription->previous != NULL) {
        subscription->previous->next = subscription->next;
    } else if (subscription->next != NULL) {
        (void)number_map_put(map, subscription->key, subscription->next); /* replaces: no growth */
    } else {
        (void)number_map_remove(map, subscription->key);
    }
    free(subscription);
}

bool subscriptions_remove(struct subscriptions *subscriptions, struct session *session,
                          enum feed feed, uint64_t key)
{
    struct subscription **link = &session->subscriptions;
    while (*link != NULL && ((*link)->feed != feed || (*link)->key != key)) {
        link = &(*link)->session_next;
    }
    struct subscription *subscription = *link;
    if (subscription == NULL) {
        return false;
    }
    *link = subscription->session_next;
    session->subscription_count--;
    unlink_and_free(subscriptions, subscription);
    return true;
}

void subscriptions_remove_all(struct subscriptions *subscriptions, struct session *session)
{
    while (session->subscriptions != NULL) {
        struct subscription *subscription = session->subscriptions;
        session->subscriptions = subscription->session_next;
        unlink_and_free(subscriptions, subscription);
    }
    session->subscription_count = 0;
}
