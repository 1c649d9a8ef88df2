/* The hash that stands for the content of a file: BLAKE2b with 32 bytes of output, piece by piece.
 */
#ifndef TTYDESK_PROTO_CONTENT_HASH_H
#define TTYDESK_PROTO_CONTENT_HASH_H

#include <stddef.h>
#include <stdint.h>

struct content_hash {
    _Alignas(64) unsigned char state[384]; /* libsodium's */
};

void content_hash_begin(struct content_hash *hash);
void content_hash_add(struct content_hash *hash, const void *data, size_t length);

/* Writes CONTENT_HASH_BYTES (proto/messages.h). */
void content_hash_end(struct content_hash *hash, uint8_t ret_hash[32]);

#endif
