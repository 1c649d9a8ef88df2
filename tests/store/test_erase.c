/* Purging tickets that share entries and hand messages on: every text of the purged one goes, and
 * no other. Verification has to call the result sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/lib/dice.h"
#include "tests/store/desk.h"

enum { TICKETS = 6, TEXTS_MAX = 400, TEXT_BYTES = 24 };

/* Every text has words of its own, so that it can be looked for in the whole journal. */
struct known {
    char words[TEXT_BYTES];
    uint64_t ticket;   /* whose it is now */
    uint64_t sequence; /* of messages: their key; otherwise 0 */
    bool found;
};

struct model {
    struct known texts[TEXTS_MAX];
    size_t text_count;
    bool purged[TICKETS + 1];
};

static struct desk desk;
static struct model model;

static struct text new_text(uint64_t ticket, uint64_t sequence)
{
    struct known *known = &model.texts[model.text_count];
    assert_true(model.text_count < TEXTS_MAX);
    *known = (struct known){.ticket = ticket, .sequence = sequence};
    (void)snprintf(known->words, sizeof known->words, "words %zu.", model.text_count++);
    return text_of(known->words);
}

static int set_up(void **state)
{
    (void)state;
    model = (struct model){0};
    desk_create(&desk);
    for (uint64_t ticket = 1; ticket <= TICKETS; ticket++) {
        struct text title = new_text(ticket, 0);
        struct text problem = new_text(ticket, 0);
        desk_add_ticket(&desk, ticket, 3, title.data, problem.data);
    }
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    desk_destroy(&desk);
    return 0;
}

/* --- What happens to tickets ----------------------------------------------------------------- */

static void begin(uint64_t ticket, uint64_t other)
{
    desk_write(&desk);
    desk_command(&desk, METHOD_TICKET_UPDATE, 50);
    desk_subject(&desk, ticket);
    desk_subject(&desk, other);
}

static void end(void)
{
    (void)desk_command_end(&desk);
    desk_commit(&desk);
}

static void change_title(uint64_t ticket)
{
    struct row_ticket row;
    assert_true(rows_get(desk.rows, ROW_TICKET, ticket, 0, &row));
    row.title = new_text(ticket, 0);
    rows_put(desk.rows, ROW_TICKET, &row);
}

/* One entry with texts of both. */
static void change_titles(uint64_t ticket, uint64_t other)
{
    begin(ticket, other);
    change_title(ticket);
    change_title(other);
    end();
}

static struct known *add_message(uint64_t ticket)
{
    uint64_t sequence;
    desk_read(&desk);
    sequence = rows_sequence(desk.rows) + 1;
    desk_read_end(&desk);
    struct text text = new_text(ticket, sequence);
    assert_int_equal(desk_add_message(&desk, ticket, text.data), sequence);
    return &model.texts[model.text_count - 1];
}

/* As a merge and a split do it: the row moves, its text stays where it lies. */
static void move_message(struct known *message, uint64_t to)
{
    struct row_message row;
    begin(message->ticket, to);
    assert_true(rows_get(desk.rows, ROW_MESSAGE, message->ticket, message->sequence, &row));
    rows_remove(desk.rows, ROW_MESSAGE, message->ticket, message->sequence);
    row.ticket = to;
    rows_put(desk.rows, ROW_MESSAGE, &row);
    end();
    message->ticket = to;
}

static void empty_ticket(uint64_t ticket)
{
    struct row_ticket row;
    assert_true(rows_get(desk.rows, ROW_TICKET, ticket, 0, &row));
    row.title = (struct text){0};
    row.problem = (struct text_part){0};
    row.deleted = true;
    row.purged = true;
    rows_put(desk.rows, ROW_TICKET, &row);
    struct row_range range = rows_range(INDEX_MESSAGES, ticket, 0, false);
    uint64_t sequence;
    while (rows_range_next(desk.rows, &range, &sequence)) {
        rows_remove(desk.rows, ROW_MESSAGE, ticket, sequence);
    }
    model.purged[ticket] = true;
}

/* Rows may go before their texts do or afterwards. */
static void purge(uint64_t ticket, bool rows_first)
{
    begin(ticket, ticket);
    if (rows_first) {
        empty_ticket(ticket);
    }
    rows_erase_ticket_texts(desk.rows, ticket);
    if (!rows_first) {
        empty_ticket(ticket);
    }
    end();
}

/* --- What is left ---------------------------------------------------------------------------- */

static void mark(struct text text)
{
    for (size_t i = 0; i < model.text_count && text.length > 0; i++) {
        if (text_equal(text, text_of(model.texts[i].words))) {
            model.texts[i].found = true;
        }
    }
}

static void mark_value(const struct value *value)
{
    mark(value->type == VALUE_PART ? rows_part(desk.rows, &value->part) : value->text);
}

static void remember(void *context, const char *sentence)
{
    (void)context;
    print_error("%s\n", sentence);
}

