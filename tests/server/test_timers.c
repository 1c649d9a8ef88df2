/* When a timer is fired: with rows, clock and desk that the test moves; only the event loop is
 * real, and nobody waits for it: how long the alarm is set for is asked of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/timers.h"

#define NOW   UINT64_C(1800000000000)
#define HOUR  UINT64_C(3600000)
#define RETRY UINT64_C(5000)

struct room {
    uv_loop_t loop;
    struct timers *timers;
    struct timer_key rows[2 * TIMERS_FIRED_MAX]; /* in order */
    size_t row_count;
    enum error unreadable;
    uint64_t now_ms;
    struct timer_key fired; /* the last one */
    size_t fired_count;
};

static struct room room;

static enum error next(void *context, struct timer_key after, struct timer_key *ret_key)
{
    assert_ptr_equal(context, &room);
    if (room.unreadable != ERROR_NONE) {
        return room.unreadable;
    }
    for (size_t i = 0; i < room.row_count; i++) {
        const struct timer_key *key = &room.rows[i];
        if (key->due_ms > after.due_ms || (key->due_ms == after.due_ms && key->id > after.id)) {
            *ret_key = *key;
            return ERROR_NONE;
        }
    }
    return ERROR_NOT_FOUND;
}

static uint64_t now_ms(void *context)
{
    (void)context;
    return room.now_ms;
}

static void fire(void *context, struct timer_key key)
{
    (void)context;
    room.fired = key;
    room.fired_count++;
}

static int open_room(void **state)
{
    (void)state;
    room = (struct room){.now_ms = NOW};
    assert_int_equal(uv_loop_init(&room.loop), 0);
    room.timers = timers_create(&(struct timers_settings){
        .loop = &room.loop,
        .retry_ms = RETRY,
        .context = &room,
        .next = next,
        .now_ms = now_ms,
        .fire = fire,
    });
    assert_non_null(room.timers);
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    timers_destroy(room.timers);
    (void)uv_run(&room.loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&room.loop), 0);
    return 0;
}

static void find_alarm(uv_handle_t *handle, void *ret_alarm)
{
    if (handle->type == UV_TIMER) {
        *(uv_timer_t **)ret_alarm = (uv_timer_t *)handle;
    }
}

static uv_timer_t *alarm_clock(void)
{
    uv_timer_t *alarm = NULL;
    uv_walk(&room.loop, find_alarm, &alarm);
    assert_non_null(alarm);
    return alarm;
}

/* How long the alarm is set for; 0: it is not. */
static uint64_t armed_ms(void)
{
    uv_timer_t *alarm = alarm_clock();
    return uv_is_active((uv_handle_t *)alarm) ? uv_timer_get_due_in(alarm) : 0;
}

/* As if that time were over. */
static void ring(void)
{
    uv_timer_t *alarm = alarm_clock();
    assert_true(uv_is_active((uv_handle_t *)alarm));
    uv_timer_cb on_alarm = alarm->timer_cb;
    (void)uv_timer_stop(alarm);
    on_alarm(alarm);
}

static void put(uint64_t due_ms, uint64_t id)
{
    room.rows[room.row_count++] = (struct timer_key){.due_ms = due_ms, .id = id};
}

static void remove_first(void)
{
    room.row_count--;
    for (size_t i = 0; i < room.row_count; i++) {
        room.rows[i] = room.rows[i + 1];
    }
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void without_timers_nothing_ticks(void **state)
{
    (void)state;
    timers_look(room.timers);
    assert_int_equal(armed_ms(), 0);
    put(NOW + 500, 1);
    timers_look(room.timers);
    assert_int_equal(armed_ms(), 500);
    remove_first();
    timers_look(room.timers);
    assert_int_equal(armed_ms(), 0);
    assert_int_equal(room.fired_count, 0);
}

static void a_timer_is_fired_when_its_time_has_come(void **state)
{
    (void)state;
    put(NOW + 500, 7);
    timers_look(room.timers);
    room.now_ms = NOW + 500;
    ring();
    assert_int_equal(room.fired_count, 1);
    assert_int_equal(room.fired.due_ms, NOW + 500);
    assert_int_equal(room.fired.id, 7);
}

/* The desk was off when it was due. */
static void a_timer_overdue_at_the_start_is_fired_at_once(void **state)
{
    (void)state;
    put(NOW - 9 * HOUR, 7);
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 1);
}

/* The event loop's clock and the one that commands are stamped with need not agree: a wall clock
 * that jumped is not believed, and a command stamped too early would be refused. */
static void only_the_stamped_time_counts(void **state)
{
    (void)state;
    put(NOW + 500, 7);
    timers_look(room.timers);
    room.now_ms = NOW + 499;
    ring();
    assert_int_equal(room.fired_count, 0);
    assert_int_equal(armed_ms(), 1);
    room.now_ms = NOW + 500;
    ring();
    assert_int_equal(room.fired_count, 1);
}

