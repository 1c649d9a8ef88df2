/* Runs a program in a pseudo-terminal of its own and looks at its screen, as a person would. A step
 * is: send keys, wait until the program says by the idle protocol (tui/idle.h) that it has drawn
 * and waits for nothing, then assert. There are no sleeps; what does not come within a generous
 * time fails the test and prints the screen. All functions fail the running cmocka test.
 *
 * What the program writes is kept, so that its bytes can be counted and checked against a grammar
 * of what curses writes. */
#ifndef TTYDESK_TESTS_TUI_DRIVER_H
#define TTYDESK_TESTS_TUI_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

struct driver;

struct driver_options {
    int rows;
    int columns;
    const char *const *arguments;   /* the program's path first, NULL last */
    const char *const *environment; /* NAME=value, NULL last: all the program gets. May be NULL */
    bool as_job;                    /* runs it below a little shell, so that it can be stopped */
};

/* A cell of the screen. */
struct driver_cell {
    char text[32]; /* UTF-8; " " when empty, "" for the right half of a wide character */
    int width;
    bool bold;
    bool underline;
    bool reverse;
    int colour; /* 0..255, or -1 for the terminal's own */
    int background;
};

/* Keys that are longer than one character. */
#define KEY_ESC       "\033"
#define KEY_UP        "\033[A"
#define KEY_DOWN      "\033[B"
#define KEY_RIGHT     "\033[C"
#define KEY_LEFT      "\033[D"
#define KEY_HOME      "\033[H"
#define KEY_END       "\033[F"
#define KEY_PAGE_UP   "\033[5~"
#define KEY_PAGE_DOWN "\033[6~"
#define KEY_DELETE    "\033[3~"
#define KEY_BACK_TAB  "\033[Z"
#define KEY_F(number) driver_function_key(number)
#define KEY_CTRL(c)   ((char[2]){(char)((c)&0x1f), '\0'})
#define KEY_ENTER     "\r"
#define KEY_TAB       "\t"
#define KEY_BACKSPACE "\177"
#define PASTE(text)   "\033[200~" text "\033[201~"

const char *driver_function_key(int number);

/* --- Life --- */

/* Starts the program and waits for its first idle frame. */
struct driver *driver_start(const struct driver_options *options);

/* The same without waiting. */
struct driver *driver_spawn(const struct driver_options *options);

/* Kills the program if it still runs, and frees all. Accepts NULL. */
void driver_close(struct driver *driver);

pid_t driver_process(const struct driver *driver);

void driver_signal(struct driver *driver, int number);

/* Waits for the end and returns the status as waitpid gives it. */
int driver_wait_exit(struct driver *driver);

/* With as_job: waits until the program has been stopped; goes on with it. */
void driver_wait_stopped(struct driver *driver);
void driver_continue(struct driver *driver);

/* --- Steps --- */

/* Sends keys and waits until the program is idle with all of them read. */
void driver_keys(struct driver *driver, const char *keys);
void driver_bytes(struct driver *driver, const char *bytes, size_t length);

/* Sends without waiting. */
void driver_send(struct driver *driver, const char *bytes, size_t length);

/* Waits until the program is idle at a frame later than the last one waited for. */
void driver_wait_idle(struct driver *driver);

/* Waits for any frame later than the last one, pending or not. */
void driver_wait_frame(struct driver *driver);

/* Waits until a text is on the screen: for what comes without a key. */
void driver_wait_text(struct driver *driver, const char *text);

/* Waits until it is not, or no longer, on the screen. */
void driver_wait_no_text(struct driver *driver, const char *text);

/* Changes the size of the terminal and waits until the program has drawn for it. */
void driver_resize(struct driver *driver, int rows, int columns);

/* --- Looking --- */

uint64_t driver_frame(const struct driver *driver);

/* The name of the screen in the last idle line. */
const char *driver_screen(const struct driver *driver);

/* A row without the spaces at its end, borrowed until the next call. */
const char *driver_row(struct driver *driver, int row);

/* The whole screen, rows ended by newlines; the caller frees it. */
char *driver_snapshot(struct driver *driver);

/* Where a text stands; false when nowhere. A text does not go over the end of a row. */
bool driver_find(struct driver *driver, const char *text, int *ret_row, int *ret_column);

/* Fail, with the screen, unless the text is there, or is not. */
void driver_expect(struct driver *driver, const char *text);
void driver_expect_not(struct driver *driver, const char *text);
void driver_expect_row(struct driver *driver, int row, const char *text);

/* Fails unless the row with the cursor contains the text and starts with `>`. */
void driver_expect_selected(struct driver *driver, const char *text);

struct driver_cell driver_cell(struct driver *driver, int row, int column);
void driver_cursor(const struct driver *driver, int *ret_row, int *ret_column);
bool driver_alternate_screen(const struct driver *driver);
bool driver_cursor_visible(const struct driver *driver);

/* Fails when a cell holds a control or direction character. */
void driver_check_cells(struct driver *driver);

/* What must be true after every step: the cursor is on the screen, no cell holds a control or
 * direction character, and the screen is the same after Ctrl-L. */
void driver_check_invariants(struct driver *driver);

/* --- Bytes and modes --- */

/* All the program has written since the start. */
const char *driver_output(const struct driver *driver, size_t *ret_length);

/* Fails when the program wrote anything that is not text or a sequence curses writes for the
 * terminal, or asked the terminal a question. */
void driver_check_output(struct driver *driver);

/* Reads what the program has written since, without waiting for anything. */
void driver_drain(struct driver *driver);

/* The tty's modes now, and as they were before the program ran. */
void driver_modes(const struct driver *driver, struct termios *ret_now, struct termios *ret_before);

/* Whether the tty is in blocking mode, as it has to stay: the flag is shared with the shell. */
bool driver_is_blocking(const struct driver *driver);

/* Whether bracketed paste is on. */
bool driver_bracketed_paste(const struct driver *driver);

#endif
