/* What the two files of the driver share: driver.c runs the program, driver_screen.c looks. */
#ifndef TTYDESK_TESTS_TUI_DRIVER_INTERNAL_H
#define TTYDESK_TESTS_TUI_DRIVER_INTERNAL_H

#include <vterm.h>

#include "tests/tui/driver/driver.h"

enum { ROW_BYTES = 8192 };

/* The last line of the idle protocol. */
struct idle_line {
    uint64_t frame;
    unsigned pending;
    uint64_t input;
    int rows;
    int columns;
    char screen[80];
};

struct driver {
    pid_t child; /* the program, or the little shell above it */
    pid_t program;
    int master;
    int slave;
    int idle;   /* read end */
    int status; /* read end of what the little shell tells; -1 without one */
    bool ended;
    int end_status;
    struct termios modes_before;
    VTerm *terminal;
    VTermScreen *screen;
    int rows;
    int columns;
    bool alternate;
    bool cursor_visible;
    bool answered; /* the program asked the terminal something */
    char *output;  /* owned */
    size_t output_length;
    size_t output_capacity;
    uint64_t sent;
    uint64_t frame_seen;
    struct idle_line line;
    char idle_text[512];
    size_t idle_length;
    char row_text[ROW_BYTES];
};

/* Ends the test with what was wrong and the screen as it is. */
void driver_fail(struct driver *driver, const char *what, const char *text);

#endif
