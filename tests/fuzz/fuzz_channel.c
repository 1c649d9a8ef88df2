/* The channel's functions with bytes of the fuzzer's choice: greeting, answer, sealed records, and
 * records that are sealed well but laid out badly. Keys are always the same. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/channel.h"
#include "proto/require.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t client_ephemeral[NOISE_KEY_SIZE] = {1};
static const uint8_t server_ephemeral[NOISE_KEY_SIZE] = {2};
static const uint8_t host_private_key[NOISE_KEY_SIZE] = {3};

struct pair {
    struct channel client;
    struct channel server;
    struct noise_keypair host_key;
};

static void open_pair(struct pair *pair)
{
    uint8_t greeting[CHANNEL_GREETING_SIZE];
    uint8_t answer[CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MIN];
    uint8_t payload[CHANNEL_ANSWER_PAYLOAD_MAX];
    size_t length;

    noise_keypair_from_private(host_private_key, &pair->host_key);
    channel_init(&pair->client, CHANNEL_CLIENT, client_ephemeral);
    channel_init(&pair->server, CHANNEL_SERVER, server_ephemeral);
    channel_write_greeting(&pair->client, greeting);
    require(channel_read_greeting(&pair->server, greeting) == ERROR_NONE);
    require(channel_write_answer(&pair->server, &pair->host_key, NULL, 0, 0, answer, &length) ==
            ERROR_NONE);
    require(channel_read_answer(&pair->client, answer + CHANNEL_LENGTH_SIZE,
                                length - CHANNEL_LENGTH_SIZE, 0, payload, &length) == ERROR_NONE);
}

static void try_greeting(const struct noise_keypair *host_key, const uint8_t *data, size_t size)
{
    uint8_t greeting[CHANNEL_GREETING_SIZE] = {0};
    uint8_t answer[CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MIN];
    struct channel server;
    size_t length;

    (void)channel_greeting_possible(data, size);
    memcpy(greeting, data, size < sizeof greeting ? size : sizeof greeting);
    channel_init(&server, CHANNEL_SERVER, server_ephemeral);
    if (channel_read_greeting(&server, greeting) == ERROR_NONE) {
        (void)channel_write_answer(&server, host_key, NULL, 0, 0, answer, &length);
    }
    channel_finish(&server);
}

static void try_answer(const uint8_t *data, size_t size)
{
    uint8_t greeting[CHANNEL_GREETING_SIZE];
    uint8_t payload[CHANNEL_ANSWER_PAYLOAD_MAX];
    struct channel client;
    size_t length;

    channel_init(&client, CHANNEL_CLIENT, client_ephemeral);
    channel_write_greeting(&client, greeting);
    (void)channel_read_answer(&client, data, size, 0, payload, &length);
    channel_finish(&client);
}

/* Nothing that the fuzzer makes up may open: it does not have the key. */
static void try_forgery(const struct channel *receiver, const uint8_t *data, size_t size)
{
    struct channel channel = *receiver;
    uint8_t *sealed = malloc(size + 1);
    enum channel_record type;
    const uint8_t *opened;
    size_t length;

    memcpy(sealed, data, size);
    require(channel_open(&channel, sealed, size, &type, &opened, &length) != ERROR_NONE);
    require(channel.state == CHANNEL_FAILED);
    free(sealed);
}

/* A peer with the key: what it seals opens exactly when it is well formed. */
static void try_plaintext(const struct pair *pair, const uint8_t *data, size_t size)
{
    struct channel sender = pair->client;
    struct channel receiver = pair->server;
    uint8_t *sealed = malloc(size + NOISE_TAG_SIZE);
    enum channel_record type;
    const uint8_t *opened;
    size_t length;

    size_t sealed_size = noise_cipher_encrypt(&sender.sending, NULL, 0, data, size, sealed);
    enum error error = channel_open(&receiver, sealed, sealed_size, &type, &opened, &length);
    if (error == ERROR_NONE) {
        require(size % CHANNEL_PADDING == 0 && size <= CHANNEL_PLAIN_SIZE_MAX);
        require(data[0] == (uint8_t)type && type < CHANNEL_RECORD_COUNT);
        require(length <= size - CHANNEL_RECORD_HEADER_SIZE);
        require(memcmp(opened, data + CHANNEL_RECORD_HEADER_SIZE, length) == 0);
        for (size_t i = CHANNEL_RECORD_HEADER_SIZE + length; i < size; i++) {
            require(data[i] == 0);
        }
    }
    free(sealed);
}

/* What we seal, the other side opens. */
static void try_round_trip(const struct pair *pair, const uint8_t *data, size_t size)
{
    struct channel sender = pair->server;
    struct channel receiver = pair->client;
    size_t length = size < CHANNEL_DATA_SIZE_MAX ? size : CHANNEL_DATA_SIZE_MAX;
    size_t padding = size % 2 == 0 ? CHANNEL_PADDING : CHANNEL_PADDING_SECRET;
    size_t record_size = channel_sealed_size(length, padding);
    uint8_t *record = malloc(record_size);
    enum channel_record type;
    const uint8_t *opened;
    size_t opened_length;
    size_t sealed_size;

    require(channel_seal(&sender, CHANNEL_DATA, data, length, padding, 0, record) == ERROR_NONE);
    require(channel_record_length(record, &sealed_size) == ERROR_NONE);
    require(sealed_size == record_size - CHANNEL_LENGTH_SIZE);
    require(channel_open(&receiver, record + CHANNEL_LENGTH_SIZE, sealed_size, &type, &opened,
                         &opened_length) == ERROR_NONE);
    require(type == CHANNEL_DATA && opened_length == length);
    require(memcmp(opened, data, length) == 0);
    free(record);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct pair pair;

    if (pair.client.state != CHANNEL_OPEN) {
        require(noise_start() == ERROR_NONE);
        open_pair(&pair);
    }
    if (size == 0) {
        return 0;
    }
    switch (data[0] % 5) {
    case 0:
        try_greeting(&pair.host_key, data + 1, size - 1);
        break;
    case 1:
        try_answer(data + 1, size - 1);
        break;
    case 2:
        try_forgery(&pair.server, data + 1, size - 1);
        break;
    case 3:
        try_plaintext(&pair, data + 1, size - 1);
        break;
    default:
        try_round_trip(&pair, data + 1, size - 1);
        break;
    }
    return 0;
}
