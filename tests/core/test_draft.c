/* Drafts on the desk: each its author's alone, gone once what they say was said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/draft.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin other;
    struct origin staff;
    uint64_t number;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "otto", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->other = desk_sign_in(&stage->desk, "otto");
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

/* number 0: of a new ticket */
static struct outcome save(struct stage *stage, struct origin origin, uint64_t number,
                           enum draft_for what, const char *text)
{
    struct draft_save request = {.what = what, .number = number, .text = text_of(text)};
    if (number != 0) {
        present_mark(&request.present, DRAFT_SAVE_NUMBER);
    }
    return desk_do(&stage->desk, METHOD_DRAFT_SAVE, origin, &request);
}

static void assert_kept(struct stage *stage, struct origin origin, uint64_t number,
                        enum draft_for what, const char *text)
{
    struct viewer viewer = desk_viewer(&stage->desk, origin);
    struct row_draft row;
    struct rows *rows = desk_read(&stage->desk);
    bool found = rows_get(rows, ROW_DRAFT, viewer.account.id, draft_place(number, what), &row);
    assert_int_equal(found, text != NULL);
    if (found) {
        assert_text(row.text, text);
    }
    desk_read_end(&stage->desk);
}

static void each_keeps_a_reply_and_a_note_and_a_new_ticket(void **state)
{
    struct stage *stage = *state;
    assert_verdict(save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "reply"), ERROR_NONE);
    assert_verdict(save(stage, stage->staff, stage->number, DRAFT_FOR_NOTE, "note"), ERROR_NONE);
    assert_verdict(save(stage, stage->staff, 0, DRAFT_FOR_TICKET, "ticket"), ERROR_NONE);
    assert_verdict(save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers"), ERROR_NONE);
    assert_verdict(save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "again"), ERROR_NONE);
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "again");
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_NOTE, "note");
    assert_kept(stage, stage->staff, 0, DRAFT_FOR_TICKET, "ticket");
    assert_kept(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers");
}

/* What nobody has said yet is in no history, and no part of what the desk is. */
static void a_draft_is_neither_journaled_nor_in_the_digest(void **state)
{
    struct stage *stage = *state;
    struct draft_save request = {.what = DRAFT_FOR_TICKET, .text = text_of("unsaid")};
    struct command command = desk_command(&stage->desk, METHOD_DRAFT_SAVE, stage->user, &request);
    bool changed = true;
    assert_verdict(desk_try(&stage->desk, &command, &changed), ERROR_NONE);
    assert_false(changed);
}

static void it_is_gone_once_it_was_said(void **state)
{
    struct stage *stage = *state;
    (void)save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "reply");
    (void)save(stage, stage->staff, stage->number, DRAFT_FOR_NOTE, "note");
    (void)save(stage, stage->staff, 0, DRAFT_FOR_TICKET, "ticket");
    (void)save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers");
    desk_say(&stage->desk, METHOD_TICKET_NOTE, stage->staff, stage->number, "note");
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_NOTE, NULL);
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "reply");
    desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, stage->number, "reply");
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, NULL);
    assert_kept(stage, stage->staff, 0, DRAFT_FOR_TICKET, "ticket");
    (void)desk_ticket(&stage->desk, stage->staff, "ticket");
    assert_kept(stage, stage->staff, 0, DRAFT_FOR_TICKET, NULL);
    assert_kept(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers");
}

static void a_refused_reply_leaves_its_draft(void **state)
{
    struct stage *stage = *state;
    (void)save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers");
    desk_admin_ticket(&stage->desk, METHOD_ADMIN_TICKET_DELETE, desk_console, stage->number);
    assert_verdict(desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->user, stage->number, "hers"),
                   ERROR_NOT_FOUND);
    assert_kept(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "hers");
}

/* The author goes on with it; nobody else sees it again. */
static void what_was_withdrawn_is_a_draft_again(void **state)
{
    struct stage *stage = *state;
    struct outcome held =
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, stage->number, "Rash.");
    struct ticket_message request = {.number = stage->number, .message = held.sequence};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WITHDRAW, stage->staff, &request),
                   ERROR_NONE);
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "Rash.");
}

static void what_was_withdrawn_takes_no_other_drafts_place(void **state)
{
    struct stage *stage = *state;
    struct outcome held =
        desk_say(&stage->desk, METHOD_TICKET_REPLY, stage->staff, stage->number, "Rash.");
    struct ticket_message request = {.number = stage->number, .message = held.sequence};
    (void)save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "And another thing:");
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_WITHDRAW, stage->staff, &request),
                   ERROR_NONE);
    assert_kept(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "And another thing:");
}

