/* Who is at which ticket, on a clock that the test moves: nobody stays there after they have gone,
 * and nothing ticks while nobody is anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/presence.h"

#define SILENCE UINT64_C(25000)

enum { EVE = 1, BOB = 2 };

struct room {
    uv_loop_t loop;
    struct presence *presence;
    uint64_t now_ms;
    uint64_t start_id; /* of the timer, and when that was */
    uint64_t started_ms;
    char told[512];   /* "eve reading 7; " and so on */
    uint64_t dropped; /* a connection that ends while somebody is told */
};

static struct room room;

static uint64_t now_ms(void *context)
{
    assert_ptr_equal(context, &room);
    return room.now_ms;
}

static void tell(void *context, const struct presence_person *person)
{
    size_t length = strlen(room.told);

    assert_ptr_equal(context, &room);
    (void)snprintf(room.told + length, sizeof room.told - length, "%s %s %u; ", person->name,
                   choices_name(&doing_choices, person->doing), (unsigned)person->ticket);
    if (room.dropped != 0) {
        presence_forget(room.presence, room.dropped);
    }
}

static int open_room(void **state)
{
    (void)state;
    room = (struct room){.now_ms = 1000};
    assert_int_equal(uv_loop_init(&room.loop), 0);
    room.presence = presence_create(&(struct presence_settings){
        .loop = &room.loop,
        .silence_ms = SILENCE,
        .context = &room,
        .now_ms = now_ms,
        .tell = tell,
    });
    assert_non_null(room.presence);
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    presence_destroy(room.presence);
    (void)uv_run(&room.loop, UV_RUN_NOWAIT);
    assert_int_equal(uv_loop_close(&room.loop), 0);
    return 0;
}

static void find_timer(uv_handle_t *handle, void *ret_timer)
{
    if (handle->type == UV_TIMER) {
        *(uv_timer_t **)ret_timer = (uv_timer_t *)handle;
    }
}

static uv_timer_t *timer_of_room(void)
{
    uv_timer_t *timer = NULL;
    uv_walk(&room.loop, find_timer, &timer);
    assert_non_null(timer);
    return timer;
}

static bool ticks(void)
{
    return uv_is_active((uv_handle_t *)timer_of_room());
}

/* The loop's own clock stands still: when the timer was started says the test's. */
static void note_start(void)
{
    const uv_timer_t *timer = timer_of_room();

    if (ticks() && timer->start_id != room.start_id) {
        room.start_id = timer->start_id;
        room.started_ms = room.now_ms;
    }
}

/* Moves the clock, and lets the timer go off as often as it would have. */
static void pass(uint64_t ms)
{
    uint64_t until_ms = room.now_ms + ms;
    uv_timer_t *timer = timer_of_room();

    note_start();
    while (ticks() && room.started_ms + uv_timer_get_due_in(timer) <= until_ms) {
        uv_timer_cb on_timer = timer->timer_cb;
        room.now_ms = room.started_ms + uv_timer_get_due_in(timer);
        (void)uv_timer_stop(timer);
        on_timer(timer);
        note_start();
    }
    room.now_ms = until_ms;
}

static void set(uint64_t connection, uint64_t account, uint64_t ticket, enum doing doing)
{
    struct presence_person person = {.account = account, .ticket = ticket, .doing = doing};

    (void)snprintf(person.name, sizeof person.name, "%s", account == EVE ? "eve" : "bob");
    assert_int_equal(presence_set(room.presence, connection, &person), ERROR_NONE);
    note_start();
}

/* What was told since the last time. */
static void assert_told(const char *expected)
{
    assert_string_equal(room.told, expected);
    room.told[0] = '\0';
}

static void only_changes_are_told(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    assert_told("eve reading 7; ");
    pass(10000);
    set(10, EVE, 7, DOING_READING);
    assert_told("");
    set(10, EVE, 7, DOING_REPLYING);
    assert_told("eve replying 7; ");
    set(10, EVE, 7, DOING_NOTHING);
    assert_told("eve nothing 7; ");
    set(10, EVE, 7, DOING_NOTHING);
    assert_told("");
}

static void silence_ends_it(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    pass(1000);
    set(20, BOB, 7, DOING_REPLYING);
    assert_told("eve reading 7; bob replying 7; ");
    pass(SILENCE - 1001);
    assert_told("");
    pass(1);
    assert_told("eve nothing 7; ");
    pass(999);
    assert_told("");
    pass(1);
    assert_told("bob nothing 7; ");
    assert_true(presence_is_empty(room.presence));
}

