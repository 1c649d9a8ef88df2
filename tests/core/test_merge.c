/* Merging and unmerging: what moves, what is refused, who sees it, and that unmerging restores both
 * exactly. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/tag.h"
#include "server/core/view.h"
#include "tests/core/desk.h"
#include "tests/lib/dice.h"

struct stage {
    struct desk desk;
    struct origin ann;
    struct origin ben;
    struct origin staff;
    struct origin admin; /* in admin mode */
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_send_at_once(&stage->desk);
    desk_account(&stage->desk, "ann", ROLE_USER);
    desk_account(&stage->desk, "ben", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->ann = desk_sign_in(&stage->desk, "ann");
    stage->ben = desk_sign_in(&stage->desk, "ben");
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

static struct outcome merge_by(struct stage *stage, struct origin origin, uint64_t number,
                               uint64_t into)
{
    struct row_ticket row = {.version = 1};
    struct rows *rows = desk_read(&stage->desk);
    (void)rows_get(rows, ROW_TICKET, number, 0, &row);
    desk_read_end(&stage->desk);
    struct ticket_merge request = {.number = number, .version = row.version, .into = into};
    return desk_do(&stage->desk, METHOD_TICKET_MERGE, origin, &request);
}

static struct outcome merge(struct stage *stage, uint64_t number, uint64_t into)
{
    return merge_by(stage, stage->staff, number, into);
}

static struct outcome unmerge(struct stage *stage, uint64_t number)
{
    struct ticket_act request = {.number = number};
    return desk_do(&stage->desk, METHOD_TICKET_UNMERGE, stage->staff, &request);
}

static void say(struct stage *stage, enum method method, struct origin origin, uint64_t number,
                const char *text)
{
    assert_verdict(desk_say(&stage->desk, method, origin, number, text), ERROR_NONE);
}

static void tag(struct stage *stage, uint64_t number, const char *add)
{
    struct ticket_tag request = {.number = number, .add = text_of(add)};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_TAG, stage->staff, &request), ERROR_NONE);
}

static struct outcome copy(struct stage *stage, uint64_t number, const char *name)
{
    struct ticket_person request = {.number = number, .name = text_of(name)};
    return desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->staff, &request);
}

/* Everything of a ticket that a merge moves, written down. */
static void describe(struct stage *stage, uint64_t number, char *ret_text, size_t size)
{
    struct rows *rows = desk_read(&stage->desk);
    struct row_ticket row;
    uint64_t id;
    assert_true(rows_get(rows, ROW_TICKET, number, 0, &row));
    int length =
        snprintf(ret_text, size,
                 "into %" PRIu64 " replies %" PRIu64 " notes %" PRIu64 " cc %" PRIu64
                 " watchers %" PRIu64 "\n",
                 row.merged_into, row.reply_count, row.note_count, row.cc_count, row.watcher_count);
    struct row_range range = rows_range(INDEX_MESSAGES, number, 0, false);
    while (rows_range_next(rows, &range, &id)) {
        struct row_message message;
        assert_true(rows_get(rows, ROW_MESSAGE, number, id, &message));
        struct text text = rows_part(rows, &message.text);
        length += snprintf(ret_text + length, size - (size_t)length,
                           "%" PRIu64 " from %" PRIu64 " %d: %.*s\n", id, message.origin,
                           (int)message.kind, (int)text.length, text.data);
    }
    range = rows_range(INDEX_FOLLOWERS, number, 0, false);
    while (rows_range_next(rows, &range, &id)) {
        struct row_follower follower;
        assert_true(rows_get(rows, ROW_FOLLOWER, number, id, &follower));
        length += snprintf(ret_text + length, size - (size_t)length, "%" PRIu64 "%s%s\n", id,
                           follower.cc ? " cc" : "", follower.watching ? " watches" : "");
    }
    struct text tags = tag_line(rows, number);
    snprintf(ret_text + length, size - (size_t)length, "%.*s\n", (int)tags.length, tags.data);
    desk_read_end(&stage->desk);
}

