#include "server/store/entry.h"

#include <string.h>

#include "proto/messages.h"
#include "server/store/bytes.h"

enum entry_flags {
    FLAG_CONSOLE = 1,
    FLAG_GATEWAY = 2,
    FLAG_STAFF_ONLY = 4,
    FLAG_BEFORE_DELETED = 8,
    FLAG_AFTER_DELETED = 16,
    FLAG_SOURCE = 32,
    FLAGS_ALL = 63
};

/* No effect and no erased sequence takes less room than this, which bounds their counts before
 * memory is taken for them. */
enum { EFFECT_BYTES_MIN = 4, ERASED_BYTES_MIN = 1, COMMAND_NAME_MAX = 64 };

static uint64_t flags_of(const struct record *record)
{
    const struct journal_header *header = &record->header;
    return (header->console ? FLAG_CONSOLE : 0u) | (header->gateway ? FLAG_GATEWAY : 0u) |
           (header->staff_only ? FLAG_STAFF_ONLY : 0u) |
           (header->before.deleted ? FLAG_BEFORE_DELETED : 0u) |
           (header->after.deleted ? FLAG_AFTER_DELETED : 0u) |
           (record->has_source ? FLAG_SOURCE : 0u);
}

/* Commands stand in the journal by name: their numbers may change from version to version. */
static void write_header(struct buffer *buffer, const struct record *record)
{
    const struct journal_header *header = &record->header;
    const char *name = choices_name(&method_choices, header->command);
    bytes_put_number(buffer, header->sequence);
    bytes_put_number(buffer, header->time_ms);
    bytes_put_number(buffer, header->actor);
    bytes_put_number(buffer, header->acting_for);
    bytes_put_number(buffer, header->sign_in);
    bytes_put_number(buffer, flags_of(record));
    bytes_put_number(buffer, strlen(name));
    buffer_append(buffer, name, strlen(name));
    bytes_put_number(buffer, header->ticket);
    bytes_put_number(buffer, header->before.requester);
    bytes_put_number(buffer, header->after.requester);
    bytes_put_number(buffer, record->part_count);
}

static void write_value(struct buffer *buffer, const struct value *value)
{
    bytes_put_number(buffer, value->type);
    switch (value->type) {
    case VALUE_NONE:
        break;
    case VALUE_NUMBER:
        bytes_put_number(buffer, value->number);
        break;
    case VALUE_TEXT:
        bytes_put_number(buffer, value->part.part);
        break;
    case VALUE_PART:
        bytes_put_number(buffer, value->part.sequence);
        bytes_put_number(buffer, value->part.part);
        bytes_put_number(buffer, value->part.length);
        break;
    }
}

void entry_write(struct buffer *buffer, const struct record *record)
{
    write_header(buffer, record);
    bytes_put_number(buffer, record->effect_count);
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        bytes_put_number(buffer, effect->kind);
        bytes_put_number(buffer, effect->row);
        bytes_put_number(buffer, effect->a);
        bytes_put_number(buffer, effect->b);
        if (effect->kind == EFFECT_SET) {
            bytes_put_number(buffer, effect->tag);
            write_value(buffer, &effect->old_value);
            write_value(buffer, &effect->new_value);
        }
    }
    bytes_put_number(buffer, record->erased_count);
    uint64_t before = 0;
    for (size_t i = 0; i < record->erased_count; i++) {
        bytes_put_number(buffer, record->erased[i] - before);
        before = record->erased[i];
    }
}

static enum method take_command(struct bytes_reader *reader)
{
    struct text name = {.length = (size_t)bytes_take_number_upto(reader, COMMAND_NAME_MAX)};
    name.data = (const char *)bytes_take(reader, name.length);
    uint32_t command = METHOD_COUNT;
    if (!reader->failed) {
        (void)choices_find(&method_choices, name, &command);
    }
    return (enum method)command;
}

