/* Lists of tickets: pages are appended as they come, events change rows in place. A row that was
 * deleted stays, marked, until the list is tidied, so that nothing moves under the person's hands.
 */
#include <stdlib.h>
#include <string.h>

#include "proto/condition.h"
#include "tui/model.h"
#include "tui/when.h"

enum { PAGE_ROWS = 100 };

void tickets_init(struct model_tickets *tickets, struct model *model, unsigned change, bool deleted)
{
    *tickets = (struct model_tickets){.model = model, .change = change, .deleted = deleted};
}

static void cancel(struct model_tickets *tickets)
{
    if (tickets->request != 0) {
        connection_cancel(tickets->model->connection, tickets->request);
        tickets->request = 0;
    }
}

static void drop_rows(struct model_tickets *tickets)
{
    for (size_t i = 0; i < tickets->count; i++) {
        free(tickets->rows[i].texts);
    }
    tickets->count = 0;
}

void tickets_forget(struct model_tickets *tickets)
{
    cancel(tickets);
    drop_rows(tickets);
    free(tickets->rows);
    tickets_init(tickets, tickets->model, tickets->change, tickets->deleted);
}

/* --- Rows --- */

/* Rows that are not in the order of their numbers are looked through; a new one comes last. */
static bool find_sorted(const struct model_tickets *tickets, uint64_t number, size_t *ret_index)
{
    size_t index = 0;

    while (index < tickets->count && tickets->rows[index].ticket.number != number) {
        index++;
    }
    *ret_index = index;
    return index < tickets->count;
}

bool model_tickets_find(const struct model_tickets *tickets, uint64_t number, size_t *ret_index)
{
    if (tickets->sorted) {
        return find_sorted(tickets, number, ret_index);
    }
    size_t low = 0;
    size_t high = tickets->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tickets->rows[middle].ticket.number > number) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *ret_index = low;
    return low < tickets->count && tickets->rows[low].ticket.number == number;
}

static char *keep_text(struct text *text, char *place)
{
    if (text->length > 0) {
        memcpy(place, text->data, text->length);
    }
    text->data = place;
    place[text->length] = '\0';
    return place + text->length + 1;
}

void model_keep_own(struct ticket *ticket, const struct ticket *before)
{
    if (ticket->number != before->number) {
        return;
    }
    if (!present_has(ticket->present, TICKET_WATCHING) &&
        present_has(before->present, TICKET_WATCHING)) {
        ticket->watching = before->watching;
        present_mark(&ticket->present, TICKET_WATCHING);
    }
    if (!present_has(ticket->present, TICKET_UNREAD) &&
        present_has(before->present, TICKET_UNREAD)) {
        ticket->unread = before->unread;
        present_mark(&ticket->present, TICKET_UNREAD);
    }
}

void model_set_watching(struct model *model, uint64_t number, bool watching)
{
    size_t index;

    if (model_tickets_find(&model->tickets, number, &index)) {
        struct ticket *ticket = &model->tickets.rows[index].ticket;
        ticket->watching = watching;
        present_mark(&ticket->present, TICKET_WATCHING);
    }
    if (model->ticket.number == number) {
        model->ticket.ticket.watching = watching;
        present_mark(&model->ticket.ticket.present, TICKET_WATCHING);
    }
    model_changed(model, MODEL_TICKETS | MODEL_TICKET, false);
}

/* A row with texts of its own; false without memory. */
static bool make_row(const struct ticket *ticket, struct model_row *ret_row)
{
    struct model_row row = {.ticket = *ticket};

    row.texts = malloc(ticket->title.length + ticket->requester.length + ticket->owner.length +
                       ticket->queue.length + ticket->tags.length + 5);
    if (row.texts == NULL) {
        return false;
    }
    char *place = keep_text(&row.ticket.title, row.texts);
    place = keep_text(&row.ticket.requester, place);
    place = keep_text(&row.ticket.owner, place);
    place = keep_text(&row.ticket.queue, place);
    keep_text(&row.ticket.tags, place);
    *ret_row = row;
    return true;
}

