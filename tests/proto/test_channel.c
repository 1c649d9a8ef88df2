/* What the channel refuses: every forged bit, every record out of its place, every malformed one,
 * and everything past its end of life. */
#include "proto/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

static const uint8_t client_ephemeral[NOISE_KEY_SIZE] = {1, 2, 3};
static const uint8_t server_ephemeral[NOISE_KEY_SIZE] = {4, 5, 6};
static const uint8_t host_private_key[NOISE_KEY_SIZE] = {7, 8, 9};
static const uint8_t answer_payload[] = {0x81, 0xa8, 'p', 'r', 'o', 't', 'o', 'c', 'o', 'l', 1};

#define ANSWER_SIZE (CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MIN + sizeof answer_payload)

/* Two sides after a handshake with keys that never change, and what went over the wire. */
struct pair {
    struct channel client;
    struct channel server;
    struct noise_keypair host_key;
    uint8_t greeting[CHANNEL_GREETING_SIZE];
    uint8_t answer[ANSWER_SIZE];
};

static void pair_greet(struct pair *pair)
{
    memset(pair, 0, sizeof *pair);
    noise_keypair_from_private(host_private_key, &pair->host_key);
    channel_init(&pair->client, CHANNEL_CLIENT, client_ephemeral);
    channel_init(&pair->server, CHANNEL_SERVER, server_ephemeral);
    channel_write_greeting(&pair->client, pair->greeting);
}

static enum error pair_answer(struct pair *pair)
{
    size_t length;
    enum error error = channel_write_answer(&pair->server, &pair->host_key, answer_payload,
                                            sizeof answer_payload, 0, pair->answer, &length);

    if (error == ERROR_NONE) {
        assert_int_equal(length, ANSWER_SIZE);
    }
    return error;
}

static enum error pair_accept(struct pair *pair, const uint8_t *answer, size_t length)
{
    uint8_t payload[CHANNEL_ANSWER_PAYLOAD_MAX];
    size_t payload_length;
    enum error error =
        channel_read_answer(&pair->client, answer + CHANNEL_LENGTH_SIZE,
                            length - CHANNEL_LENGTH_SIZE, 0, payload, &payload_length);

    if (error == ERROR_NONE) {
        assert_int_equal(payload_length, sizeof answer_payload);
        assert_memory_equal(payload, answer_payload, payload_length);
    }
    return error;
}

static void pair_open(struct pair *pair)
{
    pair_greet(pair);
    assert_int_equal(channel_read_greeting(&pair->server, pair->greeting), ERROR_NONE);
    assert_int_equal(pair_answer(pair), ERROR_NONE);
    assert_int_equal(pair_accept(pair, pair->answer, sizeof pair->answer), ERROR_NONE);
}

static void pair_finish(struct pair *pair)
{
    channel_finish(&pair->client);
    channel_finish(&pair->server);
}

struct record {
    uint8_t bytes[CHANNEL_RECORD_SIZE_MAX];
    size_t length; /* with the prefix */
};

static void seal(struct channel *channel, const char *text, size_t padding,
                 struct record *ret_record)
{
    ret_record->length = channel_sealed_size(strlen(text), padding);
    assert_int_equal(channel_seal(channel, CHANNEL_DATA, (const uint8_t *)text, strlen(text),
                                  padding, 0, ret_record->bytes),
                     ERROR_NONE);
}

/* Opens a copy, as the record is decrypted in place. */
static enum error open_record(struct channel *channel, const struct record *record,
                              enum channel_record *ret_type, char *ret_text, size_t *ret_length)
{
    static uint8_t copy[CHANNEL_RECORD_SIZE_MAX];
    const uint8_t *data;

    memcpy(copy, record->bytes, record->length);
    enum error error =
        channel_open(channel, copy + CHANNEL_LENGTH_SIZE, record->length - CHANNEL_LENGTH_SIZE,
                     ret_type, &data, ret_length);
    if (error == ERROR_NONE) {
        memcpy(ret_text, data, *ret_length);
    }
    return error;
}

