/* The contents of files are no rows of record, so the journal does not prove them. Their own hashes
 * do: a blob's chunks have to be the content that its attachments, which are journaled, name. */
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "server/store/sealed.h"
#include "server/store/verify.h"

static unsigned long long printable(uint64_t number)
{
    return number;
}

/* Calls `look` for each row of a kind whose key could be read. */
static void each_row(struct verification *run, enum row_kind kind,
                     void (*look)(struct verification *run, const union any_row *row))
{
    struct bytes key;
    struct bytes value;
    MDB_cursor_op step = MDB_FIRST;
    uint64_t a = 0;
    uint64_t b = 0;
    while (run->error == ERROR_NONE &&
           cursor_move(run->rows, database_of(kind), step, NULL, &key, &value)) {
        union any_row row;
        /* What is damaged was told when the rows were looked at one by one. */
        if (key_read_row(kind, key, &a, &b) && rows_get(run->rows, kind, a, b, &row)) {
            look(run, &row);
        }
        (void)verify_settle(run);
        arena_reset(&run->arena);
        step = MDB_NEXT;
    }
    (void)verify_settle(run);
}

/* --- One content ----------------------------------------------------------------------------- */

/* Hashes the chunks and gives how many bytes they have; false when one is missing or damaged. */
static bool hash_chunks(struct verification *run, uint64_t blob, uint64_t size,
                        uint8_t ret_hash[CONTENT_HASH_BYTES])
{
    crypto_generichash_state state;
    uint64_t bytes = 0;
    struct row_chunk chunk;
    crypto_generichash_init(&state, NULL, 0, CONTENT_HASH_BYTES);
    for (uint64_t index = 0; bytes < size; index++) {
        if (!rows_get(run->rows, ROW_CHUNK, blob, index, &chunk) || chunk.data.length == 0) {
            (void)verify_settle(run);
            return false;
        }
        crypto_generichash_update(&state, chunk.data.data, chunk.data.length);
        bytes += chunk.data.length;
        arena_reset(&run->arena);
    }
    crypto_generichash_final(&state, ret_hash, CONTENT_HASH_BYTES);
    return bytes == size;
}

/* Which blob each attachment has, sorted: so that counting is one walk for all blobs. */
static void note_holder(struct verification *run, const union any_row *row)
{
    uint64_t *holder =
        row->attachment.blob != 0 ? verify_list_add(run, &run->holders, sizeof *holder) : NULL;
    if (holder != NULL) {
        *holder = row->attachment.blob;
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a;
    uint64_t other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

/* How many are below the number. */
static size_t count_below(const struct verify_list *list, uint64_t number)
{
    const uint64_t *numbers = list->items;
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static uint64_t count_references(const struct verification *run, uint64_t blob)
{
    return count_below(&run->holders, blob + 1) - count_below(&run->holders, blob);
}

static void look_at_blob(struct verification *run, const union any_row *row)
{
    uint64_t id = row->blob.id;
    uint64_t references = row->blob.references;
    uint64_t size = row->blob.size;
    uint8_t expected[CONTENT_HASH_BYTES] = {0};
    uint8_t hash[CONTENT_HASH_BYTES];
    bool sound = row->blob.hash.length == sizeof expected;
    if (sound) {
        memcpy(expected, row->blob.hash.data, sizeof expected);
    }
    sound = sound && hash_chunks(run, id, size, hash) && memcmp(hash, expected, sizeof hash) == 0;
    if (!sound) {
        verify_problem(run, "the content of blob %llu is not what its hash says", printable(id));
    }
    uint64_t counted = count_references(run, id);
    if (counted != references) {
        verify_problem(run, "blob %llu counts %llu attachments, but %llu have it", printable(id),
                       printable(references), printable(counted));
    }
}

/* --- Attachments, chunks, uploads ------------------------------------------------------------ */

static void look_at_attachment(struct verification *run, const union any_row *row)
{
    const struct row_attachment *attachment = &row->attachment;
    struct row_blob blob;
    char hash[2 * CONTENT_HASH_BYTES + 1];
    if (attachment->removed) {
        return;
    }
    bool sound = rows_get(run->rows, ROW_BLOB, attachment->blob, 0, &blob) &&
                 blob.hash.length == CONTENT_HASH_BYTES && blob.size == attachment->size &&
                 attachment->hash.length == sizeof hash - 1;
    if (sound) {
        (void)sodium_bin2hex(hash, sizeof hash, blob.hash.data, blob.hash.length);
        sound = memcmp(hash, attachment->hash.data, sizeof hash - 1) == 0;
    }
    if (!sound) {
        verify_problem(run, "attachment %llu of ticket %llu has lost its content",
                       printable(attachment->id), printable(attachment->ticket));
    }
}

static void look_at_chunk(struct verification *run, const union any_row *row)
{
    struct row_blob blob;
    struct row_upload upload;
    uint64_t id = row->chunk.blob;
    uint64_t index = row->chunk.index;
    if (!rows_get(run->rows, ROW_BLOB, id, 0, &blob) &&
        !rows_get(run->rows, ROW_UPLOAD, id, 0, &upload)) {
        verify_problem(run, "chunk %llu of blob %llu belongs to nothing", printable(index),
                       printable(id));
    }
}

static void look_at_upload(struct verification *run, const union any_row *row)
{
    uint8_t hash[CONTENT_HASH_BYTES];
    uint64_t id = row->upload.id;
    if (!hash_chunks(run, id, row->upload.received, hash)) {
        verify_problem(run, "upload %llu has not what it is said to have received", printable(id));
    }
}

void verify_blobs(struct verification *run)
{
    each_row(run, ROW_ATTACHMENT, note_holder);
    if (run->holders.count > 0) {
        qsort(run->holders.items, run->holders.count, sizeof(uint64_t), compare_numbers);
    }
    each_row(run, ROW_ATTACHMENT, look_at_attachment);
    each_row(run, ROW_BLOB, look_at_blob);
    each_row(run, ROW_CHUNK, look_at_chunk);
    each_row(run, ROW_UPLOAD, look_at_upload);
    free(run->holders.items);
    run->holders = (struct verify_list){.count = 0};
}
