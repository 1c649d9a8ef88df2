/* The writer between the loop and the store: order, batches, refusals and its end. */
#include "server/writer.h"

#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "server/core/limits.h"
#include "server/log/log.h"
#include "server/store/internal.h"
#include "tests/store/damage.h"

enum { SETTLED_MAX = 400 };

/* What came back, in order. */
struct settled_facts {
    uint64_t position;
    enum error verdict; /* of the command, or the batch's error */
    uint64_t sequence;
    size_t batch; /* number of the batch it came in, from 1 */
    uint8_t operation[OPERATION_BYTES];
};

static struct {
    struct desk desk;
    uv_loop_t loop;
    struct log *log;
    struct writer *writer;
    struct settled_facts settled[SETTLED_MAX];
    size_t settled_count;
    size_t batch_count;
    size_t enqueued;
    enum error fatal;
    bool drained;
    uint64_t later_ms; /* added to the time of the next commands */
    size_t batch_bytes_max;
    size_t queue_bytes_max;
} test;

static void on_settled(void *context, struct batch *batch)
{
    assert_ptr_equal(context, &test);
    size_t count = 0;
    test.batch_count++;
    for (struct submission *one = batch->first; one != NULL; one = one->next, count++) {
        assert_true(test.settled_count < SETTLED_MAX);
        bool failed = batch->error != ERROR_NONE;
        struct settled_facts *facts = &test.settled[test.settled_count++];
        *facts = (struct settled_facts){
            .position = one->position,
            .verdict = failed ? batch->error : one->outcome.verdict,
            .sequence = failed ? 0 : one->entry.header.sequence,
            .batch = test.batch_count,
        };
        memcpy(facts->operation, one->command.operation.data, OPERATION_BYTES);
        if (!failed && one->outcome.verdict == ERROR_NONE) {
            /* What the feed will be made of has to be readable here. */
            assert_true(one->entry.effect_count > 0);
            assert_int_equal(one->outcome.sequence, one->entry.header.sequence);
        }
    }
    assert_int_equal(count, batch->count);
}

static void on_fatal(void *context, enum error error)
{
    assert_ptr_equal(context, &test);
    assert_int_equal(test.fatal, ERROR_NONE);
    test.fatal = error;
}

static void on_drained(void *context)
{
    assert_ptr_equal(context, &test);
    test.drained = true;
}

static void on_ordered(void *context, uint64_t position, struct submission *submission)
{
    assert_ptr_equal(context, &test);
    assert_int_equal(position, submission->position);
    assert_int_equal(writer_enqueue(test.writer, submission), ERROR_NONE);
}

static void on_unknown(void *context, struct submission *submission)
{
    (void)context;
    (void)submission;
    fail_msg("a local log is never in doubt");
}

/* Only once the desk is as the test wants it and its helpers have forked. */
static void start(size_t batch_max, size_t queue_max)
{
    assert_int_equal(uv_loop_init(&test.loop), 0);
    struct log_position position = store_log_position(test.desk.store);
    struct writer_settings settings = {.loop = &test.loop,
                                       .store = test.desk.store,
                                       .batch_max = batch_max,
                                       .queue_max = queue_max,
                                       .batch_bytes_max = test.batch_bytes_max,
                                       .queue_bytes_max = test.queue_bytes_max,
                                       .context = &test,
                                       .on_settled = on_settled,
                                       .on_fatal = on_fatal};
    memcpy(settings.epoch, position.epoch, EPOCH_BYTES);
    assert_int_equal(writer_create(&settings, &test.writer), ERROR_NONE);
    struct log_callbacks callbacks = {
        .context = &test, .on_ordered = on_ordered, .on_unknown = on_unknown};
    assert_int_equal(log_local_open(&position, &callbacks, &test.log), ERROR_NONE);
}

static int set_up(void **state)
{
    (void)state;
    memset(&test, 0, sizeof test);
    desk_create(&test.desk);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (test.log != NULL) {
        log_close(test.log);
        writer_destroy(test.writer);
        (void)uv_run(&test.loop, UV_RUN_DEFAULT);
        assert_int_equal(uv_loop_close(&test.loop), 0);
    }
    desk_destroy(&test.desk);
    return 0;
}

static void drain(void)
{
    log_finish(test.log);
    writer_drain(test.writer, on_drained);
    (void)uv_run(&test.loop, UV_RUN_DEFAULT);
    assert_true(test.drained);
}