static enum error try_open(struct channel *channel, const struct record *record)
{
    static char text[CHANNEL_DATA_SIZE_MAX];
    enum channel_record type;
    size_t length;

    return open_record(channel, record, &type, text, &length);
}

static void assert_opens_as(struct channel *channel, const struct record *record, const char *text)
{
    static char opened[CHANNEL_DATA_SIZE_MAX];
    enum channel_record type;
    size_t length;

    assert_int_equal(open_record(channel, record, &type, opened, &length), ERROR_NONE);
    assert_int_equal(type, CHANNEL_DATA);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(opened, text, length);
}

/* The basis of everything: both sides get what the other sent, in both directions. */
static void both_sides_read_what_the_other_sealed(void **state)
{
    struct pair pair;
    struct record record;

    (void)state;
    pair_open(&pair);
    assert_memory_equal(pair.client.peer_key, pair.host_key.public_key, NOISE_KEY_SIZE);
    assert_memory_equal(pair.client.hash, pair.server.hash, NOISE_HASH_SIZE);
    for (int i = 0; i < 3; i++) {
        seal(&pair.client, "from the client", CHANNEL_PADDING, &record);
        assert_opens_as(&pair.server, &record, "from the client");
        seal(&pair.server, "from the server", CHANNEL_PADDING_SECRET, &record);
        assert_opens_as(&pair.client, &record, "from the server");
    }
    pair_finish(&pair);
}

/* Whoever holds another key must be seen as such: the caller compares peer_key with its pin. */
static void another_host_key_shows_as_another_peer_key(void **state)
{
    struct pair pair;
    struct noise_keypair pinned;

    (void)state;
    noise_keypair_from_private((const uint8_t[NOISE_KEY_SIZE]){99}, &pinned);
    pair_open(&pair);
    assert_memory_not_equal(pair.client.peer_key, pinned.public_key, NOISE_KEY_SIZE);
    pair_finish(&pair);
}

/* One bit of the first message flipped on its way: the server or then the client must notice. Bit
 * 255 of the ephemeral is ignored by X25519, so only the client can notice that one. */
