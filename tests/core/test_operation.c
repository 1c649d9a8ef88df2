/* Operation ids: a request sent again gets its first answer and changes nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
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

static const struct ticket_create new_ticket = {
    .title = {"x", 1},
    .problem = {"y", 1},
};

static struct command creation(struct desk *desk, struct origin origin)
{
    return desk_command(desk, METHOD_TICKET_CREATE, origin, &new_ticket);
}

/* The reply was lost; the client sends the request again (M24). */
static void a_repeated_create_is_stored_once(void **state)
{
    struct stage *stage = *state;
    struct command command = creation(&stage->desk, stage->user);
    struct outcome first = desk_run(&stage->desk, &command);

    command.time_ms += HOUR_MS;
    struct outcome second = desk_run(&stage->desk, &command);
    assert_verdict(second, ERROR_NONE);
    assert_false(first.repeated);
    assert_true(second.repeated);
    assert_int_equal(second.number, first.number);
    assert_int_equal(second.version, first.version);
    assert_int_equal(second.sequence, first.sequence);
    struct row_ticket row;
    assert_false(rows_get(desk_read(&stage->desk), ROW_TICKET, first.number + 1, 0, &row));
    desk_read_end(&stage->desk);
}

/* A repeated registration must not say that the name is taken. */
static void a_repeated_registration_succeeds_again(void **state)
{
    struct stage *stage = *state;
    struct account_register request = {.name = text_of("anna"),
                                       .email = text_of("anna@example.org")};
    struct command command =
        desk_command(&stage->desk, METHOD_ACCOUNT_REGISTER, desk_nobody, &request);
    command.prepared.password_hash = text_of("$argon2id$x");

    desk_run(&stage->desk, &command);
    struct outcome second = desk_run(&stage->desk, &command);
    assert_verdict(second, ERROR_NONE);
    assert_true(second.repeated);
    assert_text(second.name, "anna");
}

/* What was refused stays refused, even where it would be allowed by now. */
static void refusals_are_kept_with_their_field(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");
    struct ticket_update request = {.number = number, .version = 2, .title = text_of("y")};
    present_mark(&request.present, UPDATE_TITLE);
    struct command command = desk_command(desk, METHOD_TICKET_UPDATE, stage->user, &request);

    assert_verdict(desk_run(desk, &command), ERROR_VERSION_CONFLICT);
    desk_set_status(desk, stage->user, number, 1, STATUS_MAJOR);
    struct outcome second = desk_run(desk, &command);
    assert_verdict(second, ERROR_VERSION_CONFLICT);
    assert_true(second.repeated);
    /* The reply is rebuilt: the ticket as it is now. */
    assert_int_equal(second.current.number, number);
    assert_int_equal(second.current.version, 2);
    assert_text(second.current.title, "x");

    struct ticket_create resolved = {
        .title = text_of("x"), .problem = text_of("y"), .status = STATUS_RESOLVED};
    present_mark(&resolved.present, CREATE_STATUS);
    command = desk_command(desk, METHOD_TICKET_CREATE, stage->user, &resolved);
    desk_run(desk, &command);
    second = desk_run(desk, &command);
    assert_verdict(second, ERROR_INVALID_FIELD);
    assert_text(second.field, "status");
}

/* A kept conflict must not show a ticket that has been deleted since. */
static void a_repeated_conflict_shows_no_more_than_may_be_seen(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");
    struct ticket_update request = {.number = number, .version = 2};
    struct command command = desk_command(desk, METHOD_TICKET_UPDATE, stage->user, &request);

    assert_int_equal(desk_run(desk, &command).current.number, number);
    desk_admin_ticket(desk, METHOD_ADMIN_TICKET_DELETE, desk_console, number);
    struct outcome second = desk_run(desk, &command);
    assert_verdict(second, ERROR_VERSION_CONFLICT);
    assert_int_equal(second.current.number, 0);
}

static void another_request_under_the_same_id_is_refused(void **state)
{
    struct stage *stage = *state;
    struct command command = creation(&stage->desk, stage->user);

    desk_run(&stage->desk, &command);
    command.digest[15] ^= 1;
    struct outcome outcome = desk_run(&stage->desk, &command);
    assert_verdict(outcome, ERROR_OPERATION_REUSED);
    assert_int_equal(outcome.number, 0);
}

