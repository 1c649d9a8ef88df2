/* Links between tickets: what may be linked, what is refused, who hears of it, and that resolving
 * a parent asks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/view.h"
#include "server/queries.h"
#include "tests/core/desk.h"

enum { TICKETS = 6 };

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    struct origin other; /* staff without rights in the closed queue */
    uint64_t tickets[TICKETS];
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "olga", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
    stage->other = desk_sign_in(&stage->desk, "olga");
    for (size_t i = 0; i < TICKETS; i++) {
        stage->tickets[i] = desk_ticket(&stage->desk, i == 0 ? stage->user : stage->staff, "x");
    }
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

static struct outcome link_by(struct stage *stage, struct origin origin, uint64_t number,
                              enum link_kind kind, uint64_t to)
{
    struct ticket_link request = {.number = number, .kind = kind, .to = to};
    return desk_do(&stage->desk, METHOD_TICKET_LINK, origin, &request);
}

static struct outcome link_two(struct stage *stage, uint64_t number, enum link_kind kind,
                               uint64_t to)
{
    return link_by(stage, stage->staff, number, kind, to);
}

static struct outcome unlink_two(struct stage *stage, uint64_t number, uint64_t to)
{
    struct ticket_unlink request = {.number = number, .to = to};
    return desk_do(&stage->desk, METHOD_TICKET_UNLINK, stage->staff, &request);
}

/* The links that this one is told of; in the desk's arena. */
static struct list links_for(struct stage *stage, struct origin origin, uint64_t number)
{
    struct desk *desk = &stage->desk;
    struct ticket_links request = {.number = number};
    struct ticket_links_reply reply = {0};
    struct failure failure = {0};
    struct viewer viewer;
    uint64_t work = 0;
    struct rows *rows = desk_read(desk);

    permission_viewer(rows, &origin, desk->now_ms, &viewer);
    struct query query = {
        .rows = rows,
        .viewer = &viewer,
        .request = &request,
        .method = METHOD_TICKET_LINKS,
        .page_default = 50,
        .page_bytes = 100000,
        .rows_max = 1000,
        .work = &work,
    };
    assert_int_equal(query_ticket_links(&query, &reply, &failure), ERROR_NONE);
    desk_read_end(desk);
    return reply.links;
}

/* Hides a ticket from staff who are not members of its queue. */
static void hide(struct stage *stage, uint64_t number)
{
    struct desk *desk = &stage->desk;
    struct row_queue queue = {.id = 2, .version = 1, .name = text_of("safe"), .members_only = true};
    struct row_queue_right right = {
        .account = desk_account_row(desk, "stefan").id, .queue = 2, .rights = RIGHTS_ALL};
    struct row_ticket ticket = desk_ticket_row(desk, number);
    struct audience audience = {.requester = ticket.requester, .queue = 2};
    struct journal_header header = {.time_ms = desk->now_ms, .command = METHOD_TICKET_UPDATE};
    struct journal_entry entry;

    ticket.queue = 2;
    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_subject(desk->rows, number, &audience, &audience, false);
    rows_put(desk->rows, ROW_QUEUE, &queue);
    rows_put(desk->rows, ROW_QUEUE_RIGHT, &right);
    rows_put(desk->rows, ROW_TICKET, &ticket);
    store_command_end(desk->rows, &entry);
    desk_commit(desk);
}

