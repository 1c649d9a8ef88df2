/* The tables of requests on what was said on a ticket and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field ticket_message_fields[] = {
    [TICKET_MESSAGE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_message, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_MESSAGE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_message, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [TICKET_MESSAGE_MESSAGE] = {.name = "message", .type = FIELD_NUMBER,
        .offset = AT(ticket_message, message), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Sequence of the message."},
};
const struct table ticket_message_table = TABLE(ticket_message);

static const struct field message_edit_fields[] = {
    [MESSAGE_EDIT_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(message_edit, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [MESSAGE_EDIT_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(message_edit, number), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [MESSAGE_EDIT_MESSAGE] = {.name = "message", .type = FIELD_NUMBER,
        .offset = AT(message_edit, message), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Sequence of the message."},
    [MESSAGE_EDIT_TEXT] = {.name = "text", .type = FIELD_TEXT, .offset = AT(message_edit, text),
        .min = 1, .max = MESSAGE_MAX, .required = true, .since = 2,
        .help = "What it is to say from now on."},
};
const struct table message_edit_table = TABLE(message_edit);

static const struct field message_versions_fields[] = {
    [MESSAGE_VERSIONS_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(message_versions, number), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [MESSAGE_VERSIONS_MESSAGE] = {.name = "message", .type = FIELD_NUMBER,
        .offset = AT(message_versions, message), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Sequence of the message."},
    [MESSAGE_VERSIONS_AFTER] = {.name = "after", .type = FIELD_NUMBER,
        .offset = AT(message_versions, after), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Sequence of the last version already seen."},
    [MESSAGE_VERSIONS_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(message_versions, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "At most so many; the daemon's page size when absent."},
};
const struct table message_versions_table = TABLE(message_versions);

static const struct field message_version_fields[] = {
    [MESSAGE_VERSION_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(message_version, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Position of the change that brought it in the desk's journal."},
    [MESSAGE_VERSION_TIME] = {.name = "time", .type = FIELD_NUMBER,
        .offset = AT(message_version, time_ms), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "When that was, in milliseconds since 1970 UTC."},
    [MESSAGE_VERSION_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(message_version, text), .min = 0, .max = MESSAGE_MAX, .required = true,
        .since = 2,
        .help = "What the message said from then on."},
};
const struct table message_version_table = TABLE(message_version);

static const struct field message_versions_reply_fields[] = {
    [VERSIONS_REPLY_VERSIONS] = {.name = "versions", .type = FIELD_LIST,
        .offset = AT(message_versions_reply, versions), .min = 0, .max = PAGE_MAX,
        .required = true, .since = 2, .table = &message_version_table,
        .help = "The versions, oldest first."},
    [VERSIONS_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(message_versions_reply, more), .required = true, .since = 2,
        .help = "Whether there are further ones: ask again with `after`."},
    [VERSIONS_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(message_versions_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table message_versions_reply_table = TABLE(message_versions_reply);

/* clang-format on */
