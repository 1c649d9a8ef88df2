/* Who is at which ticket now: reading it, or writing a reply. Kept in memory alone, one ticket for
 * each connection. Whoever says nothing for a while is gone; the timer behind that runs only while
 * somebody is there. */
#ifndef TTYDESK_SERVER_PRESENCE_H
#define TTYDESK_SERVER_PRESENCE_H

#include <uv.h>

#include "proto/messages.h"

struct presence_person {
    uint64_t account;
    char name[USER_NAME_MAX + 1];
    uint64_t ticket;
    enum doing doing;
};

struct presence_settings {
    uv_loop_t *loop;
    uint64_t silence_ms; /* after so long without a renewal somebody is gone */
    void *context;
    uint64_t (*now_ms)(void *context); /* monotonic */
    /* What a person does at a ticket has changed, all their connections taken together: with
     * DOING_NOTHING they have left it. May end connections. */
    void (*tell)(void *context, const struct presence_person *person);
};

struct presence;

/* NULL without memory. */
struct presence *presence_create(const struct presence_settings *settings);

/* Tells nobody anything any more. The loop has to turn once more. Accepts NULL. */
void presence_destroy(struct presence *presence);

/* What the person at this connection does now; renews it when nothing has changed. With
 * DOING_NOTHING they leave that ticket, not another that the connection went on to. The name is
 * copied. ERROR_NO_MEMORY: as before. */
enum error presence_set(struct presence *presence, uint64_t connection,
                        const struct presence_person *person);

/* The connection is over, or somebody else's: told in a later turn of the loop, so this may be
 * called from within `tell`. */
void presence_forget(struct presence *presence, uint64_t connection);

/* Whether anybody is anywhere. */
bool presence_is_empty(const struct presence *presence);

/* The most that somebody does at a ticket on any of their connections. */
enum doing presence_doing(const struct presence *presence, uint64_t account, uint64_t ticket);

/* Walks those who are at this ticket (0: at any), each person once for each ticket; what they do
 * says presence_doing. NULL begins, NULL ends; nothing may change meanwhile. */
const struct presence_person *presence_next(const struct presence *presence, uint64_t ticket,
                                            const struct presence_person *person);

#endif
