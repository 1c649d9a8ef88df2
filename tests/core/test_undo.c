/* Taking back one's own acts: that it restores what was, and never what somebody else has done
 * since; whose acts, which ones and for how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/core/undo.h"
#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin eve; /* staff, as stefan */
    struct origin stefan;
    struct origin admin; /* in admin mode */
    uint64_t ticket;     /* ursula's */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "eve", ROLE_STAFF);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->eve = desk_sign_in(&stage->desk, "eve");
    stage->stefan = desk_sign_in(&stage->desk, "stefan");
    stage->admin = desk_admin(&stage->desk, "armin");
    stage->ticket = desk_ticket(&stage->desk, stage->user, "No sound");
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

static struct outcome undo(struct stage *stage, struct origin origin, uint64_t sequence)
{
    struct ticket_undo request = {.sequence = sequence};
    return desk_do(&stage->desk, METHOD_TICKET_UNDO, origin, &request);
}

/* Sets the status of the stage's ticket; gives the sequence. */
static uint64_t set_status(struct stage *stage, struct origin origin, enum status status)
{
    uint64_t version = desk_ticket_row(&stage->desk, stage->ticket).version;
    struct outcome outcome = desk_set_status(&stage->desk, origin, stage->ticket, version, status);
    assert_verdict(outcome, ERROR_NONE);
    return outcome.sequence;
}

static struct outcome rewrite(struct stage *stage, struct origin origin, const char *title,
                              const char *problem)
{
    struct ticket_update request = {.number = stage->ticket,
                                    .version = desk_ticket_row(&stage->desk, stage->ticket).version,
                                    .title = text_of(title),
                                    .problem = text_of(problem)};
    present_mark(&request.present, UPDATE_TITLE);
    present_mark(&request.present, UPDATE_PROBLEM);
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_UPDATE, origin, &request);
    assert_verdict(outcome, ERROR_NONE);
    return outcome;
}

/* The wrong ticket was resolved: one key brings it back as it was. */
static void what_was_resolved_is_open_again(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->eve, STATUS_RESOLVED);
    stage->desk.now_ms += 1000;
    struct outcome outcome = undo(stage, stage->eve, sequence);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, stage->ticket);
    assert_int_equal(outcome.result_count, 1);
    assert_int_equal(outcome.results[0].number, stage->ticket);
    assert_int_equal(outcome.results[0].version, 3);
    struct row_ticket row = desk_ticket_row(&stage->desk, stage->ticket);
    assert_int_equal(row.state, STATE_OPEN);
    assert_int_equal(row.resolved_ms, 0);
    /* Versions never go back: whoever read the second one has read something else. */
    assert_int_equal(row.version, 3);
    assert_int_equal(row.updated_ms, stage->desk.now_ms);
}

/* Long texts lie in the journal once; the row points to the old one again. */
static void texts_come_back_as_they_were(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = rewrite(stage, stage->user, "No picture", "All is dark.").sequence;

    assert_verdict(undo(stage, stage->user, sequence), ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, stage->ticket);
    assert_text(row.title, "No sound");
    assert_text(rows_part(desk_read(&stage->desk), &row.problem), "It does not work.");
    desk_read_end(&stage->desk);
}

/* A purge erases what undo has brought back just as what was there all the time. */
static void what_came_back_is_purged_with_the_ticket(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = rewrite(stage, stage->user, "No picture", "All is dark.").sequence;

    assert_verdict(undo(stage, stage->user, sequence), ERROR_NONE);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, stage->ticket),
        ERROR_NONE);
    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, stage->ticket),
        ERROR_NONE);
    assert_verdict(undo(stage, stage->user, sequence), ERROR_NOT_FOUND);
    /* desk_close verifies that every blank is lawful. */
}

