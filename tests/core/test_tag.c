/* Tags: what one may be, how many, who sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/tag.h"
#include "server/queries.h"
#include "tests/core/desk.h"

struct stage {
    struct desk desk;
    struct origin user;
    struct origin staff;
    uint64_t ticket;
};

static int set_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    desk_open(&stage->desk);
    desk_account(&stage->desk, "ursula", ROLE_USER);
    desk_account(&stage->desk, "stefan", ROLE_STAFF);
    stage->user = desk_sign_in(&stage->desk, "ursula");
    stage->staff = desk_sign_in(&stage->desk, "stefan");
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

static struct outcome tag(struct stage *stage, const char *add, const char *remove)
{
    struct ticket_tag request = {
        .number = stage->ticket, .add = text_of(add), .remove = text_of(remove)};
    return desk_do(&stage->desk, METHOD_TICKET_TAG, stage->staff, &request);
}

static struct text tags(struct stage *stage)
{
    return desk_see(&stage->desk, stage->staff, stage->ticket).tags;
}

static void tags_are_kept_in_lower_case_and_in_order(void **state)
{
    struct stage *stage = *state;
    assert_text(tags(stage), "");
    assert_verdict(tag(stage, "  VPN  audio Audio 3rd-floor", NULL), ERROR_NONE);
    assert_text(tags(stage), "3rd-floor audio vpn");
    assert_verdict(tag(stage, "a.b_c", "VPN absent"), ERROR_NONE);
    assert_text(tags(stage), "3rd-floor a.b_c audio");
}

/* The staff's own words about somebody's trouble. */
static void a_requester_sees_no_tag(void **state)
{
    struct stage *stage = *state;
    struct row_ticket before = desk_ticket_row(&stage->desk, stage->ticket);
    stage->desk.now_ms += 1000;
    assert_verdict(tag(stage, "impatient", NULL), ERROR_NONE);

    struct ticket seen = desk_see(&stage->desk, stage->user, stage->ticket);
    assert_false(present_has(seen.present, TICKET_TAGS));
    assert_int_equal(seen.version, before.version);
    assert_int_equal(seen.updated_ms, before.updated_ms);
    assert_true(stage->desk.entry.header.subjects[0].staff_only);
}

static void what_changes_nothing_is_no_change(void **state)
{
    struct stage *stage = *state;
    assert_verdict(tag(stage, NULL, NULL), ERROR_NO_CHANGE);
    assert_verdict(tag(stage, "  ", NULL), ERROR_NO_CHANGE);
    assert_verdict(tag(stage, NULL, "absent"), ERROR_NO_CHANGE);
    assert_verdict(tag(stage, "here", NULL), ERROR_NONE);
    assert_verdict(tag(stage, "HERE", "absent"), ERROR_NO_CHANGE);
}

static void what_is_no_tag_is_refused(void **state)
{
    static const char *const bad[] = {
        "-a", ".a", "a,b", "a/b", "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz1234567", "ok -bad",
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct outcome outcome = tag(stage, bad[i], NULL);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "add");
        outcome = tag(stage, NULL, bad[i]);
        assert_verdict(outcome, ERROR_INVALID_FIELD);
        assert_text(outcome.field, "remove");
    }
    assert_verdict(tag(stage, "abcdefghijklmnopqrstuvwxyz123456", NULL), ERROR_NONE);
}

static void on_and_off_at_once_is_refused(void **state)
{
    struct stage *stage = *state;
    struct outcome outcome = tag(stage, "a b", "B");
    assert_verdict(outcome, ERROR_INVALID_FIELD);
    assert_text(outcome.field, "remove");
}

static void a_ticket_has_so_many_tags(void **state)
{
    struct stage *stage = *state;
    assert_verdict(tag(stage, "a b c d e f g h i j k l m n o p", NULL), ERROR_NONE);
    struct outcome outcome = tag(stage, "q", NULL);
    assert_verdict(outcome, ERROR_TOO_MANY);
    assert_text(outcome.field, "add");
    assert_verdict(tag(stage, "q", "a"), ERROR_NONE);
    assert_text(tags(stage), "b c d e f g h i j k l m n o p q");
}

/* One word, one entry of the dictionary, whichever ticket it is on. */
static void a_tag_is_made_once(void **state)
{
    struct stage *stage = *state;
    assert_verdict(tag(stage, "vpn", NULL), ERROR_NONE);
    stage->ticket = desk_ticket(&stage->desk, stage->staff, "Another");
    assert_verdict(tag(stage, "VPN", NULL), ERROR_NONE);
    assert_verdict(tag(stage, NULL, "vpn"), ERROR_NONE);
    assert_verdict(tag(stage, "vpn", NULL), ERROR_NONE);
    assert_int_equal(rows_last(desk_read(&stage->desk), ROW_TAG), 1);
    desk_read_end(&stage->desk);
}

static void only_staff_tag(void **state)
{
    struct stage *stage = *state;
    struct ticket_tag request = {.number = stage->ticket, .add = text_of("mine")};
    assert_verdict(desk_do(&stage->desk, METHOD_TICKET_TAG, stage->user, &request),
                   ERROR_FORBIDDEN);
}

/* How many tags the list has for somebody. */
static size_t listed(struct stage *stage, struct origin origin)
{
    struct tag_list request = {.cursor = 0};
    struct tag_list_reply reply = {0};
    struct failure failure = {0};
    struct viewer viewer;
    struct rows *rows = desk_read(&stage->desk);
    permission_viewer(rows, &origin, stage->desk.now_ms, &viewer);
    struct query query = {
        .rows = rows,
        .viewer = &viewer,
        .request = &request,
        .method = METHOD_TAG_LIST,
        .page_default = 50,
        .page_bytes = 65536,
        .rows_max = 2000,
    };
    assert_int_equal(query_tag_list(&query, &reply, &failure), ERROR_NONE);
    desk_read_end(&stage->desk);
    return reply.tags.count;
}

/* The word may say what nobody else shall know. */
static void tags_of_hidden_queues_are_in_no_list(void **state)
{
    struct stage *stage = *state;
    desk_account(&stage->desk, "olga", ROLE_STAFF);
    struct origin other = desk_sign_in(&stage->desk, "olga");
    desk_queue(&stage->desk, "closed", true, false);
    desk_rights(&stage->desk, "closed", "stefan", "all");
    assert_verdict(tag(stage, "layoffs", NULL), ERROR_NONE);
    assert_int_equal(listed(stage, other), 1);
    assert_verdict(desk_move(&stage->desk, stage->staff, stage->ticket, "closed"), ERROR_NONE);
    assert_int_equal(listed(stage, other), 0);
    assert_int_equal(listed(stage, stage->staff), 1);
    stage->ticket = desk_ticket(&stage->desk, stage->user, "No sound");
    assert_verdict(tag(stage, "audio", NULL), ERROR_NONE);
    assert_int_equal(listed(stage, other), 1);
    assert_int_equal(listed(stage, stage->staff), 2);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_stage, clear_stage)
    const struct CMUnitTest tests[] = {
        CASE(tags_are_kept_in_lower_case_and_in_order),
        CASE(a_requester_sees_no_tag),
        CASE(tags_of_hidden_queues_are_in_no_list),
        CASE(what_changes_nothing_is_no_change),
        CASE(what_is_no_tag_is_refused),
        CASE(on_and_off_at_once_is_refused),
        CASE(a_ticket_has_so_many_tags),
        CASE(a_tag_is_made_once),
        CASE(only_staff_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
