#include "server/store/effects.h"

#include <string.h>

#include "proto/require.h"
#include "server/store/parts.h"
#include "server/store/sealed.h"

static struct effect *effect_add(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    if (draft->effect_count == draft->effect_capacity) {
        size_t capacity = draft->effect_capacity > 0 ? draft->effect_capacity * 2 : 16;
        struct effect *effects = rows_alloc(rows, capacity * sizeof *effects);
        if (effects == NULL) {
            return NULL;
        }
        if (draft->effect_count > 0) {
            memcpy(effects, draft->effects, draft->effect_count * sizeof *effects);
        }
        draft->effects = effects;
        draft->effect_capacity = capacity;
    }
    return &draft->effects[draft->effect_count++];
}

static const void *member(const void *row, const struct field *field)
{
    return (const char *)row + field->offset;
}

void effects_place_texts(struct rows *rows, enum row_kind kind, void *row)
{
    const struct table *table = &row_tables[kind];
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].type != FIELD_PART) {
            continue;
        }
        struct text_part *part = (struct text_part *)((char *)row + table->fields[i].offset);
        if (part->fresh.data != NULL) {
            *part = parts_add(rows, part->fresh);
        }
    }
}

static uint64_t number_of(const struct field *field, const void *row)
{
    uint64_t number = 0;
    if (field->type == FIELD_NUMBER) {
        memcpy(&number, member(row, field), sizeof number);
    } else if (field->type == FIELD_CHOICE) {
        uint32_t choice;
        memcpy(&choice, member(row, field), sizeof choice);
        number = choice;
    } else {
        require(field->type == FIELD_BOOL); /* rows of record have no bytes, records or lists */
        number = *(const bool *)member(row, field) ? 1 : 0;
    }
    return number;
}

static bool is_line(const struct field *field)
{
    return field->type == FIELD_LINE || field->type == FIELD_TEXT;
}

static bool field_equal(const struct field *field, const void *a, const void *b)
{
    if (is_line(field)) {
        return text_equal(*(const struct text *)member(a, field),
                          *(const struct text *)member(b, field));
    }
    if (field->type == FIELD_PART) {
        const struct text_part *one = member(a, field);
        const struct text_part *other = member(b, field);
        return one->sequence == other->sequence && one->part == other->part;
    }
    return number_of(field, a) == number_of(field, b);
}

/* Lines become parts too: names, addresses and titles are what may have to be erased. */
static struct value value_of_line(struct rows *rows, struct text line)
{
    if (line.length == 0) {
        return (struct value){.type = VALUE_NONE};
    }
    char *copy = arena_copy(rows->arena, line.data, line.length);
    if (copy == NULL) {
        rows_fail(rows, ERROR_NO_MEMORY);
        return (struct value){.type = VALUE_NONE};
    }
    struct text kept = {.data = copy, .length = line.length};
    return (struct value){.type = VALUE_TEXT, .text = kept, .part = parts_add(rows, kept)};
}

static struct value value_of(struct rows *rows, const struct field *field, const void *row)
{
    if (is_line(field)) {
        return value_of_line(rows, *(const struct text *)member(row, field));
    }
    if (field->type == FIELD_PART) {
        const struct text_part *part = member(row, field);
        bool absent = part->sequence == 0;
        return (struct value){.type = absent ? VALUE_NONE : VALUE_PART, .part = *part};
    }
    return (struct value){.type = VALUE_NUMBER, .number = number_of(field, row)};
}

static void note_field(struct rows *rows, const struct effect *about, const struct field *field,
                       const void *old_row, const void *new_row)
{
    struct effect *effect = effect_add(rows);
    if (effect == NULL) {
        return;
    }
    *effect = *about;
    effect->kind = EFFECT_SET;
    effect->tag = field->tag;
    if (old_row != NULL) {
        effect->old_value = value_of(rows, field, old_row);
    }
    effect->new_value = value_of(rows, field, new_row);
}

void effects_note(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b,
                  const void *old_row, const void *new_row)
{
    static const union any_row nothing;
    struct effect about = {.row = kind, .a = a, .b = b};
    require(old_row != NULL || new_row != NULL);
    if (old_row == NULL || new_row == NULL) {
        struct effect *effect = effect_add(rows);
        if (effect == NULL) {
            return;
        }
        *effect = about;
        effect->kind = old_row == NULL ? EFFECT_CREATE : EFFECT_REMOVE;
    }
    if (new_row == NULL) {
        return;
    }
    const struct table *table = &row_tables[kind];
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->tag != 0 && !field_equal(field, old_row != NULL ? old_row : &nothing, new_row)) {
            note_field(rows, &about, field, old_row, new_row);
        }
    }
}

static bool set_number(const struct field *field, void *place, uint64_t number)
{
    if (field->type == FIELD_NUMBER) {
        memcpy(place, &number, sizeof number);
    } else if (field->type == FIELD_CHOICE && number <= UINT32_MAX) {
        uint32_t choice = (uint32_t)number;
        memcpy(place, &choice, sizeof choice);
    } else if (field->type == FIELD_BOOL && number <= 1) {
        *(bool *)place = number == 1;
    } else {
        return false;
    }
    return true;
}

static bool set_field(const struct field *field, void *place, const struct value *value)
{
    switch (value->type) {
    case VALUE_NUMBER:
        return set_number(field, place, value->number);
    case VALUE_TEXT:
        if (is_line(field)) {
            *(struct text *)place = value->text;
            return true;
        }
        return false;
    case VALUE_PART:
        if (field->type == FIELD_PART) {
            *(struct text_part *)place = value->part;
            return true;
        }
        return false;
    case VALUE_NONE:
        break;
    }
    if (is_line(field)) {
        *(struct text *)place = (struct text){0};
    } else if (field->type == FIELD_PART) {
        *(struct text_part *)place = (struct text_part){0};
    } else {
        return false;
    }
    return true;
}

/* NULL when the kind has no field with this number; key fields have none. */
static const struct field *find_field(enum row_kind kind, uint16_t tag)
{
    const struct table *table = &row_tables[kind];
    for (size_t i = 0; i < table->field_count && tag != 0; i++) {
        if (table->fields[i].tag == tag) {
            return &table->fields[i];
        }
    }
    return NULL;
}

bool rows_field_set(enum row_kind kind, void *row, uint16_t tag, const struct value *value)
{
    const struct field *field = find_field(kind, tag);
    return field != NULL && set_field(field, (char *)row + field->offset, value);
}

bool rows_field_is(enum row_kind kind, const void *row, uint16_t tag, const struct value *value)
{
    const struct field *field = find_field(kind, tag);
    if (field == NULL) {
        return false;
    }
    if (is_line(field)) {
        struct text line = *(const struct text *)member(row, field);
        return value->type == VALUE_TEXT ? line.length > 0 && text_equal(line, value->text)
                                         : value->type == VALUE_NONE && line.length == 0;
    }
    if (field->type == FIELD_PART) {
        const struct text_part *part = member(row, field);
        return value->type == VALUE_PART
                   ? part->sequence == value->part.sequence && part->part == value->part.part
                   : value->type == VALUE_NONE && part->sequence == 0;
    }
    return value->type == VALUE_NUMBER && number_of(field, row) == value->number;
}

bool rows_is_of_ticket(enum row_kind kind)
{
    return row_is_of_ticket(kind);
}

void rows_blank(enum row_kind kind, uint64_t a, uint64_t b, void *ret_row)
{
    memset(ret_row, 0, row_tables[kind].size);
    row_key_fill(kind, ret_row, a, b);
}
