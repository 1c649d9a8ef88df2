/* ttydesk whoami: the account that is signed in. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

static enum verb_exit whoami_run(struct verb_run *run)
{
    struct account_get request = {0};
    struct account_reply reply;
    if (!verb_call(run, METHOD_ACCOUNT_GET, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, &account_table, &reply.account) ? VERB_DONE : VERB_FAILED;
    }
    static const char *const headings[] = {"Name", "Role", "Email"};
    struct output_table *table = output_table_create(stdout, headings, 3);
    output_table_cell(table, reply.account.name);
    output_table_cell(table, text_of(choices_name(&role_choices, reply.account.role)));
    output_table_cell(table, reply.account.email);
    output_table_end(table);
    return VERB_DONE;
}

const struct verb verb_whoami = {
    .name = "whoami",
    .arguments = "",
    .help = "show who is signed in",
    .options = options,
    .run = whoami_run,
};
