/* How bytes lie in the file: its databases, their keys, and the seal every value carries. */
#ifndef TTYDESK_STORE_LAYOUT_H
#define TTYDESK_STORE_LAYOUT_H

#include <stdbool.h>

#include "proto/buffer.h"
#include "server/store/rows.h"

/* One LMDB table each. The numbers are part of every seal and are never reused. */
enum database {
    DATABASE_META,
    DATABASE_INDEX,   /* index id, group, id -> nothing */
    DATABASE_JOURNAL, /* sequence -> chain digest, header, effects */
    DATABASE_PARTS,   /* sequence -> the texts of that entry, each kept or blank */
    DATABASE_ROWS,    /* + enum row_kind: key numbers -> fields */
    DATABASE_COUNT = DATABASE_ROWS + ROW_KIND_END
};

enum {
    SCHEMA_VERSION = 2,
    VALUE_VERSION = 1, /* of what follows the seal */
    SEAL_BYTES = 16,
    VALUE_PREFIX_BYTES = SEAL_BYTES + 1, /* seal, version */
    DIGEST_BYTES = 32,
    KEY_BYTES_MAX = 17,
};

/* The name in the file, NULL for numbers without a database. */
const char *database_name(enum database database);
enum database database_of(enum row_kind kind);

void number_write(uint8_t *bytes, uint64_t number); /* 8 bytes, big-endian */
uint64_t number_read(const uint8_t *bytes);

struct key {
    uint8_t bytes[KEY_BYTES_MAX];
    size_t length;
};

/* Whether a kind's key has two numbers. */
bool key_has_second(enum row_kind kind);

/* Whose a row is: what its first key number stands for. */
bool row_is_of_ticket(enum row_kind kind);
bool row_is_of_account(enum row_kind kind);

struct key key_of_number(uint64_t number);
struct key key_of_index(uint8_t index, uint64_t group, uint64_t id);

/* Key of a row, and its numbers back. A key of the wrong length has none. */
struct key key_of_row(enum row_kind kind, uint64_t a, uint64_t b);
bool key_read_row(enum row_kind kind, struct bytes key, uint64_t *ret_a, uint64_t *ret_b);

/* The key numbers inside a row's struct; b is 0 for kinds with one. */
void row_key_numbers(enum row_kind kind, const void *row, uint64_t *ret_a, uint64_t *ret_b);
void row_key_fill(enum row_kind kind, void *row, uint64_t a, uint64_t b);

/* A value is made in a buffer: value_begin leaves room for the prefix, the body is appended,
 * value_seal fills the prefix in. */
void value_begin(struct buffer *value);
void value_seal(struct buffer *value, enum database database, const struct key *key);

/* The body of a sealed value; false when the seal does not fit or the version is not known. */
bool value_open(struct bytes value, enum database database, const struct key *key,
                struct bytes *ret_body);

#endif
