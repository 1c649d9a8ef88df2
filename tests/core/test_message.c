/* Replies that are held before they are sent: who sees them meanwhile, and who takes them back.
 * Messages that their author corrects or retracts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/core/view.h"
#include "tests/core/desk.h"

enum { SECOND_MS = 1000, HOLD_MS = 10 * SECOND_MS, SEEN_MAX = 16 };

static const struct origin itself = {.desk = true};

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    struct origin other; /* of the staff too */
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "olga", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->other = desk_sign_in(&stage->desk, "olga");
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

/* --- What is done and seen -------------------------------------------------------------------- */

static struct outcome reply(struct stage *stage, const char *text)
{
    stage->desk.now_ms += SECOND_MS;
    return desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, stage->number, text);
}

static struct outcome on_message(struct stage *stage, enum method method, struct origin origin,
                                 uint64_t sequence)
{
    struct ticket_message request = {.number = stage->number, .message = sequence};
    return desk_do(&stage->desk, method, origin, &request);
}

/* Fires the timer that is due first, whatever the time is; false: there is none. */
static bool fire(struct stage *stage)
{
    struct row_timer timer;
    bool found = rows_first_timer(desk_read(&stage->desk), &timer);
    desk_read_end(&stage->desk);
    if (found) {
        struct timer_fire request = {.due_ms = timer.due_ms, .id = timer.id};
        if (stage->desk.now_ms < timer.due_ms) {
            stage->desk.now_ms = timer.due_ms;
        }
        assert_verdict(desk_do(&stage->desk, METHOD_TIMER_FIRE, itself, &request), ERROR_NONE);
    }
    return found;
}

static size_t messages(struct stage *stage, struct origin origin, struct message *ret_messages)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, origin);
    struct row_range range = rows_range(INDEX_MESSAGES, stage->number, 0, false);
    size_t count = 0;
    uint64_t sequence;
    while (rows_range_next(rows, &range, &sequence)) {
        struct row_message row;
        assert_true(rows_get(rows, ROW_MESSAGE, stage->number, sequence, &row));
        count += view_message(rows, &viewer, &row, &ret_messages[count]) ? 1 : 0;
        assert_true(count < SEEN_MAX);
    }
    desk_read_end(&stage->desk);
    return count;
}

static size_t history(struct stage *stage, struct origin origin, struct history_entry *ret_lines)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, origin);
    struct row_range range = rows_range(INDEX_HISTORY, stage->number, 0, false);
    size_t count = 0;
    uint64_t sequence;
    while (rows_range_next(rows, &range, &sequence)) {
        struct journal_entry entry;
        assert_true(rows_journal(rows, sequence, &entry));
        const struct subject *subject = rows_subject_of(&entry.header, stage->number);
        count += view_history(rows, &viewer, &entry, subject, &ret_lines[count]) ? 1 : 0;
        assert_true(count < SEEN_MAX);
    }
    desk_read_end(&stage->desk);
    return count;
}

static struct text last_change(const struct history_entry *line)
{
    const struct change *changes = line->changes.items;
    assert_true(line->changes.count > 0);
    return changes[line->changes.count - 1].field;
}

static size_t count_seen(struct stage *stage, struct origin origin)
{
    struct message seen[SEEN_MAX];
    return messages(stage, origin, seen);
}

/* --- Held ------------------------------------------------------------------------------------- */

/* Not the words, not a count, not a line of history, not even a new version. */
static void a_held_reply_leaves_no_trace_for_the_requester(void **state)
{
    struct stage *stage = *state;
    struct ticket before = desk_see(&stage->desk, stage->user, stage->number);
    struct history_entry lines[SEEN_MAX];
    size_t line_count = history(stage, stage->user, lines);
    struct outcome outcome = reply(stage, "You fool.");

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, before.version);
    assert_true(outcome.sequence > 0);
    assert_true(rows_subject_of(&stage->desk.entry.header, stage->number)->staff_only);
    struct ticket after = desk_see(&stage->desk, stage->user, stage->number);
    assert_int_equal(after.present, before.present);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(after.reply_count, before.reply_count);
    assert_true(after.editable);
    assert_int_equal(count_seen(stage, stage->user), 0);
    assert_int_equal(history(stage, stage->user, lines), line_count);
}