/* Undo of an undo is redo. */
static void an_undo_can_be_taken_back(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->eve, STATUS_RESOLVED);
    struct outcome first = undo(stage, stage->eve, sequence);
    struct outcome second = undo(stage, stage->eve, first.sequence);

    assert_verdict(second, ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, stage->ticket);
    assert_int_equal(row.state, STATE_RESOLVED);
    assert_int_equal(row.version, 4);
    /* The act itself lies under two others now. */
    struct outcome again = undo(stage, stage->eve, sequence);
    assert_verdict(again, ERROR_CHANGED_SINCE);
    assert_text(again.reason, "#1 was changed since by you; undo would overwrite that.");
}

/* Nobody's work is lost to somebody else's undo; the sentence says whom to ask. */
static void what_somebody_else_changed_since_stays(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->eve, STATUS_MAJOR);
    set_status(stage, stage->stefan, STATUS_CRITICAL);
    struct outcome outcome = undo(stage, stage->eve, sequence);

    assert_verdict(outcome, ERROR_CHANGED_SINCE);
    assert_int_equal(outcome.number, stage->ticket);
    assert_text(outcome.reason, "#1 was changed since by stefan; undo would overwrite that.");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).severity, SEVERITY_CRITICAL);
}

/* A reply answers the ticket as it was then: the status under it is not pulled away. */
static void a_reply_since_stands_in_the_way(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->user, STATUS_MAJOR);

    assert_verdict(
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->eve, stage->ticket, "Looking."),
        ERROR_NONE);
    assert_verdict(undo(stage, stage->user, sequence), ERROR_CHANGED_SINCE);
}

/* A private note changes nothing that the requester can see, in a refusal either. */
static void a_private_note_does_not_stand_in_the_way(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->user, STATUS_MAJOR);

    assert_verdict(desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->eve, stage->ticket, "Hm."),
                   ERROR_NONE);
    assert_verdict(undo(stage, stage->user, sequence), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).note_count, 1);
}

/* What others did is as little to be had as what nobody did. */
static void acts_of_others_are_not_found(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->eve, STATUS_MAJOR);
    struct outcome other = undo(stage, stage->stefan, sequence);
    struct outcome none = undo(stage, stage->stefan, sequence + 1000);

    assert_verdict(other, ERROR_NOT_FOUND);
    assert_verdict(none, ERROR_NOT_FOUND);
    assert_text(other.field, "sequence");
    assert_text(none.field, "sequence");
    assert_null(other.reason.data);
    assert_null(none.reason.data);
    assert_verdict(undo(stage, stage->admin, sequence), ERROR_NOT_FOUND);
}

static void what_one_may_not_see_any_more_is_not_found(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->user, STATUS_MAJOR);

    assert_verdict(
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, stage->ticket),
        ERROR_NONE);
    struct outcome outcome = undo(stage, stage->user, sequence);
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_null(outcome.reason.data);
    assert_int_equal(outcome.number, 0);
}

/* Replies, new tickets and admins' acts have ways back of their own, or none. */
static void other_acts_are_refused_with_a_way_out(void **state)
{
    struct stage *stage = *state;
    uint64_t created = desk_ticket(&stage->desk, stage->user, "Another");
    (void)created;
    struct outcome outcome = undo(stage, stage->user, stage->desk.entry.header.sequence);
    assert_verdict(outcome, ERROR_NOT_UNDOABLE);

    struct outcome reply =
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->user, stage->ticket, "Hello?");
    outcome = undo(stage, stage->user, reply.sequence);
    assert_verdict(outcome, ERROR_NOT_UNDOABLE);
    assert_text(outcome.reason,
                "Only changes of tickets can be taken back; a reply is withdrawn or retracted.");

    struct outcome deleted =
        desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, stage->ticket);
    assert_verdict(undo(stage, stage->admin, deleted.sequence), ERROR_NOT_UNDOABLE);
}

static void after_a_day_it_is_too_late(void **state)
{
    struct stage *stage = *state;
    uint64_t first = set_status(stage, stage->user, STATUS_MAJOR);
    stage->desk.now_ms += DAY_MS;
    assert_verdict(undo(stage, stage->user, first), ERROR_NONE);

    uint64_t second = set_status(stage, stage->user, STATUS_CRITICAL);
    stage->desk.now_ms += DAY_MS + 1;
    struct outcome outcome = undo(stage, stage->user, second);
    assert_verdict(outcome, ERROR_NOT_UNDOABLE);
    assert_text(outcome.reason, "It was done more than 24 hours ago; change the ticket instead.");
}

