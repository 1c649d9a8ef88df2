#include "server/requests.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "proto/api.h"
#include "proto/codec.h"
#include "proto/condition.h"
#include "proto/require.h"
#include "server/core/settings.h"
#include "server/health.h"
#include "server/prepare.h"
#include "server/presence_requests.h"
#include "server/queries.h"
#include "server/replies.h"
#include "server/writer.h"

enum {
    QUERY_ROWS_MAX = 2000, /* rows one query looks at */
    SECOND_MS = 1000,
    /* Reading so much costs as much as another request, and as the given number of them when a
     * turn of the loop is shared out. */
    WORK_OF_A_REQUEST = 256 * 1024,
    TURN_REQUESTS_OF_IT = 4,
    WORK_OF_A_TICKET = 32 * 1024, /* of many that one command changes */
};

struct requests {
    struct requests_settings settings;
    struct arena arena; /* of the request at hand */
    struct allowances allowances;
};

/* One request on its way through this file. */
struct incoming {
    struct session *session;
    uint32_t id;
    enum method method;
    const void *body;
    void *request;
};

/* Answers of the connection itself: hello, feeds. */
typedef enum error connection_function(struct requests *requests, const struct incoming *incoming,
                                       const struct viewer *viewer, struct rows *rows,
                                       void *ret_reply, struct failure *ret_failure);

enum request_kind { REQUEST_QUERY, REQUEST_COMMAND, REQUEST_PREPARED };

struct request_row {
    enum request_kind kind;
    bool before_hello;
    bool before_sign_in;
    query_function *query;
    connection_function *connection;
    prepare_function *prepare;
};

static connection_function answer_hello;
static connection_function answer_api;
static connection_function answer_subscribe;
static connection_function answer_unsubscribe;
static connection_function answer_presence_set;
static connection_function answer_presence_list;
static connection_function answer_health;

#define QUERY(function)                                                                            \
    {                                                                                              \
        .kind = REQUEST_QUERY, .query = (function)                                                 \
    }
#define CONNECTION(function)                                                                       \
    {                                                                                              \
        .kind = REQUEST_QUERY, .connection = (function)                                            \
    }
#define COMMAND                                                                                    \
    {                                                                                              \
        .kind = REQUEST_COMMAND                                                                    \
    }
#define PREPARED(function)                                                                         \
    {                                                                                              \
        .kind = REQUEST_PREPARED, .prepare = (function)                                            \
    }
#define SIGNING_IN(function)                                                                       \
    {                                                                                              \
        .kind = REQUEST_PREPARED, .before_sign_in = true, .prepare = (function)                    \
    }

