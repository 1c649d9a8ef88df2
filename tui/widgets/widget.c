/* What all widgets share: names of keys, the box. */
#include "tui/widgets/widget.h"

bool key_is_control(const struct key *key, char letter)
{
    return key->code == KEYCODE_CONTROL && key->code_point == (uint32_t)letter;
}

bool key_is_character(const struct key *key, char character)
{
    return key->code == KEYCODE_CHARACTER && key->code_point == (uint32_t)character;
}

bool key_is_function(const struct key *key, unsigned number)
{
    return key->code == KEYCODE_FUNCTION && key->code_point == number;
}

bool key_is_cancel(const struct key *key)
{
    return key->code == KEYCODE_ESCAPE || key_is_control(key, 'g') || key_is_control(key, 'c');
}

static void box_row(struct terminal *terminal, struct rectangle box, int row, char end, char inside)
{
    terminal_fill(terminal, row, box.column, box.width, STYLE_NORMAL, inside);
    terminal_fill(terminal, row, box.column, 1, STYLE_NORMAL, end);
    terminal_fill(terminal, row, box.column + box.width - 1, 1, STYLE_NORMAL, end);
}

struct rectangle widget_box(struct terminal *terminal, struct rectangle outside, const char *title)
{
    int last = outside.row + outside.height - 1;

    box_row(terminal, outside, outside.row, '+', '-');
    for (int row = outside.row + 1; row < last; row++) {
        box_row(terminal, outside, row, '|', ' ');
    }
    box_row(terminal, outside, last, '+', '-');
    if (outside.width > 8) {
        terminal_fill(terminal, outside.row, outside.column + 2, 1, STYLE_NORMAL, ' ');
        int used = terminal_print(terminal, outside.row, outside.column + 3, outside.width - 6,
                                  STYLE_TITLE, title);
        terminal_fill(terminal, outside.row, outside.column + 3 + used, 1, STYLE_NORMAL, ' ');
    }
    return (struct rectangle){.row = outside.row + 1,
                              .column = outside.column + 2,
                              .height = outside.height > 2 ? outside.height - 2 : 0,
                              .width = outside.width > 4 ? outside.width - 4 : 0};
}
