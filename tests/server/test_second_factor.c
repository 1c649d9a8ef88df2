/* Codes by time: the vectors of RFC 6238, which codes are near enough, and sealed secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/second_factor.h"

static const uint8_t rfc_secret[] = "12345678901234567890";

enum { STEP_MS = 30000 };

/* RFC 6238, appendix B, SHA-1: the last six of its eight digits. */
static const struct {
    uint64_t seconds;
    const char *code;
} vectors[] = {
    {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
};

static struct second_factor *make(uint8_t byte)
{
    struct noise_keypair pair;
    struct second_factor *factor = NULL;
    memset(&pair, byte, sizeof pair);
    assert_int_equal(second_factor_create(&pair, &factor), ERROR_NONE);
    return factor;
}

static void codes_are_those_of_the_standard(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        uint64_t step = vectors[i].seconds * 1000 / STEP_MS;
        assert_int_equal(
            second_factor_step(rfc_secret, text_of(vectors[i].code), vectors[i].seconds * 1000),
            step);
    }
}

/* A phone's clock may be off by half a minute, not by more. */
static void one_step_before_and_after_is_near_enough(void **state)
{
    (void)state;
    uint64_t step = 1234567890ULL * 1000 / STEP_MS;
    for (int off = -3; off <= 3; off++) {
        uint64_t time_ms = (step + (uint64_t)(int64_t)off) * STEP_MS;
        bool near = off >= -1 && off <= 1;
        assert_int_equal(second_factor_step(rfc_secret, text_of("005924"), time_ms),
                         near ? step : 0);
        assert_int_equal(second_factor_step(rfc_secret, text_of("005924"), time_ms + STEP_MS - 1),
                         near ? step : 0);
    }
}

static void what_is_no_code_is_of_no_step(void **state)
{
    (void)state;
    static const char *const typed[] = {"",       "00592",  "0059241",       "00592a",  "005 92",
                                        "-05924", "xxxxxx", "00592\xc3\xa4", "1005924", "287082"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        assert_int_equal(second_factor_step(rfc_secret, text_of(typed[i]), 1234567890000), 0);
    }
    assert_int_equal(second_factor_step(rfc_secret, text_of(" 005 924 "), 1234567890000),
                     1234567890 / 30);
}

/* As coreutils' base32 has it. */
static void the_secret_is_written_in_base32(void **state)
{
    (void)state;
    char words[FACTOR_BASE32_BYTES];
    uint8_t ones[FACTOR_SECRET_BYTES];
    memset(ones, 0xff, sizeof ones);
    second_factor_base32(rfc_secret, words);
    assert_string_equal(words, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    second_factor_base32(ones, words);
    assert_string_equal(words, "77777777777777777777777777777777");
}

static void the_address_has_both_names_and_nothing_that_breaks_it(void **state)
{
    (void)state;
    char uri[2048];
    second_factor_uri(text_of("IT & Caf\xc3\xa9: desk"), text_of("j.silva"), "GEZD", uri,
                      sizeof uri);
    assert_string_equal(uri, "otpauth://totp/IT%20%26%20Caf%C3%A9%3A%20desk:j.silva?secret=GEZD&"
                             "issuer=IT%20%26%20Caf%C3%A9%3A%20desk&algorithm=SHA1&digits=6&"
                             "period=30");
}

static void a_long_name_is_cut_between_two_characters_of_the_address(void **state)
{
    (void)state;
    char desk[256];
    char uri[2048];
    memset(desk, '&', sizeof desk - 1);
    desk[sizeof desk - 1] = '\0';
    second_factor_uri(text_of(desk), text_of("anna"), "GEZD", uri, sizeof uri);
    assert_non_null(strstr(uri, "%26:anna?secret=GEZD&issuer=%26"));
    assert_non_null(strstr(uri, "%26&algorithm=SHA1"));
}

/* A copy of the database is worth nothing without the desk's key, nor is a row moved elsewhere. */
static void what_is_sealed_opens_for_this_desk_and_account_alone(void **state)
{
    (void)state;
    struct second_factor *here = make(1);
    struct second_factor *elsewhere = make(2);
    uint8_t secret[FACTOR_SECRET_BYTES];
    uint8_t opened[FACTOR_SECRET_BYTES] = {0};
    uint8_t sealed[FACTOR_SEALED_BYTES];
    uint8_t again[FACTOR_SEALED_BYTES];
    struct bytes bytes = {.data = sealed, .length = sizeof sealed};

    second_factor_make(secret);
    second_factor_seal(here, 7, secret, sealed);
    second_factor_seal(here, 7, secret, again);
    assert_memory_not_equal(sealed, again, sizeof sealed);
    for (size_t i = 0; i + FACTOR_SECRET_BYTES <= sizeof sealed; i++) {
        assert_memory_not_equal(sealed + i, secret, FACTOR_SECRET_BYTES);
    }
    assert_true(second_factor_open(here, 7, bytes, opened));
    assert_memory_equal(opened, secret, sizeof secret);
    assert_false(second_factor_open(here, 8, bytes, opened));
    assert_false(second_factor_open(elsewhere, 7, bytes, opened));
    bytes.length--;
    assert_false(second_factor_open(here, 7, bytes, opened));
    bytes.length = 0;
    assert_false(second_factor_open(here, 7, bytes, opened));
    sealed[30] ^= 1;
    bytes.length = sizeof sealed;
    assert_false(second_factor_open(here, 7, bytes, opened));
    second_factor_destroy(here);
    second_factor_destroy(elsewhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_standard),
        cmocka_unit_test(one_step_before_and_after_is_near_enough),
        cmocka_unit_test(what_is_no_code_is_of_no_step),
        cmocka_unit_test(the_secret_is_written_in_base32),
        cmocka_unit_test(the_address_has_both_names_and_nothing_that_breaks_it),
        cmocka_unit_test(a_long_name_is_cut_between_two_characters_of_the_address),
        cmocka_unit_test(what_is_sealed_opens_for_this_desk_and_account_alone),
    };
    if (noise_start() != ERROR_NONE) {
        return 1;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
