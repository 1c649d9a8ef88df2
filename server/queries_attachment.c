/* Queries about the files on a ticket. */
#include <string.h>

#include "server/core/attachment.h"
#include "server/core/view.h"
#include "server/queries_page.h"

/* Bytes of an item on the wire without its name. */
enum { ATTACHMENT_WIRE_BYTES = 128 };

enum error query_attachment_list(const struct query *query, void *ret_reply,
                                 struct failure *ret_failure)
{
    (void)ret_failure;
    const struct attachment_list *request = query->request;
    struct attachment_list_reply *reply = ret_reply;
    struct row_ticket ticket;
    struct page page;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, ATTACHMENTS_MAX, sizeof(struct attachment));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_ATTACHMENTS, ticket.number, 0, false);
    for (uint64_t id; rows_range_next(query->rows, &range, &id);) {
        struct row_attachment row;
        struct attachment *place = page_place(&page);
        if (!attachment_find(query->viewer, &ticket, id, &row)) {
            continue;
        }
        if (place == NULL || !page_take(&page, ATTACHMENT_WIRE_BYTES + row.name.length)) {
            break;
        }
        view_attachment(query->viewer, &ticket, &row, place);
    }
    reply->attachments = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

/* The bytes from the offset to the end of its chunk. */
static enum error read_piece(const struct query *query, const struct row_attachment *row,
                             uint64_t offset, struct bytes *ret_data)
{
    struct row_chunk chunk;
    uint64_t skip = offset % CHUNK_BYTES;
    if (offset >= row->size) {
        return ERROR_NONE;
    }
    if (!rows_get(query->rows, ROW_CHUNK, row->blob, offset / CHUNK_BYTES, &chunk) ||
        chunk.data.length <= skip) {
        return ERROR_DATA_DAMAGED;
    }
    *ret_data = (struct bytes){chunk.data.data + skip, chunk.data.length - (size_t)skip};
    return ERROR_NONE;
}

enum error query_attachment_read(const struct query *query, void *ret_reply,
                                 struct failure *ret_failure)
{
    const struct attachment_read *request = query->request;
    struct attachment_piece *reply = ret_reply;
    struct row_ticket ticket;
    struct row_attachment row;
    struct row_blob blob;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error != ERROR_NONE) {
        return error;
    }
    if (!attachment_find(query->viewer, &ticket, request->id, &row)) {
        ret_failure->field = text_of("id");
        ret_failure->message = text_of("The ticket has no such file.");
        return ERROR_NOT_FOUND;
    }
    if (!rows_get(query->rows, ROW_BLOB, row.blob, 0, &blob)) {
        return ERROR_DATA_DAMAGED;
    }
    reply->name = row.name;
    reply->size = row.size;
    reply->hash = blob.hash;
    return read_piece(query, &row, request->offset, &reply->data);
}