static void a_renewal_keeps_it(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    set(20, BOB, 7, DOING_READING);
    for (int i = 0; i < 10; i++) {
        pass(10000);
        set(10, EVE, 7, DOING_READING);
    }
    assert_told("eve reading 7; bob reading 7; bob nothing 7; ");
}

/* An idle desk wakes up for nothing. */
static void nothing_ticks_while_nobody_is_there(void **state)
{
    (void)state;
    assert_false(ticks());
    set(10, EVE, 7, DOING_READING);
    assert_true(ticks());
    set(10, EVE, 7, DOING_NOTHING);
    assert_false(ticks());
    set(10, EVE, 7, DOING_READING);
    pass(SILENCE);
    assert_false(ticks());
    presence_forget(room.presence, 99);
    assert_false(ticks());
}

/* A late word about the ticket before must not end the presence at the next. */
static void a_connection_is_at_one_ticket(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    set(10, EVE, 8, DOING_READING);
    assert_told("eve reading 7; eve nothing 7; eve reading 8; ");
    set(10, EVE, 7, DOING_NOTHING);
    assert_told("");
    assert_int_equal(presence_doing(room.presence, EVE, 8), DOING_READING);
}

/* Two terminals of one person are one person. */
static void a_person_counts_once_with_the_most_they_do(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    set(11, EVE, 7, DOING_REPLYING);
    set(20, BOB, 7, DOING_READING);
    set(10, EVE, 7, DOING_READING);
    assert_told("eve reading 7; eve replying 7; bob reading 7; ");

    size_t count = 0;
    const struct presence_person *person = NULL;
    while ((person = presence_next(room.presence, 7, person)) != NULL) {
        count++;
    }
    while ((person = presence_next(room.presence, 0, person)) != NULL) {
        count++;
    }
    assert_null(presence_next(room.presence, 8, NULL));
    assert_int_equal(count, 4);
    assert_int_equal(presence_doing(room.presence, EVE, 7), DOING_REPLYING);

    set(11, EVE, 7, DOING_NOTHING);
    assert_told("eve reading 7; ");
    set(10, EVE, 7, DOING_NOTHING);
    assert_told("eve nothing 7; ");
}

/* The line may be lost while others are told of something: told later, so that no list changes
 * under who walks it. */
static void a_lost_connection_is_gone_with_the_next_turn(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    set(20, BOB, 8, DOING_READING);
    assert_told("eve reading 7; bob reading 8; ");
    room.dropped = 20;
    set(10, EVE, 7, DOING_REPLYING);
    assert_told("eve replying 7; ");
    room.dropped = 0;
    pass(0);
    assert_told("bob nothing 8; ");
    assert_true(ticks()); /* for eve */
    presence_forget(room.presence, 10);
    presence_forget(room.presence, 10);
    pass(0);
    assert_told("eve nothing 7; ");
    assert_false(ticks());
}

/* The same line, but somebody else signed in. */
static void another_account_takes_over_a_connection(void **state)
{
    (void)state;
    set(10, EVE, 7, DOING_READING);
    presence_forget(room.presence, 10);
    set(10, BOB, 7, DOING_READING);
    assert_told("eve reading 7; eve nothing 7; bob reading 7; ");
    pass(0);
    assert_told("");
}

static void many_come_and_go(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= 2000; i++) {
        set(i, EVE + i % 2, i % 97, DOING_READING);
        room.told[0] = '\0';
        pass(20);
    }
    /* 25 s are 1250 steps */
    assert_int_equal(presence_doing(room.presence, EVE, 2000 % 97), DOING_READING);
    for (uint64_t i = 1; i <= 2000; i += 3) {
        presence_forget(room.presence, i);
    }
    for (int i = 0; i < 2000; i++) {
        pass(20);
        room.told[0] = '\0';
    }
    assert_true(presence_is_empty(room.presence));
    assert_false(ticks());
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_room, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_changes_are_told),
        TEST(silence_ends_it),
        TEST(a_renewal_keeps_it),
        TEST(nothing_ticks_while_nobody_is_there),
        TEST(a_connection_is_at_one_ticket),
        TEST(a_person_counts_once_with_the_most_they_do),
        TEST(a_lost_connection_is_gone_with_the_next_turn),
        TEST(another_account_takes_over_a_connection),
        TEST(many_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
