/* One row at a time: get, put, remove. A put is the one place where a row's bytes, its index
 * entries and its effects come from the same pair of rows, old and new. */
#include "server/store/rows.h"

#include <string.h>

#include "proto/codec.h"
#include "proto/require.h"
#include "server/store/effects.h"
#include "server/store/index.h"
#include "server/store/row_bytes.h"
#include "server/store/sealed.h"

enum error rows_error(const struct rows *rows)
{
    return rows->error;
}

uint64_t rows_work(const struct rows *rows)
{
    return rows->work;
}

struct arena *rows_arena(struct rows *rows)
{
    return rows->arena;
}

bool row_read(struct rows *rows, enum row_kind kind, struct bytes body, uint64_t a, uint64_t b,
              union any_row *ret_row)
{
    memset(ret_row, 0, sizeof *ret_row);
    enum error error = codec_read_row(body, &row_tables[kind], rows->arena, ret_row);
    if (error != ERROR_NONE) {
        rows_fail(rows, error);
        return false;
    }
    row_key_fill(kind, ret_row, a, b);
    return true;
}

static bool get(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b,
                union any_row *ret_row)
{
    struct key key = key_of_row(kind, a, b);
    struct bytes body;
    return sealed_get(rows, database_of(kind), &key, &body) &&
           row_read(rows, kind, body, a, b, ret_row);
}

bool rows_get(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b, void *ret_row)
{
    union any_row row;
    if (!get(rows, kind, a, b, &row)) {
        return false;
    }
    memcpy(ret_row, &row, row_tables[kind].size);
    return true;
}

void row_write(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b, const void *row)
{
    struct key key = key_of_row(kind, a, b);
    value_begin(&rows->value);
    codec_write_row(&rows->value, &row_tables[kind], row);
    sealed_put(rows, database_of(kind), &key);
}

/* Rows of record change only inside a command, those of a ticket only once it is a subject. */
static void require_command(const struct rows *rows, enum row_kind kind, uint64_t a)
{
    require(rows->writing);
    if (row_classes[kind] == ROW_RECORD) {
        require(rows->draft.open);
    }
    if (row_is_of_ticket(kind)) {
        /* Without memory there may be no subject; the put will do nothing then. */
        require(rows->error != ERROR_NONE || rows_subject_of(&rows->draft.header, a) != NULL);
    }
}

void rows_put(struct rows *rows, enum row_kind kind, void *row)
{
    uint64_t a;
    uint64_t b;
    row_key_numbers(kind, row, &a, &b);
    require_command(rows, kind, a);
    union any_row old_room;
    const void *old_row = get(rows, kind, a, b, &old_room) ? &old_room : NULL;
    if (rows->error != ERROR_NONE) {
        return;
    }
    if (row_classes[kind] == ROW_RECORD) {
        effects_place_texts(rows, kind, row);
        effects_note(rows, kind, a, b, old_row, row);
    }
    row_write(rows, kind, a, b, row);
    index_change(rows, kind, a, old_row, row);
}

void rows_remove(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b)
{
    require_command(rows, kind, a);
    union any_row old_row;
    if (!get(rows, kind, a, b, &old_row)) {
        return;
    }
    struct key key = key_of_row(kind, a, b);
    (void)any_remove(rows, database_of(kind), &key);
    index_change(rows, kind, a, &old_row, NULL);
    if (row_classes[kind] == ROW_RECORD) {
        effects_note(rows, kind, a, b, &old_row, NULL);
    }
}

uint64_t rows_last(struct rows *rows, enum row_kind kind)
{
    struct bytes key;
    struct bytes value;
    uint64_t a = 0;
    uint64_t b;
    if (cursor_move(rows, database_of(kind), MDB_LAST, NULL, &key, &value) &&
        !key_read_row(kind, key, &a, &b)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
    }
    return a;
}

bool rows_first_timer(struct rows *rows, struct row_timer *ret_row)
{
    struct bytes key;
    struct bytes value;
    struct bytes body;
    uint64_t due_ms;
    uint64_t id;
    union any_row row;
    if (!cursor_move(rows, database_of(ROW_TIMER), MDB_FIRST, NULL, &key, &value) ||
        !cursor_open_value(rows, database_of(ROW_TIMER), key, value, &body)) {
        return false;
    }
    if (!key_read_row(ROW_TIMER, key, &due_ms, &id)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    if (!row_read(rows, ROW_TIMER, body, due_ms, id, &row)) {
        return false;
    }
    *ret_row = row.timer;
    return true;
}

bool rows_next_timer(struct rows *rows, uint64_t due_ms, uint64_t id, uint64_t *ret_due_ms,
                     uint64_t *ret_id)
{
    struct bytes key;
    struct bytes value;
    struct key start = key_of_row(ROW_TIMER, id < UINT64_MAX ? due_ms : due_ms + 1, id + 1);
    return cursor_move(rows, database_of(ROW_TIMER), MDB_SET_RANGE, &start, &key, &value) &&
           key_read_row(ROW_TIMER, key, ret_due_ms, ret_id);
}
