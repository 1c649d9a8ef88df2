/* Messages there and back, and every way in which a request can be wrong. The tests loop over the
 * tables, so a new message or field is covered from the day it is written down. */
#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>

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

/* --- Requests that are wrong ----------------------------------------------------------------- */

/* A body of `table` with one field treated in a wrong way. */
enum wrong { WRONG_OMITTED, WRONG_TWICE, WRONG_VALUE, WRONG_EXTRA };

static int append(void *context, const char *data, size_t length)
{
    buffer_append(context, data, length);
    return 0;
}

static void pack_name(msgpack_packer *packer, const char *name)
{
    msgpack_pack_str(packer, strlen(name));
    msgpack_pack_str_body(packer, name, strlen(name));
}

/* Packs the pair the codec itself would write for field `index` of a struct where it is present. */
static void pack_pair(msgpack_packer *packer, const msgpack_object *map, const char *name)
{
    for (uint32_t i = 0; i < map->via.map.size; i++) {
        const msgpack_object_kv *pair = &map->via.map.ptr[i];
        if (pair->key.via.str.size == strlen(name) &&
            memcmp(pair->key.via.str.ptr, name, strlen(name)) == 0) {
            msgpack_pack_object(packer, pair->key);
            msgpack_pack_object(packer, pair->val);
            return;
        }
    }
    fail_msg("no field %s", name);
}

/* Builds a request that is right but for `wrong` at `index`; `value` packs the wrong value. */
static void build_wrong(struct fixture *fixture, const struct table *table, enum wrong wrong,
                        unsigned index, const struct buffer *value, struct buffer *ret_buffer)
{
    void *message = sample_make(table, UINT64_MAX, &fixture->dice, &fixture->arena);
    struct buffer right = {0};
    codec_write_request(&right, 1, "m", table, message);
    struct rpc rpc;
    assert_int_equal(codec_open(bytes_of(&right), &fixture->arena, &rpc), ERROR_NONE);
    const msgpack_object *map = rpc.body;

    msgpack_packer packer;
    msgpack_packer_init(&packer, ret_buffer, append);
    buffer_append(ret_buffer, "\x94\x00\x01\xa1m\x91", 6);
    size_t count = table->field_count;
    msgpack_pack_map(&packer, count - (wrong == WRONG_OMITTED) +
                                  (wrong == WRONG_TWICE || wrong == WRONG_EXTRA));
    for (unsigned i = 0; i < count; i++) {
        const char *name = table->fields[i].name;
        if (i != index || wrong == WRONG_TWICE || wrong == WRONG_EXTRA) {
            pack_pair(&packer, map, name);
        } else if (wrong == WRONG_VALUE) {
            pack_name(&packer, name);
            buffer_append(ret_buffer, value->data, value->length);
        }
        if (i == index && wrong == WRONG_TWICE) {
            pack_pair(&packer, map, name);
        }
    }
    if (wrong == WRONG_EXTRA) {
        pack_name(&packer, "surplus");
        msgpack_pack_nil(&packer);
    }
    buffer_finish(&right);
}

static void check_verdict(struct fixture *fixture, const struct table *table,
                          const struct buffer *request, enum codec_manner manner, enum error code,
                          const char *field)
{
    struct rpc rpc;
    struct failure failure = {0};
    assert_int_equal(codec_open(bytes_of(request), &fixture->arena, &rpc), ERROR_NONE);
    void *back = arena_alloc(&fixture->arena, table->size);
    enum error error = codec_read(rpc.body, table, manner, &fixture->arena, back, &failure);
    if (error != code) {
        fail_msg("%s.%s: %s, not %s", table->name, field, error_name(error), error_name(code));
    }
    if (code != ERROR_NONE) {
        assert_int_equal(failure.code, code);
        assert_true(failure.message.length > 0);
        assert_true(present_has(failure.present, FAILURE_FIELD));
        assert_true(text_equal(failure.field, text_of(field)));
    }
}

