#include "server/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/random.h"
#include "server/digest.h"
#include "server/number_map.h"
#include "server/rate.h"

#define HOUR_MS UINT64_C(3600000)

enum { NAME_BYTES = 256 }; /* of a user name as typed; what comes after makes no difference */

struct penalty {
    uint64_t until_ms; /* what is left until then is what has accrued */
    char source[THROTTLE_SOURCE_BYTES];
};

struct tries {
    unsigned failures;
    uint64_t next_ms;    /* no try before this */
    uint64_t last_ms;    /* of the last failure */
    uint64_t last_wrong; /* mark of the last wrong password */
};

/* Looking through a full table takes milliseconds of the loop, and whoever filled it could ask for
 * that with every try. */
enum { FORGET_PAUSE_MS = 1000 };

struct throttle {
    uint8_t key[16];
    struct number_map penalties;     /* by address */
    struct number_map accounts;      /* by name */
    struct number_map registrations; /* struct rate by address */
    uint64_t penalties_full_ms;      /* not looked through for room before these */
    uint64_t accounts_full_ms;
    uint64_t registrations_full_ms;
    struct rate all_registrations;
};

struct throttle *throttle_create(void)
{
    struct throttle *throttle = calloc(1, sizeof *throttle);
    if (throttle != NULL) {
        random_fill(throttle->key, sizeof throttle->key);
    }
    return throttle;
}

static void free_values(struct number_map *map)
{
    size_t position = 0;
    for (void *value; (value = number_map_next(map, &position)) != NULL;) {
        free(value);
    }
    number_map_finish(map);
}

void throttle_destroy(struct throttle *throttle)
{
    if (throttle == NULL) {
        return;
    }
    free_values(&throttle->penalties);
    free_values(&throttle->accounts);
    free_values(&throttle->registrations);
    wipe(throttle, sizeof *throttle);
    free(throttle);
}

uint64_t throttle_source_mark(const struct throttle *throttle, const char *source)
{
    uint8_t address[16];
    if (inet_pton(AF_INET6, source, address) == 1) {
        return digest_number(address, 8, throttle->key);
    }
    return digest_number(source, strlen(source), throttle->key);
}

/* True when the table is full and it is time to look for entries whose time has passed. */
static bool needs_room(const struct number_map *map, uint64_t *full_ms, uint64_t now_ms)
{
    if (map->count < THROTTLE_ENTRIES_MAX || now_ms < *full_ms) {
        return false;
    }
    *full_ms = now_ms + FORGET_PAUSE_MS;
    return true;
}

/* Drops entries whose time has passed. */
static void forget_penalties(struct throttle *throttle, uint64_t now_ms)
{
    struct number_map kept = {0};
    for (size_t i = 0; i < throttle->penalties.capacity; i++) {
        struct number_slot *slot = &throttle->penalties.slots[i];
        struct penalty *penalty = slot->value;
        if (penalty == NULL) {
            continue;
        }
        if (penalty->until_ms <= now_ms || !number_map_put(&kept, slot->key, penalty)) {
            free(penalty);
        }
    }
    number_map_finish(&throttle->penalties);
    throttle->penalties = kept;
}

static void forget_accounts(struct throttle *throttle, uint64_t now_ms)
{
    struct number_map kept = {0};
    for (size_t i = 0; i < throttle->accounts.capacity; i++) {
        struct number_slot *slot = &throttle->accounts.slots[i];
        struct tries *tries = slot->value;
        if (tries == NULL) {
            continue;
        }
        if (tries->last_ms + THROTTLE_FORGET_MS <= now_ms ||
            !number_map_put(&kept, slot->key, tries)) {
            free(tries);
        }
    }
    number_map_finish(&throttle->accounts);
    throttle->accounts = kept;
}

/* A zeroed entry for the key, or NULL when there is no room. */
static void *entry_add(struct number_map *map, uint64_t key, size_t size)
{
    if (map->count >= THROTTLE_ENTRIES_MAX) {
        return NULL;
    }
    void *entry = calloc(1, size);
    if (entry != NULL && !number_map_put(map, key, entry)) {
        free(entry);
        return NULL;
    }
    return entry;
}

void throttle_punish(struct throttle *throttle, const char *source, uint64_t penalty_ms,
                     uint64_t now_ms)
{
    uint64_t key = throttle_source_mark(throttle, source);
    struct penalty *penalty = number_map_get(&throttle->penalties, key);
    if (penalty == NULL) {
        if (needs_room(&throttle->penalties, &throttle->penalties_full_ms, now_ms)) {
            forget_penalties(throttle, now_ms);
        }
        penalty = entry_add(&throttle->penalties, key, sizeof *penalty);
        if (penalty == NULL) {
            return;
        }
        (void)snprintf(penalty->source, sizeof penalty->source, "%s", source);
    }
    uint64_t from_ms = penalty->until_ms > now_ms ? penalty->until_ms : now_ms;
    uint64_t until_ms = from_ms + penalty_ms;
    penalty->until_ms = until_ms < now_ms + THROTTLE_CAP_MS ? until_ms : now_ms + THROTTLE_CAP_MS;
}

enum error throttle_source(const struct throttle *throttle, const char *source, uint64_t now_ms,
                           uint64_t *ret_retry_after_ms)
{
    const struct penalty *penalty =
        number_map_get(&throttle->penalties, throttle_source_mark(throttle, source));
    if (penalty == NULL || penalty->until_ms < now_ms + THROTTLE_REFUSE_MS) {
        return ERROR_NONE;
    }
    *ret_retry_after_ms = penalty->until_ms - now_ms - THROTTLE_REFUSE_MS + 1;
    return ERROR_THROTTLED;
}