static void the_staff_see_that_it_is_held_and_until_when(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = reply(stage, "Is it plugged in?");
    struct message seen[SEEN_MAX];
    struct history_entry lines[SEEN_MAX];

    assert_int_equal(messages(stage, stage->other, seen), 1);
    assert_int_equal(seen[0].sequence, outcome.sequence);
    assert_int_equal(seen[0].state, MESSAGE_HELD);
    assert_true(present_has(seen[0].present, MSG_RELEASE));
    assert_int_equal(seen[0].release_ms, stage->desk.now_ms + HOLD_MS);
    assert_text(seen[0].text, "Is it plugged in?");
    size_t count = history(stage, stage->other, lines);
    assert_text(last_change(&lines[count - 1]), "held");
    assert_int_equal(desk_see(&stage->desk, stage->other, stage->number).reply_count, 0);
}

static void its_timer_sends_it_as_if_it_had_just_been_written(void **state)
{
    struct stage *stage = *state;
    struct outcome held = reply(stage, "Is it plugged in?");
    struct message seen[SEEN_MAX];
    struct history_entry lines[SEEN_MAX];

    assert_true(fire(stage));
    uint64_t sequence = stage->desk.entry.header.sequence;
    assert_int_equal(messages(stage, stage->user, seen), 1);
    assert_int_equal(seen[0].sequence, sequence);
    assert_int_equal(seen[0].state, MESSAGE_SENT);
    assert_false(present_has(seen[0].present, MSG_RELEASE));
    assert_int_equal(seen[0].time_ms, stage->desk.now_ms);
    assert_text(seen[0].text, "Is it plugged in?");
    assert_text(seen[0].author, "stefan");
    struct ticket ticket = desk_see(&stage->desk, stage->user, stage->number);
    assert_int_equal(ticket.reply_count, 1);
    assert_int_equal(ticket.version, held.version + 1);
    assert_int_equal(ticket.updated_ms, stage->desk.now_ms);
    assert_false(ticket.editable);
    size_t count = history(stage, stage->user, lines);
    assert_int_equal(lines[count - 1].what, METHOD_TICKET_REPLY);
    assert_text(lines[count - 1].actor, "stefan");
    assert_text(last_change(&lines[count - 1]), "message");
    assert_false(fire(stage));
}

/* Whoever asks for what came after the last message they know of must not miss it. */
static void it_stands_behind_what_was_written_meanwhile(void **state)
{
    struct stage *stage = *state;
    struct message seen[SEEN_MAX];
    (void)reply(stage, "answer");
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->user, stage->number, "question");
    assert_int_equal(messages(stage, stage->user, seen), 1);
    uint64_t known = seen[0].sequence;
    assert_true(fire(stage));
    assert_int_equal(messages(stage, stage->user, seen), 2);
    assert_text(seen[1].text, "answer");
    assert_true(seen[1].sequence > known);
}

static void requesters_and_notes_are_not_held(void **state)
{
    struct stage *stage = *state;
    struct message seen[SEEN_MAX];
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->user, stage->number, "Hello?");
    desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "Him again.");
    assert_int_equal(messages(stage, stage->staff, seen), 2);
    assert_int_equal(seen[0].state, MESSAGE_SENT);
    assert_int_equal(seen[1].state, MESSAGE_SENT);
    assert_false(fire(stage));
}

static void with_no_time_to_undo_it_is_sent_at_once(void **state)
{
    struct stage *stage = *state;
    desk_send_at_once(&stage->desk);
    assert_int_equal(reply(stage, "At once.").version, 2);
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_false(fire(stage));
}

/* --- Taken back ------------------------------------------------------------------------------- */

