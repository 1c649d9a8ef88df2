/* ttydesk reply NUMBER and ttydesk note NUMBER: a message on a ticket, and with it, in one act,
 * where the work stands. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tui/canned.h"
#include "tui/verbs/verb.h"

enum { SECOND_MS = 1000 };

#define BODY_OPTIONS                                                                               \
    {"body", "TEXT", "what to say"},                                                               \
        {"body-file", "FILE", "read it from a file; \"-\" is standard input"},                     \
        {"status", "STATUS", "set MINOR, MAJOR, CRITICAL or RESOLVED in the same act"},            \
        {"pend", "WHEN", "put it aside until then (staff); \"answer\": until the answer"},         \
    {                                                                                              \
        "even-with-open-children", NULL, "resolve it although tickets below it are not resolved"   \
    }

static const struct verb_option reply_options[] = {
    BODY_OPTIONS,
    {"keep-resolved", NULL, "only to say thanks: a resolved ticket stays so"},
    {"canned", "NAME", "say what this canned reply says (staff)"},
    {0},
};

static const struct verb_option note_options[] = {
    BODY_OPTIONS,
    {0},
};

static bool fill_state(struct verb_run *run, struct ticket_say *request)
{
    const char *pend = verb_value(run, "pend");
    uint32_t status = 0;
    if (verb_value(run, "status") != NULL) {
        if (!verb_choice(run, "status", &status_choices, &status)) {
            return false;
        }
        request->status = (enum status)status;
        present_mark(&request->present, SAY_STATUS);
    }
    request->even_with_open_children = verb_value(run, "even-with-open-children") != NULL;
    if (request->even_with_open_children) {
        present_mark(&request->present, SAY_EVEN_WITH_OPEN_CHILDREN);
    }
    if (pend != NULL && strcmp(pend, "answer") == 0) {
        request->pend = true;
        present_mark(&request->present, SAY_PEND);
        return true;
    }
    return verb_when(run, "pend", &request->pend_until_ms, &request->present, SAY_PEND_UNTIL);
}

/* A reply that is held can still be taken back, and it is said how. */
static enum verb_exit tell_held(const struct verb_run *run, const struct ticket_changed *reply)
{
    uint64_t now_ms = connection_desk_ms(run->connection);
    uint64_t left_ms = reply->release_ms > now_ms ? reply->release_ms - now_ms : 0;

    printf("#%" PRIu64 " will get the reply in %" PRIu64 " s\n"
           "Until then it can be taken back: ttydesk withdraw %" PRIu64 " %" PRIu64 "\n"
           "or sent at once: ttydesk send-now %" PRIu64 " %" PRIu64 "\n",
           reply->number, (left_ms + SECOND_MS - 1) / SECOND_MS, reply->number, reply->sequence,
           reply->number, reply->sequence);
    return VERB_DONE;
}

/* A reply that came too late is the first words of another ticket. */
static enum verb_exit tell(struct verb_run *run, const struct ticket_say *request,
                           const struct ticket_changed *reply, const char *done)
{
    char opened[96];
    if (!run->json && present_has(reply->present, TICKET_CHANGED_RELEASE)) {
        return tell_held(run, reply);
    }
    if (run->json || reply->number == request->number || reply->version != 1) {
        return verb_tell_changed(run, reply, done);
    }
    snprintf(opened, sizeof opened,
             "opened by your reply: #%" PRIu64 " was resolved too long ago to be opened again",
             request->number);
    return verb_tell_changed(run, reply, opened);
}

