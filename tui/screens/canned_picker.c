/* Choosing a canned reply while writing: the list narrows as one types, and what would be inserted
 * stands below it with its variables filled in. What is not known here stays as it is, in its
 * braces, and is said. */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/copy.h"
#include "tui/canned.h"
#include "tui/screens/screens.h"
#include "tui/screens/ticket_text.h"
#include "tui/widgets/list_view.h"
#include "tui/widgets/text_view.h"

enum { SEARCH_MAX = 64, NAME_COLUMNS = 18, LIST_ROWS_MAX = 10, DIGITS_SIZE = 24 };

struct canned_picker {
    struct screen screen;
    uint64_t number; /* of the ticket that is written to */
    struct text_field search;
    struct list_view list; /* ids: the place in `items`, from 1 */
    struct list_source source;
    struct text_view preview;
    uint64_t previewed; /* the id; 0: none */
    struct arena arena; /* what has come from the desk */
    struct canned items[CANNED_MAX];
    size_t count;
    size_t matches[CANNED_MAX]; /* places in `items` */
    size_t match_count;
    bool loaded;
    uint64_t request; /* 0: none on its way */
    char digits[DIGITS_SIZE];
    struct canned_values values;
};

/* --- What the search finds ------------------------------------------------------------------- */

/* The line beside its name: what it is for, or how it begins. */
static struct text first_line(const struct canned *canned)
{
    struct text line = canned->title.length > 0 ? canned->title : canned->text;
    const char *end = line.length > 0 ? memchr(line.data, '\n', line.length) : NULL;

    line.length = end != NULL ? (size_t)(end - line.data) : line.length;
    return line;
}

static bool contains(struct text text, const char *wanted, size_t length)
{
    for (size_t i = 0; i + length <= text.length; i++) {
        size_t same = 0;
        while (same < length && tolower((unsigned char)text.data[i + same]) ==
                                    tolower((unsigned char)wanted[same])) {
            same++;
        }
        if (same == length) {
            return true;
        }
    }
    return length == 0;
}

static void narrow(struct canned_picker *picker)
{
    size_t length;
    const char *wanted = text_field_text(&picker->search, &length);

    picker->match_count = 0;
    for (size_t i = 0; i < picker->count; i++) {
        if (contains(picker->items[i].name, wanted, length) ||
            contains(first_line(&picker->items[i]), wanted, length)) {
            picker->matches[picker->match_count++] = i;
        }
    }
    list_view_update(&picker->list, picker->match_count, true);
}

static const struct canned *selected(const struct canned_picker *picker)
{
    uint64_t id = list_view_selected(&picker->list);

    return id != LIST_ID_NONE ? &picker->items[id - 1] : NULL;
}

static void show_preview(struct canned_picker *picker)
{
    const struct canned *canned = selected(picker);
    struct buffer buffer = {0};

    text_view_clear(&picker->preview);
    if (list_view_selected(&picker->list) != picker->previewed) {
        text_view_rewind(&picker->preview);
        picker->previewed = list_view_selected(&picker->list);
    }
    if (canned != NULL) {
        canned_expand(&buffer, canned->text, &picker->values);
        text_view_add(&picker->preview, STYLE_NORMAL, 2, (const char *)buffer.data, buffer.length);
    }
    buffer_finish(&buffer);
}

static uint64_t row_id(void *context, size_t index)
{
    return ((struct canned_picker *)context)->matches[index] + 1;
}

