/* Keys are big-endian, so that LMDB's order is the order of the numbers. A seal covers the
 * database, the key, the version and the body: a value that was moved is as bad as one that was
 * changed. */
#include "server/store/layout.h"

#include <string.h>

#include <sodium.h>

#include "proto/require.h"

static const char *const database_names[DATABASE_COUNT] = {
    [DATABASE_META] = "meta",
    [DATABASE_INDEX] = "index",
    [DATABASE_JOURNAL] = "journal",
    [DATABASE_PARTS] = "parts",
    [DATABASE_ROWS + ROW_ACCOUNT] = "account",
    [DATABASE_ROWS + ROW_TICKET] = "ticket",
    [DATABASE_ROWS + ROW_MESSAGE] = "message",
    [DATABASE_ROWS + ROW_ROLE_REQUEST] = "role_request",
    [DATABASE_ROWS + ROW_SETTINGS] = "settings",
    [DATABASE_ROWS + ROW_CREDENTIAL] = "credential",
    [DATABASE_ROWS + ROW_SIGN_IN] = "sign_in",
    [DATABASE_ROWS + ROW_OPERATION] = "operation",
    [DATABASE_ROWS + ROW_QUEUE] = "queue",
    [DATABASE_ROWS + ROW_QUEUE_RIGHT] = "queue_right",
    [DATABASE_ROWS + ROW_FOLLOWER] = "follower",
    [DATABASE_ROWS + ROW_TIMER] = "timer",
    [DATABASE_ROWS + ROW_CANNED] = "canned",
    [DATABASE_ROWS + ROW_DRAFT] = "draft",
    [DATABASE_ROWS + ROW_READ_MARK] = "read_mark",
    [DATABASE_ROWS + ROW_ACTING] = "acting",
    [DATABASE_ROWS + ROW_TOTP] = "totp",
    [DATABASE_ROWS + ROW_RESET] = "reset",
    [DATABASE_ROWS + ROW_DEVICE] = "device",
    [DATABASE_ROWS + ROW_FAILURES] = "failures",
    [DATABASE_ROWS + ROW_LINK] = "link",
    [DATABASE_ROWS + ROW_TAG] = "tag",
    [DATABASE_ROWS + ROW_TICKET_TAG] = "ticket_tag",
    [DATABASE_ROWS + ROW_ATTACHMENT] = "attachment",
    [DATABASE_ROWS + ROW_BLOB] = "blob",
    [DATABASE_ROWS + ROW_CHUNK] = "chunk",
    [DATABASE_ROWS + ROW_UPLOAD] = "upload",
    [DATABASE_ROWS + ROW_ACCOUNT_KEY] = "account_key",
    [DATABASE_ROWS + ROW_KEY_USE] = "key_use",
};

const char *database_name(enum database database)
{
    require(database < DATABASE_COUNT);
    return database_names[database];
}

enum database database_of(enum row_kind kind)
{
    require(kind > 0 && kind < ROW_KIND_END);
    return (enum database)(DATABASE_ROWS + (int)kind);
}

void number_write(uint8_t *bytes, uint64_t number)
{
    for (int i = 7; i >= 0; i--) {
        bytes[i] = (uint8_t)number;
        number >>= 8;
    }
}

uint64_t number_read(const uint8_t *bytes)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

struct key key_of_number(uint64_t number)
{
    struct key key = {.length = 8};
    number_write(key.bytes, number);
    return key;
}

struct key key_of_index(uint8_t index, uint64_t group, uint64_t id)
{
    struct key key = {.bytes = {index}, .length = 17};
    number_write(key.bytes + 1, group);
    number_write(key.bytes + 9, id);
    return key;
}

/* Key fields come first in a row's table: one or two numbers with tag 0. */
bool key_has_second(enum row_kind kind)
{
    require(kind > 0 && kind < ROW_KIND_END);
    const struct table *table = &row_tables[kind];
    return table->field_count > 1 && table->fields[1].tag == 0;
}

enum row_owner { OF_NOBODY, OF_TICKET, OF_ACCOUNT };

