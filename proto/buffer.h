/* Bytes that grow. */
#ifndef TTYDESK_PROTO_BUFFER_H
#define TTYDESK_PROTO_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* All zero is an empty buffer. Memory it gives up is wiped: it may have held a password. */
struct buffer {
    uint8_t *data; /* owned */
    size_t length;
    size_t capacity;
    bool failed; /* latched: an append found no memory; nothing was appended since */
};

/* Frees the memory and leaves an empty buffer. */
void buffer_finish(struct buffer *buffer);

/* Appends `length` bytes; on lack of memory sets `failed` and changes nothing else. */
void buffer_append(struct buffer *buffer, const void *data, size_t length);

/* Makes room for `length` more bytes without changing the length. NULL (and `failed`) without
 * memory; otherwise the place where they may be written, to be counted by the caller. */
uint8_t *buffer_reserve(struct buffer *buffer, size_t length);

/* Removes `length` bytes from the front and wipes them; frees the memory when nothing is left and
 * more than a few KiB are held. */
void buffer_take(struct buffer *buffer, size_t length);

#endif
