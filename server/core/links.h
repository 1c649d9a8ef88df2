/* What a ticket is to others, as it stands now: its own links and those of the tickets that were
 * merged into it, each leading to the ticket that answers for the number at its other end. The rows
 * themselves stay as they were made, so that a merge can be taken back. */
#ifndef TTYDESK_CORE_LINKS_H
#define TTYDESK_CORE_LINKS_H

#include "server/store/rows.h"

/* One end of a link, seen from the other. */
struct link_end {
    struct row_ticket other; /* deleted and purged ones too */
    enum link_kind kind;     /* what the ticket that was asked about is to it */
    uint64_t from;           /* key of the row */
    uint64_t to;
};

struct link_walk {
    struct rows *rows;
    uint64_t ticket;
    uint64_t member; /* the ticket itself, then those merged into it */
    struct row_range members;
    struct row_range others;
    bool backwards; /* over the links that lead here */
};

/* Of a ticket that is not merged itself. Two tickets can have several rows between them once some
 * were merged: then the other comes several times. */
struct link_walk links_walk(struct rows *rows, uint64_t ticket);
bool links_next(struct link_walk *walk, struct link_end *ret_end);

/* The first link between the two; false when there is none. */
bool links_find(struct rows *rows, uint64_t ticket, uint64_t other, struct link_end *ret_end);

/* The same link seen from its other end. */
enum link_kind link_inverse(enum link_kind kind);

/* In words, to go before a number: "parent of". */
const char *link_words(enum link_kind kind);

#endif
