#include "tui/verbs/profile.h"

#include <stdio.h>

#include "tui/output.h"

static enum verb_exit tell(const struct verb_run *run, const struct account_changed *reply,
                           const char *done)
{
    if (run->json) {
        return output_json(stdout, methods[run->method].reply, reply) ? VERB_DONE : VERB_FAILED;
    }
    puts(done);
    return VERB_DONE;
}

/* The version is that of the account as it is now: these are one person's own words about
 * themselves, and the last ones hold. */
enum verb_exit profile_update(struct verb_run *run)
{
    struct account_get get = {0};
    struct account_reply found;
    struct account_changed reply;
    struct account_update request = {.email = text_of(verb_value(run, "email")),
                                     .display_name = text_of(verb_value(run, "display-name"))};
    if (request.email.data == NULL && request.display_name.data == NULL) {
        return verb_refuse(run, "say what is to change: --email ADDRESS or --display-name TEXT");
    }
    if (request.email.data != NULL) {
        present_mark(&request.present, ACCOUNT_UPDATE_EMAIL);
    }
    if (request.display_name.data != NULL) {
        present_mark(&request.present, ACCOUNT_UPDATE_DISPLAY_NAME);
    }
    if (!verb_call(run, METHOD_ACCOUNT_GET, &get, &found)) {
        return verb_fail(run);
    }
    request.version = found.account.version;
    if (!verb_call(run, METHOD_ACCOUNT_UPDATE, &request, &reply)) {
        return verb_fail(run);
    }
    return tell(run, &reply, "Your account is changed.");
}

enum verb_exit profile_new_password(const struct verb_run *run, struct secret *ret_password)
{
    struct secret again = {.length = 0};
    enum verb_exit asked =
        verb_secret(run, "New password (at least 12 characters): ", ret_password);
    if (asked != VERB_DONE || run->password_stdin) {
        return asked;
    }
    asked = verb_secret(run, "The same password again: ", &again);
    if (asked == VERB_DONE && !text_equal(secret_text(ret_password), secret_text(&again))) {
        asked = verb_refuse(run, "the two passwords are not the same");
    }
    secret_wipe(&again);
    return asked;
}

/* With a second time for the code, when the desk asks for it. */
static bool set_password(struct verb_run *run, struct account_set_password *request,
                         struct secret *code, struct account_changed *ret_reply)
{
    if (verb_call(run, METHOD_ACCOUNT_SET_PASSWORD, request, ret_reply)) {
        return true;
    }
    if (run->error != ERROR_CODE_REQUIRED ||
        verb_code(run, VERB_CODE_QUESTION, code) != VERB_DONE) {
        return false;
    }
    request->code = secret_text(code);
    present_mark(&request->present, SET_PASSWORD_CODE);
    return verb_call(run, METHOD_ACCOUNT_SET_PASSWORD, request, ret_reply);
}

static enum verb_exit password_refused(const struct verb_run *run)
{
    if (run->error == ERROR_CODE_REQUIRED) {
        return VERB_FAILED; /* what was wrong with the code has been said */
    }
    return run->error == ERROR_AUTH_FAILED
               ? verb_refuse(run, "the password so far, or the code, is not right; nothing was "
                                  "changed")
               : verb_fail(run);
}

enum verb_exit profile_password(struct verb_run *run)
{
    struct secret old_password = {.length = 0};
    struct secret password = {.length = 0};
    struct secret code = {.length = 0};
    struct account_changed reply;
    enum verb_exit result = verb_secret(run, "Password so far: ", &old_password);
    if (result == VERB_DONE) {
        result = profile_new_password(run, &password);
    }
    if (result == VERB_DONE) {
        struct account_set_password request = {.old_password = secret_text(&old_password),
                                               .password = secret_text(&password)};
        result = set_password(run, &request, &code, &reply)
                     ? tell(run, &reply, "Your password is changed. All other sign-ins have ended.")
                     : password_refused(run);
    }
    secret_wipe(&old_password);
    secret_wipe(&password);
    secret_wipe(&code);
    return result;
}

enum verb_exit profile_ask_role(struct verb_run *run)
{
    struct account_request_role request = {.reason = text_of(verb_value(run, "reason"))};
    struct account_changed reply;
    uint32_t role = 0;
    if (run->arguments[1] == NULL ||
        !choices_find(&role_choices, text_of(run->arguments[1]), &role) || role == ROLE_USER) {
        return verb_refuse(run, "which role? write: ttydesk account ask-role staff, or admin");
    }
    request.role = (enum role)role;
    if (request.reason.data != NULL) {
        present_mark(&request.present, REQUEST_ROLE_REASON);
    }
    if (!verb_call(run, METHOD_ACCOUNT_REQUEST_ROLE, &request, &reply)) {
        return verb_fail(run);
    }
    return tell(run, &reply, "Asked. An admin decides; you will see it when you sign in.");
}