static void missing_is_refused(struct fixture *fixture, const struct table *table)
{
    for (unsigned i = 0; i < table->field_count; i++) {
        struct buffer request = {0};
        build_wrong(fixture, table, WRONG_OMITTED, i, NULL, &request);
        check_verdict(fixture, table, &request, CODEC_STRICT,
                      table->fields[i].required ? ERROR_MISSING_FIELD : ERROR_NONE,
                      table->fields[i].name);
        buffer_finish(&request);
    }
}

/* Half a request does nothing rather than something. */
static void missing_required_fields_are_refused(void **state)
{
    each_request(*state, missing_is_refused);
}

static void twice_is_refused(struct fixture *fixture, const struct table *table)
{
    for (unsigned i = 0; i < table->field_count; i++) {
        struct buffer request = {0};
        build_wrong(fixture, table, WRONG_TWICE, i, NULL, &request);
        check_verdict(fixture, table, &request, CODEC_STRICT, ERROR_INVALID_FIELD,
                      table->fields[i].name);
        check_verdict(fixture, table, &request, CODEC_TOLERANT, ERROR_INVALID_FIELD,
                      table->fields[i].name);
        buffer_finish(&request);
    }
}

/* Two readers could take different ones of two values: one checks, the other acts. */
static void duplicate_fields_are_refused(void **state)
{
    each_request(*state, twice_is_refused);
}

static void unknown_is_refused(struct fixture *fixture, const struct table *table)
{
    struct buffer request = {0};
    build_wrong(fixture, table, WRONG_EXTRA, 0, NULL, &request);
    check_verdict(fixture, table, &request, CODEC_STRICT, ERROR_UNKNOWN_FIELD, "surplus");
    check_verdict(fixture, table, &request, CODEC_TOLERANT, ERROR_NONE, "surplus");
    buffer_finish(&request);
}

/* A misspelt optional field must not vanish silently; what only informs may grow. */
static void unknown_fields_are_refused_or_skipped(void **state)
{
    each_request(*state, unknown_is_refused);
}

/* A name from outside is repeated only if it is harmless on a screen. */
static void strange_names_are_not_repeated(void **state)
{
    struct rpc rpc;
    struct fixture *fixture = *state;
    struct failure failure;
    struct nothing nothing = {0};
    assert_int_equal(OPEN("\x94\x00\x05\xa1m\x91\x81\xa4\x1b]0;\xc0", &rpc), ERROR_NONE);
    assert_int_equal(
        codec_read(rpc.body, &nothing_table, CODEC_STRICT, &fixture->arena, &nothing, &failure),
        ERROR_UNKNOWN_FIELD);
    assert_false(present_has(failure.present, FAILURE_FIELD));
    assert_null(memchr(failure.message.data, '\x1b', failure.message.length));
}

/* One value of each msgpack type, and the field types it suits. */
static const struct {
    const char *bytes;
    size_t length;
    unsigned suits; /* bit set of enum field_type */
} values[] = {
#define SUITS(type) (1u << (type))
    {"\xc0", 1, 0},
    {"\xc3", 1, SUITS(FIELD_BOOL)},
    {"\x01", 1, SUITS(FIELD_NUMBER)},
    {"\xff", 1, 0},
    {"\xcb\x3f\xf0\0\0\0\0\0\0", 9, 0},
    {"\xa1x", 2, SUITS(FIELD_CHOICE) | SUITS(FIELD_LINE) | SUITS(FIELD_TEXT) | SUITS(FIELD_SECRET)},
    {"\xc4\x01x", 3, SUITS(FIELD_BYTES)},
    {"\x90", 1, SUITS(FIELD_LIST)},
    {"\x80", 1, SUITS(FIELD_RECORD)},
};

