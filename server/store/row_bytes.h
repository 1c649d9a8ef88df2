/* A row's struct <-> the body of its value, without index or journal. */
#ifndef TTYDESK_STORE_ROW_BYTES_H
#define TTYDESK_STORE_ROW_BYTES_H

#include "server/store/internal.h"

/* False with an error latched. */
bool row_read(struct rows *rows, enum row_kind kind, struct bytes body, uint64_t a, uint64_t b,
              union any_row *ret_row);

void row_write(struct rows *rows, enum row_kind kind, uint64_t a, uint64_t b, const void *row);

#endif
