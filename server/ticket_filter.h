/* Which tickets a list is of: conditions bound to the rows of the desk, and asked ticket by ticket.
 * Whether the asker may see a ticket is asked here too. */
#ifndef TTYDESK_SERVER_TICKET_FILTER_H
#define TTYDESK_SERVER_TICKET_FILTER_H

#include "proto/condition.h"
#include "server/folded_text.h"
#include "server/queries.h"

struct ticket_filter {
    const struct query *query;
    struct condition *root; /* CONDITION_ALL */
    bool deleted;           /* deleted tickets instead of the others */

    /* Of the ticket that is asked about */
    struct folded_text title;
    bool title_is_folded;
    bool unread_is_known;
    uint64_t unread;
    uint64_t looked_at; /* is added to: what counting messages took */
};

/* Looks up the names in `root` and checks who may use which condition. Conditions that stand
 * nowhere in the query's text are faults of the field of their name, others of "query".
 * ERROR_FORBIDDEN, ERROR_NOT_FOUND, ERROR_INVALID_FIELD, ERROR_ELEVATION_REQUIRED, ERROR_NO_MEMORY.
 */
enum error ticket_filter_bind(struct ticket_filter *filter, const struct query *query,
                              struct condition *root, struct text text,
                              struct failure *ret_failure);

/* Whether the ticket belongs to the list. */
bool ticket_filter_matches(struct ticket_filter *filter, const struct row_ticket *row);

/* The unread messages of the ticket that was asked about last. */
uint64_t ticket_filter_unread(struct ticket_filter *filter, const struct row_ticket *row);

/* The top part of the filter that is one of several about the same, if there is one. */
const struct condition *ticket_filter_about(const struct ticket_filter *filter, enum about about);

/* A fault in words, with its column. ERROR_INVALID_FIELD. */
enum error ticket_filter_refuse(const struct query *query, const struct query_fault *fault,
                                struct text text, struct failure *ret_failure);

#endif
