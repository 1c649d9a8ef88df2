/* Who owns a ticket: take, give up, steal, give away, and every reason why not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/core/owner.h"
#include "server/core/view.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin stefan;
    struct origin eve;
    struct origin admin;
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    desk_account(&stage->desk, "eve", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->stefan = desk_sign_in(&stage->desk, "stefan");
    stage->eve = desk_sign_in(&stage->desk, "eve");
    stage->admin = desk_admin(&stage->desk, "armin");
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

static struct outcome act(struct stage *stage, enum method method, struct origin origin)
{
    struct ticket_act request = {.number = stage->number};
    return desk_do(&stage->desk, method, origin, &request);
}

/* From whomever, when `from` is NULL. */
static struct outcome steal(struct stage *stage, struct origin origin, const char *from)
{
    struct ticket_steal request = {.number = stage->number, .from = text_of(from)};
    if (from != NULL) {
        present_mark(&request.present, STEAL_FROM);
    }
    return desk_do(&stage->desk, METHOD_TICKET_STEAL, origin, &request);
}

static struct outcome give(struct stage *stage, struct origin origin, const char *name)
{
    struct ticket_give request = {.number = stage->number, .name = text_of(name)};
    return desk_do(&stage->desk, METHOD_TICKET_GIVE, origin, &request);
}

/* NULL: nobody. As the requester sees it, for whom it is no secret. */
static void assert_owner(struct stage *stage, const char *name)
{
    struct ticket ticket = desk_see(&stage->desk, stage->user, stage->number);
    assert_int_equal(present_has(ticket.present, TICKET_OWNER), name != NULL);
    if (name != NULL) {
        assert_text(ticket.owner, name);
    }
}

/* The rights of somebody in the default queue, put there by hand. */
static void set_rights(struct stage *stage, const char *name, unsigned rights)
{
    struct desk *desk = &stage->desk;
    struct row_queue_right right = {
        .account = desk_account_row(desk, name).id, .queue = QUEUE_DEFAULT, .rights = rights};
    struct journal_header header = {
        .time_ms = desk->now_ms, .console = true, .command = METHOD_ADMIN_ACCOUNT_ROLE};
    struct journal_entry entry;

    desk_begin(desk);
    store_command_begin(desk->rows, &header);
    rows_put(desk->rows, ROW_QUEUE_RIGHT, &right);
    store_command_end(desk->rows, &entry);
    desk_commit(desk);
}

static void taking_makes_one_the_owner(void **state)
{
    struct stage *stage = *state;
    stage->desk.now_ms += 1000;
    struct outcome outcome = act(stage, METHOD_TICKET_TAKE, stage->stefan);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, stage->number);
    assert_int_equal(outcome.version, 2);
    assert_owner(stage, "stefan");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).updated_ms, stage->desk.now_ms);
}

/* Of two who take at once, the second has to learn who was first and what can be done about it. */
static void taking_what_somebody_owns_names_the_owner(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    struct outcome outcome = act(stage, METHOD_TICKET_TAKE, stage->eve);

    assert_verdict(outcome, ERROR_OWNED);
    assert_text(outcome.reason, "stefan owns this ticket; steal it if they agree.");
    assert_owner(stage, "stefan");
}

static void taking_twice_is_done_already(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_ALREADY_DONE);
    assert_verdict(steal(stage, stage->stefan, NULL), ERROR_ALREADY_DONE);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).version, 2);
}

/* The requester must not end up working on their own complaint. */
static void users_own_nothing(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->user), ERROR_FORBIDDEN);
    assert_verdict(act(stage, METHOD_TICKET_UNTAKE, stage->user), ERROR_FORBIDDEN);
    assert_verdict(steal(stage, stage->user, NULL), ERROR_FORBIDDEN);
    assert_verdict(give(stage, stage->user, "stefan"), ERROR_FORBIDDEN);
    assert_owner(stage, NULL);
}

