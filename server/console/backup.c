/* ttydeskd backup: a verified copy of the desk. Also while the daemon serves. */
#include <stdio.h>

#include "server/console/console.h"
#include "server/health.h"
#include "server/process.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd backup FILE [--config FILE]\n"
    "\n"
    "Writes a compact, verified copy of the desk to a new file. May run while the daemon serves.\n"
    "The host key is not part of it: keep host.key, beside the desk, as safe as a password.\n";

int console_backup(int count, char **arguments)
{
    const struct console_line line = {.usage = usage, .operands_min = 1, .operands_max = 1};
    struct console_parsed parsed;
    struct config config;
    struct store *store;
    struct store_report report = {0};
    struct problem problem = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config)) {
        return CONSOLE_FAILED;
    }
    /* Only the copy is written with root's rights. */
    if (process_act_as_owner(config.server.data, &problem) != ERROR_NONE) {
        return console_fail("%s", problem.text);
    }
    const struct store_settings settings = {.directory = config.server.data,
                                            .map_bytes = config.storage.map_size_bytes};
    enum error error = store_open(&settings, &store, &report);
    process_be_root_again();
    if (error != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    error = store_backup(store, parsed.operands[0], &report);
    store_close(store);
    if (error != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    if (process_act_as_owner(config.server.data, &problem) == ERROR_NONE) {
        (void)health_note_backup(config.server.data);
        process_be_root_again();
    }
    (void)printf("The desk is copied to %s.\n", parsed.operands[0]);
    return CONSOLE_OK;
}
