/* Damage done to a closed desk's file behind the store's back. */
#ifndef TTYDESK_TESTS_STORE_DAMAGE_H
#define TTYDESK_TESTS_STORE_DAMAGE_H

#include "tests/store/desk.h"

/* One value of one database, to be put back later. */
struct damaged {
    char database[16];
    uint8_t key[17];
    size_t key_length;
    uint8_t value[4096];
    size_t value_length;
};

/* The `number`th value of the database (from 0) in key order; false when there are not so many. */
bool damage_find(const struct desk *desk, const char *database, size_t number,
                 struct damaged *ret_value);

/* Flips one bit of its value. */
void damage_flip(const struct desk *desk, const struct damaged *value, size_t bit);

void damage_put(const struct desk *desk, const struct damaged *value);
void damage_remove(const struct desk *desk, const struct damaged *value);

#endif
