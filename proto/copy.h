/* A message that outlives the bytes it was read from. */
#ifndef TTYDESK_PROTO_COPY_H
#define TTYDESK_PROTO_COPY_H

#include <stdbool.h>

#include "proto/arena.h"
#include "proto/fields.h"

/* Copies a struct of `table` with all its texts, bytes, records and lists; what it points to then
 * lives in the arena, and texts end with a zero byte. `ret_copy` is a struct of the same table and
 * must not overlap `message`. False without memory; `ret_copy` is then zeroed. */
bool message_copy(struct arena *arena, const struct table *table, const void *message,
                  void *ret_copy);

#endif
