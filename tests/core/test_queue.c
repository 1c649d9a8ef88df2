/* Queues: made and changed by admins, rights in them, and tickets that move from one to another
 * without telling who may not know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/queue.h"
#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin ann;  /* a user */
    struct origin sam;  /* staff, works everywhere it is open */
    struct origin nora; /* staff, a member of network */
    struct origin root; /* admin mode */
};

/* network: for its members; staff: not for users. */
static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    struct desk *desk = &stage->desk;

    desk_open(desk);
    (void)desk_account(desk, "ann", ROLE_USER);
    (void)desk_account(desk, "sam", ROLE_STAFF);
    (void)desk_account(desk, "nora", ROLE_STAFF);
    stage->ann = desk_sign_in(desk, "ann");
    stage->sam = desk_sign_in(desk, "sam");
    stage->nora = desk_sign_in(desk, "nora");
    stage->root = desk_admin(desk, "root");
    desk_queue(desk, "network", true, true);
    desk_queue(desk, "staff", false, true);
    desk_rights(desk, "network", "nora", "all");
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

static struct outcome update(struct stage *stage, const char *queue, uint64_t version,
                             struct admin_queue_update change)
{
    change.queue = text_of(queue);
    change.version = version;
    return desk_do(&stage->desk, METHOD_ADMIN_QUEUE_UPDATE, stage->root, &change);
}

static struct admin_queue_update renaming(const char *name)
{
    return (struct admin_queue_update){.present = UINT64_C(1) << QUEUE_UPDATE_NAME,
                                       .name = text_of(name)};
}

static struct admin_queue_update closing(void)
{
    return (struct admin_queue_update){.present = UINT64_C(1) << QUEUE_UPDATE_CLOSED,
                                       .closed = true};
}

static struct outcome give(struct stage *stage, const char *queue, const char *name,
                           const char *rights)
{
    struct admin_queue_rights request = {
        .queue = text_of(queue), .name = text_of(name), .rights = text_of(rights)};
    return desk_do(&stage->desk, METHOD_ADMIN_QUEUE_RIGHTS, stage->root, &request);
}

static struct outcome file_into(struct stage *stage, struct origin origin, const char *queue)
{
    struct ticket_create request = {.present = UINT64_C(1) << CREATE_QUEUE,
                                    .title = text_of("Title"),
                                    .problem = text_of("Problem"),
                                    .queue = text_of(queue)};
    return desk_do(&stage->desk, METHOD_TICKET_CREATE, origin, &request);
}

static void assert_refused(struct outcome outcome, enum error verdict, const char *field)
{
    assert_verdict(outcome, verdict);
    assert_text(outcome.field, field);
    assert_int_equal(outcome.number, 0);
}

/* --- Queues ---------------------------------------------------------------------------------- */

static void names_of_queues_are_checked_and_unique(void **state)
{
    struct stage *stage = *state;
    static const char *const bad[] = {"",         "Net",       "-net",
                                      "net work", "n\xc3\xa4", "a2345678901234567890123456789012x"};
    struct admin_queue_create request = {.name = text_of("network")};

    assert_refused(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_CREATE, stage->root, &request),
                   ERROR_NAME_TAKEN, "name");
    request.name = text_of("general"); /* is there without a row */
    assert_refused(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_CREATE, stage->root, &request),
                   ERROR_NAME_TAKEN, "name");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        request.name = text_of(bad[i]);
        assert_refused(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_CREATE, stage->root, &request),
                       ERROR_INVALID_FIELD, "name");
    }
    assert_refused(update(stage, "network", 1, renaming("general")), ERROR_NAME_TAKEN, "name");
}

static void queues_are_as_many_as_the_limit_says(void **state)
{
    struct stage *stage = *state;
    char name[8];
    for (unsigned i = 3; i < QUEUES_MAX; i++) {
        snprintf(name, sizeof name, "q%u", i);
        desk_queue(&stage->desk, name, false, false);
    }
    struct admin_queue_create request = {.name = text_of("onemore")};
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_CREATE, stage->root, &request),
                   ERROR_TOO_MANY);
}

