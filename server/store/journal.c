#include "server/store/journal.h"

#include <string.h>

#include <sodium.h>

#include "proto/require.h"
#include "server/store/index.h"
#include "server/store/meta.h"
#include "server/store/parts.h"
#include "server/store/sealed.h"

const struct store_state *rows_state(struct rows *rows)
{
    if (!rows->has_state) {
        rows->has_state = meta_read_state(rows, &rows->state);
    }
    return &rows->state;
}

uint64_t rows_sequence(struct rows *rows)
{
    return rows_state(rows)->sequence;
}

void store_chain_head(struct rows *rows, uint8_t ret_digest[DIGEST_BYTES])
{
    memcpy(ret_digest, rows_state(rows)->head, DIGEST_BYTES);
}

/* --- The running command --------------------------------------------------------------------- */

void journal_begin(struct rows *rows, const struct journal_header *header)
{
    require(rows->writing && !rows->draft.open);
    rows->draft = (struct draft){.open = true, .header = *header};
    struct journal_header *own = &rows->draft.header;
    own->sequence = rows_state(rows)->sequence + 1;
    own->subjects = NULL;
    own->subject_count = 0;
    if (own->source.length > 0) {
        (void)parts_add(rows, own->source);
    }
}

void rows_actor(struct rows *rows, uint64_t actor, uint64_t acting_for)
{
    require(rows->draft.open);
    rows->draft.header.actor = actor;
    rows->draft.header.acting_for = acting_for;
}

/* From the last to the first: what a command names is mostly what it named just before. */
static struct subject *find_subject(struct subject *subjects, size_t count, uint64_t ticket)
{
    while (count > 0) {
        if (subjects[--count].ticket == ticket) {
            return &subjects[count];
        }
    }
    return NULL;
}

const struct subject *rows_subject_of(const struct journal_header *header, uint64_t ticket)
{
    return find_subject(header->subjects, header->subject_count, ticket);
}

static struct subject *subject_add(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    struct journal_header *header = &draft->header;
    if (header->subject_count == draft->subject_capacity) {
        size_t capacity = draft->subject_capacity > 0 ? draft->subject_capacity * 2 : 2;
        struct subject *subjects = rows_alloc(rows, capacity * sizeof *subjects);
        if (subjects == NULL) {
            return NULL;
        }
        if (header->subject_count > 0) {
            memcpy(subjects, header->subjects, header->subject_count * sizeof *subjects);
        }
        header->subjects = subjects;
        draft->subject_capacity = capacity;
    }
    return &header->subjects[header->subject_count++];
}

static bool is_audience(const struct audience *audience)
{
    bool good = audience->cc_count <= CC_MAX;
    uint64_t before = 0;
    for (size_t i = 0; good && i < audience->cc_count; i++) {
        good = audience->cc[i] > before;
        before = audience->cc[i];
    }
    return good;
}

void rows_subject(struct rows *rows, uint64_t ticket, const struct audience *before,
                  const struct audience *after, bool staff_only)
{
    struct journal_header *header = &rows->draft.header;
    require(rows->draft.open && ticket != 0);
    require(is_audience(before) && is_audience(after));
    struct subject *subject = find_subject(header->subjects, header->subject_count, ticket);
    if (subject != NULL) {
        staff_only = staff_only && subject->staff_only;
    } else {
        subject = subject_add(rows);
    }
    if (subject != NULL) {
        *subject = (struct subject){
            .ticket = ticket, .staff_only = staff_only, .before = *before, .after = *after};
    }
}

static void entry_digest(const uint8_t previous[DIGEST_BYTES], struct bytes body,
                         const struct part *parts, size_t part_count,
                         uint8_t ret_digest[DIGEST_BYTES])
{
    uint8_t length[8];
    number_write(length, body.length);
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&state, previous, DIGEST_BYTES);
    crypto_generichash_update(&state, length, sizeof length);
    crypto_generichash_update(&state, body.data, body.length);
    for (size_t i = 0; i < part_count; i++) {
        uint8_t commitment[DIGEST_BYTES];
        part_commitment(&parts[i], commitment);
        crypto_generichash_update(&state, commitment, sizeof commitment);
    }
    crypto_generichash_final(&state, ret_digest, DIGEST_BYTES);
}

static bool has_source(const struct journal_header *header)
{
    return header->source.length > 0;
}

static void erase_own_text(struct rows *rows, struct value *value)
{
    struct draft *draft = &rows->draft;
    bool is_text = value->type == VALUE_TEXT || value->type == VALUE_PART;
    value->text = (struct text){0};
    if (is_text && value->part.sequence == draft->header.sequence &&
        !draft->parts[value->part.part].blank) {
        part_erase(rows, &draft->parts[value->part.part]);
    }
}

