#include "server/store/numbers.h"

#include <string.h>

#include "server/store/sealed.h"

/* Where the number is or would be. The last place is tried first: most come in order. */
static size_t place_of(const struct numbers *numbers, uint64_t number)
{
    size_t low = 0;
    size_t high = numbers->count;
    if (high > 0 && numbers->items[high - 1] < number) {
        return high;
    }
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (numbers->items[middle] < number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool numbers_has(const struct numbers *numbers, uint64_t number)
{
    size_t place = place_of(numbers, number);
    return place < numbers->count && numbers->items[place] == number;
}

static bool make_room(struct rows *rows, struct numbers *numbers)
{
    if (numbers->count < numbers->capacity) {
        return true;
    }
    size_t capacity = numbers->capacity > 0 ? numbers->capacity * 2 : 16;
    uint64_t *items = rows_alloc(rows, capacity * sizeof *items);
    if (items == NULL) {
        return false;
    }
    if (numbers->count > 0) {
        memcpy(items, numbers->items, numbers->count * sizeof *items);
    }
    numbers->items = items;
    numbers->capacity = capacity;
    return true;
}

bool numbers_add(struct rows *rows, struct numbers *numbers, uint64_t number)
{
    if (numbers_has(numbers, number) || !make_room(rows, numbers)) {
        return false;
    }
    size_t place = place_of(numbers, number);
    uint64_t *item = numbers->items + place;
    memmove(item + 1, item, (numbers->count - place) * sizeof *item);
    *item = number;
    numbers->count++;
    return true;
}
