/* What is old enough to be purged, by the setting retention_days: for the command and the query. */
#ifndef TTYDESK_CORE_RETENTION_H
#define TTYDESK_CORE_RETENTION_H

#include "server/store/rows.h"

/* What changed last before this is old enough; 0: nothing is, since tickets are kept for ever. */
uint64_t retention_before_ms(struct rows *rows, uint64_t now_ms);

/* Whether the ticket, which is neither deleted nor merged, goes: it is resolved, nothing was said
 * or changed since, no reply is held, and it is neither parent nor child of a ticket that is there.
 */
bool retention_takes(struct rows *rows, const struct row_ticket *ticket, uint64_t before_ms);

#endif
