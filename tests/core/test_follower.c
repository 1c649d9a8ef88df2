/* People in copy, who see a ticket because of that, and people who watch what they see anyway. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin friend;
    struct origin other;
    struct origin staff;
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "felix", ROLE_USER);
    desk_account(&stage->desk, "otto", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->friend = desk_sign_in(&stage->desk, "felix");
    stage->other = desk_sign_in(&stage->desk, "otto");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->number = desk_ticket(&stage->desk, stage->user, "No sound");
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

static struct outcome act(struct stage *stage, enum method method, struct origin origin)
{
    struct ticket_act request = {.number = stage->number};
    return desk_do(&stage->desk, method, origin, &request);
}

static struct outcome copy(struct stage *stage, enum method method, struct origin origin,
                           const char *name)
{
    struct ticket_person request = {.number = stage->number, .name = text_of(name)};
    return desk_do(&stage->desk, method, origin, &request);
}

static bool sees(struct stage *stage, struct origin origin)
{
    return desk_see(&stage->desk, origin, stage->number).number != 0;
}

/* Whether the last command stands in the history of this one, whose line it then is. */
static bool is_told(struct stage *stage, struct origin origin, struct history_entry *ret_line)
{
    struct desk *desk = &stage->desk;
    struct rows *rows = desk_read(desk);
    struct viewer viewer = desk_viewer(desk, origin);
    bool told =
        view_history(rows, &viewer, &desk->entry, &desk->entry.header.subjects[0], ret_line);
    desk_read_end(desk);
    return told;
}

/* Names of the followers that this one is told of, and "+watching" where that is told. */
static void assert_followers(struct stage *stage, struct origin origin, const char *expected)
{
    struct desk *desk = &stage->desk;
    struct row_ticket ticket = desk_ticket_row(desk, stage->number);
    struct rows *rows = desk_read(desk);
    struct viewer viewer = desk_viewer(desk, origin);
    struct row_range range = rows_range(INDEX_FOLLOWERS, stage->number, 0, false);
    char found[512] = "";
    size_t length = 0;

    for (uint64_t account; rows_range_next(rows, &range, &account);) {
        struct row_follower row;
        struct follower follower;
        assert_true(rows_get(rows, ROW_FOLLOWER, stage->number, account, &row));
        if (view_follower(rows, &viewer, &ticket, &row, &follower)) {
            length += (size_t)snprintf(
                found + length, sizeof found - length, "%.*s%s%s ", (int)follower.name.length,
                follower.name.data, follower.cc ? "+cc" : "",
                present_has(follower.present, FOLLOWER_WATCHING) && follower.watching ? "+watching"
                                                                                      : "");
        }
    }
    desk_read_end(desk);
    assert_string_equal(found, expected);
}

/* --- In copy --------------------------------------------------------------------------------- */

static void in_copy_one_reads_and_replies_and_does_nothing_more(void **state)
{
    struct stage *stage = *state;
    assert_false(sees(stage, stage->friend));
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    assert_true(sees(stage, stage->friend));
    assert_false(sees(stage, stage->other));
    struct ticket ticket = desk_see(&stage->desk, stage->friend, stage->number);
    assert_false(ticket.editable);
    assert_false(present_has(ticket.present, TICKET_NOTE_COUNT));
    assert_verdict(
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->friend, stage->number, "Me too."),
        ERROR_NONE);
    assert_verdict(
        desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->friend, stage->number, "Psst."),
        ERROR_FORBIDDEN);
    uint64_t version = desk_ticket_row(&stage->desk, stage->number).version;
    assert_verdict(
        desk_set_status(&stage->desk, stage->friend, stage->number, version, STATUS_CRITICAL),
        ERROR_FORBIDDEN);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->friend, "otto"), ERROR_FORBIDDEN);
}

static void a_reply_of_one_in_copy_does_not_settle_the_text(void **state)
{
    struct stage *stage = *state;
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->friend, stage->number, "Me too.");
    assert_true(desk_see(&stage->desk, stage->user, stage->number).editable);
}

