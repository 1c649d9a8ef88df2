/* Taking back: which acts can be. */
#ifndef TTYDESK_CORE_UNDO_H
#define TTYDESK_CORE_UNDO_H

#include "server/core/permission.h"

/* How long an act can be taken back. */
#define UNDO_LIFE_MS (UINT64_C(24) * 60 * 60 * 1000)

/* Whether ticket.undo knows how to take back what this method did to tickets. */
bool undo_knows(enum method method);

/* Whether the entry is an act of the viewer's own that ticket.undo knows; not whether it is still
 * possible. */
bool undo_is_own(const struct viewer *viewer, const struct journal_header *header);

#endif
