#include "proto/buffer.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "proto/require.h"

enum { FIRST_BYTES = 256, KEPT_BYTES = 4096 };

void buffer_finish(struct buffer *buffer)
{
    if (buffer->data != NULL) {
        sodium_memzero(buffer->data, buffer->capacity);
    }
    free(buffer->data);
    *buffer = (struct buffer){0};
}

uint8_t *buffer_reserve(struct buffer *buffer, size_t length)
{
    if (buffer->failed || length > SIZE_MAX / 2 - buffer->length) {
        buffer->failed = true;
        return NULL;
    }
    size_t needed = buffer->length + length;
    if (needed > buffer->capacity) {
        size_t capacity = buffer->capacity > 0 ? buffer->capacity : FIRST_BYTES;
        while (capacity < needed) {
            capacity *= 2;
        }
        uint8_t *data = malloc(capacity); /* not realloc, which would leave the old bytes behind */
        if (data == NULL) {
            buffer->failed = true;
            return NULL;
        }
        if (buffer->data != NULL) {
            memcpy(data, buffer->data, buffer->length);
            sodium_memzero(buffer->data, buffer->capacity);
            free(buffer->data);
        }
        buffer->data = data;
        buffer->capacity = capacity;
    }
    return buffer->data + buffer->length;
}

void buffer_append(struct buffer *buffer, const void *data, size_t length)
{
    uint8_t *place = buffer_reserve(buffer, length);
    if (place != NULL && length > 0) {
        memcpy(place, data, length);
        buffer->length += length;
    }
}

void buffer_take(struct buffer *buffer, size_t length)
{
    require(length <= buffer->length);
    buffer->length -= length;
    if (buffer->length == 0 && buffer->capacity > KEPT_BYTES) {
        buffer_finish(buffer);
    } else if (length > 0) {
        memmove(buffer->data, buffer->data + length, buffer->length);
        sodium_memzero(buffer->data + buffer->length, length);
    }
}
