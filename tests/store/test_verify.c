/* Verification finds what was changed behind the store's back, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/store/index.h"
#include "server/store/journal.h"
#include "server/store/meta.h"
#include "server/store/parts.h"
#include "server/store/row_bytes.h"
#include "server/store/sealed.h"
#include "tests/lib/dice.h"
#include "tests/store/damage.h"

static struct desk desk;

static void purge_ticket(uint64_t ticket)
{
    struct row_ticket row;
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_TICKET_PURGE, 99);
    desk_subject(&desk, ticket);
    assert_true(rows_get(desk.rows, ROW_TICKET, ticket, 0, &row));
    row.title = (struct text){0};
    row.deleted = true;
    row.purged = true;
    rows_put(desk.rows, ROW_TICKET, &row);
    rows_erase_ticket_texts(desk.rows, ticket);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
}

/* A desk with something of every kind. */
static int set_up(void **state)
{
    (void)state;
    static const uint8_t hash[32] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    desk_create(&desk);
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_add_account(&desk, 2, "bert", ROLE_USER);
    desk_add_ticket(&desk, 1, 2, "Printer", "It smokes.");
    desk_add_ticket(&desk, 2, 2, "Screen", "It is dark.");
    desk_add_message(&desk, 1, "Did you switch it on?");
    desk_add_message(&desk, 2, "To be forgotten.");
    purge_ticket(2);
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_SETTINGS_UPDATE, 100);
    struct row_settings settings = {.key = 1, .version = 1};
    struct row_role_request request = {.account = 2, .role = ROLE_STAFF};
    struct row_credential credential = {.account = 1, .hash = text_of("$argon2id$")};
    struct row_sign_in sign_in = {.id = 5, .account = 1, .token_hash = {hash, sizeof hash}};
    struct row_operation operation = {.high = 1, .low = 2, .time_ms = 3};
    struct row_queue queue = {.id = 4, .version = 1, .name = text_of("Network")};
    struct row_queue_right right = {.account = 1, .queue = 4, .rights = 1};
    struct row_follower follower = {.ticket = 1, .account = 1, .cc = true};
    struct row_timer timer = {.due_ms = 7, .id = 1, .kind = TIMER_PENDING, .ticket = 1};
    desk_subject(&desk, 1);
    rows_put(desk.rows, ROW_QUEUE, &queue);
    rows_put(desk.rows, ROW_QUEUE_RIGHT, &right);
    rows_put(desk.rows, ROW_FOLLOWER, &follower);
    rows_put(desk.rows, ROW_TIMER, &timer);
    rows_put(desk.rows, ROW_SETTINGS, &settings);
    rows_put(desk.rows, ROW_ROLE_REQUEST, &request);
    rows_put(desk.rows, ROW_CREDENTIAL, &credential);
    rows_put(desk.rows, ROW_SIGN_IN, &sign_in);
    rows_put(desk.rows, ROW_OPERATION, &operation);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    return 0;
}

enum { PROBLEMS_BYTES = 8192 };

static void remember(void *context, const char *sentence)
{
    char *problems = context;
    size_t length = strlen(problems);
    (void)snprintf(problems + length, PROBLEMS_BYTES - length, "%s\n", sentence);
}

/* Opens and verifies; all problems told, or an empty string when all is well. */
static const char *verdict(void)
{
    static char problem[PROBLEMS_BYTES];
    struct store_settings settings = {
        .directory = desk.directory, .map_bytes = desk.map_bytes, .no_sync = true};
    struct store_report report;
    struct store_verdict found = {0};
    struct store *store = NULL;
    problem[0] = '\0';
    enum error error = store_open(&settings, &store, &report);
    if (error != ERROR_NONE) {
        assert_int_equal(error, ERROR_DATA_DAMAGED);
        (void)snprintf(problem, sizeof problem, "%s", report.text);
        return problem;
    }
    error = store_verify(store, desk.directory, remember, problem, &found);
    store_close(store);
    assert_int_equal(error, found.problems > 0 ? ERROR_DATA_DAMAGED : ERROR_NONE);
    assert_int_equal(problem[0] != '\0', found.problems > 0);
    return problem;
}

