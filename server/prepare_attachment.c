/* What has arrived of a file is hashed off the loop, before the command that attaches it: the core
 * only compares. All that a snapshot has of an upload stays as it is, chunks are only added; so a
 * hash over all of them still holds when the command runs. */
#include "proto/content_hash.h"
#include "server/core/attachment.h"
#include "server/prepare.h"
#include "server/snapshot.h"

/* One hash on its way; lives in the submission's arena. */
struct hashing {
    struct store *store;
    uint64_t upload;
    uint64_t chunk_count;
    uint8_t hash[CONTENT_HASH_BYTES];
};

static enum error hash_chunks(struct hashing *hashing)
{
    struct content_hash hash;
    struct arena arena = {0};
    struct rows *rows;
    enum error error = store_read_begin(hashing->store, &arena, &rows);
    if (error != ERROR_NONE) {
        return error;
    }
    content_hash_begin(&hash);
    for (uint64_t index = 0; index < hashing->chunk_count; index++) {
        struct row_chunk chunk;
        /* One that is missing gives another hash, which the core refuses. */
        if (rows_get(rows, ROW_CHUNK, hashing->upload, index, &chunk)) {
            content_hash_add(&hash, chunk.data.data, chunk.data.length);
        }
        arena_reset(&arena);
    }
    content_hash_end(&hash, hashing->hash);
    error = rows_error(rows);
    store_read_end(rows);
    arena_finish(&arena);
    return error;
}

/* On a thread of the pool. */
static void hash_upload(struct password_job *job)
{
    job->error = hash_chunks(job->other_context);
}

enum error prepare_attachment_finish(struct preparation *preparation, struct session *session,
                                     struct failure *ret_failure)
{
    (void)session;
    (void)ret_failure;
    struct submission *submission = preparation->submission;
    const struct attachment_finish *request = submission->command.request;
    struct row_upload upload;
    if (!rows_get(preparation->rows, ROW_UPLOAD, request->upload, 0, &upload) ||
        upload.account != preparation->viewer->account.id || upload.received != upload.size) {
        return ERROR_NONE; /* for the core to refuse */
    }
    struct hashing *hashing = arena_alloc(&submission->arena, sizeof *hashing);
    if (hashing == NULL) {
        return ERROR_NO_MEMORY;
    }
    *hashing = (struct hashing){.store = preparation->settings->snapshot->store,
                                .upload = upload.id,
                                .chunk_count = chunk_count_of(upload.size)};
    preparation->job.other = hash_upload;
    preparation->work = upload.size;
    preparation->job.other_context = hashing;
    submission->command.prepared.content_hash =
        (struct bytes){.data = hashing->hash, .length = CONTENT_HASH_BYTES};
    return ERROR_NONE;
}
