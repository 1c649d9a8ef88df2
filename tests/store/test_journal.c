/* The journal: what a command did, chained, and texts that can be erased from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/store/entry.h"
#include "tests/lib/dice.h"
#include "tests/store/desk.h"

static struct desk desk;

static int set_up(void **state)
{
    (void)state;
    desk_create(&desk);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    return 0;
}

static const struct effect *effect_on(const struct journal_entry *entry, enum row_kind row,
                                      enum effect_kind kind, const char *field)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        const char *name = row_field_name(effect->row, effect->tag);
        if (effect->row == row && effect->kind == kind &&
            (field == NULL || (name != NULL && strcmp(name, field) == 0))) {
            return effect;
        }
    }
    return NULL;
}

static struct journal_entry entry_at(uint64_t sequence)
{
    struct journal_entry entry;
    assert_true(rows_journal(desk.rows, sequence, &entry));
    return entry;
}

static void assert_text(struct text text, const char *expected)
{
    assert_int_equal(text.length, strlen(expected));
    assert_memory_equal(text.data, expected, text.length);
}

/* History, undo and the feed read entries, not rows: all has to be in them. */
static void a_creation_is_an_effect_for_the_row_and_one_for_each_field(void **state)
{
    (void)state;
    uint64_t sequence = desk_add_ticket(&desk, 7, 3, "Printer", "It smokes.\nA lot.");
    desk_read(&desk);
    struct journal_entry entry = entry_at(sequence);
    assert_int_equal(entry.header.sequence, 1);
    assert_int_equal(entry.header.command, METHOD_TICKET_CREATE);
    assert_int_equal(entry.header.subject_count, 1);
    assert_int_equal(entry.header.subjects[0].ticket, 7);
    assert_int_equal(entry.header.subjects[0].before.requester, 0);
    assert_int_equal(entry.header.subjects[0].after.requester, 3);
    assert_true(entry.header.console);
    assert_text(entry.header.source, "unix:0");

    assert_int_equal(entry.effects[0].kind, EFFECT_CREATE);
    assert_int_equal(entry.effects[0].a, 7);
    const struct effect *title = effect_on(&entry, ROW_TICKET, EFFECT_SET, "title");
    assert_int_equal(title->old_value.type, VALUE_NONE);
    assert_text(title->new_value.text, "Printer");
    const struct effect *problem = effect_on(&entry, ROW_TICKET, EFFECT_SET, "problem");
    assert_int_equal(problem->new_value.type, VALUE_PART);
    assert_text(rows_part(desk.rows, &problem->new_value.part), "It smokes.\nA lot.");
    assert_null(effect_on(&entry, ROW_TICKET, EFFECT_SET, "owner"));
    assert_int_equal(effect_on(&entry, ROW_TICKET, EFFECT_SET, "requester")->new_value.number, 3);

    struct row_ticket row;
    assert_true(rows_get(desk.rows, ROW_TICKET, 7, 0, &row));
    assert_int_equal(row.problem.length, 17);
    assert_text(rows_part(desk.rows, &row.problem), "It smokes.\nA lot.");
    desk_read_end(&desk);
}

