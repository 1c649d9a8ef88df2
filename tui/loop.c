/* See loop.h. Drawing hangs on a prepare handle: libuv runs those after timers and before it
 * sleeps, so whatever a turn has brought is drawn once. */
#include "tui/loop.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

enum { SIGNAL_COUNT = 6 };

static const int signal_numbers[SIGNAL_COUNT] = {SIGWINCH, SIGTERM, SIGHUP,
                                                 SIGINT,   SIGTSTP, SIGCONT};

struct loop {
    struct loop_callbacks callbacks;
    void *context;
    struct terminal *terminal; /* borrowed; NULL until loop_watch */
    bool changed;
    bool ended;
    uv_loop_t uv;
    uv_poll_t input;
    uv_timer_t timer;
    uv_prepare_t prepare;
    uv_signal_t signals[SIGNAL_COUNT];
};

static void end(struct loop *loop)
{
    if (!loop->ended) {
        loop->ended = true;
        loop->callbacks.on_end(loop->context);
    }
}

static void take_keys(struct loop *loop)
{
    struct key key;

    while (!loop->ended && terminal_next_key(loop->terminal, &key)) {
        loop->callbacks.on_key(loop->context, &key);
    }
    loop->changed = true;
}

static void read_keys(struct loop *loop)
{
    uv_update_time(&loop->uv);
    if (terminal_read(loop->terminal, uv_now(&loop->uv)) != ERROR_NONE) {
        end(loop);
    }
}

/* --- Time --- */

static void on_timer(uv_timer_t *timer)
{
    struct loop *loop = timer->data;

    read_keys(loop); /* what came in time is not judged late */
    terminal_tick(loop->terminal, uv_now(&loop->uv));
    take_keys(loop);
    if (!loop->ended) {
        loop->callbacks.on_time(loop->context);
    }
}

static void arm_timer(struct loop *loop)
{
    uint64_t deadline_ms = UINT64_MAX;
    uint64_t terminal_ms = UINT64_MAX;
    uint64_t now_ms = uv_now(&loop->uv);

    loop->callbacks.deadline_ms(loop->context, &deadline_ms);
    terminal_deadline_ms(loop->terminal, &terminal_ms);
    deadline_ms = terminal_ms < deadline_ms ? terminal_ms : deadline_ms;
    if (deadline_ms == UINT64_MAX) {
        uv_timer_stop(&loop->timer);
    } else {
        uv_timer_start(&loop->timer, on_timer, deadline_ms > now_ms ? deadline_ms - now_ms : 0, 0);
    }
}

static void on_prepare(uv_prepare_t *prepare)
{
    struct loop *loop = prepare->data;

    if (loop->ended) {
        return;
    }
    if (loop->changed) {
        loop->changed = false;
        loop->callbacks.draw(loop->context);
    }
    arm_timer(loop);
}

/* --- Keys and signals --- */

static void on_input(uv_poll_t *input, int status, int events)
{
    struct loop *loop = input->data;

    (void)events;
    if (status < 0) {
        end(loop);
        return;
    }
    read_keys(loop);
    take_keys(loop);
}

static void take_size(struct loop *loop)
{
    int rows;
    int columns;

    if (terminal_query_size(loop->terminal, &rows, &columns)) {
        terminal_resize(loop->terminal, rows, columns);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct loop *loop = handle->data;

    if (number == SIGTERM || number == SIGHUP || number == SIGINT) {
        end(loop);
        return;
    }
    if (loop->terminal == NULL || loop->ended) {
        return;
    }
    if (number == SIGTSTP) {
        terminal_stop(loop->terminal);
    } else if (number == SIGCONT) {
        /* After a stop that could not be caught the terminal is as the shell left it. */
        terminal_suspend(loop->terminal);
        terminal_resume(loop->terminal);
    } else {
        take_size(loop);
    }
    take_keys(loop);
}

/* --- Life --- */

struct loop *loop_create(const struct loop_callbacks *callbacks, void *context)
{
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL) {
        return NULL;
    }
    loop->callbacks = *callbacks;
    loop->context = context;
    if (uv_loop_init(&loop->uv) != 0) {
        free(loop);
        return NULL;
    }
    uv_timer_init(&loop->uv, &loop->timer);
    uv_prepare_init(&loop->uv, &loop->prepare);
    loop->timer.data = loop;
    loop->prepare.data = loop;
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        uv_signal_init(&loop->uv, &loop->signals[i]);
        loop->signals[i].data = loop;
        uv_signal_start(&loop->signals[i], on_signal, signal_numbers[i]);
    }
    return loop;
}

void loop_destroy(struct loop *loop)
{
    if (loop == NULL) {
        return;
    }
    /* The connection's handles close by themselves; these are the loop's own. */
    uv_close((uv_handle_t *)&loop->timer, NULL);
    uv_close((uv_handle_t *)&loop->prepare, NULL);
    if (loop->terminal != NULL) {
        uv_close((uv_handle_t *)&loop->input, NULL);
    }
    for (size_t i = 0; i < SIGNAL_COUNT; i++) {
        uv_close((uv_handle_t *)&loop->signals[i], NULL);
    }
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    uv_loop_close(&loop->uv);
    free(loop);
}

uv_loop_t *loop_uv(struct loop *loop)
{
    return &loop->uv;
}

uint64_t loop_now_ms(const struct loop *loop)
{
    return uv_now(&loop->uv);
}

void loop_watch(struct loop *loop, struct terminal *terminal)
{
    loop->terminal = terminal;
    uv_poll_init(&loop->uv, &loop->input, STDIN_FILENO);
    terminal_keep_blocking();
    loop->input.data = loop;
    uv_poll_start(&loop->input, UV_READABLE, on_input);
    uv_prepare_start(&loop->prepare, on_prepare);
    loop->changed = true;
}

void loop_run(struct loop *loop)
{
    uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
    loop->ended = true;
    uv_stop(&loop->uv);
}

void loop_changed(struct loop *loop)
{
    loop->changed = true;
}
