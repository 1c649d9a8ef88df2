/* The log decides the order of commands, nothing else. One daemon orders them with a local counter
 * (local.c); a replicated log fills the same interface. Nothing outside server/log/ knows which.
 *
 * submit -> (ordered) -> on_ordered, in order of position, each position once. When it cannot be
 * known whether a submitted command was ordered, on_unknown is called instead; the client then
 * repeats it under the same operation id. */
#ifndef TTYDESK_LOG_LOG_H
#define TTYDESK_LOG_LOG_H

#include "proto/errors.h"
#include "server/store/store.h"
#include "server/submission.h"

struct log_callbacks {
    void *context;
    /* The submission belongs to the callee from now on. */
    void (*on_ordered)(void *context, uint64_t position, struct submission *submission);
    /* The submission's fate is not known; it belongs to the callee. */
    void (*on_unknown)(void *context, struct submission *submission);
};

struct log;

/* A log that counts locally from the store's position on. ERROR_NO_MEMORY. */
enum error log_local_open(const struct log_position *start, const struct log_callbacks *callbacks,
                          struct log **ret_log);
void log_close(struct log *log);

/* Takes the submission over on success. ERROR_SHUTTING_DOWN once log_finish was called, ERROR_BUSY
 * when too much is on its way; then it still belongs to the caller. */
enum error log_submit(struct log *log, struct submission *submission);

/* No further submissions are taken; what was taken is still ordered. */
void log_finish(struct log *log);

/* The epoch (EPOCH_BYTES) all positions of this log belong to. */
const uint8_t *log_epoch(const struct log *log);

/* The last position ordered. */
uint64_t log_head(const struct log *log);

#endif
