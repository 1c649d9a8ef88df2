#include "proto/content_hash.h"

#include <sodium.h>

#include "proto/messages.h"

_Static_assert(sizeof(crypto_generichash_state) <= sizeof(struct content_hash),
               "libsodium's state has room");
_Static_assert(CONTENT_HASH_BYTES == 32, "as the header says");

static crypto_generichash_state *state_of(struct content_hash *hash)
{
    return (crypto_generichash_state *)(void *)hash->state;
}

void content_hash_begin(struct content_hash *hash)
{
    crypto_generichash_init(state_of(hash), NULL, 0, CONTENT_HASH_BYTES);
}

void content_hash_add(struct content_hash *hash, const void *data, size_t length)
{
    crypto_generichash_update(state_of(hash), data, length);
}

void content_hash_end(struct content_hash *hash, uint8_t ret_hash[32])
{
    crypto_generichash_final(state_of(hash), ret_hash, CONTENT_HASH_BYTES);
}
