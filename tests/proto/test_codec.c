/* Messages there and back, the shapes around them, and the canonical form. The tests loop over the
 * tables, so a new message or field is covered from the day it is written down. */
#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/scanner.h"
#include "tests/lib/dice.h"
#include "tests/lib/sample.h"

enum { ROUNDS = 20, ID = 70000 };

struct fixture {
    struct dice dice;
    struct arena arena;
};

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->dice = dice_open("codec");
    *state = fixture;
    return 0;
}

static int end(void **state)
{
    struct fixture *fixture = *state;
    arena_finish(&fixture->arena);
    free(fixture);
    return 0;
}

static struct bytes bytes_of(const struct buffer *buffer)
{
    assert_false(buffer->failed);
    return (struct bytes){.data = buffer->data, .length = buffer->length};
}

static void scan(struct bytes bytes)
{
    struct scanner scanner;
    scanner_init(&scanner, &(struct scanner_limits){.bytes_max = bytes.length,
                                                    .depth_max = 8,
                                                    .elements_max = bytes.length,
                                                    .pairs_max = 64});
    size_t taken;
    assert_int_equal(scanner_feed(&scanner, bytes.data, bytes.length, &taken), SCANNER_DONE);
    assert_int_equal(taken, bytes.length);
}

/* Calls `check` for every table that a method or notification names. */
static void each_table(struct fixture *fixture,
                       void (*check)(struct fixture *fixture, const struct table *table))
{
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        check(fixture, methods[i].request);
        check(fixture, methods[i].reply);
        arena_reset(&fixture->arena);
    }
    for (unsigned i = 0; i < NOTIFICATION_COUNT; i++) {
        check(fixture, notifications[i].table);
    }
    check(fixture, &failure_table);
    arena_reset(&fixture->arena);
}

static void each_request(struct fixture *fixture,
                         void (*check)(struct fixture *fixture, const struct table *table))
{
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        check(fixture, methods[i].request);
        arena_reset(&fixture->arena);
    }
}

/* --- There and back -------------------------------------------------------------------------- */

static void round_trip(struct fixture *fixture, const struct table *table, uint64_t wanted)
{
    void *message = sample_make(table, wanted, &fixture->dice, &fixture->arena);
    struct buffer buffer = {0};
    codec_write_request(&buffer, ID, "some.method", table, message);
    scan(bytes_of(&buffer));

    struct rpc rpc;
    assert_int_equal(codec_open(bytes_of(&buffer), &fixture->arena, &rpc), ERROR_NONE);
    assert_int_equal(rpc.kind, RPC_REQUEST);
    assert_int_equal(rpc.id, ID);
    assert_true(text_equal(rpc.method, text_of("some.method")));
    void *back = arena_alloc(&fixture->arena, table->size);
    struct failure failure = {0};
    enum error error = codec_read(rpc.body, table, CODEC_STRICT, &fixture->arena, back, &failure);
    if (error != ERROR_NONE) {
        fail_msg("%s: %.*s", table->name, (int)failure.message.length, failure.message.data);
    }
    if (!sample_equal(table, message, back)) {
        fail_msg("%s came back different", table->name);
    }
    buffer_finish(&buffer);
}

static void round_trip_all(struct fixture *fixture, const struct table *table)
{
    round_trip(fixture, table, 0);
    round_trip(fixture, table, UINT64_MAX);
    for (unsigned i = 0; i < table->field_count; i++) {
        round_trip(fixture, table, UINT64_C(1) << i);
        round_trip(fixture, table, ~(UINT64_C(1) << i));
    }
    for (unsigned i = 0; i < ROUNDS; i++) {
        round_trip(fixture, table, dice_bits(&fixture->dice));
    }
}

/* Whatever one side can say, the other side understands: with and without each optional field. */
static void every_message_comes_back_as_it_went(void **state)
{
    each_table(*state, round_trip_all);
}

/* Absent is not empty: an update that leaves the title out differs from one that empties it. */
static void absent_differs_from_empty(void **state)
{
    struct fixture *fixture = *state;
    struct buffer buffer = {0};
    const struct table *table = methods[METHOD_ACCOUNT_UPDATE].request;
    uint8_t operation[OPERATION_BYTES] = {1};
    struct account_update update = {
        .operation = {operation, sizeof operation}, .version = 3, .email = text_of("not there")};
    present_mark(&update.present, ACCOUNT_UPDATE_DISPLAY_NAME);
    codec_write_request(&buffer, 1, "account.update", table, &update);

    struct rpc rpc;
    struct failure failure;
    struct account_update back = {0};
    assert_int_equal(codec_open(bytes_of(&buffer), &fixture->arena, &rpc), ERROR_NONE);
    assert_int_equal(codec_read(rpc.body, table, CODEC_STRICT, &fixture->arena, &back, &failure),
                     ERROR_NONE);
    assert_true(present_has(back.present, ACCOUNT_UPDATE_DISPLAY_NAME));
    assert_int_equal(back.display_name.length, 0);
    assert_false(present_has(back.present, ACCOUNT_UPDATE_EMAIL));
    assert_null(back.email.data);
    assert_true(present_has(back.present, ACCOUNT_UPDATE_VERSION));
    buffer_finish(&buffer);
}

