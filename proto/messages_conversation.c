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

static const struct field canned_fields[] = {
    [CANNED_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(canned, name), .min = 1, .max = CANNED_NAME_MAX, .required = true, .since = 2,
        .help = "Its name, which stands for it in requests."},
    [CANNED_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(canned, title), .min = 0, .max = TITLE_MAX, .required = true, .since = 2,
        .help = "What it is for, in one line."},
    [CANNED_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(canned, text), .min = 0, .max = MESSAGE_MAX, .required = true, .since = 2,
        .help = "Its text. {number}, {title}, {requester}, {requester_name}, {staff} "
                "and {desk} stand for what they name; the client fills them in."},
    [CANNED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(canned, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Grows with each change."},
};
const struct table canned_table = TABLE(canned);

static const struct field canned_list_fields[] = {
    [CANNED_LIST_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(canned_list, name), .min = 1, .max = CANNED_NAME_MAX, .since = 2,
        .help = "Only the one of this name."},
    [CANNED_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(canned_list, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Continues after the last page."},
    [CANNED_LIST_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(canned_list, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "At most so many; the daemon's page size when absent."},
};
const struct table canned_list_table = TABLE(canned_list);

static const struct field canned_list_reply_fields[] = {
    [CANNED_REPLY_CANNED] = {.name = "canned", .type = FIELD_LIST,
        .offset = AT(canned_list_reply, canned), .min = 0, .max = PAGE_MAX, .table = &canned_table, .required = true, .since = 2,
        .help = "Canned replies, the oldest first."},
    [CANNED_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(canned_list_reply, more), .required = true, .since = 2,
        .help = "Whether there are further ones: ask again with `cursor`."},
    [CANNED_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(canned_list_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; present when there is more."},
    [CANNED_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(canned_list_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table canned_list_reply_table = TABLE(canned_list_reply);

static const struct field admin_canned_create_fields[] = {
    [CANNED_CREATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_canned_create, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the "
                "same id changes nothing."},
    [CANNED_CREATE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_canned_create, name), .min = 1, .max = CANNED_NAME_MAX, .required = true, .since = 2,
        .help = "Its name: a to z, 0 to 9, dots, underscores and hyphens."},
    [CANNED_CREATE_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(admin_canned_create, title), .min = 0, .max = TITLE_MAX, .since = 2,
        .help = "What it is for, in one line."},
    [CANNED_CREATE_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(admin_canned_create, text), .min = 1, .max = MESSAGE_MAX, .required = true, .since = 2,
        .help = "Its text; what may stand in it in braces, see the record."},
};
const struct table admin_canned_create_table = TABLE(admin_canned_create);

static const struct field admin_canned_update_fields[] = {
    [CANNED_UPDATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_canned_update, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the "
                "same id changes nothing."},
    [CANNED_UPDATE_CANNED] = {.name = "canned", .type = FIELD_LINE,
        .offset = AT(admin_canned_update, canned), .min = 1, .max = CANNED_NAME_MAX, .required = true, .since = 2,
        .help = "The name it has."},
    [CANNED_UPDATE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(admin_canned_update, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Version that was read; the request is refused when it is no longer the "
                "newest."},
    [CANNED_UPDATE_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(admin_canned_update, name), .min = 1, .max = CANNED_NAME_MAX, .since = 2,
        .help = "Another name."},
    [CANNED_UPDATE_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(admin_canned_update, title), .min = 0, .max = TITLE_MAX, .since = 2,
        .help = "Another title."},
    [CANNED_UPDATE_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(admin_canned_update, text), .min = 1, .max = MESSAGE_MAX, .since = 2,
        .help = "Another text."},
};
const struct table admin_canned_update_table = TABLE(admin_canned_update);

static const struct field admin_canned_remove_fields[] = {
    [CANNED_REMOVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(admin_canned_remove, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the "
                "same id changes nothing."},
    [CANNED_REMOVE_CANNED] = {.name = "canned", .type = FIELD_LINE,
        .offset = AT(admin_canned_remove, canned), .min = 1, .max = CANNED_NAME_MAX, .required = true, .since = 2,
        .help = "Its name."},
    [CANNED_REMOVE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(admin_canned_remove, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Version that was read; the request is refused when it is no longer the "
                "newest."},
};
const struct table admin_canned_remove_table = TABLE(admin_canned_remove);

static const struct field canned_changed_fields[] = {
    [CANNED_CHANGED_NAME] = {.name = "name", .type = FIELD_LINE,
        .offset = AT(canned_changed, name), .min = 1, .max = CANNED_NAME_MAX, .required = true, .since = 2,
        .help = "Its name."},
    [CANNED_CHANGED_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(canned_changed, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Its version after the change."},
    [CANNED_CHANGED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(canned_changed, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Position of the change in the desk's journal."},
};
const struct table canned_changed_table = TABLE(canned_changed);

static const struct field kept_draft_fields[] = {
    [KEPT_DRAFT_WHAT] = {.name = "what", .type = FIELD_CHOICE,
        .offset = AT(kept_draft, what), .min = DRAFT_FOR_REPLY, .max = DRAFT_FOR_TICKET, .choices = &draft_for_choices, .required = true, .since = 2,
        .help = "What it is to become."},
    [KEPT_DRAFT_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(kept_draft, number), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket it is written to; absent for a new one."},
    [KEPT_DRAFT_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(kept_draft, title), .min = 0, .max = TITLE_MAX, .since = 2,
        .help = "Of a new ticket: its title so far."},
    [KEPT_DRAFT_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(kept_draft, text), .min = 0, .max = PROBLEM_MAX, .required = true, .since = 2,
        .help = "The text so far; of a new ticket: its problem."},
    [KEPT_DRAFT_UPDATED] = {.name = "updated", .type = FIELD_NUMBER,
        .offset = AT(kept_draft, updated_ms), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "When it was kept, in milliseconds since 1970 UTC."},
};
const struct table kept_draft_table = TABLE(kept_draft);

static const struct field draft_save_fields[] = {
    [DRAFT_SAVE_WHAT] = {.name = "what", .type = FIELD_CHOICE,
        .offset = AT(draft_save, what), .min = DRAFT_FOR_REPLY, .max = DRAFT_FOR_TICKET, .choices = &draft_for_choices, .required = true, .since = 2,
        .help = "What it is to become."},
    [DRAFT_SAVE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(draft_save, number), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket it is written to; not for a new one."},
    [DRAFT_SAVE_TITLE] = {.name = "title", .type = FIELD_LINE,
        .offset = AT(draft_save, title), .min = 0, .max = TITLE_MAX, .since = 2,
        .help = "Of a new ticket: its title so far."},
    [DRAFT_SAVE_TEXT] = {.name = "text", .type = FIELD_TEXT,
        .offset = AT(draft_save, text), .min = 0, .max = PROBLEM_MAX, .since = 2,
        .help = "The text so far; of a new ticket: its problem."},
};
const struct table draft_save_table = TABLE(draft_save);

static const struct field draft_get_fields[] = {
    [DRAFT_GET_WHAT] = {.name = "what", .type = FIELD_CHOICE,
        .offset = AT(draft_get, what), .min = DRAFT_FOR_REPLY, .max = DRAFT_FOR_TICKET, .choices = &draft_for_choices, .required = true, .since = 2,
        .help = "What it is to become."},
    [DRAFT_GET_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(draft_get, number), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket it is written to; not for a new one."},
};
const struct table draft_get_table = TABLE(draft_get);

static const struct field draft_remove_fields[] = {
    [DRAFT_REMOVE_WHAT] = {.name = "what", .type = FIELD_CHOICE,
        .offset = AT(draft_remove, what), .min = DRAFT_FOR_REPLY, .max = DRAFT_FOR_TICKET, .choices = &draft_for_choices, .required = true, .since = 2,
        .help = "What it is to become."},
    [DRAFT_REMOVE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(draft_remove, number), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Number of the ticket it is written to; not for a new one."},
};
const struct table draft_remove_table = TABLE(draft_remove);

static const struct field draft_reply_fields[] = {
    [DRAFT_REPLY_DRAFT] = {.name = "draft", .type = FIELD_RECORD,
        .offset = AT(draft_reply, draft), .table = &kept_draft_table, .required = true, .since = 2,
        .help = "The draft."},
};
const struct table draft_reply_table = TABLE(draft_reply);

static const struct field draft_list_fields[] = {
    [DRAFT_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(draft_list, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Continues after the last page."},
    [DRAFT_LIST_LIMIT] = {.name = "limit", .type = FIELD_NUMBER,
        .offset = AT(draft_list, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "At most so many; the daemon's page size when absent."},
};
const struct table draft_list_table = TABLE(draft_list);

static const struct field draft_list_reply_fields[] = {
    [DRAFTS_REPLY_DRAFTS] = {.name = "drafts", .type = FIELD_LIST,
        .offset = AT(draft_list_reply, drafts), .min = 0, .max = PAGE_MAX, .table = &kept_draft_table, .required = true, .since = 2,
        .help = "Drafts, by the number of their tickets."},
    [DRAFTS_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL,
        .offset = AT(draft_list_reply, more), .required = true, .since = 2,
        .help = "Whether there are further ones: ask again with `cursor`."},
    [DRAFTS_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(draft_list_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; present when there is more."},
};
const struct table draft_list_reply_table = TABLE(draft_list_reply);

/* clang-format on */
