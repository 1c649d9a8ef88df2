/* Texts that somebody might send to take over somebody else's terminal or to fool their eyes: more
 * than a thousand, generated in a fixed order. Nothing of them but what proto/text lets through may
 * ever reach a terminal, a pipe or a log. */
#ifndef TTYDESK_TESTS_LIB_HOSTILE_H
#define TTYDESK_TESTS_LIB_HOSTILE_H

#include <stdbool.h>
#include <stddef.h>

/* Every payload has this in front and behind, so that a test sees that the rest of it arrived. */
#define HOSTILE_BEFORE "before "
#define HOSTILE_AFTER  " after"

enum { HOSTILE_BYTES_MAX = 4096 };

struct hostile {
    const char *family; /* such as "OSC"; static */
    const char *bytes;  /* valid during the visit; may contain zero bytes */
    size_t length;      /* at most HOSTILE_BYTES_MAX */
    bool refused;       /* text_check refuses it as TEXT_LINE; the others are merely invisible */
};

typedef void (*hostile_visitor)(const struct hostile *hostile, void *context);

/* Visits all payloads, always the same in the same order; returns how many. */
size_t hostile_each(hostile_visitor visit, void *context);

#endif
