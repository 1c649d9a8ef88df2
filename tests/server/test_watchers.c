/* Who hears of a settled batch, on a real store with a clock that the test moves; clients are the
 * other ends of socket pairs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/watchers.h"
#include "tests/core/desk.h"

enum { CLIENTS = 3 };

struct room {
    struct desk desk;
    uv_loop_t loop;
    uv_async_t alive;
    struct config_limits limits;
    struct clock clock;
    struct snapshot snapshot;
    struct sessions *sessions;
    struct watchers *watchers;
    struct session *session[CLIENTS]; /* NULL: gone */
    enum error why[CLIENTS];
    int client[CLIENTS];
};

static struct room room;

static const uint8_t epoch[EPOCH_BYTES]; /* the watchers' too */

static void on_message(void *context, struct session *session, struct bytes object)
{
    (void)context;
    (void)session;
    (void)object;
}

static void on_gone(void *context, struct session *session, enum error why)
{
    (void)context;
    watchers_forget(room.watchers, session);
    for (size_t i = 0; i < CLIENTS; i++) {
        if (room.session[i] == session) {
            room.session[i] = NULL;
            room.why[i] = why;
        }
    }
}

static void open_session(size_t i)
{
    int fds[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    room.client[i] = fds[1];
    room.session[i] = session_create(room.sessions, false);
    assert_int_equal(uv_pipe_open(&room.session[i]->socket.pipe, fds[0]), 0);
    assert_int_equal(session_start(room.session[i], "unix:1", true, false), ERROR_NONE);
}

static int open_room(void **state)
{
    (void)state;
    room = (struct room){0};
    desk_open(&room.desk);
    room.limits = (struct config_limits){
        .login_grace_ms = 60000,
        .request_before_login_bytes = 4096,
        .request_bytes = 262144,
        .depth = 8,
        .elements = 4096,
        .map_pairs = 64,
        .subscriptions = 4,
        .output_soft_bytes = 65536,
        .output_hard_bytes = 1048576,
        .output_soft_timeout_ms = 60000,
    };
    assert_int_equal(uv_loop_init(&room.loop), 0);
    assert_int_equal(uv_async_init(&room.loop, &room.alive, NULL), 0);
    snapshot_init(&room.snapshot, &room.loop, room.desk.store);
    room.sessions = sessions_create(&(struct sessions_settings){
        .loop = &room.loop, .limits = &room.limits, .on_message = on_message, .on_gone = on_gone});
    struct watchers_settings settings = {.sessions = room.sessions,
                                         .snapshot = &room.snapshot,
                                         .clock = &room.clock,
                                         .limits = &room.limits};
    room.watchers = watchers_create(&settings);
    assert_non_null(room.watchers);
    for (size_t i = 0; i < CLIENTS; i++) {
        open_session(i);
    }
    return 0;
}

static int close_room(void **state)
{
    (void)state;
    sessions_drop_all(room.sessions);
    while (!sessions_all_closed(room.sessions)) {
        (void)uv_run(&room.loop, UV_RUN_NOWAIT);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        (void)close(room.client[i]);
    }
    snapshot_finish(&room.snapshot);
    uv_close((uv_handle_t *)&room.alive, NULL);
    watchers_destroy(room.watchers);
    sessions_destroy(room.sessions);
    assert_int_equal(uv_loop_close(&room.loop), 0);
    desk_close(&room.desk);
    return 0;
}

/* Tells the watchers of what the desk has just committed. */
static void settle(enum method method, uint64_t connection, const struct outcome *outcome)
{
    struct submission submission = {.command = {.method = method},
                                    .connection = connection,
                                    .message_id = 1,
                                    .outcome = *outcome,
                                    .entry = room.desk.entry};
    struct batch batch = {.first = &submission, .count = 1};
    room.clock.last_ms = room.desk.now_ms;
    watchers_settled(room.watchers, &batch);
}

/* Signs the client in through the watchers, as a settled account.login does. */
static struct origin sign_in(size_t i, const char *name)
{
    struct origin origin = desk_sign_in(&room.desk, name);
    struct outcome outcome = {
        .sign_in = origin.sign_in, .account = desk_account_row(&room.desk, name).id, .until_ms = 1};
    room.session[i]->in_flight = 1;
    settle(METHOD_ACCOUNT_LOGIN, room.session[i]->id, &outcome);
    assert_int_equal(room.session[i]->sign_in, origin.sign_in);
    return origin;
}

static enum error subscribe_as(size_t i, const struct feed_subscribe *request)
{
    struct feed_subscribed reply;
    struct failure failure = {0};
    struct viewer viewer;
    struct rows *rows;
    struct origin origin = {.sign_in = room.session[i]->sign_in, .connection = room.session[i]->id};
    snapshot_drop(&room.snapshot);
    assert_int_equal(snapshot_rows(&room.snapshot, &rows), ERROR_NONE);
    permission_viewer(rows, &origin, room.desk.now_ms, &viewer);
    return watchers_subscribe(room.watchers, room.session[i], &viewer, rows, request, &reply,
                              &failure);
}

static enum error subscribe(size_t i, enum feed feed, uint64_t number)
{
    struct feed_subscribe request = {
        .present = UINT64_C(1) << SUBSCRIBE_NUMBER, .feed = feed, .number = number};
    return subscribe_as(i, &request);
}

/* What came to a client since the last look; good until the next. */
struct told {
    const char *bytes;
    size_t length;
};

static struct told listen_to(size_t i)
{
    static char bytes[1 << 20];
    struct told told = {.bytes = bytes};
    (void)uv_run(&room.loop, UV_RUN_NOWAIT);
    for (ssize_t got; (got = recv(room.client[i], bytes + told.length, sizeof bytes - told.length,
                                  MSG_DONTWAIT)) > 0;) {
        told.length += (size_t)got;
    }
    return told;
}

static size_t told_of(const struct told *told, const char *word)
{
    size_t count = 0;
    for (size_t at = 0; at + strlen(word) <= told->length; at++) {
        count += memcmp(told->bytes + at, word, strlen(word)) == 0;
    }
    return count;
}

/* How often `word` came to this client since the last look. */
static size_t heard(size_t i, const char *word)
{
    struct told told = listen_to(i);
    return told_of(&told, word);
}

static uint64_t new_ticket(struct origin origin, const char *title)
{
    uint64_t number = desk_ticket(&room.desk, origin, title);
    settle(METHOD_TICKET_CREATE, 0, &(struct outcome){.number = number});
    return number;
}

/* --- Tests ------------------------------------------------------------------------------------ */

static void event_reaches_those_who_may_see_it(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "bob", ROLE_USER);
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin ann = sign_in(0, "ann");
    (void)sign_in(1, "bob");
    (void)sign_in(2, "sam");
    assert_int_equal(subscribe(0, FEED_OWN, 0), ERROR_NONE);
    assert_int_equal(subscribe(1, FEED_OWN, 0), ERROR_NONE);
    assert_int_equal(subscribe(2, FEED_ALL, 0), ERROR_NONE);
    uint64_t number = new_ticket(ann, "canary");
    assert_int_equal(subscribe(2, FEED_TICKET, number), ERROR_NONE);
    assert_int_equal(heard(0, "feed.event"), 1);
    assert_int_equal(heard(1, "feed.event"), 0);
    assert_int_equal(heard(2, "feed.event"), 1);
    (void)desk_set_status(&room.desk, ann, number, 1, STATUS_MAJOR);
    settle(METHOD_TICKET_UPDATE, 0, &(struct outcome){.number = number});
    assert_int_equal(heard(2, "feed.event"), 1); /* though two subscriptions match */
    assert_int_equal(heard(1, "canary"), 0);
}

