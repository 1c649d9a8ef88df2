#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/number_map.h"
#include "tests/lib/dice.h"

enum { KEYS = 500, STEPS = 50000 };

/* The map against a plain array, over growing, shrinking and runs of neighbours. */
static void agrees_with_an_array_after_every_step(void **state)
{
    (void)state;
    struct dice dice = dice_open("number_map");
    static int values[KEYS];
    void *expected[KEYS] = {0};
    size_t count = 0;
    struct number_map map = {0};
    for (size_t step = 0; step < STEPS; step++) {
        size_t key = dice_below(&dice, KEYS);
        /* Phases in which it fills and in which it empties. */
        if (dice_below(&dice, 100) < (step / 5000 % 2 == 0 ? 70u : 30u)) {
            count += expected[key] == NULL;
            expected[key] = &values[dice_below(&dice, KEYS)];
            assert_true(number_map_put(&map, key, expected[key]));
        } else {
            count -= expected[key] != NULL;
            assert_ptr_equal(number_map_remove(&map, key), expected[key]);
            expected[key] = NULL;
        }
        key = dice_below(&dice, KEYS);
        assert_ptr_equal(number_map_get(&map, key), expected[key]);
        assert_int_equal(map.count, count);
    }
    for (size_t key = 0; key < KEYS; key++) {
        assert_ptr_equal(number_map_get(&map, key), expected[key]);
    }
    number_map_finish(&map);
}

static void walk_gives_every_value_once(void **state)
{
    (void)state;
    int values[100] = {0};
    struct number_map map = {0};
    for (uint64_t i = 0; i < 100; i++) {
        assert_true(number_map_put(&map, i << 32, &values[i]));
    }
    size_t position = 0;
    size_t count = 0;
    for (int *value; (value = number_map_next(&map, &position)) != NULL; count++) {
        assert_int_equal((*value)++, 0);
    }
    assert_int_equal(count, 100);
    number_map_finish(&map);
}

static void empty_map_has_nothing(void **state)
{
    (void)state;
    struct number_map map = {0};
    size_t position = 0;
    assert_null(number_map_get(&map, 1));
    assert_null(number_map_remove(&map, 1));
    assert_null(number_map_next(&map, &position));
    number_map_finish(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_an_array_after_every_step),
        cmocka_unit_test(walk_gives_every_value_once),
        cmocka_unit_test(empty_map_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
