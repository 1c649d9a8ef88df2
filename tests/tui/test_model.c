/* The model on a connection of the test's own: what replies and events do to what a person sees. */
#include "tui/model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- A connection that keeps what it is asked --- */

enum { ASKED_MAX = 32, COPY_BYTES = 256 };

struct asked {
    enum method method;
    connection_reply *on_reply; /* NULL: cancelled or answered */
    void *context;
    uint64_t copy[COPY_BYTES / 8]; /* of the request; what it points to is the model's */
};

struct connection {
    enum connection_state state;
    bool signed_in;
    bool bound;
    struct asked asked[ASKED_MAX];
    size_t count;
};

uint64_t connection_request(struct connection *connection, enum method method, const void *request,
                            connection_reply *on_reply, void *context)
{
    assert_true(connection->count < ASKED_MAX);
    assert_true(methods[method].request->size <= COPY_BYTES);
    struct asked *asked = &connection->asked[connection->count++];
    *asked = (struct asked){.method = method, .on_reply = on_reply, .context = context};
    memcpy(asked->copy, request, methods[method].request->size);
    return connection->count;
}

void connection_cancel(struct connection *connection, uint64_t request)
{
    connection->asked[request - 1].on_reply = NULL;
}

void connection_bind(struct connection *connection, bool bound)
{
    connection->bound = bound;
}

enum connection_state connection_state(const struct connection *connection)
{
    return connection->state;
}

bool connection_signed_in(const struct connection *connection)
{
    return connection->signed_in;
}

uint64_t connection_desk_ms(const struct connection *connection)
{
    (void)connection;
    return 1000;
}

/* --- The desk's side --- */

struct bench {
    struct connection connection;
    struct model model;
    unsigned changes;
    enum error failed;
};

static void on_change(void *context, unsigned changes, bool by_event)
{
    (void)by_event;
    ((struct bench *)context)->changes |= changes;
}

static void on_failure(void *context, enum error error, const struct failure *failure)
{
    (void)failure;
    ((struct bench *)context)->failed = error;
}

/* The newest request of a method that nobody has answered. */
static struct asked *waiting(struct bench *bench, enum method method)
{
    for (size_t i = bench->connection.count; i > 0; i--) {
        struct asked *asked = &bench->connection.asked[i - 1];
        if (asked->method == method && asked->on_reply != NULL) {
            return asked;
        }
    }
    return NULL;
}

static void answer(struct bench *bench, enum method method, enum error error, const void *reply)
{
    struct asked *asked = waiting(bench, method);
    struct failure failure = {.code = error, .message = text_of("No.")};

    assert_non_null(asked);
    connection_reply *on_reply = asked->on_reply;
    asked->on_reply = NULL;
    on_reply(asked->context, error, reply, error != ERROR_NONE ? &failure : NULL);
}

static const uint8_t epoch[EPOCH_BYTES] = {1};

static void answer_subscribe(struct bench *bench, uint64_t sequence)
{
    struct feed_subscribed reply = {.sequence = sequence, .epoch = {epoch, EPOCH_BYTES}};

    answer(bench, METHOD_FEED_SUBSCRIBE, ERROR_NONE, &reply);
}

static struct ticket ticket_of(uint64_t number, uint64_t version, const char *title)
{
    return (struct ticket){.number = number,
                           .version = version,
                           .title = text_of(title),
                           .requester = text_of("joe"),
                           .owner = text_of("")};
}

static void answer_page(struct bench *bench, uint64_t from, size_t count, bool more,
                        uint64_t sequence)
{
    struct ticket tickets[8];
    struct ticket_list_reply reply = {
        .tickets = {tickets, count}, .more = more, .cursor = from, .sequence = sequence};

    for (size_t i = 0; i < count; i++) {
        tickets[i] = ticket_of(from - i, 1, "a title");
    }
    answer(bench, METHOD_TICKET_LIST, ERROR_NONE, &reply);
}

static struct bench *bench_create(enum role role)
{
    static const struct model_callbacks callbacks = {on_change, on_failure};
    struct account account = {.name = text_of("joe"),
                              .email = text_of("joe@x"),
                              .display_name = text_of(""),
                              .role = role};
    struct bench *bench = calloc(1, sizeof *bench);

    assert_non_null(bench);
    bench->connection.state = CONNECTION_READY;
    bench->connection.signed_in = true;
    model_init(&bench->model, &bench->connection, &callbacks, bench);
    model_signed_in(&bench->model, &account);
    return bench;
}

static void bench_destroy(struct bench *bench)
{
    model_finish(&bench->model);
    free(bench);
}

static struct bench *bench_with_list(size_t count)
{
    struct bench *bench = bench_create(ROLE_STAFF);

    answer_subscribe(bench, 10);
    answer_page(bench, count, count, false, 10);
    return bench;
}

static void tell(struct bench *bench, uint64_t sequence, const struct ticket *ticket,
                 enum method what)
{
    struct feed_event event = {
        .number = ticket->number, .entry = {.sequence = sequence, .what = what}, .ticket = *ticket};

    model_on_notification(&bench->model, NOTIFICATION_FEED_EVENT, &event);
}

static void tell_gone(struct bench *bench, uint64_t sequence, uint64_t number)
{
    struct ticket_gone gone = {.number = number, .sequence = sequence};

    model_on_notification(&bench->model, NOTIFICATION_TICKET_GONE, &gone);
}

/* --- Signing in and the feed --- */

