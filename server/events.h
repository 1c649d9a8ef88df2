/* One subject of a journal entry as what each viewer may hear of it: the same bytes for all of the
 * same standing to whom its line may name the entry's other tickets, or not; made once. */
#ifndef TTYDESK_SERVER_EVENTS_H
#define TTYDESK_SERVER_EVENTS_H

#include "proto/buffer.h"
#include "server/core/permission.h"

struct event_message {
    bool made;
    bool silent; /* there is nothing to tell */
    struct buffer bytes;
};

/* All zero, then event_begin. */
struct event {
    struct rows *rows; /* a snapshot of after the entry */
    const struct journal_entry *entry;
    const struct subject *subject;
    bool there; /* the ticket as it is now */
    struct row_ticket ticket;
    struct row_ticket seen; /* who sees it sees this one: itself, or what it was merged into */
    /* Of each standing: + 1 with the names of queues, + 2 with the numbers of other tickets. */
    struct event_message messages[PERMISSION_STANDINGS][4];
    struct event_message gone;
};

void event_begin(struct event *event, struct rows *rows, const struct journal_entry *entry,
                 const struct subject *subject);
void event_finish(struct event *event);

/* What to send to this viewer, borrowed until event_finish; NULL: nothing. */
const struct buffer *event_for(struct event *event, const struct viewer *viewer);

#endif
