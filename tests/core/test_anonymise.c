/* Making a person unknown: what is the person's goes from every row and from the journal, what they
 * wrote stays, and the record is whole afterwards (desk_close verifies it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

static const struct origin itself = {.desk = true};

struct stage {
    struct desk desk;
    struct origin admin;
    struct origin paula;
    uint64_t id; /* paula's */
    uint64_t ticket;
};

static void set_name(struct desk *desk, struct origin origin, const char *display,
                     const char *email)
{
    struct account_update request = {.version = desk_viewer(desk, origin).account.version,
                                     .display_name = text_of(display),
                                     .email = text_of(email)};
    present_mark(&request.present, ACCOUNT_UPDATE_DISPLAY_NAME);
    present_mark(&request.present, ACCOUNT_UPDATE_EMAIL);
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_UPDATE, origin, &request), ERROR_NONE);
}

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct desk *desk = &stage->desk;
    struct account_request_role ask = {.role = ROLE_STAFF, .reason = text_of("paula-reason")};
    assert_non_null(stage);
    desk_open(desk);
    desk_send_at_once(desk);
    stage->admin = desk_admin(desk, "armin");
    stage->id = desk_account(desk, "paula", ROLE_USER);
    stage->paula = desk_sign_in(desk, "paula");
    stage->paula.source = text_of("192.0.2.77");
    set_name(desk, stage->paula, "Paula Canary", "canary@example.org");
    set_name(desk, stage->paula, "Paula C. Canary", "canary2@example.org");
    assert_verdict(desk_do(desk, METHOD_ACCOUNT_REQUEST_ROLE, stage->paula, &ask), ERROR_NONE);
    stage->ticket = desk_ticket(desk, stage->paula, "Her ticket");
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

static struct outcome anonymise(struct stage *stage, struct origin origin, const char *name)
{
    return desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_ANONYMISE, origin, name);
}

/* Lets the desk do all that it has set itself; how many steps that took. */
static size_t let_it_finish(struct stage *stage)
{
    struct desk *desk = &stage->desk;
    struct row_timer timer;
    size_t steps = 0;
    while (rows_first_timer(desk_read(desk), &timer)) {
        desk_read_end(desk);
        struct timer_fire request = {.due_ms = timer.due_ms, .id = timer.id};
        desk->now_ms = timer.due_ms > desk->now_ms ? timer.due_ms : desk->now_ms;
        assert_verdict(desk_do(desk, METHOD_TIMER_FIRE, itself, &request), ERROR_NONE);
        steps++;
    }
    desk_read_end(desk);
    return steps;
}

static bool has(struct text text, const char *part)
{
    size_t length = strlen(part);
    for (size_t i = 0; i + length <= text.length; i++) {
        if (memcmp(text.data + i, part, length) == 0) {
            return true;
        }
    }
    return false;
}

/* How often some text of the journal, or where an entry came from, has these words. */
static size_t journal_has(struct stage *stage, const char *words)
{
    struct rows *rows = desk_read(&stage->desk);
    struct journal_entry entry;
    size_t count = 0;
    for (uint64_t sequence = 1; rows_journal(rows, sequence, &entry); sequence++) {
        count += has(entry.header.source, words);
        for (size_t i = 0; i < entry.effect_count; i++) {
            const struct effect *effect = &entry.effects[i];
            count += has(effect->old_value.text, words) + has(effect->new_value.text, words);
        }
    }
    desk_read_end(&stage->desk);
    return count;
}

static size_t count_rows(struct stage *stage, enum row_index index, uint64_t group)
{
    struct row_range range = rows_range(index, group, 0, false);
    struct rows *rows = desk_read(&stage->desk);
    uint64_t id;
    size_t count = 0;
    while (rows_range_next(rows, &range, &id)) {
        count++;
    }
    desk_read_end(&stage->desk);
    return count;
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void nothing_of_the_person_is_left_in_account_or_journal(void **state)
{
    struct stage *stage = *state;
    assert_true(journal_has(stage, "paula") > 0);
    assert_true(journal_has(stage, "Canary") > 0);
    assert_true(journal_has(stage, "192.0.2.77") > 0);
    size_t kept = journal_has(stage, "armin");

    struct outcome outcome = anonymise(stage, stage->admin, "paula");
    assert_verdict(outcome, ERROR_NONE);
    assert_text(outcome.name, "removed-2");
    assert_int_equal(outcome.ended_account, stage->id);
    assert_int_equal(stage->desk.entry.header.sequence, outcome.sequence);
    let_it_finish(stage);

    static const char *const traces[] = {"paula", "Paula", "Canary", "canary", "192.0.2.77"};
    for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
        assert_int_equal(journal_has(stage, traces[i]), 0);
    }
    struct row_account row = desk_account_row(&stage->desk, "removed-2");
    assert_text(row.email, "removed-2@removed.invalid");
    assert_int_equal(row.display_name.length, 0);
    assert_int_equal(row.state, ACCOUNT_DISABLED);
    assert_int_equal(row.role, ROLE_USER);
    assert_true(row.sources_erased >= 4);
    assert_int_equal(journal_has(stage, "armin"), kept);
}

/* What people wrote is the desk's, and has somebody to stand under. */
static void tickets_and_messages_stay_under_the_name_that_says_nothing(void **state)
{
    struct stage *stage = *state;
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->paula, stage->ticket, "It still burns.");
    assert_verdict(anonymise(stage, stage->admin, "paula"), ERROR_NONE);
    let_it_finish(stage);
    struct ticket seen = desk_see(&stage->desk, stage->admin, stage->ticket);
    assert_text(seen.title, "Her ticket");
    assert_text(seen.requester, "removed-2");
    assert_int_equal(seen.reply_count, 1);
    assert_int_equal(count_rows(stage, INDEX_MESSAGES, stage->ticket), 1);
}