/* One round trip: events and the first page are asked for at once, each role for what it may. */
static void signing_in_asks_for_events_and_tickets(void **state)
{
    (void)state;
    static const enum feed feeds[] = {
        [ROLE_USER] = FEED_OWN, [ROLE_STAFF] = FEED_ALL, [ROLE_ADMIN] = FEED_ALL};
    for (unsigned role = 0; role < ROLE_COUNT; role++) {
        struct bench *bench = bench_create((enum role)role);
        const struct asked *asked = waiting(bench, METHOD_FEED_SUBSCRIBE);
        assert_non_null(asked);
        assert_int_equal(((const struct feed_subscribe *)(const void *)asked->copy)->feed,
                         feeds[role]);
        assert_non_null(waiting(bench, METHOD_TICKET_LIST));
        assert_false(model_is_live(&bench->model));
        answer_subscribe(bench, 10);
        assert_true(model_is_live(&bench->model));
        bench_destroy(bench);
    }
}

/* After a lost line only what was missed is asked for; nothing on the screen is read again. */
static void coming_back_resumes_the_feed(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct ticket changed = ticket_of(2, 2, "b");

    (void)state;
    tell(bench, 15, &changed, METHOD_TICKET_UPDATE);
    bench->connection.state = CONNECTION_WAITING;
    model_on_state(&bench->model, CONNECTION_WAITING);
    assert_false(model_is_live(&bench->model));
    assert_int_equal(bench->model.tickets.count, 3);
    bench->connection.state = CONNECTION_READY;
    model_on_state(&bench->model, CONNECTION_READY);
    const struct feed_subscribe *request =
        (const void *)waiting(bench, METHOD_FEED_SUBSCRIBE)->copy;
    assert_true(present_has(request->present, SUBSCRIBE_SINCE));
    assert_int_equal(request->since, 15);
    assert_memory_equal(request->epoch.data, epoch, EPOCH_BYTES);
    assert_null(waiting(bench, METHOD_TICKET_LIST));
    answer_subscribe(bench, 20);
    assert_true(model_is_live(&bench->model));
    bench_destroy(bench);
}

/* A desk that has been restored, or went on too far, says so: then everything is read anew. */
static void resync_reads_everything_again(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    model_ticket_open(&bench->model.ticket, 2);
    bench->connection.asked[bench->connection.count - 1].on_reply = NULL;
    model_on_state(&bench->model, CONNECTION_READY);
    answer(bench, METHOD_FEED_SUBSCRIBE, ERROR_RESYNC, NULL);
    const struct feed_subscribe *request =
        (const void *)waiting(bench, METHOD_FEED_SUBSCRIBE)->copy;
    assert_false(present_has(request->present, SUBSCRIBE_SINCE));
    assert_non_null(waiting(bench, METHOD_TICKET_LIST));
    assert_non_null(waiting(bench, METHOD_TICKET_GET));
    assert_int_equal(bench->model.tickets.count, 3); /* until the answer comes */
    bench_destroy(bench);
}

/* Rights have changed: what may be seen is read anew, from a new subscription. */
static void change_of_rights_reads_everything_again(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct feed_resync resync = {.sequence = 12};

    (void)state;
    model_on_notification(&bench->model, NOTIFICATION_FEED_RESYNC, &resync);
    assert_false(model_is_live(&bench->model));
    const struct feed_subscribe *request =
        (const void *)waiting(bench, METHOD_FEED_SUBSCRIBE)->copy;
    assert_false(present_has(request->present, SUBSCRIBE_SINCE));
    answer_subscribe(bench, 12);
    answer_page(bench, 2, 1, false, 12);
    assert_int_equal(bench->model.tickets.count, 1);
    assert_true(model_is_live(&bench->model));
    bench_destroy(bench);
}

/* Names of queues outlive the answer they came in. */
static void queues_are_kept_until_they_are_read_again(void **state)
{
    struct bench *bench = bench_create(ROLE_STAFF);
    char name[] = "network";
    struct queue queue = {.name = {name, 7}, .takes = true, .version = 1};
    struct queue_list_reply reply = {.queues = {&queue, 1}, .sequence = 1};

    (void)state;
    answer(bench, METHOD_QUEUE_LIST, ERROR_NONE, &reply);
    memset(name, 'x', 7);
    assert_int_equal(bench->model.queues.count, 1);
    assert_string_equal(bench->model.queues.items[0].name.data, "network");
    model_queues_refresh(&bench->model.queues);
    answer(bench, METHOD_QUEUE_LIST, ERROR_UNKNOWN_METHOD, NULL);
    assert_int_equal(bench->model.queues.count, 1);
    assert_int_equal(bench->failed, ERROR_NONE);
    bench_destroy(bench);
}

/* A sign-in that is over is noticed, and nothing is thrown away. */
static void an_ended_sign_in_keeps_what_is_shown(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    bench->connection.signed_in = false;
    model_on_state(&bench->model, CONNECTION_READY);
    assert_true(bench->model.account.expired);
    assert_int_equal(bench->model.tickets.count, 3);
    bench_destroy(bench);
}

/* Another role sees another desk: nothing is resumed. */
static void another_role_reads_everything_again(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct account account = bench->model.account.account;

    (void)state;
    account.role = ROLE_USER;
    account.name = text_of("joe");
    account.email = text_of("joe@x");
    account.display_name = text_of("");
    model_signed_in(&bench->model, &account);
    const struct feed_subscribe *request =
        (const void *)waiting(bench, METHOD_FEED_SUBSCRIBE)->copy;
    assert_int_equal(request->feed, FEED_OWN);
    assert_false(present_has(request->present, SUBSCRIBE_SINCE));
    assert_non_null(waiting(bench, METHOD_TICKET_LIST));
    bench_destroy(bench);
}

/* Admin mode ends with the line, whatever was agreed before. */
static void admin_mode_ends_with_the_line(void **state)
{
    struct bench *bench = bench_create(ROLE_ADMIN);

    (void)state;
    model_set_elevated(&bench->model, 5000);
    assert_true(model_is_elevated(&bench->model));
    model_set_elevated(&bench->model, 900);
    assert_false(model_is_elevated(&bench->model));
    model_set_elevated(&bench->model, 5000);
    bench->connection.state = CONNECTION_WAITING;
    model_on_state(&bench->model, CONNECTION_WAITING);
    assert_false(model_is_elevated(&bench->model));
    bench_destroy(bench);
}

