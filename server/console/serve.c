/* ttydeskd serve: what is left to do around server/daemon.c, from the configuration to the exit. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "server/console/console.h"
#include "server/daemon.h"
#include "server/digest.h"
#include "server/hostkey.h"
#include "server/process.h"

enum { DESCRIPTORS_KEPT = 32 }; /* for the database, backups, the log */

_Static_assert(DAEMON_STATUS_FATAL == EX_IOERR, "the status service managers know");

static const char usage[] =
    "Usage: ttydeskd serve [--config FILE] [--accept-clock]\n"
    "       ttydeskd serve [--config FILE] --check-config | --dump-config\n"
    "\n"
    "Serves the desk until SIGTERM or SIGINT; SIGHUP reads the configuration again.\n"
    "\n"
    "  --config FILE    instead of " CONSOLE_CONFIG_PATH "\n"
    "  --accept-clock   serve although the clock is behind the desk's last entry\n"
    "  --check-config   only tell what is wrong with the configuration\n"
    "  --dump-config    print the configuration in force\n";

/* Root may serve only as somebody else, or when the configuration says so. */
static bool settle_user(const struct config *config)
{
    struct problem problem = {0};
    if (geteuid() != 0 || config->server.allow_root) {
        return true;
    }
    if (config->server.user[0] == '\0') {
        (void)console_fail("Serving as root is refused: set \"user\" in the configuration to the "
                           "account to become, or \"allow_root = yes\" on a throw-away machine.");
        return false;
    }
    if (process_become(config->server.user, &problem) != ERROR_NONE) {
        (void)console_fail("%s", problem.text);
        return false;
    }
    return true;
}

static struct logger *make_logger(const struct config *config)
{
    const struct logger_settings settings = {
        .fd = STDERR_FILENO,
        .level = (enum log_level)config->log.level,
        .format = (enum log_format)config->log.format,
        .priorities = logging_is_journal(STDERR_FILENO, getenv("JOURNAL_STREAM")),
        .source_max = (uint32_t)config->log.per_source,
        .total_max = (uint32_t)config->log.total,
        .clock = logging_clock,
    };
    struct logger *logger = NULL;
    if (logger_create(&settings, &logger) != ERROR_NONE) {
        (void)console_fail("%s", error_sentence(ERROR_NO_MEMORY));
    }
    return logger;
}

/* The desk and its key are there: serve. */
static int serve_desk(struct config *config, const struct console_parsed *parsed,
                      const struct daemon_settings *partly)
{
    struct daemon_settings settings = *partly;
    struct problem problem = {0};
    settings.config = config;
    settings.config_path = parsed->config_given ? parsed->config_path : CONSOLE_CONFIG_PATH;
    settings.logger = make_logger(config);
    if (settings.logger == NULL) {
        return CONSOLE_FAILED;
    }
    if (process_descriptors() < config->limits.connections_max + DESCRIPTORS_KEPT) {
        logger_write(settings.logger, LOG_LEVEL_WARNING, NULL,
                     "connections_max is %" PRIu64 ", but the system allows %" PRIu64
                     " open files; raise LimitNOFILE or ulimit -n.",
                     config->limits.connections_max, process_descriptors());
    }
    enum error error = daemon_run(&settings, &problem);
    logger_destroy(settings.logger);
    return error == ERROR_NONE ? CONSOLE_OK : console_fail("%s", problem.text);
}

static int open_desk(struct config *config, const struct console_parsed *parsed,
                     struct daemon_settings *settings)
{
    char key_path[CONFIG_TEXT_BYTES + 16];
    struct problem problem = {0};
    struct store_report report = {0};
    const struct store_settings store = {
        .directory = config->server.data,
        .map_bytes = config->storage.map_size_bytes,
        .exclusive = true,
    };
    enum error error = store_open(&store, &settings->store, &report);
    if (error == ERROR_NOT_FOUND) {
        return console_fail("%s Make a desk with: ttydeskd init", report.text);
    }
    if (error != ERROR_NONE) {
        return console_fail("%s", report.text);
    }
    int status = CONSOLE_FAILED;
    if (!console_host_key_path(config, key_path) ||
        hostkey_open(key_path, &settings->host_key, &problem) != ERROR_NONE) {
        (void)console_fail("%s", problem.text);
    } else {
        status = serve_desk(config, parsed, settings);
    }
    hostkey_close(settings->host_key);
    store_close(settings->store);
    return status;
}

static int serve(struct config *config, const struct console_parsed *parsed, bool accept_clock)
{
    struct notify notify;
    struct activation activation;
    if (notify_open(&notify) != ERROR_NONE) {
        return console_fail("The service manager's socket can't be reached.");
    }
    if (activation_take(&activation) != ERROR_NONE) {
        return console_fail("The sockets handed over by the service manager make no sense.");
    }
    if (!settle_user(config)) {
        return CONSOLE_FAILED;
    }
    process_harden();
    process_prepare_loop((unsigned)config->passwords.parallel);
    struct daemon_settings settings = {
        .notify = &notify, .activation = &activation, .accept_clock = accept_clock};
    int status = open_desk(config, parsed, &settings);
    notify_close(&notify);
    return status;
}

int console_serve(int count, char **arguments)
{
    bool accept_clock = false;
    bool check = false;
    bool dump = false;
    const struct console_option options[] = {
        {.name = "accept-clock", .flag = &accept_clock},
        {.name = "check-config", .flag = &check},
        {.name = "dump-config", .flag = &dump},
        {0},
    };
    const struct console_line line = {.usage = usage, .options = options};
    struct console_parsed parsed;
    struct config config;
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config)) {
        return CONSOLE_FAILED;
    }
    if (dump) {
        return config_dump(&config, stdout) == ERROR_NONE && fflush(stdout) == 0
                   ? CONSOLE_OK
                   : console_fail("The configuration can't be written.");
    }
    return check ? CONSOLE_OK : serve(&config, &parsed, accept_clock);
}
