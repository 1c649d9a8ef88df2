/* A set of numbers in ascending order, in the transaction's arena. All zero is an empty one. */
#ifndef TTYDESK_STORE_NUMBERS_H
#define TTYDESK_STORE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rows;

struct numbers {
    uint64_t *items;
    size_t count;
    size_t capacity;
};

bool numbers_has(const struct numbers *numbers, uint64_t number);

/* Puts it into its place; false when it was there or memory ran out, which is latched. */
bool numbers_add(struct rows *rows, struct numbers *numbers, uint64_t number);

#endif
