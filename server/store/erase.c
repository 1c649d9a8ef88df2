/* Purging: the texts of a ticket are taken out of the journal for ever. The chain stays whole,
 * since it is over commitments to the texts; and the entry of the purge names every entry that it
 * left with blanks, since only such blanks are lawful.
 *
 * The texts of a ticket are those that an effect on one of its rows names, wherever they lie: a
 * message that was moved here still has its text in the entry about the ticket it was written to.
 * The other way round, what was moved away is a text of the ticket that has it now, and stays. */
#include <stdlib.h>
#include <string.h>

#include "proto/require.h"
#include "server/store/journal.h"
#include "server/store/parts.h"
#include "server/store/sealed.h"

/* Where a text of the ticket lies. */
struct place {
    uint64_t sequence;
    uint32_t part;
    bool kept; /* it is another ticket's now */
};

struct erasure {
    struct rows *rows;
    struct arena entries; /* for the entry that is looked at */
    uint64_t ticket;
    struct place *places; /* in the transaction's arena */
    size_t place_count;
    size_t place_capacity;
    struct numbers todo; /* tickets whose history has to be looked at for who has the texts now */
    struct numbers seen;
};

typedef void effect_visitor(struct erasure *erasure, const struct effect *effect);

static void visit_effects(struct erasure *erasure, const struct effect *effects, size_t count,
                          effect_visitor *visit)
{
    for (size_t i = 0; i < count; i++) {
        if (effects[i].kind == EFFECT_SET && row_is_of_ticket(effects[i].row)) {
            visit(erasure, &effects[i]);
        }
    }
}

/* Every effect on a ticket's row in an entry about `ticket`, the running one's too. */
static void visit_history(struct erasure *erasure, uint64_t ticket, effect_visitor *visit)
{
    struct rows *rows = erasure->rows;
    struct row_range range = rows_range(INDEX_HISTORY, ticket, 0, false);
    uint64_t sequence;
    while (rows_range_next(rows, &range, &sequence)) {
        struct record record;
        if (!journal_read_record(rows, sequence, &erasure->entries, &record)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return;
        }
        visit_effects(erasure, record.effects, record.effect_count, visit);
        arena_reset(&erasure->entries);
    }
    visit_effects(erasure, rows->draft.effects, rows->draft.effect_count, visit);
}

/* --- Which texts ----------------------------------------------------------------------------- */

static void add_place(struct erasure *erasure, const struct value *value)
{
    struct rows *rows = erasure->rows;
    bool is_text = value->type == VALUE_TEXT || value->type == VALUE_PART;
    if (!is_text || value->part.sequence == rows->draft.header.sequence) {
        return;
    }
    if (erasure->place_count == erasure->place_capacity) {
        size_t capacity = erasure->place_capacity > 0 ? erasure->place_capacity * 2 : 64;
        struct place *places = rows_alloc(rows, capacity * sizeof *places);
        if (places == NULL) {
            return;
        }
        if (erasure->place_count > 0) {
            memcpy(places, erasure->places, erasure->place_count * sizeof *places);
        }
        erasure->places = places;
        erasure->place_capacity = capacity;
    }
    erasure->places[erasure->place_count++] =
        (struct place){.sequence = value->part.sequence, .part = value->part.part};
}

static void collect(struct erasure *erasure, const struct effect *effect)
{
    if (effect->a == erasure->ticket) {
        add_place(erasure, &effect->old_value);
        add_place(erasure, &effect->new_value);
    }
}

static int compare_places(const void *a, const void *b)
{
    const struct place *one = a;
    const struct place *other = b;
    if (one->sequence != other->sequence) {
        return one->sequence < other->sequence ? -1 : 1;
    }
    return one->part < other->part ? -1 : one->part > other->part;
}

/* Most texts are named twice, as new value and later as old one. */
static void sort_places(struct erasure *erasure)
{
    struct place *places = erasure->places;
    size_t count = 0;
    if (erasure->place_count == 0) {
        return;
    }
    qsort(places, erasure->place_count, sizeof *places, compare_places);
    for (size_t i = 1; i < erasure->place_count; i++) {
        if (compare_places(&places[count], &places[i]) != 0) {
            places[++count] = places[i];
        }
    }
    erasure->place_count = count + 1;
}

/* --- Whose they are now ---------------------------------------------------------------------- */

static bool is_purged(struct rows *rows, uint64_t ticket)
{
    struct row_ticket row;
    return numbers_has(&rows->draft.purged, ticket) ||
           (rows_get(rows, ROW_TICKET, ticket, 0, &row) && row.purged);
}