/* A command of the console with an operation id of its own. */
static struct submission *command(enum method method, const void *request, size_t size)
{
    static uint64_t number;
    struct submission *submission = submission_create();
    assert_non_null(submission);
    uint64_t time_ms = 1000000 + ++number + test.later_ms;
    uint8_t *operation = arena_alloc(&submission->arena, OPERATION_BYTES);
    for (int i = 0; i < 6; i++) {
        operation[i] = (uint8_t)(time_ms >> (40 - 8 * i));
    }
    submission->command = (struct command){
        .method = method,
        .origin = {.console = true, .source = text_of("unix:0")},
        .time_ms = time_ms,
        .operation = {operation, OPERATION_BYTES},
        .prepared = {.password_hash = text_of("$argon2id$")},
        .request = arena_copy(&submission->arena, request, size),
    };
    return submission;
}

static struct submission *create_account(const char *text)
{
    struct admin_account_create request = {0};
    struct submission *submission = command(METHOD_ADMIN_ACCOUNT_CREATE, &request, sizeof request);
    char *email = arena_alloc(&submission->arena, 64);
    (void)snprintf(email, 64, "%s@example.org", text);
    request.name = text_of(arena_copy(&submission->arena, text, strlen(text)));
    request.email = text_of(email);
    request.role = ROLE_USER;
    submission->command.request = arena_copy(&submission->arena, &request, sizeof request);
    return submission;
}

static void submit(struct submission *submission)
{
    assert_int_equal(log_submit(test.log, submission), ERROR_NONE);
}

static void submit_accounts(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "person%zu", ++test.enqueued);
        submit(create_account(name));
    }
}

/* --- A process that holds the desk's write lock, so that the writer has to wait --------------- */

struct holder {
    pid_t child;
    int release;
};

static struct holder hold_write_lock(void)
{
    int ready[2];
    int release[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(release), 0);
    desk_close(&test.desk);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(release[1]);
        struct store_settings settings = {.directory = test.desk.directory,
                                          .map_bytes = test.desk.map_bytes};
        struct store_report report;
        struct store *store;
        struct arena arena = {0};
        struct rows *rows;
        bool good = store_open(&settings, &store, &report) == ERROR_NONE &&
                    store_write_begin(store, &arena, &rows) == ERROR_NONE &&
                    write(ready[1], "x", 1) == 1;
        if (good) {
            (void)!read(release[0], &byte, 1);
            store_write_abort(rows);
            store_close(store);
        }
        _exit(good ? 0 : 1);
    }
    (void)close(release[0]);
    (void)close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    desk_open(&test.desk);
    return (struct holder){.child = child, .release = release[1]};
}

static void let_go(struct holder *holder)
{
    int status;
    (void)close(holder->release);
    assert_int_equal(waitpid(holder->child, &status, 0), holder->child);
    assert_int_equal(status, 0);
}

/* --- Cases ----------------------------------------------------------------------------------- */

/* Replies, events and a resumed feed all rely on one order: the log's. */
static void commands_settle_in_the_order_of_the_log(void **state)
{
    (void)state;
    start(16, 1000);
    submit_accounts(200);
    drain();
    assert_int_equal(test.settled_count, 200);
    for (size_t i = 0; i < 200; i++) {
        assert_int_equal(test.settled[i].verdict, ERROR_NONE);
        assert_int_equal(test.settled[i].position, i + 1);
        assert_int_equal(test.settled[i].sequence, i + 1);
    }
    assert_int_equal(store_log_position(test.desk.store).position, 200);
    desk_read(&test.desk);
    assert_int_equal(rows_last(test.desk.rows, ROW_ACCOUNT), 200);
    desk_read_end(&test.desk);
}

/* A refusal is an answer like any other: it neither stops the batch nor takes a sequence. */
static void a_refused_command_leaves_the_others_alone(void **state)
{
    (void)state;
    start(16, 1000);
    submit(create_account("anna"));
    submit(create_account("anna"));
    submit(create_account("bert"));
    drain();
    assert_int_equal(test.settled[0].verdict, ERROR_NONE);
    assert_int_equal(test.settled[1].verdict, ERROR_NAME_TAKEN);
    assert_int_equal(test.settled[1].sequence, 0);
    assert_int_equal(test.settled[2].verdict, ERROR_NONE);
    assert_int_equal(test.settled[2].sequence, 2);
}

/* While a commit is on its way all that arrives waits together: that is where speed comes from;
 * and no transaction grows beyond its bound. */