static void wrong_types_are_refused_in(struct fixture *fixture, const struct table *table)
{
    for (unsigned i = 0; i < table->field_count; i++) {
        for (size_t v = 0; v < sizeof values / sizeof values[0]; v++) {
            if ((values[v].suits & SUITS(table->fields[i].type)) != 0) {
                continue;
            }
            struct buffer value = {0};
            struct buffer request = {0};
            buffer_append(&value, values[v].bytes, values[v].length);
            build_wrong(fixture, table, WRONG_VALUE, i, &value, &request);
            check_verdict(fixture, table, &request, CODEC_STRICT, ERROR_INVALID_FIELD,
                          table->fields[i].name);
            buffer_finish(&request);
            buffer_finish(&value);
        }
    }
}

/* nil, numbers for texts, texts for numbers: nothing is converted, nothing is guessed. */
static void values_of_another_type_are_refused(void **state)
{
    each_request(*state, wrong_types_are_refused_in);
}

static void send_value(struct fixture *fixture, const struct table *table, unsigned index,
                       struct buffer *value, enum error code)
{
    struct buffer request = {0};
    build_wrong(fixture, table, WRONG_VALUE, index, value, &request);
    check_verdict(fixture, table, &request, CODEC_STRICT, code, table->fields[index].name);
    buffer_finish(&request);
    value->length = 0;
}

static void send_text(struct fixture *fixture, const struct table *table, unsigned index,
                      struct text text, enum error code)
{
    struct buffer value = {0};
    msgpack_packer packer;
    msgpack_packer_init(&packer, &value, append);
    msgpack_pack_str(&packer, text.length);
    msgpack_pack_str_body(&packer, text.data, text.length);
    send_value(fixture, table, index, &value, code);
    buffer_finish(&value);
}

static void send_number(struct fixture *fixture, const struct table *table, unsigned index,
                        uint64_t number, enum error code)
{
    struct buffer value = {0};
    msgpack_packer packer;
    msgpack_packer_init(&packer, &value, append);
    msgpack_pack_uint64(&packer, number);
    send_value(fixture, table, index, &value, code);
    buffer_finish(&value);
}

static void send_binary(struct fixture *fixture, const struct table *table, unsigned index,
                        size_t length, enum error code)
{
    uint8_t content[256] = {0};
    assert_true(length <= sizeof content);
    struct buffer value = {0};
    msgpack_packer packer;
    msgpack_packer_init(&packer, &value, append);
    msgpack_pack_bin(&packer, length);
    msgpack_pack_bin_body(&packer, content, length);
    send_value(fixture, table, index, &value, code);
    buffer_finish(&value);
}

/* `length` characters of four bytes, or of one byte when bytes are counted. */
static struct text long_text(struct fixture *fixture, size_t length, bool wide)
{
    size_t width = wide ? 4 : 1;
    char *data = arena_alloc(&fixture->arena, length * width + 1);
    for (size_t i = 0; i < length; i++) {
        memcpy(data + i * width, wide ? "😀" : "x", width);
    }
    return (struct text){data, length * width};
}

static void text_limits(struct fixture *fixture, const struct table *table, unsigned i)
{
    const struct field *field = &table->fields[i];
    bool wide = field->type != FIELD_SECRET;
    size_t min = (size_t)field->min;
    size_t max = (size_t)field->max;
    send_text(fixture, table, i, long_text(fixture, max, wide), ERROR_NONE);
    send_text(fixture, table, i, long_text(fixture, max + 1, wide), ERROR_INVALID_FIELD);
    send_text(fixture, table, i, long_text(fixture, min, wide), ERROR_NONE);
    if (min > 0) {
        send_text(fixture, table, i, long_text(fixture, min - 1, wide), ERROR_INVALID_FIELD);
    }
    send_text(fixture, table, i, text_of("abc\x1b[2J"), ERROR_INVALID_FIELD);
    send_text(fixture, table, i, text_of("abc\xff"), ERROR_INVALID_FIELD);
    send_text(fixture, table, i, text_of("abc\u202etxt"), ERROR_INVALID_FIELD);
    send_text(fixture, table, i, (struct text){"abc\0d", 5}, ERROR_INVALID_FIELD);
    send_text(fixture, table, i, text_of("abc\ndef\tg"),
              field->type == FIELD_TEXT ? ERROR_NONE : ERROR_INVALID_FIELD);
}

