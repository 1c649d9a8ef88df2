/* A strict grammar of what curses writes to a terminal. Anything else in a program's output came
 * from somebody's text. */
#ifndef TTYDESK_TESTS_TUI_GRAMMAR_H
#define TTYDESK_TESTS_TUI_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

/* Whether all bytes are safe text or known sequences. If not, `ret_offset` is where the first
 * foreign one begins. */
bool grammar_check(const char *bytes, size_t length, size_t *ret_offset);

#endif
