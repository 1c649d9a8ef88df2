/* Whatever passed the scanner is read or refused; what was read is written and read again as the
 * same; a refusal can itself be sent. And rows: any bytes are a row or damage. The first byte
 * chooses: 0 rows, 1 requests and the rest, with the second byte as the table of a response. */
#include "proto/codec.h"

#include <string.h>

#include "proto/require.h"
#include "proto/scanner.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/sample.h"
#include "tests/lib/sample_row.h"

static struct bytes bytes_of(const struct buffer *buffer)
{
    require(!buffer->failed);
    return (struct bytes){.data = buffer->data, .length = buffer->length};
}

static void fuzz_row(struct bytes bytes)
{
    struct arena arena = {0};
    struct sample_row row = {.key = 1};
    if (codec_read_row(bytes, &sample_row_table, &arena, &row) == ERROR_NONE) {
        struct buffer buffer = {0};
        struct sample_row again = {.key = 1};
        codec_write_row(&buffer, &sample_row_table, &row);
        require(codec_read_row(bytes_of(&buffer), &sample_row_table, &arena, &again) == ERROR_NONE);
        require(sample_row_equal(&row, &again));
        buffer_finish(&buffer);
    }
    arena_finish(&arena);
}

/* A refusal is a message like any other: the client must be able to read it. */
static void check_failure(const struct failure *failure, struct arena *arena)
{
    struct buffer buffer = {0};
    struct rpc rpc;
    struct failure back = {0};
    struct failure refusal;
    codec_write_failure(&buffer, 1, failure);
    require(codec_open(bytes_of(&buffer), arena, &rpc) == ERROR_NONE);
    require(codec_read(rpc.error, &failure_table, CODEC_STRICT, arena, &back, &refusal) ==
            ERROR_NONE);
    require(back.code == failure->code);
    buffer_finish(&buffer);
}

/* Whether it names a method that is unknown here: such a message is read and never sent. */
static bool has_unknown_method(const struct table *table, const void *message)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        const char *place = (const char *)message + field->offset;
        if (field->type == FIELD_CHOICE && field->choices == &method_choices &&
            *(const enum method *)place == METHOD_COUNT) {
            return true;
        }
        if (field->type == FIELD_RECORD && has_unknown_method(field->table, place)) {
            return true;
        }
        const struct list *list = (const struct list *)place;
        for (size_t k = 0; field->type == FIELD_LIST && k < list->count; k++) {
            if (has_unknown_method(field->table,
                                   (const char *)list->items + k * field->table->size)) {
                return true;
            }
        }
    }
    return false;
}

static void check_body(const void *body, const struct table *table, enum codec_manner manner,
                       struct arena *arena)
{
    void *message = arena_alloc(arena, table->size);
    void *again = arena_alloc(arena, table->size);
    struct failure failure;
    struct rpc rpc;
    require(message != NULL && again != NULL);
    if (codec_read(body, table, manner, arena, message, &failure) != ERROR_NONE) {
        check_failure(&failure, arena);
        return;
    }
    if (has_unknown_method(table, message)) {
        return;
    }
    struct buffer buffer = {0};
    codec_write_request(&buffer, 1, "m", table, message);
    require(codec_open(bytes_of(&buffer), arena, &rpc) == ERROR_NONE);
    require(codec_read(rpc.body, table, CODEC_STRICT, arena, again, &failure) == ERROR_NONE);
    require(sample_equal(table, message, again));
    struct buffer first = {0};
    struct buffer second = {0};
    codec_write_canonical(&first, table, message);
    codec_write_canonical(&second, table, again);
    require(first.length == second.length && !first.failed && !second.failed);
    require(memcmp(first.data, second.data, first.length) == 0);
    buffer_finish(&first);
    buffer_finish(&second);
    buffer_finish(&buffer);
}

static void fuzz_object(struct bytes object, unsigned chosen)
{
    struct arena arena = {0};
    struct rpc rpc;
    uint32_t method;
    if (codec_open(object, &arena, &rpc) == ERROR_NONE) {
        if (rpc.kind == RPC_REQUEST && choices_find(&method_choices, rpc.method, &method)) {
            check_body(rpc.body, methods[method].request, CODEC_STRICT, &arena);
        } else if (rpc.kind == RPC_RESPONSE && rpc.body != NULL) {
            check_body(rpc.body, methods[chosen % METHOD_COUNT].reply, CODEC_TOLERANT, &arena);
        } else if (rpc.kind == RPC_RESPONSE) {
            check_body(rpc.error, &failure_table, CODEC_TOLERANT, &arena);
        } else if (rpc.kind == RPC_NOTIFICATION) {
            check_body(rpc.body, notifications[chosen % NOTIFICATION_COUNT].table, CODEC_TOLERANT,
                       &arena);
        }
    }
    arena_finish(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.data = data, .size = size};
    unsigned mode = fuzz_byte(&input) % 2;
    unsigned chosen = fuzz_byte(&input);
    struct bytes bytes = {.data = input.data, .length = input.size};
    if (mode == 0) {
        fuzz_row(bytes);
        return 0;
    }
    static const struct scanner_limits limits = {
        .bytes_max = 1 << 20, .depth_max = 8, .elements_max = 16384, .pairs_max = 64};
    struct scanner scanner;
    size_t taken = 0;
    scanner_init(&scanner, &limits);
    if (scanner_feed(&scanner, bytes.data, bytes.length, &taken) == SCANNER_DONE &&
        taken == bytes.length) {
        fuzz_object(bytes, chosen);
    }
    return 0;
}
