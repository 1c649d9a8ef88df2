#include "server/core/links.h"

#include "proto/require.h"
#include "server/core/survivor.h"

enum link_kind link_inverse(enum link_kind kind)
{
    static const enum link_kind inverses[LINK_KIND_COUNT] = {
        [LINK_PARENT] = LINK_CHILD,
        [LINK_CHILD] = LINK_PARENT,
        [LINK_DEPENDS] = LINK_BLOCKS,
        [LINK_BLOCKS] = LINK_DEPENDS,
        [LINK_RELATES] = LINK_RELATES,
        [LINK_DUPLICATE] = LINK_DUPLICATED_BY,
        [LINK_DUPLICATED_BY] = LINK_DUPLICATE,
    };
    require((unsigned)kind < LINK_KIND_COUNT);
    return inverses[kind];
}

const char *link_words(enum link_kind kind)
{
    static const char *const words[LINK_KIND_COUNT] = {
        [LINK_PARENT] = "parent of",
        [LINK_CHILD] = "child of",
        [LINK_DEPENDS] = "depends on",
        [LINK_BLOCKS] = "blocks",
        [LINK_RELATES] = "related to",
        [LINK_DUPLICATE] = "duplicate of",
        [LINK_DUPLICATED_BY] = "duplicated by",
    };
    require((unsigned)kind < LINK_KIND_COUNT);
    return words[kind];
}

struct link_walk links_walk(struct rows *rows, uint64_t ticket)
{
    return (struct link_walk){
        .rows = rows,
        .ticket = ticket,
        .member = ticket,
        .members = rows_range(INDEX_TICKETS_MERGED, ticket, 0, false),
        .others = rows_range(INDEX_LINKS_FROM, ticket, 0, false),
    };
}

/* The next id at the other end of one of the member's links; goes on to the next member. */
static bool next_other(struct link_walk *walk, uint64_t *ret_other)
{
    while (!rows_range_next(walk->rows, &walk->others, ret_other)) {
        if (walk->backwards && !rows_range_next(walk->rows, &walk->members, &walk->member)) {
            return false;
        }
        walk->backwards = !walk->backwards;
        walk->others =
            rows_range(walk->backwards ? INDEX_LINKS_TO : INDEX_LINKS_FROM, walk->member, 0, false);
    }
    return true;
}

bool links_next(struct link_walk *walk, struct link_end *ret_end)
{
    uint64_t other;

    while (next_other(walk, &other)) {
        uint64_t from = walk->backwards ? other : walk->member;
        uint64_t to = walk->backwards ? walk->member : other;
        struct link_end end = {.from = from, .to = to};
        struct row_link row;
        if (rows_get(walk->rows, ROW_LINK, from, to, &row) &&
            survivor_find(walk->rows, other, &end.other) && end.other.number != walk->ticket) {
            end.kind = walk->backwards ? link_inverse(row.kind) : row.kind;
            *ret_end = end;
            return true;
        }
    }
    return false;
}

bool links_find(struct rows *rows, uint64_t ticket, uint64_t other, struct link_end *ret_end)
{
    struct link_walk walk = links_walk(rows, ticket);
    struct link_end end;

    while (links_next(&walk, &end)) {
        if (end.other.number == other) {
            *ret_end = end;
            return true;
        }
    }
    return false;
}
