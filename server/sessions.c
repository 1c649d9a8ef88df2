/* All connections together: who is there, whose turn it is, and whose time is up. */
#include "server/sessions_private.h"

#include <stdlib.h>

#include "proto/require.h"
#include "server/digest.h"

enum {
    SWEEP_MS = 250, /* how exact deadlines are */
    DRAIN_MS = 2000 /* for the last words to a client that is let go */
};

/* --- Lists ----------------------------------------------------------------------------------- */

#define LIST_ADD(head, session, name)                                                              \
    do {                                                                                           \
        (session)->name##_next = (head);                                                           \
        (session)->name##_previous = NULL;                                                         \
        if ((head) != NULL) {                                                                      \
            (head)->name##_previous = (session);                                                   \
        }                                                                                          \
        (head) = (session);                                                                        \
    } while (0)

#define LIST_REMOVE(head, session, name)                                                           \
    do {                                                                                           \
        if ((session)->name##_previous != NULL) {                                                  \
            (session)->name##_previous->name##_next = (session)->name##_next;                      \
        } else {                                                                                   \
            (head) = (session)->name##_next;                                                       \
        }                                                                                          \
        if ((session)->name##_next != NULL) {                                                      \
            (session)->name##_next->name##_previous = (session)->name##_previous;                  \
        }                                                                                          \
    } while (0)

void sessions_remove(struct session *session)
{
    LIST_REMOVE(session->sessions->all, session, list);
}

void sessions_mark_dirty(struct session *session)
{
    if (!session->dirty) {
        session->dirty = true;
        LIST_ADD(session->sessions->dirty, session, dirty);
    }
}

void sessions_mark_clean(struct session *session)
{
    if (session->dirty) {
        session->dirty = false;
        LIST_REMOVE(session->sessions->dirty, session, dirty);
    }
}

static void on_idle(uv_idle_t *idle)
{
    struct sessions *sessions = idle->data;
    for (struct session *session = sessions->waiting, *next; session != NULL; session = next) {
        next = session->waiting_next;
        session_serve_pending(session);
    }
}

void sessions_mark_waiting(struct session *session)
{
    struct sessions *sessions = session->sessions;
    if (!session->waiting) {
        session->waiting = true;
        LIST_ADD(sessions->waiting, session, waiting);
        (void)uv_idle_start(&sessions->idle, on_idle);
    }
}

void sessions_mark_served(struct session *session)
{
    struct sessions *sessions = session->sessions;
    if (session->waiting) {
        session->waiting = false;
        LIST_REMOVE(sessions->waiting, session, waiting);
    }
    if (sessions->waiting == NULL) {
        (void)uv_idle_stop(&sessions->idle);
    }
}

uint64_t sessions_now(const struct sessions *sessions)
{
    return uv_now(sessions->settings.loop);
}

/* --- Turns and deadlines --------------------------------------------------------------------- */

static void end_turn(struct sessions *sessions)
{
    sessions->turn++;
    while (sessions->dirty != NULL) {
        session_flush(sessions->dirty);
    }
}

static void on_check(uv_check_t *check)
{
    end_turn(check->data);
}

static void on_prepare(uv_prepare_t *prepare)
{
    end_turn(prepare->data);
}

/* True when a deadline has ended the session. */
static bool check_deadlines(struct session *session, uint64_t now_ms)
{
    const struct config_limits *limits = session->sessions->settings.limits;
    if (session->gone) {
        if (!session->closing && now_ms - session->gone_ms >= DRAIN_MS) {
            session_close_socket(session);
        }
        return true;
    }
    if (!link_established(session->link)) {
        if (now_ms - session->accepted_ms >= limits->handshake_timeout_ms) {
            session_drop(session, ERROR_PROTOCOL_VIOLATION);
            return true;
        }
        return false;
    }
    if (session->sign_in == 0 && !session->console && session->in_flight == 0 &&
        now_ms - session->grace_ms >= limits->login_grace_ms) {
        session_end(session, ERROR_NOT_SIGNED_IN, "Nobody signed in for too long.");
        return true;
    }
    if (session->encrypted && now_ms - session->heard_ms >= limits->silence_timeout_ms) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return true;
    }
    if (session->reading && session->receiving_ms != 0 &&
        now_ms - session->receiving_ms >= limits->request_timeout_ms) {
        session_end(session, ERROR_PROTOCOL_VIOLATION, "A request took too long to come in.");
        return true;
    }
    if (session->soft_ms != 0 && now_ms - session->soft_ms >= limits->output_soft_timeout_ms) {
        session_end(session, ERROR_SLOW_CONSUMER, NULL);
        return true;
    }
    return false;
}

