/* A small program made of all widgets, for the driver's own test and for looking at them: a list
 * (with `demo hostile` of hostile texts, with `demo wide` of wide characters), a text, a form, a
 * picker and questions. Its loop is that of the client: libuv watches descriptor 0, signals and
 * time; every reading ends in one drawing.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "tests/lib/hostile.h"
#include "tui/idle.h"
#include "tui/terminal.h"
#include "tui/widgets/form.h"
#include "tui/widgets/list_view.h"
#include "tui/widgets/picker.h"
#include "tui/widgets/prompt.h"
#include "tui/widgets/status_bar.h"
#include "tui/widgets/text_view.h"

enum screen { SCREEN_LIST, SCREEN_TEXT, SCREEN_FORM, SCREEN_PICKER, SCREEN_DELETE, SCREEN_PASTE };

static const char *const screen_names[] = {
    [SCREEN_LIST] = "list",     [SCREEN_TEXT] = "text",     [SCREEN_FORM] = "form",
    [SCREEN_PICKER] = "picker", [SCREEN_DELETE] = "delete", [SCREEN_PASTE] = "paste"};

enum { FIELD_TITLE, FIELD_KIND, FIELD_SEVERITY, FIELD_PASSWORD, FIELD_PROBLEM, FIELD_COUNT };

/* Keys that were meant for the screen before a question are not its answer. */
enum { QUESTION_DEAF_MS = 250 };

struct row {
    uint64_t id;
    char *text; /* owned */
    size_t length;
};

struct demo {
    struct terminal *terminal;
    struct idle idle;
    struct row *rows;
    size_t row_count;
    size_t row_capacity;
    struct list_view list;
    struct list_source source;
    struct text_view view;
    struct form form;
    struct form_field fields[FIELD_COUNT];
    struct picker picker;
    struct prompt prompt;
    struct status_bar status;
    enum screen screen;
    bool end;
    uv_loop_t loop;
    uv_poll_t input;
    uv_timer_t timer;
    uv_signal_t signals[4];
};

static const char *const kinds[] = {"hardware", "software"};
static const char *const severities[] = {"minor", "major", "critical"};

static const struct picker_choice statuses[] = {
    {'m', "MINOR", "no future harm, easily resolved"},
    {'M', "MAJOR", "can lead to critical problems later; resolve as soon as possible"},
    {'c', "CRITICAL", "a direct threat to the organisation; resolve immediately"},
    {'r', "RESOLVED", "no further action required"},
};

static const struct key_hint list_hints[] = {
    {"Enter", "Open"}, {"c", "New"},  {"s", "Status"}, {"D", "Delete"}, {"i", "Insert"},
    {"d", "Drop"},     {"w", "Warn"}, {"e", "Error"},  {"?", "Help"},   {"q", "Quit"},
};

static const struct key_hint form_hints[] = {
    {"Tab", "Next"},    {"Shift-Tab", "Back"}, {"Ctrl-S", "Send"},
    {"Ctrl-_", "Undo"}, {"F1", "Help"},        {"Esc", "Keep draft"},
};

static const struct key_hint text_hints[] = {
    {"j", "Down"}, {"k", "Up"}, {"[ ]", "Heading"}, {"?", "Help"}, {"q", "Back"}};

static const char problem[] =
    "The VPN client drops about every 60 minutes for everyone near the stairwell. Wired desks are "
    "fine. Reconnecting works at once.\n\nThe message on screen is:\n  Error 0x4f: peer "
    "unreachable \033[31m\n\nJos\xc3\xa9 wrote: \xe6\xbc\xa2\xe5\xad\x97 \xf0\x9f\x98\x80 "
    "cafe\xcc\x81.";

/* --- Rows --- */

static void add_row(struct demo *demo, size_t at, uint64_t id, const char *text, size_t length)
{
    if (demo->row_count == demo->row_capacity) {
        demo->row_capacity = demo->row_capacity * 2 + 64;
        demo->rows = realloc(demo->rows, demo->row_capacity * sizeof *demo->rows);
    }
    memmove(demo->rows + at + 1, demo->rows + at, (demo->row_count - at) * sizeof *demo->rows);
    struct row row = {.id = id, .text = malloc(length + 1), .length = length};
    memcpy(row.text, text, length);
    demo->rows[at] = row;
    demo->row_count++;
}

static void drop_row(struct demo *demo, size_t at)
{
    free(demo->rows[at].text);
    demo->row_count--;
    memmove(demo->rows + at, demo->rows + at + 1, (demo->row_count - at) * sizeof *demo->rows);
}

