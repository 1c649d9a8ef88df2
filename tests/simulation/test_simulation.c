/* Random people at a real desk, and a plain model of it beside: every answer has to be the same,
 * and at the end everything that anybody can see.
 *
 * TTYDESK_SEED: the first seed. TTYDESK_ROUNDS: how many seeds. TTYDESK_STEPS: commands each. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/simulation/check.h"

enum { STEPS_PER_CHECK = 125, STEPS_PER_FORGET = 25 };

static size_t number_from(const char *variable, size_t otherwise)
{
    const char *value = getenv(variable);
    return value != NULL ? (size_t)strtoull(value, NULL, 0) : otherwise;
}

static void step(struct play *play)
{
    struct wish *wish = wisher_next(&play->wisher);
    check_before(play);
    struct outcome outcome = desk_run(&play->desk, &wish->command);
    struct model_answer expected = model_apply(&play->model, &wish->command);

    play->step++;
    check_answer(play, wish, &outcome, &expected);
    check_endings(play, wish, &outcome);
    if (wish->command.method == METHOD_ACCOUNT_LOGIN && outcome.verdict == ERROR_NONE) {
        wisher_signed_in(&play->wisher, wish, outcome.sign_in);
    }
    check_event(play);
}

/* Several commands in one transaction, which is sometimes forgotten as a whole. */
static void batch(struct play *play)
{
    size_t count = 1 + dice_below(&play->wisher.dice, 8);
    bool forgotten = dice_below(&play->wisher.dice, 8) == 0;
    struct model *before = NULL;

    if (forgotten) {
        before = malloc(sizeof *before);
        assert_non_null(before);
        *before = play->model;
    }
    desk_begin(&play->desk);
    /* Expired ids are told by their own time, so forgetting their verdicts changes nothing. */
    store_forget_operations(play->desk.rows, play->wisher.now_ms - OPERATION_KEPT_MS, 100);
    for (size_t i = 0; i < count && model_has_room(&play->model); i++) {
        step(play);
    }
    if (forgotten) {
        desk_abort(&play->desk);
        play->model = *before;
        free(before);
    } else {
        desk_commit(&play->desk);
    }
}

/* Plays to the end, verifies the store, and gives the digest of what is kept. */
static void play(struct play *play, uint64_t seed, size_t steps, uint8_t ret_content[32])
{
    size_t next_check = STEPS_PER_CHECK;
    size_t next_forget = STEPS_PER_FORGET;

    memset(play, 0, sizeof *play);
    play->seed = seed;
    model_init(&play->model);
    desk_open(&play->desk);
    play->wisher.dice = dice_from_seed(seed);
    play->wisher.model = &play->model;
    play->wisher.now_ms = UINT64_C(1700000000000);
    while (play->step < steps && model_has_room(&play->model)) {
        if (dice_below(&play->wisher.dice, 3) == 0) {
            batch(play);
        } else {
            step(play);
        }
        if (play->step >= next_check) {
            next_check += STEPS_PER_CHECK;
            check_everything(play);
        }
        if (play->step >= next_forget) {
            next_forget += STEPS_PER_FORGET;
            desk_forget(&play->desk);
        }
    }
    check_everything(play);
    store_content_digest(desk_read(&play->desk), ret_content);
    desk_read_end(&play->desk);
    desk_close(&play->desk);
}

/* The whole of the rules, in every order that chance finds. */
static void random_commands_are_answered_as_the_model_says(void **state)
{
    uint64_t seed = (uint64_t)number_from("TTYDESK_SEED", 1);
    size_t rounds = number_from("TTYDESK_ROUNDS", 60);
    size_t steps = number_from("TTYDESK_STEPS", 700);
    struct play *stage = malloc(sizeof *stage);
    uint8_t content[32];
    (void)state;

    assert_non_null(stage);
    print_message("TTYDESK_SEED=%" PRIu64 " TTYDESK_ROUNDS=%zu TTYDESK_STEPS=%zu\n", seed, rounds,
                  steps);
    for (size_t i = 0; i < rounds; i++) {
        play(stage, seed + i, steps, content);
    }
    free(stage);
}

/* Nothing but rows and commands decides: no clock, no chance, no address in memory. */
static void the_same_commands_end_in_the_same_desk(void **state)
{
    uint64_t seed = (uint64_t)number_from("TTYDESK_SEED", 1);
    struct play *stage = malloc(sizeof *stage);
    uint8_t content[3][32];
    (void)state;

    assert_non_null(stage);
    play(stage, seed, 300, content[0]);
    play(stage, seed, 300, content[1]);
    play(stage, seed + 1, 300, content[2]);
    free(stage);
    assert_memory_equal(content[0], content[1], 32);
    assert_memory_not_equal(content[0], content[2], 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_commands_are_answered_as_the_model_says),
        cmocka_unit_test(the_same_commands_end_in_the_same_desk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