static const enum row_owner row_owners[ROW_KIND_END] = {
    [ROW_ACCOUNT] = OF_ACCOUNT,      [ROW_TICKET] = OF_TICKET,       [ROW_MESSAGE] = OF_TICKET,
    [ROW_ROLE_REQUEST] = OF_ACCOUNT, [ROW_CREDENTIAL] = OF_ACCOUNT,  [ROW_QUEUE_RIGHT] = OF_ACCOUNT,
    [ROW_FOLLOWER] = OF_TICKET,      [ROW_RESET] = OF_ACCOUNT,       [ROW_DEVICE] = OF_ACCOUNT,
    [ROW_FAILURES] = OF_ACCOUNT,     [ROW_READ_MARK] = OF_ACCOUNT,   [ROW_LINK] = OF_TICKET,
    [ROW_TICKET_TAG] = OF_TICKET,    [ROW_ACTING] = OF_ACCOUNT,      [ROW_ATTACHMENT] = OF_TICKET,
    [ROW_DRAFT] = OF_ACCOUNT,        [ROW_ACCOUNT_KEY] = OF_ACCOUNT, [ROW_KEY_USE] = OF_ACCOUNT,
    [ROW_TOTP] = OF_ACCOUNT,
};

bool row_is_of_ticket(enum row_kind kind)
{
    require(kind > 0 && kind < ROW_KIND_END);
    return row_owners[kind] == OF_TICKET;
}

bool row_is_of_account(enum row_kind kind)
{
    require(kind > 0 && kind < ROW_KIND_END);
    return row_owners[kind] == OF_ACCOUNT;
}

struct key key_of_row(enum row_kind kind, uint64_t a, uint64_t b)
{
    struct key key = key_of_number(a);
    if (key_has_second(kind)) {
        number_write(key.bytes + 8, b);
        key.length = 16;
    } else {
        require(b == 0);
    }
    return key;
}

bool key_read_row(enum row_kind kind, struct bytes key, uint64_t *ret_a, uint64_t *ret_b)
{
    bool two = key_has_second(kind);
    if (key.length != (two ? 16u : 8u)) {
        return false;
    }
    *ret_a = number_read(key.data);
    *ret_b = two ? number_read(key.data + 8) : 0;
    return true;
}

void row_key_numbers(enum row_kind kind, const void *row, uint64_t *ret_a, uint64_t *ret_b)
{
    bool two = key_has_second(kind);
    const struct field *fields = row_tables[kind].fields;
    const char *bytes = row;
    memcpy(ret_a, bytes + fields[0].offset, sizeof *ret_a);
    *ret_b = 0;
    if (two) {
        memcpy(ret_b, bytes + fields[1].offset, sizeof *ret_b);
    }
}

void row_key_fill(enum row_kind kind, void *row, uint64_t a, uint64_t b)
{
    bool two = key_has_second(kind);
    const struct field *fields = row_tables[kind].fields;
    char *bytes = row;
    memcpy(bytes + fields[0].offset, &a, sizeof a);
    if (two) {
        memcpy(bytes + fields[1].offset, &b, sizeof b);
    }
}

static void seal_of(enum database database, const struct key *key, const uint8_t *content,
                    size_t length, uint8_t ret_seal[SEAL_BYTES])
{
    uint8_t place[2 + KEY_BYTES_MAX] = {(uint8_t)database, (uint8_t)key->length};
    memcpy(place + 2, key->bytes, key->length);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, SEAL_BYTES);
    crypto_generichash_update(&state, place, 2 + key->length);
    crypto_generichash_update(&state, content, length);
    crypto_generichash_final(&state, ret_seal, SEAL_BYTES);
}

void value_begin(struct buffer *value)
{
    static const uint8_t prefix[VALUE_PREFIX_BYTES] = {[SEAL_BYTES] = VALUE_VERSION};
    value->length = 0;
    buffer_append(value, prefix, sizeof prefix);
}

void value_seal(struct buffer *value, enum database database, const struct key *key)
{
    if (value->failed) {
        return;
    }
    require(value->length >= VALUE_PREFIX_BYTES);
    seal_of(database, key, value->data + SEAL_BYTES, value->length - SEAL_BYTES, value->data);
}

bool value_open(struct bytes value, enum database database, const struct key *key,
                struct bytes *ret_body)
{
    uint8_t seal[SEAL_BYTES];
    if (value.length < VALUE_PREFIX_BYTES) {
        return false;
    }
    seal_of(database, key, value.data + SEAL_BYTES, value.length - SEAL_BYTES, seal);
    if (memcmp(seal, value.data, SEAL_BYTES) != 0 || value.data[SEAL_BYTES] != VALUE_VERSION) {
        return false;
    }
    *ret_body = (struct bytes){.data = value.data + VALUE_PREFIX_BYTES,
                               .length = value.length - VALUE_PREFIX_BYTES};
    return true;
}
