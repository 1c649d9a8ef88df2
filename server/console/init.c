/* ttydeskd init: a new, empty desk and its host key. */
#include <stdio.h>

#include "proto/fingerprint.h"
#include "proto/operation.h"
#include "proto/random.h"
#include "server/console/console.h"
#include "server/console/offline.h"
#include "server/hostkey.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd init [--config FILE] [--no-second-factor]\n"
    "\n"
    "Makes a new, empty desk and its host key in the folder that the configuration names, and\n"
    "prints the key's fingerprint, by which clients know the desk.\n"
    "\n"
    "  --no-second-factor  admins enter admin mode with their password alone; without this they\n"
    "                      set up a second factor first, or sign in with a key. Later:\n"
    "                      ttydeskd settings admin_second_factor=0\n";

/* As whoever is the console would, with a line in the journal. */
static enum error demand_on(struct store *store)
{
    uint8_t random[OPERATION_RANDOM_BYTES];
    uint8_t operation[OPERATION_BYTES];
    uint64_t time_ms = 0;
    struct arena arena = {0};
    struct settings settings;
    struct failure failure = {0};
    struct admin_settings_update request = {
        .operation = {.data = operation, .length = sizeof operation},
        .version = 1,
        .admin_second_factor = 1,
    };
    present_mark(&request.present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    enum error error = offline_time(store, &time_ms);
    if (error == ERROR_NONE) {
        random_fill(random, sizeof random);
        operation_make(time_ms, random, operation);
        error =
            offline_ask(store, &arena, METHOD_ADMIN_SETTINGS_UPDATE, &request, &settings, &failure);
    }
    arena_finish(&arena);
    return error;
}

static int demand_second_factor(const struct config *config)
{
    const struct store_settings settings = {
        .directory = config->server.data,
        .map_bytes = config->storage.map_size_bytes,
        .exclusive = true,
    };
    struct store_report report = {0};
    struct store *store = NULL;
    enum error error = store_open(&settings, &store, &report);
    if (error == ERROR_NONE) {
        error = demand_on(store);
        store_close(store);
    }
    return error == ERROR_NONE
               ? CONSOLE_OK
               : console_fail("The desk is made, but admins need no second factor in it: %s Run: "
                              "ttydeskd settings admin_second_factor=1",
                              report.text[0] != '\0' ? report.text : error_sentence(error));
}

static int make_key(const struct config *config)
{
    char path[CONFIG_TEXT_BYTES + 16];
    char fingerprint[FINGERPRINT_SIZE];
    struct problem problem = {0};
    const struct noise_keypair *pair = NULL;
    if (!console_host_key_path(config, path)) {
        return console_fail("The folder's name is too long.");
    }
    enum error error = hostkey_create(path, &problem);
    /* A key that is there already is the one clients know; it stays. */
    if (error == ERROR_NONE || error == ERROR_ALREADY_DONE) {
        error = hostkey_open(path, &pair, &problem);
    }
    if (error != ERROR_NONE) {
        return console_fail("%s", problem.text);
    }
    fingerprint_format(pair->public_key, fingerprint);
    hostkey_close(pair);
    (void)printf("A new desk is in %s.\nIts key's fingerprint: %s\n"
                 "Next, an admin: ttydeskd admin create NAME\n",
                 config->server.data, fingerprint);
    return CONSOLE_OK;
}

int console_init(int count, char **arguments)
{
    bool no_second_factor = false;
    const struct console_option options[] = {
        {.name = "no-second-factor", .flag = &no_second_factor},
        {0},
    };
    const struct console_line line = {.usage = usage, .options = options};
    struct console_parsed parsed;
    struct config config;
    struct store_report report = {0};
    uint8_t desk_id[EPOCH_BYTES];
    uint8_t epoch[EPOCH_BYTES];
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config) || !console_prepare_folder(&config)) {
        return CONSOLE_FAILED;
    }
    random_fill(desk_id, sizeof desk_id);
    random_fill(epoch, sizeof epoch);
    if (store_create(config.server.data, desk_id, epoch, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = make_key(&config);
    return status != CONSOLE_OK || no_second_factor ? status : demand_second_factor(&config);
}
