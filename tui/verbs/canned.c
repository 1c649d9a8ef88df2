/* ttydesk canned [NAME] and ttydesk drafts: what the desk keeps for writing. */
#include <inttypes.h>
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option no_options[] = {{0}};

static void print_canned(const struct verb_run *run, struct output_table *table,
                         const struct canned *canned, bool first)
{
    if (run->json) {
        output_json_item(stdout, &canned_table, canned, first);
    } else if (table != NULL) {
        output_table_cell(table, canned->name);
        output_table_cell(table, canned->title);
    } else {
        output_lines(stdout, "", canned->text);
    }
}

/* All pages. With a name there is no table: the text itself is printed. */
static enum verb_exit list_canned(struct verb_run *run, struct canned_list *request,
                                  struct output_table *table, size_t *ret_count)
{
    struct canned_list_reply reply;
    *ret_count = 0;
    do {
        if (!verb_call(run, METHOD_CANNED_LIST, request, &reply)) {
            return verb_fail(run);
        }
        if (run->json && *ret_count == 0) {
            output_json_open(stdout);
        }
        for (size_t i = 0; i < reply.canned.count; i++) {
            print_canned(run, table, &((const struct canned *)reply.canned.items)[i],
                         (*ret_count)++ == 0);
        }
        request->cursor = reply.cursor;
        present_mark(&request->present, CANNED_LIST_CURSOR);
    } while (reply.more);
    if (run->json) {
        output_json_close(stdout);
    }
    return VERB_DONE;
}

static enum verb_exit canned_run(struct verb_run *run)
{
    static const char *const headings[] = {"Name", "For"};
    struct canned_list request = {0};
    size_t count;
    if (run->arguments[0] != NULL) {
        request.name = text_of(run->arguments[0]);
        present_mark(&request.present, CANNED_LIST_NAME);
    }
    struct output_table *table =
        run->json || run->arguments[0] != NULL
            ? NULL
            : output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
    enum verb_exit result = list_canned(run, &request, table, &count);
    if (table != NULL) {
        output_table_end(table);
    }
    if (result == VERB_DONE && count == 0 && run->arguments[0] != NULL) {
        return verb_refuse(run, "there is no canned reply \"%s\"; ttydesk canned lists them",
                           run->arguments[0]);
    }
    return result;
}

const struct verb verb_canned = {
    .name = "canned",
    .arguments = "[NAME]",
    .help = "list the canned replies, or print one (staff)",
    .arguments_min = 0,
    .arguments_max = 1,
    .options = no_options,
    .run = canned_run,
};

/* --- Drafts --- */

static void print_draft(struct output_table *table, const struct kept_draft *draft)
{
    char number[32] = "-";
    char time[OUTPUT_TIME_SIZE];
    if (present_has(draft->present, KEPT_DRAFT_NUMBER)) {
        snprintf(number, sizeof number, "#%" PRIu64, draft->number);
    }
    output_time(draft->updated_ms, time);
    output_table_cell(table, text_of(choices_name(&draft_for_choices, draft->what)));
    output_table_cell(table, text_of(number));
    output_table_cell(table, text_of(time));
    output_table_cell(table, draft->title.length > 0 ? draft->title : draft->text);
}

static enum verb_exit drafts_run(struct verb_run *run)
{
    static const char *const headings[] = {"What", "Ticket", "Written", "Text"};
    struct draft_list request = {0};
    struct draft_list_reply reply = {.more = true};
    struct output_table *table = NULL;
    bool first = true;
    while (reply.more) {
        if (!verb_call(run, METHOD_DRAFT_LIST, &request, &reply)) {
            return verb_fail(run);
        }
        if (run->json && first) {
            output_json_open(stdout);
        } else if (!run->json && table == NULL) {
            table = output_table_create(stdout, headings, sizeof headings / sizeof headings[0]);
        }
        for (size_t i = 0; i < reply.drafts.count; i++) {
            const struct kept_draft *draft = &((const struct kept_draft *)reply.drafts.items)[i];
            if (run->json) {
                output_json_item(stdout, &kept_draft_table, draft, first && i == 0);
            } else {
                print_draft(table, draft);
            }
        }
        first = first && reply.drafts.count == 0;
        request.cursor = reply.cursor;
        present_mark(&request.present, DRAFT_LIST_CURSOR);
    }
    if (run->json) {
        output_json_close(stdout);
    } else {
        output_table_end(table);
    }
    return VERB_DONE;
}

const struct verb verb_drafts = {
    .name = "drafts",
    .arguments = "",
    .help = "list what you have written and not sent",
    .options = no_options,
    .run = drafts_run,
};
