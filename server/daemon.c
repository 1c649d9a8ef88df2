#include "server/daemon.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/require.h"
#include "server/digest.h"
#include "server/health.h"
#include "server/listener.h"
#include "server/own_command.h"
#include "server/requests.h"
#include "server/timers.h"

enum {
    QUEUE_MAX = 4096, /* commands waiting for the writer */
    QUEUE_BYTES_MAX = 128 << 20,
    BATCH_BYTES_MAX = 4 << 20,   /* of the commands in one transaction */
    STOP_CHECK_MS = 20,          /* how often the end of stopping is looked for */
    STOP_MAX_MS = 10000,         /* stopping is given up on clients after this */
    PRESENCE_SILENCE_MS = 25000, /* gone within 30 s of silence, the way to others included */
    TIMER_RETRY_MS = 1000,       /* a full disk or the like may have kept a timer from going off */
};

#define HEAD_PERIOD_MS (UINT64_C(3600) * 1000)

struct daemon {
    struct daemon_settings settings;
    uv_loop_t loop;
    struct clock clock;
    struct stamping stamping;
    struct snapshot snapshot;
    struct throttle *throttle;
    struct login *login;
    struct second_factor *second_factor;
    struct sessions *sessions;
    struct watchers *watchers;
    struct presence *presence;
    struct requests *requests;
    struct writer *writer;
    struct log *log;
    struct listener *listener;
    struct timers *timers;
    struct health_counts health;
    uv_signal_t terminate;
    uv_signal_t interrupt;
    uv_signal_t reload;
    uv_timer_t watchdog;
    uv_timer_t head; /* tells the system log where the journal stands */
    uv_timer_t stop; /* looks for the end of stopping */
    bool timers_made;
    bool stopping;
    bool drained;
    uint64_t stopping_ms;
};

/* --- Connections between the parts ------------------------------------------------------------ */

static void on_message(void *context, struct session *session, struct bytes object)
{
    struct daemon *daemon = context;
    requests_handle(daemon->requests, session, object);
}

static void on_gone(void *context, struct session *session, enum error why)
{
    struct daemon *daemon = context;
    watchers_forget(daemon->watchers, session);
    presence_forget(daemon->presence, session->id);
    listener_gone(daemon->listener, session, why);
    enum log_level level = why == ERROR_PROTOCOL_VIOLATION ? LOG_LEVEL_WARNING : LOG_LEVEL_DEBUG;
    logger_write(daemon->settings.logger, level, session->source, "connection ended: %s",
                 error_sentence(why));
}

static void on_ordered(void *context, uint64_t position, struct submission *submission)
{
    struct daemon *daemon = context;
    submission->position = position;
    enum error error = writer_enqueue(daemon->writer, submission);
    if (error != ERROR_NONE) {
        requests_failed(daemon->requests, submission, error);
    }
}

static void on_unknown(void *context, struct submission *submission)
{
    struct daemon *daemon = context;
    requests_failed(daemon->requests, submission, ERROR_OUTCOME_UNKNOWN);
}

/* Later ones must not wait for it, and the log must not fill with it. */
static void set_aside(const struct daemon *daemon, const struct timer_fire *request)
{
    timers_set_aside(daemon->timers,
                     (struct timer_key){.due_ms = request->due_ms, .id = request->id});
    logger_write(daemon->settings.logger, LOG_LEVEL_ERROR, NULL,
                 "What the timer %" PRIu64 ", due at %" PRIu64 ", is for is damaged; it is set "
                 "aside until the daemon starts again. ttydeskd verify tells what is damaged.",
                 request->id, request->due_ms);
}

/* Nobody else hears of them. That a timer is gone is told by the second of two tries. */
static void log_own_refusals(const struct daemon *daemon, const struct batch *batch)
{
    if (batch->error != ERROR_NONE) {
        return; /* nothing was judged */
    }
    for (const struct submission *one = batch->first; one != NULL; one = one->next) {
        enum error verdict = one->outcome.verdict;
        if (one->command.method == METHOD_TIMER_FIRE && verdict == ERROR_DATA_DAMAGED) {
            set_aside(daemon, one->command.request);
        } else if (one->command.origin.desk && verdict != ERROR_NONE &&
                   verdict != ERROR_NOT_FOUND) {
            logger_write(daemon->settings.logger, LOG_LEVEL_ERROR, NULL, "%s failed: %s",
                         methods[one->command.method].name, error_sentence(verdict));
        }
    }
}