/* --- Lists --- */

/* Pages are appended once each, in the order of numbers. */
static void pages_are_appended(void **state)
{
    struct bench *bench = bench_create(ROLE_STAFF);
    struct model_tickets *tickets = &bench->model.tickets;
    size_t index;

    (void)state;
    answer_subscribe(bench, 10);
    answer_page(bench, 9, 4, true, 10);
    assert_int_equal(tickets->count, 4);
    model_tickets_more(tickets);
    model_tickets_more(tickets); /* one on its way already */
    const struct ticket_list *request = (const void *)waiting(bench, METHOD_TICKET_LIST)->copy;
    assert_int_equal(request->cursor, 9);
    answer_page(bench, 5, 4, false, 11);
    assert_null(waiting(bench, METHOD_TICKET_LIST));
    model_tickets_more(tickets);
    assert_null(waiting(bench, METHOD_TICKET_LIST));
    assert_int_equal(tickets->count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(tickets->rows[i].ticket.number, 9 - i);
    }
    assert_true(model_tickets_find(tickets, 4, &index));
    assert_int_equal(index, 5);
    assert_false(model_tickets_find(tickets, 10, &index));
    assert_int_equal(index, 0);
    bench_destroy(bench);
}

/* With a filter the desk may find nothing in as many tickets as it looks at for one request. */
static void empty_pages_are_asked_past(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    model_tickets_filter(&bench->model.tickets, "printer");
    const struct ticket_list *request = (const void *)waiting(bench, METHOD_TICKET_LIST)->copy;
    assert_true(text_equal(request->query, text_of("printer")));
    assert_int_equal(request->zone.length, 6);
    assert_int_equal(bench->model.tickets.count, 3);
    answer_page(bench, 900, 0, true, 20);
    assert_non_null(waiting(bench, METHOD_TICKET_LIST));
    answer_page(bench, 3, 1, false, 20);
    assert_int_equal(bench->model.tickets.count, 1);
    bench_destroy(bench);
}

/* A visible row changes where it stands; what is older than the row changes nothing. */
static void events_change_rows_in_place(void **state)
{
    struct bench *bench = bench_with_list(3);
    const struct model_tickets *tickets = &bench->model.tickets;
    struct ticket newer = ticket_of(2, 3, "newer");
    struct ticket older = ticket_of(2, 2, "older");

    (void)state;
    tell(bench, 12, &newer, METHOD_TICKET_UPDATE);
    tell(bench, 11, &older, METHOD_TICKET_UPDATE);
    assert_int_equal(tickets->count, 3);
    assert_string_equal(tickets->rows[1].ticket.title.data, "newer");
    assert_int_equal(bench->model.sequence, 12);
    bench_destroy(bench);
}

/* Rows that the desk has sorted stay in its order, and its next page goes on where it said. */
static void sorted_pages_keep_the_order_of_the_desk(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct model_tickets *tickets = &bench->model.tickets;
    struct ticket_list_reply page = {.more = true};
    struct ticket rows[] = {ticket_of(2, 1, "b"), ticket_of(9, 1, "i"), ticket_of(4, 1, "d")};
    static const uint8_t place[] = {7, 7, 7};
    size_t index;

    (void)state;
    model_tickets_filter(tickets, "sort:updated");
    page.tickets = (struct list){.items = rows, .count = 3};
    page.place = (struct bytes){place, sizeof place};
    answer(bench, METHOD_TICKET_LIST, ERROR_NONE, &page);
    assert_int_equal(tickets->rows[0].ticket.number, 2);
    assert_int_equal(tickets->rows[1].ticket.number, 9);
    assert_true(model_tickets_find(tickets, 4, &index));
    assert_int_equal(index, 2);
    model_tickets_more(tickets);
    const struct ticket_list *request = (const void *)waiting(bench, METHOD_TICKET_LIST)->copy;
    assert_int_equal(request->place.length, sizeof place);
    assert_false(present_has(request->present, TICKET_LIST_CURSOR));
    bench_destroy(bench);
}

/* What the desk does not understand leaves the list and its filter, and is there to be mended. */
static void a_refused_filter_leaves_the_one_before(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct model_tickets *tickets = &bench->model.tickets;
    struct failure failure = {.code = ERROR_INVALID_FIELD};

    (void)state;
    model_tickets_filter(tickets, "printer");
    answer_page(bench, 3, 2, false, 20);
    model_tickets_filter(tickets, "sevrity:major");
    answer(bench, METHOD_TICKET_LIST, ERROR_INVALID_FIELD, &failure);
    assert_string_equal(tickets->filter, "printer");
    assert_string_equal(tickets->typed, "sevrity:major");
    assert_int_equal(tickets->count, 2);
    bench_destroy(bench);
}

/* A new ticket comes in above; with a filter only the desk knows whether it belongs. */
static void new_tickets_come_in_where_they_belong(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct ticket fresh = ticket_of(4, 1, "fresh");
    struct ticket other = ticket_of(5, 1, "other");

    (void)state;
    tell(bench, 9, &fresh, METHOD_TICKET_CREATE); /* older than what the list was read from */
    assert_int_equal(bench->model.tickets.count, 3);
    tell(bench, 12, &fresh, METHOD_TICKET_CREATE);
    assert_int_equal(bench->model.tickets.count, 4);
    assert_int_equal(bench->model.tickets.rows[0].ticket.number, 4);
    model_tickets_filter(&bench->model.tickets, "x");
    answer_page(bench, 3, 1, false, 12);
    tell(bench, 13, &other, METHOD_TICKET_CREATE);
    assert_int_equal(bench->model.tickets.count, 1);
    bench_destroy(bench);
}

