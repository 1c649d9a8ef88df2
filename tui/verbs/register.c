/* ttydesk register [NAME]: makes an account. What is not given is asked for at the terminal. */
#include <stdio.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {
    {"email", "ADDRESS", "the account's email address"},
    {"display-name", "TEXT", "the name other people see"},
    {0},
};

/* With --password-stdin one line is enough: a script does not mistype. */
static enum verb_exit ask_twice(struct verb_run *run, struct secret *first)
{
    struct secret second;
    enum verb_exit asked = verb_secret(run, "Password (at least 12 characters): ", first);
    if (asked != VERB_DONE || run->password_stdin) {
        return asked;
    }
    asked = verb_secret(run, "The same password again: ", &second);
    if (asked == VERB_DONE && !text_equal(secret_text(first), secret_text(&second))) {
        asked = verb_refuse(run, "the two passwords are not the same");
    }
    secret_wipe(&second);
    return asked;
}

static struct text given_or_asked(struct verb_run *run, const char *given, const char *question)
{
    return given != NULL ? text_of(given) : verb_ask(run, question);
}

static enum verb_exit register_run(struct verb_run *run)
{
    struct secret secret;
    struct account_register request = {0};
    struct account_changed reply;
    request.name = given_or_asked(run, run->arguments[0], "User name: ");
    request.email = given_or_asked(run, verb_value(run, "email"), "Email address: ");
    request.display_name = text_of(verb_value(run, "display-name"));
    if (request.name.length == 0) {
        return verb_refuse(run, "the user name is missing; write: ttydesk register NAME");
    }
    if (request.email.length == 0) {
        return verb_refuse(run, "the email address is missing; give it with --email");
    }
    enum verb_exit asked = ask_twice(run, &secret);
    if (asked != VERB_DONE) {
        secret_wipe(&secret);
        return asked;
    }
    request.password = secret_text(&secret);
    if (request.display_name.data != NULL) {
        present_mark(&request.present, REGISTER_DISPLAY_NAME);
    }
    bool done = verb_call(run, METHOD_ACCOUNT_REGISTER, &request, &reply);
    secret_wipe(&secret);
    if (!done) {
        return verb_fail(run);
    }
    printf("Registered ");
    output_line(stdout, reply.name);
    if (connection_hello(run->connection)->registration == REGISTRATION_APPROVAL) {
        puts(". An admin has to approve the account before it can sign in.");
    } else {
        puts(". Sign in with: ttydesk login NAME");
    }
    return VERB_DONE;
}

const struct verb verb_register = {
    .name = "register",
    .arguments = "[NAME]",
    .help = "make an account",
    .arguments_max = 1,
    .anonymous = true,
    .options = options,
    .run = register_run,
};
