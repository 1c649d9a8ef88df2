/* A key's seed sealed by a passphrase: Argon2id makes a key of it, XSalsa20-Poly1305 seals. The
 * cost stands beside what it sealed, so that it may rise. */
#ifndef TTYDESK_PROTO_KEY_SEAL_H
#define TTYDESK_PROTO_KEY_SEAL_H

#include "proto/errors.h"
#include "proto/fields.h"
#include "proto/key_proof.h"

enum { KEY_SALT_BYTES = 16, KEY_SEALED_BYTES = 24 + 16 + KEY_SEED_BYTES /* nonce, tag, seed */ };

/* What is more than this in a file was not made by us, and would keep the reader busy. */
#define KEY_SEAL_PASSES_MAX UINT64_C(16)
#define KEY_SEAL_MEMORY_MAX (UINT64_C(1) << 30) /* bytes */

struct key_seal {
    uint64_t passes;
    uint64_t memory_bytes;
    uint8_t salt[KEY_SALT_BYTES];
    uint8_t sealed[KEY_SEALED_BYTES];
};

/* Takes a good part of a second. ERROR_NO_MEMORY. */
enum error key_seal_make(const uint8_t seed[KEY_SEED_BYTES], struct text passphrase,
                         struct key_seal *ret_seal);

/* ERROR_AUTH_FAILED: another passphrase, or something was changed. ERROR_INVALID_FIELD: at a cost
 * that nobody asks for. ERROR_NO_MEMORY. */
enum error key_seal_open(const struct key_seal *seal, struct text passphrase,
                         uint8_t ret_seed[KEY_SEED_BYTES]);

#endif
