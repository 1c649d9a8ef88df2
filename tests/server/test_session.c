/* Sessions over one end of a socket pair; the test is the client at the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"
#include "server/session.h"

enum { NOTE_BYTES = 1000 };

struct desk {
    uv_loop_t loop;
    uv_async_t alive; /* as the daemon's signals do, it keeps the loop going */
    struct config_limits limits;
    struct sessions *sessions;
    struct session *session;
    int client;
    size_t messages;
    unsigned most_in_a_turn;
    size_t answer_bytes; /* what on_message answers each with; 0: nothing */
    size_t end_at;       /* session_end at this message */
    size_t drop_at;
    bool gone;
    enum error why;
};

static void say(struct session *session, size_t bytes)
{
    uint8_t *data = calloc(1, bytes);
    struct buffer object = {.data = data, .length = bytes};
    session_send(session, &object, false);
    free(data);
}

static void on_message(void *context, struct session *session, struct bytes object)
{
    struct desk *desk = context;
    desk->messages++;
    assert_int_equal(object.length, 1);
    if (session->turn_requests > desk->most_in_a_turn) {
        desk->most_in_a_turn = session->turn_requests;
    }
    if (desk->answer_bytes > 0) {
        say(session, desk->answer_bytes);
    }
    if (desk->messages == desk->end_at) {
        session_end(session, ERROR_SHUTTING_DOWN, NULL);
    }
    if (desk->messages == desk->drop_at) {
        session_drop(session, ERROR_PROTOCOL_VIOLATION);
    }
}

static void on_gone(void *context, struct session *session, enum error why)
{
    struct desk *desk = context;
    assert_false(desk->gone);
    assert_ptr_equal(session, desk->session);
    desk->gone = true;
    desk->why = why;
}