/* Another account must not learn what the id was used for. */
static void another_account_under_the_same_id_is_refused(void **state)
{
    struct stage *stage = *state;
    struct command command = creation(&stage->desk, stage->user);

    desk_run(&stage->desk, &command);
    command.origin = stage->staff;
    struct outcome outcome = desk_run(&stage->desk, &command);
    assert_verdict(outcome, ERROR_OPERATION_REUSED);
    assert_int_equal(outcome.number, 0);
    assert_int_equal(outcome.sequence, 0);
}

static void an_old_id_is_expired_whether_it_was_used_or_not(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct command used = creation(desk, stage->user);
    struct command unused = creation(desk, stage->user);

    desk_run(desk, &used);
    used.time_ms = unused.time_ms = desk->now_ms + DAY_MS + 1;
    assert_verdict(desk_run(desk, &used), ERROR_OPERATION_EXPIRED);
    assert_verdict(desk_run(desk, &unused), ERROR_OPERATION_EXPIRED);
    unused.time_ms--;
    assert_verdict(desk_run(desk, &unused), ERROR_NONE);
}

static void an_id_from_far_ahead_is_refused(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;

    desk->now_ms += 10 * MINUTE_MS;
    struct command command = creation(desk, stage->user);
    command.time_ms -= 10 * MINUTE_MS;
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    desk->now_ms += 1;
    command = creation(desk, stage->user);
    command.time_ms -= 10 * MINUTE_MS + 1;
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "operation");
}

/* Whoever forgets verdicts after OPERATION_KEPT_MS never makes an id good twice. */
static void a_forgotten_verdict_belongs_to_an_expired_id(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct log_position position = store_log_position(desk->store);
    struct row_operation row;
    struct rows *rows;

    desk->now_ms += OPERATION_AHEAD_MS;
    struct command command = creation(desk, stage->user);
    command.time_ms -= OPERATION_AHEAD_MS;
    desk_run(desk, &command);
    command.time_ms += OPERATION_KEPT_MS;
    assert_int_equal(store_write_begin(desk->store, &desk->arena, &rows), ERROR_NONE);
    store_forget_operations(rows, command.time_ms - OPERATION_KEPT_MS, 1000);
    position.position = ++desk->position;
    assert_int_equal(store_write_commit(rows, &position), ERROR_NONE);
    uint64_t high = 0;
    uint64_t low = 0;
    for (unsigned i = 0; i < 8; i++) {
        high = high << 8 | command.operation.data[i];
        low = low << 8 | command.operation.data[8 + i];
    }
    assert_true(rows_get(desk_read(desk), ROW_OPERATION, high, low, &row));
    desk_read_end(desk);
    struct outcome second = desk_run(desk, &command);
    assert_true(second.repeated);
    command.time_ms++;
    assert_verdict(desk_run(desk, &command), ERROR_OPERATION_EXPIRED);
}

static void an_id_is_needed_and_has_sixteen_bytes(void **state)
{
    struct stage *stage = *state;
    struct command command = creation(&stage->desk, stage->user);

    command.operation.length = 15;
    struct outcome outcome = desk_run(&stage->desk, &command);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "operation");
    command.operation = (struct bytes){.data = NULL};
    outcome = desk_run(&stage->desk, &command);
    assert_verdict(outcome, ERROR_MISSING_FIELD);
    assert_text(outcome.field, "operation");
}

/* The client signs in again, or enters admin mode, and repeats what it wanted. */
static void who_are_you_is_not_an_answer_to_the_operation(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    uint64_t number = desk_ticket(desk, stage->user, "x");
    struct command command = creation(desk, desk_nobody);

    assert_verdict(desk_run(desk, &command), ERROR_NOT_SIGNED_IN);
    command.origin = stage->user;
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
    assert_false(outcome.repeated);

    desk_account(desk, "armin", ROLE_ADMIN);
    struct origin admin = desk_sign_in(desk, "armin");
    struct admin_ticket deletion = {.number = number};
    command = desk_command(desk, METHOD_ADMIN_TICKET_DELETE, admin, &deletion);
    assert_verdict(desk_run(desk, &command), ERROR_ELEVATION_REQUIRED);
    desk_elevate(desk, admin);
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
}

/* Passwords are no part of the digest: the right one under the same id must be looked at. */
static void a_wrong_password_is_not_an_answer_either(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct command command = desk_command(desk, METHOD_ACCOUNT_SET_PASSWORD, stage->user, NULL);
    struct viewer viewer = desk_viewer(desk, stage->user);

    command.prepared.password_hash = text_of("$argon2id$new");
    assert_verdict(desk_run(desk, &command), ERROR_AUTH_FAILED);
    command.prepared.account = viewer.account.id;
    command.prepared.password_version = viewer.account.password_version;
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
}

