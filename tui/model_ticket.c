/* The open ticket: the ticket with its problem, its messages, and the lines of its history, merged
 * in the order of the journal. What comes later is appended; nothing read before changes place. */
#include <stdlib.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/model.h"

static void cancel(struct model_ticket *open, uint64_t *request)
{
    if (*request != 0) {
        connection_cancel(open->model->connection, *request);
        *request = 0;
    }
}

void model_ticket_close(struct model_ticket *open)
{
    cancel(open, &open->get_request);
    cancel(open, &open->messages_request);
    cancel(open, &open->history_request);
    links_forget(&open->model->links);
    free(open->entries);
    arena_reset(&open->arena);
    *open = (struct model_ticket){.model = open->model, .arena = open->arena};
}

/* Takes over the head of the ticket unless what is known is newer. */
static void take_ticket(struct model_ticket *open, const struct ticket *ticket)
{
    struct ticket copy;

    if (ticket->version >= open->ticket.version &&
        message_copy(&open->arena, &ticket_table, ticket, &copy)) {
        model_keep_own(&copy, &open->ticket);
        open->ticket = copy;
    }
}

/* --- Entries --- */

/* Where an entry belongs: messages and history share the journal's numbers. False when there is
 * one of this kind with this number already. */
static bool find_place(const struct model_ticket *open, const struct model_entry *entry,
                       size_t *ret_index)
{
    size_t index = open->count;

    while (index > 0 && open->entries[index - 1].sequence >= entry->sequence) {
        const struct model_entry *before = &open->entries[index - 1];
        if (before->sequence == entry->sequence && before->is_message == entry->is_message) {
            return false;
        }
        index--;
    }
    *ret_index = index;
    return true;
}

static void add_entry(struct model_ticket *open, const struct model_entry *entry)
{
    size_t index;

    if (!find_place(open, entry, &index)) {
        return;
    }
    if (open->count == open->capacity) {
        size_t capacity = open->capacity * 2 + 32;
        struct model_entry *entries = realloc(open->entries, capacity * sizeof *entries);
        if (entries == NULL) {
            return;
        }
        open->entries = entries;
        open->capacity = capacity;
    }
    memmove(open->entries + index + 1, open->entries + index,
            (open->count - index) * sizeof *open->entries);
    open->entries[index] = *entry;
    open->count++;
}

static struct model_entry *find_message(const struct model_ticket *open, uint64_t sequence)
{
    for (size_t i = 0; i < open->count; i++) {
        if (open->entries[i].is_message && open->entries[i].sequence == sequence) {
            return &open->entries[i];
        }
    }
    return NULL;
}

/* What is there already may have been corrected. */
static void add_message(struct model_ticket *open, const struct message *message)
{
    struct model_entry entry = {.sequence = message->sequence, .is_message = true};
    struct model_entry *known = find_message(open, message->sequence);

    if (!message_copy(&open->arena, &message_table, message, &entry.message)) {
        return;
    }
    if (known != NULL) {
        *known = entry;
    } else {
        add_entry(open, &entry);
    }
}

static bool is_held(const struct model_entry *entry)
{
    return entry->is_message && entry->message.state == MESSAGE_HELD;
}

/* Held replies behind this one are asked for anew: they are sent under another number, or gone. */
static void drop_held(struct model_ticket *open, uint64_t after)
{
    size_t kept = 0;

    for (size_t i = 0; i < open->count; i++) {
        if (!is_held(&open->entries[i]) || open->entries[i].sequence <= after) {
            open->entries[kept++] = open->entries[i];
        }
    }
    open->count = kept;
}

/* The next question is for this message again. */
static void rewind_to(struct model_ticket *open, uint64_t sequence)
{
    if (sequence > 0 && sequence <= open->last_message) {
        open->last_message = sequence - 1;
    }
}

bool history_changes(const struct history_entry *entry, const char *field)
{
    const struct change *items = entry->changes.items;

    for (size_t i = 0; i < entry->changes.count; i++) {
        if (text_equal(items[i].field, text_of(field))) {
            return true;
        }
    }
    return false;
}

