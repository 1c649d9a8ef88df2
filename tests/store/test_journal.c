/* The journal: what a command did, chained, and texts that can be erased from it. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* --- Subjects -------------------------------------------------------------------------------- */

static void put_ticket(uint64_t number)
{
    struct row_ticket row = {.number = number, .requester = 3, .queue = 1, .version = 1};
    rows_put(desk.rows, ROW_TICKET, &row);
}

static bool in_history(enum row_index index, uint64_t group, uint64_t sequence)
{
    struct row_range range = rows_range(index, group, sequence, false);
    uint64_t found;
    return rows_range_next(desk.rows, &range, &found) && found == sequence;
}

/* Each of them shows the entry in its history, to those who could see it then. */
static void an_entry_about_several_tickets_is_in_the_history_of_each(void **state)
{
    (void)state;
    struct audience before = {.requester = 4, .queue = 2, .cc = {5, 9, 1000}, .cc_count = 3};
    struct audience after = {.requester = 4, .queue = 7, .cc = {9}, .cc_count = 1, .deleted = true};
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 1);
    for (uint64_t ticket = 25; ticket >= 21; ticket--) {
        rows_subject(desk.rows, ticket, &before, ticket == 23 ? &after : &before, ticket == 22);
        put_ticket(ticket);
    }
    assert_int_equal(desk_command_end(&desk).header.subject_count, 5);
    desk_commit(&desk);

    struct journal_header header;
    desk_read(&desk);
    assert_true(rows_journal_header(desk.rows, 1, &header));
    assert_int_equal(header.subject_count, 5);
    assert_int_equal(header.subjects[0].ticket, 25);
    assert_int_equal(header.subjects[4].ticket, 21);
    assert_null(rows_subject_of(&header, 20));
    assert_true(rows_subject_of(&header, 22)->staff_only);
    const struct subject *subject = rows_subject_of(&header, 23);
    assert_false(subject->staff_only);
    assert_memory_equal(&subject->before, &before, sizeof before);
    assert_memory_equal(&subject->after, &after, sizeof after);
    assert_memory_equal(&rows_subject_of(&header, 21)->after, &before, sizeof before);
    for (uint64_t ticket = 20; ticket <= 26; ticket++) {
        assert_int_equal(in_history(INDEX_HISTORY, ticket, 1), ticket > 20 && ticket < 26);
    }
    desk_read_end(&desk);
}

/* A command names its subject before it knows all: what is for requesters too stays for them. */
static void a_subject_named_again_is_one_subject(void **state)
{
    (void)state;
    struct audience one = {.requester = 3, .queue = 1};
    struct audience other = {.requester = 3, .queue = 2};
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 1);
    rows_subject(desk.rows, 7, &one, &one, true);
    rows_subject(desk.rows, 8, &one, &one, true);
    rows_subject(desk.rows, 7, &one, &other, false);
    rows_subject(desk.rows, 8, &one, &one, true);
    rows_subject(desk.rows, 7, &one, &other, true);
    put_ticket(7);
    struct journal_header header = desk_command_end(&desk).header;
    assert_int_equal(header.subject_count, 2);
    assert_int_equal(header.subjects[0].ticket, 7);
    assert_int_equal(header.subjects[0].after.queue, 2);
    assert_false(header.subjects[0].staff_only);
    assert_true(header.subjects[1].staff_only);
    /* The next command begins with none. */
    desk_command(&desk, METHOD_TICKET_UPDATE, 2);
    desk_subject(&desk, 9);
    put_ticket(9);
    assert_int_equal(desk_command_end(&desk).header.subject_count, 1);
    desk_commit(&desk);
}

