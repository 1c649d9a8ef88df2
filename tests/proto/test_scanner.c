/* The scanner alone, against hand-made bytes, and against the msgpack library as second opinion. */
#include "proto/scanner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>

#include "tests/lib/dice.h"
#include "tests/lib/measure.h"

static const struct scanner_limits wide = {
    .bytes_max = 4096, .depth_max = 8, .elements_max = 512, .pairs_max = 64};

struct sample {
    const char *bytes;
    size_t length;
};

#define SAMPLE(literal)                                                                            \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static enum scanner_state scan(const struct scanner_limits *limits, const void *bytes,
                               size_t length, size_t *ret_taken, const char **ret_reason)
{
    struct scanner scanner;
    scanner_init(&scanner, limits);
    enum scanner_state state = scanner_feed(&scanner, bytes, length, ret_taken);
    *ret_reason = scanner_reason(&scanner);
    return state;
}

static void assert_refused(const struct scanner_limits *limits, const void *bytes, size_t length,
                           const char *reason)
{
    size_t taken = 0;
    const char *given = NULL;
    assert_int_equal(scan(limits, bytes, length, &taken, &given), SCANNER_REFUSED);
    assert_string_equal(given, reason);
}

static void assert_whole(const struct scanner_limits *limits, const void *bytes, size_t length)
{
    size_t taken = 0;
    const char *reason = NULL;
    assert_int_equal(scan(limits, bytes, length, &taken, &reason), SCANNER_DONE);
    assert_int_equal(taken, length);
    assert_string_equal(reason, "");
}

/* Every format of the specification that we accept, alone and inside each other. */
static const struct sample valid_samples[] = {
    SAMPLE("\x00"),
    SAMPLE("\x7f"),
    SAMPLE("\xe0"),
    SAMPLE("\xff"),
    SAMPLE("\xc0"),
    SAMPLE("\xc2"),
    SAMPLE("\xc3"),
    SAMPLE("\xca\x00\x00\x00\x00"),
    SAMPLE("\xcb\x3f\xf0\x00\x00\x00\x00\x00\x00"),
    SAMPLE("\xcc\xff"),
    SAMPLE("\xcd\xff\xff"),
    SAMPLE("\xce\xff\xff\xff\xff"),
    SAMPLE("\xcf\xff\xff\xff\xff\xff\xff\xff\xff"),
    SAMPLE("\xd0\x80"),
    SAMPLE("\xd1\x80\x00"),
    SAMPLE("\xd2\x80\x00\x00\x00"),
    SAMPLE("\xd3\x80\x00\x00\x00\x00\x00\x00\x00"),
    SAMPLE("\xa0"),
    SAMPLE("\xa5hello"),
    SAMPLE("\xd9\x00"),
    SAMPLE("\xd9\x03"
           "abc"),
    SAMPLE("\xda\x00\x03"
           "abc"),
    SAMPLE("\xdb\x00\x00\x00\x03"
           "abc"),
    SAMPLE("\xc4\x00"),
    SAMPLE("\xc4\x02\x00\xff"),
    SAMPLE("\xc5\x00\x02\x00\xff"),
    SAMPLE("\xc6\x00\x00\x00\x02\x00\xff"),
    SAMPLE("\x90"),
    SAMPLE("\x80"),
    SAMPLE("\xdc\x00\x00"),
    SAMPLE("\xde\x00\x00"),
    SAMPLE("\x93\x01\x02\x03"),
    SAMPLE("\xdc\x00\x02\xc0\xc0"),
    SAMPLE("\xdd\x00\x00\x00\x02\xc0\xc0"),
    SAMPLE("\x81\xa1k\x01"),
    SAMPLE("\xde\x00\x01\xd9\x01k\x01"),
    SAMPLE("\xdf\x00\x00\x00\x01\xa1k\xc0"),
    SAMPLE("\x81\xa0\x80"),
    SAMPLE("\x91\x91\x91\x91\x90"),
    SAMPLE("\x92\x91\x01\x82\xa1"
           "a\x93\x01\x02\xa1z\xa1"
           "b\x81\xa1"
           "c\xc4\x01\x00"),
    SAMPLE("\x94\x00\x07\xadticket.create\x91\x82\xa5title\xa7printer\xa4kind\xa8hardware"),
};

