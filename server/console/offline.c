#include "server/console/offline.h"

#include <string.h>

#include "proto/codec.h"
#include "proto/copy.h"
#include "proto/require.h"
#include "server/log/log.h"
#include "server/logging.h"
#include "server/queries.h"
#include "server/replies.h"
#include "server/stamping.h"
#include "server/writer.h"

enum { QUERY_ROWS_MAX = 2000, PAGE_BYTES = 4 * 1024 * 1024 };

struct offline {
    struct writer *writer;
    enum error error;
    void (*on_settled)(void *context, const struct submission *submission);
    void *context;
};

enum error offline_time(struct store *store, uint64_t *ret_time_ms)
{
    struct arena arena = {0};
    struct rows *rows;
    struct journal_entry last;
    uint64_t time_ms = logging_clock().wall_ms;
    enum error error = store_read_begin(store, &arena, &rows);
    if (error != ERROR_NONE) {
        return error;
    }
    if (rows_sequence(rows) > 0 && rows_journal(rows, rows_sequence(rows), &last) &&
        last.header.time_ms > time_ms) {
        time_ms = last.header.time_ms;
    }
    error = rows_error(rows);
    store_read_end(rows);
    arena_finish(&arena);
    if (error == ERROR_NONE) {
        *ret_time_ms = time_ms;
    }
    return error;
}

static void on_ordered(void *context, uint64_t position, struct submission *submission)
{
    struct offline *offline = context;
    submission->position = position;
    offline->error = writer_enqueue(offline->writer, submission);
    if (offline->error != ERROR_NONE) {
        submission_destroy(submission);
    }
}

static void on_settled(void *context, struct batch *batch)
{
    struct offline *offline = context;
    offline->error = batch->error;
    if (batch->error == ERROR_NONE) {
        offline->on_settled(offline->context, batch->first);
    }
}

static void on_fatal(void *context, enum error error)
{
    struct offline *offline = context;
    offline->error = error;
    writer_destroy(offline->writer);
    offline->writer = NULL;
}

static void on_drained(void *context)
{
    (void)context;
}

enum error offline_run(struct store *store, struct submission *submission,
                       void (*on_outcome)(void *context, const struct submission *submission),
                       void *context)
{
    struct offline offline = {.on_settled = on_outcome, .context = context};
    struct log_position position = store_log_position(store);
    struct log_callbacks callbacks = {.context = &offline, .on_ordered = on_ordered};
    struct log *log = NULL;
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0) {
        submission_destroy(submission);
        return ERROR_NO_MEMORY;
    }
    struct writer_settings settings = {
        .loop = &loop,
        .store = store,
        .batch_max = 1,
        .queue_max = 1,
        .context = &offline,
        .on_settled = on_settled,
        .on_fatal = on_fatal,
    };
    memcpy(settings.epoch, position.epoch, EPOCH_BYTES);
    offline.error = log_local_open(&position, &callbacks, &log);
    if (offline.error == ERROR_NONE) {
        offline.error = writer_create(&settings, &offline.writer);
    }
    if (offline.error == ERROR_NONE) {
        (void)log_submit(log, submission); /* a log that was just opened takes it */
        writer_drain(offline.writer, on_drained);
        (void)uv_run(&loop, UV_RUN_DEFAULT);
    } else {
        submission_destroy(submission);
    }
    writer_destroy(offline.writer);
    log_close(log);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    require(uv_loop_close(&loop) == 0);
    return offline.error;
}

/* --- Asking as a client would ----------------------------------------------------------------- */

static const struct origin console_origin = {.console = true, .source = {"console", 7}};

/* Queries about rows alone. */
static const struct {
    enum method method;
    query_function *query;
} queries[] = {
    {METHOD_ADMIN_ACCOUNT_LIST, query_admin_account_list},
    {METHOD_ADMIN_SIGN_INS, query_admin_sign_ins},
    {METHOD_ADMIN_LOCKS, query_admin_locks},
    {METHOD_ADMIN_ROLE_REQUESTS, query_admin_role_requests},
    {METHOD_ADMIN_ACCOUNT_EXPORT, query_admin_account_export},
    {METHOD_ADMIN_RETENTION_PREVIEW, query_admin_retention_preview},
    {METHOD_QUEUE_LIST, query_queue_list},
    {METHOD_ADMIN_QUEUE_MEMBERS, query_admin_queue_members},
    {METHOD_CANNED_LIST, query_canned_list},
    {METHOD_ADMIN_SETTINGS_GET, query_admin_settings_get},
};

static query_function *query_of(enum method method)
{
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        if (queries[i].method == method) {
            return queries[i].query;
        }
    }
    return NULL;
}

/* To bytes and back, so that limits and words of the fields are judged as on the wire. */
static enum error read_again(enum method method, const void *request, struct arena *arena,
                             void **ret_request, struct failure *ret_failure)
{
    const struct table *table = methods[method].request;
    struct buffer buffer = {0};
    struct rpc rpc;
    codec_write_request(&buffer, 1, methods[method].name, table, request);
    void *bytes = buffer.failed ? NULL : arena_copy(arena, buffer.data, buffer.length);
    void *copy = arena_alloc(arena, table->size);
    struct bytes object = {.data = bytes, .length = buffer.length};
    buffer_finish(&buffer);
    if (bytes == NULL || copy == NULL) {
        return ERROR_NO_MEMORY;
    }
    enum error error = codec_open(object, arena, &rpc);
    if (error == ERROR_NONE) {
        error = codec_read(rpc.body, table, CODEC_STRICT, arena, copy, ret_failure);
    }
    *ret_request = copy;
    return error;
}