/* Somebody who is staff no longer can take back only what a requester could do. */
static void what_one_may_no_longer_change_is_forbidden(void **state)
{
    struct stage *stage = *state;
    struct admin_account_role demotion = {.name = text_of("eve"), .role = ROLE_USER};
    uint64_t sequence = set_status(stage, stage->eve, STATUS_MAJOR);

    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_ACCOUNT_ROLE, desk_console, &demotion),
                   ERROR_NONE);
    struct origin again = desk_sign_in(&stage->desk, "eve");
    assert_verdict(undo(stage, again, sequence), ERROR_NOT_FOUND);
}

/* A repeated request gets the first answer and takes nothing back a second time. */
static void a_repeated_undo_changes_nothing(void **state)
{
    struct stage *stage = *state;
    struct ticket_undo request = {.sequence = set_status(stage, stage->eve, STATUS_MAJOR)};
    struct command command = desk_command(&stage->desk, METHOD_TICKET_UNDO, stage->eve, &request);
    struct outcome first = desk_run(&stage->desk, &command);
    struct outcome second = desk_run(&stage->desk, &command);

    assert_verdict(first, ERROR_NONE);
    assert_verdict(second, ERROR_NONE);
    assert_true(second.repeated);
    assert_int_equal(second.sequence, first.sequence);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).version, 3);
}

/* The history says what came back, in the same words as what went. */
static void history_tells_what_was_taken_back(void **state)
{
    struct stage *stage = *state;
    struct journal_entry entry;
    struct history_entry line;
    struct outcome outcome =
        undo(stage, stage->eve, set_status(stage, stage->eve, STATUS_RESOLVED));
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer = desk_viewer(&stage->desk, stage->user);

    assert_true(rows_journal(rows, outcome.sequence, &entry));
    assert_true(view_history(rows, &viewer, &entry, &entry.header.subjects[0], &line));
    assert_int_equal(line.what, METHOD_TICKET_UNDO);
    assert_text(line.actor, "eve");
    assert_int_equal(line.changes.count, 1);
    const struct change *change = line.changes.items;
    assert_text(change->field, "state");
    assert_text(change->old_value, "resolved");
    assert_text(change->new_value, "open");
    desk_read_end(&stage->desk);
}

/* --- Who works on it ------------------------------------------------------------------------- */

static struct outcome give(struct stage *stage, struct origin origin, const char *name)
{
    struct ticket_give request = {.number = stage->ticket, .name = text_of(name)};
    return desk_do(&stage->desk, METHOD_TICKET_GIVE, origin, &request);
}

static void a_ticket_given_away_comes_back(void **state)
{
    struct stage *stage = *state;
    struct ticket_act take = {.number = stage->ticket};
    uint64_t eve = desk_account_row(&stage->desk, "eve").id;

    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_TAKE, stage->eve, &take), ERROR_NONE);
    struct outcome given = give(stage, stage->eve, "stefan");
    assert_verdict(given, ERROR_NONE);
    assert_verdict(undo(stage, stage->eve, given.sequence), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).owner, eve);
}

/* Who has been made a user since owns nothing any more, by no way. */
static void nobody_owns_again_who_may_not(void **state)
{
    struct stage *stage = *state;
    struct admin_account_role demotion = {.name = text_of("stefan"), .role = ROLE_USER};

    assert_verdict(give(stage, stage->eve, "stefan"), ERROR_NONE);
    struct outcome given = give(stage, stage->admin, "eve");
    assert_verdict(given, ERROR_NONE);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_ACCOUNT_ROLE, desk_console, &demotion),
                   ERROR_NONE);
    struct outcome outcome = undo(stage, stage->admin, given.sequence);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.reason, "Who owned it before may not own tickets of this queue any more.");
}

