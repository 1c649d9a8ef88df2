/* Who waits for an answer, who looks at what. A settled batch becomes replies to those who asked,
 * events for those who may see the ticket and are looking, and farewells to those whose sign-in it
 * ended. Everything said is read from one snapshot of after the commit. */
#ifndef TTYDESK_SERVER_WATCHERS_H
#define TTYDESK_SERVER_WATCHERS_H

#include "server/clock.h"
#include "server/core/permission.h"
#include "server/presence.h"
#include "server/session.h"
#include "server/snapshot.h"
#include "server/writer.h"

#define WATCHERS_REPLAY_MAX 10000 /* journal entries; who is further behind reads all again */

struct watchers_settings {
    struct sessions *sessions;
    struct snapshot *snapshot;
    const struct clock *clock;
    const struct config_limits *limits; /* may change while running */
    uint8_t epoch[EPOCH_BYTES];         /* of the log */
    void *context;
    /* Somebody else will be signed in at this connection, or nobody; may be NULL. */
    void (*on_sign_in_changes)(void *context, const struct session *session);
};

struct watchers;

/* NULL without memory. */
struct watchers *watchers_create(const struct watchers_settings *settings);

/* All sessions have to be forgotten. Accepts NULL. */
void watchers_destroy(struct watchers *watchers);

/* For writer_settings.on_settled. */
void watchers_settled(struct watchers *watchers, const struct batch *batch);

/* The connection is over. */
void watchers_forget(struct watchers *watchers, struct session *session);

/* Tells those who look at the ticket and may see who is there; but nobody about themselves. */
void watchers_tell_presence(struct watchers *watchers, const struct presence_person *person);

/* How many connections the account has. */
size_t watchers_account_connections(const struct watchers *watchers, uint64_t account);

/* Sends what the client has missed, then gives the reply. The viewer and rows are those of the
 * current snapshot. ERROR_RESYNC, ERROR_FORBIDDEN, ERROR_NOT_FOUND, ERROR_TOO_MANY,
 * ERROR_MISSING_FIELD (field), ERROR_NO_MEMORY. */
enum error watchers_subscribe(struct watchers *watchers, struct session *session,
                              const struct viewer *viewer, struct rows *rows,
                              const struct feed_subscribe *request,
                              struct feed_subscribed *ret_reply, struct failure *ret_failure);

/* ERROR_NOT_FOUND: there was no such subscription. */
enum error watchers_unsubscribe(struct watchers *watchers, struct session *session,
                                struct rows *rows, const struct feed_subscribe *request);

#endif