/* A deleted row says so and stays until it is taken away: nothing moves under a finger. */
static void deleted_rows_stay_until_tidied(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    tell_gone(bench, 10, 2); /* as old as the list: it was there again since */
    assert_false(bench->model.tickets.rows[1].gone);
    tell_gone(bench, 12, 2);
    assert_true(bench->model.tickets.rows[1].gone);
    assert_int_equal(bench->model.tickets.count, 3);
    model_tickets_tidy(&bench->model.tickets);
    assert_int_equal(bench->model.tickets.count, 2);
    assert_int_equal(bench->model.tickets.rows[1].ticket.number, 1);
    bench_destroy(bench);
}

/* A failed query leaves what was known. */
static void a_failed_query_keeps_the_rows(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    model_tickets_refresh(&bench->model.tickets);
    answer(bench, METHOD_TICKET_LIST, ERROR_BUSY, NULL);
    assert_int_equal(bench->failed, ERROR_BUSY);
    assert_int_equal(bench->model.tickets.count, 3);
    bench_destroy(bench);
}

/* --- Marks --- */

/* A mark is on a ticket, not on a row: whatever comes in above or is read anew, the act that
 * follows is about the tickets the person pointed at. */
static void marks_stay_on_their_tickets(void **state)
{
    struct bench *bench = bench_with_list(4);
    struct model *model = &bench->model;
    struct ticket added = ticket_of(5, 1, "new above");
    struct ticket changed = ticket_of(3, 2, "another title");

    (void)state;
    assert_true(model_mark(model, 1));
    assert_true(model_mark(model, 3));
    assert_true(model_mark(model, 3));
    tell(bench, 11, &added, METHOD_TICKET_CREATE);
    tell(bench, 12, &changed, METHOD_TICKET_UPDATE);
    model_tickets_refresh(&model->tickets);
    answer_page(bench, 5, 5, false, 12);
    model_tickets_filter(&model->tickets, "a text");
    answer_page(bench, 5, 1, false, 12);
    assert_int_equal(model->marks.count, 2);
    assert_int_equal(model->marks.numbers[0], 3);
    assert_int_equal(model->marks.numbers[1], 1);
    assert_true(model_is_marked(model, 3));
    assert_false(model_is_marked(model, 5));
    assert_true(model_unmark(model, 3));
    assert_false(model_unmark(model, 3));
    model_unmark_all(model);
    assert_int_equal(model->marks.count, 0);
    bench_destroy(bench);
}

/* Nobody acts on what they can't see: who vanishes loses the mark, once, and it can be told. */
static void tickets_that_vanish_lose_their_marks(void **state)
{
    struct bench *bench = bench_with_list(4);
    struct model *model = &bench->model;
    struct ticket merged = ticket_of(2, 2, "a title");
    uint64_t number;

    (void)state;
    for (uint64_t i = 1; i <= 4; i++) {
        assert_true(model_mark(model, i));
    }
    tell_gone(bench, 11, 4);
    assert_int_equal(model_take_lost_marks(model, &number), 1);
    assert_int_equal(number, 4);
    assert_int_equal(model_take_lost_marks(model, &number), 0);
    merged.merged_into = 1;
    present_mark(&merged.present, TICKET_MERGED_INTO);
    tell(bench, 12, &merged, METHOD_TICKET_MERGE);
    assert_int_equal(model_take_lost_marks(model, &number), 1);
    assert_int_equal(number, 2);
    bench_destroy(bench);
}

/* With a filter set, or from another page, a vanished ticket is in no row: its mark goes as well.
 */
static void marks_outside_the_rows_are_lost_too(void **state)
{
    struct bench *bench = bench_with_list(4);
    struct model *model = &bench->model;
    uint64_t number;

    (void)state;
    for (uint64_t i = 1; i <= 4; i++) {
        assert_true(model_mark(model, i));
    }
    model_tickets_filter(&model->tickets, "a text");
    answer_page(bench, 4, 1, false, 12);
    assert_int_equal(model->marks.count, 4); /* the filter hides them, no more */
    tell_gone(bench, 13, 2);
    assert_int_equal(model_take_lost_marks(model, &number), 1);
    assert_int_equal(number, 2);

    /* Read anew after a long absence, with nothing told: the first page knows what it covers. */
    model_tickets_filter(&model->tickets, "");
    answer_page(bench, 3, 1, true, 14);
    assert_int_equal(model_take_lost_marks(model, &number), 1);
    assert_int_equal(number, 4);
    assert_true(model_is_marked(model, 3));
    assert_true(model_is_marked(model, 1)); /* further down */
    bench_destroy(bench);
}

static void only_so_many_are_marked(void **state)
{
    struct bench *bench = bench_create(ROLE_STAFF);

    (void)state;
    for (uint64_t i = 1; i <= MODEL_MARKS_MAX; i++) {
        assert_true(model_mark(&bench->model, MODEL_MARKS_MAX + 1 - i));
    }
    assert_false(model_mark(&bench->model, MODEL_MARKS_MAX + 1));
    assert_int_equal(bench->model.marks.count, MODEL_MARKS_MAX);
    bench_destroy(bench);
}

/* --- The open ticket --- */

static void answer_messages(struct bench *bench, const uint64_t *sequences, size_t count, bool more)
{
    struct message messages[4];
    struct ticket_messages_reply reply = {.messages = {messages, count}, .more = more};

    for (size_t i = 0; i < count; i++) {
        messages[i] = (struct message){
            .sequence = sequences[i], .author = text_of("joe"), .text = text_of("words")};
    }
    answer(bench, METHOD_TICKET_MESSAGES, ERROR_NONE, &reply);
}

static void answer_history(struct bench *bench, const uint64_t *sequences, const enum method *whats,
                           size_t count)
{
    struct history_entry entries[4];
    struct ticket_history_reply reply = {.entries = {entries, count}};

    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct history_entry){.sequence = sequences[i], .what = whats[i]};
    }
    answer(bench, METHOD_TICKET_HISTORY, ERROR_NONE, &reply);
}