static void what_was_withdrawn_is_nowhere_any_more(void **state)
{
    struct stage *stage = *state;
    struct outcome held = reply(stage, "You fool.");
    struct history_entry lines[SEEN_MAX];
    struct journal_entry entry;

    assert_verdict(on_message(stage, METHOD_TICKET_WITHDRAW, stage->staff, held.sequence),
                   ERROR_NONE);
    assert_int_equal(count_seen(stage, stage->staff), 0);
    assert_int_equal(count_seen(stage, stage->user), 0);
    assert_false(fire(stage));
    assert_true(rows_journal(desk_read(&stage->desk), held.sequence, &entry));
    for (size_t i = 0; i < entry.effect_count; i++) {
        if (entry.effects[i].new_value.type == VALUE_PART) {
            assert_null(rows_part(stage->desk.rows, &entry.effects[i].new_value.part).data);
        }
    }
    desk_read_end(&stage->desk);
    size_t count = history(stage, stage->other, lines);
    assert_text(last_change(&lines[count - 1]), "withdrawn");
    assert_int_equal(lines[count - 1].what, METHOD_TICKET_WITHDRAW);
    assert_int_equal(history(stage, stage->user, lines), 1);
    assert_int_equal(desk_see(&stage->desk, stage->user, stage->number).version, held.version);
}

static void only_its_author_withdraws_or_sends_it(void **state)
{
    struct stage *stage = *state;
    static const enum method acts[] = {METHOD_TICKET_WITHDRAW, METHOD_TICKET_SEND_NOW};
    struct outcome held = reply(stage, "Mine.");

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        struct outcome outcome = on_message(stage, acts[i], stage->other, held.sequence);
        assert_verdict(outcome, ERROR_FORBIDDEN);
        assert_text(outcome.field, "message");
        assert_verdict(on_message(stage, acts[i], stage->user, held.sequence), ERROR_FORBIDDEN);
        outcome = on_message(stage, acts[i], stage->staff, held.sequence + 1000);
        assert_verdict(outcome, ERROR_NOT_FOUND);
        assert_text(outcome.field, "message");
    }
    assert_int_equal(count_seen(stage, stage->staff), 1);
}

static void after_it_was_sent_it_is_too_late(void **state)
{
    struct stage *stage = *state;
    struct outcome held = reply(stage, "Too quick.");
    assert_true(fire(stage));
    stage->desk.now_ms += 7 * SECOND_MS;
    struct outcome outcome = on_message(stage, METHOD_TICKET_WITHDRAW, stage->staff, held.sequence);
    assert_verdict(outcome, ERROR_ALREADY_DONE);
    assert_text(outcome.reason, "The reply was sent 7 seconds ago; correct or retract it instead.");
    assert_int_equal(count_seen(stage, stage->user), 1);
}

static void its_author_sends_it_at_once_and_only_once(void **state)
{
    struct stage *stage = *state;
    struct history_entry lines[SEEN_MAX];
    struct outcome held = reply(stage, "Done.");
    struct outcome sent = on_message(stage, METHOD_TICKET_SEND_NOW, stage->staff, held.sequence);

    assert_verdict(sent, ERROR_NONE);
    assert_int_equal(sent.version, held.version + 1);
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_false(fire(stage));
    size_t count = history(stage, stage->user, lines);
    assert_int_equal(lines[count - 1].what, METHOD_TICKET_REPLY);
    assert_verdict(on_message(stage, METHOD_TICKET_SEND_NOW, stage->staff, held.sequence),
                   ERROR_ALREADY_DONE);
    assert_int_equal(count_seen(stage, stage->user), 1);
}

/* --- Meanwhile -------------------------------------------------------------------------------- */

static void a_ticket_deleted_meanwhile_has_its_reply_when_it_is_restored(void **state)
{
    struct stage *stage = *state;
    (void)reply(stage, "Soon.");
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->number);
    assert_true(fire(stage));
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_RESTORE, desk_console, stage->number);
    assert_int_equal(count_seen(stage, stage->user), 1);
}

