/* Every way in which the fields of a request can be wrong, for each field of each request. */
#include "proto/codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <msgpack.h>

#include "tests/lib/dice.h"
#include "tests/lib/sample.h"

struct fixture {
    struct dice dice;
    struct arena arena;
};

static int begin(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    fixture->dice = dice_open("codec_refusals");
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

static void each_request(struct fixture *fixture,
                         void (*check)(struct fixture *fixture, const struct table *table))
{
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        check(fixture, methods[i].request);
        arena_reset(&fixture->arena);
    }
}

static enum error open_literal(struct fixture *fixture, const char *data, size_t length,
                               struct rpc *ret_rpc)
{
    return codec_open((struct bytes){(const uint8_t *)data, length}, &fixture->arena, ret_rpc);
}

#define OPEN(literal, ret_rpc) open_literal(*state, (literal), sizeof(literal) - 1, (ret_rpc))

/* --- A request with one mistake --------------------------------------------------------------- */

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

/* A zero byte in a name ends nothing: what follows it makes another name. */
static void names_with_a_zero_byte_are_unknown(void **state)
{
    struct fixture *fixture = *state;
    struct rpc rpc;
    struct failure failure;
    struct ticket_get get = {0};
    assert_int_equal(OPEN("\x94\x00\x05\xa1m\x91\x81\xa9number\0\0\0\x01", &rpc), ERROR_NONE);
    assert_int_equal(codec_read(rpc.body, methods[METHOD_TICKET_GET].request, CODEC_STRICT,
                                &fixture->arena, &get, &failure),
                     ERROR_UNKNOWN_FIELD);
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
    static const uint8_t content[CHUNK_BYTES + 1];
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
    if (!wide) { /* bytes are counted, not characters */
        send_text(fixture, table, i, long_text(fixture, max / 4 + 1, true), ERROR_INVALID_FIELD);
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

/* A client older than its daemon still shows the history: what was done in a way it does not know
 * is one line of it. */
static void unknown_methods_of_a_history_are_read(void **state)
{
    struct fixture *fixture = *state;
    struct rpc rpc;
    struct failure failure;
    struct history_entry entry = {0};
    assert_int_equal(OPEN("\x94\x01\x05\xc0\x84"
                          "\xa8sequence\x07\xa4time\x01\xa4what\xa8"
                          "new.verb\xa7"
                          "changes\x90",
                          &rpc),
                     ERROR_NONE);
    assert_int_equal(codec_read(rpc.body, &history_entry_table, CODEC_TOLERANT, &fixture->arena,
                                &entry, &failure),
                     ERROR_NONE);
    assert_int_equal(entry.what, METHOD_COUNT);
    assert_int_equal(entry.sequence, 7);
    assert_int_equal(
        codec_read(rpc.body, &history_entry_table, CODEC_STRICT, &fixture->arena, &entry, &failure),
        ERROR_INVALID_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_required_fields_are_refused),
        cmocka_unit_test(duplicate_fields_are_refused),
        cmocka_unit_test(unknown_fields_are_refused_or_skipped),
        cmocka_unit_test(strange_names_are_not_repeated),
        cmocka_unit_test(names_with_a_zero_byte_are_unknown),
        cmocka_unit_test(values_of_another_type_are_refused),
        cmocka_unit_test(limits_hold_to_the_last_value),
        cmocka_unit_test(refusals_say_what_is_allowed),
        cmocka_unit_test(lists_beyond_their_limit_are_refused),
        cmocka_unit_test(unknown_error_codes_read_as_internal),
        cmocka_unit_test(unknown_methods_of_a_history_are_read),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