enum { VALID_COUNT = sizeof valid_samples / sizeof valid_samples[0] };

/* What is refused wrongly is lost work for an honest client. */
static void every_accepted_format_is_taken_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALID_COUNT; i++) {
        assert_whole(&wide, valid_samples[i].bytes, valid_samples[i].length);
    }
}

/* A cut object must never pass for a whole one. */
static void every_truncation_needs_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALID_COUNT; i++) {
        for (size_t length = 0; length < valid_samples[i].length; length++) {
            size_t taken = 0;
            const char *reason = NULL;
            assert_int_equal(scan(&wide, valid_samples[i].bytes, length, &taken, &reason),
                             SCANNER_NEED_MORE);
            assert_int_equal(taken, length);
        }
    }
}

/* The network cuts where it likes; the answer may not depend on it. */
static void every_split_gives_the_same_answer(void **state)
{
    (void)state;
    for (size_t i = 0; i < VALID_COUNT; i++) {
        const uint8_t *bytes = (const uint8_t *)valid_samples[i].bytes;
        size_t length = valid_samples[i].length;
        for (size_t cut = 0; cut < length; cut++) {
            struct scanner scanner;
            size_t taken = 0;
            scanner_init(&scanner, &wide);
            assert_int_equal(scanner_feed(&scanner, bytes, cut, &taken), SCANNER_NEED_MORE);
            assert_int_equal(taken, cut);
            assert_int_equal(scanner_pending_bytes(&scanner), cut);
            assert_int_equal(scanner_feed(&scanner, bytes + cut, length - cut, &taken),
                             SCANNER_DONE);
            assert_int_equal(taken, length - cut);
            assert_int_equal(scanner_pending_bytes(&scanner), 0);
        }
    }
}

/* Objects follow each other in one read; none may swallow the beginning of the next. */
static void objects_in_a_row_end_where_they_end(void **state)
{
    (void)state;
    uint8_t stream[1024];
    size_t filled = 0;
    for (size_t i = 0; i < VALID_COUNT; i++) {
        memcpy(stream + filled, valid_samples[i].bytes, valid_samples[i].length);
        filled += valid_samples[i].length;
    }
    struct scanner scanner;
    scanner_init(&scanner, &wide);
    size_t at = 0;
    for (size_t i = 0; i < VALID_COUNT; i++) {
        size_t taken = 0;
        assert_int_equal(scanner_feed(&scanner, stream + at, filled - at, &taken), SCANNER_DONE);
        assert_int_equal(taken, valid_samples[i].length);
        at += taken;
    }
    assert_int_equal(at, filled);
}

/* A feed of nothing happens when a record carries no data. */
static void feeding_nothing_changes_nothing(void **state)
{
    (void)state;
    struct scanner scanner;
    size_t taken = 9;
    scanner_init(&scanner, &wide);
    assert_int_equal(scanner_feed(&scanner, NULL, 0, &taken), SCANNER_NEED_MORE);
    assert_int_equal(taken, 0);
    assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"\xa2", 1, &taken), SCANNER_NEED_MORE);
    assert_int_equal(scanner_feed(&scanner, NULL, 0, &taken), SCANNER_NEED_MORE);
    assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"ab", 2, &taken), SCANNER_DONE);
}

