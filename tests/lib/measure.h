/* What an object unpacked by the msgpack library looks like in the scanner's terms: a second
 * opinion, written without a glance at the scanner. */
#ifndef TTYDESK_TESTS_LIB_MEASURE_H
#define TTYDESK_TESTS_LIB_MEASURE_H

#include <stdbool.h>
#include <stddef.h>

#include <msgpack.h>

#include "proto/scanner.h"

struct measure {
    size_t depth;        /* arrays and maps inside each other */
    size_t elements;     /* items, keys and values over all levels */
    size_t pairs_max;    /* of the largest map */
    bool only_text_keys; /* every map key is a string */
    bool has_extension;
};

struct measure measure_object(const msgpack_object *object);

/* Whether an object of `length` bytes with this measure is within the limits. */
bool measure_is_within(const struct measure *measure, size_t length,
                       const struct scanner_limits *limits);

#endif
