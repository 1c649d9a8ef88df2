/* What somebody did last that can be taken back. */
#include "server/core/undo.h"
#include "server/queries.h"

/* How far back it is looked for. Headers of entries about many tickets are long. */
enum { HEADERS_MAX = 2000, SUBJECTS_MAX = 20000 };

static struct list numbers_of(struct rows *rows, const struct journal_header *header)
{
    struct list list = {.count = header->subject_count};
    struct bulk_ticket *tickets = arena_array(rows_arena(rows), list.count, sizeof *tickets);
    for (size_t i = 0; tickets != NULL && i < list.count; i++) {
        tickets[i] = (struct bulk_ticket){.number = header->subjects[i].ticket};
    }
    list.items = tickets;
    return list;
}

/* An act on what can't be seen any more could not be taken back, nor be told of. */
static bool sees_all(const struct query *query, const struct journal_header *header)
{
    for (size_t i = 0; i < header->subject_count; i++) {
        struct row_ticket row;
        if (!rows_get(query->rows, ROW_TICKET, header->subjects[i].ticket, 0, &row) ||
            !permission_sees(query->viewer, &row)) {
            return false;
        }
    }
    return true;
}

/* The journal's own time stands for now: undo itself will look at the clock. */
static bool find_last_act(const struct query *query, struct journal_header *ret_header)
{
    uint64_t sequence = rows_sequence(query->rows);
    uint64_t newest_ms = 0;
    size_t subjects = 0;
    for (size_t i = 0; i < HEADERS_MAX && subjects < SUBJECTS_MAX && sequence > 0; i++) {
        struct journal_header header;
        if (!rows_journal_header(query->rows, sequence--, &header)) {
            return false;
        }
        newest_ms = header.time_ms > newest_ms ? header.time_ms : newest_ms;
        if (header.time_ms + UNDO_LIFE_MS < newest_ms) {
            return false;
        }
        if (undo_is_own(query->viewer, &header) && sees_all(query, &header)) {
            *ret_header = header;
            return true;
        }
        subjects += header.subject_count;
    }
    return false;
}

enum error query_ticket_last_act(const struct query *query, void *ret_reply,
                                 struct failure *ret_failure)
{
    (void)ret_failure;
    struct ticket_last_act_reply *reply = ret_reply;
    struct journal_header header;
    enum error error = permission_check(query->method, query->viewer, RELATION_NONE);
    if (error != ERROR_NONE || !find_last_act(query, &header)) {
        return error;
    }
    reply->sequence = header.sequence;
    reply->time_ms = header.time_ms;
    reply->what = header.command;
    reply->tickets = numbers_of(query->rows, &header);
    present_mark(&reply->present, LAST_ACT_SEQUENCE);
    present_mark(&reply->present, LAST_ACT_TIME);
    present_mark(&reply->present, LAST_ACT_WHAT);
    return reply->tickets.items == NULL ? ERROR_NO_MEMORY : ERROR_NONE;
}
