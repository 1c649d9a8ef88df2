/* Purging: the texts of a ticket are taken out of the journal for ever. The chain stays whole,
 * since it is over commitments to the texts; and the entry of the purge names every entry that it
 * left with blanks, since only such blanks are lawful. */
#include <string.h>

#include "proto/require.h"
#include "server/store/journal.h"
#include "server/store/parts.h"
#include "server/store/sealed.h"

static void note_erased(struct rows *rows, uint64_t sequence)
{
    struct draft *draft = &rows->draft;
    if (draft->erased_count == draft->erased_capacity) {
        size_t capacity = draft->erased_capacity > 0 ? draft->erased_capacity * 2 : 16;
        uint64_t *erased = rows_alloc(rows, capacity * sizeof *erased);
        if (erased == NULL) {
            return;
        }
        if (draft->erased_count > 0) {
            memcpy(erased, draft->erased, draft->erased_count * sizeof *erased);
        }
        draft->erased = erased;
        draft->erased_capacity = capacity;
    }
    draft->erased[draft->erased_count++] = sequence;
}

/* The source of a command is no text of the ticket: it stays. */
static void erase_entry(struct rows *rows, uint64_t sequence)
{
    static const uint8_t any_digest[DIGEST_BYTES];
    struct journal_record found;
    if (!journal_read(rows, sequence, any_digest, &found)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return;
    }
    bool changed = false;
    for (size_t i = found.record.has_source ? 1 : 0; i < found.record.part_count; i++) {
        if (!found.parts[i].blank) {
            part_erase(rows, &found.parts[i]);
            changed = true;
        }
    }
    if (changed && rows->error == ERROR_NONE) {
        parts_put(rows, sequence, found.parts, found.record.part_count);
        note_erased(rows, sequence);
    }
}

void rows_erase_ticket_texts(struct rows *rows, uint64_t ticket)
{
    struct draft *draft = &rows->draft;
    require(draft->open && draft->has_subject && draft->header.ticket == ticket);
    if (draft->erases) {
        return;
    }
    draft->erases = true;
    struct row_range range = rows_range(INDEX_HISTORY, ticket, 0, false);
    uint64_t sequence;
    while (rows_range_next(rows, &range, &sequence)) {
        erase_entry(rows, sequence);
    }
    /* Its own entry, which comes last, is blank from the start. */
    note_erased(rows, draft->header.sequence);
}