/* Each kind reads the other way round from the other ticket. */
static void a_link_is_told_from_both_ends(void **state)
{
    static const enum link_kind kinds[][2] = {
        {LINK_PARENT, LINK_CHILD},
        {LINK_CHILD, LINK_PARENT},
        {LINK_DEPENDS, LINK_BLOCKS},
        {LINK_BLOCKS, LINK_DEPENDS},
        {LINK_RELATES, LINK_RELATES},
        {LINK_DUPLICATE, LINK_DUPLICATED_BY},
        {LINK_DUPLICATED_BY, LINK_DUPLICATE},
    };
    struct stage *stage = *state;
    uint64_t a = stage->tickets[1];
    uint64_t b = stage->tickets[2];

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        uint64_t from = i % 2 == 0 ? a : b;
        uint64_t to = i % 2 == 0 ? b : a;
        assert_verdict(link_two(stage, from, kinds[i][0], to), ERROR_NONE);
        struct list here = links_for(stage, stage->staff, from);
        struct list there = links_for(stage, stage->staff, to);
        assert_int_equal(here.count, 1);
        assert_int_equal(there.count, 1);
        assert_int_equal(((struct linked_ticket *)here.items)->number, to);
        assert_int_equal(((struct linked_ticket *)here.items)->kind, kinds[i][0]);
        assert_int_equal(((struct linked_ticket *)there.items)->number, from);
        assert_int_equal(((struct linked_ticket *)there.items)->kind, kinds[i][1]);
        assert_verdict(unlink_two(stage, i % 3 == 0 ? from : to, i % 3 == 0 ? to : from),
                       ERROR_NONE);
        assert_int_equal(links_for(stage, stage->staff, from).count, 0);
    }
}

/* The requester must not notice: not by the version, not by the time of the last change. */
static void links_leave_version_and_time_alone(void **state)
{
    struct stage *stage = *state;
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->tickets[0]);

    stage->desk.now_ms += 1000;
    struct outcome outcome = link_two(stage, stage->tickets[0], LINK_RELATES, stage->tickets[1]);
    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, stage->tickets[0]);
    assert_int_equal(outcome.version, before.version);
    struct row_ticket after = desk_ticket_row(&stage->desk, stage->tickets[0]);
    assert_int_equal(after.version, before.version);
    assert_int_equal(after.updated_ms, before.updated_ms);
    assert_int_equal(stage->desk.entry.header.subject_count, 2);
    assert_true(stage->desk.entry.header.subjects[0].staff_only);
    assert_true(stage->desk.entry.header.subjects[1].staff_only);
}

static void a_ticket_is_not_linked_to_itself(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = link_two(stage, stage->tickets[1], LINK_RELATES, stage->tickets[1]);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "to");
}

static void two_tickets_have_one_link(void **state)
{
    struct stage *stage = *state;
    uint64_t a = stage->tickets[1];
    uint64_t b = stage->tickets[2];

    assert_verdict(link_two(stage, a, LINK_PARENT, b), ERROR_NONE);
    struct outcome again = link_two(stage, a, LINK_PARENT, b);
    assert_verdict(again, ERROR_ALREADY_DONE);
    assert_text(again.reason, "They are linked already: parent of #3. Unlink them first.");
    assert_verdict(link_two(stage, b, LINK_PARENT, a), ERROR_ALREADY_DONE);
    assert_verdict(link_two(stage, b, LINK_RELATES, a), ERROR_ALREADY_DONE);
}

/* Part of a part of itself: nobody could ever resolve it in order. */
static void parents_make_no_circle(void **state)
{
    struct stage *stage = *state;
    const uint64_t *t = stage->tickets;

    assert_verdict(link_two(stage, t[1], LINK_PARENT, t[2]), ERROR_NONE);
    assert_verdict(link_two(stage, t[3], LINK_CHILD, t[2]), ERROR_NONE);
    assert_verdict(link_two(stage, t[3], LINK_PARENT, t[4]), ERROR_NONE);
    assert_verdict(link_two(stage, t[4], LINK_PARENT, t[1]), ERROR_INVALID_FIELD);
    assert_verdict(link_two(stage, t[1], LINK_CHILD, t[3]), ERROR_INVALID_FIELD);
    assert_verdict(link_two(stage, t[4], LINK_RELATES, t[1]), ERROR_NONE);
}