static void put_of_another_ticket(enum row_kind kind)
{
    union {
        struct row_ticket ticket;
        struct row_message message;
        struct row_follower follower;
    } row = {0};
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 1);
    desk_subject(&desk, 7);
    if (kind == ROW_TICKET) {
        row.ticket = (struct row_ticket){.number = 8};
    } else if (kind == ROW_MESSAGE) {
        row.message = (struct row_message){.ticket = 8, .sequence = 1};
    } else {
        row.follower = (struct row_follower){.ticket = 8, .account = 7};
    }
    rows_put(desk.rows, kind, &row);
}

/* A change that no history shows, and no audience guards, is a mistake of the program. */
static void rows_of_a_ticket_that_is_no_subject_cannot_be_put(void **state)
{
    (void)state;
    enum row_kind kinds[] = {ROW_TICKET, ROW_MESSAGE, ROW_FOLLOWER};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        int status;
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            (void)signal(SIGABRT, SIG_DFL);
            (void)close(STDERR_FILENO);
            put_of_another_ticket(kinds[i]);
            _exit(0);
        }
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
    }
}

/* Admins look up what was done to an account, and by whom. */
static void what_changes_an_account_is_in_its_history(void **state)
{
    (void)state;
    uint64_t made = desk_add_account(&desk, 4, "dora", ROLE_STAFF);
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_SETTINGS_UPDATE, 1);
    struct row_queue_right right = {.account = 4, .queue = 9, .rights = 3};
    struct row_role_request request = {.account = 5, .role = ROLE_STAFF};
    struct row_follower follower = {.ticket = 6, .account = 6, .watching = true};
    struct row_queue queue = {.id = 9, .version = 1};
    desk_subject(&desk, 6);
    rows_put(desk.rows, ROW_QUEUE, &queue);
    rows_put(desk.rows, ROW_QUEUE_RIGHT, &right);
    rows_put(desk.rows, ROW_ROLE_REQUEST, &request);
    rows_put(desk.rows, ROW_FOLLOWER, &follower);
    uint64_t changed = desk_command_end(&desk).header.sequence;
    desk_commit(&desk);
    desk_read(&desk);
    assert_true(in_history(INDEX_ACCOUNT_HISTORY, 4, made));
    assert_true(in_history(INDEX_ACCOUNT_HISTORY, 4, changed));
    assert_true(in_history(INDEX_ACCOUNT_HISTORY, 5, changed));
    assert_false(in_history(INDEX_ACCOUNT_HISTORY, 6, changed));
    assert_false(in_history(INDEX_ACCOUNT_HISTORY, 9, changed));
    desk_read_end(&desk);
}

