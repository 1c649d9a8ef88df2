#include "server/logging.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "proto/require.h"

enum {
    SOURCES_TRACKED = 256,
    /* A byte becomes \xNN at worst, and JSON doubles the backslash. */
    WORST_BYTES = 5,
    LINE_BYTES = (LOG_MESSAGE_BYTES + LOG_SOURCE_BYTES) * WORST_BYTES + 256,
};

/* One second's lines of one source. Two sources that share a slot push each other out, which errs
 * on the side of writing. */
struct source_slot {
    uint64_t hash;
    uint64_t second;
    uint32_t count;
};

struct logger {
    int fd;
    bool priorities;
    struct log_time (*clock)(void);
    atomic_int level; /* read without the lock */

    pthread_mutex_t lock; /* of all that follows */
    enum log_format format;
    uint32_t source_max;
    uint32_t total_max;
    uint64_t second; /* of `total` */
    uint32_t total;
    uint64_t left_out;
    struct source_slot slots[SOURCES_TRACKED];
};

struct level_text {
    const char *name;
    const char *priority; /* of syslog(3) */
};

static const struct level_text level_texts[] = {
    [LOG_LEVEL_ERROR] = {"error", "<3>"},
    [LOG_LEVEL_WARNING] = {"warning", "<4>"},
    [LOG_LEVEL_INFO] = {"info", "<6>"},
    [LOG_LEVEL_DEBUG] = {"debug", "<7>"},
};

enum error logger_create(const struct logger_settings *settings, struct logger **ret_logger)
{
    struct logger *logger = calloc(1, sizeof *logger);
    if (logger == NULL) {
        return ERROR_NO_MEMORY;
    }
    if (pthread_mutex_init(&logger->lock, NULL) != 0) {
        free(logger);
        return ERROR_NO_MEMORY;
    }
    logger->fd = settings->fd;
    logger->priorities = settings->priorities;
    logger->clock = settings->clock;
    atomic_init(&logger->level, (int)settings->level);
    logger->format = settings->format;
    logger->source_max = settings->source_max;
    logger->total_max = settings->total_max;
    *ret_logger = logger;
    return ERROR_NONE;
}

void logger_set_level(struct logger *logger, enum log_level level)
{
    require(level <= LOG_LEVEL_DEBUG);
    atomic_store(&logger->level, (int)level);
}

void logger_set_format(struct logger *logger, enum log_format format)
{
    pthread_mutex_lock(&logger->lock);
    logger->format = format;
    pthread_mutex_unlock(&logger->lock);
}

void logger_set_limits(struct logger *logger, uint32_t source_max, uint32_t total_max)
{
    pthread_mutex_lock(&logger->lock);
    logger->source_max = source_max;
    logger->total_max = total_max;
    pthread_mutex_unlock(&logger->lock);
}

/* FNV-1a: spreads addresses well enough, and a collision costs nothing. */
static uint64_t source_hash(const char *source)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *source != '\0'; source++) {
        hash = (hash ^ (unsigned char)*source) * UINT64_C(1099511628211);
    }
    return hash;
}

static bool source_may_write(struct logger *logger, const char *source, uint64_t second)
{
    if (source == NULL || logger->source_max == 0) {
        return true;
    }
    uint64_t hash = source_hash(source);
    struct source_slot *slot = &logger->slots[hash % SOURCES_TRACKED];
    if (slot->hash != hash || slot->second != second) {
        *slot = (struct source_slot){.hash = hash, .second = second};
    }
    if (slot->count >= logger->source_max) {
        return false;
    }
    slot->count++;
    return true;
}

static bool total_may_write(struct logger *logger, uint64_t second)
{
    if (logger->second != second) {
        logger->second = second;
        logger->total = 0;
    }
    if (logger->total_max != 0 && logger->total >= logger->total_max) {
        return false;
    }
    logger->total++;
    return true;
}

/* A line under construction; what does not fit is left away, which its size rules out. */
struct line {
    size_t length;
    bool json;
    char text[LINE_BYTES];
};

static void line_add(struct line *line, const char *text)
{
    size_t length = strlen(text);
    require(length < sizeof line->text - line->length);
    memcpy(line->text + line->length, text, length + 1);
    line->length += length;
}

static void line_add_filtered(struct line *line, const char *text)
{
    const char *backslash = line->json ? "\\\\" : "\\";
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        char piece[8] = {(char)byte, '\0'};
        if (byte < ' ' || byte > '~') {
            snprintf(piece, sizeof piece, "%sx%02x", backslash, byte);
        } else if (byte == '\\') {
            snprintf(piece, sizeof piece, "%s%s", backslash, backslash);
        } else if (byte == '"' && line->json) {
            snprintf(piece, sizeof piece, "\\\"");
        }
        line_add(line, piece);
    }
}

