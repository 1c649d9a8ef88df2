/* The text form of a host key's digest. */
#include "proto/fingerprint.h"

#include <sodium.h>
#include <string.h>

#define PREFIX        "TD1:"
#define PREFIX_LENGTH 4
#define DIGEST_SIZE   32

_Static_assert(FINGERPRINT_SIZE ==
                   PREFIX_LENGTH +
                       sodium_base64_ENCODED_LEN(DIGEST_SIZE,
                                                 sodium_base64_VARIANT_ORIGINAL_NO_PADDING),
               "the text fills its array exactly");

void fingerprint_format(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE])
{
    uint8_t digest[DIGEST_SIZE];

    crypto_generichash_blake2b(digest, sizeof digest, key, 32, NULL, 0);
    memcpy(ret_text, PREFIX, PREFIX_LENGTH);
    sodium_bin2base64(ret_text + PREFIX_LENGTH, FINGERPRINT_SIZE - PREFIX_LENGTH, digest,
                      sizeof digest, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
}
