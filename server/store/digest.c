/* The content digest: what two desks with the same record have in common, whatever their logs,
 * salts and pages. */
#include <sodium.h>

#include "server/store/sealed.h"

/* Number of the kind, length of key and body, key, body. */
static void add_row(crypto_generichash_state *state, enum row_kind kind, struct bytes key,
                    struct bytes body)
{
    uint8_t lengths[17] = {(uint8_t)kind};
    number_write(lengths + 1, key.length);
    number_write(lengths + 9, body.length);
    crypto_generichash_update(state, lengths, sizeof lengths);
    crypto_generichash_update(state, key.data, key.length);
    crypto_generichash_update(state, body.data, body.length);
}

void store_content_digest(struct rows *rows, uint8_t ret_digest[DIGEST_BYTES])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST_BYTES);
    for (int i = 1; i < ROW_KIND_END; i++) {
        enum row_kind kind = (enum row_kind)i;
        if (!row_kind_exists(i) || row_classes[kind] != ROW_RECORD) {
            continue;
        }
        enum database database = database_of(kind);
        struct bytes key;
        struct bytes value;
        struct bytes body;
        for (MDB_cursor_op step = MDB_FIRST;
             cursor_move(rows, database, step, NULL, &key, &value) &&
             cursor_open_value(rows, database, key, value, &body);
             step = MDB_NEXT) {
            add_row(&state, kind, key, body);
        }
    }
    crypto_generichash_final(&state, ret_digest, DIGEST_BYTES);
}
