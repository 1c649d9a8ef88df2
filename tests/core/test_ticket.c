/* The rules of tickets: create, update, status, versions, delete, restore, purge. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    struct origin admin; /* in admin mode */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
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

static struct outcome set_title(struct desk *desk, struct origin origin, uint64_t number,
                                uint64_t version, const char *title)
{
    struct ticket_update request = {.number = number, .version = version, .title = text_of(title)};
    present_mark(&request.present, UPDATE_TITLE);
    return desk_do(desk, METHOD_TICKET_UPDATE, origin, &request);
}

/* The original's default status was not among its choices. */
static void a_new_ticket_is_minor_and_open(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "No sound");
    struct row_ticket row = desk_ticket_row(&stage->desk, number);

    assert_int_equal(number, 1);
    assert_int_equal(row.version, 1);
    assert_int_equal(row.severity, SEVERITY_MINOR);
    assert_int_equal(row.state, STATE_OPEN);
    assert_int_equal(row.kind, KIND_HARDWARE);
    assert_int_equal(row.requester, desk_account_row(&stage->desk, "ursula").id);
    assert_int_equal(row.created_ms, stage->desk.now_ms);
    assert_int_equal(row.updated_ms, stage->desk.now_ms);
    assert_text(row.title, "No sound");
    assert_text(rows_part(desk_read(&stage->desk), &row.problem), "It does not work.");
    desk_read_end(&stage->desk);
}

static void a_new_ticket_takes_the_severity_it_is_given(void **state)
{
    struct stage *stage = *state;
    struct ticket_create request = {
        .title = text_of("Smoke"),
        .problem = text_of("From the server room."),
        .kind = KIND_SOFTWARE,
        .status = STATUS_CRITICAL,
    };
    present_mark(&request.present, CREATE_STATUS);
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_CREATE, stage->user, &request);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 1);
    assert_true(outcome.sequence > 0);
    struct row_ticket row = desk_ticket_row(&stage->desk, outcome.number);
    assert_int_equal(row.severity, SEVERITY_CRITICAL);
    assert_int_equal(row.kind, KIND_SOFTWARE);
}

/* A ticket begins open; the refusal names the field and what is allowed. */
static void a_new_ticket_is_not_resolved(void **state)
{
    struct stage *stage = *state;
    struct ticket_create request = {
        .title = text_of("Done"), .problem = text_of("Already."), .status = STATUS_RESOLVED};
    present_mark(&request.present, CREATE_STATUS);
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_CREATE, stage->user, &request);

    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "status");
    assert_text(outcome.reason, "A new ticket is MINOR, MAJOR or CRITICAL.");
}

/* Resolving keeps the severity underneath, so that reopening knows it (M09). */
static void resolving_keeps_the_severity(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");

    assert_verdict(desk_set_status(&stage->desk, stage->user, number, 1, STATUS_MAJOR), ERROR_NONE);
    assert_verdict(desk_set_status(&stage->desk, stage->user, number, 2, STATUS_RESOLVED),
                   ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, number);
    assert_int_equal(row.state, STATE_RESOLVED);
    assert_int_equal(row.severity, SEVERITY_MAJOR);
    assert_int_equal(desk_see(&stage->desk, stage->user, number).status, STATUS_RESOLVED);
}

static void a_severity_reopens_what_was_resolved(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");

    desk_set_status(&stage->desk, stage->staff, number, 1, STATUS_RESOLVED);
    /* The severity underneath is MINOR already: reopening is a change all the same. */
    assert_verdict(desk_set_status(&stage->desk, stage->user, number, 2, STATUS_MINOR), ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, number);
    assert_int_equal(row.state, STATE_OPEN);
    assert_int_equal(row.severity, SEVERITY_MINOR);
    assert_int_equal(row.version, 3);
}

static void nothing_given_and_nothing_different_is_no_change(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "same");
    struct ticket_update nothing = {.number = number, .version = 1};
    struct ticket_update same = {
        .number = number,
        .version = 1,
        .title = text_of("same"),
        .problem = text_of("It does not work."),
        .kind = KIND_HARDWARE,
        .status = STATUS_MINOR,
    };
    present_mark(&same.present, UPDATE_TITLE);
    present_mark(&same.present, UPDATE_PROBLEM);
    present_mark(&same.present, UPDATE_KIND);
    present_mark(&same.present, UPDATE_STATUS);

    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UPDATE, stage->user, &nothing),
                   ERROR_NO_CHANGE);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UPDATE, stage->user, &same),
                   ERROR_NO_CHANGE);
    assert_int_equal(desk_ticket_row(&stage->desk, number).version, 1);
}