static void assert_found(const char *words)
{
    const char *problem = verdict();
    if (strstr(problem, words) == NULL) {
        fail_msg("expected a problem with \"%s\", got \"%s\"", words, problem);
    }
}

/* A verdict that cries wolf is soon ignored. */
static void a_sound_desk_has_no_problems(void **state)
{
    (void)state;
    struct store_verdict found;
    assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &found), ERROR_NONE);
    assert_int_equal(found.problems, 0);
    assert_int_equal(found.entries, 8);
    assert_int_equal(found.rows, 15);
    desk_close(&desk);
    assert_string_equal(verdict(), "");
}

/* Bit rot anywhere in live data has to be found, whatever kind of value it hits. */
static void one_flipped_bit_in_any_value_is_found(void **state)
{
    (void)state;
    struct dice dice = dice_open("flipped bits");
    size_t values = 0;
    desk_close(&desk);
    for (int i = 0; i < DATABASE_COUNT; i++) {
        const char *name = database_name((enum database)i);
        struct damaged value;
        for (size_t number = 0;
             name != NULL && i != DATABASE_INDEX && damage_find(&desk, name, number, &value);
             number++) {
            damage_flip(&desk, &value, dice_below(&dice, value.value_length * 8));
            if (verdict()[0] == '\0') {
                fail_msg("a flipped bit in value %zu of %s was not found", number, name);
            }
            damage_put(&desk, &value);
            values++;
        }
    }
    assert_true(values > 25);
    assert_string_equal(verdict(), "");
}

/* A missing row with all its traces in place is what a lost page looks like. */
static void any_missing_value_is_found(void **state)
{
    (void)state;
    desk_close(&desk);
    for (int i = 0; i < DATABASE_COUNT; i++) {
        const char *name = database_name((enum database)i);
        struct damaged value;
        /* Of working rows only those with index entries are missed. */
        bool missed = i < DATABASE_ROWS || i == DATABASE_ROWS + ROW_SIGN_IN ||
                      row_classes[i - DATABASE_ROWS] == ROW_RECORD;
        for (size_t number = 0; name != NULL && missed && damage_find(&desk, name, number, &value);
             number++) {
            damage_remove(&desk, &value);
            if (verdict()[0] == '\0') {
                fail_msg("the loss of value %zu of %s was not found", number, name);
            }
            damage_put(&desk, &value);
        }
    }
    assert_string_equal(verdict(), "");
}

/* An index entry without a row makes walks stumble; one too many shows what should be hidden. */
static void an_index_entry_with_nothing_behind_it_is_found(void **state)
{
    (void)state;
    struct key keys[] = {
        key_of_index(INDEX_ID_TICKETS, 0, 77),
        key_of_index(INDEX_ID_TICKETS_BY_REQUESTER, 1, 1),
        key_of_index(INDEX_ID_TICKETS_DELETED, 0, 1),
        key_of_index(INDEX_ID_HISTORY, 2, 3),
        key_of_index(INDEX_ID_MEMBERS, 5, 1),
        key_of_index(INDEX_ID_TICKETS_BY_CC, 2, 1),
        key_of_index(INDEX_ID_TICKETS_BY_QUEUE, 2, 1),
        key_of_index(INDEX_ID_TICKETS_BY_OWNER, 0, 1),
        key_of_index(INDEX_ID_TICKETS_MERGED, 0, 1),
        key_of_index(INDEX_ID_ACCOUNT_HISTORY, 1, 3),
        key_of_index(INDEX_ID_ACCOUNT_HISTORY, 2, 1),
        key_of_index(200, 1, 1),
    };
    desk_close(&desk);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct damaged entry = {.database = "index", .key_length = keys[i].length};
        memcpy(entry.key, keys[i].bytes, keys[i].length);
        damage_put(&desk, &entry);
        assert_found("nothing stands behind");
        damage_remove(&desk, &entry);
    }
    assert_string_equal(verdict(), "");
}

/* --- Changes by somebody who knows the seals ------------------------------------------------- */

