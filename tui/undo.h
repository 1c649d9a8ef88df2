/* Taking back what one did last: what the client remembers of it, and the words for it. */
#ifndef TTYDESK_TUI_UNDO_H
#define TTYDESK_TUI_UNDO_H

#include "tui/batch.h"

/* Whether what a method did can be taken back by u. */
bool undo_takes_back(enum method method);

/* " u undoes.", for the end of what is said of an act; "" while u would withdraw a reply. */
const char *stage_undo_hint(const struct stage *stage);

/* The acts that this batch came to are taken back together. */
void stage_remember_batch(struct stage *stage, const struct batch *batch);

/* What is on its way is told to nobody, and what was remembered is forgotten. */
void stage_forget_undo(struct stage *stage);

#endif
