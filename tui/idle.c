/* See idle.h. A line is far below PIPE_BUF, so it arrives whole. */
#include "tui/idle.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void idle_init(struct idle *idle)
{
    const char *value = getenv(IDLE_ENVIRONMENT);
    char *end;

    *idle = (struct idle){.descriptor = -1};
    if (value == NULL || value[0] == '\0') {
        return;
    }
    long number = strtol(value, &end, 10);
    if (*end != '\0' || number <= STDERR_FILENO || number > 1023 ||
        fcntl((int)number, F_SETFD, FD_CLOEXEC) != 0) {
        return;
    }
    idle->descriptor = (int)number;
}

void idle_finish(struct idle *idle)
{
    if (idle->descriptor >= 0) {
        close(idle->descriptor);
    }
    idle->descriptor = -1;
}

void idle_report(struct idle *idle, const struct terminal *terminal, unsigned pending_count,
                 const char *screen)
{
    char line[256];
    uint64_t deadline_ms;
    int rows;
    int columns;

    if (idle->descriptor < 0) {
        return;
    }
    idle->frame++;
    terminal_size(terminal, &rows, &columns);
    pending_count += terminal_deadline_ms(terminal, &deadline_ms);
    int length =
        snprintf(line, sizeof line,
                 "frame %" PRIu64 " pending %u input %" PRIu64 " size %dx%d screen %.64s\n",
                 idle->frame, pending_count, terminal_input_bytes(terminal), rows, columns, screen);
    if (write(idle->descriptor, line, (size_t)length) != length) {
        idle_finish(idle); /* the test has gone: carry on as for a user */
    }
}
