/* Noise's cipher state, symmetric state and key derivation on libsodium's primitives. Names follow
 * the specification; each function names its section in the header. */
#include "proto/noise.h"

#include <sodium.h>
#include <string.h>

#include "proto/require.h"

#define HMAC_BLOCK_SIZE 128 /* BLOCKLEN of BLAKE2b */
#define NONCE_SIZE      crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define REKEY_NONCE     UINT64_MAX /* reserved, section 5.1 */

_Static_assert(NOISE_KEY_SIZE == crypto_scalarmult_curve25519_BYTES, "X25519 output is a key");
_Static_assert(NOISE_KEY_SIZE == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "ChaChaPoly key");
_Static_assert(NOISE_TAG_SIZE == crypto_aead_chacha20poly1305_ietf_ABYTES, "ChaChaPoly tag");
_Static_assert(NOISE_HASH_SIZE == crypto_generichash_blake2b_BYTES_MAX, "BLAKE2b-512");

enum error noise_start(void)
{
    return sodium_init() < 0 ? ERROR_SYSTEM : ERROR_NONE;
}

void noise_keypair_from_private(const uint8_t private_key[NOISE_KEY_SIZE],
                                struct noise_keypair *ret_pair)
{
    memmove(ret_pair->private_key, private_key, NOISE_KEY_SIZE);
    int result = crypto_scalarmult_curve25519_base(ret_pair->public_key, ret_pair->private_key);
    require(result == 0); /* The base point is not of low order. */
}

void noise_keypair_generate(struct noise_keypair *ret_pair)
{
    uint8_t private_key[NOISE_KEY_SIZE];

    randombytes_buf(private_key, sizeof private_key);
    noise_keypair_from_private(private_key, ret_pair);
    sodium_memzero(private_key, sizeof private_key);
}

enum error noise_dh(const uint8_t private_key[NOISE_KEY_SIZE],
                    const uint8_t public_key[NOISE_KEY_SIZE], uint8_t ret_shared[NOISE_KEY_SIZE])
{
    uint8_t shared[NOISE_KEY_SIZE];

    if (crypto_scalarmult_curve25519(shared, private_key, public_key) != 0) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    memcpy(ret_shared, shared, sizeof shared);
    sodium_memzero(shared, sizeof shared);
    return ERROR_NONE;
}

/* HASH(first || second). The output may be either input. */
static void hash_pair(const uint8_t *first, size_t first_length, const uint8_t *second,
                      size_t second_length, uint8_t ret_hash[NOISE_HASH_SIZE])
{
    crypto_generichash_blake2b_state state;

    crypto_generichash_blake2b_init(&state, NULL, 0, NOISE_HASH_SIZE);
    crypto_generichash_blake2b_update(&state, first, first_length);
    crypto_generichash_blake2b_update(&state, second, second_length);
    crypto_generichash_blake2b_final(&state, ret_hash, NOISE_HASH_SIZE);
    sodium_memzero(&state, sizeof state);
}

void noise_hmac(const uint8_t *key, size_t key_length, const uint8_t *data, size_t data_length,
                uint8_t ret_code[NOISE_HASH_SIZE])
{
    uint8_t inner_key[HMAC_BLOCK_SIZE];
    uint8_t outer_key[HMAC_BLOCK_SIZE];
    uint8_t inner_hash[NOISE_HASH_SIZE];

    require(key_length <= HMAC_BLOCK_SIZE);
    memset(inner_key, 0x36, sizeof inner_key);
    memset(outer_key, 0x5c, sizeof outer_key);
    for (size_t i = 0; i < key_length; i++) {
        inner_key[i] ^= key[i];
        outer_key[i] ^= key[i];
    }
    hash_pair(inner_key, sizeof inner_key, data, data_length, inner_hash);
    hash_pair(outer_key, sizeof outer_key, inner_hash, sizeof inner_hash, ret_code);

    sodium_memzero(inner_key, sizeof inner_key);
    sodium_memzero(outer_key, sizeof outer_key);
    sodium_memzero(inner_hash, sizeof inner_hash);
}

