/* The tables of what the desk holds about a person, and of what it lets go by its age. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field account_export_fields[] = {
    [ACCOUNT_EXPORT_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(account_export, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the beginning."},
    [ACCOUNT_EXPORT_WITHIN] = {.name = "within", .type = FIELD_NUMBER,
        .offset = AT(account_export, within), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "The same, within what the cursor names; from the page before."},
    [ACCOUNT_EXPORT_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(account_export, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table account_export_table = TABLE(account_export);

static const struct field admin_account_export_fields[] = {
    [ADMIN_EXPORT_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_account_export, name), .min = 1, .max = USER_NAME_MAX, .required =
        true, .since = 2,
        .help = "User name of the account."},
    [ADMIN_EXPORT_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_account_export, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the beginning."},
    [ADMIN_EXPORT_WITHIN] = {.name = "within", .type = FIELD_NUMBER,
        .offset = AT(admin_account_export, within), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "The same, within what the cursor names; from the page before."},
    [ADMIN_EXPORT_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(admin_account_export, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_account_export_table = TABLE(admin_account_export);

static const struct field export_item_fields[] = {
    [EXPORT_ITEM_WHAT] = {.name = "what", .type = FIELD_LINE,
        .offset = AT(export_item, what), .min = 0, .max = 64, .required = true, .since = 2,
        .help = "What it is: account, role_request, sign_in, device, key, draft, read_marks, "
                "ticket, message, copy, act or file."},
    [EXPORT_ITEM_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(export_item, number), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket it is about."},
    [EXPORT_ITEM_ID] = {.name = "id", .type = FIELD_NUMBER,
        .offset = AT(export_item, id), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Of a message, a sign-in, a device; of an act: its place in the journal."},
    [EXPORT_ITEM_TIME] = {.name = "time", .type = FIELD_NUMBER,
        .offset = AT(export_item, time_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When it was or began, in milliseconds since 1970 UTC."},
    [EXPORT_ITEM_LAST] = {.name = "last", .type = FIELD_NUMBER,
        .offset = AT(export_item, last_ms), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "When it changed or was used last, in milliseconds since 1970 UTC."},
    [EXPORT_ITEM_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(export_item, name), .min = 0, .max = 1024, .since = 2,
        .help = "User name of the account or of who wrote the message; name of the file "
                "or the device."},
    [EXPORT_ITEM_EMAIL] = {.name = "email", .type = FIELD_LINE,
        .offset = AT(export_item, email), .min = 0, .max = EMAIL_MAX, .since = 2,
        .help = "Email address."},
    [EXPORT_ITEM_DISPLAY_NAME] = {.name = "display_name", .type = FIELD_LINE,
        .offset = AT(export_item, display_name), .min = 0, .max = DISPLAY_NAME_MAX, .since = 2,
        .help = "Name for people to read."},
    [EXPORT_ITEM_ROLE] = {.name = "role", .type = FIELD_LINE,
        .offset = AT(export_item, role), .min = 0, .max = 64, .since = 2,
        .help = "The role they have, or have asked for."},
    [EXPORT_ITEM_STATE] = {.name = "state", .type = FIELD_LINE,
        .offset = AT(export_item, state), .min = 0, .max = 64, .since = 2,
        .help = "State of the account, the ticket or the message."},
    [EXPORT_ITEM_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(export_item, title), .min = 0, .max = TITLE_MAX, .since = 2,
        .help = "Title of the ticket or the draft."},
    [EXPORT_ITEM_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(export_item, text), .min = 0, .max = PROBLEM_MAX, .since = 2,
        .help = "What was written: a problem, a message, a draft, a reason."},
    [EXPORT_ITEM_SOURCE] = {.name = "source", .type = FIELD_LINE,
        .offset = AT(export_item, source), .min = 0, .max = 256, .since = 2,
        .help = "The address it came from."},
    [EXPORT_ITEM_ACT] = {.name = "act", .type = FIELD_LINE,
        .offset = AT(export_item, act), .min = 0, .max = 64, .since = 2,
        .help = "The method that was used."},
    [EXPORT_ITEM_COUNT] = {.name = "count", .type = FIELD_NUMBER,
        .offset = AT(export_item, count), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "How many there are; the bytes of a file."},
    [EXPORT_ITEM_BY_OTHER] = {.name = "by_other", .type = FIELD_BOOL,
        .offset = AT(export_item, by_other), .since = 2,
        .help = "Whether somebody else did it, to the account or in its name."},
};
const struct table export_item_table = TABLE(export_item);

static const struct field account_export_reply_fields[] = {
    [EXPORT_REPLY_ITEMS] = {.name = "items", .type = FIELD_LIST,
        .offset = AT(account_export_reply, items), .min = 0, .max = PAGE_MAX, .required = true,
        .since = 2, .table = &export_item_table,
        .help = "What is held about the person."},
    [EXPORT_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(account_export_reply, more), .required = true, .since = 2,
        .help = "Whether there may be more after these; a page can be empty all the same."},
    [EXPORT_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(account_export_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
    [EXPORT_REPLY_WITHIN] = {.name = "within", .type = FIELD_NUMBER,
        .offset = AT(account_export_reply, within), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
    [EXPORT_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(account_export_reply, sequence), .min = 0, .max = NUMBER_MAX, .required =
        true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table account_export_reply_table = TABLE(account_export_reply);

static const struct field admin_retention_preview_fields[] = {
    [RETENTION_PREVIEW_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the beginning."},
    [RETENTION_PREVIEW_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_retention_preview_table = TABLE(admin_retention_preview);

static const struct field retention_ticket_fields[] = {
    [RETENTION_TICKET_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(retention_ticket, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [RETENTION_TICKET_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(retention_ticket, title), .min = 0, .max = TITLE_MAX, .required = true,
        .since = 2,
        .help = "Its title."},
    [RETENTION_TICKET_UPDATED] = {.name = "updated", .type = FIELD_NUMBER,
        .offset = AT(retention_ticket, updated_ms), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "When it changed last, in milliseconds since 1970 UTC."},
};
const struct table retention_ticket_table = TABLE(retention_ticket);

static const struct field admin_retention_preview_reply_fields[] = {
    [RETENTION_REPLY_DAYS] = {.name = "days", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview_reply, days), .min = 0, .max = NUMBER_MAX, .required
        = true, .since = 2,
        .help = "After how many days resolved tickets are purged; 0: never."},
    [RETENTION_REPLY_TICKETS] = {.name = "tickets", .type = FIELD_LIST,
        .offset = AT(admin_retention_preview_reply, tickets), .min = 0, .max = PAGE_MAX, .required
        = true, .since = 2, .table = &retention_ticket_table,
        .help = "Tickets that would be purged now, by number."},
    [RETENTION_REPLY_OLDEST] = {.name = "oldest", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview_reply, oldest_ms), .min = 0, .max = NUMBER_MAX,
        .since = 2,
        .help = "When the one of them that has not changed for longest changed last; "
                "absent: there are none here."},
    [RETENTION_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(admin_retention_preview_reply, more), .required = true, .since = 2,
        .help = "Whether there may be more after these; a page can be empty all the same."},
    [RETENTION_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview_reply, cursor), .min = 0, .max = NUMBER_MAX, .since =
        2,
        .help = "For the next page; there when more is true."},
    [RETENTION_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_preview_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table admin_retention_preview_reply_table = TABLE(admin_retention_preview_reply);

static const struct field admin_retention_run_fields[] = {
    [RETENTION_RUN_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_retention_run, operation), .min = OPERATION_BYTES, .max =
        OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [RETENTION_RUN_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(admin_retention_run, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the run before ended; absent: from the beginning."},
};
const struct table admin_retention_run_table = TABLE(admin_retention_run);

static const struct field retention_done_fields[] = {
    [RETENTION_DONE_PURGED] = {.name = "purged", .type = FIELD_NUMBER,
        .offset = AT(retention_done, purged), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "How many tickets this one has purged."},
    [RETENTION_DONE_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(retention_done, more), .required = true, .since = 2,
        .help = "Whether tickets are left to be looked at."},
    [RETENTION_DONE_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(retention_done, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next run; there when more is true."},
};
const struct table retention_done_table = TABLE(retention_done);

/* clang-format on */
