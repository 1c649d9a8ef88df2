/* Memory that is given back all at once. One arena lives as long as one message or one batch of
 * commands; nothing in it is freed singly. */
#ifndef TTYDESK_PROTO_ARENA_H
#define TTYDESK_PROTO_ARENA_H

#include <stddef.h>

struct arena_block;

/* All zero is an empty arena. `limit_bytes` 0 means no limit. */
struct arena {
    struct arena_block *blocks; /* newest first; each owned by the arena */
    size_t used_bytes;          /* handed out since init or reset */
    size_t limit_bytes;
};

void arena_init(struct arena *arena, size_t limit_bytes);

/* Frees every block, wiping none. Accepts a zeroed arena. */
void arena_finish(struct arena *arena);

/* Forgets everything handed out but keeps one block for reuse. */
void arena_reset(struct arena *arena);

/* Overwrites everything handed out with zeros, then resets: for arenas that held a password. */
void arena_wipe(struct arena *arena);

/* `size` zeroed bytes aligned for any type. NULL when the limit is reached or memory is out. */
void *arena_alloc(struct arena *arena, size_t size);

/* The same for `count` items of `size` bytes; NULL too when the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A copy of `length` bytes with a zero byte after it. NULL as arena_alloc. */
void *arena_copy(struct arena *arena, const void *data, size_t length);

#endif
