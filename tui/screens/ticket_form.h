/* The form of a new or changed ticket, for the conflict screen that stands on it. */
#ifndef TTYDESK_TUI_SCREENS_TICKET_FORM_H
#define TTYDESK_TUI_SCREENS_TICKET_FORM_H

#include "tui/stage.h"

/* What the person has written. Borrowed until the next key. */
struct ticket_texts {
    struct text title;
    struct text problem;
    enum kind kind;
    enum status status;
};

struct ticket_texts ticket_form_written(struct screen *form);

/* What it was when the person began, for telling what they have changed. */
struct ticket_texts ticket_form_read(struct screen *form);

/* Takes the ticket as the desk has it now for what was read: mine stands on top of theirs. */
void ticket_form_rebase(struct screen *form);

void ticket_form_send(struct screen *form);

#endif
