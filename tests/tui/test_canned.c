/* Variables of canned replies: what is known is filled in, what is not stays to be seen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tui/canned.h"

static const struct canned_values values = {
    .number = {"12", 2},
    .title = {"No {desk} here", 14},
    .requester = {"ann", 3},
    .requester_name = {"", 0},
    .desk = {"Help desk", 9},
};

static void assert_expands(const char *text, const char *expected)
{
    struct buffer buffer = {0};
    (void)canned_expand(&buffer, text_of(text), &values);
    buffer_append(&buffer, "", 1);
    assert_false(buffer.failed);
    assert_string_equal((const char *)buffer.data, expected);
    buffer_finish(&buffer);
}

static void known_variables_are_filled_in(void **state)
{
    (void)state;
    assert_expands("Hello {requester}, #{number} at {desk}.", "Hello ann, #12 at Help desk.");
    assert_expands("{requester}{requester}", "annann");
    assert_expands("", "");
}

/* Somebody's display name may be empty, which is a value all the same. */
static void an_empty_value_leaves_nothing(void **state)
{
    (void)state;
    assert_expands("[{requester_name}]", "[]");
}

static void unknown_ones_stay(void **state)
{
    (void)state;
    assert_expands("{foo} {staff}", "{foo} {staff}");
}

/* Titles are other people's words. */
static void what_a_value_says_is_not_expanded(void **state)
{
    (void)state;
    assert_expands("{title}", "No {desk} here");
}

static void other_braces_are_braces(void **state)
{
    (void)state;
    assert_expands("{} {Desk} {desk {x1} }{ {", "{} {Desk} {desk {x1} }{ {");
    assert_expands("{{desk}}", "{Help desk}");
}

static void the_first_that_is_unknown_is_named(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    assert_null(canned_expand(&buffer, text_of("{title} {} {Here}"), &values).data);
    struct text found = canned_expand(&buffer, text_of("{desk} {{foo} and {bar}"), &values);
    assert_true(text_equal(found, text_of("{foo}")));
    buffer_finish(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_variables_are_filled_in),
        cmocka_unit_test(an_empty_value_leaves_nothing),
        cmocka_unit_test(unknown_ones_stay),
        cmocka_unit_test(what_a_value_says_is_not_expanded),
        cmocka_unit_test(other_braces_are_braces),
        cmocka_unit_test(the_first_that_is_unknown_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
