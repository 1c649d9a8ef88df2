#include "proto/key_seal.h"

#include <sodium.h>

_Static_assert(KEY_SALT_BYTES == crypto_pwhash_SALTBYTES, "a salt");
_Static_assert(KEY_SEALED_BYTES ==
                   crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + KEY_SEED_BYTES,
               "nonce, tag and seed");

/* The second choice of RFC 9106, as for the passwords that the desk keeps. */
enum { PASSES = 3, MEMORY_BYTES = 64 * 1024 * 1024 };

static enum error derive(const struct key_seal *seal, struct text passphrase,
                         uint8_t ret_key[crypto_secretbox_KEYBYTES])
{
    if (sodium_init() < 0) {
        return ERROR_SYSTEM;
    }
    return crypto_pwhash(ret_key, crypto_secretbox_KEYBYTES, passphrase.data, passphrase.length,
                         seal->salt, seal->passes, (size_t)seal->memory_bytes,
                         crypto_pwhash_ALG_ARGON2ID13) == 0
               ? ERROR_NONE
               : ERROR_NO_MEMORY;
}

enum error key_seal_make(const uint8_t seed[KEY_SEED_BYTES], struct text passphrase,
                         struct key_seal *ret_seal)
{
    uint8_t key[crypto_secretbox_KEYBYTES];
    struct key_seal seal = {.passes = PASSES, .memory_bytes = MEMORY_BYTES};
    uint8_t *nonce = seal.sealed;
    randombytes_buf(seal.salt, sizeof seal.salt);
    randombytes_buf(nonce, crypto_secretbox_NONCEBYTES);
    enum error error = derive(&seal, passphrase, key);
    if (error == ERROR_NONE) {
        (void)crypto_secretbox_easy(seal.sealed + crypto_secretbox_NONCEBYTES, seed, KEY_SEED_BYTES,
                                    nonce, key); /* cannot fail */
        *ret_seal = seal;
    }
    sodium_memzero(key, sizeof key);
    return error;
}

enum error key_seal_open(const struct key_seal *seal, struct text passphrase,
                         uint8_t ret_seed[KEY_SEED_BYTES])
{
    uint8_t key[crypto_secretbox_KEYBYTES];
    if (seal->passes < crypto_pwhash_OPSLIMIT_MIN || seal->passes > KEY_SEAL_PASSES_MAX ||
        seal->memory_bytes < crypto_pwhash_MEMLIMIT_MIN ||
        seal->memory_bytes > KEY_SEAL_MEMORY_MAX) {
        return ERROR_INVALID_FIELD;
    }
    enum error error = derive(seal, passphrase, key);
    if (error == ERROR_NONE &&
        crypto_secretbox_open_easy(ret_seed, seal->sealed + crypto_secretbox_NONCEBYTES,
                                   KEY_SEALED_BYTES - crypto_secretbox_NONCEBYTES, seal->sealed,
                                   key) != 0) {
        error = ERROR_AUTH_FAILED;
    }
    sodium_memzero(key, sizeof key);
    return error;
}
