/* ttydesk login NAME: signs in with password or key; the token is kept for the verbs that follow.
 */
#include <stdio.h>

#include "tui/output.h"
#include "tui/token_store.h"
#include "tui/verbs/key.h"
#include "tui/wipe.h"

static const struct verb_option options[] = {
    {"key-file", "FILE", "as --key, with the key in this file"},
    {0},
};

/* Who it is, and on which device. */
struct identity {
    struct text name;
    struct text device; /* empty: it has no name */
    struct bytes token; /* the device's; none: it is not known yet */
};

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

static enum verb_exit tell(struct verb_run *run, const struct signed_in *reply)
{
    keep_device(run, reply);
    printf("Signed in as ");
    output_line(stdout, reply->account.name);
    printf(" (%s).\n", choices_name(&role_choices, reply->account.role));
    tell_new_device(reply);
    return VERB_DONE;
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

static enum verb_exit login_by_password(struct verb_run *run, const struct identity *identity)
{
    struct secret secret;
    enum verb_exit asked = verb_secret(run, "Password: ", &secret);
    if (asked != VERB_DONE) {
        return asked;
    }
    struct account_login request = {.name = identity->name,
                                    .password = secret_text(&secret),
                                    .device = identity->device,
                                    .device_token = identity->token};
    struct signed_in reply;
    if (request.device.length > 0) {
        present_mark(&request.present, LOGIN_DEVICE);
    }
    if (request.device_token.length > 0) {
        present_mark(&request.present, LOGIN_DEVICE_TOKEN);
    }
    enum verb_exit result = sign_in(run, &request, &reply);
    secret_wipe(&secret);
    return result == VERB_DONE ? tell(run, &reply) : result;
}

static enum verb_exit login_by_key(struct verb_run *run, const struct identity *identity)
{
    char path[PATH_SIZE];
    uint8_t signature[SIGNATURE_BYTES];
    struct verb_key key;
    struct signed_in reply;
    struct account_login_key request = {.name = identity->name,
                                        .public_key = {key.public_key, KEY_BYTES},
                                        .signature = {signature, SIGNATURE_BYTES},
                                        .device = identity->device,
                                        .device_token = identity->token};
    if (request.device.length > 0) {
        present_mark(&request.present, LOGIN_KEY_DEVICE);
    }
    if (request.device_token.length > 0) {
        present_mark(&request.present, LOGIN_KEY_DEVICE_TOKEN);
    }
    if (!verb_key_path(run, verb_value(run, "key-file"), path)) {
        return VERB_FAILED;
    }
    enum verb_exit result = verb_key_open(run, path, &key);
    if (result == VERB_DONE) {
        result = verb_key_sign(run, &key, KEY_SIGNS_IN, identity->name, signature);
    }
    wipe(key.seed, sizeof key.seed);
    if (result != VERB_DONE) {
        return result;
    }
    if (verb_call(run, METHOD_ACCOUNT_LOGIN_KEY, &request, &reply)) {
        return tell(run, &reply);
    }
    if (run->error != ERROR_AUTH_FAILED) {
        return verb_fail(run);
    }
    verb_refuse(run,
                "the desk does not let this key in as %s; ttydesk key list, signed in with the "
                "password, shows which keys it knows",
                run->arguments[0]);
    return VERB_SIGN_IN_NEEDED;
}

static enum verb_exit login_run(struct verb_run *run)
{
    uint8_t known[TOKEN_BYTES];
    struct identity identity = {.name = text_of(run->arguments[0]),
                                .device = verb_device_name(run)};
    if (device_token_load(connection_address(run->connection), identity.name, known)) {
        identity.token = (struct bytes){.data = known, .length = TOKEN_BYTES};
    }
    bool by_key = run->with_key || verb_value(run, "key-file") != NULL;
    enum verb_exit result =
        by_key ? login_by_key(run, &identity) : login_by_password(run, &identity);
    wipe(known, sizeof known);
    return result;
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
