/* ttydeskd retention: which resolved tickets are old enough to be purged, and purging them now. */
#include <inttypes.h>
#include <stdio.h>

#include "server/console/door.h"
#include "server/console/print.h"

static const char usage[] =
    "Usage: ttydeskd retention --dry-run\n"
    "       ttydeskd retention --run\n"
    "\n"
    "Resolved tickets that have not changed for retention_days are purged by the desk every night;\n"
    "`ttydeskd settings retention_days=DAYS` switches that on, 0 off. Tickets that are open, pending\n"
    "or deleted, with a reply that is held, or that are another one's parent or child stay.\n"
    "\n"
    "  --dry-run      number, last change and title of those that would go now, and how many\n"
    "  --run          purges them now, for ever\n"
    "  --config FILE  the configuration, if not " CONSOLE_CONFIG_PATH "\n";

static void print_tickets(const struct list *tickets)
{
    for (size_t i = 0; i < tickets->count; i++) {
        const struct retention_ticket *ticket =
            &((const struct retention_ticket *)tickets->items)[i];
        (void)printf("%" PRIu64 "\t", ticket->number);
        print_time(ticket->updated_ms, '\t');
        print_text(ticket->title);
        (void)putchar('\n');
    }
}

static int preview(struct door *door)
{
    struct admin_retention_preview request = {0};
    struct admin_retention_preview_reply reply = {0};
    uint64_t count = 0;
    int status;
    do {
        status = door_ask(door, METHOD_ADMIN_RETENTION_PREVIEW, &request, &reply);
        if (status != CONSOLE_OK) {
            return status;
        }
        print_tickets(&reply.tickets);
        count += reply.tickets.count;
        request.cursor = reply.cursor;
        present_mark(&request.present, RETENTION_PREVIEW_CURSOR);
    } while (reply.more);
    if (reply.days == 0) {
        (void)fputs("Tickets are kept for ever on this desk.\n", stderr);
    } else {
        (void)fprintf(
            stderr, "%" PRIu64 " would be purged: resolved, and unchanged for %" PRIu64 " days.\n",
            count, reply.days);
    }
    return CONSOLE_OK;
}

static int purge(struct door *door)
{
    struct admin_retention_run request = {0};
    struct retention_done reply = {0};
    uint64_t count = 0;
    int status;
    do {
        request.operation = door_operation(door);
        status = door_ask(door, METHOD_ADMIN_RETENTION_RUN, &request, &reply);
        count += status == CONSOLE_OK ? reply.purged : 0;
        request.cursor = reply.cursor;
        present_mark(&request.present, RETENTION_RUN_CURSOR);
    } while (status == CONSOLE_OK && reply.more);
    if (status == CONSOLE_OK || count > 0) {
        (void)printf("%" PRIu64 " purged\n", count);
    }
    return status;
}

int console_retention(int count, char **arguments)
{
    bool dry_run = false;
    bool run = false;
    const struct console_option options[] = {
        {.name = "dry-run", .flag = &dry_run}, {.name = "run", .flag = &run}, {0}};
    const struct console_line line = {.usage = usage, .options = options};
    struct console_parsed parsed;
    struct config config;
    struct door *door;
    if (!console_parse(&line, count, arguments, &parsed)) {
        return CONSOLE_USAGE;
    }
    if (parsed.done) {
        return CONSOLE_OK;
    }
    if (dry_run == run) {
        (void)fputs(usage, stderr);
        return CONSOLE_USAGE;
    }
    if (!console_config(&parsed, &config) || !console_become_owner(&config)) {
        return CONSOLE_FAILED;
    }
    int status = door_open(&config, DOOR_EITHER, &door);
    if (status != CONSOLE_OK) {
        return status;
    }
    status = dry_run ? preview(door) : purge(door);
    door_close(door);
    return status;
}
