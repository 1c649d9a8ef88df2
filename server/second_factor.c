#include "server/second_factor.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "server/core/limits.h"

enum { SEAL_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES };

_Static_assert(FACTOR_SEALED_BYTES == SEAL_NONCE_BYTES + FACTOR_SECRET_BYTES +
                                          crypto_aead_xchacha20poly1305_ietf_ABYTES,
               "what is sealed has its nonce before and its tag behind it");

static const char key_context[] = "ttydesk second factor 1";

struct second_factor {
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
};

enum error second_factor_create(const struct noise_keypair *host_key,
                                struct second_factor **ret_factor)
{
    if (oath_init() != OATH_OK) {
        return ERROR_SYSTEM;
    }
    struct second_factor *factor = sodium_malloc(sizeof *factor);
    if (factor == NULL) {
        (void)oath_done();
        return ERROR_NO_MEMORY;
    }
    (void)crypto_generichash(factor->key, sizeof factor->key, (const uint8_t *)key_context,
                             sizeof key_context, host_key->private_key,
                             sizeof host_key->private_key);
    (void)sodium_mprotect_readonly(factor);
    *ret_factor = factor;
    return ERROR_NONE;
}

void second_factor_destroy(struct second_factor *factor)
{
    if (factor != NULL) {
        sodium_free(factor);
        (void)oath_done();
    }
}

void second_factor_make(uint8_t ret_secret[FACTOR_SECRET_BYTES])
{
    randombytes_buf(ret_secret, FACTOR_SECRET_BYTES);
}

static void account_bytes(uint64_t account, uint8_t ret_bytes[8])
{
    for (int i = 7; i >= 0; i--) {
        ret_bytes[i] = (uint8_t)account;
        account >>= 8;
    }
}

void second_factor_seal(const struct second_factor *factor, uint64_t account,
                        const uint8_t secret[FACTOR_SECRET_BYTES],
                        uint8_t ret_sealed[FACTOR_SEALED_BYTES])
{
    uint8_t owner[8];
    account_bytes(account, owner);
    randombytes_buf(ret_sealed, SEAL_NONCE_BYTES);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(ret_sealed + SEAL_NONCE_BYTES, NULL, secret,
                                                     FACTOR_SECRET_BYTES, owner, sizeof owner, NULL,
                                                     ret_sealed, factor->key);
}

bool second_factor_open(const struct second_factor *factor, uint64_t account, struct bytes sealed,
                        uint8_t ret_secret[FACTOR_SECRET_BYTES])
{
    uint8_t owner[8];
    account_bytes(account, owner);
    return sealed.length == FACTOR_SEALED_BYTES &&
           crypto_aead_xchacha20poly1305_ietf_decrypt(ret_secret, NULL, NULL,
                                                      sealed.data + SEAL_NONCE_BYTES,
                                                      sealed.length - SEAL_NONCE_BYTES, owner,
                                                      sizeof owner, sealed.data, factor->key) == 0;
}

/* What is no code of six digits is like none. */
static void read_digits(struct text typed, char ret_digits[FACTOR_DIGITS + 1])
{
    size_t count = 0;
    memset(ret_digits, 'x', FACTOR_DIGITS);
    ret_digits[FACTOR_DIGITS] = '\0';
    for (size_t i = 0; i < typed.length; i++) {
        if (typed.data[i] == ' ') {
            continue;
        }
        if (count == FACTOR_DIGITS || typed.data[i] < '0' || typed.data[i] > '9') {
            memset(ret_digits, 'x', FACTOR_DIGITS);
            return;
        }
        ret_digits[count++] = typed.data[i];
    }
}

uint64_t second_factor_step(const uint8_t secret[FACTOR_SECRET_BYTES], struct text typed,
                            uint64_t time_ms)
{
    uint64_t now = time_ms / TOTP_STEP_MS;
    uint64_t found = 0;
    char digits[FACTOR_DIGITS + 1];
    char right[FACTOR_DIGITS + 1];
    read_digits(typed, digits);
    for (uint64_t step = now > 0 ? now - 1 : 0; step <= now + 1; step++) {
        /* Step by step, with the counter of RFC 4226, which is what its successor counts too. */
        int made = oath_hotp_generate((const char *)secret, FACTOR_SECRET_BYTES, step,
                                      FACTOR_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, right);
        if (sodium_memcmp(digits, right, FACTOR_DIGITS) == 0 && made == OATH_OK) {
            found = step;
        }
    }
    sodium_memzero(digits, sizeof digits);
    sodium_memzero(right, sizeof right);
    return found;
}

void second_factor_base32(const uint8_t secret[FACTOR_SECRET_BYTES],
                          char ret_base32[FACTOR_BASE32_BYTES])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    /* 160 bits are 32 letters of five, without a rest. */
    for (size_t i = 0; i < FACTOR_BASE32_BYTES - 1; i++) {
        size_t bit = i * 5;
        unsigned pair = (unsigned)secret[bit / 8] << 8;
        pair |= bit / 8 + 1 < FACTOR_SECRET_BYTES ? secret[bit / 8 + 1] : 0u;
        ret_base32[i] = alphabet[pair >> (11 - bit % 8) & 31u];
    }
    ret_base32[FACTOR_BASE32_BYTES - 1] = '\0';
}

/* A name inside an address: what is not plain is written as its bytes in hexadecimal. */
static void percent(struct text name, char *ret_name, size_t size)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    size_t length = 0;
    for (size_t i = 0; i < name.length && length + 4 <= size; i++) {
        if (name.data[i] != '\0' && strchr(plain, name.data[i]) != NULL) {
            ret_name[length++] = name.data[i];
        } else {
            (void)snprintf(ret_name + length, 4, "%%%02X", (unsigned)(uint8_t)name.data[i]);
            length += 3;
        }
    }
    ret_name[length] = '\0';
}

void second_factor_uri(struct text desk, struct text user, const char *base32, char *ret_uri,
                       size_t size)
{
    char issuer[3 * 256 + 1];
    char account[3 * 32 + 1];
    percent(desk, issuer, sizeof issuer);
    percent(user, account, sizeof account);
    (void)snprintf(ret_uri, size,
                   "otpauth://totp/%s:%s?secret=%s&issuer=%s&algorithm=SHA1&digits=6&period=30",
                   issuer, account, base32, issuer);
}
