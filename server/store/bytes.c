#include "server/store/bytes.h"

void bytes_put_number(struct buffer *buffer, uint64_t number)
{
    uint8_t *place = buffer_reserve(buffer, 10);
    if (place == NULL) {
        return;
    }
    size_t length = 0;
    while (number >= 0x80) {
        place[length++] = (uint8_t)(number | 0x80);
        number >>= 7;
    }
    place[length++] = (uint8_t)number;
    buffer->length += length;
}

uint64_t bytes_take_number(struct bytes_reader *reader)
{
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        const uint8_t *byte = bytes_take(reader, 1);
        if (byte == NULL) {
            return 0;
        }
        uint64_t bits = *byte & 0x7fu;
        if (shift == 63 && bits > 1) {
            break;
        }
        number |= bits << shift;
        if ((*byte & 0x80u) == 0) {
            return number;
        }
    }
    reader->failed = true;
    return 0;
}

uint64_t bytes_take_number_upto(struct bytes_reader *reader, uint64_t max)
{
    uint64_t number = bytes_take_number(reader);
    if (number > max) {
        reader->failed = true;
        return 0;
    }
    return number;
}

const uint8_t *bytes_take(struct bytes_reader *reader, size_t length)
{
    if (reader->failed || length > reader->rest.length) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *place = reader->rest.data;
    reader->rest.data += length;
    reader->rest.length -= length;
    return place;
}

bool bytes_ended(const struct bytes_reader *reader)
{
    return !reader->failed && reader->rest.length == 0;
}
