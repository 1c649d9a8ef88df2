/* Which texts may be missing. A blank text is lawful when an entry that is about a ticket says that
 * it erased texts in the blank's entry, and the text was that ticket's: an effect on one of the
 * ticket's rows names it, in the blank's own entry or, for a message that was moved, in a later
 * one. The same holds for accounts, of which an entry is when it changes one of their rows; where
 * an entry came from belongs to the account whose act it is. So all is noted on the way, and judged
 * at the end. */
#include <stdlib.h>

#include "server/store/verify.h"

static unsigned long long printable(uint64_t number)
{
    return number;
}

void *verify_list_add(struct verification *run, struct verify_list *list, size_t size)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? list->capacity * 2 : 64;
        void *items = realloc(list->items, capacity * size);
        if (items == NULL) {
            run->error = ERROR_NO_MEMORY;
            return NULL;
        }
        list->items = items;
        list->capacity = capacity;
    }
    return (char *)list->items + list->count++ * size;
}

/* A blank text; they are noted in this order. */
struct blank {
    uint64_t sequence;
    uint32_t part;
    bool named; /* a purge says that it made it so */
};

/* A ticket, or an account. */
struct owner {
    bool is_account;
    uint64_t id;
};

/* A blank text that was this one's. */
struct claim {
    uint64_t sequence;
    struct owner owner;
    uint32_t part;
};

/* Entry `by`, which is about this one, says that it erased texts in entry `sequence`. */
struct erasing {
    uint64_t by;
    uint64_t sequence;
    struct owner owner;
};

static int compare_blanks(const void *a, const void *b)
{
    const struct blank *one = a;
    const struct blank *other = b;
    if (one->sequence != other->sequence) {
        return one->sequence < other->sequence ? -1 : 1;
    }
    return one->part < other->part ? -1 : one->part > other->part;
}

/* What one entry says of another comes together. */
static int compare_erasings(const void *a, const void *b)
{
    const struct erasing *one = a;
    const struct erasing *other = b;
    if (one->by != other->by) {
        return one->by < other->by ? -1 : 1;
    }
    return one->sequence < other->sequence ? -1 : one->sequence > other->sequence;
}

static int compare_claims(const void *a, const void *b)
{
    const struct claim *one = a;
    const struct claim *other = b;
    if (one->sequence != other->sequence) {
        return one->sequence < other->sequence ? -1 : 1;
    }
    if (one->owner.is_account != other->owner.is_account) {
        return one->owner.is_account ? 1 : -1;
    }
    return one->owner.id < other->owner.id ? -1 : one->owner.id > other->owner.id;
}

static struct blank *find_blank(struct verification *run, uint64_t sequence, uint32_t part)
{
    const struct blank wanted = {.sequence = sequence, .part = part};
    return run->blanks.count == 0 ? NULL
                                  : bsearch(&wanted, run->blanks.items, run->blanks.count,
                                            sizeof wanted, compare_blanks);
}

/* --- On the way ------------------------------------------------------------------------------ */

static void note_claim(struct verification *run, struct owner owner, uint64_t sequence,
                       uint32_t part)
{
    struct claim *claim = verify_list_add(run, &run->claims, sizeof *claim);
    if (claim != NULL) {
        *claim = (struct claim){.sequence = sequence, .part = part, .owner = owner};
    }
}

/* Where an entry came from is its first part, and belongs to whose act it is. */
static void note_blanks(struct verification *run, const struct journal_record *found)
{
    const struct record *record = &found->record;
    uint64_t sequence = record->header.sequence;
    for (size_t i = 0; i < record->part_count; i++) {
        struct blank *blank =
            found->parts[i].blank ? verify_list_add(run, &run->blanks, sizeof *blank) : NULL;
        if (blank != NULL) {
            *blank = (struct blank){.sequence = sequence, .part = (uint32_t)i};
        }
    }
    if (record->has_source && found->parts[0].blank) {
        note_claim(run, (struct owner){true, record->header.actor}, sequence, 0);
    }
}

static void note_value(struct verification *run, struct owner owner, const struct value *value)
{
    bool is_text = value->type == VALUE_TEXT || value->type == VALUE_PART;
    if (is_text && find_blank(run, value->part.sequence, value->part.part) != NULL) {
        note_claim(run, owner, value->part.sequence, value->part.part);
    }
}

static void note_claims(struct verification *run, const struct record *record)
{
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        struct owner owner = {row_is_of_account(effect->row), effect->a};
        if (effect->kind == EFFECT_SET && (owner.is_account || row_is_of_ticket(effect->row))) {
            note_value(run, owner, &effect->old_value);
            note_value(run, owner, &effect->new_value);
        }
    }
}