static void assert_only_purged_texts_are_gone(void)
{
    struct store_verdict verdict = {0};
    struct journal_entry entry;
    for (size_t i = 0; i < model.text_count; i++) {
        model.texts[i].found = false;
    }
    desk_read(&desk);
    for (uint64_t sequence = 1; rows_journal(desk.rows, sequence, &entry); sequence++) {
        for (size_t i = 0; i < entry.effect_count; i++) {
            mark_value(&entry.effects[i].old_value);
            mark_value(&entry.effects[i].new_value);
        }
        assert_int_equal(entry.header.source.length, strlen("unix:0"));
    }
    desk_read_end(&desk);
    for (size_t i = 0; i < model.text_count; i++) {
        const struct known *known = &model.texts[i];
        if (known->found == model.purged[known->ticket]) {
            fail_msg("\"%s\" of ticket %d %s", known->words, (int)known->ticket,
                     known->found ? "is still there" : "is gone");
        }
    }
    assert_int_equal(store_verify(desk.store, desk.directory, remember, NULL, &verdict),
                     ERROR_NONE);
}

/* A batch over two tickets is one entry: the purge of one is none of the other's business. */
static void a_purge_leaves_another_tickets_texts_in_a_shared_entry(void **state)
{
    (void)state;
    change_titles(1, 2);
    change_titles(3, 1);
    purge(1, false);
    assert_only_purged_texts_are_gone();
}

/* Its text still lies in the entry about the ticket it was written to. */
static void a_message_that_was_moved_here_is_erased_with_the_ticket(void **state)
{
    (void)state;
    (void)add_message(1);
    move_message(add_message(1), 2);
    purge(2, false);
    assert_only_purged_texts_are_gone();
}

/* Who reads the ticket that took it over must not lose it. */
static void a_message_that_was_moved_away_outlives_the_purge(void **state)
{
    (void)state;
    struct known *message = add_message(1);
    move_message(message, 2);
    move_message(message, 3);
    purge(1, false);
    assert_only_purged_texts_are_gone();
    purge(2, true);
    assert_only_purged_texts_are_gone();
    purge(3, true);
    assert_only_purged_texts_are_gone();
}

static void a_message_that_came_back_is_erased_with_the_ticket(void **state)
{
    (void)state;
    struct known *message = add_message(1);
    move_message(message, 2);
    move_message(message, 1);
    purge(2, false);
    assert_only_purged_texts_are_gone();
    purge(1, false);
    assert_only_purged_texts_are_gone();
}

/* A survivor is purged together with what was merged into it, in whatever order. */
static void one_entry_can_erase_the_texts_of_several_tickets(void **state)
{
    (void)state;
    move_message(add_message(1), 2);
    move_message(add_message(3), 2);
    begin(1, 2);
    rows_erase_ticket_texts(desk.rows, 1);
    rows_erase_ticket_texts(desk.rows, 2);
    rows_erase_ticket_texts(desk.rows, 1);
    empty_ticket(1);
    empty_ticket(2);
    desk_subject(&desk, 4);
    change_title(4);
    end();
    assert_only_purged_texts_are_gone();
}

static uint64_t living(struct dice *dice)
{
    uint64_t ticket;
    do {
        ticket = 1 + dice_below(dice, TICKETS);
    } while (model.purged[ticket]);
    return ticket;
}

static void do_something(struct dice *dice)
{
    uint64_t ticket = living(dice);
    uint64_t other = living(dice);
    struct known *known = &model.texts[dice_below(dice, model.text_count)];
    switch (dice_below(dice, 4)) {
    case 0:
        if (ticket != other) {
            change_titles(ticket, other);
        }
        break;
    case 1:
        (void)add_message(ticket);
        break;
    default:
        if (known->sequence != 0 && known->ticket != ticket && !model.purged[known->ticket]) {
            move_message(known, ticket);
        }
    }
}

static void after_any_moves_exactly_the_purged_tickets_texts_are_gone(void **state)
{
    struct dice dice = dice_open("moves and purges");
    for (int round = 0; round < 6; round++) {
        for (int purges = 0; purges < TICKETS - 1; purges++) {
            for (int i = 0; i < 20; i++) {
                do_something(&dice);
            }
            purge(living(&dice), dice_below(&dice, 2) == 0);
            assert_only_purged_texts_are_gone();
        }
        (void)tear_down(state);
        (void)set_up(state);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_purge_leaves_another_tickets_texts_in_a_shared_entry),
        CASE(a_message_that_was_moved_here_is_erased_with_the_ticket),
        CASE(a_message_that_was_moved_away_outlives_the_purge),
        CASE(a_message_that_came_back_is_erased_with_the_ticket),
        CASE(one_entry_can_erase_the_texts_of_several_tickets),
        CASE(after_any_moves_exactly_the_purged_tickets_texts_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
