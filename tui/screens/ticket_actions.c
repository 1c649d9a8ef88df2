/* What is done to the ticket that is selected in the list or open to be read. */
#include <inttypes.h>

#include "tui/screens/screens.h"

/* The ticket, or NULL after saying that there is none. */
static const struct ticket *subject(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);

    if (ticket == NULL) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to do this with.");
    }
    return ticket;
}

void new_ticket(struct stage *stage)
{
    stage_open_draft(stage, (struct draft_key){DRAFT_NEW, 0});
}

static void write_about(struct stage *stage, enum draft_kind kind)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        stage_open_draft(stage, (struct draft_key){kind, ticket->number});
    }
}

void reply_to_ticket(struct stage *stage)
{
    write_about(stage, DRAFT_REPLY);
}

void note_on_ticket(struct stage *stage)
{
    write_about(stage, DRAFT_NOTE);
}

void edit_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket == NULL) {
        return;
    }
    if (!ticket->editable) {
        stage_say(stage, STATUS_WARNING,
                  "The staff has answered: title and problem stay as they are. r replies, s sets "
                  "the status.");
        return;
    }
    stage_open_draft(stage, (struct draft_key){DRAFT_EDIT, ticket->number});
}

void set_ticket_status(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        stage_push(stage, &screen_status, ticket);
    }
}

void move_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        stage_push(stage, &screen_queue_picker, ticket);
    }
}

void delete_ticket(struct stage *stage)
{
    const struct ticket *ticket = subject(stage);

    if (ticket != NULL) {
        struct deletion deletion = {.number = ticket->number, .title = ticket->title};
        stage_push(stage, &screen_delete, &deletion);
    }
}

void leave_screen(struct stage *stage)
{
    screen_close(stage->top);
}

void quit_client(struct stage *stage)
{
    stage->ended = true;
}
