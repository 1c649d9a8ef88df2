#include "server/console/offline.h"

#include <string.h>

#include "proto/require.h"
#include "server/log/log.h"
#include "server/logging.h"
#include "server/writer.h"

struct offline {
    struct writer *writer;
    enum error error;
    void (*on_settled)(void *context, const struct outcome *outcome);
    void *context;
};

enum error offline_time(struct store *store, uint64_t *ret_time_ms)
{
    struct arena arena = {0};
    struct rows *rows;
    struct journal_entry last;
    uint64_t time_ms = logging_clock().wall_ms;
    enum error error = store_read_begin(store, &arena, &rows);
    if (error != ERROR_NONE) {
        return error;
    }
    if (rows_sequence(rows) > 0 && rows_journal(rows, rows_sequence(rows), &last) &&
        last.header.time_ms > time_ms) {
        time_ms = last.header.time_ms;
    }
    error = rows_error(rows);
    store_read_end(rows);
    arena_finish(&arena);
    if (error == ERROR_NONE) {
        *ret_time_ms = time_ms;
    }
    return error;
}

static void on_ordered(void *context, uint64_t position, struct submission *submission)
{
    struct offline *offline = context;
    submission->position = position;
    offline->error = writer_enqueue(offline->writer, submission);
    if (offline->error != ERROR_NONE) {
        submission_destroy(submission);
    }
}

static void on_settled(void *context, struct batch *batch)
{
    struct offline *offline = context;
    offline->error = batch->error;
    if (batch->error == ERROR_NONE) {
        offline->on_settled(offline->context, &batch->first->outcome);
    }
}

static void on_fatal(void *context, enum error error)
{
    struct offline *offline = context;
    offline->error = error;
    writer_destroy(offline->writer);
    offline->writer = NULL;
}

static void on_drained(void *context)
{
    (void)context;
}

enum error offline_run(struct store *store, struct submission *submission,
                       void (*on_outcome)(void *context, const struct outcome *outcome),
                       void *context)
{
    struct offline offline = {.on_settled = on_outcome, .context = context};
    struct log_position position = store_log_position(store);
    struct log_callbacks callbacks = {.context = &offline, .on_ordered = on_ordered};
    struct log *log = NULL;
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        submission_destroy(submission);
        return ERROR_NO_MEMORY;
    }
    struct writer_settings settings = {
        .loop = &loop,
        .store = store,
        .batch_max = 1,
        .queue_max = 1,
        .context = &offline,
        .on_settled = on_settled,
        .on_fatal = on_fatal,
    };
    memcpy(settings.epoch, position.epoch, EPOCH_BYTES);
    offline.error = log_local_open(&position, &callbacks, &log);
    if (offline.error == ERROR_NONE) {
        offline.error = writer_create(&settings, &offline.writer);
    }
    if (offline.error == ERROR_NONE) {
        (void)log_submit(log, submission); /* a log that was just opened takes it */
        writer_drain(offline.writer, on_drained);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    } else {
        submission_destroy(submission);
    }
    writer_destroy(offline.writer);
    log_close(log);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&loop) == 0);
    return offline.error;
}