static void every_flipped_bit_of_the_greeting_is_noticed(void **state)
{
    size_t noticed_by_server = 0;

    (void)state;
    for (size_t bit = 0; bit < CHANNEL_GREETING_SIZE * 8; bit++) {
        struct pair pair;
        pair_greet(&pair);
        pair.greeting[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (channel_read_greeting(&pair.server, pair.greeting) != ERROR_NONE ||
            pair_answer(&pair) != ERROR_NONE) {
            noticed_by_server++;
        } else {
            assert_int_equal(pair_accept(&pair, pair.answer, sizeof pair.answer),
                             ERROR_PROTOCOL_VIOLATION);
        }
        pair_finish(&pair);
    }
    assert_true(noticed_by_server >= (CHANNEL_PREAMBLE_SIZE + CHANNEL_LENGTH_SIZE) * 8);
}

/* The same for the answer, length prefix aside, which only says where it ends. */
static void every_flipped_bit_of_the_answer_is_noticed(void **state)
{
    (void)state;
    for (size_t bit = CHANNEL_LENGTH_SIZE * 8; bit < ANSWER_SIZE * 8; bit++) {
        struct pair pair;
        pair_greet(&pair);
        assert_int_equal(channel_read_greeting(&pair.server, pair.greeting), ERROR_NONE);
        assert_int_equal(pair_answer(&pair), ERROR_NONE);
        pair.answer[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_int_equal(pair_accept(&pair, pair.answer, sizeof pair.answer),
                         ERROR_PROTOCOL_VIOLATION);
        assert_int_equal(pair.client.state, CHANNEL_FAILED);
        pair_finish(&pair);
    }
}

/* No forged record may ever open: each bit of three records, prefix included. */
static void every_flipped_bit_of_a_record_is_noticed(void **state)
{
    static const char *texts[] = {"", "a ticket",
                                  "exactly sixty-one characters, so that no padding is there ..."};
    static const size_t paddings[] = {CHANNEL_PADDING, CHANNEL_PADDING_SECRET, CHANNEL_PADDING};
    size_t flips = 0;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;
        struct record record;
        pair_open(&pair);
        for (size_t before = 0; before < i; before++) {
            seal(&pair.client, texts[before], paddings[before], &record);
            assert_opens_as(&pair.server, &record, texts[before]);
        }
        seal(&pair.client, texts[i], paddings[i], &record);
        for (size_t bit = 0; bit < record.length * 8; bit++, flips++) {
            struct channel server = pair.server;
            struct record forged = record;
            size_t length;
            forged.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (channel_record_length(forged.bytes, &length) != ERROR_NONE) {
                continue;
            }
            forged.length = length + CHANNEL_LENGTH_SIZE;
            assert_int_equal(try_open(&server, &forged), ERROR_PROTOCOL_VIOLATION);
            assert_int_equal(server.state, CHANNEL_FAILED);
        }
        assert_opens_as(&pair.server, &record, texts[i]);
        pair_finish(&pair);
    }
    assert_true(flips >= 3000);
}

/* Somebody on the path can drop, repeat, reorder, reflect: each must end the channel. */
static void records_out_of_their_place_are_refused(void **state)
{
    struct pair pair;
    struct record first;
    struct record second;
    struct channel server;

    (void)state;
    pair_open(&pair);
    seal(&pair.client, "first", CHANNEL_PADDING, &first);
    seal(&pair.client, "second", CHANNEL_PADDING, &second);

    server = pair.server; /* dropped, or reordered: the second comes first */
    assert_int_equal(try_open(&server, &second), ERROR_PROTOCOL_VIOLATION);

    server = pair.server; /* repeated */
    assert_opens_as(&server, &first, "first");
    assert_int_equal(try_open(&server, &first), ERROR_PROTOCOL_VIOLATION);
    /* After a failure even the right record does not open. */
    assert_int_equal(try_open(&server, &second), ERROR_CONNECTION_LOST);

    /* reflected to its sender */
    assert_int_equal(try_open(&pair.client, &first), ERROR_PROTOCOL_VIOLATION);
    pair_finish(&pair);
}

/* A record cut at any place, or continued, is no record. */
static void truncated_and_extended_records_are_refused(void **state)
{
    struct pair pair;
    struct record record;

    (void)state;
    pair_open(&pair);
    seal(&pair.client, "to be cut", CHANNEL_PADDING_SECRET, &record);
    for (size_t length = CHANNEL_LENGTH_SIZE; length < record.length + 130; length++) {
        struct record cut = record;
        struct channel server = pair.server;
        cut.length = length;
        if (length != record.length) {
            assert_int_equal(try_open(&server, &cut), ERROR_PROTOCOL_VIOLATION);
        }
    }
    assert_opens_as(&pair.server, &record, "to be cut");
    pair_finish(&pair);
}

/* The sizes on the wire are all an onlooker learns; they are fixed by the protocol. */
static void record_sizes_follow_the_padding(void **state)
{
    size_t length;

    (void)state;
    assert_int_equal(channel_sealed_size(0, CHANNEL_PADDING), 2 + 64 + 16);
    assert_int_equal(channel_sealed_size(61, CHANNEL_PADDING), 2 + 64 + 16);
    assert_int_equal(channel_sealed_size(62, CHANNEL_PADDING), 2 + 128 + 16);
    assert_int_equal(channel_sealed_size(0, CHANNEL_PADDING_SECRET), 2 + 512 + 16);
    assert_int_equal(channel_sealed_size(509, CHANNEL_PADDING_SECRET), 2 + 512 + 16);
    assert_int_equal(channel_sealed_size(510, CHANNEL_PADDING_SECRET), 2 + 1024 + 16);
    assert_int_equal(channel_sealed_size(16381, CHANNEL_PADDING), 2 + 16384 + 16);
    assert_int_equal(channel_sealed_size(16381, CHANNEL_PADDING_SECRET), 2 + 16384 + 16);

    for (unsigned value = 0; value <= UINT16_MAX; value++) {
        uint8_t prefix[2] = {(uint8_t)(value >> 8), (uint8_t)value};
        bool lawful = value >= 80 && value <= 16400 && (value - 16) % 64 == 0;
        assert_int_equal(channel_record_length(prefix, &length),
                         lawful ? ERROR_NONE : ERROR_PROTOCOL_VIOLATION);
        if (lawful) {
            assert_int_equal(length, value);
        }
    }
}

/* The longest record must fit the room its constants promise. */
static void the_longest_record_opens(void **state)
{
    static char text[CHANNEL_DATA_SIZE_MAX + 1];
    struct pair pair;
    struct record record;

    (void)state;
    memset(text, 'x', CHANNEL_DATA_SIZE_MAX);
    pair_open(&pair);
    seal(&pair.client, text, CHANNEL_PADDING, &record);
    assert_int_equal(record.length, CHANNEL_RECORD_SIZE_MAX);
    assert_opens_as(&pair.server, &record, text);
    pair_finish(&pair);
}

/* Sealed with the right key but laid out wrongly: such a peer is not ours, whatever it means. */
static void malformed_plaintext_is_refused(void **state)
{
    static const struct {
        size_t size;
        uint8_t start[4];
        uint8_t last;
    } cases[] = {
        {64, {3, 0, 0, 0}, 0},       /* unknown type */
        {64, {0xff, 0, 0, 0}, 0},    /* unknown type */
        {64, {0, 0, 62, 'x'}, 0},    /* data longer than the record */
        {64, {0, 0xff, 0xff, 0}, 0}, /* data much longer */
        {64, {0, 0, 0, 1}, 0},       /* padding is not zero at its start */
        {64, {0, 0, 60, 'x'}, 1},    /* nor at its end */
        {64, {2, 0, 0, 0}, 1},       /* in a close record neither */
        {16448, {0, 0, 0, 0}, 0},    /* longer than a record may be */
        {63, {0, 0, 0, 0}, 0},       /* not a multiple of 64 */
        {0, {0}, 0},                 /* nothing at all */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static uint8_t plain[16448 + NOISE_TAG_SIZE];
        enum channel_record type;
        const uint8_t *data;
        size_t length;
        struct pair pair;
        pair_open(&pair);
        memset(plain, 0, sizeof plain);
        memcpy(plain, cases[i].start, sizeof cases[i].start);
        if (cases[i].size > 4) {
            plain[cases[i].size - 1] = cases[i].last;
        }
        size_t sealed =
            noise_cipher_encrypt(&pair.client.sending, NULL, 0, plain, cases[i].size, plain);
        assert_int_equal(channel_open(&pair.server, plain, sealed, &type, &data, &length),
                         ERROR_PROTOCOL_VIOLATION);
        pair_finish(&pair);
    }
}

/* An answer that is cut, empty or too long must not be read past its end. */
static void answers_of_another_length_are_refused(void **state)
{
    static uint8_t answer[CHANNEL_LENGTH_SIZE + CHANNEL_ANSWER_SIZE_MAX + 1];

    (void)state;
    for (size_t length = CHANNEL_LENGTH_SIZE; length <= sizeof answer; length++) {
        struct pair pair;
        if (length == ANSWER_SIZE || (length > ANSWER_SIZE + 4 && length < sizeof answer - 2)) {
            continue;
        }
        pair_greet(&pair);
        assert_int_equal(channel_read_greeting(&pair.server, pair.greeting), ERROR_NONE);
        assert_int_equal(pair_answer(&pair), ERROR_NONE);
        memset(answer, 0, sizeof answer);
        memcpy(answer, pair.answer, sizeof pair.answer);
        assert_int_equal(pair_accept(&pair, answer, length), ERROR_PROTOCOL_VIOLATION);
        pair_finish(&pair);
    }
}

/* A client key of low order would make the session key known to everybody. */
static void a_greeting_with_a_key_of_low_order_is_refused(void **state)
{
    struct pair pair;

    (void)state;
    for (uint8_t low = 0; low < 2; low++) {
        pair_greet(&pair);
        memset(pair.greeting + 10, 0, NOISE_KEY_SIZE);
        pair.greeting[10] = low;
        assert_int_equal(channel_read_greeting(&pair.server, pair.greeting), ERROR_NONE);
        assert_int_equal(pair_answer(&pair), ERROR_PROTOCOL_VIOLATION);
        assert_int_equal(pair.server.state, CHANNEL_FAILED);
        pair_finish(&pair);
    }
}

/* Another version has another preamble; a byte that cannot belong to ours ends it at once. */
static void a_wrong_preamble_is_seen_at_its_first_wrong_byte(void **state)
{
    static const uint8_t start[] = {'T', 'T', 'Y', 'D', 'E', 'S', 'K', 1, 0, 32};

    (void)state;
    assert_true(channel_greeting_possible(NULL, 0));
    for (size_t i = 0; i < sizeof start; i++) {
        uint8_t wrong[sizeof start];
        assert_true(channel_greeting_possible(start, i + 1));
        memcpy(wrong, start, sizeof start);
        wrong[i] ^= 2;
        assert_false(channel_greeting_possible(wrong, i + 1));
        assert_false(channel_greeting_possible(wrong, sizeof wrong));
    }
}

/* Rekeying at another record than the peer does would break every long connection. */
static void rekeying_happens_before_record_1024_in_each_direction(void **state)
{
    struct pair pair;
    struct record record;
    uint8_t first_key[NOISE_KEY_SIZE];
    uint8_t third_key[NOISE_KEY_SIZE];

    (void)state;
    pair_open(&pair);
    memcpy(first_key, pair.client.sending.key, sizeof first_key);
    for (unsigned i = 0; i < 1024; i++) {
        seal(&pair.client, "x", CHANNEL_PADDING, &record);
        assert_opens_as(&pair.server, &record, "x");
    }
    assert_memory_equal(pair.client.sending.key, first_key, sizeof first_key);
    for (unsigned i = 1024; i < 2048; i++) {
        seal(&pair.client, "x", CHANNEL_PADDING, &record);
        assert_memory_not_equal(pair.client.sending.key, first_key, sizeof first_key);
        assert_opens_as(&pair.server, &record, "x");
    }

    struct noise_cipher reference = {.has_key = true};
    memcpy(reference.key, first_key, sizeof first_key);
    noise_cipher_rekey(&reference);
    assert_memory_equal(pair.client.sending.key, reference.key, sizeof first_key);
    noise_cipher_rekey(&reference);
    memcpy(third_key, reference.key, sizeof third_key);
    seal(&pair.client, "x", CHANNEL_PADDING, &record);
    assert_memory_equal(pair.client.sending.key, third_key, sizeof third_key);
    assert_opens_as(&pair.server, &record, "x");

    /* The other direction has counted nothing. */
    assert_int_equal(pair.server.sending.nonce, 0);
    seal(&pair.server, "y", CHANNEL_PADDING, &record);
    assert_opens_as(&pair.client, &record, "y");
    pair_finish(&pair);
}

/* Two sides set to the same record number, which is also where rekeying is due. */
static void set_record_number(struct pair *pair, uint64_t number)
{
    pair->client.sending.nonce = number;
    pair->server.receiving.nonce = number;
}

/* No key may seal more than 2^32 records. */
static void nothing_is_sealed_after_the_last_record(void **state)
{
    struct pair pair;
    struct record record;
    uint8_t room[CHANNEL_RECORD_SIZE_MAX];

    (void)state;
    pair_open(&pair);
    set_record_number(&pair, CHANNEL_RECORDS_MAX - 1);
    assert_true(channel_renewal_due(&pair.client, 0));
    seal(&pair.client, "the last", CHANNEL_PADDING, &record);
    assert_opens_as(&pair.server, &record, "the last");
    assert_int_equal(channel_seal(&pair.client, CHANNEL_CLOSE, NULL, 0, CHANNEL_PADDING, 0, room),
                     ERROR_CONNECTION_LOST);
    /* A sender that goes on is stopped by the receiver. */
    assert_int_equal(try_open(&pair.server, &record), ERROR_PROTOCOL_VIOLATION);
    pair_finish(&pair);
}

/* Nor after a day; the client is told half an hour before. */
static void nothing_is_sealed_after_a_day(void **state)
{
    const uint64_t day_ms = UINT64_C(86400000);
    uint8_t room[CHANNEL_RECORD_SIZE_MAX];
    struct pair pair;

    (void)state;
    pair_open(&pair);
    assert_false(channel_renewal_due(&pair.client, day_ms - 1800001));
    assert_true(channel_renewal_due(&pair.client, day_ms - 1800000));
    assert_int_equal(
        channel_seal(&pair.client, CHANNEL_DATA, NULL, 0, CHANNEL_PADDING, day_ms - 1, room),
        ERROR_NONE);
    assert_int_equal(
        channel_seal(&pair.client, CHANNEL_DATA, NULL, 0, CHANNEL_PADDING, day_ms, room),
        ERROR_CONNECTION_LOST);
    pair_finish(&pair);
}

/* Memory read later must not give away an earlier connection. */
static void no_secret_is_left_after_the_handshake_and_after_the_end(void **state)
{
    struct pair pair;
    struct channel failed;
    struct record record;

    (void)state;
    pair_open(&pair);
    assert_true(
        sodium_is_zero((const uint8_t *)&pair.client.handshake, sizeof pair.client.handshake));
    assert_true(
        sodium_is_zero((const uint8_t *)&pair.server.handshake, sizeof pair.server.handshake));
    seal(&pair.client, "x", CHANNEL_PADDING, &record);
    record.bytes[10] ^= 1;
    failed = pair.server;
    assert_int_equal(try_open(&failed, &record), ERROR_PROTOCOL_VIOLATION);
    assert_true(sodium_is_zero((const uint8_t *)&failed.sending, sizeof failed.sending));
    assert_true(sodium_is_zero((const uint8_t *)&failed.receiving, sizeof failed.receiving));
    pair_finish(&pair);
    assert_true(sodium_is_zero((const uint8_t *)&pair.client, sizeof pair.client));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sides_read_what_the_other_sealed),
        cmocka_unit_test(another_host_key_shows_as_another_peer_key),
        cmocka_unit_test(every_flipped_bit_of_the_greeting_is_noticed),
        cmocka_unit_test(every_flipped_bit_of_the_answer_is_noticed),
        cmocka_unit_test(every_flipped_bit_of_a_record_is_noticed),
        cmocka_unit_test(records_out_of_their_place_are_refused),
        cmocka_unit_test(truncated_and_extended_records_are_refused),
        cmocka_unit_test(record_sizes_follow_the_padding),
        cmocka_unit_test(the_longest_record_opens),
        cmocka_unit_test(malformed_plaintext_is_refused),
        cmocka_unit_test(answers_of_another_length_are_refused),
        cmocka_unit_test(a_greeting_with_a_key_of_low_order_is_refused),
        cmocka_unit_test(a_wrong_preamble_is_seen_at_its_first_wrong_byte),
        cmocka_unit_test(rekeying_happens_before_record_1024_in_each_direction),
        cmocka_unit_test(nothing_is_sealed_after_the_last_record),
        cmocka_unit_test(nothing_is_sealed_after_a_day),
        cmocka_unit_test(no_secret_is_left_after_the_handshake_and_after_the_end),
    };

    if (noise_start() != ERROR_NONE) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
