/* The encrypted channel over TCP: greeting, Noise NX handshake, then records. Pure functions on
 * buffers; time comes in as monotonic milliseconds, randomness as the ephemeral key. proto/link
 * feeds it from a byte stream. docs/protocol.md, "Transport", describes the bytes.
 *
 *     client                         server
 *     channel_init                   channel_init
 *     channel_write_greeting   -->   channel_read_greeting
 *     channel_read_answer      <--   channel_write_answer
 *     channel_seal, channel_open     channel_seal, channel_open
 *
 * Calls out of this order are programmer mistakes. Any error but those marked otherwise ends the
 * channel: all keys are wiped, nothing can be sealed or opened afterwards. */
#ifndef TTYDESK_PROTO_CHANNEL_H
#define TTYDESK_PROTO_CHANNEL_H

#include "proto/errors.h"
#include "proto/handshake.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CHANNEL_PREAMBLE_SIZE 8 /* "TTYDESK" and the version, 1; also the handshake's prologue */
#define CHANNEL_LENGTH_SIZE   2 /* before every Noise message, big-endian */
#define CHANNEL_GREETING_SIZE (CHANNEL_PREAMBLE_SIZE + CHANNEL_LENGTH_SIZE + HANDSHAKE_FIRST_SIZE)

/* Sizes of an answer without its length prefix. */
#define CHANNEL_ANSWER_PAYLOAD_MAX 512
#define CHANNEL_ANSWER_SIZE_MIN    HANDSHAKE_SECOND_SIZE
#define CHANNEL_ANSWER_SIZE_MAX    (HANDSHAKE_SECOND_SIZE + CHANNEL_ANSWER_PAYLOAD_MAX)

/* A record's plaintext: type, 16-bit length of the data, data, zeros up to a multiple. */
#define CHANNEL_RECORD_HEADER_SIZE 3
#define CHANNEL_PLAIN_SIZE_MAX     16384
#define CHANNEL_DATA_SIZE_MAX      (CHANNEL_PLAIN_SIZE_MAX - CHANNEL_RECORD_HEADER_SIZE)
#define CHANNEL_PADDING            64
#define CHANNEL_PADDING_SECRET     512 /* for what is or carries a secret */

/* Sizes of a sealed record without its length prefix, and with it the room a seal can take. */
#define CHANNEL_SEALED_SIZE_MIN (CHANNEL_PADDING + NOISE_TAG_SIZE)
#define CHANNEL_SEALED_SIZE_MAX (CHANNEL_PLAIN_SIZE_MAX + NOISE_TAG_SIZE)
#define CHANNEL_RECORD_SIZE_MAX (CHANNEL_LENGTH_SIZE + CHANNEL_SEALED_SIZE_MAX)

#define CHANNEL_REKEY_RECORDS   1024
#define CHANNEL_RECORDS_MAX     (UINT64_C(1) << 32)
#define CHANNEL_LIFETIME_MS     (UINT64_C(24) * 60 * 60 * 1000)

enum channel_side { CHANNEL_CLIENT, CHANNEL_SERVER };

enum channel_state {
    CHANNEL_START,
    CHANNEL_GREETED, /* client: greeting written; server: greeting read */
    CHANNEL_OPEN,
    CHANNEL_FAILED,
};

enum channel_record {
    CHANNEL_DATA,
    CHANNEL_KEEPALIVE,
    CHANNEL_CLOSE,
    CHANNEL_RECORD_COUNT,
};

/* Contains secrets until channel_finish. */
struct channel {
    enum channel_side side;
    enum channel_state state;
    struct handshake handshake;       /* until open */
    struct noise_cipher sending;      /* its nonce is the number of the next record */
    struct noise_cipher receiving;    /* likewise */
    uint8_t peer_key[NOISE_KEY_SIZE]; /* client, when open: the server's key */
    uint8_t hash[NOISE_HASH_SIZE];    /* when open: names this very connection */
    uint64_t opened_ms;               /* monotonic */
};

/* `ephemeral` is 32 bytes of randomness for this connection alone; noise_keypair_generate draws
 * such. */
void channel_init(struct channel *channel, enum channel_side side,
                  const uint8_t ephemeral[NOISE_KEY_SIZE]);

/* Wipes everything. Accepts a zeroed channel. */
void channel_finish(struct channel *channel);

/* Client: preamble, length, first message. */
void channel_write_greeting(struct channel *channel, uint8_t ret_greeting[CHANNEL_GREETING_SIZE]);

/* Server, before all of the greeting is there: can these first `length` bytes become one? What can
 * not is closed at once and without a word. */
bool channel_greeting_possible(const uint8_t *bytes, size_t length);

/* Server. ERROR_PROTOCOL_VIOLATION: not a greeting. */
enum error channel_read_greeting(struct channel *channel,
                                 const uint8_t greeting[CHANNEL_GREETING_SIZE]);

/* Server: writes length and second message, CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MIN + length
 * bytes, and opens the channel. `length` is at most CHANNEL_ANSWER_PAYLOAD_MAX. `host_key` is
 * borrowed for the call. ERROR_PROTOCOL_VIOLATION: the client's key is of low order. */
enum error channel_write_answer(struct channel *channel, const struct noise_keypair *host_key,
                                const uint8_t *payload, size_t length, uint64_t now_ms,
                                uint8_t *ret_answer, size_t *ret_answer_length);

/* Client: reads the second message (without its length prefix) and opens the channel; `peer_key`
 * and `hash` are then set. The caller compares `peer_key` with what it knows before it seals
 * anything. `ret_payload` has room for CHANNEL_ANSWER_PAYLOAD_MAX bytes.
 * ERROR_PROTOCOL_VIOLATION: wrong length, or not made by the holder of the key it shows. */
enum error channel_read_answer(struct channel *channel, const uint8_t *answer, size_t length,
                               uint64_t now_ms, uint8_t *ret_payload, size_t *ret_payload_length);

/* How many bytes channel_seal writes for `length` bytes of data. */
size_t channel_sealed_size(size_t length, size_t padding);

/* Writes one record with its length prefix, channel_sealed_size() bytes. `length` is at most
 * CHANNEL_DATA_SIZE_MAX; `padding` is one of the two above. ERROR_CONNECTION_LOST: the channel has
 * failed, or has come to its last record or its last hour and the client has to connect anew; the
 * channel can still open records then. */
enum error channel_seal(struct channel *channel, enum channel_record type, const uint8_t *data,
                        size_t length, size_t padding, uint64_t now_ms, uint8_t *ret_record);

/* The length of the answer from its first two bytes. ERROR_PROTOCOL_VIOLATION: no answer is that
 * long (the channel is left as it is). */
enum error channel_answer_length(const uint8_t prefix[CHANNEL_LENGTH_SIZE], size_t *ret_length);

/* The sealed length in a record's first two bytes. ERROR_PROTOCOL_VIOLATION: no record is that long
 * (the channel is left as it is). */
enum error channel_record_length(const uint8_t prefix[CHANNEL_LENGTH_SIZE], size_t *ret_length);

/* Opens one sealed record, given without its length prefix, in place: `ret_data` points into it.
 * ERROR_PROTOCOL_VIOLATION: forged, out of order, or malformed. ERROR_CONNECTION_LOST: the channel
 * had failed before. */
enum error channel_open(struct channel *channel, uint8_t *sealed, size_t length,
                        enum channel_record *ret_type, const uint8_t **ret_data,
                        size_t *ret_data_length);

/* True some time before the channel seals nothing more: a client should connect anew at the next
 * quiet moment. */
bool channel_renewal_due(const struct channel *channel, uint64_t now_ms);

#endif
