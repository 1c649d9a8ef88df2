/* The tables of the audit: the journal as admins read it. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field admin_audit_fields[] = {
    [AUDIT_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset = AT(admin_audit, cursor),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the newest entry."},
    [AUDIT_LIMIT] = {.name = "limit", .type = FIELD_NUMBER, .offset = AT(admin_audit, limit),
        .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
    [AUDIT_ACTOR] = {.name = "actor", .type = FIELD_LINE, .offset = AT(admin_audit, actor),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "Only what this account did, or somebody in its name; \"console\" for the console."},
    [AUDIT_TICKET] = {.name = "ticket", .type = FIELD_NUMBER, .offset = AT(admin_audit, ticket),
        .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Only what was done to this ticket."},
    [AUDIT_ACCOUNT] = {.name = "account", .type = FIELD_LINE, .offset = AT(admin_audit, account),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "Only what was done to this account."},
    [AUDIT_SINCE] = {.name = "since", .type = FIELD_NUMBER, .offset = AT(admin_audit, since_ms),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Only what was done then or later, in milliseconds since 1970 UTC."},
    [AUDIT_UNTIL] = {.name = "until", .type = FIELD_NUMBER, .offset = AT(admin_audit, until_ms),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Only what was done before then, in milliseconds since 1970 UTC."},
};
const struct table admin_audit_table = TABLE(admin_audit);

static const struct field audit_change_fields[] = {
    [AUDIT_CHANGE_ROW] = {.name = "row", .type = FIELD_LINE, .offset = AT(audit_change, row),
        .min = 1, .max = 64, .required = true, .since = 2,
        .help = "What kind of row it is, such as ticket or account."},
    [AUDIT_CHANGE_ID] = {.name = "id", .type = FIELD_NUMBER, .offset = AT(audit_change, id),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Its first key number: of a ticket, its number."},
    [AUDIT_CHANGE_OTHER] = {.name = "other", .type = FIELD_NUMBER, .offset = AT(audit_change, other),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Its second key number, if it has one."},
    [AUDIT_CHANGE_ACT] = {.name = "act", .type = FIELD_LINE, .offset = AT(audit_change, act),
        .min = 1, .max = 16, .required = true, .since = 2,
        .help = "What was done to it: create, set or remove."},
    [AUDIT_CHANGE_FIELD] = {.name = "field", .type = FIELD_LINE, .offset = AT(audit_change, field),
        .min = 1, .max = 64, .since = 2,
        .help = "The field that was set."},
    [AUDIT_CHANGE_OLD] = {.name = "old", .type = FIELD_LINE, .offset = AT(audit_change, old_value),
        .min = 0, .max = 1000, .since = 2,
        .help = "What it was; absent: nothing, erased since, or a long text."},
    [AUDIT_CHANGE_NEW] = {.name = "new", .type = FIELD_LINE, .offset = AT(audit_change, new_value),
        .min = 0, .max = 1000, .since = 2,
        .help = "What it is since; absent: nothing, erased since, or a long text."},
};
const struct table audit_change_table = TABLE(audit_change);

static const struct field audit_entry_fields[] = {
    [AUDIT_ENTRY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER, .offset = AT(audit_entry, sequence),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Position in the desk's journal."},
    [AUDIT_ENTRY_TIME] = {.name = "time", .type = FIELD_NUMBER, .offset = AT(audit_entry, time_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "When it was done, in milliseconds since 1970 UTC."},
    [AUDIT_ENTRY_ACTOR] = {.name = "actor", .type = FIELD_LINE, .offset = AT(audit_entry, actor),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "User name of who did it, or \"console\"; absent: the desk itself."},
    [AUDIT_ENTRY_ACTING_FOR] = {.name = "acting_for", .type = FIELD_LINE, .offset = AT(audit_entry, acting_for),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "In whose name they did it, when in somebody else's."},
    [AUDIT_ENTRY_CONSOLE] = {.name = "console", .type = FIELD_BOOL, .offset = AT(audit_entry, console),
        .required = true, .since = 2,
        .help = "Whether it came from the console of the desk's machine."},
    [AUDIT_ENTRY_GATEWAY] = {.name = "gateway", .type = FIELD_BOOL, .offset = AT(audit_entry, gateway),
        .required = true, .since = 2,
        .help = "Whether a gateway said who it was."},
    [AUDIT_ENTRY_SOURCE] = {.name = "source", .type = FIELD_LINE, .offset = AT(audit_entry, source),
        .min = 1, .max = 256, .since = 2,
        .help = "From where: an address, or unix: and a user id; absent: from within, or erased."},
    [AUDIT_ENTRY_WHAT] = {.name = "what", .type = FIELD_CHOICE, .offset = AT(audit_entry, what),
        .min = 0, .max = METHOD_COUNT - 1, .choices = &method_choices, .since = 2,
        .help = "The method; absent: one that this version does not know."},
    [AUDIT_ENTRY_TICKETS] = {.name = "tickets", .type = FIELD_LIST, .offset = AT(audit_entry, tickets),
        .min = 0, .max = AUDIT_CHANGES_MAX, .table = &bulk_ticket_table, .required = true, .since = 2,
        .help = "The tickets it is about; only their numbers."},
    [AUDIT_ENTRY_CHANGES] = {.name = "changes", .type = FIELD_LIST, .offset = AT(audit_entry, changes),
        .min = 0, .max = AUDIT_CHANGES_MAX, .table = &audit_change_table, .required = true, .since = 2,
        .help = "Every field that changed."},
    [AUDIT_ENTRY_CUT] = {.name = "cut", .type = FIELD_BOOL, .offset = AT(audit_entry, cut),
        .required = true, .since = 2,
        .help = "Whether there were more tickets or changes than are told here."},
};
const struct table audit_entry_table = TABLE(audit_entry);

static const struct field admin_audit_reply_fields[] = {
    [AUDIT_REPLY_ENTRIES] = {.name = "entries", .type = FIELD_LIST, .offset = AT(admin_audit_reply, entries),
        .min = 0, .max = PAGE_MAX, .table = &audit_entry_table, .required = true, .since = 2,
        .help = "Entries, newest first; can be few or none while more is true."},
    [AUDIT_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL, .offset = AT(admin_audit_reply, more),
        .required = true, .since = 2,
        .help = "Whether there may be more after these."},
    [AUDIT_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset = AT(admin_audit_reply, cursor),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
    [AUDIT_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER, .offset = AT(admin_audit_reply, sequence),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table admin_audit_reply_table = TABLE(admin_audit_reply);
