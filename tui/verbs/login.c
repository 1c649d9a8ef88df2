/* ttydesk login NAME: signs in; the token is kept for the verbs that follow. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {{0}};

/* "user@host", so that a person recognises the sign-in in a list of them. */
static struct text device_name(struct verb_run *run)
{
    char host[256] = "";
    if (gethostname(host, sizeof host - 1) != 0 || host[0] == '\0') {
        return (struct text){0};
    }
    size_t length = strlen(host);
    if (length > DISPLAY_NAME_MAX) {
        length = DISPLAY_NAME_MAX;
    }
    return (struct text){arena_copy(&run->arena, host, length), length};
}

static enum verb_exit login_run(struct verb_run *run)
{
    struct secret secret;
    enum verb_exit asked = verb_secret(run, "Password: ", &secret);
    if (asked != VERB_DONE) {
        return asked;
    }
    struct account_login request = {.name = text_of(run->arguments[0]),
                                    .password = secret_text(&secret),
                                    .device = device_name(run)};
    struct signed_in reply;
    if (request.device.data != NULL) {
        present_mark(&request.present, LOGIN_DEVICE);
    }
    bool done = verb_call(run, METHOD_ACCOUNT_LOGIN, &request, &reply);
    secret_wipe(&secret);
    if (!done) {
        return verb_fail(run);
    }
    printf("Signed in as ");
    output_line(stdout, reply.account.name);
    printf(" (%s).\n", choices_name(&role_choices, reply.account.role));
    return VERB_DONE;
}

const struct verb verb_login = {
    .name = "login",
    .arguments = "NAME",
    .help = "sign in; later verbs need no password",
    .arguments_min = 1,
    .arguments_max = 1,
    .anonymous = true,
    .options = options,
    .run = login_run,
};
