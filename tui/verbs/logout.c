/* ttydesk logout: ends the sign-in on the desk and forgets the token. */
#include <stdio.h>

#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

static enum verb_exit logout_run(struct verb_run *run)
{
    struct nothing request = {0};
    struct nothing reply;
    if (!verb_call(run, METHOD_ACCOUNT_LOGOUT, &request, &reply)) {
        return verb_fail(run);
    }
    puts("Signed out.");
    return VERB_DONE;
}

const struct verb verb_logout = {
    .name = "logout",
    .arguments = "",
    .help = "end the sign-in, here and on the desk",
    .options = options,
    .run = logout_run,
};