static void answer_ticket(struct bench *bench, const struct ticket *ticket)
{
    struct ticket_reply_full reply = {.ticket = *ticket, .problem = text_of("It is broken.")};

    answer(bench, METHOD_TICKET_GET, ERROR_NONE, &reply);
}

static struct bench *bench_with_ticket(void)
{
    static const uint64_t said[] = {5, 9};
    static const uint64_t done[] = {3, 5, 7, 9};
    static const enum method whats[] = {METHOD_TICKET_CREATE, METHOD_TICKET_REPLY,
                                        METHOD_TICKET_UPDATE, METHOD_TICKET_NOTE};
    struct bench *bench = bench_with_list(3);
    struct ticket ticket = ticket_of(2, 3, "a title");

    model_ticket_open(&bench->model.ticket, 2);
    answer_history(bench, done, whats, 4);
    answer_messages(bench, said, 2, false);
    answer_ticket(bench, &ticket);
    return bench;
}

/* Messages and changes are read in the order they happened, each once. */
static void messages_and_history_are_merged(void **state)
{
    static const uint64_t order[] = {5, 7, 9};
    struct bench *bench = bench_with_ticket();
    const struct model_ticket *open = &bench->model.ticket;

    (void)state;
    assert_true(open->loaded);
    assert_string_equal(open->problem.data, "It is broken.");
    assert_int_equal(open->count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(open->entries[i].sequence, order[i]);
        assert_int_equal(open->entries[i].is_message, order[i] != 7);
    }
    model_ticket_refresh(&bench->model.ticket);
    answer_messages(bench, order, 1, false); /* one that is there already */
    assert_int_equal(open->count, 3);
    bench_destroy(bench);
}

static void answer_message(struct bench *bench, uint64_t sequence, enum message_state state,
                           const char *text)
{
    struct message message = {
        .sequence = sequence, .author = text_of("joe"), .text = text_of(text), .state = state};
    struct ticket_messages_reply reply = {.messages = {&message, 1}};

    answer(bench, METHOD_TICKET_MESSAGES, ERROR_NONE, &reply);
}

/* It is sent under another number: shown twice it would look as if it had been written twice. */
static void a_held_reply_gives_way_to_the_one_that_was_sent(void **state)
{
    struct bench *bench = bench_with_ticket();
    const struct model_ticket *open = &bench->model.ticket;

    (void)state;
    model_ticket_refresh(&bench->model.ticket);
    answer_message(bench, 11, MESSAGE_HELD, "soon");
    assert_int_equal(open->count, 4);
    model_ticket_refresh(&bench->model.ticket);
    answer_message(bench, 14, MESSAGE_SENT, "soon");
    assert_int_equal(open->count, 4);
    assert_int_equal(open->entries[3].sequence, 14);
    bench_destroy(bench);
}

static void a_corrected_message_stays_where_it_is(void **state)
{
    struct bench *bench = bench_with_ticket();
    const struct model_ticket *open = &bench->model.ticket;

    (void)state;
    model_ticket_refresh(&bench->model.ticket);
    answer_message(bench, 5, MESSAGE_SENT, "other words");
    assert_int_equal(open->count, 3);
    assert_string_equal(open->entries[0].message.text.data, "other words");
    bench_destroy(bench);
}

/* What the list knows is shown before the first answer. */
static void opening_begins_with_what_the_list_knows(void **state)
{
    struct bench *bench = bench_with_list(3);

    (void)state;
    model_ticket_open(&bench->model.ticket, 2);
    assert_string_equal(bench->model.ticket.ticket.title.data, "a title");
    assert_false(bench->model.ticket.loaded);
    bench_destroy(bench);
}

/* An event says that something was said, not what: the words are asked for, from where one is. */
static void a_new_message_is_asked_for(void **state)
{
    static const uint64_t said[] = {12};
    struct bench *bench = bench_with_ticket();
    struct ticket ticket = ticket_of(2, 4, "a title");

    (void)state;
    tell(bench, 12, &ticket, METHOD_TICKET_REPLY);
    const struct ticket_messages *request =
        (const void *)waiting(bench, METHOD_TICKET_MESSAGES)->copy;
    assert_int_equal(request->after, 9);
    answer_messages(bench, said, 1, false);
    assert_int_equal(bench->model.ticket.count, 4);
    assert_int_equal(bench->model.ticket.entries[3].sequence, 12);
    bench_destroy(bench);
}

/* A changed problem is read again; other changes are lines of the history. */
static void changes_are_appended(void **state)
{
    struct bench *bench = bench_with_ticket();
    struct change change = {.field = text_of("problem")};
    struct feed_event event = {
        .number = 2,
        .entry = {.sequence = 13, .what = METHOD_TICKET_UPDATE, .changes = {&change, 1}},
        .ticket = ticket_of(2, 4, "a title")};

    (void)state;
    model_on_notification(&bench->model, NOTIFICATION_FEED_EVENT, &event);
    assert_int_equal(bench->model.ticket.count, 4);
    assert_int_equal(bench->model.ticket.ticket.version, 4);
    assert_non_null(waiting(bench, METHOD_TICKET_GET));
    event.number = 3;
    event.ticket.number = 3;
    event.entry.sequence = 14;
    model_on_notification(&bench->model, NOTIFICATION_FEED_EVENT, &event);
    assert_int_equal(bench->model.ticket.count, 4); /* of another ticket */
    bench_destroy(bench);
}

/* Deleted under the reader: said, not thrown away. */
static void a_deleted_open_ticket_says_so(void **state)
{
    struct bench *bench = bench_with_ticket();

    (void)state;
    tell_gone(bench, 15, 2);
    assert_true(bench->model.ticket.gone);
    assert_true(bench->model.ticket.loaded);
    model_ticket_refresh(&bench->model.ticket);
    answer(bench, METHOD_TICKET_GET, ERROR_NOT_FOUND, NULL);
    assert_int_equal(bench->failed, ERROR_NONE); /* the screen says it */
    bench_destroy(bench);
}

