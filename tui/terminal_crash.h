/* Gives the terminal back when the process crashes. Everything the handler needs is prepared
 * beforehand: it writes one byte string, restores the tty and lets the signal take its course. */
#ifndef TTYDESK_TUI_TERMINAL_CRASH_H
#define TTYDESK_TUI_TERMINAL_CRASH_H

#include <stddef.h>
#include <termios.h>

#define CRASH_RESTORE_MAX 256

/* Installs handlers for SEGV, BUS, ILL, FPE and ABRT that write `restore` to `output`, set
 * `modes` on `input` and then let the handlers that were there before act. */
void crash_install(int input, int output, const char *restore, size_t length,
                   const struct termios *modes);

/* Puts the handlers of before back. */
void crash_remove(void);

#endif
