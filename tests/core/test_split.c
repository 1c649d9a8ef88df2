/* Splitting: a message becomes the problem of a ticket of its own, and nobody learns more by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin ann;
    struct origin ben;
    struct origin staff;
    uint64_t ticket; /* ann's */
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
    stage->ticket = desk_ticket(&stage->desk, stage->ann, "No sound");
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

static struct outcome split(struct stage *stage, struct origin origin, uint64_t message)
{
    struct ticket_split request = {
        .number = stage->ticket, .message = message, .title = text_of("And no light")};
    return desk_do(&stage->desk, METHOD_TICKET_SPLIT, origin, &request);
}

static uint64_t say(struct stage *stage, enum method method, struct origin origin, const char *text)
{
    struct outcome outcome = desk_say(&stage->desk, method, origin, stage->ticket, text);
    assert_verdict(outcome, ERROR_NONE);
    return outcome.sequence;
}

static void a_message_becomes_a_ticket_and_stays_where_it_was(void **state)
{
    struct stage *stage = *state;
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->ann, "The lamp is dark, too.");
    uint64_t version = desk_ticket_row(&stage->desk, stage->ticket).version;
    struct outcome outcome = split(stage, stage->staff, said);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(outcome.number, stage->ticket + 1);
    struct row_ticket row = desk_ticket_row(&stage->desk, outcome.number);
    assert_text(row.title, "And no light");
    assert_int_equal(row.requester, desk_account_row(&stage->desk, "ann").id);
    assert_text(rows_part(desk_read(&stage->desk), &row.problem), "The lamp is dark, too.");
    struct row_message message;
    struct row_link link;
    assert_true(rows_get(stage->desk.rows, ROW_MESSAGE, stage->ticket, said, &message));
    assert_true(rows_get(stage->desk.rows, ROW_LINK, stage->ticket, outcome.number, &link));
    assert_int_equal(link.kind, LINK_RELATES);
    desk_read_end(&stage->desk);
    assert_int_equal(desk_ticket_row(&stage->desk, stage->ticket).version, version);
}

/* A note's words must not reach the requester by becoming the problem of a ticket of theirs. */
static void a_note_stays_among_staff(void **state)
{
    struct stage *stage = *state;
    uint64_t said = say(stage, METHOD_TICKET_NOTE, stage->staff, "ann is always like that");
    struct outcome outcome = split(stage, stage->staff, said);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, outcome.number).requester,
                     desk_account_row(&stage->desk, "stefan").id);
    assert_int_equal(desk_see(&stage->desk, stage->ann, outcome.number).number, 0);
}

static void a_staff_reply_becomes_the_requesters_ticket(void **state)
{
    struct stage *stage = *state;
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->staff, "The lamp is another matter.");
    struct outcome outcome = split(stage, stage->staff, said);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, outcome.number).requester,
                     desk_account_row(&stage->desk, "ann").id);
}

static void what_is_not_there_is_not_split(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = split(stage, stage->staff, 4711);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "message");
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->ann, "words");
    assert_verdict(split(stage, stage->ann, said), ERROR_FORBIDDEN);
    assert_verdict(split(stage, stage->ben, said), ERROR_NOT_FOUND);
}

/* What nobody has been told yet, or what was taken back, must not come out by another door. */
static void what_is_held_or_retracted_is_not_split(void **state)
{
    struct stage *stage = *state;
    struct admin_settings_update settings = {.version = 2, .undo_send_seconds = 60};
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->ann, "words");
    struct ticket_message retract = {.number = stage->ticket, .message = said};

    assert_verdict(desk_do(&stage->desk, METHOD_MESSAGE_RETRACT, stage->ann, &retract), ERROR_NONE);
    struct outcome retracted = split(stage, stage->staff, said);
    assert_verdict(retracted, ERROR_INVALID_FIELD);
    assert_text(retracted.field, "message");
    assert_text(retracted.reason,
                "Only a message that was sent, and not retracted, becomes a ticket.");

    present_mark(&settings.present, SETTINGS_UPDATE_UNDO_SEND_SECONDS);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &settings),
                   ERROR_NONE);
    uint64_t held = say(stage, METHOD_TICKET_REPLY, stage->staff, "Rash.");
    assert_verdict(split(stage, stage->staff, held), ERROR_INVALID_FIELD);
}

/* It would file a ticket where nobody may. */
static void nothing_is_split_into_a_closed_queue(void **state)
{
    struct stage *stage = *state;
    struct admin_queue_update closing = {.queue = text_of("old"), .version = 1, .closed = true};
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->ann, "words");

    desk_queue(&stage->desk, "old", false, false);
    assert_verdict(desk_move(&stage->desk, stage->staff, stage->ticket, "old"), ERROR_NONE);
    present_mark(&closing.present, QUEUE_UPDATE_CLOSED);
    assert_verdict(desk_do(&stage->desk, METHOD_ADMIN_QUEUE_UPDATE, desk_console, &closing),
                   ERROR_NONE);
    struct outcome outcome = split(stage, stage->staff, said);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "number");
}

/* Who wrote it can't see what becomes of it any more: it is the old requester's. */
static void words_of_who_left_are_the_requesters(void **state)
{
    struct stage *stage = *state;
    desk_copy_in(&stage->desk, stage->ticket, "ben");
    uint64_t said = say(stage, METHOD_TICKET_REPLY, stage->ben, "Here, too.");
    desk_admin_account(&stage->desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "ben");
    struct outcome outcome = split(stage, stage->staff, said);

    assert_verdict(outcome, ERROR_NONE);
    assert_int_equal(desk_ticket_row(&stage->desk, outcome.number).requester,
                     desk_account_row(&stage->desk, "ann").id);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        CASE(a_message_becomes_a_ticket_and_stays_where_it_was),
        CASE(a_note_stays_among_staff),
        CASE(a_staff_reply_becomes_the_requesters_ticket),
        CASE(what_is_not_there_is_not_split),
        CASE(what_is_held_or_retracted_is_not_split),
        CASE(nothing_is_split_into_a_closed_queue),
        CASE(words_of_who_left_are_the_requesters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
