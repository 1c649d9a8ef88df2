/* See text_view.h. */
#include "tui/widgets/text_view.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_BEFORE_DRAWN = 80, ROWS_BEFORE_DRAWN = 20 };

static int item_columns(const struct text_view *view, const struct text_view_item *item)
{
    int columns = view->columns - item->indent;

    return columns < 1 ? 1 : columns;
}

static struct text_line first_line(const struct text_view *view, const struct text_view_item *item)
{
    if (item->heading) {
        return (struct text_line){.end = item->length, .next = item->length};
    }
    return text_wrap(item->text, item->length, 0, item_columns(view, item));
}

/* Steps to the item's next line; false at its end. */
static bool next_line(const struct text_view *view, const struct text_view_item *item,
                      struct text_line *line)
{
    if (line->next >= item->length && !line->hard) {
        return false;
    }
    *line = text_wrap(item->text, item->length, line->next, item_columns(view, item));
    return true;
}

static size_t item_lines(const struct text_view *view, const struct text_view_item *item)
{
    struct text_line line = first_line(view, item);
    size_t lines = 1;

    while (next_line(view, item, &line)) {
        lines++;
    }
    return lines;
}

static size_t lines_before(const struct text_view *view, size_t item)
{
    size_t lines = 0;

    for (size_t i = 0; i < item; i++) {
        lines += item_lines(view, &view->items[i]);
    }
    return lines;
}

/* The number of the first line shown, from 0. */
static size_t top_number(const struct text_view *view)
{
    return lines_before(view, view->top) + view->top_line;
}

/* Makes a line the first one shown, as far as the text fills the view below it. */
static void show_line(struct text_view *view, size_t number)
{
    size_t total = lines_before(view, view->count);
    size_t rows = view->rows > 0 ? (size_t)view->rows : 1;
    size_t last = total > rows ? total - rows : 0;

    number = number > last ? last : number;
    view->top = 0;
    view->top_line = 0;
    while (view->top < view->count) {
        size_t lines = item_lines(view, &view->items[view->top]);
        if (number < lines) {
            view->top_line = number;
            return;
        }
        number -= lines;
        view->top++;
    }
    view->top = 0;
}

void text_view_init(struct text_view *view)
{
    *view = (struct text_view){.columns = COLUMNS_BEFORE_DRAWN, .rows = ROWS_BEFORE_DRAWN};
}

void text_view_finish(struct text_view *view)
{
    text_view_clear(view);
    free(view->items);
    text_view_init(view);
}

void text_view_clear(struct text_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        free(view->items[i].text);
    }
    view->count = 0;
}

void text_view_rewind(struct text_view *view)
{
    view->top = 0;
    view->top_line = 0;
}

static bool add(struct text_view *view, struct text_view_item item, const char *text)
{
    if (view->count == view->capacity) {
        size_t capacity = view->capacity * 2 + 16;
        struct text_view_item *items = realloc(view->items, capacity * sizeof *items);
        if (items == NULL) {
            return false;
        }
        view->items = items;
        view->capacity = capacity;
    }
    item.text = malloc(item.length + 1);
    if (item.text == NULL) {
        return false;
    }
    memcpy(item.text, text, item.length);
    item.text[item.length] = '\0';
    view->items[view->count] = item;
    view->count++;
    return true;
}

bool text_view_add(struct text_view *view, enum style_role role, int indent, const char *text,
                   size_t length)
{
    return add(view, (struct text_view_item){.role = role, .indent = indent, .length = length},
               text);
}

bool text_view_add_heading(struct text_view *view, enum style_role role, const char *text,
                           size_t length)
{
    return add(view, (struct text_view_item){.role = role, .heading = true, .length = length},
               text);
}

/* --- Keys --- */

static enum handled scroll(struct text_view *view, bool down, size_t lines)
{
    size_t top = top_number(view);
    size_t wanted = down ? top + lines : top > lines ? top - lines : 0;

    show_line(view, wanted);
    return HANDLED;
}

void text_view_heading(const struct text_view *view, size_t *ret_number, size_t *ret_count)
{
    *ret_number = 0;
    *ret_count = 0;
    for (size_t i = 0; i < view->count; i++) {
        if (view->items[i].heading) {
            (*ret_count)++;
            *ret_number += i <= view->top;
        }
    }
}

