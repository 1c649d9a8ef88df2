/* ttydesk reply NUMBER and ttydesk note NUMBER: a message on a ticket. */

#include "tui/verbs/verb.h"

static const struct verb_option options[] = {
    {"body", "TEXT", "what to say"},
    {"body-file", "FILE", "read it from a file; \"-\" is standard input"},
    {0},
};

static enum verb_exit say(struct verb_run *run, enum method method, const char *done)
{
    struct ticket_say request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !verb_body(run, true, &request.text)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit reply_run(struct verb_run *run)
{
    return say(run, METHOD_TICKET_REPLY, "replied to");
}

static enum verb_exit note_run(struct verb_run *run)
{
    return say(run, METHOD_TICKET_NOTE, "has a new staff note");
}

const struct verb verb_reply = {
    .name = "reply",
    .arguments = "NUMBER",
    .help = "write a reply that the requester sees",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = reply_run,
};

const struct verb verb_note = {
    .name = "note",
    .arguments = "NUMBER",
    .help = "write a private note (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = note_run,
};
