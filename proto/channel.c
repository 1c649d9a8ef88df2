/* Framing and rules around the NX handshake: preamble, lengths, record layout, padding, rekeying
 * and the end of a channel's life. Cryptography is in proto/noise and proto/handshake. */
#include "proto/channel.h"

#include <sodium.h>
#include <string.h>

#include "proto/require.h"

/* The client is told to connect anew this long before the end. */
#define RENEWAL_MARGIN_MS      (UINT64_C(30) * 60 * 1000)
#define RENEWAL_MARGIN_RECORDS (UINT64_C(1) << 20)

/* Preamble, then the only length a first message can have. */
static const uint8_t greeting_start[CHANNEL_PREAMBLE_SIZE + CHANNEL_LENGTH_SIZE] = {
    'T', 'T', 'Y', 'D', 'E', 'S', 'K', 0x01, 0x00, HANDSHAKE_FIRST_SIZE,
};

static void write_length(uint8_t *at, size_t length)
{
    at[0] = (uint8_t)(length >> 8);
    at[1] = (uint8_t)length;
}

static size_t read_length(const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

/* Ends the channel, keeping no key. */
static enum error fail(struct channel *channel, enum error error)
{
    channel_finish(channel);
    channel->state = CHANNEL_FAILED;
    return error;
}

void channel_init(struct channel *channel, enum channel_side side,
                  const uint8_t ephemeral[NOISE_KEY_SIZE])
{
    memset(channel, 0, sizeof *channel);
    channel->side = side;
    handshake_start(&channel->handshake, ephemeral, greeting_start, CHANNEL_PREAMBLE_SIZE);
}

void channel_finish(struct channel *channel)
{
    sodium_memzero(channel, sizeof *channel);
}

void channel_write_greeting(struct channel *channel, uint8_t ret_greeting[CHANNEL_GREETING_SIZE])
{
    require(channel->side == CHANNEL_CLIENT && channel->state == CHANNEL_START);
    memcpy(ret_greeting, greeting_start, sizeof greeting_start);
    handshake_write_first(&channel->handshake, NULL, 0, ret_greeting + sizeof greeting_start);
    channel->state = CHANNEL_GREETED;
}

bool channel_greeting_possible(const uint8_t *bytes, size_t length)
{
    size_t compared = length < sizeof greeting_start ? length : sizeof greeting_start;

    return compared == 0 || memcmp(bytes, greeting_start, compared) == 0;
}

enum error channel_read_greeting(struct channel *channel,
                                 const uint8_t greeting[CHANNEL_GREETING_SIZE])
{
    uint8_t payload[1];
    size_t payload_length;

    require(channel->side == CHANNEL_SERVER && channel->state == CHANNEL_START);
    if (!channel_greeting_possible(greeting, CHANNEL_GREETING_SIZE) ||
        handshake_read_first(&channel->handshake, greeting + sizeof greeting_start,
                             HANDSHAKE_FIRST_SIZE, payload, &payload_length) != ERROR_NONE) {
        return fail(channel, ERROR_PROTOCOL_VIOLATION);
    }
    channel->state = CHANNEL_GREETED;
    return ERROR_NONE;
}

/* Both sides have the same handshake now; from here on each direction has its own key. */
static void open_channel(struct channel *channel, uint64_t now_ms)
{
    bool client = channel->side == CHANNEL_CLIENT;

    handshake_split(&channel->handshake, client ? &channel->sending : &channel->receiving,
                    client ? &channel->receiving : &channel->sending, channel->hash);
    channel->opened_ms = now_ms;
    channel->state = CHANNEL_OPEN;
}

enum error channel_write_answer(struct channel *channel, const struct noise_keypair *host_key,
                                const uint8_t *payload, size_t length, uint64_t now_ms,
                                uint8_t *ret_answer, size_t *ret_answer_length)
{
    require(channel->side == CHANNEL_SERVER && channel->state == CHANNEL_GREETED);
    require(length <= CHANNEL_ANSWER_PAYLOAD_MAX);

    enum error error = handshake_write_second(&channel->handshake, host_key, payload, length,
                                              ret_answer + CHANNEL_LENGTH_SIZE);
    if (error != ERROR_NONE) {
        return fail(channel, error);
    }
    write_length(ret_answer, HANDSHAKE_SECOND_SIZE + length);
    *ret_answer_length = CHANNEL_LENGTH_SIZE + HANDSHAKE_SECOND_SIZE + length;
    open_channel(channel, now_ms);
    return ERROR_NONE;
}

enum error channel_read_answer(struct channel *channel, const uint8_t *answer, size_t length,
                               uint64_t now_ms, uint8_t *ret_payload, size_t *ret_payload_length)
{
    require(channel->side == CHANNEL_CLIENT && channel->state == CHANNEL_GREETED);
    if (length < CHANNEL_ANSWER_SIZE_MIN || length > CHANNEL_ANSWER_SIZE_MAX) {
        return fail(channel, ERROR_PROTOCOL_VIOLATION);
    }
    enum error error =
        handshake_read_second(&channel->handshake, answer, length, ret_payload, ret_payload_length);
    if (error != ERROR_NONE) {
        return fail(channel, error);
    }
    memcpy(channel->peer_key, channel->handshake.rs, NOISE_KEY_SIZE);
    open_channel(channel, now_ms);
    return ERROR_NONE;
}

static size_t plain_size(size_t length, size_t padding)
{
    size_t size = CHANNEL_RECORD_HEADER_SIZE + length;

    return (size + padding - 1) / padding * padding;
}

size_t channel_sealed_size(size_t length, size_t padding)
{
    return CHANNEL_LENGTH_SIZE + plain_size(length, padding) + NOISE_TAG_SIZE;
}

/* Record number 1,024 is the first under the second key, and so on (both directions count their own
 * records, of all types). */
static void rekey_if_due(struct noise_cipher *cipher)
{
    if (cipher->nonce != 0 && cipher->nonce % CHANNEL_REKEY_RECORDS == 0) {
        noise_cipher_rekey(cipher);
    }
}

enum error channel_seal(struct channel *channel, enum channel_record type, const uint8_t *data,
                        size_t length, size_t padding, uint64_t now_ms, uint8_t *ret_record)
{
    size_t size = plain_size(length, padding);
    uint8_t *plain = ret_record + CHANNEL_LENGTH_SIZE;

    require(length <= CHANNEL_DATA_SIZE_MAX);
    require(type < CHANNEL_RECORD_COUNT);
    require(padding == CHANNEL_PADDING || padding == CHANNEL_PADDING_SECRET);
    if (channel->state != CHANNEL_OPEN || channel->sending.nonce >= CHANNEL_RECORDS_MAX ||
        now_ms - channel->opened_ms >= CHANNEL_LIFETIME_MS) {
        return ERROR_CONNECTION_LOST;
    }
    rekey_if_due(&channel->sending);

    plain[0] = (uint8_t)type;
    write_length(plain + 1, length);
    if (length > 0) {
        memcpy(plain + CHANNEL_RECORD_HEADER_SIZE, data, length);
    }
    memset(plain + CHANNEL_RECORD_HEADER_SIZE + length, 0,
           size - CHANNEL_RECORD_HEADER_SIZE - length);
    write_length(ret_record, noise_cipher_encrypt(&channel->sending, NULL, 0, plain, size, plain));
    return ERROR_NONE;
}

enum error channel_answer_length(const uint8_t prefix[CHANNEL_LENGTH_SIZE], size_t *ret_length)
{
    size_t length = read_length(prefix);

    if (length < CHANNEL_ANSWER_SIZE_MIN || length > CHANNEL_ANSWER_SIZE_MAX) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    *ret_length = length;
    return ERROR_NONE;
}

enum error channel_record_length(const uint8_t prefix[CHANNEL_LENGTH_SIZE], size_t *ret_length)
{
    size_t length = read_length(prefix);

    if (length < CHANNEL_SEALED_SIZE_MIN || length > CHANNEL_SEALED_SIZE_MAX ||
        (length - NOISE_TAG_SIZE) % CHANNEL_PADDING != 0) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    *ret_length = length;
    return ERROR_NONE;
}

/* A known type, a length that fits, nothing but zeros after the data. */
static bool record_well_formed(const uint8_t *plain, size_t size)
{
    size_t length = read_length(plain + 1);

    return plain[0] < CHANNEL_RECORD_COUNT && length <= size - CHANNEL_RECORD_HEADER_SIZE &&
           sodium_is_zero(plain + CHANNEL_RECORD_HEADER_SIZE + length,
                          size - CHANNEL_RECORD_HEADER_SIZE - length);
}

enum error channel_open(struct channel *channel, uint8_t *sealed, size_t length,
                        enum channel_record *ret_type, const uint8_t **ret_data,
                        size_t *ret_data_length)
{
    uint8_t prefix[CHANNEL_LENGTH_SIZE];
    size_t size;

    if (channel->state != CHANNEL_OPEN) {
        return ERROR_CONNECTION_LOST;
    }
    write_length(prefix, length);
    if (length > UINT16_MAX || channel_record_length(prefix, &size) != ERROR_NONE ||
        channel->receiving.nonce >= CHANNEL_RECORDS_MAX) {
        return fail(channel, ERROR_PROTOCOL_VIOLATION);
    }
    rekey_if_due(&channel->receiving);
    if (noise_cipher_decrypt(&channel->receiving, NULL, 0, sealed, length, sealed, &size) !=
            ERROR_NONE ||
        !record_well_formed(sealed, size)) {
        return fail(channel, ERROR_PROTOCOL_VIOLATION);
    }
    *ret_type = (enum channel_record)sealed[0];
    *ret_data = sealed + CHANNEL_RECORD_HEADER_SIZE;
    *ret_data_length = read_length(sealed + 1);
    return ERROR_NONE;
}

bool channel_renewal_due(const struct channel *channel, uint64_t now_ms)
{
    return channel->state == CHANNEL_OPEN &&
           (channel->sending.nonce >= CHANNEL_RECORDS_MAX - RENEWAL_MARGIN_RECORDS ||
            channel->receiving.nonce >= CHANNEL_RECORDS_MAX - RENEWAL_MARGIN_RECORDS ||
            now_ms - channel->opened_ms >= CHANNEL_LIFETIME_MS - RENEWAL_MARGIN_MS);
}