size_t throttle_sources(const struct throttle *throttle, uint64_t now_ms,
                        struct throttled_source *ret_sources, size_t max)
{
    size_t position = 0;
    size_t count = 0;
    for (const struct penalty *penalty;
         count < max && (penalty = number_map_next(&throttle->penalties, &position)) != NULL;) {
        if (penalty->until_ms >= now_ms + THROTTLE_REFUSE_MS) {
            struct throttled_source *place = &ret_sources[count++];
            memcpy(place->source, penalty->source, sizeof place->source);
            place->wait_ms = penalty->until_ms - now_ms - THROTTLE_REFUSE_MS + 1;
        }
    }
    return count;
}

enum error throttle_account(const struct throttle *throttle, struct text name, uint64_t now_ms,
                            uint64_t *ret_retry_after_ms)
{
    const struct tries *tries =
        number_map_get(&throttle->accounts, throttle_account_mark(throttle, name));
    if (tries == NULL || tries->next_ms <= now_ms) {
        return ERROR_NONE;
    }
    *ret_retry_after_ms = tries->next_ms - now_ms;
    return ERROR_THROTTLED;
}

static uint64_t pause_after(unsigned failures)
{
    if (failures <= THROTTLE_FREE_TRIES) {
        return 0;
    }
    unsigned doublings = failures - THROTTLE_FREE_TRIES;
    uint64_t pause_ms = doublings < 10 ? UINT64_C(1000) << doublings : THROTTLE_PAUSE_CAP_MS;
    return pause_ms < THROTTLE_PAUSE_CAP_MS ? pause_ms : THROTTLE_PAUSE_CAP_MS;
}

uint64_t throttle_mark(const struct throttle *throttle, struct text password)
{
    return digest_number(password.data, password.length, throttle->key);
}

/* Accounts are found by names in any case, so every spelling has to count as one. */
uint64_t throttle_account_mark(const struct throttle *throttle, struct text name)
{
    char folded[NAME_BYTES];
    size_t length = name.length < sizeof folded ? name.length : sizeof folded;
    for (size_t i = 0; i < length; i++) {
        char c = name.data[i];
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return digest_number(folded, length, throttle->key);
}

/* The entry of this name, made when there was none; NULL when there is no room. */
static struct tries *tries_of(struct throttle *throttle, struct text name, uint64_t now_ms)
{
    uint64_t key = throttle_account_mark(throttle, name);
    struct tries *tries = number_map_get(&throttle->accounts, key);
    if (tries != NULL) {
        return tries;
    }
    if (needs_room(&throttle->accounts, &throttle->accounts_full_ms, now_ms)) {
        forget_accounts(throttle, now_ms);
    }
    return entry_add(&throttle->accounts, key, sizeof *tries);
}

bool throttle_failed(struct throttle *throttle, struct text name, uint64_t mark, uint64_t now_ms)
{
    struct tries *tries = tries_of(throttle, name, now_ms);
    if (tries == NULL) {
        return true;
    }
    if (tries->failures > 0 && mark == tries->last_wrong) {
        return false;
    }
    if (tries->last_ms + THROTTLE_FORGET_MS <= now_ms) {
        tries->failures = 0;
    }
    tries->failures++;
    tries->last_wrong = mark;
    tries->last_ms = now_ms;
    tries->next_ms = now_ms + pause_after(tries->failures);
    return true;
}

void throttle_recall(struct throttle *throttle, struct text name, uint64_t failures,
                     uint64_t now_ms)
{
    struct tries *tries = tries_of(throttle, name, now_ms);
    if (tries != NULL && tries->failures == 0) {
        tries->failures = failures < 1000 ? (unsigned)failures : 1000;
        tries->last_ms = now_ms;
    }
}

/* A source's bucket that has had an hour to fill is as good as a new one. */
static void forget_registrations(struct throttle *throttle, uint64_t now_ms)
{
    struct number_map kept = {0};
    for (size_t i = 0; i < throttle->registrations.capacity; i++) {
        struct number_slot *slot = &throttle->registrations.slots[i];
        struct rate *rate = slot->value;
        if (rate == NULL) {
            continue;
        }
        if (rate->at_ms + HOUR_MS <= now_ms || !number_map_put(&kept, slot->key, rate)) {
            free(rate);
        }
    }
    number_map_finish(&throttle->registrations);
    throttle->registrations = kept;
}

enum error throttle_registration(struct throttle *throttle, const char *source,
                                 uint64_t per_source_max, uint64_t total_max, uint64_t now_ms,
                                 uint64_t *ret_retry_after_ms)
{
    struct rate *rate = NULL;
    if (source != NULL) {
        uint64_t key = throttle_source_mark(throttle, source);
        rate = number_map_get(&throttle->registrations, key);
        if (rate == NULL) {
            if (needs_room(&throttle->registrations, &throttle->registrations_full_ms, now_ms)) {
                forget_registrations(throttle, now_ms);
            }
            rate = entry_add(&throttle->registrations, key, sizeof *rate);
        }
    }
    if (rate != NULL &&
        !rate_take(rate, per_source_max, HOUR_MS, per_source_max, now_ms, ret_retry_after_ms)) {
        return ERROR_THROTTLED;
    }
    if (!rate_take(&throttle->all_registrations, total_max, HOUR_MS, total_max, now_ms,
                   ret_retry_after_ms)) {
        return ERROR_THROTTLED;
    }
    return ERROR_NONE;
}

void throttle_succeeded(struct throttle *throttle, struct text name)
{
    free(number_map_remove(&throttle->accounts, throttle_account_mark(throttle, name)));
}
