#include "server/digest.h"

#include <sodium.h>
#include <string.h>

#include "proto/codec.h"

static const char token_context[] = "ttydesk sign-in token 1";
static const char code_context[] = "ttydesk one-time code 1";

enum error digest_init(void)
{
    return sodium_init() < 0 ? ERROR_SYSTEM : ERROR_NONE;
}

enum error digest_request(enum method method, const void *request,
                          uint8_t ret_digest[COMMAND_DIGEST_BYTES])
{
    struct buffer canonical = {0};
    const char *name = methods[method].name;
    buffer_append(&canonical, name, strlen(name) + 1);
    codec_write_canonical(&canonical, methods[method].request, request);
    if (canonical.failed) {
        buffer_finish(&canonical);
        return ERROR_NO_MEMORY;
    }
    crypto_generichash(ret_digest, COMMAND_DIGEST_BYTES, canonical.data, canonical.length, NULL, 0);
    buffer_finish(&canonical);
    return ERROR_NONE;
}

static void digest_secret(const char *context, size_t context_length, const void *secret,
                          size_t length, uint8_t ret_digest[TOKEN_DIGEST_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, TOKEN_DIGEST_BYTES);
    crypto_generichash_update(&state, (const unsigned char *)context, context_length);
    crypto_generichash_update(&state, secret, length);
    crypto_generichash_final(&state, ret_digest, TOKEN_DIGEST_BYTES);
    sodium_memzero(&state, sizeof state);
}

void digest_token(const uint8_t token[TOKEN_BYTES], uint8_t ret_digest[TOKEN_DIGEST_BYTES])
{
    digest_secret(token_context, sizeof token_context, token, TOKEN_BYTES, ret_digest);
}

void digest_code(const char *symbols, size_t length, uint8_t ret_digest[TOKEN_DIGEST_BYTES])
{
    digest_secret(code_context, sizeof code_context, symbols, length, ret_digest);
}

bool digest_equal(const uint8_t a[TOKEN_DIGEST_BYTES], const uint8_t b[TOKEN_DIGEST_BYTES])
{
    return sodium_memcmp(a, b, TOKEN_DIGEST_BYTES) == 0;
}

uint64_t digest_number(const void *data, size_t length, const uint8_t key[16])
{
    uint8_t hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, data, length, key);
    uint64_t number;
    memcpy(&number, hash, sizeof number);
    return number != 0 ? number : 1;
}

uint32_t random_below(uint32_t bound)
{
    return randombytes_uniform(bound);
}

void wipe(void *data, size_t length)
{
    sodium_memzero(data, length);
}