static const struct request_row table[METHOD_COUNT] = {
    /* Connection */
    [METHOD_HELLO] = {.kind = REQUEST_QUERY,
                      .before_hello = true,
                      .before_sign_in = true,
                      .connection = answer_hello},
    [METHOD_API] = {.kind = REQUEST_QUERY, .before_sign_in = true, .connection = answer_api},
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = SIGNING_IN(prepare_register),
    [METHOD_ACCOUNT_LOGIN] = SIGNING_IN(prepare_login),
    [METHOD_ACCOUNT_LOGIN_KEY] = SIGNING_IN(prepare_login_key),
    [METHOD_ACCOUNT_RESUME] = SIGNING_IN(prepare_resume),
    [METHOD_ACCOUNT_USE_CODE] = SIGNING_IN(prepare_use_code),
    [METHOD_ACCOUNT_LOGOUT] = COMMAND,
    [METHOD_ACCOUNT_GET] = QUERY(query_account_get),
    [METHOD_ACCOUNT_UPDATE] = COMMAND,
    [METHOD_ACCOUNT_SET_PASSWORD] = PREPARED(prepare_set_password),
    [METHOD_ACCOUNT_REQUEST_ROLE] = COMMAND,
    [METHOD_ACCOUNT_SIGN_INS] = QUERY(query_account_sign_ins),
    [METHOD_ACCOUNT_END_SIGN_IN] = COMMAND,
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = COMMAND,
    [METHOD_ACCOUNT_DEVICES] = QUERY(query_account_devices),
    [METHOD_ACCOUNT_FORGET_DEVICE] = COMMAND,
    [METHOD_ACCOUNT_KEYS] = QUERY(query_account_keys),
    [METHOD_ACCOUNT_KEY_ADD] = PREPARED(prepare_key_add),
    [METHOD_ACCOUNT_KEY_REMOVE] = COMMAND,
    [METHOD_ACCOUNT_TOTP_BEGIN] = PREPARED(prepare_totp_begin),
    [METHOD_ACCOUNT_TOTP_CONFIRM] = PREPARED(prepare_totp_confirm),
    [METHOD_ACCOUNT_TOTP_REMOVE] = PREPARED(prepare_totp_remove),
    [METHOD_ACCOUNT_EXPORT] = QUERY(query_account_export),
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = PREPARED(prepare_elevate),
    [METHOD_ACCOUNT_ELEVATE_KEY] = PREPARED(prepare_elevate_key),
    [METHOD_ACCOUNT_END_ELEVATION] = COMMAND,
    [METHOD_ACCOUNT_ACT_AS] = COMMAND,
    [METHOD_ACCOUNT_END_ACT_AS] = COMMAND,
    /* Tickets */
    [METHOD_TICKET_CREATE] = COMMAND,
    [METHOD_TICKET_GET] = QUERY(query_ticket_get),
    [METHOD_TICKET_MESSAGES] = QUERY(query_ticket_messages),
    [METHOD_TICKET_LIST] = QUERY(query_ticket_list),
    [METHOD_TICKET_UPDATE] = COMMAND,
    /* Ownership */
    [METHOD_TICKET_TAKE] = COMMAND,
    [METHOD_TICKET_UNTAKE] = COMMAND,
    [METHOD_TICKET_STEAL] = COMMAND,
    [METHOD_TICKET_GIVE] = COMMAND,
    [METHOD_TICKET_FOLLOWERS] = QUERY(query_ticket_followers),
    [METHOD_TICKET_WATCH] = COMMAND,
    [METHOD_TICKET_UNWATCH] = COMMAND,
    [METHOD_TICKET_CC_ADD] = COMMAND,
    [METHOD_TICKET_CC_REMOVE] = COMMAND,
    /* Lifecycle */
    [METHOD_TICKET_PEND] = COMMAND,
    [METHOD_TICKET_OPEN] = COMMAND,
    /* Conversation */
    [METHOD_TICKET_REPLY] = COMMAND,
    [METHOD_TICKET_NOTE] = COMMAND,
    [METHOD_TICKET_WITHDRAW] = COMMAND,
    [METHOD_TICKET_SEND_NOW] = COMMAND,
    [METHOD_MESSAGE_EDIT] = COMMAND,
    [METHOD_MESSAGE_RETRACT] = COMMAND,
    [METHOD_MESSAGE_VERSIONS] = QUERY(query_message_versions),
    [METHOD_CANNED_LIST] = QUERY(query_canned_list),
    [METHOD_TICKET_HISTORY] = QUERY(query_ticket_history),
    /* Queues */
    [METHOD_QUEUE_LIST] = QUERY(query_queue_list),
    [METHOD_QUEUE_PEOPLE] = QUERY(query_queue_people),
    [METHOD_TICKET_MOVE] = COMMAND,
    [METHOD_ADMIN_QUEUE_CREATE] = COMMAND,
    [METHOD_ADMIN_QUEUE_UPDATE] = COMMAND,
    [METHOD_ADMIN_QUEUE_RIGHTS] = COMMAND,
    [METHOD_ADMIN_QUEUE_MEMBERS] = QUERY(query_admin_queue_members),
    /* Links and merging */
    [METHOD_TICKET_LINK] = COMMAND,
    [METHOD_TICKET_UNLINK] = COMMAND,
    [METHOD_TICKET_MERGE] = COMMAND,
    [METHOD_TICKET_UNMERGE] = COMMAND,
    [METHOD_TICKET_SPLIT] = COMMAND,
    [METHOD_TICKET_LINKS] = QUERY(query_ticket_links),
    /* Tags */
    [METHOD_TICKET_TAG] = COMMAND,
    [METHOD_TAG_LIST] = QUERY(query_tag_list),
    /* Attachments */
    [METHOD_ATTACHMENT_BEGIN] = COMMAND,
    [METHOD_ATTACHMENT_CHUNK] = COMMAND,
    [METHOD_ATTACHMENT_FINISH] = PREPARED(prepare_attachment_finish),
    [METHOD_ATTACHMENT_LIST] = QUERY(query_attachment_list),
    [METHOD_ATTACHMENT_READ] = QUERY(query_attachment_read),
    [METHOD_ATTACHMENT_REMOVE] = COMMAND,
    /* Drafts and unread */
    [METHOD_DRAFT_SAVE] = COMMAND,
    [METHOD_DRAFT_GET] = QUERY(query_draft_get),
    [METHOD_DRAFT_LIST] = QUERY(query_draft_list),
    [METHOD_DRAFT_REMOVE] = COMMAND,
    [METHOD_TICKET_MARK_READ] = COMMAND,
    /* Presence and feed */
    [METHOD_PRESENCE_SET] = CONNECTION(answer_presence_set),
    [METHOD_PRESENCE_LIST] = CONNECTION(answer_presence_list),
    [METHOD_FEED_SUBSCRIBE] = CONNECTION(answer_subscribe),
    [METHOD_FEED_UNSUBSCRIBE] = CONNECTION(answer_unsubscribe),
    /* Bulk and undo */
    [METHOD_TICKET_BULK] = COMMAND,
    [METHOD_TICKET_UNDO] = COMMAND,
    [METHOD_TICKET_LAST_ACT] = QUERY(query_ticket_last_act),
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = COMMAND,
    [METHOD_ADMIN_TICKET_RESTORE] = COMMAND,
    [METHOD_ADMIN_TICKET_PURGE] = COMMAND,
    [METHOD_ADMIN_RETENTION_PREVIEW] = QUERY(query_admin_retention_preview),
    [METHOD_ADMIN_RETENTION_RUN] = COMMAND,
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_LIST] = QUERY(query_admin_account_list),
    [METHOD_ADMIN_ACCOUNT_CREATE] = PREPARED(prepare_account_create),
    [METHOD_ADMIN_ACCOUNT_RESET] = PREPARED(prepare_account_reset),
    [METHOD_ADMIN_TOTP_RESET] = COMMAND,
    [METHOD_ADMIN_ACCOUNT_ROLE] = COMMAND,
    [METHOD_ADMIN_SIGN_INS] = QUERY(query_admin_sign_ins),
    [METHOD_ADMIN_END_SIGN_INS] = COMMAND,
    [METHOD_ADMIN_KEYS] = QUERY(query_admin_keys),
    [METHOD_ADMIN_KEY_REMOVE] = COMMAND,
    [METHOD_ADMIN_LOCKS] = QUERY(query_admin_locks),
    [METHOD_ADMIN_UNLOCK] = PREPARED(prepare_unlock),
    [METHOD_ADMIN_ACCOUNT_DISABLE] = COMMAND,
    [METHOD_ADMIN_ACCOUNT_ENABLE] = COMMAND,
    [METHOD_ADMIN_ACCOUNT_EXPORT] = QUERY(query_admin_account_export),
    [METHOD_ADMIN_ACCOUNT_ANONYMISE] = COMMAND,
    [METHOD_ADMIN_ROLE_REQUESTS] = QUERY(query_admin_role_requests),
    [METHOD_ADMIN_ROLE_GRANT] = COMMAND,
    [METHOD_ADMIN_ROLE_DECLINE] = COMMAND,
    /* Admin: canned replies */
    [METHOD_ADMIN_CANNED_CREATE] = COMMAND,
    [METHOD_ADMIN_CANNED_UPDATE] = COMMAND,
    [METHOD_ADMIN_CANNED_REMOVE] = COMMAND,
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_GET] = QUERY(query_admin_settings_get),
    [METHOD_ADMIN_SETTINGS_UPDATE] = COMMAND,
    /* Audit */
    [METHOD_ADMIN_AUDIT] = QUERY(query_admin_audit),
    /* Health */
    [METHOD_ADMIN_HEALTH] = CONNECTION(answer_health),
    /* Internal */
    [METHOD_ACCOUNT_COUNT_FAILURE] = COMMAND,
    [METHOD_TIMER_FIRE] = COMMAND,
};