/* Two people at once: one wins, the other is shown what is there now (M17). */
static void a_stale_version_is_refused_with_the_ticket_as_it_is(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "first");

    assert_verdict(set_title(&stage->desk, stage->staff, number, 1, "second"), ERROR_NONE);
    struct outcome outcome = set_title(&stage->desk, stage->user, number, 1, "third");
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.current.number, number);
    assert_int_equal(outcome.current.version, 2);
    assert_text(outcome.current.title, "second");
    assert_false(present_has(outcome.current.present, TICKET_NOTE_COUNT));
    outcome = set_title(&stage->desk, stage->user, number, 99, "fourth");
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
}

static void a_conflict_shows_staff_the_count_of_notes(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");

    desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, number, "between us");
    struct outcome outcome = set_title(&stage->desk, stage->staff, number, 7, "y");
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_true(present_has(outcome.current.present, TICKET_NOTE_COUNT));
    assert_int_equal(outcome.current.note_count, 1);
}

/* An answer must keep what it answered. */
static void the_requester_edits_until_staff_replies(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "first");

    assert_true(desk_see(desk, stage->user, number).editable);
    assert_verdict(set_title(desk, stage->user, number, 1, "second"), ERROR_NONE);
    desk_say(desk, METHOD_TICKET_REPLY, stage->user, number, "Hello?");
    assert_verdict(set_title(desk, stage->user, number, 3, "third"), ERROR_NONE);
    desk_say(desk, METHOD_TICKET_REPLY, stage->staff, number, "Yes?");
    struct outcome outcome = set_title(desk, stage->user, number, 5, "fourth");
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "title");
    assert_non_null(outcome.reason.data);
    assert_false(desk_see(desk, stage->user, number).editable);
}

static void problem_and_kind_are_settled_too_but_not_the_status(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");
    struct ticket_update problem = {.number = number, .version = 2, .problem = text_of("Other.")};
    struct ticket_update kind = {.number = number, .version = 2, .kind = KIND_SOFTWARE};

    present_mark(&problem.present, UPDATE_PROBLEM);
    present_mark(&kind.present, UPDATE_KIND);
    desk_say(desk, METHOD_TICKET_REPLY, stage->staff, number, "Yes?");
    struct outcome outcome = desk_do(desk, METHOD_TICKET_UPDATE, stage->user, &problem);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "problem");
    outcome = desk_do(desk, METHOD_TICKET_UPDATE, stage->user, &kind);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "kind");
    /* Staff still may, and a form sent whole with unchanged texts is not held against anybody. */
    assert_verdict(desk_do(desk, METHOD_TICKET_UPDATE, stage->staff, &problem), ERROR_NONE);
    struct ticket_update whole = {
        .number = number, .version = 3, .title = text_of("x"), .status = STATUS_RESOLVED};
    present_mark(&whole.present, UPDATE_TITLE);
    present_mark(&whole.present, UPDATE_STATUS);
    assert_verdict(desk_do(desk, METHOD_TICKET_UPDATE, stage->user, &whole), ERROR_NONE);
}

static void a_note_settles_nothing(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");

    desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, number, "hm");
    assert_verdict(set_title(&stage->desk, stage->user, number, 1, "y"), ERROR_NONE);
}

static void staff_replying_to_their_own_ticket_settles_nothing(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->staff, "mine");

    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, number, "more");
    assert_false(desk_ticket_row(&stage->desk, number).staff_replied);
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->admin, number, "answer");
    assert_true(desk_ticket_row(&stage->desk, number).staff_replied);
}

static void a_longer_problem_takes_the_place_of_the_first(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");
    struct ticket_update request = {
        .number = number, .version = 1, .problem = text_of("It does not work, and it smells.")};
    present_mark(&request.present, UPDATE_PROBLEM);

    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UPDATE, stage->user, &request), ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, number);
    assert_text(rows_part(desk_read(&stage->desk), &row.problem),
                "It does not work, and it smells.");
    desk_read_end(&stage->desk);
    assert_int_equal(row.version, 2);
}

/* Deletion is soft: hidden from everybody, and it can be taken back (M14). */
static void a_deleted_ticket_is_absent_until_it_is_restored(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");

    desk->now_ms += 5;
    struct outcome outcome =
        desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, number);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    assert_int_equal(desk_ticket_row(desk, number).deleted_ms, desk->now_ms);
    assert_int_equal(desk_see(desk, stage->user, number).number, 0);
    assert_int_equal(desk_see(desk, stage->staff, number).number, 0);
    assert_true(desk_see(desk, stage->admin, number).deleted);
    assert_verdict(desk_say(desk, METHOD_TICKET_REPLY, stage->user, number, "hey"),
                   ERROR_NOT_FOUND);

    outcome = desk_admin_ticket(desk, METHOD_ADMIN_TICKET_RESTORE, stage->admin, number);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 3);
    struct ticket seen = desk_see(desk, stage->user, number);
    assert_int_equal(seen.number, number);
    assert_false(present_has(seen.present, TICKET_DELETED));
    assert_int_equal(desk_ticket_row(desk, number).deleted_ms, 0);
}

