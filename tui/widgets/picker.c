/* See picker.h. */
#include "tui/widgets/picker.h"

#include <string.h>

#include "proto/require.h"

void picker_init(struct picker *picker, const char *title, const struct picker_choice *choices,
                 size_t count, size_t selected)
{
    require(count > 0 && selected < count);
    *picker =
        (struct picker){.title = title, .choices = choices, .count = count, .selected = selected};
}

static enum handled select_at(struct picker *picker, size_t index)
{
    picker->selected = index;
    return HANDLED;
}

enum handled picker_key(struct picker *picker, const struct key *key)
{
    size_t last = picker->count - 1;
    size_t selected = picker->selected;

    for (size_t i = 0; i < picker->count; i++) {
        if (picker->choices[i].key != '\0' && key_is_character(key, picker->choices[i].key)) {
            picker->selected = i;
            return HANDLED_SUBMIT;
        }
    }
    if (key->code == KEYCODE_ENTER) {
        return HANDLED_SUBMIT;
    }
    if (key_is_cancel(key) || key_is_character(key, 'q')) {
        return HANDLED_CANCEL;
    }
    if (key->code == KEYCODE_DOWN || key_is_character(key, 'j') || key_is_control(key, 'n')) {
        return select_at(picker, selected < last ? selected + 1 : last);
    }
    if (key->code == KEYCODE_UP || key_is_character(key, 'k') || key_is_control(key, 'p')) {
        return select_at(picker, selected > 0 ? selected - 1 : 0);
    }
    if (key->code == KEYCODE_HOME || key_is_character(key, 'g')) {
        return select_at(picker, 0);
    }
    if (key->code == KEYCODE_END || key_is_character(key, 'G')) {
        return select_at(picker, last);
    }
    return HANDLED;
}

int picker_rows(const struct picker *picker)
{
    return (int)picker->count + 1;
}

static int word_column_width(const struct picker *picker)
{
    int widest = 0;

    for (size_t i = 0; i < picker->count; i++) {
        const char *word = picker->choices[i].word;
        int width = terminal_width(word, strlen(word));
        widest = width > widest ? width : widest;
    }
    return widest;
}

static void draw_choice(const struct picker *picker, size_t index, struct terminal *terminal,
                        struct rectangle row, int word_width)
{
    const struct picker_choice *choice = &picker->choices[index];
    bool selected = index == picker->selected;

    if (selected) {
        terminal_force_role(terminal, STYLE_SELECTED);
        terminal_cursor(terminal, row.row, row.column);
    }
    terminal_fill(terminal, row.row, row.column, row.width, STYLE_NORMAL, ' ');
    if (selected) {
        terminal_print(terminal, row.row, row.column, 1, STYLE_NORMAL, ">");
    }
    if (choice->key != '\0') {
        terminal_put(terminal, row.row, row.column + 2, 1, STYLE_HINT_KEY, &choice->key, 1);
    }
    terminal_print(terminal, row.row, row.column + 4, word_width, STYLE_NORMAL, choice->word);
    terminal_print(terminal, row.row, row.column + 6 + word_width, row.width - 6 - word_width,
                   STYLE_MUTED, choice->meaning);
    terminal_force_role(terminal, STYLE_COUNT);
}

void picker_draw(struct picker *picker, struct terminal *terminal, struct rectangle rectangle)
{
    size_t rows = rectangle.height > 1 ? (size_t)rectangle.height - 1 : 1;
    int word_width = word_column_width(picker);

    if (rectangle.height < 1) {
        return;
    }
    if (picker->selected < picker->first) {
        picker->first = picker->selected;
    } else if (picker->selected >= picker->first + rows) {
        picker->first = picker->selected - rows + 1;
    }
    int row = rectangle.row;
    if (rectangle.height > 1) {
        terminal_fill(terminal, row, rectangle.column, rectangle.width, STYLE_NORMAL, ' ');
        terminal_print(terminal, row, rectangle.column, rectangle.width, STYLE_TITLE,
                       picker->title);
        row++;
    }
    for (size_t i = picker->first; i < picker->count && i < picker->first + rows; i++) {
        struct rectangle line = {row, rectangle.column, 1, rectangle.width};
        draw_choice(picker, i, terminal, line, word_width);
        row++;
    }
}
