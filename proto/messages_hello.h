/* `hello` and `api`, with which the protocol describes itself. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_HELLO_H
#define TTYDESK_PROTO_MESSAGES_HELLO_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct limits {
    uint64_t present;
    uint64_t request_bytes; /* largest request after sign-in */
    uint64_t page_max;
    uint64_t in_flight_max;
    uint64_t subscriptions_max;
    uint64_t title_max;
    uint64_t problem_max;
    uint64_t message_max;
    uint64_t password_min;
    uint64_t attachment_bytes;  /* of one file */
    uint64_t attachments_bytes; /* of all files of a ticket */
    uint64_t attachments_max;
    uint64_t chunk_bytes;
};
enum {
    LIMITS_REQUEST_BYTES,
    LIMITS_PAGE_MAX,
    LIMITS_IN_FLIGHT_MAX,
    LIMITS_SUBSCRIPTIONS_MAX,
    LIMITS_TITLE_MAX,
    LIMITS_PROBLEM_MAX,
    LIMITS_MESSAGE_MAX,
    LIMITS_PASSWORD_MIN,
    LIMITS_ATTACHMENT_BYTES,
    LIMITS_ATTACHMENTS_BYTES,
    LIMITS_ATTACHMENTS_MAX,
    LIMITS_CHUNK_BYTES,
};
extern const struct table limits_table;

struct hello {
    uint64_t present;
    uint64_t protocol;
    struct text client; /* name and version of the program */
};
enum { HELLO_PROTOCOL, HELLO_CLIENT };

struct hello_reply {
    uint64_t present;
    uint64_t protocol;
    uint64_t level;
    struct text server;  /* the desk's name */
    struct text version; /* of the daemon */
    uint64_t time_ms;    /* the desk's clock: operation ids are made from it */
    struct bytes epoch;
    uint64_t sequence;
    enum registration registration;
    struct limits limits;
    struct bytes nonce; /* on the Unix socket: for one signature (proto/key_proof.h) */
};
enum {
    HELLO_REPLY_PROTOCOL,
    HELLO_REPLY_LEVEL,
    HELLO_REPLY_SERVER,
    HELLO_REPLY_VERSION,
    HELLO_REPLY_TIME,
    HELLO_REPLY_EPOCH,
    HELLO_REPLY_SEQUENCE,
    HELLO_REPLY_REGISTRATION,
    HELLO_REPLY_LIMITS,
    HELLO_REPLY_NONCE,
};

struct api_field {
    uint64_t present;
    struct text name;
    struct text type;
    bool required;
    uint64_t min;
    uint64_t max;
    struct text choices; /* separated by one space */
    struct text record;  /* name of the record this field or its items are */
    uint64_t since;
    struct text help;
};
enum {
    API_FIELD_NAME,
    API_FIELD_TYPE,
    API_FIELD_REQUIRED,
    API_FIELD_MIN,
    API_FIELD_MAX,
    API_FIELD_CHOICES,
    API_FIELD_RECORD,
    API_FIELD_SINCE,
    API_FIELD_HELP,
};

struct api_record {
    uint64_t present;
    struct text name;
    struct list fields; /* of struct api_field */
};
enum { API_RECORD_NAME, API_RECORD_FIELDS };

struct api_method {
    uint64_t present;
    struct text name;
    struct text kind; /* query, command, prepared */
    struct text role; /* who may: anybody, user, staff, admin, admin mode, console */
    uint64_t since;
    struct text help;
    struct list request; /* of struct api_field */
    struct list reply;   /* of struct api_field */
};
enum {
    API_METHOD_NAME,
    API_METHOD_KIND,
    API_METHOD_ROLE,
    API_METHOD_SINCE,
    API_METHOD_HELP,
    API_METHOD_REQUEST,
    API_METHOD_REPLY,
};

struct api_error {
    uint64_t present;
    struct text code;
    struct text message;
};
enum { API_ERROR_CODE, API_ERROR_MESSAGE };

struct api_reply {
    uint64_t present;
    uint64_t protocol;
    uint64_t level;
    struct list methods;       /* of struct api_method */
    struct list notifications; /* of struct api_record */
    struct list records;       /* of struct api_record */
    struct list errors;        /* of struct api_error */
};
enum {
    API_REPLY_PROTOCOL,
    API_REPLY_LEVEL,
    API_REPLY_METHODS,
    API_REPLY_NOTIFICATIONS,
    API_REPLY_RECORDS,
    API_REPLY_ERRORS,
};
extern const struct table api_field_table;
extern const struct table api_record_table;
extern const struct table api_method_table;
extern const struct table api_error_table;

#endif
