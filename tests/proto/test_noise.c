/* Holds proto/noise and proto/handshake against published vectors: every ciphertext and every
 * handshake hash of the twelve interactive patterns, which all run on the same symmetric state. */
#include "proto/noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/fingerprint.h"
#include "proto/handshake.h"

#define BYTES_MAX    512
#define MESSAGES_MAX 6
#define LINE_SIZE    2400

struct bytes {
    size_t length;
    uint8_t at[BYTES_MAX];
};

/* What a vector says about one side. */
struct side {
    struct bytes prologue;
    struct bytes s;  /* private; empty when the side has none */
    struct bytes e;  /* private */
    struct bytes rs; /* public, known beforehand; empty when not */
};

struct vector {
    char name[80];
    struct side initiator;
    struct side responder;
    struct bytes hash;
    struct bytes payload[MESSAGES_MAX];
    struct bytes ciphertext[MESSAGES_MAX];
    size_t message_count;
};

/* The patterns as the specification writes them, section 7.5. */
struct pattern {
    const char *name;
    const char *known_initiator; /* the pre-message -> s, or "" */
    const char *known_responder; /* the pre-message <- s, or "" */
    const char *messages[3];     /* initiator first; NULL after the last */
};

static const struct pattern patterns[] = {
    {"NN", "", "", {"e", "e ee"}},
    {"NK", "", "s", {"e es", "e ee"}},
    {"NX", "", "", {"e", "e ee s es"}},
    {"KN", "s", "", {"e", "e ee se"}},
    {"KK", "s", "s", {"e es ss", "e ee se"}},
    {"KX", "s", "", {"e", "e ee se s es"}},
    {"XN", "", "", {"e", "e ee", "s se"}},
    {"XK", "", "s", {"e es", "e ee", "s se"}},
    {"XX", "", "", {"e", "e ee s es", "s se"}},
    {"IN", "", "", {"e s", "e ee se"}},
    {"IK", "", "s", {"e es s ss", "e ee se"}},
    {"IX", "", "", {"e s", "e ee se s es"}},
};

static unsigned hex_digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c == '\0' ? NULL : strchr(digits, c);

    assert_non_null(found);
    return (unsigned)(found - digits);
}

static void bytes_from_hex(const char *hex, struct bytes *ret_bytes)
{
    size_t length = strlen(hex) / 2;

    assert_true(strlen(hex) % 2 == 0 && length <= BYTES_MAX);
    for (size_t i = 0; i < length; i++) {
        ret_bytes->at[i] = (uint8_t)(hex_digit(hex[2 * i]) << 4 | hex_digit(hex[2 * i + 1]));
    }
    ret_bytes->length = length;
}

static FILE *vectors_open(void)
{
    char path[1024];
    const char *source = getenv("TTYDESK_SOURCE_DIR");

    assert_non_null(source);
    assert_true(snprintf(path, sizeof path, "%s/tests/proto/vectors/noise.txt", source) <
                (int)sizeof path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

static struct bytes *vector_field(struct vector *vector, const char *word)
{
    const struct {
        const char *word;
        struct bytes *bytes;
    } fields[] = {
        {"init_prologue", &vector->initiator.prologue},
        {"init_static", &vector->initiator.s},
        {"init_ephemeral", &vector->initiator.e},
        {"init_remote_static", &vector->initiator.rs},
        {"resp_prologue", &vector->responder.prologue},
        {"resp_static", &vector->responder.s},
        {"resp_ephemeral", &vector->responder.e},
        {"resp_remote_static", &vector->responder.rs},
        {"handshake_hash", &vector->hash},
    };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(word, fields[i].word) == 0) {
            return fields[i].bytes;
        }
    }
    fail_msg("a word the test does not know: %s", word);
    return NULL;
}