/* A seal keeps no thief out; the journal shows a row that no command made. */
static void a_row_changed_with_its_seal_is_found_by_the_replay(void **state)
{
    (void)state;
    struct row_account row;
    desk_write(&desk);
    assert_true(rows_get(desk.rows, ROW_ACCOUNT, 2, 0, &row));
    row.version = 1000;
    row_write(desk.rows, ROW_ACCOUNT, 2, 0, &row);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("not what the journal's effects add up to");
}

/* Somebody edits history: the entry's digest no longer fits, nor does the next one's. */
static void an_entry_rewritten_with_its_seal_breaks_the_chain(void **state)
{
    (void)state;
    struct key key = key_of_number(3);
    struct bytes body;
    desk_write(&desk);
    assert_true(sealed_get(desk.rows, DATABASE_JOURNAL, &key, &body));
    uint8_t *copy = arena_copy(&desk.arena, body.data, body.length);
    copy[DIGEST_BYTES + 2] ^= 1;
    value_begin(&desk.rows->value);
    buffer_append(&desk.rows->value, copy, body.length);
    sealed_put(desk.rows, DATABASE_JOURNAL, &key);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("does not follow");
}

/* The text of an entry is exchanged: the commitment is part of the digest. */
static void a_text_rewritten_with_its_seal_breaks_the_chain(void **state)
{
    (void)state;
    struct part *parts;
    size_t count;
    desk_write(&desk);
    assert_true(parts_get(desk.rows, 3, &parts, &count));
    parts[count - 1].text = text_of("It is fine.");
    parts_put(desk.rows, 3, parts, count);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("does not follow");
}

/* Whoever cuts off the end of the journal has to cut off the head too. */
static void a_chain_head_that_does_not_fit_is_found(void **state)
{
    (void)state;
    desk_write(&desk);
    (void)rows_state(desk.rows);
    desk.rows->state.head[0] ^= 1;
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("chain head");
}

static void blank_last_part(uint64_t sequence)
{
    struct part *parts;
    size_t count;
    desk_write(&desk);
    assert_true(parts_get(desk.rows, sequence, &parts, &count));
    for (size_t i = 1; i < count; i++) {
        part_erase(desk.rows, &parts[i]);
    }
    parts_put(desk.rows, sequence, parts, count);
    desk_commit(&desk);
}

/* Erasing is for purges alone: a blank that none names is a text that somebody took away. */
static void a_blank_that_no_purge_names_is_found(void **state)
{
    (void)state;
    blank_last_part(3);
    desk_close(&desk);
    assert_found("no purge names it");
}

/* A purge of one ticket is no licence for another. */
static void a_purge_does_not_cover_another_tickets_texts(void **state)
{
    (void)state;
    uint64_t erased[] = {3};
    blank_last_part(3);
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_TICKET_PURGE, 200);
    desk_subject(&desk, 2);
    desk.rows->draft.erased = (struct numbers){.items = erased, .count = 1};
    (void)desk_command_end(&desk);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("without right");
}

/* An entry of two tickets' titles: 1 and another, 3, that is then purged with it named. */
static uint64_t shared_entry_and_purge(void)
{
    struct row_ticket row;
    uint64_t tickets[] = {1, 3};
    desk_add_ticket(&desk, 3, 2, "Mouse", "It squeaks.");
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 300);
    for (size_t i = 0; i < 2; i++) {
        desk_subject(&desk, tickets[i]);
        assert_true(rows_get(desk.rows, ROW_TICKET, tickets[i], 0, &row));
        row.title = text_of("Both");
        rows_put(desk.rows, ROW_TICKET, &row);
    }
    uint64_t sequence = desk_command_end(&desk).header.sequence;
    desk_commit(&desk);
    purge_ticket(3);
    return sequence;
}

/* In one entry the lawful blanks of one ticket are no cover for a theft from the other. */
static void a_purge_does_not_cover_another_tickets_texts_in_the_same_entry(void **state)
{
    (void)state;
    struct part *parts;
    size_t count;
    uint64_t sequence = shared_entry_and_purge();
    struct store_verdict found;
    assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &found), ERROR_NONE);
    desk_write(&desk);
    assert_true(parts_get(desk.rows, sequence, &parts, &count));
    assert_int_equal(count, 5); /* source; old and new title of each */
    part_erase(desk.rows, &parts[1]);
    parts_put(desk.rows, sequence, parts, count);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("no purge names it");
    assert_found("only in part");
}

