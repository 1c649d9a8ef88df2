/* The tables of requests about owners and followers, and of their replies. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field ticket_act_fields[] = {
    [TICKET_ACT_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_act, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_ACT_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_act, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
};
const struct table ticket_act_table = TABLE(ticket_act);

static const struct field ticket_steal_fields[] = {
    [STEAL_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_steal, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [STEAL_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_steal, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [STEAL_FROM] = {.name = "from", .type = FIELD_LINE, .offset = AT(ticket_steal, from),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .since = 2,
        .help = "User name of the owner one has seen: refused as owned when it is another one by "
                "now; absent: from whomever."},
};
const struct table ticket_steal_table = TABLE(ticket_steal);

static const struct field ticket_give_fields[] = {
    [GIVE_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_give, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [GIVE_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_give, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [GIVE_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(ticket_give, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of whom it is given to."},
    [GIVE_FROM] = {.name = "from", .type = FIELD_LINE, .offset = AT(ticket_give, from),
        .min = 0, .max = USER_NAME_MAX, .since = 2,
        .help = "User name of the owner one has seen, empty for nobody: refused as owned or "
                "not_owned when it is another one by now; absent: from whomever."},
};
const struct table ticket_give_table = TABLE(ticket_give);

static const struct field ticket_person_fields[] = {
    [TICKET_PERSON_OPERATION] = {.name = "operation", .type = FIELD_BYTES,
        .offset = AT(ticket_person, operation), .min = OPERATION_BYTES, .max = OPERATION_BYTES,
        .required = true, .since = 2,
        .help = "Id of this operation, made by the client: a repeated request with the same id "
                "changes nothing."},
    [TICKET_PERSON_NUMBER] = {.name = "number", .type = FIELD_NUMBER, .offset = AT(ticket_person, number),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 2,
        .help = "Number of the ticket."},
    [TICKET_PERSON_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(ticket_person, name),
        .min = USER_NAME_MIN, .max = USER_NAME_MAX, .required = true, .since = 2,
        .help = "User name of whom it is about."},
};
const struct table ticket_person_table = TABLE(ticket_person);

static const struct field ticket_followers_fields[] = {
    [TICKET_FOLLOWERS_NUMBER] = {.name = "number", .type = FIELD_NUMBER,
        .offset = AT(ticket_followers, number), .min = 1, .max = NUMBER_MAX, .required = true,
        .since = 2,
        .help = "Number of the ticket."},
};
const struct table ticket_followers_table = TABLE(ticket_followers);

static const struct field ticket_followers_reply_fields[] = {
    [FOLLOWERS_REPLY_FOLLOWERS] = {.name = "followers", .type = FIELD_LIST,
        .offset = AT(ticket_followers_reply, followers), .min = 0, .max = FOLLOWERS_MAX,
        .required = true, .since = 2, .table = &follower_table,
        .help = "Who is in copy and, for those who see private notes, who watches it."},
    [FOLLOWERS_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(ticket_followers_reply, sequence), .min = 0, .max = NUMBER_MAX,
        .required = true, .since = 2,
        .help = "The state of the desk this was read from."},
};
const struct table ticket_followers_reply_table = TABLE(ticket_followers_reply);
