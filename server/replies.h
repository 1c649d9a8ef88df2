/* Responses on their way to a session. */
#ifndef TTYDESK_SERVER_REPLIES_H
#define TTYDESK_SERVER_REPLIES_H

#include "server/session.h"
#include "server/submission.h"

/* `reply` is the struct of methods[method].reply. */
void reply_success(struct session *session, uint32_t id, enum method method, const void *reply);

/* A failure without message gets its code's sentence; fields that have a value are marked
 * present. */
void reply_failure(struct session *session, uint32_t id, const struct failure *failure);
void reply_error(struct session *session, uint32_t id, enum error error);

/* The answer to a settled command. `rows` is a snapshot of after the commit, for what the reply
 * shows of it. `batch_error`: the commit's. */
void reply_settled(struct session *session, const struct submission *submission,
                   enum error batch_error, struct rows *rows);

/* The same reply as a struct of methods[method].reply, of a command that was accepted; in the
 * memory of submission and rows. */
enum error reply_fill(const struct submission *submission, struct rows *rows, void *ret_reply);

/* Whether reply_settled knows how to fill the reply of this command. */
bool reply_can_settle(enum method method);

#endif
