/* A value goes through at most three phases, each of which may be cut anywhere by the end of the
 * input:
 *
 *     first byte -> bytes of a length or count -> bytes of content -> the value has ended
 *
 * An array or map has no content phase: its values follow, one level deeper. One invariant carries
 * all the limits on size: bytes_taken + payload_left + count_left + values_owed <= bytes_max, so a
 * header that promises more than can still come is refused when it is read. */
#include "proto/scanner.h"

#include "proto/require.h"

enum shape { SHAPE_REFUSED, SHAPE_SCALAR, SHAPE_STRING, SHAPE_BINARY, SHAPE_ARRAY, SHAPE_MAP };

/* What a first byte says about the value it begins. */
struct header {
    enum shape shape;
    uint8_t count_bytes;  /* big-endian length or count that follows */
    uint8_t inline_count; /* the length or count when none follows; for a scalar its content */
};

/* The bytes 0xc0 to 0xdf of the msgpack specification, "Formats". */
static const struct header headers_c0_to_df[32] = {
    [0x00] = {SHAPE_SCALAR, 0, 0},  /* nil */
    [0x01] = {SHAPE_REFUSED, 0, 0}, /* never used */
    [0x02] = {SHAPE_SCALAR, 0, 0},  /* false */
    [0x03] = {SHAPE_SCALAR, 0, 0},  /* true */
    [0x04] = {SHAPE_BINARY, 1, 0},  /* bin 8 */
    [0x05] = {SHAPE_BINARY, 2, 0},  [0x06] = {SHAPE_BINARY, 4, 0},
    [0x07] = {SHAPE_REFUSED, 0, 0}, /* ext 8 */
    [0x08] = {SHAPE_REFUSED, 0, 0}, [0x09] = {SHAPE_REFUSED, 0, 0},
    [0x0a] = {SHAPE_SCALAR, 0, 4}, /* float 32 */
    [0x0b] = {SHAPE_SCALAR, 0, 8}, /* float 64 */
    [0x0c] = {SHAPE_SCALAR, 0, 1}, /* uint 8 */
    [0x0d] = {SHAPE_SCALAR, 0, 2},  [0x0e] = {SHAPE_SCALAR, 0, 4},
    [0x0f] = {SHAPE_SCALAR, 0, 8},  [0x10] = {SHAPE_SCALAR, 0, 1}, /* int 8 */
    [0x11] = {SHAPE_SCALAR, 0, 2},  [0x12] = {SHAPE_SCALAR, 0, 4},
    [0x13] = {SHAPE_SCALAR, 0, 8},  [0x14] = {SHAPE_REFUSED, 0, 0}, /* fixext 1 */
    [0x15] = {SHAPE_REFUSED, 0, 0}, [0x16] = {SHAPE_REFUSED, 0, 0},
    [0x17] = {SHAPE_REFUSED, 0, 0}, [0x18] = {SHAPE_REFUSED, 0, 0},
    [0x19] = {SHAPE_STRING, 1, 0}, /* str 8 */
    [0x1a] = {SHAPE_STRING, 2, 0},  [0x1b] = {SHAPE_STRING, 4, 0},
    [0x1c] = {SHAPE_ARRAY, 2, 0},                               /* array 16 */
    [0x1d] = {SHAPE_ARRAY, 4, 0},   [0x1e] = {SHAPE_MAP, 2, 0}, /* map 16 */
    [0x1f] = {SHAPE_MAP, 4, 0},
};

static struct header header_of(uint8_t first)
{
    if (first <= 0x7f || first >= 0xe0) {
        return (struct header){.shape = SHAPE_SCALAR};
    }
    if (first <= 0x8f) {
        return (struct header){.shape = SHAPE_MAP, .inline_count = first & 0x0f};
    }
    if (first <= 0x9f) {
        return (struct header){.shape = SHAPE_ARRAY, .inline_count = first & 0x0f};
    }
    if (first <= 0xbf) {
        return (struct header){.shape = SHAPE_STRING, .inline_count = first & 0x1f};
    }
    return headers_c0_to_df[first - 0xc0];
}

static void begin_object(struct scanner *scanner)
{
    scanner->bytes_taken = 0;
    scanner->values_owed = 0;
    scanner->elements = 0;
    scanner->payload_left = 0;
    scanner->count = 0;
    scanner->count_left = 0;
    scanner->shape = SHAPE_REFUSED;
    scanner->depth = 0;
}

void scanner_init(struct scanner *scanner, const struct scanner_limits *limits)
{
    require(limits->bytes_max >= 1);
    require(limits->depth_max <= SCANNER_DEPTH_MAX);
    *scanner = (struct scanner){.limits = *limits};
    begin_object(scanner);
}

static enum scanner_state refuse(struct scanner *scanner, const char *reason)
{
    scanner->refusal = reason;
    return SCANNER_REFUSED;
}

/* Whether `more` bytes can still come after those taken, beside one for every value owed. */
static bool fits(const struct scanner *scanner, uint64_t more)
{
    size_t spoken_for = scanner->bytes_taken + scanner->values_owed;
    require(spoken_for <= scanner->limits.bytes_max);
    return more <= scanner->limits.bytes_max - spoken_for;
}

