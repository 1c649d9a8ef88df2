/* What a client asks: one table says of each method what it is and what answers it. Queries are
 * answered at once from a snapshot; commands are stamped with all that is not state and handed to
 * the log; prepared commands do slow work off the loop first (server/prepare.c). */
#ifndef TTYDESK_SERVER_REQUESTS_H
#define TTYDESK_SERVER_REQUESTS_H

#include "server/config.h"
#include "server/log/log.h"
#include "server/logging.h"
#include "server/login.h"
#include "server/presence.h"
#include "server/second_factor.h"
#include "server/session.h"
#include "server/snapshot.h"
#include "server/stamping.h"
#include "server/throttle.h"
#include "server/watchers.h"

struct health_counts;
struct writer;

struct requests_settings {
    uv_loop_t *loop;
    const struct config *config; /* may change while running */
    struct sessions *sessions;
    struct snapshot *snapshot;
    struct log *log;
    struct login *login;
    const struct second_factor *second_factor;
    struct throttle *throttle;
    struct watchers *watchers;
    struct presence *presence;
    struct stamping *stamping;
    struct logger *logger; /* may be NULL */
    const struct health_counts *health;
    const struct writer *writer; /* asked how much it has to do, and nothing else */
    uint64_t started_ms;         /* on the loop's clock */
};

struct requests;

/* NULL without memory. */
struct requests *requests_create(const struct requests_settings *settings);

/* No prepared command may be on its way. Accepts NULL. */
void requests_destroy(struct requests *requests);

/* For sessions_settings.on_message. */
void requests_handle(struct requests *requests, struct session *session, struct bytes object);

/* A submission that will not be settled is answered with this error; takes it over. */
void requests_failed(struct requests *requests, struct submission *submission, enum error error);

/* How `api` calls a method's kind: "query", "command" or "prepared". */
const char *request_kind_words(enum method method);

#endif