const char *request_kind_words(enum method method)
{
    static const char *const words[] = {
        [REQUEST_QUERY] = "query",
        [REQUEST_COMMAND] = "command",
        [REQUEST_PREPARED] = "prepared",
    };
    return words[table[method].kind];
}

/* A row that is missing or half filled would be found by the first client that asks. */
static void check_row(enum method method)
{
    const struct request_row *row = &table[method];
    bool is_command = core_command_facts(method).is_command;
    require((row->kind == REQUEST_QUERY) == !is_command);
    require((row->kind == REQUEST_QUERY) == (row->query != NULL || row->connection != NULL));
    require((row->kind == REQUEST_PREPARED) == (row->prepare != NULL));
    require(!is_command || reply_can_settle(method));
}

struct requests *requests_create(const struct requests_settings *settings)
{
    struct requests *requests = calloc(1, sizeof *requests);
    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        check_row((enum method)method);
    }
    if (requests != NULL) {
        requests->settings = *settings;
        arena_init(&requests->arena, 0);
    }
    return requests;
}

void requests_destroy(struct requests *requests)
{
    if (requests != NULL) {
        arena_finish(&requests->arena);
        allowances_finish(&requests->allowances);
        free(requests);
    }
}

/* --- Queries --------------------------------------------------------------------------------- */

