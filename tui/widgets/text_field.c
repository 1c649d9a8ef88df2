/* Keys and drawing of a text being written. */
#include "tui/widgets/text_field.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_BEFORE_DRAWN = 72, ROWS_BEFORE_DRAWN = 10 };

/* A position in wrapped text. */
struct place {
    size_t index; /* of the wrapped line */
    struct text_line line;
};

static int wrap_columns(const struct text_field *field)
{
    /* One column stays free for the cursor behind the last character. */
    return field->columns > 2 ? field->columns - 1 : 1;
}

static bool is_last_line(struct text_line line, size_t length)
{
    return line.next >= length && !line.hard;
}

/* The wrapped line of a position. At a wrap it is the line the position starts. */
static struct place find_place(struct text_field *field, size_t position)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    struct place place = {.index = 0, .line = text_wrap(text, length, 0, wrap_columns(field))};

    while (place.line.next <= position && !is_last_line(place.line, length)) {
        place.line = text_wrap(text, length, place.line.next, wrap_columns(field));
        place.index++;
    }
    return place;
}

/* The wrapped line with a number; the last one when there are fewer. */
static struct place nth_place(struct text_field *field, size_t index)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    struct place place = {.index = 0, .line = text_wrap(text, length, 0, wrap_columns(field))};

    while (place.index < index && !is_last_line(place.line, length)) {
        place.line = text_wrap(text, length, place.line.next, wrap_columns(field));
        place.index++;
    }
    return place;
}

static int column_of(struct text_field *field, struct text_line line, size_t position)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);

    return terminal_width(text + line.start, position - line.start);
}

void text_field_init(struct text_field *field, size_t limit, bool multi_line)
{
    *field = (struct text_field){
        .columns = COLUMNS_BEFORE_DRAWN, .rows = ROWS_BEFORE_DRAWN, .wanted_column = -1};
    text_buffer_init(&field->buffer, limit, multi_line);
}

void text_field_finish(struct text_field *field)
{
    text_buffer_finish(&field->buffer);
    free(field->waiting_paste);
    *field = (struct text_field){.columns = COLUMNS_BEFORE_DRAWN};
}

const char *text_field_text(struct text_field *field, size_t *ret_length)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);

    if (ret_length != NULL) {
        *ret_length = length;
    }
    return text;
}

bool text_field_set(struct text_field *field, const char *text, size_t length)
{
    field->first = 0;
    field->wanted_column = -1;
    return text_buffer_set(&field->buffer, text, length);
}

/* --- Pastes --- */

static size_t count_lines(const char *text, size_t length)
{
    size_t lines = 1;

    for (size_t i = 0; i < length; i++) {
        bool pair = text[i] == '\r' && i + 1 < length && text[i + 1] == '\n';
        lines += (text[i] == '\n' || text[i] == '\r') && !pair;
    }
    return lines;
}

static enum handled paste(struct text_field *field, const struct key *key)
{
    size_t room = field->buffer.limit - field->buffer.code_points;
    bool large = count_lines(key->text, key->length) > TEXT_PASTE_LINES_MAX || key->cut ||
                 text_buffer_measure(&field->buffer, key->text, key->length) > room;

    if (!large) {
        text_buffer_insert(&field->buffer, key->text, key->length, false);
        return HANDLED_CHANGE;
    }
    char *copy = malloc(key->length + 1);
    if (copy == NULL) {
        return HANDLED_FULL;
    }
    memcpy(copy, key->text, key->length);
    free(field->waiting_paste);
    field->waiting_paste = copy;
    field->waiting_length = key->length;
    return HANDLED_ASK_PASTE;
}

enum handled text_field_take_paste(struct text_field *field, bool take)
{
    bool whole = true;

    if (field->waiting_paste == NULL) {
        return HANDLED_NOT;
    }
    if (take) {
        whole =
            text_buffer_insert(&field->buffer, field->waiting_paste, field->waiting_length, false);
    }
    free(field->waiting_paste);
    field->waiting_paste = NULL;
    return !take ? HANDLED : whole ? HANDLED_CHANGE : HANDLED_FULL;
}

size_t text_field_waiting_lines(const struct text_field *field)
{
    return field->waiting_paste == NULL ? 0
                                        : count_lines(field->waiting_paste, field->waiting_length);
}

/* --- Keys --- */

static enum handled type(struct text_field *field, uint32_t code_point)
{
    char bytes[4];
    size_t length = text_encode((long)code_point, bytes);

    return text_buffer_insert(&field->buffer, bytes, length, true) ? HANDLED_CHANGE : HANDLED_FULL;
}

