/* The log of a single daemon: it counts. What it orders is ordered at once, and nothing is ever in
 * doubt, so on_unknown is never called. */
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "server/log/log.h"

struct log {
    struct log_callbacks callbacks;
    struct log_position head;
    bool finished;
};

enum error log_local_open(const struct log_position *start, const struct log_callbacks *callbacks,
                          struct log **ret_log)
{
    require(callbacks->on_ordered != NULL);
    struct log *log = calloc(1, sizeof *log);
    if (log == NULL) {
        return ERROR_NO_MEMORY;
    }
    log->callbacks = *callbacks;
    log->head = *start;
    *ret_log = log;
    return ERROR_NONE;
}

void log_close(struct log *log)
{
    free(log);
}

enum error log_submit(struct log *log, struct submission *submission)
{
    if (log->finished) {
        return ERROR_SHUTTING_DOWN;
    }
    submission->position = ++log->head.position;
    log->callbacks.on_ordered(log->callbacks.context, submission->position, submission);
    return ERROR_NONE;
}

void log_finish(struct log *log)
{
    log->finished = true;
}

const uint8_t *log_epoch(const struct log *log)
{
    return log->head.epoch;
}

uint64_t log_head(const struct log *log)
{
    return log->head.position;
}
