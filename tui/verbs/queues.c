/* ttydesk queues: the queues one works in or may file tickets into. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

static struct text or_dash(struct text text)
{
    return text.length > 0 ? text : text_of("-");
}

static const char *what_it_takes(const struct queue *queue)
{
    if (queue->closed) {
        return "closed";
    }
    return queue->takes ? "yes" : "no";
}

static void print_table(const struct list *queues)
{
    static const char *const headings[] = {"Queue", "Rights", "Takes", "Description"};
    struct output_table *table =
        output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
    for (size_t i = 0; i < queues->count; i++) {
        const struct queue *queue = &((const struct queue *)queues->items)[i];
        output_table_cell(table, queue->name);
        output_table_cell(table, or_dash(queue->rights));
        output_table_cell(table, text_of(what_it_takes(queue)));
        output_table_cell(table, queue->description);
    }
    output_table_end(table);
}

static bool print_json(const struct list *queues)
{
    bool printed = true;
    output_json_open(stdout);
    for (size_t i = 0; i < queues->count && printed; i++) {
        printed = output_json_item(stdout, &queue_table, &((const struct queue *)queues->items)[i],
                                   i == 0);
    }
    output_json_close(stdout);
    return printed;
}

static enum verb_exit queues_run(struct verb_run *run)
{
    struct nothing request = {0};
    struct queue_list_reply reply;
    if (!verb_call(run, METHOD_QUEUE_LIST, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return print_json(&reply.queues) ? VERB_DONE : verb_refuse(run, "out of memory");
    }
    print_table(&reply.queues);
    return VERB_DONE;
}

const struct verb verb_queues = {
    .name = "queues",
    .arguments = "",
    .help = "list the queues you may use",
    .options = options,
    .run = queues_run,
};