/* The audiences decide who is told, and who that it is gone. */
static void who_was_taken_out_is_in_the_audience_before_alone(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t friend = desk_account_row(desk, "felix").id;

    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->staff, "otto"), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->staff, "felix"), ERROR_NONE);
    const struct subject *subject = &desk->entry.header.subjects[0];
    assert_int_equal(subject->before.cc_count, 1);
    assert_int_equal(subject->after.cc_count, 2);
    assert_true(subject->after.cc[0] < subject->after.cc[1]);
    assert_int_equal(subject->after.cc[0], friend);
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->staff, "felix"), ERROR_NONE);
    subject = &desk->entry.header.subjects[0];
    assert_int_equal(subject->before.cc_count, 2);
    assert_int_equal(subject->after.cc_count, 1);
    assert_false(sees(stage, stage->friend));
    assert_true(sees(stage, stage->other));
    assert_int_equal(desk_ticket_row(desk, stage->number).cc_count, 1);
}

static void the_history_says_who_was_put_in_copy_and_taken_out(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;

    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    assert_true(is_told(stage, stage->friend, &line));
    const struct change *change = line.changes.items;
    assert_int_equal(line.changes.count, 1);
    assert_text(change->field, "cc");
    assert_false(present_has(change->present, CHANGE_OLD));
    assert_text(change->new_value, "felix");
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "felix"), ERROR_NONE);
    assert_true(is_told(stage, stage->user, &line));
    change = line.changes.items;
    assert_int_equal(line.changes.count, 1);
    assert_text(change->old_value, "felix");
    assert_false(present_has(change->present, CHANGE_NEW));
}

static void one_in_copy_takes_out_themselves_and_nobody_else(void **state)
{
    struct stage *stage = *state;
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "otto"), ERROR_NONE);
    static const char *const others[] = {"otto", "ursula", "nobody.here"};
    for (size_t i = 0; i < 3; i++) { /* alike: no telling who is there */
        struct outcome outcome = copy(stage, METHOD_TICKET_CC_REMOVE, stage->friend, others[i]);
        assert_verdict(outcome, ERROR_FORBIDDEN);
        assert_text(outcome.field, "name");
    }
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->friend, "felix"), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->friend, "felix"), ERROR_NOT_FOUND);
}

static void who_sees_it_anyway_or_is_not_there_is_not_added(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;

    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->staff, "ursula"), ERROR_ALREADY_DONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->staff, "felix"), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->staff, "felix"), ERROR_ALREADY_DONE);
    desk_admin_account(desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "otto");
    struct outcome disabled = copy(stage, METHOD_TICKET_CC_ADD, stage->user, "otto");
    struct outcome absent = copy(stage, METHOD_TICKET_CC_ADD, stage->user, "zoe");
    assert_verdict(disabled, ERROR_NOT_FOUND);
    assert_verdict(absent, ERROR_NOT_FOUND);
    assert_text(disabled.reason, "There is no active account with this name.");
    assert_text(absent.reason, "There is no active account with this name.");
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "otto"), ERROR_ALREADY_DONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "zoe"), ERROR_ALREADY_DONE);
}

/* An audience is kept in every entry of the journal. */
static void at_most_sixteen_are_in_copy(void **state)
{
    struct stage *stage = *state;
    char name[32];

    for (unsigned i = 0; i <= CC_MAX; i++) {
        snprintf(name, sizeof name, "user%02u", i);
        desk_account(&stage->desk, name, ROLE_USER);
        struct outcome outcome = copy(stage, METHOD_TICKET_CC_ADD, stage->user, name);
        assert_verdict(outcome, i < CC_MAX ? ERROR_NONE : ERROR_TOO_MANY);
    }
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).cc_count, CC_MAX);
    /* Names could be tried out there otherwise, without anybody being added. */
    struct outcome absent = copy(stage, METHOD_TICKET_CC_ADD, stage->user, "zoe");
    struct outcome there = copy(stage, METHOD_TICKET_CC_ADD, stage->user, "user03");
    assert_verdict(absent, ERROR_TOO_MANY);
    assert_verdict(there, ERROR_TOO_MANY);
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "user03"), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, name), ERROR_NONE);
}

