/* Rows as the messages that a viewer may see: the one place where account ids become names and
 * where notes and hidden fields are left out. Used by queries, conflicts and the feed alike. Texts
 * live in the rows' arena. */
#ifndef TTYDESK_CORE_VIEW_H
#define TTYDESK_CORE_VIEW_H

#include "server/core/permission.h"

/* The viewer's sight of a ticket he may see. */
void view_ticket(struct rows *rows, const struct viewer *viewer, const struct row_ticket *row,
                 struct ticket *ret_ticket);

void view_account(struct rows *rows, const struct row_account *row, struct account *ret_account);

/* False when the viewer may not see this message (a private note). */
bool view_message(struct rows *rows, const struct viewer *viewer, const struct row_message *row,
                  struct message *ret_message);

/* A journal entry about a ticket as a line of its history, the same for ticket.history and for
 * feed.event, live and on resume. False when the viewer may not see the entry. */
bool view_history(struct rows *rows, const struct viewer *viewer, const struct journal_entry *entry,
                  struct history_entry *ret_line);

#endif
