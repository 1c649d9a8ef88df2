/* A link fed with a stream of the fuzzer's choice, in pieces of its choice: raw from a stranger, or
 * sealed by a peer that has the keys and bad intentions. The first byte chooses:
 *   bit 0: the link is a client, else a server    bit 1: it is encrypted
 *   bit 2: encrypted: the handshake is done first, and the input is sealed record by record */
#include "proto/link.h"

#include <stdlib.h>
#include <string.h>

#include "proto/channel.h"
#include "proto/handshake_payload.h"
#include "proto/require.h"
#include "tests/fuzz/fuzz.h"

#define OBJECT_MAX 4096

static const uint8_t link_ephemeral[NOISE_KEY_SIZE] = {1};
static const uint8_t other_ephemeral[NOISE_KEY_SIZE] = {2};
static const uint8_t host_private_key[NOISE_KEY_SIZE] = {3};

static const struct scanner_limits limits = {
    .bytes_max = OBJECT_MAX, .depth_max = 8, .elements_max = 100, .pairs_max = 20};

static enum error on_peer_key(void *context, const uint8_t key[NOISE_KEY_SIZE])
{
    (void)context;
    (void)key;
    return ERROR_NONE;
}

/* What is handed on must be one whole object within the limits; it is sent back as it is. */
static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct link **link = context;
    struct scanner scanner;
    size_t taken;

    scanner_init(&scanner, &limits);
    require(length > 0 && length <= OBJECT_MAX);
    require(scanner_feed(&scanner, bytes, length, &taken) == SCANNER_DONE && taken == length);
    if (bytes[0] == 0xc0) {
        link_sign_in_done(*link);
    }
    if (bytes[0] == 0xc3) {
        (void)link_send_close(*link, 0);
    }
    return link_send(*link, bytes, length, bytes[0] == 0x01, 0) == ERROR_NO_MEMORY ? ERROR_NO_MEMORY
                                                                                   : ERROR_NONE;
}

static void drain(struct link *link)
{
    size_t length;

    while (link_output(link, &length) != NULL) {
        link_output_taken(link, length > 100 ? length - 7 : length);
    }
    require(link_output_size(link) == 0);
}

/* A copy, so that reading past its end shows. */
static enum error feed(struct link *link, const uint8_t *bytes, size_t length)
{
    uint8_t *copy = malloc(length + 1);

    memcpy(copy, bytes, length);
    enum error error = link_feed(link, copy, length, 0);
    free(copy);
    drain(link);
    return error;
}

/* Takes one byte of the input as the length of the next piece. */
static size_t next_piece(const uint8_t **data, size_t *size)
{
    size_t piece = **data;

    (*data)++;
    (*size)--;
    if (piece > 200) {
        piece = (piece - 200) * 100;
    }
    return piece < *size ? piece : *size;
}

static void feed_raw(struct link *link, const uint8_t *data, size_t size)
{
    enum error error = ERROR_NONE;

    while (size > 0 && error == ERROR_NONE) {
        size_t piece = next_piece(&data, &size);
        error = feed(link, data, piece);
        data += piece;
        size -= piece;
    }
    if (error != ERROR_NONE) {
        require(feed(link, (const uint8_t *)"x", 1) == ERROR_CONNECTION_LOST);
    }
}

/* Plays the other side of the handshake; returns the cipher with which it then sends. */
static struct noise_cipher shake_hands(struct link *link, bool link_is_client,
                                       const struct noise_keypair *host_key)
{
    uint8_t payload[HANDSHAKE_PAYLOAD_SIZE_MAX];
    uint8_t message[CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MAX];
    struct channel other;
    size_t length;

    channel_init(&other, link_is_client ? CHANNEL_SERVER : CHANNEL_CLIENT, other_ephemeral);
    if (link_is_client) {
        const uint8_t *greeting = link_output(link, &length);
        require(channel_read_greeting(&other, greeting) == ERROR_NONE);
        require(channel_write_answer(&other, host_key, payload, handshake_payload_write(payload), 0,
                                     message, &length) == ERROR_NONE);
        require(feed(link, message, length) == ERROR_NONE);
    } else {
        uint8_t answered[CHANNEL_ANSWER_PAYLOAD_MAX];
        channel_write_greeting(&other, message);
        uint8_t copy[CHANNEL_GREETING_SIZE];
        memcpy(copy, message, sizeof copy);
        require(link_feed(link, copy, sizeof copy, 0) == ERROR_NONE);
        const uint8_t *answer = link_output(link, &length);
        require(channel_read_answer(&other, answer + CHANNEL_LENGTH_SIZE,
                                    length - CHANNEL_LENGTH_SIZE, 0, answered,
                                    &length) == ERROR_NONE);
        drain(link);
    }
    require(link_established(link));
    return other.sending;
}

/* Each piece becomes the plaintext of one record, filled up with zeros. */
static void feed_sealed(struct link *link, struct noise_cipher *cipher, const uint8_t *data,
                        size_t size)
{
    enum error error = ERROR_NONE;

    while (size > 0 && error == ERROR_NONE) {
        size_t piece = next_piece(&data, &size);
        size_t plain_size = (piece / CHANNEL_PADDING + 1) * CHANNEL_PADDING;
        uint8_t *record = calloc(1, CHANNEL_LENGTH_SIZE + plain_size + NOISE_TAG_SIZE);
        uint8_t *plain = record + CHANNEL_LENGTH_SIZE;

        memcpy(plain, data, piece);
        size_t sealed_size = noise_cipher_encrypt(cipher, NULL, 0, plain, plain_size, plain);
        record[0] = (uint8_t)(sealed_size >> 8);
        record[1] = (uint8_t)sealed_size;
        size_t cut = piece % (sealed_size + CHANNEL_LENGTH_SIZE);
        error = feed(link, record, cut);
        if (error == ERROR_NONE) {
            error = feed(link, record + cut, CHANNEL_LENGTH_SIZE + sealed_size - cut);
        }
        free(record);
        data += piece;
        size -= piece;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct link_callbacks callbacks = {
        .on_peer_key = on_peer_key,
        .on_object = on_object,
    };
    static struct noise_keypair host_key;
    struct link *link = NULL;

    if (size == 0 || noise_start() != ERROR_NONE) {
        return 0;
    }
    noise_keypair_from_private(host_private_key, &host_key);
    bool client = (data[0] & 1) != 0;
    bool encrypted = (data[0] & 2) != 0;
    bool established = (data[0] & 4) != 0;
    link = link_create(&(struct link_settings){
        .side = client ? LINK_CLIENT : LINK_SERVER,
        .encrypted = encrypted,
        .host_key = &host_key,
        .ephemeral = link_ephemeral,
        .limits = limits,
        .output_bytes_max = 16 * OBJECT_MAX,
        .callbacks = &callbacks,
        .context = &link,
    });
    require(link != NULL && link_start(link) == ERROR_NONE);
    if (encrypted && established) {
        struct noise_cipher cipher = shake_hands(link, client, &host_key);
        feed_sealed(link, &cipher, data + 1, size - 1);
    } else {
        feed_raw(link, data + 1, size - 1);
    }
    link_destroy(link);
    return 0;
}