static void what_is_said_moves_and_keeps_its_origin(void **state)
{
    struct stage *stage = *state;
    uint64_t source = desk_ticket(&stage->desk, stage->ann, "No sound");
    uint64_t survivor = desk_ticket(&stage->desk, stage->ben, "No sound either");
    say(stage, METHOD_TICKET_REPLY, stage->staff, source, "to ann");
    say(stage, METHOD_TICKET_NOTE, stage->staff, source, "about ann");
    say(stage, METHOD_TICKET_REPLY, stage->staff, survivor, "to ben");
    tag(stage, source, "audio vpn");
    tag(stage, survivor, "vpn");
    stage->desk.now_ms += 1000;
    struct outcome outcome = merge(stage, source, survivor);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, survivor);

    struct row_ticket row = desk_ticket_row(&stage->desk, survivor);
    assert_int_equal(row.reply_count, 2);
    assert_int_equal(row.note_count, 1);
    assert_int_equal(row.version, outcome.version);
    assert_int_equal(row.updated_ms, stage->desk.now_ms);
    char text[1000];
    describe(stage, survivor, text, sizeof text);
    assert_non_null(strstr(text, "from 1 0: to ann"));
    assert_non_null(strstr(text, "from 1 1: about ann"));
    assert_non_null(strstr(text, "from 2 0: to ben"));
    assert_non_null(strstr(text, "audio vpn"));
    row = desk_ticket_row(&stage->desk, source);
    assert_int_equal(row.merged_into, survivor);
    assert_int_equal(row.reply_count + row.note_count, 0);
    assert_int_equal(row.state, STATE_OPEN);
}

/* The requester's old number has to lead somewhere, for ever. */
static void the_requester_follows_the_number(void **state)
{
    struct stage *stage = *state;
    uint64_t source = desk_ticket(&stage->desk, stage->ann, "No sound");
    uint64_t survivor = desk_ticket(&stage->desk, stage->ben, "No sound either");
    assert_int_equal(desk_see(&stage->desk, stage->ann, survivor).number, 0);
    assert_verdict(merge(stage, source, survivor), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->ann, survivor).number, survivor);
    struct outcome outcome =
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->ann, source, "still none");
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, survivor);
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).reply_count, 1);
    assert_verdict(unmerge(stage, source), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->ann, survivor).number, 0);
    /* What was written after the merge stays with the survivor. */
    assert_int_equal(desk_ticket_row(&stage->desk, survivor).reply_count, 1);
}

static void a_merge_is_refused_with_a_sentence(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    uint64_t c = desk_ticket(&stage->desk, stage->ben, "c");
    struct outcome outcome = merge(stage, a, a);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "into");
    outcome = merge(stage, a, 4711);
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_text(outcome.field, "into");
    assert_verdict(merge_by(stage, stage->ann, a, b), ERROR_FORBIDDEN);
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, c);
    assert_verdict(merge(stage, a, c), ERROR_NOT_FOUND);
    assert_verdict(merge(stage, c, a), ERROR_NOT_FOUND);
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_RESTORE, stage->admin, c);

    struct ticket_merge stale = {.number = a, .version = 9, .into = b};
    outcome = desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->staff, &stale);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.current.number, a);
    stale = (struct ticket_merge){.number = a, .version = 1, .into = b, .into_version = 9};
    present_mark(&stale.present, TICKET_MERGE_INTO_VERSION);
    outcome = desk_do(&stage->desk, METHOD_TICKET_MERGE, stage->staff, &stale);
    assert_verdict(outcome, ERROR_VERSION_CONFLICT);
    assert_int_equal(outcome.current.number, b);

    assert_verdict(merge(stage, a, b), ERROR_NONE);
    outcome = merge(stage, a, c);
    assert_verdict(outcome, ERROR_ALREADY_DONE);
    assert_text(outcome.reason, "It was merged into #2 already.");
    outcome = merge(stage, c, a);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.reason, "This one was merged into #2; merge into that.");
    assert_verdict(merge(stage, b, a), ERROR_INVALID_FIELD);
    assert_verdict(unmerge(stage, c), ERROR_ALREADY_DONE);
    assert_verdict(unmerge(stage, b), ERROR_ALREADY_DONE);
}