static void default_queue_is_renamed_but_stays_open(void **state)
{
    struct stage *stage = *state;
    struct admin_queue_update hiding = {.present = UINT64_C(1) << QUEUE_UPDATE_STAFF_ONLY,
                                        .staff_only = true};

    assert_refused(update(stage, "general", 1, closing()), ERROR_INVALID_FIELD, "closed");
    assert_refused(update(stage, "general", 1, hiding), ERROR_INVALID_FIELD, "staff_only");
    assert_verdict(update(stage, "general", 1, renaming("desk")), ERROR_NONE);
    uint64_t number = desk_ticket(&stage->desk, stage->ann, "Title");
    assert_text(desk_see(&stage->desk, stage->sam, number).queue, "desk");
    assert_refused(update(stage, "general", 2, renaming("x")), ERROR_NOT_FOUND, "queue");
}

static void changes_of_a_queue_need_its_version_and_a_difference(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = update(stage, "network", 1, renaming("nets"));
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    outcome = update(stage, "nets", 1, renaming("other"));
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.version, 2);
    assert_verdict(update(stage, "nets", 2, renaming("nets")), ERROR_NO_CHANGE);
}

static void rights_are_words_and_only_of_staff(void **state)
{
    struct stage *stage = *state;

    assert_refused(give(stage, "network", "sam", "write"), ERROR_INVALID_FIELD, "rights");
    assert_refused(give(stage, "network", "sam", " "), ERROR_INVALID_FIELD, "rights");
    assert_refused(give(stage, "network", "sam", "change"), ERROR_INVALID_FIELD, "rights");
    assert_refused(give(stage, "network", "sam", "create own"), ERROR_INVALID_FIELD, "rights");
    assert_refused(give(stage, "network", "ann", "read"), ERROR_INVALID_FIELD, "name");
    assert_refused(give(stage, "network", "nobody", "read"), ERROR_NOT_FOUND, "name");
    assert_refused(give(stage, "nowhere", "sam", "read"), ERROR_NOT_FOUND, "queue");
    assert_verdict(give(stage, "network", "sam", "none"), ERROR_NO_CHANGE);
    assert_verdict(give(stage, "network", "sam", "create read"), ERROR_NONE);
    assert_verdict(give(stage, "network", "sam", "read create"), ERROR_NO_CHANGE);
    assert_verdict(give(stage, "network", "sam", "none"), ERROR_NONE);
}

static void rights_are_said_in_one_order(void **state)
{
    struct arena arena;
    unsigned rights;
    (void)state;
    arena_init(&arena, 0);
    assert_true(queue_rights_parse(text_of("own  read"), &rights));
    assert_int_equal(rights, RIGHT_READ | RIGHT_OWN);
    assert_text(queue_rights_text(&arena, rights), "read own");
    assert_text(queue_rights_text(&arena, RIGHTS_ALL), "read create change own");
    assert_text(queue_rights_text(&arena, 0), "");
    arena_finish(&arena);
}

/* --- Filing ---------------------------------------------------------------------------------- */

/* What one may not see does not exist: the same answer for a hidden queue and a missing one. */
static void tickets_go_only_into_queues_one_may_file_into(void **state)
{
    struct stage *stage = *state;

    assert_refused(file_into(stage, stage->ann, "staff"), ERROR_NOT_FOUND, "queue");
    assert_refused(file_into(stage, stage->ann, "network"), ERROR_NOT_FOUND, "queue");
    assert_refused(file_into(stage, stage->ann, "missing"), ERROR_NOT_FOUND, "queue");
    assert_refused(file_into(stage, stage->sam, "network"), ERROR_NOT_FOUND, "queue");
    assert_verdict(file_into(stage, stage->ann, "general"), ERROR_NONE);
    assert_verdict(file_into(stage, stage->sam, "staff"), ERROR_NONE);
    assert_verdict(give(stage, "network", "sam", "read"), ERROR_NONE);
    assert_refused(file_into(stage, stage->sam, "network"), ERROR_FORBIDDEN, "queue");
    assert_verdict(update(stage, "staff", 1, closing()), ERROR_NONE);
    assert_refused(file_into(stage, stage->sam, "staff"), ERROR_INVALID_FIELD, "queue");
    assert_refused(file_into(stage, stage->root, "staff"), ERROR_INVALID_FIELD, "queue");
}

