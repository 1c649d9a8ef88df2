/* How screens write tickets: the words and colours of the four statuses, columns, and who. */
#ifndef TTYDESK_TUI_SCREENS_TICKET_TEXT_H
#define TTYDESK_TUI_SCREENS_TICKET_TEXT_H

#include "tui/stage.h"

enum { STATUS_LINE_SIZE = 128 };

/* A text of the model as printf's "%.*s" takes it. */
#define TEXT_ARGUMENTS(text) (int)(text).length, (text).data

enum style_role status_role(enum status status);

/* As much of the meaning as ends well in `columns`. */
void status_meaning_short(enum status status, int columns, char ret_text[STATUS_LINE_SIZE]);

/* "MAJOR     Can lead to ...": the word and its meaning, together. */
void status_line(enum status status, int columns, char ret_text[STATUS_LINE_SIZE]);

/* The head of a list of tickets. */
void ticket_row_heading(struct terminal *terminal, struct rectangle row);

/* One row of it, from column 1 on as widgets/list wants it. */
void ticket_row_draw(const struct stage *stage, const struct model_row *row,
                     struct terminal *terminal, struct rectangle rectangle);

/* "eve is replying": who else is at the ticket, at the beginning of this row, with a gap on both
 * sides when it is not at the screen's edge; nothing when nobody is. */
void ticket_draw_presence(const struct stage *stage, uint64_t number, struct terminal *terminal,
                          struct rectangle row);

#endif