static void note_erasing(struct verification *run, const struct record *record, struct owner owner)
{
    for (size_t i = 0; i < record->erased_count; i++) {
        struct erasing *erasing = verify_list_add(run, &run->erasings, sizeof *erasing);
        if (erasing != NULL) {
            *erasing = (struct erasing){
                .by = record->header.sequence, .sequence = record->erased[i], .owner = owner};
        }
    }
}

static void note_erasings(struct verification *run, const struct record *record)
{
    const struct journal_header *header = &record->header;
    uint64_t account = 0;
    for (size_t i = 0; i < header->subject_count; i++) {
        note_erasing(run, record, (struct owner){false, header->subjects[i].ticket});
    }
    for (size_t i = 0; i < record->effect_count; i++) {
        const struct effect *effect = &record->effects[i];
        if (row_is_of_account(effect->row) && effect->a != account) {
            account = effect->a;
            note_erasing(run, record, (struct owner){true, account});
        }
    }
    if (record->erased_count > 0 && header->subject_count == 0 && account == 0) {
        verify_problem(run, "entry %llu erased texts, but is about no ticket or account",
                       printable(header->sequence));
    }
}

/* Lines never move to another ticket: of one ticket's in one entry either all are blank or none. */
static void check_lines(struct verification *run, const struct journal_record *found,
                        uint64_t ticket)
{
    size_t kept = 0;
    size_t blank = 0;
    for (size_t i = 0; i < found->record.effect_count; i++) {
        const struct effect *effect = &found->record.effects[i];
        const struct value *values[] = {&effect->old_value, &effect->new_value};
        for (size_t j = 0; j < 2; j++) {
            if (row_is_of_ticket(effect->row) && effect->a == ticket &&
                values[j]->type == VALUE_TEXT) {
                *(found->parts[values[j]->part.part].blank ? &blank : &kept) += 1;
            }
        }
    }
    if (blank > 0 && kept > 0) {
        verify_problem(run, "entry %llu is erased only in part",
                       printable(found->record.header.sequence));
    }
}

void verify_blanks_note(struct verification *run, const struct journal_record *found)
{
    size_t blanks_before = run->blanks.count;
    note_blanks(run, found);
    note_claims(run, &found->record);
    note_erasings(run, &found->record);
    for (size_t i = 0; run->blanks.count > blanks_before && i < found->record.header.subject_count;
         i++) {
        check_lines(run, found, found->record.header.subjects[i].ticket);
    }
}

/* --- At the end ------------------------------------------------------------------------------ */

/* Marks what this ticket had in that entry; false when it had nothing there. */
static bool name_blanks(struct verification *run, const struct erasing *erasing)
{
    const struct claim *claims = run->claims.items;
    const struct claim wanted = {.sequence = erasing->sequence, .owner = erasing->owner};
    size_t low = 0;
    size_t high = run->claims.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_claims(&claims[middle], &wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool any = false;
    for (; low < run->claims.count && compare_claims(&claims[low], &wanted) == 0; low++) {
        struct blank *blank = find_blank(run, claims[low].sequence, claims[low].part);
        if (blank != NULL) {
            blank->named = true;
            any = true;
        }
    }
    return any;
}

/* One entry says of another that it erased texts there; it may be about several tickets and
 * accounts. Its own sequence stands there too, whether or not it had texts. */
static size_t check_erasing(struct verification *run, const struct erasing *erasings, size_t count)
{
    const struct erasing *first = &erasings[0];
    bool rightful = first->sequence == first->by;
    size_t i = 0;
    for (; i < count && erasings[i].by == first->by && erasings[i].sequence == first->sequence;
         i++) {
        rightful = name_blanks(run, &erasings[i]) || rightful;
    }
    if (!rightful || first->sequence > first->by) {
        verify_problem(run, "entry %llu says without right that it erased entry %llu",
                       printable(first->by), printable(first->sequence));
    }
    return i;
}

void verify_blanks_judge(struct verification *run)
{
    const struct erasing *erasings = run->erasings.items;
    const struct blank *blanks = run->blanks.items;
    uint64_t told = 0;
    if (run->claims.count > 0) {
        qsort(run->claims.items, run->claims.count, sizeof(struct claim), compare_claims);
    }
    if (run->erasings.count > 0) {
        qsort(run->erasings.items, run->erasings.count, sizeof(struct erasing), compare_erasings);
    }
    for (size_t i = 0; i < run->erasings.count;) {
        i += check_erasing(run, erasings + i, run->erasings.count - i);
    }
    for (size_t i = 0; i < run->blanks.count; i++) {
        if (!blanks[i].named && blanks[i].sequence != told) {
            told = blanks[i].sequence;
            verify_problem(run, "texts of entry %llu are blank, and no purge names it",
                           printable(told));
        }
    }
}

void verify_blanks_finish(struct verification *run)
{
    free(run->blanks.items);
    free(run->claims.items);
    free(run->erasings.items);
}