/* Ten thousand years must not run over what an alarm can be set for. */
static void a_far_timer_is_looked_at_again_on_the_way(void **state)
{
    (void)state;
    put(UINT64_MAX, 7);
    timers_look(room.timers);
    assert_in_range(armed_ms(), 1, HOUR);
    ring();
    assert_int_equal(room.fired_count, 0);
    assert_in_range(armed_ms(), 1, HOUR);
}

/* Every batch is a look; one that comes before the timer's own must not fire it again. */
static void a_timer_is_fired_once_while_its_command_is_on_the_way(void **state)
{
    (void)state;
    put(NOW, 7);
    for (size_t i = 0; i < 100; i++) {
        timers_look(room.timers);
    }
    assert_int_equal(room.fired_count, 1);
    assert_int_equal(armed_ms(), RETRY);
}

/* A full disk: the row stays. No busy loop, and no timer forgotten either. */
static void what_did_not_end_a_timer_is_tried_again_later(void **state)
{
    (void)state;
    put(NOW, 7);
    timers_look(room.timers);
    for (size_t i = 2; i < 5; i++) {
        assert_int_equal(armed_ms(), RETRY);
        ring();
        assert_int_equal(room.fired_count, i);
    }
    remove_first();
    timers_look(room.timers);
    assert_int_equal(armed_ms(), 0);
}

static void an_unreadable_desk_is_read_again_later(void **state)
{
    (void)state;
    put(NOW, 7);
    room.unreadable = ERROR_NO_MEMORY;
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 0);
    assert_int_equal(armed_ms(), RETRY);
    room.unreadable = ERROR_NONE;
    ring();
    assert_int_equal(room.fired_count, 1);
}

/* After a night without power a thousand may be due: not one to a batch. */
static void timers_that_are_due_are_fired_together(void **state)
{
    (void)state;
    put(NOW - 9, 7);
    put(NOW, 8);
    put(NOW + 500, 8);
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 2);
    assert_int_equal(room.fired.id, 8);
    remove_first();
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 2);
    assert_int_equal(armed_ms(), RETRY);
    remove_first();
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 2);
    assert_int_equal(armed_ms(), 500);
}

/* The queue of commands has a limit, too. */
static void so_many_are_on_their_way_and_no_more(void **state)
{
    (void)state;
    for (uint64_t id = 1; id <= 2 * TIMERS_FIRED_MAX; id++) {
        put(NOW, id);
    }
    timers_look(room.timers);
    assert_int_equal(room.fired_count, TIMERS_FIRED_MAX);
    remove_first();
    remove_first();
    timers_look(room.timers);
    assert_int_equal(room.fired_count, TIMERS_FIRED_MAX + 2);
    assert_int_equal(room.fired.id, TIMERS_FIRED_MAX + 2);
}

/* One damaged row must not keep the desk busy, nor hold up what others wait for. */
static void one_that_is_set_aside_holds_up_nobody(void **state)
{
    (void)state;
    put(NOW, 7);
    put(NOW + 500, 8);
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 1);
    timers_set_aside(room.timers, (struct timer_key){.due_ms = NOW, .id = 7});
    timers_look(room.timers);
    assert_int_equal(room.fired_count, 1);
    assert_int_equal(armed_ms(), 500);
    room.now_ms = NOW + 500;
    ring();
    assert_int_equal(room.fired_count, 2);
    assert_int_equal(room.fired.id, 8);
    ring();
    assert_int_equal(room.fired_count, 3);
    assert_int_equal(room.fired.id, 8);
}

/* A batch may bring one that is due before the one the alarm is set for. */
static void an_earlier_timer_takes_the_alarm_over(void **state)
{
    (void)state;
    put(NOW + HOUR, 7);
    timers_look(room.timers);
    room.row_count = 0;
    put(NOW + 500, 8);
    put(NOW + HOUR, 7);
    timers_look(room.timers);
    assert_int_equal(armed_ms(), 500);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_room, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_timers_nothing_ticks),
        TEST(a_timer_is_fired_when_its_time_has_come),
        TEST(a_timer_overdue_at_the_start_is_fired_at_once),
        TEST(only_the_stamped_time_counts),
        TEST(a_far_timer_is_looked_at_again_on_the_way),
        TEST(a_timer_is_fired_once_while_its_command_is_on_the_way),
        TEST(what_did_not_end_a_timer_is_tried_again_later),
        TEST(an_unreadable_desk_is_read_again_later),
        TEST(timers_that_are_due_are_fired_together),
        TEST(so_many_are_on_their_way_and_no_more),
        TEST(one_that_is_set_aside_holds_up_nobody),
        TEST(an_earlier_timer_takes_the_alarm_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
