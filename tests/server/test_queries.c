/* Queries on a real store: pages, budgets, and whom they answer how. Who may what is tested with
 * the permission table; here it is whether the queries ask it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "server/queries.h"
#include "tests/core/desk.h"

struct room {
    struct desk desk;
    struct origin ann;
    struct origin sam;  /* staff */
    struct origin root; /* admin mode */
    struct viewer viewer;
    struct query query;
    uint64_t work;
};

static struct room room;

static int open_room(void **state)
{
    (void)state;
    desk_open(&room.desk);
    desk_send_at_once(&room.desk);
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "bob", ROLE_USER);
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    room.ann = desk_sign_in(&room.desk, "ann");
    room.sam = desk_sign_in(&room.desk, "sam");
    room.root = desk_admin(&room.desk, "root");
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    if (room.desk.rows != NULL) {
        desk_read_end(&room.desk);
    }
    desk_close(&room.desk);
    return 0;
}

/* Asks on a fresh snapshot that lasts until the next question. */
static enum error ask(struct origin origin, enum method method, query_function *function,
                      const void *request, void *ret_reply)
{
    struct failure failure = {0};
    if (room.desk.rows != NULL) {
        desk_read_end(&room.desk);
    }
    room.viewer = desk_viewer(&room.desk, origin);
    room.query.rows = desk_read(&room.desk);
    room.query.viewer = &room.viewer;
    room.query.request = request;
    room.query.method = method;
    room.query.work = &room.work;
    if (room.query.page_default == 0) {
        room.query.page_default = PAGE_DEFAULT;
        room.query.page_bytes = 768 * 1024;
        room.query.rows_max = 2000;
    }
    memset(ret_reply, 0, methods[method].reply->size);
    return function(&room.query, ret_reply, &failure);
}

static enum error list(struct origin origin, const struct ticket_list *request,
                       struct ticket_list_reply *ret_reply)
{
    return ask(origin, METHOD_TICKET_LIST, query_ticket_list, request, ret_reply);
}

static void make_tickets(struct origin origin, const char *prefix, size_t count)
{
    char title[64];
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(title, sizeof title, "%s %zu", prefix, i);
        (void)desk_ticket(&room.desk, origin, title);
    }
}

/* Every ticket once, newest first, whatever the size of the pages. */
static void pages_of_a_list_join_without_gap_or_double(void **state)
{
    (void)state;
    make_tickets(room.ann, "T", 25);
    for (uint64_t limit = 1; limit < 30; limit += 4) {
        struct ticket_list request = {.limit = limit};
        struct ticket_list_reply reply;
        uint64_t expected = 25;
        do {
            assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
            assert_true(reply.tickets.count <= limit);
            const struct ticket *tickets = reply.tickets.items;
            for (size_t i = 0; i < reply.tickets.count; i++) {
                assert_int_equal(tickets[i].number, expected--);
            }
            request.cursor = reply.cursor;
            request.present = UINT64_C(1) << TICKET_LIST_CURSOR;
        } while (reply.more);
        assert_int_equal(expected, 0);
    }
}

/* A filter that matches little must not hold up the loop: the page is short, and goes on. */
static void list_looks_at_a_bounded_number_of_tickets(void **state)
{
    (void)state;
    make_tickets(room.ann, "needle", 1);
    make_tickets(room.ann, "hay", 30);
    room.query = (struct query){.page_default = 50, .page_bytes = 65536, .rows_max = 10};
    struct ticket_list request = {.present = UINT64_C(1) << TICKET_LIST_TITLE,
                                  .title = text_of("NEEDLE")};
    struct ticket_list_reply reply;
    size_t pages = 0;
    size_t found = 0;
    do {
        assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
        found += reply.tickets.count;
        pages++;
        request.cursor = reply.cursor;
    } while (reply.more);
    assert_int_equal(found, 1);
    assert_int_equal(pages, 4); /* 31 tickets, ten at a time */
    assert_true(room.work > 0); /* folding letters is charged for */
}