/* --- Bytes written down ---------------------------------------------------------------------- */

static void assert_bytes(struct buffer *buffer, const char *expected, size_t length)
{
    assert_int_equal(buffer->length, length);
    assert_memory_equal(buffer->data, expected, length);
    buffer_finish(buffer);
}

#define ASSERT_BYTES(buffer, literal) assert_bytes((buffer), (literal), sizeof(literal) - 1)

/* The bytes are the contract with clients in other languages; both halves must not drift alike. */
static void bytes_are_those_of_the_specification(void **state)
{
    (void)state;
    struct buffer buffer = {0};
    struct ticket_get get = {.number = 7};
    codec_write_request(&buffer, 1, "ticket.get", methods[METHOD_TICKET_GET].request, &get);
    ASSERT_BYTES(&buffer, "\x94\x00\x01\xaaticket.get\x91\x81\xa6number\x07");

    struct nothing nothing = {0};
    codec_write_request(&buffer, 300, "api", &nothing_table, &nothing);
    ASSERT_BYTES(&buffer, "\x94\x00\xcd\x01\x2c\xa3"
                          "api\x91\x80");

    struct ticket_changed changed = {.number = 7, .version = 2, .sequence = 1000};
    codec_write_response(&buffer, UINT32_MAX, methods[METHOD_TICKET_UPDATE].reply, &changed);
    ASSERT_BYTES(&buffer, "\x94\x01\xce\xff\xff\xff\xff\xc0\x83\xa6number\x07\xa7version\x02"
                          "\xa8sequence\xcd\x03\xe8");

    struct failure failure = {.code = ERROR_NOT_FOUND, .message = text_of("No.")};
    codec_write_failure(&buffer, 1, &failure);
    ASSERT_BYTES(&buffer, "\x94\x01\x01\x82\xa4"
                          "code\xa9not_found\xa7message\xa3No.\xc0");

    struct ticket_gone gone = {.number = 7, .sequence = 9};
    codec_write_notification(&buffer, "ticket.gone", notifications[NOTIFICATION_TICKET_GONE].table,
                             &gone);
    ASSERT_BYTES(&buffer, "\x93\x02\xabticket.gone\x91\x82\xa6number\x07\xa8sequence\x09");
}

/* --- The three shapes ------------------------------------------------------------------------ */

static enum error open_literal(struct fixture *fixture, const char *data, size_t length,
                               struct rpc *ret_rpc)
{
    return codec_open((struct bytes){(const uint8_t *)data, length}, &fixture->arena, ret_rpc);
}

#define OPEN(literal, ret_rpc) open_literal(*state, (literal), sizeof(literal) - 1, (ret_rpc))

/* Each shape is read, and an empty array of params is one empty map. */
static void the_three_shapes_are_opened(void **state)
{
    struct rpc rpc;
    assert_int_equal(OPEN("\x94\x00\x05\xa1m\x91\x80", &rpc), ERROR_NONE);
    assert_true(rpc.kind == RPC_REQUEST && rpc.id == 5 && rpc.body != NULL);
    assert_int_equal(OPEN("\x94\x00\x05\xa1m\x90", &rpc), ERROR_NONE);
    assert_non_null(rpc.body);
    assert_int_equal(OPEN("\x94\x01\x05\xc0\x80", &rpc), ERROR_NONE);
    assert_true(rpc.kind == RPC_RESPONSE && rpc.body != NULL && rpc.error == NULL);
    assert_int_equal(OPEN("\x94\x01\x05\x80\xc0", &rpc), ERROR_NONE);
    assert_true(rpc.kind == RPC_RESPONSE && rpc.body == NULL && rpc.error != NULL);
    assert_int_equal(OPEN("\x93\x02\xa1m\x91\x80", &rpc), ERROR_NONE);
    assert_true(rpc.kind == RPC_NOTIFICATION && rpc.body != NULL);
}

