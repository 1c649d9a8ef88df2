/* Admin mode: how the desk and its daemon are, as it was when asked last. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/screens/admin.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/when.h"

enum { LINE_SIZE = 160, LABEL_COLUMNS = 14, SIZE_SIZE = 32 };

struct health_screen {
    struct screen screen;
    struct arena arena;
    struct health health;
    bool loaded;
};

static bool health_open(struct screen *screen, const void *arguments)
{
    (void)arguments;
    arena_init(&((struct health_screen *)screen)->arena, 0);
    return true;
}

static void health_close(struct screen *screen)
{
    arena_finish(&((struct health_screen *)screen)->arena);
}

static void health_reply(struct screen *screen, const struct screen_reply *reply)
{
    struct health_screen *shown = (struct health_screen *)screen;

    if (reply->error != ERROR_NONE) {
        stage_explain(screen->stage, NULL, reply->error, reply->failure);
        return;
    }
    arena_reset(&shown->arena);
    shown->loaded = message_copy(&shown->arena, methods[METHOD_ADMIN_HEALTH].reply, reply->reply,
                                 &shown->health);
}

/* --- Drawing --- */

struct page {
    const struct frame *frame;
    struct rectangle place;
    int row;
};

static void add(struct page *page, enum style_role role, const char *label, const char *text)
{
    int column = page->place.column + 2;

    if (page->row < page->place.row + page->place.height) {
        terminal_print(page->frame->terminal, page->row, column, LABEL_COLUMNS, STYLE_HEADING,
                       label);
        column += LABEL_COLUMNS;
        terminal_print(page->frame->terminal, page->row, column, page->place.width - column, role,
                       text);
    }
    page->row++;
}

static void write_span(uint64_t span_ms, char *text, size_t size)
{
    uint64_t minutes = span_ms / 60000;

    if (minutes >= 1440) {
        snprintf(text, size, "%" PRIu64 " d %" PRIu64 " h", minutes / 1440, minutes % 1440 / 60);
    } else {
        snprintf(text, size, "%" PRIu64 " h %" PRIu64 " min", minutes / 60, minutes % 60);
    }
}

/* "812 KB", "34 MB", "73.4 GB". */
static void write_size(uint64_t bytes, char *text, size_t size)
{
    uint64_t kilobytes = bytes / 1024;

    if (kilobytes < 10240) {
        snprintf(text, size, "%" PRIu64 " KB", kilobytes);
    } else if (kilobytes < UINT64_C(10) * 1024 * 1024) {
        snprintf(text, size, "%" PRIu64 " MB", kilobytes / 1024);
    } else {
        uint64_t tenths = kilobytes * 10 / (1024 * 1024);
        snprintf(text, size, "%" PRIu64 ".%" PRIu64 " GB", tenths / 10, tenths % 10);
    }
}

static void add_problems(struct page *page, const struct health *health)
{
    const struct health_problem *problems = health->problems.items;

    if (health->problems.count == 0) {
        add(page, STYLE_DONE, "Health", "Good: there is nothing to look after.");
    }
    for (size_t i = 0; i < health->problems.count; i++) {
        char text[HEALTH_SENTENCE_MAX * 4 + 1];
        snprintf(text, sizeof text, "%.*s", TEXT_ARGUMENTS(problems[i].sentence));
        add(page, STYLE_WARNING, i == 0 ? "Problems" : "", text);
    }
    page->row++;
}

static void add_daemon(struct page *page, const struct health *health)
{
    char line[LINE_SIZE];
    char span[48];

    write_span(health->uptime_ms, span, sizeof span);
    snprintf(line, sizeof line, "version %.*s, up for %s", TEXT_ARGUMENTS(health->version), span);
    add(page, STYLE_NORMAL, "Daemon", line);
    snprintf(line, sizeof line, "%" PRIu64 ", signed in on %" PRIu64, health->connections,
             health->signed_in);
    add(page, STYLE_NORMAL, "Connections", line);
    snprintf(line, sizeof line,
             "%" PRIu64 " in %" PRIu64 " batches; the last had %" PRIu64 ", the largest %" PRIu64,
             health->changes, health->batches, health->batch_last, health->batch_largest);
    add(page, STYLE_NORMAL, "Changes", line);
    snprintf(line, sizeof line, "%" PRIu64 " changes for the disk; %" PRIu64 " commits failed",
             health->waiting, health->failed_commits);
    add(page, STYLE_NORMAL, "Waiting", line);
}

