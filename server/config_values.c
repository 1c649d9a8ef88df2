#include "server/config_values.h"

#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "proto/require.h"

struct unit {
    const char *name;
    uint64_t factor;
};

/* Smallest first; a value prints in the largest that divides it. */
static const struct unit count_units[] = {{"", 1}, {NULL, 0}};
static const struct unit byte_units[] = {
    {"", 1},
    {"K", UINT64_C(1) << 10},
    {"M", UINT64_C(1) << 20},
    {"G", UINT64_C(1) << 30},
    {"T", UINT64_C(1) << 40},
    {NULL, 0},
};
static const struct unit duration_units[] = {
    {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 60 * 60 * 1000}, {"d", 24 * 60 * 60 * 1000},
    {NULL, 0},
};

enum { MODE_LARGEST = 0777 };

struct type_operations {
    bool (*parse)(const struct config_key *key, const char *text, void *member);
    void (*format)(const struct config_key *key, const void *member, char *ret_text);
    void (*describe)(const struct config_key *key, char *ret_text);
};

/* Digits only: no sign, no space, no overflow. Returns what follows them, NULL when there are
 * none. */
static const char *digits_parse(const char *text, unsigned base, uint64_t *ret_value)
{
    uint64_t value = 0;
    const char *cursor = text;
    for (; *cursor >= '0' && (unsigned)(*cursor - '0') < base; cursor++) {
        unsigned digit = (unsigned)(*cursor - '0');
        if (value > (UINT64_MAX - digit) / base) {
            return NULL;
        }
        value = value * base + digit;
    }
    if (cursor == text) {
        return NULL;
    }
    *ret_value = value;
    return cursor;
}

static bool number_parse(const struct unit *units, const char *text, uint64_t *ret_value)
{
    uint64_t value = 0;
    const char *suffix = digits_parse(text, 10, &value);
    if (suffix == NULL) {
        return false;
    }
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        if (strcmp(suffix, unit->name) == 0 && value <= UINT64_MAX / unit->factor) {
            *ret_value = value * unit->factor;
            return true;
        }
    }
    return false;
}

static const struct unit *units_of(const struct config_key *key)
{
    switch (key->type) {
    case CONFIG_BYTES:
        return byte_units;
    case CONFIG_DURATION:
        return duration_units;
    default:
        return count_units;
    }
}

static void number_format(const struct unit *units, uint64_t value, size_t size, char *ret_text)
{
    const struct unit *largest = units;
    for (const struct unit *unit = units; unit->name != NULL; unit++) {
        if (value != 0 && value % unit->factor == 0) {
            largest = unit;
        }
    }
    snprintf(ret_text, size, "%llu%s", (unsigned long long)(value / largest->factor),
             largest->name);
}

static bool count_parse(const struct config_key *key, const char *text, void *member)
{
    uint64_t value = 0;
    if (!number_parse(units_of(key), text, &value) || value < key->minimum ||
        value > key->maximum) {
        return false;
    }
    *(uint64_t *)member = value;
    return true;
}

static void count_format(const struct config_key *key, const void *member, char *ret_text)
{
    number_format(units_of(key), *(const uint64_t *)member, CONFIG_VALUE_BYTES_MAX, ret_text);
}

static void count_describe(const struct config_key *key, char *ret_text)
{
    char low[32];
    char high[32];
    number_format(units_of(key), key->minimum, sizeof low, low);
    number_format(units_of(key), key->maximum, sizeof high, high);
    const char *noun = key->type == CONFIG_BYTES      ? "a size (1, K, M, G, T)"
                       : key->type == CONFIG_DURATION ? "a time (ms, s, m, h, d)"
                                                      : "a number";
    snprintf(ret_text, CONFIG_TEXT_BYTES, "%s from %s to %s", noun, low, high);
}

static bool bool_parse(const struct config_key *key, const char *text, void *member)
{
    (void)key;
    bool yes = strcmp(text, "yes") == 0;
    if (!yes && strcmp(text, "no") != 0) {
        return false;
    }
    *(bool *)member = yes;
    return true;
}

static void bool_format(const struct config_key *key, const void *member, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_VALUE_BYTES_MAX, "%s", *(const bool *)member ? "yes" : "no");
}

static void bool_describe(const struct config_key *key, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_TEXT_BYTES, "yes or no");
}

static bool mode_parse(const struct config_key *key, const char *text, void *member)
{
    (void)key;
    uint64_t value = 0;
    const char *rest = digits_parse(text, 8, &value);
    if (rest == NULL || *rest != '\0' || value > MODE_LARGEST) {
        return false;
    }
    *(uint64_t *)member = value;
    return true;
}

static void mode_format(const struct config_key *key, const void *member, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_VALUE_BYTES_MAX, "%04llo",
             (unsigned long long)*(const uint64_t *)member);
}

static void mode_describe(const struct config_key *key, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_TEXT_BYTES, "a file mode in octal, from 0000 to 0777");
}

static bool choice_parse(const struct config_key *key, const char *text, void *member)
{
    for (uint64_t i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(key->choices[i], text) == 0) {
            *(uint64_t *)member = i;
            return true;
        }
    }
    return false;
}

static void choice_format(const struct config_key *key, const void *member, char *ret_text)
{
    snprintf(ret_text, CONFIG_VALUE_BYTES_MAX, "%s", key->choices[*(const uint64_t *)member]);
}

static void choice_describe(const struct config_key *key, char *ret_text)
{
    size_t used = 0;
    for (size_t i = 0; key->choices[i] != NULL; i++) {
        const char *between = i == 0 ? "" : key->choices[i + 1] == NULL ? " or " : ", ";
        used += (size_t)snprintf(ret_text + used, CONFIG_TEXT_BYTES - used, "%s%s", between,
                                 key->choices[i]);
        require(used < CONFIG_TEXT_BYTES);
    }
}

