/* Personal data and retention as queries: what is in an export and what is not, and that pages join
 * wherever they end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/queries.h"
#include "tests/core/desk.h"

enum { ITEMS_MAX = 200, WORDS_MAX = 64 };

struct room {
    struct desk desk;
    struct origin ann;
    struct origin sam;  /* staff */
    struct origin root; /* admin mode */
    struct viewer viewer;
    struct query query;
};

static struct room room;

/* What was given, in words, so that it outlives its page. */
static char items[ITEMS_MAX][WORDS_MAX];
static size_t item_count;

static int open_room(void **state)
{
    (void)state;
    room = (struct room){0};
    desk_open(&room.desk);
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    room.ann = desk_sign_in(&room.desk, "ann");
    room.sam = desk_sign_in(&room.desk, "sam");
    room.root = desk_admin(&room.desk, "root");
    room.query = (struct query){.page_default = 50, .page_bytes = 65536, .rows_max = 2000};
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    desk_close(&room.desk);
    return 0;
}

static void ask(struct origin origin, enum method method, query_function *function,
                const void *request, void *ret_reply)
{
    struct failure failure = {0};
    room.viewer = desk_viewer(&room.desk, origin);
    room.query.rows = desk_read(&room.desk);
    room.query.viewer = &room.viewer;
    room.query.request = request;
    room.query.method = method;
    room.query.time_ms = room.desk.now_ms;
    memset(ret_reply, 0, methods[method].reply->size);
    assert_int_equal(function(&room.query, ret_reply, &failure), ERROR_NONE);
}

/* --- Export ----------------------------------------------------------------------------------- */

static void keep(const struct list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct export_item *item = &((const struct export_item *)list->items)[i];
        struct text words = item->text.length > 0 ? item->text : item->title;
        words = words.length > 0 ? words : item->act;
        assert_true(item_count < ITEMS_MAX);
        (void)snprintf(items[item_count++], WORDS_MAX, "%.*s %.*s", (int)item->what.length,
                       item->what.data, (int)words.length, words.length > 0 ? words.data : "");
    }
}

/* All of it, a page at a time; how many pages there were. */
static size_t export(struct origin origin, uint64_t limit)
{
    struct account_export request = {.limit = limit};
    struct account_export_reply reply;
    size_t pages = 0;
    item_count = 0;
    do {
        ask(origin, METHOD_ACCOUNT_EXPORT, query_account_export, &request, &reply);
        keep(&reply.items);
        request.cursor = reply.cursor;
        request.within = reply.within;
        desk_read_end(&room.desk);
        assert_true(++pages < 2000);
    } while (reply.more);
    return pages;
}

static bool has(const char *words)
{
    for (size_t i = 0; i < item_count; i++) {
        if (strcmp(items[i], words) == 0) {
            return true;
        }
    }
    return false;
}

static bool tells(const char *words)
{
    for (size_t i = 0; i < item_count; i++) {
        if (strstr(items[i], words) != NULL) {
            return true;
        }
    }
    return false;
}

static uint64_t talk(void)
{
    struct desk *desk = &room.desk;
    uint64_t number = desk_ticket(desk, room.ann, "Lamp");
    struct outcome said = desk_say(desk, METHOD_TICKET_REPLY, room.ann, number, "wrong words");
    struct ticket_message retract = {.number = number, .message = said.sequence};
    assert_verdict(desk_do(desk, METHOD_MESSAGE_RETRACT, room.ann, &retract), ERROR_NONE);
    desk_say(desk, METHOD_TICKET_REPLY, room.ann, number, "still dark");
    desk_say(desk, METHOD_TICKET_NOTE, room.sam, number, "a private note");
    desk_say(desk, METHOD_TICKET_REPLY, room.sam, number, "on its way"); /* held */
    return number;
}

static void an_export_has_what_one_may_read_and_no_more(void **state)
{
    (void)state;
    (void)talk();
    export(room.ann, 0);
    assert_true(has("message still dark"));
    assert_true(has("act ticket.create"));
    assert_true(has("act message.retract"));
    assert_false(tells("private"));
    assert_false(tells("on its way"));
    assert_false(has("message wrong words"));
}

/* Notes are about somebody else's ticket, even to who wrote them; what one said to people is one's
 * own, on whose ticket ever. */