/* A refusal for the sake of what one may not see would tell that it is there. */
static void hidden_tickets_make_no_circle_and_fill_no_ticket(void **state)
{
    struct stage *stage = *state;
    const uint64_t *t = stage->tickets;
    uint64_t busy = t[3];
    uint64_t last = 0;

    assert_verdict(link_two(stage, t[1], LINK_PARENT, t[2]), ERROR_NONE);
    assert_verdict(link_two(stage, t[2], LINK_PARENT, t[4]), ERROR_NONE);
    hide(stage, t[2]);
    for (size_t i = 0; i < LINKS_MAX; i++) {
        last = desk_ticket(&stage->desk, stage->staff, "x");
        assert_verdict(link_two(stage, busy, LINK_RELATES, last), ERROR_NONE);
    }
    hide(stage, last);
    assert_verdict(link_two(stage, t[4], LINK_PARENT, t[1]), ERROR_INVALID_FIELD);
    assert_verdict(link_by(stage, stage->other, t[4], LINK_PARENT, t[1]), ERROR_NONE);
    assert_verdict(link_two(stage, busy, LINK_RELATES, t[4]), ERROR_TOO_MANY);
    assert_verdict(link_by(stage, stage->other, busy, LINK_RELATES, t[4]), ERROR_NONE);
}

static void an_absent_link_is_not_taken_away(void **state)
{
    struct stage *stage = *state;
    assert_verdict(unlink_two(stage, stage->tickets[1], stage->tickets[2]), ERROR_ALREADY_DONE);
    assert_verdict(link_two(stage, stage->tickets[1], LINK_BLOCKS, stage->tickets[2]), ERROR_NONE);
    struct ticket_unlink request = {
        .number = stage->tickets[1], .to = stage->tickets[2], .kind = LINK_DEPENDS};
    present_mark(&request.present, TICKET_UNLINK_KIND);
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNLINK, stage->staff, &request),
                   ERROR_ALREADY_DONE);
    request.kind = LINK_BLOCKS;
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_UNLINK, stage->staff, &request), ERROR_NONE);
}

