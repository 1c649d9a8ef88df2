/* The loop's sight of the desk: one reading transaction for all queries of a turn, taken when the
 * first one needs it and dropped at the turn's end, and as soon as a batch has settled: so a client
 * that wrote reads its own write. */
#ifndef TTYDESK_SERVER_SNAPSHOT_H
#define TTYDESK_SERVER_SNAPSHOT_H

#include <uv.h>

#include "server/store/store.h"

/* All zero holds nothing. */
struct snapshot {
    struct store *store;
    struct rows *rows; /* NULL: none taken */
    struct arena arena;
    uv_check_t check;
    uv_prepare_t prepare;
};

void snapshot_init(struct snapshot *snapshot, uv_loop_t *loop, struct store *store);

/* Closes its handles; the loop has to run once more. */
void snapshot_finish(struct snapshot *snapshot);

/* The rows, borrowed until the turn ends or snapshot_drop. Errors as store_read_begin. */
enum error snapshot_rows(struct snapshot *snapshot, struct rows **ret_rows);

/* Between requests: gives back memory that the last ones have taken, if it is much. */
void snapshot_trim(struct snapshot *snapshot);

/* Forgets it, so that the next query sees the last commit. */
void snapshot_drop(struct snapshot *snapshot);

#endif