static enum error run_query(query_function *function, struct query *query, struct store *store,
                            struct arena *arena, void *ret_reply, struct failure *ret_failure)
{
    struct viewer viewer;
    struct rows *rows;
    uint64_t work = 0;
    struct throttle *throttle = throttle_create(); /* nobody waits: nobody tries */
    enum error error = throttle == NULL ? ERROR_NO_MEMORY : store_read_begin(store, arena, &rows);
    if (error == ERROR_NONE) {
        permission_viewer(rows, &console_origin, query->time_ms, &viewer);
        query->rows = rows;
        query->viewer = &viewer;
        query->throttle = throttle;
        query->work = &work;
        error = function(query, ret_reply, ret_failure);
        error = rows_error(rows) != ERROR_NONE ? rows_error(rows) : error;
        store_read_end(rows);
    }
    throttle_destroy(throttle);
    return error;
}

static enum error answer_query(struct store *store, struct arena *arena, enum method method,
                               const void *request, void *ret_reply, struct failure *ret_failure)
{
    struct query query = {
        .request = request,
        .method = method,
        .page_default = PAGE_MAX,
        .page_bytes = PAGE_BYTES,
        .rows_max = QUERY_ROWS_MAX,
    };
    enum error error = offline_time(store, &query.time_ms);
    return error == ERROR_NONE
               ? run_query(query_of(method), &query, store, arena, ret_reply, ret_failure)
               : error;
}

/* What a command's answer is wanted for. */
struct wanted {
    struct store *store;
    struct arena *arena;
    void *reply;
    struct failure *failure;
    enum error error;
};

static enum error copy_reply(const struct wanted *wanted, const struct submission *submission)
{
    const struct table *table = methods[submission->command.method].reply;
    struct arena scratch;
    struct rows *rows;
    arena_init(&scratch, 0);
    void *reply = arena_alloc(&scratch, table->size);
    enum error error =
        reply == NULL ? ERROR_NO_MEMORY : store_read_begin(wanted->store, &scratch, &rows);
    if (error == ERROR_NONE) {
        error = reply_fill(submission, rows, reply);
        if (error == ERROR_NONE && !message_copy(wanted->arena, table, reply, wanted->reply)) {
            error = ERROR_NO_MEMORY;
        }
        store_read_end(rows);
    }
    arena_wipe(&scratch);
    arena_finish(&scratch);
    return error;
}

/* The arena it was written in goes before the verb ends. */
static void keep_message(const struct wanted *wanted, struct text message)
{
    char *copy = arena_copy(wanted->arena, message.data, message.length);
    wanted->failure->message =
        (struct text){.data = copy, .length = copy != NULL ? message.length : 0};
}

static void take_outcome(void *context, const struct submission *submission)
{
    struct wanted *wanted = context;
    const struct outcome *outcome = &submission->outcome;
    if (outcome->verdict == ERROR_NONE) {
        wanted->error = copy_reply(wanted, submission);
        return;
    }
    wanted->error = outcome->verdict;
    if (outcome->reason.length > 0) {
        keep_message(wanted, outcome->reason);
    }
}

static bool makes_code(enum method method)
{
    return method == METHOD_ADMIN_ACCOUNT_CREATE || method == METHOD_ADMIN_ACCOUNT_RESET;
}

static enum error run_command(struct wanted *wanted, enum method method, const void *request)
{
    struct arena arena;
    void *own = NULL;
    uint64_t time_ms = 0;
    arena_init(&arena, 0);
    enum error error = read_again(method, request, &arena, &own, wanted->failure);
    if (error == ERROR_NONE) {
        error = offline_time(wanted->store, &time_ms);
    } else if (wanted->failure->message.length > 0) {
        keep_message(wanted, wanted->failure->message);
    }
    struct submission *submission =
        error == ERROR_NONE ? stamping_submission(&arena, method, own, &console_origin) : NULL;
    arena_finish(&arena);
    if (submission == NULL) {
        return error != ERROR_NONE ? error : ERROR_NO_MEMORY;
    }
    submission->command.time_ms = time_ms;
    submission->command.fresh_id = time_ms;
    error = makes_code(method) ? submission_make_code(submission) : ERROR_NONE;
    if (error != ERROR_NONE) {
        submission_destroy(submission);
        return error;
    }
    error = offline_run(wanted->store, submission, take_outcome, wanted);
    return error == ERROR_NONE ? wanted->error : error;
}

enum error offline_ask(struct store *store, struct arena *arena, enum method method,
                       const void *request, void *ret_reply, struct failure *ret_failure)
{
    struct wanted wanted = {
        .store = store, .arena = arena, .reply = ret_reply, .failure = ret_failure};
    if (core_command_facts(method).is_command) {
        return run_command(&wanted, method, request);
    }
    void *own = NULL;
    enum error error = query_of(method) == NULL
                           ? ERROR_UNKNOWN_METHOD
                           : read_again(method, request, arena, &own, ret_failure);
    return error == ERROR_NONE ? answer_query(store, arena, method, own, ret_reply, ret_failure)
                               : error;
}