static void choice_limits(struct fixture *fixture, const struct table *table, unsigned i)
{
    const struct field *field = &table->fields[i];
    for (uint32_t value = 0; value < field->choices->count; value++) {
        bool allowed = value >= field->min && value <= field->max;
        send_text(fixture, table, i, text_of(field->choices->names[value]),
                  allowed ? ERROR_NONE : ERROR_INVALID_FIELD);
    }
    send_text(fixture, table, i, text_of("nonsense"), ERROR_INVALID_FIELD);
    send_text(fixture, table, i, text_of(""), ERROR_INVALID_FIELD);
}

static void number_limits(struct fixture *fixture, const struct table *table, unsigned i)
{
    const struct field *field = &table->fields[i];
    send_number(fixture, table, i, field->min, ERROR_NONE);
    send_number(fixture, table, i, field->max, ERROR_NONE);
    send_number(fixture, table, i, field->max + 1, ERROR_INVALID_FIELD);
    send_number(fixture, table, i, UINT64_MAX, ERROR_INVALID_FIELD);
    if (field->min > 0) {
        send_number(fixture, table, i, field->min - 1, ERROR_INVALID_FIELD);
    }
}

static void bytes_limits(struct fixture *fixture, const struct table *table, unsigned i)
{
    const struct field *field = &table->fields[i];
    send_binary(fixture, table, i, (size_t)field->min, ERROR_NONE);
    send_binary(fixture, table, i, (size_t)field->max, ERROR_NONE);
    send_binary(fixture, table, i, (size_t)field->max + 1, ERROR_INVALID_FIELD);
    send_binary(fixture, table, i, (size_t)field->min - 1, ERROR_INVALID_FIELD);
}

static void limits_hold_in(struct fixture *fixture, const struct table *table)
{
    static void (*const checks[])(struct fixture *, const struct table *, unsigned) = {
        [FIELD_NUMBER] = number_limits,
        [FIELD_CHOICE] = choice_limits,
        [FIELD_LINE] = text_limits,
        [FIELD_TEXT] = text_limits,
        [FIELD_SECRET] = text_limits,
        [FIELD_BYTES] = bytes_limits,
        [FIELD_PART] = NULL,
    };
    for (unsigned i = 0; i < table->field_count; i++) {
        if (checks[table->fields[i].type] != NULL) {
            checks[table->fields[i].type](fixture, table, i);
        }
    }
}

/* The last value within a limit passes, the first one beyond it doesn't: for each field. */
static void limits_hold_to_the_last_value(void **state)
{
    each_request(*state, limits_hold_in);
}

static void assert_message(const struct failure *failure, const char *expected)
{
    assert_int_equal(failure->message.length, strlen(expected));
    assert_memory_equal(failure->message.data, expected, strlen(expected));
}

