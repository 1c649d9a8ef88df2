/* ttydesk api: what the desk says of its own methods. JSON, since programs read it. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

static enum verb_exit print_methods(const struct api_reply *reply)
{
    static const char *const headings[] = {"Method", "Kind", "Who may", "What it does"};
    struct output_table *table = output_table_create(stdout, headings, 4);
    for (size_t i = 0; i < reply->methods.count; i++) {
        const struct api_method *method = &((const struct api_method *)reply->methods.items)[i];
        output_table_cell(table, method->name);
        output_table_cell(table, method->kind);
        output_table_cell(table, method->role);
        output_table_cell(table, method->help);
    }
    output_table_end(table);
    return VERB_DONE;
}

static enum verb_exit api_run(struct verb_run *run)
{
    struct nothing request = {0};
    struct api_reply reply;
    if (!verb_call(run, METHOD_API, &request, &reply)) {
        return verb_fail(run);
    }
    if (!run->json) {
        return print_methods(&reply);
    }
    return output_json(stdout, methods[METHOD_API].reply, &reply) ? VERB_DONE : VERB_FAILED;
}

const struct verb verb_api = {
    .name = "api",
    .arguments = "",
    .help = "list the desk's methods; with --json all their fields",
    .anonymous = true,
    .options = options,
    .run = api_run,
};