void noise_hkdf(const uint8_t chaining_key[NOISE_HASH_SIZE], const uint8_t *material,
                size_t material_length, uint8_t ret_first[NOISE_HASH_SIZE],
                uint8_t ret_second[NOISE_HASH_SIZE])
{
    uint8_t temporary[NOISE_HASH_SIZE];
    uint8_t first_and_two[NOISE_HASH_SIZE + 1];
    const uint8_t one = 0x01;

    /* temp_key = HMAC-HASH(chaining_key, input_key_material) */
    noise_hmac(chaining_key, NOISE_HASH_SIZE, material, material_length, temporary);
    /* output1 = HMAC-HASH(temp_key, 0x01) */
    noise_hmac(temporary, sizeof temporary, &one, sizeof one, first_and_two);
    /* output2 = HMAC-HASH(temp_key, output1 || 0x02) */
    first_and_two[NOISE_HASH_SIZE] = 0x02;
    noise_hmac(temporary, sizeof temporary, first_and_two, sizeof first_and_two, ret_second);
    memcpy(ret_first, first_and_two, NOISE_HASH_SIZE);

    sodium_memzero(temporary, sizeof temporary);
    sodium_memzero(first_and_two, sizeof first_and_two);
}

/* ChaChaPoly's nonce: 32 zero bits, then the number, little-endian (section 12.3). */
static void nonce_bytes(uint64_t number, uint8_t ret_nonce[NONCE_SIZE])
{
    memset(ret_nonce, 0, 4);
    for (size_t i = 0; i < 8; i++) {
        ret_nonce[4 + i] = (uint8_t)(number >> (8 * i));
    }
}

