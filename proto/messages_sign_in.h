/* Where accounts are signed in, the devices they are known to use, and who has to wait after wrong
 * passwords. A part of proto/messages.h. */
#ifndef TTYDESK_PROTO_MESSAGES_SIGN_IN_H
#define TTYDESK_PROTO_MESSAGES_SIGN_IN_H

#ifndef TTYDESK_PROTO_MESSAGES_H
#error "include proto/messages.h"
#endif

struct sign_in {
    uint64_t present;
    uint64_t id;        /* names it; nobody can sign in with it */
    struct text device; /* as it called itself; absent: it did not */
    struct text source;
    uint64_t created_ms;
    uint64_t seen_ms;
    uint64_t expires_ms;
    bool current;    /* the one that asks */
    struct text key; /* label of the key it was made with; absent: with none */
};
enum {
    SIGN_IN_ID,
    SIGN_IN_DEVICE,
    SIGN_IN_SOURCE,
    SIGN_IN_CREATED,
    SIGN_IN_SEEN,
    SIGN_IN_EXPIRES,
    SIGN_IN_CURRENT,
    SIGN_IN_KEY,
};
extern const struct table sign_in_table;

/* Reply of account.sign_ins and admin.sign_ins. */
struct sign_in_list {
    uint64_t present;
    struct list sign_ins; /* of struct sign_in, oldest first */
    uint64_t sequence;
};
enum { SIGN_IN_LIST_SIGN_INS, SIGN_IN_LIST_SEQUENCE };

/* account.end_sign_in, account.forget_device: one of the own. */
struct account_thing {
    uint64_t present;
    uint64_t id;
};
enum { ACCOUNT_THING_ID };

struct device_list {
    uint64_t present;
    struct list devices; /* of struct device, oldest first */
    uint64_t sequence;
};
enum { DEVICE_LIST_DEVICES, DEVICE_LIST_SEQUENCE };

struct admin_sign_ins {
    uint64_t present;
    struct text name;
};
enum { ADMIN_SIGN_INS_NAME };

struct admin_end_sign_ins {
    uint64_t present;
    struct bytes operation;
    struct text name;
    uint64_t id; /* absent: all */
};
enum { END_SIGN_INS_OPERATION, END_SIGN_INS_NAME, END_SIGN_INS_ID };

struct admin_locks {
    uint64_t present;
    uint64_t cursor;
    uint64_t limit;
};
enum { LOCKS_CURSOR, LOCKS_LIMIT };

/* An account with wrong passwords in a row, or an address that has to wait. */
struct lock {
    uint64_t present;
    struct text name;   /* user name; absent: this is an address */
    struct text source; /* the address; of an account: where the last wrong password came from */
    uint64_t failures;  /* of an account: wrong passwords in a row from unknown devices */
    uint64_t since_ms;
    uint64_t last_ms;
    uint64_t until_ms; /* no try before this; absent: now */
    bool stopped;      /* of an account: unknown devices can't sign in at all */
};
enum {
    LOCK_NAME,
    LOCK_SOURCE,
    LOCK_FAILURES,
    LOCK_SINCE,
    LOCK_LAST,
    LOCK_UNTIL,
    LOCK_STOPPED,
};
extern const struct table lock_table;

struct lock_list {
    uint64_t present;
    struct list locks; /* of struct lock; on the first page addresses come before accounts */
    bool more;
    uint64_t cursor;
    uint64_t sequence;
};
enum { LOCK_LIST_LOCKS, LOCK_LIST_MORE, LOCK_LIST_CURSOR, LOCK_LIST_SEQUENCE };

#endif
