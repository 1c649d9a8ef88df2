/* ticket.list: a page of the tickets that a query means. The narrowest index is walked; what it
 * does not decide is asked of each ticket. Newest first, the walk's order is the answer's. In any
 * other order all tickets that match are looked at for each page, so there is a limit to them. */
#include <stdlib.h>
#include <string.h>

#include "server/core/queue.h"
#include "server/core/view.h"
#include "server/queries_page.h"
#include "server/row_merge.h"
#include "server/ticket_filter.h"

enum {
    TICKET_BYTES = 512,     /* an item's fixed parts on the wire, names at their longest */
    SORT_LOOKS_MAX = 20000, /* tickets looked at to sort them */
    PLACE_KEY_BYTES = 8,    /* of a number in a place */
};

/* --- What is asked for --- */

static bool asked(const struct ticket_list *request, unsigned bit)
{
    return present_has(request->present, bit);
}

static void add_choice(struct arena *arena, struct condition *root, bool is_asked, enum about about,
                       uint32_t choice)
{
    struct condition *term = is_asked ? condition_make(arena, CONDITION_TERM, about) : NULL;
    if (term != NULL) {
        term->choice = choice;
        condition_add(root, term);
    }
}

static void add_text(struct arena *arena, struct condition *root, bool is_asked, enum about about,
                     struct text text)
{
    struct condition *term = is_asked ? condition_make(arena, CONDITION_TERM, about) : NULL;
    if (term != NULL) {
        term->text = text;
        condition_add(root, term);
    }
}

/* The filters that have a field of their own are conditions as others. */
static void add_fields(const struct ticket_list *request, struct arena *arena,
                       struct condition *root)
{
    add_choice(arena, root, asked(request, TICKET_LIST_STATUS), ABOUT_STATUS, request->status);
    add_choice(arena, root, asked(request, TICKET_LIST_KIND), ABOUT_KIND, request->kind);
    add_choice(arena, root, request->unread, ABOUT_FLAG, FLAG_UNREAD);
    add_text(arena, root, asked(request, TICKET_LIST_TITLE), ABOUT_TITLE, request->title);
    add_text(arena, root, asked(request, TICKET_LIST_REQUESTER), ABOUT_REQUESTER,
             request->requester);
    add_text(arena, root, asked(request, TICKET_LIST_OWNER), ABOUT_OWNER, request->owner);
    add_text(arena, root, asked(request, TICKET_LIST_QUEUE), ABOUT_QUEUE, request->queue);
    add_text(arena, root, asked(request, TICKET_LIST_TAG), ABOUT_TAG, request->tag);
}

static enum error read_query(const struct query *query, struct ticket_query *ret_read,
                             struct failure *ret_failure)
{
    const struct ticket_list *request = query->request;
    struct condition_clock clock = {.now_ms = query->time_ms};
    struct query_fault fault;
    if (asked(request, TICKET_LIST_ZONE) &&
        !condition_zone_read(request->zone, &clock.offset_minutes)) {
        ret_failure->field = text_of("zone");
        return ERROR_INVALID_FIELD;
    }
    struct arena *arena = rows_arena(query->rows);
    if (!ticket_query_read(arena, request->query, &clock, ret_read, &fault)) {
        return ticket_filter_refuse(query, &fault, request->query, ret_failure);
    }
    add_fields(request, arena, ret_read->root);
    return ERROR_NONE;
}

/* --- Which rows are walked --- */