/* The next block of the file; false at its end. */
static bool vector_read(FILE *file, struct vector *ret_vector)
{
    char line[LINE_SIZE];
    char word[32];
    char first[LINE_SIZE];
    char second[LINE_SIZE];

    memset(ret_vector, 0, sizeof *ret_vector);
    while (fgets(line, sizeof line, file) != NULL) {
        int words = sscanf(line, "%31s %2399s %2399s", word, first, second);
        if (strcmp(word, "end") == 0) {
            return true;
        } else if (strcmp(word, "protocol") == 0) {
            assert_true(words == 2 && strlen(first) < sizeof ret_vector->name);
            strcpy(ret_vector->name, first);
        } else if (strcmp(word, "message") == 0) {
            assert_true(words == 3 && ret_vector->message_count < MESSAGES_MAX);
            bytes_from_hex(first, &ret_vector->payload[ret_vector->message_count]);
            bytes_from_hex(second, &ret_vector->ciphertext[ret_vector->message_count++]);
        } else {
            assert_int_equal(words, 2);
            bytes_from_hex(first, vector_field(ret_vector, word));
        }
    }
    return false;
}

/* One side of a handshake of any pattern. */
struct party {
    bool initiator;
    struct noise_symmetric symmetric;
    struct noise_keypair s;
    struct noise_keypair e;
    uint8_t rs[NOISE_KEY_SIZE];
    uint8_t re[NOISE_KEY_SIZE];
};

static void party_init(struct party *party, bool initiator, const struct vector *vector,
                       const struct pattern *pattern)
{
    const struct side *side = initiator ? &vector->initiator : &vector->responder;

    memset(party, 0, sizeof *party);
    party->initiator = initiator;
    noise_symmetric_init(&party->symmetric, vector->name, side->prologue.at, side->prologue.length);
    noise_keypair_from_private(side->e.at, &party->e);
    if (side->s.length > 0) {
        noise_keypair_from_private(side->s.at, &party->s);
    }
    memcpy(party->rs, side->rs.at, side->rs.length);
    if (*pattern->known_initiator != '\0') {
        noise_mix_hash(&party->symmetric, initiator ? party->s.public_key : party->rs,
                       NOISE_KEY_SIZE);
    }
    if (*pattern->known_responder != '\0') {
        noise_mix_hash(&party->symmetric, initiator ? party->rs : party->s.public_key,
                       NOISE_KEY_SIZE);
    }
}

/* ee, es, se, ss: the first letter is the initiator's key, the second the responder's. */
static void party_dh(struct party *party, const char *token)
{
    char own = party->initiator ? token[0] : token[1];
    char other = party->initiator ? token[1] : token[0];

    assert_int_equal(noise_mix_dh(&party->symmetric,
                                  own == 'e' ? party->e.private_key : party->s.private_key,
                                  other == 'e' ? party->re : party->rs),
                     ERROR_NONE);
}

static size_t party_write(struct party *party, const char *tokens, const struct bytes *payload,
                          uint8_t *ret_message)
{
    uint8_t *at = ret_message;
    char copy[32];

    strcpy(copy, tokens);
    for (char *token = strtok(copy, " "); token != NULL; token = strtok(NULL, " ")) {
        if (strcmp(token, "e") == 0) {
            memcpy(at, party->e.public_key, NOISE_KEY_SIZE);
            noise_mix_hash(&party->symmetric, at, NOISE_KEY_SIZE);
            at += NOISE_KEY_SIZE;
        } else if (strcmp(token, "s") == 0) {
            at +=
                noise_encrypt_and_hash(&party->symmetric, party->s.public_key, NOISE_KEY_SIZE, at);
        } else {
            party_dh(party, token);
        }
    }
    at += noise_encrypt_and_hash(&party->symmetric, payload->at, payload->length, at);
    return (size_t)(at - ret_message);
}

static void party_read(struct party *party, const char *tokens, const struct bytes *message,
                       struct bytes *ret_payload)
{
    const uint8_t *at = message->at;
    size_t length;
    char copy[32];

