/* A grid that stands in for the terminal, so that widgets are drawn and looked at without curses.
 */
#ifndef TTYDESK_TESTS_TUI_FAKE_TERMINAL_H
#define TTYDESK_TESTS_TUI_FAKE_TERMINAL_H

#include "tui/terminal.h"

enum { FAKE_ROWS_MAX = 60, FAKE_COLUMNS_MAX = 200 };

struct fake_cell {
    char text[16]; /* "" for the right half of a wide character */
    enum style_role role;
};

struct terminal {
    int rows;
    int columns;
    int cursor_row; /* -1 until a widget puts it somewhere */
    int cursor_column;
    enum style_role forced;
    struct fake_cell cells[FAKE_ROWS_MAX][FAKE_COLUMNS_MAX];
    char text[FAKE_COLUMNS_MAX * 16];
};

/* An empty grid. */
void fake_terminal_init(struct terminal *terminal, int rows, int columns);

/* A row without the spaces at its end, borrowed until the next call. */
const char *fake_terminal_row(struct terminal *terminal, int row);

/* --- Keys for tests --- */

struct key fake_key(enum key_code code);
struct key fake_character(uint32_t code_point);
struct key fake_control(char letter);
struct key fake_function(unsigned number);
struct key fake_paste(const char *text);

#endif
