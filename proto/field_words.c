#include "proto/field_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/messages.h"
#include "proto/require.h"

bool field_has_words(const struct field *field)
{
    return field->type == FIELD_NUMBER || field->type == FIELD_BOOL || field->type == FIELD_CHOICE;
}

void field_write_value(const struct field *field, const void *message,
                       char ret_text[FIELD_WORDS_SIZE])
{
    const char *place = (const char *)message + field->offset;
    uint64_t number;
    uint32_t choice;
    require(field_has_words(field));
    if (field->type == FIELD_NUMBER) {
        memcpy(&number, place, sizeof number);
        (void)snprintf(ret_text, FIELD_WORDS_SIZE, "%" PRIu64, number);
    } else if (field->type == FIELD_BOOL) {
        (void)snprintf(ret_text, FIELD_WORDS_SIZE, "%s", *(const bool *)place ? "yes" : "no");
    } else {
        memcpy(&choice, place, sizeof choice);
        (void)snprintf(ret_text, FIELD_WORDS_SIZE, "%s", choices_name(field->choices, choice));
    }
}

static void write_choices(const struct choices *choices, char ret_text[FIELD_WORDS_SIZE])
{
    size_t used = 0;
    ret_text[0] = '\0';
    for (uint32_t i = 0; i < choices->count && used < FIELD_WORDS_SIZE; i++) {
        used += (size_t)snprintf(ret_text + used, FIELD_WORDS_SIZE - used, "%s%s",
                                 i > 0 ? ", " : "", choices_name(choices, i));
    }
}

void field_write_allowed(const struct field *field, char ret_text[FIELD_WORDS_SIZE])
{
    require(field_has_words(field));
    if (field->type == FIELD_NUMBER) {
        (void)snprintf(ret_text, FIELD_WORDS_SIZE, "%" PRIu64 " to %" PRIu64, field->min,
                       field->max);
    } else if (field->type == FIELD_BOOL) {
        (void)snprintf(ret_text, FIELD_WORDS_SIZE, "yes or no");
    } else {
        write_choices(field->choices, ret_text);
    }
}

static bool read_number(const char *text, uint64_t *ret_number)
{
    char *end = NULL;
    errno = 0;
    *ret_number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

bool field_read_value(const struct field *field, const char *text, void *message)
{
    char *place = (char *)message + field->offset;
    uint64_t number = 0;
    uint32_t choice = 0;
    require(field_has_words(field));
    if (field->type == FIELD_NUMBER) {
        bool good = read_number(text, &number);
        memcpy(place, &number, sizeof number);
        return good;
    }
    if (field->type == FIELD_BOOL) {
        *(bool *)place = strcmp(text, "yes") == 0;
        return *(bool *)place || strcmp(text, "no") == 0;
    }
    bool known = choices_find(field->choices, text_of(text), &choice);
    if (known) {
        memcpy(place, &choice, sizeof choice);
    }
    return known;
}

const struct field *field_find(const struct table *table, struct text name)
{
    for (size_t i = 0; i < table->field_count; i++) {
        if (text_equal(text_of(table->fields[i].name), name)) {
            return &table->fields[i];
        }
    }
    return NULL;
}
