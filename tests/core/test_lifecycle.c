/* The states of a ticket: put aside until a date or an answer, resolved, opened again, answered too
 * late; opened on behalf of somebody; and what each of them refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/core/view.h"
#include "tests/core/desk.h"

static const struct origin itself = {.desk = true};

struct stage {
    struct desk desk;
    struct origin user;  /* ursula, who opened the ticket */
    struct origin other; /* udo */
    struct origin staff; /* stefan */
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    struct desk *desk = &stage->desk;
    desk_open(desk);
    desk_send_at_once(desk);
    desk_account(desk, "ursula", ROLE_USER);
    desk_account(desk, "udo", ROLE_USER);
    desk_account(desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(desk, "ursula");
    stage->other = desk_sign_in(desk, "udo");
    stage->staff = desk_sign_in(desk, "stefan");
    stage->number = desk_ticket(desk, stage->user, "No sound");
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

static struct row_ticket row(struct stage *stage)
{
    return desk_ticket_row(&stage->desk, stage->number);
}

/* until 0: until the requester answers */
static struct outcome pend(struct stage *stage, struct origin who, uint64_t until_ms)
{
    struct ticket_pend request = {
        .number = stage->number, .version = row(stage).version, .until_ms = until_ms};
    if (until_ms != 0) {
        present_mark(&request.present, PEND_UNTIL);
    }
    return desk_do(&stage->desk, METHOD_TICKET_PEND, who, &request);
}

static struct outcome open_again(struct stage *stage, struct origin who)
{
    struct ticket_open request = {.number = stage->number, .version = row(stage).version};
    return desk_do(&stage->desk, METHOD_TICKET_OPEN, who, &request);
}

static struct outcome set_status(struct stage *stage, struct origin who, enum status status)
{
    return desk_set_status(&stage->desk, who, stage->number, row(stage).version, status);
}

static struct outcome say(struct stage *stage, enum method method, struct origin who,
                          struct ticket_say request)
{
    request.number = stage->number;
    request.text = text_of("words");
    return desk_do(&stage->desk, method, who, &request);
}

static struct outcome reply(struct stage *stage, struct origin who)
{
    return say(stage, METHOD_TICKET_REPLY, who, (struct ticket_say){.present = 0});
}

static struct ticket_say with_status(enum status status)
{
    struct ticket_say request = {.status = status};
    present_mark(&request.present, SAY_STATUS);
    return request;
}

static struct ticket_say with_pend_until(uint64_t until_ms)
{
    struct ticket_say request = {.pend_until_ms = until_ms};
    present_mark(&request.present, SAY_PEND_UNTIL);
    return request;
}

static const struct ticket_say with_pend = {.pend = true};
static const struct ticket_say with_thanks = {.keep_resolved = true};

static size_t timer_count(struct stage *stage, uint64_t *ret_due_ms)
{
    struct row_timer timer;
    bool found = rows_first_timer(desk_read(&stage->desk), &timer);
    desk_read_end(&stage->desk);
    *ret_due_ms = found ? timer.due_ms : 0;
    return found ? 1 : 0;
}

static struct outcome fire_first(struct stage *stage)
{
    struct row_timer timer;
    assert_true(rows_first_timer(desk_read(&stage->desk), &timer));
    desk_read_end(&stage->desk);
    stage->desk.now_ms = timer.due_ms;
    struct timer_fire request = {.due_ms = timer.due_ms, .id = timer.id};
    return desk_do(&stage->desk, METHOD_TIMER_FIRE, itself, &request);
}

/* The last command's line in the history of a ticket, as this one sees it; false: not at all. */
static bool last_line(struct stage *stage, struct origin who, struct history_entry *ret_line)
{
    struct rows *rows = desk_read(&stage->desk);
    struct viewer viewer;
    permission_viewer(rows, &who, stage->desk.now_ms, &viewer);
    const struct journal_entry *entry = &stage->desk.entry;
    assert_true(entry->header.subject_count > 0);
    bool sees = view_history(rows, &viewer, entry, &entry->header.subjects[0], ret_line);
    desk_read_end(&stage->desk);
    return sees;
}

static const struct change *change_in(const struct history_entry *line, const char *field)
{
    const struct change *changes = line->changes.items;
    for (size_t i = 0; i < line->changes.count; i++) {
        if (text_equal(changes[i].field, text_of(field))) {
            return &changes[i];
        }
    }
    return NULL;
}

static void resolve_long_ago(struct stage *stage)
{
    assert_verdict(set_status(stage, stage->staff, STATUS_RESOLVED), ERROR_NONE);
    stage->desk.now_ms += 14 * DAY_MS + 1;
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->other = desk_sign_in(&stage->desk, "udo");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
}

static void add_to_copy(struct stage *stage, const char *name)
{
    struct desk *desk = &stage->desk;
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct row_follower follower = {
        .ticket = stage->number, .account = desk_account_row(desk, name).id, .cc = true};
    struct row_ticket ticket = row(stage);
    struct audience audience = {.requester = ticket.requester, .queue = ticket.queue};

    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_subject(desk->rows, ticket.number, &audience, &audience, false);
    rows_put(desk->rows, ROW_FOLLOWER, &follower);
    ticket.cc_count = 1;
    rows_put(desk->rows, ROW_TICKET, &ticket);
    store_command_end(desk->rows, &desk->entry);
    desk_commit(desk);
}

/* --- Pending ---------------------------------------------------------------------------------- */

static void staff_puts_a_ticket_aside_until_a_time(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + DAY_MS;
    uint64_t due_ms;
    struct outcome outcome = pend(stage, stage->staff, until_ms);
    struct ticket ticket = desk_see(&stage->desk, stage->user, stage->number);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 2);
    assert_int_equal(ticket.state, STATE_PENDING);
    assert_int_equal(ticket.status, STATUS_MINOR);
    assert_int_equal(ticket.pending_until_ms, until_ms);
    assert_int_equal(ticket.last_pending_until_ms, until_ms);
    assert_int_equal(timer_count(stage, &due_ms), 1);
    assert_int_equal(due_ms, until_ms);
}

