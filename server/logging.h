/* The daemon's own log: one line a message to standard error, from where a service manager or a
 * container picks it up. Callers on any thread. Secrets never come here: nobody passes parameters
 * of a request. Functions below the top return errors; the caller that gives up logs, once.
 *
 * Whatever the text holds, a line is printable ASCII: any other byte appears as \xNN, a backslash
 * as two. */
#ifndef TTYDESK_SERVER_LOGGING_H
#define TTYDESK_SERVER_LOGGING_H

#include "proto/attributes.h"
#include "proto/errors.h"

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON };

#define LOG_MESSAGE_BYTES 1024 /* longer messages are cut */
#define LOG_SOURCE_BYTES  64   /* likewise */

/* Both in milliseconds: one that never goes back, and the time since 1970 in UTC. */
struct log_time {
    uint64_t monotonic_ms;
    uint64_t wall_ms;
};

struct logger_settings {
    int fd; /* borrowed; usually 2 */
    enum log_level level;
    enum log_format format;
    bool priorities;     /* lines begin with <N>, for the journal */
    uint32_t source_max; /* lines a second from one source; 0 is no limit */
    uint32_t total_max;  /* lines a second in all; 0 is no limit */
    struct log_time (*clock)(void);
};

struct logger;

/* ERROR_NO_MEMORY. */
enum error logger_create(const struct logger_settings *settings, struct logger **ret_logger);

/* Writes the count of lines that were left out, if any, first. Accepts NULL. */
void logger_destroy(struct logger *logger);

/* What may change while running. */
void logger_set_level(struct logger *logger, enum log_level level);
void logger_set_format(struct logger *logger, enum log_format format);
void logger_set_limits(struct logger *logger, uint32_t source_max, uint32_t total_max);

/* `source` is where it comes from, such as an address, and NULL for the daemon itself. Lines over
 * a limit are counted, and the count is logged when there is room again; the daemon's own errors
 * are never left out. */
void logger_write(struct logger *logger, enum log_level level, const char *source,
                  const char *format, ...) ATTRIBUTE_PRINTF(4, 5);

/* Whether `fd` is the stream that JOURNAL_STREAM ("device:inode", may be NULL) names. */
bool logging_is_journal(int fd, const char *journal_stream);

/* The system's clocks. */
struct log_time logging_clock(void);

#endif
