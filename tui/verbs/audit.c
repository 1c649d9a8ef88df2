/* ttydesk audit: who did what, when and from where. Admin mode, so the password is asked. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"
#include "tui/when_parse.h"

static const struct verb_option options[] = {
    {"actor", "NAME", "only what this person did, or somebody in their name; \"console\""},
    {"ticket", "NUMBER", "only what was done to this ticket"},
    {"account", "NAME", "only what was done to this account"},
    {"since", "WHEN", "from then on: 3d, today, 2026-12-03, 2026-12-03 14:00"},
    {"until", "WHEN", "before then, written likewise"},
    {"limit", "NUMBER", "at most so many entries; 50 otherwise"},
    {0},
};

enum { LIMIT_DEFAULT = 50 };

static bool read_number(const struct verb_run *run, const char *option, uint64_t *number)
{
    const char *text = verb_value(run, option);
    char *end = NULL;
    if (text == NULL) {
        return true;
    }
    errno = 0;
    *number = strtoull(text, &end, 10);
    if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || *number == 0) {
        verb_refuse(run, "--%s \"%s\" is not a number from 1 on", option, text);
        return false;
    }
    return true;
}

static bool read_moment(const struct verb_run *run, const char *option, unsigned bit,
                        uint64_t *moment_ms, uint64_t *present)
{
    const char *text = verb_value(run, option);
    if (text == NULL) {
        return true;
    }
    if (!when_parse_past(text, when_now_ms(), moment_ms)) {
        verb_refuse(run, "--%s \"%s\" is no time; write %s", option, text, when_past_grammar);
        return false;
    }
    present_mark(present, bit);
    return true;
}

static bool fill_filters(struct verb_run *run, struct admin_audit *request, uint64_t *limit)
{
    request->actor = text_of(verb_value(run, "actor"));
    request->account = text_of(verb_value(run, "account"));
    if (request->actor.data != NULL) {
        present_mark(&request->present, AUDIT_ACTOR);
    }
    if (request->account.data != NULL) {
        present_mark(&request->present, AUDIT_ACCOUNT);
    }
    if (!read_number(run, "ticket", &request->ticket) || !read_number(run, "limit", limit) ||
        !read_moment(run, "since", AUDIT_SINCE, &request->since_ms, &request->present) ||
        !read_moment(run, "until", AUDIT_UNTIL, &request->until_ms, &request->present)) {
        return false;
    }
    if (request->ticket != 0) {
        present_mark(&request->present, AUDIT_TICKET);
    }
    return true;
}

static void print_change(const struct audit_change *change)
{
    fputs("    ", stdout);
    output_line(stdout, change->row);
    printf(" %" PRIu64 " ", change->id);
    if (!present_has(change->present, AUDIT_CHANGE_FIELD)) {
        output_line(stdout, change->act);
        putchar('\n');
        return;
    }
    output_line(stdout, change->field);
    fputs(": ", stdout);
    output_line(stdout, change->old_value);
    fputs(" -> ", stdout);
    output_line(stdout, change->new_value);
    putchar('\n');
}

static void print_entry(const struct audit_entry *entry)
{
    char time[OUTPUT_TIME_SIZE];
    bool known = present_has(entry->present, AUDIT_ENTRY_WHAT);
    output_time(entry->time_ms, time);
    printf("%s  %" PRIu64 "  ", time, entry->sequence);
    output_line(stdout, entry->actor.length > 0 ? entry->actor : text_of("the desk"));
    if (entry->acting_for.length > 0) {
        fputs(" as ", stdout);
        output_line(stdout, entry->acting_for);
    }
    printf("  %s", known ? choices_name(&method_choices, entry->what) : "?");
    if (entry->source.length > 0) {
        fputs("  from ", stdout);
        output_line(stdout, entry->source);
    }
    putchar('\n');
    for (size_t i = 0; i < entry->changes.count; i++) {
        print_change(&((const struct audit_change *)entry->changes.items)[i]);
    }
}

static bool print_page(const struct verb_run *run, const struct list *entries, uint64_t *printed,
                       uint64_t limit)
{
    for (size_t i = 0; i < entries->count && *printed < limit; i++) {
        const struct audit_entry *entry = &((const struct audit_entry *)entries->items)[i];
        if (!run->json) {
            print_entry(entry);
        } else if (!output_json_item(stdout, &audit_entry_table, entry, *printed == 0)) {
            return false;
        }
        (*printed)++;
    }
    return true;
}

static enum verb_exit print_all(struct verb_run *run, struct admin_audit *request, uint64_t limit)
{
    struct admin_audit_reply reply;
    uint64_t printed = 0;
    do {
        if (!verb_call(run, METHOD_ADMIN_AUDIT, request, &reply)) {
            return verb_fail(run);
        }
        if (!print_page(run, &reply.entries, &printed, limit)) {
            return verb_refuse(run, "out of memory");
        }
        request->cursor = reply.cursor;
        present_mark(&request->present, AUDIT_CURSOR);
        arena_reset(&run->arena);
    } while (reply.more && printed < limit && !ferror(stdout));
    return VERB_DONE;
}

static enum verb_exit audit_run(struct verb_run *run)
{
    struct admin_audit request = {0};
    uint64_t limit = LIMIT_DEFAULT;
    if (!fill_filters(run, &request, &limit)) {
        return VERB_FAILED;
    }
    enum verb_exit result = verb_elevate(run);
    if (result != VERB_DONE) {
        return result;
    }
    if (run->json) {
        output_json_open(stdout);
    }
    result = print_all(run, &request, limit);
    if (run->json) {
        output_json_close(stdout);
    }
    return result;
}

const struct verb verb_audit = {
    .name = "audit",
    .arguments = "",
    .help = "who did what, when and from where (admins; asks for the password)",
    .options = options,
    .run = audit_run,
};