/* A text that somebody can look for has to be there, whoever says that it was erased. */
static void a_row_without_its_text_is_found_unless_it_was_purged(void **state)
{
    (void)state;
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_TICKET_PURGE, 200);
    desk_subject(&desk, 1);
    rows_erase_ticket_texts(desk.rows, 1);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
    desk_close(&desk);
    assert_found("was not purged");
}

static void remove_index_entry(enum index_id index, uint64_t group, uint64_t id)
{
    struct key key = key_of_index((uint8_t)index, group, id);
    desk_write(&desk);
    assert_true(any_remove(desk.rows, DATABASE_INDEX, &key));
    desk_commit(&desk);
}

/* What is missing from a history was never there, for all who look. */
static void an_entry_missing_from_a_history_is_found(void **state)
{
    (void)state;
    uint64_t sequence = shared_entry_and_purge();
    remove_index_entry(INDEX_ID_HISTORY, 3, sequence);
    remove_index_entry(INDEX_ID_ACCOUNT_HISTORY, 2, 8);
    desk_close(&desk);
    assert_found("history of ticket 3");
    assert_found("history of account 2");
}

/* --- At run time ----------------------------------------------------------------------------- */

/* A damaged row must never be answered as if it were sound, nor as if it were not there. */
static void reading_a_damaged_row_latches_an_error(void **state)
{
    (void)state;
    struct damaged value;
    struct row_ticket row = {.number = 42};
    desk_close(&desk);
    assert_true(damage_find(&desk, "ticket", 0, &value));
    damage_flip(&desk, &value, 200);
    desk_open(&desk);
    desk_read(&desk);
    assert_false(rows_get(desk.rows, ROW_TICKET, 1, 0, &row));
    assert_int_equal(rows_error(desk.rows), ERROR_DATA_DAMAGED);
    assert_int_equal(row.number, 42);
    assert_false(rows_get(desk.rows, ROW_TICKET, 2, 0, &row));
    store_read_end(desk.rows);
    desk.rows = NULL;
    /* The next snapshot starts afresh: other rows can be read. */
    desk_read(&desk);
    assert_true(rows_get(desk.rows, ROW_TICKET, 2, 0, &row));
    desk_read_end(&desk);
}

/* A value that was moved to another key is sealed, but not for that place. */
static void a_row_moved_to_another_key_is_damaged(void **state)
{
    (void)state;
    struct damaged value;
    struct row_ticket row;
    desk_close(&desk);
    assert_true(damage_find(&desk, "ticket", 0, &value));
    value.key[7] = 9;
    damage_put(&desk, &value);
    desk_open(&desk);
    desk_read(&desk);
    assert_false(rows_get(desk.rows, ROW_TICKET, 9, 0, &row));
    assert_int_equal(rows_error(desk.rows), ERROR_DATA_DAMAGED);
    store_read_end(desk.rows);
    desk.rows = NULL;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_sound_desk_has_no_problems),
        CASE(one_flipped_bit_in_any_value_is_found),
        CASE(any_missing_value_is_found),
        CASE(an_index_entry_with_nothing_behind_it_is_found),
        CASE(a_row_changed_with_its_seal_is_found_by_the_replay),
        CASE(an_entry_rewritten_with_its_seal_breaks_the_chain),
        CASE(a_text_rewritten_with_its_seal_breaks_the_chain),
        CASE(a_chain_head_that_does_not_fit_is_found),
        CASE(a_blank_that_no_purge_names_is_found),
        CASE(a_purge_does_not_cover_another_tickets_texts),
        CASE(a_purge_does_not_cover_another_tickets_texts_in_the_same_entry),
        CASE(a_row_without_its_text_is_found_unless_it_was_purged),
        CASE(an_entry_missing_from_a_history_is_found),
        CASE(reading_a_damaged_row_latches_an_error),
        CASE(a_row_moved_to_another_key_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
