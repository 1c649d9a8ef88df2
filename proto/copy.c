#include "proto/copy.h"

#include <string.h>

static bool copy_field(struct arena *arena, const struct field *field, void *place);

static bool copy_fields(struct arena *arena, const struct table *table, void *message)
{
    for (size_t i = 0; i < table->field_count; i++) {
        if (!copy_field(arena, &table->fields[i], (char *)message + table->fields[i].offset)) {
            return false;
        }
    }
    return true;
}

static bool copy_bytes(struct arena *arena, const void **data, size_t length)
{
    if (*data == NULL) {
        return true;
    }
    *data = arena_copy(arena, *data, length);
    return *data != NULL;
}

static bool copy_list(struct arena *arena, const struct table *table, struct list *list)
{
    const char *items = list->items;
    if (list->count == 0) {
        list->items = NULL;
        return true;
    }
    char *copies = arena_array(arena, list->count, table->size);
    if (copies == NULL) {
        return false;
    }
    memcpy(copies, items, list->count * table->size);
    list->items = copies;
    for (size_t i = 0; i < list->count; i++) {
        if (!copy_fields(arena, table, copies + i * table->size)) {
            return false;
        }
    }
    return true;
}

/* `place` holds a shallow copy of the field. */
static bool copy_field(struct arena *arena, const struct field *field, void *place)
{
    switch (field->type) {
    case FIELD_LINE:
    case FIELD_TEXT:
    case FIELD_SECRET: {
        struct text *text = place;
        const void *data = text->data;
        bool copied = copy_bytes(arena, &data, text->length);
        text->data = data;
        return copied;
    }
    case FIELD_BYTES: {
        struct bytes *bytes = place;
        const void *data = bytes->data;
        bool copied = copy_bytes(arena, &data, bytes->length);
        bytes->data = data;
        return copied;
    }
    case FIELD_RECORD:
        return copy_fields(arena, field->table, place);
    case FIELD_LIST:
        return copy_list(arena, field->table, place);
    case FIELD_BOOL:
    case FIELD_NUMBER:
    case FIELD_CHOICE:
    case FIELD_PART:
        return true;
    }
    return true;
}

bool message_copy(struct arena *arena, const struct table *table, const void *message,
                  void *ret_copy)
{
    memcpy(ret_copy, message, table->size);
    if (!copy_fields(arena, table, ret_copy)) {
        memset(ret_copy, 0, table->size);
        return false;
    }
    return true;
}
