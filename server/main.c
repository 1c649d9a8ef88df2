/* ttydeskd: picks the verb. How the serving daemon is put together stands in daemon.c. */
#include <stdio.h>
#include <string.h>

#include "proto/noise.h"
#include "server/console/console.h"
#include "server/digest.h"

static const char usage[] =
    "Usage: ttydeskd VERB ...\n"
    "\n"
    "  init                make a new, empty desk\n"
    "  serve               serve it\n"
    "  admin create NAME   open an account of role admin\n"
    "  account ...         make, reset, disable accounts; sign-ins; role requests; unlock\n"
    "  queue ...           make and change queues, and who works in them\n"
    "  canned ...          replies that the staff has ready\n"
    "  settings            what holds for the whole desk, shown and changed\n"
    "  health              how the daemon and its desk are\n"
    "  retention           what is old enough to be purged, and purging it\n"
    "  audit               who did what, when and from where; audit verify\n"
    "  verify              check that the record is whole\n"
    "  backup FILE         copy the desk to a file\n"
    "  restore FILE        put a backup in the desk's place\n"
    "\n"
    "`ttydeskd VERB --help` says more about each. All read the configuration " CONSOLE_CONFIG_PATH
    "\nor what --config names.\n";

struct verb {
    const char *name;
    console_verb *run;
};

static const struct verb verbs[] = {
    {"serve", console_serve},         {"init", console_init},     {"admin", console_admin},
    {"account", console_account},     {"queue", console_queue},   {"canned", console_canned},
    {"settings", console_settings},   {"health", console_health}, {"audit", console_audit},
    {"verify", console_verify},       {"backup", console_backup}, {"restore", console_restore},
    {"retention", console_retention},
};

static int run_verb(int count, char **arguments)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(arguments[0], verbs[i].name) == 0) {
            return verbs[i].run(count, arguments);
        }
    }
    (void)console_fail("There is no verb \"%s\".", arguments[0]);
    (void)fputs(usage, stderr);
    return CONSOLE_USAGE;
}

int main(int count, char **arguments)
{
    if (count < 2) {
        (void)fputs(usage, stderr);
        return CONSOLE_USAGE;
    }
    if (strcmp(arguments[1], "--help") == 0) {
        (void)fputs(usage, stdout);
        return CONSOLE_OK;
    }
    if (strcmp(arguments[1], "--version") == 0) {
        (void)puts("ttydeskd " TTYDESK_VERSION);
        return CONSOLE_OK;
    }
    if (noise_start() != ERROR_NONE || digest_init() != ERROR_NONE) {
        return console_fail("There is no source of randomness.");
    }
    return run_verb(count - 1, arguments + 1);
}