/* A purge names the texts it takes away as old values: those must not outlive it either. */
static void erase_own_texts(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    for (size_t i = 0; i < draft->effect_count; i++) {
        struct effect *effect = &draft->effects[i];
        if (row_is_of_ticket(effect->row) && numbers_has(&draft->purged, effect->a)) {
            erase_own_text(rows, &effect->old_value);
            erase_own_text(rows, &effect->new_value);
        } else if (row_is_of_account(effect->row) && numbers_has(&draft->forgotten, effect->a)) {
            erase_own_text(rows, &effect->old_value);
        }
    }
}

static void append_entry(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    static const uint8_t room_for_digest[DIGEST_BYTES];
    struct buffer *value = &rows->value;
    const struct record record = {
        .header = draft->header,
        .has_source = has_source(&draft->header),
        .part_count = draft->part_count,
        .effects = draft->effects,
        .effect_count = draft->effect_count,
        .erased = draft->erased.items,
        .erased_count = draft->erased.count,
    };
    value_begin(value);
    buffer_append(value, room_for_digest, DIGEST_BYTES);
    entry_write(value, &record);
    if (value->failed) {
        rows_fail(rows, ERROR_NO_MEMORY);
        return;
    }
    uint8_t *digest = value->data + VALUE_PREFIX_BYTES;
    struct bytes body = {.data = digest + DIGEST_BYTES,
                         .length = value->length - VALUE_PREFIX_BYTES - DIGEST_BYTES};
    entry_digest(rows->state.head, body, draft->parts, draft->part_count, digest);
    memcpy(rows->state.head, digest, DIGEST_BYTES);
    struct key key = key_of_number(draft->header.sequence);
    sealed_put(rows, DATABASE_JOURNAL, &key);
}

static void put_history(struct rows *rows, enum index_id index, uint64_t group, uint64_t sequence)
{
    struct key key = key_of_index((uint8_t)index, group, sequence);
    bare_put(rows, DATABASE_INDEX, &key);
}

static void append_histories(struct rows *rows)
{
    const struct draft *draft = &rows->draft;
    uint64_t sequence = draft->header.sequence;
    for (size_t i = 0; i < draft->header.subject_count; i++) {
        put_history(rows, INDEX_ID_HISTORY, draft->header.subjects[i].ticket, sequence);
    }
    uint64_t last = 0;
    for (size_t i = 0; i < draft->effect_count; i++) {
        const struct effect *effect = &draft->effects[i];
        if (row_is_of_account(effect->row) && effect->a != last) {
            last = effect->a;
            put_history(rows, INDEX_ID_ACCOUNT_HISTORY, last, sequence);
        }
    }
}

void journal_end(struct rows *rows, struct journal_entry *ret_entry)
{
    struct draft *draft = &rows->draft;
    require(draft->open);
    draft->open = false;
    *ret_entry = (struct journal_entry){0};
    if (draft->effect_count == 0 && draft->erased.count == 0) {
        return;
    }
    uint64_t sequence = draft->header.sequence;
    parts_salt(rows);
    if (rows->error == ERROR_NONE && draft->purged.count + draft->forgotten.count > 0) {
        erase_own_texts(rows);
    }
    if (rows->error != ERROR_NONE) {
        return;
    }
    append_entry(rows);
    parts_put(rows, sequence, draft->parts, draft->part_count);
    append_histories(rows);
    rows->state.sequence = sequence;
    if (rows->error == ERROR_NONE) {
        *ret_entry = (struct journal_entry){.header = draft->header,
                                            .effects = draft->effects,
                                            .effect_count = draft->effect_count};
    }
}

/* --- Reading back ---------------------------------------------------------------------------- */

/* The entry's bytes in two: the digest and what it is over. */
static bool find_entry(struct rows *rows, uint64_t sequence, struct bytes *ret_digest,
                       struct bytes *ret_body)
{
    struct key key = key_of_number(sequence);
    struct bytes value;
    if (!sealed_get(rows, DATABASE_JOURNAL, &key, &value)) {
        return false;
    }
    if (value.length < DIGEST_BYTES) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    *ret_digest = (struct bytes){.data = value.data, .length = DIGEST_BYTES};
    *ret_body =
        (struct bytes){.data = value.data + DIGEST_BYTES, .length = value.length - DIGEST_BYTES};
    return true;
}

bool store_chain_at(struct rows *rows, uint64_t sequence, uint8_t ret_digest[DIGEST_BYTES])
{
    struct bytes digest;
    struct bytes body;
    if (!find_entry(rows, sequence, &digest, &body)) {
        return false;
    }
    memcpy(ret_digest, digest.data, DIGEST_BYTES);
    return true;
}

