/* User names and email addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/name.h"

static const char longest[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32 */

static void plain_names_are_taken(void **state)
{
    static const char *const names[] = {"ab", "a1", "0x", "anna.b-c_d", "a--", longest};
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_null(name_problem(text_of(names[i])));
    }
}

/* What could be mistaken for something else on a screen or a command line is refused. */
static void odd_names_are_refused(void **state)
{
    static const char *const names[] = {
        "",
        "a",
        "Anna",
        "-ab",
        ".ab",
        "_ab",
        "a b",
        "a/b",
        "a\nb",
        "anna\xc3\xa4",
        "a@b",
        "console",
        "me",
        "desk",
        "\x1b[2Jab",
        "ab\x7f",
        "abcdefghijklmnopqrstuvwxyz0123456",
    };
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_non_null(name_problem(text_of(names[i])));
    }
    assert_non_null(name_problem((struct text){"ab\0c", 4}));
}

static void addresses_have_one_at_between_two_parts(void **state)
{
    static const char *const good[] = {"a@b", "a.b+c@example.org", "r\xc3\xb6mer@example.org",
                                       "A@B.EXAMPLE"};
    static const char *const bad[] = {
        "",     "@",      "a@",    "@b",    "a",     "a@b@c",   "a b@c", "a@b c", "a@.b",
        "a@b.", "a@b..c", "<a@b>", "a,b@c", "a@b\n", "a\x1b@b", "a\"@b", "a@@b",
    };
    char long_address[300];
    (void)state;

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_null(email_problem(text_of(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_non_null(email_problem(text_of(bad[i])));
    }
    memset(long_address, 'a', sizeof long_address);
    long_address[1] = '@';
    assert_null(email_problem((struct text){long_address, 254}));
    assert_non_null(email_problem((struct text){long_address, 255}));
}

static void only_ascii_letters_are_folded(void **state)
{
    struct arena arena;
    (void)state;

    arena_init(&arena, 0);
    assert_true(text_equal(email_folded(&arena, text_of("AnNa@Z\xc3\x84.Org")),
                           text_of("anna@z\xc3\x84.org")));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_names_are_taken),
        cmocka_unit_test(odd_names_are_refused),
        cmocka_unit_test(addresses_have_one_at_between_two_parts),
        cmocka_unit_test(only_ascii_letters_are_folded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
