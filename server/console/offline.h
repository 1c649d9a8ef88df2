/* One command on a desk that nobody serves: through the same log, writer and core as any other. */
#ifndef TTYDESK_CONSOLE_OFFLINE_H
#define TTYDESK_CONSOLE_OFFLINE_H

#include "server/store/store.h"
#include "server/submission.h"

/* Time for a command on this desk: now, or the last entry's time if that is later. Errors as
 * store_read_begin. */
enum error offline_time(struct store *store, uint64_t *ret_time_ms);

/* Runs it and takes the submission over. ERROR_NONE: it was settled, and `on_settled` was called
 * with it, borrowed for the call. Otherwise the commit's error, and nothing changed. */
enum error offline_run(struct store *store, struct submission *submission,
                       void (*on_settled)(void *context, const struct submission *submission),
                       void *context);

/* Asks the desk as the console, a query or a command, as a client would over the wire: the request
 * is judged by the same tables and rules. The reply's and the failure's texts live in the arena.
 * ERROR_UNKNOWN_METHOD: only a daemon can answer this. */
enum error offline_ask(struct store *store, struct arena *arena, enum method method,
                       const void *request, void *ret_reply, struct failure *ret_failure);

#endif
