/* The tables of requests on links and tags and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field ticket_link_fields[] = {
    [TICKET_LINK_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_link, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_LINK_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_link, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [TICKET_LINK_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(ticket_link, kind),
        .min = LINK_PARENT, .max = LINK_DUPLICATED_BY, .required = true, .since = 2,
        .choices = &link_kind_choices,
        .help = "What it is to the other: parent or child of it, depends on it or blocks it, "
                "relates to it, duplicate of it or duplicated by it."},
    [TICKET_LINK_TO] = {.name = "to", .type = FIELD_NUMBER, .offset = AT(ticket_link, to),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the other ticket."},
};
const struct table ticket_link_table = TABLE(ticket_link);

static const struct field ticket_unlink_fields[] = {
    [TICKET_UNLINK_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_unlink, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_UNLINK_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_unlink, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [TICKET_UNLINK_TO] = {.name = "to", .type = FIELD_NUMBER, .offset = AT(ticket_unlink, to),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the other ticket."},
    [TICKET_UNLINK_KIND] = {.name = "kind", .type = FIELD_CHOICE,
        .offset = AT(ticket_unlink, kind), .min = LINK_PARENT, .max = LINK_DUPLICATED_BY,
        .since = 2, .choices = &link_kind_choices,
        .help = "What it is to the other by now; absent: whatever it is."},
};
const struct table ticket_unlink_table = TABLE(ticket_unlink);

static const struct field ticket_links_fields[] = {
    [TICKET_LINKS_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_links, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
};
const struct table ticket_links_table = TABLE(ticket_links);

static const struct field linked_ticket_fields[] = {
    [LINKED_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(linked_ticket, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the other ticket."},
    [LINKED_KIND] = {.name = "kind", .type = FIELD_CHOICE, .offset = AT(linked_ticket, kind),
        .min = LINK_PARENT, .max = LINK_DUPLICATED_BY, .required = true, .since = 2,
        .choices = &link_kind_choices,
        .help = "What the ticket asked about is to the other."},
    [LINKED_TITLE] = {.name = "title", .type = FIELD_LINE, .offset = AT(linked_ticket, title),
        .min = 1, .max = TITLE_MAX, .required = true, .since = 2,
        .help = "Title of the other ticket."},
    [LINKED_STATUS] = {.name = "status", .type = FIELD_CHOICE, .offset = AT(linked_ticket, status),
        .min = STATUS_MINOR, .max = STATUS_RESOLVED, .required = true, .since = 2,
        .choices = &status_choices,
        .help = "Status of the other ticket."},
};
const struct table linked_ticket_table = TABLE(linked_ticket);

static const struct field ticket_links_reply_fields[] = {
    [LINKS_REPLY_LINKS] = {.name = "links", .type = FIELD_LIST,
        .offset = AT(ticket_links_reply, links), .min = 0, .max = LINKS_MAX, .required = true,
        .since = 2, .table = &linked_ticket_table,
        .help = "The links to tickets that the asker may see."},
    [LINKS_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_links_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table ticket_links_reply_table = TABLE(ticket_links_reply);

static const struct field ticket_merge_fields[] = {
    [TICKET_MERGE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_merge, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_MERGE_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_merge, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket that is to go into another."},
    [TICKET_MERGE_VERSION] = {.name = "version", .type = FIELD_NUMBER,
        .offset = AT(ticket_merge, version), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Version that was read; the request is refused when it is no longer the newest."},
    [TICKET_MERGE_INTO] = {.name = "into", .type = FIELD_NUMBER, .offset = AT(ticket_merge, into),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket that survives."},
    [TICKET_MERGE_INTO_VERSION] = {.name = "into_version", .type = FIELD_NUMBER,
        .offset = AT(ticket_merge, into_version), .min = 1, .max = NUMBER_MAX, .since = 2,
        .help = "Version of that one that was read; absent: whichever it has."},
};
const struct table ticket_merge_table = TABLE(ticket_merge);

static const struct field ticket_split_fields[] = {
    [TICKET_SPLIT_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_split, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_SPLIT_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_split, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket that the message is on."},
    [TICKET_SPLIT_MESSAGE] = {.name = "message", .type = FIELD_NUMBER,
        .offset = AT(ticket_split, message), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Sequence of the message; it stays where it is, too."},
    [TICKET_SPLIT_TITLE] = {.name = "title", .type = FIELD_LINE, .offset = AT(ticket_split, title),
        .min = 1, .max = TITLE_MAX, .required = true, .since = 2,
        .help = "Title of the new ticket."},
};
const struct table ticket_split_table = TABLE(ticket_split);

static const struct field ticket_tag_fields[] = {
    [TICKET_TAG_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_tag, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_TAG_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_tag, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
    [TICKET_TAG_ADD] = {.name = "add", .type = FIELD_LINE, .offset = AT(ticket_tag, add), .min = 1,
        .max = TAGS_MAX, .since = 2,
        .help = "Tags to put on it, separated by spaces: each a letter or digit, then letters, "
                "digits, dots, underscores or hyphens, 32 characters at most."},
    [TICKET_TAG_REMOVE] = {.name = "remove", .type = FIELD_LINE, .offset = AT(ticket_tag, remove),
        .min = 1, .max = TAGS_MAX, .since = 2,
        .help = "Tags to take off it, separated by spaces."},
};
const struct table ticket_tag_table = TABLE(ticket_tag);

static const struct field tag_list_fields[] = {
    [TAG_LIST_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset = AT(tag_list, cursor),
        .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the first tag."},
    [TAG_LIST_LIMIT] = {.name = "limit", .type = FIELD_NUMBER, .offset = AT(tag_list, limit),
        .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table tag_list_table = TABLE(tag_list);

static const struct field tag_fields[] = {
    [TAG_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(tag, name), .min = 1,
        .max = TAG_MAX, .required = true, .since = 2,
        .help = "The tag."},
};
const struct table tag_table = TABLE(tag);

static const struct field tag_list_reply_fields[] = {
    [TAG_LIST_REPLY_TAGS] = {.name = "tags", .type = FIELD_LIST, .offset = AT(tag_list_reply, tags),
        .min = 0, .max = PAGE_MAX, .required = true, .since = 2, .table = &tag_table,
        .help = "Tags, in the order in which they were first used."},
    [TAG_LIST_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL, .offset = AT(tag_list_reply, more),
        .required = true, .since = 2,
        .help = "Whether there may be more after these."},
    [TAG_LIST_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER,
        .offset = AT(tag_list_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
    [TAG_LIST_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(tag_list_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table tag_list_reply_table = TABLE(tag_list_reply);
