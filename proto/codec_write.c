/* Writing: the struct of a table -> a msgpack map, and the shapes of msgpack-RPC around it. */
#include "proto/codec.h"

#include <string.h>

#include <msgpack.h>

#include "proto/require.h"

/* --- msgpack-c ------------------------------------------------------------------------------- */

static int append(void *context, const char *data, size_t length)
{
    buffer_append(context, data, length);
    return 0;
}

static void write_text(msgpack_packer *packer, struct text text)
{
    require(text.length <= UINT32_MAX);
    msgpack_pack_str(packer, text.length);
    msgpack_pack_str_body(packer, text.data, text.length);
}

static void write_map(msgpack_packer *packer, const struct table *table, const void *record);

/* --- One value of each type ------------------------------------------------------------------ */

static void write_bool(msgpack_packer *packer, const struct field *field, const void *place)
{
    (void)field;
    if (*(const bool *)place) {
        msgpack_pack_true(packer);
    } else {
        msgpack_pack_false(packer);
    }
}

static void write_number(msgpack_packer *packer, const struct field *field, const void *place)
{
    (void)field;
    msgpack_pack_uint64(packer, *(const uint64_t *)place);
}

static void write_choice(msgpack_packer *packer, const struct field *field, const void *place)
{
    uint32_t value;
    memcpy(&value, place, sizeof value);
    require(value < field->choices->count && field->choices->names[value] != NULL);
    write_text(packer, text_of(field->choices->names[value]));
}

static void write_text_field(msgpack_packer *packer, const struct field *field, const void *place)
{
    (void)field;
    write_text(packer, *(const struct text *)place);
}

static void write_bytes(msgpack_packer *packer, const struct field *field, const void *place)
{
    (void)field;
    const struct bytes *bytes = place;
    require(bytes->length <= UINT32_MAX);
    msgpack_pack_bin(packer, bytes->length);
    msgpack_pack_bin_body(packer, bytes->data, bytes->length);
}

static void write_record(msgpack_packer *packer, const struct field *field, const void *place)
{
    write_map(packer, field->table, place);
}

static void write_list(msgpack_packer *packer, const struct field *field, const void *place)
{
    const struct list *list = place;
    msgpack_pack_array(packer, list->count);
    for (size_t i = 0; i < list->count; i++) {
        write_map(packer, field->table, (const char *)list->items + i * field->table->size);
    }
}

typedef void write_value(msgpack_packer *packer, const struct field *field, const void *place);

static write_value *const writers[] = {
    [FIELD_BOOL] = write_bool,       [FIELD_NUMBER] = write_number,
    [FIELD_CHOICE] = write_choice,   [FIELD_LINE] = write_text_field,
    [FIELD_TEXT] = write_text_field, [FIELD_SECRET] = write_text_field,
    [FIELD_BYTES] = write_bytes,     [FIELD_RECORD] = write_record,
    [FIELD_LIST] = write_list,
};

/* --- One map --------------------------------------------------------------------------------- */

/* Which fields of a record are written: those that are there, and every required one. */
static uint64_t written_fields(const struct table *table, const void *record)
{
    uint64_t present = *(const uint64_t *)record;
    uint64_t written = 0;
    for (unsigned i = 0; i < table->field_count; i++) {
        if (table->fields[i].required || present_has(present, i)) {
            present_mark(&written, i);
        }
    }
    return written;
}

static void write_fields(msgpack_packer *packer, const struct table *table, const void *record,
                         uint64_t written)
{
    size_t count = 0;
    for (unsigned i = 0; i < table->field_count; i++) {
        count += present_has(written, i);
    }
    msgpack_pack_map(packer, count);
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (present_has(written, i)) {
            require(field->type < sizeof writers / sizeof writers[0]);
            write_text(packer, text_of(field->name));
            writers[field->type](packer, field, (const char *)record + field->offset);
        }
    }
}

static void write_map(msgpack_packer *packer, const struct table *table, const void *record)
{
    write_fields(packer, table, record, written_fields(table, record));
}

/* --- The shapes ------------------------------------------------------------------------------ */

void codec_write_request(struct buffer *buffer, uint32_t id, const char *method,
                         const struct table *table, const void *message)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    msgpack_pack_array(&packer, 4);
    msgpack_pack_uint32(&packer, RPC_REQUEST);
    msgpack_pack_uint32(&packer, id);
    write_text(&packer, text_of(method));
    msgpack_pack_array(&packer, 1);
    write_map(&packer, table, message);
}

void codec_write_response(struct buffer *buffer, uint32_t id, const struct table *table,
                          const void *message)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    msgpack_pack_array(&packer, 4);
    msgpack_pack_uint32(&packer, RPC_RESPONSE);
    msgpack_pack_uint32(&packer, id);
    msgpack_pack_nil(&packer);
    write_map(&packer, table, message);
}

void codec_write_failure(struct buffer *buffer, uint32_t id, const struct failure *failure)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    msgpack_pack_array(&packer, 4);
    msgpack_pack_uint32(&packer, RPC_RESPONSE);
    msgpack_pack_uint32(&packer, id);
    write_map(&packer, &failure_table, failure);
    msgpack_pack_nil(&packer);
}

void codec_write_notification(struct buffer *buffer, const char *method, const struct table *table,
                              const void *message)
{
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    msgpack_pack_array(&packer, 3);
    msgpack_pack_uint32(&packer, RPC_NOTIFICATION);
    write_text(&packer, text_of(method));
    msgpack_pack_array(&packer, 1);
    write_map(&packer, table, message);
}

void codec_write_canonical(struct buffer *buffer, const struct table *table, const void *message)
{
    uint64_t written = written_fields(table, message);
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->type == FIELD_SECRET || strcmp(field->name, "operation") == 0) {
            written &= ~(UINT64_C(1) << i);
        }
    }
    msgpack_packer packer;
    msgpack_packer_init(&packer, buffer, append);
    write_fields(&packer, table, message, written);
}
