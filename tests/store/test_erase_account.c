/* Erasing what the journal has of an account: only what an entry about that account names may be
 * blank, and its row may not go on having it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/store/internal.h"
#include "server/store/parts.h"
#include "tests/store/desk.h"

/* anna's account is entry 1, bert's is entry 2, anna's own act is entry 3. */
enum { ANNA = 1, BERT = 2, OWN_ACT = 3 };

static struct desk desk;
static char said[4096];

static void put_account(uint64_t id, const char *name, uint64_t actor)
{
    struct row_account row;
    const struct journal_header header = {.command = METHOD_ACCOUNT_UPDATE,
                                          .time_ms = 3000,
                                          .actor = actor,
                                          .source = text_of("192.0.2.1")};
    desk_write(&desk);
    store_command_begin(desk.rows, &header);
    assert_true(rows_get(desk.rows, ROW_ACCOUNT, id, 0, &row));
    row.name = text_of(name);
    row.email = (struct text){0};
    row.version++;
    rows_put(desk.rows, ROW_ACCOUNT, &row);
}

static void end(void)
{
    (void)desk_command_end(&desk);
    desk_commit(&desk);
}

static int set_up(void **state)
{
    (void)state;
    desk_create(&desk);
    desk_add_account(&desk, ANNA, "anna", ROLE_ADMIN);
    desk_add_account(&desk, BERT, "bert", ROLE_USER);
    put_account(ANNA, "anna.b", ANNA);
    end();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    return 0;
}

static void note(void *context, const char *sentence)
{
    size_t length = strlen(said);
    (void)context;
    (void)snprintf(said + length, sizeof said - length, "%s\n", sentence);
}

static bool is_sound(void)
{
    struct store_verdict verdict;
    said[0] = '\0';
    return store_verify(desk.store, desk.directory, note, NULL, &verdict) == ERROR_NONE;
}

static void assert_found(const char *words)
{
    assert_false(is_sound());
    if (strstr(said, words) == NULL) {
        fail_msg("not \"%s\", but: %s", words, said);
    }
}

/* Takes a text out of an entry behind the store's back. */
static void blank(uint64_t sequence, size_t part)
{
    struct part *parts;
    size_t count;
    desk_write(&desk);
    assert_true(parts_get(desk.rows, sequence, &parts, &count));
    assert_true(part < count);
    part_erase(desk.rows, &parts[part]);
    parts_put(desk.rows, sequence, parts, count);
    desk_commit(&desk);
}

/* The source of an entry and how many lines of it are left. */
static size_t texts_left(uint64_t sequence, struct text *ret_source)
{
    static char source[64];
    struct journal_entry entry;
    size_t count = 0;
    desk_read(&desk);
    assert_true(rows_journal(desk.rows, sequence, &entry));
    for (size_t i = 0; i < entry.effect_count; i++) {
        count += entry.effects[i].old_value.text.length > 0;
        count += entry.effects[i].new_value.text.length > 0;
    }
    (void)snprintf(source, sizeof source, "%.*s", (int)entry.header.source.length,
                   entry.header.source.length > 0 ? entry.header.source.data : "");
    desk_read_end(&desk);
    *ret_source = text_of(source);
    return count;
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void everything_of_one_account_goes_and_nothing_of_another(void **state)
{
    (void)state;
    struct text source;
    put_account(ANNA, "removed-1", BERT);
    rows_erase_account_texts(desk.rows, ANNA);
    assert_true(rows_erase_source(desk.rows, ANNA, OWN_ACT));
    assert_false(rows_erase_source(desk.rows, ANNA, OWN_ACT));
    end();
    assert_int_equal(texts_left(1, &source), 0);
    assert_int_equal(source.length, strlen("unix:0")); /* the console's act */
    assert_int_equal(texts_left(2, &source), 2);
    assert_int_equal(texts_left(OWN_ACT, &source), 0);
    assert_int_equal(source.length, 0);
    assert_int_equal(texts_left(4, &source), 1); /* the new name */
    assert_int_equal(source.length, strlen("192.0.2.1"));
    assert_true(is_sound());
}

static void a_name_that_somebody_took_out_is_found(void **state)
{
    (void)state;
    blank(1, 1);
    assert_found("no purge names it");
}

static void an_address_that_somebody_took_out_is_found(void **state)
{
    (void)state;
    blank(OWN_ACT, 0);
    assert_found("no purge names it");
}

/* Forgetting one is no licence for another. */
static void forgetting_one_does_not_cover_anothers_texts(void **state)
{
    (void)state;
    uint64_t erased[] = {2};
    blank(2, 1);
    put_account(ANNA, "removed-1", BERT);
    desk.rows->draft.erased = (struct numbers){.items = erased, .count = 1};
    end();
    assert_found("without right");
    assert_found("no purge names it");
}

static void forgetting_one_does_not_cover_where_others_acts_came_from(void **state)
{
    (void)state;
    uint64_t erased[] = {OWN_ACT};
    blank(OWN_ACT, 0);
    put_account(BERT, "removed-2", 0);
    desk.rows->draft.erased = (struct numbers){.items = erased, .count = 1};
    end();
    assert_found("without right");
    assert_found("no purge names it");
}

/* Otherwise what was erased would only have moved from the journal to nowhere but the row. */
static void a_row_that_still_has_what_was_erased_is_found(void **state)
{
    (void)state;
    struct row_account row;
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_ACCOUNT_ANONYMISE, 4000);
    assert_true(rows_get(desk.rows, ROW_ACCOUNT, ANNA, 0, &row));
    row.version++;
    rows_put(desk.rows, ROW_ACCOUNT, &row);
    rows_erase_account_texts(desk.rows, ANNA);
    end();
    assert_found("not what the journal's effects add up to");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(everything_of_one_account_goes_and_nothing_of_another),
        CASE(a_name_that_somebody_took_out_is_found),
        CASE(an_address_that_somebody_took_out_is_found),
        CASE(forgetting_one_does_not_cover_anothers_texts),
        CASE(forgetting_one_does_not_cover_where_others_acts_came_from),
        CASE(a_row_that_still_has_what_was_erased_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
