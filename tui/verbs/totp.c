/* ttydesk account totp begin|confirm|remove: the own second factor. */
#include <stdio.h>
#include <string.h>

#include "tui/output.h"
#include "tui/verbs/verb.h"

enum { GROUP = 4 };

/* In groups, as people type it. */
static void print_secret(struct text secret)
{
    for (size_t i = 0; i < secret.length; i += GROUP) {
        size_t left = secret.length - i;
        printf(" %.*s", (int)(left < GROUP ? left : GROUP), secret.data + i);
    }
    fputc('\n', stdout);
}

static enum verb_exit begin(struct verb_run *run)
{
    struct secret password;
    struct totp_begun reply;
    enum verb_exit asked = verb_secret(run, "Your password: ", &password);
    if (asked != VERB_DONE) {
        return asked;
    }
    struct account_totp_begin request = {.password = secret_text(&password)};
    bool done = verb_call(run, METHOD_ACCOUNT_TOTP_BEGIN, &request, &reply);
    secret_wipe(&password);
    if (!done) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_ACCOUNT_TOTP_BEGIN].reply, &reply) ? VERB_DONE
                                                                                     : VERB_FAILED;
    }
    printf("Secret: ");
    print_secret(reply.secret);
    printf("Address: ");
    output_line(stdout, reply.uri);
    puts("\nGive one of the two to an app that shows codes, on a phone or elsewhere: nobody can\n"
         "look them up later. It counts once you type a code of it, within an hour:\n"
         "ttydesk account totp confirm");
    return VERB_DONE;
}

static void print_codes(const struct list *codes)
{
    puts("Your second factor is set up: signing in asks for a code beside the password.\n"
         "These recovery codes are good once each, when the app is lost. Keep them in a safe\n"
         "place; nobody can look them up later.\n");
    for (size_t i = 0; i < codes->count; i++) {
        output_line(stdout, ((const struct recovery_code *)codes->items)[i].code);
        fputc('\n', stdout);
    }
}

static enum verb_exit confirm(struct verb_run *run)
{
    struct secret code;
    struct totp_confirmed reply;
    enum verb_exit asked = verb_code(run, "The code that the app shows now: ", &code);
    if (asked != VERB_DONE) {
        return asked;
    }
    struct account_totp_confirm request = {.code = secret_text(&code)};
    bool done = verb_call(run, METHOD_ACCOUNT_TOTP_CONFIRM, &request, &reply);
    secret_wipe(&code);
    if (!done) {
        return verb_fail(run);
    }
    if (run->json) {
        return output_json(stdout, methods[METHOD_ACCOUNT_TOTP_CONFIRM].reply, &reply)
                   ? VERB_DONE
                   : VERB_FAILED;
    }
    if (!present_has(reply.present, TOTP_CONFIRMED_CODES)) {
        puts("Your second factor is set up, but its recovery codes were lost on their way here.\n"
             "For new ones remove it and set it up again: ttydesk account totp remove");
        return VERB_DONE;
    }
    print_codes(&reply.codes);
    return VERB_DONE;
}

static enum verb_exit give_up(struct verb_run *run)
{
    struct secret password = {.length = 0};
    struct secret code = {.length = 0};
    struct account_changed reply;
    enum verb_exit result = verb_secret(run, "Your password: ", &password);
    if (result == VERB_DONE) {
        result = verb_code(run, VERB_CODE_QUESTION, &code);
    }
    struct account_totp_remove request = {.password = secret_text(&password),
                                          .code = secret_text(&code)};
    if (result == VERB_DONE && !verb_call(run, METHOD_ACCOUNT_TOTP_REMOVE, &request, &reply)) {
        result = verb_fail(run);
    } else if (result == VERB_DONE) {
        puts("Your second factor is removed: signing in asks for the password alone.");
    }
    secret_wipe(&password);
    secret_wipe(&code);
    return result;
}

enum verb_exit verb_totp(struct verb_run *run)
{
    const char *what = run->arguments[1];
    if (what != NULL && strcmp(what, "begin") == 0) {
        return begin(run);
    }
    if (what != NULL && strcmp(what, "confirm") == 0) {
        return confirm(run);
    }
    if (what != NULL && strcmp(what, "remove") == 0) {
        return give_up(run);
    }
    return verb_refuse(run, "write: ttydesk account totp begin, then totp confirm; or totp remove");
}
