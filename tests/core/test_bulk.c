/* One act on many tickets: one journal entry, a result for each, and one undo for all of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/desk.h"

enum { TICKETS = 5, ABSENT = 4711 };

struct stage {
    struct desk desk;
    struct origin user;
    struct origin other_user;
    struct origin staff;
    uint64_t tickets[TICKETS]; /* ursula's */
    uint64_t foreign;          /* uwe's */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "uwe", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->other_user = desk_sign_in(&stage->desk, "uwe");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    for (unsigned i = 0; i < TICKETS; i++) {
        stage->tickets[i] = desk_ticket(&stage->desk, stage->user, "No sound");
    }
    stage->foreign = desk_ticket(&stage->desk, stage->other_user, "No picture");
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

/* The tickets of one request. */
struct batch {
    struct bulk_ticket tickets[BULK_MAX];
    struct ticket_bulk request;
};

static void batch_add(struct batch *batch, uint64_t number)
{
    batch->tickets[batch->request.tickets.count++].number = number;
    batch->request.tickets.items = batch->tickets;
}

static struct batch all_tickets(const struct stage *stage)
{
    struct batch batch = {0};
    for (unsigned i = 0; i < TICKETS; i++) {
        batch_add(&batch, stage->tickets[i]);
    }
    return batch;
}

static void batch_status(struct batch *batch, enum status status)
{
    batch->request.tickets.items = batch->tickets;
    batch->request.act = BULK_STATUS;
    batch->request.status = status;
    present_mark(&batch->request.present, BULK_FIELD_STATUS);
}

static struct outcome run_batch(struct stage *stage, struct origin origin,
                                const struct batch *batch)
{
    return desk_do(&stage->desk, METHOD_TICKET_BULK, origin, &batch->request);
}

/* A morning's clean-up is one act: one entry that names them all. */
static void many_are_changed_in_one_entry(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_status(&batch, STATUS_RESOLVED);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.result_count, TICKETS);
    assert_int_equal(stage->desk.entry.header.sequence, outcome.sequence);
    assert_int_equal(stage->desk.entry.header.subject_count, TICKETS);
    for (unsigned i = 0; i < TICKETS; i++) {
        struct row_ticket row = desk_ticket_row(&stage->desk, stage->tickets[i]);
        assert_int_equal(row.state, STATE_RESOLVED);
        assert_int_equal(outcome.results[i].number, stage->tickets[i]);
        assert_int_equal(outcome.results[i].code, ERROR_NONE);
        assert_int_equal(outcome.results[i].version, row.version);
    }
}

/* What one ticket is refused does not stop the others, and a foreign one is as good as none. */
static void each_ticket_is_judged_for_itself(void **state)
{
    struct stage *stage = *state;
    struct batch batch = {0};
    batch_add(&batch, stage->tickets[0]);
    batch_add(&batch, stage->foreign);
    batch_add(&batch, ABSENT);
    batch_add(&batch, stage->tickets[1]);
    batch_status(&batch, STATUS_MAJOR);
    desk_set_status(&stage->desk, stage->user, stage->tickets[1], 1, STATUS_MAJOR);
    struct outcome outcome = run_batch(stage, stage->user, &batch);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.results[0].code, ERROR_NONE);
    assert_int_equal(outcome.results[1].code, ERROR_NOT_FOUND);
    assert_int_equal(outcome.results[2].code, ERROR_NOT_FOUND);
    assert_int_equal(outcome.results[1].present, outcome.results[2].present);
    assert_int_equal(outcome.results[1].message.length, outcome.results[2].message.length);
    assert_int_equal(outcome.results[3].code, ERROR_NO_CHANGE);
    assert_int_equal(stage->desk.entry.header.subject_count, 1);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->foreign).version, 1);
}

/* A requester may change the kind until staff has replied, one by one or many at once. */
static void the_rules_are_those_of_the_act(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch.request.tickets.items = batch.tickets;
    batch.request.act = BULK_KIND;
    batch.request.kind = KIND_SOFTWARE;
    present_mark(&batch.request.present, BULK_FIELD_KIND);
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, stage->tickets[2], "Looking.");
    struct outcome outcome = run_batch(stage, stage->user, &batch);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.results[1].code, ERROR_NONE);
    assert_int_equal(outcome.results[2].code, ERROR_FORBIDDEN);
    assert_text(outcome.results[2].message,
                "Staff has replied: title, problem and kind stay as they are now; write a reply "
                "instead.");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[2]).kind, KIND_HARDWARE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[3]).kind, KIND_SOFTWARE);
}

/* Whoever names the version that was read changes nothing that has changed meanwhile. */
static void what_changed_since_it_was_read_is_left_alone(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_status(&batch, STATUS_RESOLVED);
    for (unsigned i = 0; i < TICKETS; i++) {
        batch.tickets[i].version = 1;
        present_mark(&batch.tickets[i].present, BULK_TICKET_VERSION);
    }
    desk_set_status(&stage->desk, stage->user, stage->tickets[1], 1, STATUS_CRITICAL);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_int_equal(outcome.results[0].code, ERROR_NONE);
    assert_int_equal(outcome.results[1].code, ERROR_VERSION_CONFLICT);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[1]).state, STATE_OPEN);
}

/* Nor is a version a way to learn of what one may not see. */
static void a_version_tells_nothing_of_foreign_tickets(void **state)
{
    struct stage *stage = *state;
    struct batch batch = {0};
    batch_add(&batch, stage->foreign);
    batch_add(&batch, ABSENT);
    for (unsigned i = 0; i < 2; i++) {
        batch.tickets[i].version = 7;
        present_mark(&batch.tickets[i].present, BULK_TICKET_VERSION);
    }
    batch_status(&batch, STATUS_RESOLVED);
    struct outcome outcome = run_batch(stage, stage->user, &batch);

    assert_int_equal(outcome.results[0].code, ERROR_NOT_FOUND);
    assert_int_equal(outcome.results[1].code, ERROR_NOT_FOUND);
}

