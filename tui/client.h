/* The full-screen client. */
#ifndef TTYDESK_TUI_CLIENT_H
#define TTYDESK_TUI_CLIENT_H

#include "tui/options.h"

/* Runs until the person quits; `options` have been finished. Returns the exit code: 0, or 1 after
 * saying on standard error why there is no screen. */
int client_main(const struct options *options);

#endif
