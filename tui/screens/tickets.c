/* The list of tickets: the first thing after signing in. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/screens/tickets.h"
#include "tui/widgets/list_view.h"

enum { CALM_MS = 5000 /* without keys: new tickets may move the first row */ };

struct tickets_screen {
    struct screen screen;
    struct list_view list;
    struct list_source source;
    uint64_t seen;   /* the highest number that has been on the screen */
    uint64_t wanted; /* is selected when it comes; 0: none */
};

static struct model_tickets *tickets_of(const struct tickets_screen *tickets)
{
    return &tickets->screen.stage->model->tickets;
}

/* --- Where the list's rows come from --- */

static uint64_t row_id(void *context, size_t index)
{
    return tickets_of(context)->rows[index].ticket.number;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    return model_tickets_find(tickets_of(context), id, ret_index);
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    const struct tickets_screen *tickets = context;

    ticket_row_draw(tickets->screen.stage, &tickets_of(tickets)->rows[index], terminal, rectangle);
}

static bool tickets_open(struct screen *screen, const void *arguments)
{
    struct tickets_screen *tickets = (struct tickets_screen *)screen;

    (void)arguments;
    tickets->source = (struct list_source){row_id, find_row, draw_row, tickets};
    list_view_init(&tickets->list, &tickets->source);
    return true;
}

/* --- Changes --- */

/* Rows are asked for when the view is within a screen of their end. */
static void ask_for_more(struct tickets_screen *tickets)
{
    size_t first;
    size_t count;

    list_view_window(&tickets->list, &first, &count);
    if (first + 2 * count >= tickets_of(tickets)->count) {
        model_tickets_more(tickets_of(tickets));
    }
}

static void tickets_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct tickets_screen *tickets = (struct tickets_screen *)screen;
    const struct model_tickets *model = tickets_of(tickets);
    const struct stage *stage = screen->stage;

    if ((changes & MODEL_TICKETS) == 0) {
        return;
    }
    say_lost_marks(screen->stage);
    bool calm = by_event && tickets->list.selected == 0 && stage->now_ms > stage->key_ms + CALM_MS;
    list_view_update(&tickets->list, model->count, !model->more);
    if (calm && model->count > 0) {
        list_view_select(&tickets->list, model->rows[0].ticket.number);
    }
    if (tickets->wanted != 0 && list_view_select(&tickets->list, tickets->wanted)) {
        tickets->wanted = 0;
    }
    ask_for_more(tickets);
}

void tickets_select(struct stage *stage, uint64_t number)
{
    struct tickets_screen *tickets = (struct tickets_screen *)stage_find(stage, &screen_tickets);

    if (tickets == NULL) {
        return;
    }
    tickets->wanted = list_view_select(&tickets->list, number) ? 0 : number;
    ask_for_more(tickets);
}

/* --- Keys --- */

static enum handled tickets_key(struct screen *screen, const struct key *key)
{
    struct tickets_screen *tickets = (struct tickets_screen *)screen;
    enum handled handled = list_view_key(&tickets->list, key);

    if (handled == HANDLED_CHANGE) {
        tickets->wanted = 0;
        ask_for_more(tickets);
    }
    return handled;
}

static const struct ticket *tickets_subject(struct screen *screen)
{
    struct tickets_screen *tickets = (struct tickets_screen *)screen;
    const struct model_tickets *model = tickets_of(tickets);
    size_t index;

    bool found = model_tickets_find(model, list_view_selected(&tickets->list), &index);
    return found && !model->rows[index].gone ? &model->rows[index].ticket : NULL;
}

void open_ticket(struct stage *stage)
{
    struct tickets_screen *tickets = (struct tickets_screen *)stage_find(stage, &screen_tickets);
    const struct ticket *ticket = stage_subject(stage);

    if (ticket != NULL) {
        stage_push(stage, &screen_ticket, &ticket->number);
    } else if (tickets != NULL && list_view_selected(&tickets->list) != LIST_ID_NONE) {
        stage_say(stage, STATUS_ERROR, "#%" PRIu64 " was deleted meanwhile. R takes it away.",
                  list_view_selected(&tickets->list));
    }
}

void refresh_tickets(struct stage *stage)
{
    if (stage_reconnect(stage)) {
        return;
    }
    model_tickets_tidy(&stage->model->tickets);
    model_tickets_refresh(&stage->model->tickets);
}

void show_new_tickets(struct stage *stage)
{
    struct tickets_screen *tickets = (struct tickets_screen *)stage_find(stage, &screen_tickets);

    if (tickets != NULL && tickets->list.count > 0) {
        list_view_select(&tickets->list, row_id(tickets, 0));
    }
}

