#include "server/health.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/attributes.h"
#include "server/config.h"

enum {
    MAP_PERCENT_MAX = 90,
    OLDEST_READER_MAX = 10000, /* commits; a verification or a backup of a large desk stays below */
    OVERDUE_MS_MAX = 60000,
    WAITING_MAX = 2048, /* half of what the writer takes before it refuses */
    MEGABYTE = 1 << 20,
    DISK_MEGABYTES_MIN = 256,
    PATH_BYTES = CONFIG_TEXT_BYTES + sizeof HEALTH_BACKUP_NAME + 1,
};

void health_count_batch(struct health_counts *counts, uint64_t changes, enum error error)
{
    if (error != ERROR_NONE) {
        counts->failed_commits++;
        return;
    }
    counts->batches++;
    counts->changes += changes;
    counts->batch_last = changes;
    if (changes > counts->batch_largest) {
        counts->batch_largest = changes;
    }
}

/* --- The last backup ------------------------------------------------------------------------- */

static bool backup_path(const char *data, char ret_path[PATH_BYTES])
{
    int length = snprintf(ret_path, PATH_BYTES, "%s/" HEALTH_BACKUP_NAME, data);
    return length > 0 && length < (int)PATH_BYTES;
}

bool health_note_backup(const char *data)
{
    char path[PATH_BYTES];
    int file = backup_path(data, path)
                   ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600)
                   : -1;
    if (file < 0) {
        return false;
    }
    bool noted = futimens(file, NULL) == 0;
    return close(file) == 0 && noted;
}

static bool find_backup(const char *data, uint64_t *ret_time_ms)
{
    char path[PATH_BYTES];
    struct stat facts;
    if (!backup_path(data, path) || lstat(path, &facts) != 0) {
        return false;
    }
    *ret_time_ms =
        (uint64_t)facts.st_mtim.tv_sec * 1000 + (uint64_t)facts.st_mtim.tv_nsec / 1000000;
    return true;
}

/* --- Problems -------------------------------------------------------------------------------- */

struct problems {
    struct arena *arena;
    struct health_problem *list; /* HEALTH_PROBLEMS_MAX */
    size_t count;
};

ATTRIBUTE_PRINTF(2, 3)
static void add(struct problems *problems, const char *format, ...)
{
    char sentence[HEALTH_SENTENCE_MAX + 1];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    size_t kept = (size_t)length < sizeof sentence ? (size_t)length : sizeof sentence - 1;
    char *copy = arena_copy(problems->arena, sentence, kept);
    if (copy != NULL && problems->count < HEALTH_PROBLEMS_MAX) {
        problems->list[problems->count++].sentence = (struct text){.data = copy, .length = kept};
    }
}

static void judge(const struct health *health, struct problems *problems)
{
    uint64_t live_bytes = health->used_bytes - health->free_bytes;
    if (health->free_bytes <= health->used_bytes &&
        live_bytes / MAP_PERCENT_MAX >= health->map_bytes / 100) {
        add(problems, "The desk's file is nearly as large as it may get: give [storage] map_size "
                      "more and start the daemon again.");
    }
    if (health->disk_bytes / MEGABYTE < DISK_MEGABYTES_MIN) {
        add(problems, "The disk of the desk has only %" PRIu64 " MB left: make room.",
            health->disk_bytes / MEGABYTE);
    }
    if (health->oldest_reader > OLDEST_READER_MAX) {
        add(problems,
            "A snapshot is %" PRIu64 " commits old, and the file grows until the backup or "
            "verification that holds it ends.",
            health->oldest_reader);
    }
    if (present_has(health->present, HEALTH_NEXT_TIMER) &&
        health->next_timer_ms + OVERDUE_MS_MAX < health->time_ms) {
        add(problems, "A timer has been due for %" PRIu64 " s: the log of the daemon says why.",
            (health->time_ms - health->next_timer_ms) / 1000);
    }
    if (health->waiting > WAITING_MAX) {
        add(problems, "%" PRIu64 " changes wait for the disk, which is too slow for them.",
            health->waiting);
    }
    if (health->failed_commits > 0) {
        add(problems,
            "The disk did not take %" PRIu64 " batches of changes since the daemon was started: "
            "the log of the daemon says why.",
            health->failed_commits);
    }
}

/* --- Putting it together --------------------------------------------------------------------- */

static uint64_t count_deleted(struct rows *rows)
{
    struct row_range range = rows_range(INDEX_TICKETS_DELETED, 0, 0, false);
    uint64_t count = 0;
    for (uint64_t id; count < HEALTH_DELETED_MAX && rows_range_next(rows, &range, &id);) {
        count++;
    }
    return count;
}

static void look_at_rows(struct rows *rows, struct health *health)
{
    struct row_timer timer;
    health->sequence = rows_sequence(rows);
    health->tickets = store_count(rows, ROW_TICKET);
    health->accounts = store_count(rows, ROW_ACCOUNT);
    health->sign_ins = store_count(rows, ROW_SIGN_IN);
    health->uploads = store_count(rows, ROW_UPLOAD);
    health->timers = store_count(rows, ROW_TIMER);
    health->deleted = count_deleted(rows);
    if (rows_first_timer(rows, &timer)) {
        health->next_timer_ms = timer.due_ms;
        present_mark(&health->present, HEALTH_NEXT_TIMER);
    }
}

static void look_at_file(struct rows *rows, struct health *health)
{
    struct store_facts facts;
    store_facts(rows, &facts);
    health->used_bytes = facts.used_bytes;
    health->free_bytes = facts.free_bytes;
    health->map_bytes = facts.map_bytes;
    health->disk_bytes = facts.disk_bytes;
    health->readers = facts.readers;
    health->oldest_reader = facts.oldest_reader;
}

static void look_at_daemon(const struct health_now *now, struct health *health)
{
    health->version = text_of(TTYDESK_VERSION);
    health->time_ms = now->time_ms;
    health->uptime_ms = now->uptime_ms;
    health->connections = now->connections;
    health->signed_in = now->signed_in;
    health->waiting = now->waiting;
    health->changes = now->counts->changes;
    health->batches = now->counts->batches;
    health->batch_last = now->counts->batch_last;
    health->batch_largest = now->counts->batch_largest;
    health->failed_commits = now->counts->failed_commits;
    if (find_backup(now->data, &health->backup_ms)) {
        present_mark(&health->present, HEALTH_BACKUP);
    }
}

enum error health_answer(const struct health_now *now, const struct viewer *viewer,
                         struct rows *rows, struct health *ret_health)
{
    struct problems problems = {.arena = rows_arena(rows)};
    enum error error = permission_check(METHOD_ADMIN_HEALTH, viewer, RELATION_NONE);
    if (error != ERROR_NONE) {
        return error;
    }
    problems.list = arena_array(problems.arena, HEALTH_PROBLEMS_MAX, sizeof *problems.list);
    if (problems.list == NULL) {
        return ERROR_NO_MEMORY;
    }
    *ret_health = (struct health){0};
    look_at_daemon(now, ret_health);
    look_at_rows(rows, ret_health);
    look_at_file(rows, ret_health);
    judge(ret_health, &problems);
    ret_health->problems = (struct list){.items = problems.list, .count = problems.count};
    return ERROR_NONE;
}