static bool is_said(const struct history_entry *entry)
{
    return entry->what == METHOD_TICKET_REPLY || entry->what == METHOD_TICKET_NOTE;
}

/* Creation, replies and notes are shown as what they said, not as a line that they were said; what
 * a reply has changed besides is one. */
static bool is_shown(const struct history_entry *entry)
{
    if (is_said(entry)) {
        bool brings = history_changes(entry, "message") || history_changes(entry, "held");
        return entry->changes.count > (brings ? 1 : 0);
    }
    return entry->what != METHOD_TICKET_CREATE;
}

static void add_history(struct model_ticket *open, const struct history_entry *line)
{
    struct model_entry entry = {.sequence = line->sequence};

    if (is_shown(line) && message_copy(&open->arena, &history_entry_table, line, &entry.history)) {
        add_entry(open, &entry);
    }
}

/* --- Asking --- */

static void ask_messages(struct model_ticket *open);
static void ask_history(struct model_ticket *open);

static void report(struct model_ticket *open, enum error error, const struct failure *failure)
{
    if (error == ERROR_NOT_FOUND) {
        open->gone = true;
    } else if (error != ERROR_NONE) {
        model_failed(open->model, error, failure);
    }
    model_ticket_find_unread(open);
    model_changed(open->model, MODEL_TICKET, false);
}

/* Reads all of it anew, by the number it has now. */
static void lead_to(struct model_ticket *open, uint64_t number)
{
    uint64_t from = open->number != number ? open->number : open->merged_from;

    model_ticket_close(open);
    open->number = number;
    open->merged_from = from;
    model_ticket_refresh(open);
}

static void take_merged(struct model_ticket *open, const struct list *merged)
{
    const struct merged_ticket *items = merged->items;

    open->merged_count = merged->count < MERGED_MAX ? merged->count : MERGED_MAX;
    for (size_t i = 0; i < open->merged_count; i++) {
        open->merged[i] = items[i].number;
    }
}

static void on_ticket(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct model_ticket *open = context;
    const struct ticket_reply_full *full = reply;

    open->get_request = 0;
    if (error == ERROR_NONE && full->ticket.number != open->number) {
        lead_to(open, full->ticket.number);
    } else if (error == ERROR_NONE) {
        take_ticket(open, &full->ticket);
        open->problem.data = arena_copy(&open->arena, full->problem.data, full->problem.length);
        open->problem.length = open->problem.data != NULL ? full->problem.length : 0;
        take_merged(open, &full->merged);
        open->loaded = true;
        open->gone = false;
    }
    report(open, error, failure);
}

static void on_messages(void *context, enum error error, const void *reply,
                        const struct failure *failure)
{
    struct model_ticket *open = context;
    const struct ticket_messages_reply *page = reply;

    open->messages_request = 0;
    if (error == ERROR_NONE) {
        const struct message *items = page->messages.items;
        drop_held(open, open->asked_after);
        for (size_t i = 0; i < page->messages.count; i++) {
            add_message(open, &items[i]);
            open->last_message = items[i].sequence;
        }
        if (page->more) {
            ask_messages(open);
        }
    }
    report(open, error, failure);
}

static void on_history(void *context, enum error error, const void *reply,
                       const struct failure *failure)
{
    struct model_ticket *open = context;
    const struct ticket_history_reply *page = reply;

    open->history_request = 0;
    if (error == ERROR_NONE) {
        const struct history_entry *items = page->entries.items;
        for (size_t i = 0; i < page->entries.count; i++) {
            add_history(open, &items[i]);
            open->last_history = items[i].sequence;
        }
        if (page->more) {
            ask_history(open);
        }
    }
    report(open, error, failure);
}

static void ask_ticket(struct model_ticket *open)
{
    struct ticket_get request = {.number = open->number};

    cancel(open, &open->get_request);
    open->get_request =
        connection_request(open->model->connection, METHOD_TICKET_GET, &request, on_ticket, open);
}

