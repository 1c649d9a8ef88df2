#include "server/store/environment.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include "proto/require.h"
#include "server/store/files.h"
#include "server/store/journal.h"
#include "server/store/meta.h"
#include "server/store/sealed.h"

static const uint64_t map_bytes_default = UINT64_C(1) << 40;

static enum error report_lmdb(struct store_report *report, int code, const char *action,
                              const char *path)
{
    return report_error(report, error_of_lmdb(code), "could not %s %.300s: %s", action, path,
                        mdb_strerror(code));
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    if (store->shared != NULL) {
        while (store->shared->idle_readers != NULL) {
            struct rows *reader = store->shared->idle_readers;
            store->shared->idle_readers = reader->next;
            cursors_close(reader);
            mdb_txn_abort(reader->txn);
            free(reader);
        }
        (void)pthread_mutex_destroy(&store->shared->mutex);
        free(store->shared);
    }
    if (store->writer != NULL) {
        buffer_finish(&store->writer->value);
        sodium_memzero(store->writer, sizeof *store->writer);
        free(store->writer);
    }
    if (store->env != NULL) {
        mdb_env_close(store->env);
    }
    if (store->lock_file >= 0) {
        (void)close(store->lock_file);
    }
    free(store);
}

static struct store *store_allocate(void)
{
    struct store *store = calloc(1, sizeof *store);
    if (store == NULL) {
        return NULL;
    }
    store->lock_file = -1;
    store->writer = calloc(1, sizeof *store->writer);
    store->shared = calloc(1, sizeof *store->shared);
    if (store->writer == NULL || store->shared == NULL ||
        pthread_mutex_init(&store->shared->mutex, NULL) != 0) {
        free(store->shared);
        store->shared = NULL;
        store_close(store);
        return NULL;
    }
    store->writer->store = store;
    store->writer->writing = true;
    return store;
}

static int open_map(struct store *store, const struct environment_settings *settings)
{
    unsigned flags = MDB_NOSUBDIR | MDB_NOTLS;
    flags |= settings->no_sync ? MDB_NOSYNC : 0u;
    flags |= settings->alone ? MDB_NOLOCK : 0u;
    int code = mdb_env_create(&store->env);
    if (code == MDB_SUCCESS) {
        uint64_t bytes = settings->map_bytes != 0 ? settings->map_bytes : map_bytes_default;
        code = mdb_env_set_mapsize(store->env, (size_t)bytes);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_env_set_maxdbs(store->env, DATABASE_COUNT);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_env_set_maxreaders(store->env, READERS_MAX);
    }
    if (code == MDB_SUCCESS) {
        code = mdb_env_open(store->env, settings->path, flags, 0600);
    }
    int dead;
    if (code == MDB_SUCCESS) {
        code = mdb_reader_check(store->env, &dead);
    }
    return code;
}

/* A desk of another format may lack some, and is better told so than that it is damaged. */
static int open_databases(struct store *store, MDB_txn *txn, unsigned flags)
{
    for (int i = 0; i < DATABASE_COUNT; i++) {
        const char *name = database_name((enum database)i);
        int code =
            name != NULL ? mdb_dbi_open(txn, name, flags, &store->databases[i]) : MDB_SUCCESS;
        if (code == MDB_NOTFOUND && i != DATABASE_META) {
            store->lacks_databases = true;
        } else if (code != MDB_SUCCESS) {
            return code;
        }
    }
    return MDB_SUCCESS;
}