static uint64_t row_id(void *context, size_t index)
{
    const struct demo *demo = context;

    return demo->rows[index].id;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    const struct demo *demo = context;

    for (size_t i = 0; i < demo->row_count; i++) {
        if (demo->rows[i].id == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    const struct demo *demo = context;
    const struct row *row = &demo->rows[index];
    char number[32];

    int length = snprintf(number, sizeof number, "%5llu", (unsigned long long)row->id);
    terminal_put(terminal, rectangle.row, rectangle.column + 1, 6, STYLE_NORMAL, number,
                 (size_t)length);
    if (row->id % 10 == 0) {
        terminal_print(terminal, rectangle.row, rectangle.column + 8, 4, STYLE_CRITICAL, "CRIT");
    } else if (row->id % 7 == 0) {
        terminal_print(terminal, rectangle.row, rectangle.column + 8, 4, STYLE_DONE, "done");
    }
    terminal_put(terminal, rectangle.row, rectangle.column + 13, rectangle.width - 13, STYLE_NORMAL,
                 row->text, row->length);
}

static void add_hostile(const struct hostile *hostile, void *context)
{
    struct demo *demo = context;

    add_row(demo, demo->row_count, demo->row_count + 1, hostile->bytes, hostile->length);
}

static void fill_rows(struct demo *demo, const char *kind)
{
    if (strcmp(kind, "hostile") == 0) {
        hostile_each(add_hostile, demo);
        return;
    }
    const char *title =
        strcmp(kind, "wide") == 0
            ? "cafe\xcc\x81 \xe6\xbc\xa2\xe5\xad\x97\xe6\xbc\xa2\xe5\xad\x97 \xe6\xbc\xa2\xe5\xad\x97"
            : "has a title that is rather long, so that it is cut where the screen ends";
    for (uint64_t id = 200; id >= 1; id--) {
        char text[128];
        int length = snprintf(text, sizeof text, "Row %llu %s", (unsigned long long)id, title);
        add_row(demo, demo->row_count, id, text, (size_t)length);
    }
}

static void fill_text(struct demo *demo)
{
    char heading[64];
    const struct row *row = &demo->rows[demo->list.selected];

    text_view_clear(&demo->view);
    text_view_rewind(&demo->view);
    text_view_add(&demo->view, STYLE_TITLE, 0, row->text, row->length);
    for (int i = 1; i <= 6; i++) {
        int length = snprintf(heading, sizeof heading, "[%d] j.silva   22 Nov 14:0%d", i, i);
        text_view_add_heading(&demo->view, i % 2 == 0 ? STYLE_NOTE : STYLE_HEADING, heading,
                              (size_t)length);
        text_view_add(&demo->view, STYLE_NORMAL, 2, problem, sizeof problem - 1);
        text_view_add(&demo->view, STYLE_NORMAL, 0, "", 0);
    }
}

static void open_form(struct demo *demo)
{
    form_field_text(&demo->fields[FIELD_TITLE], "Title", 250);
    form_field_choice(&demo->fields[FIELD_KIND], "Kind", kinds, 2);
    form_field_choice(&demo->fields[FIELD_SEVERITY], "Severity", severities, 3);
    demo->fields[FIELD_SEVERITY].was = "minor";
    form_field_secret(&demo->fields[FIELD_PASSWORD], "Password");
    demo->fields[FIELD_PASSWORD].hint = "at least 12 characters";
    form_field_lines(&demo->fields[FIELD_PROBLEM], "Problem", 2000);
    demo->fields[FIELD_PROBLEM].hint = "Ctrl-O opens $EDITOR";
    form_init(&demo->form, demo->fields, FIELD_COUNT);
    demo->screen = SCREEN_FORM;
}

/* --- Keys --- */

static void say(struct demo *demo, enum status_weight weight, const char *text)
{
    status_bar_say(&demo->status, weight, uv_now(&demo->loop), text);
}

static void open_delete(struct demo *demo)
{
    char question[64];
    char number[32];

    snprintf(number, sizeof number, "%llu", (unsigned long long)list_view_selected(&demo->list));
    snprintf(question, sizeof question, "Delete %s? Type its number:", number);
    prompt_init_typed(&demo->prompt, question, number);
    terminal_drop_keys(demo->terminal, uv_now(&demo->loop) + QUESTION_DEAF_MS);
    demo->screen = SCREEN_DELETE;
}

static void crash(void)
{
    volatile int *nowhere = NULL;

    *nowhere = 1;
}

static void list_screen_key(struct demo *demo, const struct key *key)
{
    if (list_view_key(&demo->list, key) != HANDLED_NOT) {
        return;
    }
    if (key->code == KEYCODE_PASTE) {
        say(demo, STATUS_INFO, "Paste ignored here.");
    } else if (key->code == KEYCODE_ENTER) {
        fill_text(demo);
        demo->screen = SCREEN_TEXT;
    } else if (key_is_character(key, 'c')) {
        open_form(demo);
    } else if (key_is_character(key, 's')) {
        picker_init(&demo->picker, "Status", statuses, 4, 0);
        demo->screen = SCREEN_PICKER;
    } else if (key_is_character(key, 'D')) {
        open_delete(demo);
    } else if (key_is_character(key, 'i')) {
        add_row(demo, 0, demo->row_count + 1000, "inserted", 8);
        list_view_update(&demo->list, demo->row_count, true);
    } else if (key_is_character(key, 'd') && demo->row_count > 1) {
        drop_row(demo, demo->list.selected);
        list_view_update(&demo->list, demo->row_count, true);
    } else if (key_is_character(key, 'w')) {
        say(demo, STATUS_WARNING, "this stays for six seconds and a key.");
    } else if (key_is_character(key, 'e')) {
        say(demo, STATUS_ERROR, "this stays until Esc.");
    } else if (key_is_character(key, '!')) {
        crash();
    } else if (key_is_character(key, 'q')) {
        demo->end = true;
    }
}

static void form_screen_key(struct demo *demo, const struct key *key)
{
    char message[STATUS_TEXT_MAX];
    enum handled handled = form_key(&demo->form, key);

    if (handled == HANDLED_CANCEL) {
        form_finish(&demo->form);
        demo->screen = SCREEN_LIST;
    } else if (handled == HANDLED_SUBMIT) {
        size_t length;
        const char *title = text_field_text(&demo->fields[FIELD_TITLE].text, &length);
        if (length == 0) {
            form_set_error(&demo->form, FIELD_TITLE, "a title is needed.");
            return;
        }
        snprintf(message, sizeof message, "Sent: %s", title);
        say(demo, STATUS_INFO, message);
        form_finish(&demo->form);
        demo->screen = SCREEN_LIST;
    } else if (handled == HANDLED_FULL) {
        say(demo, STATUS_WARNING, "the text is at its limit.");
    } else if (handled == HANDLED_ASK_PASTE) {
        snprintf(message, sizeof message, "Paste %zu lines?",
                 text_field_waiting_lines(&form_focused(&demo->form)->text));
        prompt_init_yes_no(&demo->prompt, message);
        demo->screen = SCREEN_PASTE;
    }
}

static void question_key(struct demo *demo, const struct key *key)
{
    enum handled handled = prompt_key(&demo->prompt, key);

    if (handled != HANDLED_SUBMIT && handled != HANDLED_CANCEL) {
        return;
    }
    bool yes = handled == HANDLED_SUBMIT;
    if (demo->screen == SCREEN_PASTE) {
        text_field_take_paste(&form_focused(&demo->form)->text, yes);
        demo->screen = SCREEN_FORM;
    } else {
        if (yes && demo->row_count > 1) {
            drop_row(demo, demo->list.selected);
            list_view_update(&demo->list, demo->row_count, true);
        }
        say(demo, STATUS_INFO, yes ? "Deleted." : "Kept.");
        demo->screen = SCREEN_LIST;
    }
    prompt_finish(&demo->prompt);
}

static void picker_screen_key(struct demo *demo, const struct key *key)
{
    enum handled handled = picker_key(&demo->picker, key);

    if (handled == HANDLED_SUBMIT) {
        say(demo, STATUS_INFO, statuses[demo->picker.selected].word);
    }
    if (handled == HANDLED_SUBMIT || handled == HANDLED_CANCEL) {
        demo->screen = SCREEN_LIST;
    }
}

static void take_key(struct demo *demo, const struct key *key)
{
    /* Drawing anew is no act: a message that is waiting to be read stays. */
    if (key_is_control(key, 'l')) {
        terminal_repaint(demo->terminal);
        return;
    }
    if (status_bar_key(&demo->status, key, uv_now(&demo->loop)) == HANDLED) {
        return;
    }
    if (key_is_control(key, 'z')) {
        terminal_stop(demo->terminal);
        return;
    }
    switch (demo->screen) {
    case SCREEN_LIST:
        list_screen_key(demo, key);
        break;
    case SCREEN_TEXT:
        if (text_view_key(&demo->view, key) == HANDLED_NOT && key_is_character(key, 'q')) {
            demo->screen = SCREEN_LIST;
        }
        break;
    case SCREEN_FORM:
        form_screen_key(demo, key);
        break;
    case SCREEN_PICKER:
        picker_screen_key(demo, key);
        break;
    case SCREEN_DELETE:
    case SCREEN_PASTE:
        question_key(demo, key);
        break;
    }
}

/* --- Drawing --- */

static void draw_list_screen(struct demo *demo, int rows, int columns)
{
    char position[64];

    terminal_print(demo->terminal, 0, 0, columns, STYLE_TITLE, "Rows");
    terminal_print(demo->terminal, 1, 0, columns, STYLE_HEADING, "     No  State Title");
    struct rectangle place = {2, 0, rows - 5, columns};
    list_view_draw(&demo->list, demo->terminal, place, demo->screen == SCREEN_LIST);
    list_view_position_text(&demo->list, position, sizeof position);
    terminal_print(demo->terminal, rows - 3, 0, columns, STYLE_MUTED, position);
}

static void draw_text_screen(struct demo *demo, int rows, int columns)
{
    char position[96];
    size_t from;
    size_t to;
    size_t total;
    size_t number;
    size_t count;

    struct rectangle place = {0, 0, rows - 3, columns};
    text_view_draw(&demo->view, demo->terminal, place, true);
    text_view_position(&demo->view, &from, &to, &total);
    text_view_heading(&demo->view, &number, &count);
    snprintf(position, sizeof position, "message %zu of %zu   lines %zu-%zu of %zu", number, count,
             from, to, total);
    terminal_print(demo->terminal, rows - 3, 0, columns, STYLE_MUTED, position);
}

static void draw_frame(struct demo *demo, int rows, int columns)
{
    struct rectangle message = {rows - 2, 0, 1, columns};
    struct rectangle hints = {rows - 1, 0, 1, columns};
    struct rectangle lower = {rows - 2 - picker_rows(&demo->picker), 0, picker_rows(&demo->picker),
                              columns};

    status_bar_draw_message(&demo->status, demo->terminal, message);
    switch (demo->screen) {
    case SCREEN_LIST:
    case SCREEN_PICKER:
    case SCREEN_DELETE:
        draw_list_screen(demo, rows, columns);
        status_bar_draw_hints(demo->terminal, hints, list_hints, 10);
        break;
    case SCREEN_TEXT:
        draw_text_screen(demo, rows, columns);
        status_bar_draw_hints(demo->terminal, hints, text_hints, 5);
        break;
    case SCREEN_FORM:
    case SCREEN_PASTE:
        terminal_print(demo->terminal, 0, 0, columns, STYLE_TITLE, "New ticket");
        struct rectangle place = {1, 0, rows - 3, columns};
        form_draw(&demo->form, demo->terminal, place);
        status_bar_draw_hints(demo->terminal, hints, form_hints, 6);
        break;
    }
    if (demo->screen == SCREEN_PICKER) {
        picker_draw(&demo->picker, demo->terminal, lower);
    } else if (demo->screen == SCREEN_DELETE) {
        struct rectangle box = {rows / 2 - 2, 2, 4, columns - 4};
        struct rectangle inside = widget_box(demo->terminal, box, "Delete row");
        terminal_print(demo->terminal, inside.row, inside.column, inside.width, STYLE_NORMAL,
                       "It leaves every list.");
        inside.row++;
        prompt_draw(&demo->prompt, demo->terminal, inside);
    } else if (demo->screen == SCREEN_PASTE) {
        prompt_draw(&demo->prompt, demo->terminal, message);
    }
}

static void draw(struct demo *demo)
{
    char line[64];
    int rows;
    int columns;

    terminal_size(demo->terminal, &rows, &columns);
    terminal_clear(demo->terminal);
    if (rows < 8 || columns < 40) {
        snprintf(line, sizeof line, "Window %dx%d, need 40x8. q quits.", columns, rows);
        terminal_print(demo->terminal, 0, 0, columns, STYLE_NORMAL, line);
        terminal_cursor(demo->terminal, 0, 0);
    } else {
        draw_frame(demo, rows, columns);
    }
    terminal_show(demo->terminal);
    idle_report(&demo->idle, demo->terminal, 0, screen_names[demo->screen]);
}

/* --- Loop --- */

static void on_timer(uv_timer_t *timer);

static void finish_turn(struct demo *demo)
{
    struct key key;
    uint64_t terminal_ms = UINT64_MAX;
    uint64_t status_ms = UINT64_MAX;

    while (!demo->end && terminal_next_key(demo->terminal, &key)) {
        take_key(demo, &key);
    }
    if (demo->end) {
        uv_stop(&demo->loop);
        return;
    }
    draw(demo);
    uv_timer_stop(&demo->timer);
    terminal_deadline_ms(demo->terminal, &terminal_ms);
    status_bar_deadline_ms(&demo->status, &status_ms);
    uint64_t deadline_ms = terminal_ms < status_ms ? terminal_ms : status_ms;
    if (deadline_ms != UINT64_MAX) {
        uint64_t now_ms = uv_now(&demo->loop);
        uv_timer_start(&demo->timer, on_timer, deadline_ms > now_ms ? deadline_ms - now_ms : 0, 0);
    }
}

static void read_keys(struct demo *demo)
{
    uv_update_time(&demo->loop);
    if (terminal_read(demo->terminal, uv_now(&demo->loop)) != ERROR_NONE) {
        demo->end = true;
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct demo *demo = timer->data;

    read_keys(demo); /* what came in time is not judged late */
    terminal_tick(demo->terminal, uv_now(&demo->loop));
    status_bar_tick(&demo->status, uv_now(&demo->loop));
    finish_turn(demo);
}

static void on_input(uv_poll_t *input, int status, int events)
{
    struct demo *demo = input->data;

    (void)events;
    demo->end = demo->end || status < 0;
    read_keys(demo);
    finish_turn(demo);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct demo *demo = handle->data;
    int rows;
    int columns;

    if (number == SIGWINCH) {
        if (terminal_query_size(demo->terminal, &rows, &columns)) {
            terminal_resize(demo->terminal, rows, columns);
        }
    } else {
        demo->end = true;
    }
    finish_turn(demo);
}

static void start_loop(struct demo *demo)
{
    static const int numbers[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT};

    uv_loop_init(&demo->loop);
    uv_timer_init(&demo->loop, &demo->timer);
    demo->timer.data = demo;
    for (size_t i = 0; i < 4; i++) {
        uv_signal_init(&demo->loop, &demo->signals[i]);
        demo->signals[i].data = demo;
        uv_signal_start(&demo->signals[i], on_signal, numbers[i]);
    }
}

static void stop_loop(struct demo *demo)
{
    uv_close((uv_handle_t *)&demo->timer, NULL);
    uv_close((uv_handle_t *)&demo->input, NULL);
    for (size_t i = 0; i < 4; i++) {
        uv_close((uv_handle_t *)&demo->signals[i], NULL);
    }
    uv_run(&demo->loop, UV_RUN_DEFAULT);
    uv_loop_close(&demo->loop);
}

static void finish(struct demo *demo)
{
    if (demo->screen == SCREEN_FORM || demo->screen == SCREEN_PASTE) {
        form_finish(&demo->form);
    }
    prompt_finish(&demo->prompt);
    text_view_finish(&demo->view);
    while (demo->row_count > 0) {
        drop_row(demo, demo->row_count - 1);
    }
    free(demo->rows);
}

int main(int count, char **arguments)
{
    static struct demo demo;
    struct terminal_options options = {.theme = THEME_DEFAULT};

    for (int i = 1; i < count; i++) {
        options.slow = options.slow || strcmp(arguments[i], "slow") == 0;
    }
    fill_rows(&demo, count > 1 ? arguments[1] : "");
    start_loop(&demo);
    if (terminal_open(&options, &demo.terminal) != ERROR_NONE) {
        fprintf(stderr, "demo: not a terminal that can be used\n");
        return 1;
    }
    idle_init(&demo.idle);
    demo.source = (struct list_source){row_id, find_row, draw_row, &demo};
    list_view_init(&demo.list, &demo.source);
    list_view_update(&demo.list, demo.row_count, true);
    text_view_init(&demo.view);
    status_bar_init(&demo.status);
    if (terminal_notice(demo.terminal) != NULL) {
        say(&demo, STATUS_WARNING, terminal_notice(demo.terminal));
    }
    uv_poll_init(&demo.loop, &demo.input, 0);
    terminal_keep_blocking();
    demo.input.data = &demo;
    uv_poll_start(&demo.input, UV_READABLE, on_input);
    draw(&demo);
    uv_run(&demo.loop, UV_RUN_DEFAULT);
    idle_finish(&demo.idle);
    terminal_close(demo.terminal);
    stop_loop(&demo);
    finish(&demo);
    return 0;
}
