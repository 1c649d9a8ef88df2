#include "server/queries_page.h"

#include "server/core/survivor.h"

enum error query_find_ticket(const struct query *query, uint64_t number, struct row_ticket *ret_row)
{
    struct row_ticket row = {0};
    bool there = survivor_find(query->rows, number, &row);
    enum relation relation = permission_relation(query->viewer, there ? &row : NULL);
    enum error error = permission_check(query->method, query->viewer, relation);
    if (error == ERROR_NONE) {
        *ret_row = row;
    }
    return error;
}

enum error query_find_account(const struct query *query, struct text name,
                              struct row_account *ret_row, struct failure *ret_failure)
{
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error == ERROR_NONE && !rows_find_account_by_name(query->rows, name, ret_row)) {
        ret_failure->field = text_of("name");
        ret_failure->message = text_of("There is no account with this name.");
        error = ERROR_NOT_FOUND;
    }
    return error;
}

enum error page_init(struct page *page, const struct query *query, uint64_t limit, size_t item_size)
{
    uint64_t count_max = limit != 0 ? limit : query->page_default;
    *page = (struct page){
        .item_size = item_size,
        .count_max = (size_t)(count_max < PAGE_MAX ? count_max : PAGE_MAX),
        .bytes_max = query->page_bytes,
        .rows_max = query->rows_max,
    };
    page->items = arena_array(rows_arena(query->rows), page->count_max, item_size);
    return page->items == NULL ? ERROR_NO_MEMORY : ERROR_NONE;
}

bool page_looks(struct page *page)
{
    if (page->looked_at >= page->rows_max) {
        return false;
    }
    page->looked_at++;
    return true;
}

void *page_place(struct page *page)
{
    return page->count < page->count_max ? (char *)page->items + page->count * page->item_size
                                         : NULL;
}

bool page_take(struct page *page, uint64_t bytes)
{
    if (page->count > 0 && page->bytes + bytes > page->bytes_max) {
        return false;
    }
    page->bytes += bytes;
    page->count++;
    return true;
}

struct list page_list(const struct page *page)
{
    return (struct list){.items = page->items, .count = page->count};
}

void page_add_unread(struct ticket *ticket, uint64_t unread)
{
    ticket->unread = unread;
    present_mark(&ticket->present, TICKET_UNREAD);
}
