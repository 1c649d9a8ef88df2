/* Queries about tickets. What one may not see answers exactly as what does not exist. */
#include "server/core/unread.h"
#include "server/core/view.h"
#include "server/queries_page.h"

/* Bytes of an item's fixed parts on the wire, names and numbers at their longest. */
enum { MESSAGE_BYTES = 224, HISTORY_BYTES = 192, CHANGE_BYTES = 64 };

/* What was merged into the ticket, and what the number asked for once stood for. */
static void add_merged(const struct query *query, uint64_t asked, const struct row_ticket *row,
                       struct ticket_reply_full *reply)
{
    struct row_range range = rows_range(INDEX_TICKETS_MERGED, row->number, 0, false);
    struct merged_ticket *items = arena_array(rows_arena(query->rows), MERGED_MAX, sizeof *items);
    size_t count = 0;
    uint64_t number;
    while (items != NULL && count < MERGED_MAX && rows_range_next(query->rows, &range, &number)) {
        struct row_ticket member;
        if (!rows_get(query->rows, ROW_TICKET, number, 0, &member)) {
            continue;
        }
        items[count++] = (struct merged_ticket){.number = number, .title = member.title};
        if (number == asked) {
            reply->merged_from = asked;
            reply->merged_problem = rows_part(query->rows, &member.problem);
            present_mark(&reply->present, TICKET_FULL_MERGED_FROM);
            present_mark(&reply->present, TICKET_FULL_MERGED_PROBLEM);
        }
    }
    if (count > 0) {
        reply->merged = (struct list){.items = items, .count = count};
        present_mark(&reply->present, TICKET_FULL_MERGED);
    }
}

enum error query_ticket_get(const struct query *query, void *ret_reply, struct failure *ret_failure)
{
    (void)ret_failure;
    const struct ticket_get *request = query->request;
    struct ticket_reply_full *reply = ret_reply;
    struct row_ticket row;
    enum error error = query_find_ticket(query, request->number, &row);
    if (error != ERROR_NONE) {
        return error;
    }
    uint64_t looked;
    view_ticket(query->rows, query->viewer, &row, &reply->ticket);
    page_add_unread(&reply->ticket, unread_count(query->rows, query->viewer, &row, &looked));
    view_watching(query->rows, query->viewer, &row, &reply->ticket);
    reply->problem = rows_part(query->rows, &row.problem);
    add_merged(query, request->number, &row, reply);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_ticket_messages(const struct query *query, void *ret_reply,
                                 struct failure *ret_failure)
{
    (void)ret_failure;
    const struct ticket_messages *request = query->request;
    struct ticket_messages_reply *reply = ret_reply;
    struct row_ticket ticket;
    struct page page;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct message));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_MESSAGES, ticket.number, request->after + 1, false);
    for (uint64_t sequence; !reply->more && rows_range_next(query->rows, &range, &sequence);) {
        struct row_message row;
        struct message message = {0};
        if (!rows_get(query->rows, ROW_MESSAGE, ticket.number, sequence, &row) ||
            !view_message(query->rows, query->viewer, &row, &message)) {
            continue;
        }
        struct message *place = page_place(&page);
        reply->more = place == NULL || !page_take(&page, MESSAGE_BYTES + message.text.length);
        if (!reply->more) {
            *place = message;
        }
    }
    reply->messages = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

static uint64_t history_bytes(const struct history_entry *entry)
{
    const struct change *changes = entry->changes.items;
    uint64_t bytes = HISTORY_BYTES;
    for (size_t i = 0; i < entry->changes.count; i++) {
        bytes += CHANGE_BYTES + changes[i].old_value.length + changes[i].new_value.length;
    }
    return bytes;
}

enum error query_ticket_history(const struct query *query, void *ret_reply,
                                struct failure *ret_failure)
{
    (void)ret_failure;
    const struct ticket_history *request = query->request;
    struct ticket_history_reply *reply = ret_reply;
    struct row_ticket ticket;
    struct page page;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct history_entry));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct row_range range = rows_range(INDEX_HISTORY, ticket.number, request->after + 1, false);
    for (uint64_t sequence; !reply->more && rows_range_next(query->rows, &range, &sequence);) {
        struct journal_entry entry;
        struct history_entry line = {0};
        if (!rows_journal(query->rows, sequence, &entry)) {
            continue;
        }
        const struct subject *subject = rows_subject_of(&entry.header, ticket.number);
        if (subject == NULL || !view_history(query->rows, query->viewer, &entry, subject, &line)) {
            continue;
        }
        struct history_entry *place = page_place(&page);
        reply->more = place == NULL || !page_take(&page, history_bytes(&line));
        if (!reply->more) {
            *place = line;
        }
    }
    reply->entries = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}

enum error query_ticket_followers(const struct query *query, void *ret_reply,
                                  struct failure *ret_failure)
{
    (void)ret_failure;
    const struct ticket_followers *request = query->request;
    struct ticket_followers_reply *reply = ret_reply;
    struct row_ticket ticket;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error != ERROR_NONE) {
        return error;
    }
    struct follower *followers =
        arena_array(rows_arena(query->rows), FOLLOWERS_MAX, sizeof *followers);
    if (followers == NULL) {
        return ERROR_NO_MEMORY;
    }
    struct row_range range = rows_range(INDEX_FOLLOWERS, ticket.number, 0, false);
    size_t count = 0;
    for (uint64_t account;
         count < FOLLOWERS_MAX && rows_range_next(query->rows, &range, &account);) {
        struct row_follower row;
        if (rows_get(query->rows, ROW_FOLLOWER, ticket.number, account, &row) &&
            view_follower(query->rows, query->viewer, &ticket, &row, &followers[count])) {
            count++;
        }
    }
    reply->followers = (struct list){.items = followers, .count = count};
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