static void a_ticket_purged_meanwhile_has_nothing_left_to_send(void **state)
{
    struct stage *stage = *state;
    (void)reply(stage, "Soon.");
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->number);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, desk_console, stage->number),
        ERROR_NONE);
    assert_true(fire(stage));
    assert_int_equal(stage->desk.entry.header.sequence, 0);
}

static void merge(struct stage *stage, uint64_t survivor)
{
    struct ticket_merge request = {.number = stage->number,
                                   .version = desk_ticket_row(&stage->desk, stage->number).version,
                                   .into = survivor};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->other, &request), ERROR_NONE);
}

static void unmerge(struct stage *stage)
{
    struct ticket_act request = {.number = stage->number};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNMERGE, stage->other, &request),
                   ERROR_NONE);
}

static uint64_t replies_of(struct stage *stage, uint64_t ticket)
{
    return desk_ticket_row(&stage->desk, ticket).reply_count;
}

static void a_reply_that_was_moved_meanwhile_is_sent_where_it_is(void **state)
{
    struct stage *stage = *state;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same");
    uint64_t source = stage->number;
    (void)reply(stage, "Both of them.");
    merge(stage, survivor);
    /* Not before it is sent: nobody is told of more replies than there are. */
    assert_int_equal(replies_of(stage, source), 0);
    assert_int_equal(replies_of(stage, survivor), 0);
    assert_true(fire(stage));
    stage->number = survivor;
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_int_equal(replies_of(stage, survivor), 1);
    stage->number = source;
    unmerge(stage);
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_int_equal(replies_of(stage, source), 1);
    assert_int_equal(replies_of(stage, survivor), 0);
}

static void a_reply_that_was_moved_back_meanwhile_is_sent_where_it_was_written(void **state)
{
    struct stage *stage = *state;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same");
    (void)reply(stage, "Only this one.");
    merge(stage, survivor);
    unmerge(stage);
    assert_int_equal(replies_of(stage, survivor), 0);
    assert_true(fire(stage));
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_int_equal(replies_of(stage, stage->number), 1);
    assert_int_equal(replies_of(stage, survivor), 0);
}

/* "Done" was said of the one ticket; the other, which may be about more, is not done by it. */
static void what_was_asked_with_a_reply_is_not_done_to_another_ticket(void **state)
{
    struct stage *stage = *state;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same and more");
    struct ticket_say request = {
        .number = stage->number, .text = text_of("Done."), .status = STATUS_RESOLVED};
    present_mark(&request.present, SAY_STATUS);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_REPLY, stage->staff, &request), ERROR_NONE);
    merge(stage, survivor);
    assert_true(fire(stage));
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).state, STATE_OPEN);
    assert_int_equal(replies_of(stage, survivor), 1);
}

/* Whoever wrote it has no rights there any more; the reply was theirs to give when they did. */
static void a_reply_to_a_ticket_that_moved_meanwhile_is_sent(void **state)
{
    struct stage *stage = *state;
    desk_queue(&stage->desk, "closed", true, false);
    desk_rights(&stage->desk, "closed", "olga", "all");
    struct outcome held = reply(stage, "Soon.");
    assert_verdict(desk_move(&stage->desk, stage->other, stage->number, "closed"), ERROR_NONE);
    assert_verdict(on_message(stage, METHOD_TICKET_WITHDRAW, stage->staff, held.sequence),
                   ERROR_NOT_FOUND);
    assert_true(fire(stage));
    assert_int_equal(count_seen(stage, stage->user), 1);
    assert_int_equal(replies_of(stage, stage->number), 1);
}

static void a_reply_that_was_moved_meanwhile_can_be_withdrawn(void **state)
{
    struct stage *stage = *state;
    uint64_t survivor = desk_ticket(&stage->desk, stage->user, "The same");
    struct outcome held = reply(stage, "Neither of them.");
    merge(stage, survivor);
    stage->number = survivor;
    assert_verdict(on_message(stage, METHOD_TICKET_WITHDRAW, stage->staff, held.sequence),
                   ERROR_NONE);
    assert_int_equal(count_seen(stage, stage->staff), 0);
    assert_false(fire(stage));
}