/* An entry says what was and what is, and nothing of what stayed. */
static void a_change_names_old_and_new_of_what_changed_alone(void **state)
{
    (void)state;
    struct row_ticket row;
    uint64_t first = desk_add_ticket(&desk, 7, 3, "Printer", "It smokes.");
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 9);
    struct audience audience = {.requester = 3};
    rows_subject(desk.rows, 7, &audience, &audience, true);
    rows_actor(desk.rows, 12, 3);
    assert_true(rows_get(desk.rows, ROW_TICKET, 7, 0, &row));
    row.title = text_of("Copier");
    row.problem.fresh = text_of("It burns.");
    row.severity = SEVERITY_CRITICAL;
    rows_put(desk.rows, ROW_TICKET, &row);
    /* The running command reads its own text. */
    assert_text(rows_part(desk.rows, &row.problem), "It burns.");
    struct journal_entry told = desk_command_end(&desk);
    assert_int_equal(told.effect_count, 3);
    desk_commit(&desk);

    desk_read(&desk);
    struct journal_entry entry = entry_at(2);
    assert_int_equal(entry.effect_count, 3);
    assert_int_equal(entry.header.actor, 12);
    assert_int_equal(entry.header.acting_for, 3);
    assert_true(entry.header.subjects[0].staff_only);
    const struct effect *title = effect_on(&entry, ROW_TICKET, EFFECT_SET, "title");
    assert_text(title->old_value.text, "Printer");
    assert_text(title->new_value.text, "Copier");
    const struct effect *severity = effect_on(&entry, ROW_TICKET, EFFECT_SET, "severity");
    assert_int_equal(severity->old_value.type, VALUE_NUMBER);
    assert_int_equal(severity->old_value.number, SEVERITY_MINOR);
    assert_int_equal(severity->new_value.number, SEVERITY_CRITICAL);
    const struct effect *problem = effect_on(&entry, ROW_TICKET, EFFECT_SET, "problem");
    assert_int_equal(problem->old_value.part.sequence, first);
    assert_text(rows_part(desk.rows, &problem->old_value.part), "It smokes.");
    assert_text(rows_part(desk.rows, &problem->new_value.part), "It burns.");
    desk_read_end(&desk);
}

/* A role request that was answered goes; the record of it stays. */
static void a_removal_is_one_effect(void **state)
{
    (void)state;
    struct row_role_request row = {.account = 4, .role = ROLE_STAFF, .reason = text_of("please")};
    desk_write(&desk);
    desk_command(&desk, METHOD_ACCOUNT_REQUEST_ROLE, 1);
    rows_put(desk.rows, ROW_ROLE_REQUEST, &row);
    (void)desk_command_end(&desk);
    desk_command(&desk, METHOD_ADMIN_ROLE_DECLINE, 2);
    rows_remove(desk.rows, ROW_ROLE_REQUEST, 4, 0);
    rows_remove(desk.rows, ROW_ROLE_REQUEST, 5, 0);
    struct journal_entry entry = desk_command_end(&desk);
    assert_int_equal(entry.effect_count, 1);
    assert_int_equal(entry.effects[0].kind, EFFECT_REMOVE);
    assert_int_equal(entry.effects[0].a, 4);
    desk_commit(&desk);
}

/* Refusals and sign-ins leave no gap: the sequence counts changes of the record. */
static void a_command_without_effect_on_the_record_takes_no_sequence(void **state)
{
    (void)state;
    struct row_sign_in row = {.id = 5, .account = 1};
    desk_write(&desk);
    desk_command(&desk, METHOD_ACCOUNT_LOGIN, 1);
    rows_put(desk.rows, ROW_SIGN_IN, &row);
    assert_int_equal(desk_command_end(&desk).header.sequence, 0);
    assert_int_equal(rows_sequence(desk.rows), 0);
    desk_commit(&desk);
    assert_int_equal(desk_add_account(&desk, 1, "anna", ROLE_USER), 1);
    desk_read(&desk);
    struct journal_entry entry;
    assert_false(rows_journal(desk.rows, 0, &entry));
    assert_false(rows_journal(desk.rows, 2, &entry));
    desk_read_end(&desk);
}

static void content_and_chain(uint8_t content[32], uint8_t chain[32])
{
    desk_read(&desk);
    store_content_digest(desk.rows, content);
    store_chain_head(desk.rows, chain);
    desk_read_end(&desk);
}