static void take_header(struct bytes_reader *reader, struct record *record)
{
    struct journal_header *header = &record->header;
    header->sequence = bytes_take_number(reader);
    header->time_ms = bytes_take_number(reader);
    header->actor = bytes_take_number(reader);
    header->acting_for = bytes_take_number(reader);
    header->sign_in = bytes_take_number(reader);
    uint64_t flags = bytes_take_number_upto(reader, FLAGS_ALL);
    header->console = (flags & FLAG_CONSOLE) != 0;
    header->gateway = (flags & FLAG_GATEWAY) != 0;
    header->staff_only = (flags & FLAG_STAFF_ONLY) != 0;
    header->before.deleted = (flags & FLAG_BEFORE_DELETED) != 0;
    header->after.deleted = (flags & FLAG_AFTER_DELETED) != 0;
    record->has_source = (flags & FLAG_SOURCE) != 0;
    header->command = take_command(reader);
    header->ticket = bytes_take_number(reader);
    header->before.requester = bytes_take_number(reader);
    header->after.requester = bytes_take_number(reader);
    record->part_count = (size_t)bytes_take_number_upto(reader, UINT32_MAX);
    reader->failed = reader->failed || (record->has_source && record->part_count == 0);
}

static struct value take_value(struct bytes_reader *reader, const struct record *record)
{
    struct value value = {.type = (enum value_type)bytes_take_number_upto(reader, VALUE_PART)};
    switch (value.type) {
    case VALUE_NONE:
        break;
    case VALUE_NUMBER:
        value.number = bytes_take_number(reader);
        break;
    case VALUE_TEXT:
        value.part.sequence = record->header.sequence;
        value.part.part = (uint32_t)bytes_take_number_upto(reader, UINT32_MAX);
        reader->failed = reader->failed || value.part.part >= record->part_count;
        break;
    case VALUE_PART:
        value.part.sequence = bytes_take_number(reader);
        value.part.part = (uint32_t)bytes_take_number_upto(reader, UINT32_MAX);
        value.part.length = (uint32_t)bytes_take_number_upto(reader, UINT32_MAX);
        break;
    }
    return value;
}

static struct effect take_effect(struct bytes_reader *reader, const struct record *record)
{
    struct effect effect = {.kind =
                                (enum effect_kind)bytes_take_number_upto(reader, EFFECT_REMOVE)};
    effect.row = (enum row_kind)bytes_take_number_upto(reader, ROW_KIND_END - 1);
    effect.a = bytes_take_number(reader);
    effect.b = bytes_take_number(reader);
    if (effect.kind == EFFECT_SET) {
        effect.tag = (uint16_t)bytes_take_number_upto(reader, UINT16_MAX);
        effect.old_value = take_value(reader, record);
        effect.new_value = take_value(reader, record);
    }
    bool known = effect.kind != 0 && effect.row != 0 && row_classes[effect.row] == ROW_RECORD &&
                 (effect.b == 0 || key_has_second(effect.row));
    reader->failed = reader->failed || !known;
    return effect;
}

static enum error take_effects(struct bytes_reader *reader, struct arena *arena,
                               struct record *record)
{
    record->effect_count =
        (size_t)bytes_take_number_upto(reader, reader->rest.length / EFFECT_BYTES_MIN);
    record->effects = arena_array(arena, record->effect_count, sizeof *record->effects);
    if (record->effects == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < record->effect_count; i++) {
        record->effects[i] = take_effect(reader, record);
    }
    return ERROR_NONE;
}

static enum error take_erased(struct bytes_reader *reader, struct arena *arena,
                              struct record *record)
{
    record->erased_count =
        (size_t)bytes_take_number_upto(reader, reader->rest.length / ERASED_BYTES_MIN);
    record->erased = arena_array(arena, record->erased_count, sizeof *record->erased);
    if (record->erased == NULL) {
        return ERROR_NO_MEMORY;
    }
    uint64_t before = 0;
    for (size_t i = 0; i < record->erased_count; i++) {
        uint64_t step = bytes_take_number_upto(reader, UINT64_MAX - before);
        reader->failed = reader->failed || step == 0;
        before += step;
        record->erased[i] = before;
    }
    return ERROR_NONE;
}

enum error entry_read_header(struct bytes bytes, struct journal_header *ret_header)
{
    struct bytes_reader reader = {.rest = bytes};
    struct record record = {0};
    take_header(&reader, &record);
    if (reader.failed) {
        return ERROR_DATA_DAMAGED;
    }
    *ret_header = record.header;
    return ERROR_NONE;
}

enum error entry_read(struct bytes bytes, struct arena *arena, struct record *ret_record)
{
    struct bytes_reader reader = {.rest = bytes};
    struct record record = {0};
    take_header(&reader, &record);
    enum error error = take_effects(&reader, arena, &record);
    if (error == ERROR_NONE) {
        error = take_erased(&reader, arena, &record);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    if (!bytes_ended(&reader)) {
        return ERROR_DATA_DAMAGED;
    }
    *ret_record = record;
    return ERROR_NONE;
}
