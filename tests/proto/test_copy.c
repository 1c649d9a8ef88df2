#include "proto/copy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/messages.h"
#include "tests/lib/sample.h"

/* The client keeps replies after their bytes are gone: a copy must share nothing with them. */
static void a_copy_outlives_what_it_was_made_of(void **state)
{
    (void)state;
    struct dice dice = dice_open("copy");
    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        const struct table *table = methods[method].reply;
        struct arena first = {0};
        struct arena second = {0};
        struct arena third = {0};
        void *original = sample_make(table, UINT64_MAX, &dice, &first);
        void *copy = arena_alloc(&second, table->size);
        void *again = arena_alloc(&third, table->size);
        assert_true(message_copy(&second, table, original, copy));
        assert_true(sample_equal(table, original, copy));
        assert_true(message_copy(&third, table, original, again));
        arena_wipe(&first);
        arena_finish(&first);
        assert_true(sample_equal(table, again, copy));
        arena_finish(&second);
        arena_finish(&third);
    }
}

/* Without memory there is no half copy that somebody might show. */
static void without_memory_there_is_no_copy(void **state)
{
    (void)state;
    struct dice dice = dice_from_seed(1);
    struct arena plenty = {0};
    struct arena none;
    struct signed_in copy;
    arena_init(&none, 16);
    const void *original =
        sample_make(methods[METHOD_ACCOUNT_LOGIN].reply, UINT64_MAX, &dice, &plenty);
    assert_false(message_copy(&none, methods[METHOD_ACCOUNT_LOGIN].reply, original, &copy));
    assert_null(copy.token.data);
    assert_int_equal(copy.token.length, 0);
    arena_finish(&none);
    arena_finish(&plenty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
        cmocka_unit_test(without_memory_there_is_no_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