/* --- Corrected and retracted ------------------------------------------------------------------ */

static struct outcome edit(struct stage *stage, struct origin origin, uint64_t sequence,
                           const char *text)
{
    struct message_edit request = {
        .number = stage->number, .message = sequence, .text = text_of(text)};
    return desk_do(&stage->desk, METHOD_MESSAGE_EDIT, origin, &request);
}

static struct outcome ask(struct stage *stage, const char *text)
{
    return desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->user, stage->number, text);
}

static void its_author_corrects_a_message_where_it_stands(void **state)
{
    struct stage *stage = *state;
    struct message seen[SEEN_MAX];
    struct history_entry lines[SEEN_MAX];
    struct outcome asked = ask(stage, "Is it brocken?");
    (void)ask(stage, "Hello?");
    stage->desk.now_ms += MINUTE_MS;
    struct outcome outcome = edit(stage, stage->user, asked.sequence, "Is it broken?");

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, asked.version + 2);
    assert_int_equal(messages(stage, stage->staff, seen), 2);
    assert_int_equal(seen[0].sequence, asked.sequence);
    assert_text(seen[0].text, "Is it broken?");
    assert_true(present_has(seen[0].present, MSG_EDITED));
    assert_int_equal(seen[0].edited_ms, stage->desk.now_ms);
    assert_false(present_has(seen[1].present, MSG_EDITED));
    size_t count = history(stage, stage->staff, lines);
    assert_int_equal(lines[count - 1].what, METHOD_MESSAGE_EDIT);
    assert_text(last_change(&lines[count - 1]), "edited");
}

static void a_retracted_message_says_nothing_but_that_it_was(void **state)
{
    struct stage *stage = *state;
    struct message seen[SEEN_MAX];
    struct outcome asked = ask(stage, "My password is");
    struct outcome outcome = on_message(stage, METHOD_MESSAGE_RETRACT, stage->user, asked.sequence);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, asked.version + 1);
    assert_int_equal(messages(stage, stage->staff, seen), 1);
    assert_int_equal(seen[0].state, MESSAGE_RETRACTED);
    assert_int_equal(seen[0].text.length, 0);
    assert_text(seen[0].author, "ursula");
    assert_int_equal(desk_see(&stage->desk, stage->staff, stage->number).reply_count, 1);
    assert_verdict(on_message(stage, METHOD_MESSAGE_RETRACT, stage->user, asked.sequence),
                   ERROR_ALREADY_DONE);
    assert_verdict(edit(stage, stage->user, asked.sequence, "once more"), ERROR_ALREADY_DONE);
}

static void a_corrected_note_stays_unnoticed(void **state)
{
    struct stage *stage = *state;
    struct history_entry lines[SEEN_MAX];
    struct ticket before = desk_see(&stage->desk, stage->user, stage->number);
    struct outcome note =
        desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "Him agian.");
    stage->desk.now_ms += 1;
    assert_verdict(edit(stage, stage->staff, note.sequence, "Him again."), ERROR_NONE);
    assert_verdict(on_message(stage, METHOD_MESSAGE_RETRACT, stage->staff, note.sequence),
                   ERROR_NONE);
    struct ticket after = desk_see(&stage->desk, stage->user, stage->number);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(history(stage, stage->user, lines), 1);
    assert_int_equal(count_seen(stage, stage->user), 0);
}

static void others_words_are_not_to_be_changed(void **state)
{
    struct stage *stage = *state;
    struct outcome asked = ask(stage, "Mine.");
    struct outcome note =
        desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "Ours.");
    struct outcome outcome = edit(stage, stage->staff, asked.sequence, "Yours.");
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "message");
    assert_verdict(on_message(stage, METHOD_MESSAGE_RETRACT, stage->staff, asked.sequence),
                   ERROR_FORBIDDEN);
    assert_verdict(edit(stage, stage->other, note.sequence, "Theirs."), ERROR_FORBIDDEN);
    /* A note is as good as missing to who may not see it. */
    struct outcome hidden = edit(stage, stage->user, note.sequence, "Hers.");
    struct outcome missing = edit(stage, stage->user, note.sequence + 1000, "Hers.");
    assert_verdict(hidden, ERROR_NOT_FOUND);
    assert_verdict(missing, ERROR_NOT_FOUND);
    assert_string_equal(hidden.reason.data, missing.reason.data);
}

