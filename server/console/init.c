/* ttydeskd init: a new, empty desk and its host key. */
#include <stdio.h>

#include "proto/fingerprint.h"
#include "proto/random.h"
#include "server/console/console.h"
#include "server/hostkey.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd init [--config FILE]\n"
    "\n"
    "Makes a new, empty desk and its host key in the folder that the configuration names, and\n"
    "prints the key's fingerprint, by which clients know the desk.\n";

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
    const struct console_line line = {.usage = usage};
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
    return make_key(&config);
}
