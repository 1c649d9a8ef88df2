/* The map in the handshake, written and read by hand. The scanner has found the bytes to be one
 * well-formed object before anything is read, and is used again to step over keys and values. */
#include "proto/handshake_payload.h"

#include <stdbool.h>
#include <string.h>

#include "proto/messages.h"
#include "proto/require.h"
#include "proto/scanner.h"

#define PROTOCOL_KEY        "protocol"
#define PROTOCOL_KEY_LENGTH 8

static const struct scanner_limits payload_limits = {
    .bytes_max = 512,
    .depth_max = 8,
    .elements_max = 256,
    .pairs_max = 128,
};

_Static_assert(PROTOCOL_VERSION <= 0x7f, "the version is written as a positive fixint");

size_t handshake_payload_write(uint8_t ret_payload[HANDSHAKE_PAYLOAD_SIZE_MAX])
{
    uint8_t *at = ret_payload;

    *at++ = 0x80 | 1;                   /* fixmap of one pair */
    *at++ = 0xa0 | PROTOCOL_KEY_LENGTH; /* fixstr */
    memcpy(at, PROTOCOL_KEY, PROTOCOL_KEY_LENGTH);
    at += PROTOCOL_KEY_LENGTH;
    *at++ = PROTOCOL_VERSION;
    return (size_t)(at - ret_payload);
}

static uint64_t read_number(const uint8_t *bytes, size_t length)
{
    uint64_t number = 0;

    for (size_t i = 0; i < length; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

/* The length of the first object of `bytes`; 0 when there is none. */
static size_t object_length(const uint8_t *bytes, size_t length)
{
    struct scanner scanner;
    size_t taken;

    scanner_init(&scanner, &payload_limits);
    return scanner_feed(&scanner, bytes, length, &taken) == SCANNER_DONE ? taken : 0;
}

/* Length of the map's header and number of its pairs; 0 when it is no map. */
static size_t map_header(const uint8_t *bytes, uint64_t *ret_pairs)
{
    size_t header = bytes[0] == 0xde ? 3 : bytes[0] == 0xdf ? 5 : 0; /* map 16, map 32 */

    if (bytes[0] >= 0x80 && bytes[0] <= 0x8f) {
        *ret_pairs = bytes[0] & 0x0f;
        return 1;
    }
    if (header > 0) {
        *ret_pairs = read_number(bytes + 1, header - 1);
    }
    return header;
}

/* `key` is a whole string object, in any of the four forms. */
static bool is_protocol_key(const uint8_t *key, size_t length)
{
    size_t header = length - PROTOCOL_KEY_LENGTH;

    return length > PROTOCOL_KEY_LENGTH &&
           memcmp(key + header, PROTOCOL_KEY, PROTOCOL_KEY_LENGTH) == 0 &&
           ((header == 1) || (header == 2 && key[0] == 0xd9) || (header == 3 && key[0] == 0xda) ||
            (header == 5 && key[0] == 0xdb));
}

/* A whole object as an unsigned number; 0 when it is none. */
static uint64_t unsigned_value(const uint8_t *value, size_t length)
{
    if (value[0] <= 0x7f) {
        return value[0];
    }
    return value[0] >= 0xcc && value[0] <= 0xcf ? read_number(value + 1, length - 1) : 0;
}

enum error handshake_payload_read(const uint8_t *payload, size_t length, uint64_t *ret_protocol)
{
    const uint8_t *end = payload + length;
    const uint8_t *at = payload;
    uint64_t pairs;
    uint64_t protocol = 0;

    if (length == 0 || object_length(payload, length) != length ||
        map_header(payload, &pairs) == 0) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    at += map_header(payload, &pairs);
    for (uint64_t i = 0; i < pairs; i++) {
        size_t key_length = object_length(at, (size_t)(end - at));
        const uint8_t *value = at + key_length;
        size_t value_length = object_length(value, (size_t)(end - value));

        require(key_length > 0 && value_length > 0);
        if (is_protocol_key(at, key_length)) {
            if (protocol != 0) {
                return ERROR_PROTOCOL_VIOLATION;
            }
            protocol = unsigned_value(value, value_length);
            if (protocol == 0) {
                return ERROR_PROTOCOL_VIOLATION;
            }
        }
        at = value + value_length;
    }
    if (protocol == 0) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    *ret_protocol = protocol;
    return ERROR_NONE;
}