static void staff_get_their_replies_and_not_their_notes(void **state)
{
    (void)state;
    (void)talk();
    export(room.sam, 0);
    assert_true(has("message on its way"));
    assert_true(has("act ticket.note"));
    assert_false(tells("private"));
    assert_false(tells("still dark"));
    assert_false(tells("Lamp"));
}

/* Rows that may be looked at and items of a page run out anywhere. */
static void pages_of_an_export_join_without_gap_or_double(void **state)
{
    (void)state;
    char whole[ITEMS_MAX][WORDS_MAX];
    for (size_t i = 0; i < 5; i++) {
        (void)talk();
    }
    export(room.ann, 0);
    size_t count = item_count;
    memcpy(whole, items, sizeof whole);
    assert_true(count > 20);
    for (uint64_t limit = 1; limit < 12; limit += 5) {
        for (uint64_t rows = 1; rows < 8; rows += 3) {
            room.query.rows_max = rows;
            assert_true(export(room.ann, limit) > 1);
            assert_int_equal(item_count, count);
            /* What is counted is counted as far as may be looked. */
            for (size_t i = 0; i < count; i++) {
                assert_string_equal(items[i], whole[i]);
            }
        }
    }
}

/* A page always has room for one item, however long it is. */
static void an_item_longer_than_a_page_still_comes(void **state)
{
    (void)state;
    (void)talk();
    room.query.page_bytes = 1;
    export(room.ann, 0);
    assert_true(tells("ticket "));
    assert_true(has("message still dark"));
}

/* --- Retention -------------------------------------------------------------------------------- */

static void keep_for(uint64_t days)
{
    struct admin_settings_update request = {.version = 1, .retention_days = days};
    present_mark(&request.present, SETTINGS_UPDATE_RETENTION_DAYS);
    assert_verdict(desk_do(&room.desk, METHOD_ADMIN_SETTINGS_UPDATE, desk_console, &request),
                   ERROR_NONE);
}

struct preview {
    size_t count;
    size_t pages;
    uint64_t oldest_ms;
    uint64_t days;
};

static struct preview preview(uint64_t limit)
{
    struct admin_retention_preview request = {.limit = limit};
    struct admin_retention_preview_reply reply;
    struct preview preview = {.oldest_ms = UINT64_MAX};
    do {
        ask(desk_console, METHOD_ADMIN_RETENTION_PREVIEW, query_admin_retention_preview, &request,
            &reply);
        preview.count += reply.tickets.count;
        preview.pages++;
        preview.days = reply.days;
        if (present_has(reply.present, RETENTION_REPLY_OLDEST) &&
            reply.oldest_ms < preview.oldest_ms) {
            preview.oldest_ms = reply.oldest_ms;
        }
        request.cursor = reply.cursor;
        desk_read_end(&room.desk);
    } while (reply.more);
    return preview;
}

static void a_dry_run_counts_just_what_a_run_then_purges(void **state)
{
    (void)state;
    uint64_t oldest_ms = 0;
    for (size_t i = 0; i < 8; i++) {
        uint64_t number = desk_ticket(&room.desk, room.ann, "Lamp");
        if (i % 2 == 0) {
            desk_set_status(&room.desk, room.ann, number, 1, STATUS_RESOLVED);
            oldest_ms = oldest_ms == 0 ? desk_ticket_row(&room.desk, number).updated_ms : oldest_ms;
        }
    }
    room.desk.now_ms += 10 * DAY_MS;
    assert_int_equal(preview(0).count, 0); /* nothing was said about how long they are kept */
    keep_for(9);
    struct preview whole = preview(0);
    assert_int_equal(whole.count, 4);
    assert_int_equal(whole.days, 9);
    assert_int_equal(whole.oldest_ms, oldest_ms);
    room.query.rows_max = 2;
    struct preview small = preview(1);
    assert_int_equal(small.count, 4);
    assert_int_equal(small.oldest_ms, oldest_ms);
    assert_true(small.pages >= 4);
    struct admin_retention_run run = {.cursor = 0};
    assert_int_equal(desk_do(&room.desk, METHOD_ADMIN_RETENTION_RUN, desk_console, &run).version,
                     4);
    room.query.rows_max = 2000;
    assert_int_equal(preview(0).count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_room, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_export_has_what_one_may_read_and_no_more),
        CASE(staff_get_their_replies_and_not_their_notes),
        CASE(pages_of_an_export_join_without_gap_or_double),
        CASE(an_item_longer_than_a_page_still_comes),
        CASE(a_dry_run_counts_just_what_a_run_then_purges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
