/* A part of `ttydesk account`. */
#ifndef TTYDESK_TUI_VERBS_EXPORT_H
#define TTYDESK_TUI_VERBS_EXPORT_H

#include "tui/verbs/verb.h"

/* All that the desk holds about oneself, a JSON object on each line, to --output or standard
 * output. */
enum verb_exit export_run(struct verb_run *run);

#endif
