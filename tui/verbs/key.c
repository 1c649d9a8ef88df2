/* ttydesk key WHAT: the key one signs in with instead of a password: made here, its public half
 * given to the desk. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fingerprint.h"
#include "tui/output.h"
#include "tui/verbs/key.h"
#include "tui/wipe.h"

static const struct verb_option options[] = {
    {"file", "FILE", "create, add, list: the key's file, if not the usual one"},
    {"no-passphrase", NULL, "create: whoever gets the file can sign in with it"},
    {"label", "TEXT", "add: what to call the key, if not by the name of this computer"},
    {0},
};

/* --- For other verbs --- */

bool verb_key_path(const struct verb_run *run, const char *given, char ret_path[PATH_SIZE])
{
    enum error error = ERROR_NONE;
    if (given == NULL) {
        error = key_file_path(ret_path);
    } else if (snprintf(ret_path, PATH_SIZE, "%s", given) >= PATH_SIZE) {
        error = ERROR_TOO_LARGE;
    }
    if (error != ERROR_NONE) {
        verb_refuse(run, "there is no place for a key: %s",
                    error == ERROR_NOT_FOUND ? "HOME is not set" : "the path is too long");
    }
    return error == ERROR_NONE;
}

static enum verb_exit refuse_file(const struct verb_run *run, const char *path, enum error error)
{
    const char *why = error == ERROR_SYSTEM ? strerror(errno) : key_file_problem(error);
    return verb_refuse(run, "the key %s cannot be used: %s", path, why);
}

enum verb_exit verb_key_open(const struct verb_run *run, const char *path, struct verb_key *ret_key)
{
    struct secret passphrase = {.length = 0};
    struct key_file file;
    enum verb_exit asked = VERB_DONE;
    enum error error = key_file_load(path, &file);
    if (error == ERROR_NONE && file.sealed) {
        asked = verb_secret(run, "Passphrase of the key: ", &passphrase);
    }
    if (error == ERROR_NONE && asked == VERB_DONE) {
        error = key_file_open(&file, secret_text(&passphrase), ret_key->seed);
        memcpy(ret_key->public_key, file.public_key, KEY_BYTES);
    }
    wipe(&file, sizeof file);
    secret_wipe(&passphrase);
    return error != ERROR_NONE ? refuse_file(run, path, error) : asked;
}

enum verb_exit verb_key_sign(struct verb_run *run, const struct verb_key *key,
                             enum key_purpose purpose, struct text name,
                             uint8_t ret_signature[SIGNATURE_BYTES])
{
    struct key_binding binding;
    struct hello hello = {.protocol = PROTOCOL_VERSION};
    struct hello_reply reply;
    if (!connection_take_binding(run->connection, &binding)) {
        if (!verb_call(run, METHOD_HELLO, &hello, &reply)) {
            return verb_fail(run);
        }
        if (!connection_take_binding(run->connection, &binding)) {
            return verb_refuse(run, "this desk does not take keys; it is older than this program");
        }
    }
    if (!key_proof_sign(key->seed, purpose, &binding, name, ret_signature)) {
        return verb_refuse(run, "no user name is as long as that");
    }
    return VERB_DONE;
}

/* --- Making one --- */

static enum verb_exit ask_passphrase(const struct verb_run *run, struct secret *ret_secret)
{
    struct secret again = {.length = 0};
    enum verb_exit asked = verb_secret(run, "Passphrase for the new key: ", ret_secret);
    if (asked == VERB_DONE && !run->password_stdin) {
        asked = verb_secret(run, "The same passphrase again: ", &again);
        if (asked == VERB_DONE && !text_equal(secret_text(ret_secret), secret_text(&again))) {
            asked = verb_refuse(run, "the two passphrases are not the same");
        }
    }
    if (asked == VERB_DONE && ret_secret->length == 0) {
        asked = verb_refuse(run, "without a passphrase whoever gets the file can sign in; if that "
                                 "is what you want, say --no-passphrase");
    }
    secret_wipe(&again);
    return asked;
}

static enum verb_exit create(struct verb_run *run)
{
    char path[PATH_SIZE];
    char fingerprint[FINGERPRINT_SIZE];
    struct secret passphrase = {.length = 0};
    struct key_file file;
    enum verb_exit asked = VERB_DONE;
    if (!verb_key_path(run, verb_value(run, "file"), path)) {
        return VERB_FAILED;
    }
    if (verb_value(run, "no-passphrase") == NULL) {
        asked = ask_passphrase(run, &passphrase);
    }
    if (asked == VERB_DONE) {
        enum error error = key_file_create(path, secret_text(&passphrase), &file);
        if (error != ERROR_NONE) {
            asked = verb_refuse(run, "the key %s is not made: %s", path,
                                error == ERROR_SYSTEM ? strerror(errno) : key_file_problem(error));
        } else {
            fingerprint_of_account_key(file.public_key, fingerprint);
            printf("The key is in ");
            output_line(stdout, text_of(path));
            printf(".\nIts fingerprint is %s\nGive it to the desk with: ttydesk key add\n",
                   fingerprint);
        }
        wipe(&file, sizeof file);
    }
    secret_wipe(&passphrase);
    return asked;
}

