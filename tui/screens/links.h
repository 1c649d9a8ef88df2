/* What a ticket is to others, in words. */
#ifndef TTYDESK_TUI_SCREENS_LINKS_H
#define TTYDESK_TUI_SCREENS_LINKS_H

#include "proto/buffer.h"
#include "tui/model.h"

/* Appends "parent #4   children 2 open of 5   depends on #7   merged here: #8 #9"; nothing when the
 * open ticket has no links that its reader may see and nothing was merged into it. */
void links_words(const struct model *model, struct buffer *buffer);

#endif