size_t noise_cipher_encrypt(struct noise_cipher *cipher, const uint8_t *ad, size_t ad_length,
                            const uint8_t *plain, size_t length, uint8_t *ret_cipher)
{
    uint8_t nonce[NONCE_SIZE];

    if (!cipher->has_key) {
        if (length > 0) {
            memmove(ret_cipher, plain, length);
        }
        return length;
    }
    require(cipher->nonce < REKEY_NONCE);
    nonce_bytes(cipher->nonce++, nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt(ret_cipher, NULL, plain, length, ad, ad_length, NULL,
                                              nonce, cipher->key);
    return length + NOISE_TAG_SIZE;
}

enum error noise_cipher_decrypt(struct noise_cipher *cipher, const uint8_t *ad, size_t ad_length,
                                const uint8_t *sealed, size_t length, uint8_t *ret_plain,
                                size_t *ret_length)
{
    uint8_t nonce[NONCE_SIZE];

    if (!cipher->has_key) {
        if (length > 0) {
            memmove(ret_plain, sealed, length);
        }
        *ret_length = length;
        return ERROR_NONE;
    }
    if (length < NOISE_TAG_SIZE || cipher->nonce == REKEY_NONCE) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    nonce_bytes(cipher->nonce, nonce);
    if (crypto_aead_chacha20poly1305_ietf_decrypt(ret_plain, NULL, NULL, sealed, length, ad,
                                                  ad_length, nonce, cipher->key) != 0) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    cipher->nonce++;
    *ret_length = length - NOISE_TAG_SIZE;
    return ERROR_NONE;
}

void noise_cipher_rekey(struct noise_cipher *cipher)
{
    static const uint8_t zeros[NOISE_KEY_SIZE];
    uint8_t sealed[NOISE_KEY_SIZE + NOISE_TAG_SIZE];
    uint8_t nonce[NONCE_SIZE];

    require(cipher->has_key);
    /* k = the first 32 bytes of ENCRYPT(k, 2^64-1, zerolen, zeros) */
    nonce_bytes(REKEY_NONCE, nonce);
    crypto_aead_chacha20poly1305_ietf_encrypt(sealed, NULL, zeros, sizeof zeros, NULL, 0, NULL,
                                              nonce, cipher->key);
    memcpy(cipher->key, sealed, sizeof cipher->key);
    sodium_memzero(sealed, sizeof sealed);
}

/* InitializeKey */
static void cipher_set_key(struct noise_cipher *cipher, const uint8_t *key)
{
    memcpy(cipher->key, key, NOISE_KEY_SIZE);
    cipher->nonce = 0;
    cipher->has_key = true;
}

void noise_symmetric_init(struct noise_symmetric *symmetric, const char *protocol_name,
                          const uint8_t *prologue, size_t prologue_length)
{
    size_t name_length = strlen(protocol_name);

    require(name_length <= NOISE_HASH_SIZE);
    memset(symmetric, 0, sizeof *symmetric);
    /* h = protocol_name padded with zeros; ck = h */
    memcpy(symmetric->hash, protocol_name, name_length);
    memcpy(symmetric->chaining_key, symmetric->hash, NOISE_HASH_SIZE);
    noise_mix_hash(symmetric, prologue, prologue_length);
}

void noise_mix_hash(struct noise_symmetric *symmetric, const uint8_t *data, size_t length)
{
    /* h = HASH(h || data) */
    hash_pair(symmetric->hash, NOISE_HASH_SIZE, data, length, symmetric->hash);
}

void noise_mix_key(struct noise_symmetric *symmetric, const uint8_t material[NOISE_KEY_SIZE])
{
    uint8_t temporary_key[NOISE_HASH_SIZE];

    /* ck, temp_k = HKDF(ck, input_key_material, 2); k = temp_k truncated to 32 bytes */
    noise_hkdf(symmetric->chaining_key, material, NOISE_KEY_SIZE, symmetric->chaining_key,
               temporary_key);
    cipher_set_key(&symmetric->cipher, temporary_key);
    sodium_memzero(temporary_key, sizeof temporary_key);
}

enum error noise_mix_dh(struct noise_symmetric *symmetric,
                        const uint8_t private_key[NOISE_KEY_SIZE],
                        const uint8_t public_key[NOISE_KEY_SIZE])
{
    uint8_t shared[NOISE_KEY_SIZE];
    enum error error = noise_dh(private_key, public_key, shared);

    if (error == ERROR_NONE) {
        noise_mix_key(symmetric, shared);
        sodium_memzero(shared, sizeof shared);
    }
    return error;
}

size_t noise_encrypt_and_hash(struct noise_symmetric *symmetric, const uint8_t *plain,
                              size_t length, uint8_t *ret_cipher)
{
    size_t written = noise_cipher_encrypt(&symmetric->cipher, symmetric->hash, NOISE_HASH_SIZE,
                                          plain, length, ret_cipher);

    noise_mix_hash(symmetric, ret_cipher, written);
    return written;
}

enum error noise_decrypt_and_hash(struct noise_symmetric *symmetric, const uint8_t *sealed,
                                  size_t length, uint8_t *ret_plain, size_t *ret_length)
{
    uint8_t next_hash[NOISE_HASH_SIZE];
    enum error error;

    /* Hashed first, because the plain text may take the place of the sealed one. */
    hash_pair(symmetric->hash, NOISE_HASH_SIZE, sealed, length, next_hash);
    error = noise_cipher_decrypt(&symmetric->cipher, symmetric->hash, NOISE_HASH_SIZE, sealed,
                                 length, ret_plain, ret_length);
    if (error == ERROR_NONE) {
        memcpy(symmetric->hash, next_hash, NOISE_HASH_SIZE);
    }
    return error;
}

void noise_split(struct noise_symmetric *symmetric, struct noise_cipher *ret_initiator,
                 struct noise_cipher *ret_responder)
{
    uint8_t first[NOISE_HASH_SIZE];
    uint8_t second[NOISE_HASH_SIZE];

    /* temp_k1, temp_k2 = HKDF(ck, zerolen, 2), truncated to 32 bytes */
    noise_hkdf(symmetric->chaining_key, NULL, 0, first, second);
    cipher_set_key(ret_initiator, first);
    cipher_set_key(ret_responder, second);

    sodium_memzero(first, sizeof first);
    sodium_memzero(second, sizeof second);
    sodium_memzero(&symmetric->cipher, sizeof symmetric->cipher);
    sodium_memzero(symmetric->chaining_key, sizeof symmetric->chaining_key);
}