    strcpy(copy, tokens);
    for (char *token = strtok(copy, " "); token != NULL; token = strtok(NULL, " ")) {
        if (strcmp(token, "e") == 0) {
            memcpy(party->re, at, NOISE_KEY_SIZE);
            noise_mix_hash(&party->symmetric, at, NOISE_KEY_SIZE);
            at += NOISE_KEY_SIZE;
        } else if (strcmp(token, "s") == 0) {
            size_t size = NOISE_KEY_SIZE + (party->symmetric.cipher.has_key ? NOISE_TAG_SIZE : 0);
            assert_int_equal(
                noise_decrypt_and_hash(&party->symmetric, at, size, party->rs, &length),
                ERROR_NONE);
            at += size;
        } else {
            party_dh(party, token);
        }
    }
    assert_int_equal(noise_decrypt_and_hash(&party->symmetric, at,
                                            message->length - (size_t)(at - message->at),
                                            ret_payload->at, &ret_payload->length),
                     ERROR_NONE);
}

static void assert_bytes_equal(const struct bytes *expected, const uint8_t *bytes, size_t length)
{
    assert_int_equal(length, expected->length);
    assert_memory_equal(bytes, expected->at, length);
}

/* The transport messages after the handshake: who writes goes on alternating. */
static void check_transport(const struct vector *vector, size_t first, struct noise_cipher *writing,
                            struct noise_cipher *reading)
{
    for (size_t i = first; i < vector->message_count; i++) {
        uint8_t sealed[BYTES_MAX + NOISE_TAG_SIZE];
        struct bytes opened;
        size_t way = i % 2; /* 0: the initiator writes */
        size_t length = noise_cipher_encrypt(&writing[way], NULL, 0, vector->payload[i].at,
                                             vector->payload[i].length, sealed);
        assert_bytes_equal(&vector->ciphertext[i], sealed, length);
        assert_int_equal(
            noise_cipher_decrypt(&reading[way], NULL, 0, sealed, length, opened.at, &opened.length),
            ERROR_NONE);
        assert_bytes_equal(&vector->payload[i], opened.at, opened.length);
    }
}

static void check_pattern(const struct vector *vector, const struct pattern *pattern)
{
    struct party parties[2];
    struct noise_cipher writing[2];
    struct noise_cipher reading[2];
    size_t i;

    party_init(&parties[0], true, vector, pattern);
    party_init(&parties[1], false, vector, pattern);
    for (i = 0; i < 3 && pattern->messages[i] != NULL; i++) {
        uint8_t message[BYTES_MAX];
        struct bytes payload;
        size_t length =
            party_write(&parties[i % 2], pattern->messages[i], &vector->payload[i], message);
        assert_bytes_equal(&vector->ciphertext[i], message, length);
        party_read(&parties[1 - i % 2], pattern->messages[i], &vector->ciphertext[i], &payload);
        assert_bytes_equal(&vector->payload[i], payload.at, payload.length);
    }
    noise_split(&parties[0].symmetric, &writing[0], &reading[1]);
    noise_split(&parties[1].symmetric, &reading[0], &writing[1]);
    assert_bytes_equal(&vector->hash, parties[0].symmetric.hash, NOISE_HASH_SIZE);
    assert_bytes_equal(&vector->hash, parties[1].symmetric.hash, NOISE_HASH_SIZE);
    check_transport(vector, i, writing, reading);
}

/* If the symmetric state does what others' does, in every order of tokens, it is the specified. */
static void every_interactive_pattern_reproduces_its_vector(void **state)
{
    FILE *file = vectors_open();
    struct vector vector;
    size_t checked = 0;

    (void)state;
    while (vector_read(file, &vector)) {
        for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
            char name[80];
            snprintf(name, sizeof name, "Noise_%s_25519_ChaChaPoly_BLAKE2b", patterns[i].name);
            if (strcmp(name, vector.name) == 0) {
                check_pattern(&vector, &patterns[i]);
                checked++;
            }
        }
    }
    fclose(file);
    assert_int_equal(checked, sizeof patterns / sizeof patterns[0]);
}

static void find_vector(const char *name, struct vector *ret_vector)
{
    FILE *file = vectors_open();
    bool found = false;

    while (!found && vector_read(file, ret_vector)) {
        found = strcmp(ret_vector->name, name) == 0;
    }
    fclose(file);
    assert_true(found);
}

