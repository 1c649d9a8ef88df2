/* Rows in, rows out, and the index in step with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

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

/* --- Every kind there and back --------------------------------------------------------------- */

/* Gives every field a value of its own, the key fields too. */
static void fill(const struct table *table, char *row, uint64_t seed)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    static const uint8_t hash[32] = {7, 6, 5, 4, 3, 2, 1, 8};
    for (size_t i = 0; i < table->field_count; i++) {
        const struct field *field = &table->fields[i];
        void *place = row + field->offset;
        uint64_t number = seed * 1000 + i + 1;
        uint32_t choice = 1;
        switch (field->type) {
        case FIELD_NUMBER:
            memcpy(place, &number, sizeof number);
            break;
        case FIELD_CHOICE:
            memcpy(place, &choice, sizeof choice);
            break;
        case FIELD_BOOL:
            *(bool *)place = true;
            break;
        case FIELD_LINE:
        case FIELD_TEXT:
            *(struct text *)place = (struct text){.data = letters + i, .length = 3 + i};
            break;
        case FIELD_BYTES:
            *(struct bytes *)place = (struct bytes){.data = hash, .length = 32 - i};
            break;
        case FIELD_PART:
            ((struct text_part *)place)->fresh = text_of("a long text\nof two lines");
            break;
        default:
            fail_msg("row field %s has a type that rows do not have", field->name);
        }
    }
}

static void assert_field_equal(const struct field *field, const char *a, const char *b)
{
    const void *one = a + field->offset;
    const void *other = b + field->offset;
    uint64_t numbers[2];
    switch (field->type) {
    case FIELD_NUMBER:
        memcpy(&numbers[0], one, 8);
        memcpy(&numbers[1], other, 8);
        assert_int_equal(numbers[0], numbers[1]);
        break;
    case FIELD_CHOICE:
        assert_memory_equal(one, other, 4);
        break;
    case FIELD_BOOL:
        assert_int_equal(*(const bool *)one, *(const bool *)other);
        break;
    case FIELD_LINE:
    case FIELD_TEXT:
        assert_true(text_equal(*(const struct text *)one, *(const struct text *)other));
        break;
    case FIELD_BYTES:
        assert_int_equal(((const struct bytes *)one)->length,
                         ((const struct bytes *)other)->length);
        assert_memory_equal(((const struct bytes *)one)->data, ((const struct bytes *)other)->data,
                            ((const struct bytes *)one)->length);
        break;
    default:
        assert_int_equal(((const struct text_part *)one)->sequence,
                         ((const struct text_part *)other)->sequence);
        assert_int_equal(((const struct text_part *)one)->length,
                         ((const struct text_part *)other)->length);
    }
}

union any {
    uint64_t key[2];
    max_align_t align;
    char bytes[512];
};

static void key_of(const struct table *table, const union any *row, uint64_t *a, uint64_t *b)
{
    memcpy(a, row->bytes + table->fields[0].offset, 8);
    *b = 0;
    if (table->fields[1].tag == 0) {
        memcpy(b, row->bytes + table->fields[1].offset, 8);
    }
}

/* A field that is forgotten in a table would be lost without a word. */
static void every_kind_of_row_comes_back_as_it_was_put(void **state)
{
    (void)state;
    for (int i = 1; i < ROW_KIND_END; i++) {
        if (!row_kind_exists(i)) {
            continue;
        }
        enum row_kind kind = (enum row_kind)i;
        const struct table *table = &row_tables[kind];
        union any row = {0};
        union any found = {0};
        uint64_t a;
        uint64_t b;
        assert_true(table->size <= sizeof row);
        fill(table, row.bytes, (uint64_t)i);
        key_of(table, &row, &a, &b);

        desk_write(&desk);
        desk_command(&desk, METHOD_TICKET_UPDATE, 1);
        desk_subject(&desk, a);
        assert_false(rows_get(desk.rows, kind, a, b, &found));
        rows_put(desk.rows, kind, &row);
        (void)desk_command_end(&desk);
        desk_commit(&desk);

        desk_read(&desk);
        assert_true(rows_get(desk.rows, kind, a, b, &found));
        for (size_t j = 0; j < table->field_count; j++) {
            assert_field_equal(&table->fields[j], row.bytes, found.bytes);
        }
        assert_int_equal(rows_last(desk.rows, kind), a);
        desk_read_end(&desk);
    }
}