static void what_arrives_meanwhile_goes_into_the_next_batch(void **state)
{
    (void)state;
    struct holder holder = hold_write_lock();
    start(4, 10);
    submit_accounts(1);
    while (writer_waiting(test.writer) > 0) {
        (void)sched_yield();
    }
    submit_accounts(6);
    assert_int_equal(writer_waiting(test.writer), 6);
    let_go(&holder);
    drain();
    const size_t batches[] = {1, 2, 2, 2, 2, 3, 3};
    assert_int_equal(test.settled_count, 7);
    for (size_t i = 0; i < 7; i++) {
        assert_int_equal(test.settled[i].batch, batches[i]);
    }
}

/* A queue without a bound is memory without a bound: the client hears "busy" instead. */
static void a_full_queue_refuses_and_the_submission_stays_the_callers(void **state)
{
    (void)state;
    struct holder holder = hold_write_lock();
    start(4, 3);
    submit_accounts(1);
    while (writer_waiting(test.writer) > 0) {
        (void)sched_yield();
    }
    submit_accounts(3);
    struct submission *refused = create_account("refused");
    assert_int_equal(writer_enqueue(test.writer, refused), ERROR_BUSY);
    submission_destroy(refused);
    let_go(&holder);
    drain();
    assert_int_equal(test.settled_count, 4);
}

/* Texts can be long: the count alone bounds neither memory nor how long a transaction takes. */
static void bytes_bound_the_queue_and_the_batch(void **state)
{
    (void)state;
    struct holder holder = hold_write_lock();
    struct submission *large[4];
    for (size_t i = 0; i < 4; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "large%zu", i);
        large[i] = create_account(name);
        assert_non_null(arena_alloc(&large[i]->arena, 1000000));
    }
    test.batch_bytes_max = 2500000;
    test.queue_bytes_max = 3500000;
    start(100, 100);
    submit_accounts(1);
    while (writer_waiting(test.writer) > 0) {
        (void)sched_yield();
    }
    for (size_t i = 0; i < 3; i++) {
        submit(large[i]);
    }
    assert_int_equal(writer_enqueue(test.writer, large[3]), ERROR_BUSY);
    submission_destroy(large[3]);
    submit_accounts(1);
    let_go(&holder);
    drain();
    const size_t batches[] = {1, 2, 2, 3, 3};
    assert_int_equal(test.settled_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(test.settled[i].batch, batches[i]);
    }
}

/* One bad row stops only what needs it. */
static void a_command_that_meets_damage_is_refused_alone(void **state)
{
    (void)state;
    struct damaged value;
    desk_add_account(&test.desk, 1, "anna", ROLE_USER);
    desk_add_account(&test.desk, 2, "bert", ROLE_USER);
    desk_close(&test.desk);
    assert_true(damage_find(&test.desk, "account", 0, &value));
    damage_flip(&test.desk, &value, 300);
    struct holder holder = hold_write_lock();
    start(16, 100);
    submit_accounts(1);
    while (writer_waiting(test.writer) > 0) {
        (void)sched_yield();
    }
    struct admin_account anna = {.name = text_of("anna")};
    struct admin_account bert = {.name = text_of("bert")};
    submit_accounts(2);
    submit(command(METHOD_ADMIN_ACCOUNT_DISABLE, &anna, sizeof anna));
    submit(command(METHOD_ADMIN_ACCOUNT_DISABLE, &bert, sizeof bert));
    let_go(&holder);
    drain();
    const enum error verdicts[] = {ERROR_NONE, ERROR_NONE, ERROR_NONE, ERROR_DATA_DAMAGED,
                                   ERROR_NONE};
    const uint64_t sequences[] = {3, 4, 5, 0, 6};
    assert_int_equal(test.settled_count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(test.settled[i].verdict, verdicts[i]);
        assert_int_equal(test.settled[i].sequence, sequences[i]);
    }
    assert_int_equal(test.settled[4].batch, 2);
}

