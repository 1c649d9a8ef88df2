/* Files on tickets, for those who list, read and move them. */
#ifndef TTYDESK_CORE_ATTACHMENT_H
#define TTYDESK_CORE_ATTACHMENT_H

#include "server/core/permission.h"

/* The attachment of the ticket that has this id, as far as the viewer may see it; false when there
 * is none, or it was removed. */
bool attachment_find(const struct viewer *viewer, const struct row_ticket *ticket, uint64_t id,
                     struct row_attachment *ret_row);

/* How many files a ticket has, and their bytes together: of the internal ones, or of the others. */
struct attachment_sum {
    uint64_t count;
    uint64_t bytes;
};
struct attachment_sum attachment_sum(struct rows *rows, uint64_t ticket, bool internal);

/* How many chunks a file of so many bytes has. */
static inline uint64_t chunk_count_of(uint64_t bytes)
{
    return (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES;
}

#endif