static void on_settled(void *context, struct batch *batch)
{
    struct daemon *daemon = context;
    if (batch->error != ERROR_NONE) {
        logger_write(daemon->settings.logger, LOG_LEVEL_ERROR, NULL, "%zu changes were refused: %s",
                     batch->count, error_sentence(batch->error));
    }
    health_count_batch(&daemon->health, batch->count, batch->error);
    log_own_refusals(daemon, batch);
    watchers_settled(daemon->watchers, batch);
    timers_look(daemon->timers);
}

/* Nothing in memory can be trusted to match the disk: end at once, answer nobody. Starting again
 * is the way back. */
static void on_fatal(void *context, enum error error)
{
    struct daemon *daemon = context;
    logger_write(daemon->settings.logger, LOG_LEVEL_ERROR, NULL,
                 "The desk can't be written any more and the daemon ends: %s",
                 error_sentence(error));
    logger_destroy(daemon->settings.logger);
    _exit(DAEMON_STATUS_FATAL);
}

/* --- Presence --------------------------------------------------------------------------------- */

static void on_sign_in_changes(void *context, const struct session *session)
{
    struct daemon *daemon = context;
    presence_forget(daemon->presence, session->id);
}

static uint64_t time_for_presence(void *context)
{
    struct daemon *daemon = context;
    return uv_now(&daemon->loop);
}

static void tell_presence(void *context, const struct presence_person *person)
{
    struct daemon *daemon = context;
    watchers_tell_presence(daemon->watchers, person);
}

/* --- Timers ----------------------------------------------------------------------------------- */

static enum error next_timer(void *context, struct timer_key after, struct timer_key *ret_key)
{
    struct daemon *daemon = context;
    struct rows *rows;
    enum error error = snapshot_rows(&daemon->snapshot, &rows);
    if (error != ERROR_NONE ||
        rows_next_timer(rows, after.due_ms, after.id, &ret_key->due_ms, &ret_key->id)) {
        return error;
    }
    return rows_error(rows) != ERROR_NONE ? rows_error(rows) : ERROR_NOT_FOUND;
}

static uint64_t time_for_timers(void *context)
{
    struct daemon *daemon = context;
    return stamping_time(&daemon->stamping);
}

/* What can't be submitted now is tried again later. */
static void fire_timer(void *context, struct timer_key key)
{
    struct daemon *daemon = context;
    struct timer_fire request = {.due_ms = key.due_ms, .id = key.id};
    (void)own_command_submit(&daemon->stamping, daemon->log, METHOD_TIMER_FIRE, &request);
}

/* --- Journal head ----------------------------------------------------------------------------- */

