/* The only user of curses. Styled text goes out, keys come in; the grid is curses' own virtual
 * screen, so a frame is: terminal_clear, draw everything, terminal_cursor, terminal_show. Only
 * what differs from the frame before is sent. Every text passes the display filter on its way. */
#ifndef TTYDESK_TUI_TERMINAL_H
#define TTYDESK_TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/errors.h"
#include "tui/terminal_keys.h"
#include "tui/terminal_text.h"

struct terminal;

/* What a piece of text is; how it looks is the terminal's business (terminal_roles.c). Nothing is
 * said by the role alone: there is always a word or sign beside it. */
enum style_role {
    STYLE_NORMAL,
    STYLE_SELECTED,       /* the selected row of the focused list */
    STYLE_SELECTED_OTHER, /* the selected row of a list without focus */
    STYLE_TITLE,
    STYLE_HEADING, /* column heads, headings of messages */
    STYLE_CRITICAL,
    STYLE_MAJOR,
    STYLE_DONE, /* resolved, live */
    STYLE_NOTE, /* staff note, admin mode */
    STYLE_UNREAD,
    STYLE_MATCH, /* a search hit */
    STYLE_MUTED,
    STYLE_ERROR,
    STYLE_WARNING,
    STYLE_INFO,
    STYLE_HINT_KEY,
    STYLE_BANNER, /* in whose name all is done */
    STYLE_COUNT
};

enum terminal_theme {
    THEME_DEFAULT,  /* colours where the terminal and NO_COLOR allow them */
    THEME_MONO,     /* none */
    THEME_CONTRAST, /* bold, no green and magenta */
};

struct terminal_options {
    enum terminal_theme theme;
    bool slow;           /* the selection is shown by its sign alone */
    bool plain_fallback; /* an unknown TERM is taken for vt100, not xterm-256color */
};

struct rectangle {
    int row;
    int column;
    int height;
    int width;
};

/* Takes over standard input and output: raw mode, alternate screen, bracketed paste, handlers
 * for the signals of a crash. One terminal may be open at a time. Does not touch the handlers
 * for INT, TERM, TSTP and WINCH: those belong to the loop. ERROR_SYSTEM when standard input or
 * output is no terminal or no description of any terminal is found. */
enum error terminal_open(const struct terminal_options *options, struct terminal **ret_terminal);

/* Gives the terminal back as it was found. Accepts NULL. */
void terminal_close(struct terminal *terminal);

/* A sentence about what had to be done without (such as an unknown TERM), or NULL. */
const char *terminal_notice(const struct terminal *terminal);

/* --- Leaving for a while --- */

/* Gives the terminal back, for another program or a stop; no drawing until terminal_resume. */
void terminal_suspend(struct terminal *terminal);

/* Takes it over again; the next terminal_show sends the whole screen. Asks for the size anew. */
void terminal_resume(struct terminal *terminal);

/* Ctrl-Z: suspends, stops the process group, and resumes when continued. */
void terminal_stop(struct terminal *terminal);

/* --- Size --- */

/* What the frame is drawn for; at least 1 by 1. */
void terminal_size(const struct terminal *terminal, int *ret_rows, int *ret_columns);

/* The size the tty reports now; false when it reports none. */
bool terminal_query_size(const struct terminal *terminal, int *ret_rows, int *ret_columns);

/* Uses another size and puts KEYCODE_RESIZE behind the waiting keys. Everything is to be drawn
 * again. */
void terminal_resize(struct terminal *terminal, int rows, int columns);

/* --- Drawing --- */

/* Empties the frame. Nothing is sent before terminal_show. */
void terminal_clear(struct terminal *terminal);

/* Draws one line of text within `width` columns, cut with `~` where it is longer, and returns the
 * columns used. What lies outside the screen is left out. */
int terminal_put(struct terminal *terminal, int row, int column, int width, enum style_role role,
                 const char *text, size_t length);

/* The same for a zero-terminated text. */
int terminal_print(struct terminal *terminal, int row, int column, int width, enum style_role role,
                   const char *text);

/* Fills a part of a row with one ASCII character. */
void terminal_fill(struct terminal *terminal, int row, int column, int width, enum style_role role,
                   char character);

/* Until the next call everything is drawn in this role: on a selected row the others are dropped.
 * STYLE_COUNT ends it, and so does terminal_clear. */
void terminal_force_role(struct terminal *terminal, enum style_role role);

/* Where the cursor is when the frame is shown: the selection or the insertion point. */
void terminal_cursor(struct terminal *terminal, int row, int column);

/* Sends what has changed since the last frame; nothing when nothing has. */
void terminal_show(struct terminal *terminal);

/* Ctrl-L: the next terminal_show sends the whole screen. */
void terminal_repaint(struct terminal *terminal);

/* --- Keys --- */

/* Call right after uv_poll_init on standard input: libuv makes the descriptor non-blocking, and the
 * flag is shared with standard output and the shell; curses would spin on a slow terminal. */
void terminal_keep_blocking(void);

/* Reads all that waits on standard input, without blocking. `now_ms` is the loop's monotonic
 * clock. ERROR_CONNECTION_LOST when the terminal is gone. */
enum error terminal_read(struct terminal *terminal, uint64_t now_ms);

/* The next decoded key; false when there is none. A paste's text is good until the next call. */
bool terminal_next_key(struct terminal *terminal, struct key *ret_key);

/* When terminal_tick has to be called at the latest; false when nothing waits for time. Read
 * before ticking. */
bool terminal_deadline_ms(const struct terminal *terminal, uint64_t *ret_deadline_ms);

void terminal_tick(struct terminal *terminal, uint64_t now_ms);

/* Forgets keys that wait or come before `until_ms`: when a question opens, a key that was meant
 * for the screen before must not answer it. */
void terminal_drop_keys(struct terminal *terminal, uint64_t until_ms);

/* Bytes read from standard input so far: for the idle protocol. */
uint64_t terminal_input_bytes(const struct terminal *terminal);

#endif
