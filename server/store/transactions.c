/* Transactions: snapshots for readers, kept and renewed; and the writer's batches. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "proto/require.h"
#include "server/store/journal.h"
#include "server/store/meta.h"
#include "server/store/sealed.h"

enum { BATCHES_A_READER_CHECK = 1024 };

struct log_position store_log_position(const struct store *store)
{
    struct store_shared *shared = store->shared;
    (void)pthread_mutex_lock(&shared->mutex);
    struct log_position position = shared->committed;
    (void)pthread_mutex_unlock(&shared->mutex);
    return position;
}

/* --- Reading --------------------------------------------------------------------------------- */

static struct rows *take_idle_reader(struct store_shared *shared)
{
    (void)pthread_mutex_lock(&shared->mutex);
    struct rows *reader = shared->idle_readers;
    if (reader != NULL) {
        shared->idle_readers = reader->next;
    }
    (void)pthread_mutex_unlock(&shared->mutex);
    return reader;
}

static void reader_destroy(struct rows *reader)
{
    cursors_close(reader);
    if (reader->txn != NULL) {
        mdb_txn_abort(reader->txn);
    }
    free(reader);
}

static enum error reader_renew(struct rows *reader)
{
    int code = mdb_txn_renew(reader->txn);
    for (size_t i = 0; code == MDB_SUCCESS && i < DATABASE_COUNT; i++) {
        if (reader->cursors[i] != NULL) {
            code = mdb_cursor_renew(reader->txn, reader->cursors[i]);
        }
    }
    return error_of_lmdb(code);
}

static enum error reader_create(struct store *store, struct rows **ret_reader)
{
    struct rows *reader = calloc(1, sizeof *reader);
    if (reader == NULL) {
        return ERROR_NO_MEMORY;
    }
    reader->store = store;
    enum error error = error_of_lmdb(mdb_txn_begin(store->env, NULL, MDB_RDONLY, &reader->txn));
    if (error != ERROR_NONE) {
        free(reader);
        return error;
    }
    *ret_reader = reader;
    return ERROR_NONE;
}

enum error store_read_begin(struct store *store, struct arena *arena, struct rows **ret_rows)
{
    struct rows *reader = take_idle_reader(store->shared);
    enum error error;
    if (reader == NULL) {
        error = reader_create(store, &reader);
    } else {
        error = reader_renew(reader);
        if (error != ERROR_NONE) {
            reader_destroy(reader);
        }
    }
    if (error != ERROR_NONE) {
        return error;
    }
    reader->arena = arena;
    reader->error = ERROR_NONE;
    reader->work = 0;
    reader->has_state = false;
    *ret_rows = reader;
    return ERROR_NONE;
}

void store_read_end(struct rows *rows)
{
    if (rows == NULL) {
        return;
    }
    require(!rows->writing);
    mdb_txn_reset(rows->txn);
    rows->arena = NULL;
    struct store_shared *shared = rows->store->shared;
    (void)pthread_mutex_lock(&shared->mutex);
    rows->next = shared->idle_readers;
    shared->idle_readers = rows;
    (void)pthread_mutex_unlock(&shared->mutex);
}

/* --- Writing --------------------------------------------------------------------------------- */

enum error store_write_begin(struct store *store, struct arena *arena, struct rows **ret_rows)
{
    struct rows *rows = store->writer;
    require(rows->txn == NULL);
    /* A verification or backup that was killed leaves its snapshot behind, and no page that it
     * could see would ever be used again. */
    int dead;
    if (store->batches++ % BATCHES_A_READER_CHECK == 0) {
        (void)mdb_reader_check(store->env, &dead);
    }
    MDB_txn *txn;
    enum error error = error_of_lmdb(mdb_txn_begin(store->env, NULL, 0, &txn));
    if (error != ERROR_NONE) {
        return error;
    }
    rows->txn = txn;
    rows->arena = arena;
    rows->error = ERROR_NONE;
    rows->has_state = false;
    rows->draft = (struct draft){0};
    *ret_rows = rows;
    return ERROR_NONE;
}

void store_command_begin(struct rows *rows, const struct journal_header *header)
{
    journal_begin(rows, header);
}

void store_command_end(struct rows *rows, struct journal_entry *ret_entry)
{
    journal_end(rows, ret_entry);
}

