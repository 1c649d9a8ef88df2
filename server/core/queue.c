/* Queues: where tickets are sorted into, and who works on them. */
#include "server/core/queue.h"

#include "server/core/permission.h"

bool queue_read(struct rows *rows, uint64_t id, struct row_queue *ret_row)
{
    if (rows_get(rows, ROW_QUEUE, id, 0, ret_row)) {
        return true;
    }
    if (id != QUEUE_DEFAULT) {
        return false;
    }
    *ret_row = (struct row_queue){.id = QUEUE_DEFAULT, .name = text_of("general")};
    return true;
}
