/* A signature is good for one key, one purpose, one connection and one name; each of them changed
 * alone makes it worthless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "proto/fingerprint.h"
#include "proto/key_proof.h"

/* RFC 8032, section 7.1, test 1. */
static const uint8_t known_seed[KEY_SEED_BYTES] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
};
static const uint8_t known_key[KEY_BYTES] = {
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
};

struct signed_thing {
    uint8_t key[KEY_BYTES];
    uint8_t signature[SIGNATURE_BYTES];
    struct key_binding binding;
};

static struct key_binding some_connection(bool encrypted, uint8_t mark)
{
    struct key_binding binding = {.encrypted = encrypted};
    memset(binding.bytes, mark, sizeof binding.bytes);
    return binding;
}

static struct signed_thing sign(enum key_purpose purpose, bool encrypted, const char *name)
{
    struct signed_thing thing = {.binding = some_connection(encrypted, 7)};
    key_public(known_seed, thing.key);
    assert_true(
        key_proof_sign(known_seed, purpose, &thing.binding, text_of(name), thing.signature));
    return thing;
}

static bool is_right(const struct signed_thing *thing, enum key_purpose purpose, const char *name)
{
    return key_proof_is_right((struct bytes){thing->key, KEY_BYTES},
                              (struct bytes){thing->signature, SIGNATURE_BYTES}, purpose,
                              &thing->binding, text_of(name));
}

static void a_seed_has_the_public_key_of_the_standard(void **state)
{
    uint8_t key[KEY_BYTES];
    (void)state;
    key_public(known_seed, key);
    assert_memory_equal(key, known_key, KEY_BYTES);
}

/* The bytes that clients of other make have to sign, spelled out. */
static void what_is_signed_is_what_the_page_says(void **state)
{
    static const char context[] = "ttydesk-auth-v1"; /* with its zero */
    uint8_t bytes[sizeof context + NONCE_BYTES + 4];
    (void)state;
    struct signed_thing thing = sign(KEY_SIGNS_IN, true, "anna");
    memcpy(bytes, context, sizeof context);
    memset(bytes + sizeof context, 7, NONCE_BYTES);
    memcpy(bytes + sizeof context + NONCE_BYTES, "anna", 4);
    assert_int_equal(crypto_sign_verify_detached(thing.signature, bytes, sizeof bytes, known_key),
                     0);
}

static void a_signature_is_good_for_its_purpose_alone(void **state)
{
    (void)state;
    for (unsigned made = 0; made < KEY_PURPOSE_COUNT; made++) {
        for (unsigned encrypted = 0; encrypted < 2; encrypted++) {
            struct signed_thing thing = sign((enum key_purpose)made, encrypted != 0, "anna");
            for (unsigned asked = 0; asked < KEY_PURPOSE_COUNT; asked++) {
                assert_int_equal(is_right(&thing, (enum key_purpose)asked, "anna"), asked == made);
            }
        }
    }
}

static void a_signature_is_good_for_its_connection_alone(void **state)
{
    (void)state;
    struct signed_thing thing = sign(KEY_SIGNS_IN, true, "anna");
    thing.binding = some_connection(true, 8);
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
    /* A desk on a Unix socket could name the hash of another connection as its number. */
    thing.binding = some_connection(false, 7);
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
    thing.binding = some_connection(true, 7);
    assert_true(is_right(&thing, KEY_SIGNS_IN, "anna"));
}

static void a_signature_is_good_for_its_name_and_key_alone(void **state)
{
    (void)state;
    struct signed_thing thing = sign(KEY_SIGNS_IN, true, "anna");
    assert_false(is_right(&thing, KEY_SIGNS_IN, "bert"));
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna."));
    assert_false(is_right(&thing, KEY_SIGNS_IN, ""));
    thing.signature[0] ^= 1;
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
    thing.signature[0] ^= 1;
    thing.key[3] ^= 1;
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
}

/* With a key of small order one signature would fit everything. */
static void a_key_of_zeros_proves_nothing(void **state)
{
    (void)state;
    struct signed_thing thing = {.binding = some_connection(true, 7)};
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
    thing.key[0] = 1;
    thing.signature[0] = 1;
    assert_false(is_right(&thing, KEY_SIGNS_IN, "anna"));
}

static void a_name_without_end_is_not_signed(void **state)
{
    char name[4 * USER_NAME_MAX + 2];
    uint8_t signature[SIGNATURE_BYTES];
    (void)state;
    struct key_binding binding = some_connection(true, 7);
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_false(key_proof_sign(known_seed, KEY_SIGNS_IN, &binding, text_of(name), signature));
    name[sizeof name - 2] = '\0';
    assert_true(key_proof_sign(known_seed, KEY_SIGNS_IN, &binding, text_of(name), signature));
}

static void a_persons_key_is_not_taken_for_a_desks(void **state)
{
    char person[FINGERPRINT_SIZE];
    char desk[FINGERPRINT_SIZE];
    (void)state;
    fingerprint_of_account_key(known_key, person);
    fingerprint_format(known_key, desk);
    assert_memory_equal(person, "TK1:", 4);
    assert_memory_equal(desk, "TD1:", 4);
    assert_string_equal(person + 4, desk + 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seed_has_the_public_key_of_the_standard),
        cmocka_unit_test(what_is_signed_is_what_the_page_says),
        cmocka_unit_test(a_signature_is_good_for_its_purpose_alone),
        cmocka_unit_test(a_signature_is_good_for_its_connection_alone),
        cmocka_unit_test(a_signature_is_good_for_its_name_and_key_alone),
        cmocka_unit_test(a_key_of_zeros_proves_nothing),
        cmocka_unit_test(a_name_without_end_is_not_signed),
        cmocka_unit_test(a_persons_key_is_not_taken_for_a_desks),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
