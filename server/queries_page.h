/* For the queries_*.c files: filling a page of rows within its limits. */
#ifndef TTYDESK_SERVER_QUERIES_PAGE_H
#define TTYDESK_SERVER_QUERIES_PAGE_H

#include "server/queries.h"

struct page {
    void *items; /* of the list's record, page_max of them */
    size_t item_size;
    size_t count;
    size_t count_max;
    uint64_t bytes;
    uint64_t bytes_max;
    uint64_t looked_at;
    uint64_t rows_max;
};

/* The ticket that answers for the number, if the method may be used on it. */
enum error query_find_ticket(const struct query *query, uint64_t number,
                             struct row_ticket *ret_row);

/* The account of this name, for methods that admins use on others: whether they may is asked
 * first. ERROR_NOT_FOUND naming `name`, or the refusal. The row's texts are the rows'. */
enum error query_find_account(const struct query *query, struct text name,
                              struct row_account *ret_row, struct failure *ret_failure);

/* `limit` 0: the default. ERROR_NO_MEMORY. */
enum error page_init(struct page *page, const struct query *query, uint64_t limit,
                     size_t item_size);

/* One more row may be looked at. */
bool page_looks(struct page *page);

/* The place of the next item, not counted yet; NULL when the page is full. */
void *page_place(struct page *page);

/* Counts the item at page_place, about `bytes` long on the wire. False when it does not fit: then
 * it is for the next page. The first item always fits. */
bool page_take(struct page *page, uint64_t bytes);

struct list page_list(const struct page *page);

void page_add_unread(struct ticket *ticket, uint64_t unread);

#endif