/* Five bytes made the msgpack library reserve 8 and 16 GiB. */
static void headers_that_promise_too_much_are_refused_at_once(void **state)
{
    (void)state;
    const char *promised = "more elements promised than can follow";
    struct scanner_limits sizes_only = {
        .bytes_max = 1 << 20, .depth_max = 8, .elements_max = SIZE_MAX, .pairs_max = SIZE_MAX};
    assert_refused(&sizes_only, "\xdd\x10\x00\x00\x00", 5, promised);
    assert_refused(&sizes_only, "\xdf\x10\x00\x00\x00", 5, promised);
    assert_refused(&sizes_only, "\xdd\xff\xff\xff\xff", 5, promised);
    assert_refused(&sizes_only, "\xdf\xff\xff\xff\xff", 5, promised);
    assert_refused(&sizes_only, "\xdb\xff\xff\xff\xff", 5, "longer than allowed");
    assert_refused(&sizes_only, "\xc6\x00\x10\x00\x00", 5, "longer than allowed");
    assert_refused(&wide, "\xdd\x10\x00\x00\x00", 5, "too many elements");
    assert_refused(&wide, "\xdf\x10\x00\x00\x00", 5, "too many pairs in a map");
}

/* Each level's promise is small, their sum is not. */
static void nested_promises_are_summed_over_the_levels(void **state)
{
    (void)state;
    const struct scanner_limits limits = {
        .bytes_max = 40, .depth_max = 8, .elements_max = SIZE_MAX, .pairs_max = 64};
    /* 3 bytes and 15 owed, then 3 more and 22: 14 + 6 + 22 > 40. */
    assert_refused(&limits, "\xdc\x00\x0f\xdc\x00\x16", 6,
                   "more elements promised than can follow");
    const uint8_t at_the_edge[] = {0xdc, 0x00, 0x0f, 0xdc, 0x00, 0x14};
    size_t taken = 0;
    const char *reason = NULL;
    assert_int_equal(scan(&limits, at_the_edge, sizeof at_the_edge, &taken, &reason),
                     SCANNER_NEED_MORE);
}

/* A string that leaves no room for what its array still owes cannot end well. */
static void a_string_leaves_room_for_what_is_owed(void **state)
{
    (void)state;
    const struct scanner_limits limits = {
        .bytes_max = 8, .depth_max = 8, .elements_max = 8, .pairs_max = 8};
    assert_refused(&limits, "\x94\xa4", 2, "longer than allowed");
    assert_whole(&limits, "\x94\xa3xyz\x01\x02\x03", 8);
    /* The same for the bytes of a number and of a length. */
    assert_refused(&limits, "\x95\xce", 2, "longer than allowed");
    assert_refused(&limits, "\x95\xdb", 2, "longer than allowed");
}

/* The last byte allowed is allowed; one more is not. */
static void the_size_limit_is_exact(void **state)
{
    (void)state;
    struct scanner_limits limits = {
        .bytes_max = 6, .depth_max = 1, .elements_max = 5, .pairs_max = 1};
    assert_whole(&limits, "\xa5hello", 6);
    assert_whole(&limits, "\x95\x01\x02\x03\x04\x05", 6);
    limits.bytes_max = 5;
    assert_refused(&limits, "\xa5hello", 6, "longer than allowed");
    assert_refused(&limits, "\x95\x01\x02\x03\x04\x05", 6,
                   "more elements promised than can follow");
    limits.bytes_max = 1;
    assert_whole(&limits, "\x01", 1);
    assert_refused(&limits, "\xcc\x01", 2, "longer than allowed");
}

/* The decoder recurses; depth is its stack. */
static void the_depth_limit_is_exact(void **state)
{
    (void)state;
    struct scanner_limits limits = wide;
    limits.depth_max = 2;
    assert_whole(&limits, "\x91\x91\x01", 3);
    assert_whole(&limits, "\x91\x90", 2);
    assert_refused(&limits, "\x91\x91\x90", 3, "nested too deeply");
    assert_refused(&limits, "\x91\x91\x81", 3, "nested too deeply");
    limits.depth_max = 0;
    assert_whole(&limits, "\xa1x", 2);
    assert_refused(&limits, "\x90", 1, "nested too deeply");
    uint8_t tower[SCANNER_DEPTH_MAX + 1];
    memset(tower, 0x91, sizeof tower);
    tower[SCANNER_DEPTH_MAX] = 0xc0;
    limits.depth_max = SCANNER_DEPTH_MAX;
    assert_whole(&limits, tower, sizeof tower);
    tower[SCANNER_DEPTH_MAX] = 0x91;
    assert_refused(&limits, tower, sizeof tower, "nested too deeply");
}

