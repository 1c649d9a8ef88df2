/* Runs one verb: its arguments, the connection, the saved sign-in. */
#ifndef TTYDESK_TUI_VERBS_RUNNER_H
#define TTYDESK_TUI_VERBS_RUNNER_H

#include "tui/options.h"
#include "tui/verbs/verb.h"

/* `arguments` are what follows the verb. Returns the exit code of the process. */
enum verb_exit verb_main(const struct verb *verb, struct options *options, int argument_count,
                         char **arguments);

/* "usage: ttydesk list [options]" and its options. */
void verb_print_help(const struct verb *verb);

#endif