/* What the variables of a canned reply stand for on this ticket. */
static bool find_values(struct verb_run *run, uint64_t number, char digits[static 24],
                        struct canned_values *ret_values)
{
    struct ticket_get get = {.number = number};
    struct ticket_reply_full full;
    struct account_get whose = {0};
    struct account_reply own;
    struct account_reply requester;
    if (!verb_call(run, METHOD_TICKET_GET, &get, &full) ||
        !verb_call(run, METHOD_ACCOUNT_GET, &whose, &own)) {
        return false;
    }
    whose.name = full.ticket.requester;
    present_mark(&whose.present, ACCOUNT_GET_NAME);
    if (!verb_call(run, METHOD_ACCOUNT_GET, &whose, &requester)) {
        return false;
    }
    snprintf(digits, 24, "%" PRIu64, number);
    *ret_values = (struct canned_values){
        .number = text_of(digits),
        .title = full.ticket.title,
        .requester = full.ticket.requester,
        .requester_name = canned_name(requester.account.display_name, full.ticket.requester),
        .staff = own.account.name,
        .desk = connection_hello(run->connection)->server,
    };
    return true;
}

/* VERB_DONE with the text in the run's arena. */
static enum verb_exit take_canned(struct verb_run *run, const char *name,
                                  struct ticket_say *request)
{
    struct canned_list list = {.name = text_of(name)};
    struct canned_list_reply reply;
    struct canned_values values;
    struct buffer buffer = {0};
    char digits[24];
    present_mark(&list.present, CANNED_LIST_NAME);
    if (!verb_call(run, METHOD_CANNED_LIST, &list, &reply)) {
        return verb_fail(run);
    }
    if (reply.canned.count == 0) {
        return verb_refuse(run, "there is no canned reply \"%s\"; ttydesk canned lists them", name);
    }
    if (!find_values(run, request->number, digits, &values)) {
        return verb_fail(run);
    }
    struct text unknown =
        canned_expand(&buffer, ((const struct canned *)reply.canned.items)[0].text, &values);
    request->text.data = arena_copy(&run->arena, buffer.data, buffer.length);
    request->text.length = request->text.data != NULL ? buffer.length : 0;
    buffer_finish(&buffer);
    return unknown.data == NULL ? VERB_DONE
                                : verb_refuse(run, "unknown variable %.*s in \"%s\"",
                                              (int)unknown.length, unknown.data, name);
}

/* What is to be said: a canned reply, or what was given. */
static enum verb_exit take_text(struct verb_run *run, enum method method,
                                struct ticket_say *request)
{
    const char *canned = method == METHOD_TICKET_REPLY ? verb_value(run, "canned") : NULL;
    if (canned == NULL) {
        return verb_body(run, true, &request->text) ? VERB_DONE : VERB_FAILED;
    }
    if (verb_value(run, "body") != NULL || verb_value(run, "body-file") != NULL) {
        return verb_refuse(run, "--canned and a body cannot both be given");
    }
    return take_canned(run, canned, request);
}

static enum verb_exit say(struct verb_run *run, enum method method, struct ticket_say request,
                          const char *done)
{
    struct ticket_changed reply;
    if (!verb_number(run, 0, &request.number) || !fill_state(run, &request)) {
        return VERB_FAILED;
    }
    enum verb_exit taken = take_text(run, method, &request);
    if (taken != VERB_DONE) {
        return taken;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    return tell(run, &request, &reply, done);
}

static enum verb_exit reply_run(struct verb_run *run)
{
    struct ticket_say request = {.keep_resolved = verb_value(run, "keep-resolved") != NULL};
    if (request.keep_resolved) {
        present_mark(&request.present, SAY_KEEP_RESOLVED);
    }
    return say(run, METHOD_TICKET_REPLY, request, "replied to");
}

static enum verb_exit note_run(struct verb_run *run)
{
    return say(run, METHOD_TICKET_NOTE, (struct ticket_say){0}, "has a new staff note");
}

const struct verb verb_reply = {
    .name = "reply",
    .arguments = "NUMBER",
    .help = "write a reply that the requester sees",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = reply_options,
    .run = reply_run,
};

const struct verb verb_note = {
    .name = "note",
    .arguments = "NUMBER",
    .help = "write a private note (staff)",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = note_options,
    .run = note_run,
};
