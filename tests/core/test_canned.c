/* Canned replies: made, changed and removed by admins, one name each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/canned.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin staff;
    struct origin admin; /* in admin mode */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->admin = desk_admin(&stage->desk, "armin");
    *state = stage;
    return 0;
}

static int clear_stage(void **state)
{
    struct stage *stage = *state;
    desk_close(&stage->desk);
    free(stage);
    return 0;
}

static struct outcome create(struct stage *stage, struct origin origin, const char *name,
                             const char *text)
{
    struct admin_canned_create request = {.name = text_of(name), .text = text_of(text)};
    return desk_do(&stage->desk, METHOD_ADMIN_CANNED_CREATE, origin, &request);
}

static struct outcome update(struct stage *stage, const char *canned, uint64_t version,
                             const char *name, const char *text)
{
    struct admin_canned_update request = {.canned = text_of(canned), .version = version};
    if (name != NULL) {
        request.name = text_of(name);
        present_mark(&request.present, CANNED_UPDATE_NAME);
    }
    if (text != NULL) {
        request.text = text_of(text);
        present_mark(&request.present, CANNED_UPDATE_TEXT);
    }
    return desk_do(&stage->desk, METHOD_ADMIN_CANNED_UPDATE, stage->admin, &request);
}

static struct outcome take_away(struct stage *stage, const char *canned, uint64_t version)
{
    struct admin_canned_remove request = {.canned = text_of(canned), .version = version};
    return desk_do(&stage->desk, METHOD_ADMIN_CANNED_REMOVE, stage->admin, &request);
}

/* NULL when there is none of this name. */
static void assert_says(struct stage *stage, const char *name, const char *text)
{
    struct row_canned row;
    struct rows *rows = desk_read(&stage->desk);
    bool found = canned_find(rows, text_of(name), &row);
    assert_int_equal(found, text != NULL);
    if (found) {
        assert_text(rows_part(rows, &row.text), text);
    }
    desk_read_end(&stage->desk);
}

static void an_admin_makes_one_and_changes_it(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = create(stage, stage->admin, "hello", "Hello {requester},");
    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "hello");
    assert_int_equal(outcome.version, 1);
    assert_says(stage, "hello", "Hello {requester},");
    assert_int_equal(update(stage, "hello", 1, "greeting", "Dear {requester},").version, 2);
    assert_says(stage, "hello", NULL);
    assert_says(stage, "greeting", "Dear {requester},");
}

static void the_console_does_so_too(void **state)
{
    struct stage *stage = *state;
    assert_verdict(create(stage, desk_console, "hello", "Hello."), ERROR_NONE);
}

static void staff_may_not(void **state)
{
    struct stage *stage = *state;
    assert_verdict(create(stage, stage->staff, "hello", "Hello."), ERROR_FORBIDDEN);
}

static void names_are_plain_and_given_once(void **state)
{
    struct stage *stage = *state;
    static const char *const bad[] = {"", "Hello", "two words", "h\xc3\xa4llo", "a/b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct outcome outcome = create(stage, stage->admin, bad[i], "x");
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "name");
    }
    assert_verdict(create(stage, stage->admin, "one", "x"), ERROR_NONE);
    assert_verdict(create(stage, stage->admin, "two", "y"), ERROR_NONE);
    assert_verdict(create(stage, stage->admin, "one", "z"), ERROR_NAME_TAKEN);
    assert_verdict(update(stage, "two", 1, "one", NULL), ERROR_NAME_TAKEN);
    assert_verdict(update(stage, "two", 1, "two", NULL), ERROR_NO_CHANGE);
}

static void a_stale_version_is_refused(void **state)
{
    struct stage *stage = *state;
    (void)create(stage, stage->admin, "one", "x");
    (void)update(stage, "one", 1, NULL, "y");
    struct outcome outcome = update(stage, "one", 1, NULL, "z");
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.version, 2);
    assert_verdict(take_away(stage, "one", 1), ERROR_VERSION_CONFLICT);
}

static void what_was_removed_leaves_its_name_free(void **state)
{
    struct stage *stage = *state;
    (void)create(stage, stage->admin, "one", "x");
    assert_verdict(take_away(stage, "one", 1), ERROR_NONE);
    assert_says(stage, "one", NULL);
    assert_verdict(take_away(stage, "one", 1), ERROR_NOT_FOUND);
    assert_verdict(update(stage, "one", 1, NULL, "y"), ERROR_NOT_FOUND);
    assert_verdict(create(stage, stage->admin, "one", "y"), ERROR_NONE);
    assert_says(stage, "one", "y");
}

/* Everybody looks through them for each name. */
static void there_are_at_most_so_many(void **state)
{
    struct stage *stage = *state;
    char name[16];
    desk_begin(&stage->desk);
    for (int i = 0; i < CANNED_MAX; i++) {
        snprintf(name, sizeof name, "c%d", i);
        assert_verdict(create(stage, stage->admin, name, "x"), ERROR_NONE);
    }
    assert_verdict(create(stage, stage->admin, "more", "x"), ERROR_TOO_MANY);
    desk_commit(&stage->desk);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_admin_makes_one_and_changes_it),
        TEST(the_console_does_so_too),
        TEST(staff_may_not),
        TEST(names_are_plain_and_given_once),
        TEST(a_stale_version_is_refused),
        TEST(what_was_removed_leaves_its_name_free),
        TEST(there_are_at_most_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
