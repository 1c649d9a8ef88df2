/* 48 bits of time, big-endian; 4 bits version; 12 random; 2 bits variant; 62 random. */
#include "proto/operation.h"

#include <string.h>

#include "proto/require.h"

enum {
    TIME_BYTES = 6,
    VERSION_BYTE = 6, /* high four bits */
    VERSION = 0x70,
    VERSION_MASK = 0xf0,
    VARIANT_BYTE = 8, /* high two bits */
    VARIANT = 0x80,
    VARIANT_MASK = 0xc0,
};

void operation_make(uint64_t time_ms, const uint8_t random[OPERATION_RANDOM_BYTES],
                    uint8_t ret_operation[OPERATION_BYTES])
{
    require(time_ms >> 48 == 0);
    for (unsigned i = 0; i < TIME_BYTES; i++) {
        ret_operation[i] = (uint8_t)(time_ms >> (8 * (TIME_BYTES - 1 - i)));
    }
    memcpy(ret_operation + TIME_BYTES, random, OPERATION_RANDOM_BYTES);
    uint8_t *version = &ret_operation[VERSION_BYTE];
    uint8_t *variant = &ret_operation[VARIANT_BYTE];
    *version = (uint8_t)((*version & ~VERSION_MASK) | VERSION);
    *variant = (uint8_t)((*variant & ~VARIANT_MASK) | VARIANT);
}
