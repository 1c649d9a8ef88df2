#include "proto/fields.h"

#include <string.h>

struct text text_of(const char *string)
{
    return (struct text){.data = string, .length = string != NULL ? strlen(string) : 0};
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.data, b.data, a.length) == 0);
}

bool choices_find(const struct choices *choices, struct text name, uint32_t *ret_value)
{
    for (uint32_t i = 0; i < choices->count; i++) {
        if (choices->names[i] != NULL && text_equal(text_of(choices->names[i]), name)) {
            *ret_value = i;
            return true;
        }
    }
    return false;
}

const char *choices_name(const struct choices *choices, uint32_t value)
{
    if (value >= choices->count || choices->names[value] == NULL) {
        return "?";
    }
    return choices->names[value];
}
