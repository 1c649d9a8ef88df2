/* One ticket to read: the problem, replies, staff notes and changes in the order they came. What is
 * being read never moves: what comes later is added below. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/history_words.h"
#include "tui/screens/links.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"
#include "tui/widgets/text_view.h"

enum {
    HISTORY_SHORT = 48,  /* bytes of a sentence that stands in its heading */
    PRESENCE_COLUMN = 3, /* of those who are there too, in the line below the head */
    HEAD_ROWS = 3,       /* without links */
    HEAD_LEAST = 8,      /* rows, for more than one of them to be the head */
};

struct ticket_screen {
    struct screen screen;
    uint64_t number;
    struct text_view view;
    size_t shown; /* entries of the model that are in the view */
};

static const struct model_ticket *model_of(const struct ticket_screen *ticket)
{
    return &ticket->screen.stage->model->ticket;
}

/* --- The text --- */

static void add_heading(struct ticket_screen *ticket, enum style_role role, const char *text)
{
    text_view_add_heading(&ticket->view, role, text, strlen(text));
}

static void add_said(struct ticket_screen *ticket, enum style_role role, const char *heading,
                     struct text text)
{
    if (ticket->view.count > 0) {
        text_view_add(&ticket->view, STYLE_NORMAL, 0, "", 0);
    }
    add_heading(ticket, role, heading);
    text_view_add(&ticket->view, STYLE_NORMAL, 2, text.data, text.length);
}

static void add_problem(struct ticket_screen *ticket, uint64_t now_ms)
{
    char heading[STAGE_TEXT_MAX];
    char date[WHEN_SIZE];
    const struct model_ticket *model = model_of(ticket);

    when_date(now_ms, model->ticket.created_ms, date);
    snprintf(heading, sizeof heading, "[1] %.*s   %s   problem",
             TEXT_ARGUMENTS(model->ticket.requester), date);
    add_said(ticket, STYLE_HEADING, heading, model->problem);
}

/* "STAFF NOTE, not shown to joe", "reply", "reply to joe": what it is and who reads it. */
static void write_audience(const struct message *message, struct text requester, char *text,
                           size_t size)
{
    if (message->kind == MESSAGE_NOTE) {
        snprintf(text, size, "STAFF NOTE, not shown to %.*s", TEXT_ARGUMENTS(requester));
    } else if (text_equal(message->author, requester)) {
        snprintf(text, size, "reply");
    } else {
        snprintf(text, size, "reply to %.*s", TEXT_ARGUMENTS(requester));
    }
}

/* "   HELD until 12:00:07", "   corrected", "   retracted", or nothing. */
static void write_state(const struct message *message, char *text, size_t size)
{
    char time[WHEN_SIZE];

    text[0] = '\0';
    if (message->state == MESSAGE_HELD) {
        when_clock(message->release_ms, time);
        snprintf(text, size, "   HELD until %s", time);
    } else if (message->state == MESSAGE_RETRACTED) {
        snprintf(text, size, "   retracted");
    } else if (present_has(message->present, MSG_EDITED)) {
        snprintf(text, size, "   corrected");
    }
}

static void add_message(struct ticket_screen *ticket, size_t number,
                        const struct model_entry *entry, uint64_t now_ms)
{
    char heading[2 * STAGE_TEXT_MAX];
    char audience[STAGE_TEXT_MAX / 2];
    char origin[32] = "";
    char state[48];
    char date[WHEN_SIZE];
    const struct model_ticket *model = model_of(ticket);
    const struct message *message = &entry->message;

    when_date(now_ms, message->time_ms, date);
    write_audience(message, model->ticket.requester, audience, sizeof audience);
    if (present_has(message->present, MSG_ORIGIN)) {
        snprintf(origin, sizeof origin, "   from #%" PRIu64, message->origin);
    }
    write_state(message, state, sizeof state);
    snprintf(heading, sizeof heading, "[%zu] %.*s   %s   %s%s%s%s", number,
             TEXT_ARGUMENTS(message->author), date, audience, origin, state,
             model_ticket_is_unread(model, entry) ? "   * unread" : "");
    add_said(ticket, message->kind == MESSAGE_NOTE ? STYLE_NOTE : STYLE_HEADING, heading,
             message->text);
}

