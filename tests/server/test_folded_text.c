#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/folded_text.h"

static bool matches(const char *wanted, const char *title)
{
    static struct folded_text folded_title;
    static struct folded_text folded_wanted;
    folded_text_make(&folded_title, text_of(title));
    folded_text_make(&folded_wanted, text_of(wanted));
    return folded_text_contains(&folded_title, &folded_wanted);
}

static void letter_case_makes_no_difference(void **state)
{
    (void)state;
    assert_true(matches("PRINTER", "the printer eats paper"));
    assert_true(matches("öl", "ÖLWECHSEL"));
    assert_true(matches("ПРИНТЕР", "Не работает принтер"));
    assert_true(matches("STRASSE", "Straße gesperrt"));
    assert_true(matches("Σ", "ΛΟΓΟΣ λόγος"));
}

/* The same letter can be written in one code point or two. */
static void composition_makes_no_difference(void **state)
{
    (void)state;
    assert_true(matches("caf\u00e9", "Cafe\u0301 machine"));
    assert_true(matches("cafe\u0301", "Caf\u00c9 machine"));
}

static void position_makes_no_difference(void **state)
{
    (void)state;
    assert_true(matches("start", "start of it"));
    assert_true(matches("end", "at the end"));
    assert_true(matches("whole", "whole"));
    assert_false(matches("whole and more", "whole"));
    assert_false(matches("nowhere", "somewhere"));
}

static void no_filter_matches_everything(void **state)
{
    (void)state;
    assert_true(matches("", "anything"));
    assert_true(matches(NULL, ""));
}

/* Letters that fall apart into many fill the buffer, and not more than the buffer. */
static void longest_title_of_the_widest_letters_fits(void **state)
{
    (void)state;
    char title[TITLE_MAX * 3 + 1] = "";
    for (int i = 0; i < TITLE_MAX; i++) {
        strcat(title, "\u1f82"); /* four code points when taken apart and folded */
    }
    assert_true(matches("\u1f82\u1f82", title));
    assert_false(matches("x", title));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letter_case_makes_no_difference),
        cmocka_unit_test(composition_makes_no_difference),
        cmocka_unit_test(position_makes_no_difference),
        cmocka_unit_test(no_filter_matches_everything),
        cmocka_unit_test(longest_title_of_the_widest_letters_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