struct list_ranges {
    struct row_range ranges[ROW_MERGE_MAX];
    size_t count;
    uint64_t start; /* numbers from here */
    uint64_t least; /* down to here */
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

/* Who may read all queues, or many, walks over all tickets; the filter leaves out the rest. */
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

/* Everything that the viewer may list: own tickets, those one is in copy of, and those of the
 * queues one may read. */
static void add_all(const struct query *query, struct list_ranges *list)
{
    uint64_t account = query->viewer->account.id;
    add_range(list, INDEX_TICKETS_BY_REQUESTER, account);
    add_range(list, INDEX_TICKETS_BY_CC, account);
    if (permission_is_staff(query->viewer)) {
        add_queues(query, list);
    }
}

/* The indexes that narrow a list, the narrowest first. That of owners has tickets of everybody. */
static const struct {
    enum about about;
    enum row_index index;
    bool for_staff;
} narrowing[] = {
    {ABOUT_TAG, INDEX_TICKETS_BY_TAG, true},
    {ABOUT_REQUESTER, INDEX_TICKETS_BY_REQUESTER, false},
    {ABOUT_OWNER, INDEX_TICKETS_BY_OWNER, true},
    {ABOUT_QUEUE, INDEX_TICKETS_BY_QUEUE, true},
};

/* One range for each of the condition's ids; false when there are too many, or one of them has no
 * entries there: what nobody owns. */
static bool add_narrow(const struct condition *condition, enum row_index index,
                       struct list_ranges *list)
{
    bool is_term = condition->kind == CONDITION_TERM;
    const struct condition *term = is_term ? condition : condition->first;
    for (; term != NULL; term = is_term ? NULL : term->next) {
        if (term->id == 0 || list->count == ROW_MERGE_MAX) {
            list->count = 0;
            return false;
        }
        add_range(list, index, term->id);
    }
    return true;
}

/* Numbers narrow whatever is walked. */
static void bound_numbers(const struct condition *condition, struct list_ranges *list)
{
    if (condition == NULL) {
        return;
    }
    bool is_term = condition->kind == CONDITION_TERM;
    uint64_t highest = 0;
    list->least = UINT64_MAX;
    for (const struct condition *term = is_term ? condition : condition->first; term != NULL;
         term = is_term ? NULL : term->next) {
        highest = term->to > highest ? term->to : highest;
        list->least = term->from < list->least ? term->from : list->least;
    }
    if (highest == 0 || highest - 1 < list->start) {
        list->start = highest == 0 ? 0 : highest - 1;
    }
}

static void make_ranges(const struct ticket_filter *filter, uint64_t start,
                        struct list_ranges *list)
{
    const struct query *query = filter->query;
    *list = (struct list_ranges){.start = start};
    bound_numbers(ticket_filter_about(filter, ABOUT_NUMBER), list);
    if (filter->deleted) {
        add_range(list, INDEX_TICKETS_DELETED, 0);
        return;
    }
    for (size_t i = 0; i < sizeof narrowing / sizeof narrowing[0]; i++) {
        const struct condition *condition = ticket_filter_about(filter, narrowing[i].about);
        if (condition != NULL && (!narrowing[i].for_staff || permission_is_staff(query->viewer)) &&
            add_narrow(condition, narrowing[i].index, list)) {
            return;
        }
    }
    add_all(query, list);
}

/* A walk over the tickets of the list, newest first. */
struct list_walk {
    struct list_ranges list;
    struct row_merge merge;
};

static void walk_begin(struct list_walk *walk, const struct ticket_filter *filter, uint64_t start)
{
    make_ranges(filter, start, &walk->list);
    row_merge_begin(&walk->merge, walk->list.ranges, walk->list.count);
}

static bool walk_next(struct list_walk *walk, struct rows *rows, uint64_t *ret_number)
{
    return row_merge_next(rows, &walk->merge, ret_number) && *ret_number >= walk->list.least;
}

/* --- Newest first --- */

/* False when it is for the next page. */
static bool take_ticket(struct ticket_filter *filter, struct page *page,
                        const struct row_ticket *row, struct ticket *place)
{
    const struct query *query = filter->query;
    uint64_t unread = ticket_filter_unread(filter, row);
    if (!page_take(page, TICKET_BYTES + row->title.length)) {
        return false;
    }
    view_ticket(query->rows, query->viewer, row, place);
    view_watching(query->rows, query->viewer, row, place);
    page_add_unread(place, unread);
    return true;
}

/* Walks the tickets into the page; `ret_cursor` is the last one that was dealt with. True when
 * there may be more. What counting messages takes is looked at, too. */
static bool fill_newest_first(struct ticket_filter *filter, struct page *page, uint64_t *ret_cursor)
{
    const struct query *query = filter->query;
    uint64_t start = *ret_cursor != 0 ? *ret_cursor - 1 : UINT64_MAX;
    struct list_walk walk;
    walk_begin(&walk, filter, start);
    for (uint64_t number; walk_next(&walk, query->rows, &number);) {
        struct row_ticket row;
        struct ticket *place = page_place(page);
        if (place == NULL || !page_looks(page)) {
            return true;
        }
        if (rows_get(query->rows, ROW_TICKET, number, 0, &row) &&
            ticket_filter_matches(filter, &row) && !take_ticket(filter, page, &row, place)) {
            return true;
        }
        page->looked_at += filter->looked_at;
        filter->looked_at = 0;
        *ret_cursor = number;
    }
    return false;
}

/* --- Sorted --- */

/* Where a ticket stands in a sorted list: its keys, made so that the lowest comes first, and its
 * number, which makes every place another. */
struct place {
    uint64_t keys[CONDITION_SORTS_MAX + 1];
};

static struct place place_of(const struct ticket_query *read, const struct row_ticket *row)
{
    struct place place = {{0}};
    for (size_t i = 0; i < read->sort_count; i++) {
        const uint64_t keys[] = {[SORT_CREATED] = row->created_ms,
                                 [SORT_UPDATED] = row->updated_ms,
                                 [SORT_SEVERITY] = row->severity};
        uint64_t key = keys[read->sorts[i].key];
        place.keys[i] = read->sorts[i].reversed ? key : UINT64_MAX - key;
    }
    place.keys[CONDITION_SORTS_MAX] = UINT64_MAX - row->number;
    return place;
}

static uint64_t place_number(const struct place *place)
{
    return UINT64_MAX - place->keys[CONDITION_SORTS_MAX];
}

static int compare_places(const struct place *a, const struct place *b)
{
    for (size_t i = 0; i < CONDITION_SORTS_MAX + 1; i++) {
        if (a->keys[i] != b->keys[i]) {
            return a->keys[i] < b->keys[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Big-endian; to clients a place is bytes without a meaning. */
static struct bytes place_write(const struct place *place, struct arena *arena)
{
    uint8_t *bytes = arena_alloc(arena, sizeof place->keys);
    for (size_t i = 0; bytes != NULL && i < sizeof place->keys; i++) {
        size_t shift = 8 * (PLACE_KEY_BYTES - 1 - i % PLACE_KEY_BYTES);
        bytes[i] = (uint8_t)(place->keys[i / PLACE_KEY_BYTES] >> shift);
    }
    return (struct bytes){bytes, bytes == NULL ? 0 : sizeof place->keys};
}

static bool place_read(struct bytes bytes, struct place *ret_place)
{
    *ret_place = (struct place){{0}};
    for (size_t i = 0; i < bytes.length && i < sizeof ret_place->keys; i++) {
        uint64_t *key = &ret_place->keys[i / PLACE_KEY_BYTES];
        *key = *key << 8 | bytes.data[i];
    }
    return bytes.length == sizeof ret_place->keys;
}

/* The first places after another one, in order. */
struct best {
    struct place *places;
    size_t count;
    size_t count_max;
    bool dropped; /* there are more than these */
};

static void best_add(struct best *best, const struct place *place)
{
    size_t low = 0;
    size_t high = best->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_places(&best->places[middle], place) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    best->dropped = best->dropped || best->count == best->count_max;
    if (low == best->count_max) {
        return;
    }
    best->count += best->count < best->count_max;
    memmove(best->places + low + 1, best->places + low,
            (best->count - low - 1) * sizeof *best->places);
    best->places[low] = *place;
}

static enum error too_many_to_sort(struct failure *ret_failure)
{
    ret_failure->field = text_of("query");
    ret_failure->message = text_of("These are more tickets than can be sorted (20,000). Say more "
                                   "about them, or leave out \"sort\".");
    return ERROR_TOO_MANY;
}

/* Finds out which tickets the page is of. */
static enum error find_best(struct ticket_filter *filter, const struct ticket_query *read,
                            const struct place *after, struct best *best,
                            struct failure *ret_failure)
{
    struct rows *rows = filter->query->rows;
    struct list_walk walk;
    uint64_t looked = 0;
    walk_begin(&walk, filter, UINT64_MAX);
    for (uint64_t number; walk_next(&walk, rows, &number);) {
        struct row_ticket row;
        looked += 1 + filter->looked_at;
        filter->looked_at = 0;
        if (looked > SORT_LOOKS_MAX) {
            return too_many_to_sort(ret_failure);
        }
        if (!rows_get(rows, ROW_TICKET, number, 0, &row) || !ticket_filter_matches(filter, &row)) {
            continue;
        }
        struct place place = place_of(read, &row);
        if (after == NULL || compare_places(after, &place) < 0) {
            best_add(best, &place);
        }
    }
    return ERROR_NONE;
}

static enum error fill_sorted(struct ticket_filter *filter, const struct ticket_query *read,
                              struct page *page, struct ticket_list_reply *reply,
                              struct failure *ret_failure)
{
    const struct query *query = filter->query;
    const struct ticket_list *request = query->request;
    struct arena *arena = rows_arena(query->rows);
    struct place after;
    bool has_place = asked(request, TICKET_LIST_PLACE);
    if (has_place && !place_read(request->place, &after)) {
        ret_failure->field = text_of("place");
        return ERROR_INVALID_FIELD;
    }
    struct best best = {.places = arena_array(arena, page->count_max, sizeof *best.places),
                        .count_max = page->count_max};
    if (best.places == NULL) {
        return ERROR_NO_MEMORY;
    }
    enum error error = find_best(filter, read, has_place ? &after : NULL, &best, ret_failure);
    size_t taken = 0;
    for (; error == ERROR_NONE && taken < best.count; taken++) {
        struct row_ticket row;
        if (!rows_get(query->rows, ROW_TICKET, place_number(&best.places[taken]), 0, &row) ||
            !ticket_filter_matches(filter, &row) ||
            !take_ticket(filter, page, &row, page_place(page))) {
            break;
        }
    }
    reply->more = error == ERROR_NONE && (best.dropped || taken < best.count);
    if (reply->more && taken > 0) {
        reply->place = place_write(&best.places[taken - 1], arena);
        present_mark(&reply->present, LIST_REPLY_PLACE);
    }
    return error;
}

/* --- The query --- */

/* In the order the index has anyway? */
static bool is_newest_first(const struct ticket_query *read)
{
    return read->sort_count == 0 ||
           (read->sorts[0].key == SORT_CREATED && !read->sorts[0].reversed);
}

enum error query_ticket_list(const struct query *query, void *ret_reply,
                             struct failure *ret_failure)
{
    const struct ticket_list *request = query->request;
    struct ticket_list_reply *reply = ret_reply;
    struct ticket_query read;
    struct page page;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    struct ticket_filter *filter = arena_alloc(rows_arena(query->rows), sizeof *filter);
    if (error == ERROR_NONE && filter == NULL) {
        error = ERROR_NO_MEMORY;
    }
    if (error == ERROR_NONE) {
        error = read_query(query, &read, ret_failure);
    }
    if (error == ERROR_NONE) {
        filter->deleted = request->deleted;
        error = ticket_filter_bind(filter, query, read.root, request->query, ret_failure);
    }
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct ticket));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    uint64_t cursor = request->cursor;
    if (!is_newest_first(&read)) {
        error = fill_sorted(filter, &read, &page, reply, ret_failure);
    } else if ((reply->more = fill_newest_first(filter, &page, &cursor))) {
        present_mark(&reply->present, LIST_REPLY_CURSOR);
        reply->cursor = cursor;
    }
    reply->tickets = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return error;
}
