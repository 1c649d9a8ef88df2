#include "proto/key_proof.h"

#include <string.h>

#include <sodium.h>

#include "proto/require.h"

_Static_assert(KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "a public key");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "a signature");
_Static_assert(KEY_SEED_BYTES == crypto_sign_SEEDBYTES, "a seed");

enum { CONTEXT_MAX = 32, NAME_BYTES_MAX = 4 * USER_NAME_MAX };

/* By purpose, on the Unix socket and on an encrypted connection. */
static const char *const contexts[KEY_PURPOSE_COUNT][2] = {
    [KEY_SIGNS_IN] = {"ttydesk-auth-unix-v1", "ttydesk-auth-v1"},
    [KEY_IS_ADDED] = {"ttydesk-key-add-unix-v1", "ttydesk-key-add-v1"},
    [KEY_ELEVATES] = {"ttydesk-elevate-unix-v1", "ttydesk-elevate-v1"},
};

struct statement {
    uint8_t bytes[CONTEXT_MAX + 1 + NONCE_BYTES + NAME_BYTES_MAX];
    size_t length;
};

/* Context, a zero, 64 bytes that name the connection, and the name, which goes to the end: no two
 * of them give the same bytes. */
static bool make_statement(enum key_purpose purpose, const struct key_binding *binding,
                           struct text name, struct statement *ret_statement)
{
    require((unsigned)purpose < KEY_PURPOSE_COUNT);
    const char *context = contexts[purpose][binding->encrypted ? 1 : 0];
    size_t length = strlen(context);
    require(length <= CONTEXT_MAX);
    if (name.length > NAME_BYTES_MAX) {
        return false;
    }
    memcpy(ret_statement->bytes, context, length);
    ret_statement->bytes[length++] = 0;
    memcpy(ret_statement->bytes + length, binding->bytes, NONCE_BYTES);
    length += NONCE_BYTES;
    if (name.length > 0) {
        memcpy(ret_statement->bytes + length, name.data, name.length);
    }
    ret_statement->length = length + name.length;
    return true;
}

void key_make(uint8_t ret_seed[KEY_SEED_BYTES])
{
    randombytes_buf(ret_seed, KEY_SEED_BYTES);
}

void key_public(const uint8_t seed[KEY_SEED_BYTES], uint8_t ret_key[KEY_BYTES])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    require(crypto_sign_seed_keypair(ret_key, secret, seed) == 0);
    sodium_memzero(secret, sizeof secret);
}

bool key_proof_sign(const uint8_t seed[KEY_SEED_BYTES], enum key_purpose purpose,
                    const struct key_binding *binding, struct text name,
                    uint8_t ret_signature[SIGNATURE_BYTES])
{
    struct statement statement;
    uint8_t key[KEY_BYTES];
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    if (!make_statement(purpose, binding, name, &statement)) {
        return false;
    }
    require(crypto_sign_seed_keypair(key, secret, seed) == 0);
    require(crypto_sign_detached(ret_signature, NULL, statement.bytes, statement.length, secret) ==
            0);
    sodium_memzero(secret, sizeof secret);
    return true;
}

bool key_proof_is_right(struct bytes key, struct bytes signature, enum key_purpose purpose,
                        const struct key_binding *binding, struct text name)
{
    struct statement statement;
    return key.length == KEY_BYTES && signature.length == SIGNATURE_BYTES &&
           make_statement(purpose, binding, name, &statement) &&
           crypto_sign_verify_detached(signature.data, statement.bytes, statement.length,
                                       key.data) == 0;
}