/* --- The desk's list --- */

static bool own_name(struct verb_run *run, struct text *ret_name)
{
    struct account_get request = {.name = {0}};
    struct account_reply reply;
    if (!verb_call(run, METHOD_ACCOUNT_GET, &request, &reply)) {
        return false;
    }
    *ret_name = reply.account.name;
    return true;
}

enum verb_exit verb_elevate_with_key(struct verb_run *run)
{
    char path[PATH_SIZE];
    uint8_t signature[SIGNATURE_BYTES];
    struct verb_key key;
    struct text name;
    struct elevated elevated;
    if (!verb_key_path(run, NULL, path)) {
        return VERB_FAILED;
    }
    if (!own_name(run, &name)) {
        return verb_fail(run);
    }
    struct account_elevate_key request = {.public_key = {key.public_key, KEY_BYTES},
                                          .signature = {signature, SIGNATURE_BYTES}};
    enum verb_exit result = verb_key_open(run, path, &key);
    if (result == VERB_DONE) {
        result = verb_key_sign(run, &key, KEY_ELEVATES, name, signature);
    }
    wipe(key.seed, sizeof key.seed);
    if (result == VERB_DONE && !verb_call(run, METHOD_ACCOUNT_ELEVATE_KEY, &request, &elevated)) {
        result = verb_fail(run);
    }
    return result;
}

/* Signs and asks; every time anew, since a signature may be good once. */
static enum verb_exit try_to_add(struct verb_run *run, const struct verb_key *key, struct text name,
                                 struct account_key_add *request)
{
    uint8_t signature[SIGNATURE_BYTES];
    struct account_key_changed reply;
    enum verb_exit result = verb_key_sign(run, key, KEY_IS_ADDED, name, signature);
    request->signature = (struct bytes){signature, SIGNATURE_BYTES};
    run->error = ERROR_NONE;
    if (result == VERB_DONE && !verb_call(run, METHOD_ACCOUNT_KEY_ADD, request, &reply)) {
        result = run->error == ERROR_CODE_REQUIRED ? VERB_FAILED : verb_fail(run);
    }
    request->signature = (struct bytes){0};
    return result;
}

/* With a second time for the code, when the desk asks for it. */
static enum verb_exit send_key(struct verb_run *run, const struct verb_key *key, struct text name,
                               struct account_key_add *request)
{
    struct secret code = {.length = 0};
    enum verb_exit result = try_to_add(run, key, name, request);
    if (result == VERB_DONE || run->error != ERROR_CODE_REQUIRED) {
        return result;
    }
    result = verb_code(run, VERB_CODE_QUESTION, &code);
    if (result == VERB_DONE) {
        request->code = secret_text(&code);
        present_mark(&request->present, KEY_ADD_CODE);
        result = try_to_add(run, key, name, request);
        secret_wipe(&code);
    }
    return result;
}

static enum verb_exit add_key(struct verb_run *run, const struct verb_key *key)
{
    char fingerprint[FINGERPRINT_SIZE];
    struct text name;
    struct secret password = {.length = 0};
    const char *label = verb_value(run, "label");
    struct account_key_add request = {
        .label = label != NULL ? text_of(label) : verb_device_name(run),
        .public_key = {key->public_key, KEY_BYTES},
    };
    if (request.label.length == 0) {
        request.label = text_of("key");
    }
    if (!own_name(run, &name)) {
        return verb_fail(run);
    }
    enum verb_exit result = verb_secret(run, "Your password: ", &password);
    request.password = secret_text(&password);
    if (result == VERB_DONE) {
        result = send_key(run, key, name, &request);
    }
    if (result == VERB_DONE) {
        fingerprint_of_account_key(key->public_key, fingerprint);
        printf("The key is added: %s\nSign in with it: ttydesk login ", fingerprint);
        output_line(stdout, name);
        puts(" --key");
    }
    secret_wipe(&password);
    return result;
}

