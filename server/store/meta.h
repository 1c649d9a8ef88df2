/* The two records about the desk as a whole: what it is, and where it stands. */
#ifndef TTYDESK_STORE_META_H
#define TTYDESK_STORE_META_H

#include "server/store/internal.h"

struct store_desk {
    uint64_t schema;
    uint8_t desk_id[EPOCH_BYTES];
};

/* False when absent or an error is latched. */
bool meta_read_desk(struct rows *rows, struct store_desk *ret_desk);

/* Absent is damage. */
bool meta_read_state(struct rows *rows, struct store_state *ret_state);

void meta_write_desk(struct rows *rows, const struct store_desk *desk);
void meta_write_state(struct rows *rows, const struct store_state *state);

/* What the first entry's digest follows: a hash of the desk's id. */
void meta_genesis(const uint8_t desk_id[EPOCH_BYTES], uint8_t ret_digest[DIGEST_BYTES]);

#endif