/* Numbers on disk are for ever: two fields with one number would read each other's bytes. */
static void numbers_on_disk_are_unique_and_named(void **state)
{
    (void)state;
    for (int i = 1; i < ROW_KIND_END; i++) {
        const struct table *table = &row_tables[i];
        uint64_t seen = 0;
        if (!row_kind_exists(i)) {
            continue;
        }
        assert_non_null(table->fields);
        assert_int_equal(table->fields[0].tag, 0);
        for (size_t j = 0; j < table->field_count; j++) {
            uint16_t tag = table->fields[j].tag;
            if (tag == 0) {
                assert_true(j < 2);
                continue;
            }
            assert_true(tag < 64);
            assert_false(seen >> tag & 1);
            seen |= UINT64_C(1) << tag;
            assert_string_equal(row_field_name((enum row_kind)i, tag), table->fields[j].name);
        }
        assert_null(row_field_name((enum row_kind)i, 63));
    }
}

/* The core reads its own writes inside a batch, and a reader sees only what was committed. */
static void a_put_is_seen_inside_its_transaction_and_outside_after_the_commit(void **state)
{
    (void)state;
    struct row_settings row = {.key = 1, .version = 7, .registration = REGISTRATION_CLOSED};
    struct row_settings found;
    struct arena arena = {0};
    struct rows *reader;
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_SETTINGS_UPDATE, 1);
    rows_put(desk.rows, ROW_SETTINGS, &row);
    assert_true(rows_get(desk.rows, ROW_SETTINGS, 1, 0, &found));
    assert_int_equal(found.version, 7);
    (void)desk_command_end(&desk);
    assert_int_equal(store_read_begin(desk.store, &arena, &reader), ERROR_NONE);
    assert_false(rows_get(reader, ROW_SETTINGS, 1, 0, &found));
    store_read_end(reader);
    desk_commit(&desk);
    assert_int_equal(store_read_begin(desk.store, &arena, &reader), ERROR_NONE);
    assert_true(rows_get(reader, ROW_SETTINGS, 1, 0, &found));
    assert_int_equal(rows_sequence(reader), 1);
    store_read_end(reader);
    arena_finish(&arena);
}

/* The writer takes back a whole batch when the store fails under it. */
static void an_aborted_batch_leaves_nothing(void **state)
{
    (void)state;
    struct row_settings row = {.key = 1, .version = 7};
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_SETTINGS_UPDATE, 1);
    rows_put(desk.rows, ROW_SETTINGS, &row);
    assert_int_equal(desk_command_end(&desk).header.sequence, 1);
    store_write_abort(desk.rows);
    desk.rows = NULL;
    desk_read(&desk);
    assert_false(rows_get(desk.rows, ROW_SETTINGS, 1, 0, &row));
    assert_int_equal(rows_sequence(desk.rows), 0);
    desk_read_end(&desk);
    assert_int_equal(desk_add_account(&desk, 1, "anna", ROLE_ADMIN), 1);
}

/* --- Look-ups -------------------------------------------------------------------------------- */

