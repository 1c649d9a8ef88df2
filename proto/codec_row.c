/* Rows on disk: the struct of a table <-> a msgpack map from the fields' numbers to values. Rows
 * are flat and there are many of them, so they are read straight from the bytes, in one pass and
 * without msgpack-c's tree. The bytes are the daemon's own but may be damaged: every length is
 * held against what is left. */
#include "proto/codec.h"

#include <string.h>

#include <msgpack.h>

#include "proto/require.h"

/* --- Taking bytes apart ---------------------------------------------------------------------- */

/* What is left of the bytes. `bad` latches: after a misfit every read gives zero. */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    bool bad;
};

/* The next `length` bytes; NULL when fewer are left. */
static const uint8_t *take(struct cursor *cursor, size_t length)
{
    if (cursor->bad || (size_t)(cursor->end - cursor->at) < length) {
        cursor->bad = true;
        return NULL;
    }
    const uint8_t *taken = cursor->at;
    cursor->at += length;
    return taken;
}

/* A big-endian number of 1, 2, 4 or 8 bytes. */
static uint64_t take_big_endian(struct cursor *cursor, size_t width)
{
    const uint8_t *bytes = take(cursor, width);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < width; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static uint8_t take_byte(struct cursor *cursor)
{
    return (uint8_t)take_big_endian(cursor, 1);
}

/* A header of one of four families: a short form whose low bits are the length, and up to three
 * long forms whose code is followed by a length of 1, 2 or 4 bytes. */
struct family {
    uint8_t
        short_first; /* codes short_first .. short_first + short_max; none when short_max is 0 */
    uint8_t short_max;
    uint8_t code[3]; /* with 1, 2 and 4 bytes of length; 0: there is no such form */
};

static const struct family maps = {0x80, 15, {0, 0xde, 0xdf}};
static const struct family arrays = {0x90, 15, {0, 0xdc, 0xdd}};
static const struct family strings = {0xa0, 31, {0xd9, 0xda, 0xdb}};
static const struct family binaries = {0, 0, {0xc4, 0xc5, 0xc6}};

static size_t take_header(struct cursor *cursor, const struct family *family)
{
    uint8_t code = take_byte(cursor);
    if (family->short_max != 0 && code >= family->short_first &&
        code <= family->short_first + family->short_max) {
        return (size_t)(code - family->short_first);
    }
    for (size_t i = 0; i < 3; i++) {
        if (family->code[i] != 0 && code == family->code[i]) {
            return take_big_endian(cursor, (size_t)1 << i);
        }
    }
    cursor->bad = true;
    return 0;
}

static uint64_t take_number(struct cursor *cursor, uint64_t max)
{
    uint8_t code = take_byte(cursor);
    uint64_t value = code;
    if (code >= 0xcc && code <= 0xcf) {
        value = take_big_endian(cursor, (size_t)1 << (code - 0xcc));
    } else if (code > 0x7f) {
        cursor->bad = true;
    }
    if (value > max) {
        cursor->bad = true;
    }
    return cursor->bad ? 0 : value;
}

static bool take_bool(struct cursor *cursor)
{
    uint8_t code = take_byte(cursor);
    if (code != 0xc2 && code != 0xc3) {
        cursor->bad = true;
    }
    return code == 0xc3;
}

/* The content of a string or binary, copied to the arena; the cursor says whether it was there. */
static enum error take_copy(struct cursor *cursor, const struct family *family, struct arena *arena,
                            struct bytes *ret_copy)
{
    size_t length = take_header(cursor, family);
    const uint8_t *content = take(cursor, length);
    if (content == NULL) {
        return ERROR_DATA_DAMAGED;
    }
    const uint8_t *copy = arena_copy(arena, content, length);
    if (copy == NULL) {
        return ERROR_NO_MEMORY;
    }
    *ret_copy = (struct bytes){.data = copy, .length = length};
    return ERROR_NONE;
}

/* --- Each type of field ---------------------------------------------------------------------- */

/* `place` points at the value in the row struct. The readers latch `bad` in the cursor; only those
 * that copy can lack memory. */
struct row_type {
    size_t size;
    bool (*is_zero)(const void *place);
    void (*write)(msgpack_packer *packer, const void *place);
    enum error (*read)(struct cursor *cursor, const struct field *field, struct arena *arena,
                       void *place);
};

static bool bool_is_zero(const void *place)
{
    return !*(const bool *)place;
}

static void bool_write(msgpack_packer *packer, const void *place)
{
    (void)place; /* false is left out */
    msgpack_pack_true(packer);
}

static enum error bool_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                            void *place)
{
    (void)field;
    (void)arena;
    *(bool *)place = take_bool(cursor);
    return ERROR_NONE;
}

static bool number_is_zero(const void *place)
{
    return *(const uint64_t *)place == 0;
}

static void number_write(msgpack_packer *packer, const void *place)
{
    msgpack_pack_uint64(packer, *(const uint64_t *)place);
}

static enum error number_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                              void *place)
{
    (void)field;
    (void)arena;
    *(uint64_t *)place = take_number(cursor, UINT64_MAX);
    return ERROR_NONE;
}

static uint32_t choice_at(const void *place)
{
    uint32_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

static bool choice_is_zero(const void *place)
{
    return choice_at(place) == 0;
}

static void choice_write(msgpack_packer *packer, const void *place)
{
    msgpack_pack_uint32(packer, choice_at(place));
}

static enum error choice_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                              void *place)
{
    (void)arena;
    uint64_t max = field->choices != NULL ? field->choices->count - 1 : UINT32_MAX;
    uint32_t value = (uint32_t)take_number(cursor, max);
    memcpy(place, &value, sizeof value);
    return ERROR_NONE;
}

static bool text_is_zero(const void *place)
{
    return ((const struct text *)place)->length == 0;
}

