/* ttydesk link, unlink and links: what tickets are to each other. */
#include <inttypes.h>
#include <stdio.h>
#include <strings.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

/* The kind in argument `index`, in any letter case. False after complaining. */
static bool read_kind(const struct verb_run *run, size_t index, enum link_kind *ret_kind)
{
    for (unsigned kind = 0; kind < LINK_KIND_COUNT; kind++) {
        if (strcasecmp(link_kind_choices.names[kind], run->arguments[index]) == 0) {
            *ret_kind = (enum link_kind)kind;
            return true;
        }
    }
    verb_refuse(run,
                "\"%s\" is no kind of link; it is parent, child, depends, blocks, relates, "
                "duplicate or duplicated_by",
                run->arguments[index]);
    return false;
}

static enum verb_exit link_run(struct verb_run *run)
{
    struct ticket_link request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !read_kind(run, 1, &request.kind) ||
        !verb_number(run, 2, &request.to)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_LINK, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "linked");
}

static enum verb_exit unlink_run(struct verb_run *run)
{
    struct ticket_unlink request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !verb_number(run, 1, &request.to)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_UNLINK, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "unlinked");
}

static void add_row(struct output_table *table, const struct linked_ticket *link)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRIu64, link->number);
    output_table_cell(table, text_of(choices_name(&link_kind_choices, link->kind)));
    output_table_cell(table, text_of(number));
    output_table_cell(table, text_of(choices_name(&status_choices, link->status)));
    output_table_cell(table, link->title);
}

static enum verb_exit links_run(struct verb_run *run)
{
    static const char *const headings[] = {"It is", "No", "Status", "Title"};
    struct ticket_links request = {0};
    struct ticket_links_reply reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_LINKS, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_TICKET_LINKS].reply, &reply) ? VERB_DONE
                                                                               : VERB_FAILED;
    }
    struct output_table *table =
        output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < reply.links.count; i++) {
        add_row(table, &((const struct linked_ticket *)reply.links.items)[i]);
    }
    output_table_end(table);
    return VERB_DONE;
}

const struct verb verb_link = {
    .name = "link",
    .arguments = "NUMBER KIND OTHER",
    .help = "say that a ticket is parent of another, depends on it, ... (staff)",
    .arguments_min = 3,
    .arguments_max = 3,
    .options = options,
    .run = link_run,
};

const struct verb verb_unlink = {
    .name = "unlink",
    .arguments = "NUMBER OTHER",
    .help = "take the link between two tickets away (staff)",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = options,
    .run = unlink_run,
};

const struct verb verb_links = {
    .name = "links",
    .arguments = "NUMBER",
    .help = "list the tickets that a ticket is linked to",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = links_run,
};