static enum handled move_to(struct text_field *field, size_t position)
{
    text_buffer_move(&field->buffer, position);
    return HANDLED;
}

/* Bounds of the line between newlines that holds the cursor. */
static size_t line_start(struct text_field *field)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t position = field->buffer.cursor;

    while (position > 0 && text[position - 1] != '\n') {
        position--;
    }
    return position;
}

static size_t line_end(struct text_field *field)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t position = field->buffer.cursor;

    while (position < length && text[position] != '\n') {
        position++;
    }
    return position;
}

static size_t word_start(struct text_field *field)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t position = field->buffer.cursor;

    while (position > 0 && (text[position - 1] == ' ' || text[position - 1] == '\n')) {
        position--;
    }
    while (position > 0 && text[position - 1] != ' ' && text[position - 1] != '\n') {
        position--;
    }
    return position;
}

static size_t step(struct text_field *field, bool forward)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t cursor = field->buffer.cursor;

    return forward ? glyph_next(text, length, cursor) : glyph_previous(text, length, cursor);
}

static enum handled kill(struct text_field *field, size_t from, size_t to)
{
    if (from == to) {
        return HANDLED;
    }
    text_buffer_kill(&field->buffer, from, to);
    return HANDLED_CHANGE;
}

static enum handled delete_range(struct text_field *field, size_t from, size_t to)
{
    if (from == to) {
        return HANDLED;
    }
    text_buffer_delete(&field->buffer, from, to);
    return HANDLED_CHANGE;
}

/* Moves by wrapped lines, keeping the column. Not handled when already at the edge. */
static enum handled move_lines(struct text_field *field, long lines)
{
    size_t length;
    struct place here = find_place(field, field->buffer.cursor);
    int column = column_of(field, here.line, field->buffer.cursor);

    if (lines < 0 && here.index == 0) {
        return HANDLED_NOT;
    }
    size_t distance = (size_t)labs(lines);
    size_t index = lines > 0               ? here.index + distance
                   : here.index > distance ? here.index - distance
                                           : 0;
    struct place there = nth_place(field, index);
    if (there.index == here.index) {
        return HANDLED_NOT;
    }
    if (field->wanted_column < 0) {
        field->wanted_column = column;
    }
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t offset =
        text_fit(text + there.line.start, there.line.end - there.line.start, field->wanted_column);
    text_buffer_move(&field->buffer, there.line.start + offset);
    return HANDLED;
}

static enum handled vertical_key(struct text_field *field, const struct key *key)
{
    long page = field->rows > 1 ? field->rows - 1 : 1;

    if (key->code == KEYCODE_UP || key_is_control(key, 'p')) {
        return move_lines(field, -1);
    }
    if (key->code == KEYCODE_DOWN || key_is_control(key, 'n')) {
        return move_lines(field, 1);
    }
    if (key->code == KEYCODE_PAGE_UP || key_is_control(key, 'b')) {
        return move_lines(field, -page);
    }
    if (key->code == KEYCODE_PAGE_DOWN || key_is_control(key, 'f')) {
        return move_lines(field, page);
    }
    return HANDLED_NOT;
}

static enum handled control_key(struct text_field *field, char letter)
{
    size_t cursor = field->buffer.cursor;

    switch (letter) {
    case 'a':
        return move_to(field, line_start(field));
    case 'e':
        return move_to(field, line_end(field));
    case 'd':
        return delete_range(field, cursor, step(field, true));
    case 'k': {
        /* At a line's end the newline goes, so that a further Ctrl-K joins the lines. */
        size_t end = line_end(field);
        return kill(field, cursor, end == cursor ? step(field, true) : end);
    }
    case 'u':
        return kill(field, line_start(field), cursor);
    case 'w':
        return kill(field, word_start(field), cursor);
    case 'y':
        return text_buffer_yank(&field->buffer) ? HANDLED_CHANGE : HANDLED_FULL;
    case '_':
        return text_buffer_undo(&field->buffer) ? HANDLED_CHANGE : HANDLED;
    default:
        return HANDLED_NOT;
    }
}

static enum handled horizontal_key(struct text_field *field, const struct key *key)
{
    size_t cursor = field->buffer.cursor;

