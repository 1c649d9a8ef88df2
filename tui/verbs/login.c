/* ttydesk login NAME: signs in; the token is kept for the verbs that follow. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tui/output.h"
#include "tui/token_store.h"
#include "tui/verbs/verb.h"
#include "tui/wipe.h"

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

static void keep_device(const struct verb_run *run, const struct signed_in *reply)
{
    if (present_has(reply->present, SIGNED_IN_DEVICE_TOKEN) &&
        device_token_save(connection_address(run->connection), reply->account.name,
                          reply->device_token.data) != ERROR_NONE) {
        verb_refuse(run, "that this device is known cannot be kept for later");
    }
}

static void tell_new_device(const struct signed_in *reply)
{
    char when[OUTPUT_TIME_SIZE];
    const struct device *device = &reply->new_device;
    if (!present_has(reply->present, SIGNED_IN_NEW_DEVICE)) {
        return;
    }
    output_time(device->created_ms, when);
    printf("New device: ");
    output_line(stdout, present_has(device->present, DEVICE_NAME) ? device->name
                                                                  : text_of("without a name"));
    printf(" from ");
    output_line(stdout, device->source);
    printf(", first seen %s. If that was not you: ttydesk account sign-ins\n", when);
}

/* With a second time for the code, when the desk asks for it. */
static enum verb_exit sign_in(struct verb_run *run, struct account_login *request,
                              struct signed_in *ret_reply)
{
    struct secret code;
    if (verb_call(run, METHOD_ACCOUNT_LOGIN, request, ret_reply)) {
        return VERB_DONE;
    }
    if (run->error != ERROR_CODE_REQUIRED) {
        return verb_fail(run);
    }
    enum verb_exit asked = verb_code(run, VERB_CODE_QUESTION, &code);
    if (asked != VERB_DONE) {
        return asked;
    }
    request->code = secret_text(&code);
    present_mark(&request->present, LOGIN_CODE);
    bool done = verb_call(run, METHOD_ACCOUNT_LOGIN, request, ret_reply);
    secret_wipe(&code);
    return done ? VERB_DONE : verb_fail(run);
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
    uint8_t known[TOKEN_BYTES];
    if (device_token_load(connection_address(run->connection), request.name, known)) {
        request.device_token = (struct bytes){.data = known, .length = TOKEN_BYTES};
        present_mark(&request.present, LOGIN_DEVICE_TOKEN);
    }
    if (request.device.data != NULL) {
        present_mark(&request.present, LOGIN_DEVICE);
    }
    enum verb_exit result = sign_in(run, &request, &reply);
    secret_wipe(&secret);
    wipe(known, sizeof known);
    if (result != VERB_DONE) {
        return result;
    }
    keep_device(run, &reply);
    printf("Signed in as ");
    output_line(stdout, reply.account.name);
    printf(" (%s).\n", choices_name(&role_choices, reply.account.role));
    tell_new_device(&reply);
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