static void a_draft_has_to_fit_what_it_is_for(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = save(stage, stage->staff, 0, DRAFT_FOR_REPLY, "to whom?");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "number");
    outcome = save(stage, stage->staff, stage->number, DRAFT_FOR_TICKET, "why?");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "number");
    outcome = save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, "");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "text");
    char *text = malloc(MESSAGE_MAX + 2);
    assert_non_null(text);
    memset(text, 'x', MESSAGE_MAX + 1);
    text[MESSAGE_MAX + 1] = '\0';
    outcome = save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, text);
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "text");
    text[MESSAGE_MAX] = '\0';
    assert_verdict(save(stage, stage->staff, stage->number, DRAFT_FOR_REPLY, text), ERROR_NONE);
    free(text);
}

static void nobody_writes_to_a_ticket_they_do_not_see(void **state)
{
    struct stage *stage = *state;
    struct outcome hidden = save(stage, stage->other, stage->number, DRAFT_FOR_REPLY, "psst");
    struct outcome absent = save(stage, stage->other, 4711, DRAFT_FOR_REPLY, "psst");
    assert_verdict(hidden, ERROR_NOT_FOUND);
    assert_verdict(absent, ERROR_NOT_FOUND);
    assert_null(hidden.field.data);
    assert_null(absent.field.data);
}

static void the_sixty_fifth_is_refused_and_the_oldest_named(void **state)
{
    struct stage *stage = *state;
    desk_begin(&stage->desk);
    for (int i = 0; i < DRAFTS_MAX; i++) {
        uint64_t number = desk_ticket(&stage->desk, stage->user, "T");
        stage->desk.now_ms++;
        assert_verdict(save(stage, stage->user, number, DRAFT_FOR_REPLY, "x"), ERROR_NONE);
    }
    struct outcome outcome = save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "x");
    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.reason, "64 drafts are kept, as many as can be; send or remove one. The "
                                "oldest is a reply to #2.");
    assert_verdict(save(stage, stage->user, 2, DRAFT_FOR_REPLY, "y"), ERROR_NONE);
    desk_commit(&stage->desk);
}

static void it_is_thrown_away_once(void **state)
{
    struct stage *stage = *state;
    struct draft_remove request = {.what = DRAFT_FOR_REPLY, .number = stage->number};
    (void)save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "x");
    assert_verdict(desk_do(&stage->desk, METHOD_DRAFT_REMOVE, stage->staff, &request),
                   ERROR_NOT_FOUND);
    assert_verdict(desk_do(&stage->desk, METHOD_DRAFT_REMOVE, stage->user, &request), ERROR_NONE);
    assert_verdict(desk_do(&stage->desk, METHOD_DRAFT_REMOVE, stage->user, &request),
                   ERROR_NOT_FOUND);
}

static void assert_no_such(struct stage *stage, enum draft_for what, uint64_t number)
{
    struct draft_remove request = {.what = what, .number = number};
    struct outcome outcome = desk_do(&stage->desk, METHOD_DRAFT_REMOVE, stage->user, &request);
    assert_verdict(outcome, ERROR_NOT_FOUND);
    assert_text(outcome.field, "what");
}

/* Another one that happens to be near must not go in its stead: what was written is lost then. */
static void only_the_draft_that_was_named_is_thrown_away(void **state)
{
    struct stage *stage = *state;
    uint64_t too_far = stage->number + (UINT64_C(1) << 63);
    (void)save(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "x");
    (void)save(stage, stage->user, 0, DRAFT_FOR_TICKET, "y");
    assert_no_such(stage, DRAFT_FOR_TICKET, stage->number);
    assert_no_such(stage, DRAFT_FOR_REPLY, 0);
    assert_no_such(stage, DRAFT_FOR_REPLY, too_far);
    assert_kept(stage, stage->user, stage->number, DRAFT_FOR_REPLY, "x");
    assert_kept(stage, stage->user, 0, DRAFT_FOR_TICKET, "y");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_stage, clear_stage)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_keeps_a_reply_and_a_note_and_a_new_ticket),
        TEST(a_draft_is_neither_journaled_nor_in_the_digest),
        TEST(it_is_gone_once_it_was_said),
        TEST(a_refused_reply_leaves_its_draft),
        TEST(what_was_withdrawn_is_a_draft_again),
        TEST(what_was_withdrawn_takes_no_other_drafts_place),
        TEST(a_draft_has_to_fit_what_it_is_for),
        TEST(nobody_writes_to_a_ticket_they_do_not_see),
        TEST(the_sixty_fifth_is_refused_and_the_oldest_named),
        TEST(it_is_thrown_away_once),
        TEST(only_the_draft_that_was_named_is_thrown_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