/* A value without content left has ended, and with it every level that waited only for it. */
static enum scanner_state end_value(struct scanner *scanner)
{
    while (scanner->depth > 0 && scanner->levels[scanner->depth - 1].values_left == 0) {
        scanner->depth--;
    }
    if (scanner->depth > 0) {
        return SCANNER_NEED_MORE;
    }
    require(scanner->values_owed == 0);
    begin_object(scanner);
    return SCANNER_DONE;
}

static enum scanner_state begin_level(struct scanner *scanner)
{
    const struct scanner_limits *limits = &scanner->limits;
    bool is_map = scanner->shape == SHAPE_MAP;
    uint64_t values = is_map ? (uint64_t)scanner->count * 2 : scanner->count;
    if (scanner->depth >= limits->depth_max) {
        return refuse(scanner, "nested too deeply");
    }
    if (is_map && scanner->count > limits->pairs_max) {
        return refuse(scanner, "too many pairs in a map");
    }
    if (values > limits->elements_max - scanner->elements) {
        return refuse(scanner, "too many elements");
    }
    if (!fits(scanner, values)) {
        return refuse(scanner, "more elements promised than can follow");
    }
    if (values == 0) {
        return end_value(scanner);
    }
    scanner->elements += (size_t)values;
    scanner->values_owed += (size_t)values;
    scanner->levels[scanner->depth] =
        (struct scanner_level){.values_left = (size_t)values, .is_map = is_map};
    scanner->depth++;
    return SCANNER_NEED_MORE;
}

/* The header is complete: content, a deeper level, or the end of the value follows. */
static enum scanner_state end_header(struct scanner *scanner)
{
    if (scanner->shape == SHAPE_ARRAY || scanner->shape == SHAPE_MAP) {
        return begin_level(scanner);
    }
    if (!fits(scanner, scanner->count)) {
        return refuse(scanner, "longer than allowed");
    }
    scanner->payload_left = scanner->count;
    return scanner->payload_left == 0 ? end_value(scanner) : SCANNER_NEED_MORE;
}

static bool key_is_next(const struct scanner *scanner)
{
    if (scanner->depth == 0) {
        return false;
    }
    const struct scanner_level *level = &scanner->levels[scanner->depth - 1];
    return level->is_map && level->values_left % 2 == 0;
}

static enum scanner_state take_first(struct scanner *scanner, uint8_t byte)
{
    struct header header = header_of(byte);
    if (header.shape == SHAPE_REFUSED) {
        return refuse(scanner, "a type that is not used here");
    }
    if (key_is_next(scanner) && header.shape != SHAPE_STRING) {
        return refuse(scanner, "a map key that is not a string");
    }
    if (scanner->depth > 0) {
        scanner->levels[scanner->depth - 1].values_left--;
        scanner->values_owed--;
    }
    scanner->bytes_taken++;
    if (!fits(scanner, header.count_bytes)) {
        return refuse(scanner, "longer than allowed");
    }
    scanner->shape = header.shape;
    scanner->count = header.inline_count;
    scanner->count_left = header.count_bytes;
    return header.count_bytes == 0 ? end_header(scanner) : SCANNER_NEED_MORE;
}

static enum scanner_state take_count(struct scanner *scanner, uint8_t byte)
{
    scanner->bytes_taken++;
    scanner->count = scanner->count << 8 | byte;
    scanner->count_left--;
    return scanner->count_left == 0 ? end_header(scanner) : SCANNER_NEED_MORE;
}

/* Passes over as much content as is there; `ret_passed` is at least 1. */
static enum scanner_state take_payload(struct scanner *scanner, size_t available,
                                       size_t *ret_passed)
{
    size_t passed = available < scanner->payload_left ? available : scanner->payload_left;
    scanner->payload_left -= passed;
    scanner->bytes_taken += passed;
    *ret_passed = passed;
    return scanner->payload_left == 0 ? end_value(scanner) : SCANNER_NEED_MORE;
}

enum scanner_state scanner_feed(struct scanner *scanner, const uint8_t *bytes, size_t length,
                                size_t *ret_taken)
{
    size_t taken = 0;
    enum scanner_state state = scanner->refusal != NULL ? SCANNER_REFUSED : SCANNER_NEED_MORE;
    while (state == SCANNER_NEED_MORE && taken < length) {
        size_t step = 1;
        if (scanner->payload_left > 0) {
            state = take_payload(scanner, length - taken, &step);
        } else if (scanner->count_left > 0) {
            state = take_count(scanner, bytes[taken]);
        } else {
            state = take_first(scanner, bytes[taken]);
        }
        taken += step;
    }
    *ret_taken = taken;
    return state;
}

size_t scanner_pending_bytes(const struct scanner *scanner)
{
    return scanner->bytes_taken;
}

const char *scanner_reason(const struct scanner *scanner)
{
    return scanner->refusal != NULL ? scanner->refusal : "";
}