    switch (key->code) {
    case KEYCODE_CHARACTER:
        return type(field, key->code_point);
    case KEYCODE_PASTE:
        return paste(field, key);
    case KEYCODE_ENTER:
        return field->buffer.multi_line ? type(field, '\n') : HANDLED_NOT;
    case KEYCODE_LEFT:
        return move_to(field, step(field, false));
    case KEYCODE_RIGHT:
        return move_to(field, step(field, true));
    case KEYCODE_HOME:
        return move_to(field, line_start(field));
    case KEYCODE_END:
        return move_to(field, line_end(field));
    case KEYCODE_BACKSPACE:
        return delete_range(field, step(field, false), cursor);
    case KEYCODE_DELETE:
        return delete_range(field, cursor, step(field, true));
    case KEYCODE_CONTROL:
        return control_key(field, (char)key->code_point);
    case KEYCODE_FUNCTION:
        if (key->code_point == 7) {
            return text_buffer_undo(&field->buffer) ? HANDLED_CHANGE : HANDLED;
        }
        if (key->code_point == 8) {
            return text_buffer_redo(&field->buffer) ? HANDLED_CHANGE : HANDLED;
        }
        return HANDLED_NOT;
    default:
        return HANDLED_NOT;
    }
}

enum handled text_field_key(struct text_field *field, const struct key *key)
{
    if (field->buffer.multi_line) {
        enum handled handled = vertical_key(field, key);
        if (handled != HANDLED_NOT) {
            return handled;
        }
    }
    enum handled handled = horizontal_key(field, key);
    if (handled != HANDLED_NOT) {
        field->wanted_column = -1;
    }
    return handled;
}

void text_field_position(struct text_field *field, size_t *ret_line, size_t *ret_column)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);
    size_t start = line_start(field);

    *ret_line = start == 0 ? 1 : count_lines(text, start);
    *ret_column = 1;
    for (size_t position = start; position < field->buffer.cursor;) {
        position = glyph_next(text, length, position);
        (*ret_column)++;
    }
}

/* --- Drawing --- */

/* Moves the first byte shown so that the cursor is inside. */
static void scroll_sideways(struct text_field *field, const char *text, size_t length)
{
    int columns = wrap_columns(field);

    if (field->first > field->buffer.cursor || field->first > length) {
        field->first = 0;
    }
    while (terminal_width(text + field->first, field->buffer.cursor - field->first) > columns) {
        /* Half a width at a time, so that typing on does not scroll at every key. */
        size_t skip = text_fit(text + field->first, length - field->first, columns / 2);
        field->first = skip > 0 ? field->first + skip : glyph_next(text, length, field->first);
    }
}

static void draw_line(struct text_field *field, struct terminal *terminal,
                      struct rectangle rectangle, bool focused)
{
    size_t length;
    const char *text = text_buffer_text(&field->buffer, &length);

    scroll_sideways(field, text, length);
    terminal_put(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_NORMAL,
                 text + field->first, length - field->first);
    if (field->first > 0 && field->first < field->buffer.cursor) {
        terminal_put(terminal, rectangle.row, rectangle.column, 1, STYLE_MUTED, "~", 1);
    }
    if (focused) {
        int column = terminal_width(text + field->first, field->buffer.cursor - field->first);
        terminal_cursor(terminal, rectangle.row, rectangle.column + column);
    }
}

static void scroll_lines(struct text_field *field, size_t cursor_index)
{
    size_t rows = (size_t)field->rows;

    if (cursor_index < field->first) {
        field->first = cursor_index;
    } else if (cursor_index >= field->first + rows) {
        field->first = cursor_index - rows + 1;
    }
}

static void draw_lines(struct text_field *field, struct terminal *terminal,
                       struct rectangle rectangle, bool focused)
{
    size_t length;
    struct place cursor = find_place(field, field->buffer.cursor);

    scroll_lines(field, cursor.index);
    struct place place = nth_place(field, field->first);
    const char *text = text_buffer_text(&field->buffer, &length);
    for (int row = 0; row < rectangle.height; row++) {
        terminal_put(terminal, rectangle.row + row, rectangle.column, rectangle.width, STYLE_NORMAL,
                     text + place.line.start, place.line.end - place.line.start);
        if (is_last_line(place.line, length)) {
            break;
        }
        place.line = text_wrap(text, length, place.line.next, wrap_columns(field));
    }
    if (focused) {
        int column = column_of(field, cursor.line, field->buffer.cursor);
        if (column > rectangle.width - 1) {
            column = rectangle.width - 1; /* spaces at a wrap hang over the edge */
        }
        terminal_cursor(terminal, rectangle.row + (int)(cursor.index - field->first),
                        rectangle.column + column);
    }
}

void text_field_draw(struct text_field *field, struct terminal *terminal,
                     struct rectangle rectangle, bool focused)
{
    if (rectangle.height < 1 || rectangle.width < 1) {
        return;
    }
    field->columns = rectangle.width;
    field->rows = rectangle.height;
    if (field->buffer.multi_line) {
        draw_lines(field, terminal, rectangle, focused);
    } else {
        draw_line(field, terminal, rectangle, focused);
    }
}
