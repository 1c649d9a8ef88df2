/* Queries about tickets. What one may not see answers exactly as what does not exist. */
#include "server/core/queue.h"
#include "server/core/tag.h"
#include "server/core/unread.h"
#include "server/core/view.h"
#include "server/queries_page.h"
#include "server/row_merge.h"
#include "server/title_filter.h"

/* Bytes of an item's fixed parts on the wire, names and numbers at their longest. */
enum { TICKET_BYTES = 512, MESSAGE_BYTES = 224, HISTORY_BYTES = 192, CHANGE_BYTES = 64 };

static void add_unread(struct ticket *ticket, uint64_t unread)
{
    ticket->unread = unread;
    present_mark(&ticket->present, TICKET_UNREAD);
}

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
    add_unread(&reply->ticket, unread_count(query->rows, query->viewer, &row, &looked));
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

/* --- ticket.list ----------------------------------------------------------------------------- */

/* What folding a title's letters costs, measured against reading: so many times its length. */
enum { FOLD_WORK = 20 };

struct list_filter {
    const struct ticket_list *request;
    const struct viewer *viewer;
    struct title_filter title;
    uint64_t requester; /* account id; 0: whoever */
    uint64_t queue;     /* id; 0: whichever */
    uint64_t owner;     /* account id; 0: whoever, or nobody */
    bool unowned;       /* only what nobody owns */
    uint64_t tag;       /* id; 0: whatever they have */
    bool nobody;        /* the requester, owner or tag asked for does not exist */
};

static bool asked(const struct ticket_list *request, unsigned bit)
{
    return present_has(request->present, bit);
}

/* Filters that not everybody may use. */
static enum error check_filters(const struct query *query, struct failure *ret_failure)
{
    const struct ticket_list *request = query->request;
    const struct viewer *viewer = query->viewer;
    if (asked(request, TICKET_LIST_REQUESTER) && !permission_is_staff(viewer)) {
        ret_failure->field = text_of("requester");
        return ERROR_FORBIDDEN;
    }
    if (asked(request, TICKET_LIST_TAG) && !permission_is_staff(viewer)) {
        ret_failure->field = text_of("tag");
        return ERROR_FORBIDDEN;
    }
    if (request->deleted && !permission_sees_deleted(viewer)) {
        ret_failure->field = text_of("deleted");
        return viewer->account.role == ROLE_ADMIN ? ERROR_ELEVATION_REQUIRED : ERROR_FORBIDDEN;
    }
    return ERROR_NONE;
}

/* Only a queue the viewer may read: their own tickets in others must not tell where they are. */
static enum error find_queue(const struct query *query, uint64_t *ret_queue,
                             struct failure *ret_failure)
{
    const struct ticket_list *request = query->request;
    struct row_queue row;
    *ret_queue = 0;
    if (!asked(request, TICKET_LIST_QUEUE)) {
        return ERROR_NONE;
    }
    ret_failure->field = text_of("queue");
    if (!permission_is_staff(query->viewer)) {
        return ERROR_FORBIDDEN;
    }
    if (!queue_find_seen(query->viewer, request->queue, &row)) {
        return ERROR_NOT_FOUND;
    }
    if (!permission_sees_notes(query->viewer, row.id)) {
        return ERROR_FORBIDDEN;
    }
    *ret_queue = row.id;
    return ERROR_NONE;
}

/* The account of this name; without one, nothing can match. */
static uint64_t filter_account(const struct query *query, struct text name,
                               struct list_filter *filter)
{
    struct row_account account;
    if (rows_find_account_by_name(query->rows, name, &account)) {
        return account.id;
    }
    filter->nobody = true;
    return 0;
}

static void make_filter(const struct query *query, struct list_filter *ret_filter)
{
    const struct ticket_list *request = query->request;
    ret_filter->request = request;
    ret_filter->viewer = query->viewer;
    title_filter_init(&ret_filter->title, request->title);
    if (asked(request, TICKET_LIST_REQUESTER)) {
        ret_filter->requester = filter_account(query, request->requester, ret_filter);
    }
    if (asked(request, TICKET_LIST_OWNER)) {
        ret_filter->unowned = text_equal(request->owner, text_of("-"));
        ret_filter->owner =
            ret_filter->unowned ? 0 : filter_account(query, request->owner, ret_filter);
    }
    if (asked(request, TICKET_LIST_TAG)) {
        struct text name = tag_folded(rows_arena(query->rows), request->tag);
        struct row_tag tag;
        if (name.data != NULL && rows_find_tag(query->rows, name, &tag)) {
            ret_filter->tag = tag.id;
        } else {
            ret_filter->nobody = true;
        }
    }
}

/* Tags are not for those who merely requested the ticket or are in copy. */
static bool has_tag(const struct list_filter *filter, const struct row_ticket *row)
{
    struct row_ticket_tag tag;
    return permission_sees_notes(filter->viewer, row->queue) &&
           rows_get(filter->viewer->rows, ROW_TICKET_TAG, row->number, filter->tag, &tag);
}