static void act(enum method method, struct origin origin, uint64_t number)
{
    struct ticket_act request = {.number = number};
    struct outcome outcome = desk_do(&room.desk, method, origin, &request);
    assert_verdict(outcome, ERROR_NONE);
    settle(method, 0, &outcome);
}

static void copy(enum method method, struct origin origin, uint64_t number, const char *name)
{
    struct ticket_person request = {.number = number, .name = text_of(name)};
    struct outcome outcome = desk_do(&room.desk, method, origin, &request);
    assert_verdict(outcome, ERROR_NONE);
    settle(method, 0, &outcome);
}

static void reply(struct origin origin, uint64_t number)
{
    struct outcome outcome = desk_say(&room.desk, METHOD_TICKET_REPLY, origin, number, "Yes.");
    assert_verdict(outcome, ERROR_NONE);
    settle(METHOD_TICKET_REPLY, 0, &outcome);
}

/* Staff who look at their own feed alone hear of what they watch, and of nothing else. */
static void watcher_hears_of_a_ticket_in_the_own_feed(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "bob", ROLE_USER);
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin ann = sign_in(0, "ann");
    struct origin bob = sign_in(1, "bob");
    struct origin sam = sign_in(2, "sam");
    uint64_t number = new_ticket(ann, "watched");
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(subscribe(i, FEED_OWN, 0), ERROR_NONE);
        (void)heard(i, "");
    }
    reply(ann, number);
    assert_int_equal(heard(0, "feed.event"), 1);
    assert_int_equal(heard(2, "feed.event"), 0);
    act(METHOD_TICKET_WATCH, sam, number);
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(heard(i, "feed.event"), 0); /* nobody is told who watches */
    }
    reply(ann, number);
    assert_int_equal(heard(2, "feed.event"), 1);
    assert_int_equal(heard(1, "feed.event"), 0);
    act(METHOD_TICKET_UNWATCH, sam, number);
    (void)new_ticket(bob, "another");
    reply(ann, number);
    assert_int_equal(heard(2, "feed.event"), 0);
}

