/* Random but valid structs of any message table, and their comparison. */
#ifndef TTYDESK_TESTS_LIB_SAMPLE_H
#define TTYDESK_TESTS_LIB_SAMPLE_H

#include "proto/arena.h"
#include "proto/fields.h"
#include "tests/lib/dice.h"

/* A struct of `table` in the arena with values within the limits; `wanted` says which optional
 * fields are there, deeper records have random ones. Aborts without memory. */
void *sample_make(const struct table *table, uint64_t wanted, struct dice *dice,
                  struct arena *arena);

/* `code_points` characters that any line may contain. */
struct text sample_text(size_t code_points, struct dice *dice, struct arena *arena);

/* The same fields are there with the same values; required ones count as there. */
bool sample_equal(const struct table *table, const void *a, const void *b);

#endif
