/* Sealed values in and out of an open transaction. Errors latch in the rows; after one, reads
 * answer "absent" and changes do nothing. */
#ifndef TTYDESK_STORE_SEALED_H
#define TTYDESK_STORE_SEALED_H

#include "server/store/internal.h"

/* Keeps the first error. ERROR_NONE is ignored. */
void rows_fail(struct rows *rows, enum error error);

/* What an LMDB or system code means to us; 0 is ERROR_NONE. */
enum error error_of_lmdb(int code);

/* Arena memory of the transaction; NULL with ERROR_NO_MEMORY latched. */
void *rows_alloc(struct rows *rows, size_t size);

/* The body, valid until the next change in this transaction. False when absent or an error is
 * latched; a seal that does not fit latches ERROR_DATA_DAMAGED. */
bool sealed_get(struct rows *rows, enum database database, const struct key *key,
                struct bytes *ret_body);

/* Seals rows->value (value_begin, body) and puts it. */
void sealed_put(struct rows *rows, enum database database, const struct key *key);

/* Puts a key without a value: the index. */
void bare_put(struct rows *rows, enum database database, const struct key *key);

/* Removes key and value; false when there was none. */
bool any_remove(struct rows *rows, enum database database, const struct key *key);

/* Moves the database's cursor and gives what it stands on; false at the end or with an error
 * latched. MDB_SET_RANGE reads `key`, the other operations ignore it (may be NULL). */
bool cursor_move(struct rows *rows, enum database database, MDB_cursor_op operation,
                 const struct key *key, struct bytes *ret_key, struct bytes *ret_value);

/* The cursor's value opened; ERROR_DATA_DAMAGED is latched when it does not fit its key. */
bool cursor_open_value(struct rows *rows, enum database database, struct bytes key,
                       struct bytes value, struct bytes *ret_body);

/* Before a writing transaction ends. */
void cursors_close(struct rows *rows);

#endif
