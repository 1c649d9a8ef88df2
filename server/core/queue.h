/* Queues as they are kept. */
#ifndef TTYDESK_CORE_QUEUE_H
#define TTYDESK_CORE_QUEUE_H

#include "server/store/rows.h"

/* The queue with this id; false when there is none. The default queue is there from the beginning:
 * until an admin changes it, open to all staff and to users, under the name "general". */
bool queue_read(struct rows *rows, uint64_t id, struct row_queue *ret_row);

#endif