static enum error answer_hello(struct requests *requests, const struct incoming *incoming,
                               const struct viewer *viewer, struct rows *rows, void *ret_reply,
                               struct failure *ret_failure)
{
    const struct hello *request = incoming->request;
    const struct config *config = requests->settings.config;
    if (request->protocol != PROTOCOL_VERSION) {
        ret_failure->field = text_of("protocol");
        return ERROR_PROTOCOL_UNSUPPORTED;
    }
    incoming->session->hello_done = true;
    struct hello_reply *reply = ret_reply;
    *reply = (struct hello_reply){
        .protocol = PROTOCOL_VERSION,
        .level = PROTOCOL_LEVEL,
        .server = text_of(config->server.name),
        .version = text_of(TTYDESK_VERSION),
        .time_ms = stamping_time(requests->settings.stamping),
        .epoch = {.data = log_epoch(requests->settings.log), .length = EPOCH_BYTES},
        /* How much goes on here is nothing for strangers. */
        .sequence = viewer->signed_in || viewer->console ? rows_sequence(rows) : 0,
        .registration = settings_read(rows).registration,
        .limits =
            {
                .request_bytes = config->limits.request_bytes,
                .page_max = PAGE_MAX,
                .in_flight_max = config->limits.requests_in_flight,
                .subscriptions_max = config->limits.subscriptions,
                .title_max = TITLE_MAX,
                .problem_max = PROBLEM_MAX,
                .message_max = MESSAGE_MAX,
                .password_min = config->passwords.minimum,
                .attachment_bytes = ATTACHMENT_BYTES_MAX,
                .attachments_bytes = ATTACHMENTS_EACH_BYTES,
                .attachments_max = ATTACHMENTS_EACH_MAX,
                .chunk_bytes = CHUNK_BYTES,
            },
    };
    if (session_make_nonce(incoming->session, &reply->nonce)) {
        present_mark(&reply->present, HELLO_REPLY_NONCE);
    }
    for (unsigned field = LIMITS_ATTACHMENT_BYTES; field <= LIMITS_CHUNK_BYTES; field++) {
        present_mark(&reply->limits.present, field);
    }
    return ERROR_NONE;
}

static enum error answer_api(struct requests *requests, const struct incoming *incoming,
                             const struct viewer *viewer, struct rows *rows, void *ret_reply,
                             struct failure *ret_failure)
{
    (void)incoming;
    (void)viewer;
    (void)rows;
    (void)ret_failure;
    struct api_access access[METHOD_COUNT];
    for (unsigned method = 0; method < METHOD_COUNT; method++) {
        access[method] = (struct api_access){
            .kind = request_kind_words((enum method)method),
            .role = permission_words((enum method)method),
        };
    }
    return api_describe(access, &requests->arena, ret_reply);
}

static enum error answer_subscribe(struct requests *requests, const struct incoming *incoming,
                                   const struct viewer *viewer, struct rows *rows, void *ret_reply,
                                   struct failure *ret_failure)
{
    return watchers_subscribe(requests->settings.watchers, incoming->session, viewer, rows,
                              incoming->request, ret_reply, ret_failure);
}

static enum error answer_unsubscribe(struct requests *requests, const struct incoming *incoming,
                                     const struct viewer *viewer, struct rows *rows,
                                     void *ret_reply, struct failure *ret_failure)
{
    (void)ret_reply;
    (void)ret_failure;
    enum error error = permission_check(METHOD_FEED_UNSUBSCRIBE, viewer, RELATION_NONE);
    return error != ERROR_NONE ? error
                               : watchers_unsubscribe(requests->settings.watchers,
                                                      incoming->session, rows, incoming->request);
}