/* People type names and addresses in whatever case. */
static void accounts_are_found_by_name_and_email_in_any_case(void **state)
{
    (void)state;
    struct row_account row;
    desk_add_account(&desk, 1, "anna", ROLE_USER);
    desk_add_account(&desk, 2, "bert", ROLE_STAFF);
    desk_read(&desk);
    assert_true(rows_find_account_by_name(desk.rows, text_of("BERT"), &row));
    assert_int_equal(row.id, 2);
    assert_true(rows_find_account_by_email(desk.rows, text_of("Anna@Example.ORG"), &row));
    assert_int_equal(row.id, 1);
    assert_false(rows_find_account_by_name(desk.rows, text_of("carl"), &row));
    assert_false(rows_find_account_by_name(desk.rows, text_of(""), &row));
    assert_false(rows_find_account_by_email(desk.rows, (struct text){0}, &row));
    desk_read_end(&desk);
}

/* An address that was given up has to be free for somebody else, and not lead to its old owner. */
static void a_changed_email_is_found_and_the_old_one_is_not(void **state)
{
    (void)state;
    struct row_account row;
    desk_add_account(&desk, 1, "anna", ROLE_USER);
    desk_write(&desk);
    desk_command(&desk, METHOD_ACCOUNT_UPDATE, 5);
    assert_true(rows_get(desk.rows, ROW_ACCOUNT, 1, 0, &row));
    row.email = text_of("new@example.org");
    rows_put(desk.rows, ROW_ACCOUNT, &row);
    (void)desk_command_end(&desk);
    assert_true(rows_find_account_by_email(desk.rows, text_of("new@example.org"), &row));
    assert_false(rows_find_account_by_email(desk.rows, text_of("anna@example.org"), &row));
    desk_commit(&desk);
}

static struct bytes hash_of(uint8_t *room, uint8_t first, uint8_t last)
{
    memset(room, 0x11, 32);
    room[0] = first;
    room[31] = last;
    return (struct bytes){.data = room, .length = 32};
}

/* The group of the index is eight bytes of the hash: the rest decides, and both tokens count. */
static void sign_ins_are_found_by_either_token_and_not_by_a_like_one(void **state)
{
    (void)state;
    uint8_t rooms[4][32];
    bool previous;
    struct row_sign_in found;
    struct row_sign_in one = {.id = 10,
                              .account = 1,
                              .token_hash = hash_of(rooms[0], 1, 1),
                              .previous_hash = hash_of(rooms[1], 2, 2)};
    struct row_sign_in other = {.id = 11, .account = 1, .token_hash = hash_of(rooms[2], 1, 9)};
    desk_write(&desk);
    rows_put(desk.rows, ROW_SIGN_IN, &one);
    rows_put(desk.rows, ROW_SIGN_IN, &other);
    desk_commit(&desk);
    desk_read(&desk);
    assert_true(rows_find_sign_in_by_token(desk.rows, other.token_hash, &found, &previous));
    assert_int_equal(found.id, 11);
    assert_false(previous);
    assert_true(rows_find_sign_in_by_token(desk.rows, one.previous_hash, &found, &previous));
    assert_int_equal(found.id, 10);
    assert_true(previous);
    struct bytes alike = hash_of(rooms[3], 1, 5);
    assert_false(rows_find_sign_in_by_token(desk.rows, alike, &found, &previous));
    assert_false(rows_find_sign_in_by_token(desk.rows, (struct bytes){0}, &found, &previous));
    desk_read_end(&desk);
}

/* --- Walks ----------------------------------------------------------------------------------- */

static size_t walked(struct rows *rows, enum row_index index, uint64_t group, uint64_t start,
                     bool backwards, uint64_t *ids, size_t capacity)
{
    struct row_range range = rows_range(index, group, start, backwards);
    size_t count = 0;
    uint64_t id;
    while (rows_range_next(rows, &range, &id)) {
        assert_true(count < capacity);
        ids[count++] = id;
    }
    assert_false(rows_range_next(rows, &range, &id));
    return count;
}

