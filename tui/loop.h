/* What the client waits for: keys, signals, time, and through libuv the connection. Nothing else
 * waits anywhere. Each turn of the loop takes all keys and messages that are there and then draws
 * once, right before it sleeps. */
#ifndef TTYDESK_TUI_LOOP_H
#define TTYDESK_TUI_LOOP_H

#include <uv.h>

#include "tui/terminal.h"

struct loop;

struct loop_callbacks {
    void (*on_key)(void *context, const struct key *key);
    /* Time has passed: called at the deadline told last, or earlier. */
    void (*on_time)(void *context);
    /* When on_time has to be called at the latest, on the loop's clock; false: never. */
    bool (*deadline_ms)(void *context, uint64_t *ret_deadline_ms);
    /* Something may have changed since the last drawing. */
    void (*draw)(void *context);
    /* The process is asked to end, or the terminal is gone. Called once; calls loop_stop. */
    void (*on_end)(void *context);
};

/* Takes over the signals a terminal sends; call before terminal_open, so that curses leaves them
 * alone. NULL without memory or descriptors. */
struct loop *loop_create(const struct loop_callbacks *callbacks, void *context);

/* Closes everything that is still open in the libuv loop and frees. Accepts NULL. */
void loop_destroy(struct loop *loop);

/* For the connection; borrowed. */
uv_loop_t *loop_uv(struct loop *loop);

/* The monotonic clock of deadlines, as of this turn. */
uint64_t loop_now_ms(const struct loop *loop);

/* Reads keys from this terminal until loop_stop. Borrowed. */
void loop_watch(struct loop *loop, struct terminal *terminal);

void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Draws at the end of this turn. */
void loop_changed(struct loop *loop);

#endif