/* Deleting by an old number would delete what somebody else still works on. */
static void what_was_merged_is_not_deleted_by_itself(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    static const enum method methods_of_one[] = {
        METHOD_ADMIN_TICKET_DELETE, METHOD_ADMIN_TICKET_RESTORE, METHOD_ADMIN_TICKET_PURGE};
    for (size_t i = 0; i < 3; i++) {
        struct outcome outcome =
            desk_admin_ticket(&stage->desk, methods_of_one[i], stage->admin, a);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.reason, "It was merged into #2; unmerge it first, or name that one.");
    }
}

/* No text of what was merged may outlive the purge. */
static void purging_the_survivor_purges_all_of_it(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    uint64_t c = desk_ticket(&stage->desk, stage->ben, "c");
    say(stage, METHOD_TICKET_REPLY, stage->staff, a, "secret");
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    assert_verdict(merge(stage, b, c), ERROR_NONE);
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, c);
    assert_verdict(desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_PURGE, stage->admin, c),
                   ERROR_NONE);
    for (uint64_t number = a; number <= c; number++) {
        struct row_ticket row = desk_ticket_row(&stage->desk, number);
        assert_true(row.purged && row.title.length == 0 && row.problem.sequence == 0);
        assert_int_equal(desk_see(&stage->desk, stage->admin, number).number, 0);
    }
    struct row_range messages = rows_range(INDEX_MESSAGES, c, 0, false);
    uint64_t sequence;
    assert_false(rows_range_next(desk_read(&stage->desk), &messages, &sequence));
    desk_read_end(&stage->desk);
    assert_verdict(unmerge(stage, a), ERROR_NOT_FOUND);
}

static void copies_have_a_limit(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    for (unsigned i = 0; i < CC_MAX; i++) {
        char name[16];
        snprintf(name, sizeof name, "user%u", i);
        desk_account(&stage->desk, name, ROLE_USER);
        assert_verdict(copy(stage, b, name), ERROR_NONE);
    }
    struct outcome outcome = merge(stage, a, b);
    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.field, "into");
}

static void what_came_along_leaves_with_what_brought_it(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    uint64_t c = desk_ticket(&stage->desk, stage->staff, "c");
    char before[2][1000];
    char after[1000];
    say(stage, METHOD_TICKET_REPLY, stage->ann, a, "from ann");
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    describe(stage, a, before[0], sizeof before[0]);
    describe(stage, b, before[1], sizeof before[1]);
    assert_verdict(merge(stage, b, c), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, a).merged_into, c);
    struct outcome outcome = unmerge(stage, a);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.reason, "It came along with #2; unmerge that one first.");
    assert_verdict(unmerge(stage, b), ERROR_NONE);
    describe(stage, a, after, sizeof after);
    assert_string_equal(after, before[0]);
    describe(stage, b, after, sizeof after);
    assert_string_equal(after, before[1]);
}

/* Somebody whom two tickets brought leaves with the last of them. */
static void whom_two_brought_leaves_with_the_last(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ann, "b");
    uint64_t c = desk_ticket(&stage->desk, stage->ben, "c");
    assert_verdict(merge(stage, a, c), ERROR_NONE);
    assert_verdict(merge(stage, b, c), ERROR_NONE);
    assert_verdict(unmerge(stage, a), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->ann, c).number, c);
    assert_verdict(unmerge(stage, b), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->ann, c).number, 0);
}

static void a_copy_of_its_own_stays(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    assert_verdict(copy(stage, b, "ann"), ERROR_NONE);
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    assert_verdict(unmerge(stage, a), ERROR_NONE);
    assert_int_equal(desk_see(&stage->desk, stage->ann, b).number, b);
}