/* A person reads these: which field, what is allowed, what came. */
static void refusals_say_what_is_allowed(void **state)
{
    struct fixture *fixture = *state;
    static const struct {
        enum method method;
        unsigned index;
        const char *value;
        size_t length;
        const char *sentence;
    } cases[] = {
        {METHOD_TICKET_CREATE, CREATE_TITLE, "\xa0", 1,
         "title has 0 characters; 1 to 250 are allowed"},
        {METHOD_TICKET_CREATE, CREATE_OPERATION, "\xc4\x01x", 3,
         "operation has 1 byte; exactly 16 are needed"},
        {METHOD_TICKET_CREATE, CREATE_STATUS, "\xa8RESOLVED", 9,
         "status is not one of: MINOR, MAJOR, CRITICAL"},
        {METHOD_TICKET_LIST, TICKET_LIST_LIMIT, "\xcd\x01\xf4", 3,
         "limit is 500; 1 to 200 are allowed"},
        {METHOD_TICKET_LIST, TICKET_LIST_LIMIT, "\xff", 1, "limit is -1; 1 to 200 are allowed"},
        {METHOD_TICKET_LIST, TICKET_LIST_DELETED, "\xc0", 1,
         "deleted is nil; true or false is expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct table *table = methods[cases[i].method].request;
        struct buffer value = {0};
        struct buffer request = {0};
        buffer_append(&value, cases[i].value, cases[i].length);
        build_wrong(fixture, table, WRONG_VALUE, cases[i].index, &value, &request);
        struct rpc rpc;
        struct failure failure;
        assert_int_equal(codec_open(bytes_of(&request), &fixture->arena, &rpc), ERROR_NONE);
        void *back = arena_alloc(&fixture->arena, table->size);
        assert_int_equal(codec_read(rpc.body, table, CODEC_STRICT, &fixture->arena, back, &failure),
                         ERROR_INVALID_FIELD);
        assert_message(&failure, cases[i].sentence);
        buffer_finish(&request);
        buffer_finish(&value);
    }
}

/* A list longer than its limit would make the reader allocate what the sender likes. */
static void lists_beyond_their_limit_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct change changes[65];
    for (size_t i = 0; i < 65; i++) {
        changes[i] = (struct change){.field = text_of("title")};
    }
    struct history_entry entry = {.changes = {changes, 65}};
    struct buffer buffer = {0};
    codec_write_response(&buffer, 1, &history_entry_table, &entry);
    struct rpc rpc;
    struct failure failure;
    assert_int_equal(codec_open(bytes_of(&buffer), &fixture->arena, &rpc), ERROR_NONE);
    assert_int_equal(codec_read(rpc.body, &history_entry_table, CODEC_TOLERANT, &fixture->arena,
                                &entry, &failure),
                     ERROR_INVALID_FIELD);
    assert_message(&failure, "changes has 65 items; 0 to 64 are allowed");
    buffer_finish(&buffer);
}

/* A client older than its daemon still learns that the request failed. */
static void unknown_error_codes_read_as_internal(void **state)
{
    struct fixture *fixture = *state;
    struct rpc rpc;
    struct failure failure;
    struct failure back = {0};
    assert_int_equal(OPEN("\x94\x01\x05\x82\xa4"
                          "code\xa3new\xa7message\xa0\xc0",
                          &rpc),
                     ERROR_NONE);
    assert_int_equal(
        codec_read(rpc.error, &failure_table, CODEC_TOLERANT, &fixture->arena, &back, &failure),
        ERROR_NONE);
    assert_int_equal(back.code, ERROR_INTERNAL);
    back = (struct failure){0};
    assert_int_equal(
        codec_read(rpc.error, &failure_table, CODEC_STRICT, &fixture->arena, &back, &failure),
        ERROR_INVALID_FIELD);
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
        cmocka_unit_test(missing_required_fields_are_refused),
        cmocka_unit_test(duplicate_fields_are_refused),
        cmocka_unit_test(unknown_fields_are_refused_or_skipped),
        cmocka_unit_test(strange_names_are_not_repeated),
        cmocka_unit_test(values_of_another_type_are_refused),
        cmocka_unit_test(limits_hold_to_the_last_value),
        cmocka_unit_test(refusals_say_what_is_allowed),
        cmocka_unit_test(lists_beyond_their_limit_are_refused),
        cmocka_unit_test(unknown_error_codes_read_as_internal),
        cmocka_unit_test(canonical_form_is_the_same_on_both_sides),
        cmocka_unit_test(canonical_form_is_without_operation_and_secrets),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