/* Replicas sign people in on their own; their record has to stay comparable all the same. */
static void working_rows_change_neither_content_nor_chain(void **state)
{
    (void)state;
    uint8_t before[2][32];
    uint8_t after[2][32];
    desk_add_account(&desk, 1, "anna", ROLE_USER);
    content_and_chain(before[0], before[1]);
    desk_write(&desk);
    struct row_sign_in sign_in = {.id = 5, .account = 1};
    struct row_operation operation = {.high = 1, .low = 2, .time_ms = 3};
    struct row_credential credential = {.account = 1, .hash = text_of("$argon2id$")};
    rows_put(desk.rows, ROW_SIGN_IN, &sign_in);
    rows_put(desk.rows, ROW_OPERATION, &operation);
    rows_put(desk.rows, ROW_CREDENTIAL, &credential);
    desk_commit(&desk);
    content_and_chain(after[0], after[1]);
    assert_memory_equal(before, after, sizeof before);
    desk_add_account(&desk, 2, "bert", ROLE_USER);
    content_and_chain(after[0], after[1]);
    assert_memory_not_equal(before[0], after[0], 32);
    assert_memory_not_equal(before[1], after[1], 32);
}

/* Two desks that did the same have the same content; their salts, and so their chains, differ. */
static void equal_desks_have_equal_content(void **state)
{
    (void)state;
    uint8_t first[2][32];
    uint8_t second[2][32];
    desk_add_ticket(&desk, 7, 3, "Printer", "It smokes.");
    content_and_chain(first[0], first[1]);
    desk_destroy(&desk);
    desk_create(&desk);
    desk_add_ticket(&desk, 7, 3, "Printer", "It smokes.");
    content_and_chain(second[0], second[1]);
    assert_memory_equal(first[0], second[0], 32);
    assert_memory_not_equal(first[1], second[1], 32);
}

/* --- Erasing --------------------------------------------------------------------------------- */

static uint64_t purge(uint64_t ticket)
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
    struct journal_entry entry = desk_command_end(&desk);
    assert_null(effect_on(&entry, ROW_TICKET, EFFECT_SET, "title")->old_value.text.data);
    desk_commit(&desk);
    return entry.header.sequence;
}

/* The right to be forgotten: neither the rows nor the journal may still have the words, nor may
 * the entry that took them away. */
static void purging_erases_every_text_of_the_ticket_and_no_other(void **state)
{
    (void)state;
    struct row_message message;
    uint64_t created = desk_add_ticket(&desk, 7, 3, "Secret title", "Secret problem");
    uint64_t other = desk_add_ticket(&desk, 8, 3, "Other title", "Other problem");
    uint64_t said = desk_add_message(&desk, 7, "Secret reply");
    uint64_t purged = purge(7);

    desk_read(&desk);
    struct journal_entry entry = entry_at(created);
    assert_null(effect_on(&entry, ROW_TICKET, EFFECT_SET, "title")->new_value.text.data);
    const struct effect *problem = effect_on(&entry, ROW_TICKET, EFFECT_SET, "problem");
    assert_null(rows_part(desk.rows, &problem->new_value.part).data);
    assert_text(entry.header.source, "unix:0");
    entry = entry_at(purged);
    assert_null(effect_on(&entry, ROW_TICKET, EFFECT_SET, "title")->old_value.text.data);
    assert_true(rows_get(desk.rows, ROW_MESSAGE, 7, said, &message));
    assert_null(rows_part(desk.rows, &message.text).data);
    entry = entry_at(other);
    assert_text(effect_on(&entry, ROW_TICKET, EFFECT_SET, "title")->new_value.text, "Other title");
    desk_read_end(&desk);
}

/* Erasing must not look like tampering: the digests of all entries stay what they were. */
static void purging_keeps_the_chain(void **state)
{
    (void)state;
    uint8_t content[32];
    uint8_t before[32];
    struct store_verdict verdict = {0};
    desk_add_ticket(&desk, 7, 3, "Secret title", "Secret problem");
    content_and_chain(content, before);
    (void)purge(7);
    assert_int_equal(store_verify(desk.store, desk.directory, NULL, NULL, &verdict), ERROR_NONE);
    assert_int_equal(verdict.problems, 0);
    assert_int_equal(verdict.entries, 2);
    assert_memory_not_equal(before, verdict.chain, 32);
}