/* A heading is one line: a sentence that is too long for it stands below, where it wraps. */
static void add_history(struct ticket_screen *ticket, size_t number,
                        const struct history_entry *entry, bool after_text, uint64_t now_ms)
{
    char heading[STAGE_TEXT_MAX];
    char date[WHEN_SIZE];
    struct buffer sentence = {0};

    if (after_text) {
        text_view_add(&ticket->view, STYLE_NORMAL, 0, "", 0);
    }
    when_date(now_ms, entry->time_ms, date);
    history_words(&sentence, entry, now_ms);
    bool is_short = sentence.length <= HISTORY_SHORT;
    bool is_file = entry->what == METHOD_ATTACHMENT_FINISH;
    snprintf(heading, sizeof heading, "[%zu] %s   %s%s%.*s", number, is_file ? "file" : "history",
             date, is_short ? "   " : "", is_short ? (int)sentence.length : 0,
             is_short ? (const char *)sentence.data : "");
    add_heading(ticket, is_file ? STYLE_HEADING : STYLE_MUTED, heading);
    if (!is_short) {
        text_view_add(&ticket->view, STYLE_MUTED, 2, (const char *)sentence.data, sentence.length);
    }
    buffer_finish(&sentence);
}

/* Read again, as after another ticket was opened from it: what was shown before stays until all of
 * it has come, or the place of reading would be lost. */
static bool is_incomplete(const struct ticket_screen *ticket)
{
    const struct model_ticket *model = model_of(ticket);
    bool comes = model->messages_request != 0 || model->history_request != 0;

    return !model->loaded || (comes && model->count < ticket->shown);
}

static void rebuild(struct ticket_screen *ticket)
{
    const struct model_ticket *model = model_of(ticket);
    uint64_t now_ms = stage_desk_ms(ticket->screen.stage);
    bool after_text = true;

    if (is_incomplete(ticket)) {
        return;
    }
    text_view_clear(&ticket->view);
    ticket->shown = model->count;
    add_problem(ticket, now_ms);
    for (size_t i = 0; i < model->count; i++) {
        const struct model_entry *entry = &model->entries[i];
        if (entry->is_message) {
            add_message(ticket, i + 2, entry, now_ms);
        } else {
            add_history(ticket, i + 2, &entry->history, after_text, now_ms);
        }
        after_text = entry->is_message;
    }
}

/* --- Life --- */

static bool ticket_open(struct screen *screen, const void *arguments)
{
    struct ticket_screen *ticket = (struct ticket_screen *)screen;
    const uint64_t *number = arguments;

    ticket->number = *number;
    text_view_init(&ticket->view);
    model_ticket_open(&screen->stage->model->ticket, *number);
    return true;
}

static void ticket_close(struct screen *screen)
{
    struct ticket_screen *ticket = (struct ticket_screen *)screen;

    text_view_finish(&ticket->view);
    model_ticket_close(&screen->stage->model->ticket);
    /* It may have been opened from another ticket, to which one comes back now. */
    struct screen *below = stage_find(screen->stage, &screen_ticket);
    if (below != NULL) {
        model_ticket_open(&screen->stage->model->ticket, ((struct ticket_screen *)below)->number);
    }
}

static void ticket_event(struct screen *screen, unsigned changes, bool by_event)
{
    struct ticket_screen *ticket = (struct ticket_screen *)screen;

    (void)by_event;
    if ((changes & MODEL_TICKET) != 0 && ticket->number != 0 &&
        model_of(ticket)->merged_from == ticket->number) {
        char line[STAGE_TEXT_MAX];
        snprintf(line, sizeof line, "#%" PRIu64 " was merged into #%" PRIu64 ": this is it.",
                 ticket->number, model_of(ticket)->number);
        ticket->number = model_of(ticket)->number;
        text_view_clear(&ticket->view);
        ticket->shown = 0;
        stage_say(screen->stage, STATUS_WARNING, "%s", line);
    }
    if ((changes & MODEL_TICKET) != 0 && model_of(ticket)->number == ticket->number) {
        rebuild(ticket);
    }
}

static enum handled ticket_key(struct screen *screen, const struct key *key)
{
    return text_view_key(&((struct ticket_screen *)screen)->view, key);
}