static void its_time_opens_it_by_itself(void **state)
{
    struct stage *stage = *state;
    uint64_t due_ms;
    (void)pend(stage, stage->staff, stage->desk.now_ms + HOUR_MS);
    assert_verdict(fire_first(stage), ERROR_NONE);
    struct row_ticket after = row(stage);
    assert_int_equal(after.state, STATE_OPEN);
    assert_int_equal(after.pending_until_ms, 0);
    assert_int_equal(after.last_pending_until_ms, stage->desk.now_ms);
    assert_int_equal(timer_count(stage, &due_ms), 0);
}

static void until_an_answer_needs_no_time(void **state)
{
    struct stage *stage = *state;
    uint64_t due_ms;
    assert_verdict(pend(stage, stage->staff, 0), ERROR_NONE);
    struct ticket ticket = desk_see(&stage->desk, stage->user, stage->number);
    assert_int_equal(ticket.state, STATE_PENDING);
    assert_false(present_has(ticket.present, TICKET_PENDING_UNTIL));
    assert_int_equal(timer_count(stage, &due_ms), 0);
}

/* Two timers for one ticket would wake the desk for nothing, for two years. */
static void another_time_replaces_the_first(void **state)
{
    struct stage *stage = *state;
    uint64_t first_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t due_ms;
    (void)pend(stage, stage->staff, first_ms);
    assert_verdict(pend(stage, stage->staff, first_ms + HOUR_MS), ERROR_NONE);
    assert_int_equal(timer_count(stage, &due_ms), 1);
    assert_int_equal(due_ms, first_ms + HOUR_MS);
    assert_verdict(pend(stage, stage->staff, 0), ERROR_NONE);
    assert_int_equal(timer_count(stage, &due_ms), 0);
    assert_int_equal(row(stage).last_pending_until_ms, first_ms + HOUR_MS);
}