/* Every element costs the decoder 24 bytes or more, on whichever level it stands. */
static void the_element_limit_counts_all_levels(void **state)
{
    (void)state;
    struct scanner_limits limits = wide;
    limits.elements_max = 5;
    assert_whole(&limits, "\x92\x91\x01\x81\xa1k\x01", 7);
    limits.elements_max = 4;
    assert_refused(&limits, "\x92\x91\x01\x81\xa1k\x01", 7, "too many elements");
}

/* Duplicate keys are looked for pair by pair: a wide map would be slow. */
static void the_pair_limit_is_exact(void **state)
{
    (void)state;
    struct scanner_limits limits = wide;
    limits.pairs_max = 2;
    assert_whole(&limits, "\x82\xa1x\x01\xa1y\x02", 7);
    assert_refused(&limits, "\x83\xa1x\x01\xa1y\x02\xa1z\x03", 10, "too many pairs in a map");
}

/* Limits are for one object; the next one starts from nothing. */
static void counts_begin_anew_with_each_object(void **state)
{
    (void)state;
    const struct scanner_limits limits = {
        .bytes_max = 3, .depth_max = 1, .elements_max = 2, .pairs_max = 1};
    struct scanner scanner;
    scanner_init(&scanner, &limits);
    for (int i = 0; i < 100; i++) {
        size_t taken = 0;
        assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"\x92\x01\x02", 3, &taken),
                         SCANNER_DONE);
    }
}

/* Nothing we say uses extension types, and 0xc1 is no type at all. */
static void types_that_are_not_used_are_refused(void **state)
{
    (void)state;
    const uint8_t refused[] = {0xc1, 0xc7, 0xc8, 0xc9, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8};
    for (size_t i = 0; i < sizeof refused; i++) {
        const uint8_t inside[] = {0x91, refused[i]};
        assert_refused(&wide, &refused[i], 1, "a type that is not used here");
        assert_refused(&wide, inside, 2, "a type that is not used here");
    }
}

/* Keys are looked up by name; a float key could even differ from itself. */
static void map_keys_that_are_not_strings_are_refused(void **state)
{
    (void)state;
    for (unsigned first = 0; first <= 0xff; first++) {
        const uint8_t bytes[] = {0x81, (uint8_t)first};
        size_t taken = 0;
        const char *reason = NULL;
        bool is_string = (first >= 0xa0 && first <= 0xbf) || (first >= 0xd9 && first <= 0xdb);
        assert_int_equal(scan(&wide, bytes, 2, &taken, &reason),
                         is_string ? SCANNER_NEED_MORE : SCANNER_REFUSED);
    }
    assert_refused(&wide, "\x82\xa1k\x01\x02", 5, "a map key that is not a string");
    /* After a nested value the outer map is at a key again. */
    assert_refused(&wide, "\x82\xa1k\x92\x01\x02\x03", 7, "a map key that is not a string");
}

/* After one violation nothing of that connection is to be trusted. */
static void a_refusal_stays(void **state)
{
    (void)state;
    struct scanner scanner;
    size_t taken = 0;
    scanner_init(&scanner, &wide);
    assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"\x92\xc1\x01", 3, &taken),
                     SCANNER_REFUSED);
    assert_int_equal(taken, 2);
    assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"\x01", 1, &taken), SCANNER_REFUSED);
    assert_int_equal(taken, 0);
    assert_string_equal(scanner_reason(&scanner), "a type that is not used here");
    scanner_init(&scanner, &wide);
    assert_int_equal(scanner_feed(&scanner, (const uint8_t *)"\x01", 1, &taken), SCANNER_DONE);
    assert_string_equal(scanner_reason(&scanner), "");
}

