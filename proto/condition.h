/* The language in which people say which tickets they mean: one grammar for lists, verbs and acts
 * on many. The manual's words for it:
 *
 *   status:major owner:me printer        all of them
 *   status:major,critical                any of these; so is  status:major status:critical
 *   -queue:field  (is:open or no:owner)  not; either
 *   created:-7d  updated:monday  created:2026-11-01..2026-11-20  updated:<-30d
 *   "to be found as it stands"  #12  sort:updated  sort:-created
 *
 * Reading it needs no desk: who "me" is, and whether there is such a queue, is for whoever asks
 * the rows. */
#ifndef TTYDESK_PROTO_CONDITION_H
#define TTYDESK_PROTO_CONDITION_H

#include "proto/arena.h"
#include "proto/messages.h"

enum {
    CONDITION_NODES_MAX = 64,
    CONDITION_DEPTH_MAX = 8,
    CONDITION_SORTS_MAX = 3,
};

/* What a term is about. */
enum about {
    ABOUT_NOTHING, /* of conditions that are no term */
    ABOUT_WORDS,   /* `text` is found in the ticket */
    ABOUT_TITLE,   /* `text` is found in the title */
    ABOUT_NUMBER,  /* `from` to before `to` */
    ABOUT_STATE,   /* `choice`: enum state */
    ABOUT_STATUS,  /* `choice`: enum status */
    ABOUT_SEVERITY,
    ABOUT_KIND,
    ABOUT_FLAG,    /* `choice`: enum condition_flag */
    ABOUT_MISSING, /* `choice`: enum condition_missing */
    ABOUT_OWNER,   /* `text`: user name, or "me" */
    ABOUT_REQUESTER,
    ABOUT_QUEUE,
    ABOUT_TAG,
    ABOUT_CREATED, /* `from` to before `to`, milliseconds */
    ABOUT_UPDATED,
    ABOUT_SORT, /* while reading only */
    ABOUT_COUNT
};

enum condition_flag { FLAG_UNREAD, FLAG_WATCHED };
enum condition_missing { MISSING_OWNER, MISSING_TAG };

enum condition_kind {
    CONDITION_ALL,  /* every one of its parts; without parts: every ticket */
    CONDITION_ANY,  /* one of its parts at least */
    CONDITION_NOT,  /* not its only part */
    CONDITION_TERM, /* as `about` says */
};

struct condition {
    enum condition_kind kind;
    enum about about; /* of a term, and of an ANY whose parts are all terms about the same */
    struct text text; /* borrowed from the text that was read, or in the arena */
    uint32_t choice;
    uint64_t from;
    uint64_t to;
    bool lone;       /* the only word that was typed: may be anything people look for */
    size_t position; /* where it was written: bytes from the beginning; SIZE_MAX: nowhere */
    size_t length;
    uint64_t id;          /* for whoever looks names up; 0 when read */
    const void *prepared; /* likewise */
    struct condition *first;
    struct condition *next; /* of the same parent */
};

enum sort_key { SORT_CREATED, SORT_UPDATED, SORT_SEVERITY };

struct sort {
    enum sort_key key;
    bool reversed; /* oldest, or least severe, first */
};

struct ticket_query {
    struct condition *root; /* CONDITION_ALL */
    struct sort sorts[CONDITION_SORTS_MAX];
    size_t sort_count; /* 0: newest first */
};

/* The clock of who asks. */
struct condition_clock {
    uint64_t now_ms;
    int offset_minutes; /* of their zone from UTC, east is positive; -1080 to 1080 */
};

/* What is wrong with a query, in words: "there is no field ...". */
struct query_fault {
    size_t position; /* bytes from the beginning */
    size_t length;
    char words[240];
};

/* Reads `text`, which passed text_check; it has to live as long as the result. Everything made is
 * in the arena. False with `ret_fault` when it is no query, or the arena is full. */
bool ticket_query_read(struct arena *arena, struct text text, const struct condition_clock *clock,
                       struct ticket_query *ret_query, struct query_fault *ret_fault);

/* A condition in the arena, before it stands anywhere; NULL when the arena is full. */
struct condition *condition_make(struct arena *arena, enum condition_kind kind, enum about about);

/* Puts a part behind the others of its parent. */
void condition_add(struct condition *parent, struct condition *part);

/* The fault's place as people count: in characters from 1. */
size_t query_fault_column(const struct query_fault *fault, struct text query);

/* "+02:00" as minutes; false when it is none. */
bool condition_zone_read(struct text text, int *ret_offset_minutes);

#endif