/* A bulk act gives many tickets the same time. */
static void tickets_of_the_same_time_all_come_back(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t first = stage->number;
    (void)pend(stage, stage->staff, until_ms);
    stage->number = desk_ticket(&stage->desk, stage->user, "No picture");
    (void)pend(stage, stage->staff, until_ms);
    (void)fire_first(stage);
    (void)fire_first(stage);
    assert_int_equal(row(stage).state, STATE_OPEN);
    assert_int_equal(desk_ticket_row(&stage->desk, first).state, STATE_OPEN);
}

static void times_past_and_far_away_are_refused(void **state)
{
    struct stage *stage = *state;
    uint64_t now_ms = stage->desk.now_ms;
    uint64_t wrong[] = {1, now_ms, now_ms + 999, now_ms + 2 * 365 * DAY_MS + 1};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct outcome outcome = pend(stage, stage->staff, wrong[i]);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "until");
        outcome = say(stage, METHOD_TICKET_REPLY, stage->staff, with_pend_until(wrong[i]));
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "pend_until");
    }
    assert_verdict(pend(stage, stage->staff, now_ms + 1000), ERROR_NONE);
    assert_verdict(pend(stage, stage->staff, now_ms + 2 * 365 * DAY_MS), ERROR_NONE);
}

static void the_same_time_again_is_no_change(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    (void)pend(stage, stage->staff, until_ms);
    assert_verdict(pend(stage, stage->staff, until_ms), ERROR_NO_CHANGE);
    (void)pend(stage, stage->staff, 0);
    assert_verdict(pend(stage, stage->staff, 0), ERROR_NO_CHANGE);
}

static void pending_is_for_staff(void **state)
{
    struct stage *stage = *state;
    assert_verdict(pend(stage, stage->user, 0), ERROR_FORBIDDEN);
    assert_verdict(pend(stage, stage->other, 0), ERROR_NOT_FOUND);
    assert_verdict(pend(stage, desk_nobody, 0), ERROR_NOT_SIGNED_IN);
}

static void a_resolved_ticket_is_not_put_aside(void **state)
{
    struct stage *stage = *state;
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    struct outcome outcome = pend(stage, stage->staff, 0);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "number");
}

static void an_older_version_is_a_conflict(void **state)
{
    struct stage *stage = *state;
    (void)set_status(stage, stage->staff, STATUS_MAJOR);
    struct ticket_pend pending = {.number = stage->number, .version = 1};
    struct ticket_open opening = {.number = stage->number, .version = 1};
    struct outcome outcome = desk_do(&stage->desk, METHOD_TICKET_PEND, stage->staff, &pending);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.current.version, 2);
    outcome = desk_do(&stage->desk, METHOD_TICKET_OPEN, stage->staff, &opening);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
}