/* Whose only way to see it was to be in copy hears that it is gone, and nothing after that. */
static void taken_out_of_copy_one_is_told_that_it_is_gone(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "bob", ROLE_USER);
    struct origin ann = sign_in(0, "ann");
    struct origin bob = sign_in(1, "bob");
    uint64_t number = new_ticket(ann, "canary");
    assert_int_equal(subscribe(1, FEED_OWN, 0), ERROR_NONE);
    copy(METHOD_TICKET_CC_ADD, ann, number, "bob");
    assert_int_equal(heard(1, "feed.event"), 1);
    act(METHOD_TICKET_WATCH, bob, number);
    copy(METHOD_TICKET_CC_REMOVE, ann, number, "bob");
    assert_int_equal(heard(1, "ticket.gone"), 1);
    reply(ann, number);
    assert_int_equal(heard(1, "feed.event"), 0);
}

/* Nobody watches in vain: an expired sign-in is told so instead of hearing nothing. */
static void watcher_whose_sign_in_expired_is_told(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)sign_in(0, "sam");
    assert_int_equal(subscribe(0, FEED_ALL, 0), ERROR_NONE);
    room.desk.now_ms += UINT64_C(25) * 60 * 60 * 1000;
    struct origin ann = desk_sign_in(&room.desk, "ann");
    (void)new_ticket(ann, "Later");
    assert_null(room.session[0]);
    assert_int_equal(room.why[0], ERROR_NOT_SIGNED_IN);
    assert_int_equal(heard(0, "bye"), 1);
    assert_int_equal(heard(0, "feed.event"), 0);
}

/* A ticket that is deleted again within the same batch: its event would show what is hidden. */
static void event_of_a_ticket_deleted_in_the_same_batch_shows_nothing(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    struct origin root = desk_admin(&room.desk, "root");
    struct origin ann = sign_in(0, "ann");
    assert_int_equal(subscribe(0, FEED_OWN, 0), ERROR_NONE);
    uint64_t number = desk_ticket(&room.desk, ann, "canary");
    struct submission deleting = {.command = {.method = METHOD_ADMIN_TICKET_DELETE}};
    struct submission creating = {
        .command = {.method = METHOD_TICKET_CREATE}, .entry = room.desk.entry, .next = &deleting};
    (void)desk_admin_ticket(&room.desk, METHOD_ADMIN_TICKET_DELETE, root, number);
    deleting.entry = room.desk.entry;
    watchers_settled(room.watchers, &(struct batch){.first = &creating, .count = 2});
    (void)uv_run(&room.loop, UV_RUN_NOWAIT);
    char bytes[4096] = "";
    ssize_t length = recv(room.client[0], bytes, sizeof bytes, MSG_DONTWAIT);
    assert_true(length > 0);
    for (ssize_t at = 0; at + 6 <= length; at++) {
        assert_memory_not_equal(bytes + at, "canary", 6);
    }
}

/* The commit failed: whoever asked learns why, and nobody hears of an event. */
static void failed_batch_answers_those_who_asked(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin sam = sign_in(0, "sam");
    assert_int_equal(subscribe(0, FEED_ALL, 0), ERROR_NONE);
    (void)heard(0, "x");
    (void)desk_ticket(&room.desk, sam, "T");
    struct submission submission = {.command = {.method = METHOD_TICKET_CREATE},
                                    .connection = room.session[1]->id,
                                    .message_id = 9,
                                    .entry = room.desk.entry};
    room.session[1]->in_flight = 1;
    watchers_settled(room.watchers,
                     &(struct batch){.first = &submission, .count = 1, .error = ERROR_DISK_FULL});
    assert_int_equal(room.session[1]->in_flight, 0);
    assert_int_equal(heard(1, "disk_full"), 1);
    assert_int_equal(heard(0, "feed.event"), 0);
}

