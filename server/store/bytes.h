/* Numbers and runs of bytes in the journal's values: LEB128 and length-prefixed. */
#ifndef TTYDESK_STORE_BYTES_H
#define TTYDESK_STORE_BYTES_H

#include "proto/buffer.h"
#include "proto/fields.h"

void bytes_put_number(struct buffer *buffer, uint64_t number);

/* Reads from `rest`; `failed` latches on bytes that end too early or are no such thing, and
 * everything read afterwards is zero. */
struct bytes_reader {
    struct bytes rest;
    bool failed;
};

uint64_t bytes_take_number(struct bytes_reader *reader);

/* A number of at most `max`. */
uint64_t bytes_take_number_upto(struct bytes_reader *reader, uint64_t max);

/* The next `length` bytes, in place. */
const uint8_t *bytes_take(struct bytes_reader *reader, size_t length);

/* Nothing failed and nothing is left. */
bool bytes_ended(const struct bytes_reader *reader);

#endif
