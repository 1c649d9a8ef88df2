/* Acting as somebody: as much as that person could, nothing as the admin, both names on record. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin armin; /* an admin in admin mode */
    struct origin anna;  /* a user */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "armin", ROLE_ADMIN);
    desk_account(&stage->desk, "olga", ROLE_ADMIN);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "anna", ROLE_USER);
    stage->anna = desk_sign_in(&stage->desk, "anna");
    stage->armin = desk_sign_in(&stage->desk, "armin");
    desk_elevate(&stage->desk, stage->armin);
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

static struct outcome act_as(struct stage *stage, const char *name)
{
    struct account_act_as request = {.name = text_of(name)};
    return desk_do(&stage->desk, METHOD_ACCOUNT_ACT_AS, stage->armin, &request);
}

static void the_admin_is_that_person_and_no_more(void **state)
{
    struct stage *stage = *state;
    uint64_t other = desk_ticket(&stage->desk, desk_sign_in(&stage->desk, "stefan"), "not anna's");

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    struct viewer viewer = desk_viewer(&stage->desk, stage->armin);
    assert_true(text_equal(viewer.account.name, text_of("anna")));
    assert_false(viewer.elevated);
    struct outcome outcome =
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->armin, other);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_verdict(desk_set_status(&stage->desk, stage->armin, other, 1, STATUS_CRITICAL),
                   ERROR_NOT_FOUND);
}

/* Who reads the history must not take the admin's act for the person's own. */
static void history_bears_both_names(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->anna, "hers");
    struct history_entry line;

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    assert_verdict(desk_set_status(&stage->desk, stage->armin, number, 1, STATUS_MAJOR),
                   ERROR_NONE);
    struct journal_entry entry = stage->desk.entry;
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, stage->anna);
    assert_true(view_history(rows, &viewer, &entry, rows_subject_of(&entry.header, number), &line));
    assert_true(text_equal(line.actor, text_of("armin")));
    assert_true(present_has(line.present, HISTORY_ACTING_FOR));
    assert_true(text_equal(line.acting_for, text_of("anna")));
    desk_read_end(&stage->desk);
}

static void that_it_began_is_on_record(void **state)
{
    struct stage *stage = *state;
    struct row_acting acting;

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    uint64_t sequence = stage->desk.entry.header.sequence;
    assert_int_not_equal(sequence, 0);
    uint64_t anna = desk_account_row(&stage->desk, "anna").id;
    struct rows *rows = desk_read(&stage->desk);
    assert_true(rows_get(rows, ROW_ACTING, anna, sequence, &acting));
    desk_read_end(&stage->desk);
    assert_int_equal(acting.admin, desk_account_row(&stage->desk, "armin").id);
}

static void nobody_acts_as_an_admin_or_as_themselves(void **state)
{
    struct stage *stage = *state;

    assert_verdict(act_as(stage, "olga"), ERROR_FORBIDDEN);
    assert_verdict(act_as(stage, "armin"), ERROR_NOT_ON_SELF);
    assert_verdict(act_as(stage, "nobody"), ERROR_NOT_FOUND);
    struct outcome outcome =
        desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, stage->armin, "stefan");
    assert_verdict(outcome, ERROR_NONE);
    assert_verdict(act_as(stage, "stefan"), ERROR_INVALID_FIELD);
}

/* A profile, a password, another role are the person's own business. */
static void what_is_personal_stays_the_persons(void **state)
{
    struct stage *stage = *state;
    struct account_request_role role = {.role = ROLE_STAFF};
    struct account_update update = {.version = 1, .display_name = text_of("X")};
    struct account_act_as again = {.name = text_of("anna")};
    present_mark(&update.present, ACCOUNT_UPDATE_DISPLAY_NAME);

    assert_verdict(act_as(stage, "stefan"), ERROR_NONE);
    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_REQUEST_ROLE, stage->armin, &role),
                   ERROR_FORBIDDEN);
    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_UPDATE, stage->armin, &update),
                   ERROR_FORBIDDEN);
    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_ACT_AS, stage->armin, &again),
                   ERROR_FORBIDDEN);
}

