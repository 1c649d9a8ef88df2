#include "tests/store/damage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <lmdb.h>

struct raw {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi database;
};

static struct raw raw_open(const struct desk *desk, const char *database)
{
    struct raw raw;
    assert_null(desk->store);
    assert_int_equal(mdb_env_create(&raw.env), 0);
    assert_int_equal(mdb_env_set_mapsize(raw.env, 64 << 20), 0);
    assert_int_equal(mdb_env_set_maxdbs(raw.env, 32), 0);
    assert_int_equal(mdb_env_open(raw.env, desk_path(desk, "desk.mdb"),
                                  MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOLOCK, 0600),
                     0);
    assert_int_equal(mdb_txn_begin(raw.env, NULL, 0, &raw.txn), 0);
    assert_int_equal(mdb_dbi_open(raw.txn, database, 0, &raw.database), 0);
    return raw;
}

static void raw_close(struct raw *raw)
{
    assert_int_equal(mdb_txn_commit(raw->txn), 0);
    mdb_env_close(raw->env);
}

bool damage_find(const struct desk *desk, const char *database, size_t number,
                 struct damaged *ret_value)
{
    struct raw raw = raw_open(desk, database);
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    assert_int_equal(mdb_cursor_open(raw.txn, raw.database, &cursor), 0);
    int code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    while (code == 0 && number-- > 0) {
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    if (code == 0) {
        assert_true(key.mv_size <= sizeof ret_value->key);
        assert_true(value.mv_size <= sizeof ret_value->value);
        (void)snprintf(ret_value->database, sizeof ret_value->database, "%s", database);
        memcpy(ret_value->key, key.mv_data, key.mv_size);
        ret_value->key_length = key.mv_size;
        memcpy(ret_value->value, value.mv_data, value.mv_size);
        ret_value->value_length = value.mv_size;
    }
    mdb_cursor_close(cursor);
    raw_close(&raw);
    return code == 0;
}

void damage_put(const struct desk *desk, const struct damaged *value)
{
    struct raw raw = raw_open(desk, value->database);
    struct damaged copy = *value;
    MDB_val key = {.mv_data = copy.key, .mv_size = copy.key_length};
    MDB_val data = {.mv_data = copy.value, .mv_size = copy.value_length};
    assert_int_equal(mdb_put(raw.txn, raw.database, &key, &data, 0), 0);
    raw_close(&raw);
}

void damage_flip(const struct desk *desk, const struct damaged *value, size_t bit)
{
    struct damaged flipped = *value;
    assert_true(bit < flipped.value_length * 8);
    flipped.value[bit / 8] ^= (uint8_t)(1u << bit % 8);
    damage_put(desk, &flipped);
}

void damage_remove(const struct desk *desk, const struct damaged *value)
{
    struct raw raw = raw_open(desk, value->database);
    struct damaged copy = *value;
    MDB_val key = {.mv_data = copy.key, .mv_size = copy.key_length};
    assert_int_equal(mdb_del(raw.txn, raw.database, &key, NULL), 0);
    raw_close(&raw);
}
