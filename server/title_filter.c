#include "server/title_filter.h"

#include <string.h>
#include <utf8proc.h>

/* Case-folded and taken apart; 0 when that finds no room, which no valid title or filter needs. */
static size_t fold(struct text text, int32_t ret_folded[TITLE_FILTER_FOLDED_MAX])
{
    utf8proc_ssize_t count = utf8proc_decompose(
        (const utf8proc_uint8_t *)text.data, (utf8proc_ssize_t)text.length, ret_folded,
        TITLE_FILTER_FOLDED_MAX, UTF8PROC_CASEFOLD | UTF8PROC_DECOMPOSE);
    return count < 0 || count > TITLE_FILTER_FOLDED_MAX ? 0 : (size_t)count;
}

void title_filter_init(struct title_filter *filter, struct text wanted)
{
    filter->count = wanted.length == 0 ? 0 : fold(wanted, filter->folded);
}

bool title_filter_matches(const struct title_filter *filter, struct text title)
{
    if (filter->count == 0) {
        return true;
    }
    int32_t folded[TITLE_FILTER_FOLDED_MAX];
    size_t count = fold(title, folded);
    for (size_t i = 0; i + filter->count <= count; i++) {
        if (memcmp(folded + i, filter->folded, filter->count * sizeof folded[0]) == 0) {
            return true;
        }
    }
    return false;
}