static void text_write(msgpack_packer *packer, const void *place)
{
    const struct text *text = place;
    require(text->length <= UINT32_MAX);
    msgpack_pack_str(packer, text->length);
    msgpack_pack_str_body(packer, text->data, text->length);
}

static enum error text_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                            void *place)
{
    (void)field;
    struct bytes copy;
    enum error error = take_copy(cursor, &strings, arena, &copy);
    if (error == ERROR_NONE) {
        *(struct text *)place =
            (struct text){.data = (const char *)copy.data, .length = copy.length};
    }
    return error;
}

static bool bytes_is_zero(const void *place)
{
    return ((const struct bytes *)place)->length == 0;
}

static void bytes_write(msgpack_packer *packer, const void *place)
{
    const struct bytes *bytes = place;
    require(bytes->length <= UINT32_MAX);
    msgpack_pack_bin(packer, bytes->length);
    msgpack_pack_bin_body(packer, bytes->data, bytes->length);
}

static enum error bytes_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                             void *place)
{
    (void)field;
    return take_copy(cursor, &binaries, arena, place);
}

static bool part_is_zero(const void *place)
{
    const struct text_part *part = place;
    return part->sequence == 0 && part->part == 0 && part->length == 0;
}

static void part_write(msgpack_packer *packer, const void *place)
{
    const struct text_part *part = place;
    msgpack_pack_array(packer, 3);
    msgpack_pack_uint64(packer, part->sequence);
    msgpack_pack_uint32(packer, part->part);
    msgpack_pack_uint32(packer, part->length);
}

static enum error part_read(struct cursor *cursor, const struct field *field, struct arena *arena,
                            void *place)
{
    (void)field;
    (void)arena;
    if (take_header(cursor, &arrays) != 3) {
        cursor->bad = true;
    }
    struct text_part part = {.sequence = take_number(cursor, UINT64_MAX)};
    part.part = (uint32_t)take_number(cursor, UINT32_MAX);
    part.length = (uint32_t)take_number(cursor, UINT32_MAX);
    *(struct text_part *)place = part;
    return ERROR_NONE;
}

#define TEXT_TYPE                                                                                  \
    {                                                                                              \
        sizeof(struct text), text_is_zero, text_write, text_read                                   \
    }

static const struct row_type row_types[] = {
    [FIELD_BOOL] = {sizeof(bool), bool_is_zero, bool_write, bool_read},
    [FIELD_NUMBER] = {sizeof(uint64_t), number_is_zero, number_write, number_read},
    [FIELD_CHOICE] = {sizeof(uint32_t), choice_is_zero, choice_write, choice_read},
    [FIELD_LINE] = TEXT_TYPE,
    [FIELD_TEXT] = TEXT_TYPE,
    [FIELD_SECRET] = TEXT_TYPE,
    [FIELD_BYTES] = {sizeof(struct bytes), bytes_is_zero, bytes_write, bytes_read},
    [FIELD_PART] = {sizeof(struct text_part), part_is_zero, part_write, part_read},
};

static const struct row_type *type_of(const struct field *field)
{
    require(field->type < sizeof row_types / sizeof row_types[0]);
    require(row_types[field->type].size != 0); /* rows are flat: no records, no lists */
    return &row_types[field->type];
}

/* --- One row --------------------------------------------------------------------------------- */

static int append(void *context, const char *data, size_t length)
{
    buffer_append(context, data, length);
    return 0;
}

void codec_write_row(struct buffer *buffer, const struct table *table, const void *row)
{
    uint64_t written = 0;
    size_t count = 0;
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->tag != 0 && !type_of(field)->is_zero((const char *)row + field->offset)) {
            present_mark(&written, i);
            count++;
        }
    }
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    msgpack_pack_map(&packer, count);
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (present_has(written, i)) {
            msgpack_pack_uint32(&packer, field->tag);
            type_of(field)->write(&packer, (const char *)row + field->offset);
        }
    }
}

/* The index of the field with this tag, field_count when there is none. */
static unsigned find_tag(const struct table *table, unsigned guess, uint64_t tag)
{
    unsigned count = (unsigned)table->field_count;
    for (unsigned i = 0; i < count; i++) {
        unsigned index = guess + i < count ? guess + i : guess + i - count;
        if (table->fields[index].tag == tag) {
            return index;
        }
    }
    return count;
}

static void clear_fields(const struct table *table, void *row)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->tag != 0) {
            memset((char *)row + field->offset, 0, type_of(field)->size);
        }
    }
}

enum error codec_read_row(struct bytes bytes, const struct table *table, struct arena *arena,
                          void *ret_row)
{
    struct cursor cursor = {.at = bytes.data, .end = bytes.data + bytes.length};
    size_t count = take_header(&cursor, &maps);
    clear_fields(table, ret_row);
    uint64_t seen = 0;
    unsigned guess = 0;
    for (size_t i = 0; i < count; i++) {
        uint64_t tag = take_number(&cursor, UINT16_MAX);
        unsigned index = tag != 0 ? find_tag(table, guess, tag) : (unsigned)table->field_count;
        if (cursor.bad || index == table->field_count || present_has(seen, index)) {
            return ERROR_DATA_DAMAGED;
        }
        present_mark(&seen, index);
        const struct field *field = &table->fields[index];
        enum error error =
            type_of(field)->read(&cursor, field, arena, (char *)ret_row + field->offset);
        if (error != ERROR_NONE || cursor.bad) {
            return error != ERROR_NONE ? error : ERROR_DATA_DAMAGED;
        }
        guess = index + 1 < table->field_count ? index + 1 : 0;
    }
    return !cursor.bad && cursor.at == cursor.end ? ERROR_NONE : ERROR_DATA_DAMAGED;
}
