/* The tables of requests about several tickets, and of taking back. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field bulk_ticket_fields[] = {
    [BULK_TICKET_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(bulk_ticket, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [BULK_TICKET_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(bulk_ticket, version), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Version that was read; it is left alone when that is no longer the newest."},
};
const struct table bulk_ticket_table = TABLE(bulk_ticket);

static const struct field ticket_bulk_fields[] = {
    [BULK_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_bulk, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [BULK_TICKETS] = {.name = "tickets", .type = FIELD_LIST, .offset = AT(ticket_bulk, tickets),
        .min = 0, .max = BULK_MAX, .required = true, .since = 2, .table = &bulk_ticket_table,
        .help = "The tickets, at least one and each once."},
    [BULK_FIELD_ACT] = {.name = "act", .type = FIELD_CHOICE, .offset = AT(ticket_bulk, act),
        .min = 0, .max = BULK_ACT_COUNT - 1, .required = true, .since = 2,
        .choices = &bulk_act_choices,
        .help = "What to do to each of them."},
    [BULK_FIELD_STATUS] = {.name = "status", .type = FIELD_CHOICE,
        .offset = AT(ticket_bulk, status), .min = STATUS_MINOR, .max = STATUS_RESOLVED,
        .since = 2, .choices = &status_choices,
        .help = "New status, with the act status."},
    [BULK_FIELD_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(ticket_bulk, kind),
        .min = KIND_HARDWARE, .max = KIND_SOFTWARE, .since = 2, .choices = &kind_choices,
        .help = "New kind, with the act kind."},
    [BULK_FIELD_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(ticket_bulk, queue),
        .min = 1, .max = QUEUE_NAME_MAX, .since = 2,
        .help = "The queue they shall go to, with the act move."},
    [BULK_FIELD_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(ticket_bulk, name),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "User name of the new owner, with the act give."},
    [BULK_FIELD_TAGS] = {.name = "tags", .type = FIELD_LINE, .offset = AT(ticket_bulk, tags),
        .min = 1, .max = TAGS_MAX, .since = 2,
        .help = "Tags with a space between them, with the acts tag and untag."},
    [BULK_FIELD_UNTIL] = {.name = "until", .type = FIELD_NUMBER,
        .offset = AT(ticket_bulk, until_ms), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "When they come back, in milliseconds since 1970 UTC, with the act pend; absent: "
                "when their requesters answer."},
};
const struct table ticket_bulk_table = TABLE(ticket_bulk);

static const struct field ticket_result_fields[] = {
    [TICKET_RESULT_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_result, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [TICKET_RESULT_CODE] = {.name = "code", .type = FIELD_CHOICE,
        .offset = AT(ticket_result, code), .min = ERROR_NONE, .max = ERROR_COUNT - 1,
        .required = true, .since = 2, .choices = &error_choices,
        .help = "Error code, or none when it was done."},
    [TICKET_RESULT_MESSAGE] = {.name = "message", .type = FIELD_LINE,
        .offset = AT(ticket_result, message), .min = 1, .max = REASON_MAX, .since = 2,
        .help = "For people: why it was not done."},
    [TICKET_RESULT_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(ticket_result, version), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Its version after the change; there when it was done."},
};
const struct table ticket_result_table = TABLE(ticket_result);

static const struct field ticket_results_fields[] = {
    [TICKET_RESULTS_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_results, sequence), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Position of the change in the desk's journal; absent when nothing was done."},
    [TICKET_RESULTS_RESULTS] = {.name = "results", .type = FIELD_LIST,
        .offset = AT(ticket_results, results), .min = 0, .max = BULK_MAX, .required = true,
        .since = 2, .table = &ticket_result_table,
        .help = "What became of each ticket, in the order of the request."},
};
const struct table ticket_results_table = TABLE(ticket_results);

static const struct field ticket_undo_fields[] = {
    [UNDO_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_undo, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [UNDO_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_undo, sequence), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Which act: the sequence that its reply or the history gave."},
};
const struct table ticket_undo_table = TABLE(ticket_undo);

static const struct field ticket_last_act_reply_fields[] = {
    [LAST_ACT_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_last_act_reply, sequence), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Its position in the desk's journal; absent, with the others, when there is none."},
    [LAST_ACT_TIME] = {.name = "time", .type = FIELD_NUMBER,
        .offset = AT(ticket_last_act_reply, time_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When, in milliseconds since 1970 UTC."},
    [LAST_ACT_WHAT] = {.name = "what", .type = FIELD_CHOICE,
        .offset = AT(ticket_last_act_reply, what), .min = 0, .max = METHOD_COUNT - 1, .since = 2,
        .choices = &method_choices,
        .help = "The method that did it."},
    [LAST_ACT_TICKETS] = {.name = "tickets", .type = FIELD_LIST,
        .offset = AT(ticket_last_act_reply, tickets), .min = 0, .max = BULK_MAX,
        .required = true, .since = 2, .table = &bulk_ticket_table,
        .help = "The tickets it changed; only their numbers."},
};
const struct table ticket_last_act_reply_table = TABLE(ticket_last_act_reply);