static void page_stays_below_its_bytes(void **state)
{
    (void)state;
    char text[20001];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    uint64_t number = desk_ticket(&room.desk, room.ann, "Long");
    for (size_t i = 0; i < 10; i++) {
        assert_verdict(desk_say(&room.desk, METHOD_TICKET_REPLY, room.ann, number, text),
                       ERROR_NONE);
    }
    room.query = (struct query){.page_default = 50, .page_bytes = 65536, .rows_max = 100};
    struct ticket_messages request = {.number = number};
    struct ticket_messages_reply reply;
    size_t found = 0;
    do {
        assert_int_equal(
            ask(room.ann, METHOD_TICKET_MESSAGES, query_ticket_messages, &request, &reply),
            ERROR_NONE);
        assert_in_range(reply.messages.count, 1, 3);
        const struct message *messages = reply.messages.items;
        for (size_t i = 0; i < reply.messages.count; i++) {
            assert_true(messages[i].sequence > request.after);
            request.after = messages[i].sequence;
        }
        found += reply.messages.count;
    } while (reply.more);
    assert_int_equal(found, 10);
}

/* One item that is longer than a page is a page. */
static void item_longer_than_a_page_still_comes(void **state)
{
    (void)state;
    make_tickets(room.ann, "T", 3);
    room.query = (struct query){.page_default = 50, .page_bytes = 1, .rows_max = 100};
    struct ticket_list request = {0};
    struct ticket_list_reply reply;
    assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 1);
    assert_true(reply.more);
}

static void filters_that_are_not_for_all_are_refused(void **state)
{
    (void)state;
    struct ticket_list by_requester = {.present = UINT64_C(1) << TICKET_LIST_REQUESTER,
                                       .requester = text_of("ann")};
    struct ticket_list deleted = {.present = UINT64_C(1) << TICKET_LIST_DELETED, .deleted = true};
    struct ticket_list_reply reply;
    struct origin mode = room.root;
    struct origin admin = desk_sign_in(&room.desk, "root");
    assert_int_equal(list(room.ann, &by_requester, &reply), ERROR_FORBIDDEN);
    assert_int_equal(list(room.ann, &deleted, &reply), ERROR_FORBIDDEN);
    assert_int_equal(list(room.sam, &deleted, &reply), ERROR_FORBIDDEN);
    assert_int_equal(list(admin, &deleted, &reply), ERROR_ELEVATION_REQUIRED);
    assert_int_equal(list(mode, &deleted, &reply), ERROR_NONE);
    assert_int_equal(list(desk_nobody, &deleted, &reply), ERROR_NOT_SIGNED_IN);
}

static void deleted_tickets_are_in_their_own_list_only(void **state)
{
    (void)state;
    make_tickets(room.ann, "T", 3);
    assert_verdict(desk_admin_ticket(&room.desk, METHOD_ADMIN_TICKET_DELETE, room.root, 2),
                   ERROR_NONE);
    struct ticket_list usual = {0};
    struct ticket_list deleted = {.present = UINT64_C(1) << TICKET_LIST_DELETED, .deleted = true};
    struct ticket_list_reply reply;
    assert_int_equal(list(room.root, &usual, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
    assert_int_equal(list(room.ann, &usual, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
    assert_int_equal(list(room.root, &deleted, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 1);
    assert_int_equal(((const struct ticket *)reply.tickets.items)[0].number, 2);
}

static void unknown_requester_has_no_tickets(void **state)
{
    (void)state;
    make_tickets(room.ann, "T", 3);
    struct ticket_list request = {.present = UINT64_C(1) << TICKET_LIST_REQUESTER,
                                  .requester = text_of("nobody.here")};
    struct ticket_list_reply reply;
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 0);
    assert_false(reply.more);
    request.requester = text_of("ann");
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 3);
}

static void take(struct origin origin, uint64_t number)
{
    struct ticket_act request = {.number = number};
    assert_verdict(desk_do(&room.desk, METHOD_TICKET_TAKE, origin, &request), ERROR_NONE);
}

/* Also for the requester, whom the ticket itself tells who owns it. */
static void tickets_of_an_owner_or_of_nobody_are_listed(void **state)
{
    (void)state;
    struct ticket_list request = {.present = UINT64_C(1) << TICKET_LIST_OWNER};
    struct ticket_list_reply reply;
    make_tickets(room.ann, "A", 3);
    make_tickets(room.root, "B", 2);
    take(room.sam, 2);
    take(room.sam, 4);
    request.owner = text_of("sam");
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
    assert_int_equal(((const struct ticket *)reply.tickets.items)[1].number, 2);
    assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 1);
    request.owner = text_of("-");
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 3);
    assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
    request.owner = text_of("nobody.here");
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 0);
}

