/* The tables of requests on tickets and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field ticket_create_fields[] = {
    [CREATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_create, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [CREATE_TITLE] = {.name = "title", .type = FIELD_LINE, .offset = AT(ticket_create, title),
        .min = 1, .max = TITLE_MAX, .required = true, .since = 1,
        .help = "What it is about, in one line."},
    [CREATE_PROBLEM] = {.name = "problem", .type = FIELD_TEXT, .offset = AT(ticket_create, problem),
        .min = 1, .max = PROBLEM_MAX, .required = true, .since = 1,
        .help = "The problem in full."},
    [CREATE_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(ticket_create, kind),
        .min = KIND_HARDWARE, .max = KIND_SOFTWARE, .required = true, .since = 1,
        .choices = &kind_choices,
        .help = "Hardware or software."},
    [CREATE_STATUS] = {.name = "status", .type = FIELD_CHOICE, .offset = AT(ticket_create, status),
        .min = STATUS_MINOR, .max = STATUS_CRITICAL, .since = 1, .choices = &status_choices,
        .help = "How bad it is; MINOR when absent."},
    [CREATE_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(ticket_create, queue),
        .min = 1, .max = QUEUE_NAME_MAX, .since = 2,
        .help = "Name of the queue it goes into; the default queue when absent."},
    [CREATE_REQUESTER] = {.name = "requester", .type = FIELD_LINE,
        .offset = AT(ticket_create, requester), .min = USER_NAME_MIN, .max = USER_NAME_MAX,
        .since = 2,
        .help = "User name of whom it is opened for; oneself when absent, others are for staff."},
};
const struct table ticket_create_table = TABLE(ticket_create);

static const struct field ticket_changed_fields[] = {
    [TICKET_CHANGED_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_changed, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Number of the ticket."},
    [TICKET_CHANGED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(ticket_changed, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Its version after the change."},
    [TICKET_CHANGED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_changed, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Position of the change in the desk's journal."},
    [TICKET_CHANGED_RELEASE] = {.name = "release", .type = FIELD_NUMBER,
        .offset = AT(ticket_changed, release_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Only of a reply that is held: when it will be sent. Until then `sequence` "
                "identifies it for ticket.withdraw and ticket.send_now."},
};
const struct table ticket_changed_table = TABLE(ticket_changed);

static const struct field ticket_get_fields[] = {
    [TICKET_GET_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_get, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Number of the ticket."},
};
const struct table ticket_get_table = TABLE(ticket_get);

static const struct field ticket_reply_full_fields[] = {
    [TICKET_FULL_TICKET] = {.name = "ticket", .type = FIELD_RECORD,
        .offset = AT(ticket_reply_full, ticket), .required = true, .since = 1,
        .table = &ticket_table,
        .help = "The ticket."},
    [TICKET_FULL_PROBLEM] = {.name = "problem", .type = FIELD_TEXT,
        .offset = AT(ticket_reply_full, problem), .min = 0, .max = PROBLEM_MAX, .required = true,
        .since = 1,
        .help = "The problem in full; empty once it has been erased."},
    [TICKET_FULL_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_reply_full, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "The state of the desk this was read from."},
    [TICKET_FULL_MERGED_FROM] = {.name = "merged_from", .type = FIELD_NUMBER,
        .offset = AT(ticket_reply_full, merged_from), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "The number asked for, when that ticket was merged into this one."},
    [TICKET_FULL_MERGED_PROBLEM] = {.name = "merged_problem", .type = FIELD_TEXT,
        .offset = AT(ticket_reply_full, merged_problem), .min = 0, .max = PROBLEM_MAX, .since = 2,
        .help = "With merged_from: the problem of the ticket asked for."},
    [TICKET_FULL_MERGED] = {.name = "merged", .type = FIELD_LIST,
        .offset = AT(ticket_reply_full, merged), .min = 0, .max = MERGED_MAX, .since = 2,
        .table = &merged_ticket_table,
        .help = "The tickets that were merged into this one, when there are some."},
};
const struct table ticket_reply_full_table = TABLE(ticket_reply_full);

static const struct field ticket_messages_fields[] = {
    [TICKET_MESSAGES_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_messages, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Number of the ticket."},
    [TICKET_MESSAGES_AFTER] = {.name = "after", .type = FIELD_NUMBER,
        .offset = AT(ticket_messages, after), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Sequence of the last message already seen; absent: from the first."},
    [TICKET_MESSAGES_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(ticket_messages, limit), .min = 1, .max = PAGE_MAX, .since = 1,
        .help = "How many at most; 50 when absent."},
};
const struct table ticket_messages_table = TABLE(ticket_messages);

static const struct field ticket_messages_reply_fields[] = {
    [MESSAGES_REPLY_MESSAGES] = {.name = "messages", .type = FIELD_LIST,
        .offset = AT(ticket_messages_reply, messages), .min = 0, .max = PAGE_MAX, .required = true,
        .since = 1, .table = &message_table,
        .help = "Messages, oldest first."},
    [MESSAGES_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(ticket_messages_reply, more), .required = true, .since = 1,
        .help = "Whether there are more after these."},
    [MESSAGES_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_messages_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 1,
        .help = "The state of the desk this was read from."},
};
const struct table ticket_messages_reply_table = TABLE(ticket_messages_reply);

static const struct field ticket_list_fields[] = {
    [TICKET_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(ticket_list, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Where the page before ended; absent: from the newest ticket."},
    [TICKET_LIST_LIMIT] = {.name = "limit", .type = FIELD_NUMBER, .offset = AT(ticket_list, limit),
        .min = 1, .max = PAGE_MAX, .since = 1,
        .help = "How many at most; 50 when absent."},
    [TICKET_LIST_STATUS] = {.name = "status", .type = FIELD_CHOICE,
        .offset = AT(ticket_list, status), .min = STATUS_MINOR, .max = STATUS_RESOLVED, .since = 1,
        .choices = &status_choices,
        .help = "Only tickets of this status."},
    [TICKET_LIST_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(ticket_list, kind),
        .min = KIND_HARDWARE, .max = KIND_SOFTWARE, .since = 1, .choices = &kind_choices,
        .help = "Only tickets of this kind."},
    [TICKET_LIST_TITLE] = {.name = "title", .type = FIELD_LINE, .offset = AT(ticket_list, title),
        .min = 1, .max = FILTER_MAX, .since = 1,
        .help = "Only tickets with this in their title, letter case ignored."},
    [TICKET_LIST_REQUESTER] = {.name = "requester", .type = FIELD_LINE,
        .offset = AT(ticket_list, requester), .min = 1, .max = USER_NAME_MAX, .since = 1,
        .help = "Only tickets this account opened; for staff."},
    [TICKET_LIST_DELETED] = {.name = "deleted", .type = FIELD_BOOL,
        .offset = AT(ticket_list, deleted), .since = 1,
        .help = "True: deleted tickets instead of the others; for admin mode."},
    [TICKET_LIST_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(ticket_list, queue),
        .min = 1, .max = QUEUE_NAME_MAX, .since = 2,
        .help = "Only tickets in this queue; for staff who may read it."},
    [TICKET_LIST_UNREAD] = {.name = "unread", .type = FIELD_BOOL,
        .offset = AT(ticket_list, unread), .since = 2,
        .help = "True: only tickets with messages that one has not read."},
    [TICKET_LIST_OWNER] = {.name = "owner", .type = FIELD_LINE, .offset = AT(ticket_list, owner),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "Only tickets of this owner; \"-\": only those that nobody owns."},
    [TICKET_LIST_TAG] = {.name = "tag", .type = FIELD_LINE, .offset = AT(ticket_list, tag),
        .min = 1, .max = TAG_MAX, .since = 2,
        .help = "Only tickets with this tag; for staff."},
    [TICKET_LIST_QUERY] = {.name = "query", .type = FIELD_LINE, .offset = AT(ticket_list, query),
        .min = 0, .max = QUERY_MAX, .since = 2,
        .help = "Only tickets that this says, in the query language."},
    [TICKET_LIST_ZONE] = {.name = "zone", .type = FIELD_LINE, .offset = AT(ticket_list, zone),
        .min = 6, .max = ZONE_MAX, .since = 2,
        .help = "How far the asker's clock is from UTC, as \"+02:00\": when days begin."},
    [TICKET_LIST_PLACE] = {.name = "place", .type = FIELD_BYTES, .offset = AT(ticket_list, place),
        .min = 1, .max = LIST_PLACE_MAX, .since = 2,
        .help = "Of a sorted list instead of the cursor: where the page before ended."},
};
const struct table ticket_list_table = TABLE(ticket_list);

static const struct field ticket_list_reply_fields[] = {
    [LIST_REPLY_TICKETS] = {.name = "tickets", .type = FIELD_LIST,
        .offset = AT(ticket_list_reply, tickets), .min = 0, .max = PAGE_MAX, .required = true,
        .since = 1, .table = &ticket_table,
        .help = "Tickets, newest number first; can be few or none while more is true."},
    [LIST_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL, .offset = AT(ticket_list_reply, more),
        .required = true, .since = 1,
        .help = "Whether there may be more after these."},
    [LIST_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(ticket_list_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "For the next page; there when more is true."},
    [LIST_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_list_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "The state of the desk this was read from."},
    [LIST_REPLY_PLACE] = {.name = "place", .type = FIELD_BYTES,
        .offset = AT(ticket_list_reply, place), .min = 1, .max = LIST_PLACE_MAX, .since = 2,
        .help = "When there is more of a sorted list: for the next request."},
};
const struct table ticket_list_reply_table = TABLE(ticket_list_reply);

static const struct field ticket_update_fields[] = {
    [UPDATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_update, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [UPDATE_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_update, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Number of the ticket."},
    [UPDATE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(ticket_update, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Version that was read; the request is refused when it is no longer the newest."},
    [UPDATE_TITLE] = {.name = "title", .type = FIELD_LINE, .offset = AT(ticket_update, title),
        .min = 1, .max = TITLE_MAX, .since = 1,
        .help = "New title."},
    [UPDATE_PROBLEM] = {.name = "problem", .type = FIELD_TEXT, .offset = AT(ticket_update, problem),
        .min = 1, .max = PROBLEM_MAX, .since = 1,
        .help = "New text of the problem."},
    [UPDATE_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(ticket_update, kind),
        .min = KIND_HARDWARE, .max = KIND_SOFTWARE, .since = 1, .choices = &kind_choices,
        .help = "New kind."},
    [UPDATE_STATUS] = {.name = "status", .type = FIELD_CHOICE, .offset = AT(ticket_update, status),
        .min = STATUS_MINOR, .max = STATUS_RESOLVED, .since = 1, .choices = &status_choices,
        .help = "New status; MINOR, MAJOR and CRITICAL reopen a resolved ticket."},
    [UPDATE_EVEN_WITH_OPEN_CHILDREN] = {.name = "even_with_open_children", .type = FIELD_BOOL,
        .offset = AT(ticket_update, even_with_open_children), .since = 2,
        .help = "True: resolve it although tickets that are part of it are not resolved."},
};
const struct table ticket_update_table = TABLE(ticket_update);

static const struct field ticket_pend_fields[] = {
    [PEND_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_pend, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation."},
    [PEND_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_pend, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [PEND_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset = AT(ticket_pend, version),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The version it is made from; another one is a version_conflict."},
    [PEND_UNTIL] = {.name = "until", .type = FIELD_NUMBER, .offset = AT(ticket_pend, until_ms),
        .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "When it opens by itself, in milliseconds since 1970 UTC, at most two years ahead; "
                "absent: when the requester answers."},
};
const struct table ticket_pend_table = TABLE(ticket_pend);

static const struct field ticket_open_fields[] = {
    [OPEN_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_open, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation."},
    [OPEN_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_open, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [OPEN_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset = AT(ticket_open, version),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The version it is made from; another one is a version_conflict."},
};
const struct table ticket_open_table = TABLE(ticket_open);

static const struct field ticket_say_fields[] = {
    [SAY_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_say, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 1,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [SAY_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_say, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Number of the ticket."},
    [SAY_TEXT] = {.name = "text", .type = FIELD_TEXT, .offset = AT(ticket_say, text), .min = 1,
        .max = MESSAGE_MAX, .required = true, .since = 1,
        .help = "What to say."},
    [SAY_STATUS] = {.name = "status", .type = FIELD_CHOICE, .offset = AT(ticket_say, status),
        .min = STATUS_MINOR, .max = STATUS_RESOLVED, .since = 2, .choices = &status_choices,
        .help = "Status that the ticket gets in the same act; for staff and the requester."},
    [SAY_PEND] = {.name = "pend", .type = FIELD_BOOL, .offset = AT(ticket_say, pend), .since = 2,
        .help = "Makes the ticket pending in the same act; staff only."},
    [SAY_PEND_UNTIL] = {.name = "pend_until", .type = FIELD_NUMBER,
        .offset = AT(ticket_say, pend_until_ms), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "The same until then, in milliseconds since 1970 UTC; absent: until the requester "
                "answers."},
    [SAY_KEEP_RESOLVED] = {.name = "keep_resolved", .type = FIELD_BOOL,
        .offset = AT(ticket_say, keep_resolved), .since = 2,
        .help = "A resolved ticket stays so: the requester only says thanks."},
    [SAY_EVEN_WITH_OPEN_CHILDREN] = {.name = "even_with_open_children", .type = FIELD_BOOL,
        .offset = AT(ticket_say, even_with_open_children), .since = 2,
        .help = "With status RESOLVED: although tickets that are part of it are not resolved."},
};
const struct table ticket_say_table = TABLE(ticket_say);

static const struct field ticket_move_fields[] = {
    [MOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_move, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [MOVE_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_move, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [MOVE_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(ticket_move, queue),
        .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since = 2,
        .help = "Name of the queue it goes into."},
    [MOVE_FROM] = {.name = "from", .type = FIELD_LINE, .offset = AT(ticket_move, from), .min = 1,
        .max = QUEUE_NAME_MAX, .since = 2,
        .help = "Name of the queue it was in when it was looked at; the request is refused when it "
                "is in another one by now."},
};
const struct table ticket_move_table = TABLE(ticket_move);
static const struct field ticket_mark_read_fields[] = {
    [MARK_READ_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_mark_read, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [MARK_READ_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_mark_read, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Of the last message that was read."},
};
const struct table ticket_mark_read_table = TABLE(ticket_mark_read);

static const struct field ticket_history_fields[] = {
    [TICKET_HISTORY_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_history, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Number of the ticket."},
    [TICKET_HISTORY_AFTER] = {.name = "after", .type = FIELD_NUMBER,
        .offset = AT(ticket_history, after), .min = 0, .max = NUMBER_MAX, .since = 1,
        .help = "Sequence of the last entry already seen; absent: from the first."},
    [TICKET_HISTORY_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(ticket_history, limit), .min = 1, .max = PAGE_MAX, .since = 1,
        .help = "How many at most; 50 when absent."},
};
const struct table ticket_history_table = TABLE(ticket_history);

static const struct field ticket_history_reply_fields[] = {
    [HISTORY_REPLY_ENTRIES] = {.name = "entries", .type = FIELD_LIST,
        .offset = AT(ticket_history_reply, entries), .min = 0, .max = PAGE_MAX, .required = true,
        .since = 1, .table = &history_entry_table,
        .help = "Entries, oldest first."},
    [HISTORY_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(ticket_history_reply, more), .required = true, .since = 1,
        .help = "Whether there are more after these."},
    [HISTORY_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_history_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "The state of the desk this was read from."},
};
const struct table ticket_history_reply_table = TABLE(ticket_history_reply);