/* Who reads a ticket that is merged meanwhile goes on reading where it went. */
static void a_merged_ticket_leads_to_the_other(void **state)
{
    struct bench *bench = bench_with_ticket();
    struct ticket merged = ticket_of(2, 4, "a title");
    struct ticket survivor = ticket_of(3, 5, "another");

    (void)state;
    merged.merged_into = 3;
    present_mark(&merged.present, TICKET_MERGED_INTO);
    tell(bench, 15, &merged, METHOD_TICKET_MERGE);
    assert_int_equal(bench->model.ticket.number, 3);
    assert_int_equal(bench->model.ticket.merged_from, 2);
    assert_int_equal(bench->model.ticket.count, 0);
    assert_true(bench->model.tickets.rows[1].gone);
    answer_ticket(bench, &survivor);
    assert_true(bench->model.ticket.loaded);
    assert_int_equal(bench->model.ticket.merged_from, 2);

    /* Taken out again, it is in the list as it was. */
    struct ticket alone = ticket_of(2, 6, "a title");
    tell(bench, 16, &alone, METHOD_TICKET_UNMERGE);
    assert_false(bench->model.tickets.rows[1].gone);
    bench_destroy(bench);
}

static void an_old_number_is_opened_as_the_ticket_it_leads_to(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct ticket survivor = ticket_of(1, 1, "survivor");

    (void)state;
    model_ticket_open(&bench->model.ticket, 9);
    answer_ticket(bench, &survivor);
    assert_int_equal(bench->model.ticket.number, 1);
    assert_int_equal(bench->model.ticket.merged_from, 9);
    answer_ticket(bench, &survivor);
    assert_true(bench->model.ticket.loaded);
    bench_destroy(bench);
}

/* Rows outlive the bytes they came in. */
static void rows_keep_their_own_tags(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct ticket ticket = ticket_of(2, 2, "a title");
    char tags[] = "audio vpn";

    (void)state;
    ticket.tags = text_of(tags);
    present_mark(&ticket.present, TICKET_TAGS);
    tell(bench, 12, &ticket, METHOD_TICKET_TAG);
    memset(tags, 'x', sizeof tags - 1);
    assert_true(text_equal(bench->model.tickets.rows[1].ticket.tags, text_of("audio vpn")));
    bench_destroy(bench);
}

/* --- Unread --- */

static void tell_by(struct bench *bench, uint64_t sequence, const char *actor, const char *field)
{
    struct change change = {.field = text_of(field)};
    struct feed_event event = {.number = 2,
                               .entry = {.sequence = sequence,
                                         .actor = text_of(actor),
                                         .what = METHOD_TICKET_REPLY,
                                         .changes = {&change, 1}},
                               .ticket = ticket_of(2, 4, "a title")};

    present_mark(&event.entry.present, HISTORY_ACTOR);
    model_on_notification(&bench->model, NOTIFICATION_FEED_EVENT, &event);
}

/* Messages of others count, once each; whatever else happens leaves the count as it is. */
static void events_count_what_others_wrote(void **state)
{
    struct bench *bench = bench_with_list(3);
    const struct model_row *row = &bench->model.tickets.rows[1];

    (void)state;
    tell_by(bench, 9, "eve", "message"); /* the list knew that */
    assert_int_equal(row->ticket.unread, 0);
    tell_by(bench, 12, "eve", "message");
    tell_by(bench, 13, "joe", "message"); /* oneself */
    tell_by(bench, 14, "eve", "held");
    tell_by(bench, 15, "bob", "message");
    assert_int_equal(row->ticket.unread, 2);
    bench_destroy(bench);
}

/* Read is what was drawn: not what the cursor stood on, not what is still being loaded. */
static void drawing_a_ticket_reads_it(void **state)
{
    static const uint64_t said[] = {12, 14};
    struct bench *bench = bench_with_list(3);
    struct model_ticket *open = &bench->model.ticket;
    struct ticket ticket = ticket_of(2, 4, "a title");
    struct ticket_reply_full reply = {.ticket = ticket, .problem = text_of("It is broken.")};

    (void)state;
    tell_by(bench, 12, "eve", "message");
    model_ticket_open(open, 2);
    model_ticket_was_drawn(open);
    answer_history(bench, NULL, NULL, 0);
    reply.ticket.unread = 1;
    present_mark(&reply.ticket.present, TICKET_UNREAD);
    answer(bench, METHOD_TICKET_GET, ERROR_NONE, &reply);
    model_ticket_was_drawn(open);
    assert_null(waiting(bench, METHOD_TICKET_MARK_READ));

    struct message messages[2] = {
        {.sequence = said[0], .author = text_of("joe"), .text = text_of("mine")},
        {.sequence = said[1], .author = text_of("eve"), .text = text_of("hers")}};
    struct ticket_messages_reply page = {.messages = {messages, 2}};
    answer(bench, METHOD_TICKET_MESSAGES, ERROR_NONE, &page);
    assert_false(model_ticket_is_unread(open, &open->entries[0]));
    assert_true(model_ticket_is_unread(open, &open->entries[1]));
    model_ticket_was_drawn(open);
    const struct asked *asked = waiting(bench, METHOD_TICKET_MARK_READ);
    assert_non_null(asked);
    const struct ticket_mark_read *request = (const void *)asked->copy;
    assert_int_equal(request->number, 2);
    assert_int_equal(request->sequence, 14);
    assert_int_equal(bench->model.tickets.rows[1].ticket.unread, 0);
    answer(bench, METHOD_TICKET_MARK_READ, ERROR_NONE, NULL);
    model_ticket_was_drawn(open); /* once is enough */
    assert_null(waiting(bench, METHOD_TICKET_MARK_READ));
    assert_true(model_ticket_is_unread(open, &open->entries[1])); /* while it stays open */
    bench_destroy(bench);
}

