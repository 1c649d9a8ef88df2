/* What the keys of the list do while tickets are marked: one act on all of them. */
#ifndef TTYDESK_TUI_SCREENS_MARKED_H
#define TTYDESK_TUI_SCREENS_MARKED_H

#include "tui/stage.h"

/* Does the action to all marked tickets, asking first for what has to be known and, from three on,
 * whether it is meant. False when none is marked, the list is not on top, or the action is one that
 * concerns one ticket: then that is the selected one. */
bool marked_act(struct stage *stage, const struct action *action);

#endif
