/* ttydesk move NUMBER QUEUE: moves a ticket into another queue. */
#include <stdio.h>

#include "tui/verbs/many.h"

static const struct verb_option options[] = {
    {"from", "QUEUE", "refuse when the ticket is no longer in this queue"},
    MANY_OPTION,
    {0},
};

static enum verb_exit move_many(struct verb_run *run)
{
    char after[QUEUE_NAME_MAX + 16];
    struct ticket_bulk request = {.act = BULK_MOVE, .queue = text_of(run->arguments[1])};
    present_mark(&request.present, BULK_FIELD_QUEUE);
    if (verb_value(run, "from") != NULL) {
        return verb_refuse(run, "--from is for one ticket");
    }
    snprintf(after, sizeof after, " to %.*s", QUEUE_NAME_MAX, run->arguments[1]);
    return many_act(run, &request, "Move", after);
}

static enum verb_exit move_run(struct verb_run *run)
{
    if (many_named(run)) {
        return move_many(run);
    }
    struct ticket_move request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    request.queue = text_of(run->arguments[1]);
    request.from = text_of(verb_value(run, "from"));
    if (request.from.data != NULL) {
        present_mark(&request.present, MOVE_FROM);
    }
    if (!verb_call(run, METHOD_TICKET_MOVE, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "moved");
}

const struct verb verb_move = {
    .name = "move",
    .arguments = "NUMBERS QUEUE",
    .help = "move tickets into another queue (staff)",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = options,
    .run = move_run,
};
