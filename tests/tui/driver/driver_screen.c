/* The half of the driver that looks at the screen: cells, rows, texts, and what must always be so.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "proto/text.h"
#include "tests/tui/driver/driver_internal.h"

/* Ends the test with what was wrong and the screen as it is. */
void driver_fail(struct driver *driver, const char *what, const char *text)
{
    char *screen = driver_snapshot(driver);

    print_error("--- %s %s\n%s--- frame %" PRIu64 " pending %u screen %s\n", what, text, screen,
                driver->line.frame, driver->line.pending, driver->line.screen);
    free(screen);
    kill(driver->child, SIGKILL);
    fail();
}

static bool is_on_screen(struct driver *driver, const char *text)
{
    int row;
    int column;

    return driver_find(driver, text, &row, &column);
}

uint64_t driver_frame(const struct driver *driver)
{
    return driver->line.frame;
}

const char *driver_screen(const struct driver *driver)
{
    return driver->line.screen;
}

static size_t encode(uint32_t code_point, char *text)
{
    if (code_point < 0x80) {
        text[0] = (char)code_point;
        return 1;
    }
    size_t more = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--) {
        text[i] = (char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    text[0] = (char)(leads[more] | code_point);
    return more + 1;
}

static int colour_index(VTermColor colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&colour) || VTERM_COLOR_IS_DEFAULT_BG(&colour)) {
        return -1;
    }
    return VTERM_COLOR_IS_INDEXED(&colour) ? colour.indexed.idx : 256;
}

struct driver_cell driver_cell(struct driver *driver, int row, int column)
{
    struct driver_cell cell = {.text = " ", .width = 1, .colour = -1, .background = -1};
    VTermScreenCell found;
    size_t length = 0;

    if (row < 0 || row >= driver->rows || column < 0 || column >= driver->columns ||
        !vterm_screen_get_cell(driver->screen, (VTermPos){row, column}, &found)) {
        return cell;
    }
    if (found.chars[0] == UINT32_MAX) {
        cell.text[0] = '\0';
    } else if (found.chars[0] != 0) {
        for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && found.chars[i] != 0; i++) {
            length += encode(found.chars[i], cell.text + length);
        }
        cell.text[length] = '\0';
    }
    cell.width = found.width;
    cell.bold = found.attrs.bold;
    cell.underline = found.attrs.underline != 0;
    cell.reverse = found.attrs.reverse;
    cell.colour = colour_index(found.fg);
    cell.background = colour_index(found.bg);
    return cell;
}

static size_t row_text(struct driver *driver, int row, char *text)
{
    size_t length = 0;
    size_t trimmed = 0;

    for (int column = 0; column < driver->columns; column++) {
        struct driver_cell cell = driver_cell(driver, row, column);
        size_t size = strlen(cell.text);
        if (length + size + 1 >= ROW_BYTES) {
            break;
        }
        memcpy(text + length, cell.text, size);
        length += size;
        if (strcmp(cell.text, " ") != 0) {
            trimmed = length;
        }
    }
    text[trimmed] = '\0';
    return trimmed;
}

const char *driver_row(struct driver *driver, int row)
{
    row_text(driver, row, driver->row_text);
    return driver->row_text;
}

char *driver_snapshot(struct driver *driver)
{
    char *text = malloc((size_t)driver->rows * (ROW_BYTES + 1) + 1);
    size_t length = 0;

    assert_non_null(text);
    for (int row = 0; row < driver->rows; row++) {
        length += row_text(driver, row, text + length);
        text[length] = '\n';
        length++;
    }
    text[length] = '\0';
    return text;
}

/* The column at which a byte of a row's text stands. */
static int column_of(struct driver *driver, int row, size_t offset)
{
    size_t length = 0;

    for (int column = 0; column < driver->columns; column++) {
        if (length >= offset) {
            return column;
        }
        length += strlen(driver_cell(driver, row, column).text);
    }
    return driver->columns;
}

bool driver_find(struct driver *driver, const char *text, int *ret_row, int *ret_column)
{
    for (int row = 0; row < driver->rows; row++) {
        const char *line = driver_row(driver, row);
        const char *found = strstr(line, text);
        if (found != NULL) {
            *ret_row = row;
            *ret_column = column_of(driver, row, (size_t)(found - line));
            return true;
        }
    }
    return false;
}

void driver_expect(struct driver *driver, const char *text)
{
    if (!is_on_screen(driver, text)) {
        driver_fail(driver, "not on the screen:", text);
    }
}

void driver_expect_not(struct driver *driver, const char *text)
{
    if (is_on_screen(driver, text)) {
        driver_fail(driver, "unexpectedly on the screen:", text);
    }
}

void driver_expect_row(struct driver *driver, int row, const char *text)
{
    if (strcmp(driver_row(driver, row), text) != 0) {
        print_error("row %d is \"%s\"\n", row, driver_row(driver, row));
        driver_fail(driver, "a row is not:", text);
    }
}

void driver_expect_selected(struct driver *driver, const char *text)
{
    int row;
    int column;

    driver_cursor(driver, &row, &column);
    const char *line = driver_row(driver, row);
    if (strstr(line, text) == NULL || strcmp(driver_cell(driver, row, column).text, ">") != 0) {
        driver_fail(driver, "not the selected row:", text);
    }
}

void driver_cursor(const struct driver *driver, int *ret_row, int *ret_column)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(driver->terminal), &position);
    *ret_row = position.row;
    *ret_column = position.col;
}

bool driver_alternate_screen(const struct driver *driver)
{
    return driver->alternate;
}

bool driver_cursor_visible(const struct driver *driver)
{
    return driver->cursor_visible;
}

void driver_check_cells(struct driver *driver)
{
    for (int row = 0; row < driver->rows; row++) {
        const char *line = driver_row(driver, row);
        for (size_t position = 0; line[position] != '\0';) {
            uint32_t code_point;
            position += text_next(line + position, strlen(line + position), &code_point);
            if (code_point == TEXT_INVALID || !text_is_safe(code_point)) {
                driver_fail(driver, "a cell holds an unsafe character in row", line);
            }
        }
    }
}

void driver_check_invariants(struct driver *driver)
{
    int row;
    int column;
    int row_after;
    int column_after;

    driver_check_cells(driver);
    driver_cursor(driver, &row, &column);
    char *before = driver_snapshot(driver);
    driver_keys(driver, KEY_CTRL('l'));
    char *after = driver_snapshot(driver);
    driver_cursor(driver, &row_after, &column_after);
    if (strcmp(before, after) != 0 || row != row_after || column != column_after) {
        driver_fail(driver, "a full repaint differs from what was on the screen:\n", before);
    }
    free(before);
    free(after);
}
