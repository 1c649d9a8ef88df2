/* Values of fields as people write them: what is shown can be written again, and what is no value
 * is refused with what is allowed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "proto/field_words.h"
#include "proto/messages.h"

static const struct field *field_of(enum method method, const char *name)
{
    const struct field *field = field_find(methods[method].request, text_of(name));
    assert_non_null(field);
    return field;
}

static const struct field *setting(const char *name)
{
    return field_of(METHOD_ADMIN_SETTINGS_UPDATE, name);
}

/* Whoever is refused has to learn what would do. */
static void what_is_allowed_is_told(void **state)
{
    (void)state;
    char text[FIELD_WORDS_SIZE];
    field_write_allowed(setting("reopen_days"), text);
    assert_string_equal(text, "0 to 3650");
    field_write_allowed(setting("registration"), text);
    assert_string_equal(text, "open, approval, closed");
    field_write_allowed(field_of(METHOD_ADMIN_QUEUE_UPDATE, "closed"), text);
    assert_string_equal(text, "yes or no");
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    char text[FIELD_WORDS_SIZE];
    struct admin_settings_update update = {0};
    struct admin_queue_update queue = {0};
    assert_true(field_read_value(setting("reopen_days"), "21", &update));
    assert_int_equal(update.reopen_days, 21);
    field_write_value(setting("reopen_days"), &update, text);
    assert_string_equal(text, "21");
    assert_true(field_read_value(setting("registration"), "closed", &update));
    assert_int_equal(update.registration, REGISTRATION_CLOSED);
    field_write_value(setting("registration"), &update, text);
    assert_string_equal(text, "closed");
    const struct field *closed = field_of(METHOD_ADMIN_QUEUE_UPDATE, "closed");
    assert_true(field_read_value(closed, "yes", &queue));
    field_write_value(closed, &queue, text);
    assert_string_equal(text, "yes");
    assert_true(field_read_value(closed, "no", &queue));
    assert_false(queue.closed);
}

static void what_is_no_value_is_refused(void **state)
{
    (void)state;
    static const char *const numbers[] = {"",   "-1",  "+1",   " 1",
                                          "1 ", "1.5", "many", "18446744073709551616"};
    struct admin_settings_update update = {0};
    struct admin_queue_update queue = {0};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        assert_false(field_read_value(setting("reopen_days"), numbers[i], &update));
    }
    assert_false(field_read_value(setting("registration"), "maybe", &update));
    assert_false(field_read_value(setting("registration"), "", &update));
    assert_int_equal(update.registration, REGISTRATION_OPEN);
    assert_false(field_read_value(field_of(METHOD_ADMIN_QUEUE_UPDATE, "closed"), "1", &queue));
    assert_false(field_has_words(setting("operation")));
    assert_null(field_find(methods[METHOD_ADMIN_SETTINGS_UPDATE].request, text_of("colour")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_allowed_is_told),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(what_is_no_value_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
