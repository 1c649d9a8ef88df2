/* Roles to curses attributes. Included by terminal.c only; uses curses. */
#ifndef TTYDESK_TUI_TERMINAL_ROLES_H
#define TTYDESK_TUI_TERMINAL_ROLES_H

#include <curses.h>
#include <stdbool.h>

#include "tui/terminal.h"

struct role_style {
    attr_t attributes;
    short pair; /* 0 = the terminal's own colours */
};

/* Whether colours may be used: the terminal has 8, is no vt100 and NO_COLOR is empty or not set.
 * If so, sets up the pairs. Call after newterm. */
bool roles_start_colours(const char *term);

/* How a role is drawn. */
struct role_style role_style(enum style_role role, enum terminal_theme theme);

#endif
