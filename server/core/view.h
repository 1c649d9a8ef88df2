/* Rows as the messages that a viewer may see: the one place where account ids become names and
 * where notes and hidden fields are left out. Used by queries, conflicts and the feed alike. Texts
 * live in the rows' arena. */
#ifndef TTYDESK_CORE_VIEW_H
#define TTYDESK_CORE_VIEW_H

#include "server/core/permission.h"

/* A name, "?" when there is no such row; borrowed from the rows. */
struct text view_account_name(struct rows *rows, uint64_t id);
struct text view_queue_name(struct rows *rows, uint64_t id);

/* The viewer's sight of a ticket they may see. */
void view_ticket(struct rows *rows, const struct viewer *viewer, const struct row_ticket *row,
                 struct ticket *ret_ticket);

/* Adds whether the viewer watches it. Not for events: those are made once for many. */
void view_watching(struct rows *rows, const struct viewer *viewer, const struct row_ticket *row,
                   struct ticket *ticket);

/* Somebody who follows the ticket, which the viewer may see. False when that is not for them to
 * know: who watches is told to those who see private notes alone, and to oneself. */
bool view_follower(struct rows *rows, const struct viewer *viewer, const struct row_ticket *ticket,
                   const struct row_follower *row, struct follower *ret_follower);

void view_account(struct rows *rows, const struct row_account *row, struct account *ret_account);

/* The viewer's sight of a queue they know of. */
void view_queue(const struct viewer *viewer, const struct row_queue *row, struct queue *ret_queue);

/* `current`: the sign-in that asks, and the device it came from; 0: none. */
void view_sign_in(const struct row_sign_in *row, uint64_t current, struct sign_in *ret_sign_in);
void view_device(const struct row_device *row, uint64_t current, struct device *ret_device);

/* False when the account is gone. */
bool view_role_request(struct rows *rows, const struct row_role_request *row,
                       struct role_request *ret_request);

/* A file on a ticket that the viewer may see. */
void view_attachment(const struct viewer *viewer, const struct row_ticket *ticket,
                     const struct row_attachment *row, struct attachment *ret_attachment);

/* Whether the viewer, who sees the ticket, may see this message of it: private notes and held
 * replies are not for everybody. */
bool view_sees_message(struct rows *rows, const struct viewer *viewer,
                       const struct row_message *row);

/* False when the viewer may not see this message. */
bool view_message(struct rows *rows, const struct viewer *viewer, const struct row_message *row,
                  struct message *ret_message);

/* --- view_history.c --- */

/* A journal entry as a line of the history of one of its subjects, the same for ticket.history and
 * for feed.event, live and on resume. Fields stand in one order: title, problem, kind, severity,
 * state, pending_until (milliseconds), owner, requester, queue, deleted, cc, what became
 * of a message (`message`, `held` or `withdrawn`; `edited`, `retracted` with its
 * sequence), link, tag; problem and messages without values,
 * links too for who does not see all the other tickets of the entry. A reply that was held is told
 * as written by its author when it is sent. False when the viewer can't see the ticket as it is
 * now, when the entry is only for those who may read its queue, for everybody when somebody began
 * or ceased to watch, and without memory.
 */
bool view_history(struct rows *rows, const struct viewer *viewer, const struct journal_entry *entry,
                  const struct subject *subject, struct history_entry *ret_line);

/* Whether a history names the queues of this entry to the viewer: those it moved between are both
 * known to them. */
bool view_names_queues(const struct viewer *viewer, const struct subject *subject);

/* Whether the viewer sees every ticket that the entry is about beside this one, so that its line
 * may name them. Never for entries about a great many. */
bool view_sees_others(const struct viewer *viewer, const struct journal_entry *entry,
                      const struct subject *subject);

#endif
