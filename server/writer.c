/* Two queues and a signal lie between the loop and the writer's thread: submissions one way,
 * settled batches the other. One mutex guards both; nothing else is shared. */
#include "server/writer.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "server/core/limits.h"

enum { BATCHES_KEPT = 2 /* used ones whose memory waits for the next */ };

/* A batch on its way back to the loop. */
struct settled {
    struct settled *next;
    struct batch batch;
};

struct writer {
    struct writer_settings settings;
    pthread_t thread;
    uv_async_t *signal; /* freed by its own close callback */
    bool joined;
    bool *damaged; /* the thread's: batch_max flags, see run_batch */

    atomic_size_t waiting;
    atomic_size_t waiting_bytes;

    pthread_mutex_t mutex;
    pthread_cond_t arrived;
    /* Guarded by the mutex: */
    struct submission *first;
    struct submission **last;
    struct settled *settled_first;
    struct settled **settled_last;
    struct settled *kept; /* empty, to be used again */
    size_t kept_count;
    bool draining;  /* commit what is queued, then end */
    bool abandoned; /* end at once */
    bool ended;     /* the thread is about to return */
    enum error fatal;

    /* The loop's */
    bool fatal_told;
    void (*on_drained)(void *context);
};

/* --- The thread ------------------------------------------------------------------------------ */

static void apply_one(struct rows *rows, struct submission *submission)
{
    const struct command *command = &submission->command;
    const struct journal_header header = {
        .time_ms = command->time_ms,
        .acting_for = command->origin.acting_for,
        .sign_in = command->origin.sign_in,
        .console = command->origin.console,
        .gateway = command->origin.gateway,
        .command = command->method,
        .source = command->origin.source,
    };
    store_command_begin(rows, &header);
    core_apply(rows, command, &submission->outcome);
    store_command_end(rows, &submission->entry);
    core_settle(rows, command, &submission->outcome, submission->entry.header.sequence);
}

static void refuse_damaged(struct submission *submission)
{
    submission->outcome = (struct outcome){.verdict = ERROR_DATA_DAMAGED};
    submission->entry = (struct journal_entry){0};
}

/* Applies every command that is not marked; a command that meets damage is marked and ends the
 * run. Gives the last submission. */
static struct submission *apply_all(struct rows *rows, struct batch *batch, bool *damaged)
{
    struct submission *last = batch->first;
    size_t i = 0;
    for (struct submission *one = batch->first; one != NULL; one = one->next, i++) {
        last = one;
        if (damaged[i]) {
            refuse_damaged(one);
            continue;
        }
        one->outcome = (struct outcome){0};
        apply_one(rows, one);
        if (rows_error(rows) != ERROR_NONE) {
            damaged[i] = rows_error(rows) == ERROR_DATA_DAMAGED;
            break;
        }
    }
    return last;
}

/* One transaction. ERROR_NONE, or why nothing of it happened. */
static enum error transact(struct writer *writer, struct batch *batch, bool forgets)
{
    struct rows *rows;
    enum error error = store_write_begin(writer->settings.store, &batch->arena, &rows);
    if (error != ERROR_NONE) {
        return error;
    }
    struct submission *last = apply_all(rows, batch, writer->damaged);
    /* Twice as many as came in: verdicts that ran out never pile up, and no batch is slow. */
    if (forgets && last->command.time_ms > OPERATION_KEPT_MS && rows_error(rows) == ERROR_NONE) {
        store_forget_operations(rows, last->command.time_ms - OPERATION_KEPT_MS,
                                2 * batch->count + 1);
    }
    error = rows_error(rows);
    if (error != ERROR_NONE) {
        store_write_abort(rows);
        return error;
    }
    struct log_position position = {.position = last->position};
    memcpy(position.epoch, writer->settings.epoch, EPOCH_BYTES);
    return store_write_commit(rows, &position);
}

static bool any_new_mark(const bool *damaged, size_t count, size_t *marks)
{
    size_t now = 0;
    for (size_t i = 0; i < count; i++) {
        now += damaged[i] ? 1 : 0;
    }
    bool more = now > *marks;
    *marks = now;
    return more;
}

/* Until it is settled: a batch with a command that meets damaged data is taken back and run again
 * without that command, so one bad row stops only what needs it. */
static enum error run_batch(struct writer *writer, struct batch *batch)
{
    size_t marks = 0;
    bool forgets = true;
    memset(writer->damaged, 0, batch->count * sizeof *writer->damaged);
    for (;;) {
        arena_reset(&batch->arena);
        enum error error = transact(writer, batch, forgets);
        if (error != ERROR_DATA_DAMAGED) {
            return error;
        }
        if (!any_new_mark(writer->damaged, batch->count, &marks)) {
            if (!forgets) {
                return error;
            }
            forgets = false;
        }
    }
}

/* Room for the disk or for memory may come back, and nothing has changed; after anything else what
 * is on disk is not known. */
