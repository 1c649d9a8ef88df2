/* What a message said before it was corrected or retracted: from the journal, for the staff. */
#include <stdlib.h>
#include <string.h>

#include "server/core/view.h"
#include "server/queries_page.h"

/* Bytes of a version on the wire beside its text. */
enum { VERSION_BYTES = 64, TICKETS_MAX = 16, VERSIONS_MAX = 512 };

struct version {
    uint64_t sequence; /* of the entry that brought it */
    uint64_t time_ms;
    struct text_part text;
};

/* Versions of a message, and the tickets it has been on: merging moves it. */
struct lineage {
    uint64_t message;
    uint64_t tickets[TICKETS_MAX];
    size_t ticket_count;
    struct version *versions; /* VERSIONS_MAX of them */
    size_t version_count;
};

static void add_ticket(struct lineage *lineage, uint64_t ticket)
{
    size_t i = 0;

    while (i < lineage->ticket_count && lineage->tickets[i] != ticket) {
        i++;
    }
    if (i == lineage->ticket_count && i < TICKETS_MAX) {
        lineage->tickets[lineage->ticket_count++] = ticket;
    }
}

static void add_version(struct lineage *lineage, const struct journal_header *header,
                        const struct text_part *text)
{
    for (size_t i = 0; i < lineage->version_count; i++) {
        const struct text_part *known = &lineage->versions[i].text;
        if (known->sequence == text->sequence && known->part == text->part) {
            return;
        }
    }
    if (lineage->version_count < VERSIONS_MAX) {
        lineage->versions[lineage->version_count++] = (struct version){
            .sequence = header->sequence, .time_ms = header->time_ms, .text = *text};
    }
}

static void read_entry(struct lineage *lineage, const struct journal_entry *entry)
{
    for (size_t i = 0; i < entry->effect_count; i++) {
        const struct effect *effect = &entry->effects[i];
        if (effect->row != ROW_MESSAGE || effect->b != lineage->message) {
            continue;
        }
        add_ticket(lineage, effect->a);
        if (effect->kind == EFFECT_SET && effect->new_value.type == VALUE_PART) {
            add_version(lineage, &entry->header, &effect->new_value.part);
        }
    }
}

static void read_histories(const struct query *query, struct page *page, struct lineage *lineage)
{
    for (size_t i = 0; i < lineage->ticket_count; i++) {
        struct row_range range =
            rows_range(INDEX_HISTORY, lineage->tickets[i], lineage->message, false);
        uint64_t sequence;
        while (page_looks(page) && rows_range_next(query->rows, &range, &sequence)) {
            struct journal_entry entry;
            if (rows_journal(query->rows, sequence, &entry)) {
                read_entry(lineage, &entry);
            }
        }
    }
}

static int compare_versions(const void *a, const void *b)
{
    const struct version *one = a;
    const struct version *other = b;
    return one->sequence < other->sequence ? -1 : one->sequence > other->sequence;
}

static void fill_page(const struct query *query, uint64_t after, const struct lineage *lineage,
                      struct page *page, struct message_versions_reply *reply)
{
    for (size_t i = 0; i < lineage->version_count && !reply->more; i++) {
        const struct version *version = &lineage->versions[i];
        struct text text = rows_part(query->rows, &version->text);
        struct message_version *place = page_place(page);
        if (version->sequence <= after || text.data == NULL) {
            continue;
        }
        reply->more = place == NULL || !page_take(page, VERSION_BYTES + text.length);
        if (!reply->more) {
            *place = (struct message_version){
                .sequence = version->sequence, .time_ms = version->time_ms, .text = text};
        }
    }
}

enum error query_message_versions(const struct query *query, void *ret_reply,
                                  struct failure *ret_failure)
{
    const struct message_versions *request = query->request;
    struct message_versions_reply *reply = ret_reply;
    struct row_ticket ticket;
    struct row_message message;
    struct page page;
    enum error error = query_find_ticket(query, request->number, &ticket);
    if (error == ERROR_NONE && !permission_sees_notes(query->viewer, ticket.queue)) {
        error = ERROR_FORBIDDEN;
    }
    if (error == ERROR_NONE &&
        !rows_get(query->rows, ROW_MESSAGE, ticket.number, request->message, &message)) {
        ret_failure->field = text_of("message");
        error = ERROR_NOT_FOUND;
    }
    if (error == ERROR_NONE) {
        error = page_init(&page, query, request->limit, sizeof(struct message_version));
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct lineage lineage = {.message = message.sequence};
    lineage.versions = arena_array(rows_arena(query->rows), VERSIONS_MAX, sizeof *lineage.versions);
    if (lineage.versions == NULL) {
        return ERROR_NO_MEMORY;
    }
    add_ticket(&lineage, message.origin);
    add_ticket(&lineage, ticket.number);
    read_histories(query, &page, &lineage);
    qsort(lineage.versions, lineage.version_count, sizeof *lineage.versions, compare_versions);
    fill_page(query, request->after, &lineage, &page, reply);
    reply->versions = page_list(&page);
    reply->sequence = rows_sequence(query->rows);
    return ERROR_NONE;
}