static void on_filter(struct screen *asker, bool yes, const char *text)
{
    if (yes) {
        model_tickets_filter(&asker->stage->model->tickets, text);
    }
}

void filter_tickets(struct stage *stage)
{
    struct question question = {.kind = PROMPT_LINE,
                                .text = "Show:",
                                .given = stage->model->tickets.typed,
                                .limit = QUERY_MAX,
                                .on_answer = on_filter};

    stage_push(stage, &screen_question, &question);
}

/* --- Drawing --- */

/* An empty list says why it is empty and what to do next. */
static void draw_empty(const struct tickets_screen *tickets, const struct frame *frame,
                       struct rectangle place)
{
    char line[MODEL_FILTER_MAX + 64];
    const struct model_tickets *model = tickets_of(tickets);
    bool live = connection_state(tickets->screen.stage->connection) == CONNECTION_READY;

    if (!model->loaded) {
        snprintf(line, sizeof line, live ? "Loading..." : "Not connected; nothing to show yet.");
    } else if (model->filter[0] != '\0') {
        snprintf(line, sizeof line, "No ticket matches \"%s\". / changes the filter.",
                 model->filter);
    } else {
        snprintf(line, sizeof line, "Nothing here yet. c files %s ticket.",
                 model_is_staff(tickets->screen.stage->model) ? "a" : "your first");
    }
    terminal_print(frame->terminal, place.row + (place.height > 2 ? 1 : 0), 2, place.width - 2,
                   STYLE_NORMAL, line);
}

static size_t count_new_above(const struct tickets_screen *tickets)
{
    const struct model_tickets *model = tickets_of(tickets);
    size_t count = 0;

    while (count < tickets->list.first && model->rows[count].ticket.number > tickets->seen) {
        count++;
    }
    return count;
}

static void draw_position(struct tickets_screen *tickets, const struct frame *frame, int row)
{
    char position[64];
    char line[192];
    const struct model_tickets *model = tickets_of(tickets);
    size_t drafts = tickets->screen.stage->drafts.count;

    if (tickets->list.first == 0 && model->count > 0) {
        tickets->seen = model->rows[0].ticket.number;
    }
    size_t above = count_new_above(tickets);
    list_view_position_text(&tickets->list, position, sizeof position);
    size_t marked = tickets->screen.stage->model->marks.count;
    size_t used = (size_t)snprintf(line, sizeof line, "%s", model->count > 0 ? position : "");
    if (marked > 0) {
        used += (size_t)snprintf(line + used, sizeof line - used, "%smarked %zu (Esc clears)",
                                 used > 0 ? "   " : "", marked);
    }
    if (above > 0) {
        used += (size_t)snprintf(line + used, sizeof line - used, "   %zu new above (. to show)",
                                 above);
    }
    if (drafts > 0) {
        snprintf(line + used, sizeof line - used, "%s%zu draft%s not sent (d to show)",
                 used > 0 ? "   " : "", drafts, drafts == 1 ? "" : "s");
    }
    terminal_print(frame->terminal, row, 0, frame->body.width, STYLE_MUTED, line);
}

static void tickets_draw(struct screen *screen, const struct frame *frame)
{
    struct tickets_screen *tickets = (struct tickets_screen *)screen;
    const struct model_tickets *model = tickets_of(tickets);
    char line[MODEL_FILTER_MAX + 32];
    struct rectangle place = frame->body;

    if (model->filter[0] != '\0') {
        snprintf(line, sizeof line, "Filter: %s", model->filter);
        terminal_print(frame->terminal, place.row, 0, place.width, STYLE_NORMAL, line);
        place.row++;
        place.height--;
    }
    ticket_row_heading(frame->terminal, place);
    place.row++;
    place.height -= 2;
    list_view_draw(&tickets->list, frame->terminal, place, screen->stage->top == screen);
    if (tickets->list.count == 0) {
        draw_empty(tickets, frame, place);
    }
    draw_position(tickets, frame, place.row + place.height);
}

static void tickets_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "%s",
             model_is_staff(screen->stage->model) ? "Tickets: all" : "Your tickets");
}

const struct screen_ops screen_tickets = {
    .id = SCREEN_TICKETS,
    .name = "tickets",
    .size = sizeof(struct tickets_screen),
    .open = tickets_open,
    .draw = tickets_draw,
    .key = tickets_key,
    .event = tickets_event,
    .subject = tickets_subject,
    .write_title = tickets_write_title,
};