/* A request that is wrong behind its id is answered; the answer needs the id. */
static void the_id_of_a_wrong_request_is_kept(void **state)
{
    static const struct {
        const char *data;
        size_t length;
    } wrong[] = {
#define WRONG(literal) {literal, sizeof(literal) - 1}
        WRONG("\x92\x00\x05"),                  /* nothing else */
        WRONG("\x93\x00\x05\xa1m"),             /* no params */
        WRONG("\x94\x00\x05\x01\x91\x80"),      /* method is a number */
        WRONG("\x94\x00\x05\xa1m\x80"),         /* params is a map */
        WRONG("\x94\x00\x05\xa1m\x91\xc0"),     /* params holds nil */
        WRONG("\x94\x00\x05\xa1m\x92\x80\x80"), /* two maps */
        WRONG("\x95\x00\x05\xa1m\x91\x80\x80"), /* one item too many */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rpc rpc;
        assert_int_equal(open_literal(*state, wrong[i].data, wrong[i].length, &rpc),
                         ERROR_INVALID_REQUEST);
        assert_int_equal(rpc.kind, RPC_REQUEST);
        assert_int_equal(rpc.id, 5);
        assert_null(rpc.method.data);
        assert_null(rpc.body);
    }
}

/* What has no id can't be answered and must not look like a request. */
static void objects_that_are_no_rpc_are_refused(void **state)
{
    static const struct {
        const char *data;
        size_t length;
    } wrong[] = {
        WRONG(""),
        WRONG("\x80"),                                      /* a map */
        WRONG("\x05"),                                      /* a number */
        WRONG("\x90"),                                      /* empty */
        WRONG("\x91\x00"),                                  /* no id */
        WRONG("\x94\x03\x05\xa1m\x91\x80"),                 /* no such shape */
        WRONG("\x94\xff\x05\xa1m\x91\x80"),                 /* negative shape */
        WRONG("\x94\x00\xff\xa1m\x91\x80"),                 /* negative id */
        WRONG("\x94\x00\xc0\xa1m\x91\x80"),                 /* nil id */
        WRONG("\x94\x00\xcf\0\0\0\1\0\0\0\0\xa1m\x91\x80"), /* id of 33 bits */
        WRONG("\x94\x02\x05\xa1m\x91\x80"),                 /* notification with an id */
        WRONG("\x93\x02\xa1m\x80"),                         /* params is a map */
        WRONG("\x93\x02\xa1m\x91\x80\x00"),                 /* bytes left over */
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct rpc rpc;
        assert_int_equal(open_literal(*state, wrong[i].data, wrong[i].length, &rpc),
                         ERROR_INVALID_REQUEST);
        assert_int_equal(rpc.kind, RPC_NOTIFICATION);
        assert_null(rpc.method.data);
    }
}

/* A response is a result or a failure, not both and not neither. */
static void ambiguous_responses_are_refused(void **state)
{
    struct rpc rpc;
    assert_int_equal(OPEN("\x94\x01\x05\x80\x80", &rpc), ERROR_INVALID_REQUEST);
    assert_int_equal(OPEN("\x94\x01\x05\xc0\xc0", &rpc), ERROR_INVALID_REQUEST);
    assert_int_equal(OPEN("\x94\x01\x05\xa3"
                          "bad\xc0",
                          &rpc),
                     ERROR_INVALID_REQUEST);
    assert_int_equal(OPEN("\x94\x01\x05\xc0\x07", &rpc), ERROR_INVALID_REQUEST);
    assert_int_equal(rpc.kind, RPC_RESPONSE);
    assert_int_equal(rpc.id, 5);
}

/* Half an object is never taken for a whole one. */
static void every_truncation_is_refused(void **state)
{
    struct fixture *fixture = *state;
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        const struct table *table = methods[i].request;
        void *message = sample_make(table, UINT64_MAX, &fixture->dice, &fixture->arena);
        struct buffer buffer = {0};
        codec_write_request(&buffer, 1, methods[i].name, table, message);
        size_t step = buffer.length > 2000 ? 97 : 1;
        for (size_t length = 0; length < buffer.length; length += step) {
            struct rpc rpc;
            assert_int_equal(codec_open((struct bytes){buffer.data, length}, &fixture->arena, &rpc),
                             ERROR_INVALID_REQUEST);
        }
        buffer_finish(&buffer);
        arena_reset(&fixture->arena);
    }
}

