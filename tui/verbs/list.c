/* ttydesk list: the tickets one may see, newest first, all pages unless --limit says otherwise. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buffer.h"
#include "tui/output.h"
#include "tui/verbs/listing.h"

static const struct verb_option options[] = {
    {"status", "STATUS", "only MINOR, MAJOR, CRITICAL or RESOLVED"},
    {"kind", "KIND", "only hardware or software"},
    {"title", "TEXT", "only titles that contain this"},
    {"requester", "NAME", "only this person's tickets (staff)"},
    {"unread", NULL, "only tickets with messages that you have not read"},
    {"owner", "NAME", "only what this person owns; \"me\", or \"-\" for nobody"},
    {"queue", "QUEUE", "only tickets in this queue (staff)"},
    {"tag", "TAG", "only tickets with this tag (staff)"},
    {"deleted", NULL, "deleted tickets instead (admins; asks for the password)"},
    {"limit", "NUMBER", "at most so many"},
    {0},
};

static bool fill_filters(struct verb_run *run, struct ticket_list *request)
{
    uint32_t value = 0;
    if (verb_value(run, "status") != NULL) {
        if (!verb_choice(run, "status", &status_choices, &value)) {
            return false;
        }
        request->status = (enum status)value;
        present_mark(&request->present, TICKET_LIST_STATUS);
    }
    if (verb_value(run, "kind") != NULL) {
        if (!verb_choice(run, "kind", &kind_choices, &value)) {
            return false;
        }
        request->kind = (enum kind)value;
        present_mark(&request->present, TICKET_LIST_KIND);
    }
    request->title = text_of(verb_value(run, "title"));
    if (request->title.data != NULL) {
        present_mark(&request->present, TICKET_LIST_TITLE);
    }
    request->requester = text_of(verb_value(run, "requester"));
    if (request->requester.data != NULL) {
        present_mark(&request->present, TICKET_LIST_REQUESTER);
    }
    request->unread = verb_value(run, "unread") != NULL;
    if (request->unread) {
        present_mark(&request->present, TICKET_LIST_UNREAD);
    }
    request->owner = text_of(verb_value(run, "owner"));
    if (request->owner.data != NULL) {
        present_mark(&request->present, TICKET_LIST_OWNER);
    }
    request->queue = text_of(verb_value(run, "queue"));
    if (request->queue.data != NULL) {
        present_mark(&request->present, TICKET_LIST_QUEUE);
    }
    request->tag = text_of(verb_value(run, "tag"));
    if (request->tag.data != NULL) {
        present_mark(&request->present, TICKET_LIST_TAG);
    }
    request->deleted = verb_value(run, "deleted") != NULL;
    if (request->deleted) {
        present_mark(&request->present, TICKET_LIST_DELETED);
    }
    return true;
}

static bool read_limit(const struct verb_run *run, uint64_t *ret_limit)
{
    const char *text = verb_value(run, "limit");
    *ret_limit = UINT64_MAX;
    if (text == NULL) {
        return true;
    }
    char *end = NULL;
    errno = 0;
    *ret_limit = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || *ret_limit == 0) {
        verb_refuse(run, "--limit \"%s\" is not a number from 1 on", text);
        return false;
    }
    return true;
}

static void add_row(struct output_table *table, const struct ticket *ticket)
{
    char number[24];
    char updated[OUTPUT_TIME_SIZE];
    bool owned = present_has(ticket->present, TICKET_OWNER);
    snprintf(number, sizeof number, "%" PRIu64, ticket->number);
    output_time(ticket->updated_ms, updated);
    output_table_cell(table, text_of(number));
    output_table_cell(table, text_of(choices_name(&status_choices, ticket->status)));
    output_table_cell(table, text_of(choices_name(&kind_choices, ticket->kind)));
    output_table_cell(table, text_of(updated));
    output_table_cell(table, ticket->requester);
    output_table_cell(table, owned ? ticket->owner : text_of("-"));
    output_table_cell(table, ticket->title);
}

/* Prints one page; the arena may be reset after it. */
static bool print_page(const struct verb_run *run, struct output_table *table,
                       const struct list *tickets, uint64_t *printed, uint64_t limit)
{
    for (size_t i = 0; i < tickets->count && *printed < limit; i++) {
        const struct ticket *ticket = &((const struct ticket *)tickets->items)[i];
        if (!run->json) {
            add_row(table, ticket);
        } else if (!output_json_item(stdout, &ticket_table, ticket, *printed == 0)) {
            return false;
        }
        (*printed)++;
    }
    return true;
}

static enum verb_exit print_all(struct verb_run *run, struct listing *listing,
                                struct output_table *table, uint64_t limit)
{
    struct ticket_list_reply page;
    uint64_t printed = 0;
    while (printed < limit && !ferror(stdout) && listing_next(run, listing, &page)) {
        if (!print_page(run, table, &page.tickets, &printed, limit)) {
            return verb_refuse(run, "out of memory");
        }
        arena_reset(&run->arena); /* a page is printed; a long list needs no more memory */
    }
    return run->error != ERROR_NONE ? verb_fail(run) : VERB_DONE;
}

static enum verb_exit print_list(struct verb_run *run, struct listing *listing, uint64_t limit)
{
    static const char *const headings[] = {"No",        "Status", "Kind", "Updated",
                                           "Requester", "Owner",  "Title"};
    struct output_table *table =
        run->json ? NULL
                  : output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
    if (run->json) {
        output_json_open(stdout);
    }
    enum verb_exit result = print_all(run, listing, table, limit);
    if (run->json) {
        output_json_close(stdout);
    }
    output_table_end(table);
    return result;
}

/* The words of the command line are one query. */
static void join_words(const struct verb_run *run, struct buffer *query)
{
    for (size_t i = 0; run->arguments[i] != NULL; i++) {
        buffer_append(query, " ", i > 0 ? 1 : 0);
        buffer_append(query, run->arguments[i], strlen(run->arguments[i]));
    }
}

static enum verb_exit list_run(struct verb_run *run)
{
    struct listing listing = {.begun = false};
    struct buffer query = {0};
    uint64_t limit = 0;
    enum verb_exit result = VERB_FAILED;
    join_words(run, &query);
    listing_query(&listing, (struct text){(const char *)query.data, query.length});
    if (query.failed) {
        result = verb_refuse(run, "out of memory");
    } else if (fill_filters(run, &listing.request) && read_limit(run, &limit)) {
        result = listing.request.deleted ? verb_elevate(run) : VERB_DONE;
    }
    if (result == VERB_DONE) {
        result = print_list(run, &listing, limit);
    }
    buffer_finish(&query);
    return result;
}

const struct verb verb_list = {
    .name = "list",
    .arguments = "[QUERY...]",
    .help = "list tickets, newest first; such as: is:open owner:me status:major,critical printer",
    .arguments_max = VERB_ARGUMENTS_MAX,
    .options = options,
    .run = list_run,
};
