/* The idle protocol of the screen tests: after each drawing the client says on a descriptor given
 * by the environment that it is done, so that a test never sleeps and never guesses. Without that
 * descriptor, as for every user, nothing is done. The line is
 *
 *   frame N pending P input B size RxC screen NAME
 *
 * with N counting drawings from 1, P what still waits for an answer or for time (half-read keys
 * included), B the bytes read from the keyboard. The loop must draw, and report, after every read
 * and every tick, even when no key came out of it. */
#ifndef TTYDESK_TUI_IDLE_H
#define TTYDESK_TUI_IDLE_H

#include <stdint.h>

#include "tui/terminal.h"

#define IDLE_ENVIRONMENT "TTYDESK_TEST_FD"

struct idle {
    int descriptor; /* -1 when nobody listens */
    uint64_t frame;
};

/* Looks for the descriptor and keeps it from programs that are started. */
void idle_init(struct idle *idle);

/* Closes the descriptor. */
void idle_finish(struct idle *idle);

/* Call after terminal_show. `pending_count` is what the caller waits for; the terminal's half-read
 * keys are added. `screen` is a word. */
void idle_report(struct idle *idle, const struct terminal *terminal, unsigned pending_count,
                 const char *screen);

#endif
