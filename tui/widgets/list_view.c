/* See list_view.h. */
#include "tui/widgets/list_view.h"

#include <stdio.h>

enum { ROWS_BEFORE_DRAWN = 10 };

static size_t page_rows(const struct list_view *list)
{
    return list->rows > 0 ? (size_t)list->rows : 1;
}

static void scroll_into_view(struct list_view *list)
{
    size_t rows = page_rows(list);
    size_t last_first = list->count > rows ? list->count - rows : 0;

    if (list->first > last_first) {
        list->first = last_first; /* no empty lines below while rows hide above */
    }
    if (list->selected < list->first) {
        list->first = list->selected;
    } else if (list->selected >= list->first + rows) {
        list->first = list->selected - rows + 1;
    }
}

static void take_id(struct list_view *list)
{
    list->selected_id =
        list->count == 0 ? LIST_ID_NONE : list->source->id(list->source->context, list->selected);
}

void list_view_init(struct list_view *list, const struct list_source *source)
{
    *list = (struct list_view){.source = source, .count_known = true, .rows = ROWS_BEFORE_DRAWN};
}

void list_view_update(struct list_view *list, size_t count, bool count_known)
{
    size_t line = list->selected - list->first;
    size_t index;

    list->count = count;
    list->count_known = count_known;
    if (list->selected_id != LIST_ID_NONE &&
        list->source->find(list->source->context, list->selected_id, &index) && index < count) {
        list->selected = index;
    } else if (count == 0) {
        list->selected = 0;
    } else if (list->selected >= count) {
        list->selected = count - 1;
    }
    list->first = list->selected > line ? list->selected - line : 0;
    scroll_into_view(list);
    take_id(list);
}

bool list_view_select(struct list_view *list, uint64_t id)
{
    size_t index;

    if (!list->source->find(list->source->context, id, &index) || index >= list->count) {
        return false;
    }
    list->selected = index;
    list->selected_id = id;
    scroll_into_view(list);
    return true;
}

uint64_t list_view_selected(const struct list_view *list)
{
    return list->selected_id;
}

void list_view_window(const struct list_view *list, size_t *ret_first, size_t *ret_count)
{
    size_t rows = page_rows(list);
    size_t left = list->count - list->first;

    *ret_first = list->first;
    *ret_count = left < rows ? left : rows;
}

static enum handled move_to(struct list_view *list, size_t index)
{
    if (list->count == 0) {
        return HANDLED;
    }
    if (index >= list->count) {
        index = list->count - 1;
    }
    if (index == list->selected) {
        return HANDLED;
    }
    list->selected = index;
    scroll_into_view(list);
    take_id(list);
    return HANDLED_CHANGE;
}

static enum handled move_by(struct list_view *list, bool down, size_t rows)
{
    size_t up = list->selected > rows ? list->selected - rows : 0;

    return move_to(list, down ? list->selected + rows : up);
}

enum handled list_view_key(struct list_view *list, const struct key *key)
{
    size_t page = page_rows(list);
    size_t half = page / 2 > 0 ? page / 2 : 1;

    if (key->code == KEYCODE_DOWN || key_is_character(key, 'j') || key_is_control(key, 'n')) {
        return move_by(list, true, 1);
    }
    if (key->code == KEYCODE_UP || key_is_character(key, 'k') || key_is_control(key, 'p')) {
        return move_by(list, false, 1);
    }
    if (key->code == KEYCODE_PAGE_DOWN || key_is_control(key, 'f')) {
        return move_by(list, true, page);
    }
    if (key->code == KEYCODE_PAGE_UP || key_is_control(key, 'b')) {
        return move_by(list, false, page);
    }
    if (key_is_control(key, 'd') || key_is_control(key, 'u')) {
        return move_by(list, key_is_control(key, 'd'), half);
    }
    if (key->code == KEYCODE_HOME || key_is_character(key, 'g')) {
        return move_to(list, 0);
    }
    if (key->code == KEYCODE_END || key_is_character(key, 'G')) {
        return move_to(list, list->count);
    }
    return HANDLED_NOT;
}

static void draw_row(struct list_view *list, struct terminal *terminal, struct rectangle row,
                     size_t index, bool focused)
{
    bool selected = index == list->selected;

    if (selected) {
        terminal_force_role(terminal, focused ? STYLE_SELECTED : STYLE_SELECTED_OTHER);
    }
    terminal_fill(terminal, row.row, row.column, row.width, STYLE_NORMAL, ' ');
    if (selected) {
        terminal_print(terminal, row.row, row.column, 1, STYLE_NORMAL, ">");
    }
    struct rectangle rest = row;
    rest.column++;
    rest.width--;
    if (list->source->id(list->source->context, index) == LIST_ID_NONE) {
        terminal_print(terminal, rest.row, rest.column + 3, rest.width - 3, STYLE_MUTED, "...");
    } else {
        list->source->draw(list->source->context, index, terminal, rest);
    }
    terminal_force_role(terminal, STYLE_COUNT);
    if (selected && focused) {
        terminal_cursor(terminal, row.row, row.column);
    }
}

void list_view_draw(struct list_view *list, struct terminal *terminal, struct rectangle rectangle,
                    bool focused)
{
    if (rectangle.height < 1 || rectangle.width < 1) {
        return;
    }
    list->rows = rectangle.height;
    scroll_into_view(list);
    if (list->selected_id == LIST_ID_NONE) {
        take_id(list); /* the row may have been loaded since */
    }
    for (int row = 0; row < rectangle.height; row++) {
        size_t index = list->first + (size_t)row;
        if (index >= list->count) {
            break;
        }
        struct rectangle line = {rectangle.row + row, rectangle.column, 1, rectangle.width};
        draw_row(list, terminal, line, index, focused);
    }
    if (list->count == 0 && focused) {
        terminal_cursor(terminal, rectangle.row, rectangle.column);
    }
}

void list_view_position_text(const struct list_view *list, char *text, size_t size)
{
    if (list->count == 0) {
        snprintf(text, size, "0 match");
    } else {
        snprintf(text, size, "%zu of %s%zu", list->selected + 1,
                 list->count_known ? "" : "at least ", list->count);
    }
}