/* A walk must neither leave its group nor begin outside its start, in either direction. */
static void walks_keep_to_their_group_in_both_directions(void **state)
{
    (void)state;
    uint64_t ids[8];
    for (uint64_t number = 1; number <= 6; number++) {
        desk_add_ticket(&desk, number, 1 + number % 2, "title", "problem");
    }
    desk_read(&desk);
    struct rows *rows = desk.rows;
    assert_int_equal(walked(rows, INDEX_TICKETS, 0, 0, false, ids, 8), 6);
    assert_int_equal(ids[0], 1);
    assert_int_equal(ids[5], 6);
    assert_int_equal(walked(rows, INDEX_TICKETS, 0, UINT64_MAX, true, ids, 8), 6);
    assert_int_equal(ids[0], 6);
    assert_int_equal(walked(rows, INDEX_TICKETS_BY_REQUESTER, 1, 3, false, ids, 8), 2);
    assert_int_equal(ids[0], 4);
    assert_int_equal(walked(rows, INDEX_TICKETS_BY_REQUESTER, 2, 3, true, ids, 8), 2);
    assert_int_equal(ids[0], 3);
    assert_int_equal(ids[1], 1);
    assert_int_equal(walked(rows, INDEX_TICKETS_BY_REQUESTER, 2, 2, true, ids, 8), 1);
    assert_int_equal(walked(rows, INDEX_TICKETS_BY_REQUESTER, 9, UINT64_MAX, true, ids, 8), 0);
    assert_int_equal(walked(rows, INDEX_MESSAGES, 1, UINT64_MAX, true, ids, 8), 0);
    assert_int_equal(walked(rows, INDEX_HISTORY, 3, 0, false, ids, 8), 1);
    desk_read_end(&desk);
}

/* The core removes what it walks over: sign-ins of an account, for one. */
static void a_walk_goes_on_over_removals(void **state)
{
    (void)state;
    uint64_t id;
    desk_write(&desk);
    for (uint64_t i = 1; i <= 300; i++) {
        uint8_t room[32] = {0};
        struct row_sign_in row = {.id = i,
                                  .account = 1 + i % 2,
                                  .token_hash = hash_of(room, (uint8_t)i, (uint8_t)(i >> 8))};
        rows_put(desk.rows, ROW_SIGN_IN, &row);
    }
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, 1, 0, false);
    size_t removed = 0;
    while (rows_range_next(desk.rows, &range, &id)) {
        rows_remove(desk.rows, ROW_SIGN_IN, id, 0);
        removed++;
    }
    assert_int_equal(removed, 150);
    uint64_t ids[151];
    assert_int_equal(walked(desk.rows, INDEX_SIGN_INS_BY_ACCOUNT, 1, 0, false, ids, 151), 0);
    assert_int_equal(walked(desk.rows, INDEX_SIGN_INS_BY_ACCOUNT, 2, 0, false, ids, 151), 150);
    desk_commit(&desk);
}

enum { TICKETS = 40, ACCOUNTS = 5 };

struct model {
    bool exists[TICKETS + 1];
    struct row_ticket rows[TICKETS + 1];
};

static bool in_index(const struct row_ticket *row, enum row_index index, uint64_t group)
{
    switch (index) {
    case INDEX_TICKETS:
        return !row->deleted && row->merged_into == 0;
    case INDEX_TICKETS_BY_REQUESTER:
        return !row->deleted && row->merged_into == 0 && row->requester == group;
    case INDEX_TICKETS_BY_QUEUE:
        return !row->deleted && row->merged_into == 0 && row->queue == group;
    case INDEX_TICKETS_BY_OWNER:
        return !row->deleted && row->merged_into == 0 && row->owner == group;
    case INDEX_TICKETS_MERGED:
        return row->merged_into == group;
    default:
        return row->deleted && !row->purged;
    }
}

