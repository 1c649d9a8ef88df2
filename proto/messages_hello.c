/* The tables of `hello` and of `api`, with which the protocol describes itself. */
#include "proto/messages_tables.h"

/* One field is one paragraph of a table. */
/* clang-format off */

static const struct field limits_fields[] = {
    [LIMITS_REQUEST_BYTES] = {.name = "request_bytes", .type = FIELD_NUMBER,
        .offset = AT(limits, request_bytes), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Largest request after sign-in, in bytes."},
    [LIMITS_PAGE_MAX] = {.name = "page_max", .type = FIELD_NUMBER, .offset = AT(limits, page_max),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Largest \"limit\" of a list."},
    [LIMITS_IN_FLIGHT_MAX] = {.name = "in_flight_max", .type = FIELD_NUMBER,
        .offset = AT(limits, in_flight_max), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Requests of one connection that may wait for their response at once."},
    [LIMITS_SUBSCRIPTIONS_MAX] = {.name = "subscriptions_max", .type = FIELD_NUMBER,
        .offset = AT(limits, subscriptions_max), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Subscriptions of one connection."},
    [LIMITS_TITLE_MAX] = {.name = "title_max", .type = FIELD_NUMBER,
        .offset = AT(limits, title_max), .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Longest title, in code points."},
    [LIMITS_PROBLEM_MAX] = {.name = "problem_max", .type = FIELD_NUMBER,
        .offset = AT(limits, problem_max), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Longest problem, in code points."},
    [LIMITS_MESSAGE_MAX] = {.name = "message_max", .type = FIELD_NUMBER,
        .offset = AT(limits, message_max), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Longest reply or note, in code points."},
    [LIMITS_PASSWORD_MIN] = {.name = "password_min", .type = FIELD_NUMBER,
        .offset = AT(limits, password_min), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Shortest password, in code points."},
};
const struct table limits_table = TABLE(limits);

static const struct field hello_fields[] = {
    [HELLO_PROTOCOL] = {.name = "protocol", .type = FIELD_NUMBER, .offset = AT(hello, protocol),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Protocol version the client speaks."},
    [HELLO_CLIENT] = {.name = "client", .type = FIELD_LINE, .offset = AT(hello, client), .min = 0,
        .max = 64, .since = 1,
        .help = "Name and version of the client program."},
};
const struct table hello_table = TABLE(hello);

static const struct field hello_reply_fields[] = {
    [HELLO_REPLY_PROTOCOL] = {.name = "protocol", .type = FIELD_NUMBER,
        .offset = AT(hello_reply, protocol), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Protocol version of this connection."},
    [HELLO_REPLY_LEVEL] = {.name = "level", .type = FIELD_NUMBER, .offset = AT(hello_reply, level),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Grows with every method or field added; send nothing that is newer."},
    [HELLO_REPLY_SERVER] = {.name = "server", .type = FIELD_LINE, .offset = AT(hello_reply, server),
        .min = 0, .max = 100, .required = true, .since = 1,
        .help = "Name of the desk."},
    [HELLO_REPLY_VERSION] = {.name = "version", .type = FIELD_LINE,
        .offset = AT(hello_reply, version), .min = 1, .max = 64, .required = true, .since = 1,
        .help = "Version of the daemon."},
    [HELLO_REPLY_TIME] = {.name = "time", .type = FIELD_NUMBER, .offset = AT(hello_reply, time_ms),
        .min = 0, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "The desk's clock, for making operation ids, in milliseconds since 1970 UTC."},
    [HELLO_REPLY_EPOCH] = {.name = "epoch", .type = FIELD_BYTES, .offset = AT(hello_reply, epoch),
        .min = EPOCH_BYTES, .max = EPOCH_BYTES, .required = true, .since = 1,
        .help = "Names this life of the desk; when it is another one, read everything again."},
    [HELLO_REPLY_SEQUENCE] = {.name = "sequence", .type = FIELD_NUMBER,
        .offset = AT(hello_reply, sequence), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Newest position in the desk's journal."},
    [HELLO_REPLY_REGISTRATION] = {.name = "registration", .type = FIELD_CHOICE,
        .offset = AT(hello_reply, registration), .min = REGISTRATION_OPEN,
        .max = REGISTRATION_CLOSED, .required = true, .since = 1, .choices = &registration_choices,
        .help = "Whether people can register themselves; approval: an admin lets them in."},
    [HELLO_REPLY_LIMITS] = {.name = "limits", .type = FIELD_RECORD,
        .offset = AT(hello_reply, limits), .required = true, .since = 1, .table = &limits_table,
        .help = "Limits that hold on this connection."},
    [HELLO_REPLY_NONCE] = {.name = "nonce", .type = FIELD_BYTES,
        .offset = AT(hello_reply, nonce), .min = NONCE_BYTES, .max = NONCE_BYTES, .since = 2,
        .help = "On the Unix socket: names this connection in the next signature, and is used up "
                "by it; another hello gives another one."},
};
const struct table hello_reply_table = TABLE(hello_reply);

static const struct field api_field_fields[] = {
    [API_FIELD_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(api_field, name), .min = 1,
        .max = 64, .required = true, .since = 1,
        .help = "Name of the field."},
    [API_FIELD_TYPE] = {.name = "type", .type = FIELD_LINE, .offset = AT(api_field, type), .min = 1,
        .max = 32, .required = true, .since = 1,
        .help = "One of boolean, number, choice, line, text, secret, bytes, record, list."},
    [API_FIELD_REQUIRED] = {.name = "required", .type = FIELD_BOOL,
        .offset = AT(api_field, required), .required = true, .since = 1,
        .help = "Whether it is always there."},
    [API_FIELD_MIN] = {.name = "min", .type = FIELD_NUMBER, .offset = AT(api_field, min), .min = 0,
        .max = NUMBER_MAX, .since = 1,
        .help = "Smallest value, length or count."},
    [API_FIELD_MAX] = {.name = "max", .type = FIELD_NUMBER, .offset = AT(api_field, max), .min = 0,
        .max = NUMBER_MAX, .since = 1,
        .help = "Largest value, length or count."},
    [API_FIELD_CHOICES] = {.name = "choices", .type = FIELD_LINE, .offset = AT(api_field, choices),
        .min = 1, .max = 4096, .since = 1,
        .help = "The values allowed, separated by one space."},
    [API_FIELD_RECORD] = {.name = "record", .type = FIELD_LINE, .offset = AT(api_field, record),
        .min = 1, .max = 64, .since = 1,
        .help = "Name of the record that this field, or every item of it, is."},
    [API_FIELD_SINCE] = {.name = "since", .type = FIELD_NUMBER, .offset = AT(api_field, since),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "The level that brought it."},
    [API_FIELD_HELP] = {.name = "help", .type = FIELD_LINE, .offset = AT(api_field, help), .min = 0,
        .max = 500, .required = true, .since = 1,
        .help = "What it means."},
};
const struct table api_field_table = TABLE(api_field);

static const struct field api_record_fields[] = {
    [API_RECORD_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(api_record, name),
        .min = 1, .max = 64, .required = true, .since = 1,
        .help = "Name of the record or notification."},
    [API_RECORD_FIELDS] = {.name = "fields", .type = FIELD_LIST, .offset = AT(api_record, fields),
        .min = 0, .max = 64, .required = true, .since = 1, .table = &api_field_table,
        .help = "Its fields."},
};
const struct table api_record_table = TABLE(api_record);

static const struct field api_method_fields[] = {
    [API_METHOD_NAME] = {.name = "name", .type = FIELD_LINE, .offset = AT(api_method, name),
        .min = 1, .max = 64, .required = true, .since = 1,
        .help = "Name of the method."},
    [API_METHOD_KIND] = {.name = "kind", .type = FIELD_LINE, .offset = AT(api_method, kind),
        .min = 1, .max = 32, .required = true, .since = 1,
        .help = "One of query, command, prepared (a command after slow work on a password)."},
    [API_METHOD_ROLE] = {.name = "role", .type = FIELD_LINE, .offset = AT(api_method, role),
        .min = 1, .max = 64, .required = true, .since = 1,
        .help = "Who may: anybody, user, staff, admin, admin mode, console."},
    [API_METHOD_SINCE] = {.name = "since", .type = FIELD_NUMBER, .offset = AT(api_method, since),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "The level that brought it."},
    [API_METHOD_HELP] = {.name = "help", .type = FIELD_LINE, .offset = AT(api_method, help),
        .min = 0, .max = 500, .required = true, .since = 1,
        .help = "What it does."},
    [API_METHOD_REQUEST] = {.name = "request", .type = FIELD_LIST,
        .offset = AT(api_method, request), .min = 0, .max = 64, .required = true, .since = 1,
        .table = &api_field_table,
        .help = "Fields of the request."},
    [API_METHOD_REPLY] = {.name = "reply", .type = FIELD_LIST, .offset = AT(api_method, reply),
        .min = 0, .max = 64, .required = true, .since = 1, .table = &api_field_table,
        .help = "Fields of the result."},
};
const struct table api_method_table = TABLE(api_method);

static const struct field api_error_fields[] = {
    [API_ERROR_CODE] = {.name = "code", .type = FIELD_LINE, .offset = AT(api_error, code), .min = 1,
        .max = 64, .required = true, .since = 1,
        .help = "The code of a failure."},
    [API_ERROR_MESSAGE] = {.name = "message", .type = FIELD_LINE, .offset = AT(api_error, message),
        .min = 1, .max = 500, .required = true, .since = 1,
        .help = "Its sentence for people."},
};
const struct table api_error_table = TABLE(api_error);

static const struct field api_reply_fields[] = {
    [API_REPLY_PROTOCOL] = {.name = "protocol", .type = FIELD_NUMBER,
        .offset = AT(api_reply, protocol), .min = 0, .max = NUMBER_MAX, .required = true,
        .since = 1,
        .help = "Protocol version."},
    [API_REPLY_LEVEL] = {.name = "level", .type = FIELD_NUMBER, .offset = AT(api_reply, level),
        .min = 1, .max = NUMBER_MAX, .required = true, .since = 1,
        .help = "Protocol level."},
    [API_REPLY_METHODS] = {.name = "methods", .type = FIELD_LIST, .offset = AT(api_reply, methods),
        .min = 0, .max = 256, .required = true, .since = 1, .table = &api_method_table,
        .help = "Every method."},
    [API_REPLY_NOTIFICATIONS] = {.name = "notifications", .type = FIELD_LIST,
        .offset = AT(api_reply, notifications), .min = 0, .max = 64, .required = true, .since = 1,
        .table = &api_record_table,
        .help = "Every notification."},
    [API_REPLY_RECORDS] = {.name = "records", .type = FIELD_LIST, .offset = AT(api_reply, records),
        .min = 0, .max = 256, .required = true, .since = 1, .table = &api_record_table,
        .help = "Every record that messages share."},
    [API_REPLY_ERRORS] = {.name = "errors", .type = FIELD_LIST, .offset = AT(api_reply, errors),
        .min = 0, .max = 256, .required = true, .since = 1, .table = &api_error_table,
        .help = "Every code of a failure."},
};
const struct table api_reply_table = TABLE(api_reply);
