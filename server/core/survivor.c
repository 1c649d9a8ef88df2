#include "server/core/survivor.h"

bool survivor_find(struct rows *rows, uint64_t number, struct row_ticket *ret_row)
{
    struct row_ticket row;

    /* One step is enough: what was merged into a ticket follows it when that is merged in turn. */
    if (!rows_get(rows, ROW_TICKET, number, 0, &row) ||
        (row.merged_into != 0 && !rows_get(rows, ROW_TICKET, row.merged_into, 0, &row))) {
        return false;
    }
    *ret_row = row;
    return true;
}
