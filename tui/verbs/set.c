/* ttydesk set NUMBERS: changes a ticket, or status or kind of many. Without --version it takes the
 * one it finds. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/output.h"
#include "tui/verbs/many.h"

static const struct verb_option options[] = {
    {"status", "STATUS", "MINOR, MAJOR, CRITICAL or RESOLVED"},
    {"title", "TEXT", "another title"},
    {"kind", "KIND", "hardware or software"},
    {"body", "TEXT", "another problem text"},
    {"body-file", "FILE", "read the problem text from a file; \"-\" is standard input"},
    {"even-with-open-children", NULL, "resolve it although tickets below it are not resolved"},
    {"version", "NUMBER", "refuse when the ticket is no longer at this version"},
    MANY_OPTION,
    {0},
};

static bool fill_changes(struct verb_run *run, struct ticket_update *request)
{
    uint32_t value = 0;
    if (verb_value(run, "status") != NULL) {
        if (!verb_choice(run, "status", &status_choices, &value)) {
            return false;
        }
        request->status = (enum status)value;
        present_mark(&request->present, UPDATE_STATUS);
    }
    if (verb_value(run, "kind") != NULL) {
        if (!verb_choice(run, "kind", &kind_choices, &value)) {
            return false;
        }
        request->kind = (enum kind)value;
        present_mark(&request->present, UPDATE_KIND);
    }
    request->title = text_of(verb_value(run, "title"));
    if (request->title.data != NULL) {
        present_mark(&request->present, UPDATE_TITLE);
    }
    if (!verb_body(run, false, &request->problem)) {
        return false;
    }
    if (request->problem.data != NULL) {
        present_mark(&request->present, UPDATE_PROBLEM);
    }
    if (request->present == 0) {
        verb_refuse(run, "nothing to change; give --status, --title, --kind or --body");
        return false;
    }
    request->even_with_open_children = verb_value(run, "even-with-open-children") != NULL;
    if (request->even_with_open_children) {
        present_mark(&request->present, UPDATE_EVEN_WITH_OPEN_CHILDREN);
    }
    return true;
}

/* Of many, one of status and kind. */
static enum verb_exit set_many(struct verb_run *run, const struct ticket_update *changes)
{
    char after[32];
    struct ticket_bulk request = {.act = BULK_STATUS, .status = changes->status};
    bool has_status = present_has(changes->present, UPDATE_STATUS);
    uint64_t other = 0;
    present_mark(&other, has_status ? UPDATE_STATUS : UPDATE_KIND);
    if (changes->present != other || verb_value(run, "version") != NULL) {
        return verb_refuse(run, "of several tickets give either --status or --kind alone");
    }
    const char *value = choices_name(&status_choices, changes->status);
    if (!has_status) {
        request = (struct ticket_bulk){.act = BULK_KIND, .kind = changes->kind};
        value = choices_name(&kind_choices, changes->kind);
    }
    present_mark(&request.present, has_status ? BULK_FIELD_STATUS : BULK_FIELD_KIND);
    snprintf(after, sizeof after, " %s", value);
    return many_act(run, &request, "Set", after);
}

static enum verb_exit set_run(struct verb_run *run)
{
    struct ticket_update request = {0};
    struct ticket_changed reply;
    if (many_named(run)) {
        return fill_changes(run, &request) ? set_many(run, &request) : VERB_FAILED;
    }
    if (!verb_number(run, 0, &request.number) || !fill_changes(run, &request)) {
        return VERB_FAILED;
    }
    enum verb_exit found = verb_version(run, request.number, &request.version);
    if (found != VERB_DONE) {
        return found;
    }
    if (!verb_call(run, METHOD_TICKET_UPDATE, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_TICKET_UPDATE].reply, &reply) ? VERB_DONE
                                                                                : VERB_FAILED;
    }
    printf("#%" PRIu64 " changed, now version %" PRIu64 "\n", reply.number, reply.version);
    return VERB_DONE;
}

const struct verb verb_set = {
    .name = "set",
    .arguments = "NUMBERS",
    .help = "change a ticket's status, title, kind or problem, or the status or kind of many",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = set_run,
};