static void line_add_time(struct line *line, uint64_t wall_ms)
{
    time_t seconds = (time_t)(wall_ms / 1000);
    struct tm utc = {0};
    gmtime_r(&seconds, &utc);
    char text[64];
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + length, sizeof text - length, ".%03uZ", (unsigned)(wall_ms % 1000));
    line_add(line, text);
}

static void line_format(struct line *line, const struct logger *logger, enum log_level level,
                        const char *source, uint64_t wall_ms, const char *message)
{
    line->length = 0;
    line->json = logger->format == LOG_FORMAT_JSON;
    if (logger->priorities) {
        line_add(line, level_texts[level].priority);
    }
    if (line->json) {
        line_add(line, "{\"time\":\"");
        line_add_time(line, wall_ms);
        line_add(line, "\",\"level\":\"");
        line_add(line, level_texts[level].name);
        if (source != NULL) {
            line_add(line, "\",\"source\":\"");
            line_add_filtered(line, source);
        }
        line_add(line, "\",\"message\":\"");
        line_add_filtered(line, message);
        line_add(line, "\"}\n");
        return;
    }
    /* The journal stamps lines itself. */
    if (!logger->priorities) {
        line_add_time(line, wall_ms);
        line_add(line, " ");
    }
    line_add(line, level_texts[level].name);
    line_add(line, ": ");
    if (source != NULL) {
        line_add_filtered(line, source);
        line_add(line, ": ");
    }
    line_add_filtered(line, message);
    line_add(line, "\n");
}

/* There is nobody to tell when the log itself can't be written. */
static void line_write(const struct line *line, int fd)
{
    size_t written = 0;
    while (written < line->length) {
        ssize_t count = write(fd, line->text + written, line->length - written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return;
        }
        written += (size_t)count;
    }
}

static void report_left_out(struct logger *logger, struct line *line, uint64_t wall_ms)
{
    if (logger->left_out == 0) {
        return;
    }
    char message[64];
    snprintf(message, sizeof message, "%" PRIu64 " log lines were left out", logger->left_out);
    logger->left_out = 0;
    line_format(line, logger, LOG_LEVEL_WARNING, NULL, wall_ms, message);
    line_write(line, logger->fd);
}

void logger_write(struct logger *logger, enum log_level level, const char *source,
                  const char *format, ...)
{
    require(level <= LOG_LEVEL_DEBUG);
    if ((int)level > atomic_load(&logger->level)) {
        return;
    }
    char message[LOG_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    char source_cut[LOG_SOURCE_BYTES];
    snprintf(source_cut, sizeof source_cut, "%s", source != NULL ? source : "");

    struct log_time now = logger->clock();
    uint64_t second = now.monotonic_ms / 1000;
    struct line line;
    pthread_mutex_lock(&logger->lock);
    bool always = source == NULL && level == LOG_LEVEL_ERROR;
    if (always || (source_may_write(logger, source, second) && total_may_write(logger, second))) {
        report_left_out(logger, &line, now.wall_ms);
        line_format(&line, logger, level, source != NULL ? source_cut : NULL, now.wall_ms, message);
        line_write(&line, logger->fd);
    } else {
        logger->left_out++;
    }
    pthread_mutex_unlock(&logger->lock);
}

void logger_destroy(struct logger *logger)
{
    if (logger == NULL) {
        return;
    }
    struct line line;
    report_left_out(logger, &line, logger->clock().wall_ms);
    pthread_mutex_destroy(&logger->lock);
    free(logger);
}

bool logging_is_journal(int fd, const char *journal_stream)
{
    struct stat status;
    if (journal_stream == NULL || fstat(fd, &status) != 0) {
        return false;
    }
    char expected[64];
    snprintf(expected, sizeof expected, "%" PRIuMAX ":%" PRIuMAX, (uintmax_t)status.st_dev,
             (uintmax_t)status.st_ino);
    return strcmp(expected, journal_stream) == 0;
}

static uint64_t clock_ms(clockid_t clock)
{
    struct timespec now;
    int result = clock_gettime(clock, &now);
    require(result == 0);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

struct log_time logging_clock(void)
{
    return (struct log_time){
        .monotonic_ms = clock_ms(CLOCK_MONOTONIC),
        .wall_ms = clock_ms(CLOCK_REALTIME),
    };
}