static bool filter_matches(const struct list_filter *filter, const struct row_ticket *row)
{
    const struct ticket_list *request = filter->request;
    return (!asked(request, TICKET_LIST_STATUS) ||
            status_of(row->severity, row->state) == request->status) &&
           (!asked(request, TICKET_LIST_KIND) || row->kind == request->kind) &&
           (filter->requester == 0 || row->requester == filter->requester) &&
           (filter->queue == 0 || row->queue == filter->queue) &&
           (filter->owner == 0 || row->owner == filter->owner) &&
           (!filter->unowned || row->owner == 0) &&
           (request->deleted || (row->merged_into == 0 && permission_sees(filter->viewer, row))) &&
           (filter->tag == 0 || has_tag(filter, row)) &&
           title_filter_matches(&filter->title, row->title);
}

/* The ranges that together hold all that may be listed: own tickets, those one is in copy of, and
 * those of the queues one may read. */
struct list_ranges {
    struct row_range ranges[ROW_MERGE_MAX];
    size_t count;
    uint64_t start;
};

static void add_range(struct list_ranges *list, enum row_index index, uint64_t group)
{
    list->ranges[list->count++] = rows_range(index, group, list->start, true);
}

static void only_range(struct list_ranges *list, enum row_index index, uint64_t group)
{
    list->count = 0;
    add_range(list, index, group);
}

/* Who may read all queues, or many, walks over all tickets; filter_matches leaves out the rest. */
static void add_queues(const struct query *query, struct list_ranges *list)
{
    struct queue_walk walk = queue_walk();
    struct row_queue row;
    bool walks_all = true;
    while (queue_next(query->rows, &walk, &row)) {
        if (!permission_sees_notes(query->viewer, row.id)) {
            walks_all = false;
        } else if (list->count < ROW_MERGE_MAX) {
            add_range(list, INDEX_TICKETS_BY_QUEUE, row.id);
        } else {
            walks_all = true;
            break;
        }
    }
    if (walks_all) {
        only_range(list, INDEX_TICKETS, 0);
    }
}

static void make_ranges(const struct query *query, const struct list_filter *filter,
                        struct list_ranges *list)
{
    const struct ticket_list *request = filter->request;
    uint64_t account = filter->viewer->account.id;
    list->count = 0;
    list->start = request->cursor != 0 ? request->cursor - 1 : UINT64_MAX;
    if (request->deleted) {
        add_range(list, INDEX_TICKETS_DELETED, 0);
    } else if (filter->tag != 0) {
        add_range(list, INDEX_TICKETS_BY_TAG, filter->tag);
    } else if (filter->requester != 0) {
        add_range(list, INDEX_TICKETS_BY_REQUESTER, filter->requester);
    } else if (filter->owner != 0 && permission_is_staff(filter->viewer)) {
        add_range(list, INDEX_TICKETS_BY_OWNER, filter->owner);
    } else if (filter->queue != 0) {
        add_range(list, INDEX_TICKETS_BY_QUEUE, filter->queue);
    } else {
        add_range(list, INDEX_TICKETS_BY_REQUESTER, account);
        add_range(list, INDEX_TICKETS_BY_CC, account);
        if (permission_is_staff(filter->viewer)) {
            add_queues(query, list);
        }
    }
}

/* False when it is for the next page. What counting its messages takes is looked at, too. */
static bool take_ticket(const struct query *query, struct page *page, const struct row_ticket *row,
                        struct ticket *place)
{
    const struct ticket_list *request = query->request;
    uint64_t looked;
    uint64_t unread = unread_count(query->rows, query->viewer, row, &looked);
    page->looked_at += looked;
    if (request->unread && unread == 0) {
        return true;
    }
    if (!page_take(page, TICKET_BYTES + row->title.length)) {
        return false;
    }
    view_ticket(query->rows, query->viewer, row, place);
    view_watching(query->rows, query->viewer, row, place);
    add_unread(place, unread);
    return true;
}

/* Walks the tickets into the page; `ret_cursor` is the last one that was dealt with. True when
 * there may be more. */
static bool fill_list(const struct query *query, const struct list_filter *filter,
                      struct page *page, uint64_t *ret_cursor)
{
    struct list_ranges list;
    struct row_merge merge;
    make_ranges(query, filter, &list);
    row_merge_begin(&merge, list.ranges, list.count);
    for (uint64_t number; row_merge_next(query->rows, &merge, &number);) {
        struct row_ticket row;
        struct ticket *place = page_place(page);
        if (place == NULL || !page_looks(page)) {
            return true;
        }
        bool there = rows_get(query->rows, ROW_TICKET, number, 0, &row);
        if (there && filter->title.count > 0) {
            *query->work += row.title.length * FOLD_WORK;
        }
        if (there && filter_matches(filter, &row) && !take_ticket(query, page, &row, place)) {
            return true;
        }
        *ret_cursor = number;
    }
    return false;
}

enum error query_ticket_list(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    const struct ticket_list *request = query->request;
    struct ticket_list_reply *reply = ret_reply;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE) {
        error = check_filters(query, ret_failure);
    }
    struct list_filter filter = {.queue = 0};
    if (error == ERROR_NONE) {
        error = find_queue(query, &filter.queue, ret_failure);
    }
    struct page page;
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct ticket));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    make_filter(query, &filter);
    uint64_t cursor = request->cursor;
    reply->more = !filter.nobody && fill_list(query, &filter, &page, &cursor);
    if (reply->more) {
        present_mark(&reply->present, LIST_REPLY_CURSOR);
        reply->cursor = cursor;
    }
    reply->tickets = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
