/* Every way in which something can fail, once: its code, its name on the wire and its sentence.
 * Functions that can fail return an enum error; ERROR_NONE (0) is success. */
#ifndef TTYDESK_PROTO_ERRORS_H
#define TTYDESK_PROTO_ERRORS_H

enum error {
    ERROR_NONE,

    /* The request itself */
    ERROR_INVALID_REQUEST,
    ERROR_UNKNOWN_METHOD,
    ERROR_UNKNOWN_FIELD,
    ERROR_MISSING_FIELD,
    ERROR_INVALID_FIELD,
    ERROR_HELLO_REQUIRED,
    ERROR_PROTOCOL_UNSUPPORTED,
    ERROR_TOO_LARGE,

    /* Who may */
    ERROR_NOT_SIGNED_IN,
    ERROR_AUTH_FAILED,
    ERROR_FORBIDDEN,
    ERROR_ELEVATION_REQUIRED,
    ERROR_NOT_FOUND,
    ERROR_THROTTLED,
    ERROR_BUSY,
    ERROR_TOO_MANY,

    /* Accounts */
    ERROR_NAME_TAKEN,
    ERROR_EMAIL_TAKEN,
    ERROR_PASSWORD_WEAK,
    ERROR_PASSWORD_MISMATCH,
    ERROR_REGISTRATION_CLOSED,
    ERROR_ROLE_UNCHANGED,
    ERROR_LAST_ADMIN,
    ERROR_NOT_ON_SELF,
    ERROR_ALREADY_DONE,

    /* Tickets and operations */
    ERROR_VERSION_CONFLICT,
    ERROR_NO_CHANGE,
    ERROR_OPERATION_EXPIRED,
    ERROR_OPERATION_REUSED,
    ERROR_OUTCOME_UNKNOWN,

    /* The daemon's own trouble */
    ERROR_DISK_FULL,
    ERROR_DATA_DAMAGED,
    ERROR_NO_MEMORY,
    ERROR_INTERNAL,
    ERROR_SHUTTING_DOWN,

    /* Connection and feed */
    ERROR_SLOW_CONSUMER,
    ERROR_RESYNC,
    ERROR_CONNECTION_LOST,
    ERROR_PROTOCOL_VIOLATION,
    ERROR_HOST_KEY_UNKNOWN,
    ERROR_HOST_KEY_CHANGED,

    /* Local files and systems */
    ERROR_SYSTEM,

    /* Ownership */
    ERROR_OWNED,
    ERROR_NOT_OWNED,

    /* Links */
    ERROR_OPEN_CHILDREN,

    /* Taking back */
    ERROR_CHANGED_SINCE,
    ERROR_NOT_UNDOABLE,

    /* Second factor */
    ERROR_CODE_REQUIRED,
    ERROR_SECOND_FACTOR_REQUIRED,

    ERROR_COUNT
};

/* The names on the wire, none NULL. */
extern const char *const error_names[ERROR_COUNT];

/* The name on the wire, such as "not_found". Never NULL: codes out of range are "internal". */
const char *error_name(enum error error);

/* A sentence for people that says what to do where there is something to do. Never NULL. */
const char *error_sentence(enum error error);

#endif