static void deleting_and_restoring_twice_is_refused(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");

    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_RESTORE, stage->admin, number),
                   ERROR_ALREADY_DONE);
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, number);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, number),
                   ERROR_ALREADY_DONE);
}

static void only_a_deleted_ticket_is_purged(void **state)
{
    struct stage *stage = *state;
    uint64_t number = desk_ticket(&stage->desk, stage->user, "x");
    struct outcome outcome =
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, number);

    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "number");
}

/* After a purge nothing of the texts is left anywhere, and the number is not given again. */
static void a_purged_ticket_is_gone_for_everybody(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "secret title");
    struct row_message message;
    struct journal_entry entry;
    uint64_t id;

    desk_say(desk, METHOD_TICKET_REPLY, stage->user, number, "secret reply");
    desk_say(desk, METHOD_TICKET_NOTE, stage->staff, number, "secret note");
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, number);
    struct row_ticket before = desk_ticket_row(desk, number);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, number),
                   ERROR_NONE);

    struct row_ticket row = desk_ticket_row(desk, number);
    assert_true(row.purged);
    assert_int_equal(row.title.length, 0);
    assert_int_equal(row.problem.sequence, 0);
    struct rows *rows = desk_read(desk);
    assert_null(rows_part(rows, &before.problem).data);
    struct row_range messages = rows_range(INDEX_MESSAGES, number, 0, false);
    assert_false(rows_range_next(rows, &messages, &id));
    for (uint64_t sequence = 1; rows_journal(rows, sequence, &entry); sequence++) {
        for (size_t i = 0; i < entry.effect_count; i++) {
            const struct effect *effect = &entry.effects[i];
            if (effect->row == ROW_TICKET) {
                assert_null(effect->old_value.text.data);
                assert_null(effect->new_value.text.data);
            }
            assert_false(rows_get(rows, ROW_MESSAGE, number, sequence, &message));
        }
    }
    desk_read_end(desk);
    assert_int_equal(desk_see(desk, stage->admin, number).number, 0);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_RESTORE, stage->admin, number),
                   ERROR_NOT_FOUND);
    assert_verdict(desk_admin_ticket(desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, number),
                   ERROR_NOT_FOUND);
    assert_int_equal(desk_ticket(desk, stage->user, "next"), number + 1);
}

/* Setting a severity on a pending ticket leaves it pending. */
static void a_severity_leaves_a_pending_ticket_pending(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");
    struct row_ticket row = desk_ticket_row(desk, number);
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct log_position position = {.position = ++desk->position};
    struct journal_entry entry;
    struct rows *rows;

    /* No command sets pending yet; the row is written as one will. */
    memcpy(position.epoch, store_log_position(desk->store).epoch, sizeof position.epoch);
    row.state = STATE_PENDING;
    struct audience audience = {.requester = row.requester, .queue = row.queue};
    assert_int_equal(store_write_begin(desk->store, &desk->arena, &rows), ERROR_NONE);
    store_command_begin(rows, &header);
    rows_subject(rows, number, &audience, &audience, false);
    rows_put(rows, ROW_TICKET, &row);
    store_command_end(rows, &entry);
    assert_int_equal(store_write_commit(rows, &position), ERROR_NONE);

    assert_verdict(desk_set_status(desk, stage->user, number, 1, STATUS_CRITICAL), ERROR_NONE);
    row = desk_ticket_row(desk, number);
    assert_int_equal(row.state, STATE_PENDING);
    assert_int_equal(row.severity, SEVERITY_CRITICAL);
    assert_verdict(desk_set_status(desk, stage->user, number, 2, STATUS_RESOLVED), ERROR_NONE);
    assert_int_equal(desk_ticket_row(desk, number).state, STATE_RESOLVED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_new_ticket_is_minor_and_open),
        TEST(a_new_ticket_takes_the_severity_it_is_given),
        TEST(a_new_ticket_is_not_resolved),
        TEST(resolving_keeps_the_severity),
        TEST(a_severity_reopens_what_was_resolved),
        TEST(nothing_given_and_nothing_different_is_no_change),
        TEST(a_stale_version_is_refused_with_the_ticket_as_it_is),
        TEST(a_conflict_shows_staff_the_count_of_notes),
        TEST(the_requester_edits_until_staff_replies),
        TEST(problem_and_kind_are_settled_too_but_not_the_status),
        TEST(a_note_settles_nothing),
        TEST(staff_replying_to_their_own_ticket_settles_nothing),
        TEST(a_longer_problem_takes_the_place_of_the_first),
        TEST(a_deleted_ticket_is_absent_until_it_is_restored),
        TEST(deleting_and_restoring_twice_is_refused),
        TEST(only_a_deleted_ticket_is_purged),
        TEST(a_purged_ticket_is_gone_for_everybody),
        TEST(a_severity_leaves_a_pending_ticket_pending),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
