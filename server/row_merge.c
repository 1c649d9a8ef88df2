#include "server/row_merge.h"

#include "proto/require.h"

void row_merge_begin(struct row_merge *merge, struct row_range *ranges, size_t count)
{
    require(count <= ROW_MERGE_MAX);
    *merge = (struct row_merge){.ranges = ranges, .count = count};
}

bool row_merge_next(struct rows *rows, struct row_merge *merge, uint64_t *ret_id)
{
    bool found = false;
    uint64_t highest = 0;
    for (size_t i = 0; i < merge->count; i++) {
        if (!merge->has[i]) {
            merge->has[i] = rows_range_next(rows, &merge->ranges[i], &merge->next[i]);
        }
        if (merge->has[i] && (!found || merge->next[i] > highest)) {
            highest = merge->next[i];
            found = true;
        }
    }
    for (size_t i = 0; i < merge->count; i++) {
        merge->has[i] = merge->has[i] && merge->next[i] != highest;
    }
    *ret_id = highest;
    return found;
}