/* Every method of one's own account and drafts, also those that are added one day. */
static void every_method_of_the_own_account_is_personal(void **state)
{
    static const enum method for_all[] = {
        METHOD_ACCOUNT_REGISTER,   METHOD_ACCOUNT_LOGIN,     METHOD_ACCOUNT_RESUME,
        METHOD_ACCOUNT_LOGOUT,     METHOD_ACCOUNT_GET,       METHOD_ACCOUNT_USE_CODE,
        METHOD_ACCOUNT_END_ACT_AS, METHOD_ACCOUNT_LOGIN_KEY,
    };
    (void)state;

    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        const char *name = methods[method].name;
        bool own = strncmp(name, "account.", 8) == 0 || strncmp(name, "draft.", 6) == 0;
        bool expected = own && !method_is_internal((enum method)method);
        for (size_t i = 0; i < sizeof for_all / sizeof for_all[0]; i++) {
            expected = expected && for_all[i] != (enum method)method;
        }
        if (method_is_personal((enum method)method) != expected) {
            fail_msg("%s: personal or not?", methods[method].name);
        }
    }
}

static void it_ends_with_the_connection(void **state)
{
    struct stage *stage = *state;
    struct origin elsewhere = stage->armin;

    elsewhere.connection++;
    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    struct viewer viewer = desk_viewer(&stage->desk, elsewhere);
    assert_true(text_equal(viewer.account.name, text_of("armin")));
}

static void it_ends_when_asked(void **state)
{
    struct stage *stage = *state;

    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_END_ACT_AS, stage->armin, NULL),
                   ERROR_ALREADY_DONE);
    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    assert_verdict(desk_do(&stage->desk, METHOD_ACCOUNT_END_ACT_AS, stage->armin, NULL),
                   ERROR_NONE);
    struct viewer viewer = desk_viewer(&stage->desk, stage->armin);
    assert_true(text_equal(viewer.account.name, text_of("armin")));
}

/* Or the next thing typed as anna would be done as the admin. */
static void a_disabled_person_leaves_nobody_signed_in(void **state)
{
    struct stage *stage = *state;

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    struct outcome outcome =
        desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "anna");
    assert_verdict(outcome, ERROR_NONE);
    assert_false(desk_viewer(&stage->desk, stage->armin).signed_in);
}

/* The admin's sign-in keeps the admin's short life. */
static void acting_as_a_user_does_not_lengthen_the_sign_in(void **state)
{
    struct stage *stage = *state;
    struct row_sign_in sign_in;

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    stage->desk.now_ms += 10 * 60 * 1000;
    desk_ticket(&stage->desk, stage->armin, "as anna");
    struct rows *rows = desk_read(&stage->desk);
    assert_true(rows_get(rows, ROW_SIGN_IN, stage->armin.sign_in, 0, &sign_in));
    desk_read_end(&stage->desk);
    assert_true(sign_in.expires_ms <= stage->desk.now_ms + 12 * UINT64_C(3600000));
}

/* Or the person would never see what the admin has looked at for them. */
static void what_the_admin_reads_stays_unread_for_the_person(void **state)
{
    struct stage *stage = *state;
    struct origin stefan = desk_sign_in(&stage->desk, "stefan");
    uint64_t number = desk_ticket(&stage->desk, stage->anna, "hers");
    struct outcome said = desk_say(&stage->desk, METHOD_TICKET_REPLY, stefan, number, "Done.");
    struct ticket_mark_read request = {.number = number, .sequence = said.sequence};
    struct row_read_mark mark;

    assert_verdict(act_as(stage, "anna"), ERROR_NONE);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MARK_READ, stage->armin, &request),
                   ERROR_NONE);
    uint64_t anna = desk_account_row(&stage->desk, "anna").id;
    assert_false(rows_get(desk_read(&stage->desk), ROW_READ_MARK, anna, number, &mark));
    desk_read_end(&stage->desk);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MARK_READ, stage->anna, &request),
                   ERROR_NONE);
    assert_true(rows_get(desk_read(&stage->desk), ROW_READ_MARK, anna, number, &mark));
    desk_read_end(&stage->desk);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(the_admin_is_that_person_and_no_more),
        TEST(history_bears_both_names),
        TEST(that_it_began_is_on_record),
        TEST(nobody_acts_as_an_admin_or_as_themselves),
        TEST(what_is_personal_stays_the_persons),
        TEST(every_method_of_the_own_account_is_personal),
        TEST(it_ends_with_the_connection),
        TEST(it_ends_when_asked),
        TEST(a_disabled_person_leaves_nobody_signed_in),
        TEST(acting_as_a_user_does_not_lengthen_the_sign_in),
        TEST(what_the_admin_reads_stays_unread_for_the_person),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
