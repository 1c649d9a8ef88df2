#include "server/store/parts.h"

#include <string.h>

#include <sodium.h>

#include "proto/require.h"
#include "server/store/bytes.h"
#include "server/store/sealed.h"

enum part_state { PART_BLANK, PART_KEPT };

struct text_part parts_add(struct rows *rows, struct text text)
{
    struct draft *draft = &rows->draft;
    require(draft->open);
    require(text.length <= UINT32_MAX);
    if (draft->part_count == draft->part_capacity) {
        size_t capacity = draft->part_capacity > 0 ? draft->part_capacity * 2 : 8;
        struct part *parts = rows_alloc(rows, capacity * sizeof *parts);
        if (parts == NULL) {
            return (struct text_part){0};
        }
        if (draft->part_count > 0) {
            memcpy(parts, draft->parts, draft->part_count * sizeof *parts);
        }
        draft->parts = parts;
        draft->part_capacity = capacity;
    }
    draft->parts[draft->part_count] = (struct part){.text = text};
    return (struct text_part){.sequence = draft->header.sequence,
                              .part = (uint32_t)draft->part_count++,
                              .length = (uint32_t)text.length};
}

/* Random, so that a text that was erased cannot be guessed from its commitment. They are no state
 * of record: two copies of a desk differ in them, and so in the chain's head. */
void parts_salt(struct rows *rows)
{
    struct draft *draft = &rows->draft;
    for (size_t i = 0; i < draft->part_count; i++) {
        if (rows->salts_left == 0) {
            randombytes_buf(rows->salts, sizeof rows->salts);
            rows->salts_left = SALTS_AT_ONCE;
        }
        uint8_t *salt = rows->salts + --rows->salts_left * SALT_BYTES;
        draft->parts[i].salt = arena_copy(rows->arena, salt, SALT_BYTES);
        sodium_memzero(salt, SALT_BYTES);
        if (draft->parts[i].salt == NULL) {
            rows_fail(rows, ERROR_NO_MEMORY);
            return;
        }
    }
}

static size_t stored_bytes(const struct part *part)
{
    return part->blank ? 1 + DIGEST_BYTES : 1 + SALT_BYTES + 10 + part->text.length;
}

void parts_put(struct rows *rows, uint64_t sequence, const struct part *parts, size_t count)
{
    if (count == 0 || rows->error != ERROR_NONE) {
        return;
    }
    struct buffer *value = &rows->value;
    value_begin(value);
    bytes_put_number(value, count);
    for (size_t i = 0; i < count; i++) {
        const struct part *part = &parts[i];
        uint8_t state = part->blank ? PART_BLANK : PART_KEPT;
        (void)buffer_reserve(value, stored_bytes(part));
        buffer_append(value, &state, 1);
        if (part->blank) {
            buffer_append(value, part->commitment, DIGEST_BYTES);
        } else {
            buffer_append(value, part->salt, SALT_BYTES);
            bytes_put_number(value, part->text.length);
            buffer_append(value, part->text.data, part->text.length);
        }
    }
    struct key key = key_of_number(sequence);
    sealed_put(rows, DATABASE_PARTS, &key);
}

static struct part take_part(struct bytes_reader *reader)
{
    uint64_t state = bytes_take_number_upto(reader, PART_KEPT);
    struct part part = {.blank = state == PART_BLANK};
    if (part.blank) {
        part.commitment = bytes_take(reader, DIGEST_BYTES);
    } else {
        part.salt = bytes_take(reader, SALT_BYTES);
        part.text.length = (size_t)bytes_take_number_upto(reader, UINT32_MAX);
        part.text.data = (const char *)bytes_take(reader, part.text.length);
    }
    return part;
}

bool parts_get(struct rows *rows, uint64_t sequence, struct part **ret_parts, size_t *ret_count)
{
    struct key key = key_of_number(sequence);
    struct bytes body;
    if (!sealed_get(rows, DATABASE_PARTS, &key, &body)) {
        if (rows->error == ERROR_NONE) {
            *ret_parts = NULL;
            *ret_count = 0;
        }
        return rows->error == ERROR_NONE;
    }
    struct bytes_reader reader = {.rest = body};
    /* No part takes less than one byte, so the count is bounded before memory is taken. */
    size_t count = (size_t)bytes_take_number_upto(&reader, body.length);
    struct part *parts = rows_alloc(rows, count * sizeof *parts);
    if (parts == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        parts[i] = take_part(&reader);
    }
    if (!bytes_ended(&reader)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    *ret_parts = parts;
    *ret_count = count;
    return true;
}

void part_commitment(const struct part *part, uint8_t ret_commitment[DIGEST_BYTES])
{
    if (part->blank) {
        memcpy(ret_commitment, part->commitment, DIGEST_BYTES);
        return;
    }
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&state, part->salt, SALT_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)part->text.data, part->text.length);
    crypto_generichash_final(&state, ret_commitment, DIGEST_BYTES);
}

void part_erase(struct rows *rows, struct part *part)
{
    require(!part->blank);
    uint8_t *commitment = rows_alloc(rows, DIGEST_BYTES);
    if (commitment == NULL) {
        return;
    }
    part_commitment(part, commitment);
    *part = (struct part){.blank = true, .commitment = commitment};
}
