/* ttydeskd verify: is the record whole? Also while the daemon serves. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <errno.h>

#include "server/console/console.h"
#include "server/store/store.h"

static const char usage[] =
    "Usage: ttydeskd verify [--config FILE] [--scratch FOLDER]\n"
    "\n"
    "Checks every stored value, every index, the journal's chain, and that replaying the journal\n"
    "into an empty desk ends in the same content. May run while the daemon serves.\n"
    "\n"
    "  --scratch FOLDER  where that empty desk is made; needs as much room as the desk\n"
    "\n"
    "Exit status: 0 whole, 1 damaged or not to be read.\n";

static void on_problem(void *context, const char *sentence)
{
    (void)context;
    (void)console_fail("%s", sentence);
}

static void print_digest(const char *name, const uint8_t digest[32])
{
    (void)printf("%s ", name);
    for (size_t i = 0; i < 32; i++) {
        (void)printf("%02x", digest[i]);
    }
    (void)putchar('\n');
}

static int verify(struct store *store, const char *scratch)
{
    struct store_verdict verdict = {0};
    enum error error = store_verify(store, scratch, on_problem, NULL, &verdict);
    if (error == ERROR_DATA_DAMAGED) {
        return console_fail("The desk is damaged: %" PRIu64 " problems. Restore a backup.",
                            verdict.problems);
    }
    if (error != ERROR_NONE) {
        return console_fail("The desk could not be checked: %s", error_sentence(error));
    }
    (void)printf("The desk is whole: %" PRIu64 " rows, %" PRIu64 " journal entries.\n",
                 verdict.rows, verdict.entries);
    print_digest("content", verdict.content);
    print_digest("journal", verdict.chain);
    return CONSOLE_OK;
}

int console_verify(int count, char **arguments)
{
    const char *given = NULL;
    const struct console_option options[] = {{.name = "scratch", .value = &given}, {0}};
    const struct console_line line = {.usage = usage, .options = options};
    char scratch[CONFIG_TEXT_BYTES + 32];
    struct console_parsed parsed;
    struct config config;
    struct store *store;
    struct store_report report = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    const struct store_settings settings = {.directory = config.server.data,
                                            .map_bytes = config.storage.map_size_bytes};
    (void)snprintf(scratch, sizeof scratch, "%s/verify-XXXXXX",
                   given != NULL ? given : config.server.data);
    if (store_open(&settings, &store, &report) != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = CONSOLE_FAILED;
    if (mkdtemp(scratch) == NULL) {
        (void)console_fail("%s can't be made: %s.", scratch, strerror(errno));
    } else {
        status = verify(store, scratch);
        if (rmdir(scratch) != 0) {
            status = console_fail("%s is not empty; remove it.", scratch);
        }
    }
    store_close(store);
    return status;
}