static bool is_refusal(enum error error)
{
    return error == ERROR_DISK_FULL || error == ERROR_NO_MEMORY;
}

static size_t bytes_of(const struct submission *submission)
{
    return submission->arena.used_bytes;
}

static bool exceeds(size_t bytes, size_t max)
{
    return max != 0 && bytes > max;
}

/* The mutex is held. */
static void take_batch(struct writer *writer, struct batch *batch)
{
    struct submission **end = &writer->first;
    size_t bytes = 0;
    while (*end != NULL && batch->count < writer->settings.batch_max) {
        if (batch->count > 0 && exceeds(bytes + bytes_of(*end), writer->settings.batch_bytes_max)) {
            break;
        }
        bytes += bytes_of(*end);
        end = &(*end)->next;
        batch->count++;
    }
    batch->first = writer->first;
    writer->first = *end;
    *end = NULL;
    if (writer->first == NULL) {
        writer->last = &writer->first;
    }
    atomic_fetch_sub(&writer->waiting, batch->count);
    atomic_fetch_sub(&writer->waiting_bytes, bytes);
}

/* Waits for work. NULL when the thread has to end. */
static struct settled *next_batch(struct writer *writer)
{
    struct settled *settled = NULL;
    (void)pthread_mutex_lock(&writer->mutex);
    while (writer->first == NULL && !writer->draining && !writer->abandoned) {
        (void)pthread_cond_wait(&writer->arrived, &writer->mutex);
    }
    if (writer->first != NULL && !writer->abandoned) {
        settled = writer->kept;
        if (settled != NULL) {
            writer->kept = settled->next;
            writer->kept_count--;
            settled->next = NULL;
        } else {
            settled = calloc(1, sizeof *settled);
        }
        if (settled != NULL) {
            take_batch(writer, &settled->batch);
        } else {
            writer->fatal = ERROR_NO_MEMORY;
        }
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return settled;
}

static void hand_back(struct writer *writer, struct settled *settled, enum error fatal)
{
    (void)pthread_mutex_lock(&writer->mutex);
    *writer->settled_last = settled;
    writer->settled_last = &settled->next;
    writer->fatal = fatal;
    (void)pthread_mutex_unlock(&writer->mutex);
    (void)uv_async_send(writer->signal);
}

static void *writer_run(void *argument)
{
    struct writer *writer = argument;
    enum error fatal = ERROR_NONE;
    struct settled *settled = next_batch(writer);
    while (settled != NULL) {
        enum error error = run_batch(writer, &settled->batch);
        settled->batch.error = error;
        fatal = error == ERROR_NONE || is_refusal(error) ? ERROR_NONE : error;
        hand_back(writer, settled, fatal);
        settled = fatal == ERROR_NONE ? next_batch(writer) : NULL;
    }
    (void)pthread_mutex_lock(&writer->mutex);
    writer->ended = true;
    (void)pthread_mutex_unlock(&writer->mutex);
    (void)uv_async_send(writer->signal);
    return NULL;
}

/* --- The loop -------------------------------------------------------------------------------- */

static void destroy_submissions(struct submission *first)
{
    while (first != NULL) {
        struct submission *next = first->next;
        submission_destroy(first);
        first = next;
    }
}

static void settled_destroy(struct settled *settled)
{
    destroy_submissions(settled->batch.first);
    arena_finish(&settled->batch.arena);
    free(settled);
}

/* Gives the memory of a delivered batch to the next one. */
static void settled_recycle(struct writer *writer, struct settled *settled)
{
    destroy_submissions(settled->batch.first);
    struct arena arena = settled->batch.arena;
    arena_reset(&arena);
    *settled = (struct settled){.batch.arena = arena};
    (void)pthread_mutex_lock(&writer->mutex);
    bool keep = writer->kept_count < BATCHES_KEPT;
    if (keep) {
        settled->next = writer->kept;
        writer->kept = settled;
        writer->kept_count++;
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    if (!keep) {
        settled_destroy(settled);
    }
}

static void signal_closed(uv_handle_t *handle)
{
    free(handle);
}

static void signal_closed_drained(uv_handle_t *handle)
{
    struct writer *writer = handle->data;
    free(handle);
    if (writer != NULL) {
        writer->signal = NULL;
        writer->on_drained(writer->settings.context);
    }
}

static void join(struct writer *writer)
{
    if (!writer->joined) {
        (void)pthread_join(writer->thread, NULL);
        writer->joined = true;
    }
}

/* Several signals may arrive as one: everything that is there is taken. */
static void on_signal(uv_async_t *signal)
{
    struct writer *writer = signal->data;
    (void)pthread_mutex_lock(&writer->mutex);
    struct settled *settled = writer->settled_first;
    writer->settled_first = NULL;
    writer->settled_last = &writer->settled_first;
    bool ended = writer->ended;
    enum error fatal = writer->fatal;
    (void)pthread_mutex_unlock(&writer->mutex);

    while (settled != NULL) {
        struct settled *next = settled->next;
        enum error error = settled->batch.error;
        /* Whether a batch that failed otherwise is on disk is not known: nobody is answered. */
        if (error == ERROR_NONE || is_refusal(error)) {
            writer->settings.on_settled(writer->settings.context, &settled->batch);
        }
        settled_recycle(writer, settled);
        settled = next;
    }
    if (!ended) {
        return;
    }
    join(writer);
    if (fatal != ERROR_NONE && !writer->fatal_told) {
        writer->fatal_told = true;
        writer->settings.on_fatal(writer->settings.context, fatal);
    } else if (fatal == ERROR_NONE && writer->on_drained != NULL &&
               !uv_is_closing((uv_handle_t *)signal)) {
        uv_close((uv_handle_t *)signal, signal_closed_drained);
    }
}

static enum error start_thread(struct writer *writer)
{
    if (pthread_mutex_init(&writer->mutex, NULL) != 0) {
        return ERROR_SYSTEM;
    }
    if (pthread_cond_init(&writer->arrived, NULL) != 0) {
        (void)pthread_mutex_destroy(&writer->mutex);
        return ERROR_SYSTEM;
    }
    if (pthread_create(&writer->thread, NULL, writer_run, writer) != 0) {
        (void)pthread_cond_destroy(&writer->arrived);
        (void)pthread_mutex_destroy(&writer->mutex);
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

enum error writer_create(const struct writer_settings *settings, struct writer **ret_writer)
{
    require(settings->batch_max > 0 && settings->queue_max > 0);
    require(settings->on_settled != NULL && settings->on_fatal != NULL);
    struct writer *writer = calloc(1, sizeof *writer);
    uv_async_t *signal = calloc(1, sizeof *signal);
    bool *damaged = calloc(settings->batch_max, sizeof *damaged);
    if (writer == NULL || signal == NULL || damaged == NULL ||
        uv_async_init(settings->loop, signal, on_signal) != 0) {
        free(damaged);
        free(signal);
        free(writer);
        return ERROR_NO_MEMORY;
    }
    writer->settings = *settings;
    writer->damaged = damaged;
    writer->signal = signal;
    writer->last = &writer->first;
    writer->settled_last = &writer->settled_first;
    signal->data = writer;
    enum error error = start_thread(writer);
    if (error != ERROR_NONE) {
        uv_close((uv_handle_t *)signal, signal_closed);
        free(damaged);
        free(writer);
        return error;
    }
    *ret_writer = writer;
    return ERROR_NONE;
}

enum error writer_enqueue(struct writer *writer, struct submission *submission)
{
    size_t bytes = bytes_of(submission);
    if (atomic_load(&writer->waiting) >= writer->settings.queue_max ||
        exceeds(atomic_load(&writer->waiting_bytes) + bytes, writer->settings.queue_bytes_max)) {
        return ERROR_BUSY;
    }
    submission->next = NULL;
    (void)pthread_mutex_lock(&writer->mutex);
    bool taken = !writer->draining && !writer->ended;
    if (taken) {
        *writer->last = submission;
        writer->last = &submission->next;
        atomic_fetch_add(&writer->waiting, 1);
        atomic_fetch_add(&writer->waiting_bytes, bytes);
        (void)pthread_cond_signal(&writer->arrived);
    }
    (void)pthread_mutex_unlock(&writer->mutex);
    return taken ? ERROR_NONE : ERROR_SHUTTING_DOWN;
}

size_t writer_waiting(const struct writer *writer)
{
    return atomic_load(&writer->waiting);
}

void writer_drain(struct writer *writer, void (*on_drained)(void *context))
{
    require(on_drained != NULL && writer->on_drained == NULL);
    writer->on_drained = on_drained;
    (void)pthread_mutex_lock(&writer->mutex);
    writer->draining = true;
    (void)pthread_cond_signal(&writer->arrived);
    (void)pthread_mutex_unlock(&writer->mutex);
}

void writer_destroy(struct writer *writer)
{
    if (writer == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&writer->mutex);
    writer->abandoned = true;
    (void)pthread_cond_signal(&writer->arrived);
    (void)pthread_mutex_unlock(&writer->mutex);
    join(writer);
    if (writer->signal != NULL) {
        writer->signal->data = NULL;
        if (!uv_is_closing((uv_handle_t *)writer->signal)) {
            uv_close((uv_handle_t *)writer->signal, signal_closed);
        }
    }
    destroy_submissions(writer->first);
    for (struct settled *list = writer->settled_first; list != NULL;) {
        struct settled *next = list->next;
        settled_destroy(list);
        list = next;
    }
    for (struct settled *list = writer->kept; list != NULL;) {
        struct settled *next = list->next;
        settled_destroy(list);
        list = next;
    }
    (void)pthread_cond_destroy(&writer->arrived);
    (void)pthread_mutex_destroy(&writer->mutex);
    free(writer->damaged);
    free(writer);
}