static void only_the_owner_gives_a_ticket_up(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_UNTAKE, stage->stefan), ERROR_ALREADY_DONE);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    struct outcome outcome = act(stage, METHOD_TICKET_UNTAKE, stage->eve);
    assert_verdict(outcome, ERROR_OWNED);
    assert_text(outcome.reason,
                "stefan owns this ticket and alone can give it up; steal it if they agree.");
    assert_verdict(act(stage, METHOD_TICKET_UNTAKE, stage->admin), ERROR_OWNED);
    assert_verdict(act(stage, METHOD_TICKET_UNTAKE, stage->stefan), ERROR_NONE);
    assert_owner(stage, NULL);
}

/* Stealing what nobody has would hide that nobody works on it. */
static void stealing_needs_an_owner(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = steal(stage, stage->eve, NULL);
    assert_verdict(outcome, ERROR_NOT_OWNED);
    assert_string_equal(error_sentence(outcome.verdict),
                        "Nobody owns this ticket; take it instead.");
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    assert_verdict(steal(stage, stage->eve, NULL), ERROR_NONE);
    assert_owner(stage, "eve");
}

/* Of two who steal from the same one at once, the second must not rob the first unawares. */
static void stealing_from_one_who_owns_it_no_more_names_who_does(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->admin), ERROR_NONE);
    assert_verdict(steal(stage, stage->eve, "armin"), ERROR_NONE);
    struct outcome outcome = steal(stage, stage->stefan, "armin");
    assert_verdict(outcome, ERROR_OWNED);
    assert_text(outcome.reason, "eve owns this ticket by now; steal it from them if they agree.");
    assert_verdict(steal(stage, stage->stefan, "nobody.here"), ERROR_OWNED);
    assert_verdict(steal(stage, stage->stefan, "eve"), ERROR_NONE);
    assert_owner(stage, "stefan");
}

static void what_one_owns_or_nobody_does_is_given_away(void **state)
{
    struct stage *stage = *state;
    assert_verdict(give(stage, stage->stefan, "eve"), ERROR_NONE);
    assert_owner(stage, "eve");
    assert_verdict(give(stage, stage->eve, "stefan"), ERROR_NONE);
    assert_owner(stage, "stefan");
    assert_int_equal(desk_ticket_row(&stage->desk, stage->number).version, 3);
}

static void what_another_owns_is_stolen_before_it_is_given_away(void **state)
{
    struct stage *stage = *state;
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    struct outcome outcome = give(stage, stage->eve, "armin");
    assert_verdict(outcome, ERROR_OWNED);
    assert_text(outcome.reason,
                "stefan owns this ticket; steal it first if they agree, then give it away.");
    assert_verdict(give(stage, stage->admin, "eve"), ERROR_NONE); /* admins may */
    assert_owner(stage, "eve");
}

static void giving_to_oneself_is_taking(void **state)
{
    struct stage *stage = *state;
    assert_verdict(give(stage, stage->stefan, "stefan"), ERROR_NONE);
    assert_verdict(give(stage, stage->stefan, "stefan"), ERROR_ALREADY_DONE);
    assert_verdict(give(stage, stage->eve, "eve"), ERROR_OWNED);
    assert_verdict(give(stage, stage->admin, "armin"), ERROR_OWNED);
    assert_owner(stage, "stefan");
}

/* A ticket with somebody who can't work on it is a ticket nobody works on. */
static void only_who_can_work_on_it_is_given_a_ticket(void **state)
{
    struct stage *stage = *state;
    static const struct {
        const char *name;
        enum error verdict;
        const char *reason;
    } cases[] = {
        {"zoe", ERROR_NOT_FOUND, "There is no account with this name."},
        {"ursula", ERROR_INVALID_FIELD, "A user can't own tickets; give it to staff or an admin."},
        {"eve", ERROR_INVALID_FIELD,
         "This account is not active; give the ticket to somebody who can sign in."},
    };
    assert_verdict(
        desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, stage->admin, "eve"),
        ERROR_NONE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct outcome outcome = give(stage, stage->stefan, cases[i].name);
        assert_verdict(outcome, cases[i].verdict);
        assert_text(outcome.field, "name");
        assert_text(outcome.reason, cases[i].reason);
    }
    assert_owner(stage, NULL);
}