static void on_sweep(uv_timer_t *timer)
{
    struct sessions *sessions = timer->data;
    uint64_t now_ms = sessions_now(sessions);
    for (struct session *session = sessions->all, *next; session != NULL; session = next) {
        next = session->list_next;
        (void)check_deadlines(session, now_ms);
    }
    if (sessions->all == NULL) {
        (void)uv_timer_stop(timer);
    }
}

void sessions_add(struct session *session)
{
    struct sessions *sessions = session->sessions;
    LIST_ADD(sessions->all, session, list);
    if (!uv_is_active((uv_handle_t *)&sessions->sweep)) {
        (void)uv_timer_start(&sessions->sweep, on_sweep, SWEEP_MS, SWEEP_MS);
    }
}

/* --- Life ------------------------------------------------------------------------------------ */

struct sessions *sessions_create(const struct sessions_settings *settings)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    char *input = malloc(SESSIONS_READ_BYTES);
    if (sessions == NULL || input == NULL) {
        free(sessions);
        free(input);
        return NULL;
    }
    sessions->settings = *settings;
    sessions->input = input;
    /* What is bound to a connection must not fit one of the daemon's next life. */
    sessions->last_id = (uint64_t)random_below(UINT32_MAX) << 16;
    (void)uv_check_init(settings->loop, &sessions->check);
    (void)uv_prepare_init(settings->loop, &sessions->prepare);
    (void)uv_idle_init(settings->loop, &sessions->idle);
    (void)uv_timer_init(settings->loop, &sessions->sweep);
    sessions->check.data = sessions;
    sessions->prepare.data = sessions;
    sessions->idle.data = sessions;
    sessions->sweep.data = sessions;
    (void)uv_check_start(&sessions->check, on_check);
    (void)uv_prepare_start(&sessions->prepare, on_prepare);
    uv_unref((uv_handle_t *)&sessions->check);
    uv_unref((uv_handle_t *)&sessions->prepare);
    uv_unref((uv_handle_t *)&sessions->sweep);
    sessions->open_handles = 4;
    return sessions;
}

static void on_handle_closed(uv_handle_t *handle)
{
    struct sessions *sessions = handle->data;
    if (--sessions->open_handles > 0) {
        return;
    }
    wipe(sessions->input, SESSIONS_READ_BYTES);
    free(sessions->input);
    number_map_finish(&sessions->by_id);
    free(sessions);
}

void sessions_destroy(struct sessions *sessions)
{
    if (sessions == NULL) {
        return;
    }
    require(sessions->all == NULL);
    uv_loop_t *loop = sessions->settings.loop;
    uv_close((uv_handle_t *)&sessions->sweep, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->idle, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->prepare, on_handle_closed);
    uv_close((uv_handle_t *)&sessions->check, on_handle_closed);
    (void)uv_run(loop, UV_RUN_NOWAIT);
}

struct session *sessions_find(const struct sessions *sessions, uint64_t id)
{
    return number_map_get(&sessions->by_id, id);
}

size_t sessions_count(const struct sessions *sessions, bool signed_in)
{
    return signed_in ? sessions->by_id.count : sessions->by_id.count - sessions->signed_in_count;
}

struct session *sessions_next(const struct sessions *sessions, const struct session *session)
{
    struct session *next = session == NULL ? sessions->all : session->list_next;
    while (next != NULL && (next->gone || sessions_find(sessions, next->id) != next)) {
        next = next->list_next;
    }
    return next;
}

void sessions_end_all(struct sessions *sessions, enum error code, const char *sentence)
{
    for (struct session *session = sessions->all; session != NULL; session = session->list_next) {
        session_end(session, code, sentence);
    }
}

void sessions_drop_all(struct sessions *sessions)
{
    for (struct session *session = sessions->all; session != NULL; session = session->list_next) {
        session_drop(session, ERROR_SHUTTING_DOWN);
    }
}

bool sessions_all_closed(const struct sessions *sessions)
{
    return sessions->all == NULL;
}