static void resolving_ends_pending_and_a_severity_does_not(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t due_ms;
    (void)pend(stage, stage->staff, until_ms);
    assert_verdict(set_status(stage, stage->staff, STATUS_CRITICAL), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_PENDING);
    assert_int_equal(row(stage).pending_until_ms, until_ms);
    assert_verdict(set_status(stage, stage->staff, STATUS_RESOLVED), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
    assert_int_equal(row(stage).pending_until_ms, 0);
    assert_int_equal(timer_count(stage, &due_ms), 0);
}

/* The courtesy reply: "we have ordered it" must not bring the ticket back before its time. */
static void a_reply_by_staff_leaves_it_pending(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    (void)pend(stage, stage->staff, until_ms);
    (void)reply(stage, stage->staff);
    assert_int_equal(row(stage).state, STATE_PENDING);
    assert_int_equal(row(stage).pending_until_ms, until_ms);
}

static void the_requesters_answer_opens_it_and_the_date_is_remembered(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t due_ms;
    struct history_entry line;
    (void)pend(stage, stage->staff, until_ms);
    uint64_t version = row(stage).version;
    struct outcome outcome = reply(stage, stage->user);

    assert_int_equal(outcome.version, version + 1);
    assert_int_equal(row(stage).state, STATE_OPEN);
    assert_int_equal(row(stage).pending_until_ms, 0);
    assert_int_equal(row(stage).last_pending_until_ms, until_ms);
    assert_int_equal(timer_count(stage, &due_ms), 0);
    assert_true(last_line(stage, stage->user, &line));
    assert_int_equal(line.what, METHOD_TICKET_REPLY);
    assert_text(change_in(&line, "state")->new_value, "open");
    assert_non_null(change_in(&line, "message"));
}

static void the_answer_of_somebody_in_copy_opens_it_too(void **state)
{
    struct stage *stage = *state;
    add_to_copy(stage, "udo");
    (void)pend(stage, stage->staff, 0);
    assert_verdict(reply(stage, stage->other), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_OPEN);
}

/* Staff is a requester like any other on a ticket of its own. */
static void staff_answers_its_own_ticket_as_requester(void **state)
{
    struct stage *stage = *state;
    stage->number = desk_ticket(&stage->desk, stage->staff, "My own");
    (void)pend(stage, stage->staff, 0);
    (void)reply(stage, stage->staff);
    assert_int_equal(row(stage).state, STATE_OPEN);
}

static void history_tells_until_when(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    (void)pend(stage, stage->staff, UINT64_C(1700000300000));
    assert_true(last_line(stage, stage->user, &line));
    assert_int_equal(line.what, METHOD_TICKET_PEND);
    assert_text(change_in(&line, "state")->old_value, "open");
    assert_text(change_in(&line, "state")->new_value, "pending");
    assert_text(change_in(&line, "pending_until")->new_value, "1700000300000");
    assert_false(present_has(change_in(&line, "pending_until")->present, CHANGE_OLD));
}

/* --- Opening again ---------------------------------------------------------------------------- */

static void opening_by_hand_keeps_severity_and_owner(void **state)
{
    struct stage *stage = *state;
    uint64_t due_ms;
    (void)set_status(stage, stage->staff, STATUS_MAJOR);
    (void)pend(stage, stage->staff, stage->desk.now_ms + HOUR_MS);
    assert_verdict(open_again(stage, stage->staff), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_OPEN);
    assert_int_equal(timer_count(stage, &due_ms), 0);
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    uint64_t owner = row(stage).owner;
    assert_verdict(open_again(stage, stage->user), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_OPEN);
    assert_int_equal(row(stage).severity, SEVERITY_MAJOR);
    assert_int_equal(row(stage).resolved_ms, 0);
    assert_int_equal(row(stage).owner, owner);
}

static void what_is_open_is_not_opened(void **state)
{
    struct stage *stage = *state;
    assert_verdict(open_again(stage, stage->staff), ERROR_ALREADY_DONE);
    assert_verdict(open_again(stage, stage->other), ERROR_NOT_FOUND);
}

static void a_soon_answer_reopens(void **state)
{
    struct stage *stage = *state;
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    stage->desk.now_ms += DAY_MS / 4;
    struct outcome outcome = reply(stage, stage->user);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, stage->number);
    assert_int_equal(row(stage).state, STATE_OPEN);
    assert_int_equal(row(stage).resolved_ms, 0);
    assert_int_equal(row(stage).reply_count, 1);
}

static void a_thank_you_does_not_reopen(void **state)
{
    struct stage *stage = *state;
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    uint64_t resolved_ms = row(stage).resolved_ms;
    stage->desk.now_ms += HOUR_MS;
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->user, with_thanks), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
    assert_int_equal(row(stage).resolved_ms, resolved_ms);
}

static void staff_writes_on_resolved_tickets_without_reopening(void **state)
{
    struct stage *stage = *state;
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    (void)reply(stage, stage->staff);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
}