static void assert_walk_as_model(const struct model *model, enum row_index index, uint64_t group,
                                 uint64_t start, bool backwards)
{
    struct row_range range = rows_range(index, group, start, backwards);
    uint64_t id;
    for (uint64_t i = 0; i <= TICKETS; i++) {
        uint64_t number = backwards ? TICKETS - i : i;
        bool after_start = backwards ? number <= start : number >= start;
        if (model->exists[number] && after_start && in_index(&model->rows[number], index, group)) {
            assert_true(rows_range_next(desk.rows, &range, &id));
            assert_int_equal(id, number);
        }
    }
    assert_false(rows_range_next(desk.rows, &range, &id));
}

static void change_something(struct model *model, struct dice *dice)
{
    uint64_t number = 1 + dice_below(dice, TICKETS);
    struct row_ticket *row = &model->rows[number];
    desk_subject(&desk, number);
    if (model->exists[number] && dice_below(dice, 6) == 0) {
        rows_remove(desk.rows, ROW_TICKET, number, 0);
        model->exists[number] = false;
        return;
    }
    *row = (struct row_ticket){.number = number,
                               .requester = 1 + dice_below(dice, ACCOUNTS),
                               .owner = dice_below(dice, ACCOUNTS + 1),
                               .queue = 1 + dice_below(dice, ACCOUNTS),
                               .merged_into =
                                   dice_below(dice, 4) == 0 ? 1 + dice_below(dice, ACCOUNTS) : 0,
                               .deleted = dice_below(dice, 3) == 0,
                               .purged = dice_below(dice, 3) == 0,
                               .version = dice_bits(dice)};
    model->exists[number] = true;
    rows_put(desk.rows, ROW_TICKET, row);
}

/* Whatever is put, changed and removed, a walk gives what going over all rows would give. */
static void the_index_stays_in_step_with_random_changes(void **state)
{
    (void)state;
    struct dice dice = dice_open("index in step");
    struct model *model = test_calloc(1, sizeof *model);
    for (size_t round = 0; round < 200; round++) {
        desk_write(&desk);
        for (size_t i = dice_below(&dice, 5) + 1; i > 0; i--) {
            desk_command(&desk, METHOD_TICKET_UPDATE, round);
            change_something(model, &dice);
            (void)desk_command_end(&desk);
        }
        desk_commit(&desk);
        desk_read(&desk);
        uint64_t group = 1 + dice_below(&dice, ACCOUNTS);
        uint64_t start = dice_below(&dice, TICKETS + 2);
        for (int backwards = 0; backwards < 2; backwards++) {
            assert_walk_as_model(model, INDEX_TICKETS, 0, start, backwards);
            assert_walk_as_model(model, INDEX_TICKETS_BY_REQUESTER, group, start, backwards);
            assert_walk_as_model(model, INDEX_TICKETS_BY_QUEUE, group, start, backwards);
            assert_walk_as_model(model, INDEX_TICKETS_BY_OWNER, group, start, backwards);
            assert_walk_as_model(model, INDEX_TICKETS_MERGED, group, start, backwards);
            assert_walk_as_model(model, INDEX_TICKETS_DELETED, 0, start, backwards);
        }
        desk_read_end(&desk);
    }
    test_free(model);
}

/* Who may do the last thing an admin can do depends on this index. */
static void only_active_admins_are_in_the_index_of_admins(void **state)
{
    (void)state;
    uint64_t ids[4];
    struct row_account row;
    desk_add_account(&desk, 1, "anna", ROLE_ADMIN);
    desk_add_account(&desk, 2, "bert", ROLE_STAFF);
    desk_add_account(&desk, 3, "carl", ROLE_ADMIN);
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_ACCOUNT_DISABLE, 9);
    assert_true(rows_get(desk.rows, ROW_ACCOUNT, 3, 0, &row));
    row.state = ACCOUNT_DISABLED;
    rows_put(desk.rows, ROW_ACCOUNT, &row);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
    desk_read(&desk);
    assert_int_equal(walked(desk.rows, INDEX_ADMINS, 0, 0, false, ids, 4), 1);
    assert_int_equal(ids[0], 1);
    assert_int_equal(walked(desk.rows, INDEX_ACCOUNTS, 0, 0, false, ids, 4), 3);
    desk_read_end(&desk);
}

