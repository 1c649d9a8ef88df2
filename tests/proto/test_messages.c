/* The tables themselves: complete, consistent, and in step with the structs they describe. */
#include "proto/messages.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void each_table_below(const struct table *table, void (*check)(const struct table *table))
{
    check(table);
    for (size_t i = 0; i < table->field_count; i++) {
        if (table->fields[i].table != NULL) {
            each_table_below(table->fields[i].table, check);
        }
    }
}

static void each_table(void (*check)(const struct table *table))
{
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        each_table_below(methods[i].request, check);
        each_table_below(methods[i].reply, check);
    }
    for (unsigned i = 0; i < NOTIFICATION_COUNT; i++) {
        each_table_below(notifications[i].table, check);
    }
    each_table_below(&failure_table, check);
}

static bool is_word(const char *name)
{
    return name != NULL && name[0] != 0 &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz_") == strlen(name);
}

static bool is_sentence(const char *text)
{
    return text != NULL && strlen(text) > 2 && text[0] >= 'A' && text[0] <= 'Z' &&
           text[strlen(text) - 1] == '.';
}

static void check_fields(const struct table *table)
{
    assert_true(table->field_count <= 64);
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (!is_word(field->name) || !is_sentence(field->help) || field->since < 1 ||
            field->since > PROTOCOL_LEVEL || field->tag != 0) {
            fail_msg("%s, field %zu", table->name, i);
        }
        bool is_choice = field->type == FIELD_CHOICE;
        bool has_table = field->type == FIELD_RECORD || field->type == FIELD_LIST;
        assert_true(is_choice == (field->choices != NULL));
        assert_true(has_table == (field->table != NULL));
        assert_true(field->type != FIELD_PART);
        assert_true(field->min <= field->max);
        assert_true(!is_choice || field->max < field->choices->count);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(field->name, table->fields[j].name);
        }
    }
}

/* A hole in an array of designated initialisers is silent; so is a limit left at zero. */
static void every_field_is_described(void **state)
{
    (void)state;
    each_table(check_fields);
}

static size_t size_of(const struct field *field)
{
    static const size_t sizes[] = {
        [FIELD_BOOL] = sizeof(bool),          [FIELD_NUMBER] = sizeof(uint64_t),
        [FIELD_CHOICE] = sizeof(enum role),   [FIELD_LINE] = sizeof(struct text),
        [FIELD_TEXT] = sizeof(struct text),   [FIELD_SECRET] = sizeof(struct text),
        [FIELD_BYTES] = sizeof(struct bytes), [FIELD_LIST] = sizeof(struct list),
    };
    return field->type == FIELD_RECORD ? field->table->size : sizes[field->type];
}

static size_t alignment_of(const struct field *field)
{
    return field->type == FIELD_BOOL     ? alignof(bool)
           : field->type == FIELD_CHOICE ? alignof(enum role)
                                         : alignof(uint64_t);
}

static size_t aligned(size_t offset, size_t alignment)
{
    return (offset + alignment - 1) / alignment * alignment;
}

/* Tables keep the order of their struct and leave no byte out but padding: a member without a row,
 * a row with the member or the type of another would show here. */
static void check_layout(const struct table *table)
{
    size_t end = sizeof(uint64_t); /* `present` */
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->offset != aligned(end, alignment_of(field))) {
            fail_msg("%s.%s", table->name, field->name);
        }
        end = field->offset + size_of(field);
    }
    if (aligned(end, alignof(uint64_t)) != table->size) {
        fail_msg("%s has members behind its last field", table->name);
    }
}

static void tables_cover_their_structs(void **state)
{
    (void)state;
    each_table(check_layout);
}

static void check_secrets(const struct table *table)
{
    for (size_t i = 0; i < table->field_count; i++) {
        bool named_so = strstr(table->fields[i].name, "password") != NULL;
        bool is_text = table->fields[i].type == FIELD_LINE || table->fields[i].type == FIELD_TEXT;
        assert_false(named_so && is_text);
    }
}

/* What is a secret by name is one by type, so that logs and digests leave it out. */
static void passwords_are_secrets(void **state)
{
    (void)state;
    each_table(check_secrets);
}

static void check_operation(const struct table *table)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (strcmp(field->name, "operation") == 0) {
            assert_true(i == 0 && field->required && field->type == FIELD_BYTES &&
                        field->min == OPERATION_BYTES && field->max == OPERATION_BYTES);
        }
    }
}

/* One rule for all commands: the id comes first and can't be left out. */
static void operation_ids_are_first_and_required(void **state)
{
    (void)state;
    each_table(check_operation);
}

