/* Several ranges walked as one, newest number first, what stands in more than one of them once. */
#ifndef TTYDESK_SERVER_ROW_MERGE_H
#define TTYDESK_SERVER_ROW_MERGE_H

#include "server/store/rows.h"

enum { ROW_MERGE_MAX = 8 };

struct row_merge {
    struct row_range *ranges; /* the caller's, all of them backwards */
    size_t count;
    bool has[ROW_MERGE_MAX]; /* the next id of each, when it was read already */
    uint64_t next[ROW_MERGE_MAX];
};

/* At most ROW_MERGE_MAX ranges, which have to live as long as the merge. */
void row_merge_begin(struct row_merge *merge, struct row_range *ranges, size_t count);

/* The next lower id; false at the end of all ranges or with an error latched. */
bool row_merge_next(struct rows *rows, struct row_merge *merge, uint64_t *ret_id);

#endif
