/* The list of tickets, for screens that come back to it. */
#ifndef TTYDESK_TUI_SCREENS_TICKETS_H
#define TTYDESK_TUI_SCREENS_TICKETS_H

#include "tui/stage.h"

/* Selects a ticket in the list, now or as soon as it comes. */
void tickets_select(struct stage *stage, uint64_t number);

/* The ticket below or above this one in the list, passing over those that are gone; the number
 * itself need not be there. False when there is none. */
bool tickets_neighbour(struct stage *stage, uint64_t number, bool below, uint64_t *ret_number);

#endif