static enum verb_exit add(struct verb_run *run)
{
    char path[PATH_SIZE];
    struct verb_key key;
    if (!verb_key_path(run, verb_value(run, "file"), path)) {
        return VERB_FAILED;
    }
    enum verb_exit result = verb_key_open(run, path, &key);
    if (result == VERB_DONE) {
        result = add_key(run, &key);
    }
    wipe(&key, sizeof key);
    return result;
}

static bool ask_keys(struct verb_run *run, struct account_keys *ret_reply)
{
    struct nothing request = {0};
    return verb_call(run, METHOD_ACCOUNT_KEYS, &request, ret_reply);
}

/* Empty when there is no key here. */
static void own_fingerprint(const struct verb_run *run, char ret_text[FINGERPRINT_SIZE])
{
    char path[PATH_SIZE];
    struct key_file file;
    ret_text[0] = '\0';
    if (verb_key_path(run, verb_value(run, "file"), path) &&
        key_file_load(path, &file) == ERROR_NONE) {
        fingerprint_of_account_key(file.public_key, ret_text);
        wipe(&file, sizeof file);
    }
}

static enum verb_exit list(struct verb_run *run)
{
    static const char *const headings[] = {"Id", "Label", "Added", "Last used", "", "Fingerprint"};
    char own[FINGERPRINT_SIZE];
    char text[OUTPUT_TIME_SIZE];
    struct account_keys reply;
    if (!ask_keys(run, &reply)) {
        return verb_fail(run);
    }
    if (run->json) {
        return verb_print_list(&account_key_table, &reply.keys);
    }
    own_fingerprint(run, own);
    struct output_table *table = output_table_create(stdout, headings, 6);
    for (size_t i = 0; i < reply.keys.count; i++) {
        const struct account_key *key = &((const struct account_key *)reply.keys.items)[i];
        snprintf(text, sizeof text, "%" PRIu64, key->id);
        output_table_cell(table, text_of(text));
        output_table_cell(table, key->label);
        output_time(key->created_ms, text);
        output_table_cell(table, text_of(text));
        output_time(key->used_ms, text);
        output_table_cell(table, text_of(text));
        bool here = text_equal(key->fingerprint, text_of(own));
        output_table_cell(table, text_of(here ? "here" : ""));
        output_table_cell(table, key->fingerprint);
    }
    output_table_end(table);
    return VERB_DONE;
}

/* The key of this fingerprint or id. False after complaining. */
static bool find_key(struct verb_run *run, const char *given, uint64_t *ret_id)
{
    struct account_keys reply;
    char *end = NULL;
    *ret_id = strtoull(given, &end, 10);
    if (given[0] >= '0' && given[0] <= '9' && *end == '\0') {
        return true;
    }
    if (!ask_keys(run, &reply)) {
        (void)verb_fail(run);
        return false;
    }
    for (size_t i = 0; i < reply.keys.count; i++) {
        const struct account_key *key = &((const struct account_key *)reply.keys.items)[i];
        if (text_equal(key->fingerprint, text_of(given))) {
            *ret_id = key->id;
            return true;
        }
    }
    verb_refuse(run, "you have no key \"%s\"; ttydesk key list has id and fingerprint", given);
    return false;
}

static enum verb_exit remove_key(struct verb_run *run)
{
    struct account_key_remove request = {.id = 0};
    struct account_key_changed reply;
    if (run->arguments[1] == NULL) {
        return verb_refuse(run, "the id is missing; ttydesk key list shows it");
    }
    if (!find_key(run, run->arguments[1], &request.id)) {
        return VERB_FAILED;
    }
    if (!verb_call(run, METHOD_ACCOUNT_KEY_REMOVE, &request, &reply)) {
        return verb_fail(run);
    }
    puts("The key is removed, and the sign-ins made with it have ended.");
    return VERB_DONE;
}

static const struct {
    const char *what;
    bool offline;
    enum verb_exit (*run)(struct verb_run *run);
} parts[] = {
    {"create", true, create},
    {"add", false, add},
    {"list", false, list},
    {"remove", false, remove_key},
};

static bool is_offline(const struct verb_run *run)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(run->arguments[0], parts[i].what) == 0) {
            return parts[i].offline;
        }
    }
    return true; /* to be told what there is */
}

static enum verb_exit key_run(struct verb_run *run)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (strcmp(run->arguments[0], parts[i].what) == 0) {
            return parts[i].run(run);
        }
    }
    return verb_refuse(run, "there is no \"%s\"; there are create, add, list, remove ID",
                       run->arguments[0]);
}

const struct verb verb_key = {
    .name = "key",
    .arguments = "WHAT [ID]",
    .help = "sign in with a key: create, add, list, remove ID",
    .arguments_min = 1,
    .arguments_max = 2,
    .is_offline = is_offline,
    .options = options,
    .run = key_run,
};