/* --- Presence --- */

static void see(struct bench *bench, uint64_t number, const char *name, enum doing doing)
{
    struct presence_seen seen = {.number = number, .name = text_of(name), .doing = doing};

    model_on_notification(&bench->model, NOTIFICATION_PRESENCE, &seen);
}

static void assert_words(struct bench *bench, uint64_t number, const char *expected)
{
    struct buffer words = {0};

    model_presence_words(&bench->model.presence, number, &words);
    buffer_append(&words, "", 1);
    assert_string_equal((const char *)words.data, expected);
    buffer_finish(&words);
}

/* Who is replying comes first: that is what two people must not do at once. */
static void those_at_a_ticket_are_named(void **state)
{
    struct bench *bench = bench_with_list(3);
    struct presence_seen there = {.number = 2, .name = text_of("bob"), .doing = DOING_READING};
    struct presence_list_reply reply = {.people = {&there, 1}};

    (void)state;
    assert_words(bench, 2, "");
    answer(bench, METHOD_PRESENCE_LIST, ERROR_NONE, &reply);
    assert_words(bench, 2, "bob is reading");
    see(bench, 2, "eve", DOING_READING);
    see(bench, 3, "ida", DOING_READING);
    see(bench, 2, "eve", DOING_REPLYING);
    assert_words(bench, 2, "eve is replying, bob is reading");
    assert_int_equal(model_presence_at(&bench->model.presence, 2), DOING_REPLYING);
    assert_int_equal(model_presence_at(&bench->model.presence, 3), DOING_READING);
    see(bench, 2, "ann", DOING_READING);
    see(bench, 2, "zoe", DOING_READING);
    assert_words(bench, 2, "eve is replying, bob is reading, ann is reading, and others");
    see(bench, 2, "eve", DOING_NOTHING);
    see(bench, 2, "bob", DOING_NOTHING);
    see(bench, 2, "nobody", DOING_NOTHING);
    see(bench, 2, "ann", DOING_NOTHING);
    assert_words(bench, 2, "zoe is reading");
    tell_gone(bench, 20, 2); /* nobody would say any more who leaves it */
    assert_words(bench, 2, "");
    assert_words(bench, 3, "ida is reading");
    bench->connection.state = CONNECTION_WAITING;
    model_on_state(&bench->model, CONNECTION_WAITING);
    assert_words(bench, 3, "");
    bench_destroy(bench);
}

/* Requesters are told nothing of it, so their client does not ask. */
static void only_staff_ask_who_is_there(void **state)
{
    struct bench *bench = bench_create(ROLE_USER);

    (void)state;
    answer_subscribe(bench, 10);
    assert_null(waiting(bench, METHOD_PRESENCE_LIST));
    bench_destroy(bench);
}

/* --- Links --- */

static void answer_links(struct bench *bench, struct linked_ticket *links, size_t count)
{
    struct ticket_links_reply reply = {.links = {links, count}};

    answer(bench, METHOD_TICKET_LINKS, ERROR_NONE, &reply);
}

/* The line in the head of a ticket is as new as the ticket: what changes a link or the other end of
 * one makes them be asked for again, and nothing else does. */
static void links_follow_what_changes_them(void **state)
{
    struct bench *bench = bench_with_ticket();
    struct linked_ticket child = {
        .number = 7, .kind = LINK_PARENT, .title = text_of("part"), .status = STATUS_MINOR};
    struct ticket other = ticket_of(9, 1, "unrelated");
    struct ticket linked = ticket_of(7, 2, "part");
    struct change change = {.field = text_of("link"), .new_value = text_of("child of #9")};
    struct feed_event event = {
        .number = 2,
        .entry = {.sequence = 22, .what = METHOD_TICKET_LINK, .changes = {&change, 1}},
        .ticket = ticket_of(2, 4, "a title")};

    (void)state;
    answer_links(bench, &child, 1);
    assert_int_equal(bench->model.links.count, 1);
    assert_int_equal(bench->model.links.number, 2);
    assert_true((bench->changes & MODEL_LINKS) != 0);
    tell(bench, 20, &other, METHOD_TICKET_UPDATE);
    assert_null(waiting(bench, METHOD_TICKET_LINKS));
    tell(bench, 21, &linked, METHOD_TICKET_UPDATE);
    answer_links(bench, &child, 1);
    model_on_notification(&bench->model, NOTIFICATION_FEED_EVENT, &event);
    answer_links(bench, &child, 0);
    assert_int_equal(bench->model.links.count, 0);
    tell_gone(bench, 23, 7); /* linked no longer */
    assert_null(waiting(bench, METHOD_TICKET_LINKS));
    bench_destroy(bench);
}

/* The links of a ticket are never shown with another. */
static void links_go_with_their_ticket(void **state)
{
    struct bench *bench = bench_with_ticket();
    struct linked_ticket child = {
        .number = 7, .kind = LINK_PARENT, .title = text_of("part"), .status = STATUS_MINOR};

    (void)state;
    answer_links(bench, &child, 1);
    model_ticket_open(&bench->model.ticket, 3);
    assert_int_equal(bench->model.links.number, 3);
    assert_int_equal(bench->model.links.count, 0);
    assert_false(bench->model.links.loaded);
    model_ticket_close(&bench->model.ticket);
    assert_int_equal(bench->model.links.number, 0);
    assert_null(waiting(bench, METHOD_TICKET_LINKS));
    bench_destroy(bench);
}

/* --- The end --- */

/* Signing out leaves nothing of the person in memory that a next one could see. */
static void begin_acting(struct bench *bench)
{
    struct account person = {.name = text_of("eve"),
                             .email = text_of("eve@x"),
                             .display_name = text_of(""),
                             .role = ROLE_USER};

    answer_subscribe(bench, 10);
    answer_page(bench, 3, 3, false, 10);
    model_set_elevated(&bench->model, 5000);
    assert_true(model_mark(&bench->model, 2));
    model_begin_acting(&bench->model, &person);
}

