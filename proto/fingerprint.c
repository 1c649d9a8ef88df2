/* The text form of a key's digest. */
#include "proto/fingerprint.h"

#include <sodium.h>
#include <string.h>

#define PREFIX_LENGTH 4
#define DIGEST_SIZE   32

_Static_assert(FINGERPRINT_SIZE ==
                   PREFIX_LENGTH +
                       sodium_base64_ENCODED_LEN(DIGEST_SIZE,
                                                 sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
               "the text fills its array exactly");

static void format(const char prefix[PREFIX_LENGTH + 1], const uint8_t key[32],
                   char ret_text[FINGERPRINT_SIZE])
{
    uint8_t digest[DIGEST_SIZE];

    crypto_generichash_blake2b(digest, sizeof digest, key, 32, NULL, 0);
    memcpy(ret_text, prefix, PREFIX_LENGTH);
    sodium_bin2base64(ret_text + PREFIX_LENGTH, FINGERPRINT_SIZE - PREFIX_LENGTH, digest,
                      sizeof digest, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}

void fingerprint_format(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE])
{
    format("TD1:", key, ret_text);
}

void fingerprint_of_account_key(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE])
{
    format("TK1:", key, ret_text);
}

void host_key_format(const uint8_t key[32], char ret_text[HOST_KEY_TEXT_SIZE])
{
    sodium_bin2base64(ret_text, HOST_KEY_TEXT_SIZE, key, 32, sodium_base64_VARIANT_ORIGINAL);
}

bool host_key_parse(const char *text, uint8_t ret_key[32])
{
    uint8_t key[32];
    size_t length = 0;
    const char *end = NULL;
    if (sodium_base642bin(key, sizeof key, text, strlen(text), NULL, &length, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length != sizeof key || *end != '\0') {
        return false;
    }
    memcpy(ret_key, key, sizeof key);
    return true;
}