static bool read_entry(struct rows *rows, uint64_t sequence, struct arena *arena,
                       struct record *ret_record, struct bytes *ret_digest, struct bytes *ret_body)
{
    struct bytes digest;
    struct bytes body;
    if (!find_entry(rows, sequence, &digest, &body)) {
        return false;
    }
    struct record record;
    enum error error = entry_read(body, arena, &record);
    if (error == ERROR_NONE && record.header.sequence != sequence) {
        error = ERROR_DATA_DAMAGED;
    }
    if (error != ERROR_NONE) {
        rows_fail(rows, error);
        return false;
    }
    *ret_record = record;
    *ret_digest = digest;
    *ret_body = body;
    return true;
}

static bool read_parts(struct rows *rows, const struct record *record, struct part **ret_parts)
{
    size_t count;
    if (!parts_get(rows, record->header.sequence, ret_parts, &count)) {
        return false;
    }
    if (count != record->part_count) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    return true;
}

bool journal_read_record(struct rows *rows, uint64_t sequence, struct arena *arena,
                         struct record *ret_record)
{
    struct bytes digest;
    struct bytes body;
    return read_entry(rows, sequence, arena, ret_record, &digest, &body);
}

bool journal_read(struct rows *rows, uint64_t sequence, const uint8_t previous[DIGEST_BYTES],
                  struct journal_record *ret_record)
{
    struct journal_record found;
    struct bytes digest;
    struct bytes body;
    if (!read_entry(rows, sequence, rows->arena, &found.record, &digest, &body) ||
        !read_parts(rows, &found.record, &found.parts)) {
        return false;
    }
    memcpy(found.stored_digest, digest.data, DIGEST_BYTES);
    entry_digest(previous, body, found.parts, found.record.part_count, found.digest);
    *ret_record = found;
    return true;
}

static struct text copy_of_part(struct rows *rows, const struct part *part)
{
    if (part->blank) {
        return (struct text){0};
    }
    char *copy = arena_copy(rows->arena, part->text.data, part->text.length);
    if (copy == NULL) {
        rows_fail(rows, ERROR_NO_MEMORY);
        return (struct text){0};
    }
    return (struct text){.data = copy, .length = part->text.length};
}

static void resolve(struct rows *rows, const struct part *parts, struct value *value)
{
    if (value->type == VALUE_TEXT) {
        value->text = copy_of_part(rows, &parts[value->part.part]);
    }
}

bool rows_journal_header(struct rows *rows, uint64_t sequence, struct journal_header *ret_header)
{
    struct journal_header header;
    struct bytes digest;
    struct bytes body;
    if (!find_entry(rows, sequence, &digest, &body)) {
        return false;
    }
    enum error error = entry_read_header(body, rows->arena, &header);
    if (error == ERROR_NONE && header.sequence != sequence) {
        error = ERROR_DATA_DAMAGED;
    }
    if (error != ERROR_NONE) {
        rows_fail(rows, error);
        return false;
    }
    *ret_header = header;
    return true;
}

bool rows_journal(struct rows *rows, uint64_t sequence, struct journal_entry *ret_entry)
{
    struct record record;
    struct bytes digest;
    struct bytes body;
    struct part *parts;
    if (!read_entry(rows, sequence, rows->arena, &record, &digest, &body) ||
        !read_parts(rows, &record, &parts)) {
        return false;
    }
    if (record.has_source) {
        record.header.source = copy_of_part(rows, &parts[0]);
    }
    for (size_t i = 0; i < record.effect_count; i++) {
        resolve(rows, parts, &record.effects[i].old_value);
        resolve(rows, parts, &record.effects[i].new_value);
    }
    if (rows->error != ERROR_NONE) {
        return false;
    }
    *ret_entry = (struct journal_entry){
        .header = record.header, .effects = record.effects, .effect_count = record.effect_count};
    return true;
}

struct text rows_part(struct rows *rows, const struct text_part *part)
{
    const struct text nothing = {0};
    if (part->fresh.data != NULL) {
        return part->fresh;
    }
    if (part->sequence == 0 || rows->error != ERROR_NONE) {
        return nothing;
    }
    const struct draft *draft = &rows->draft;
    if (draft->open && part->sequence == draft->header.sequence) {
        require(part->part < draft->part_count);
        return copy_of_part(rows, &draft->parts[part->part]);
    }
    struct part *parts;
    size_t count;
    if (!parts_get(rows, part->sequence, &parts, &count)) {
        return nothing;
    }
    if (part->part >= count) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return nothing;
    }
    return copy_of_part(rows, &parts[part->part]);
}
