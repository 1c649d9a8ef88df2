/* ttydesk withdraw, send-now, edit-message, retract, versions: what is done to a message that was
 * written already. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option no_options[] = {{0}};
static const struct verb_option edit_options[] = {
    {"body", "TEXT", "what it is to say"},
    {"body-file", "FILE", "read it from a file; \"-\" is standard input"},
    {0},
};

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

static enum verb_exit retract_run(struct verb_run *run)
{
    return act(run, METHOD_MESSAGE_RETRACT, "has the message no more");
}

static enum verb_exit edit_run(struct verb_run *run)
{
    struct message_edit request = {0};
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !verb_message(run, 1, &request.message) ||
        !verb_body(run, true, &request.text)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_MESSAGE_EDIT, &request, &reply)) {
        return verb_fail(run);
    }
    return verb_tell_changed(run, &reply, "has the message corrected");
}

static void print_version(const struct message_version *version)
{
    char time[OUTPUT_TIME_SIZE];
    output_time(version->time_ms, time);
    printf("%s\n", time);
    output_lines(stdout, "  ", version->text);
}

static enum verb_exit versions_run(struct verb_run *run)
{
    struct message_versions request = {0};
    struct message_versions_reply reply = {.more = true};
    bool first = true;
    if (!verb_number(run, 0, &request.number) || !verb_message(run, 1, &request.message)) {
        return VERB_FAILED;
    }
    while (reply.more) {
        if (!verb_call(run, METHOD_MESSAGE_VERSIONS, &request, &reply)) {
            return verb_fail(run);
        }
        if (run->json && first) {
            output_json_open(stdout);
        }
        const struct message_version *versions = reply.versions.items;
        for (size_t i = 0; i < reply.versions.count; i++) {
            if (run->json) {
                output_json_item(stdout, &message_version_table, &versions[i], first && i == 0);
            } else {
                print_version(&versions[i]);
            }
            request.after = versions[i].sequence;
            present_mark(&request.present, MESSAGE_VERSIONS_AFTER);
        }
        first = first && reply.versions.count == 0;
    }
    if (run->json) {
        output_json_close(stdout);
    }
    return VERB_DONE;
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

const struct verb verb_edit_message = {
    .name = "edit-message",
    .arguments = "NUMBER MESSAGE",
    .help = "correct a message of yours, soon after it was sent",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = edit_options,
    .run = edit_run,
};

const struct verb verb_retract = {
    .name = "retract",
    .arguments = "NUMBER MESSAGE",
    .help = "take back what a message of yours says, soon after it was sent",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = no_options,
    .run = retract_run,
};

const struct verb verb_versions = {
    .name = "versions",
    .arguments = "NUMBER MESSAGE",
    .help = "what a message said before it was corrected (staff)",
    .arguments_min = 2,
    .arguments_max = 2,
    .options = no_options,
    .run = versions_run,
};
