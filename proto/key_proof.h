/* Keys that people sign in with: Ed25519. What is signed says what for, on which connection and as
 * whom, so that a signature is good for nothing else; docs/decisions/0016 has why. */
#ifndef TTYDESK_PROTO_KEY_PROOF_H
#define TTYDESK_PROTO_KEY_PROOF_H

#include "proto/messages.h"

enum key_purpose { KEY_SIGNS_IN, KEY_IS_ADDED, KEY_ELEVATES, KEY_PURPOSE_COUNT };

/* What names one connection: the handshake hash of an encrypted one; on the Unix socket the number
 * that hello told, which is good for one signature. */
struct key_binding {
    bool encrypted;
    uint8_t bytes[NONCE_BYTES];
};

enum { KEY_SEED_BYTES = 32 };

/* A new key: the seed is the secret, and all there is to keep. */
void key_make(uint8_t ret_seed[KEY_SEED_BYTES]);

/* The public key of a seed. */
void key_public(const uint8_t seed[KEY_SEED_BYTES], uint8_t ret_key[KEY_BYTES]);

/* Signs as the account of this name, as it will be written in the request. False when the name is
 * longer than any. */
bool key_proof_sign(const uint8_t seed[KEY_SEED_BYTES], enum key_purpose purpose,
                    const struct key_binding *binding, struct text name,
                    uint8_t ret_signature[SIGNATURE_BYTES]);

/* Whether the signature is this key's, for this purpose, connection and name. */
bool key_proof_is_right(struct bytes key, struct bytes signature, enum key_purpose purpose,
                        const struct key_binding *binding, struct text name);

#endif
