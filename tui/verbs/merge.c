/* ttydesk merge NUMBER --into OTHER and ttydesk unmerge NUMBER. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option merge_options[] = {
    {"into", "NUMBER", "the ticket that survives"},
    {0},
};
static const struct verb_option unmerge_options[] = {{0}};

/* The version that it has now: who types the numbers has looked at the tickets. */
static bool find_version(struct verb_run *run, uint64_t number, uint64_t *ret_version)
{
    struct ticket_get get = {.number = number};
    struct ticket_reply_full found;
    if (!verb_call(run, METHOD_TICKET_GET, &get, &found)) {
        return false;
    }
    *ret_version = found.ticket.version;
    return true;
}

static enum verb_exit merge_run(struct verb_run *run)
{
    struct ticket_merge request = {0};
    struct ticket_changed reply;
    const char *into = verb_value(run, "into");
    if (into == NULL) {
        return verb_refuse(run, "--into is missing: which ticket is to survive?");
    }
    run->arguments[1] = into;
    if (!verb_number(run, 0, &request.number) || !verb_number(run, 1, &request.into)) {
        return VERB_FAILED;
    }
    if (!find_version(run, request.number, &request.version) ||
        !verb_call(run, METHOD_TICKET_MERGE, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return verb_tell_changed(run, &reply, "");
    }
    printf("#%" PRIu64 " merged into #%" PRIu64 "\n", request.number, reply.number);
    return VERB_DONE;
}

static enum verb_exit unmerge_run(struct verb_run *run)
{
    struct ticket_act request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_UNMERGE, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "stands by itself again");
}

const struct verb verb_merge = {
    .name = "merge",
    .arguments = "NUMBER",
    .help = "move all that is on a ticket to another one (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = merge_options,
    .run = merge_run,
};

const struct verb verb_unmerge = {
    .name = "unmerge",
    .arguments = "NUMBER",
    .help = "give a merged ticket back what it brought (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = unmerge_options,
    .run = unmerge_run,
};