static void after_so_many_minutes_words_stand(void **state)
{
    struct stage *stage = *state;
    struct outcome asked = ask(stage, "Mine.");
    stage->desk.now_ms += 15 * MINUTE_MS;
    assert_verdict(edit(stage, stage->user, asked.sequence, "Just in time."), ERROR_NONE);
    stage->desk.now_ms += 1;
    struct outcome outcome = edit(stage, stage->user, asked.sequence, "Too late.");
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.reason, "Messages can be corrected or retracted for 15 minutes after they "
                                "were sent; write another one instead.");
    assert_verdict(on_message(stage, METHOD_MESSAGE_RETRACT, stage->user, asked.sequence),
                   ERROR_FORBIDDEN);
}

static void a_held_reply_is_withdrawn_not_corrected(void **state)
{
    struct stage *stage = *state;
    struct outcome held = reply(stage, "Soon.");
    struct outcome outcome = edit(stage, stage->staff, held.sequence, "Later.");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.reason, "It is not sent yet; withdraw it instead.");
    assert_verdict(on_message(stage, METHOD_MESSAGE_RETRACT, stage->staff, held.sequence),
                   ERROR_INVALID_FIELD);
}

static void the_same_words_are_no_change(void **state)
{
    struct stage *stage = *state;
    struct outcome asked = ask(stage, "Mine.");
    assert_verdict(edit(stage, stage->user, asked.sequence, "Mine."), ERROR_NO_CHANGE);
}

/* Purging has to find what messages said before, too: desk_close verifies it. */
static void purging_erases_former_words(void **state)
{
    struct stage *stage = *state;
    struct outcome asked = ask(stage, "First.");
    assert_verdict(edit(stage, stage->user, asked.sequence, "Second."), ERROR_NONE);
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->number);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, desk_console, stage->number),
        ERROR_NONE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_held_reply_leaves_no_trace_for_the_requester),
        TEST(the_staff_see_that_it_is_held_and_until_when),
        TEST(its_timer_sends_it_as_if_it_had_just_been_written),
        TEST(it_stands_behind_what_was_written_meanwhile),
        TEST(requesters_and_notes_are_not_held),
        TEST(with_no_time_to_undo_it_is_sent_at_once),
        TEST(what_was_withdrawn_is_nowhere_any_more),
        TEST(only_its_author_withdraws_or_sends_it),
        TEST(after_it_was_sent_it_is_too_late),
        TEST(its_author_sends_it_at_once_and_only_once),
        TEST(a_ticket_deleted_meanwhile_has_its_reply_when_it_is_restored),
        TEST(a_ticket_purged_meanwhile_has_nothing_left_to_send),
        TEST(a_reply_that_was_moved_meanwhile_is_sent_where_it_is),
        TEST(a_reply_that_was_moved_back_meanwhile_is_sent_where_it_was_written),
        TEST(what_was_asked_with_a_reply_is_not_done_to_another_ticket),
        TEST(a_reply_to_a_ticket_that_moved_meanwhile_is_sent),
        TEST(a_reply_that_was_moved_meanwhile_can_be_withdrawn),
        TEST(its_author_corrects_a_message_where_it_stands),
        TEST(a_retracted_message_says_nothing_but_that_it_was),
        TEST(a_corrected_note_stays_unnoticed),
        TEST(others_words_are_not_to_be_changed),
        TEST(after_so_many_minutes_words_stand),
        TEST(a_held_reply_is_withdrawn_not_corrected),
        TEST(the_same_words_are_no_change),
        TEST(purging_erases_former_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
