#include "server/folded_text.h"

#include <string.h>
#include <utf8proc.h>

void folded_text_make(struct folded_text *folded, struct text text)
{
    folded->count = 0;
    if (text.length == 0) {
        return;
    }
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length,
                           folded->points, FOLDED_MAX, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE);
    folded->count = count < 0 || count > FOLDED_MAX ? 0 : (size_t)count;
}

bool folded_text_contains(const struct folded_text *folded, const struct folded_text *wanted)
{
    for (size_t i = 0; i + wanted->count <= folded->count; i++) {
        if (memcmp(folded->points + i, wanted->points, wanted->count * sizeof wanted->points[0]) ==
            0) {
            return true;
        }
    }
    return wanted->count == 0;
}
