/* What the desk does by itself when a timer has gone off, and that nobody else can do it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

#define TIMER_ID UINT64_C(5)

static const struct origin itself = {.desk = true};

struct stage {
    struct desk desk;
    uint64_t ticket;
    uint64_t due_ms; /* of the timer that ends its pending */
};

/* As if a command had changed the ticket so; gives it a timer when there is none. */
static void change(struct stage *stage,
                   void (*make)(struct stage *stage, struct row_ticket *ticket))
{
    struct desk *desk = &stage->desk;
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct row_timer timer = {
        .due_ms = stage->due_ms, .id = TIMER_ID, .kind = TIMER_PENDING, .ticket = stage->ticket};
    struct row_ticket ticket;

    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    assert_true(rows_get(desk->rows, ROW_TICKET, stage->ticket, 0, &ticket));
    struct audience audience = {.requester = ticket.requester, .queue = ticket.queue};
    make(stage, &ticket);
    rows_subject(desk->rows, ticket.number, &audience, &audience, false);
    rows_put(desk->rows, ROW_TICKET, &ticket);
    rows_put(desk->rows, ROW_TIMER, &timer);
    store_command_end(desk->rows, &desk->entry);
    assert_int_equal(rows_error(desk->rows), ERROR_NONE);
    desk_commit(desk);
}

static void make_pending(struct stage *stage, struct row_ticket *ticket)
{
    ticket->state = STATE_PENDING;
    ticket->pending_until_ms = stage->due_ms;
}

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    stage->ticket = desk_ticket(&stage->desk, desk_sign_in(&stage->desk, "ursula"), "T");
    stage->due_ms = stage->desk.now_ms + DAY_MS;
    change(stage, make_pending);
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

static struct outcome fire(struct stage *stage, struct origin origin)
{
    struct timer_fire request = {.due_ms = stage->due_ms, .id = TIMER_ID};
    return desk_do(&stage->desk, METHOD_TIMER_FIRE, origin, &request);
}

static bool has_timer(struct stage *stage)
{
    struct row_timer timer;
    bool found = rows_first_timer(desk_read(&stage->desk), &timer);
    desk_read_end(&stage->desk);
    return found;
}

/* Goes off, and changes nothing but that it is gone. */
static void goes_off_in_vain(struct stage *stage)
{
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->ticket);
    stage->desk.now_ms = stage->due_ms;
    struct outcome outcome = fire(stage, itself);
    struct row_ticket after = desk_ticket_row(&stage->desk, stage->ticket);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.sequence, 0);
    assert_int_equal(stage->desk.entry.header.sequence, 0);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.state, before.state);
    assert_false(has_timer(stage));
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void a_pending_ticket_comes_back_when_it_is_due(void **state)
{
    struct stage *stage = *state;
    uint64_t version = desk_ticket_row(&stage->desk, stage->ticket).version;
    stage->desk.now_ms = stage->due_ms + 3;
    struct outcome outcome = fire(stage, itself);
    struct row_ticket ticket = desk_ticket_row(&stage->desk, stage->ticket);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(ticket.state, STATE_OPEN);
    assert_int_equal(ticket.pending_until_ms, 0);
    assert_int_equal(ticket.version, version + 1);
    assert_int_equal(ticket.updated_ms, stage->desk.now_ms);
    assert_false(has_timer(stage));
}

/* History and feed have to tell of it, and that nobody did it. */
static void it_is_an_entry_of_the_desk_itself_about_the_ticket(void **state)
{
    struct stage *stage = *state;
    const struct journal_header *header = &stage->desk.entry.header;
    stage->desk.now_ms = stage->due_ms;
    struct outcome outcome = fire(stage, itself);

    assert_verdict(outcome, ERROR_NONE);
    assert_true(outcome.sequence > 0);
    assert_int_equal(header->sequence, outcome.sequence);
    assert_int_equal(header->command, METHOD_TIMER_FIRE);
    assert_int_equal(header->actor, 0);
    assert_int_equal(header->acting_for, 0);
    assert_false(header->console);
    assert_non_null(rows_subject_of(header, stage->ticket));
}