/* The row of somebody in copy is made and removed: both ways back, and whoever loses sight of the
 * ticket is told so. */
static void people_in_copy_come_and_go(void **state)
{
    struct stage *stage = *state;
    struct ticket_person request = {.number = stage->ticket, .name = text_of("uwe")};
    uint64_t uwe = desk_account(&stage->desk, "uwe", ROLE_USER);
    struct origin copy = desk_sign_in(&stage->desk, "uwe");

    struct outcome added = desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->user, &request);
    assert_verdict(added, ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, copy, stage->ticket).number, stage->ticket);

    struct outcome undone = undo(stage, stage->user, added.sequence);
    assert_verdict(undone, ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, copy, stage->ticket).number, 0);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).cc_count, 0);
    const struct subject *subject = &stage->desk.entry.header.subjects[0];
    assert_int_equal(subject->before.cc_count, 1);
    assert_int_equal(subject->before.cc[0], uwe);
    assert_int_equal(subject->after.cc_count, 0);

    assert_verdict(undo(stage, stage->user, undone.sequence), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, copy, stage->ticket).number, stage->ticket);
    assert_int_equal(stage->desk.entry.header.subjects[0].after.cc_count, 1);
}

static uint64_t watchers_of(struct stage *stage)
{
    return desk_ticket_row(&stage->desk, stage->ticket).watcher_count;
}

/* Who watches by themselves is nobody's business: undo neither ends it nor is refused for it, which
 * would tell the requester. */
static void who_watches_since_goes_on_watching(void **state)
{
    struct stage *stage = *state;
    struct ticket_person request = {.number = stage->ticket, .name = text_of("eve")};
    struct ticket_act watch = {.number = stage->ticket};
    uint64_t eve = desk_account_row(&stage->desk, "eve").id;
    struct row_follower row;

    struct outcome added = desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->user, &request);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WATCH, stage->eve, &watch), ERROR_NONE);
    assert_verdict(undo(stage, stage->user, added.sequence), ERROR_NONE);
    assert_int_equal(watchers_of(stage), 1);
    assert_true(rows_get(desk_read(&stage->desk), ROW_FOLLOWER, stage->ticket, eve, &row));
    assert_true(row.watching && !row.cc);
    desk_read_end(&stage->desk);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNWATCH, stage->eve, &watch), ERROR_NONE);
    assert_int_equal(watchers_of(stage), 0);

    (void)desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->user, &request);
    struct outcome removed = desk_do(&stage->desk, METHOD_TICKET_CC_REMOVE, stage->user, &request);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WATCH, stage->eve, &watch), ERROR_NONE);
    assert_verdict(undo(stage, stage->user, removed.sequence), ERROR_NONE);
    assert_int_equal(watchers_of(stage), 1);
    assert_true(rows_get(desk_read(&stage->desk), ROW_FOLLOWER, stage->ticket, eve, &row));
    assert_true(row.watching && row.cc);
    desk_read_end(&stage->desk);
}

/* Who sees the ticket only because they are in copy watches it only so long. */
static void who_loses_sight_by_undo_watches_no_more(void **state)
{
    struct stage *stage = *state;
    struct ticket_person request = {.number = stage->ticket, .name = text_of("uwe")};
    struct ticket_act watch = {.number = stage->ticket};
    desk_account(&stage->desk, "uwe", ROLE_USER);
    struct origin uwe = desk_sign_in(&stage->desk, "uwe");

    struct outcome added = desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->user, &request);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WATCH, uwe, &watch), ERROR_NONE);
    assert_verdict(undo(stage, stage->user, added.sequence), ERROR_NONE);
    assert_int_equal(watchers_of(stage), 0);
    assert_int_equal(desk_see(&stage->desk, uwe, stage->ticket).number, 0);
}

