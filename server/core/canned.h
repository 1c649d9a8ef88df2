/* Canned replies as they are kept. */
#ifndef TTYDESK_CORE_CANNED_H
#define TTYDESK_CORE_CANNED_H

#include "server/store/rows.h"

/* The canned reply of this name; false when there is none. */
bool canned_find(struct rows *rows, struct text name, struct row_canned *ret_row);

#endif