/* members_only is about who works on it: people can file into it all the same. */
static void queue_for_members_takes_tickets_of_everybody(void **state)
{
    struct stage *stage = *state;
    desk_queue(&stage->desk, "hr", true, false);
    struct outcome outcome = file_into(stage, stage->ann, "hr");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->sam, outcome.number).number, 0);
    outcome = file_into(stage, stage->sam, "hr");
    assert_verdict(outcome, ERROR_NONE);
    struct ticket own = desk_see(&stage->desk, stage->sam, outcome.number);
    assert_int_equal(own.number, outcome.number);
    assert_false(present_has(own.present, TICKET_QUEUE));
    assert_false(present_has(own.present, TICKET_NOTE_COUNT));
}

/* --- Moving ---------------------------------------------------------------------------------- */

static void move_takes_a_ticket_out_of_sight_at_once(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");

    assert_refused(desk_move(desk, stage->sam, number, "network"), ERROR_NOT_FOUND, "queue");
    assert_refused(desk_move(desk, stage->sam, number, "missing"), ERROR_NOT_FOUND, "queue");
    assert_verdict(desk_move(desk, stage->ann, number, "general"), ERROR_FORBIDDEN);
    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NONE);
    assert_int_equal(desk_see(desk, stage->sam, number).number, 0);
    assert_int_equal(desk_see(desk, stage->nora, number).number, number);
    assert_verdict(desk_move(desk, stage->sam, number, "general"), ERROR_NOT_FOUND);
    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NO_CHANGE);
}

/* The mover may put it where they no longer see it. */
static void mover_may_lose_sight_of_what_was_moved(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    assert_verdict(give(stage, "network", "sam", "create"), ERROR_NONE);
    struct ticket_move request = {.number = number, .queue = text_of("network")};
    struct command command = desk_command(desk, METHOD_TICKET_MOVE, stage->sam, &request);
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, number);
    assert_int_equal(desk_see(desk, stage->sam, number).number, 0);
    outcome = desk_run(desk, &command);
    assert_true(outcome.repeated);
    assert_verdict(outcome, ERROR_NONE);
}

static void move_that_names_another_queue_than_it_is_in_conflicts(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    struct ticket_move request = {.present = UINT64_C(1) << MOVE_FROM,
                                  .number = number,
                                  .queue = text_of("network"),
                                  .from = text_of("staff")};
    struct outcome outcome = desk_do(desk, METHOD_TICKET_MOVE, stage->nora, &request);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_text(outcome.current.queue, "general");
    request.from = text_of("general");
    assert_verdict(desk_do(desk, METHOD_TICKET_MOVE, stage->nora, &request), ERROR_NONE);
}

static void set_owner(struct desk *desk, uint64_t number, const char *name)
{
    struct row_ticket ticket = desk_ticket_row(desk, number);
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct audience audience = {.requester = ticket.requester, .queue = ticket.queue};
    ticket.owner = desk_account_row(desk, name).id;
    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_subject(desk->rows, number, &audience, &audience, false);
    rows_put(desk->rows, ROW_TICKET, &ticket);
    store_command_end(desk->rows, &desk->entry);
    desk_commit(desk);
}

/* The line of the last entry as this one sees it; false: not at all. */
static bool last_line(struct desk *desk, struct origin origin, uint64_t number,
                      struct history_entry *ret_line)
{
    struct rows *rows = desk_read(desk);
    struct viewer viewer;
    struct journal_entry entry;
    permission_viewer(rows, &origin, desk->now_ms, &viewer);
    assert_true(rows_journal(rows, rows_sequence(rows), &entry));
    const struct subject *subject = rows_subject_of(&entry.header, number);
    assert_non_null(subject);
    bool seen = view_history(rows, &viewer, &entry, subject, ret_line);
    desk_read_end(desk);
    return seen;
}

