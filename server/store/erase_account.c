/* Forgetting a person: the texts of an account's rows are taken out of the journal for ever, and
 * the addresses that its acts came from. The chain stays whole, as after a purge; a blank is lawful
 * because an entry that changes the account names where it made one. */
#include "proto/require.h"
#include "server/store/journal.h"
#include "server/store/parts.h"
#include "server/store/sealed.h"

/* An entry whose texts are being looked through. */
struct opened {
    uint64_t sequence;
    struct part *parts;
    size_t count;
    bool changed;
};

static bool open_parts(struct rows *rows, uint64_t sequence, struct opened *ret_opened)
{
    *ret_opened = (struct opened){.sequence = sequence};
    return parts_get(rows, sequence, &ret_opened->parts, &ret_opened->count);
}

static void erase_one(struct rows *rows, struct opened *opened, uint32_t part)
{
    if (part >= opened->count) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
    } else if (!opened->parts[part].blank) {
        part_erase(rows, &opened->parts[part]);
        opened->changed = true;
    }
}

static void close_parts(struct rows *rows, const struct opened *opened)
{
    if (opened->changed && rows->error == ERROR_NONE) {
        parts_put(rows, opened->sequence, opened->parts, opened->count);
        (void)numbers_add(rows, &rows->draft.erased, opened->sequence);
    }
}

static void erase_value(struct rows *rows, struct opened *opened, const struct value *value)
{
    /* Lines lie in the entry that names them. */
    if (value->type == VALUE_TEXT && value->part.sequence == opened->sequence) {
        erase_one(rows, opened, value->part.part);
    }
}

static void erase_in_entry(struct rows *rows, const struct record *record, uint64_t account)
{
    struct opened opened;
    if (!open_parts(rows, record->header.sequence, &opened)) {
        return;
    }
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        if (effect->kind == EFFECT_SET && row_is_of_account(effect->row) && effect->a == account) {
            erase_value(rows, &opened, &effect->old_value);
            erase_value(rows, &opened, &effect->new_value);
        }
    }
    close_parts(rows, &opened);
}

void rows_erase_account_texts(struct rows *rows, uint64_t account)
{
    struct draft *draft = &rows->draft;
    struct row_range range = rows_range(INDEX_ACCOUNT_HISTORY, account, 0, false);
    struct arena entries = {0};
    uint64_t sequence;

    require(draft->open);
    while (rows_range_next(rows, &range, &sequence)) {
        struct record record;
        if (!journal_read_record(rows, sequence, &entries, &record)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            break;
        }
        erase_in_entry(rows, &record, account);
        arena_reset(&entries);
    }
    arena_finish(&entries);
    (void)numbers_add(rows, &draft->forgotten, account);
    /* What the running entry takes away is blank from the start: see erase_own_texts. */
    (void)numbers_add(rows, &draft->erased, draft->header.sequence);
}

bool rows_erase_source(struct rows *rows, uint64_t account, uint64_t sequence)
{
    struct arena entries = {0};
    struct record record;
    struct opened opened = {0};

    require(rows->draft.open && sequence != rows->draft.header.sequence);
    if (journal_read_record(rows, sequence, &entries, &record)) {
        require(record.header.actor == account);
        if (record.has_source && open_parts(rows, sequence, &opened)) {
            erase_one(rows, &opened, 0);
            close_parts(rows, &opened);
        }
    }
    arena_finish(&entries);
    return opened.changed;
}
