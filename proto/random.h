/* The edge's only source of randomness: operation ids, tokens, sign-in ids. The core has none. */
#ifndef TTYDESK_PROTO_RANDOM_H
#define TTYDESK_PROTO_RANDOM_H

#include <stddef.h>

/* Fills `size` bytes from the system's generator (libsodium's randombytes). */
void random_fill(void *ret_bytes, size_t size);

#endif
