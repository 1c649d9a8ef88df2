/* ttydesk new: opens a ticket. */

#include "tui/verbs/verb.h"

static const struct verb_option options[] = {
    {"title", "TEXT", "what it is about, in one line"},
    {"kind", "KIND", "hardware or software"},
    {"status", "STATUS", "MINOR (taken when not given), MAJOR or CRITICAL"},
    {"for", "NAME", "whose problem it is, when not yours (staff)"},
    {"queue", "QUEUE", "the queue it goes into; the desk's usual one when not given"},
    {"body", "TEXT", "the problem"},
    {"body-file", "FILE", "read the problem from a file; \"-\" is standard input"},
    {0},
};

static enum verb_exit new_run(struct verb_run *run)
{
    struct ticket_create request = {0};
    struct ticket_changed reply;
    uint32_t kind = 0;
    uint32_t status = 0;
    request.title = text_of(verb_value(run, "title"));
    if (request.title.data == NULL) {
        return verb_refuse(run, "the title is missing; give it with --title");
    }
    if (verb_value(run, "kind") == NULL) {
        return verb_refuse(run, "the kind is missing; give --kind hardware or --kind software");
    }
    if (!verb_choice(run, "kind", &kind_choices, &kind)) {
        return VERB_FAILED;
    }
    request.kind = (enum kind)kind;
    if (verb_value(run, "status") != NULL) {
        if (!verb_choice(run, "status", &status_choices, &status)) {
            return VERB_FAILED;
        }
        request.status = (enum status)status;
        present_mark(&request.present, CREATE_STATUS);
    }
    request.requester = text_of(verb_value(run, "for"));
    if (request.requester.data != NULL) {
        present_mark(&request.present, CREATE_REQUESTER);
    }
    request.queue = text_of(verb_value(run, "queue"));
    if (request.queue.data != NULL) {
        present_mark(&request.present, CREATE_QUEUE);
    }
    if (!verb_body(run, true, &request.problem)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_CREATE, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "opened");
}

const struct verb verb_new = {
    .name = "new",
    .arguments = "",
    .help = "open a ticket",
    .options = options,
    .run = new_run,
};