static void add_desk(struct page *page, const struct health *health)
{
    char line[LINE_SIZE];
    char when[WHEN_SIZE];

    snprintf(line, sizeof line, "entry %" PRIu64, health->sequence);
    add(page, STYLE_NORMAL, "Journal", line);
    snprintf(line, sizeof line, "%" PRIu64 ", of them %" PRIu64 "%s deleted", health->tickets,
             health->deleted, health->deleted >= HEALTH_DELETED_MAX ? " or more" : "");
    add(page, STYLE_NORMAL, "Tickets", line);
    snprintf(line, sizeof line, "%" PRIu64 ", with %" PRIu64 " sign-ins", health->accounts,
             health->sign_ins);
    add(page, STYLE_NORMAL, "Accounts", line);
    snprintf(line, sizeof line, "%" PRIu64 " on their way", health->uploads);
    add(page, STYLE_NORMAL, "Files", line);
    when_date(health->time_ms, health->next_timer_ms, when);
    snprintf(line, sizeof line, "%" PRIu64 "%s%s", health->timers,
             present_has(health->present, HEALTH_NEXT_TIMER) ? ", the next at " : "",
             present_has(health->present, HEALTH_NEXT_TIMER) ? when : "");
    add(page, STYLE_NORMAL, "Timers", line);
}

static void add_file(struct page *page, const struct health *health)
{
    char line[LINE_SIZE];
    char used[SIZE_SIZE];
    char again[SIZE_SIZE];
    char map[SIZE_SIZE];
    char disk[SIZE_SIZE];
    char when[WHEN_SIZE];

    write_size(health->used_bytes, used, sizeof used);
    write_size(health->free_bytes, again, sizeof again);
    write_size(health->map_bytes, map, sizeof map);
    write_size(health->disk_bytes, disk, sizeof disk);
    snprintf(line, sizeof line, "%s, of them %s free again; it may have %s", used, again, map);
    add(page, STYLE_NORMAL, "Desk's file", line);
    snprintf(line, sizeof line, "%s free", disk);
    add(page, STYLE_NORMAL, "Disk", line);
    snprintf(line, sizeof line, "%" PRIu64 ", the oldest %" PRIu64 " commits old", health->readers,
             health->oldest_reader);
    add(page, STYLE_NORMAL, "Snapshots", line);
    if (present_has(health->present, HEALTH_BACKUP)) {
        when_date(health->time_ms, health->backup_ms, when);
        add(page, STYLE_NORMAL, "Last backup", when);
    } else {
        add(page, STYLE_NORMAL, "Last backup", "none is known here; ttydeskd backup makes one");
    }
}

static void health_draw(struct screen *screen, const struct frame *frame)
{
    const struct health_screen *shown = (const struct health_screen *)screen;
    struct page page = {.frame = frame, .place = admin_tabs_draw(frame, ADMIN_HEALTH)};

    page.row = page.place.row + (page.place.height > 18 ? 1 : 0);
    if (!shown->loaded) {
        add(&page, STYLE_NORMAL, "Loading...", "");
        return;
    }
    add_problems(&page, &shown->health);
    add_daemon(&page, &shown->health);
    add_desk(&page, &shown->health);
    add_file(&page, &shown->health);
}

const struct screen_ops screen_health = {
    .id = SCREEN_HEALTH,
    .name = "health",
    .title = "Admin",
    .size = sizeof(struct health_screen),
    .open = health_open,
    .close = health_close,
    .draw = health_draw,
    .reply = health_reply,
};

void refresh_health(struct stage *stage)
{
    struct nothing request = {0};
    struct screen *screen = stage_find(stage, &screen_health);

    if (screen != NULL) {
        screen_send(screen, &(struct stage_order){.method = METHOD_ADMIN_HEALTH,
                                                  .request = &request,
                                                  .task = "Looking at the desk"});
    }
}
