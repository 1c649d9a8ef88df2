/* What lies on disk, damaged in a way that its seal did not show or written by somebody else: rows
 * and journal entries. Reading ends with a value or ERROR_DATA_DAMAGED, and a value that was read
 * and written keeps its bytes from then on. The first byte chooses the kind of row, or an entry. */
#include <string.h>

#include "proto/codec.h"
#include "proto/require.h"
#include "server/store/entry.h"
#include "tests/fuzz/fuzz.h"

enum { ARENA_BYTES_MAX = 4 << 20 };

static struct bytes bytes_of(const struct buffer *buffer)
{
    require(!buffer->failed);
    return (struct bytes){.data = buffer->data, .length = buffer->length};
}

static bool is_damage(enum error error)
{
    require(error == ERROR_NONE || error == ERROR_DATA_DAMAGED || error == ERROR_NO_MEMORY);
    return error != ERROR_NONE;
}

static void check_row(const struct table *table, struct bytes bytes, struct arena *arena)
{
    struct buffer once = {0};
    struct buffer twice = {0};
    void *row = arena_alloc(arena, table->size);
    void *back = arena_alloc(arena, table->size);
    require(row != NULL && back != NULL);
    if (is_damage(codec_read_row(bytes, table, arena, row))) {
        return;
    }
    codec_write_row(&once, table, row);
    require(codec_read_row(bytes_of(&once), table, arena, back) == ERROR_NONE);
    codec_write_row(&twice, table, back);
    require(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
    buffer_finish(&once);
    buffer_finish(&twice);
}

static void check_entry(struct bytes bytes, struct arena *arena)
{
    struct buffer once = {0};
    struct buffer twice = {0};
    struct record record;
    struct record back;
    if (is_damage(entry_read(bytes, arena, &record))) {
        return;
    }
    entry_write(&once, &record);
    require(entry_read(bytes_of(&once), arena, &back) == ERROR_NONE);
    entry_write(&twice, &back);
    require(once.length == twice.length && memcmp(once.data, twice.data, once.length) == 0);
    buffer_finish(&once);
    buffer_finish(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.data = data, .size = size};
    unsigned kind = fuzz_byte(&input) % ROW_KIND_END;
    struct bytes bytes = {.data = input.data, .length = input.size};
    struct arena arena;
    arena_init(&arena, ARENA_BYTES_MAX);
    if (kind == 0) {
        check_entry(bytes, &arena);
    } else if (row_kind_exists((int)kind)) {
        check_row(&row_tables[kind], bytes, &arena);
    }
    arena_finish(&arena);
    return 0;
}