static void nobody_signs_in_and_nothing_can_be_done_any_more(void **state)
{
    static const enum method named[] = {
        METHOD_ADMIN_ACCOUNT_ANONYMISE, METHOD_ADMIN_ACCOUNT_ENABLE, METHOD_ADMIN_ACCOUNT_DISABLE,
        METHOD_ADMIN_ACCOUNT_RESET,     METHOD_ADMIN_ROLE_DECLINE,
    };
    struct stage *stage = *state;
    struct row_credential credential;
    struct row_role_request request;
    assert_verdict(anonymise(stage, stage->admin, "paula"), ERROR_NONE);

    assert_false(desk_viewer(&stage->desk, stage->paula).signed_in);
    assert_int_equal(count_rows(stage, INDEX_SIGN_INS_BY_ACCOUNT, stage->id), 0);
    struct rows *rows = desk_read(&stage->desk);
    assert_false(rows_get(rows, ROW_CREDENTIAL, stage->id, 0, &credential));
    assert_false(rows_get(rows, ROW_ROLE_REQUEST, stage->id, 0, &request));
    desk_read_end(&stage->desk);
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        assert_verdict(desk_admin_account(&stage->desk, named[i], stage->admin, "removed-2"),
                       ERROR_ALREADY_DONE);
    }
    assert_verdict(anonymise(stage, stage->admin, "paula"), ERROR_NOT_FOUND);
}

/* Nothing of the old name is kept, so nothing can keep it from being taken. */
static void the_old_name_is_free_and_the_new_one_is_not_to_be_had(void **state)
{
    struct stage *stage = *state;
    assert_verdict(anonymise(stage, stage->admin, "paula"), ERROR_NONE);
    uint64_t another = desk_account(&stage->desk, "paula", ROLE_USER);
    assert_int_not_equal(another, stage->id);
    struct admin_account_create request = {
        .name = text_of("removed-77"), .email = text_of("x@example.org"), .role = ROLE_USER};
    struct outcome outcome =
        desk_do(&stage->desk, METHOD_ADMIN_ACCOUNT_CREATE, desk_console, &request);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "name");
}

static void open_tickets_lose_their_owner_and_copies_end(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    desk_account(desk, "stan", ROLE_STAFF);
    struct origin stan = desk_sign_in(desk, "stan");
    uint64_t open = desk_ticket(desk, stage->paula, "Open");
    uint64_t done = desk_ticket(desk, stage->paula, "Done");
    struct ticket_act act = {.number = open};
    assert_verdict(desk_do(desk, METHOD_TICKET_TAKE, stan, &act), ERROR_NONE);
    act.number = done;
    assert_verdict(desk_do(desk, METHOD_TICKET_TAKE, stan, &act), ERROR_NONE);
    desk_set_status(desk, stan, done, desk_ticket_row(desk, done).version, STATUS_RESOLVED);
    desk_copy_in(desk, open, "stan");

    uint64_t id = desk_account_row(desk, "stan").id;
    assert_verdict(anonymise(stage, stage->admin, "stan"), ERROR_NONE);
    let_it_finish(stage);
    assert_int_equal(desk_ticket_row(desk, open).owner, 0);
    assert_int_equal(desk_ticket_row(desk, open).cc_count, 0);
    assert_int_equal(desk_ticket_row(desk, done).owner, id);
    assert_int_equal(count_rows(stage, INDEX_TICKETS_BY_CC, id), 0);
    assert_int_equal(count_rows(stage, INDEX_FOLLOWERS, open), 0);
    assert_int_equal(journal_has(stage, "stan"), 0);
}

static void who_keeps_the_desk_going_and_oneself_are_not_made_unknown(void **state)
{
    struct stage *stage = *state;
    assert_verdict(anonymise(stage, stage->admin, "armin"), ERROR_NOT_ON_SELF);
    assert_verdict(anonymise(stage, desk_console, "armin"), ERROR_LAST_ADMIN);
    assert_verdict(anonymise(stage, desk_console, "nobody"), ERROR_NOT_FOUND);
    desk_account(&stage->desk, "anna", ROLE_ADMIN);
    assert_verdict(anonymise(stage, desk_console, "armin"), ERROR_NONE);
}

/* A long journal is gone through in steps, so that nobody waits for it. */
static void a_long_journal_takes_several_steps(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 450; i++) {
        desk_ticket(&stage->desk, stage->paula, "One more");
        desk_forget(&stage->desk);
    }
    assert_verdict(anonymise(stage, stage->admin, "paula"), ERROR_NONE);
    assert_true(let_it_finish(stage) >= 2);
    assert_int_equal(journal_has(stage, "192.0.2.77"), 0);
    assert_true(desk_account_row(&stage->desk, "removed-2").sources_erased > 450);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_of_the_person_is_left_in_account_or_journal),
        TEST(tickets_and_messages_stay_under_the_name_that_says_nothing),
        TEST(nobody_signs_in_and_nothing_can_be_done_any_more),
        TEST(the_old_name_is_free_and_the_new_one_is_not_to_be_had),
        TEST(open_tickets_lose_their_owner_and_copies_end),
        TEST(who_keeps_the_desk_going_and_oneself_are_not_made_unknown),
        TEST(a_long_journal_takes_several_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