bool ticket_entry_read(const struct screen *screen, size_t *ret_index)
{
    const struct ticket_screen *ticket = (const struct ticket_screen *)screen;
    size_t number;
    size_t count;

    text_view_heading(&ticket->view, &number, &count);
    *ret_index = number - 2; /* the first is the problem */
    return number >= 2 && ticket->shown == model_of(ticket)->count &&
           *ret_index < model_of(ticket)->count;
}

uint64_t ticket_number(const struct screen *screen)
{
    return ((const struct ticket_screen *)screen)->number;
}

void ticket_show(struct screen *screen, uint64_t number)
{
    struct ticket_screen *ticket = (struct ticket_screen *)screen;

    ticket->number = number;
    text_view_clear(&ticket->view);
    ticket->shown = 0;
    text_view_rewind(&ticket->view);
    model_ticket_open(&screen->stage->model->ticket, number);
}

static const struct ticket *ticket_subject(struct screen *screen)
{
    const struct model_ticket *model = model_of((struct ticket_screen *)screen);

    return model->gone || model->ticket.number == 0 ? NULL : &model->ticket;
}

void refresh_ticket(struct stage *stage)
{
    if (!stage_reconnect(stage)) {
        model_ticket_refresh(&stage->model->ticket);
    }
}

/* --- Drawing --- */

enum { PENDING_SIZE = 48 + WHEN_SIZE, ORIGIN_SIZE = 64 + USER_NAME_MAX };

/* "   pending until 3 Dec 14:00", or nothing. */
static void write_pending(const struct ticket_screen *ticket, char ret_text[PENDING_SIZE])
{
    const struct ticket *known = &model_of(ticket)->ticket;
    char date[WHEN_SIZE];

    ret_text[0] = '\0';
    if (known->state != STATE_PENDING) {
        return;
    }
    if (!present_has(known->present, TICKET_PENDING_UNTIL)) {
        snprintf(ret_text, PENDING_SIZE, "   pending until an answer");
        return;
    }
    when_date(stage_desk_ms(ticket->screen.stage), known->pending_until_ms, date);
    snprintf(ret_text, PENDING_SIZE, "   pending until %s", date + strspn(date, " "));
}

/* Who opened it for the requester, and what it goes on from. */
static void write_origin(const struct ticket *known, char *text, size_t size)
{
    size_t used = 0;

    text[0] = '\0';
    if (present_has(known->present, TICKET_OPENED_BY)) {
        used = (size_t)snprintf(text, size, "   opened by %.*s", TEXT_ARGUMENTS(known->opened_by));
    }
    if (present_has(known->present, TICKET_FOLLOWS) && used < size) {
        snprintf(text + used, size - used, "   goes on from #%" PRIu64, known->follows);
    }
}

static void draw_facts(const struct ticket_screen *ticket, const struct frame *frame, int rows)
{
    char line[STAGE_TEXT_MAX];
    char age[WHEN_SIZE];
    const struct ticket *known = &model_of(ticket)->ticket;
    bool owned = present_has(known->present, TICKET_OWNER);
    int row = frame->body.row;
    int width = frame->body.width;
    char pending[PENDING_SIZE];
    char origin[ORIGIN_SIZE];

    write_pending(ticket, pending);
    write_origin(known, origin, sizeof origin);
    int used = terminal_print(frame->terminal, row, 0, width, status_role(known->status),
                              choices_name(&status_choices, known->status));
    snprintf(line, sizeof line, "   %s   From %.*s   Owner %.*s%s%s%s",
             choices_name(&kind_choices, known->kind), TEXT_ARGUMENTS(known->requester),
             TEXT_ARGUMENTS(owned ? known->owner : text_of("-")), pending,
             known->watching ? "   watched by you" : "", known->deleted ? "   DELETED" : "");
    terminal_print(frame->terminal, row, used, width - used, STYLE_NORMAL, line);
    if (rows < HEAD_ROWS) {
        return;
    }
    when_age(stage_desk_ms(ticket->screen.stage), known->updated_ms, age);
    bool queued = present_has(known->present, TICKET_QUEUE);
    char files[32] = "";
    if (known->attachment_count > 0) {
        snprintf(files, sizeof files, "   files %" PRIu64, known->attachment_count);
    }
    snprintf(line, sizeof line, "v%" PRIu64 "   changed %s%s%s%.*s%s%.*s%s%s", known->version, age,
             strcmp(age, "now") == 0 ? "" : " ago", queued ? "   queue " : "",
             TEXT_ARGUMENTS(queued ? known->queue : text_of("")),
             known->tags.length > 0 ? "   tags " : "",
             TEXT_ARGUMENTS(known->tags.length > 0 ? known->tags : text_of("")), files, origin);
    terminal_print(frame->terminal, row + 1, 0, width, STYLE_MUTED, line);
    row += rows - 1;
    terminal_fill(frame->terminal, row, 0, width, STYLE_MUTED, '-');
    ticket_draw_presence(ticket->screen.stage, known->number, frame->terminal,
                         (struct rectangle){row, PRESENCE_COLUMN, 1, width - PRESENCE_COLUMN});
}