static void nobody_is_put_in_copy_of_what_is_not_there_for_the_asker(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = copy(stage, METHOD_TICKET_CC_ADD, stage->other, "felix");
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_null(outcome.field.data);
    outcome = copy(stage, METHOD_TICKET_CC_REMOVE, stage->other, "otto");
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_null(outcome.field.data);
}

/* --- Watching -------------------------------------------------------------------------------- */

/* Not the version, not the time, not a line of history: for nobody, staff included. */
static void watching_leaves_no_trace(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct history_entry line;
    struct ticket before = desk_see(desk, stage->user, stage->number);

    desk->now_ms += 1000;
    struct outcome outcome = act(stage, METHOD_TICKET_WATCH, stage->staff);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, before.version);
    assert_false(is_told(stage, stage->user, &line));
    assert_false(is_told(stage, stage->staff, &line));
    struct ticket after = desk_see(desk, stage->user, stage->number);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(after.present, before.present);
    assert_followers(stage, stage->user, "");
    assert_followers(stage, stage->staff, "stefan+watching ");
}

static void users_are_told_who_is_in_copy_and_whether_they_watch_themselves(void **state)
{
    struct stage *stage = *state;
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->friend), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->staff), ERROR_NONE);
    assert_followers(stage, stage->user, "felix+cc ");
    assert_followers(stage, stage->friend, "felix+cc+watching ");
    assert_followers(stage, stage->staff, "felix+cc+watching stefan+watching ");
}

static void watching_begins_and_ends_once(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_UNWATCH, stage->user), ERROR_ALREADY_DONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->user), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->user), ERROR_ALREADY_DONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).watcher_count, 1);
    assert_verdict(act(stage, METHOD_TICKET_UNWATCH, stage->user), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).watcher_count, 0);
    assert_followers(stage, stage->staff, "");
}

/* Watching must never become a way of seeing. */
static void watching_gives_no_sight(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->other), ERROR_NOT_FOUND);
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "felix"), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->friend), ERROR_NONE);
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "felix"), ERROR_NONE);
    assert_false(sees(stage, stage->friend));
    assert_verdict(act(stage, METHOD_TICKET_UNWATCH, stage->friend), ERROR_NOT_FOUND);
    assert_followers(stage, stage->staff, ""); /* and is forgotten with the sight */
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).watcher_count, 0);
}

static void staff_taken_out_of_copy_go_on_watching(void **state)
{
    struct stage *stage = *state;
    assert_verdict(copy(stage, METHOD_TICKET_CC_ADD, stage->user, "stefan"), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_WATCH, stage->staff), ERROR_NONE);
    assert_followers(stage, stage->staff, "stefan+cc+watching ");
    assert_verdict(copy(stage, METHOD_TICKET_CC_REMOVE, stage->user, "stefan"), ERROR_NONE);
    assert_followers(stage, stage->staff, "stefan+watching ");
}

static void at_most_sixty_four_watch(void **state)
{
    struct stage *stage = *state;
    char name[32];

    for (unsigned i = 0; i <= 64; i++) {
        snprintf(name, sizeof name, "staff%02u", i);
        desk_account(&stage->desk, name, ROLE_STAFF);
        struct outcome outcome = act(stage, METHOD_TICKET_WATCH, desk_sign_in(&stage->desk, name));
        assert_verdict(outcome, i < 64 ? ERROR_NONE : ERROR_TOO_MANY);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(in_copy_one_reads_and_replies_and_does_nothing_more),
        TEST(a_reply_of_one_in_copy_does_not_settle_the_text),
        TEST(who_was_taken_out_is_in_the_audience_before_alone),
        TEST(the_history_says_who_was_put_in_copy_and_taken_out),
        TEST(one_in_copy_takes_out_themselves_and_nobody_else),
        TEST(who_sees_it_anyway_or_is_not_there_is_not_added),
        TEST(at_most_sixteen_are_in_copy),
        TEST(nobody_is_put_in_copy_of_what_is_not_there_for_the_asker),
        TEST(watching_leaves_no_trace),
        TEST(users_are_told_who_is_in_copy_and_whether_they_watch_themselves),
        TEST(watching_begins_and_ends_once),
        TEST(watching_gives_no_sight),
        TEST(staff_taken_out_of_copy_go_on_watching),
        TEST(at_most_sixty_four_watch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
