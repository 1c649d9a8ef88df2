#include "tests/lib/dice.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "proto/require.h"

struct dice dice_from_seed(uint64_t seed)
{
    return (struct dice){.state = seed};
}

struct dice dice_open(const char *test_name)
{
    const char *wanted = getenv("TTYDESK_SEED");
    uint64_t seed;
    if (wanted != NULL) {
        seed = strtoull(wanted, NULL, 0);
    } else {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        seed = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
    }
    fprintf(stderr, "%s: TTYDESK_SEED=%" PRIu64 "\n", test_name, seed);
    return dice_from_seed(seed);
}

uint64_t dice_bits(struct dice *dice)
{
    dice->state += 0x9e3779b97f4a7c15u;
    uint64_t bits = dice->state;
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
    return bits ^ bits >> 31;
}

size_t dice_below(struct dice *dice, size_t limit)
{
    require(limit >= 1);
    return (size_t)(dice_bits(dice) % limit);
}

void dice_fill(struct dice *dice, void *bytes, size_t length)
{
    unsigned char *next = bytes;
    for (size_t i = 0; i < length; i++) {
        next[i] = (unsigned char)dice_bits(dice);
    }
}
