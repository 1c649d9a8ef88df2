#include "server/allowance.h"

#include <stdlib.h>

void allowances_finish(struct allowances *allowances)
{
    size_t position = 0;
    for (void *value; (value = number_map_next(&allowances->by_sign_in, &position)) != NULL;) {
        free(value);
    }
    number_map_finish(&allowances->by_sign_in);
}

/* Drops those that have had time to fill again. */
static void forget_unused(struct allowances *allowances, uint64_t now_ms)
{
    struct number_map kept = {0};
    for (size_t i = 0; i < allowances->by_sign_in.capacity; i++) {
        struct number_slot *slot = &allowances->by_sign_in.slots[i];
        struct allowance *allowance = slot->value;
        if (allowance == NULL) {
            continue;
        }
        if (allowance->used_ms + ALLOWANCE_FORGET_MS <= now_ms ||
            !number_map_put(&kept, slot->key, allowance)) {
            free(allowance);
        }
    }
    number_map_finish(&allowances->by_sign_in);
    allowances->by_sign_in = kept;
}

static struct allowance *add(struct allowances *allowances, uint64_t sign_in, uint64_t now_ms)
{
    if (allowances->by_sign_in.count >= ALLOWANCES_MAX) {
        forget_unused(allowances, now_ms);
    }
    if (allowances->by_sign_in.count >= ALLOWANCES_MAX) {
        return NULL;
    }
    struct allowance *allowance = calloc(1, sizeof *allowance);
    if (allowance != NULL && !number_map_put(&allowances->by_sign_in, sign_in, allowance)) {
        free(allowance);
        return NULL;
    }
    return allowance;
}

struct allowance *allowances_of(struct allowances *allowances, uint64_t sign_in, uint64_t now_ms,
                                struct allowance *own)
{
    struct allowance *allowance = NULL;
    if (sign_in != 0) {
        allowance = number_map_get(&allowances->by_sign_in, sign_in);
        allowance = allowance != NULL ? allowance : add(allowances, sign_in, now_ms);
    }
    allowance = allowance != NULL ? allowance : own;
    allowance->used_ms = now_ms;
    return allowance;
}
