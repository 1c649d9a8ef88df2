/* The tables of requests on queues and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field queue_fields[] = {
        [QUEUE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(queue, name), .min = 1,
        .max = QUEUE_NAME_MAX, .required = true, .since = 2,
        .help = "Its name, which stands for it in requests."},
        [QUEUE_DESCRIPTION] = {.name = "description", .type = FIELD_LINE, .offset = AT(queue,
        description), .min = 0, .max = QUEUE_DESCRIPTION_MAX, .required = true, .since = 2,
        .help = "What it is for."},
        [QUEUE_MEMBERS_ONLY] = {.name = "members_only", .type = FIELD_BOOL, .offset = AT(queue,
        members_only), .required = true, .since = 2,
        .help = "Only those of the staff whose rights are listed work in it."},
        [QUEUE_STAFF_ONLY] = {.name = "staff_only", .type = FIELD_BOOL, .offset = AT(queue,
        staff_only), .required = true, .since = 2,
        .help = "Users can't file tickets into it."},
        [QUEUE_CLOSED] = {.name = "closed", .type = FIELD_BOOL, .offset = AT(queue, closed),
        .required = true, .since = 2,
        .help = "It takes no more tickets."},
        [QUEUE_IS_DEFAULT] = {.name = "default", .type = FIELD_BOOL, .offset = AT(queue,
        is_default), .required = true, .since = 2,
        .help = "Tickets that name no queue go there."},
        [QUEUE_TAKES] = {.name = "takes", .type = FIELD_BOOL, .offset = AT(queue, takes), .required
        = true, .since = 2,
        .help = "The viewer may file tickets into it."},
        [QUEUE_RIGHTS] = {.name = "rights", .type = FIELD_LINE, .offset = AT(queue, rights), .min =
        0, .max = RIGHTS_TEXT_MAX, .required = true, .since = 2,
        .help = "What the viewer may do with its tickets: read, create, change, own, separated by a "
                "space; empty: nothing."},
        [QUEUE_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset = AT(queue, version),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Rises with every change of the queue."},
};
const struct table queue_table = TABLE(queue);

static const struct field queue_list_reply_fields[] = {
        [QUEUE_LIST_REPLY_QUEUES] = {.name = "queues", .type = FIELD_LIST, .offset =
        AT(queue_list_reply, queues), .min = 0, .max = QUEUES_MAX, .table = &queue_table, .required
        = true, .since = 2,
        .help = "Queues, oldest first."},
        [QUEUE_LIST_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER, .offset =
        AT(queue_list_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table queue_list_reply_table = TABLE(queue_list_reply);

static const struct field queue_people_fields[] = {
        [QUEUE_PEOPLE_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset = AT(queue_people,
        queue), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since = 2,
        .help = "Name of the queue."},
        [QUEUE_PEOPLE_OWNERS] = {.name = "owners", .type = FIELD_BOOL, .offset = AT(queue_people,
        owners), .since = 2,
        .help = "Only those who may own tickets of the queue; else everybody who may be put in "
                "copy."},
        [QUEUE_PEOPLE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(queue_people, name),
        .min = 1, .max = USER_NAME_MAX, .since = 2,
        .help = "Only those whose names begin so."},
        [QUEUE_PEOPLE_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset =
        AT(queue_people, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the first account."},
        [QUEUE_PEOPLE_LIMIT] = {.name = "limit", .type = FIELD_NUMBER, .offset = AT(queue_people,
        limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table queue_people_table = TABLE(queue_people);

static const struct field queue_person_fields[] = {
        [QUEUE_PERSON_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(queue_person, name),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "The user name."},
};
const struct table queue_person_table = TABLE(queue_person);

static const struct field queue_people_reply_fields[] = {
        [QUEUE_PEOPLE_REPLY_PEOPLE] = {.name = "people", .type = FIELD_LIST, .offset =
        AT(queue_people_reply, people), .min = 0, .max = PAGE_MAX, .table = &queue_person_table,
        .required = true, .since = 2,
        .help = "They, in the order of their accounts."},
        [QUEUE_PEOPLE_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL, .offset =
        AT(queue_people_reply, more), .required = true, .since = 2,
        .help = "Whether there may be more after these; a page can be empty all the same."},
        [QUEUE_PEOPLE_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset =
        AT(queue_people_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
};
const struct table queue_people_reply_table = TABLE(queue_people_reply);

static const struct field admin_queue_create_fields[] = {
        [QUEUE_CREATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES, .offset =
        AT(admin_queue_create, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required
        = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
        [QUEUE_CREATE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(admin_queue_create,
        name), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since = 2,
        .help = "Its name: a to z, 0 to 9, dot, underscore, hyphen."},
        [QUEUE_CREATE_DESCRIPTION] = {.name = "description", .type = FIELD_LINE, .offset =
        AT(admin_queue_create, description), .min = 0, .max = QUEUE_DESCRIPTION_MAX, .since = 2,
        .help = "What it is for."},
        [QUEUE_CREATE_MEMBERS_ONLY] = {.name = "members_only", .type = FIELD_BOOL, .offset =
        AT(admin_queue_create, members_only), .since = 2,
        .help = "True: only those of the staff whose rights are listed work in it; otherwise all of "
                "them."},
        [QUEUE_CREATE_STAFF_ONLY] = {.name = "staff_only", .type = FIELD_BOOL, .offset =
        AT(admin_queue_create, staff_only), .since = 2,
        .help = "True: users can't file tickets into it."},
};
const struct table admin_queue_create_table = TABLE(admin_queue_create);

static const struct field admin_queue_update_fields[] = {
        [QUEUE_UPDATE_OPERATION] = {.name = "operation", .type = FIELD_BYTES, .offset =
        AT(admin_queue_update, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required
        = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
        [QUEUE_UPDATE_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset =
        AT(admin_queue_update, queue), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since =
        2,
        .help = "Its name so far."},
        [QUEUE_UPDATE_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset =
        AT(admin_queue_update, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Version that was read; the request is refused when it is no longer the newest."},
        [QUEUE_UPDATE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(admin_queue_update,
        name), .min = 1, .max = QUEUE_NAME_MAX, .since = 2,
        .help = "A new name."},
        [QUEUE_UPDATE_DESCRIPTION] = {.name = "description", .type = FIELD_LINE, .offset =
        AT(admin_queue_update, description), .min = 0, .max = QUEUE_DESCRIPTION_MAX, .since = 2,
        .help = "What it is for."},
        [QUEUE_UPDATE_MEMBERS_ONLY] = {.name = "members_only", .type = FIELD_BOOL, .offset =
        AT(admin_queue_update, members_only), .since = 2,
        .help = "True: only those of the staff whose rights are listed work in it."},
        [QUEUE_UPDATE_STAFF_ONLY] = {.name = "staff_only", .type = FIELD_BOOL, .offset =
        AT(admin_queue_update, staff_only), .since = 2,
        .help = "True: users can't file tickets into it."},
        [QUEUE_UPDATE_CLOSED] = {.name = "closed", .type = FIELD_BOOL, .offset =
        AT(admin_queue_update, closed), .since = 2,
        .help = "True: it takes no more tickets. What is in it stays."},
};
const struct table admin_queue_update_table = TABLE(admin_queue_update);

static const struct field queue_changed_fields[] = {
        [QUEUE_CHANGED_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(queue_changed,
        name), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since = 2,
        .help = "Name of the queue."},
        [QUEUE_CHANGED_VERSION] = {.name = "version", .type = FIELD_NUMBER, .offset =
        AT(queue_changed, version), .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Its version after the change."},
        [QUEUE_CHANGED_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER, .offset =
        AT(queue_changed, sequence), .min = 0, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Position of the change in the desk's journal."},
};
const struct table queue_changed_table = TABLE(queue_changed);

static const struct field admin_queue_rights_fields[] = {
        [QUEUE_RIGHTS_OPERATION] = {.name = "operation", .type = FIELD_BYTES, .offset =
        AT(admin_queue_rights, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES, .required
        = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
        [QUEUE_RIGHTS_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset =
        AT(admin_queue_rights, queue), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since =
        2,
        .help = "Name of the queue."},
        [QUEUE_RIGHTS_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(admin_queue_rights,
        name), .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of somebody of the staff."},
        [QUEUE_RIGHTS_RIGHTS] = {.name = "rights", .type = FIELD_LINE, .offset =
        AT(admin_queue_rights, rights), .min = 1, .max = RIGHTS_TEXT_MAX, .required = true, .since =
        2,
        .help = "All that they may do there: read, create, change, own, separated by a space, or all; "
                "none: nothing is listed for them any more."},
};
const struct table admin_queue_rights_table = TABLE(admin_queue_rights);

static const struct field admin_queue_members_fields[] = {
        [QUEUE_MEMBERS_QUEUE] = {.name = "queue", .type = FIELD_LINE, .offset =
        AT(admin_queue_members, queue), .min = 1, .max = QUEUE_NAME_MAX, .required = true, .since =
        2,
        .help = "Name of the queue."},
        [QUEUE_MEMBERS_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset =
        AT(admin_queue_members, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "Where the page before ended; absent: from the beginning."},
        [QUEUE_MEMBERS_LIMIT] = {.name = "limit", .type = FIELD_NUMBER, .offset =
        AT(admin_queue_members, limit), .min = 1, .max = PAGE_MAX, .since = 2,
        .help = "How many at most; 50 when absent."},
};
const struct table admin_queue_members_table = TABLE(admin_queue_members);

static const struct field queue_member_fields[] = {
        [QUEUE_MEMBER_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(queue_member, name),
        .min = 1, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name."},
        [QUEUE_MEMBER_ROLE] = {.name = "role", .type = FIELD_CHOICE, .offset = AT(queue_member,
        role), .min = ROLE_USER, .max = ROLE_ADMIN, .choices = &role_choices, .required = true,
        .since = 2,
        .help = "The account's role; listed rights count for staff alone."},
        [QUEUE_MEMBER_RIGHTS] = {.name = "rights", .type = FIELD_LINE, .offset = AT(queue_member,
        rights), .min = 0, .max = RIGHTS_TEXT_MAX, .required = true, .since = 2,
        .help = "What is listed for them: read, create, change, own, separated by a space."},
};
const struct table queue_member_table = TABLE(queue_member);

static const struct field admin_queue_members_reply_fields[] = {
        [QUEUE_MEMBERS_REPLY_MEMBERS] = {.name = "members", .type = FIELD_LIST, .offset =
        AT(admin_queue_members_reply, members), .min = 0, .max = PAGE_MAX, .table =
        &queue_member_table, .required = true, .since = 2,
        .help = "Those whose rights are listed, oldest account first."},
        [QUEUE_MEMBERS_REPLY_MORE] = {.name = "more", .type = FIELD_BOOL, .offset =
        AT(admin_queue_members_reply, more), .required = true, .since = 2,
        .help = "Whether there are more after these."},
        [QUEUE_MEMBERS_REPLY_CURSOR] = {.name = "cursor", .type = FIELD_NUMBER, .offset =
        AT(admin_queue_members_reply, cursor), .min = 0, .max = NUMBER_MAX, .since = 2,
        .help = "For the next page; there when more is true."},
        [QUEUE_MEMBERS_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER, .offset =
        AT(admin_queue_members_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table admin_queue_members_reply_table = TABLE(admin_queue_members_reply);
