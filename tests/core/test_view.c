/* What rows look like to whom: messages, notes, histories. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
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

/* The history of the ticket as this one sees it; at most 16 lines. */
static size_t history(struct stage *stage, struct origin origin, struct history_entry *ret_lines)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, origin);
    struct row_range range = rows_range(INDEX_HISTORY, stage->number, 0, false);
    struct journal_entry entry;
    size_t count = 0;
    uint64_t sequence;

    while (count < 16 && rows_range_next(rows, &range, &sequence)) {
        assert_true(rows_journal(rows, sequence, &entry));
        const struct subject *subject = rows_subject_of(&entry.header, stage->number);
        assert_non_null(subject);
        if (view_history(rows, &viewer, &entry, subject, &ret_lines[count])) {
            count++;
        }
    }
    desk_read_end(&stage->desk);
    return count;
}

static const struct change *change_at(const struct history_entry *line, size_t index)
{
    assert_true(index < line->changes.count);
    return (const struct change *)line->changes.items + index;
}

static void assert_change(const struct change *change, const char *field, const char *old_value,
                          const char *new_value)
{
    assert_text(change->field, field);
    assert_int_equal(present_has(change->present, CHANGE_OLD), old_value != NULL);
    assert_int_equal(present_has(change->present, CHANGE_NEW), new_value != NULL);
    if (old_value != NULL) {
        assert_text(change->old_value, old_value);
    }
    if (new_value != NULL) {
        assert_text(change->new_value, new_value);
    }
}

static size_t messages(struct stage *stage, struct origin origin, struct message *ret_messages)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, origin);
    struct row_range range = rows_range(INDEX_MESSAGES, stage->number, 0, false);
    struct row_message row;
    size_t count = 0;
    uint64_t sequence;

    while (count < 16 && rows_range_next(rows, &range, &sequence)) {
        assert_true(rows_get(rows, ROW_MESSAGE, stage->number, sequence, &row));
        if (view_message(rows, &viewer, &row, &ret_messages[count])) {
            count++;
        }
    }
    desk_read_end(&stage->desk);
    return count;
}

static void replies_are_for_both_and_change_the_ticket(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct message seen[16];

    desk->now_ms += 1000;
    struct outcome outcome =
        desk_say(desk, METHOD_TICKET_REPLY, stage->staff, stage->number, "Is it plugged in?");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    assert_int_equal(messages(stage, stage->user, seen), 1);
    assert_text(seen[0].text, "Is it plugged in?");
    assert_text(seen[0].author, "stefan");
    assert_int_equal(seen[0].author_role, ROLE_STAFF);
    assert_int_equal(seen[0].kind, MESSAGE_REPLY);
    assert_int_equal(seen[0].sequence, outcome.sequence);
    assert_int_equal(seen[0].time_ms, desk->now_ms);
    struct ticket ticket = desk_see(desk, stage->user, stage->number);
    assert_int_equal(ticket.reply_count, 1);
    assert_int_equal(ticket.updated_ms, desk->now_ms);
    assert_int_equal(ticket.version, 2);
}

/* Not the words, not the count, not the author, not even that there was one (M15). */
static void a_note_leaves_no_trace_for_the_requester(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct ticket before = desk_see(desk, stage->user, stage->number);
    struct history_entry lines[16];
    struct message seen[16];

    desk->now_ms += 1000;
    struct outcome outcome =
        desk_say(desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "A difficult person.");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 1);
    struct ticket after = desk_see(desk, stage->user, stage->number);
    assert_int_equal(after.present, before.present);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(after.reply_count, before.reply_count);
    assert_int_equal(after.note_count, 0);
    assert_false(present_has(after.present, TICKET_NOTE_COUNT));
    assert_int_equal(messages(stage, stage->user, seen), 0);
    assert_int_equal(history(stage, stage->user, lines), 1);

    assert_int_equal(messages(stage, stage->staff, seen), 1);
    assert_int_equal(seen[0].kind, MESSAGE_NOTE);
    assert_int_equal(history(stage, stage->staff, lines), 2);
    assert_int_equal(desk_see(desk, stage->staff, stage->number).note_count, 1);
}

/* A staff member's own ticket may be spoken about only where everybody of staff sees it; staff see
 * notes on their own tickets too. A user who became staff sees them as well, and the other way. */
static void notes_follow_the_role_of_the_reader(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct admin_account_role promotion = {.name = text_of("ursula"), .role = ROLE_STAFF};
    struct message seen[16];

    desk_say(desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "hm");
    assert_verdict(desk_do(desk, METHOD_ADMIN_ACCOUNT_ROLE, desk_console, &promotion), ERROR_NONE);
    stage->user = desk_sign_in(desk, "ursula");
    assert_int_equal(messages(stage, stage->user, seen), 1);
}

