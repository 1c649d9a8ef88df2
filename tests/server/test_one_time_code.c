/* Codes that people read to each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/one_time_code.h"

static void assert_same(const char *a, const char *b, bool same)
{
    uint8_t digests[2][TOKEN_DIGEST_BYTES];
    one_time_code_digest(text_of(a), digests[0]);
    one_time_code_digest(text_of(b), digests[1]);
    assert_int_equal(memcmp(digests[0], digests[1], TOKEN_DIGEST_BYTES) == 0, same);
}

/* Over the telephone every letter has to be one and no other. */
static void a_code_is_four_groups_of_four_plain_letters(void **state)
{
    (void)state;
    char before[ONE_TIME_CODE_BYTES] = "";
    for (unsigned round = 0; round < 200; round++) {
        char code[ONE_TIME_CODE_BYTES];
        one_time_code_make(code);
        assert_int_equal(strlen(code), 19);
        assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 19);
        assert_true(code[4] == '-' && code[9] == '-' && code[14] == '-');
        assert_string_not_equal(code, before);
        memcpy(before, code, sizeof code);
    }
}

static void however_it_is_typed_it_is_the_same_code(void **state)
{
    (void)state;
    assert_same("0123-4567-89AB-CDEF", "0123456789abcdef", true);
    assert_same("0123-4567-89AB-CDEF", " 0123 4567 89ab cdef ", true);
    assert_same("0011-2233-4455-6677", "OoIl-2233-4455-6677", true);
    assert_same("0123-4567-89AB-CDEF", "0123-4567-89AB-CDEG", false);
}

/* What can't be a code must not become one by being cut or filled up. */
static void too_short_too_long_or_foreign_letters_are_no_code(void **state)
{
    (void)state;
    assert_same("0123-4567-89AB-CDEF", "0123-4567-89AB-CDE", false);
    assert_same("0123-4567-89AB-CDEF", "0123-4567-89AB-CDEFF", false);
    assert_same("0123-4567-89AB-CDEF", "0123-4567-89AB-CDEF!", false);
    assert_same("0123-4567-89AB-CDEU", "0123-4567-89AB-CDEV", false);
    assert_same("0000-0000-0000-0000", "", false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_four_groups_of_four_plain_letters),
        cmocka_unit_test(however_it_is_typed_it_is_the_same_code),
        cmocka_unit_test(too_short_too_long_or_foreign_letters_are_no_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