/* Requesters must not notice: neither version nor time, no line, no field. */
static void requester_does_not_notice_a_move(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    struct ticket before = desk_see(desk, stage->ann, number);
    struct history_entry line;

    desk->now_ms += 1000;
    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NONE);
    struct ticket after = desk_see(desk, stage->ann, number);
    assert_int_equal(after.present, before.present);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_false(present_has(after.present, TICKET_QUEUE));
    assert_false(last_line(desk, stage->ann, number, &line));
    assert_true(last_line(desk, stage->nora, number, &line));
    assert_int_equal(line.what, METHOD_TICKET_MOVE);
}

/* That nobody owns it any more is for everybody, and told without the move. */
static void owner_without_the_right_to_own_is_cleared(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    struct history_entry line;

    set_owner(desk, number, "nora");
    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NONE);
    assert_text(desk_see(desk, stage->ann, number).owner, "nora");
    assert_verdict(give(stage, "staff", "nora", "read create change"), ERROR_NONE);
    uint64_t version = desk_see(desk, stage->ann, number).version;
    assert_verdict(desk_move(desk, stage->nora, number, "staff"), ERROR_NONE);
    struct ticket after = desk_see(desk, stage->ann, number);
    assert_false(present_has(after.present, TICKET_OWNER));
    assert_int_equal(after.version, version + 1);
    assert_true(last_line(desk, stage->ann, number, &line));
    assert_int_equal(line.what, METHOD_TICKET_UPDATE);
    assert_int_equal(line.changes.count, 1);
    const struct change *change = line.changes.items;
    assert_text(change->field, "owner");
}

/* Names of queues are for those who know both of them. */
static void history_names_no_queue_that_is_not_seen(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    struct history_entry line;

    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NONE);
    assert_verdict(desk_move(desk, stage->nora, number, "general"), ERROR_NONE);
    assert_true(last_line(desk, stage->nora, number, &line));
    const struct change *change = line.changes.items;
    assert_text(change->old_value, "network");
    assert_text(change->new_value, "general");
    assert_true(last_line(desk, stage->sam, number, &line));
    assert_int_equal(line.changes.count, 1);
    change = line.changes.items;
    assert_text(change->field, "queue");
    assert_false(present_has(change->present, CHANGE_OLD));
    assert_false(present_has(change->present, CHANGE_NEW));
}

/* Rights hold from the next answer on, for everything of the ticket. */
static void taken_rights_hide_the_tickets_of_the_queue(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->ann, "Title");
    assert_verdict(desk_move(desk, stage->nora, number, "network"), ERROR_NONE);
    assert_verdict(give(stage, "network", "nora", "none"), ERROR_NONE);
    assert_int_equal(desk_see(desk, stage->nora, number).number, 0);
    assert_verdict(desk_say(desk, METHOD_TICKET_NOTE, stage->nora, number, "text"),
                   ERROR_NOT_FOUND);
    assert_verdict(give(stage, "network", "nora", "read"), ERROR_NONE);
    assert_verdict(desk_say(desk, METHOD_TICKET_NOTE, stage->nora, number, "text"),
                   ERROR_FORBIDDEN);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_of_queues_are_checked_and_unique),
        TEST(queues_are_as_many_as_the_limit_says),
        TEST(default_queue_is_renamed_but_stays_open),
        TEST(changes_of_a_queue_need_its_version_and_a_difference),
        TEST(rights_are_words_and_only_of_staff),
        TEST(rights_are_said_in_one_order),
        TEST(tickets_go_only_into_queues_one_may_file_into),
        TEST(queue_for_members_takes_tickets_of_everybody),
        TEST(move_takes_a_ticket_out_of_sight_at_once),
        TEST(mover_may_lose_sight_of_what_was_moved),
        TEST(move_that_names_another_queue_than_it_is_in_conflicts),
        TEST(requester_does_not_notice_a_move),
        TEST(owner_without_the_right_to_own_is_cleared),
        TEST(history_names_no_queue_that_is_not_seen),
        TEST(taken_rights_hide_the_tickets_of_the_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
