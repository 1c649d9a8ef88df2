/* Random numbers for tests that can be had again: everything follows from one printed seed. */
#ifndef TTYDESK_TESTS_LIB_DICE_H
#define TTYDESK_TESTS_LIB_DICE_H

#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* A new seed from the clock, or the one in the environment variable TTYDESK_SEED. Prints it to
 * standard error, so that a failing run can be repeated. */
struct dice dice_open(const char *test_name);

/* From a given seed, without printing. */
struct dice dice_from_seed(uint64_t seed);

/* The next 64 random bits (SplitMix64: fine for tests, useless for secrets). */
uint64_t dice_bits(struct dice *dice);

/* A number in 0 .. limit - 1; `limit` is at least 1. */
size_t dice_below(struct dice *dice, size_t limit);

void dice_fill(struct dice *dice, void *bytes, size_t length);

#endif
