/* The protocol described in its own words, from the tables: the reply of the method `api`. */
#ifndef TTYDESK_PROTO_API_H
#define TTYDESK_PROTO_API_H

#include "proto/arena.h"
#include "proto/messages.h"

/* The most records that messages share. */
enum { API_RECORDS_MAX = 64 };

/* What only the daemon knows of a method. Strings without end of life. */
struct api_access {
    const char *kind; /* query, command, prepared */
    const char *role; /* who may, as permission_words says it */
};

/* The records that messages share, each once, in the order in which they are met. */
struct api_records {
    const struct table *tables[API_RECORDS_MAX];
    size_t count;
};

void api_collect_records(struct api_records *ret_records);

/* The name of a type of field, such as "number". */
const char *api_type_name(enum field_type type);

/* Fills the reply; lists live in the arena. ERROR_NO_MEMORY when that is full. */
enum error api_describe(const struct api_access access[METHOD_COUNT], struct arena *arena,
                        struct api_reply *ret_reply);

#endif