/* What one may not see does not exist, and names itself exactly as what does not. */
static void a_hidden_ticket_is_linked_like_an_absent_one(void **state)
{
    struct stage *stage = *state;
    hide(stage, stage->tickets[2]);
    struct outcome hidden =
        link_by(stage, stage->other, stage->tickets[1], LINK_RELATES, stage->tickets[2]);
    struct outcome absent = link_by(stage, stage->other, stage->tickets[1], LINK_RELATES, 4711);

    assert_verdict(hidden, ERROR_NOT_FOUND);
    assert_verdict(absent, ERROR_NOT_FOUND);
    assert_text(hidden.field, "to");
    assert_text(absent.field, "to");
    assert_true(hidden.reason.data == NULL && absent.reason.data == NULL);
    assert_verdict(link_by(stage, stage->user, stage->tickets[0], LINK_RELATES, stage->tickets[1]),
                   ERROR_FORBIDDEN);
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

/* A number is something, too. */
static void a_link_to_a_hidden_ticket_is_not_told(void **state)
{
    struct stage *stage = *state;
    uint64_t seen = stage->tickets[1];
    uint64_t hidden = stage->tickets[2];
    hide(stage, hidden);
    assert_verdict(link_two(stage, seen, LINK_PARENT, hidden), ERROR_NONE);

    assert_int_equal(links_for(stage, stage->staff, seen).count, 1);
    assert_int_equal(links_for(stage, stage->other, seen).count, 0);
    struct history_entry line = line_for(stage, stage->staff, seen);
    assert_int_equal(line.changes.count, 1);
    assert_text(((struct change *)line.changes.items)->new_value, "parent of #3");
    line = line_for(stage, stage->other, seen);
    assert_int_equal(line.changes.count, 1);
    assert_null(((struct change *)line.changes.items)->new_value.data);
    assert_int_equal(line_for(stage, stage->other, hidden).sequence, 0);
    assert_verdict(unlink_two(stage, hidden, seen), ERROR_NONE);
    line = line_for(stage, stage->staff, hidden);
    assert_text(((struct change *)line.changes.items)->old_value, "#2");
}

/* The requester sees own tickets, and of their links those to tickets that are seen too. */
static void a_requester_hears_of_no_link(void **state)
{
    struct stage *stage = *state;
    assert_verdict(link_two(stage, stage->tickets[0], LINK_PARENT, stage->tickets[1]), ERROR_NONE);
    assert_int_equal(line_for(stage, stage->user, stage->tickets[0]).sequence, 0);
    assert_int_equal(links_for(stage, stage->user, stage->tickets[0]).count, 0);
}

static struct outcome resolve(struct stage *stage, struct origin origin, uint64_t number, bool even)
{
    struct ticket_update request = {
        .number = number,
        .version = desk_ticket_row(&stage->desk, number).version,
        .status = STATUS_RESOLVED,
        .even_with_open_children = even,
    };
    present_mark(&request.present, UPDATE_STATUS);
    return desk_do(&stage->desk, METHOD_TICKET_UPDATE, origin, &request);
}

static void resolving_a_parent_asks(void **state)
{
    struct stage *stage = *state;
    const uint64_t *t = stage->tickets;

    assert_verdict(link_two(stage, t[1], LINK_PARENT, t[2]), ERROR_NONE);
    assert_verdict(link_two(stage, t[3], LINK_CHILD, t[1]), ERROR_NONE);
    assert_verdict(link_two(stage, t[1], LINK_DEPENDS, t[4]), ERROR_NONE);
    struct outcome outcome = resolve(stage, stage->staff, t[1], false);
    assert_verdict(outcome, ERROR_OPEN_CHILDREN);
    assert_text(outcome.reason,
                "Not resolved yet: #3, #4. Resolve those first, or this one even so.");
    assert_verdict(resolve(stage, stage->staff, t[2], false), ERROR_NONE);
    assert_text(resolve(stage, stage->staff, t[1], false).reason,
                "Not resolved yet: #4. Resolve those first, or this one even so.");
    assert_verdict(resolve(stage, stage->staff, t[1], true), ERROR_NONE);
}

/* A refusal would say that there is a child. */
static void children_that_are_not_seen_do_not_count(void **state)
{
    struct stage *stage = *state;
    assert_verdict(link_two(stage, stage->tickets[0], LINK_PARENT, stage->tickets[1]), ERROR_NONE);
    assert_verdict(resolve(stage, stage->user, stage->tickets[0], false), ERROR_NONE);
}

/* Nothing without an end: each request looks at all links of a ticket. */
static void a_ticket_has_so_many_links(void **state)
{
    struct stage *stage = *state;
    for (unsigned i = 0; i < LINKS_MAX; i++) {
        uint64_t other = desk_ticket(&stage->desk, stage->staff, "y");
        assert_verdict(link_two(stage, stage->tickets[1], LINK_BLOCKS, other), ERROR_NONE);
        desk_forget(&stage->desk);
    }
    struct outcome outcome = link_two(stage, stage->tickets[2], LINK_CHILD, stage->tickets[1]);
    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.field, "to");
    assert_int_equal(links_for(stage, stage->staff, stage->tickets[1]).count, LINKS_MAX);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        CASE(a_link_is_told_from_both_ends),
        CASE(links_leave_version_and_time_alone),
        CASE(a_ticket_is_not_linked_to_itself),
        CASE(two_tickets_have_one_link),
        CASE(parents_make_no_circle),
        CASE(hidden_tickets_make_no_circle_and_fill_no_ticket),
        CASE(an_absent_link_is_not_taken_away),
        CASE(a_hidden_ticket_is_linked_like_an_absent_one),
        CASE(a_link_to_a_hidden_ticket_is_not_told),
        CASE(a_requester_hears_of_no_link),
        CASE(resolving_a_parent_asks),
        CASE(children_that_are_not_seen_do_not_count),
        CASE(a_ticket_has_so_many_links),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