static void disabled_account_loses_all_its_connections(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "bob", ROLE_USER);
    struct origin root = desk_admin(&room.desk, "root");
    (void)sign_in(0, "ann");
    (void)sign_in(1, "ann");
    (void)sign_in(2, "bob");
    assert_int_equal(
        watchers_account_connections(room.watchers, desk_account_row(&room.desk, "ann").id), 2);
    struct outcome outcome =
        desk_admin_account(&room.desk, METHOD_ADMIN_ACCOUNT_DISABLE, root, "ann");
    assert_verdict(outcome, ERROR_NONE);
    settle(METHOD_ADMIN_ACCOUNT_DISABLE, 0, &outcome);
    assert_null(room.session[0]);
    assert_null(room.session[1]);
    assert_non_null(room.session[2]);
    assert_int_equal(
        watchers_account_connections(room.watchers, desk_account_row(&room.desk, "ann").id), 0);
}

/* Subscriptions, accounts and sessions are forgotten together, in any order of leaving. */
static void leaving_forgets_everything(void **state)
{
    (void)state;
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    struct origin sam = sign_in(0, "sam");
    (void)sign_in(1, "sam");
    (void)sign_in(2, "sam");
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(subscribe(i, FEED_ALL, 0), ERROR_NONE);
        assert_int_equal(subscribe(i, FEED_OWN, 0), ERROR_NONE);
    }
    session_drop(room.session[1], ERROR_CONNECTION_LOST);
    (void)new_ticket(sam, "One");
    assert_int_equal(heard(0, "feed.event"), 1);
    assert_int_equal(heard(2, "feed.event"), 1);
    session_drop(room.session[2], ERROR_CONNECTION_LOST);
    session_drop(room.session[0], ERROR_CONNECTION_LOST);
    (void)new_ticket(sam, "Two");
    assert_int_equal(
        watchers_account_connections(room.watchers, desk_account_row(&room.desk, "sam").id), 0);
}

/* --- Queues ---------------------------------------------------------------------------------- */

static enum error subscribe_to_queue(size_t i, const char *name)
{
    struct feed_subscribe request = {
        .present = UINT64_C(1) << SUBSCRIBE_QUEUE, .feed = FEED_QUEUE, .queue = text_of(name)};
    return subscribe_as(i, &request);
}

/* sam and nora of the staff, both signed in; nora alone works in the queue network. */
static struct origin open_queue(void)
{
    (void)desk_account(&room.desk, "ann", ROLE_USER);
    (void)desk_account(&room.desk, "sam", ROLE_STAFF);
    (void)desk_account(&room.desk, "nora", ROLE_STAFF);
    desk_queue(&room.desk, "network", true, true);
    desk_rights(&room.desk, "network", "nora", "all");
    (void)sign_in(0, "ann");
    (void)sign_in(1, "sam");
    return sign_in(2, "nora");
}

static void move(struct origin origin, uint64_t number, const char *queue)
{
    struct outcome outcome = desk_move(&room.desk, origin, number, queue);
    assert_verdict(outcome, ERROR_NONE);
    settle(METHOD_TICKET_MOVE, 0, &outcome);
}

/* Who loses sight is told the number at once and nothing else; the requester nothing at all. */
static void moved_ticket_is_gone_for_who_may_not_follow_it(void **state)
{
    (void)state;
    struct origin nora = open_queue();
    struct origin ann = desk_sign_in(&room.desk, "ann");
    assert_int_equal(subscribe(0, FEED_OWN, 0), ERROR_NONE);
    assert_int_equal(subscribe(1, FEED_ALL, 0), ERROR_NONE);
    assert_int_equal(subscribe(2, FEED_ALL, 0), ERROR_NONE);
    uint64_t number = new_ticket(ann, "canary");
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(heard(i, "feed.event"), 1);
    }
    move(nora, number, "network");
    struct told told = listen_to(1);
    assert_int_equal(told_of(&told, "ticket.gone"), 1);
    assert_int_equal(told_of(&told, "feed.event"), 0);
    assert_int_equal(told_of(&told, "canary"), 0);
    assert_int_equal(told_of(&told, "network"), 0);
    assert_int_equal(heard(2, "feed.event"), 1);
    assert_int_equal(listen_to(0).length, 0);
    (void)desk_set_status(&room.desk, ann, number, 1, STATUS_MAJOR);
    settle(METHOD_TICKET_UPDATE, 0, &(struct outcome){.number = number});
    assert_int_equal(listen_to(1).length, 0);
    assert_int_equal(heard(2, "feed.event"), 1);
    /* And back again: it is told with all of its fields, without the name they may not know. */
    move(nora, number, "general");
    told = listen_to(1);
    assert_int_equal(told_of(&told, "feed.event"), 1);
    assert_int_equal(told_of(&told, "canary"), 1);
    assert_int_equal(told_of(&told, "network"), 0);
    assert_int_equal(heard(2, "network"), 1);
}

