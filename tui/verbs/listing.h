/* The tickets of a query, page after page: for the list itself, and for acts on what it finds. */
#ifndef TTYDESK_TUI_VERBS_LISTING_H
#define TTYDESK_TUI_VERBS_LISTING_H

#include "tui/verbs/verb.h"
#include "tui/when.h"

struct listing {
    struct ticket_list request; /* the filters; limit, cursor and place are the listing's */
    uint8_t place[LIST_PLACE_MAX];
    char zone[WHEN_SIZE];
    bool begun;
    bool more;
};

/* Only what this query means (proto/condition.h); borrowed. No text: everything. */
void listing_query(struct listing *listing, struct text query);

/* The next page, in the run's arena. False at the end, and with run->error set when the desk
 * refused. */
bool listing_next(struct verb_run *run, struct listing *listing,
                  struct ticket_list_reply *ret_page);

#endif