static void before_its_time_nothing_happens(void **state)
{
    struct stage *stage = *state;
    stage->desk.now_ms = stage->due_ms - 1;
    struct outcome outcome = fire(stage, itself);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "due");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).state, STATE_PENDING);
    assert_true(has_timer(stage));
}

/* It may be fired twice when the disk is slow. */
static void a_timer_goes_off_once(void **state)
{
    struct stage *stage = *state;
    stage->desk.now_ms = stage->due_ms;
    assert_verdict(fire(stage, itself), ERROR_NONE);
    uint64_t version = desk_ticket_row(&stage->desk, stage->ticket).version;
    struct outcome outcome = fire(stage, itself);
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).version, version);
}

static void make_open(struct stage *stage, struct row_ticket *ticket)
{
    (void)stage;
    ticket->state = STATE_OPEN;
}

static void make_pending_for_longer(struct stage *stage, struct row_ticket *ticket)
{
    ticket->state = STATE_PENDING;
    ticket->pending_until_ms = stage->due_ms + 1;
}

static void make_merged(struct stage *stage, struct row_ticket *ticket)
{
    (void)stage;
    ticket->merged_into = 4711;
}

static void a_ticket_that_came_back_before_stays_as_it_is(void **state)
{
    struct stage *stage = *state;
    change(stage, make_open);
    goes_off_in_vain(stage);
}

/* Somebody prolonged it: the new time has a timer of its own. */
static void the_timer_of_another_time_does_not_end_pending(void **state)
{
    struct stage *stage = *state;
    change(stage, make_pending_for_longer);
    goes_off_in_vain(stage);
}

static void a_merged_ticket_does_not_come_back(void **state)
{
    struct stage *stage = *state;
    change(stage, make_merged);
    goes_off_in_vain(stage);
}

static void a_purged_ticket_does_not_come_back(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct origin admin = desk_admin(desk, "armin");
    (void)desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, admin, stage->ticket);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_PURGE, admin, stage->ticket),
                   ERROR_NONE);
    goes_off_in_vain(stage);
}

/* Or it would be pending for ever when it is restored. */
static void a_deleted_ticket_comes_back_to_work_too(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct origin admin = desk_admin(desk, "armin");
    stage->due_ms = desk->now_ms + MINUTE_MS; /* while the admin is still signed in */
    change(stage, make_pending);
    (void)desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, admin, stage->ticket);
    desk->now_ms = stage->due_ms;
    assert_verdict(fire(stage, itself), ERROR_NONE);
    assert_true(rows_subject_of(&desk->entry.header, stage->ticket)->after.deleted);
    (void)desk_admin_ticket(desk, METHOD_ADMIN_TICKET_RESTORE, admin, stage->ticket);
    assert_int_equal(desk_ticket_row(desk, stage->ticket).state, STATE_OPEN);
}

static void nobody_but_the_desk_fires_timers(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct origin others[] = {desk_nobody, desk_console, desk_admin(desk, "armin"),
                              desk_sign_in(desk, "ursula")};
    desk->now_ms += MINUTE_MS;
    stage->due_ms = desk->now_ms;
    change(stage, make_pending);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        assert_verdict(fire(stage, others[i]), ERROR_FORBIDDEN);
        assert_true(has_timer(stage));
    }
}

static void the_desk_does_nothing_that_people_do(void **state)
{
    struct stage *stage = *state;
    struct ticket_create request = {.title = {"x", 1}, .problem = {"y", 1}};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_CREATE, itself, &request), ERROR_FORBIDDEN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pending_ticket_comes_back_when_it_is_due),
        TEST(it_is_an_entry_of_the_desk_itself_about_the_ticket),
        TEST(before_its_time_nothing_happens),
        TEST(a_timer_goes_off_once),
        TEST(a_ticket_that_came_back_before_stays_as_it_is),
        TEST(the_timer_of_another_time_does_not_end_pending),
        TEST(a_merged_ticket_does_not_come_back),
        TEST(a_purged_ticket_does_not_come_back),
        TEST(a_deleted_ticket_comes_back_to_work_too),
        TEST(nobody_but_the_desk_fires_timers),
        TEST(the_desk_does_nothing_that_people_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
