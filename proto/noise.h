/* The parts every Noise handshake is made of, for the one suite 25519, ChaChaPoly, BLAKE2b:
 * cipher state, symmetric state, key derivation (Noise specification revision 34, sections 4, 5 and
 * 12). proto/handshake puts them together in the order of the NX pattern. No sockets, no clock. */
#ifndef TTYDESK_PROTO_NOISE_H
#define TTYDESK_PROTO_NOISE_H

#include "proto/errors.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOISE_KEY_SIZE  32 /* DHLEN and the cipher's key alike */
#define NOISE_HASH_SIZE 64 /* HASHLEN */
#define NOISE_TAG_SIZE  16

struct noise_keypair {
    uint8_t private_key[NOISE_KEY_SIZE];
    uint8_t public_key[NOISE_KEY_SIZE];
};

/* CipherState, section 5.1. All zero has no key yet: what it encrypts comes out unchanged. */
struct noise_cipher {
    uint8_t key[NOISE_KEY_SIZE];
    uint64_t nonce; /* of the next message */
    bool has_key;
};

/* SymmetricState, section 5.2. */
struct noise_symmetric {
    struct noise_cipher cipher;
    uint8_t chaining_key[NOISE_HASH_SIZE];
    uint8_t hash[NOISE_HASH_SIZE];
};

/* Once per process before anything else here. ERROR_SYSTEM: there is no source of randomness. */
enum error noise_start(void);

/* GENERATE_KEYPAIR, section 4.1: draws a private key from the system and derives its public key. */
void noise_keypair_generate(struct noise_keypair *ret_pair);

/* The key pair of a private key that is known already. */
void noise_keypair_from_private(const uint8_t private_key[NOISE_KEY_SIZE],
                                struct noise_keypair *ret_pair);

/* DH, section 4.1. ERROR_PROTOCOL_VIOLATION: the public key is of low order, so that the result
 * would be the same for every private key. */
enum error noise_dh(const uint8_t private_key[NOISE_KEY_SIZE],
                    const uint8_t public_key[NOISE_KEY_SIZE], uint8_t ret_shared[NOISE_KEY_SIZE]);

/* HMAC-HASH of section 4.3: RFC 2104 over BLAKE2b-512, which is not BLAKE2b's own keyed mode. */
void noise_hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t data_length,
                uint8_t ret_code[NOISE_HASH_SIZE]);

/* HKDF of section 4.3 with two outputs. `ret_first` may be `chaining_key` itself. */
void noise_hkdf(const uint8_t chaining_key[NOISE_HASH_SIZE], const uint8_t *material,
                size_t material_length, uint8_t ret_first[NOISE_HASH_SIZE],
                uint8_t ret_second[NOISE_HASH_SIZE]);

/* EncryptWithAd, section 5.1, with `ad` of at most NOISE_HASH_SIZE bytes or none. Writes `length`
 * bytes and, once there is a key, the tag; `ret_cipher` may be `plain` itself. The nonce goes up by
 * one. Returns how many bytes were written. */
size_t noise_cipher_encrypt(struct noise_cipher *cipher, const uint8_t *ad, size_t ad_length,
                            const uint8_t *plain, size_t length, uint8_t *ret_cipher);

/* DecryptWithAd, section 5.1; `length` counts the tag, `ret_plain` may be `sealed` itself.
 * ERROR_PROTOCOL_VIOLATION: not sealed by the holder of the key for this place in the order; the
 * nonce then stays. */
enum error noise_cipher_decrypt(struct noise_cipher *cipher, const uint8_t *ad, size_t ad_length,
                                const uint8_t *sealed, size_t length, uint8_t *ret_plain,
                                size_t *ret_length);

/* Rekey, sections 4.2 and 5.1: a new key that does not betray the one before. The nonce stays. */
void noise_cipher_rekey(struct noise_cipher *cipher);

/* InitializeSymmetric and MixHash(prologue), sections 5.2 and 5.3. `protocol_name` is at most
 * NOISE_HASH_SIZE characters. */
void noise_symmetric_init(struct noise_symmetric *symmetric, const char *protocol_name,
                          const uint8_t *prologue, size_t prologue_length);

/* MixHash, section 5.2. */
void noise_mix_hash(struct noise_symmetric *symmetric, const uint8_t *data, size_t length);

/* MixKey, section 5.2. */
void noise_mix_key(struct noise_symmetric *symmetric, const uint8_t material[NOISE_KEY_SIZE]);

/* MixKey(DH(private, public)). Errors as noise_dh. */
enum error noise_mix_dh(struct noise_symmetric *symmetric,
                        const uint8_t private_key[NOISE_KEY_SIZE],
                        const uint8_t public_key[NOISE_KEY_SIZE]);

/* EncryptAndHash, section 5.2. Returns how many bytes were written: `length`, with a key also the
 * tag. */
size_t noise_encrypt_and_hash(struct noise_symmetric *symmetric, const uint8_t *plain,
                              size_t length, uint8_t *ret_cipher);

/* DecryptAndHash, section 5.2. Errors as noise_cipher_decrypt. */
enum error noise_decrypt_and_hash(struct noise_symmetric *symmetric, const uint8_t *sealed,
                                  size_t length, uint8_t *ret_plain, size_t *ret_length);

/* Split, section 5.2: the first cipher is for what the initiator sends. The symmetric state's hash
 * stays readable, its keys are wiped. */
void noise_split(struct noise_symmetric *symmetric, struct noise_cipher *ret_initiator,
                 struct noise_cipher *ret_responder);

#endif
