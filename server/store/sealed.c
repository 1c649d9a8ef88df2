#include "server/store/sealed.h"

#include <errno.h>
#include <string.h>

#include "proto/require.h"

enum { VALUE_WORK_BYTES = 1024 }; /* what finding a value costs, in bytes read */

void rows_fail(struct rows *rows, enum error error)
{
    if (rows->error == ERROR_NONE) {
        rows->error = error;
    }
}

enum error error_of_lmdb(int code)
{
    switch (code) {
    case MDB_SUCCESS:
        return ERROR_NONE;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return ERROR_DISK_FULL;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
        return ERROR_DATA_DAMAGED;
    case MDB_READERS_FULL:
        return ERROR_TOO_MANY;
    case ENOMEM:
        return ERROR_NO_MEMORY;
    default:
        return ERROR_SYSTEM;
    }
}

void *rows_alloc(struct rows *rows, size_t size)
{
    void *memory = arena_alloc(rows->arena, size);
    if (memory == NULL) {
        rows_fail(rows, ERROR_NO_MEMORY);
    }
    return memory;
}

/* LMDB takes keys without const but leaves them alone. */
static MDB_val value_of_key(const struct key *key)
{
    return (MDB_val){.mv_size = key->length, .mv_data = (void *)(uintptr_t)key->bytes};
}

bool sealed_get(struct rows *rows, enum database database, const struct key *key,
                struct bytes *ret_body)
{
    if (rows->error != ERROR_NONE) {
        return false;
    }
    MDB_val name = value_of_key(key);
    MDB_val value;
    int code = mdb_get(rows->txn, rows->store->databases[database], &name, &value);
    if (code == MDB_NOTFOUND) {
        return false;
    }
    if (code != MDB_SUCCESS) {
        rows_fail(rows, error_of_lmdb(code));
        return false;
    }
    struct bytes sealed = {.data = value.mv_data, .length = value.mv_size};
    rows->work += sealed.length + VALUE_WORK_BYTES;
    if (!value_open(sealed, database, key, ret_body)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    return true;
}

static void put(struct rows *rows, enum database database, const struct key *key,
                struct bytes content)
{
    require(rows->writing);
    MDB_val name = value_of_key(key);
    MDB_val value = {.mv_size = content.length, .mv_data = (void *)(uintptr_t)content.data};
    rows_fail(rows, error_of_lmdb(
                        mdb_put(rows->txn, rows->store->databases[database], &name, &value, 0)));
}

void sealed_put(struct rows *rows, enum database database, const struct key *key)
{
    if (rows->value.failed) {
        rows_fail(rows, ERROR_NO_MEMORY);
    }
    if (rows->error != ERROR_NONE) {
        return;
    }
    value_seal(&rows->value, database, key);
    put(rows, database, key,
        (struct bytes){.data = rows->value.data, .length = rows->value.length});
}

void bare_put(struct rows *rows, enum database database, const struct key *key)
{
    if (rows->error == ERROR_NONE) {
        put(rows, database, key, (struct bytes){.data = (const uint8_t *)"", .length = 0});
    }
}

bool any_remove(struct rows *rows, enum database database, const struct key *key)
{
    require(rows->writing);
    if (rows->error != ERROR_NONE) {
        return false;
    }
    MDB_val name = value_of_key(key);
    int code = mdb_del(rows->txn, rows->store->databases[database], &name, NULL);
    if (code != MDB_NOTFOUND) {
        rows_fail(rows, error_of_lmdb(code));
    }
    return code == MDB_SUCCESS;
}

/* While writing, every seek begins with a new cursor: none lives through a put or a removal. */
static MDB_cursor *cursor_of(struct rows *rows, enum database database, bool seeks)
{
    if (rows->writing && seeks && rows->cursors[database] != NULL) {
        mdb_cursor_close(rows->cursors[database]);
        rows->cursors[database] = NULL;
    }
    if (rows->cursors[database] == NULL) {
        rows_fail(rows, error_of_lmdb(mdb_cursor_open(rows->txn, rows->store->databases[database],
                                                      &rows->cursors[database])));
    }
    return rows->cursors[database];
}

bool cursor_move(struct rows *rows, enum database database, MDB_cursor_op operation,
                 const struct key *key, struct bytes *ret_key, struct bytes *ret_value)
{
    if (rows->error != ERROR_NONE) {
        return false;
    }
    bool seeks = operation != MDB_NEXT && operation != MDB_PREV;
    MDB_cursor *cursor = cursor_of(rows, database, seeks);
    if (cursor == NULL) {
        return false;
    }
    MDB_val name = key != NULL ? value_of_key(key) : (MDB_val){0};
    MDB_val value = {0};
    int code = mdb_cursor_get(cursor, &name, &value, operation);
    if (code != MDB_SUCCESS) {
        if (code != MDB_NOTFOUND) {
            rows_fail(rows, error_of_lmdb(code));
        }
        return false;
    }
    *ret_key = (struct bytes){.data = name.mv_data, .length = name.mv_size};
    *ret_value = (struct bytes){.data = value.mv_data, .length = value.mv_size};
    return true;
}

bool cursor_open_value(struct rows *rows, enum database database, struct bytes key,
                       struct bytes value, struct bytes *ret_body)
{
    struct key name = {.length = key.length};
    if (key.length <= sizeof name.bytes) {
        memcpy(name.bytes, key.data, key.length);
        if (value_open(value, database, &name, ret_body)) {
            return true;
        }
    }
    rows_fail(rows, ERROR_DATA_DAMAGED);
    return false;
}

void cursors_close(struct rows *rows)
{
    for (size_t i = 0; i < DATABASE_COUNT; i++) {
        if (rows->cursors[i] != NULL) {
            mdb_cursor_close(rows->cursors[i]);
            rows->cursors[i] = NULL;
        }
    }
}