static bool grow(struct model_tickets *tickets)
{
    if (tickets->count < tickets->capacity) {
        return true;
    }
    size_t capacity = tickets->capacity * 2 + 64;
    struct model_row *rows = realloc(tickets->rows, capacity * sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    tickets->rows = rows;
    tickets->capacity = capacity;
    return true;
}

/* Puts a ticket where its number belongs, over the row it has there already unless that row is
 * newer. */
static void put_row(struct model_tickets *tickets, const struct ticket *ticket)
{
    struct model_row row;
    size_t index;
    bool found = model_tickets_find(tickets, ticket->number, &index);

    if (found && tickets->rows[index].ticket.version > ticket->version) {
        return;
    }
    if ((!found && !grow(tickets)) || !make_row(ticket, &row)) {
        return;
    }
    if (found) {
        model_keep_own(&row.ticket, &tickets->rows[index].ticket);
        free(tickets->rows[index].texts);
    } else {
        memmove(tickets->rows + index + 1, tickets->rows + index,
                (tickets->count - index) * sizeof *tickets->rows);
        tickets->count++;
    }
    tickets->rows[index] = row;
}

void model_tickets_tidy(struct model_tickets *tickets)
{
    size_t kept = 0;

    for (size_t i = 0; i < tickets->count; i++) {
        if (tickets->rows[i].gone) {
            free(tickets->rows[i].texts);
        } else {
            tickets->rows[kept++] = tickets->rows[i];
        }
    }
    tickets->count = kept;
    model_changed(tickets->model, tickets->change, false);
}

/* --- Pages --- */

static void on_page(void *context, enum error error, const void *reply,
                    const struct failure *failure);

static void request_page(struct model_tickets *tickets, bool first)
{
    struct ticket_list request = {.limit = PAGE_ROWS, .deleted = tickets->deleted};
    char zone[WHEN_SIZE];

    cancel(tickets);
    present_mark(&request.present, TICKET_LIST_LIMIT);
    if (tickets->deleted) {
        present_mark(&request.present, TICKET_LIST_DELETED);
    }
    if (tickets->filter[0] != '\0') {
        when_zone(when_now_ms(), zone);
        request.query = text_of(tickets->filter);
        request.zone = text_of(zone);
        present_mark(&request.present, TICKET_LIST_QUERY);
        present_mark(&request.present, TICKET_LIST_ZONE);
    }
    if (!first && tickets->place_length > 0) {
        request.place = (struct bytes){tickets->place, tickets->place_length};
        present_mark(&request.present, TICKET_LIST_PLACE);
    } else if (!first) {
        request.cursor = tickets->cursor;
        present_mark(&request.present, TICKET_LIST_CURSOR);
    }
    tickets->first_page = first;
    tickets->request = connection_request(tickets->model->connection, METHOD_TICKET_LIST, &request,
                                          on_page, tickets);
}

static void set_text(char place[MODEL_FILTER_MAX], const char *text)
{
    size_t length = strlen(text);

    length = length < MODEL_FILTER_MAX - 1 ? length : MODEL_FILTER_MAX - 1;
    memmove(place, text, length);
    place[length] = '\0';
}

/* Whether the desk said no to the filter, not merely nothing at all. */
static bool is_refusal(enum error error)
{
    return error == ERROR_INVALID_FIELD || error == ERROR_FORBIDDEN || error == ERROR_NOT_FOUND ||
           error == ERROR_TOO_MANY;
}

/* Whether a filter puts tickets into another order than that of their numbers. */
static bool says_sort(const char *filter)
{
    struct arena arena = {0};
    struct condition_clock clock = {when_now_ms(), 0};
    struct ticket_query query;
    struct query_fault fault;

    bool sorts =
        ticket_query_read(&arena, text_of(filter), &clock, &query, &fault) && query.sort_count > 0;
    arena_finish(&arena);
    return sorts;
}

static void on_page(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct model_tickets *tickets = context;
    const struct ticket_list_reply *page = reply;

    tickets->request = 0;
    if (error != ERROR_NONE) {
        if (tickets->first_page && is_refusal(error)) {
            set_text(tickets->filter, tickets->before);
        }
        model_failed(tickets->model, error, failure);
        model_changed(tickets->model, tickets->change, false);
        return;
    }
    if (tickets->first_page) {
        drop_rows(tickets);
        tickets->loaded = true;
        tickets->sequence = page->sequence;
        tickets->sorted = says_sort(tickets->filter);
        set_text(tickets->before, tickets->filter);
    }
    const struct ticket *items = page->tickets.items;
    for (size_t i = 0; i < page->tickets.count; i++) {
        put_row(tickets, &items[i]);
    }
    tickets->more = page->more && tickets->count < MODEL_ROWS_MAX;
    tickets->cursor = page->cursor;
    tickets->place_length = page->place.length;
    if (page->place.length > 0) {
        memcpy(tickets->place, page->place.data, page->place.length);
    }
    if (!tickets->deleted) {
        marks_follow_list(tickets->model, !page->more);
    }
    /* The desk looks at so many tickets for each request: with a filter a page can be empty. */
    if (tickets->more && page->tickets.count == 0) {
        request_page(tickets, false);
    }
    model_changed(tickets->model, tickets->change, false);
}

void model_tickets_refresh(struct model_tickets *tickets)
{
    request_page(tickets, true);
}

void model_tickets_filter(struct model_tickets *tickets, const char *filter)
{
    set_text(tickets->typed, filter);
    set_text(tickets->filter, filter);
    request_page(tickets, true);
}

void model_tickets_more(struct model_tickets *tickets)
{
    if (tickets->more && tickets->request == 0) {
        request_page(tickets, false);
    }
}

/* --- Events --- */

/* Whether a ticket that was not in the list belongs to it. With a filter that is the desk's to say:
 * one that is new is shown by asking again. */
static bool belongs(const struct model_tickets *tickets, const struct feed_event *event,
                    size_t index)
{
    bool in_range = index < tickets->count || !tickets->more;

    return tickets->loaded && !tickets->deleted && tickets->filter[0] == '\0' && in_range &&
           event->entry.sequence > tickets->sequence;
}

/* It is to be seen no more, in this list at least. */
static void tell_gone(struct model_tickets *tickets, uint64_t number, uint64_t sequence)
{
    size_t index;
    bool found = model_tickets_find(tickets, number, &index);
    bool unmarked = sequence > tickets->sequence && marks_take_gone(tickets->model, number);

    if (found) {
        tickets->rows[index].gone = true;
    }
    if (found || unmarked) {
        model_changed(tickets->model, tickets->change, true);
    }
}

void tickets_take_event(struct model_tickets *tickets, const struct feed_event *event)
{
    size_t index;
    bool found = model_tickets_find(tickets, event->number, &index);

    /* What was merged into another ticket is in no list any more, until it is taken out again. */
    if (present_has(event->ticket.present, TICKET_MERGED_INTO)) {
        tell_gone(tickets, event->number, event->entry.sequence);
        return;
    }
    if (found || belongs(tickets, event, index)) {
        put_row(tickets, &event->ticket);
        if (event->entry.sequence > tickets->sequence &&
            model_tickets_find(tickets, event->number, &index)) {
            model_count_unread(tickets->model, &tickets->rows[index].ticket, &event->entry);
        }
        model_changed(tickets->model, tickets->change, true);
    }
}

void tickets_take_gone(struct model_tickets *tickets, const struct ticket_gone *gone)
{
    if (gone->sequence > tickets->sequence) {
        tell_gone(tickets, gone->number, gone->sequence);
    }
}