/* Who acts as somebody sees that person's desk and nothing of their own, and back. */
static void acting_reads_everything_anew_both_ways(void **state)
{
    struct bench *bench = bench_create(ROLE_ADMIN);
    const struct model_account *account = &bench->model.account;

    (void)state;
    begin_acting(bench);
    assert_true(account->acting);
    assert_true(text_equal(account->account.name, text_of("eve")));
    assert_true(text_equal(account->admin.name, text_of("joe")));
    assert_false(model_is_elevated(&bench->model));
    assert_int_equal(bench->model.tickets.count, 0);
    assert_int_equal(bench->model.marks.count, 0);
    assert_true(bench->connection.bound);
    const struct asked *asked = waiting(bench, METHOD_FEED_SUBSCRIBE);
    assert_int_equal(((const struct feed_subscribe *)(const void *)asked->copy)->feed, FEED_OWN);
    assert_non_null(waiting(bench, METHOD_TICKET_LIST));
    answer_subscribe(bench, 11);
    answer_page(bench, 1, 1, false, 11);

    model_end_acting(&bench->model);
    assert_false(account->acting);
    assert_false(bench->connection.bound);
    assert_true(text_equal(account->account.name, text_of("joe")));
    assert_int_equal(account->account.role, ROLE_ADMIN);
    assert_true(model_is_elevated(&bench->model));
    assert_int_equal(bench->model.tickets.count, 0);
    asked = waiting(bench, METHOD_FEED_SUBSCRIBE);
    assert_int_equal(((const struct feed_subscribe *)(const void *)asked->copy)->feed, FEED_ALL);
    bench_destroy(bench);
}

/* On the next line one is the admin: nothing may be read or shown as the other's any more. */
static void acting_lapses_with_the_line(void **state)
{
    struct bench *bench = bench_create(ROLE_ADMIN);

    (void)state;
    begin_acting(bench);
    answer_subscribe(bench, 11);
    answer_page(bench, 1, 1, false, 11);
    bench->connection.state = CONNECTION_WAITING;
    model_on_state(&bench->model, CONNECTION_WAITING);
    assert_false(bench->model.account.lapsed);
    size_t asked = bench->connection.count;
    bench->connection.state = CONNECTION_READY;
    model_on_state(&bench->model, CONNECTION_READY);
    assert_true(bench->model.account.lapsed);
    assert_int_equal(bench->connection.count, asked);
    model_end_acting(&bench->model);
    assert_false(bench->model.account.lapsed);
    assert_false(model_is_elevated(&bench->model));
    bench_destroy(bench);
}

static void forgetting_leaves_nothing(void **state)
{
    struct bench *bench = bench_with_ticket();

    (void)state;
    model_forget(&bench->model);
    assert_int_equal(bench->model.tickets.count, 0);
    assert_int_equal(bench->model.ticket.number, 0);
    assert_false(bench->model.account.known);
    assert_false(bench->model.has_epoch);
    for (size_t i = 0; i < bench->connection.count; i++) {
        bool query = bench->connection.asked[i].method != METHOD_FEED_SUBSCRIBE;
        assert_true(!query || bench->connection.asked[i].on_reply == NULL);
    }
    bench_destroy(bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signing_in_asks_for_events_and_tickets),
        cmocka_unit_test(coming_back_resumes_the_feed),
        cmocka_unit_test(resync_reads_everything_again),
        cmocka_unit_test(change_of_rights_reads_everything_again),
        cmocka_unit_test(queues_are_kept_until_they_are_read_again),
        cmocka_unit_test(an_ended_sign_in_keeps_what_is_shown),
        cmocka_unit_test(another_role_reads_everything_again),
        cmocka_unit_test(admin_mode_ends_with_the_line),
        cmocka_unit_test(pages_are_appended),
        cmocka_unit_test(empty_pages_are_asked_past),
        cmocka_unit_test(sorted_pages_keep_the_order_of_the_desk),
        cmocka_unit_test(a_refused_filter_leaves_the_one_before),
        cmocka_unit_test(events_change_rows_in_place),
        cmocka_unit_test(new_tickets_come_in_where_they_belong),
        cmocka_unit_test(deleted_rows_stay_until_tidied),
        cmocka_unit_test(a_failed_query_keeps_the_rows),
        cmocka_unit_test(marks_stay_on_their_tickets),
        cmocka_unit_test(tickets_that_vanish_lose_their_marks),
        cmocka_unit_test(marks_outside_the_rows_are_lost_too),
        cmocka_unit_test(only_so_many_are_marked),
        cmocka_unit_test(messages_and_history_are_merged),
        cmocka_unit_test(a_held_reply_gives_way_to_the_one_that_was_sent),
        cmocka_unit_test(a_corrected_message_stays_where_it_is),
        cmocka_unit_test(opening_begins_with_what_the_list_knows),
        cmocka_unit_test(a_new_message_is_asked_for),
        cmocka_unit_test(changes_are_appended),
        cmocka_unit_test(a_deleted_open_ticket_says_so),
        cmocka_unit_test(a_merged_ticket_leads_to_the_other),
        cmocka_unit_test(an_old_number_is_opened_as_the_ticket_it_leads_to),
        cmocka_unit_test(rows_keep_their_own_tags),
        cmocka_unit_test(events_count_what_others_wrote),
        cmocka_unit_test(drawing_a_ticket_reads_it),
        cmocka_unit_test(those_at_a_ticket_are_named),
        cmocka_unit_test(only_staff_ask_who_is_there),
        cmocka_unit_test(links_follow_what_changes_them),
        cmocka_unit_test(links_go_with_their_ticket),
        cmocka_unit_test(acting_reads_everything_anew_both_ways),
        cmocka_unit_test(acting_lapses_with_the_line),
        cmocka_unit_test(forgetting_leaves_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