/* The head with its links, if it has any; gives the rows of all of it. */
static int draw_head(const struct ticket_screen *ticket, const struct frame *frame)
{
    struct buffer links = {0};
    int rows = frame->body.height > HEAD_LEAST ? HEAD_ROWS : 1;

    links_words(ticket->screen.stage->model, &links);
    if (links.length > 0 && rows == HEAD_ROWS) {
        terminal_put(frame->terminal, frame->body.row + HEAD_ROWS - 1, 0, frame->body.width,
                     STYLE_NORMAL, (const char *)links.data, links.length);
        rows++;
    }
    buffer_finish(&links);
    if (model_of(ticket)->ticket.number != 0 && !model_of(ticket)->gone) {
        draw_facts(ticket, frame, rows);
    }
    return rows;
}

static void draw_position(const struct ticket_screen *ticket, const struct frame *frame, int row)
{
    char line[128];
    size_t from;
    size_t to;
    size_t total;
    size_t number;
    size_t count;

    text_view_position(&ticket->view, &from, &to, &total);
    text_view_heading(&ticket->view, &number, &count);
    if (to - from + 1 >= total) {
        snprintf(line, sizeof line, "message %zu of %zu   all %zu lines", number, count, total);
    } else {
        snprintf(line, sizeof line, "message %zu of %zu   lines %zu-%zu of %zu", number, count,
                 from, to, total);
    }
    terminal_print(frame->terminal, row, 0, frame->body.width, STYLE_MUTED, line);
}

static void ticket_draw(struct screen *screen, const struct frame *frame)
{
    struct ticket_screen *ticket = (struct ticket_screen *)screen;
    const struct model_ticket *model = model_of(ticket);
    int head = draw_head(ticket, frame);
    struct rectangle place = {frame->body.row + head, 0, frame->body.height - head - 1,
                              frame->body.width};

    terminal_cursor(frame->terminal, place.row, 0);
    if (model->gone) {
        terminal_print(frame->terminal, frame->body.row, 0, place.width, STYLE_ERROR,
                       "This ticket was deleted or moved, or there is none with this number. "
                       "q goes back.");
    }
    if (!model->loaded && ticket->view.count == 0) {
        if (!model->gone) {
            terminal_print(frame->terminal, place.row, 2, place.width - 2, STYLE_NORMAL,
                           "Loading...");
        }
        return;
    }
    text_view_draw(&ticket->view, frame->terminal, place, screen->stage->top == screen);
    if (model->loaded) {
        model_ticket_was_drawn(&screen->stage->model->ticket);
    }
    draw_position(ticket, frame, place.row + place.height);
}

static void ticket_write_title(struct screen *screen, char *text, size_t size)
{
    const struct ticket_screen *ticket = (const struct ticket_screen *)screen;

    snprintf(text, size, "#%" PRIu64 " %.*s", ticket->number,
             TEXT_ARGUMENTS(model_of(ticket)->ticket.title));
}

const struct screen_ops screen_ticket = {
    .id = SCREEN_TICKET,
    .name = "ticket",
    .size = sizeof(struct ticket_screen),
    .open = ticket_open,
    .close = ticket_close,
    .draw = ticket_draw,
    .key = ticket_key,
    .event = ticket_event,
    .subject = ticket_subject,
    .write_title = ticket_write_title,
};
