/* A map from numbers to pointers: connections by their number, subscriptions by account. Open
 * addressing, grows and shrinks by itself, holds no pointer longer than it is told. */
#ifndef TTYDESK_SERVER_NUMBER_MAP_H
#define TTYDESK_SERVER_NUMBER_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number_slot {
    uint64_t key;
    void *value; /* NULL: free */
};

/* All zero is an empty map. */
struct number_map {
    struct number_slot *slots;
    size_t capacity; /* a power of two, or 0 */
    size_t count;
};

/* Frees the map, not what it points to. */
void number_map_finish(struct number_map *map);

/* NULL when there is none. */
void *number_map_get(const struct number_map *map, uint64_t key);

/* `value` is not NULL; replaces an earlier one. False without memory: nothing changed. */
bool number_map_put(struct number_map *map, uint64_t key, void *value);

/* Gives what was there, NULL when nothing was. */
void *number_map_remove(struct number_map *map, uint64_t key);

/* Walks all values in no order: start with *position 0, ends with NULL. Not over changes. */
void *number_map_next(const struct number_map *map, size_t *position);

#endif