static void log_head_of_journal(struct daemon *daemon)
{
    struct rows *rows;
    uint8_t digest[32];
    char text[2 * sizeof digest + 1];
    if (snapshot_rows(&daemon->snapshot, &rows) != ERROR_NONE) {
        return;
    }
    store_chain_head(rows, digest);
    for (size_t i = 0; i < sizeof digest; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
    logger_write(daemon->settings.logger, LOG_LEVEL_INFO, NULL,
                 "The journal stands at sequence %" PRIu64 ", digest %s.", rows_sequence(rows),
                 text);
}

static void on_head(uv_timer_t *timer)
{
    log_head_of_journal(timer->data);
}

/* --- Signals ---------------------------------------------------------------------------------- */

static void on_watchdog(uv_timer_t *timer)
{
    const struct daemon *daemon = timer->data;
    notify_watchdog(daemon->settings.notify);
}

static bool everything_is_over(const struct daemon *daemon)
{
    return daemon->drained && login_idle(daemon->login) && sessions_all_closed(daemon->sessions);
}

static void on_stop_check(uv_timer_t *timer)
{
    struct daemon *daemon = timer->data;
    bool late = uv_now(&daemon->loop) - daemon->stopping_ms >= STOP_MAX_MS;
    if (everything_is_over(daemon) || (late && daemon->drained && login_idle(daemon->login))) {
        uv_stop(&daemon->loop);
    }
}

/* The last accepted command has been answered. */
static void on_drained(void *context)
{
    struct daemon *daemon = context;
    daemon->drained = true;
    log_head_of_journal(daemon);
    sessions_end_all(daemon->sessions, ERROR_SHUTTING_DOWN, NULL);
}

static void on_terminate(uv_signal_t *signal, int number)
{
    struct daemon *daemon = signal->data;
    (void)number;
    if (daemon->stopping) {
        return;
    }
    daemon->stopping = true;
    daemon->stopping_ms = uv_now(&daemon->loop);
    notify_stopping(daemon->settings.notify);
    logger_write(daemon->settings.logger, LOG_LEVEL_INFO, NULL, "Stopping.");
    listener_stop(daemon->listener);
    login_finish(daemon->login);
    log_finish(daemon->log);
    writer_drain(daemon->writer, on_drained);
    (void)uv_timer_start(&daemon->stop, on_stop_check, STOP_CHECK_MS, STOP_CHECK_MS);
}

static void apply_config(struct daemon *daemon, const struct config_changes *changes)
{
    const struct config_log *log = &daemon->settings.config->log;
    struct logger *logger = daemon->settings.logger;
    logger_set_level(logger, (enum log_level)log->level);
    logger_set_format(logger, (enum log_format)log->format);
    logger_set_limits(logger, (uint32_t)log->per_source, (uint32_t)log->total);
    listener_reload(daemon->listener);
    logger_write(logger, LOG_LEVEL_INFO, NULL, "Configuration read again: %zu keys changed.",
                 changes->applied_count);
    for (size_t i = 0; i < changes->restart_count; i++) {
        logger_write(logger, LOG_LEVEL_WARNING, NULL, "[%s] %s changes with the next start only.",
                     changes->restart[i]->section, changes->restart[i]->name);
    }
}

static void on_reload(uv_signal_t *signal, int number)
{
    struct daemon *daemon = signal->data;
    struct config fresh;
    struct problem problem = {0};
    struct config_changes changes;
    (void)number;
    if (daemon->settings.config_path == NULL || daemon->stopping) {
        return;
    }
    notify_reloading(daemon->settings.notify);
    if (config_load(daemon->settings.config_path, &fresh, &problem) != ERROR_NONE) {
        logger_write(daemon->settings.logger, LOG_LEVEL_ERROR, NULL,
                     "The configuration stays as it was: %s", problem.text);
    } else {
        config_reload(daemon->settings.config, &fresh, &changes);
        apply_config(daemon, &changes);
    }
    notify_ready(daemon->settings.notify, NULL);
}

/* --- Building --------------------------------------------------------------------------------- */

static enum error start_clock(struct daemon *daemon, struct problem *ret_problem)
{
    struct rows *rows;
    struct journal_entry last;
    struct log_time now = logging_clock();
    uint64_t last_ms = 0;
    enum error error = snapshot_rows(&daemon->snapshot, &rows);
    if (error != ERROR_NONE) {
        problem_set(ret_problem, "The desk can't be read: %s", error_sentence(error));
        return error;
    }
    if (rows_sequence(rows) > 0 && rows_journal(rows, rows_sequence(rows), &last)) {
        last_ms = last.header.time_ms;
    }
    snapshot_drop(&daemon->snapshot);
    if (last_ms > now.wall_ms + CLOCK_STRAY_MS && !daemon->settings.accept_clock) {
        problem_set(ret_problem,
                    "The clock is %" PRIu64 " minutes behind the desk's last entry. Set it right, "
                    "or start once with --accept-clock.",
                    (last_ms - now.wall_ms) / 60000);
        return ERROR_INVALID_FIELD;
    }
    clock_init(&daemon->clock, now.wall_ms, now.monotonic_ms, last_ms);
    daemon->stamping = (struct stamping){
        .clock = &daemon->clock, .now = logging_clock, .logger = daemon->settings.logger};
    return ERROR_NONE;
}

static enum error make_clients(struct daemon *daemon, const struct log_position *position)
{
    const struct config *config = daemon->settings.config;
    daemon->throttle = throttle_create();
    daemon->login = login_create(&(struct login_settings){
        .loop = &daemon->loop,
        .opslimit = config->passwords.opslimit,
        .memlimit_bytes = config->passwords.memlimit_bytes,
        .parallel_max = config->passwords.parallel,
        .queued_max = &config->passwords.queued,
    });
    daemon->sessions = sessions_create(&(struct sessions_settings){
        .loop = &daemon->loop,
        .limits = &config->limits,
        .host_key = daemon->settings.host_key,
        .context = daemon,
        .on_message = on_message,
        .on_gone = on_gone,
    });
    daemon->presence = presence_create(&(struct presence_settings){
        .loop = &daemon->loop,
        .silence_ms = PRESENCE_SILENCE_MS,
        .context = daemon,
        .now_ms = time_for_presence,
        .tell = tell_presence,
    });
    struct watchers_settings watching = {
        .sessions = daemon->sessions,
        .snapshot = &daemon->snapshot,
        .clock = &daemon->clock,
        .limits = &config->limits,
        .context = daemon,
        .on_sign_in_changes = on_sign_in_changes,
    };
    memcpy(watching.epoch, position->epoch, EPOCH_BYTES);
    daemon->watchers = watchers_create(&watching);
    enum error error = second_factor_create(daemon->settings.host_key, &daemon->second_factor);
    if (error != ERROR_NONE) {
        return error;
    }
    return daemon->throttle == NULL || daemon->login == NULL || daemon->sessions == NULL ||
                   daemon->watchers == NULL || daemon->presence == NULL
               ? ERROR_NO_MEMORY
               : ERROR_NONE;
}

static enum error make_spine(struct daemon *daemon, const struct log_position *position)
{
    struct log_callbacks callbacks = {
        .context = daemon,
        .on_ordered = on_ordered,
        .on_unknown = on_unknown,
    };
    struct writer_settings writing = {
        .loop = &daemon->loop,
        .store = daemon->settings.store,
        .batch_max = (size_t)daemon->settings.config->limits.batch_operations,
        .queue_max = QUEUE_MAX,
        .batch_bytes_max = BATCH_BYTES_MAX,
        .queue_bytes_max = QUEUE_BYTES_MAX,
        .context = daemon,
        .on_settled = on_settled,
        .on_fatal = on_fatal,
    };
    memcpy(writing.epoch, position->epoch, EPOCH_BYTES);
    enum error error = log_local_open(position, &callbacks, &daemon->log);
    if (error == ERROR_NONE) {
        error = writer_create(&writing, &daemon->writer);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    daemon->requests = requests_create(&(struct requests_settings){
        .loop = &daemon->loop,
        .config = daemon->settings.config,
        .sessions = daemon->sessions,
        .snapshot = &daemon->snapshot,
        .log = daemon->log,
        .login = daemon->login,
        .second_factor = daemon->second_factor,
        .throttle = daemon->throttle,
        .watchers = daemon->watchers,
        .presence = daemon->presence,
        .stamping = &daemon->stamping,
        .logger = daemon->settings.logger,
        .health = &daemon->health,
        .writer = daemon->writer,
        .started_ms = uv_now(&daemon->loop),
    });
    daemon->timers = timers_create(&(struct timers_settings){
        .loop = &daemon->loop,
        .retry_ms = TIMER_RETRY_MS,
        .context = daemon,
        .next = next_timer,
        .now_ms = time_for_timers,
        .fire = fire_timer,
    });
    return daemon->requests == NULL || daemon->timers == NULL ? ERROR_NO_MEMORY : ERROR_NONE;
}

static enum error make_listener(struct daemon *daemon, struct problem *ret_problem)
{
    struct listener_settings listening = {
        .loop = &daemon->loop,
        .config = daemon->settings.config,
        .sessions = daemon->sessions,
        .throttle = daemon->throttle,
        .logger = daemon->settings.logger,
        .activation = daemon->settings.activation,
    };
    return listener_open(&listening, &daemon->listener, ret_problem);
}

static void make_signals(struct daemon *daemon)
{
    uv_loop_t *loop = &daemon->loop;
    (void)uv_signal_init(loop, &daemon->terminate);
    (void)uv_signal_init(loop, &daemon->interrupt);
    (void)uv_signal_init(loop, &daemon->reload);
    (void)uv_timer_init(loop, &daemon->watchdog);
    (void)uv_timer_init(loop, &daemon->head);
    (void)uv_timer_init(loop, &daemon->stop);
    daemon->terminate.data = daemon;
    daemon->interrupt.data = daemon;
    daemon->reload.data = daemon;
    daemon->watchdog.data = daemon;
    daemon->head.data = daemon;
    daemon->stop.data = daemon;
    daemon->timers_made = true;
    (void)uv_signal_start(&daemon->terminate, on_terminate, SIGTERM);
    (void)uv_signal_start(&daemon->interrupt, on_terminate, SIGINT);
    (void)uv_signal_start(&daemon->reload, on_reload, SIGHUP);
    (void)uv_timer_start(&daemon->head, on_head, HEAD_PERIOD_MS, HEAD_PERIOD_MS);
    uint64_t watchdog_ms = daemon->settings.notify->watchdog_ms / 2;
    if (watchdog_ms > 0) {
        (void)uv_timer_start(&daemon->watchdog, on_watchdog, watchdog_ms, watchdog_ms);
    }
}

static enum error build(struct daemon *daemon, struct problem *ret_problem)
{
    struct log_position position = store_log_position(daemon->settings.store);
    snapshot_init(&daemon->snapshot, &daemon->loop, daemon->settings.store);
    enum error error = start_clock(daemon, ret_problem);
    if (error != ERROR_NONE) {
        return error;
    }
    error = make_clients(daemon, &position);
    if (error == ERROR_NONE) {
        error = make_spine(daemon, &position);
    }
    if (error != ERROR_NONE) {
        problem_set(ret_problem, "The daemon can't start: %s", error_sentence(error));
        return error;
    }
    make_signals(daemon);
    return make_listener(daemon, ret_problem);
}

/* In the opposite order; accepts a half-built one. */
static void dismantle(struct daemon *daemon)
{
    if (daemon->listener != NULL) {
        listener_stop(daemon->listener);
    }
    if (daemon->sessions != NULL) {
        sessions_drop_all(daemon->sessions);
    }
    presence_destroy(daemon->presence);
    writer_destroy(daemon->writer);
    timers_destroy(daemon->timers);
    if (daemon->timers_made) {
        uv_close((uv_handle_t *)&daemon->terminate, NULL);
        uv_close((uv_handle_t *)&daemon->interrupt, NULL);
        uv_close((uv_handle_t *)&daemon->reload, NULL);
        uv_close((uv_handle_t *)&daemon->watchdog, NULL);
        uv_close((uv_handle_t *)&daemon->head, NULL);
        uv_close((uv_handle_t *)&daemon->stop, NULL);
    }
    snapshot_finish(&daemon->snapshot);
    (void)uv_run(&daemon->loop, UV_RUN_NOWAIT);
    sessions_destroy(daemon->sessions);
    requests_destroy(daemon->requests);
    log_close(daemon->log);
    watchers_destroy(daemon->watchers);
    listener_destroy(daemon->listener);
    login_destroy(daemon->login);
    second_factor_destroy(daemon->second_factor);
    throttle_destroy(daemon->throttle);
    (void)uv_run(&daemon->loop, UV_RUN_NOWAIT);
    require(uv_loop_close(&daemon->loop) == 0);
}

static void tell_ready(const struct daemon *daemon)
{
    char status[128];
    (void)snprintf(status, sizeof status, "Serving the desk \"%.64s\".",
                   daemon->settings.config->server.name);
    logger_write(daemon->settings.logger, LOG_LEVEL_INFO, NULL, "%s Version %s.", status,
                 TTYDESK_VERSION);
    if (listener_port(daemon->listener) != 0) {
        logger_write(daemon->settings.logger, LOG_LEVEL_INFO, NULL, "Listening on TCP port %u.",
                     (unsigned)listener_port(daemon->listener));
    }
    notify_ready(daemon->settings.notify, status);
}

enum error daemon_run(const struct daemon_settings *settings, struct problem *ret_problem)
{
    struct daemon daemon = {.settings = *settings};
    if (uv_loop_init(&daemon.loop) != 0) {
        problem_set(ret_problem, "%s", error_sentence(ERROR_NO_MEMORY));
        return ERROR_NO_MEMORY;
    }
    enum error error = build(&daemon, ret_problem);
    if (error == ERROR_NONE) {
        tell_ready(&daemon);
        timers_look(daemon.timers);
        (void)uv_run(&daemon.loop, UV_RUN_DEFAULT);
    }
    dismantle(&daemon);
    return error;
}
