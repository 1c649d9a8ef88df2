/* ttydesk take, untake, steal, give, watch, unwatch and cc: who works on a ticket, and who else
 * hears of it. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/many.h"

static const struct verb_option many_options[] = {MANY_OPTION, {0}};

/* What is done to the ticket in the first argument without saying more. */
static enum verb_exit act(struct verb_run *run, enum method method, const char *done)
{
    struct ticket_act request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit act_on_many(struct verb_run *run, enum bulk_act act, const char *before)
{
    struct ticket_bulk request = {.act = act};
    return many_act(run, &request, before, "");
}

static enum verb_exit act_with(struct verb_run *run, enum method method, const char *name,
                               const char *pattern)
{
    char done[USER_NAME_MAX + 64];
    struct ticket_person request = {.name = text_of(name)};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    /* The desk knows the name, so that it is one: letters that can do no harm. */
    snprintf(done, sizeof done, "%s %.*s", pattern, USER_NAME_MAX, name);
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit take_run(struct verb_run *run)
{
    return many_named(run) ? act_on_many(run, BULK_TAKE, "Take")
                           : act(run, METHOD_TICKET_TAKE, "is yours");
}

static enum verb_exit untake_run(struct verb_run *run)
{
    return many_named(run) ? act_on_many(run, BULK_UNTAKE, "Give up")
                           : act(run, METHOD_TICKET_UNTAKE, "has no owner now");
}

static const struct verb_option steal_options[] = {
    {"from", "NAME", "refuse when somebody else owns it by now"},
    MANY_OPTION,
    {0},
};

/* From whom it is taken is asked for first, unless it was said: somebody may be quicker. */
static enum verb_exit steal_run(struct verb_run *run)
{
    struct ticket_steal request = {.from = text_of(verb_value(run, "from"))};
    struct ticket_get get = {0};
    struct ticket_reply_full found;
    struct ticket_changed reply;
    if (many_named(run)) {
        return request.from.data != NULL ? verb_refuse(run, "--from is for one ticket")
                                         : act_on_many(run, BULK_STEAL, "Steal");
    }
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    get.number = request.number;
    if (request.from.data == NULL) {
        if (!verb_call(run, METHOD_TICKET_GET, &get, &found)) {
            return verb_fail(run);
        }
        request.from = found.ticket.owner;
    }
    if (request.from.length > 0) {
        present_mark(&request.present, STEAL_FROM);
    }
    if (!verb_call(run, METHOD_TICKET_STEAL, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "is yours now");
}

static enum verb_exit give_many(struct verb_run *run)
{
    char after[USER_NAME_MAX + 16];
    struct ticket_bulk request = {.act = BULK_GIVE, .name = text_of(run->arguments[1])};
    present_mark(&request.present, BULK_FIELD_NAME);
    snprintf(after, sizeof after, " to %.*s", USER_NAME_MAX, run->arguments[1]);
    return many_act(run, &request, "Give", after);
}

static const struct verb_option give_options[] = {
    {"from", "NAME", "refuse when somebody else owns it by now; - for nobody"},
    MANY_OPTION,
    {0},
};

/* Whose it is is asked for first, unless it was said: somebody may be quicker. */
static enum verb_exit give_run(struct verb_run *run)
{
    char done[USER_NAME_MAX + 64];
    const char *from = verb_value(run, "from");
    struct ticket_give request = {.from = text_of(from)};
    struct ticket_get get = {0};
    struct ticket_reply_full found;
    struct ticket_changed reply;
    if (many_named(run)) {
        return from != NULL ? verb_refuse(run, "--from is for one ticket") : give_many(run);
    }
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    get.number = request.number;
    if (from == NULL) {
        if (!verb_call(run, METHOD_TICKET_GET, &get, &found)) {
            return verb_fail(run);
        }
        request.from = found.ticket.owner;
    }
    if (request.from.data == NULL || text_equal(request.from, text_of("-"))) {
        request.from = text_of("");
    }
    present_mark(&request.present, GIVE_FROM);
    request.name = text_of(run->arguments[1]);
    if (!verb_call(run, METHOD_TICKET_GIVE, &request, &reply)) {
        return verb_fail(run);
    }
    /* The desk knows the name, so that it is one: letters that can do no harm. */
    snprintf(done, sizeof done, "given to %.*s", USER_NAME_MAX, run->arguments[1]);
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit watch_run(struct verb_run *run)
{
    return many_named(run) ? act_on_many(run, BULK_WATCH, "Watch")
                           : act(run, METHOD_TICKET_WATCH, "is watched by you");
}

static enum verb_exit unwatch_run(struct verb_run *run)
{
    return many_named(run) ? act_on_many(run, BULK_UNWATCH, "No longer watch")
                           : act(run, METHOD_TICKET_UNWATCH, "is no longer watched by you");
}

const struct verb verb_take = {
    .name = "take",
    .arguments = "NUMBERS",
    .help = "become the owner of a ticket that nobody owns (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = many_options,
    .run = take_run,
};

const struct verb verb_untake = {
    .name = "untake",
    .arguments = "NUMBERS",
    .help = "give up a ticket you own (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = many_options,
    .run = untake_run,
};

const struct verb verb_steal = {
    .name = "steal",
    .arguments = "NUMBERS",
    .help = "become the owner of a ticket that somebody else owns (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = steal_options,
    .run = steal_run,
};

const struct verb verb_give = {
    .name = "give",
    .arguments = "NUMBERS NAME",
    .help = "make somebody else the owner of a ticket (staff)",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = give_options,
    .run = give_run,
};

const struct verb verb_watch = {
    .name = "watch",
    .arguments = "NUMBERS",
    .help = "hear of every change of a ticket",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = many_options,
    .run = watch_run,
};

const struct verb verb_unwatch = {
    .name = "unwatch",
    .arguments = "NUMBERS",
    .help = "no longer watch a ticket",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = many_options,
    .run = unwatch_run,
};

/* --- cc -------------------------------------------------------------------------------------- */

static const struct verb_option cc_options[] = {
    {"add", "NAME", "put this person in copy: they see the ticket and may reply"},
    {"remove", "NAME", "take this person, or yourself, out of copy"},
    {0},
};

static void print_follower(const struct follower *follower)
{
    bool watching = present_has(follower->present, FOLLOWER_WATCHING) && follower->watching;
    output_line(stdout, follower->name);
    fputs(follower->cc ? "  in copy" : "", stdout);
    fputs(watching ? (follower->cc ? ", watching\n" : "  watching\n") : "\n", stdout);
}

static enum verb_exit print_followers(struct verb_run *run)
{
    struct ticket_followers request = {0};
    struct ticket_followers_reply reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_TICKET_FOLLOWERS, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_TICKET_FOLLOWERS].reply, &reply) ? VERB_DONE
                                                                                   : VERB_FAILED;
    }
    for (size_t i = 0; i < reply.followers.count; i++) {
        print_follower(&((const struct follower *)reply.followers.items)[i]);
    }
    return VERB_DONE;
}

static enum verb_exit cc_run(struct verb_run *run)
{
    const char *added = verb_value(run, "add");
    const char *removed = verb_value(run, "remove");
    if (added != NULL && removed != NULL) {
        return verb_refuse(run, "--add and --remove are two acts; do one after the other");
    }
    if (added != NULL) {
        return act_with(run, METHOD_TICKET_CC_ADD, added, "now in copy:");
    }
    if (removed != NULL) {
        return act_with(run, METHOD_TICKET_CC_REMOVE, removed, "no longer in copy:");
    }
    return print_followers(run);
}

const struct verb verb_cc = {
    .name = "cc",
    .arguments = "NUMBER",
    .help = "show who is in copy of a ticket, or change it with --add, --remove",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = cc_options,
    .run = cc_run,
};