static void a_late_answer_opens_another_ticket(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    (void)set_status(stage, stage->staff, STATUS_MAJOR);
    resolve_long_ago(stage);
    struct outcome outcome = reply(stage, stage->user);
    struct ticket fresh = desk_see(&stage->desk, stage->user, outcome.number);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_not_equal(outcome.number, stage->number);
    assert_int_equal(outcome.version, 1);
    assert_text(fresh.title, "No sound");
    assert_text(fresh.requester, "ursula");
    assert_int_equal(fresh.kind, KIND_HARDWARE);
    assert_int_equal(fresh.status, STATUS_MAJOR);
    assert_int_equal(fresh.state, STATE_OPEN);
    assert_int_equal(fresh.follows, stage->number);
    assert_int_equal(fresh.reply_count, 0);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
    assert_int_equal(row(stage).reply_count, 0);
    assert_true(last_line(stage, stage->user, &line));
    assert_int_equal(line.what, METHOD_TICKET_CREATE);
    assert_text(change_in(&line, "title")->new_value, "No sound");
    assert_int_equal(stage->desk.entry.header.subject_count, 2);
}

static void a_late_answer_can_say_how_bad_it_is(void **state)
{
    struct stage *stage = *state;
    resolve_long_ago(stage);
    struct outcome outcome =
        say(stage, METHOD_TICKET_REPLY, stage->user, with_status(STATUS_CRITICAL));
    assert_int_not_equal(outcome.number, stage->number);
    assert_int_equal(desk_ticket_row(&stage->desk, outcome.number).severity, SEVERITY_CRITICAL);
}

static void a_late_thank_you_opens_nothing(void **state)
{
    struct stage *stage = *state;
    resolve_long_ago(stage);
    assert_int_equal(say(stage, METHOD_TICKET_REPLY, stage->user, with_thanks).number,
                     stage->number);
    assert_int_equal(
        say(stage, METHOD_TICKET_REPLY, stage->user, with_status(STATUS_RESOLVED)).number,
        stage->number);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
}

/* Who was only in copy becomes the requester of the new ticket; the old one stays out of it. */
static void a_late_answer_of_somebody_in_copy_is_theirs(void **state)
{
    struct stage *stage = *state;
    add_to_copy(stage, "udo");
    resolve_long_ago(stage);
    struct outcome outcome = reply(stage, stage->other);
    struct ticket fresh = desk_see(&stage->desk, stage->other, outcome.number);
    assert_int_not_equal(outcome.number, stage->number);
    assert_text(fresh.requester, "udo");
    assert_false(present_has(fresh.present, TICKET_FOLLOWS));
    assert_int_equal(desk_see(&stage->desk, stage->user, outcome.number).number, 0);
    assert_int_equal(desk_see(&stage->desk, stage->staff, outcome.number).follows, stage->number);
}

/* What one may not see does not exist, not even as the number of an earlier ticket. */
static void a_deleted_ticket_is_not_followed(void **state)
{
    struct stage *stage = *state;
    resolve_long_ago(stage);
    uint64_t fresh = reply(stage, stage->user).number;
    struct origin admin = desk_admin(&stage->desk, "armin");
    (void)desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, admin, stage->number);
    assert_int_equal(desk_see(&stage->desk, stage->user, fresh).follows, 0);
    assert_int_equal(desk_see(&stage->desk, stage->staff, fresh).follows, 0);
}

static void after_its_days_only_staff_reopens(void **state)
{
    struct stage *stage = *state;
    resolve_long_ago(stage);
    struct outcome outcome = set_status(stage, stage->user, STATUS_MINOR);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "status");
    assert_non_null(strstr(outcome.reason.data, "write a reply"));
    assert_verdict(open_again(stage, stage->user), ERROR_FORBIDDEN);
    assert_verdict(open_again(stage, stage->staff), ERROR_NONE);
}

static void the_last_moment_is_soon_enough(void **state)
{
    struct stage *stage = *state;
    resolve_long_ago(stage);
    stage->desk.now_ms -= 1;
    assert_int_equal(reply(stage, stage->user).number, stage->number);
    assert_int_equal(row(stage).state, STATE_OPEN);
}

