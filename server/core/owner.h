/* Owners of tickets: who may be one. */
#ifndef TTYDESK_CORE_OWNER_H
#define TTYDESK_CORE_OWNER_H

#include "server/core/permission.h"

/* Whether the owner of this ticket may stay its owner in a queue, its own or one it is moved to:
 * true as well when nobody owns it. A disabled account keeps what it owns. */
bool ticket_owner_fits(struct rows *rows, const struct row_ticket *ticket, uint64_t queue);

#endif
