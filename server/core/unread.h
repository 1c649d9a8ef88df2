/* What somebody has not read of a ticket: the messages after their mark. */
#ifndef TTYDESK_CORE_UNREAD_H
#define TTYDESK_CORE_UNREAD_H

#include "server/core/permission.h"

enum {
    UNREAD_MAX = 99,         /* counted no further */
    UNREAD_LOOKED_MAX = 1000 /* messages looked at; those after them are not counted */
};

/* How many messages of the ticket the viewer may see, did not write and has not read; all of them
 * for a ticket that they never opened. Not for events, which are the same for many viewers.
 * `ret_looked` is how many messages that they may see it took: that of notes shows nowhere. */
uint64_t unread_count(struct rows *rows, const struct viewer *viewer,
                      const struct row_ticket *ticket, uint64_t *ret_looked);

#endif
