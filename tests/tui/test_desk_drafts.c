/* What the desk keeps of unsent texts: nothing is sent that it has, nothing is forgotten that it
 * may have, and what it does not take is not offered to it for ever. */
#include "tui/desk_drafts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

/* --- A connection that keeps what it is asked --- */

enum { ASKED_MAX = 16 };

struct asked {
    enum method method;
    connection_reply *on_reply; /* NULL: cancelled or answered */
    void *context;
};

struct connection {
    enum connection_state state;
    struct asked asked[ASKED_MAX];
    size_t count;
};

uint64_t connection_request(struct connection *connection, enum method method, const void *request,
                            connection_reply *on_reply, void *context)
{
    (void)request;
    assert_true(connection->count < ASKED_MAX);
    connection->asked[connection->count++] = (struct asked){method, on_reply, context};
    return connection->count;
}

void connection_cancel(struct connection *connection, uint64_t request)
{
    connection->asked[request - 1].on_reply = NULL;
}

enum connection_state connection_state(const struct connection *connection)
{
    return connection->state;
}

bool connection_signed_in(const struct connection *connection)
{
    (void)connection;
    return true;
}

/* --- The bench --- */

static const struct draft_key reply_key = {DRAFT_REPLY, 5};

static struct {
    struct connection connection;
    struct desk_drafts drafts;
    unsigned known;
    unsigned listed;
    unsigned refused;
} bench;

static void on_known(void *context, struct draft_key key)
{
    (void)context;
    assert_int_equal(key.number, reply_key.number);
    bench.known++;
}

static void on_listed(void *context)
{
    (void)context;
    bench.listed++;
}

static void on_refused(void *context, struct draft_key key, const struct failure *failure)
{
    (void)context;
    (void)key;
    assert_int_equal(failure->code, ERROR_TOO_MANY);
    bench.refused++;
}

