/* Retention by age: what goes and what stays, by an admin's command and by the desk's own timer;
 * and what a purge takes with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/core/retention.h"
#include "tests/core/desk.h"

static const struct origin itself = {.desk = true};

enum { DAYS = 30 };

struct stage {
    struct desk desk;
    struct origin admin;
    struct origin ursula;
};

static void keep_for(struct stage *stage, uint64_t days)
{
    struct row_settings row = {.version = 1};
    (void)rows_get(desk_read(&stage->desk), ROW_SETTINGS, 1, 0, &row);
    desk_read_end(&stage->desk);
    struct admin_settings_update request = {.version = row.version, .retention_days = days};
    present_mark(&request.present, SETTINGS_UPDATE_RETENTION_DAYS);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request),
                   ERROR_NONE);
}

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    stage->admin = desk_admin(&stage->desk, "armin");
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stan", ROLE_STAFF);
    stage->ursula = desk_sign_in(&stage->desk, "ursula");
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

static uint64_t resolved(struct stage *stage, const char *title)
{
    uint64_t number = desk_ticket(&stage->desk, stage->ursula, title);
    assert_verdict(desk_set_status(&stage->desk, stage->ursula, number, 1, STATUS_RESOLVED),
                   ERROR_NONE);
    return number;
}

static struct outcome run_from(struct stage *stage, uint64_t cursor)
{
    struct admin_retention_run request = {.cursor = cursor};
    return desk_do(&stage->desk, METHOD_ADMIN_RETENTION_RUN, desk_console, &request);
}

static bool is_purged(struct stage *stage, uint64_t number)
{
    return desk_ticket_row(&stage->desk, number).purged;
}

static void pass(struct stage *stage, uint64_t days)
{
    stage->desk.now_ms += days * DAY_MS;
    stage->admin = desk_sign_in(&stage->desk, "armin");
    stage->ursula = desk_sign_in(&stage->desk, "ursula");
}

/* Fires the timer that is due first, at its time; false when there is none. */
static bool fire_next(struct stage *stage)
{
    struct desk *desk = &stage->desk;
    struct row_timer timer;
    bool found = rows_first_timer(desk_read(desk), &timer);
    desk_read_end(desk);
    if (found) {
        struct timer_fire request = {.due_ms = timer.due_ms, .id = timer.id};
        desk->now_ms = timer.due_ms > desk->now_ms ? timer.due_ms : desk->now_ms;
        assert_verdict(desk_do(desk, METHOD_TIMER_FIRE, itself, &request), ERROR_NONE);
    }
    return found;
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void only_old_resolved_tickets_go(void **state)
{
    struct stage *stage = *state;
    uint64_t old = resolved(stage, "Old");
    uint64_t open = desk_ticket(&stage->desk, stage->ursula, "Open");
    pass(stage, DAYS - 1);
    uint64_t newer = resolved(stage, "Newer");
    keep_for(stage, DAYS);

    assert_int_equal(run_from(stage, 0).version, 0);
    assert_false(is_purged(stage, old));
    pass(stage, 1);
    stage->desk.now_ms++;
    struct outcome outcome = run_from(stage, 0);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 1);
    assert_int_equal(outcome.number, 0);
    assert_true(is_purged(stage, old));
    assert_false(is_purged(stage, open));
    assert_false(is_purged(stage, newer));
    /* Its entry is about the ticket, and whoever saw it is told that it is gone. */
    const struct subject *subject = rows_subject_of(&stage->desk.entry.header, old);
    assert_non_null(subject);
    assert_int_equal(subject->after.requester, 0);
}

static void tickets_are_kept_for_ever_unless_somebody_says_otherwise(void **state)
{
    struct stage *stage = *state;
    uint64_t old = resolved(stage, "Old");
    pass(stage, 5000);
    struct outcome outcome = run_from(stage, 0);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_true(outcome.reason.length > 0);
    assert_false(is_purged(stage, old));
    assert_false(fire_next(stage));
}

/* A message is something that happened, though a private note changes no time of the ticket. */
static void what_somebody_still_writes_on_or_is_part_of_others_stays(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t noted = resolved(stage, "Noted");
    uint64_t parent = resolved(stage, "Parent");
    uint64_t child = resolved(stage, "Child");
    uint64_t friend = resolved(stage, "Friend");
    struct ticket_link link = {.number = parent, .kind = LINK_PARENT, .to = child};
    assert_verdict(desk_do(desk, METHOD_TICKET_LINK, stage->admin, &link), ERROR_NONE);
    link = (struct ticket_link){.number = friend, .kind = LINK_RELATES, .to = child};
    assert_verdict(desk_do(desk, METHOD_TICKET_LINK, stage->admin, &link), ERROR_NONE);
    pass(stage, DAYS);
    assert_verdict(desk_say(desk, METHOD_TICKET_NOTE, stage->admin, noted, "Seen again."),
                   ERROR_NONE);
    keep_for(stage, DAYS);
    pass(stage, 1);

    assert_int_equal(run_from(stage, 0).version, 1);
    assert_true(is_purged(stage, friend));
    assert_false(is_purged(stage, noted));
    assert_false(is_purged(stage, parent));
    assert_false(is_purged(stage, child));
}

