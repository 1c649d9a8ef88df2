/* Values lean towards the edges of what is allowed: there the mistakes are. */
#include "tests/lib/sample.h"

#include <string.h>

#include "proto/require.h"

enum { USUAL_LENGTH_MAX = 40, LIST_LENGTH_MAX = 4 };

static void *must(void *memory)
{
    require(memory != NULL);
    return memory;
}

struct text sample_text(size_t code_points, struct dice *dice, struct arena *arena)
{
    static const char *const characters[] = {"a", "Z", "7", " ", "~", "é", "ж", "語", "😀"};
    const size_t count = sizeof characters / sizeof characters[0];
    char *data = must(arena_alloc(arena, code_points * 4 + 1));
    size_t length = 0;
    for (size_t i = 0; i < code_points; i++) {
        const char *character = characters[dice_below(dice, count)];
        memcpy(data + length, character, strlen(character));
        length += strlen(character);
    }
    return (struct text){.data = data, .length = length};
}

/* A length within the limits: the smallest, the largest or a usual one. */
static size_t pick_length(const struct field *field, size_t usual_max, struct dice *dice)
{
    size_t largest = (size_t)field->max;
    size_t span = largest - (size_t)field->min;
    size_t choice = dice_below(dice, 8);
    if (choice == 0 && largest <= 1024) {
        return largest;
    }
    size_t usual = span < usual_max ? span : usual_max;
    return (size_t)field->min + (choice == 1 ? 0 : dice_below(dice, usual + 1));
}

static uint64_t pick_number(const struct field *field, struct dice *dice)
{
    switch (dice_below(dice, 4)) {
    case 0:
        return field->min;
    case 1:
        return field->max;
    default:
        return field->min + dice_bits(dice) % (field->max - field->min + 1);
    }
}

static void fill(const struct table *table, uint64_t wanted, struct dice *dice, struct arena *arena,
                 void *record);

static void fill_list(const struct field *field, struct dice *dice, struct arena *arena,
                      struct list *list)
{
    list->count = pick_length(field, LIST_LENGTH_MAX, dice) % (LIST_LENGTH_MAX + 1);
    list->items = must(arena_array(arena, list->count, field->table->size));
    for (size_t i = 0; i < list->count; i++) {
        fill(field->table, dice_bits(dice), dice, arena,
             (char *)list->items + i * field->table->size);
    }
}

static void fill_value(const struct field *field, struct dice *dice, struct arena *arena,
                       void *place)
{
    switch (field->type) {
    case FIELD_BOOL:
        *(bool *)place = dice_below(dice, 2) == 1;
        break;
    case FIELD_NUMBER:
        *(uint64_t *)place = pick_number(field, dice);
        break;
    case FIELD_CHOICE: {
        uint32_t value = (uint32_t)pick_number(field, dice);
        memcpy(place, &value, sizeof value);
        break;
    }
    case FIELD_LINE:
    case FIELD_TEXT:
        *(struct text *)place =
            sample_text(pick_length(field, USUAL_LENGTH_MAX, dice), dice, arena);
        break;
    case FIELD_SECRET: {
        size_t length = pick_length(field, USUAL_LENGTH_MAX, dice);
        char *data = must(arena_alloc(arena, length + 1));
        memset(data, 'x', length);
        *(struct text *)place = (struct text){.data = data, .length = length};
        break;
    }
    case FIELD_BYTES: {
        size_t length = pick_length(field, USUAL_LENGTH_MAX, dice);
        uint8_t *data = must(arena_alloc(arena, length + 1));
        dice_fill(dice, data, length);
        *(struct bytes *)place = (struct bytes){.data = data, .length = length};
        break;
    }
    case FIELD_RECORD:
        fill(field->table, dice_bits(dice), dice, arena, place);
        break;
    case FIELD_LIST:
        fill_list(field, dice, arena, place);
        break;
    case FIELD_PART:
        require(field->type != FIELD_PART);
    }
}

static void fill(const struct table *table, uint64_t wanted, struct dice *dice, struct arena *arena,
                 void *record)
{
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->required || present_has(wanted, i)) {
            fill_value(field, dice, arena, (char *)record + field->offset);
        }
        /* The bits of required fields are left to chance: they need no setting. */
        if (present_has(wanted, i)) {
            present_mark(record, i);
        }
    }
}

void *sample_make(const struct table *table, uint64_t wanted, struct dice *dice,
                  struct arena *arena)
{
    void *record = must(arena_alloc(arena, table->size));
    fill(table, wanted, dice, arena, record);
    return record;
}

static bool values_equal(const struct field *field, const void *a, const void *b)
{
    switch (field->type) {
    case FIELD_BOOL:
        return *(const bool *)a == *(const bool *)b;
    case FIELD_NUMBER:
        return *(const uint64_t *)a == *(const uint64_t *)b;
    case FIELD_CHOICE:
        return memcmp(a, b, sizeof(uint32_t)) == 0;
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_SECRET:
        return text_equal(*(const struct text *)a, *(const struct text *)b);
    case FIELD_BYTES: {
        const struct bytes *left = a;
        const struct bytes *right = b;
        return left->length == right->length && memcmp(left->data, right->data, left->length) == 0;
    }
    case FIELD_RECORD:
        return sample_equal(field->table, a, b);
    case FIELD_LIST: {
        const struct list *left = a;
        const struct list *right = b;
        bool equal = left->count == right->count;
        for (size_t i = 0; equal && i < left->count; i++) {
            size_t offset = i * field->table->size;
            equal = sample_equal(field->table, (const char *)left->items + offset,
                                 (const char *)right->items + offset);
        }
        return equal;
    }
    case FIELD_PART:
        break;
    }
    require(field->type != FIELD_PART);
    return false;
}

bool sample_equal(const struct table *table, const void *a, const void *b)
{
    for (unsigned i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        bool in_a = field->required || present_has(*(const uint64_t *)a, i);
        bool in_b = field->required || present_has(*(const uint64_t *)b, i);
        if (in_a != in_b) {
            return false;
        }
        if (in_a && !values_equal(field, (const char *)a + field->offset,
                                  (const char *)b + field->offset)) {
            return false;
        }
    }
    return true;
}
