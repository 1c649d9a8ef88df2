/* The edge's small needs of libsodium: digests of requests and tokens, random numbers, wiping. */
#ifndef TTYDESK_SERVER_DIGEST_H
#define TTYDESK_SERVER_DIGEST_H

#include "server/core/command.h"

#define TOKEN_DIGEST_BYTES 32

/* ERROR_NO_MEMORY or ERROR_SYSTEM: no randomness to be had. Before anything else here. */
enum error digest_init(void);

/* BLAKE2b-128 over the method's name and the request without operation id and secrets.
 * ERROR_NO_MEMORY. */
enum error digest_request(enum method method, const void *request,
                          uint8_t ret_digest[COMMAND_DIGEST_BYTES]);

/* BLAKE2b-256 over a fixed context and the token: all that leaves this process of a token. */
void digest_token(const uint8_t token[TOKEN_BYTES], uint8_t ret_digest[TOKEN_DIGEST_BYTES]);

/* The same over a one-time code's letters. */
void digest_code(const char *symbols, size_t length, uint8_t ret_digest[TOKEN_DIGEST_BYTES]);

/* Whether two digests of tokens are the same, in a time that tells nothing. */
bool digest_equal(const uint8_t a[TOKEN_DIGEST_BYTES], const uint8_t b[TOKEN_DIGEST_BYTES]);

/* SipHash with a key of this process's life: table keys that strangers can't aim at. Never 0. */
uint64_t digest_number(const void *data, size_t length, const uint8_t key[16]);

uint32_t random_below(uint32_t bound);

/* Overwrites with zeros, whatever the compiler thinks of it. */
void wipe(void *data, size_t length);

#endif
