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

/* clang-format on */
