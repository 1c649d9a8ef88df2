#include "server/store/meta.h"

#include <string.h>

#include <sodium.h>

#include "server/store/sealed.h"

enum meta_key { META_DESK = 1, META_STATE = 2 };
enum { DESK_BYTES = 8 + EPOCH_BYTES, STATE_BYTES = EPOCH_BYTES + 8 + 8 + DIGEST_BYTES };

static bool read_exactly(struct rows *rows, enum meta_key number, size_t length,
                         struct bytes *ret_body)
{
    struct key key = key_of_number(number);
    if (!sealed_get(rows, DATABASE_META, &key, ret_body)) {
        return false;
    }
    if (ret_body->length != length) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    return true;
}

bool meta_read_desk(struct rows *rows, struct store_desk *ret_desk)
{
    struct bytes body;
    if (!read_exactly(rows, META_DESK, DESK_BYTES, &body)) {
        return false;
    }
    ret_desk->schema = number_read(body.data);
    memcpy(ret_desk->desk_id, body.data + 8, EPOCH_BYTES);
    return true;
}

bool meta_read_state(struct rows *rows, struct store_state *ret_state)
{
    struct bytes body;
    if (!read_exactly(rows, META_STATE, STATE_BYTES, &body)) {
        rows_fail(rows, ERROR_DATA_DAMAGED);
        return false;
    }
    memcpy(ret_state->log.epoch, body.data, EPOCH_BYTES);
    ret_state->log.position = number_read(body.data + EPOCH_BYTES);
    ret_state->sequence = number_read(body.data + EPOCH_BYTES + 8);
    memcpy(ret_state->head, body.data + EPOCH_BYTES + 16, DIGEST_BYTES);
    return true;
}

static void write(struct rows *rows, enum meta_key number, const uint8_t *bytes, size_t length)
{
    struct key key = key_of_number(number);
    value_begin(&rows->value);
    buffer_append(&rows->value, bytes, length);
    sealed_put(rows, DATABASE_META, &key);
}

void meta_write_desk(struct rows *rows, const struct store_desk *desk)
{
    uint8_t bytes[DESK_BYTES];
    number_write(bytes, desk->schema);
    memcpy(bytes + 8, desk->desk_id, EPOCH_BYTES);
    write(rows, META_DESK, bytes, sizeof bytes);
}

void meta_write_state(struct rows *rows, const struct store_state *state)
{
    uint8_t bytes[STATE_BYTES];
    memcpy(bytes, state->log.epoch, EPOCH_BYTES);
    number_write(bytes + EPOCH_BYTES, state->log.position);
    number_write(bytes + EPOCH_BYTES + 8, state->sequence);
    memcpy(bytes + EPOCH_BYTES + 16, state->head, DIGEST_BYTES);
    write(rows, META_STATE, bytes, sizeof bytes);
}

void meta_genesis(const uint8_t desk_id[EPOCH_BYTES], uint8_t ret_digest[DIGEST_BYTES])
{
    static const uint8_t context[] = "ttydesk journal 1";
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    crypto_generichash_update(&state, context, sizeof context);
    crypto_generichash_update(&state, desk_id, EPOCH_BYTES);
    crypto_generichash_final(&state, ret_digest, DIGEST_BYTES);
}
