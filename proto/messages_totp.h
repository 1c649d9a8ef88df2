/* Second factors: codes by time beside the password. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_TOTP_H
#define TTYDESK_PROTO_MESSAGES_TOTP_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct account_totp_begin {
    uint64_t present;
    struct text password;
};
enum { TOTP_BEGIN_PASSWORD };

struct totp_begun {
    uint64_t present;
    struct text secret; /* base32, as apps take it when it is typed in */
    struct text uri;    /* otpauth: the same and all else, as apps take it from a picture */
    uint64_t expires_ms;
};
enum { TOTP_BEGUN_SECRET, TOTP_BEGUN_URI, TOTP_BEGUN_EXPIRES };

struct account_totp_confirm {
    uint64_t present;
    struct bytes operation;
    struct text code;
};
enum { TOTP_CONFIRM_OPERATION, TOTP_CONFIRM_CODE };

struct recovery_code {
    uint64_t present;
    struct text code;
};
enum { RECOVERY_CODE_CODE };
extern const struct table recovery_code_table;

struct totp_confirmed {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
    struct list codes; /* of struct recovery_code; absent in the answer to a repeated request */
};
enum {
    TOTP_CONFIRMED_NAME,
    TOTP_CONFIRMED_VERSION,
    TOTP_CONFIRMED_SEQUENCE,
    TOTP_CONFIRMED_CODES,
};

struct account_totp_remove {
    uint64_t present;
    struct bytes operation;
    struct text password;
    struct text code; /* of the second factor, or a recovery code */
};
enum { TOTP_REMOVE_OPERATION, TOTP_REMOVE_PASSWORD, TOTP_REMOVE_CODE };

#endif
