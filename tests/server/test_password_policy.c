#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/password_policy.h"

static bool is_good(const char *password)
{
    const struct password_context context = {
        .user_name = text_of("marianne"),
        .email = text_of("m.lindqvist@example.org"),
        .desk = text_of("Workshop Nord"),
        .minimum = 12,
    };
    char buffer[128];
    struct text sentence = {0};
    enum error error = password_policy_check(text_of(password), &context, buffer, &sentence);
    assert_true(error == ERROR_NONE || (error == ERROR_PASSWORD_WEAK && sentence.length > 0));
    return error == ERROR_NONE;
}

/* No rule about kinds of characters: four words will do, and so will any script. */
static void long_and_unrelated_is_good(void **state)
{
    (void)state;
    const char *const good[] = {
        "violet tractor umbrella",
        "correct donkey cell nail",
        "Ärger mit Öl übt",
        "мой очень старый велосипед",
        "x9!kk2pq0lz1",
        "marianne likes herring",
        "a password with more words",
        "tickets are sold at the pier",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(is_good(good[i]));
    }
}

/* Characters count, not bytes: eleven of two bytes each are too few. */
static void length_counts_characters(void **state)
{
    (void)state;
    assert_false(is_good("x9!kk2pq0lz"));
    assert_false(is_good("äöüßéèêñçøå"));
    assert_true(is_good("äöüßéèêñçøåæ"));
}

static void guessable_is_refused(void **state)
{
    (void)state;
    const char *const bad[] = {
        "",
        "aaaaaaaaaaaa",    /* one character */
        "abcabcabcabcabc", /* one short piece */
        "äöäöäöäöäöäöäö",  /* the same in two bytes each */
        "abcdefghijklm",   /* runs */
        "123456789012",
        "zyxwvutsrqponm",
        "PassWord!2024", /* the common ones, in any clothes */
        "qwertyuiop123",
        "1q2w3e4r5t6y",
        "correct horse battery staple",
        "L e t m e i n 1234567",
        "marianne2024", /* the user */
        "Marianne-Marianne",
        "m.lindqvist@example.org",
        "M.Lindqvist-1985",
        "workshop-nord", /* the desk */
        "ttydesk-ttydesk-1",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (is_good(bad[i])) {
            fail_msg("accepted: %s", bad[i]);
        }
    }
}

static void more_than_can_be_hashed_is_refused(void **state)
{
    (void)state;
    char password[1100];
    for (size_t i = 0; i < sizeof password - 1; i++) {
        password[i] = (char)('a' + i * i % 23);
    }
    password[1025] = '\0';
    assert_false(is_good(password));
    password[1024] = '\0';
    assert_true(is_good(password));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_and_unrelated_is_good),
        cmocka_unit_test(length_counts_characters),
        cmocka_unit_test(guessable_is_refused),
        cmocka_unit_test(more_than_can_be_hashed_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