/* Somebody else watches by now: the count must not refuse, nor be put back. */
static void others_who_watch_do_not_show_in_undo(void **state)
{
    struct stage *stage = *state;
    struct ticket_person request = {.number = stage->ticket, .name = text_of("uwe")};
    struct ticket_act watch = {.number = stage->ticket};
    desk_account(&stage->desk, "uwe", ROLE_USER);
    struct origin uwe = desk_sign_in(&stage->desk, "uwe");

    (void)desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->user, &request);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WATCH, uwe, &watch), ERROR_NONE);
    struct outcome removed = desk_do(&stage->desk, METHOD_TICKET_CC_REMOVE, stage->user, &request);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WATCH, stage->eve, &watch), ERROR_NONE);
    assert_verdict(undo(stage, stage->user, removed.sequence), ERROR_NONE);
    assert_int_equal(watchers_of(stage), 2);
}

/* The desk's rule for requesters holds whichever way a ticket is opened. */
static void a_requester_reopens_by_undo_only_in_time(void **state)
{
    struct stage *stage = *state;
    struct admin_settings_update settings = {.version = 2, .reopen_days = 0};
    present_mark(&settings.present, SETTINGS_UPDATE_REOPEN_DAYS);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &settings),
                   ERROR_NONE);
    uint64_t resolved = set_status(stage, stage->user, STATUS_RESOLVED);
    stage->desk.now_ms += HOUR_MS;
    struct outcome outcome = undo(stage, stage->user, resolved);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).state, STATE_RESOLVED);
}

/* As by any other way. */
static void nothing_goes_back_into_a_closed_queue_or_to_who_left(void **state)
{
    struct stage *stage = *state;
    struct admin_queue_update closing = {.queue = text_of("old"), .version = 1, .closed = true};
    desk_queue(&stage->desk, "old", false, false);
    assert_verdict(desk_move(&stage->desk, stage->eve, stage->ticket, "old"), ERROR_NONE);
    struct outcome moved = desk_move(&stage->desk, stage->eve, stage->ticket, "general");
    present_mark(&closing.present, QUEUE_UPDATE_CLOSED);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_UPDATE, desk_console, &closing),
                   ERROR_NONE);
    assert_verdict(undo(stage, stage->eve, moved.sequence), ERROR_FORBIDDEN);

    assert_verdict(give(stage, stage->eve, "stefan"), ERROR_NONE);
    struct outcome given = give(stage, stage->admin, "eve");
    desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "stefan");
    struct outcome outcome = undo(stage, stage->admin, given.sequence);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.reason, "Who owned it before can't sign in any more.");
}

/* --- Waiting --------------------------------------------------------------------------------- */

/* What was resolved by mistake while it waited waits again, and comes back when it would have. */
static void what_waited_waits_again(void **state)
{
    static const struct origin itself = {.desk = true};
    struct stage *stage = *state;
    struct ticket_pend pend = {.number = stage->ticket, .version = 1};
    struct row_timer timer;
    pend.until_ms = stage->desk.now_ms + 2 * HOUR_MS;
    present_mark(&pend.present, PEND_UNTIL);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_PEND, stage->eve, &pend), ERROR_NONE);
    uint64_t resolved = set_status(stage, stage->eve, STATUS_RESOLVED);
    assert_false(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);

    assert_verdict(undo(stage, stage->eve, resolved), ERROR_NONE);
    struct row_ticket row = desk_ticket_row(&stage->desk, stage->ticket);
    assert_int_equal(row.state, STATE_PENDING);
    assert_int_equal(row.pending_until_ms, pend.until_ms);
    assert_true(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);
    assert_int_equal(timer.due_ms, pend.until_ms);

    stage->desk.now_ms = pend.until_ms;
    struct timer_fire fire = {.due_ms = timer.due_ms, .id = timer.id};
    assert_verdict(desk_do(&stage->desk, METHOD_TIMER_FIRE, itself, &fire), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).state, STATE_OPEN);
}

/* And what is open again by undo does not come back a second time. */
static void an_undone_wait_leaves_no_timer(void **state)
{
    struct stage *stage = *state;
    struct ticket_pend pend = {.number = stage->ticket, .version = 1};
    struct row_timer timer;
    pend.until_ms = stage->desk.now_ms + 2 * HOUR_MS;
    present_mark(&pend.present, PEND_UNTIL);
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_PEND, stage->eve, &pend);

    assert_verdict(outcome, ERROR_NONE);
    assert_verdict(undo(stage, stage->eve, outcome.sequence), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).state, STATE_OPEN);
    assert_false(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);
}

