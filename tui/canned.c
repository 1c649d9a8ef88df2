#include "tui/canned.h"

#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    size_t offset;
} variables[] = {
    {"{number}", offsetof(struct canned_values, number)},
    {"{title}", offsetof(struct canned_values, title)},
    {"{requester}", offsetof(struct canned_values, requester)},
    {"{requester_name}", offsetof(struct canned_values, requester_name)},
    {"{staff}", offsetof(struct canned_values, staff)},
    {"{desk}", offsetof(struct canned_values, desk)},
};

/* The length of the variable that begins here, braces included; 0: none does. */
static size_t variable_length(const char *data, size_t length)
{
    size_t i = 1;

    if (length < 3 || data[0] != '{') {
        return 0;
    }
    while (i < length && ((data[i] >= 'a' && data[i] <= 'z') || data[i] == '_')) {
        i++;
    }
    return i > 1 && i < length && data[i] == '}' ? i + 1 : 0;
}

/* No data: it is not known. */
static struct text value_of(const struct canned_values *values, struct text variable)
{
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (text_equal(variable, text_of(variables[i].name))) {
            struct text value;
            memcpy(&value, (const char *)values + variables[i].offset, sizeof value);
            return value;
        }
    }
    return (struct text){.data = NULL};
}

struct text canned_expand(struct buffer *buffer, struct text text,
                          const struct canned_values *values)
{
    struct text unknown = {.data = NULL};

    for (size_t i = 0; i < text.length;) {
        size_t length = variable_length(text.data + i, text.length - i);
        struct text piece = {.data = text.data + i, .length = length > 0 ? length : 1};
        struct text value = length > 0 ? value_of(values, piece) : piece;
        if (value.data == NULL) {
            value = piece;
            unknown = unknown.data == NULL ? piece : unknown;
        }
        buffer_append(buffer, value.data, value.length);
        i += piece.length;
    }
    return unknown;
}

struct text canned_name(struct text display_name, struct text user_name)
{
    return display_name.length > 0 ? display_name : user_name;
}