static void text_store(const char *text, void *member)
{
    memset(member, 0, CONFIG_TEXT_BYTES);
    memcpy(member, text, strlen(text));
}

static bool text_parse(const struct config_key *key, const char *text, void *member)
{
    if (strlen(text) > key->maximum) {
        return false;
    }
    text_store(text, member);
    return true;
}

static void text_format(const struct config_key *key, const void *member, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_VALUE_BYTES_MAX, "%s", (const char *)member);
}

static void text_describe(const struct config_key *key, char *ret_text)
{
    snprintf(ret_text, CONFIG_TEXT_BYTES, "at most %llu bytes of text",
             (unsigned long long)key->maximum);
}

static bool path_parse(const struct config_key *key, const char *text, void *member)
{
    bool may_be_empty = key->minimum == 0;
    if (text[0] != '/' && !(may_be_empty && text[0] == '\0')) {
        return false;
    }
    return text_parse(key, text, member);
}

static void path_describe(const struct config_key *key, char *ret_text)
{
    snprintf(ret_text, CONFIG_TEXT_BYTES,
             "a path that begins with a slash, of at most %llu bytes%s",
             (unsigned long long)key->maximum, key->minimum == 0 ? ", or nothing" : "");
}

/* Splits "host:port" or "[host]:port" in place of its own copy. */
static bool address_parse(const char *text, size_t length, struct config_address *ret_address)
{
    char copy[CONFIG_TEXT_BYTES];
    if (length >= sizeof copy) {
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    char *colon = strrchr(copy, ':');
    if (colon == NULL) {
        return false;
    }
    uint64_t port = 0;
    const char *rest = digits_parse(colon + 1, 10, &port);
    if (rest == NULL || *rest != '\0' || port > UINT16_MAX) {
        return false;
    }
    *colon = '\0';
    const char *host = copy;
    size_t host_length = (size_t)(colon - copy);
    if (host[0] == '[') {
        if (host_length < 3 || host[host_length - 1] != ']') {
            return false;
        }
        host++;
        host_length -= 2;
    } else if (strchr(host, ':') != NULL) {
        return false;
    }
    static const char allowed[] =
        "*-.:%_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    if (host_length == 0 || strspn(host, allowed) < host_length ||
        (strchr(host, '*') != NULL && host_length != 1)) {
        return false;
    }
    *ret_address = (struct config_address){.port = (uint16_t)port};
    memcpy(ret_address->host, host, host_length);
    return true;
}

static bool addresses_parse(const struct config_key *key, const char *text, void *member)
{
    (void)key;
    struct config_addresses parsed = {0};
    const char *cursor = text + strspn(text, " \t");
    while (*cursor != '\0') {
        size_t length = strcspn(cursor, ", \t");
        if (parsed.count == CONFIG_ADDRESSES_MAX ||
            !address_parse(cursor, length, &parsed.items[parsed.count])) {
            return false;
        }
        parsed.count++;
        cursor += length;
        cursor += strspn(cursor, " \t");
        if (*cursor == ',') {
            cursor++;
            cursor += strspn(cursor, " \t");
            if (*cursor == '\0') {
                return false;
            }
        } else if (*cursor != '\0') {
            return false;
        }
    }
    memcpy(member, &parsed, sizeof parsed);
    return true;
}

static void addresses_format(const struct config_key *key, const void *member, char *ret_text)
{
    (void)key;
    const struct config_addresses *addresses = member;
    size_t used = 0;
    ret_text[0] = '\0';
    for (size_t i = 0; i < addresses->count; i++) {
        const struct config_address *address = &addresses->items[i];
        bool brackets = strchr(address->host, ':') != NULL;
        used += (size_t)snprintf(ret_text + used, CONFIG_VALUE_BYTES_MAX - used, "%s%s%s%s:%u",
                                 i == 0 ? "" : ", ", brackets ? "[" : "", address->host,
                                 brackets ? "]" : "", (unsigned)address->port);
        require(used < CONFIG_VALUE_BYTES_MAX);
    }
}

static void addresses_describe(const struct config_key *key, char *ret_text)
{
    (void)key;
    snprintf(ret_text, CONFIG_TEXT_BYTES,
             "up to %d of host:port, [address]:port or *:port with commas between, or nothing",
             (int)CONFIG_ADDRESSES_MAX);
}

static const struct type_operations operations[] = {
    [CONFIG_BOOL] = {bool_parse, bool_format, bool_describe},
    [CONFIG_COUNT] = {count_parse, count_format, count_describe},
    [CONFIG_BYTES] = {count_parse, count_format, count_describe},
    [CONFIG_DURATION] = {count_parse, count_format, count_describe},
    [CONFIG_MODE] = {mode_parse, mode_format, mode_describe},
    [CONFIG_TEXT] = {text_parse, text_format, text_describe},
    [CONFIG_PATH] = {path_parse, text_format, path_describe},
    [CONFIG_ADDRESSES] = {addresses_parse, addresses_format, addresses_describe},
    [CONFIG_CHOICE] = {choice_parse, choice_format, choice_describe},
};

bool config_value_parse(const struct config_key *key, const char *text, struct config *config)
{
    return operations[key->type].parse(key, text, (char *)config + key->offset);
}

void config_value_describe(const struct config_key *key, char ret_text[CONFIG_TEXT_BYTES])
{
    operations[key->type].describe(key, ret_text);
}

void config_format(const struct config *config, const struct config_key *key,
                   char ret_text[CONFIG_VALUE_BYTES_MAX])
{
    operations[key->type].format(key, (const char *)config + key->offset, ret_text);
}
