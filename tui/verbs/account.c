/* ttydesk account WHAT: where one is signed in, the devices that are known, setting a password
 * with a one-time code; the second factor is in totp.c. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/output.h"
#include "tui/verbs/export.h"
#include "tui/verbs/profile.h"
#include "tui/verbs/verb.h"

static const struct verb_option options[] = {
    {"email", "ADDRESS", "update: another address"},
    {"display-name", "TEXT", "update: another name beside the user name"},
    {"reason", "TEXT", "ask-role: why; the admin reads it"},
    {"output", "FILE",
     "export: where to, instead of standard output; a file that is not there yet"},
    {0},
};

static void add_number(struct output_table *table, uint64_t number)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, number);
    output_table_cell(table, text_of(text));
}

static void add_time(struct output_table *table, uint64_t time_ms)
{
    char text[OUTPUT_TIME_SIZE];
    output_time(time_ms, text);
    output_table_cell(table, text_of(text));
}

static struct text name_or_dash(uint64_t present, unsigned bit, struct text name)
{
    return present_has(present, bit) ? name : text_of("-");
}

static enum verb_exit sign_ins(struct verb_run *run)
{
    static const char *const headings[] = {"Id", "Device", "From", "Since", "Last used", ""};
    struct nothing request = {0};
    struct sign_in_list reply;
    if (!verb_call(run, METHOD_ACCOUNT_SIGN_INS, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return verb_print_list(&sign_in_table, &reply.sign_ins);
    }
    struct output_table *table = output_table_create(stdout, headings, 6);
    for (size_t i = 0; i < reply.sign_ins.count; i++) {
        const struct sign_in *item = &((const struct sign_in *)reply.sign_ins.items)[i];
        add_number(table, item->id);
        output_table_cell(table, name_or_dash(item->present, SIGN_IN_DEVICE, item->device));
        output_table_cell(table, item->source);
        add_time(table, item->created_ms);
        add_time(table, item->seen_ms);
        output_table_cell(table, text_of(item->current ? "this one" : ""));
    }
    output_table_end(table);
    return VERB_DONE;
}

static enum verb_exit devices(struct verb_run *run)
{
    static const char *const headings[] = {"Id", "Device", "Last from", "Since", "Last", ""};
    struct nothing request = {0};
    struct device_list reply;
    if (!verb_call(run, METHOD_ACCOUNT_DEVICES, &request, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return verb_print_list(&device_table, &reply.devices);
    }
    struct output_table *table = output_table_create(stdout, headings, 6);
    for (size_t i = 0; i < reply.devices.count; i++) {
        const struct device *item = &((const struct device *)reply.devices.items)[i];
        add_number(table, item->id);
        output_table_cell(table, name_or_dash(item->present, DEVICE_NAME, item->name));
        output_table_cell(table, item->source);
        add_time(table, item->created_ms);
        add_time(table, item->seen_ms);
        output_table_cell(table, text_of(item->current ? "this one" : ""));
    }
    output_table_end(table);
    return VERB_DONE;
}

static bool read_id(const struct verb_run *run, uint64_t *ret_id)
{
    const char *text = run->arguments[1];
    char *end = NULL;
    errno = 0;
    *ret_id = text != NULL ? strtoull(text, &end, 10) : 0;
    if (text == NULL || text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0) {
        verb_refuse(run, "the id is missing; the list shows it in its first column");
        return false;
    }
    return true;
}

static enum verb_exit end_one(struct verb_run *run, enum method method, const char *done)
{
    struct account_thing request = {0};
    struct nothing reply;
    if (!read_id(run, &request.id)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, method, &request, &reply)) {
        return verb_fail(run);
    }
    puts(done);
    return VERB_DONE;
}

static enum verb_exit end_sign_in(struct verb_run *run)
{
    return end_one(run, METHOD_ACCOUNT_END_SIGN_IN, "The sign-in has ended.");
}

static enum verb_exit forget_device(struct verb_run *run)
{
    return end_one(run, METHOD_ACCOUNT_FORGET_DEVICE, "The device is not known any more.");
}

static enum verb_exit end_others(struct verb_run *run)
{
    struct nothing request = {0};
    struct nothing reply;
    if (!verb_call(run, METHOD_ACCOUNT_END_OTHER_SIGN_INS, &request, &reply)) {
        return verb_fail(run);
    }
    puts("All other sign-ins have ended.");
    return VERB_DONE;
}

/* --- A password with a code --- */

static enum verb_exit ask_code(struct verb_run *run, struct secret *code, struct secret *password)
{
    enum verb_exit asked = verb_secret(run, "One-time code: ", code);
    return asked == VERB_DONE ? profile_new_password(run, password) : asked;
}

static enum verb_exit use_code(struct verb_run *run)
{
    struct secret code = {.length = 0};
    struct secret password = {.length = 0};
    struct account_changed reply;
    if (run->arguments[1] == NULL) {
        return verb_refuse(run, "the user name is missing; write: ttydesk account use-code NAME");
    }
    enum verb_exit result = ask_code(run, &code, &password);
    struct account_use_code request = {.name = text_of(run->arguments[1]),
                                       .code = secret_text(&code),
                                       .password = secret_text(&password)};
    if (result == VERB_DONE && !verb_call(run, METHOD_ACCOUNT_USE_CODE, &request, &reply)) {
        result = run->error == ERROR_AUTH_FAILED
                     ? verb_refuse(run, "the user name or the code is not right, or the code has "
                                        "expired or was used; an admin can give another one")
                     : verb_fail(run);
    } else if (result == VERB_DONE) {
        printf("The password is set. Sign in with: ttydesk login ");
        output_line(stdout, reply.name);
        fputc('\n', stdout);
    }
    secret_wipe(&code);
    secret_wipe(&password);
    return result;
}

static const struct {
    const char *what;
    bool anonymous;
    enum verb_exit (*run)(struct verb_run *run);
} parts[] = {
    {"sign-ins", false, sign_ins},           {"end-sign-in", false, end_sign_in},
    {"end-others", false, end_others},       {"devices", false, devices},
    {"forget-device", false, forget_device}, {"use-code", true, use_code},
    {"update", false, profile_update},       {"password", false, profile_password},
    {"ask-role", false, profile_ask_role},   {"totp", false, verb_totp},
    {"export", false, export_run},
};

static enum verb_exit account_run(struct verb_run *run)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(run->arguments[0], parts[i].what) != 0) {
            continue;
        }
        if (!parts[i].anonymous && !connection_signed_in(run->connection)) {
            run->error = ERROR_NOT_SIGNED_IN;
            return verb_fail(run);
        }
        return parts[i].run(run);
    }
    return verb_refuse(
        run,
        "there is no \"%s\"; there are sign-ins, end-sign-in ID, end-others, "
        "devices, forget-device ID, use-code NAME, update, password, ask-role ROLE, totp begin|confirm|remove, "
        "export",
        run->arguments[0]);
}

const struct verb verb_account = {
    .name = "account",
    .arguments = "WHAT [ID|NAME|ROLE]",
    .help = "sign-ins, end-sign-in ID, end-others, devices, forget-device ID, use-code NAME, "
            "update, password, ask-role ROLE, totp begin|confirm|remove, export",
    .arguments_min = 1,
    .arguments_max = 2,
    .anonymous = true, /* use-code is; the others ask themselves */
    .options = options,
    .run = account_run,
};