static void check_names(const struct choices *choices)
{
    assert_true(choices->count > 0);
    for (uint32_t i = 0; i < choices->count; i++) {
        assert_non_null(choices->names[i]);
        uint32_t value = UINT32_MAX;
        assert_true(choices_find(choices, text_of(choices->names[i]), &value));
        assert_int_equal(value, i); /* so no name is there twice */
        assert_string_equal(choices_name(choices, i), choices->names[i]);
    }
    uint32_t value = 42;
    assert_false(choices_find(choices, text_of(""), &value));
    assert_false(choices_find(choices, text_of("?"), &value));
    assert_int_equal(value, 42);
    assert_string_equal(choices_name(choices, choices->count), "?");
}

/* An enum constant without a name would be unspeakable on the wire. */
static void every_choice_has_its_name(void **state)
{
    (void)state;
    static const struct choices *const all[] = {
        &role_choices,          &account_state_choices, &kind_choices,         &severity_choices,
        &state_choices,         &status_choices,        &message_kind_choices, &draft_for_choices,
        &message_state_choices, &registration_choices,  &feed_choices,         &error_choices,
        &method_choices,
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        check_names(all[i]);
    }
}

/* The names are written twice, for method_choices and for methods[]: they must not differ. */
static void every_method_has_its_row(void **state)
{
    (void)state;
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        assert_non_null(methods[i].name);
        assert_string_equal(methods[i].name, method_choices.names[i]);
        assert_non_null(methods[i].request);
        assert_non_null(methods[i].reply);
        assert_true(methods[i].since >= 1 && methods[i].since <= PROTOCOL_LEVEL);
        assert_true(is_sentence(methods[i].help));
    }
    for (unsigned i = 0; i < NOTIFICATION_COUNT; i++) {
        assert_non_null(notifications[i].name);
        assert_non_null(notifications[i].table);
        assert_true(notifications[i].since >= 1);
        assert_true(is_sentence(notifications[i].help));
    }
}

/* Resolved hides the severity without losing it. */
static void status_follows_from_severity_and_state(void **state)
{
    (void)state;
    static const enum status expected[SEVERITY_COUNT] = {STATUS_MINOR, STATUS_MAJOR,
                                                         STATUS_CRITICAL};
    for (unsigned i = 0; i < SEVERITY_COUNT; i++) {
        assert_int_equal(status_of((enum severity)i, STATE_OPEN), expected[i]);
        assert_int_equal(status_of((enum severity)i, STATE_PENDING), expected[i]);
        assert_int_equal(status_of((enum severity)i, STATE_RESOLVED), STATUS_RESOLVED);
    }
    for (unsigned i = 0; i < STATUS_COUNT; i++) {
        assert_true(is_sentence(status_meaning((enum status)i)));
    }
}

/* RESOLVED is no way to open a ticket, user no role to ask for. */
static void choices_are_narrowed_where_only_some_make_sense(void **state)
{
    (void)state;
    const struct field *status = &methods[METHOD_TICKET_CREATE].request->fields[CREATE_STATUS];
    assert_true(status->min == STATUS_MINOR && status->max == STATUS_CRITICAL);
    const struct field *role =
        &methods[METHOD_ACCOUNT_REQUEST_ROLE].request->fields[REQUEST_ROLE_ROLE];
    assert_true(role->min == ROLE_STAFF && role->max == ROLE_ADMIN);
}

static bool carries_secret(const struct table *table)
{
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        if (field->type == FIELD_SECRET || strcmp(field->name, "token") == 0 ||
            (strcmp(table->name, "account_coded") == 0 && i == ACCOUNT_CODED_CODE) ||
            (field->table != NULL && carries_secret(field->table))) {
            return true;
        }
    }
    return false;
}

/* The length of a password or token goes over the network unless its method is marked. */
static void methods_with_secrets_are_marked(void **state)
{
    (void)state;
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        bool carries = carries_secret(methods[i].request) || carries_secret(methods[i].reply);
        if (carries != method_is_secret((enum method)i)) {
            fail_msg("%s", methods[i].name);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_described),
        cmocka_unit_test(tables_cover_their_structs),
        cmocka_unit_test(passwords_are_secrets),
        cmocka_unit_test(operation_ids_are_first_and_required),
        cmocka_unit_test(every_choice_has_its_name),
        cmocka_unit_test(every_method_has_its_row),
        cmocka_unit_test(methods_with_secrets_are_marked),
        cmocka_unit_test(status_follows_from_severity_and_state),
        cmocka_unit_test(choices_are_narrowed_where_only_some_make_sense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
