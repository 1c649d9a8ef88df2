/* The spine, on a thread of its own: takes what the log has ordered, a batch at a time, runs each
 * command through the core inside one transaction, commits once, and hands the settled batch back
 * to the loop. Everything that arrives while a commit is on its way goes into the next batch. */
#ifndef TTYDESK_SERVER_WRITER_H
#define TTYDESK_SERVER_WRITER_H

#include <uv.h>

#include "server/store/store.h"
#include "server/submission.h"

struct batch {
    struct submission *first; /* in order of position */
    size_t count;
    enum error error;   /* not ERROR_NONE: the commit failed and nothing of it happened */
    struct arena arena; /* outcomes and journal entries of its submissions */
};

struct writer_settings {
    uv_loop_t *loop;
    struct store *store;
    uint8_t epoch[EPOCH_BYTES];
    size_t batch_max; /* commands in one transaction */
    size_t queue_max; /* commands waiting */
    /* Memory of a batch's commands, but for a single one, and of all that wait; 0: no bound. */
    size_t batch_bytes_max;
    size_t queue_bytes_max;
    void *context;
    /* On the loop's thread, after the commit, in order. The batch is borrowed for the call, then
     * destroyed with its submissions. */
    void (*on_settled)(void *context, struct batch *batch);
    /* On the loop's thread: the store can no longer be trusted; the process has to end. */
    void (*on_fatal)(void *context, enum error error);
};

struct writer;

enum error writer_create(const struct writer_settings *settings, struct writer **ret_writer);

/* Puts an ordered submission into the queue and takes it over. ERROR_BUSY when the queue is full,
 * ERROR_SHUTTING_DOWN after writer_drain or on_fatal: it still belongs to the caller. */
enum error writer_enqueue(struct writer *writer, struct submission *submission);

size_t writer_waiting(const struct writer *writer);

/* Commits what is queued, then ends the thread; on_drained is called on the loop's thread after
 * the last on_settled. */
void writer_drain(struct writer *writer, void (*on_drained)(void *context));

/* Ends the thread after the batch it is at, without committing what is queued, and frees what was
 * not delivered. The loop has to turn once more to let go of the signal. Accepts NULL. */
void writer_destroy(struct writer *writer);

#endif