/* --- Bytes ----------------------------------------------------------------------------------- */

/* Entries are read from a file that may be damaged in ways a seal does not show to a program that
 * was made to lie: no bytes may crash the reader. */
static void random_bytes_are_refused_or_read_but_never_crash(void **state)
{
    (void)state;
    struct dice dice = dice_open("entry bytes");
    struct arena arena = {0};
    for (int round = 0; round < 20000; round++) {
        uint8_t bytes[96];
        size_t length = dice_below(&dice, sizeof bytes);
        struct record record;
        dice_fill(&dice, bytes, length);
        for (size_t i = 0; i < length; i++) {
            bytes[i] &= dice_below(&dice, 3) == 0 ? 0xff : 0x07;
        }
        enum error error =
            entry_read((struct bytes){.data = bytes, .length = length}, &arena, &record);
        assert_true(error == ERROR_NONE || error == ERROR_DATA_DAMAGED);
        arena_reset(&arena);
    }
    arena_finish(&arena);
}

/* Every prefix of a good entry is no entry, and one byte more is none either. */
static void an_entry_is_exactly_its_bytes(void **state)
{
    (void)state;
    uint64_t erased[] = {3, 9, 1000};
    struct effect effects[] = {
        {.kind = EFFECT_CREATE, .row = ROW_TICKET, .a = 5},
        {.kind = EFFECT_SET,
         .row = ROW_TICKET,
         .a = 5,
         .tag = 2,
         .new_value = {.type = VALUE_TEXT, .part = {.sequence = 12, .part = 1}}},
        {.kind = EFFECT_REMOVE, .row = ROW_MESSAGE, .a = 5, .b = UINT64_MAX},
    };
    struct record record = {
        .header = {.sequence = 12, .command = METHOD_TICKET_UPDATE, .gateway = true},
        .has_source = true,
        .part_count = 2,
        .effects = effects,
        .effect_count = 3,
        .erased = erased,
        .erased_count = 3,
    };
    struct record found;
    struct arena arena = {0};
    struct buffer buffer = {0};
    entry_write(&buffer, &record);
    assert_int_equal(entry_read((struct bytes){buffer.data, buffer.length}, &arena, &found),
                     ERROR_NONE);
    assert_int_equal(found.effect_count, 3);
    assert_int_equal(found.effects[2].b, UINT64_MAX);
    assert_int_equal(found.effects[1].new_value.part.part, 1);
    assert_int_equal(found.header.command, METHOD_TICKET_UPDATE);
    assert_true(found.header.gateway && found.has_source);
    assert_memory_equal(found.erased, erased, sizeof erased);
    for (size_t length = 0; length < buffer.length; length++) {
        assert_int_equal(entry_read((struct bytes){buffer.data, length}, &arena, &found),
                         ERROR_DATA_DAMAGED);
    }
    buffer_append(&buffer, "", 1);
    assert_int_equal(entry_read((struct bytes){buffer.data, buffer.length}, &arena, &found),
                     ERROR_DATA_DAMAGED);
    buffer_finish(&buffer);
    arena_finish(&arena);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_creation_is_an_effect_for_the_row_and_one_for_each_field),
        CASE(a_change_names_old_and_new_of_what_changed_alone),
        CASE(a_removal_is_one_effect),
        CASE(a_command_without_effect_on_the_record_takes_no_sequence),
        CASE(working_rows_change_neither_content_nor_chain),
        CASE(equal_desks_have_equal_content),
        CASE(purging_erases_every_text_of_the_ticket_and_no_other),
        CASE(purging_keeps_the_chain),
        cmocka_unit_test(random_bytes_are_refused_or_read_but_never_crash),
        cmocka_unit_test(an_entry_is_exactly_its_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