static void an_admin_decides_how_many_days(void **state)
{
    struct stage *stage = *state;
    struct admin_settings_update request = {.version = 2, .reopen_days = 0};
    present_mark(&request.present, SETTINGS_UPDATE_REOPEN_DAYS);
    struct origin admin = desk_admin(&stage->desk, "armin");
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_SETTINGS_UPDATE, admin, &request),
                   ERROR_NONE);
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    stage->desk.now_ms += 1;
    assert_int_not_equal(reply(stage, stage->user).number, stage->number);
}

/* --- With a message --------------------------------------------------------------------------- */

static void a_reply_and_its_status_are_one_act(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    struct outcome outcome =
        say(stage, METHOD_TICKET_REPLY, stage->staff, with_status(STATUS_RESOLVED));
    assert_int_equal(outcome.version, 2);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
    assert_int_equal(row(stage).resolved_ms, stage->desk.now_ms);
    assert_int_equal(row(stage).reply_count, 1);
    assert_true(last_line(stage, stage->user, &line));
    assert_int_equal(line.what, METHOD_TICKET_REPLY);
    assert_text(change_in(&line, "state")->new_value, "resolved");
    assert_non_null(change_in(&line, "message"));
}

static void the_requester_replies_and_resolves(void **state)
{
    struct stage *stage = *state;
    (void)pend(stage, stage->staff, stage->desk.now_ms + HOUR_MS);
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->user, with_status(STATUS_RESOLVED)),
                   ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_RESOLVED);
}

static void a_reply_puts_aside(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t due_ms;
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->staff, with_pend_until(until_ms)),
                   ERROR_NONE);
    assert_int_equal(row(stage).pending_until_ms, until_ms);
    assert_int_equal(timer_count(stage, &due_ms), 1);
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->staff, with_pend), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_PENDING);
    assert_int_equal(row(stage).pending_until_ms, 0);
    assert_int_equal(timer_count(stage, &due_ms), 0);
}

static void what_does_not_fit_together_is_refused(void **state)
{
    struct stage *stage = *state;
    struct ticket_say both = with_status(STATUS_RESOLVED);
    both.pend = true;
    struct outcome outcome = say(stage, METHOD_TICKET_REPLY, stage->staff, both);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "pend");
    (void)set_status(stage, stage->staff, STATUS_RESOLVED);
    outcome = say(stage, METHOD_TICKET_REPLY, stage->staff, with_pend);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    both = with_status(STATUS_MAJOR);
    both.pend = true;
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->staff, both), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_PENDING);
}

static void a_reply_gives_no_more_rights_than_its_author_has(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = say(stage, METHOD_TICKET_REPLY, stage->user, with_pend);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "pend");
    add_to_copy(stage, "udo");
    outcome = say(stage, METHOD_TICKET_REPLY, stage->other, with_status(STATUS_RESOLVED));
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.field, "status");
    assert_verdict(say(stage, METHOD_TICKET_NOTE, stage->user, with_status(STATUS_RESOLVED)),
                   ERROR_FORBIDDEN);
    assert_int_equal(row(stage).reply_count, 0);
}

/* The requester sees a change of the status by staff, and not a trace of the note. */
static void a_note_with_a_status_shows_the_status_alone(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    (void)say(stage, METHOD_TICKET_NOTE, stage->staff, with_status(STATUS_RESOLVED));
    struct ticket seen = desk_see(&stage->desk, stage->user, stage->number);

    assert_int_equal(seen.status, STATUS_RESOLVED);
    assert_int_equal(seen.version, 2);
    assert_false(present_has(seen.present, TICKET_NOTE_COUNT));
    assert_true(last_line(stage, stage->user, &line));
    assert_int_equal(line.what, METHOD_TICKET_UPDATE);
    assert_int_equal(line.changes.count, 1);
    assert_text(change_in(&line, "state")->new_value, "resolved");
    assert_true(last_line(stage, stage->staff, &line));
    assert_int_equal(line.what, METHOD_TICKET_NOTE);
    assert_non_null(change_in(&line, "message"));
    assert_non_null(change_in(&line, "state"));
}

