/* How far somebody has read: a count that says too much would betray a private note, one that says
 * too little would let a reply go unseen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/unread.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    struct origin other; /* staff */
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "ulf", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "sara", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->other = desk_sign_in(&stage->desk, "sara");
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

static uint64_t say(struct stage *stage, enum method method, struct origin origin)
{
    return desk_say(&stage->desk, method, origin, stage->number, "words").sequence;
}

static uint64_t count_looking(struct stage *stage, struct origin origin, uint64_t *ret_looked)
{
    struct desk *desk = &stage->desk;
    struct row_ticket ticket = desk_ticket_row(desk, stage->number);
    struct viewer viewer = desk_viewer(desk, origin);
    struct rows *rows = desk_read(desk);
    viewer.rows = rows;
    uint64_t count = unread_count(rows, &viewer, &ticket, ret_looked);
    desk_read_end(desk);
    return count;
}

static uint64_t count(struct stage *stage, struct origin origin)
{
    uint64_t looked;
    return count_looking(stage, origin, &looked);
}

static struct outcome mark(struct stage *stage, struct origin origin, uint64_t sequence)
{
    struct ticket_mark_read request = {.number = stage->number, .sequence = sequence};
    return desk_do(&stage->desk, METHOD_TICKET_MARK_READ, origin, &request);
}

/* What one wrote oneself is no news. */
static void messages_of_others_count_until_they_are_read(void **state)
{
    struct stage *stage = *state;

    assert_int_equal(count(stage, stage->user), 0);
    uint64_t first = say(stage, METHOD_TICKET_REPLY, stage->staff);
    uint64_t second = say(stage, METHOD_TICKET_REPLY, stage->staff);
    assert_int_equal(count(stage, stage->user), 2);
    assert_int_equal(count(stage, stage->staff), 0);
    assert_int_equal(count(stage, stage->other), 2);

    assert_verdict(mark(stage, stage->user, first), ERROR_NONE);
    assert_int_equal(count(stage, stage->user), 1);
    assert_verdict(mark(stage, stage->user, second), ERROR_NONE);
    assert_int_equal(count(stage, stage->user), 0);
    assert_int_equal(count(stage, stage->other), 2);

    say(stage, METHOD_TICKET_REPLY, stage->user);
    assert_int_equal(count(stage, stage->user), 0);
    assert_int_equal(count(stage, stage->other), 3);
}

/* However many there are: a reply that is not counted would tell of them. */
static void many_notes_hide_no_reply(void **state)
{
    struct stage *stage = *state;

    for (int i = 0; i <= UNREAD_LOOKED_MAX; i++) {
        say(stage, METHOD_TICKET_NOTE, stage->staff);
    }
    say(stage, METHOD_TICKET_REPLY, stage->staff);
    assert_int_equal(count(stage, stage->user), 1);
    assert_int_equal(count(stage, stage->other), UNREAD_MAX);
}

/* A count is enough to learn that a note was written. */
static void notes_count_for_those_who_see_them_alone(void **state)
{
    struct stage *stage = *state;
    uint64_t looked;

    say(stage, METHOD_TICKET_NOTE, stage->staff);
    say(stage, METHOD_TICKET_NOTE, stage->staff);
    assert_int_equal(count_looking(stage, stage->user, &looked), 0);
    assert_int_equal(looked, 0);
    assert_int_equal(count(stage, stage->other), 2);
    say(stage, METHOD_TICKET_REPLY, stage->staff);
    assert_int_equal(count(stage, stage->user), 1);
    assert_int_equal(count(stage, stage->other), 3);
}

/* Two screens of one person may say so in any order, and a repeated word changes nothing. */
static void a_mark_never_goes_back(void **state)
{
    struct stage *stage = *state;
    uint64_t first = say(stage, METHOD_TICKET_REPLY, stage->staff);
    uint64_t second = say(stage, METHOD_TICKET_REPLY, stage->staff);

    assert_verdict(mark(stage, stage->user, second), ERROR_NONE);
    assert_verdict(mark(stage, stage->user, first), ERROR_NONE);
    assert_verdict(mark(stage, stage->user, second), ERROR_NONE);
    assert_int_equal(count(stage, stage->user), 0);
}

/* A client that claims to have read the future must not miss it when it comes. */
static void nobody_has_read_what_is_not_written_yet(void **state)
{
    struct stage *stage = *state;

    say(stage, METHOD_TICKET_REPLY, stage->staff);
    assert_verdict(mark(stage, stage->user, UINT64_C(1) << 50), ERROR_NONE);
    assert_int_equal(count(stage, stage->user), 0);
    say(stage, METHOD_TICKET_REPLY, stage->staff);
    assert_int_equal(count(stage, stage->user), 1);
}

/* How far one has read is nobody else's business, and no part of the record. */
static void reading_leaves_no_trace_in_the_record(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = say(stage, METHOD_TICKET_REPLY, stage->staff);
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->number);
    uint64_t last = rows_sequence(desk_read(&stage->desk));
    desk_read_end(&stage->desk);

    assert_verdict(mark(stage, stage->user, sequence), ERROR_NONE);
    struct row_ticket after = desk_ticket_row(&stage->desk, stage->number);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(rows_sequence(desk_read(&stage->desk)), last);
    desk_read_end(&stage->desk);
}

static void a_ticket_one_may_not_see_can_not_be_marked(void **state)
{
    struct stage *stage = *state;
    struct origin stranger = desk_sign_in(&stage->desk, "ulf");
    uint64_t sequence = say(stage, METHOD_TICKET_REPLY, stage->staff);
    struct outcome hidden = mark(stage, stranger, sequence);

    assert_verdict(hidden, ERROR_NOT_FOUND);
    stage->number = 4711;
    struct outcome absent = mark(stage, stranger, sequence);
    assert_verdict(absent, ERROR_NOT_FOUND);
    assert_ptr_equal(hidden.reason.data, absent.reason.data);
    assert_verdict(mark(stage, desk_nobody, sequence), ERROR_NOT_SIGNED_IN);
}

/* A list counts for every row: a ticket with thousands of messages must not hold it up. */
static void counting_ends_at_99(void **state)
{
    struct stage *stage = *state;
    uint64_t looked;

    for (int i = 0; i < UNREAD_MAX + 5; i++) {
        say(stage, METHOD_TICKET_REPLY, stage->staff);
        desk_forget(&stage->desk);
    }
    assert_int_equal(count_looking(stage, stage->user, &looked), UNREAD_MAX);
    assert_int_equal(looked, UNREAD_MAX);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(messages_of_others_count_until_they_are_read),
        TEST(many_notes_hide_no_reply),
        TEST(notes_count_for_those_who_see_them_alone),
        TEST(a_mark_never_goes_back),
        TEST(nobody_has_read_what_is_not_written_yet),
        TEST(reading_leaves_no_trace_in_the_record),
        TEST(a_ticket_one_may_not_see_can_not_be_marked),
        TEST(counting_ends_at_99),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
