/* Memory that is given back all at once: limits, alignment, zeroing, and no way to wrap a size. */
#include "proto/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"

static bool is_zero(const unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* Structs of any type are placed here without a thought. */
static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t size = 0; size < 300; size++) {
        unsigned char *memory = arena_alloc(&arena, size);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
        assert_true(is_zero(memory, size));
        memset(memory, 0xff, size);
    }
    arena_finish(&arena);
}

/* Two owners of one byte would be the worst kind of bug. */
static void pieces_do_not_overlap(void **state)
{
    (void)state;
    enum { PIECES = 400 };
    struct dice dice = dice_open("pieces_do_not_overlap");
    struct arena arena;
    unsigned char *pieces[PIECES];
    size_t sizes[PIECES];
    arena_init(&arena, 0);
    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = dice_below(&dice, dice_below(&dice, 20) == 0 ? 100000 : 500);
        pieces[i] = arena_alloc(&arena, sizes[i]);
        assert_non_null(pieces[i]);
        memset(pieces[i], (int)(i & 0xff), sizes[i]);
    }
    for (size_t i = 0; i < PIECES; i++) {
        for (size_t at = 0; at < sizes[i]; at++) {
            assert_int_equal(pieces[i][at], i & 0xff);
        }
    }
    arena_finish(&arena);
}

/* The limit is what keeps one message from taking the machine. */
static void the_limit_is_exact(void **state)
{
    (void)state;
    struct arena arena;
    const size_t unit = alignof(max_align_t);
    arena_init(&arena, 4 * unit);
    assert_non_null(arena_alloc(&arena, 3 * unit));
    assert_null(arena_alloc(&arena, unit + 1));
    assert_int_equal(arena.used_bytes, 3 * unit);
    assert_non_null(arena_alloc(&arena, unit));
    assert_null(arena_alloc(&arena, 1));
    arena_reset(&arena);
    assert_non_null(arena_alloc(&arena, 4 * unit));
    arena_finish(&arena);
}

/* A size that wraps becomes a small block with a large use. */
static void sizes_that_would_wrap_are_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (size_t less = 0; less < 48; less++) {
        if (less <= 32) {
            assert_null(arena_alloc(&arena, SIZE_MAX - less));
        }
        assert_null(arena_array(&arena, SIZE_MAX / 2 + less, 3));
        assert_null(arena_array(&arena, 3, SIZE_MAX / 2 + less));
    }
    assert_null(arena_copy(&arena, "x", SIZE_MAX));
    assert_int_equal(arena.used_bytes, 0);
    arena_finish(&arena);
}

/* Counts come from others' messages. */
static void arrays_hold_their_product(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    assert_non_null(arena_array(&arena, 0, 8));
    assert_non_null(arena_array(&arena, 8, 0));
    assert_non_null(arena_array(&arena, 512, 8));
    assert_null(arena_array(&arena, 1, 1));
    arena_finish(&arena);
}

/* Copies may hold zero bytes and may be used as strings. */
static void copies_end_with_a_zero_byte(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    char *copy = arena_copy(&arena, "a\0b", 3);
    assert_non_null(copy);
    assert_memory_equal(copy, "a\0b", 4);
    char *empty = arena_copy(&arena, NULL, 0);
    assert_non_null(empty);
    assert_string_equal(empty, "");
    arena_finish(&arena);
}

/* What a message left behind must not show in the next one. */
static void reused_memory_is_zeroed_again(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    for (int round = 0; round < 3; round++) {
        unsigned char *memory = arena_alloc(&arena, 1000);
        assert_non_null(memory);
        assert_true(is_zero(memory, 1000));
        memset(memory, 0xaa, 1000);
        assert_non_null(arena_alloc(&arena, 10000));
        arena_reset(&arena);
        assert_int_equal(arena.used_bytes, 0);
    }
    arena_finish(&arena);
}

/* A password stays nowhere, not even in memory that is kept for reuse. */
static void wiping_overwrites_what_was_handed_out(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    unsigned char *password = arena_copy(&arena, "correct horse battery", 21);
    assert_non_null(password);
    arena_wipe(&arena);
    /* The one block there was is kept, so its bytes may still be looked at. */
    assert_true(is_zero(password, 21));
    assert_int_equal(arena.used_bytes, 0);
    arena_finish(&arena);
}

/* Clean-up runs on whatever was reached before the failure. */
static void an_empty_arena_can_be_finished_reset_and_wiped(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_reset(&arena);
    arena_wipe(&arena);
    arena_finish(&arena);
    arena_finish(&arena);
    assert_non_null(arena_alloc(&arena, 1));
    arena_finish(&arena);
    assert_int_equal(arena.used_bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(the_limit_is_exact),
        cmocka_unit_test(sizes_that_would_wrap_are_refused),
        cmocka_unit_test(arrays_hold_their_product),
        cmocka_unit_test(copies_end_with_a_zero_byte),
        cmocka_unit_test(reused_memory_is_zeroed_again),
        cmocka_unit_test(wiping_overwrites_what_was_handed_out),
        cmocka_unit_test(an_empty_arena_can_be_finished_reset_and_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
