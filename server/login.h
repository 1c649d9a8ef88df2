/* Slow work on passwords, off the loop: Argon2id a few at a time, a bounded queue before it, and
 * nobody twice at once. Passwords are wiped as soon as they have been hashed. */
#ifndef TTYDESK_SERVER_LOGIN_H
#define TTYDESK_SERVER_LOGIN_H

#include <uv.h>

#include "proto/errors.h"
#include "proto/fields.h"

#define PASSWORD_HASH_BYTES 128 /* of the form crypto_pwhash_str writes, with its zero byte */

/* One piece of work, in one piece of memory with what it is for. The caller owns it, and keeps it
 * until on_done. */
struct password_job {
    struct password_job *next; /* in the queue */

    bool verify;                     /* compare `password` with `known`; runs before the next */
    struct text password;            /* memory of the caller, wiped by the work */
    char known[PASSWORD_HASH_BYTES]; /* login_dummy when there is no such account */
    bool renew; /* hash it anew when it was right and its hash cost less than one made today */
    bool make;  /* hash `fresh`, when nothing was to verify or it was right */
    struct text fresh; /* likewise wiped */

    void (*other)(struct password_job *job); /* slow work of another kind, instead of all that: on a
                                                thread of the pool; may set `error`. Or NULL */
    void *other_context;

    uint64_t account_key; /* never two at once of the same; 0: does not matter */
    uint64_t source_key;  /* likewise */
    uint64_t share_key;   /* who it is done for: a full queue is shared fairly between these */

    /* Asked when its turn comes, on the loop's thread: an error ends it without having been done.
     * May be NULL. */
    enum error (*may_begin)(const struct password_job *job);

    /* On the loop's thread. `error`: ERROR_NO_MEMORY, ERROR_SHUTTING_DOWN, ERROR_BUSY (its place
     * went to somebody with fewer jobs), may_begin's: nothing was found out. */
    void (*on_done)(struct password_job *job, enum error error);

    bool verified;
    bool renewed; /* `made` is of the password that was right */
    char made[PASSWORD_HASH_BYTES];

    struct login *login;
    uv_work_t work;
    enum error error;
};

struct login_settings {
    uv_loop_t *loop;
    uint64_t opslimit;
    uint64_t memlimit_bytes;
    uint64_t parallel_max;
    const uint64_t *queued_max; /* borrowed: may change while running */
};

struct login;

/* NULL without memory. */
struct login *login_create(const struct login_settings *settings);

/* Accepts NULL. No job may be at work. */
void login_destroy(struct login *login);

/* ERROR_BUSY: the queue is full, and nobody has more jobs in it than this one's share_key.
 * ERROR_SHUTTING_DOWN. on_done is not called then. */
enum error login_submit(struct login *login, struct password_job *job);

/* No more jobs; those that wait end with ERROR_SHUTTING_DOWN. */
void login_finish(struct login *login);

/* No job waits or is at work. */
bool login_idle(const struct login *login);

/* A hash that no password has, as dear to compare with as a real one. */
void login_dummy(const struct login *login, char ret_known[PASSWORD_HASH_BYTES]);

/* Hashes on the calling thread, for the offline console. `password` is left alone.
 * ERROR_NO_MEMORY. */
enum error login_hash(struct text password, uint64_t opslimit, uint64_t memlimit_bytes,
                      char ret_hash[PASSWORD_HASH_BYTES]);

#endif