/* What was done to a ticket before it was merged is the survivor's past now. */
static void a_merged_ticket_is_unmerged_first(void **state)
{
    struct stage *stage = *state;
    uint64_t sequence = set_status(stage, stage->eve, STATUS_MAJOR);
    struct ticket_merge merge = {.number = stage->ticket, .version = 2, .into_version = 1};
    merge.into = desk_ticket(&stage->desk, stage->user, "The same");
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->eve, &merge), ERROR_NONE);
    struct outcome outcome = undo(stage, stage->eve, sequence);

    assert_verdict(outcome, ERROR_NOT_UNDOABLE);
    assert_text(outcome.reason, "The ticket was merged into another one since; unmerge it first.");
}

/* --- Tags and links -------------------------------------------------------------------------- */

static struct outcome tag(struct stage *stage, struct origin origin, const char *add,
                          const char *remove)
{
    struct ticket_tag request = {.number = stage->ticket};
    if (add != NULL) {
        request.add = text_of(add);
        present_mark(&request.present, TICKET_TAG_ADD);
    }
    if (remove != NULL) {
        request.remove = text_of(remove);
        present_mark(&request.present, TICKET_TAG_REMOVE);
    }
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_TAG, origin, &request);
    assert_verdict(outcome, ERROR_NONE);
    return outcome;
}

static void assert_tags(struct stage *stage, const char *expected)
{
    assert_text(desk_see(&stage->desk, stage->eve, stage->ticket).tags, expected);
}

/* Tags leave the version alone, so only what was tagged since can stand in the way. */
static void tags_come_back_whatever_else_was_done(void **state)
{
    struct stage *stage = *state;
    tag(stage, stage->eve, "network printer", NULL);
    struct outcome changed = tag(stage, stage->eve, "vpn", "printer");
    set_status(stage, stage->stefan, STATUS_MAJOR);

    assert_tags(stage, "network vpn");
    assert_verdict(undo(stage, stage->eve, changed.sequence), ERROR_NONE);
    assert_tags(stage, "network printer");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).severity, SEVERITY_MAJOR);
}

static void a_tag_taken_off_since_is_not_taken_off_again(void **state)
{
    struct stage *stage = *state;
    struct outcome changed = tag(stage, stage->eve, "vpn", NULL);
    tag(stage, stage->stefan, NULL, "vpn");
    struct outcome outcome = undo(stage, stage->eve, changed.sequence);

    assert_verdict(outcome, ERROR_CHANGED_SINCE);
    assert_text(outcome.reason, "#1 was changed since by stefan; undo would overwrite that.");
}

/* Undo is no way round the limit. */
static void no_ticket_gets_more_tags_than_it_may_have(void **state)
{
    struct stage *stage = *state;
    tag(stage, stage->eve, "a1 a2 a3 a4 a5 a6 a7 a8 a9 b1 b2 b3 b4 b5 b6 b7", NULL);
    struct outcome changed = tag(stage, stage->eve, NULL, "b7");
    tag(stage, stage->stefan, "other", NULL);
    struct outcome outcome = undo(stage, stage->eve, changed.sequence);

    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.reason, "The ticket has got other tags since and would have more than 16.");
}

/* A link can be taken back; bringing one back could make a circle of what was linked since. */
static void a_link_is_taken_back_but_not_brought_back(void **state)
{
    struct stage *stage = *state;
    struct ticket_link request = {.number = stage->ticket, .kind = LINK_DEPENDS};
    request.to = desk_ticket(&stage->desk, stage->user, "Another");
    struct outcome linked = desk_do(&stage->desk, METHOD_TICKET_LINK, stage->eve, &request);
    assert_verdict(linked, ERROR_NONE);

    struct outcome undone = undo(stage, stage->eve, linked.sequence);
    assert_verdict(undone, ERROR_NONE);
    struct outcome redone = undo(stage, stage->eve, undone.sequence);
    assert_verdict(redone, ERROR_NOT_UNDOABLE);
    assert_text(redone.reason, "A link that is gone is not brought back; link the tickets anew.");
}