/* The handshake that ships, not the test's interpreter, must be the published one. */
static void handshake_reproduces_the_nx_vector(void **state)
{
    struct vector vector;
    struct handshake client;
    struct handshake server;
    struct noise_keypair s;
    struct noise_cipher writing[2];
    struct noise_cipher reading[2];
    uint8_t hash[NOISE_HASH_SIZE];
    uint8_t message[BYTES_MAX];
    struct bytes payload;

    (void)state;
    find_vector(HANDSHAKE_PROTOCOL_NAME, &vector);
    const struct side *ours = &vector.initiator;
    const struct side *theirs = &vector.responder;
    noise_keypair_from_private(theirs->s.at, &s);
    handshake_start(&client, ours->e.at, ours->prologue.at, ours->prologue.length);
    handshake_start(&server, theirs->e.at, theirs->prologue.at, theirs->prologue.length);

    handshake_write_first(&client, vector.payload[0].at, vector.payload[0].length, message);
    assert_bytes_equal(&vector.ciphertext[0], message,
                       HANDSHAKE_FIRST_SIZE + vector.payload[0].length);
    assert_int_equal(handshake_read_first(&server, message, vector.ciphertext[0].length, payload.at,
                                          &payload.length),
                     ERROR_NONE);
    assert_bytes_equal(&vector.payload[0], payload.at, payload.length);

    assert_int_equal(handshake_write_second(&server, &s, vector.payload[1].at,
                                            vector.payload[1].length, message),
                     ERROR_NONE);
    assert_bytes_equal(&vector.ciphertext[1], message,
                       HANDSHAKE_SECOND_SIZE + vector.payload[1].length);
    assert_int_equal(handshake_read_second(&client, message, vector.ciphertext[1].length,
                                           payload.at, &payload.length),
                     ERROR_NONE);
    assert_bytes_equal(&vector.payload[1], payload.at, payload.length);
    assert_memory_equal(client.rs, s.public_key, NOISE_KEY_SIZE);

    handshake_split(&client, &writing[0], &reading[1], hash);
    assert_bytes_equal(&vector.hash, hash, sizeof hash);
    handshake_split(&server, &reading[0], &writing[1], hash);
    assert_bytes_equal(&vector.hash, hash, sizeof hash);
    check_transport(&vector, 2, writing, reading);
}

/* A different prologue is a different protocol: the sides must not come together. */
static void handshake_with_another_prologue_fails(void **state)
{
    const uint8_t private_key[NOISE_KEY_SIZE] = {7};
    struct handshake client;
    struct handshake server;
    struct noise_keypair s;
    uint8_t message[HANDSHAKE_SECOND_SIZE];
    uint8_t payload[HANDSHAKE_SECOND_SIZE];
    size_t length;

    (void)state;
    noise_keypair_from_private(private_key, &s);
    handshake_start(&client, (const uint8_t[NOISE_KEY_SIZE]){1}, (const uint8_t *)"one", 3);
    handshake_start(&server, (const uint8_t[NOISE_KEY_SIZE]){2}, (const uint8_t *)"two", 3);
    handshake_write_first(&client, NULL, 0, message);
    assert_int_equal(handshake_read_first(&server, message, HANDSHAKE_FIRST_SIZE, payload, &length),
                     ERROR_NONE);
    assert_int_equal(handshake_write_second(&server, &s, NULL, 0, message), ERROR_NONE);
    assert_int_equal(handshake_read_second(&client, message, sizeof message, payload, &length),
                     ERROR_PROTOCOL_VIOLATION);
    handshake_finish(&client);
    handshake_finish(&server);
}