/* The old password is no longer the password: a repeated change can't be verified again, and is
 * answered all the same. */
static void a_repeated_password_change_needs_no_password(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct command command = desk_command(desk, METHOD_ACCOUNT_SET_PASSWORD, stage->user, NULL);
    struct viewer viewer = desk_viewer(desk, stage->user);
    struct viewer other = desk_viewer(desk, stage->staff);

    command.prepared = (struct prepared){
        .account = viewer.account.id,
        .password_version = viewer.account.password_version,
        .password_hash = text_of("$argon2id$new"),
    };
    assert_false(core_is_repeated(desk_read(desk), &command, &viewer));
    desk_read_end(desk);
    assert_verdict(desk_run(desk, &command), ERROR_NONE);
    assert_true(core_is_repeated(desk_read(desk), &command, &viewer));
    assert_false(core_is_repeated(desk->rows, &command, &other));
    desk_read_end(desk);
    command.prepared = (struct prepared){.account = 0};
    struct outcome outcome = desk_run(desk, &command);
    assert_verdict(outcome, ERROR_NONE);
    assert_true(outcome.repeated);
    assert_int_equal(outcome.ended_account, viewer.account.id);
    command.digest[0] ^= 1;
    assert_false(core_is_repeated(desk_read(desk), &command, &viewer));
    command.operation.length = 0;
    assert_false(core_is_repeated(desk->rows, &command, &viewer));
    desk_read_end(desk);
}

/* An expired sign-in must not be told the outcome of what it did. */
static void a_repetition_by_nobody_is_told_to_sign_in(void **state)
{
    struct stage *stage = *state;
    struct command command = creation(&stage->desk, stage->user);

    desk_run(&stage->desk, &command);
    command.origin = desk_nobody;
    struct outcome outcome = desk_run(&stage->desk, &command);
    assert_verdict(outcome, ERROR_NOT_SIGNED_IN);
    assert_int_equal(outcome.number, 0);
}

/* A stranger who is refused leaves nothing on disk. */
static void refusals_of_strangers_are_judged_anew(void **state)
{
    struct stage *stage = *state;
    struct desk *desk = &stage->desk;
    struct account_register request = {.name = text_of("anna"),
                                       .email = text_of("ursula@example.org")};
    struct command command = desk_command(desk, METHOD_ACCOUNT_REGISTER, desk_nobody, &request);
    command.prepared.password_hash = text_of("$argon2id$x");

    assert_verdict(desk_run(desk, &command), ERROR_EMAIL_TAKEN);
    assert_false(desk_run(desk, &command).repeated);
}

static bool has_operation_field(enum method method)
{
    const struct table *request = methods[method].request;
    for (size_t i = 0; i < request->field_count; i++) {
        if (strcmp(request->fields[i].name, "operation") == 0) {
            return true;
        }
    }
    return false;
}

/* A client sends again what has an id, and never what could then be done twice. */
static void commands_without_an_id_are_not_sent_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < METHOD_COUNT; i++) {
        struct command_facts facts = core_command_facts((enum method)i);
        /* Its signature proves nothing on another connection. */
        bool is_bound = i == METHOD_ACCOUNT_KEY_ADD;
        bool once = !facts.needs_operation || is_bound;
        if (facts.needs_operation != has_operation_field((enum method)i) ||
            (facts.is_command && method_is_single((enum method)i) != once)) {
            fail_msg("%s", methods[i].name);
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        TEST(a_repeated_create_is_stored_once),
        TEST(a_repeated_registration_succeeds_again),
        TEST(refusals_are_kept_with_their_field),
        TEST(a_repeated_conflict_shows_no_more_than_may_be_seen),
        TEST(another_request_under_the_same_id_is_refused),
        TEST(another_account_under_the_same_id_is_refused),
        TEST(an_old_id_is_expired_whether_it_was_used_or_not),
        TEST(an_id_from_far_ahead_is_refused),
        TEST(a_forgotten_verdict_belongs_to_an_expired_id),
        TEST(an_id_is_needed_and_has_sixteen_bytes),
        TEST(who_are_you_is_not_an_answer_to_the_operation),
        TEST(a_wrong_password_is_not_an_answer_either),
        TEST(a_repeated_password_change_needs_no_password),
        TEST(a_repetition_by_nobody_is_told_to_sign_in),
        TEST(refusals_of_strangers_are_judged_anew),
        cmocka_unit_test(commands_without_an_id_are_not_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