/* --- Content and chain ----------------------------------------------------------------------- */

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
    struct subject subjects[] = {
        {.ticket = 5, .before = {.queue = 1}, .after = {.queue = 1, .cc = {3, 9}, .cc_count = 2}},
        {.ticket = 4, .staff_only = true},
    };
    struct record record = {
        .header = {.sequence = 12,
                   .command = METHOD_TICKET_UPDATE,
                   .gateway = true,
                   .subjects = subjects,
                   .subject_count = 2},
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
    assert_int_equal(found.header.subject_count, 2);
    assert_int_equal(found.header.subjects[0].after.cc[1], 9);
    assert_true(found.header.subjects[1].staff_only);
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

/* An entry of one subject whose bytes can be damaged: `ticket` and what follows it. */
static enum error read_with_subjects(const uint8_t *bytes, size_t length,
                                     struct journal_header *ret_header)
{
    static struct arena arena;
    static const uint8_t begin[] = {1,   1,   0,   0,   0,   0,   13,  't', 'i', 'c', 'k',
                                    'e', 't', '.', 'u', 'p', 'd', 'a', 't', 'e', 0};
    struct buffer buffer = {0};
    arena_finish(&arena);
    buffer_append(&buffer, begin, sizeof begin);
    buffer_append(&buffer, bytes, length);
    enum error error =
        entry_read_header((struct bytes){buffer.data, buffer.length}, &arena, ret_header);
    buffer_finish(&buffer);
    if (error != ERROR_NONE) {
        arena_finish(&arena);
    }
    return error;
}

/* Nothing in a header is believed before it was looked at: counts, order, numbers, flags. */
static void a_header_with_subjects_that_cannot_be_is_damaged(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[48];
        size_t length;
        enum error error;
    } cases[] = {
        /* count; ticket, flags, requester, queue, number of accounts in copy, steps between them */
        {{0}, 1, ERROR_NONE},
        {{1, 7, 8, 3, 1, 0}, 6, ERROR_NONE},
        {{1, 7, 8, 3, 1, 2, 4, 1}, 8, ERROR_NONE},
        {{2, 8, 8, 3, 1, 0, 7, 8, 3, 1, 0}, 11, ERROR_NONE},
        {{1, 7, 15, 3, 1, 16, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 22, ERROR_NONE},
        /* one in copy too many */
        {{1, 7, 8, 3, 1, 17, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
         23,
         ERROR_DATA_DAMAGED},
        /* twice in copy; account 0; a sum that is too large */
        {{1, 7, 8, 3, 1, 2, 4, 0}, 8, ERROR_DATA_DAMAGED},
        {{1, 7, 8, 3, 1, 1, 0}, 7, ERROR_DATA_DAMAGED},
        {{1, 7, 8, 3, 1, 2, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1},
         17,
         ERROR_DATA_DAMAGED},
        /* a ticket twice; ticket 0 */
        {{3, 7, 8, 3, 1, 0, 8, 8, 3, 1, 0, 7, 8, 3, 1, 0}, 16, ERROR_DATA_DAMAGED},
        {{1, 0, 8, 3, 1, 0}, 6, ERROR_DATA_DAMAGED},
        {{2, 5, 8, 3, 1, 0, 0, 8, 3, 1, 0}, 11, ERROR_DATA_DAMAGED},
        /* a flag that nobody knows */
        {{1, 7, 16, 3, 1, 0}, 6, ERROR_DATA_DAMAGED},
        /* more subjects than there is room for; the audience after is missing */
        {{2, 7, 8, 3, 1, 0}, 6, ERROR_DATA_DAMAGED},
        {{255, 255, 255, 255, 255, 255, 255, 255, 255, 1}, 10, ERROR_DATA_DAMAGED},
        {{1, 7, 0, 3, 1, 0}, 6, ERROR_DATA_DAMAGED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct journal_header header;
        enum error error = read_with_subjects(cases[i].bytes, cases[i].length, &header);
        if (error != cases[i].error) {
            fail_msg("case %zu: got %d", i, (int)error);
        }
    }
    struct journal_header header;
    assert_int_equal(read_with_subjects(cases[2].bytes, cases[2].length, &header), ERROR_NONE);
    assert_int_equal(header.subjects[0].after.cc[1], 5);
    (void)read_with_subjects(NULL, 0, &header); /* gives the memory back */
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_creation_is_an_effect_for_the_row_and_one_for_each_field),
        CASE(a_change_names_old_and_new_of_what_changed_alone),
        CASE(a_removal_is_one_effect),
        CASE(a_command_without_effect_on_the_record_takes_no_sequence),
        CASE(an_entry_about_several_tickets_is_in_the_history_of_each),
        CASE(a_subject_named_again_is_one_subject),
        CASE(rows_of_a_ticket_that_is_no_subject_cannot_be_put),
        CASE(what_changes_an_account_is_in_its_history),
        CASE(working_rows_change_neither_content_nor_chain),
        CASE(equal_desks_have_equal_content),
        CASE(purging_erases_every_text_of_the_ticket_and_no_other),
        CASE(purging_keeps_the_chain),
        cmocka_unit_test(random_bytes_are_refused_or_read_but_never_crash),
        cmocka_unit_test(an_entry_is_exactly_its_bytes),
        cmocka_unit_test(a_header_with_subjects_that_cannot_be_is_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
