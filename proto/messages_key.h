/* Keys that an account can sign in with. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_KEY_H
#define TTYDESK_PROTO_MESSAGES_KEY_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct account_key {
    uint64_t present;
    uint64_t id;
    struct text label;
    struct text fingerprint; /* as people compare it */
    uint64_t created_ms;
    uint64_t used_ms;   /* absent: never */
    struct text source; /* where it was last used from; absent: never */
};
enum {
    ACCOUNT_KEY_ID,
    ACCOUNT_KEY_LABEL,
    ACCOUNT_KEY_FINGERPRINT,
    ACCOUNT_KEY_CREATED,
    ACCOUNT_KEY_USED,
    ACCOUNT_KEY_SOURCE,
};
extern const struct table account_key_table;

/* Reply of account.keys and admin.keys. */
struct account_keys {
    uint64_t present;
    struct list keys; /* of struct account_key, oldest first */
    uint64_t sequence;
};
enum { ACCOUNT_KEYS_KEYS, ACCOUNT_KEYS_SEQUENCE };

struct account_key_add {
    uint64_t present;
    struct bytes operation;
    struct text label;
    struct bytes public_key;
    struct bytes signature; /* proto/key_proof.h, KEY_IS_ADDED */
    struct text password;
    struct text code; /* of the second factor, or a recovery code */
};
enum {
    KEY_ADD_OPERATION,
    KEY_ADD_LABEL,
    KEY_ADD_PUBLIC_KEY,
    KEY_ADD_SIGNATURE,
    KEY_ADD_PASSWORD,
    KEY_ADD_CODE,
};

struct account_key_remove {
    uint64_t present;
    struct bytes operation;
    uint64_t id;
};
enum { KEY_REMOVE_OPERATION, KEY_REMOVE_ID };

struct account_login_key {
    uint64_t present;
    struct text name;
    struct bytes public_key;
    struct bytes signature;    /* proto/key_proof.h, KEY_SIGNS_IN */
    struct text device;        /* as in account.login */
    struct bytes device_token; /* likewise */
};
enum {
    LOGIN_KEY_NAME,
    LOGIN_KEY_PUBLIC_KEY,
    LOGIN_KEY_SIGNATURE,
    LOGIN_KEY_DEVICE,
    LOGIN_KEY_DEVICE_TOKEN,
};

struct account_elevate_key {
    uint64_t present;
    struct bytes public_key;
    struct bytes signature; /* proto/key_proof.h, KEY_ELEVATES */
};
enum { ELEVATE_KEY_PUBLIC_KEY, ELEVATE_KEY_SIGNATURE };

/* Reply of commands on keys. */
struct account_key_changed {
    uint64_t present;
    uint64_t id;
    uint64_t sequence;
};
enum { KEY_CHANGED_ID, KEY_CHANGED_SEQUENCE };

struct admin_keys {
    uint64_t present;
    struct text name;
};
enum { ADMIN_KEYS_NAME };

struct admin_key_remove {
    uint64_t present;
    struct bytes operation;
    struct text name;
    uint64_t id;
};
enum { ADMIN_KEY_REMOVE_OPERATION, ADMIN_KEY_REMOVE_NAME, ADMIN_KEY_REMOVE_ID };

#endif
