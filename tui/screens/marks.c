/* Marking tickets in the list: one at a time, all that are there, none. */
#include <inttypes.h>

#include "tui/screens/screens.h"
#include "tui/screens/tickets.h"

static void say_full(struct stage *stage)
{
    stage_say(stage, STATUS_WARNING, "No more than %d tickets can be marked at once.",
              MODEL_MARKS_MAX);
}

/* Moves on to the next one, so that a row of tickets is marked by holding the key. */
void mark_ticket(struct stage *stage)
{
    const struct ticket *ticket = stage_subject(stage);
    uint64_t next;

    if (ticket == NULL) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to mark.");
        return;
    }
    uint64_t number = ticket->number;
    if (!model_unmark(stage->model, number) && !model_mark(stage->model, number)) {
        say_full(stage);
    }
    if (tickets_neighbour(stage, number, true, &next)) {
        tickets_select(stage, next);
    }
}

void mark_all_tickets(struct stage *stage)
{
    const struct model_tickets *tickets = &stage->model->tickets;
    size_t count = 0;

    for (size_t i = 0; i < tickets->count; i++) {
        if (tickets->rows[i].gone) {
            continue;
        }
        if (!model_mark(stage->model, tickets->rows[i].ticket.number)) {
            say_full(stage);
            return;
        }
        count++;
    }
    if (count == 0) {
        stage_say(stage, STATUS_WARNING, "There is no ticket here to mark.");
    } else if (tickets->more) {
        stage_say(stage, STATUS_WARNING,
                  "The first %zu are marked; there are more: G goes down, * marks those too.",
                  count);
    } else {
        stage_say(stage, STATUS_INFO, "All %zu are marked. Esc takes the marks away.", count);
    }
}

void clear_marks(struct stage *stage)
{
    if (stage->model->marks.count > 0) {
        model_unmark_all(stage->model);
        stage_say(stage, STATUS_INFO, "Nothing is marked any more.");
    }
}

void say_lost_marks(struct stage *stage)
{
    uint64_t number;
    size_t count = model_take_lost_marks(stage->model, &number);

    if (count == 1) {
        stage_say(stage, STATUS_WARNING, "#%" PRIu64 " is gone, and its mark with it.", number);
    } else if (count > 1) {
        stage_say(stage, STATUS_WARNING, "%zu marked tickets are gone, and their marks with them.",
                  count);
    }
}
