/* Codes by time as a second factor (RFC 6238 with SHA-1, six digits, 30 seconds: what every app
 * has): secrets made, sealed for the store, and compared with what somebody typed. The key that
 * seals is derived from the desk's host key, so a copy of the database alone gives no code. */
#ifndef TTYDESK_SERVER_SECOND_FACTOR_H
#define TTYDESK_SERVER_SECOND_FACTOR_H

#include "proto/errors.h"
#include "proto/fields.h"
#include "proto/noise.h"

enum {
    FACTOR_SECRET_BYTES = 20,
    FACTOR_SEALED_BYTES = 24 + FACTOR_SECRET_BYTES + 16, /* nonce, secret, tag */
    FACTOR_BASE32_BYTES = 33,                            /* with its zero byte */
    FACTOR_DIGITS = 6,
};

struct second_factor; /* the key that seals; in memory that is kept out of core dumps */

/* ERROR_NO_MEMORY: no locked memory. ERROR_SYSTEM: the library that makes codes does not start. */
enum error second_factor_create(const struct noise_keypair *host_key,
                                struct second_factor **ret_factor);

/* Wipes and frees. Accepts NULL. */
void second_factor_destroy(struct second_factor *factor);

void second_factor_make(uint8_t ret_secret[FACTOR_SECRET_BYTES]);

/* For this account alone: sealed, it opens for no other. */
void second_factor_seal(const struct second_factor *factor, uint64_t account,
                        const uint8_t secret[FACTOR_SECRET_BYTES],
                        uint8_t ret_sealed[FACTOR_SEALED_BYTES]);

/* False: it was not sealed with this key for this account. */
bool second_factor_open(const struct second_factor *factor, uint64_t account, struct bytes sealed,
                        uint8_t ret_secret[FACTOR_SECRET_BYTES]);

/* Of which step of time the typed code is: this one, the one before or the one after; 0: of none of
 * them. All three are compared always, in a time that tells nothing. Spaces do not count. */
uint64_t second_factor_step(const uint8_t secret[FACTOR_SECRET_BYTES], struct text typed,
                            uint64_t time_ms);

/* The secret as people type it. */
void second_factor_base32(const uint8_t secret[FACTOR_SECRET_BYTES],
                          char ret_base32[FACTOR_BASE32_BYTES]);

/* The otpauth: address that apps read, cut when it does not fit. */
void second_factor_uri(struct text desk, struct text user, const char *base32, char *ret_uri,
                       size_t size);

#endif