static struct history_entry line_for(struct stage *stage, struct origin origin, uint64_t ticket)
{
    struct history_entry line = {0};
    struct viewer viewer;
    struct rows *rows = desk_read(&stage->desk);
    struct journal_entry entry;
    permission_viewer(rows, &origin, stage->desk.now_ms, &viewer);
    assert_true(rows_journal(rows, rows_sequence(rows), &entry));
    const struct subject *subject = rows_subject_of(&entry.header, ticket);
    assert_non_null(subject);
    if (!view_history(rows, &viewer, &entry, subject, &line)) {
        line.sequence = 0;
    }
    desk_read_end(&stage->desk);
    return line;
}

static const struct change *find_change(const struct history_entry *line, const char *field)
{
    const struct change *changes = line->changes.items;
    for (size_t i = 0; i < line->changes.count; i++) {
        if (text_equal(changes[i].field, text_of(field))) {
            return &changes[i];
        }
    }
    fail_msg("no change of %s", field);
    return NULL;
}

static void both_histories_tell_of_it(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    struct history_entry line = line_for(stage, stage->ben, b);
    assert_text(find_change(&line, "merged")->new_value, "#1");
    line = line_for(stage, stage->ann, a);
    assert_text(find_change(&line, "merged_into")->new_value, "#2");
    assert_verdict(unmerge(stage, a), ERROR_NONE);
    line = line_for(stage, stage->staff, b);
    assert_text(find_change(&line, "merged")->old_value, "#1");
    /* Ben does not see the other one any more, so its number is not named. */
    line = line_for(stage, stage->ben, b);
    assert_null(find_change(&line, "merged")->old_value.data);
}

/* The link that goes has the number of a ticket that was merged; the survivor's history tells of
 * it. */
static void the_end_of_a_merged_tickets_link_is_told(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    uint64_t c = desk_ticket(&stage->desk, stage->ben, "c");
    struct ticket_link link = {.number = a, .kind = LINK_DEPENDS, .to = c};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_LINK, stage->staff, &link), ERROR_NONE);
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    struct ticket_unlink unlink = {.number = b, .to = c};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNLINK, stage->staff, &unlink), ERROR_NONE);
    struct history_entry line = line_for(stage, stage->staff, b);
    assert_text(find_change(&line, "link")->old_value, "#3");
    line = line_for(stage, stage->staff, c);
    assert_text(find_change(&line, "link")->old_value, "#1");
}

static void time_that_passed_while_merged_wakes_a_pending_ticket(void **state)
{
    struct stage *stage = *state;
    uint64_t a = desk_ticket(&stage->desk, stage->ann, "a");
    uint64_t b = desk_ticket(&stage->desk, stage->ben, "b");
    struct row_ticket row = desk_ticket_row(&stage->desk, a);
    struct audience audience = {.requester = row.requester, .queue = row.queue};
    struct journal_header header = {.time_ms = stage->desk.now_ms, .command = METHOD_TICKET_UPDATE};
    struct journal_entry entry;
    row.state = STATE_PENDING;
    row.pending_until_ms = stage->desk.now_ms + 1000;
    desk_begin(&stage->desk);
    store_command_begin(stage->desk.rows, &header);
    rows_subject(stage->desk.rows, a, &audience, &audience, false);
    rows_put(stage->desk.rows, ROW_TICKET, &row);
    store_command_end(stage->desk.rows, &entry);
    desk_commit(&stage->desk);
    assert_verdict(merge(stage, a, b), ERROR_NONE);
    stage->desk.now_ms += 5000;
    assert_verdict(unmerge(stage, a), ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, a).state, STATE_OPEN);
}

/* --- Unmerging restores both, whatever was there --------------------------------------------- */

enum { TICKETS = 5, ROUNDS = 40, TEXT = 6000 };