/* Told in answers alone: the bytes of an event are the same for all who see alike. */
static void watching_is_told_to_who_asks(void **state)
{
    (void)state;
    struct ticket_act act = {.number = desk_ticket(&room.desk, room.ann, "Watched")};
    struct ticket_get request = {.number = act.number};
    struct ticket_reply_full reply;
    assert_verdict(desk_do(&room.desk, METHOD_TICKET_WATCH, room.sam, &act), ERROR_NONE);
    assert_int_equal(ask(room.sam, METHOD_TICKET_GET, query_ticket_get, &request, &reply),
                     ERROR_NONE);
    assert_true(reply.ticket.watching);
    assert_int_equal(ask(room.ann, METHOD_TICKET_GET, query_ticket_get, &request, &reply),
                     ERROR_NONE);
    assert_false(reply.ticket.watching);
}

/* Whole pages of notes in between must not end a requester's page early. */
static void hidden_notes_take_no_place_on_a_page(void **state)
{
    (void)state;
    uint64_t number = desk_ticket(&room.desk, room.ann, "Noted");
    for (size_t i = 0; i < 30; i++) {
        (void)desk_say(&room.desk, METHOD_TICKET_NOTE, room.sam, number, "note");
    }
    (void)desk_say(&room.desk, METHOD_TICKET_REPLY, room.sam, number, "reply");
    struct ticket_messages request = {.number = number, .limit = 5};
    struct ticket_messages_reply reply;
    assert_int_equal(ask(room.ann, METHOD_TICKET_MESSAGES, query_ticket_messages, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.messages.count, 1);
    assert_false(reply.more);
    assert_int_equal(ask(room.sam, METHOD_TICKET_MESSAGES, query_ticket_messages, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.messages.count, 5);
    assert_true(reply.more);
}

static uint64_t unread_in_list(struct origin origin, uint64_t number)
{
    struct ticket_list request = {.limit = PAGE_MAX};
    struct ticket_list_reply reply;
    assert_int_equal(list(origin, &request, &reply), ERROR_NONE);
    const struct ticket *tickets = reply.tickets.items;
    for (size_t i = 0; i < reply.tickets.count; i++) {
        if (tickets[i].number == number) {
            assert_true(present_has(tickets[i].present, TICKET_UNREAD));
            return tickets[i].unread;
        }
    }
    fail();
    return 0;
}

/* A requester who saw a count rise would know that staff wrote a note about them. */
static void unread_counts_what_the_viewer_may_see(void **state)
{
    (void)state;
    uint64_t number = desk_ticket(&room.desk, room.ann, "Noted");
    struct ticket_get request = {.number = number};
    struct ticket_reply_full reply;
    (void)desk_say(&room.desk, METHOD_TICKET_NOTE, room.sam, number, "note");
    assert_int_equal(unread_in_list(room.ann, number), 0);
    assert_int_equal(unread_in_list(room.root, number), 1);
    assert_int_equal(unread_in_list(room.sam, number), 0); /* their own */
    desk_read_end(&room.desk);
    (void)desk_say(&room.desk, METHOD_TICKET_REPLY, room.sam, number, "reply");
    assert_int_equal(unread_in_list(room.ann, number), 1);
    assert_int_equal(ask(room.ann, METHOD_TICKET_GET, query_ticket_get, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.ticket.unread, 1);
    assert_int_equal(ask(room.root, METHOD_TICKET_GET, query_ticket_get, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.ticket.unread, 2);
}

/* Counting is work too: a page ends when it was enough, and goes on with the next. */
static void a_list_of_the_unread_comes_whole_in_bounded_pages(void **state)
{
    (void)state;
    for (size_t i = 0; i < 12; i++) {
        uint64_t number = desk_ticket(&room.desk, room.ann, "Ticket");
        for (size_t k = 0; i % 2 == 0 && k < 5; k++) {
            (void)desk_say(&room.desk, METHOD_TICKET_REPLY, room.sam, number, "reply");
        }
    }
    room.query = (struct query){.page_default = 50, .page_bytes = 65536, .rows_max = 10};
    struct ticket_list request = {.present = UINT64_C(1) << TICKET_LIST_UNREAD, .unread = true};
    struct ticket_list_reply reply;
    size_t found = 0;
    size_t pages = 0;
    do {
        assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
        found += reply.tickets.count;
        pages++;
        request.cursor = reply.cursor;
    } while (reply.more);
    assert_int_equal(found, 6);
    assert_true(pages > 2); /* 12 tickets and their messages, ten at a time */
    request.cursor = 0;
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 0);
}

static void account_of_others_is_for_staff(void **state)
{
    (void)state;
    struct account_get oneself = {0};
    struct account_get other = {.present = UINT64_C(1) << ACCOUNT_GET_NAME, .name = text_of("bob")};
    struct account_get absent = {.present = UINT64_C(1) << ACCOUNT_GET_NAME,
                                 .name = text_of("zoe")};
    struct account_get own_name = {.present = UINT64_C(1) << ACCOUNT_GET_NAME,
                                   .name = text_of("ann")};
    struct account_reply reply;
    enum method method = METHOD_ACCOUNT_GET;
    assert_int_equal(ask(room.ann, method, query_account_get, &oneself, &reply), ERROR_NONE);
    assert_text(reply.account.name, "ann");
    assert_int_equal(ask(room.ann, method, query_account_get, &own_name, &reply), ERROR_NONE);
    assert_int_equal(ask(room.ann, method, query_account_get, &other, &reply), ERROR_NOT_FOUND);
    assert_int_equal(ask(room.ann, method, query_account_get, &absent, &reply), ERROR_NOT_FOUND);
    assert_int_equal(ask(room.sam, method, query_account_get, &other, &reply), ERROR_NONE);
    assert_text(reply.account.name, "bob");
    assert_int_equal(ask(desk_nobody, method, query_account_get, &oneself, &reply),
                     ERROR_NOT_SIGNED_IN);
}

static void accounts_are_listed_in_pages(void **state)
{
    (void)state;
    struct admin_account_list request = {.limit = 3};
    struct admin_account_list_reply reply;
    enum method method = METHOD_ADMIN_ACCOUNT_LIST;
    assert_int_equal(ask(room.root, method, query_admin_account_list, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.accounts.count, 3);
    assert_true(reply.more);
    request.cursor = reply.cursor;
    assert_int_equal(ask(room.root, method, query_admin_account_list, &request, &reply),
                     ERROR_NONE);
    assert_int_equal(reply.accounts.count, 1);
    assert_false(reply.more);
    assert_int_equal(ask(room.sam, method, query_admin_account_list, &request, &reply),
                     ERROR_FORBIDDEN);
    assert_int_equal(ask(desk_console, method, query_admin_account_list, &request, &reply),
                     ERROR_NONE);
}

static int reset_query(void **state)
{
    room = (struct room){0};
    return open_room(state);
}

/* --- Queues ---------------------------------------------------------------------------------- */

static enum error list_queue(struct origin origin, const char *queue,
                             struct ticket_list_reply *ret_reply)
{
    struct ticket_list request = {.present = UINT64_C(1) << TICKET_LIST_QUEUE,
                                  .queue = text_of(queue)};
    return list(origin, &request, ret_reply);
}

/* Ranges of queues are merged, own tickets in other queues among them, newest first. */
static void list_holds_the_queues_one_may_read_and_own_tickets(void **state)
{
    struct ticket_list request = {.limit = PAGE_MAX};
    struct ticket_list_reply reply;
    (void)state;
    desk_queue(&room.desk, "network", true, true);
    desk_queue(&room.desk, "other", false, true);
    desk_rights(&room.desk, "network", "sam", "all");
    uint64_t first = desk_ticket(&room.desk, room.ann, "first");
    uint64_t second = desk_ticket(&room.desk, room.sam, "second");
    uint64_t third = desk_ticket(&room.desk, room.ann, "third");
    assert_verdict(desk_move(&room.desk, room.root, first, "network"), ERROR_NONE);
    assert_verdict(desk_move(&room.desk, room.root, second, "network"), ERROR_NONE);
    assert_verdict(desk_move(&room.desk, room.root, third, "other"), ERROR_NONE);
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 3);
    desk_read_end(&room.desk);
    desk_rights(&room.desk, "network", "sam", "none");
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
    const struct ticket *tickets = reply.tickets.items;
    assert_int_equal(tickets[0].number, third);
    assert_int_equal(tickets[1].number, second); /* as its requester */
    assert_false(present_has(tickets[1].present, TICKET_QUEUE));
    assert_int_equal(list(room.ann, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 2);
}

/* More queues than ranges can be merged: the walk over all tickets leaves the others out. */
static void list_over_many_queues_shows_the_same(void **state)
{
    struct ticket_list request = {.limit = PAGE_MAX};
    struct ticket_list_reply reply;
    char name[8];
    (void)state;
    for (unsigned i = 0; i < 12; i++) {
        (void)snprintf(name, sizeof name, "q%u", i);
        desk_queue(&room.desk, name, i == 5, false);
        uint64_t number = desk_ticket(&room.desk, room.ann, name);
        assert_verdict(desk_move(&room.desk, room.root, number, name), ERROR_NONE);
    }
    assert_int_equal(list(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 11);
    assert_int_equal(list(room.root, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 12);
}

static void filter_by_queue_is_for_those_who_may_read_it(void **state)
{
    struct ticket_list_reply reply;
    (void)state;
    desk_queue(&room.desk, "network", true, true);
    desk_queue(&room.desk, "people", true, false);
    uint64_t number = desk_ticket(&room.desk, room.ann, "first");
    (void)desk_ticket(&room.desk, room.ann, "second");
    assert_verdict(desk_move(&room.desk, room.root, number, "network"), ERROR_NONE);
    assert_int_equal(list_queue(room.ann, "general", &reply), ERROR_FORBIDDEN);
    assert_int_equal(list_queue(room.sam, "network", &reply), ERROR_NOT_FOUND);
    assert_int_equal(list_queue(room.sam, "missing", &reply), ERROR_NOT_FOUND);
    assert_int_equal(list_queue(room.sam, "people", &reply), ERROR_FORBIDDEN);
    assert_int_equal(list_queue(room.sam, "general", &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 1);
    assert_int_equal(list_queue(room.root, "network", &reply), ERROR_NONE);
    assert_int_equal(reply.tickets.count, 1);
}

static size_t count_queues(struct origin origin, struct queue_list_reply *ret_reply)
{
    static const struct nothing nothing;
    assert_int_equal(ask(origin, METHOD_QUEUE_LIST, query_queue_list, &nothing, ret_reply),
                     ERROR_NONE);
    return ret_reply->queues.count;
}

static void queues_are_listed_to_those_who_know_of_them(void **state)
{
    struct queue_list_reply reply;
    (void)state;
    desk_queue(&room.desk, "network", true, true);
    desk_queue(&room.desk, "people", true, false);
    desk_queue(&room.desk, "staff", false, true);
    assert_int_equal(count_queues(room.ann, &reply), 2);
    const struct queue *queues = reply.queues.items;
    assert_text(queues[0].name, "general");
    assert_true(queues[0].is_default && queues[0].takes);
    assert_text(queues[0].rights, "");
    assert_text(queues[1].name, "people");
    assert_int_equal(count_queues(room.sam, &reply), 3);
    queues = reply.queues.items;
    assert_text(queues[0].rights, "read create change own");
    assert_text(queues[1].rights, ""); /* only to file into */
    assert_int_equal(count_queues(room.root, &reply), 4);
    assert_int_equal(count_queues(desk_console, &reply), 4);
}

static enum error ask_people(struct origin origin, struct queue_people *request,
                             struct queue_people_reply *ret_reply)
{
    present_mark(&request->present, QUEUE_PEOPLE_QUEUE);
    return ask(origin, METHOD_QUEUE_PEOPLE, query_queue_people, request, ret_reply);
}

/* Whom one gives a ticket to is told to those who could give it, and to nobody else. */
static void people_of_a_queue_are_told_to_those_who_work_there(void **state)
{
    struct queue_people request = {.queue = text_of("network"), .owners = true};
    struct queue_people_reply reply;
    (void)state;
    desk_queue(&room.desk, "network", true, true);
    assert_int_equal(ask_people(room.ann, &request, &reply), ERROR_FORBIDDEN);
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NOT_FOUND);
    desk_read_end(&room.desk);
    desk_rights(&room.desk, "network", "sam", "read");
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_FORBIDDEN);
    desk_read_end(&room.desk);
    desk_rights(&room.desk, "network", "sam", "read change");
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.people.count, 1); /* the admin: sam may not own */
    assert_text(((const struct queue_person *)reply.people.items)[0].name, "root");
    desk_read_end(&room.desk);
    desk_rights(&room.desk, "network", "sam", "all");
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.people.count, 2);

    /* In copy may be anybody whose account is active. */
    request.owners = false;
    request.name = text_of("an");
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.people.count, 1);
    assert_text(((const struct queue_person *)reply.people.items)[0].name, "ann");
    desk_read_end(&room.desk);
    struct outcome outcome =
        desk_admin_account(&room.desk, METHOD_ADMIN_ACCOUNT_DISABLE, desk_console, "ann");
    assert_int_equal(outcome.verdict, ERROR_NONE);
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.people.count, 0);

    request.name = text_of("");
    request.limit = 1;
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_int_equal(reply.people.count, 1);
    assert_true(reply.more);
    request.cursor = reply.cursor;
    request.limit = PAGE_MAX;
    assert_int_equal(ask_people(room.sam, &request, &reply), ERROR_NONE);
    assert_false(reply.more);
}

static void members_of_a_queue_come_a_page_at_a_time(void **state)
{
    struct admin_queue_members request = {.queue = text_of("network"), .limit = 1};
    struct admin_queue_members_reply reply;
    (void)state;
    desk_queue(&room.desk, "network", true, true);
    desk_rights(&room.desk, "network", "sam", "read");
    desk_rights(&room.desk, "network", "root", "all");
    assert_int_equal(
        ask(room.root, METHOD_ADMIN_QUEUE_MEMBERS, query_admin_queue_members, &request, &reply),
        ERROR_NONE);
    assert_int_equal(reply.members.count, 1);
    assert_true(reply.more);
    const struct queue_member *member = reply.members.items;
    assert_text(member->name, "sam");
    assert_text(member->rights, "read");
    request.cursor = reply.cursor;
    assert_int_equal(
        ask(room.root, METHOD_ADMIN_QUEUE_MEMBERS, query_admin_queue_members, &request, &reply),
        ERROR_NONE);
    assert_int_equal(reply.members.count, 1);
    assert_false(reply.more);
    request.queue = text_of("missing");
    assert_int_equal(
        ask(room.root, METHOD_ADMIN_QUEUE_MEMBERS, query_admin_queue_members, &request, &reply),
        ERROR_NOT_FOUND);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, reset_query, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pages_of_a_list_join_without_gap_or_double),
        TEST(list_looks_at_a_bounded_number_of_tickets),
        TEST(page_stays_below_its_bytes),
        TEST(item_longer_than_a_page_still_comes),
        TEST(filters_that_are_not_for_all_are_refused),
        TEST(deleted_tickets_are_in_their_own_list_only),
        TEST(unknown_requester_has_no_tickets),
        TEST(tickets_of_an_owner_or_of_nobody_are_listed),
        TEST(watching_is_told_to_who_asks),
        TEST(hidden_notes_take_no_place_on_a_page),
        TEST(unread_counts_what_the_viewer_may_see),
        TEST(a_list_of_the_unread_comes_whole_in_bounded_pages),
        TEST(account_of_others_is_for_staff),
        TEST(accounts_are_listed_in_pages),
        TEST(list_holds_the_queues_one_may_read_and_own_tickets),
        TEST(list_over_many_queues_shows_the_same),
        TEST(filter_by_queue_is_for_those_who_may_read_it),
        TEST(queues_are_listed_to_those_who_know_of_them),
        TEST(people_of_a_queue_are_told_to_those_who_work_there),
        TEST(members_of_a_queue_come_a_page_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
