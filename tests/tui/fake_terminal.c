/* The drawing half of tui/terminal.h on a grid. */
#include "tests/tui/fake_terminal.h"

#include <stdlib.h>
#include <string.h>

#include "proto/require.h"

void fake_terminal_init(struct terminal *terminal, int rows, int columns)
{
    require(rows <= FAKE_ROWS_MAX && columns <= FAKE_COLUMNS_MAX);
    *terminal = (struct terminal){.rows = rows,
                                  .columns = columns,
                                  .cursor_row = -1,
                                  .cursor_column = -1,
                                  .forced = STYLE_COUNT};
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            strcpy(terminal->cells[row][column].text, " ");
        }
    }
}

const char *fake_terminal_row(struct terminal *terminal, int row)
{
    size_t length = 0;

    terminal->text[0] = '\0';
    for (int column = 0; column < terminal->columns; column++) {
        const char *text = terminal->cells[row][column].text;
        strcpy(terminal->text + length, text);
        length += strlen(text);
    }
    while (length > 0 && terminal->text[length - 1] == ' ') {
        length--;
    }
    terminal->text[length] = '\0';
    return terminal->text;
}

static void put_cell(struct terminal *terminal, int row, int column, enum style_role role,
                     const struct text_cell *cell)
{
    struct fake_cell *drawn = &terminal->cells[row][column];
    size_t length = 0;

    for (size_t i = 0; cell->characters[i] != 0 && length < 12; i++) {
        length += text_encode((long)cell->characters[i], drawn->text + length);
    }
    drawn->text[length] = '\0';
    drawn->role = terminal->forced == STYLE_COUNT ? role : terminal->forced;
    if (cell->width == 2) {
        terminal->cells[row][column + 1] = (struct fake_cell){.role = drawn->role};
    }
}

static int put_fitting(struct terminal *terminal, int row, int column, enum style_role role,
                       const char *text, size_t length)
{
    struct text_cell cells[GLYPH_CELLS_MAX];

    for (size_t position = 0; position < length;) {
        size_t next = glyph_next(text, length, position);
        size_t count = glyph_cells(text + position, next - position, cells);
        for (size_t i = 0; i < count; i++) {
            put_cell(terminal, row, column, role, &cells[i]);
            column += cells[i].width;
        }
        position = next;
    }
    return column;
}

static int visible_width(const struct terminal *terminal, int row, int column, int width)
{
    if (row < 0 || row >= terminal->rows || column < 0 || column >= terminal->columns ||
        width < 0) {
        return 0;
    }
    return width > terminal->columns - column ? terminal->columns - column : width;
}

int terminal_put(struct terminal *terminal, int row, int column, int width, enum style_role role,
                 const char *text, size_t length)
{
    width = visible_width(terminal, row, column, width);
    if (width == 0 || length == 0) {
        return 0;
    }
    size_t fit = text_fit(text, length, width);
    if (fit == length) {
        return put_fitting(terminal, row, column, role, text, length) - column;
    }
    put_fitting(terminal, row, column, role, text, text_fit(text, length, width - 1));
    put_fitting(terminal, row, column + width - 1, role, "~", 1);
    return width;
}

int terminal_print(struct terminal *terminal, int row, int column, int width, enum style_role role,
                   const char *text)
{
    return terminal_put(terminal, row, column, width, role, text, strlen(text));
}

void terminal_fill(struct terminal *terminal, int row, int column, int width, enum style_role role,
                   char character)
{
    width = visible_width(terminal, row, column, width);
    for (int i = 0; i < width; i++) {
        put_fitting(terminal, row, column + i, role, &character, 1);
    }
}

void terminal_force_role(struct terminal *terminal, enum style_role role)
{
    terminal->forced = role;
}

void terminal_cursor(struct terminal *terminal, int row, int column)
{
    terminal->cursor_row = row;
    terminal->cursor_column = column;
}

struct key fake_key(enum key_code code)
{
    return (struct key){.code = code};
}

struct key fake_character(uint32_t code_point)
{
    return (struct key){.code = KEYCODE_CHARACTER, .code_point = code_point};
}

struct key fake_control(char letter)
{
    return (struct key){.code = KEYCODE_CONTROL, .code_point = (uint32_t)letter};
}

struct key fake_function(unsigned number)
{
    return (struct key){.code = KEYCODE_FUNCTION, .code_point = number};
}

struct key fake_paste(const char *text)
{
    return (struct key){.code = KEYCODE_PASTE, .text = text, .length = strlen(text)};
}