static enum error answer_presence_set(struct requests *requests, const struct incoming *incoming,
                                      const struct viewer *viewer, struct rows *rows,
                                      void *ret_reply, struct failure *ret_failure)
{
    (void)ret_reply;
    (void)ret_failure;
    return presence_request_set(requests->settings.presence, incoming->session->id, viewer, rows,
                                incoming->request);
}

static enum error answer_presence_list(struct requests *requests, const struct incoming *incoming,
                                       const struct viewer *viewer, struct rows *rows,
                                       void *ret_reply, struct failure *ret_failure)
{
    (void)ret_failure;
    return presence_request_list(requests->settings.presence, viewer, rows, incoming->request,
                                 ret_reply);
}

static enum error answer_health(struct requests *requests, const struct incoming *incoming,
                                const struct viewer *viewer, struct rows *rows, void *ret_reply,
                                struct failure *ret_failure)
{
    (void)incoming;
    (void)ret_failure;
    const struct requests_settings *settings = &requests->settings;
    size_t connections = sessions_count(settings->sessions, true);
    const struct health_now now = {
        .counts = settings->health,
        .time_ms = stamping_time(settings->stamping),
        .uptime_ms = uv_now(settings->loop) - settings->started_ms,
        .connections = connections,
        .signed_in = connections - sessions_count(settings->sessions, false),
        .waiting = writer_waiting(settings->writer),
        .data = settings->config->server.data,
    };
    return health_answer(&now, viewer, rows, ret_reply);
}

static struct allowance *allowance_of(struct requests *requests, struct session *session)
{
    return allowances_of(&requests->allowances, session->sign_in, uv_now(requests->settings.loop),
                         &session->allowance);
}

/* Who makes the desk read much pays for it afterwards. */
static void charge(struct requests *requests, struct session *session, uint64_t work)
{
    uint64_t tokens = work / WORK_OF_A_REQUEST;
    if (tokens > 0) {
        rate_charge(&allowance_of(requests, session)->requests,
                    requests->settings.config->limits.request_rate, tokens);
        session_charge(session, (unsigned)(tokens * TURN_REQUESTS_OF_IT));
    }
}

static enum error run_query(struct requests *requests, const struct incoming *incoming, void *reply,
                            struct failure *ret_failure)
{
    const struct request_row *row = &table[incoming->method];
    const struct config_limits *limits = &requests->settings.config->limits;
    struct origin origin = session_origin(incoming->session);
    struct viewer viewer;
    struct rows *rows;
    enum error error = snapshot_rows(requests->settings.snapshot, &rows);
    if (error != ERROR_NONE) {
        return error;
    }
    uint64_t before = rows_work(rows);
    uint64_t work = 0;
    uint64_t time_ms = stamping_time(requests->settings.stamping);
    permission_viewer(rows, &origin, time_ms, &viewer);
    struct query query = {
        .rows = rows,
        .viewer = &viewer,
        .request = incoming->request,
        .method = incoming->method,
        .page_default = limits->page_size,
        .page_bytes = limits->reply_bytes - limits->reply_bytes / 4,
        .rows_max = QUERY_ROWS_MAX,
        .time_ms = time_ms,
        .throttle = requests->settings.throttle,
        .now_ms = uv_now(requests->settings.loop),
        .work = &work,
    };
    error = row->connection != NULL
                ? row->connection(requests, incoming, &viewer, rows, reply, ret_failure)
                : row->query(&query, reply, ret_failure);
    charge(requests, incoming->session, work + rows_work(rows) - before);
    return rows_error(rows) != ERROR_NONE ? rows_error(rows) : error;
}

static void answer_query(struct requests *requests, const struct incoming *incoming)
{
    struct failure failure = {0};
    void *reply = arena_alloc(&requests->arena, methods[incoming->method].reply->size);
    enum error error =
        reply == NULL ? ERROR_NO_MEMORY : run_query(requests, incoming, reply, &failure);
    if (error == ERROR_NONE) {
        reply_success(incoming->session, incoming->id, incoming->method, reply);
        return;
    }
    if ((error == ERROR_DATA_DAMAGED || error == ERROR_SYSTEM) &&
        requests->settings.logger != NULL) {
        logger_write(requests->settings.logger, LOG_LEVEL_ERROR, NULL, "%s failed: %s",
                     methods[incoming->method].name, error_sentence(error));
    }
    failure.code = error;
    reply_failure(incoming->session, incoming->id, &failure);
}