static void fill_at_random(struct stage *stage, struct dice *dice)
{
    static const char *const tags[] = {"vpn", "audio", "mail", "disk"};
    static const char *const names[] = {"ann", "ben", "stefan", "armin"};
    struct origin people[] = {stage->ann, stage->ben, stage->staff};
    for (uint64_t i = 0; i < TICKETS; i++) {
        desk_ticket(&stage->desk, people[dice_below(dice, 3)], "x");
    }
    for (unsigned i = 0; i < 60; i++) {
        uint64_t number = 1 + dice_below(dice, TICKETS);
        struct ticket_tag tag_it = {.number = number, .add = text_of(tags[dice_below(dice, 4)])};
        struct ticket_person copy_it = {.number = number,
                                        .name = text_of(names[dice_below(dice, 4)])};
        struct ticket_act watch = {.number = number};
        switch (dice_below(dice, 5)) {
        case 0:
            (void)desk_do(&stage->desk, METHOD_TICKET_TAG, stage->staff, &tag_it);
            break;
        case 1:
            (void)desk_do(&stage->desk, METHOD_TICKET_CC_ADD, stage->staff, &copy_it);
            break;
        case 2:
            (void)desk_do(&stage->desk, METHOD_TICKET_WATCH, people[dice_below(dice, 3)], &watch);
            break;
        default:
            (void)desk_say(&stage->desk,
                           dice_below(dice, 2) == 0 ? METHOD_TICKET_REPLY : METHOD_TICKET_NOTE,
                           stage->staff, number, "words");
        }
    }
}

static void describe_all(struct stage *stage, char (*ret_texts)[TEXT])
{
    for (uint64_t i = 0; i < TICKETS; i++) {
        describe(stage, i + 1, ret_texts[i], TEXT);
    }
}

/* The last in is the first out: then each step has to find the desk as the merge found it. */
static void random_desk(uint64_t seed)
{
    struct stage *stage = NULL;
    struct dice dice = dice_from_seed(seed);
    static char before[TICKETS][TICKETS][TEXT];
    static char after[TICKETS][TEXT];
    uint64_t merged[TICKETS];
    size_t count = 0;
    set_stage((void **)&stage);
    fill_at_random(stage, &dice);
    for (unsigned tries = 0; tries < 20 && count < TICKETS; tries++) {
        uint64_t number = 1 + dice_below(&dice, TICKETS);
        describe_all(stage, before[count]);
        if (merge(stage, number, 1 + dice_below(&dice, TICKETS)).verdict == ERROR_NONE) {
            merged[count++] = number;
        }
    }
    while (count > 0) {
        count--;
        struct outcome outcome = unmerge(stage, merged[count]);
        assert_verdict(outcome, ERROR_NONE);
        describe_all(stage, after);
        for (size_t i = 0; i < TICKETS; i++) {
            if (strcmp(after[i], before[count][i]) != 0) {
                fail_msg("seed %" PRIu64 ", ticket %zu:\n%swas\n%s", seed, i + 1, after[i],
                         before[count][i]);
            }
        }
    }
    clear_stage((void **)&stage);
}

static void unmerging_restores_everything(void **state)
{
    const char *given = getenv("TTYDESK_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : 1;
    (void)state;
    print_message("TTYDESK_SEED=%" PRIu64 "\n", seed);
    for (uint64_t i = 0; i < ROUNDS; i++) {
        random_desk(seed + i);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        CASE(what_is_said_moves_and_keeps_its_origin),
        CASE(the_requester_follows_the_number),
        CASE(a_merge_is_refused_with_a_sentence),
        CASE(what_was_merged_is_not_deleted_by_itself),
        CASE(purging_the_survivor_purges_all_of_it),
        CASE(copies_have_a_limit),
        CASE(what_came_along_leaves_with_what_brought_it),
        CASE(whom_two_brought_leaves_with_the_last),
        CASE(a_copy_of_its_own_stays),
        CASE(both_histories_tell_of_it),
        CASE(the_end_of_a_merged_tickets_link_is_told),
        CASE(time_that_passed_while_merged_wakes_a_pending_ticket),
        cmocka_unit_test(unmerging_restores_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
