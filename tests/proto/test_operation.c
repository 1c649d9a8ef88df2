/* Operation ids: their shape, their order, their time. */
#include "proto/operation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"

/* Version 7 and the variant of RFC 9562. */
static bool has_shape(const uint8_t operation[OPERATION_BYTES])
{
    return operation[6] >> 4 == 7 && operation[8] >> 6 == 2;
}

static uint64_t time_of(const uint8_t operation[OPERATION_BYTES])
{
    uint64_t time_ms = 0;
    for (unsigned i = 0; i < 6; i++) {
        time_ms = time_ms << 8 | operation[i];
    }
    return time_ms;
}

/* RFC 9562, appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F is the example of version 7. */
static void the_example_of_the_specification_is_made(void **state)
{
    (void)state;
    static const uint8_t random[] = {0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    static const uint8_t expected[] = {0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3,
                                       0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    uint8_t operation[OPERATION_BYTES];
    operation_make(UINT64_C(0x017f22e279b0), random, operation);
    assert_memory_equal(operation, expected, sizeof expected);
    assert_true(has_shape(operation));
}

/* The daemon judges the age of an id, the store wants them ascending: whatever the random bytes. */
static void ids_keep_their_time_and_ascend_with_it(void **state)
{
    (void)state;
    struct dice dice = dice_open("operation");
    uint8_t before[OPERATION_BYTES] = {0};
    uint64_t time_ms = 0;
    for (unsigned i = 0; i < 1000; i++) {
        time_ms += 1 + dice_below(&dice, UINT32_MAX);
        uint8_t random[OPERATION_RANDOM_BYTES];
        uint8_t operation[OPERATION_BYTES];
        dice_fill(&dice, random, sizeof random);
        operation_make(time_ms, random, operation);
        assert_true(has_shape(operation));
        assert_true(time_of(operation) == time_ms);
        assert_true(memcmp(before, operation, sizeof operation) < 0);
        memcpy(before, operation, sizeof operation);
    }
    uint8_t last[OPERATION_BYTES];
    static const uint8_t ones[OPERATION_RANDOM_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff,
                                                         0xff, 0xff, 0xff, 0xff, 0xff};
    operation_make((UINT64_C(1) << 48) - 1, ones, last);
    assert_true(time_of(last) == (UINT64_C(1) << 48) - 1);
}

/* All the entropy given is kept but six bits: two clients in one millisecond don't meet. */
static void every_other_random_bit_counts(void **state)
{
    (void)state;
    uint8_t random[OPERATION_RANDOM_BYTES] = {0};
    uint8_t zero[OPERATION_BYTES];
    operation_make(1, random, zero);
    unsigned differing = 0;
    for (unsigned bit = 0; bit < OPERATION_RANDOM_BYTES * 8; bit++) {
        uint8_t operation[OPERATION_BYTES];
        random[bit / 8] = (uint8_t)(1u << bit % 8);
        operation_make(1, random, operation);
        differing += memcmp(operation, zero, sizeof zero) != 0;
        random[bit / 8] = 0;
    }
    assert_int_equal(differing, 74);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_specification_is_made),
        cmocka_unit_test(ids_keep_their_time_and_ascend_with_it),
        cmocka_unit_test(every_other_random_bit_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
