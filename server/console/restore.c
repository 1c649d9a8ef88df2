/* ttydeskd restore: puts a backup in the desk's place. Not while the daemon serves. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/random.h"
#include "server/console/console.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd restore FILE [--config FILE]\n"
    "\n"
    "Puts a verified copy of the backup in the place of the desk, which nobody may be serving; the\n"
    "desk that was there is kept beside it. Clients that were connected read everything again.\n";

int console_restore(int count, char **arguments)
{
    const struct console_line line = {.usage = usage, .operands_min = 1, .operands_max = 1};
    struct console_parsed parsed;
    struct config config;
    struct store_report report = {0};
    uint8_t epoch[EPOCH_BYTES];
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config)) {
        return CONSOLE_FAILED;
    }
    /* Read with root's rights, written with the daemon's. */
    int backup = open(parsed.operands[0], O_RDONLY | O_CLOEXEC);
    if (backup < 0) {
        return console_fail("%s can't be opened: %s.", parsed.operands[0], strerror(errno));
    }
    if (!console_prepare_folder(&config)) {
        (void)close(backup);
        return CONSOLE_FAILED;
    }
    random_fill(epoch, sizeof epoch);
    enum error error =
        store_restore(config.server.data, backup, parsed.operands[0], epoch, &report);
    (void)close(backup);
    if (error != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    (void)printf("The desk in %s is the one of %s now.\n", config.server.data, parsed.operands[0]);
    return CONSOLE_OK;
}