/* --- Commands -------------------------------------------------------------------------------- */

/* A submission that owns the request's memory. NULL without memory; the arena is then as it was. */
static struct submission *make_submission(struct requests *requests,
                                          const struct incoming *incoming)
{
    struct origin origin = session_origin(incoming->session);
    struct submission *submission =
        stamping_submission(&requests->arena, incoming->method, incoming->request, &origin);
    if (submission != NULL) {
        submission->connection = incoming->session->id;
        submission->message_id = incoming->id;
    }
    return submission;
}

static void answer_failure(struct requests *requests, struct submission *submission,
                           struct failure *failure)
{
    struct session *session = sessions_find(requests->settings.sessions, submission->connection);
    if (session != NULL) {
        if (failure->code == ERROR_BUSY) {
            failure->retry_after_ms = SECOND_MS;
        }
        session->in_flight--;
        reply_failure(session, submission->message_id, failure);
    }
    submission_destroy(submission);
}

void requests_failed(struct requests *requests, struct submission *submission, enum error error)
{
    struct failure failure = {.code = error};
    answer_failure(requests, submission, &failure);
}

/* Stamps and hands over; answers when that fails. The session waits for its answer already. */
static void submit(struct requests *requests, struct submission *submission)
{
    stamping_stamp(requests->settings.stamping, submission);
    enum error error = log_submit(requests->settings.log, submission);
    if (error != ERROR_NONE) {
        requests_failed(requests, submission, error);
    }
}

static void answer_command(struct requests *requests, const struct incoming *incoming)
{
    struct submission *submission = make_submission(requests, incoming);
    if (submission == NULL) {
        reply_error(incoming->session, incoming->id, ERROR_NO_MEMORY);
        return;
    }
    incoming->session->in_flight++;
    if (incoming->method == METHOD_TICKET_BULK) {
        const struct ticket_bulk *bulk = incoming->request;
        charge(requests, incoming->session, bulk->tickets.count * WORK_OF_A_TICKET);
    }
    submit(requests, submission);
}

/* --- Prepared commands ----------------------------------------------------------------------- */

static struct preparation *preparation_of(const struct password_job *job)
{
    return (struct preparation *)((uintptr_t)job - offsetof(struct preparation, job));
}

/* Not for somebody who has gone, nor for an account that has to be left alone by now. */
static enum error may_begin(const struct password_job *job)
{
    const struct preparation *preparation = preparation_of(job);
    struct failure failure = {0};
    return sessions_find(preparation->settings->sessions, preparation->submission->connection) ==
                   NULL
               ? ERROR_CONNECTION_LOST
               : prepare_may_try(preparation, &failure);
}

static void end_if_guessing(const struct requests *requests, struct session *session,
                            enum error error)
{
    if (error == ERROR_AUTH_FAILED &&
        session->login_failures >= requests->settings.config->limits.login_attempts) {
        session_end(session, ERROR_AUTH_FAILED, "Too many wrong passwords on one connection.");
    }
}

static void on_password_done(struct password_job *job, enum error error)
{
    struct preparation *preparation = preparation_of(job);
    struct submission *submission = preparation->submission;
    struct requests *requests = preparation->requests;
    struct session *session = sessions_find(requests->settings.sessions, submission->connection);
    struct failure failure = {.code = error};
    if (session == NULL) {
        if (error == ERROR_NONE) {
            prepare_abandon(preparation);
        }
        submission_destroy(submission); /* nobody waits, and nothing was promised */
        return;
    }
    if (error == ERROR_NONE) {
        failure.code = prepare_finish(preparation, session, &failure);
    } else if (error == ERROR_THROTTLED) {
        (void)prepare_may_try(preparation, &failure); /* until when */
    }
    if (failure.code == ERROR_NONE) {
        submit(requests, submission);
        return;
    }
    answer_failure(requests, submission, &failure);
    end_if_guessing(requests, session, failure.code);
}

