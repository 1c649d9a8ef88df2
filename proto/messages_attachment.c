/* The tables of requests on attachments and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field attachment_begin_fields[] = {
    [ATTACHMENT_BEGIN_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(attachment_begin, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ATTACHMENT_BEGIN_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(attachment_begin, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [ATTACHMENT_BEGIN_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(attachment_begin, name), .min = 1, .max = ATTACHMENT_NAME_MAX,
        .required = true, .since = 2,
        .help = "Name of the file, without a path."},
    [ATTACHMENT_BEGIN_SIZE] = {.name = "size", .type = FIELD_NUMBER,
        .offset = AT(attachment_begin, size), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Bytes of the file."},
    [ATTACHMENT_BEGIN_HASH] = {.name = "hash", .type = FIELD_BYTES,
        .offset = AT(attachment_begin, hash), .min = CONTENT_HASH_BYTES, .max = CONTENT_HASH_BYTES,
        .required = true, .since = 2,
        .help = "BLAKE2b-256 of the file."},
    [ATTACHMENT_BEGIN_INTERNAL] = {.name = "internal", .type = FIELD_BOOL,
        .offset = AT(attachment_begin, internal), .since = 2,
        .help = "Only for those who see private notes; absent: for everybody who sees the "
                "ticket."},
};
const struct table attachment_begin_table = TABLE(attachment_begin);

static const struct field upload_fields[] = {
    [UPLOAD_UPLOAD] = {.name = "upload", .type = FIELD_NUMBER, .offset = AT(upload, upload),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "What to name in attachment.chunk and attachment.finish."},
    [UPLOAD_RECEIVED] = {.name = "received", .type = FIELD_NUMBER, .offset = AT(upload, received),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Bytes that have arrived: the offset of the next chunk."},
};
const struct table upload_table = TABLE(upload);

static const struct field attachment_chunk_fields[] = {
    [ATTACHMENT_CHUNK_UPLOAD] = {.name = "upload", .type = FIELD_NUMBER,
        .offset = AT(attachment_chunk, upload), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The upload, as attachment.begin named it."},
    [ATTACHMENT_CHUNK_OFFSET] = {.name = "offset", .type = FIELD_NUMBER,
        .offset = AT(attachment_chunk, offset), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Where in the file these bytes begin; what has arrived already may come "
                "again."},
    [ATTACHMENT_CHUNK_DATA] = {.name = "data", .type = FIELD_BYTES,
        .offset = AT(attachment_chunk, data), .min = 1, .max = CHUNK_BYTES, .required = true,
        .since = 2,
        .help = "The bytes: 131072 of them, or as many as are left."},
};
const struct table attachment_chunk_table = TABLE(attachment_chunk);

static const struct field attachment_finish_fields[] = {
    [ATTACHMENT_FINISH_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(attachment_finish, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ATTACHMENT_FINISH_UPLOAD] = {.name = "upload", .type = FIELD_NUMBER,
        .offset = AT(attachment_finish, upload), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The upload, as attachment.begin named it."},
};
const struct table attachment_finish_table = TABLE(attachment_finish);

static const struct field attachment_list_fields[] = {
    [ATTACHMENT_LIST_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(attachment_list, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
};
const struct table attachment_list_table = TABLE(attachment_list);

static const struct field attachment_fields[] = {
    [ATTACHMENT_ID] = {.name = "id", .type = FIELD_NUMBER, .offset = AT(attachment, id), .min = 1,
        .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Names the attachment within its ticket."},
    [ATTACHMENT_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(attachment, name),
        .min = 0, .max = ATTACHMENT_NAME_MAX, .required = true, .since = 2,
        .help = "Name of the file, as its sender called it. It is no path: do not use it as "
                "one."},
    [ATTACHMENT_SIZE] = {.name = "size", .type = FIELD_NUMBER, .offset = AT(attachment, size),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Bytes of the file."},
    [ATTACHMENT_AUTHOR] = {.name = "author", .type = FIELD_LINE, .offset = AT(attachment, author),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "Who attached it."},
    [ATTACHMENT_TIME] = {.name = "time", .type = FIELD_NUMBER, .offset = AT(attachment, time_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "When, in milliseconds since 1970 UTC."},
    [ATTACHMENT_INTERNAL] = {.name = "internal", .type = FIELD_BOOL,
        .offset = AT(attachment, internal), .since = 2,
        .help = "Only those who see private notes see it; present for those."},
};
const struct table attachment_table = TABLE(attachment);

static const struct field attachment_list_reply_fields[] = {
    [ATTACHMENT_LIST_REPLY_ATTACHMENTS] = {.name = "attachments", .type = FIELD_LIST,
        .offset = AT(attachment_list_reply, attachments), .min = 0, .max = ATTACHMENTS_MAX,
        .required = true, .since = 2, .table = &attachment_table,
        .help = "The attachments, oldest first."},
    [ATTACHMENT_LIST_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(attachment_list_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table attachment_list_reply_table = TABLE(attachment_list_reply);

static const struct field attachment_read_fields[] = {
    [ATTACHMENT_READ_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(attachment_read, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [ATTACHMENT_READ_ID] = {.name = "id", .type = FIELD_NUMBER, .offset = AT(attachment_read, id),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The attachment."},
    [ATTACHMENT_READ_OFFSET] = {.name = "offset", .type = FIELD_NUMBER,
        .offset = AT(attachment_read, offset), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Where in the file to begin."},
};
const struct table attachment_read_table = TABLE(attachment_read);

static const struct field attachment_piece_fields[] = {
    [ATTACHMENT_PIECE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(attachment_piece, name), .min = 0, .max = ATTACHMENT_NAME_MAX,
        .required = true, .since = 2,
        .help = "Name of the file. It is no path: do not use it as one."},
    [ATTACHMENT_PIECE_SIZE] = {.name = "size", .type = FIELD_NUMBER,
        .offset = AT(attachment_piece, size), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Bytes of the whole file."},
    [ATTACHMENT_PIECE_HASH] = {.name = "hash", .type = FIELD_BYTES,
        .offset = AT(attachment_piece, hash), .min = CONTENT_HASH_BYTES, .max = CONTENT_HASH_BYTES,
        .required = true, .since = 2,
        .help = "BLAKE2b-256 of the whole file."},
    [ATTACHMENT_PIECE_DATA] = {.name = "data", .type = FIELD_BYTES,
        .offset = AT(attachment_piece, data), .min = 0, .max = CHUNK_BYTES, .required = true,
        .since = 2,
        .help = "Bytes from the offset on, as many as come at once; none at the end of the "
                "file."},
};
const struct table attachment_piece_table = TABLE(attachment_piece);

static const struct field attachment_remove_fields[] = {
    [ATTACHMENT_REMOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(attachment_remove, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [ATTACHMENT_REMOVE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(attachment_remove, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [ATTACHMENT_REMOVE_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(attachment_remove, id), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The attachment."},
};
const struct table attachment_remove_table = TABLE(attachment_remove);
