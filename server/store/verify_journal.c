/* Follows the journal from its beginning: contiguous, chained, and with its index entries. */
#include <string.h>

#include "server/store/index.h"
#include "server/store/meta.h"
#include "server/store/sealed.h"
#include "server/store/verify.h"

static unsigned long long printable(uint64_t number)
{
    return number;
}

static bool has_index(struct verification *run, enum index_id index, uint64_t group, uint64_t id)
{
    struct key key = key_of_index((uint8_t)index, group, id);
    return verify_has_key(run, DATABASE_INDEX, &key);
}

/* Rows of a ticket change only in entries about it, and every subject finds the entry. */
static void check_history_index(struct verification *run, const struct record *record)
{
    const struct journal_header *header = &record->header;
    for (size_t i = 0; i < header->subject_count; i++) {
        if (!has_index(run, INDEX_ID_HISTORY, header->subjects[i].ticket, header->sequence)) {
            verify_problem(run, "entry %llu is missing from the history of ticket %llu",
                           printable(header->sequence), printable(header->subjects[i].ticket));
        }
    }
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        if (row_is_of_ticket(effect->row) && rows_subject_of(header, effect->a) == NULL) {
            verify_problem(run, "entry %llu changes ticket %llu without being about it",
                           printable(header->sequence), printable(effect->a));
            return;
        }
    }
}

static void check_account_index(struct verification *run, const struct record *record)
{
    uint64_t sequence = record->header.sequence;
    uint64_t last = 0;
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        if (!row_is_of_account(effect->row) || effect->a == last) {
            continue;
        }
        last = effect->a;
        if (!has_index(run, INDEX_ID_ACCOUNT_HISTORY, last, sequence)) {
            verify_problem(run, "entry %llu is missing from the history of account %llu",
                           printable(sequence), printable(last));
        }
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
    verify_blanks_note(run, &found);
    check_history_index(run, &found.record);
    check_account_index(run, &found.record);
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
    verify_blanks_judge(run);
}