void text_view_show_heading(struct text_view *view, size_t number)
{
    for (size_t i = 0; i < view->count && number > 0; i++) {
        number -= view->items[i].heading;
        if (number == 0) {
            show_line(view, lines_before(view, i));
        }
    }
}

static enum handled next_heading(struct text_view *view, bool forward)
{
    size_t number;
    size_t count;

    text_view_heading(view, &number, &count);
    bool on_it = view->top < view->count && view->items[view->top].heading;
    if (forward && number < count) {
        text_view_show_heading(view, number + 1);
    } else if (!forward && number > 0) {
        text_view_show_heading(view, on_it && number > 1 ? number - 1 : number);
    }
    return HANDLED;
}

enum handled text_view_key(struct text_view *view, const struct key *key)
{
    size_t page = view->rows > 2 ? (size_t)view->rows - 1 : 1;

    if (key->code == KEYCODE_DOWN || key_is_character(key, 'j') || key_is_control(key, 'n')) {
        return scroll(view, true, 1);
    }
    if (key->code == KEYCODE_UP || key_is_character(key, 'k') || key_is_control(key, 'p')) {
        return scroll(view, false, 1);
    }
    if (key->code == KEYCODE_PAGE_DOWN || key_is_control(key, 'f') || key_is_character(key, ' ')) {
        return scroll(view, true, page);
    }
    if (key->code == KEYCODE_PAGE_UP || key_is_control(key, 'b') || key_is_character(key, 'b')) {
        return scroll(view, false, page);
    }
    if (key_is_control(key, 'd') || key_is_control(key, 'u')) {
        return scroll(view, key_is_control(key, 'd'), (page + 1) / 2);
    }
    if (key->code == KEYCODE_HOME || key_is_character(key, 'g')) {
        return scroll(view, false, top_number(view));
    }
    if (key->code == KEYCODE_END || key_is_character(key, 'G')) {
        return scroll(view, true, lines_before(view, view->count));
    }
    if (key_is_character(key, '[') || key_is_character(key, ']')) {
        return next_heading(view, key_is_character(key, ']'));
    }
    return HANDLED_NOT;
}

/* --- Drawing --- */

void text_view_position(const struct text_view *view, size_t *ret_from, size_t *ret_to,
                        size_t *ret_total)
{
    size_t total = lines_before(view, view->count);
    size_t top = top_number(view);
    size_t shown = total - top;

    if (shown > (size_t)view->rows) {
        shown = (size_t)view->rows;
    }
    *ret_from = total == 0 ? 0 : top + 1;
    *ret_to = top + shown;
    *ret_total = total;
}

/* What is the place of reading after text was replaced or the width has changed. */
static void settle(struct text_view *view)
{
    if (view->top >= view->count) {
        view->top = view->count > 0 ? view->count - 1 : 0;
        view->top_line = 0;
    }
    if (view->count > 0) {
        size_t lines = item_lines(view, &view->items[view->top]);
        if (view->top_line >= lines) {
            view->top_line = lines - 1;
        }
    }
    show_line(view, top_number(view));
}

static int draw_item(const struct text_view *view, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    const struct text_view_item *item = &view->items[index];
    size_t skip = index == view->top ? view->top_line : 0;
    struct text_line line = first_line(view, item);
    int row = 0;

    do {
        if (skip > 0) {
            skip--;
            continue;
        }
        if (row == rectangle.height) {
            break;
        }
        terminal_put(terminal, rectangle.row + row, rectangle.column + item->indent,
                     rectangle.width - item->indent, item->role, item->text + line.start,
                     line.end - line.start);
        row++;
    } while (next_line(view, item, &line));
    return row;
}

void text_view_draw(struct text_view *view, struct terminal *terminal, struct rectangle rectangle,
                    bool focused)
{
    if (rectangle.height < 1 || rectangle.width < 1) {
        return;
    }
    view->columns = rectangle.width;
    view->rows = rectangle.height;
    settle(view);
    if (focused) {
        terminal_cursor(terminal, rectangle.row, rectangle.column);
    }
    for (size_t i = view->top; i < view->count && rectangle.height > 0; i++) {
        int rows = draw_item(view, i, terminal, rectangle);
        rectangle.row += rows;
        rectangle.height -= rows;
    }
}