/* Whether the row still has the text that this effect gave it. */
static bool still_has(struct rows *rows, const struct effect *effect)
{
    union any_row row;
    const struct table *table = &row_tables[effect->row];
    if (!rows_get(rows, effect->row, effect->a, effect->b, &row)) {
        return false;
    }
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].tag == effect->tag && table->fields[i].type == FIELD_PART) {
            struct text_part part;
            memcpy(&part, (const char *)&row + table->fields[i].offset, sizeof part);
            return part.sequence == effect->new_value.part.sequence &&
                   part.part == effect->new_value.part.part;
        }
    }
    return false;
}

/* Another ticket took over one of the texts. If it no longer has it, it may have passed it on. */
static void follow(struct erasure *erasure, const struct effect *effect)
{
    const struct value *value = &effect->new_value;
    const struct place wanted = {.sequence = value->part.sequence, .part = value->part.part};
    if (effect->a == erasure->ticket || value->type != VALUE_PART || erasure->place_count == 0) {
        return;
    }
    struct place *place =
        bsearch(&wanted, erasure->places, erasure->place_count, sizeof wanted, compare_places);
    if (place == NULL || place->kept) {
        return;
    }
    place->kept = still_has(erasure->rows, effect) && !is_purged(erasure->rows, effect->a);
    if (!place->kept && !numbers_has(&erasure->seen, effect->a)) {
        (void)numbers_add(erasure->rows, &erasure->todo, effect->a);
    }
}

static void follow_all(struct erasure *erasure)
{
    struct rows *rows = erasure->rows;
    (void)numbers_add(rows, &erasure->todo, erasure->ticket);
    while (erasure->todo.count > 0 && rows->error == ERROR_NONE) {
        uint64_t ticket = erasure->todo.items[--erasure->todo.count];
        (void)numbers_add(rows, &erasure->seen, ticket);
        visit_history(erasure, ticket, follow);
    }
}

/* --- Erasing --------------------------------------------------------------------------------- */

/* The texts of one entry: `count` places with the same sequence. */
static void erase_in_entry(struct rows *rows, const struct place *places, size_t count)
{
    struct part *parts;
    size_t part_count;
    bool changed = false;
    if (!parts_get(rows, places[0].sequence, &parts, &part_count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (places[i].part >= part_count) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return;
        }
        struct part *part = &parts[places[i].part];
        if (!places[i].kept && !part->blank) {
            part_erase(rows, part);
            changed = true;
        }
    }
    if (changed && rows->error == ERROR_NONE) {
        parts_put(rows, places[0].sequence, parts, part_count);
        (void)numbers_add(rows, &rows->draft.erased, places[0].sequence);
    }
}

static void erase_places(struct erasure *erasure)
{
    size_t end;
    for (size_t begin = 0; begin < erasure->place_count; begin = end) {
        end = begin + 1;
        while (end < erasure->place_count &&
               erasure->places[end].sequence == erasure->places[begin].sequence) {
            end++;
        }
        if (erasure->rows->error == ERROR_NONE) {
            erase_in_entry(erasure->rows, erasure->places + begin, end - begin);
        }
    }
}

void rows_erase_ticket_texts(struct rows *rows, uint64_t ticket)
{
    struct draft *draft = &rows->draft;
    require(draft->open);
    require(rows->error != ERROR_NONE || rows_subject_of(&draft->header, ticket) != NULL);
    if (!numbers_add(rows, &draft->purged, ticket)) {
        return;
    }
    struct erasure erasure = {.rows = rows, .ticket = ticket};
    visit_history(&erasure, ticket, collect);
    sort_places(&erasure);
    follow_all(&erasure);
    erase_places(&erasure);
    arena_finish(&erasure.entries);
    /* What the running entry has of the ticket is blank from the start: see erase_own_texts. */
    (void)numbers_add(rows, &draft->erased, draft->header.sequence);
}

void rows_erase_text(struct rows *rows, uint64_t ticket, const struct text_part *part)
{
    const struct draft *draft = &rows->draft;
    const struct place place = {.sequence = part->sequence, .part = part->part};
    require(draft->open);
    require(rows->error != ERROR_NONE || rows_subject_of(&draft->header, ticket) != NULL);
    if (part->sequence != 0 && rows->error == ERROR_NONE) {
        require(part->sequence < draft->header.sequence);
        erase_in_entry(rows, &place, 1);
    }
}