/* Every ticket has its answer even then; there is only no entry. */
static void when_nothing_changes_there_is_no_entry(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_status(&batch, STATUS_MINOR);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.sequence, 0);
    assert_int_equal(stage->desk.entry.header.sequence, 0);
    for (unsigned i = 0; i < TICKETS; i++) {
        assert_int_equal(outcome.results[i].code, ERROR_NO_CHANGE);
    }
}

static void a_ticket_named_twice_is_refused(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_add(&batch, stage->tickets[2]);
    batch_status(&batch, STATUS_RESOLVED);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "tickets");
    assert_text(outcome.reason, "A ticket stands in the list twice; name each once.");
}

static void a_request_without_tickets_is_refused(void **state)
{
    struct stage *stage = *state;
    struct batch batch = {0};
    batch_status(&batch, STATUS_RESOLVED);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.reason, "Name at least one ticket.");
}

static void an_act_needs_its_own_field_and_no_other(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch.request.tickets.items = batch.tickets;
    batch.request.act = BULK_STATUS;
    struct outcome outcome = run_batch(stage, stage->staff, &batch);
    assert_verdict(outcome, ERROR_MISSING_FIELD);
    assert_text(outcome.field, "status");

    batch_status(&batch, STATUS_MAJOR);
    present_mark(&batch.request.present, BULK_FIELD_KIND);
    outcome = run_batch(stage, stage->staff, &batch);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "kind");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[0]).version, 1);
}

/* Taking many leaves those alone that somebody else was quicker with, and says who. */
static void owners_are_changed_by_their_own_rules(void **state)
{
    struct stage *stage = *state;
    struct ticket_act quick = {.number = stage->tickets[1]};
    struct batch batch = all_tickets(stage);
    batch.request.tickets.items = batch.tickets;
    batch.request.act = BULK_TAKE;
    desk_account(&stage->desk, "eve", ROLE_STAFF);
    struct origin eve = desk_sign_in(&stage->desk, "eve");
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_TAKE, eve, &quick), ERROR_NONE);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.results[0].code, ERROR_NONE);
    assert_int_equal(outcome.results[1].code, ERROR_OWNED);
    assert_text(outcome.results[1].message, "eve owns this ticket; steal it if they agree.");
    outcome = run_batch(stage, stage->user, &batch);
    for (unsigned i = 0; i < TICKETS; i++) {
        assert_int_equal(outcome.results[i].code, ERROR_FORBIDDEN);
    }
}

/* Timers of one entry are told apart by their tickets. */
static void many_wait_and_are_open_again(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch.request.tickets.items = batch.tickets;
    batch.request.act = BULK_PEND;
    batch.request.until_ms = stage->desk.now_ms + 60 * 60 * 1000;
    present_mark(&batch.request.present, BULK_FIELD_UNTIL);
    struct outcome outcome = run_batch(stage, stage->staff, &batch);
    for (unsigned i = 0; i < TICKETS; i++) {
        assert_int_equal(outcome.results[i].code, ERROR_NONE);
        assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[i]).pending_until_ms,
                         batch.request.until_ms);
    }
    batch.request.act = BULK_OPEN;
    batch.request.present = 0;
    outcome = run_batch(stage, stage->user, &batch);
    for (unsigned i = 0; i < TICKETS; i++) {
        assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[i]).state, STATE_OPEN);
    }
    struct row_timer timer;
    assert_false(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);
}

/* One undo for the batch. */
static void all_of_it_is_taken_back_at_once(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_status(&batch, STATUS_RESOLVED);
    struct ticket_undo request = {.sequence = run_batch(stage, stage->staff, &batch).sequence};
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_UNDO, stage->staff, &request);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.result_count, TICKETS);
    for (unsigned i = 0; i < TICKETS; i++) {
        assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[i]).state, STATE_OPEN);
    }
}

/* Half a batch taken back would be a third state that nobody asked for. */
static void one_changed_ticket_keeps_the_whole_batch(void **state)
{
    struct stage *stage = *state;
    struct batch batch = all_tickets(stage);
    batch_status(&batch, STATUS_RESOLVED);
    struct ticket_undo request = {.sequence = run_batch(stage, stage->staff, &batch).sequence};
    desk_set_status(&stage->desk, stage->user, stage->tickets[3], 2, STATUS_MAJOR);
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_UNDO, stage->staff, &request);

    assert_verdict(outcome, ERROR_CHANGED_SINCE);
    assert_int_equal(outcome.number, stage->tickets[3]);
    assert_text(outcome.reason, "#4 was changed since by ursula; undo would overwrite that.");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->tickets[0]).state, STATE_RESOLVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(many_are_changed_in_one_entry, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(each_ticket_is_judged_for_itself, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(the_rules_are_those_of_the_act, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(what_changed_since_it_was_read_is_left_alone, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_version_tells_nothing_of_foreign_tickets, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(when_nothing_changes_there_is_no_entry, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_ticket_named_twice_is_refused, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(a_request_without_tickets_is_refused, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(an_act_needs_its_own_field_and_no_other, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(owners_are_changed_by_their_own_rules, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(many_wait_and_are_open_again, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(all_of_it_is_taken_back_at_once, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(one_changed_ticket_keeps_the_whole_batch, set_stage,
                                        clear_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