static struct scanner_limits random_limits(struct dice *dice)
{
    return (struct scanner_limits){.bytes_max = 1 + dice_below(dice, 200),
                                   .depth_max = (unsigned)dice_below(dice, 6),
                                   .elements_max = dice_below(dice, 40),
                                   .pairs_max = dice_below(dice, 12)};
}

/* Bytes that often make sense: raw noise is refused too early to reach anything. */
static void random_bytes(struct dice *dice, uint8_t *bytes, size_t length)
{
    static const uint8_t likely[] = {0x81, 0x82, 0x91, 0x92, 0xa0, 0xa1, 0xa2, 0xc0, 0xc4,
                                     0xcc, 0xd9, 0xda, 0xdc, 0xde, 0x00, 0x01, 0x02};
    for (size_t i = 0; i < length; i++) {
        bytes[i] = dice_below(dice, 8) == 0 ? (uint8_t)dice_bits(dice)
                                            : likely[dice_below(dice, sizeof likely)];
    }
}

/* Feeds in random pieces; the answer must be the one for all at once. */
static enum scanner_state scan_in_pieces(struct dice *dice, const struct scanner_limits *limits,
                                         const uint8_t *bytes, size_t length, size_t *ret_taken)
{
    struct scanner scanner;
    enum scanner_state state = SCANNER_NEED_MORE;
    size_t total = 0;
    scanner_init(&scanner, limits);
    while (state == SCANNER_NEED_MORE && total < length) {
        size_t taken = 0;
        size_t piece = 1 + dice_below(dice, 5);
        piece = piece < length - total ? piece : length - total;
        state = scanner_feed(&scanner, bytes + total, piece, &taken);
        total += taken;
    }
    *ret_taken = total;
    return state;
}

static void assert_library_agrees(const uint8_t *bytes, size_t taken,
                                  const struct scanner_limits *limits)
{
    msgpack_unpacked unpacked;
    size_t offset = 0;
    msgpack_unpacked_init(&unpacked);
    assert_int_equal(msgpack_unpack_next(&unpacked, (const char *)bytes, taken, &offset),
                     MSGPACK_UNPACK_SUCCESS);
    assert_int_equal(offset, taken);
    struct measure measure = measure_object(&unpacked.data);
    assert_true(measure_is_within(&measure, taken, limits));
    msgpack_unpacked_destroy(&unpacked);
}

/* The promise of the header file: what passes is safe to unpack, and is exactly that long. */
static void what_is_accepted_the_library_accepts(void **state)
{
    (void)state;
    struct dice dice = dice_open("what_is_accepted_the_library_accepts");
    size_t accepted = 0;
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[64];
        size_t length = 1 + dice_below(&dice, sizeof bytes);
        size_t taken = 0;
        size_t taken_in_pieces = 0;
        const char *reason = NULL;
        struct scanner_limits limits = random_limits(&dice);
        random_bytes(&dice, bytes, length);
        enum scanner_state whole = scan(&limits, bytes, length, &taken, &reason);
        enum scanner_state pieces = scan_in_pieces(&dice, &limits, bytes, length, &taken_in_pieces);
        assert_int_equal(whole, pieces);
        assert_int_equal(taken, taken_in_pieces);
        if (whole == SCANNER_DONE) {
            accepted++;
            assert_library_agrees(bytes, taken, &limits);
        }
    }
    assert_true(accepted > 1000);
}

static void pack_random(struct dice *dice, msgpack_packer *packer, unsigned depth_left);

static void pack_text(struct dice *dice, msgpack_packer *packer)
{
    static const char letters[300] = "some letters, and then zeros";
    size_t length =
        dice_below(dice, 8) == 0 ? dice_below(dice, sizeof letters) : dice_below(dice, 6);
    msgpack_pack_str_with_body(packer, letters, length);
}

