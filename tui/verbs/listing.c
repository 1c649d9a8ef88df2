#include "tui/verbs/listing.h"

#include <string.h>

void listing_query(struct listing *listing, struct text query)
{
    if (query.length == 0) {
        return;
    }
    when_zone(when_now_ms(), listing->zone);
    listing->request.query = query;
    listing->request.zone = text_of(listing->zone);
    present_mark(&listing->request.present, TICKET_LIST_QUERY);
    present_mark(&listing->request.present, TICKET_LIST_ZONE);
}

/* The next request begins where this page ended; its place is copied, for the arena is given back
 * with each page. */
static void go_on(struct listing *listing, const struct ticket_list_reply *page)
{
    struct ticket_list *request = &listing->request;
    listing->more = page->more;
    if (page->place.length == 0) {
        request->cursor = page->cursor;
        present_mark(&request->present, TICKET_LIST_CURSOR);
        return;
    }
    memcpy(listing->place, page->place.data, page->place.length);
    request->place = (struct bytes){listing->place, page->place.length};
    present_mark(&request->present, TICKET_LIST_PLACE);
}

bool listing_next(struct verb_run *run, struct listing *listing, struct ticket_list_reply *ret_page)
{
    run->error = ERROR_NONE;
    if (listing->begun && !listing->more) {
        return false;
    }
    listing->begun = true;
    listing->request.limit = PAGE_MAX;
    present_mark(&listing->request.present, TICKET_LIST_LIMIT);
    if (!verb_call(run, METHOD_TICKET_LIST, &listing->request, ret_page)) {
        return false;
    }
    go_on(listing, ret_page);
    return true;
}