/* Nobody owns most tickets, and most are merged into none: those are no groups. */
static void without_owner_or_survivor_a_ticket_is_in_no_such_group(void **state)
{
    (void)state;
    uint64_t ids[2];
    desk_add_ticket(&desk, 1, 1, "title", "problem");
    desk_read(&desk);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_OWNER, 0, 0, false, ids, 2), 0);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_MERGED, 0, 0, false, ids, 2), 0);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_QUEUE, 1, 0, false, ids, 2), 1);
    desk_read_end(&desk);
}

static void follow(uint64_t ticket, uint64_t account, bool cc)
{
    struct row_follower row = {.ticket = ticket, .account = account, .cc = cc, .watching = true};
    rows_put(desk.rows, ROW_FOLLOWER, &row);
}

/* What somebody sees because of being in copy must end with it. */
static void followers_are_found_by_ticket_and_those_in_copy_by_account(void **state)
{
    (void)state;
    uint64_t ids[4];
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 1);
    desk_subject(&desk, 7);
    desk_subject(&desk, 8);
    follow(7, 2, true);
    follow(7, 3, false);
    follow(8, 2, true);
    follow(8, 4, true);
    assert_int_equal(walked(desk.rows, INDEX_FOLLOWERS, 7, 0, false, ids, 4), 2);
    assert_int_equal(ids[1], 3);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_CC, 2, 0, false, ids, 4), 2);
    assert_int_equal(ids[0], 7);
    assert_int_equal(ids[1], 8);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_CC, 3, 0, false, ids, 4), 0);
    follow(7, 2, false);
    rows_remove(desk.rows, ROW_FOLLOWER, 8, 4);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_CC, 2, 0, false, ids, 4), 1);
    assert_int_equal(walked(desk.rows, INDEX_TICKETS_BY_CC, 4, 0, false, ids, 4), 0);
    assert_int_equal(walked(desk.rows, INDEX_FOLLOWERS, 8, 0, false, ids, 4), 1);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
}

static void rights_are_found_by_account_and_by_queue(void **state)
{
    (void)state;
    uint64_t ids[4];
    struct row_queue_right rights[] = {{2, 5, 1}, {2, 6, 7}, {3, 5, 1}};
    struct row_queue queues[] = {{.id = 5, .version = 1}, {.id = 6, .version = 1}};
    desk_write(&desk);
    desk_command(&desk, METHOD_ADMIN_SETTINGS_UPDATE, 1);
    for (size_t i = 0; i < 3; i++) {
        rows_put(desk.rows, ROW_QUEUE_RIGHT, &rights[i]);
    }
    rows_put(desk.rows, ROW_QUEUE, &queues[0]);
    rows_put(desk.rows, ROW_QUEUE, &queues[1]);
    assert_int_equal(walked(desk.rows, INDEX_QUEUES, 0, 0, false, ids, 4), 2);
    assert_int_equal(walked(desk.rows, INDEX_QUEUES_OF_ACCOUNT, 2, 0, false, ids, 4), 2);
    assert_int_equal(ids[1], 6);
    assert_int_equal(walked(desk.rows, INDEX_MEMBERS, 5, 0, false, ids, 4), 2);
    assert_int_equal(ids[1], 3);
    rows_remove(desk.rows, ROW_QUEUE_RIGHT, 2, 5);
    assert_int_equal(walked(desk.rows, INDEX_MEMBERS, 5, 0, false, ids, 4), 1);
    assert_int_equal(walked(desk.rows, INDEX_MEMBERS, 6, 0, false, ids, 4), 1);
    (void)desk_command_end(&desk);
    desk_commit(&desk);
}