/* Begins the slow work, or submits at once when there is none. */
static enum error begin_preparation(struct requests *requests, struct preparation *preparation,
                                    struct session *session, struct failure *ret_failure)
{
    struct submission *submission = preparation->submission;
    struct origin origin = submission->command.origin;
    struct viewer viewer;
    enum error error = snapshot_rows(requests->settings.snapshot, &preparation->rows);
    if (error != ERROR_NONE) {
        return error;
    }
    permission_viewer(preparation->rows, &origin, stamping_time(requests->settings.stamping),
                      &viewer);
    error = permission_check(submission->command.method, &viewer, RELATION_NONE);
    if (error != ERROR_NONE) {
        return error;
    }
    if (core_is_repeated(preparation->rows, &submission->command, &viewer)) {
        preparation->rows = NULL;
        session->in_flight++;
        submit(requests, submission);
        return ERROR_NONE;
    }
    preparation->viewer = &viewer;
    error = table[submission->command.method].prepare(preparation, session, ret_failure);
    if (error == ERROR_NONE && rows_error(preparation->rows) != ERROR_NONE) {
        error = rows_error(preparation->rows);
    }
    preparation->viewer = NULL;
    preparation->rows = NULL;
    charge(requests, session, preparation->work);
    if (error != ERROR_NONE) {
        return error;
    }
    session->in_flight++;
    if (!preparation->job.verify && !preparation->job.make && preparation->job.other == NULL) {
        submit(requests, submission);
        return ERROR_NONE;
    }
    preparation->job.share_key = throttle_source_mark(requests->settings.throttle, session->source);
    preparation->job.may_begin = may_begin;
    preparation->job.on_done = on_password_done;
    error = login_submit(requests->settings.login, &preparation->job);
    if (error != ERROR_NONE) {
        session->in_flight--;
        ret_failure->retry_after_ms = error == ERROR_BUSY ? SECOND_MS : 0;
    }
    return error;
}

static void answer_prepared(struct requests *requests, const struct incoming *incoming)
{
    struct failure failure = {0};
    struct session *session = incoming->session;
    struct submission *submission = make_submission(requests, incoming);
    struct preparation *preparation =
        submission == NULL ? NULL : arena_alloc(&submission->arena, sizeof *preparation);
    if (preparation == NULL) {
        submission_destroy(submission);
        reply_error(session, incoming->id, ERROR_NO_MEMORY);
        return;
    }
    preparation->requests = requests;
    preparation->settings = &requests->settings;
    preparation->submission = submission;
    failure.code = begin_preparation(requests, preparation, session, &failure);
    if (failure.code != ERROR_NONE) {
        reply_failure(session, incoming->id, &failure);
        submission_destroy(submission);
        end_if_guessing(requests, session, failure.code);
    }
}

/* --- Coming in ------------------------------------------------------------------------------- */

static bool rate_allows(struct requests *requests, const struct incoming *incoming,
                        uint64_t *ret_retry_after_ms)
{
    const struct config_limits *limits = &requests->settings.config->limits;
    struct allowance *allowance = allowance_of(requests, incoming->session);
    uint64_t now_ms = uv_now(requests->settings.loop);
    bool changes = table[incoming->method].kind != REQUEST_QUERY;
    return rate_take(&allowance->requests, limits->request_rate, SECOND_MS, limits->request_burst,
                     now_ms, ret_retry_after_ms) &&
           (!changes || rate_take(&allowance->changes, limits->change_rate, SECOND_MS,
                                  limits->change_burst, now_ms, ret_retry_after_ms));
}

/* Whether words have to be looked for in the tickets' texts. */
static bool looks_for_words(const struct condition *condition)
{
    bool looks = condition->about == ABOUT_WORDS || condition->about == ABOUT_TITLE;
    for (const struct condition *part = condition->first; part != NULL && !looks;
         part = part->next) {
        looks = looks_for_words(part);
    }
    return looks;
}

/* What is no query is refused where it is asked, for no more than any other list costs. */
static bool is_search(struct requests *requests, const struct ticket_list *request)
{
    struct condition_clock clock = {.now_ms = stamping_time(requests->settings.stamping)};
    struct ticket_query read;
    struct query_fault fault;
    return request->title.length > 0 ||
           (request->query.length > 0 &&
            ticket_query_read(&requests->arena, request->query, &clock, &read, &fault) &&
            looks_for_words(read.root));
}

