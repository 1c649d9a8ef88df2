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
    own->ticket = 0;
    own->staff_only = false;
    own->before = (struct audience){0};
    own->after = (struct audience){0};
    if (own->source.length > 0) {
        (void)parts_add(rows, own->source);
    }
}

void rows_actor(struct rows *rows, uint64_t actor)
{
    require(rows->draft.open);
    rows->draft.header.actor = actor;
}

void rows_subject(struct rows *rows, uint64_t ticket, struct audience before, struct audience after,
                  bool staff_only)
{
    struct draft *draft = &rows->draft;
    require(draft->open && ticket != 0);
    draft->has_subject = true;
    draft->header.ticket = ticket;
    draft->header.before = before;
    draft->header.after = after;
    draft->header.staff_only = staff_only;
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

/* A purge names the texts it takes away as old values: those must not outlive it either. */
static void erase_own_texts(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    for (size_t i = has_source(&draft->header) ? 1 : 0; i < draft->part_count; i++) {
        part_erase(rows, &draft->parts[i]);
    }
    for (size_t i = 0; i < draft->effect_count; i++) {
        draft->effects[i].old_value.text = (struct text){0};
        draft->effects[i].new_value.text = (struct text){0};
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
        .erased = draft->erased,
        .erased_count = draft->erased_count,
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

void journal_end(struct rows *rows, struct journal_entry *ret_entry)
{
    struct draft *draft = &rows->draft;
    require(draft->open);
    draft->open = false;
    *ret_entry = (struct journal_entry){0};
    if (draft->effect_count == 0 && draft->erased_count == 0) {
        return;
    }
    uint64_t sequence = draft->header.sequence;
    parts_salt(rows);
    if (rows->error == ERROR_NONE && draft->erases) {
        erase_own_texts(rows);
    }
    if (rows->error != ERROR_NONE) {
        return;
    }
    append_entry(rows);
    parts_put(rows, sequence, draft->parts, draft->part_count);
    if (draft->header.ticket != 0) {
        struct key key = key_of_index(INDEX_ID_HISTORY, draft->header.ticket, sequence);
        bare_put(rows, DATABASE_INDEX, &key);
    }
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

static bool read_entry(struct rows *rows, uint64_t sequence, struct record *ret_record,
                       struct bytes *ret_digest, struct bytes *ret_body)
{
    struct bytes digest;
    struct bytes body;
    if (!find_entry(rows, sequence, &digest, &body)) {
        return false;
    }
    struct record record;
    enum error error = entry_read(body, rows->arena, &record);
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

bool journal_read(struct rows *rows, uint64_t sequence, const uint8_t previous[DIGEST_BYTES],
                  struct journal_record *ret_record)
{
    struct journal_record found;
    struct bytes digest;
    struct bytes body;
    if (!read_entry(rows, sequence, &found.record, &digest, &body) ||
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
    if (entry_read_header(body, &header) != ERROR_NONE || header.sequence != sequence) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
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
    if (!read_entry(rows, sequence, &record, &digest, &body) ||
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
