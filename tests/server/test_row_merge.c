/* Several ranges walked as one, on a real store: newest first, each once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/row_merge.h"
#include "tests/core/desk.h"

static struct desk desk;
static struct origin origins[4];

/* Tickets 1 to 40, of four people in turns of different lengths. */
static int open_desk(void **state)
{
    static const char *const names[] = {"ann", "bob", "cleo", "none"};
    (void)state;
    desk_open(&desk);
    for (size_t i = 0; i < 4; i++) {
        (void)desk_account(&desk, names[i], ROLE_USER);
        origins[i] = desk_sign_in(&desk, names[i]);
    }
    for (uint64_t i = 1; i <= 40; i++) {
        assert_int_equal(desk_ticket(&desk, origins[i % 7 % 3], "T"), i);
    }
    return 0;
}

static int close_desk(void **state)
{
    (void)state;
    desk_close(&desk);
    return 0;
}

static struct row_range of(const char *name, uint64_t start)
{
    struct row_account row;
    assert_true(rows_find_account_by_name(desk.rows, text_of(name), &row));
    return rows_range(INDEX_TICKETS_BY_REQUESTER, row.id, start, true);
}

/* What is in two ranges comes once, and nothing is left out. */
static void merged_ranges_are_one_walk_from_the_newest(void **state)
{
    uint64_t number;
    (void)state;
    struct rows *rows = desk_read(&desk);
    struct row_range ranges[] = {of("bob", UINT64_MAX), of("ann", UINT64_MAX),
                                 of("none", UINT64_MAX), of("ann", UINT64_MAX),
                                 of("cleo", UINT64_MAX)};
    struct row_merge merge;
    row_merge_begin(&merge, ranges, 5);
    for (uint64_t expected = 40; expected > 0; expected--) {
        assert_true(row_merge_next(rows, &merge, &number));
        assert_int_equal(number, expected);
    }
    assert_false(row_merge_next(rows, &merge, &number));
    assert_false(row_merge_next(rows, &merge, &number));
    desk_read_end(&desk);
}

/* A page continues where the one before ended. */
static void merged_ranges_begin_where_each_begins(void **state)
{
    uint64_t number;
    (void)state;
    struct rows *rows = desk_read(&desk);
    struct row_range ranges[] = {of("ann", 20), of("bob", 20), of("cleo", 20)};
    struct row_merge merge;
    row_merge_begin(&merge, ranges, 3);
    for (uint64_t expected = 20; expected > 0; expected--) {
        assert_true(row_merge_next(rows, &merge, &number));
        assert_int_equal(number, expected);
    }
    assert_false(row_merge_next(rows, &merge, &number));
    desk_read_end(&desk);
}

static void merge_of_nothing_is_empty(void **state)
{
    uint64_t number;
    (void)state;
    struct rows *rows = desk_read(&desk);
    struct row_range ranges[] = {of("none", UINT64_MAX)};
    struct row_merge merge;
    row_merge_begin(&merge, ranges, 0);
    assert_false(row_merge_next(rows, &merge, &number));
    row_merge_begin(&merge, ranges, 1);
    assert_false(row_merge_next(rows, &merge, &number));
    desk_read_end(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merged_ranges_are_one_walk_from_the_newest),
        cmocka_unit_test(merged_ranges_begin_where_each_begins),
        cmocka_unit_test(merge_of_nothing_is_empty),
    };
    return cmocka_run_group_tests(tests, open_desk, close_desk);
}