static void pack_container(struct dice *dice, msgpack_packer *packer, unsigned depth_left)
{
    size_t count = dice_below(dice, 5);
    bool is_map = dice_below(dice, 2) == 0;
    if (is_map) {
        msgpack_pack_map(packer, count);
    } else {
        msgpack_pack_array(packer, count);
    }
    for (size_t i = 0; i < count; i++) {
        if (is_map && dice_below(dice, 50) == 0) {
            pack_random(dice, packer, 0);
        } else if (is_map) {
            pack_text(dice, packer);
        }
        pack_random(dice, packer, depth_left - 1);
    }
}

static void pack_random(struct dice *dice, msgpack_packer *packer, unsigned depth_left)
{
    size_t choice = dice_below(dice, depth_left > 0 ? 12 : 6);
    if (choice >= 6) {
        pack_container(dice, packer, depth_left);
    } else if (choice == 0) {
        pack_text(dice, packer);
    } else if (choice == 1) {
        msgpack_pack_double(packer, 0.5);
    } else if (choice == 2) {
        msgpack_pack_bin_with_body(packer, "bytes", dice_below(dice, 6));
    } else if (choice == 3) {
        msgpack_pack_nil(packer);
    } else {
        msgpack_pack_int64(packer, (int64_t)(dice_bits(dice) >> dice_below(dice, 64)));
    }
}

/* The other direction: a proper object within the limits is never refused, one outside always. */
static void objects_within_the_limits_and_only_those_pass(void **state)
{
    (void)state;
    struct dice dice = dice_open("objects_within_the_limits_and_only_those_pass");
    size_t passed = 0;
    size_t refused = 0;
    for (int round = 0; round < 50000; round++) {
        msgpack_sbuffer buffer;
        msgpack_packer packer;
        msgpack_unpacked unpacked;
        size_t offset = 0;
        size_t taken = 0;
        const char *reason = NULL;
        struct scanner_limits limits = random_limits(&dice);
        msgpack_sbuffer_init(&buffer);
        msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
        pack_random(&dice, &packer, 5);
        msgpack_unpacked_init(&unpacked);
        assert_int_equal(msgpack_unpack_next(&unpacked, buffer.data, buffer.size, &offset),
                         MSGPACK_UNPACK_SUCCESS);
        struct measure measure = measure_object(&unpacked.data);
        bool within = measure_is_within(&measure, buffer.size, &limits);
        assert_int_equal(scan(&limits, buffer.data, buffer.size, &taken, &reason),
                         within ? SCANNER_DONE : SCANNER_REFUSED);
        assert_true(!within || taken == buffer.size);
        passed += within;
        refused += !within;
        msgpack_unpacked_destroy(&unpacked);
        msgpack_sbuffer_destroy(&buffer);
    }
    assert_true(passed > 1000 && refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_accepted_format_is_taken_whole),
        cmocka_unit_test(every_truncation_needs_more),
        cmocka_unit_test(every_split_gives_the_same_answer),
        cmocka_unit_test(objects_in_a_row_end_where_they_end),
        cmocka_unit_test(feeding_nothing_changes_nothing),
        cmocka_unit_test(headers_that_promise_too_much_are_refused_at_once),
        cmocka_unit_test(nested_promises_are_summed_over_the_levels),
        cmocka_unit_test(a_string_leaves_room_for_what_is_owed),
        cmocka_unit_test(the_size_limit_is_exact),
        cmocka_unit_test(the_depth_limit_is_exact),
        cmocka_unit_test(the_element_limit_counts_all_levels),
        cmocka_unit_test(the_pair_limit_is_exact),
        cmocka_unit_test(counts_begin_anew_with_each_object),
        cmocka_unit_test(types_that_are_not_used_are_refused),
        cmocka_unit_test(map_keys_that_are_not_strings_are_refused),
        cmocka_unit_test(a_refusal_stays),
        cmocka_unit_test(what_is_accepted_the_library_accepts),
        cmocka_unit_test(objects_within_the_limits_and_only_those_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