/* Truncated messages must be refused before anything is read beyond their end. */
static void handshake_messages_that_are_too_short_are_refused(void **state)
{
    struct handshake handshake;
    uint8_t message[HANDSHAKE_SECOND_SIZE] = {9};
    uint8_t payload[HANDSHAKE_SECOND_SIZE];
    size_t length;

    (void)state;
    handshake_start(&handshake, (const uint8_t[NOISE_KEY_SIZE]){1}, NULL, 0);
    assert_int_equal(
        handshake_read_first(&handshake, message, HANDSHAKE_FIRST_SIZE - 1, payload, &length),
        ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(
        handshake_read_second(&handshake, message, HANDSHAKE_SECOND_SIZE - 1, payload, &length),
        ERROR_PROTOCOL_VIOLATION);
    handshake_finish(&handshake);
}

/* A server, or somebody in its place, that sends keys of low order would fix the session key. */
static void an_answer_with_keys_of_low_order_is_refused(void **state)
{
    struct handshake client;
    struct handshake server;
    struct noise_keypair s = {.private_key = {1}, .public_key = {1}}; /* the order of 1 is low */
    uint8_t message[HANDSHAKE_SECOND_SIZE];
    uint8_t payload[HANDSHAKE_SECOND_SIZE];
    size_t length;

    (void)state;
    handshake_start(&client, (const uint8_t[NOISE_KEY_SIZE]){1}, NULL, 0);
    handshake_start(&server, (const uint8_t[NOISE_KEY_SIZE]){2}, NULL, 0);
    handshake_write_first(&client, NULL, 0, message);
    assert_int_equal(handshake_read_first(&server, message, HANDSHAKE_FIRST_SIZE, payload, &length),
                     ERROR_NONE);
    assert_int_equal(handshake_write_second(&server, &s, NULL, 0, message), ERROR_NONE);
    struct handshake other = client;
    assert_int_equal(handshake_read_second(&client, message, sizeof message, payload, &length),
                     ERROR_PROTOCOL_VIOLATION);
    memset(message, 0, NOISE_KEY_SIZE);
    assert_int_equal(handshake_read_second(&other, message, sizeof message, payload, &length),
                     ERROR_PROTOCOL_VIOLATION);
    handshake_finish(&client);
    handshake_finish(&server);
    handshake_finish(&other);
}

static void counting_key(uint8_t ret_key[NOISE_KEY_SIZE])
{
    for (size_t i = 0; i < NOISE_KEY_SIZE; i++) {
        ret_key[i] = (uint8_t)i;
    }
}

/* The vectors never rekey; both sides of ours would agree on a wrong rekey without noticing. */
static void rekey_gives_the_known_answer(void **state)
{
    struct noise_cipher cipher = {.nonce = 1024, .has_key = true};
    struct bytes expected;

    (void)state;
    counting_key(cipher.key);
    noise_cipher_rekey(&cipher);
    bytes_from_hex("50835543a205b22c9323f2022bc4f67d838f90e61d5ccf33c4513e01f85b5042", &expected);
    assert_bytes_equal(&expected, cipher.key, sizeof cipher.key);
    assert_int_equal(cipher.nonce, 1024);
}

/* HMAC is composed by hand here, so it is compared with others' HMAC. */
static void hmac_and_hkdf_give_the_known_answers(void **state)
{
    uint8_t key[NOISE_KEY_SIZE];
    uint8_t chaining_key[NOISE_HASH_SIZE] = {0};
    uint8_t first[NOISE_HASH_SIZE];
    uint8_t second[NOISE_HASH_SIZE];
    struct bytes expected;

    (void)state;
    counting_key(key);
    noise_hmac(key, sizeof key, (const uint8_t *)"abc", 3, first);
    bytes_from_hex("af6aef48e9a5a5e6a63b9f4703f032b5", &expected);
    assert_bytes_equal(&expected, first, 16);

    noise_hkdf(chaining_key, key, sizeof key, first, second);
    bytes_from_hex("5f00fc95cfc2e3645f60393222f709d9", &expected);
    assert_bytes_equal(&expected, first, 16);
    bytes_from_hex("a5e3c028beff14c78b280cb3da7e4793", &expected);
    assert_bytes_equal(&expected, second, 16);
}

/* A key that forces the result would let anybody know the secret: all such keys are refused. */
static void public_keys_of_low_order_are_refused(void **state)
{
    static const char *low_order[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    uint8_t private_key[NOISE_KEY_SIZE] = {42};
    uint8_t shared[NOISE_KEY_SIZE];

    (void)state;
    for (size_t i = 0; i < sizeof low_order / sizeof low_order[0]; i++) {
        struct bytes key;
        bytes_from_hex(low_order[i], &key);
        assert_int_equal(noise_dh(private_key, key.at, shared), ERROR_PROTOCOL_VIOLATION);
        key.at[NOISE_KEY_SIZE - 1] |= 0x80; /* X25519 ignores bit 255 */
        assert_int_equal(noise_dh(private_key, key.at, shared), ERROR_PROTOCOL_VIOLATION);
    }
}

/* The wrong associated data, key, nonce or a short input must never open. */
static void what_was_sealed_otherwise_does_not_open(void **state)
{
    struct noise_cipher sealing = {.key = {1}, .has_key = true};
    struct noise_cipher opening = {.key = {1}, .nonce = 1, .has_key = true};
    struct noise_cipher other_key = {.key = {2}, .has_key = true};
    uint8_t sealed[3 + NOISE_TAG_SIZE];
    uint8_t plain[3];
    size_t length;

    (void)state;
    assert_int_equal(
        noise_cipher_encrypt(&sealing, (const uint8_t *)"ad", 2, (const uint8_t *)"abc", 3, sealed),
        sizeof sealed);
    assert_int_equal(noise_cipher_decrypt(&opening, (const uint8_t *)"ad", 2, sealed, sizeof sealed,
                                          plain, &length),
                     ERROR_PROTOCOL_VIOLATION);
    opening.nonce = 0;
    assert_int_equal(noise_cipher_decrypt(&opening, (const uint8_t *)"AD", 2, sealed, sizeof sealed,
                                          plain, &length),
                     ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(noise_cipher_decrypt(&other_key, (const uint8_t *)"ad", 2, sealed,
                                          sizeof sealed, plain, &length),
                     ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(noise_cipher_decrypt(&opening, (const uint8_t *)"ad", 2, sealed,
                                          NOISE_TAG_SIZE - 1, plain, &length),
                     ERROR_PROTOCOL_VIOLATION);
    assert_int_equal(opening.nonce, 0);
    assert_int_equal(noise_cipher_decrypt(&opening, (const uint8_t *)"ad", 2, sealed, sizeof sealed,
                                          plain, &length),
                     ERROR_NONE);
    assert_int_equal(length, 3);
    assert_memory_equal(plain, "abc", 3);
}

/* Two generated keys that agree on a secret show that private and public part belong together. */
static void generated_pairs_agree_with_each_other(void **state)
{
    struct noise_keypair one;
    struct noise_keypair two;
    uint8_t first[NOISE_KEY_SIZE];
    uint8_t second[NOISE_KEY_SIZE];

    (void)state;
    noise_keypair_generate(&one);
    noise_keypair_generate(&two);
    assert_memory_not_equal(one.private_key, two.private_key, NOISE_KEY_SIZE);
    assert_int_equal(noise_dh(one.private_key, two.public_key, first), ERROR_NONE);
    assert_int_equal(noise_dh(two.private_key, one.public_key, second), ERROR_NONE);
    assert_memory_equal(first, second, NOISE_KEY_SIZE);
}

/* People compare this text by eye across years: it may never change. */
static void fingerprint_is_the_known_text(void **state)
{
    uint8_t key[NOISE_KEY_SIZE];
    char text[FINGERPRINT_SIZE];

    (void)state;
    counting_key(key);
    fingerprint_format(key, text);
    assert_string_equal(text, "TD1:yy9RYPwffgWlXvSdNAtI2i5aeAmdUzkzUc1XndQlA9Y");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interactive_pattern_reproduces_its_vector),
        cmocka_unit_test(handshake_reproduces_the_nx_vector),
        cmocka_unit_test(handshake_with_another_prologue_fails),
        cmocka_unit_test(handshake_messages_that_are_too_short_are_refused),
        cmocka_unit_test(an_answer_with_keys_of_low_order_is_refused),
        cmocka_unit_test(rekey_gives_the_known_answer),
        cmocka_unit_test(hmac_and_hkdf_give_the_known_answers),
        cmocka_unit_test(public_keys_of_low_order_are_refused),
        cmocka_unit_test(what_was_sealed_otherwise_does_not_open),
        cmocka_unit_test(generated_pairs_agree_with_each_other),
        cmocka_unit_test(fingerprint_is_the_known_text),
    };

    if (noise_start() != ERROR_NONE) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