/* An operation's id begins with its time in milliseconds, 48 bits of it. */
static uint64_t operation_ms(uint64_t high)
{
    return high >> 16;
}

void store_forget_operations(struct rows *rows, uint64_t before_ms, size_t most)
{
    require(rows->writing && !rows->draft.open);
    uint64_t high = 0;
    uint64_t low = 0;
    struct bytes name;
    struct bytes value;
    for (size_t i = 0; i < most; i++) {
        struct key key = key_of_row(ROW_OPERATION, high, low);
        struct row_operation row;
        if (!cursor_move(rows, database_of(ROW_OPERATION), MDB_SET_RANGE, &key, &name, &value) ||
            !key_read_row(ROW_OPERATION, name, &high, &low) || operation_ms(high) >= before_ms ||
            !rows_get(rows, ROW_OPERATION, high, low, &row)) {
            return;
        }
        if (row.time_ms < before_ms) {
            rows_remove(rows, ROW_OPERATION, high, low);
        }
        if (++low == 0) {
            high++;
        }
    }
}

static void writer_release(struct rows *rows)
{
    rows->txn = NULL;
    rows->arena = NULL;
    rows->draft = (struct draft){0};
}

void store_write_abort(struct rows *rows)
{
    if (rows == NULL) {
        return;
    }
    require(rows->writing && rows->txn != NULL);
    cursors_close(rows);
    mdb_txn_abort(rows->txn);
    writer_release(rows);
}

/* LMDB may count a page as used that it never wrote, when the same transaction took it and let it
 * go. If that were the last page, the file would be shorter than its meta page says: to
 * length_check it would look cut off. So the file is kept longer, as a hole, before that can be. */
static enum error keep_file_long(struct store *store)
{
    const uint64_t ahead_bytes = 16 << 20;
    MDB_envinfo info;
    (void)mdb_env_info(store->env, &info);
    uint64_t needed = (info.me_last_pgno + 1) * store->page_bytes + ahead_bytes / 2;
    if (store->file_bytes >= needed) {
        return ERROR_NONE;
    }
    int file;
    struct stat facts;
    if (mdb_env_get_fd(store->env, &file) != MDB_SUCCESS || fstat(file, &facts) != 0) {
        return ERROR_SYSTEM;
    }
    store->file_bytes = (uint64_t)facts.st_size;
    if (store->file_bytes < needed) {
        if (ftruncate(file, (off_t)(needed + ahead_bytes / 2)) != 0) {
            return error_of_lmdb(errno);
        }
        store->file_bytes = needed + ahead_bytes / 2;
    }
    return ERROR_NONE;
}

/* LMDB says EIO when the disk took only the first part of a value of several pages, which is what
 * a disk does that has just become full. Nothing is lost: the meta page is written last, so what
 * was written before it belongs to nobody. */
static bool disk_has_room(const struct store *store)
{
    const uint64_t least_bytes = 256 << 10;
    int file;
    struct statvfs facts;
    return mdb_env_get_fd(store->env, &file) == MDB_SUCCESS && fstatvfs(file, &facts) == 0 &&
           (uint64_t)facts.f_bavail * facts.f_frsize >= least_bytes;
}

static enum error commit(struct rows *rows)
{
    int code = mdb_txn_commit(rows->txn);
    return code == EIO && !disk_has_room(rows->store) ? ERROR_DISK_FULL : error_of_lmdb(code);
}

enum error store_write_commit(struct rows *rows, const struct log_position *position)
{
    require(rows->writing && rows->txn != NULL && !rows->draft.open);
    struct store *store = rows->store;
    (void)rows_state(rows);
    rows->state.log = *position;
    meta_write_state(rows, &rows->state);
    enum error error = rows->error != ERROR_NONE ? rows->error : keep_file_long(store);
    if (error != ERROR_NONE) {
        store_write_abort(rows);
        return error;
    }
    cursors_close(rows);
    error = commit(rows);
    writer_release(rows);
    if (error == ERROR_NONE) {
        (void)pthread_mutex_lock(&store->shared->mutex);
        store->shared->committed = *position;
        (void)pthread_mutex_unlock(&store->shared->mutex);
    }
    return error;
}
