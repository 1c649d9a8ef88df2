/* The rows all screens share: the title row with who and how connected, the message row, the
 * footer with the keys of the topmost screen. */
#include <stdio.h>
#include <string.h>

#include "tui/batch.h"
#include "tui/stage_parts.h"
#include "tui/when.h"

enum {
    HINTS_MAX = 40,
    EVENT_DRAW_MS = 250,
    MESSAGE_ROWS_MAX = 4,
    MESSAGE_SHARE = 5 /* a message takes one row in so many, at most */
};

/* --- Title row --- */

/* "live", "sync", "retry 8s", "offline 14:33". */
static enum style_role connection_word(const struct stage *stage, char *text, size_t size)
{
    char clock[WHEN_SIZE];

    switch (connection_state(stage->connection)) {
    case CONNECTION_READY:
        if (model_is_live(stage->model) || !stage->model->account.known ||
            stage->model->account.expired) {
            snprintf(text, size, "live");
            return STYLE_DONE;
        }
        snprintf(text, size, "sync");
        return STYLE_MUTED;
    case CONNECTION_OPENING:
        snprintf(text, size, "sync");
        return STYLE_MUTED;
    case CONNECTION_WAITING:
        snprintf(text, size, "retry %us",
                 (unsigned)((connection_retry_ms(stage->connection) + 999) / 1000));
        return STYLE_WARNING;
    case CONNECTION_CLOSED:
        break;
    }
    when_clock(stage->offline_since_ms, clock);
    snprintf(text, size, "offline %s", stage->offline_since_ms != 0 ? clock : "");
    return STYLE_WARNING;
}

/* Draws a word that ends at a column; returns where it begins, with air before it. */
static int draw_before(struct stage *stage, int row, int end, enum style_role role,
                       const char *text)
{
    int width = terminal_width(text, strlen(text));

    terminal_print(stage->terminal, row, end - width, width, role, text);
    return end - width - 2;
}

/* The screen that gives the title: overlays stand on another's. */
static struct screen *main_screen(const struct stage *stage)
{
    struct screen *screen = stage->top;

    while (screen->ops->overlay && screen->below != NULL) {
        screen = screen->below;
    }
    return screen;
}

static void draw_title(struct stage *stage, int columns)
{
    char text[STAGE_TEXT_MAX * 4] = "";
    char who[USER_NAME_MAX + 128];
    char word[WHEN_SIZE + 16];
    struct screen *screen = main_screen(stage);
    const struct hello_reply *hello = connection_hello(stage->connection);
    const struct text *name = &stage->model->account.account.name;

    enum style_role role = connection_word(stage, word, sizeof word);
    int end = draw_before(stage, 0, columns, role, word);
    stage_acting_text(stage, end, text, sizeof text);
    if (text[0] != '\0') {
        /* On every screen, and before its title: it says in whose name all is done. */
        int width = terminal_width(text, strlen(text));
        terminal_print(stage->terminal, 0, end > width ? end - width : 0, end, STYLE_BANNER, text);
        end -= width + 2;
        text[0] = '\0';
    } else if (!screen->ops->bare && stage->model->account.known && columns >= 60) {
        snprintf(who, sizeof who, "%.*s%s%.*s", (int)name->length, name->data,
                 hello->server.length > 0 ? "@" : "", (int)hello->server.length,
                 hello->server.data);
        end = draw_before(stage, 0, end, STYLE_NORMAL, who);
    }
    if (model_is_elevated(stage->model)) {
        end = draw_before(stage, 0, end, STYLE_NOTE, "MODE: ADMIN");
    }
    if (screen->ops->write_title != NULL) {
        screen->ops->write_title(screen, text, sizeof text);
    } else {
        snprintf(text, sizeof text, "%s", screen->ops->title != NULL ? screen->ops->title : "");
    }
    terminal_print(stage->terminal, 0, 0, end > 0 ? end : 0, STYLE_TITLE, text);
}

