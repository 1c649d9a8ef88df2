/* From one ticket to the next of the list that it was opened from, without going back there. */
#include <inttypes.h>

#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/tickets.h"

/* Of the two lists the nearer one: where the person came from. */
static struct screen *list_below(const struct stage *stage)
{
    for (struct screen *screen = stage->top; screen != NULL; screen = screen->below) {
        if (screen->ops == &screen_tickets || screen->ops == &screen_deleted) {
            return screen;
        }
    }
    return NULL;
}

static bool find_neighbour(const struct model_tickets *tickets, uint64_t number, bool below,
                           uint64_t *ret_number)
{
    size_t index;
    bool found = model_tickets_find(tickets, number, &index);

    /* Where it stands, or would stand: the one that took its place is below it. */
    if (below) {
        index += found ? 1 : 0;
        while (index < tickets->count && tickets->rows[index].gone) {
            index++;
        }
        *ret_number = index < tickets->count ? tickets->rows[index].ticket.number : 0;
    } else {
        while (index > 0 && tickets->rows[index - 1].gone) {
            index--;
        }
        *ret_number = index > 0 ? tickets->rows[index - 1].ticket.number : 0;
    }
    return *ret_number != 0;
}

bool tickets_neighbour(struct stage *stage, uint64_t number, bool below, uint64_t *ret_number)
{
    return find_neighbour(&stage->model->tickets, number, below, ret_number);
}

static void select_below(struct screen *list, uint64_t number)
{
    if (list->ops == &screen_tickets) {
        tickets_select(list->stage, number);
    } else {
        (void)list_view_select(&((struct admin_list *)list)->list, number);
    }
}

static void go(struct stage *stage, bool below)
{
    struct screen *ticket = stage_find(stage, &screen_ticket);
    struct screen *list = list_below(stage);
    uint64_t number;

    if (ticket == NULL || list == NULL) {
        return;
    }
    struct model_tickets *tickets =
        list->ops == &screen_tickets ? &stage->model->tickets : &stage->model->deleted;
    if (find_neighbour(tickets, ticket_number(ticket), below, &number)) {
        stage_hush(stage);
        select_below(list, number);
        ticket_show(ticket, number);
    } else if (below && tickets->more) {
        model_tickets_more(tickets);
        stage_say(stage, STATUS_INFO, "The next ones are on their way. J once more goes on.");
    } else {
        stage_say(stage, STATUS_INFO, "This is the %s ticket of the list.",
                  below ? "last" : "first");
    }
}

void next_ticket(struct stage *stage)
{
    go(stage, true);
}

void previous_ticket(struct stage *stage)
{
    go(stage, false);
}