static void a_note_whose_status_changes_nothing_stays_unseen(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    struct outcome outcome =
        say(stage, METHOD_TICKET_NOTE, stage->staff, with_status(STATUS_MINOR));
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.version, 1);
    assert_false(last_line(stage, stage->user, &line));
    assert_true(last_line(stage, stage->staff, &line));
}

static void a_reply_does_not_resolve_over_open_children(void **state)
{
    struct stage *stage = *state;
    struct ticket_link link = {.number = stage->number, .kind = LINK_PARENT};
    struct ticket_say request = with_status(STATUS_RESOLVED);
    link.to = desk_ticket(&stage->desk, stage->user, "Part of it");
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_LINK, stage->staff, &link), ERROR_NONE);
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->staff, request), ERROR_OPEN_CHILDREN);
    assert_verdict(say(stage, METHOD_TICKET_NOTE, stage->staff, request), ERROR_OPEN_CHILDREN);
    request.even_with_open_children = true;
    assert_verdict(say(stage, METHOD_TICKET_REPLY, stage->staff, request), ERROR_NONE);
}

static struct outcome undo(struct stage *stage, struct origin who, uint64_t sequence)
{
    struct ticket_undo request = {.sequence = sequence};
    return desk_do(&stage->desk, METHOD_TICKET_UNDO, who, &request);
}

/* A ticket that is pending again without its timer would be so for ever. */
static void undo_brings_the_timer_back_with_the_date(void **state)
{
    struct stage *stage = *state;
    uint64_t until_ms = stage->desk.now_ms + HOUR_MS;
    uint64_t due_ms;
    (void)pend(stage, stage->staff, until_ms);
    uint64_t resolved = set_status(stage, stage->staff, STATUS_RESOLVED).sequence;
    assert_verdict(undo(stage, stage->staff, resolved), ERROR_NONE);
    assert_int_equal(row(stage).state, STATE_PENDING);
    assert_int_equal(timer_count(stage, &due_ms), 1);
    assert_int_equal(due_ms, until_ms);
    uint64_t again = pend(stage, stage->staff, until_ms + 1).sequence;
    assert_verdict(undo(stage, stage->staff, again), ERROR_NONE);
    assert_int_equal(timer_count(stage, &due_ms), 1);
    assert_int_equal(due_ms, until_ms);
    uint64_t opened = open_again(stage, stage->staff).sequence;
    assert_int_equal(timer_count(stage, &due_ms), 0);
    assert_verdict(undo(stage, stage->staff, opened), ERROR_NONE);
    assert_int_equal(timer_count(stage, &due_ms), 1);
}

/* --- On behalf -------------------------------------------------------------------------------- */

static struct outcome create_for(struct stage *stage, struct origin who, const char *name)
{
    struct ticket_create request = {.title = text_of("For you"),
                                    .problem = text_of("By phone."),
                                    .kind = KIND_SOFTWARE,
                                    .requester = text_of(name)};
    present_mark(&request.present, CREATE_REQUESTER);
    return desk_do(&stage->desk, METHOD_TICKET_CREATE, who, &request);
}

static void staff_opens_a_ticket_for_somebody_and_both_are_named(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    struct outcome outcome = create_for(stage, stage->staff, "udo");
    struct ticket ticket = desk_see(&stage->desk, stage->other, outcome.number);

    assert_verdict(outcome, ERROR_NONE);
    assert_text(ticket.requester, "udo");
    assert_text(ticket.opened_by, "stefan");
    assert_true(ticket.editable);
    assert_true(last_line(stage, stage->other, &line));
    assert_text(line.actor, "stefan");
    assert_text(change_in(&line, "requester")->new_value, "udo");
    assert_int_equal(desk_see(&stage->desk, stage->user, outcome.number).number, 0);
}

