/* Follows the journal from its beginning: contiguous, chained, and with no text missing but those
 * that a purge of the same ticket names. */
#include <stdlib.h>
#include <string.h>

#include "server/store/index.h"
#include "server/store/meta.h"
#include "server/store/sealed.h"
#include "server/store/verify.h"

static unsigned long long printable(uint64_t number)
{
    return number;
}

static void add_blank(struct verification *run, uint64_t sequence, uint64_t ticket)
{
    if (run->blank_count == run->blank_capacity) {
        size_t capacity = run->blank_capacity > 0 ? run->blank_capacity * 2 : 64;
        struct blank *blanks = realloc(run->blanks, capacity * sizeof *blanks);
        if (blanks == NULL) {
            run->error = ERROR_NO_MEMORY;
            return;
        }
        run->blanks = blanks;
        run->blank_capacity = capacity;
    }
    run->blanks[run->blank_count++] = (struct blank){.sequence = sequence, .ticket = ticket};
}

static int compare_blanks(const void *a, const void *b)
{
    uint64_t one = ((const struct blank *)a)->sequence;
    uint64_t other = ((const struct blank *)b)->sequence;
    return one < other ? -1 : one > other;
}

static struct blank *find_blank(struct verification *run, uint64_t sequence)
{
    const struct blank wanted = {.sequence = sequence};
    return run->blank_count == 0
               ? NULL
               : bsearch(&wanted, run->blanks, run->blank_count, sizeof wanted, compare_blanks);
}

/* The texts of an entry are all there or, but for its source, all blank. */
static void check_blanks_of_entry(struct verification *run, const struct journal_record *found)
{
    const struct record *record = &found->record;
    uint64_t sequence = record->header.sequence;
    size_t first = record->has_source ? 1 : 0;
    size_t blank_count = 0;
    for (size_t i = first; i < record->part_count; i++) {
        blank_count += found->parts[i].blank ? 1 : 0;
    }
    if (record->has_source && found->parts[0].blank) {
        verify_problem(run, "entry %llu has lost its source", printable(sequence));
    }
    if (blank_count > 0 && blank_count < record->part_count - first) {
        verify_problem(run, "entry %llu is erased only in part", printable(sequence));
    }
    if (blank_count > 0) {
        add_blank(run, sequence, record->header.ticket);
    }
}

/* What an entry says it erased has to be blank and of its own ticket. Its own sequence stands there
 * too, whether or not it had texts. */
static void check_erased_by_entry(struct verification *run, const struct record *record)
{
    for (size_t i = 0; i < record->erased_count; i++) {
        struct blank *blank = find_blank(run, record->erased[i]);
        if (blank != NULL && blank->ticket == record->header.ticket) {
            blank->named = true;
        } else if (blank != NULL || record->erased[i] != record->header.sequence) {
            verify_problem(run, "entry %llu says without right that it erased entry %llu",
                           printable(record->header.sequence), printable(record->erased[i]));
        }
    }
}

static void check_history_index(struct verification *run, const struct journal_header *header)
{
    struct row_range range = rows_range(INDEX_HISTORY, header->ticket, header->sequence, false);
    uint64_t sequence;
    if (header->ticket != 0 &&
        (!rows_range_next(run->rows, &range, &sequence) || sequence != header->sequence)) {
        verify_problem(run, "entry %llu is missing from the history of ticket %llu",
                       printable(header->sequence), printable(header->ticket));
    }
}

static void replay(struct verification *run, const struct journal_record *found)
{
    if (run->replay_failed) {
        return;
    }
    enum error error = replay_entry(run->replay, &found->record, found->parts);
    if (error == ERROR_DATA_DAMAGED) {
        run->replay_failed = true;
        verify_problem(run, "the effects of entry %llu do not fit those before it",
                       printable(found->record.header.sequence));
    } else if (error != ERROR_NONE) {
        run->error = error;
    }
}

/* One entry. Gives its digest for the next, the stored one: a break is then told once. */
static void check_entry(struct verification *run, uint64_t sequence, uint8_t head[DIGEST_BYTES])
{
    struct journal_record found;
    bool there = journal_read(run->rows, sequence, head, &found);
    if (!verify_settle(run) || !there) {
        verify_problem(run, "entry %llu of the journal is damaged or missing", printable(sequence));
        run->replay_failed = true;
        memset(head, 0, DIGEST_BYTES);
        return;
    }
    run->verdict.entries++;
    if (memcmp(found.digest, found.stored_digest, DIGEST_BYTES) != 0) {
        verify_problem(run, "entry %llu does not follow the one before it", printable(sequence));
    }
    memcpy(head, found.stored_digest, DIGEST_BYTES);
    check_blanks_of_entry(run, &found);
    check_erased_by_entry(run, &found.record);
    check_history_index(run, &found.record.header);
    replay(run, &found);
}

static size_t count_of(struct verification *run, enum database database)
{
    MDB_stat facts = {0};
    (void)mdb_stat(run->rows->txn, run->store->databases[database], &facts);
    return facts.ms_entries;
}

/* Every sequence was looked at, so anything more is too much. */
static void check_counts(struct verification *run, uint64_t entries, size_t with_parts)
{
    size_t journal = count_of(run, DATABASE_JOURNAL);
    size_t parts = count_of(run, DATABASE_PARTS);
    if (journal != entries) {
        verify_problem(run, "the journal has %zu entries, not %llu", journal, printable(entries));
    }
    if (parts != with_parts) {
        verify_problem(run, "the journal has texts for %zu entries, not %zu", parts, with_parts);
    }
}

static bool has_parts(struct verification *run, uint64_t sequence)
{
    struct key key = key_of_number(sequence);
    struct bytes body;
    bool there = sealed_get(run->rows, DATABASE_PARTS, &key, &body);
    return !verify_settle(run) || there;
}

void verify_journal(struct verification *run)
{
    uint8_t head[DIGEST_BYTES];
    size_t with_parts = 0;
    struct store_state state = *rows_state(run->rows);
    if (!verify_settle(run)) {
        verify_problem(run, "the desk's own record is damaged");
        run->replay_failed = true;
        return;
    }
    meta_genesis(run->store->desk_id, head);
    for (uint64_t sequence = 1; sequence <= state.sequence && run->error == ERROR_NONE;
         sequence++) {
        check_entry(run, sequence, head);
        with_parts += has_parts(run, sequence) ? 1 : 0;
        arena_reset(&run->arena);
    }
    check_counts(run, state.sequence, with_parts);
    if (memcmp(head, state.head, DIGEST_BYTES) != 0) {
        verify_problem(run, "the journal does not end in the chain head that the desk names");
    }
    memcpy(run->verdict.chain, state.head, DIGEST_BYTES);
    for (size_t i = 0; i < run->blank_count; i++) {
        if (!run->blanks[i].named) {
            verify_problem(run, "texts of entry %llu are blank, and no purge names it",
                           printable(run->blanks[i].sequence));
        }
    }
}