static bool find_row(void *context, uint64_t id, size_t *ret_index)
{
    const struct canned_picker *picker = context;

    for (size_t i = 0; i < picker->match_count; i++) {
        if (picker->matches[i] + 1 == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void draw_row(void *context, size_t index, struct terminal *terminal, struct rectangle row)
{
    const struct canned_picker *picker = context;
    const struct canned *canned = &picker->items[picker->matches[index]];
    struct text line = first_line(canned);
    int used = terminal_put(terminal, row.row, row.column + 1, row.width - 1, STYLE_NORMAL,
                            canned->name.data, canned->name.length);
    int column = (used < NAME_COLUMNS ? NAME_COLUMNS : used) + 3;

    if (row.width > column) {
        terminal_put(terminal, row.row, row.column + column, row.width - column, STYLE_MUTED,
                     line.data, line.length);
    }
}

static struct text keep(struct canned_picker *picker, struct text text)
{
    const char *data = arena_copy(&picker->arena, text.data, text.length);

    return (struct text){data, data != NULL ? text.length : 0};
}

/* --- Asking the desk: the texts, the ticket, how its requester is called ------------------------
 */

static void ask(struct canned_picker *picker, enum method method, const void *request,
                connection_reply *on_reply)
{
    picker->request =
        connection_request(picker->screen.stage->connection, method, request, on_reply, picker);
}

static void refresh(struct canned_picker *picker)
{
    narrow(picker);
    show_preview(picker);
    model_changed(picker->screen.stage->model, 0, false); /* draws */
}

static void on_requester(void *context, enum error error, const void *reply,
                         const struct failure *failure)
{
    struct canned_picker *picker = context;
    const struct account_reply *found = reply;
    struct text name = text_of("");

    (void)failure; /* somebody without a name of their own is called by the other one */
    picker->request = 0;
    if (error == ERROR_NONE) {
        name = found->account.display_name;
    }
    name = canned_name(name, picker->values.requester);
    picker->values.requester_name = keep(picker, name);
    refresh(picker);
}

static void on_ticket(void *context, enum error error, const void *reply,
                      const struct failure *failure)
{
    struct canned_picker *picker = context;
    const struct ticket_reply_full *full = reply;
    struct ticket copy;

    (void)failure; /* its variables stay in their braces, and are said when it is inserted */
    picker->request = 0;
    if (error != ERROR_NONE || !message_copy(&picker->arena, &ticket_table, &full->ticket, &copy)) {
        refresh(picker);
        return;
    }
    struct account_get whose = {.name = copy.requester};
    present_mark(&whose.present, ACCOUNT_GET_NAME);
    snprintf(picker->digits, sizeof picker->digits, "%" PRIu64, copy.number);
    picker->values.number = text_of(picker->digits);
    picker->values.title = copy.title;
    picker->values.requester = copy.requester;
    refresh(picker);
    ask(picker, METHOD_ACCOUNT_GET, &whose, on_requester);
}

static void on_page(void *context, enum error error, const void *reply,
                    const struct failure *failure)
{
    struct canned_picker *picker = context;
    const struct canned_list_reply *page = reply;
    struct ticket_get get = {.number = picker->number};

    picker->request = 0;
    if (error != ERROR_NONE) {
        stage_explain(picker->screen.stage, "Reading the canned replies", error, failure);
        picker->loaded = true;
        refresh(picker);
        return;
    }
    for (size_t i = 0; i < page->canned.count && picker->count < CANNED_MAX; i++) {
        const struct canned *item = &((const struct canned *)page->canned.items)[i];
        if (message_copy(&picker->arena, &canned_table, item, &picker->items[picker->count])) {
            picker->count++;
        }
    }
    if (page->more && picker->count < CANNED_MAX) {
        struct canned_list next = {.cursor = page->cursor};
        present_mark(&next.present, CANNED_LIST_CURSOR);
        ask(picker, METHOD_CANNED_LIST, &next, on_page);
    } else {
        picker->loaded = true;
        ask(picker, METHOD_TICKET_GET, &get, on_ticket);
    }
    refresh(picker);
}

/* --- The screen ------------------------------------------------------------------------------ */

static bool canned_picker_open(struct screen *screen, const void *arguments)
{
    struct canned_picker *picker = (struct canned_picker *)screen;
    const struct model *model = screen->stage->model;

    picker->number = *(const uint64_t *)arguments;
    arena_init(&picker->arena, 0);
    picker->values.staff = keep(picker, model->account.account.name);
    if (connection_hello(screen->stage->connection)->server.length > 0) {
        picker->values.desk = keep(picker, connection_hello(screen->stage->connection)->server);
    }
    text_field_init(&picker->search, SEARCH_MAX, false);
    text_view_init(&picker->preview);
    picker->source = (struct list_source){row_id, find_row, draw_row, picker};
    list_view_init(&picker->list, &picker->source);
    ask(picker, METHOD_CANNED_LIST, &(struct canned_list){.present = 0}, on_page);
    return true;
}

static void canned_picker_close(struct screen *screen)
{
    struct canned_picker *picker = (struct canned_picker *)screen;

    if (picker->request != 0) {
        connection_cancel(screen->stage->connection, picker->request);
    }
    text_field_finish(&picker->search);
    text_view_finish(&picker->preview);
    arena_finish(&picker->arena);
}

/* What could not be filled in is sent by nobody who was not told. */
static void insert(struct canned_picker *picker, const struct canned *canned)
{
    struct stage *stage = picker->screen.stage;
    struct screen *composer = stage_find(stage, &screen_composer);
    struct buffer buffer = {0};
    struct text unknown = canned_expand(&buffer, canned->text, &picker->values);

    stage_hush(stage);
    if (composer != NULL &&
        !composer_insert(composer, (struct text){(const char *)buffer.data, buffer.length})) {
        stage_say(stage, STATUS_ERROR, "The text is at its limit: the end of \"%.*s\" is missing.",
                  TEXT_ARGUMENTS(canned->name));
    } else if (unknown.data != NULL) {
        stage_say(stage, STATUS_WARNING, "%.*s is not known here: it stands in the text as it is.",
                  TEXT_ARGUMENTS(unknown));
    }
    buffer_finish(&buffer);
}

static bool moves_selection(const struct key *key)
{
    return key->code == KEYCODE_DOWN || key->code == KEYCODE_UP || key_is_control(key, 'n') ||
           key_is_control(key, 'p');
}

static enum handled canned_picker_key(struct screen *screen, const struct key *key)
{
    struct canned_picker *picker = (struct canned_picker *)screen;

    if (key_is_function(key, 1)) {
        return HANDLED_NOT;
    }
    if (key_is_cancel(key)) {
        screen_close(screen);
        return HANDLED;
    }
    if (key->code == KEYCODE_ENTER && picker->match_count > 0) {
        insert(picker, selected(picker));
        screen_close(screen);
        return HANDLED;
    }
    if (moves_selection(key)) {
        list_view_key(&picker->list, key);
    } else if (key->code == KEYCODE_PAGE_DOWN || key->code == KEYCODE_PAGE_UP) {
        text_view_key(&picker->preview, key);
    } else if (text_field_key(&picker->search, key) == HANDLED_ASK_PASTE) {
        text_field_take_paste(&picker->search, true); /* a line: what fits is taken */
    }
    narrow(picker);
    show_preview(picker);
    return HANDLED;
}

static const char *nothing_found(const struct canned_picker *picker)
{
    if (!picker->loaded) {
        return "Loading...";
    }
    return picker->count == 0 ? "There are no canned replies yet; an admin writes them."
                              : "None has this in its name or first line.";
}

static void draw_preview(struct canned_picker *picker, const struct frame *frame, int row, int end)
{
    const struct canned *canned = selected(picker);
    int width = frame->body.width;

    if (end - row < 2 || canned == NULL) {
        return;
    }
    terminal_fill(frame->terminal, row, 0, width, STYLE_MUTED, '-');
    terminal_print(frame->terminal, row, 3, width - 3, STYLE_MUTED, " this is inserted ");
    text_view_draw(&picker->preview, frame->terminal,
                   (struct rectangle){row + 1, 0, end - row - 1, width}, false);
}

static void canned_picker_draw(struct screen *screen, const struct frame *frame)
{
    struct canned_picker *picker = (struct canned_picker *)screen;
    struct rectangle body = frame->body;
    int end = body.row + body.height;
    int room = body.height / 2 < LIST_ROWS_MAX ? body.height / 2 : LIST_ROWS_MAX;
    int rows = (int)picker->match_count < room ? (int)picker->match_count : room;

    if (picker->match_count == 0) {
        terminal_print(frame->terminal, body.row + 1, 2, body.width - 2, STYLE_NORMAL,
                       nothing_found(picker));
    } else {
        list_view_draw(&picker->list, frame->terminal,
                       (struct rectangle){body.row + 1, 0, rows, body.width}, false);
        draw_preview(picker, frame, body.row + 1 + rows, end);
    }
    int used = terminal_print(frame->terminal, body.row, 0, body.width, STYLE_NORMAL, "Search: ");
    text_field_draw(&picker->search, frame->terminal,
                    (struct rectangle){body.row, used, 1, body.width - used},
                    screen->stage->top == screen);
}

static void canned_picker_write_title(struct screen *screen, char *text, size_t size)
{
    snprintf(text, size, "Canned reply for #%" PRIu64, ((struct canned_picker *)screen)->number);
}

const struct screen_ops screen_canned_picker = {
    .id = SCREEN_CANNED_PICKER,
    .name = "canned-picker",
    .size = sizeof(struct canned_picker),
    .open = canned_picker_open,
    .close = canned_picker_close,
    .draw = canned_picker_draw,
    .key = canned_picker_key,
    .write_title = canned_picker_write_title,
};
