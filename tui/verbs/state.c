/* ttydesk pend, resolve, open and reopen: where the work on a ticket stands, or on many. Without
 * --version they take the one they find. */
#include "tui/verbs/many.h"

static const struct verb_option pend_options[] = {
    {"until", "WHEN", "when it opens by itself: 2h, 3d, tomorrow, monday 14:00, 2026-12-03"},
    {"version", "NUMBER", "refuse when the ticket is no longer at this version"},
    MANY_OPTION,
    {0},
};

static const struct verb_option resolve_options[] = {
    {"even-with-open-children", NULL, "although tickets below it are not resolved"},
    {"version", "NUMBER", "refuse when the ticket is no longer at this version"},
    MANY_OPTION,
    {0},
};

static const struct verb_option open_options[] = {
    {"version", "NUMBER", "refuse when the ticket is no longer at this version"},
    MANY_OPTION,
    {0},
};

/* Of several tickets each is taken as it is found. */
static enum verb_exit act_on_many(struct verb_run *run, struct ticket_bulk *request,
                                  const char *before, const char *after)
{
    if (verb_value(run, "version") != NULL) {
        return verb_refuse(run, "--version is for one ticket, not for a list");
    }
    return many_act(run, request, before, after);
}

static enum verb_exit pend_many(struct verb_run *run)
{
    struct ticket_bulk request = {.act = BULK_PEND};
    if (!verb_when(run, "until", &request.until_ms, &request.present, BULK_FIELD_UNTIL)) {
        return VERB_FAILED;
    }
    return act_on_many(run, &request, "Put", " aside");
}

static enum verb_exit resolve_many(struct verb_run *run)
{
    struct ticket_bulk request = {.act = BULK_STATUS, .status = STATUS_RESOLVED};
    present_mark(&request.present, BULK_FIELD_STATUS);
    if (verb_value(run, "even-with-open-children") != NULL) {
        return verb_refuse(run, "--even-with-open-children is for one ticket, not for a list");
    }
    return act_on_many(run, &request, "Resolve", "");
}

static enum verb_exit open_many(struct verb_run *run)
{
    struct ticket_bulk request = {.act = BULK_OPEN};
    return act_on_many(run, &request, "Open", " again");
}

static enum verb_exit pend_run(struct verb_run *run)
{
    struct ticket_pend request = {0};
    struct ticket_changed reply;
    if (many_named(run)) {
        return pend_many(run);
    }
    if (!verb_number(run, 0, &request.number) ||
        !verb_when(run, "until", &request.until_ms, &request.present, PEND_UNTIL)) {
        return VERB_FAILED;
    }
    enum verb_exit found = verb_version(run, request.number, &request.version);
    if (found != VERB_DONE) {
        return found;
    }
    if (!verb_call(run, METHOD_TICKET_PEND, &request, &reply)) {
        return verb_fail(run);
    }
    bool has_until = present_has(request.present, PEND_UNTIL);
    return verb_tell_changed(run, &reply,
                             has_until ? "is pending until then, or until the requester answers"
                                       : "is pending until the requester answers");
}

static enum verb_exit resolve_run(struct verb_run *run)
{
    struct ticket_update request = {.status = STATUS_RESOLVED};
    struct ticket_changed reply;
    if (many_named(run)) {
        return resolve_many(run);
    }
    present_mark(&request.present, UPDATE_STATUS);
    request.even_with_open_children = verb_value(run, "even-with-open-children") != NULL;
    if (request.even_with_open_children) {
        present_mark(&request.present, UPDATE_EVEN_WITH_OPEN_CHILDREN);
    }
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    enum verb_exit found = verb_version(run, request.number, &request.version);
    if (found != VERB_DONE) {
        return found;
    }
    if (!verb_call(run, METHOD_TICKET_UPDATE, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "is resolved");
}

static enum verb_exit open_run(struct verb_run *run)
{
    struct ticket_open request = {0};
    struct ticket_changed reply;
    if (many_named(run)) {
        return open_many(run);
    }
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    enum verb_exit found = verb_version(run, request.number, &request.version);
    if (found != VERB_DONE) {
        return found;
    }
    if (!verb_call(run, METHOD_TICKET_OPEN, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "is open again");
}

const struct verb verb_pend = {
    .name = "pend",
    .arguments = "NUMBERS",
    .help = "put a ticket aside until a time or an answer (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = pend_options,
    .run = pend_run,
};

const struct verb verb_resolve = {
    .name = "resolve",
    .arguments = "NUMBERS",
    .help = "set a ticket RESOLVED",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = resolve_options,
    .run = resolve_run,
};

const struct verb verb_open = {
    .name = "open",
    .arguments = "NUMBERS",
    .help = "open a pending or resolved ticket again",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = open_options,
    .run = open_run,
};

const struct verb verb_reopen = {
    .name = "reopen",
    .arguments = "NUMBERS",
    .help = "the same as open",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = open_options,
    .run = open_run,
};