static void feed_of_a_queue_is_about_its_tickets_alone(void **state)
{
    (void)state;
    struct origin nora = open_queue();
    struct origin ann = desk_sign_in(&room.desk, "ann");
    assert_int_equal(subscribe_to_queue(0, "general"), ERROR_FORBIDDEN);
    assert_int_equal(subscribe_to_queue(1, "network"), ERROR_NOT_FOUND);
    assert_int_equal(subscribe_to_queue(1, "missing"), ERROR_NOT_FOUND);
    assert_int_equal(subscribe_to_queue(1, "general"), ERROR_NONE);
    assert_int_equal(subscribe_to_queue(2, "network"), ERROR_NONE);
    uint64_t number = new_ticket(ann, "Title");
    assert_int_equal(heard(1, "feed.event"), 1);
    assert_int_equal(heard(2, "feed.event"), 0);
    move(nora, number, "network");
    assert_int_equal(heard(1, "ticket.gone"), 1);
    assert_int_equal(heard(2, "feed.event"), 1);
}

/* Rights that changed: nobody lists what appeared and disappeared, the client reads anew. */
static void change_of_rights_ends_subscriptions_of_those_concerned(void **state)
{
    (void)state;
    (void)open_queue();
    struct origin ann = desk_sign_in(&room.desk, "ann");
    for (size_t i = 0; i < CLIENTS; i++) {
        assert_int_equal(subscribe(i, i == 0 ? FEED_OWN : FEED_ALL, 0), ERROR_NONE);
        (void)listen_to(i);
    }
    desk_rights(&room.desk, "network", "nora", "none");
    settle(METHOD_ADMIN_QUEUE_RIGHTS, 0, &(struct outcome){.name = text_of("nora")});
    assert_int_equal(heard(2, "feed.resync"), 1);
    assert_int_equal(listen_to(1).length, 0);
    (void)new_ticket(ann, "Title");
    assert_int_equal(heard(1, "feed.event"), 1);
    assert_int_equal(listen_to(2).length, 0);
    assert_int_equal(room.session[2]->subscription_count, 0);
    struct admin_queue_update closing = {.present = UINT64_C(1) << QUEUE_UPDATE_MEMBERS_ONLY,
                                         .queue = text_of("general"),
                                         .version = 1,
                                         .members_only = true};
    struct outcome outcome = desk_do(&room.desk, METHOD_ADMIN_QUEUE_UPDATE, desk_console, &closing);
    assert_verdict(outcome, ERROR_NONE);
    settle(METHOD_ADMIN_QUEUE_UPDATE, 0, &outcome);
    assert_int_equal(heard(1, "feed.resync"), 1);
    assert_int_equal(heard(0, "feed.resync"), 0);
}

/* A client that was away while its rights changed has to read anew too. */
static void resume_over_a_change_of_rights_is_refused(void **state)
{
    (void)state;
    (void)open_queue();
    struct feed_subscribe request = {.present = UINT64_C(1) << SUBSCRIBE_SINCE |
                                                UINT64_C(1) << SUBSCRIBE_EPOCH,
                                     .feed = FEED_ALL,
                                     .epoch = {.data = epoch, .length = sizeof epoch}};
    struct rows *rows = desk_read(&room.desk);
    request.since = rows_sequence(rows);
    desk_read_end(&room.desk);
    desk_rights(&room.desk, "network", "nora", "read");
    assert_int_equal(subscribe_as(2, &request), ERROR_RESYNC);
    assert_int_equal(subscribe_as(1, &request), ERROR_NONE);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_room, close_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(event_reaches_those_who_may_see_it),
        TEST(watcher_hears_of_a_ticket_in_the_own_feed),
        TEST(taken_out_of_copy_one_is_told_that_it_is_gone),
        TEST(watcher_whose_sign_in_expired_is_told),
        TEST(event_of_a_ticket_deleted_in_the_same_batch_shows_nothing),
        TEST(failed_batch_answers_those_who_asked),
        TEST(disabled_account_loses_all_its_connections),
        TEST(leaving_forgets_everything),
        TEST(moved_ticket_is_gone_for_who_may_not_follow_it),
        TEST(feed_of_a_queue_is_about_its_tickets_alone),
        TEST(change_of_rights_ends_subscriptions_of_those_concerned),
        TEST(resume_over_a_change_of_rights_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