/* The desk sleeps until the first timer: a later one in front would let tickets oversleep. */
static void the_first_timer_is_the_one_that_is_due_first(void **state)
{
    (void)state;
    struct row_timer found = {0};
    struct row_timer timers[] = {
        {.due_ms = 3000, .id = 1, .kind = TIMER_PENDING, .ticket = 7},
        {.due_ms = 500, .id = 9, .kind = TIMER_RELEASE, .ticket = 8, .message = 4},
        {.due_ms = 500, .id = 12, .kind = TIMER_PENDING, .ticket = 9},
    };
    desk_write(&desk);
    assert_false(rows_first_timer(desk.rows, &found));
    for (size_t i = 0; i < 3; i++) {
        rows_put(desk.rows, ROW_TIMER, &timers[i]);
    }
    assert_true(rows_first_timer(desk.rows, &found));
    assert_memory_equal(&found, &timers[1], sizeof found);
    rows_remove(desk.rows, ROW_TIMER, 500, 9);
    assert_true(rows_first_timer(desk.rows, &found));
    assert_int_equal(found.ticket, 9);
    rows_remove(desk.rows, ROW_TIMER, 500, 12);
    desk_commit(&desk);
    desk_read(&desk);
    assert_true(rows_first_timer(desk.rows, &found));
    assert_int_equal(found.due_ms, 3000);
    desk_read_end(&desk);
}

/* --- Operations ------------------------------------------------------------------------------ */

static void put_operation(uint64_t time_ms, uint64_t low)
{
    struct row_operation row = {.high = time_ms << 16 | 0x7000, .low = low, .time_ms = time_ms};
    rows_put(desk.rows, ROW_OPERATION, &row);
}

/* Verdicts are kept for a day: no less, or a retry would be applied twice; and not for ever. */
static void only_old_operations_are_forgotten_and_only_so_many(void **state)
{
    (void)state;
    struct row_operation row;
    desk_write(&desk);
    for (uint64_t i = 0; i < 10; i++) {
        put_operation(1000 + i, i);
    }
    store_forget_operations(desk.rows, 1005, 3);
    assert_false(rows_get(desk.rows, ROW_OPERATION, 1002 << 16 | 0x7000, 2, &row));
    assert_true(rows_get(desk.rows, ROW_OPERATION, 1003 << 16 | 0x7000, 3, &row));
    store_forget_operations(desk.rows, 1005, 100);
    assert_false(rows_get(desk.rows, ROW_OPERATION, 1004 << 16 | 0x7000, 4, &row));
    assert_true(rows_get(desk.rows, ROW_OPERATION, 1005 << 16 | 0x7000, 5, &row));
    assert_int_equal(rows_last(desk.rows, ROW_OPERATION), 1009 << 16 | 0x7000);
    desk_commit(&desk);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(every_kind_of_row_comes_back_as_it_was_put),
        CASE(numbers_on_disk_are_unique_and_named),
        CASE(a_put_is_seen_inside_its_transaction_and_outside_after_the_commit),
        CASE(an_aborted_batch_leaves_nothing),
        CASE(accounts_are_found_by_name_and_email_in_any_case),
        CASE(a_changed_email_is_found_and_the_old_one_is_not),
        CASE(sign_ins_are_found_by_either_token_and_not_by_a_like_one),
        CASE(walks_keep_to_their_group_in_both_directions),
        CASE(a_walk_goes_on_over_removals),
        CASE(the_index_stays_in_step_with_random_changes),
        CASE(only_active_admins_are_in_the_index_of_admins),
        CASE(without_owner_or_survivor_a_ticket_is_in_no_such_group),
        CASE(followers_are_found_by_ticket_and_those_in_copy_by_account),
        CASE(rights_are_found_by_account_and_by_queue),
        CASE(the_first_timer_is_the_one_that_is_due_first),
        CASE(only_old_operations_are_forgotten_and_only_so_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