/* Searching is what makes a list dear; it has a rate of its own. */
static bool search_rate_allows(struct requests *requests, const struct incoming *incoming,
                               uint64_t *ret_retry_after_ms)
{
    const struct config_limits *limits = &requests->settings.config->limits;
    if (incoming->method != METHOD_TICKET_LIST || !is_search(requests, incoming->request)) {
        return true;
    }
    struct allowance *allowance = allowance_of(requests, incoming->session);
    return rate_take(&allowance->searches, limits->search_rate, SECOND_MS, limits->search_burst,
                     uv_now(requests->settings.loop), ret_retry_after_ms);
}

/* May this be asked at all, now and here? Before a byte of its body is looked at. */
static enum error admit(struct requests *requests, const struct incoming *incoming,
                        struct failure *ret_failure)
{
    const struct session *session = incoming->session;
    const struct request_row *row = &table[incoming->method];
    if (!session->hello_done && !row->before_hello) {
        return ERROR_HELLO_REQUIRED;
    }
    if (session->sign_in == 0 && !session->console && !row->before_sign_in) {
        return ERROR_NOT_SIGNED_IN;
    }
    if (row->kind != REQUEST_QUERY &&
        session->in_flight >= requests->settings.config->limits.requests_in_flight) {
        return ERROR_TOO_MANY;
    }
    return rate_allows(requests, incoming, &ret_failure->retry_after_ms) ? ERROR_NONE
                                                                         : ERROR_THROTTLED;
}

static enum error decode(struct requests *requests, struct incoming *incoming,
                         struct failure *ret_failure)
{
    const struct table *fields = methods[incoming->method].request;
    enum codec_manner manner = incoming->method == METHOD_HELLO ? CODEC_TOLERANT : CODEC_STRICT;
    incoming->request = arena_alloc(&requests->arena, fields->size);
    if (incoming->request == NULL) {
        return ERROR_NO_MEMORY;
    }
    enum error error = codec_read(incoming->body, fields, manner, &requests->arena,
                                  incoming->request, ret_failure);
    if (error == ERROR_NONE &&
        !search_rate_allows(requests, incoming, &ret_failure->retry_after_ms)) {
        error = ERROR_THROTTLED;
    }
    return error;
}

static void serve(struct requests *requests, struct incoming *incoming)
{
    struct failure failure = {0};
    enum error error = admit(requests, incoming, &failure);
    if (error == ERROR_NONE) {
        error = decode(requests, incoming, &failure);
    }
    if (error != ERROR_NONE) {
        failure.code = error;
        reply_failure(incoming->session, incoming->id, &failure);
        return;
    }
    switch (table[incoming->method].kind) {
    case REQUEST_QUERY:
        answer_query(requests, incoming);
        break;
    case REQUEST_COMMAND:
        answer_command(requests, incoming);
        break;
    case REQUEST_PREPARED:
        answer_prepared(requests, incoming);
        break;
    }
}

/* Takes the object apart and serves it; what is no request at all ends the connection. */
static void handle_copy(struct requests *requests, struct session *session, struct bytes object)
{
    struct rpc rpc = {.kind = RPC_NOTIFICATION};
    uint32_t method;
    enum error error = codec_open(object, &requests->arena, &rpc);
    if (error == ERROR_NO_MEMORY) {
        session_drop(session, error);
    } else if (rpc.kind != RPC_REQUEST) {
        session_end(session, ERROR_PROTOCOL_VIOLATION, "Clients send requests and nothing else.");
    } else if (error != ERROR_NONE) {
        reply_error(session, rpc.id, error);
    } else if (!choices_find(&method_choices, rpc.method, &method) ||
               method_is_internal((enum method)method)) {
        reply_error(session, rpc.id,
                    session->hello_done ? ERROR_UNKNOWN_METHOD : ERROR_HELLO_REQUIRED);
    } else {
        struct incoming incoming = {
            .session = session, .id = rpc.id, .method = (enum method)method, .body = rpc.body};
        serve(requests, &incoming);
    }
}

void requests_handle(struct requests *requests, struct session *session, struct bytes object)
{
    uint8_t *copy = arena_copy(&requests->arena, object.data, object.length);
    if (copy == NULL) {
        session_drop(session, ERROR_NO_MEMORY);
        return;
    }
    handle_copy(requests, session, (struct bytes){.data = copy, .length = object.length});
    /* Refused requests may hold a password too; a command has taken its memory along. */
    arena_wipe(&requests->arena);
    snapshot_trim(requests->settings.snapshot);
}
