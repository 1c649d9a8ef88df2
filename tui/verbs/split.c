/* ttydesk split NUMBER MESSAGE --title TEXT: a message becomes a ticket of its own. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/verbs/verb.h"

static const struct verb_option options[] = {
    {"title", "TEXT", "title of the new ticket"},
    {0},
};

static enum verb_exit split_run(struct verb_run *run)
{
    struct ticket_split request = {.title = text_of(verb_value(run, "title"))};
    struct ticket_changed reply;
    if (request.title.data == NULL) {
        return verb_refuse(run, "--title is missing");
    }
    if (!verb_number(run, 0, &request.number) || !verb_number(run, 1, &request.message)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_SPLIT, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "opened");
}

const struct verb verb_split = {
    .name = "split",
    .arguments = "NUMBER MESSAGE",
    .help = "make a ticket of a message; its number is \"sequence\" in show --json (staff)",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = options,
    .run = split_run,
};
