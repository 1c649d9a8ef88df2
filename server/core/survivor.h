/* Which ticket answers for a number: a merged ticket's number leads to the ticket that took its
 * messages over, for ever. */
#ifndef TTYDESK_CORE_SURVIVOR_H
#define TTYDESK_CORE_SURVIVOR_H

#include "server/store/rows.h"

/* The ticket with this number, or the one that it was merged into; false when there is none. */
bool survivor_find(struct rows *rows, uint64_t number, struct row_ticket *ret_row);

#endif
