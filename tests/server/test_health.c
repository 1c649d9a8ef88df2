/* What an operator is told: what is counted, what is judged to be a problem and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/health.h"
#include "tests/core/desk.h"

struct room {
    struct desk desk;
    struct health_counts counts;
    struct health_now now;
    struct health health;
};

static struct room room;

static int open_room(void **state)
{
    (void)state;
    room = (struct room){0};
    desk_open(&room.desk);
    room.now = (struct health_now){
        .counts = &room.counts,
        .time_ms = room.desk.now_ms,
        .data = room.desk.directory,
    };
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    if (room.desk.rows != NULL) {
        desk_read_end(&room.desk);
    }
    desk_close(&room.desk);
    return 0;
}

static enum error ask(struct origin origin)
{
    if (room.desk.rows != NULL) {
        desk_read_end(&room.desk);
    }
    struct viewer viewer = desk_viewer(&room.desk, origin);
    return health_answer(&room.now, &viewer, desk_read(&room.desk), &room.health);
}

static size_t problems(void)
{
    assert_int_equal(ask(desk_console), ERROR_NONE);
    return room.health.problems.count;
}

/* Counts are of rows, so that a disabled account or a deleted ticket is still one. */
static void counts_what_there_is(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    struct origin ann = desk_sign_in(&room.desk, "ann");
    struct origin root = desk_admin(&room.desk, "root");
    uint64_t number = desk_ticket(&room.desk, ann, "one");
    (void)desk_ticket(&room.desk, ann, "two");
    struct admin_ticket gone = {.number = number};
    assert_int_equal(desk_do(&room.desk, METHOD_ADMIN_TICKET_DELETE, root, &gone).verdict,
                     ERROR_NONE);
    assert_int_equal(problems(), 0);
    assert_int_equal(room.health.tickets, 2);
    assert_int_equal(room.health.deleted, 1);
    assert_int_equal(room.health.accounts, 2);
    assert_int_equal(room.health.sign_ins, 2);
    assert_false(present_has(room.health.present, HEALTH_NEXT_TIMER));
    assert_false(present_has(room.health.present, HEALTH_BACKUP));
    assert_true(room.health.used_bytes > room.health.free_bytes);
    assert_true(room.health.map_bytes >= room.health.used_bytes);
    assert_true(room.health.readers >= 1);
}

/* The table says who may; here it is that the answer asks it. */
static void is_not_for_staff(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin sam = desk_sign_in(&room.desk, "sam");
    struct origin root = desk_admin(&room.desk, "root");
    assert_int_equal(ask(sam), ERROR_FORBIDDEN);
    assert_int_equal(ask(desk_nobody), ERROR_NOT_SIGNED_IN);
    assert_int_equal(ask(root), ERROR_NONE);
}

/* A commit that failed changed nothing and is no batch, but somebody has to know. */
static void batches_that_failed_are_a_problem(void **state)
{
    (void)state;
    health_count_batch(&room.counts, 3, ERROR_NONE);
    health_count_batch(&room.counts, 7, ERROR_NONE);
    health_count_batch(&room.counts, 2, ERROR_NONE);
    assert_int_equal(problems(), 0);
    assert_int_equal(room.health.changes, 12);
    assert_int_equal(room.health.batches, 3);
    assert_int_equal(room.health.batch_last, 2);
    assert_int_equal(room.health.batch_largest, 7);
    health_count_batch(&room.counts, 100, ERROR_DISK_FULL);
    assert_int_equal(problems(), 1);
    assert_int_equal(room.health.changes, 12);
    assert_int_equal(room.health.failed_commits, 1);
}

static void pend_until(struct origin origin, uint64_t number, uint64_t until_ms)
{
    struct ticket_pend request = {.number = number, .version = 1, .until_ms = until_ms};
    present_mark(&request.present, PEND_UNTIL);
    assert_int_equal(desk_do(&room.desk, METHOD_TICKET_PEND, origin, &request).verdict, ERROR_NONE);
}

/* A timer that is a little late is at work; one that stays is not. */
static void timer_that_does_not_go_off_is_a_problem(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin sam = desk_sign_in(&room.desk, "sam");
    uint64_t due_ms = room.desk.now_ms + 3600000;
    pend_until(sam, desk_ticket(&room.desk, sam, "later"), due_ms);
    assert_int_equal(problems(), 0);
    assert_true(present_has(room.health.present, HEALTH_NEXT_TIMER));
    assert_int_equal(room.health.next_timer_ms, due_ms);
    room.now.time_ms = due_ms + 60000;
    assert_int_equal(problems(), 0);
    room.now.time_ms = due_ms + 60001;
    assert_int_equal(problems(), 1);
}

static void changes_that_wait_long_are_a_problem(void **state)
{
    (void)state;
    room.now.waiting = 2048;
    assert_int_equal(problems(), 0);
    room.now.waiting = 2049;
    assert_int_equal(problems(), 1);
    const struct health_problem *problem = room.health.problems.items;
    assert_non_null(strstr(problem->sentence.data, "2049 changes wait"));
}

/* The time of the file is all that is kept of a backup. */
static void last_backup_is_known_after_it_was_noted(void **state)
{
    (void)state;
    assert_true(health_note_backup(room.desk.directory));
    assert_true(health_note_backup(room.desk.directory));
    assert_int_equal(problems(), 0);
    assert_true(present_has(room.health.present, HEALTH_BACKUP));
    assert_true(room.health.backup_ms > 0);
    assert_false(health_note_backup("/nowhere/at/all"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(counts_what_there_is, open_room, close_room),
        cmocka_unit_test_setup_teardown(is_not_for_staff, open_room, close_room),
        cmocka_unit_test_setup_teardown(batches_that_failed_are_a_problem, open_room, close_room),
        cmocka_unit_test_setup_teardown(timer_that_does_not_go_off_is_a_problem, open_room,
                                        close_room),
        cmocka_unit_test_setup_teardown(changes_that_wait_long_are_a_problem, open_room,
                                        close_room),
        cmocka_unit_test_setup_teardown(last_backup_is_known_after_it_was_noted, open_room,
                                        close_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