/* --- Races ----------------------------------------------------------------------------------- */

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static uint64_t race_seed(void)
{
    const char *given = getenv("TTYDESK_TEST_SEED");
    return given != NULL ? strtoull(given, NULL, 10) : 20261122;
}

/* One takes back while the other changes: whoever is first wins, the other learns why not, and the
 * ticket is what the winner made of it. */
static void of_undo_and_change_one_wins(void **state)
{
    enum { ROUNDS = 3000 };
    struct stage *stage = *state;
    uint64_t seed = race_seed();
    print_message("seed %llu\n", (unsigned long long)seed);

    for (unsigned round = 0; round < ROUNDS; round++) {
        enum status first = next_random(&seed) % 2 == 0 ? STATUS_MAJOR : STATUS_RESOLVED;
        uint64_t act = set_status(stage, stage->eve, first);
        uint64_t version = desk_ticket_row(&stage->desk, stage->ticket).version;
        bool undo_first = next_random(&seed) % 2 == 0;
        struct outcome outcomes[2]; /* undo, change */
        for (unsigned i = 0; i < 2; i++) {
            if ((i == 0) == undo_first) {
                outcomes[0] = undo(stage, stage->eve, act);
            } else {
                outcomes[1] = desk_set_status(&stage->desk, stage->stefan, stage->ticket, version,
                                              STATUS_CRITICAL);
            }
        }
        assert_verdict(outcomes[0], undo_first ? ERROR_NONE : ERROR_CHANGED_SINCE);
        assert_verdict(outcomes[1], undo_first ? ERROR_VERSION_CONFLICT : ERROR_NONE);
        struct row_ticket row = desk_ticket_row(&stage->desk, stage->ticket);
        assert_int_equal(row.version, version + 1);
        if (undo_first) {
            assert_int_equal(row.state, STATE_OPEN);
        } else {
            assert_int_equal(row.severity, SEVERITY_CRITICAL);
            assert_text(outcomes[0].reason,
                        "#1 was changed since by stefan; undo would overwrite that.");
            set_status(stage, stage->stefan, STATUS_MINOR);
        }
        desk_forget(&stage->desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_resolved_is_open_again, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(texts_come_back_as_they_were, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(what_came_back_is_purged_with_the_ticket, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(an_undo_can_be_taken_back, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(what_somebody_else_changed_since_stays, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_reply_since_stands_in_the_way, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(a_private_note_does_not_stand_in_the_way, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(acts_of_others_are_not_found, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(what_one_may_not_see_any_more_is_not_found, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(other_acts_are_refused_with_a_way_out, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(after_a_day_it_is_too_late, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(what_one_may_no_longer_change_is_forbidden, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_repeated_undo_changes_nothing, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(history_tells_what_was_taken_back, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(a_ticket_given_away_comes_back, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(nobody_owns_again_who_may_not, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(people_in_copy_come_and_go, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(who_watches_since_goes_on_watching, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(who_loses_sight_by_undo_watches_no_more, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(others_who_watch_do_not_show_in_undo, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_requester_reopens_by_undo_only_in_time, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(nothing_goes_back_into_a_closed_queue_or_to_who_left,
                                        set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(tags_come_back_whatever_else_was_done, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_tag_taken_off_since_is_not_taken_off_again, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(no_ticket_gets_more_tags_than_it_may_have, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(a_link_is_taken_back_but_not_brought_back, set_stage,
                                        clear_stage),
        cmocka_unit_test_setup_teardown(what_waited_waits_again, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(an_undone_wait_leaves_no_timer, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(a_merged_ticket_is_unmerged_first, set_stage, clear_stage),
        cmocka_unit_test_setup_teardown(of_undo_and_change_one_wins, set_stage, clear_stage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
