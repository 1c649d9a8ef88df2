/* ttydesk show NUMBER: one ticket with its problem and messages, or its history. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/history_words.h"
#include "tui/output.h"
#include "tui/verbs/verb.h"
#include "tui/when.h"

static const struct verb_option options[] = {
    {"history", NULL, "every change instead of the messages"},
    {"keep-unread", NULL, "does not note the messages as read"},
    {0},
};

/* Where it stands, when that is not what its status says; who opened it; what went before. */
static void print_life(const struct ticket *ticket)
{
    char time[OUTPUT_TIME_SIZE];
    if (ticket->state == STATE_PENDING && present_has(ticket->present, TICKET_PENDING_UNTIL)) {
        output_time(ticket->pending_until_ms, time);
        printf("\nPending until %s, or until the requester answers", time);
    } else if (ticket->state == STATE_PENDING) {
        fputs("\nPending until the requester answers", stdout);
    }
    if (present_has(ticket->present, TICKET_RESOLVED)) {
        output_time(ticket->resolved_ms, time);
        printf("\nResolved %s", time);
    }
    if (present_has(ticket->present, TICKET_OPENED_BY)) {
        fputs("\nOpened for the requester by ", stdout);
        output_line(stdout, ticket->opened_by);
    }
    if (present_has(ticket->present, TICKET_FOLLOWS)) {
        printf("\nGoes on from #%" PRIu64 ", which was resolved", ticket->follows);
    }
}

static void print_ticket(const struct ticket *ticket, struct text problem)
{
    char created[OUTPUT_TIME_SIZE];
    char updated[OUTPUT_TIME_SIZE];
    bool owned = present_has(ticket->present, TICKET_OWNER);
    output_time(ticket->created_ms, created);
    output_time(ticket->updated_ms, updated);
    printf("#%" PRIu64 "  ", ticket->number);
    output_line(stdout, ticket->title);
    printf("\n%s, %s, version %" PRIu64 "\n", choices_name(&status_choices, ticket->status),
           choices_name(&kind_choices, ticket->kind), ticket->version);
    fputs("Requester ", stdout);
    output_line(stdout, ticket->requester);
    fputs(", owner ", stdout);
    output_line(stdout, owned ? ticket->owner : text_of("-"));
    if (present_has(ticket->present, TICKET_QUEUE)) {
        fputs(", queue ", stdout);
        output_line(stdout, ticket->queue);
    }
    if (ticket->tags.length > 0) {
        fputs("\nTags ", stdout);
        output_line(stdout, ticket->tags);
    }
    print_life(ticket);
    printf("\nOpened %s, changed %s\n\n", created, updated);
    output_lines(stdout, "  ", problem);
}

/* What was merged into it, and, asked for by its old number, the problem of that one. */
static void print_merged(const struct ticket_reply_full *reply)
{
    const struct merged_ticket *merged = reply->merged.items;
    for (size_t i = 0; i < reply->merged.count; i++) {
        printf("\n#%" PRIu64 " was merged into it: ", merged[i].number);
        output_line(stdout, merged[i].title);
        fputc('\n', stdout);
        if (present_has(reply->present, TICKET_FULL_MERGED_FROM) &&
            merged[i].number == reply->merged_from) {
            output_lines(stdout, "  ", reply->merged_problem);
        }
    }
}

static void print_state(const struct message *message)
{
    char time[OUTPUT_TIME_SIZE];
    if (message->state == MESSAGE_HELD) {
        output_time(message->release_ms, time);
        printf(", HELD until %s", time);
    } else if (present_has(message->present, MSG_EDITED)) {
        output_time(message->edited_ms, time);
        printf(", %s %s", message->state == MESSAGE_RETRACTED ? "RETRACTED" : "corrected", time);
    }
    fputc('\n', stdout);
}