/* --- Footer and message row --- */

static void draw_footer(struct stage *stage, struct rectangle row)
{
    struct key_hint hints[HINTS_MAX];
    char labels[HINTS_MAX][ACTION_KEY_SIZE];
    size_t count = 0;
    bool clears = status_bar_shows_error(&stage->status); /* Esc does that first */

    for (size_t i = 0; i < action_count && count < HINTS_MAX; i++) {
        const struct action *action = &actions[i];
        if (action->word != NULL && stage_offers(stage, action, stage->top->ops->id)) {
            action_label(action, labels[count]);
            hints[count] = (struct key_hint){labels[count], action->word};
            if (clears && strcmp(labels[count], "Esc") == 0) {
                hints[count].word = "Clear";
            }
            count++;
        }
    }
    status_bar_draw_hints(stage->terminal, row, hints, count);
}

static void draw_message(struct stage *stage, struct rectangle row)
{
    char text[STAGE_TEXT_MAX * 2];

    if (stage->status.showing || (!stage_waiting_text(stage, text, sizeof text) &&
                                  !stage_batch_text(stage, text, sizeof text) &&
                                  !stage_held_text(stage, text, sizeof text) &&
                                  !stage_transfer_text(stage, text, sizeof text))) {
        status_bar_draw_message(&stage->status, stage->terminal, row);
    } else {
        terminal_print(stage->terminal, row.row, row.column, row.width, STYLE_INFO, text);
    }
}

/* A refusal that is cut has lost its remedy: it takes rows of the screen above it. */
static int message_rows(const struct stage *stage, int rows, int columns)
{
    int most = rows / MESSAGE_SHARE;

    if (stage->top->ops->overlay) {
        return 1; /* a question stands in this row */
    }
    return status_bar_rows(&stage->status, columns,
                           most < MESSAGE_ROWS_MAX ? most : MESSAGE_ROWS_MAX);
}

/* --- The whole --- */

static void draw_screens(struct screen *screen, const struct frame *frame)
{
    if (screen->ops->overlay && screen->below != NULL) {
        draw_screens(screen->below, frame);
    }
    screen->ops->draw(screen, frame);
}

static void draw_too_small(struct stage *stage, int rows, int columns)
{
    char line[64];

    snprintf(line, sizeof line, "Window %dx%d, need %dx%d. q quits.", columns, rows,
             STAGE_COLUMNS_MIN, STAGE_ROWS_MIN);
    terminal_print(stage->terminal, 0, 0, columns, STYLE_NORMAL, line);
    terminal_cursor(stage->terminal, 0, 0);
}

/* What a test has to wait for: replies, but not those that a lost line holds up. */
static unsigned pending_count(const struct stage *stage)
{
    switch (connection_state(stage->connection)) {
    case CONNECTION_READY:
        return (unsigned)connection_pending(stage->connection);
    case CONNECTION_OPENING:
        return 1;
    default:
        return 0;
    }
}

void stage_draw(struct stage *stage)
{
    int rows;
    int columns;

    terminal_size(stage->terminal, &rows, &columns);
    terminal_clear(stage->terminal);
    if (rows < STAGE_ROWS_MIN || columns < STAGE_COLUMNS_MIN) {
        draw_too_small(stage, rows, columns);
    } else {
        int more = message_rows(stage, rows, columns) - 1;
        struct frame frame = {
            stage->terminal, {1, 0, rows - 3 - more, columns}, {rows - 2, 0, 1, columns}};
        draw_title(stage, columns);
        draw_message(stage, (struct rectangle){rows - 2 - more, 0, 1 + more, columns});
        draw_screens(stage->top, &frame);
        draw_footer(stage, (struct rectangle){rows - 1, 0, 1, columns});
    }
    terminal_show(stage->terminal);
    stage->drawn_ms = stage->now_ms;
    stage->late = false;
    idle_report(&stage->idle, stage->terminal, pending_count(stage), stage->top->ops->name);
}
