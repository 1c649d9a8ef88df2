/* ttydesk withdraw, send-now: what is done to a message that was written already. */
#include "tui/verbs/verb.h"

static const struct verb_option no_options[] = {{0}};

static enum verb_exit act(struct verb_run *run, enum method method, const char *done)
{
    struct ticket_message request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !verb_message(run, 1, &request.message)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, done);
}

static enum verb_exit withdraw_run(struct verb_run *run)
{
    return act(run, METHOD_TICKET_WITHDRAW, "will not get the reply");
}

static enum verb_exit send_now_run(struct verb_run *run)
{
    return act(run, METHOD_TICKET_SEND_NOW, "has the reply now");
}

const struct verb verb_withdraw = {
    .name = "withdraw",
    .arguments = "NUMBER MESSAGE",
    .help = "take back a reply of yours that is not sent yet",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = no_options,
    .run = withdraw_run,
};

const struct verb verb_send_now = {
    .name = "send-now",
    .arguments = "NUMBER MESSAGE",
    .help = "send a reply of yours that is held at once",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = no_options,
    .run = send_now_run,
};