static void print_message(const struct message *message)
{
    char time[OUTPUT_TIME_SIZE];
    output_time(message->time_ms, time);
    fputc('\n', stdout);
    output_line(stdout, message->author);
    printf("  %s  %s  message %" PRIu64 "", time,
           message->kind == MESSAGE_NOTE ? "STAFF NOTE, not shown to the requester" : "reply",
           message->sequence);
    print_state(message);
    output_lines(stdout, "  ", message->text);
}

/* What was shown is read. Whether that could be noted is nothing to fail for. */
static void mark_read(struct verb_run *run, uint64_t number, uint64_t sequence)
{
    struct ticket_mark_read request = {.number = number, .sequence = sequence};
    struct nothing reply;
    if (sequence > 0 && verb_value(run, "keep-unread") == NULL) {
        (void)verb_call(run, METHOD_TICKET_MARK_READ, &request, &reply);
    }
}

static enum verb_exit print_messages(struct verb_run *run, uint64_t number)
{
    struct ticket_messages request = {.number = number};
    struct ticket_messages_reply reply;
    bool first = true;
    do {
        if (!verb_call(run, METHOD_TICKET_MESSAGES, &request, &reply)) {
            return verb_fail(run);
        }
        for (size_t i = 0; i < reply.messages.count; i++) {
            const struct message *message = &((const struct message *)reply.messages.items)[i];
            if (run->json) {
                fputs(first ? "" : ",", stdout);
                output_json(stdout, &message_table, message);
            } else {
                print_message(message);
            }
            first = false;
            request.after = message->sequence;
            present_mark(&request.present, TICKET_MESSAGES_AFTER);
        }
    } while (reply.more);
    mark_read(run, number, request.after);
    return VERB_DONE;
}

static void print_entry(const struct history_entry *entry)
{
    char time[OUTPUT_TIME_SIZE];
    struct buffer sentence = {0};
    output_time(entry->time_ms, time);
    history_words(&sentence, entry, when_now_ms());
    printf("%s  ", time);
    output_line(stdout, (struct text){(const char *)sentence.data, sentence.length});
    fputc('\n', stdout);
    buffer_finish(&sentence);
}

static enum verb_exit print_history(struct verb_run *run, uint64_t number)
{
    struct ticket_history request = {.number = number};
    struct ticket_history_reply reply;
    bool first = true;
    if (run->json) {
        output_json_open(stdout);
    }
    do {
        if (!verb_call(run, METHOD_TICKET_HISTORY, &request, &reply)) {
            return verb_fail(run);
        }
        for (size_t i = 0; i < reply.entries.count; i++) {
            const struct history_entry *entry =
                &((const struct history_entry *)reply.entries.items)[i];
            if (run->json) {
                output_json_item(stdout, &history_entry_table, entry, first);
            } else {
                print_entry(entry);
            }
            first = false;
            request.after = entry->sequence;
            present_mark(&request.present, TICKET_HISTORY_AFTER);
        }
    } while (reply.more);
    if (run->json) {
        output_json_close(stdout);
    }
    return VERB_DONE;
}

static enum verb_exit show_run(struct verb_run *run)
{
    struct ticket_get request = {0};
    struct ticket_reply_full reply;
    if (!verb_number(run, 0, &request.number)) {
        return VERB_FAILED;
    }
    if (verb_value(run, "history") != NULL) {
        return print_history(run, request.number);
    }
    if (!verb_call(run, METHOD_TICKET_GET, &request, &reply)) {
        return verb_fail(run);
    }
    if (!run->json) {
        print_ticket(&reply.ticket, reply.problem);
        print_merged(&reply);
        return print_messages(run, request.number);
    }
    fputs("{\"ticket\":", stdout);
    output_json(stdout, methods[METHOD_TICKET_GET].reply, &reply);
    fputs(",\"messages\":[", stdout);
    enum verb_exit result = print_messages(run, request.number);
    fputs("]}\n", stdout);
    return result;
}

const struct verb verb_show = {
    .name = "show",
    .arguments = "NUMBER",
    .help = "show a ticket with its messages",
    .arguments_min = 1,
    .arguments_max = 1,
    .options = options,
    .run = show_run,
};
