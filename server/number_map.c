#include "server/number_map.h"

#include <stdlib.h>

#include "proto/require.h"

enum { CAPACITY_MIN = 16 };

/* The finaliser of splitmix64: spreads numbers that ascend over all slots. */
static size_t slot_of(uint64_t key, size_t capacity)
{
    key = (key ^ (key >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ (key >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(key ^ (key >> 31)) & (capacity - 1);
}

void number_map_finish(struct number_map *map)
{
    free(map->slots);
    *map = (struct number_map){0};
}

/* The slot of the key, or the free one where it would be put. */
static struct number_slot *find(const struct number_map *map, uint64_t key)
{
    size_t at = slot_of(key, map->capacity);
    while (map->slots[at].value != NULL && map->slots[at].key != key) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->slots[at];
}

void *number_map_get(const struct number_map *map, uint64_t key)
{
    return map->capacity == 0 ? NULL : find(map, key)->value;
}

static bool resize(struct number_map *map, size_t capacity)
{
    struct number_map fresh = {
        .slots = calloc(capacity, sizeof *fresh.slots), .capacity = capacity, .count = map->count};
    if (fresh.slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].value != NULL) {
            *find(&fresh, map->slots[i].key) = map->slots[i];
        }
    }
    free(map->slots);
    *map = fresh;
    return true;
}

bool number_map_put(struct number_map *map, uint64_t key, void *value)
{
    require(value != NULL);
    if ((map->count + 1) * 4 > map->capacity * 3 && number_map_get(map, key) == NULL &&
        !resize(map, map->capacity == 0 ? CAPACITY_MIN : map->capacity * 2)) {
        return false;
    }
    struct number_slot *slot = find(map, key);
    map->count += slot->value == NULL;
    *slot = (struct number_slot){.key = key, .value = value};
    return true;
}

void *number_map_remove(struct number_map *map, uint64_t key)
{
    if (map->capacity == 0) {
        return NULL;
    }
    struct number_slot *slot = find(map, key);
    void *value = slot->value;
    if (value == NULL) {
        return NULL;
    }
    slot->value = NULL;
    map->count--;
    /* Whoever stood behind in the same run moves up, so that no search ends early. */
    size_t mask = map->capacity - 1;
    for (size_t at = ((size_t)(slot - map->slots) + 1) & mask; map->slots[at].value != NULL;
         at = (at + 1) & mask) {
        struct number_slot moved = map->slots[at];
        map->slots[at].value = NULL;
        *find(map, moved.key) = moved;
    }
    if (map->capacity > CAPACITY_MIN && map->count * 8 < map->capacity) {
        (void)resize(map, map->capacity / 2); /* without memory it stays large */
    }
    return value;
}

void *number_map_next(const struct number_map *map, size_t *position)
{
    while (*position < map->capacity) {
        void *value = map->slots[(*position)++].value;
        if (value != NULL) {
            return value;
        }
    }
    return NULL;
}
