#include "proto/random.h"

#include <sodium.h>

void random_fill(void *ret_bytes, size_t size)
{
    randombytes_buf(ret_bytes, size);
}