static int open_desk(void **state)
{
    struct desk *desk = calloc(1, sizeof *desk);
    int fds[2];
    desk->limits = (struct config_limits){
        .handshake_timeout_ms = 60000,
        .login_grace_ms = 60000,
        .request_before_login_bytes = 4096,
        .request_bytes = 262144,
        .depth = 8,
        .elements = 4096,
        .map_pairs = 64,
        .silence_timeout_ms = 90000,
        .output_soft_bytes = 64 * 1024,
        .output_hard_bytes = 4 * 1024 * 1024,
        .output_soft_timeout_ms = 60000,
    };
    assert_int_equal(uv_loop_init(&desk->loop), 0);
    assert_int_equal(uv_async_init(&desk->loop, &desk->alive, NULL), 0);
    desk->sessions = sessions_create(&(struct sessions_settings){.loop = &desk->loop,
                                                                 .limits = &desk->limits,
                                                                 .context = desk,
                                                                 .on_message = on_message,
                                                                 .on_gone = on_gone});
    assert_non_null(desk->sessions);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    desk->client = fds[1];
    desk->session = session_create(desk->sessions, false);
    assert_non_null(desk->session);
    assert_int_equal(uv_pipe_open(&desk->session->socket.pipe, fds[0]), 0);
    assert_int_equal(session_start(desk->session, "unix:1", true, false), ERROR_NONE);
    *state = desk;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *desk = *state;
    if (!desk->gone) {
        session_drop(desk->session, ERROR_CONNECTION_LOST);
    }
    sessions_drop_all(desk->sessions);
    while (!sessions_all_closed(desk->sessions)) {
        (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
    }
    uv_close((uv_handle_t *)&desk->alive, NULL);
    sessions_destroy(desk->sessions);
    assert_int_equal(uv_loop_close(&desk->loop), 0);
    if (desk->client >= 0) {
        (void)close(desk->client);
    }
    free(desk);
    return 0;
}

static void turn(struct desk *desk)
{
    (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
}

/* Sends `count` objects of one byte each. */
static void ask(struct desk *desk, size_t count)
{
    uint8_t *bytes = calloc(1, count);
    assert_int_equal(write(desk->client, bytes, count), count);
    free(bytes);
}

/* Reads what is there now. */
static size_t hear(struct desk *desk)
{
    uint8_t bytes[65536];
    size_t heard = 0;
    for (ssize_t got; (got = recv(desk->client, bytes, sizeof bytes, MSG_DONTWAIT)) > 0;) {
        heard += (size_t)got;
    }
    return heard;
}

/* --- Input ------------------------------------------------------------------------------------ */

/* One client with a thousand requests must not keep the others waiting. */
static void one_turn_serves_a_bounded_number_of_requests(void **state)
{
    struct desk *desk = *state;
    ask(desk, 1000);
    while (desk->messages < 1000) {
        size_t before = desk->messages;
        turn(desk);
        assert_in_range(desk->messages - before, 0, 3 * SESSION_TURN_REQUESTS);
    }
    assert_int_equal(desk->most_in_a_turn, SESSION_TURN_REQUESTS);
    turn(desk);
    assert_true(desk->session->reading);
}

static void malformed_bytes_end_the_session(void **state)
{
    struct desk *desk = *state;
    uint64_t id = desk->session->id;
    assert_int_equal(write(desk->client, "\xc1", 1), 1);
    assert_ptr_equal(sessions_find(desk->sessions, id), desk->session);
    while (!desk->gone) {
        turn(desk);
    }
    assert_int_equal(desk->why, ERROR_PROTOCOL_VIOLATION);
    assert_null(sessions_find(desk->sessions, id));
}

static void client_that_leaves_is_gone(void **state)
{
    struct desk *desk = *state;
    (void)close(desk->client);
    desk->client = -1;
    while (!desk->gone) {
        turn(desk);
    }
    assert_int_equal(desk->why, ERROR_CONNECTION_LOST);
}

/* Nothing more is handed over once it has been ended, though more had been read already. */
static void ending_while_handling_a_request_is_the_last_thing(void **state)
{
    struct desk *desk = *state;
    desk->end_at = 5;
    ask(desk, 100);
    while (!desk->gone) {
        turn(desk);
    }
    turn(desk);
    turn(desk);
    assert_int_equal(desk->messages, 5);
    assert_true(hear(desk) > 0); /* bye */
}

static void dropping_while_handling_a_waiting_request_is_safe(void **state)
{
    struct desk *desk = *state;
    desk->drop_at = SESSION_TURN_REQUESTS + 3;
    ask(desk, 100);
    while (!desk->gone) {
        turn(desk);
    }
    turn(desk);
    assert_int_equal(desk->messages, SESSION_TURN_REQUESTS + 3);
}

/* --- Output ----------------------------------------------------------------------------------- */

/* Who does not read is not read from, and is served again once he has. */
static void full_outbox_holds_requests_back(void **state)
{
    struct desk *desk = *state;
    desk->answer_bytes = 100000;
    ask(desk, 100);
    for (int i = 0; i < 50; i++) {
        turn(desk);
    }
    size_t held_at = desk->messages;
    assert_in_range(held_at, 1, 50);
    assert_false(desk->session->reading);
    size_t heard = 0;
    while (heard < 100 * desk->answer_bytes) {
        heard += hear(desk);
        turn(desk);
    }
    assert_int_equal(desk->messages, 100);
    assert_false(desk->gone);
}

static void outbox_beyond_the_hard_limit_ends_the_session(void **state)
{
    struct desk *desk = *state;
    for (size_t sent = 0; !desk->gone; sent += NOTE_BYTES) {
        say(desk->session, NOTE_BYTES);
        assert_true(sent <= desk->limits.output_hard_bytes + 65536);
    }
    assert_int_equal(desk->why, ERROR_SLOW_CONSUMER);
    /* The last words come after what had been queued. */
    size_t heard = 0;
    while (!sessions_all_closed(desk->sessions)) {
        heard += hear(desk);
        turn(desk);
    }
    heard += hear(desk);
    assert_true(heard > desk->limits.output_hard_bytes - NOTE_BYTES);
}

static void slow_consumer_has_limited_time(void **state)
{
    struct desk *desk = *state;
    desk->limits.output_soft_timeout_ms = 1;
    say(desk->session, 1000000);
    while (!desk->gone) {
        (void)uv_run(&desk->loop, UV_RUN_ONCE);
    }
    assert_int_equal(desk->why, ERROR_SLOW_CONSUMER);
}

/* What is let go without reading is closed all the same. */
static void draining_ends_though_nobody_reads(void **state)
{
    struct desk *desk = *state;
    say(desk->session, 1000000);
    session_end(desk->session, ERROR_SHUTTING_DOWN, NULL);
    while (!sessions_all_closed(desk->sessions)) {
        (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
    }
}

/* --- Who sits there --------------------------------------------------------------------------- */

static void stranger_has_limited_time(void **state)
{
    struct desk *desk = *state;
    desk->limits.login_grace_ms = 1;
    while (!desk->gone) {
        (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
    }
    assert_int_equal(desk->why, ERROR_NOT_SIGNED_IN);
}

/* A password that is being hashed is waited for. */
static void stranger_with_a_request_in_flight_is_waited_for(void **state)
{
    struct desk *desk = *state;
    desk->limits.login_grace_ms = 1;
    desk->session->in_flight = 1;
    uint64_t start_ms = uv_now(&desk->loop);
    while (uv_now(&desk->loop) < start_ms + 600) { /* two sweeps */
        (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
    }
    assert_false(desk->gone);
    desk->session->in_flight = 0;
    while (!desk->gone) {
        (void)uv_run(&desk->loop, UV_RUN_NOWAIT);
    }
}

static void counts_follow_sign_ins(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(sessions_count(desk->sessions, true), 1);
    assert_int_equal(sessions_count(desk->sessions, false), 1);
    session_signed_in(desk->session, 7, 8);
    assert_int_equal(sessions_count(desk->sessions, false), 0);
    session_signed_in(desk->session, 9, 8);
    assert_int_equal(sessions_count(desk->sessions, false), 0);
    session_signed_in(desk->session, 0, 0);
    assert_int_equal(sessions_count(desk->sessions, false), 1);
    session_signed_in(desk->session, 7, 8);
    session_drop(desk->session, ERROR_CONNECTION_LOST);
    assert_int_equal(sessions_count(desk->sessions, true), 0);
    assert_int_equal(sessions_count(desk->sessions, false), 0);
}

/* 4 KiB until somebody has signed in. */
static void larger_objects_come_with_the_sign_in(void **state)
{
    struct desk *desk = *state;
    uint8_t large[6000] = {0xc5, 5990 >> 8, 5990 & 255};
    session_signed_in(desk->session, 7, 8);
    assert_int_equal(write(desk->client, large, 3), 3);
    for (int i = 0; i < 5; i++) {
        turn(desk);
    }
    assert_false(desk->gone);
    session_signed_in(desk->session, 0, 0);
    assert_false(desk->gone);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_desk, close_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_turn_serves_a_bounded_number_of_requests),
        TEST(malformed_bytes_end_the_session),
        TEST(client_that_leaves_is_gone),
        TEST(ending_while_handling_a_request_is_the_last_thing),
        TEST(dropping_while_handling_a_waiting_request_is_safe),
        TEST(full_outbox_holds_requests_back),
        TEST(outbox_beyond_the_hard_limit_ends_the_session),
        TEST(slow_consumer_has_limited_time),
        TEST(draining_ends_though_nobody_reads),
        TEST(stranger_has_limited_time),
        TEST(stranger_with_a_request_in_flight_is_waited_for),
        TEST(counts_follow_sign_ins),
        TEST(larger_objects_come_with_the_sign_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