static int begin(void **state)
{
    static const struct desk_drafts_callbacks callbacks = {on_known, on_listed, on_refused};

    (void)state;
    memset(&bench, 0, sizeof bench);
    bench.connection.state = CONNECTION_READY;
    desk_drafts_init(&bench.drafts, &bench.connection, &callbacks, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    desk_drafts_forget(&bench.drafts);
    for (size_t i = 0; i < bench.connection.count; i++) {
        assert_null(bench.connection.asked[i].on_reply); /* nobody is called any more */
    }
    return 0;
}

/* Answers the newest request, which has to be of this method. */
static void answer(enum method method, enum error error, const void *reply)
{
    struct asked *asked = &bench.connection.asked[bench.connection.count - 1];
    struct failure failure = {.code = error, .message = text_of("No.")};
    connection_reply *on_reply = asked->on_reply;

    assert_int_equal(asked->method, method);
    assert_non_null(on_reply);
    asked->on_reply = NULL;
    on_reply(asked->context, error, reply, error != ERROR_NONE ? &failure : NULL);
}

static void save(const char *text)
{
    desk_drafts_save(&bench.drafts, reply_key, text_of(text), 1000);
}

static const char *kept(void)
{
    const struct desk_draft *found = desk_drafts_find(&bench.drafts, reply_key);

    return found != NULL ? found->text : "-";
}

static struct kept_draft draft_of(const char *text)
{
    return (struct kept_draft){
        .what = DRAFT_FOR_REPLY, .number = 5, .text = text_of(text), .updated_ms = 2000};
}

static void tell(const char *text)
{
    struct draft_reply reply = {.draft = draft_of(text)};

    desk_drafts_ask(&bench.drafts, reply_key);
    answer(METHOD_DRAFT_GET, ERROR_NONE, &reply);
}

/* --- Tests --- */

/* Whoever pauses after every word would else write the desk's journal full. */
static void a_text_is_sent_once(void **state)
{
    (void)state;
    save("a word");
    save("a word");
    assert_int_equal(bench.connection.count, 1);
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
    save("a word");
    assert_int_equal(bench.connection.count, 1);
    save("a word more");
    assert_int_equal(bench.connection.count, 2);
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
    assert_string_equal(kept(), "a word more");
}

/* After a lost line nobody knows which text arrived: the next one is sent whatever it says. */
static void what_may_not_have_arrived_is_sent_again(void **state)
{
    (void)state;
    save("a word");
    answer(METHOD_DRAFT_SAVE, ERROR_CONNECTION_LOST, NULL);
    bench.connection.state = CONNECTION_WAITING;
    save("a word");
    assert_int_equal(bench.connection.count, 1);
    bench.connection.state = CONNECTION_READY;
    save("a word");
    assert_int_equal(bench.connection.count, 2);
    assert_int_equal(bench.refused, 0);
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
}

/* Said once: the text is safe in its file all the same. */
static void a_refusal_is_told_once(void **state)
{
    (void)state;
    save("a word");
    answer(METHOD_DRAFT_SAVE, ERROR_TOO_MANY, NULL);
    save("a word more");
    assert_int_equal(bench.connection.count, 1);
    assert_int_equal(bench.refused, 1);
    assert_string_equal(kept(), "-");
}

/* A desk of before simply keeps nothing. */
static void an_older_desk_is_left_alone(void **state)
{
    (void)state;
    save("a word");
    answer(METHOD_DRAFT_SAVE, ERROR_UNKNOWN_METHOD, NULL);
    save("a word more");
    desk_drafts_ask(&bench.drafts, reply_key);
    desk_drafts_refresh(&bench.drafts);
    assert_int_equal(bench.connection.count, 1);
    assert_int_equal(bench.refused, 0);
}

/* Only a text that is known here may give way to another one. */
static void words_from_elsewhere_are_not_taken_for_ones_own(void **state)
{
    (void)state;
    save("written here");
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
    tell("written here");
    assert_true(desk_drafts_find(&bench.drafts, reply_key)->seen);
    tell("written elsewhere");
    assert_false(desk_drafts_find(&bench.drafts, reply_key)->seen);
    desk_drafts_see(&bench.drafts, reply_key);
    tell("written elsewhere");
    assert_true(desk_drafts_find(&bench.drafts, reply_key)->seen);
    assert_int_equal(bench.known, 3);
    desk_drafts_ask(&bench.drafts, reply_key);
    answer(METHOD_DRAFT_GET, ERROR_NOT_FOUND, NULL);
    assert_string_equal(kept(), "-");
    assert_int_equal(bench.known, 4);
}

/* All pages are read; what the desk has no more is forgotten, once all of them have come. */
static void the_list_takes_the_place_of_what_was_known(void **state)
{
    struct kept_draft first = {.what = DRAFT_FOR_NOTE, .number = 7, .text = text_of("a note")};
    struct kept_draft second = {
        .what = DRAFT_FOR_TICKET, .title = text_of("a title"), .text = text_of("a problem")};
    struct draft_list_reply page = {.drafts = {&first, 1}, .more = true, .cursor = 9};

    (void)state;
    save("sent from elsewhere meanwhile");
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
    desk_drafts_refresh(&bench.drafts);
    answer(METHOD_DRAFT_LIST, ERROR_NONE, &page);
    assert_int_equal(bench.listed, 0);
    assert_int_equal(bench.drafts.count, 2);
    page = (struct draft_list_reply){.drafts = {&second, 1}};
    answer(METHOD_DRAFT_LIST, ERROR_NONE, &page);
    assert_int_equal(bench.listed, 1);
    assert_int_equal(bench.drafts.count, 2);
    assert_string_equal(kept(), "-");
    assert_non_null(desk_drafts_find(&bench.drafts, (struct draft_key){DRAFT_NOTE, 7}));
    assert_string_equal(desk_drafts_find(&bench.drafts, (struct draft_key){DRAFT_NEW, 0})->title,
                        "a title");
}

/* Thrown away there, too, or it is said that it can't be. */
static void removing_needs_the_desk(void **state)
{
    (void)state;
    assert_true(desk_drafts_remove(&bench.drafts, reply_key)); /* there is none */
    assert_int_equal(bench.connection.count, 0);
    save("a word");
    answer(METHOD_DRAFT_SAVE, ERROR_NONE, &(struct nothing){0});
    bench.connection.state = CONNECTION_WAITING;
    assert_false(desk_drafts_remove(&bench.drafts, reply_key));
    assert_string_equal(kept(), "a word");
    bench.connection.state = CONNECTION_READY;
    assert_true(desk_drafts_remove(&bench.drafts, reply_key));
    answer(METHOD_DRAFT_REMOVE, ERROR_NOT_FOUND, NULL);
    assert_string_equal(kept(), "-");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_text_is_sent_once),
        TEST(what_may_not_have_arrived_is_sent_again),
        TEST(a_refusal_is_told_once),
        TEST(an_older_desk_is_left_alone),
        TEST(words_from_elsewhere_are_not_taken_for_ones_own),
        TEST(the_list_takes_the_place_of_what_was_known),
        TEST(removing_needs_the_desk),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