/* No room: everybody in the batch hears it, nothing changed, and reading goes on. */
static void a_full_desk_refuses_the_batch_and_can_still_be_read(void **state)
{
    (void)state;
    desk_close(&test.desk);
    test.desk.map_bytes = 32 * 4096;
    desk_open(&test.desk);
    start(1, 1000);
    submit_accounts(SETTLED_MAX);
    drain();
    size_t good = 0;
    while (test.settled[good].verdict == ERROR_NONE) {
        good++;
    }
    assert_true(good > 0 && good < SETTLED_MAX);
    assert_int_equal(test.settled[good].verdict, ERROR_DISK_FULL);
    assert_int_equal(test.fatal, ERROR_NONE);
    size_t settled = 0;
    for (size_t i = 0; i < SETTLED_MAX; i++) {
        settled += test.settled[i].verdict == ERROR_NONE ? 1 : 0;
    }
    desk_read(&test.desk);
    assert_int_equal(rows_sequence(test.desk.rows), settled);
    desk_read_end(&test.desk);
}

/* After a failed write nobody knows what is on disk: nobody is told that it is. */
static void a_disk_that_fails_is_fatal_and_answers_nobody(void **state)
{
    (void)state;
    int file;
    int broken = open("/dev/null", O_RDONLY);
    start(16, 100);
    assert_int_equal(mdb_env_get_fd(test.desk.store->env, &file), 0);
    assert_true(dup2(broken, file) >= 0);
    (void)close(broken);
    submit(create_account("anna"));
    while (test.fatal == ERROR_NONE) {
        (void)uv_run(&test.loop, UV_RUN_ONCE);
    }
    assert_int_equal(test.fatal, ERROR_SYSTEM);
    assert_int_equal(test.settled_count, 0);
    struct submission *late = create_account("late");
    assert_int_equal(writer_enqueue(test.writer, late), ERROR_SHUTTING_DOWN);
    submission_destroy(late);
}

/* The daemon may have to go before it is drained: what waits is let go, not leaked. */
static void destroying_lets_go_of_what_waits(void **state)
{
    (void)state;
    struct holder holder = hold_write_lock();
    start(2, 100);
    submit_accounts(1);
    while (writer_waiting(test.writer) > 0) {
        (void)sched_yield();
    }
    submit_accounts(20);
    let_go(&holder);
    /* tear_down destroys the writer without draining it. */
}

/* An old desk whose log stood at n goes on at n + 1. */
static void positions_go_on_where_the_store_stands(void **state)
{
    (void)state;
    desk_add_account(&test.desk, 1, "anna", ROLE_USER);
    uint64_t before = store_log_position(test.desk.store).position;
    start(16, 100);
    assert_int_equal(log_head(test.log), before);
    submit(create_account("bert"));
    assert_int_equal(log_head(test.log), before + 1);
    drain();
    struct log_position position = store_log_position(test.desk.store);
    assert_int_equal(position.position, before + 1);
    assert_memory_equal(position.epoch, log_epoch(test.log), EPOCH_BYTES);
    struct submission *late = create_account("late");
    assert_int_equal(log_submit(test.log, late), ERROR_SHUTTING_DOWN);
    submission_destroy(late);
}

/* The kept verdicts of a busy desk are millions a day: they must go, but not before a client can
 * no longer ask for them. */
static void verdicts_are_forgotten_when_nobody_can_ask_for_them_any_more(void **state)
{
    (void)state;
    struct row_operation row;
    start(16, 100);
    submit_accounts(3);
    test.later_ms = OPERATION_KEPT_MS - MINUTE_MS;
    submit_accounts(1);
    test.later_ms = OPERATION_KEPT_MS + MINUTE_MS;
    submit_accounts(1);
    drain();
    assert_int_equal(test.settled_count, 5);
    desk_read(&test.desk);
    for (size_t i = 0; i < 5; i++) {
        uint64_t high = number_read(test.settled[i].operation);
        uint64_t low = number_read(test.settled[i].operation + 8);
        assert_int_equal(rows_get(test.desk.rows, ROW_OPERATION, high, low, &row), i >= 3);
    }
    desk_read_end(&test.desk);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(commands_settle_in_the_order_of_the_log),
        CASE(a_refused_command_leaves_the_others_alone),
        CASE(what_arrives_meanwhile_goes_into_the_next_batch),
        CASE(a_full_queue_refuses_and_the_submission_stays_the_callers),
        CASE(bytes_bound_the_queue_and_the_batch),
        CASE(a_command_that_meets_damage_is_refused_alone),
        CASE(a_full_desk_refuses_the_batch_and_can_still_be_read),
        CASE(a_disk_that_fails_is_fatal_and_answers_nobody),
        CASE(destroying_lets_go_of_what_waits),
        CASE(positions_go_on_where_the_store_stands),
        CASE(verdicts_are_forgotten_when_nobody_can_ask_for_them_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
