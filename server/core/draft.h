/* Drafts: what people have written and not sent. Each is its author's alone. */
#ifndef TTYDESK_CORE_DRAFT_H
#define TTYDESK_CORE_DRAFT_H

#include "server/core/run.h"

/* The second key number of a draft's row: a ticket has room for a reply and for a note, the number
 * 0 for what is to become a ticket. */
uint64_t draft_place(uint64_t ticket, enum draft_for what);

/* The account's draft of exactly this; false when there is none. What people name need not fit
 * together: a new ticket with a number has no place of its own. */
bool draft_find(struct rows *rows, uint64_t account, uint64_t ticket, enum draft_for what,
                struct row_draft *ret_row);

void draft_view(const struct row_draft *row, struct kept_draft *ret_draft);

/* Forgets the viewer's draft: what it was to become has just been said. Nothing happens when there
 * is none. */
void draft_drop(struct run *run, uint64_t ticket, enum draft_for what);

/* Makes a draft again of what was taken back, unless the viewer has begun another one. */
void draft_bring_back(struct run *run, uint64_t ticket, enum draft_for what, struct text text);

#endif
