/* What an account does about itself: registering, signing in, admin mode. A part of
 * proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_ACCOUNT_H
#define TTYDESK_PROTO_MESSAGES_ACCOUNT_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct account_register {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text email;
    struct text display_name;
    struct text password;
    struct text password_again; /* when present it has to be the same */
};
enum {
    REGISTER_OPERATION,
    REGISTER_NAME,
    REGISTER_EMAIL,
    REGISTER_DISPLAY_NAME,
    REGISTER_PASSWORD,
    REGISTER_PASSWORD_AGAIN,
};

struct account_login {
    uint64_t present;
    struct text name;
    struct text password;
    struct text device;        /* a name for this sign-in, for the person's own list */
    struct bytes device_token; /* of an earlier sign-in from this device */
    struct text code;          /* of the second factor, or a recovery code */
};
enum { LOGIN_NAME, LOGIN_PASSWORD, LOGIN_DEVICE, LOGIN_DEVICE_TOKEN, LOGIN_CODE };

struct account_resume {
    uint64_t present;
    struct bytes token;
};
enum { RESUME_TOKEN };

/* Reply of login and resume. */
struct signed_in {
    uint64_t present;
    struct bytes token; /* for the next resume; the one used stays good until this one is used */
    uint64_t expires_ms;
    struct account account;
    struct bytes device_token; /* login from a device that was not known: for the next login */
    struct device new_device;  /* another device, new since this one was last seen */
};
enum {
    SIGNED_IN_TOKEN,
    SIGNED_IN_EXPIRES,
    SIGNED_IN_ACCOUNT,
    SIGNED_IN_DEVICE_TOKEN,
    SIGNED_IN_NEW_DEVICE,
};

struct account_use_code {
    uint64_t present;
    struct bytes operation;
    struct text name;
    struct text code; /* in any case, with or without hyphens and spaces */
    struct text password;
    struct text password_again; /* when present it has to be the same */
};
enum {
    USE_CODE_OPERATION,
    USE_CODE_NAME,
    USE_CODE_CODE,
    USE_CODE_PASSWORD,
    USE_CODE_PASSWORD_AGAIN,
};

struct account_get {
    uint64_t present;
    struct text name; /* absent: oneself */
};
enum { ACCOUNT_GET_NAME };

struct account_reply {
    uint64_t present;
    struct account account;
    struct text actor; /* who really sits there, while somebody acts as this account */
};
enum { ACCOUNT_REPLY_ACCOUNT, ACCOUNT_REPLY_ACTOR };

struct account_act_as {
    uint64_t present;
    struct text name;
};
enum { ACT_AS_NAME };

struct account_update {
    uint64_t present;
    struct bytes operation;
    uint64_t version;
    struct text email;
    struct text display_name;
};
enum {
    ACCOUNT_UPDATE_OPERATION,
    ACCOUNT_UPDATE_VERSION,
    ACCOUNT_UPDATE_EMAIL,
    ACCOUNT_UPDATE_DISPLAY_NAME,
};

/* Reply of commands on accounts. */
struct account_changed {
    uint64_t present;
    struct text name;
    uint64_t version;
    uint64_t sequence;
};
enum { ACCOUNT_CHANGED_NAME, ACCOUNT_CHANGED_VERSION, ACCOUNT_CHANGED_SEQUENCE };

struct account_set_password {
    uint64_t present;
    struct bytes operation;
    struct text old_password;
    struct text password;
    struct text code; /* of the second factor, or a recovery code */
};
enum { SET_PASSWORD_OPERATION, SET_PASSWORD_OLD, SET_PASSWORD_NEW, SET_PASSWORD_CODE };

struct account_request_role {
    uint64_t present;
    struct bytes operation;
    enum role role;
    struct text reason;
};
enum { REQUEST_ROLE_OPERATION, REQUEST_ROLE_ROLE, REQUEST_ROLE_REASON };

struct account_elevate {
    uint64_t present;
    struct text password;
    struct text code; /* of the second factor, or a recovery code */
};
enum { ELEVATE_PASSWORD, ELEVATE_CODE };

struct elevated {
    uint64_t present;
    uint64_t until_ms;
};
enum { ELEVATED_UNTIL };

#endif
