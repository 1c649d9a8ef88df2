#include "server/store/entry.h"

#include <stdlib.h>
#include <string.h>

#include "proto/messages.h"
#include "server/store/bytes.h"

enum entry_flags { FLAG_CONSOLE = 1, FLAG_GATEWAY = 2, FLAG_SOURCE = 4, FLAGS_ALL = 7 };

enum subject_flags {
    SUBJECT_STAFF_ONLY = 1,
    SUBJECT_BEFORE_DELETED = 2,
    SUBJECT_AFTER_DELETED = 4,
    SUBJECT_SAME_PEOPLE = 8, /* but for `deleted` the audience after is the one before */
    SUBJECT_FLAGS_ALL = 15
};

/* No subject, effect or erased sequence takes less room than this, which bounds their counts before
 * memory is taken for them. */
enum { SUBJECT_BYTES_MIN = 5, EFFECT_BYTES_MIN = 4, ERASED_BYTES_MIN = 1, COMMAND_NAME_MAX = 64 };

static uint64_t flags_of(const struct record *record)
{
    const struct journal_header *header = &record->header;
    return (header->console ? FLAG_CONSOLE : 0u) | (header->gateway ? FLAG_GATEWAY : 0u) |
           (record->has_source ? FLAG_SOURCE : 0u);
}

static bool same_people(const struct audience *a, const struct audience *b)
{
    return a->requester == b->requester && a->queue == b->queue && a->cc_count == b->cc_count &&
           memcmp(a->cc, b->cc, a->cc_count * sizeof a->cc[0]) == 0;
}

static void write_people(struct buffer *buffer, const struct audience *audience)
{
    bytes_put_number(buffer, audience->requester);
    bytes_put_number(buffer, audience->queue);
    bytes_put_number(buffer, audience->cc_count);
    uint64_t before = 0;
    for (size_t i = 0; i < audience->cc_count; i++) {
        bytes_put_number(buffer, audience->cc[i] - before);
        before = audience->cc[i];
    }
}

static void write_subject(struct buffer *buffer, const struct subject *subject)
{
    bool same = same_people(&subject->before, &subject->after);
    bytes_put_number(buffer, subject->ticket);
    bytes_put_number(buffer, (subject->staff_only ? SUBJECT_STAFF_ONLY : 0u) |
                                 (subject->before.deleted ? SUBJECT_BEFORE_DELETED : 0u) |
                                 (subject->after.deleted ? SUBJECT_AFTER_DELETED : 0u) |
                                 (same ? SUBJECT_SAME_PEOPLE : 0u));
    write_people(buffer, &subject->before);
    if (!same) {
        write_people(buffer, &subject->after);
    }
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
    bytes_put_number(buffer, record->part_count);
    bytes_put_number(buffer, header->subject_count);
    for (size_t i = 0; i < header->subject_count; i++) {
        write_subject(buffer, &header->subjects[i]);
    }
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

static void take_people(struct bytes_reader *reader, struct audience *audience)
{
    audience->requester = bytes_take_number(reader);
    audience->queue = bytes_take_number(reader);
    audience->cc_count = (size_t)bytes_take_number_upto(reader, CC_MAX);
    uint64_t before = 0;
    for (size_t i = 0; i < audience->cc_count; i++) {
        uint64_t step = bytes_take_number_upto(reader, UINT64_MAX - before);
        reader->failed = reader->failed || step == 0;
        before += step;
        audience->cc[i] = before;
    }
}

static void take_subject(struct bytes_reader *reader, struct subject *subject)
{
    subject->ticket = bytes_take_number(reader);
    uint64_t flags = bytes_take_number_upto(reader, SUBJECT_FLAGS_ALL);
    take_people(reader, &subject->before);
    subject->after = subject->before;
    if ((flags & SUBJECT_SAME_PEOPLE) == 0) {
        subject->after = (struct audience){0};
        take_people(reader, &subject->after);
    }
    subject->staff_only = (flags & SUBJECT_STAFF_ONLY) != 0;
    subject->before.deleted = (flags & SUBJECT_BEFORE_DELETED) != 0;
    subject->after.deleted = (flags & SUBJECT_AFTER_DELETED) != 0;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a;
    uint64_t other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

/* A ticket is named once, and none has the number 0. */
static enum error check_subjects(struct bytes_reader *reader, struct arena *arena,
                                 const struct journal_header *header)
{
    if (header->subject_count == 1) {
        reader->failed = reader->failed || header->subjects[0].ticket == 0;
        return ERROR_NONE;
    }
    uint64_t *tickets = arena_array(arena, header->subject_count, sizeof *tickets);
    if (tickets == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < header->subject_count; i++) {
        tickets[i] = header->subjects[i].ticket;
    }
    qsort(tickets, header->subject_count, sizeof *tickets, compare_numbers);
    uint64_t before = 0;
    for (size_t i = 0; i < header->subject_count; i++) {
        reader->failed = reader->failed || tickets[i] == before;
        before = tickets[i];
    }
    return ERROR_NONE;
}

static enum error take_subjects(struct bytes_reader *reader, struct arena *arena,
                                struct journal_header *header)
{
    header->subject_count =
        (size_t)bytes_take_number_upto(reader, reader->rest.length / SUBJECT_BYTES_MIN);
    if (header->subject_count == 0) {
        return ERROR_NONE;
    }
    header->subjects = arena_array(arena, header->subject_count, sizeof *header->subjects);
    if (header->subjects == NULL) {
        return ERROR_NO_MEMORY;
    }
    for (size_t i = 0; i < header->subject_count && !reader->failed; i++) {
        take_subject(reader, &header->subjects[i]);
    }
    return reader->failed ? ERROR_NONE : check_subjects(reader, arena, header);
}

static enum error take_header(struct bytes_reader *reader, struct arena *arena,
                              struct record *record)
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
    record->has_source = (flags & FLAG_SOURCE) != 0;
    header->command = take_command(reader);
    record->part_count = (size_t)bytes_take_number_upto(reader, UINT32_MAX);
    reader->failed = reader->failed || (record->has_source && record->part_count == 0);
    return take_subjects(reader, arena, header);
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
    bool known = effect.kind != 0 && row_kind_exists((int)effect.row) &&
                 row_classes[effect.row] == ROW_RECORD &&
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

enum error entry_read_header(struct bytes bytes, struct arena *arena,
                             struct journal_header *ret_header)
{
    struct bytes_reader reader = {.rest = bytes};
    struct record record = {0};
    enum error error = take_header(&reader, arena, &record);
    if (error != ERROR_NONE || reader.failed) {
        return error != ERROR_NONE ? error : ERROR_DATA_DAMAGED;
    }
    *ret_header = record.header;
    return ERROR_NONE;
}

enum error entry_read(struct bytes bytes, struct arena *arena, struct record *ret_record)
{
    struct bytes_reader reader = {.rest = bytes};
    struct record record = {0};
    enum error error = take_header(&reader, arena, &record);
    if (error == ERROR_NONE) {
        error = take_effects(&reader, arena, &record);
    }
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