static void opening_for_oneself_is_nothing_special(void **state)
{
    struct stage *stage = *state;
    struct history_entry line;
    struct outcome outcome = create_for(stage, stage->user, "ursula");
    struct ticket ticket = desk_see(&stage->desk, stage->user, outcome.number);
    assert_verdict(outcome, ERROR_NONE);
    assert_false(present_has(ticket.present, TICKET_OPENED_BY));
    assert_true(last_line(stage, stage->user, &line));
    assert_null(change_in(&line, "requester"));
}

/* The same words whether or not there is such an account. */
static void users_open_tickets_for_themselves_only(void **state)
{
    struct stage *stage = *state;
    struct outcome there = create_for(stage, stage->user, "udo");
    struct outcome missing = create_for(stage, stage->user, "nobody-of-this-name");
    assert_verdict(there, ERROR_FORBIDDEN);
    assert_text(there.field, "requester");
    assert_verdict(missing, ERROR_FORBIDDEN);
    assert_true(text_equal(there.reason, missing.reason));
}

static void only_active_accounts_get_tickets(void **state)
{
    struct stage *stage = *state;
    struct origin admin = desk_admin(&stage->desk, "armin");
    (void)desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, admin, "udo");
    const char *const wrong[] = {"udo", "nobody-of-this-name"};
    for (size_t i = 0; i < 2; i++) {
        struct outcome outcome = create_for(stage, stage->staff, wrong[i]);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "requester");
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(staff_puts_a_ticket_aside_until_a_time),
        TEST(its_time_opens_it_by_itself),
        TEST(until_an_answer_needs_no_time),
        TEST(another_time_replaces_the_first),
        TEST(tickets_of_the_same_time_all_come_back),
        TEST(times_past_and_far_away_are_refused),
        TEST(the_same_time_again_is_no_change),
        TEST(pending_is_for_staff),
        TEST(a_resolved_ticket_is_not_put_aside),
        TEST(an_older_version_is_a_conflict),
        TEST(resolving_ends_pending_and_a_severity_does_not),
        TEST(a_reply_by_staff_leaves_it_pending),
        TEST(the_requesters_answer_opens_it_and_the_date_is_remembered),
        TEST(the_answer_of_somebody_in_copy_opens_it_too),
        TEST(staff_answers_its_own_ticket_as_requester),
        TEST(history_tells_until_when),
        TEST(opening_by_hand_keeps_severity_and_owner),
        TEST(what_is_open_is_not_opened),
        TEST(a_soon_answer_reopens),
        TEST(a_thank_you_does_not_reopen),
        TEST(staff_writes_on_resolved_tickets_without_reopening),
        TEST(a_late_answer_opens_another_ticket),
        TEST(a_late_answer_can_say_how_bad_it_is),
        TEST(a_late_thank_you_opens_nothing),
        TEST(a_late_answer_of_somebody_in_copy_is_theirs),
        TEST(a_deleted_ticket_is_not_followed),
        TEST(after_its_days_only_staff_reopens),
        TEST(the_last_moment_is_soon_enough),
        TEST(an_admin_decides_how_many_days),
        TEST(a_reply_and_its_status_are_one_act),
        TEST(the_requester_replies_and_resolves),
        TEST(a_reply_puts_aside),
        TEST(what_does_not_fit_together_is_refused),
        TEST(a_reply_gives_no_more_rights_than_its_author_has),
        TEST(a_note_with_a_status_shows_the_status_alone),
        TEST(a_note_whose_status_changes_nothing_stays_unseen),
        TEST(a_reply_does_not_resolve_over_open_children),
        TEST(undo_brings_the_timer_back_with_the_date),
        TEST(staff_opens_a_ticket_for_somebody_and_both_are_named),
        TEST(opening_for_oneself_is_nothing_special),
        TEST(users_open_tickets_for_themselves_only),
        TEST(only_active_accounts_get_tickets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