/* Rights of the queue decide, not the role alone. */
static void owning_needs_the_right_to_own(void **state)
{
    struct stage *stage = *state;
    set_rights(stage, "stefan", RIGHTS_ALL & ~RIGHT_OWN);
    struct outcome outcome = act(stage, METHOD_TICKET_TAKE, stage->stefan);
    assert_verdict(outcome, ERROR_FORBIDDEN);
    assert_text(outcome.reason,
                "You may not own tickets of this queue; an admin can give you that right.");
    assert_verdict(steal(stage, stage->stefan, NULL), ERROR_FORBIDDEN);
    outcome = give(stage, stage->eve, "stefan");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.reason,
                "This account may not own tickets of this queue; give it to somebody who may.");
    assert_verdict(give(stage, stage->stefan, "eve"), ERROR_NONE);
}

/* Who only looks on must not decide who works. */
static void owning_needs_the_right_to_change(void **state)
{
    struct stage *stage = *state;
    set_rights(stage, "stefan", RIGHT_READ | RIGHT_OWN);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_FORBIDDEN);
    set_rights(stage, "stefan", RIGHT_OWN);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NOT_FOUND);
}

static void an_owner_fits_where_owning_is_allowed(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;

    struct row_ticket row = desk_ticket_row(desk, stage->number);
    assert_true(ticket_owner_fits(desk_read(desk), &row, QUEUE_DEFAULT)); /* nobody fits */
    desk_read_end(desk);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    row = desk_ticket_row(desk, stage->number);
    assert_true(ticket_owner_fits(desk_read(desk), &row, QUEUE_DEFAULT));
    assert_false(ticket_owner_fits(desk->rows, &row, 4711));
    desk_read_end(desk);
    set_rights(stage, "stefan", RIGHT_READ | RIGHT_CHANGE);
    assert_false(ticket_owner_fits(desk_read(desk), &row, QUEUE_DEFAULT));
    desk_read_end(desk);
}

/* One line for one act, with both names where there are two. */
static void the_history_names_who_had_it_and_who_has_it(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct history_entry line;

    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    assert_verdict(steal(stage, stage->eve, NULL), ERROR_NONE);
    struct rows *rows = desk_read(desk);
    struct viewer viewer = desk_viewer(desk, stage->user);
    assert_int_equal(desk->entry.header.subject_count, 1);
    assert_true(view_history(rows, &viewer, &desk->entry, &desk->entry.header.subjects[0], &line));
    desk_read_end(desk);
    const struct change *change = line.changes.items;
    assert_int_equal(line.changes.count, 1);
    assert_text(line.actor, "eve");
    assert_text(change->field, "owner");
    assert_text(change->old_value, "stefan");
    assert_text(change->new_value, "eve");
}

/* Resolved work has an owner too, and a deleted ticket is not there. */
static void resolved_tickets_are_taken_and_deleted_ones_are_not_there(void **state)
{
    struct stage *stage = *state;
    assert_verdict(desk_set_status(&stage->desk, stage->user, stage->number, 1, STATUS_RESOLVED),
                   ERROR_NONE);
    assert_verdict(act(stage, METHOD_TICKET_TAKE, stage->stefan), ERROR_NONE);
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, stage->admin, stage->number);
    assert_verdict(steal(stage, stage->eve, NULL), ERROR_NOT_FOUND);
    assert_verdict(act(stage, METHOD_TICKET_UNTAKE, stage->stefan), ERROR_NOT_FOUND);
    assert_verdict(steal(stage, stage->admin, NULL), ERROR_NOT_FOUND);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(taking_makes_one_the_owner),
        TEST(taking_what_somebody_owns_names_the_owner),
        TEST(taking_twice_is_done_already),
        TEST(users_own_nothing),
        TEST(only_the_owner_gives_a_ticket_up),
        TEST(stealing_needs_an_owner),
        TEST(stealing_from_one_who_owns_it_no_more_names_who_does),
        TEST(what_one_owns_or_nobody_does_is_given_away),
        TEST(what_another_owns_is_stolen_before_it_is_given_away),
        TEST(giving_to_oneself_is_taking),
        TEST(only_who_can_work_on_it_is_given_a_ticket),
        TEST(owning_needs_the_right_to_own),
        TEST(owning_needs_the_right_to_change),
        TEST(an_owner_fits_where_owning_is_allowed),
        TEST(the_history_names_who_had_it_and_who_has_it),
        TEST(resolved_tickets_are_taken_and_deleted_ones_are_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
