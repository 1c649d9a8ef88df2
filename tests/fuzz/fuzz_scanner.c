/* What the scanner lets through, the msgpack library takes whole, within the limits and within
 * little memory; and where the stream was cut makes no difference. */
#include <msgpack.h>

#include "proto/require.h"
#include "proto/scanner.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/measure.h"

static const struct scanner_limits choices_of_limits[] = {
    {.bytes_max = 4096, .depth_max = 8, .elements_max = 4096, .pairs_max = 64},
    {.bytes_max = 1 << 20, .depth_max = 16, .elements_max = 16384, .pairs_max = 256},
    {.bytes_max = 1 << 20, .depth_max = 16, .elements_max = SIZE_MAX, .pairs_max = SIZE_MAX},
    {.bytes_max = 40, .depth_max = 2, .elements_max = 6, .pairs_max = 2},
};

static void check_object(const uint8_t *bytes, size_t length, const struct scanner_limits *limits)
{
    msgpack_unpacked unpacked;
    size_t offset = 0;
    msgpack_unpacked_init(&unpacked);
    msgpack_unpack_return answer =
        msgpack_unpack_next(&unpacked, (const char *)bytes, length, &offset);
    require(answer == MSGPACK_UNPACK_SUCCESS);
    require(offset == length);
    struct measure measure = measure_object(&unpacked.data);
    require(measure_is_within(&measure, length, limits));
    msgpack_unpacked_destroy(&unpacked);
}

/* The same stream in pieces: every call has to end as the one for all of it did. */
static enum scanner_state scan_in_pieces(struct scanner *scanner, size_t piece,
                                         const uint8_t *bytes, size_t length, size_t *ret_taken)
{
    enum scanner_state state = SCANNER_NEED_MORE;
    size_t total = 0;
    while (state == SCANNER_NEED_MORE && total < length) {
        size_t taken = 0;
        size_t next = piece < length - total ? piece : length - total;
        state = scanner_feed(scanner, bytes + total, next, &taken);
        require(taken <= next);
        total += taken;
    }
    *ret_taken = total;
    return state;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.data = data, .size = size};
    const struct scanner_limits *limits = &choices_of_limits[fuzz_byte(&input) % 4];
    size_t piece = 1 + fuzz_byte(&input) % 16;
    struct scanner whole;
    struct scanner cut;
    scanner_init(&whole, limits);
    scanner_init(&cut, limits);
    enum scanner_state state = SCANNER_DONE;
    while (state == SCANNER_DONE && input.size > 0) {
        size_t taken = 0;
        size_t taken_cut = 0;
        state = scanner_feed(&whole, input.data, input.size, &taken);
        require(scan_in_pieces(&cut, piece, input.data, input.size, &taken_cut) == state);
        require(taken == taken_cut && taken > 0 && taken <= input.size);
        require(scanner_pending_bytes(&whole) == scanner_pending_bytes(&cut) ||
                state == SCANNER_REFUSED);
        if (state == SCANNER_DONE) {
            check_object(input.data, taken, limits);
        }
        input.data += taken;
        input.size -= taken;
    }
    require((state == SCANNER_REFUSED) == (scanner_reason(&whole)[0] != '\0'));
    return 0;
}
