/* ttydeskd health: how the desk and its daemon are, for people and for what watches machines. */
#include <inttypes.h>
#include <stdio.h>

#include "server/console/door.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd health [--json]\n"
    "\n"
    "How the daemon and its desk are: a name and a value on each line. What somebody has to look\n"
    "after comes first, and then the exit status is 1, as when nobody serves; otherwise 0.\n"
    "\n"
    "  --json         as one object\n"
    "  --config FILE  the configuration, if not " CONSOLE_CONFIG_PATH "\n";

static void print_number(const char *name, uint64_t number)
{
    (void)printf("%s\t%" PRIu64 "\n", name, number);
}

static void print_moment(const char *name, uint64_t time_ms)
{
    (void)printf("%s\t", name);
    print_time(time_ms, '\n');
}

static void print_problems(const struct health *health)
{
    for (size_t i = 0; i < health->problems.count; i++) {
        (void)fputs("problem\t", stdout);
        print_text(((const struct health_problem *)health->problems.items)[i].sentence);
        (void)putchar('\n');
    }
}

static void print_health(const struct health *health)
{
    print_problems(health);
    (void)fputs("version\t", stdout);
    print_text(health->version);
    (void)putchar('\n');
    print_moment("time", health->time_ms);
    print_number("uptime_seconds", health->uptime_ms / 1000);
    print_number("connections", health->connections);
    print_number("signed_in", health->signed_in);
    print_number("sequence", health->sequence);
    print_number("tickets", health->tickets);
    print_number("deleted", health->deleted);
    print_number("accounts", health->accounts);
    print_number("sign_ins", health->sign_ins);
    print_number("uploads", health->uploads);
    print_number("timers", health->timers);
    print_moment("next_timer", health->next_timer_ms);
    print_number("used_bytes", health->used_bytes);
    print_number("free_bytes", health->free_bytes);
    print_number("map_bytes", health->map_bytes);
    print_number("disk_bytes", health->disk_bytes);
    print_number("readers", health->readers);
    print_number("oldest_reader_commits", health->oldest_reader);
    print_number("waiting", health->waiting);
    print_number("changes", health->changes);
    print_number("batches", health->batches);
    print_number("batch_last", health->batch_last);
    print_number("batch_largest", health->batch_largest);
    print_number("failed_commits", health->failed_commits);
    print_moment("backup", health->backup_ms);
}

int console_health(int count, char **arguments)
{
    bool json = false;
    const struct console_option options[] = {{.name = "json", .flag = &json}, {0}};
    const struct console_line line = {.usage = usage, .options = options};
    struct console_parsed parsed;
    struct config config;
    struct door *door;
    struct nothing nothing = {0};
    struct health health = {0};
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config) ||
        door_open(&config, DOOR_SERVED, &door) != CONSOLE_OK) {
        return CONSOLE_FAILED;
    }
    int status = door_ask(door, METHOD_ADMIN_HEALTH, &nothing, &health);
    if (status == CONSOLE_OK) {
        if (json) {
            print_json(methods[METHOD_ADMIN_HEALTH].reply, &health);
            (void)putchar('\n');
        } else {
            print_health(&health);
        }
        status = health.problems.count > 0 ? CONSOLE_FAILED : CONSOLE_OK;
    }
    door_close(door);
    return status;
}
