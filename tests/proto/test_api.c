/* The description of the protocol is whole and can itself be sent. */
#include "proto/api.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "proto/codec.h"

static const struct api_access *access_for_all(void)
{
    static struct api_access access[METHOD_COUNT];
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        access[i] = (struct api_access){.kind = "query", .role = "anybody"};
    }
    return access;
}

static size_t count_on_the_wire(void)
{
    size_t count = 0;
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        count += method_is_internal((enum method)i) ? 0 : 1;
    }
    return count;
}

static const struct api_method *find_method(const struct api_reply *reply, const char *name)
{
    const struct api_method *described = reply->methods.items;
    for (size_t i = 0; i < reply->methods.count; i++) {
        if (text_equal(described[i].name, text_of(name))) {
            return &described[i];
        }
    }
    fail_msg("no method %s", name);
    return NULL;
}

static const struct api_field *find_field(const struct list *fields, const char *name)
{
    const struct api_field *described = fields->items;
    for (size_t i = 0; i < fields->count; i++) {
        if (text_equal(described[i].name, text_of(name))) {
            return &described[i];
        }
    }
    fail_msg("no field %s", name);
    return NULL;
}

/* The description goes over the wire under the limits that its own tables state. */
static void description_survives_the_wire(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct api_reply reply;
    assert_int_equal(api_describe(access_for_all(), &arena, &reply), ERROR_NONE);
    struct buffer buffer = {0};
    codec_write_response(&buffer, 1, methods[METHOD_API].reply, &reply);
    assert_false(buffer.failed);

    struct rpc rpc;
    struct api_reply back = {0};
    struct failure failure = {0};
    struct bytes bytes = {buffer.data, buffer.length};
    assert_int_equal(codec_open(bytes, &arena, &rpc), ERROR_NONE);
    if (codec_read(rpc.body, methods[METHOD_API].reply, CODEC_STRICT, &arena, &back, &failure) !=
        ERROR_NONE) {
        fail_msg("%.*s", (int)failure.message.length, failure.message.data);
    }
    assert_int_equal(back.methods.count, count_on_the_wire());
    assert_int_equal(back.notifications.count, NOTIFICATION_COUNT);
    assert_int_equal(back.errors.count, ERROR_COUNT - 1);
    buffer_finish(&buffer);
    arena_finish(&arena);
}

/* A client generated from the description knows what the daemon will check. */
static void fields_are_described_with_their_limits(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct api_reply reply;
    assert_int_equal(api_describe(access_for_all(), &arena, &reply), ERROR_NONE);
    const struct api_method *create = find_method(&reply, "ticket.create");
    const struct api_field *title = find_field(&create->request, "title");
    assert_true(title->required && title->min == 1 && title->max == TITLE_MAX);
    assert_true(text_equal(title->type, text_of("line")));
    assert_false(present_has(title->present, API_FIELD_CHOICES));
    const struct api_field *status = find_field(&create->request, "status");
    assert_false(status->required);
    assert_true(text_equal(status->choices, text_of("MINOR MAJOR CRITICAL")));
    assert_false(present_has(status->present, API_FIELD_MAX));
    const struct api_field *tickets =
        find_field(&find_method(&reply, "ticket.list")->reply, "tickets");
    assert_true(text_equal(tickets->record, text_of("ticket")) && tickets->max == PAGE_MAX);
    arena_finish(&arena);
}

/* What nobody can ask for is not offered, but history may name it. */
static void internal_methods_are_left_out(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct api_reply reply;
    assert_int_equal(api_describe(access_for_all(), &arena, &reply), ERROR_NONE);
    const struct api_method *described = reply.methods.items;
    assert_true(method_is_internal(METHOD_TIMER_FIRE));
    for (size_t i = 0; i < reply.methods.count; i++) {
        assert_false(text_equal(described[i].name, text_of("timer.fire")));
    }
    uint32_t method;
    assert_true(choices_find(&method_choices, text_of("timer.fire"), &method));
    assert_int_equal(method, METHOD_TIMER_FIRE);
    arena_finish(&arena);
}

/* Every record that a field names is described, and once. */
static void records_are_whole_and_unique(void **state)
{
    (void)state;
    struct api_records records;
    api_collect_records(&records);
    for (size_t i = 0; i < records.count; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(records.tables[i]->name, records.tables[j]->name);
        }
        for (size_t f = 0; f < records.tables[i]->field_count; f++) {
            const struct table *inner = records.tables[i]->fields[f].table;
            bool found = inner == NULL;
            for (size_t j = 0; j < records.count; j++) {
                found = found || records.tables[j] == inner;
            }
            assert_true(found);
        }
    }
}

/* A full arena is an error at every size, never half a description. */
static void lack_of_memory_is_an_error(void **state)
{
    (void)state;
    bool succeeded = false;
    for (size_t limit = 512; !succeeded; limit += limit / 4) {
        struct arena arena;
        arena_init(&arena, limit);
        struct api_reply reply = {.protocol = 99};
        enum error error = api_describe(access_for_all(), &arena, &reply);
        assert_true(error == ERROR_NONE || (error == ERROR_NO_MEMORY && reply.protocol == 99));
        succeeded = error == ERROR_NONE;
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(description_survives_the_wire),
        cmocka_unit_test(fields_are_described_with_their_limits),
        cmocka_unit_test(internal_methods_are_left_out),
        cmocka_unit_test(records_are_whole_and_unique),
        cmocka_unit_test(lack_of_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