static void what_was_merged_goes_with_its_survivor_and_not_before(void **state)
{
    struct stage *stage = *state;
    uint64_t source = resolved(stage, "Source");
    uint64_t survivor = resolved(stage, "Survivor");
    struct ticket_merge merge = {.number = source, .version = 2, .into = survivor};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->admin, &merge), ERROR_NONE);
    keep_for(stage, DAYS);
    pass(stage, DAYS + 1);
    struct row_ticket row = desk_ticket_row(&stage->desk, survivor);
    assert_int_equal(row.state, STATE_RESOLVED);
    assert_int_equal(run_from(stage, 0).version, 1);
    assert_true(is_purged(stage, source));
    assert_true(is_purged(stage, survivor));
}

/* No command may keep the writer for long. */
static void one_run_takes_some_and_says_where_to_go_on(void **state)
{
    struct stage *stage = *state;
    for (int i = 0; i < 45; i++) {
        resolved(stage, "Old");
        desk_forget(&stage->desk);
    }
    keep_for(stage, DAYS);
    pass(stage, DAYS + 1);
    struct outcome first = run_from(stage, 0);
    assert_int_equal(first.version, 20);
    assert_int_equal(first.number, 20);
    struct outcome second = run_from(stage, first.number);
    assert_int_equal(second.version, 20);
    struct outcome third = run_from(stage, second.number);
    assert_int_equal(third.version, 5);
    assert_int_equal(third.number, 0);
}

static void the_desk_does_it_every_night_by_itself(void **state)
{
    struct stage *stage = *state;
    uint64_t numbers[25];
    for (size_t i = 0; i < 25; i++) {
        numbers[i] = resolved(stage, "Old");
        desk_forget(&stage->desk);
    }
    keep_for(stage, DAYS);
    keep_for(stage, DAYS + 1); /* twice in a day is still one timer */
    keep_for(stage, DAYS);
    for (int nights = 0; nights < DAYS; nights++) {
        uint64_t before_ms = stage->desk.now_ms;
        assert_true(fire_next(stage));
        assert_true(stage->desk.now_ms > before_ms);
        assert_int_equal(stage->desk.now_ms % DAY_MS, 3 * HOUR_MS);
        assert_int_equal(stage->desk.entry.header.sequence, 0);
    }
    assert_true(fire_next(stage));
    const struct journal_header *header = &stage->desk.entry.header;
    assert_int_equal(header->command, METHOD_TIMER_FIRE);
    assert_int_equal(header->actor, 0);
    assert_false(header->console);
    assert_true(is_purged(stage, numbers[0]));
    assert_false(is_purged(stage, numbers[24]));
    assert_true(fire_next(stage)); /* the rest, a moment later */
    assert_true(is_purged(stage, numbers[24]));
    keep_for(stage, 0);
    assert_true(fire_next(stage)); /* what was set already finds nothing to do, and is the last */
    assert_false(fire_next(stage));
}

/* Drafts of anybody, files on their way and the people who followed are the ticket's too. */
static void a_purge_takes_followers_and_what_was_not_sent(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ursula, "T");
    uint64_t other = desk_ticket(desk, stage->ursula, "Other");
    struct draft_save draft = {.number = number, .text = text_of("words")};
    struct attachment_begin file = {.number = number, .name = text_of("a.log"), .size = 3};
    uint8_t hash[32] = {1};
    uint64_t id = desk_account_row(desk, "ursula").id;
    uint64_t found;
    file.hash = (struct bytes){hash, sizeof hash};
    present_mark(&draft.present, DRAFT_SAVE_NUMBER);
    desk_copy_in(desk, number, "stan");
    assert_verdict(desk_do(desk, METHOD_DRAFT_SAVE, stage->ursula, &draft), ERROR_NONE);
    draft.number = other;
    assert_verdict(desk_do(desk, METHOD_DRAFT_SAVE, stage->ursula, &draft), ERROR_NONE);
    assert_verdict(desk_do(desk, METHOD_ATTACHMENT_BEGIN, stage->ursula, &file), ERROR_NONE);
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console, number);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_PURGE, desk_console, number),
                   ERROR_NONE);

    struct rows *rows = desk_read(desk);
    struct row_range followers = rows_range(INDEX_FOLLOWERS, number, 0, false);
    struct row_range uploads = rows_range(INDEX_UPLOADS_BY_ACCOUNT, id, 0, false);
    struct row_draft kept;
    struct row_timer timer;
    assert_false(rows_range_next(rows, &followers, &found));
    assert_false(rows_range_next(rows, &uploads, &found));
    assert_false(rows_get(rows, ROW_DRAFT, id, number * 2, &kept));
    assert_true(rows_get(rows, ROW_DRAFT, id, other * 2, &kept));
    assert_false(rows_first_timer(rows, &timer));
    desk_read_end(desk);
    assert_int_equal(desk_ticket_row(desk, number).cc_count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(only_old_resolved_tickets_go),
        TEST(tickets_are_kept_for_ever_unless_somebody_says_otherwise),
        TEST(what_somebody_still_writes_on_or_is_part_of_others_stays),
        TEST(what_was_merged_goes_with_its_survivor_and_not_before),
        TEST(one_run_takes_some_and_says_where_to_go_on),
        TEST(the_desk_does_it_every_night_by_itself),
        TEST(a_purge_takes_followers_and_what_was_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
