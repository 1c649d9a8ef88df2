/* Between condition.c, which knows how terms are put together, and condition_value.c and
 * condition_time.c, which know what stands behind a colon. */
#ifndef TTYDESK_PROTO_CONDITION_INTERNAL_H
#define TTYDESK_PROTO_CONDITION_INTERNAL_H

#include "proto/attributes.h"
#include "proto/condition.h"

struct query_reader {
    struct arena *arena;
    const struct condition_clock *clock;
    struct ticket_query *query;
    struct query_fault *fault;
    struct text text;
    size_t at;
    size_t nodes;
    size_t depth;
    bool failed;
};

/* Where a word, a value or a sign stands. */
struct span {
    size_t position;
    size_t length;
};

/* The reader's first fault is the one that is told. Always false. */
ATTRIBUTE_PRINTF(3, 4)
bool query_refuse(struct query_reader *reader, struct span span, const char *format, ...);

/* A condition that stands at the span; NULL with a fault when there are too many. */
struct condition *query_node(struct query_reader *reader, enum condition_kind kind,
                             enum about about, struct span span);

/* The field of this name (letter case ignored); ABOUT_NOTHING with a fault. */
enum about query_field(struct query_reader *reader, struct span name);

/* A new term about the field with the value at the span. A fault says what is allowed. NULL with
 * it, and for a value that is kept elsewhere: sort. */
struct condition *query_value(struct query_reader *reader, enum about about, struct span value);

/* A term for a word that stands alone in a query and can only be one thing: a number, a status.
 * NULL without a fault when it is a word as others. */
struct condition *query_guess(struct query_reader *reader, struct span word);

/* The time, or range of times, that a text says; false when it says none. `ret_to` is after the
 * end; what has no end is UINT64_MAX. See query_times for how it may be written. */
bool condition_times(const struct condition_clock *clock, struct text text, uint64_t *ret_from_ms,
                     uint64_t *ret_to_ms);
extern const char query_times[];

#endif
