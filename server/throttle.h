/* Slows guessing down without locking anybody out: a penalty for the address bad tries come from,
 * a growing pause for the account they aim at. In memory only, bounded, with the time passed in.
 * Tables are permissive when full: a flood of addresses must not shut the door for all. */
#ifndef TTYDESK_SERVER_THROTTLE_H
#define TTYDESK_SERVER_THROTTLE_H

#include "proto/errors.h"
#include "proto/fields.h"

#include <stdbool.h>
#include <stdint.h>

#define THROTTLE_FAILURE_MS   UINT64_C(5000)   /* added for a failed sign-in */
#define THROTTLE_GARBAGE_MS   UINT64_C(10000)  /* added for garbage, or for never signing in */
#define THROTTLE_REFUSE_MS    UINT64_C(15000)  /* refused from this much on */
#define THROTTLE_CAP_MS       UINT64_C(600000) /* never more than this */
#define THROTTLE_FREE_TRIES   3                /* failures of an account before the first pause */
#define THROTTLE_PAUSE_CAP_MS UINT64_C(60000)
#define THROTTLE_FORGET_MS    UINT64_C(3600000) /* of an account that nobody tried for so long */
#define THROTTLE_ENTRIES_MAX  65536
#define THROTTLE_SOURCE_BYTES 46 /* an address in numbers */

struct throttle;

/* NULL without memory. */
struct throttle *throttle_create(void);
void throttle_destroy(struct throttle *throttle);

/* `source` is an address in numbers: IPv4 counts whole, IPv6 by its first 64 bits. */
void throttle_punish(struct throttle *throttle, const char *source, uint64_t penalty_ms,
                     uint64_t now_ms);

/* ERROR_THROTTLED: `ret_retry_after_ms` says until when. */
enum error throttle_source(const struct throttle *throttle, const char *source, uint64_t now_ms,
                           uint64_t *ret_retry_after_ms);

/* An address that is refused, and for how long. */
struct throttled_source {
    char source[THROTTLE_SOURCE_BYTES];
    uint64_t wait_ms;
};

/* Those that are refused now, in no order; how many, at most `max`. */
size_t throttle_sources(const struct throttle *throttle, uint64_t now_ms,
                        struct throttled_source *ret_sources, size_t max);

/* May a password of this account be tried now? The account is a user name as it was typed, in any
 * case, so that names without account behave alike. ERROR_THROTTLED as above. */
enum error throttle_account(const struct throttle *throttle, struct text name, uint64_t now_ms,
                            uint64_t *ret_retry_after_ms);

/* A number that the same password always has, within this process, and that tells nothing about
 * it; never 0. To be taken before the password is wiped. */
uint64_t throttle_mark(const struct throttle *throttle, struct text password);

/* The same for a user name, in whatever case it was typed, and for an address, IPv6 by its first 64
 * bits. */
uint64_t throttle_account_mark(const struct throttle *throttle, struct text name);
uint64_t throttle_source_mark(const struct throttle *throttle, const char *source);

/* The password with this mark was wrong. The same wrong password again counts once: a program that
 * keeps sending an old one locks nobody out. Whether it counted. */
bool throttle_failed(struct throttle *throttle, struct text name, uint64_t mark, uint64_t now_ms);

/* So many were wrong in a row before this process began, the last of them not long ago: goes on
 * counting from there, unless it has counted since. */
void throttle_recall(struct throttle *throttle, struct text name, uint64_t failures,
                     uint64_t now_ms);

/* May one more account be registered? Counts it if so. `source` NULL: an exempt one; the limits
 * are an hour's, 0 is none. ERROR_THROTTLED as above. */
enum error throttle_registration(struct throttle *throttle, const char *source,
                                 uint64_t per_source_max, uint64_t total_max, uint64_t now_ms,
                                 uint64_t *ret_retry_after_ms);

/* It was right: the account starts afresh. */
void throttle_succeeded(struct throttle *throttle, struct text name);

#endif