static void ask_messages(struct model_ticket *open)
{
    for (size_t i = 0; i < open->count; i++) {
        if (is_held(&open->entries[i])) {
            rewind_to(open, open->entries[i].sequence);
        }
    }
    open->asked_after = open->last_message;
    struct ticket_messages request = {
        .number = open->number, .after = open->last_message, .limit = PAGE_MAX};

    present_mark(&request.present, TICKET_MESSAGES_AFTER);
    present_mark(&request.present, TICKET_MESSAGES_LIMIT);
    cancel(open, &open->messages_request);
    open->messages_request = connection_request(open->model->connection, METHOD_TICKET_MESSAGES,
                                                &request, on_messages, open);
}

static void ask_history(struct model_ticket *open)
{
    struct ticket_history request = {
        .number = open->number, .after = open->last_history, .limit = PAGE_MAX};

    present_mark(&request.present, TICKET_HISTORY_AFTER);
    present_mark(&request.present, TICKET_HISTORY_LIMIT);
    cancel(open, &open->history_request);
    open->history_request = connection_request(open->model->connection, METHOD_TICKET_HISTORY,
                                               &request, on_history, open);
}

void model_ticket_refresh(struct model_ticket *open)
{
    ask_ticket(open);
    ask_messages(open);
    ask_history(open);
    model_links_ask(&open->model->links, open->number);
}

void model_ticket_open(struct model_ticket *open, uint64_t number)
{
    const struct model_tickets *tickets = &open->model->tickets;
    size_t index;

    if (open->number != number) {
        model_ticket_close(open);
        open->number = number;
        if (model_tickets_find(tickets, number, &index)) {
            take_ticket(open, &tickets->rows[index].ticket);
        }
    }
    model_ticket_refresh(open);
}

/* --- Events --- */

/* Whether a message that is known has been corrected or retracted; it is asked for again then. */
static bool find_corrected(struct model_ticket *open, const struct history_entry *entry)
{
    const struct change *items = entry->changes.items;
    bool found = false;

    for (size_t i = 0; i < entry->changes.count; i++) {
        bool corrected = text_equal(items[i].field, text_of("edited")) ||
                         text_equal(items[i].field, text_of("retracted"));
        if (corrected && present_has(items[i].present, CHANGE_NEW)) {
            uint64_t sequence = 0;
            for (size_t k = 0; k < items[i].new_value.length; k++) {
                sequence = sequence * 10 + (uint64_t)(items[i].new_value.data[k] - '0');
            }
            rewind_to(open, sequence);
            found = true;
        }
    }
    return found;
}

void ticket_take_event(struct model_ticket *open, const struct feed_event *event)
{
    if (open->number == 0 || event->number != open->number) {
        return;
    }
    if (event->entry.what == METHOD_TICKET_MERGE || event->entry.what == METHOD_TICKET_UNMERGE) {
        bool merged = present_has(event->ticket.present, TICKET_MERGED_INTO);
        lead_to(open, merged ? event->ticket.merged_into : event->number);
        model_changed(open->model, MODEL_TICKET, true);
        return;
    }
    take_ticket(open, &event->ticket);
    model_count_unread(open->model, &open->ticket, &event->entry);
    open->gone = false;
    add_history(open, &event->entry);
    if (is_said(&event->entry) || history_changes(&event->entry, "message") ||
        event->entry.what == METHOD_TICKET_WITHDRAW || find_corrected(open, &event->entry)) {
        ask_messages(open);
    }
    if (history_changes(&event->entry, "problem")) {
        ask_ticket(open);
    }
    model_changed(open->model, MODEL_TICKET, true);
}

void ticket_take_gone(struct model_ticket *open, const struct ticket_gone *gone)
{
    if (open->number != 0 && gone->number == open->number) {
        open->gone = true;
        model_changed(open->model, MODEL_TICKET, true);
    }
}
