/* Bounds a stream of bytes into whole, sane msgpack objects before the msgpack library sees one of
 * them: that library believes a header of five bytes that promises 8 GiB. The scanner allocates
 * nothing, never looks back, and can stop and go on at any byte. The decoder walks behind it.
 *
 * Promise: an object that ended with SCANNER_DONE is well-formed msgpack of exactly the bytes
 * taken, within every limit, without extension types, and with nothing but strings as map keys.
 * What the strings contain is for proto/text to judge. */
#ifndef TTYDESK_PROTO_SCANNER_H
#define TTYDESK_PROTO_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The deepest nesting that any limit may allow. */
enum { SCANNER_DEPTH_MAX = 16 };

/* Inclusive limits of one object. */
struct scanner_limits {
    size_t bytes_max;    /* its whole length, headers included; at least 1 */
    unsigned depth_max;  /* arrays and maps inside each other: [[]] is 2; <= SCANNER_DEPTH_MAX */
    size_t elements_max; /* array items, map keys and map values, over all levels together */
    size_t pairs_max;    /* pairs of one map */
};

enum scanner_state {
    SCANNER_NEED_MORE, /* all bytes taken; the object goes on, or none has begun */
    SCANNER_DONE,      /* one whole object ended exactly after the bytes taken */
    SCANNER_REFUSED,   /* not an object we accept; stays so until scanner_init */
};

/* One open array or map. */
struct scanner_level {
    size_t values_left; /* values that have not begun; in a map keys and values together */
    bool is_map;        /* then an even number left means that a key is next */
};

/* Embed it; the fields are the scanner's own. */
struct scanner {
    struct scanner_limits limits;
    const char *refusal; /* NULL while all is well */
    size_t bytes_taken;  /* of the object in progress; 0 between objects */
    size_t values_owed;  /* values_left summed over all levels: each takes a byte or more */
    size_t elements;     /* declared so far in this object */
    size_t payload_left; /* bytes of the current value's content still to pass */
    uint32_t count;      /* length or count of the current header, as far as read */
    unsigned count_left; /* bytes of that number still to come */
    unsigned shape;      /* what the current header is of (scanner.c) */
    unsigned depth;      /* open levels */
    struct scanner_level levels[SCANNER_DEPTH_MAX];
};

/* Ready for the first object. The limits are copied. Calling it again between two objects is how
 * limits change, as they do when somebody signs in. */
void scanner_init(struct scanner *scanner, const struct scanner_limits *limits);

/* Takes up to `length` bytes, never past the end of an object; `ret_taken` (always set) says how
 * many. After SCANNER_DONE it is ready for the next object. With a refusal the last byte taken is
 * the one that gave offence; later calls take nothing. `bytes` may be NULL when length is 0. */
enum scanner_state scanner_feed(struct scanner *scanner, const uint8_t *bytes, size_t length,
                                size_t *ret_taken);

/* How many bytes of an unfinished object have been taken; 0 between objects. */
size_t scanner_pending_bytes(const struct scanner *scanner);

/* Why it refused: a short constant phrase without a full stop; "" when it has not. */
const char *scanner_reason(const struct scanner *scanner);

#endif
