/* What every fuzz target is: one function that takes any bytes at all and ends the process when a
 * promise is broken. libFuzzer calls it in a fuzzing build; in every other build replay.c feeds it
 * the kept corpus, so that old findings stay fixed under both compilers. */
#ifndef TTYDESK_TESTS_FUZZ_FUZZ_H
#define TTYDESK_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* The name is libFuzzer's. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bytes taken off the front of an input to choose between ways of using the rest. */
struct fuzz_input {
    const uint8_t *data;
    size_t size;
};

/* The next byte; 0 when there are no more. */
static inline unsigned fuzz_byte(struct fuzz_input *input)
{
    if (input->size == 0) {
        return 0;
    }
    input->size--;
    return *input->data++;
}

#endif