static enum error environment_prepare(const struct environment_settings *settings, bool create,
                                      struct store **ret_store, struct store_report *ret_report)
{
    struct store *store = sodium_init() >= 0 ? store_allocate() : NULL;
    if (store == NULL) {
        return report_error(ret_report, ERROR_NO_MEMORY, "out of memory");
    }
    int code = open_map(store, settings);
    MDB_txn *txn = NULL;
    if (code == MDB_SUCCESS) {
        code = mdb_txn_begin(store->env, NULL, create ? 0 : MDB_RDONLY, &txn);
    }
    if (code == MDB_SUCCESS) {
        code = open_databases(store, txn, create ? MDB_CREATE : 0);
        if (code == MDB_SUCCESS) {
            code = mdb_txn_commit(txn);
        } else {
            mdb_txn_abort(txn);
            code = code == MDB_NOTFOUND ? MDB_INVALID : code;
        }
    }
    if (code != MDB_SUCCESS) {
        store_close(store);
        return report_lmdb(ret_report, code, "open", settings->path);
    }
    MDB_stat facts;
    (void)mdb_env_stat(store->env, &facts);
    store->page_bytes = facts.ms_psize;
    *ret_store = store;
    return ERROR_NONE;
}

/* Reads what every use needs: which desk it is, and where the log stands. */
static enum error environment_identify(struct store *store, struct store_report *ret_report)
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows *rows;
    enum error error = store_read_begin(store, &arena, &rows);
    if (error != ERROR_NONE) {
        arena_finish(&arena);
        return report_error(ret_report, error, "could not read the desk: %s",
                            error_sentence(error));
    }
    struct store_desk desk = {0};
    bool known = meta_read_desk(rows, &desk);
    store->shared->committed = rows_state(rows)->log;
    error = rows_error(rows);
    store_read_end(rows);
    arena_finish(&arena);
    if (error != ERROR_NONE || !known) {
        return report_error(ret_report, ERROR_DATA_DAMAGED,
                            "the desk's own record is damaged; restore it from a backup");
    }
    if (desk.schema != SCHEMA_VERSION) {
        return report_error(ret_report, ERROR_SYSTEM,
                            "the desk has format %llu, this program knows format %d",
                            (unsigned long long)desk.schema, SCHEMA_VERSION);
    }
    if (store->lacks_databases) {
        return report_error(ret_report, ERROR_DATA_DAMAGED,
                            "the desk lacks some of its tables; restore it from a backup");
    }
    memcpy(store->desk_id, desk.desk_id, EPOCH_BYTES);
    return ERROR_NONE;
}

enum error environment_open(const struct environment_settings *settings, struct store **ret_store,
                            struct store_report *ret_report)
{
    struct store *store = NULL;
    enum error error = environment_prepare(settings, false, &store, ret_report);
    if (error != ERROR_NONE) {
        return error;
    }
    require(store != NULL);
    error = environment_identify(store, ret_report);
    if (error != ERROR_NONE) {
        store_close(store);
        return error;
    }
    *ret_store = store;
    return ERROR_NONE;
}

static enum error write_beginning(struct store *store, const uint8_t desk_id[EPOCH_BYTES],
                                  const uint8_t epoch[EPOCH_BYTES])
{
    struct arena arena;
    arena_init(&arena, 0);
    struct rows *rows;
    struct store_state state = {0};
    struct store_desk desk = {.schema = SCHEMA_VERSION};
    memcpy(desk.desk_id, desk_id, EPOCH_BYTES);
    memcpy(state.log.epoch, epoch, EPOCH_BYTES);
    meta_genesis(desk_id, state.head);
    enum error error = store_write_begin(store, &arena, &rows);
    if (error == ERROR_NONE) {
        meta_write_desk(rows, &desk);
        rows->state = state;
        rows->has_state = true;
        error = store_write_commit(rows, &state.log);
    }
    arena_finish(&arena);
    return error;
}

enum error environment_create(const struct environment_settings *settings,
                              const uint8_t desk_id[EPOCH_BYTES], const uint8_t epoch[EPOCH_BYTES],
                              struct store_report *ret_report)
{
    struct store *store = NULL;
    enum error error = environment_prepare(settings, true, &store, ret_report);
    if (error != ERROR_NONE) {
        return error;
    }
    error = write_beginning(store, desk_id, epoch);
    store_close(store);
    if (error != ERROR_NONE) {
        return report_error(ret_report, error, "could not write %.300s: %s", settings->path,
                            error_sentence(error));
    }
    return settings->no_sync ? ERROR_NONE : path_sync(settings->path, ret_report);
}
