/* The running command's journal entry, and entries read back. */
#ifndef TTYDESK_STORE_JOURNAL_H
#define TTYDESK_STORE_JOURNAL_H

#include "server/store/entry.h"

/* An entry with everything that verify looks at. */
struct journal_record {
    struct record record;
    struct part *parts; /* valid until the next change */
    uint8_t stored_digest[DIGEST_BYTES];
    uint8_t digest[DIGEST_BYTES]; /* computed, after `previous` */
};

void journal_begin(struct rows *rows, const struct journal_header *header);
void journal_end(struct rows *rows, struct journal_entry *ret_entry);

/* The state of the transaction: last sequence, chain head, log position. Reads it when needed. */
const struct store_state *rows_state(struct rows *rows);

/* The entry without its texts; effects and subjects in the arena given. False when there is none or
 * an error is latched. */
bool journal_read_record(struct rows *rows, uint64_t sequence, struct arena *arena,
                         struct record *ret_record);

/* The entry and its parts, not resolved, with the digest it ought to have after `previous`. False
 * when there is none or an error is latched. */
bool journal_read(struct rows *rows, uint64_t sequence, const uint8_t previous[DIGEST_BYTES],
                  struct journal_record *ret_record);

#endif