static void a_history_begins_with_all_of_the_new_ticket(void **state)
{
    struct stage *stage = *state;
    struct history_entry lines[16];

    assert_int_equal(history(stage, stage->user, lines), 1);
    assert_int_equal(lines[0].what, METHOD_TICKET_CREATE);
    assert_text(lines[0].actor, "ursula");
    assert_int_equal(lines[0].time_ms, stage->desk.now_ms);
    assert_int_equal(lines[0].changes.count, 5);
    assert_change(change_at(&lines[0], 0), "title", NULL, "No sound");
    assert_change(change_at(&lines[0], 1), "problem", NULL, NULL);
    assert_change(change_at(&lines[0], 2), "kind", NULL, "hardware");
    assert_change(change_at(&lines[0], 3), "severity", NULL, "minor");
    assert_change(change_at(&lines[0], 4), "state", NULL, "open");
}

static void a_change_names_old_and_new(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct history_entry lines[16];
    struct ticket_update request = {
        .number = stage->number,
        .version = 1,
        .title = text_of("No sound at all"),
        .problem = text_of("Silence."),
        .kind = KIND_SOFTWARE,
        .status = STATUS_CRITICAL,
    };
    present_mark(&request.present, UPDATE_TITLE);
    present_mark(&request.present, UPDATE_PROBLEM);
    present_mark(&request.present, UPDATE_KIND);
    present_mark(&request.present, UPDATE_STATUS);
    assert_verdict(desk_do(desk, METHOD_TICKET_UPDATE, stage->staff, &request), ERROR_NONE);
    desk_set_status(desk, stage->user, stage->number, 2, STATUS_RESOLVED);
    desk_say(desk, METHOD_TICKET_REPLY, stage->user, stage->number, "Thanks");

    assert_int_equal(history(stage, stage->user, lines), 4);
    assert_int_equal(lines[1].changes.count, 4);
    assert_text(lines[1].actor, "stefan");
    assert_change(change_at(&lines[1], 0), "title", "No sound", "No sound at all");
    assert_change(change_at(&lines[1], 1), "problem", NULL, NULL);
    assert_change(change_at(&lines[1], 2), "kind", "hardware", "software");
    assert_change(change_at(&lines[1], 3), "severity", "minor", "critical");
    assert_int_equal(lines[2].changes.count, 1);
    assert_change(change_at(&lines[2], 0), "state", "open", "resolved");
    assert_int_equal(lines[3].what, METHOD_TICKET_REPLY);
    assert_int_equal(lines[3].changes.count, 2);
    assert_change(change_at(&lines[3], 0), "state", "resolved", "open");
    assert_change(change_at(&lines[3], 1), "message", NULL, NULL);
}

static void a_deletion_by_the_console_is_told_once_restored(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct history_entry lines[16];

    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->number);
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_RESTORE, desk_console, stage->number);
    assert_int_equal(history(stage, stage->user, lines), 3);
    assert_text(lines[1].actor, "console");
    assert_change(change_at(&lines[1], 0), "deleted", "no", "yes");
    assert_change(change_at(&lines[2], 0), "deleted", "yes", "no");
}

static void entries_of_others_tickets_are_not_shown(void **state)
{
    struct stage *stage = *state;
    struct history_entry lines[16];

    desk_account(&stage->desk, "other", ROLE_USER);
    assert_int_equal(history(stage, desk_sign_in(&stage->desk, "other"), lines), 0);
    assert_int_equal(history(stage, desk_nobody, lines), 0);
}

/* Entries about accounts are nobody's history. */
static void an_entry_about_no_ticket_is_not_shown(void **state)
{
    struct stage *stage = *state;
    struct journal_entry entry;
    struct rows *rows = desk_read(&stage->desk);

    assert_true(rows_journal(rows, 1, &entry));
    assert_int_equal(entry.header.command, METHOD_ADMIN_ACCOUNT_CREATE);
    assert_int_equal(entry.header.subject_count, 0);
    assert_null(rows_subject_of(&entry.header, stage->number));
    desk_read_end(&stage->desk);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(replies_are_for_both_and_change_the_ticket),
        TEST(a_note_leaves_no_trace_for_the_requester),
        TEST(notes_follow_the_role_of_the_reader),
        TEST(a_history_begins_with_all_of_the_new_ticket),
        TEST(a_change_names_old_and_new),
        TEST(a_deletion_by_the_console_is_told_once_restored),
        TEST(entries_of_others_tickets_are_not_shown),
        TEST(an_entry_about_no_ticket_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