/* A limit on memory is met with an error, at whatever allocation it strikes. */
static void lack_of_memory_is_an_error(void **state)
{
    struct fixture *fixture = *state;
    const struct table *table = methods[METHOD_TICKET_LIST].reply;
    struct ticket tickets[3] = {0};
    for (unsigned i = 0; i < 3; i++) {
        tickets[i] = (struct ticket){
            .number = i + 1, .version = 1, .title = text_of("T"), .requester = text_of("ann")};
    }
    struct ticket_list_reply reply = {.tickets = {tickets, 3}};
    struct buffer buffer = {0};
    codec_write_response(&buffer, 1, table, &reply);
    bool succeeded = false;
    for (size_t limit = 16; limit < 100000 && !succeeded; limit += 16) {
        struct arena arena;
        arena_init(&arena, limit);
        struct rpc rpc;
        struct ticket_list_reply back = {0};
        struct failure failure;
        enum error error = codec_open(bytes_of(&buffer), &arena, &rpc);
        if (error == ERROR_NONE) {
            error = codec_read(rpc.body, table, CODEC_TOLERANT, &arena, &back, &failure);
            assert_true(error == ERROR_NONE || failure.message.length > 0);
        }
        assert_true(error == ERROR_NONE || error == ERROR_NO_MEMORY);
        succeeded = error == ERROR_NONE;
        arena_finish(&arena);
    }
    assert_true(succeeded);
    buffer_finish(&buffer);
    (void)fixture;
}

/* --- The canonical form ---------------------------------------------------------------------- */

static void canonical(const struct table *table, const void *message, struct buffer *ret_buffer)
{
    codec_write_canonical(ret_buffer, table, message);
    assert_false(ret_buffer->failed);
}

static bool same_bytes(const struct buffer *a, const struct buffer *b)
{
    return a->length == b->length && memcmp(a->data, b->data, a->length) == 0;
}

static void canonical_survives_the_wire(struct fixture *fixture, const struct table *table)
{
    void *message = sample_make(table, dice_bits(&fixture->dice), &fixture->dice, &fixture->arena);
    struct buffer wire = {0};
    codec_write_request(&wire, 1, "m", table, message);
    struct rpc rpc;
    struct failure failure;
    void *back = arena_alloc(&fixture->arena, table->size);
    assert_int_equal(codec_open(bytes_of(&wire), &fixture->arena, &rpc), ERROR_NONE);
    assert_int_equal(codec_read(rpc.body, table, CODEC_STRICT, &fixture->arena, back, &failure),
                     ERROR_NONE);
    struct buffer before = {0};
    struct buffer after = {0};
    canonical(table, message, &before);
    canonical(table, back, &after);
    assert_true(same_bytes(&before, &after));
    buffer_finish(&wire);
    buffer_finish(&before);
    buffer_finish(&after);
}

/* A retry is recognised by the digest of this form, whichever side made the struct. */
static void canonical_form_is_the_same_on_both_sides(void **state)
{
    for (unsigned i = 0; i < ROUNDS; i++) {
        each_request(*state, canonical_survives_the_wire);
    }
}

/* The operation id is what the digest is compared for, and a digest of a password is a hint. */
static void canonical_form_is_without_operation_and_secrets(void **state)
{
    (void)state;
    const struct table *table = methods[METHOD_ACCOUNT_REGISTER].request;
    uint8_t ids[2][OPERATION_BYTES] = {{1}, {2}};
    struct account_register first = {.operation = {ids[0], OPERATION_BYTES},
                                     .name = text_of("ann"),
                                     .email = text_of("a@b"),
                                     .password = text_of("one")};
    struct account_register second = first;
    second.operation.data = ids[1];
    second.password = text_of("another");
    second.password_again = text_of("another");
    present_mark(&second.present, REGISTER_PASSWORD_AGAIN);
    struct buffer a = {0};
    struct buffer b = {0};
    canonical(table, &first, &a);
    canonical(table, &second, &b);
    assert_true(same_bytes(&a, &b));
    ASSERT_BYTES(&a, "\x82\xa4name\xa3"
                     "ann\xa5"
                     "email\xa3"
                     "a@b");
    second.name = text_of("bob");
    b.length = 0;
    canonical(table, &second, &b);
    a.length = 0;
    canonical(table, &first, &a);
    assert_false(same_bytes(&a, &b));
    buffer_finish(&a);
    buffer_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_comes_back_as_it_went),
        cmocka_unit_test(absent_differs_from_empty),
        cmocka_unit_test(bytes_are_those_of_the_specification),
        cmocka_unit_test(the_three_shapes_are_opened),
        cmocka_unit_test(the_id_of_a_wrong_request_is_kept),
        cmocka_unit_test(objects_that_are_no_rpc_are_refused),
        cmocka_unit_test(ambiguous_responses_are_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(lack_of_memory_is_an_error),
        cmocka_unit_test(canonical_form_is_the_same_on_both_sides),
        cmocka_unit_test(canonical_form_is_without_operation_and_secrets),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
