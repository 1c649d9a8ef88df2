/* See form.h. */
#include "tui/widgets/form.h"

#include <stdio.h>
#include <string.h>

#include "proto/require.h"

enum {
    LINES_LEAST = 3,        /* rows of a text of several lines, besides its head */
    COUNT_COLUMNS = 14,     /* "1000 of 1000" and air */
    COUNT_WIDTH_LEAST = 50, /* narrower fields show no count */
    SECRET_COLUMNS = 10,    /* "[hidden]" and air */
    HINT_WIDTH_LEAST = 10   /* less of a hint helps nobody */
};

/* Where the parts of a form lie; worked out anew for each drawing. */
struct layout {
    int label_width;
    int field_column;
    int field_width;
    int lines_rows; /* for each field of several lines */
};

void form_field_text(struct form_field *field, const char *label, size_t limit)
{
    *field = (struct form_field){.kind = FORM_TEXT, .label = label};
    text_field_init(&field->text, limit, false);
}

void form_field_lines(struct form_field *field, const char *label, size_t limit)
{
    *field = (struct form_field){.kind = FORM_LINES, .label = label};
    text_field_init(&field->text, limit, true);
}

void form_field_secret(struct form_field *field, const char *label)
{
    *field = (struct form_field){.kind = FORM_SECRET, .label = label};
    secret_field_init(&field->secret);
}

void form_field_choice(struct form_field *field, const char *label, const char *const *words,
                       size_t word_count)
{
    require(word_count > 0);
    *field = (struct form_field){
        .kind = FORM_CHOICE, .label = label, .words = words, .word_count = word_count};
}

void form_init(struct form *form, struct form_field *fields, size_t count)
{
    require(count > 0);
    *form = (struct form){.fields = fields, .count = count};
}

void form_finish(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        struct form_field *field = &form->fields[i];
        if (field->kind == FORM_TEXT || field->kind == FORM_LINES) {
            text_field_finish(&field->text);
        } else if (field->kind == FORM_SECRET) {
            secret_field_finish(&field->secret);
        }
    }
    *form = (struct form){.fields = NULL};
}

void form_set_error(struct form *form, size_t index, const char *message)
{
    require(index < form->count);
    snprintf(form->fields[index].error, FORM_ERROR_MAX, "%s", message);
    for (size_t i = 0; i < form->count; i++) {
        if (form->fields[i].error[0] != '\0') {
            form->focus = i;
            break;
        }
    }
}

void form_clear_errors(struct form *form)
{
    for (size_t i = 0; i < form->count; i++) {
        form->fields[i].error[0] = '\0';
    }
}

struct form_field *form_focused(struct form *form)
{
    return &form->fields[form->focus];
}

void form_focus(struct form *form, size_t index)
{
    require(index < form->count);
    form->focus = index;
}

/* --- Keys --- */

static enum handled choice_key(struct form_field *field, const struct key *key)
{
    size_t chosen = field->chosen;

    if (key->code == KEYCODE_RIGHT) {
        chosen = chosen + 1 < field->word_count ? chosen + 1 : chosen;
    } else if (key->code == KEYCODE_LEFT) {
        chosen = chosen > 0 ? chosen - 1 : 0;
    } else if (key_is_character(key, ' ')) {
        chosen = (chosen + 1) % field->word_count;
    } else if (key->code == KEYCODE_HOME) {
        chosen = 0;
    } else if (key->code == KEYCODE_END) {
        chosen = field->word_count - 1;
    } else {
        return HANDLED_NOT;
    }
    enum handled handled = chosen == field->chosen ? HANDLED : HANDLED_CHANGE;
    field->chosen = chosen;
    return handled;
}

static enum handled field_key(struct form_field *field, const struct key *key)
{
    enum handled handled = HANDLED_NOT;

    switch (field->kind) {
    case FORM_TEXT:
    case FORM_LINES:
        handled = text_field_key(&field->text, key);
        break;
    case FORM_SECRET:
        handled = secret_field_key(&field->secret, key);
        break;
    case FORM_CHOICE:
        handled = choice_key(field, key);
        break;
    }
    if (handled == HANDLED_CHANGE) {
        field->error[0] = '\0';
    }
    return handled;
}

static enum handled move_focus(struct form *form, bool forward, bool around)
{
    size_t last = form->count - 1;

    if (forward) {
        form->focus = form->focus < last ? form->focus + 1 : around ? 0 : last;
    } else {
        form->focus = form->focus > 0 ? form->focus - 1 : around ? last : 0;
    }
    return HANDLED;
}

enum handled form_key(struct form *form, const struct key *key)
{
    bool last = form->focus == form->count - 1;

    if (key_is_control(key, 's') || key_is_function(key, 10)) {
        return HANDLED_SUBMIT;
    }
    if (key_is_cancel(key)) {
        return HANDLED_CANCEL;
    }
    if (key->code == KEYCODE_TAB || key->code == KEYCODE_BACK_TAB) {
        return move_focus(form, key->code == KEYCODE_TAB, true);
    }
    enum handled handled = field_key(form_focused(form), key);
    if (handled != HANDLED_NOT) {
        return handled;
    }
    if (key->code == KEYCODE_ENTER && last && form->enter_submits) {
        return HANDLED_SUBMIT;
    }
    if (key->code == KEYCODE_ENTER || key->code == KEYCODE_DOWN || key_is_control(key, 'n')) {
        return move_focus(form, true, false);
    }
    if (key->code == KEYCODE_UP || key_is_control(key, 'p')) {
        return move_focus(form, false, false);
    }
    /* A letter typed at a choice does nothing rather than something on the screen behind. */
    return key->code == KEYCODE_CHARACTER || key->code == KEYCODE_PASTE ? HANDLED : HANDLED_NOT;
}

/* --- Drawing --- */

/* Width of one choice, "(o) word", and two columns of air. */
static int word_width(const struct form_field *field, size_t index)
{
    return terminal_width(field->words[index], strlen(field->words[index])) + 6;
}

static int choice_rows(const struct form_field *field, int width)
{
    int rows = 1;
    int column = 0;

    for (size_t i = 0; i < field->word_count; i++) {
        if (column > 0 && column + word_width(field, i) - 2 > width) {
            rows++;
            column = 0;
        }
        column += word_width(field, i);
    }
    return rows;
}

static int field_rows(const struct form_field *field, const struct layout *layout)
{
    int rows = 1;

    if (field->kind == FORM_LINES) {
        rows += layout->lines_rows;
    } else if (field->kind == FORM_CHOICE) {
        rows = choice_rows(field, layout->field_width);
    }
    return rows + (field->was != NULL) + (field->error[0] != '\0');
}

static struct layout lay_out(const struct form *form, struct rectangle rectangle)
{
    struct layout layout = {.lines_rows = 0};
    int used = 0;
    int growing = 0;

    for (size_t i = 0; i < form->count; i++) {
        int width = terminal_width(form->fields[i].label, strlen(form->fields[i].label));
        layout.label_width = width > layout.label_width ? width : layout.label_width;
    }
    if (layout.label_width > rectangle.width / 3) {
        layout.label_width = rectangle.width / 3;
    }
    layout.field_column = rectangle.column + layout.label_width + 3;
    layout.field_width = rectangle.width - layout.label_width - 3;
    for (size_t i = 0; i < form->count; i++) {
        used += field_rows(&form->fields[i], &layout);
        growing += form->fields[i].kind == FORM_LINES;
    }
    if (growing > 0) {
        int rows = (rectangle.height - used) / growing;
        layout.lines_rows = rows > LINES_LEAST ? rows : LINES_LEAST;
    }
    return layout;
}

/* Lets the first field drawn be such that the one with the focus is inside. */
static void scroll_into_view(struct form *form, const struct layout *layout, int height)
{
    int used = 0;

    if (form->focus < form->first) {
        form->first = form->focus;
    }
    for (size_t i = form->first; i <= form->focus; i++) {
        used += field_rows(&form->fields[i], layout);
    }
    while (form->first < form->focus && used > height) {
        used -= field_rows(&form->fields[form->first], layout);
        form->first++;
    }
    /* Room that has come back is used for the fields above. */
    for (size_t i = form->focus + 1; i < form->count; i++) {
        used += field_rows(&form->fields[i], layout);
    }
    while (form->first > 0 && used + field_rows(&form->fields[form->first - 1], layout) <= height) {
        form->first--;
        used += field_rows(&form->fields[form->first], layout);
    }
}

static void draw_choice(const struct form_field *field, struct terminal *terminal,
                        struct rectangle rectangle, bool focused)
{
    int row = rectangle.row;
    int column = 0;

    for (size_t i = 0; i < field->word_count; i++) {
        int width = word_width(field, i);
        if (column > 0 && column + width - 2 > rectangle.width) {
            row++;
            column = 0;
        }
        if (row >= rectangle.row + rectangle.height) {
            return;
        }
        bool chosen = i == field->chosen;
        int left = rectangle.width - column;
        int at = rectangle.column + column;
        terminal_print(terminal, row, at, left, STYLE_NORMAL, chosen ? "(o) " : "( ) ");
        terminal_print(terminal, row, at + 4, left - 4, chosen ? STYLE_TITLE : STYLE_NORMAL,
                       field->words[i]);
        if (chosen && focused) {
            terminal_cursor(terminal, row, at + 1);
        }
        column += width;
    }
}

/* A hint stands behind the value: there is room while a text is empty, and beside a secret. */
static void draw_hint(const struct form_field *field, struct terminal *terminal,
                      struct rectangle rectangle)
{
    int skip = field->kind == FORM_SECRET ? SECRET_COLUMNS : 2;

    if (field->hint != NULL && rectangle.width > skip + HINT_WIDTH_LEAST) {
        terminal_print(terminal, rectangle.row, rectangle.column + skip, rectangle.width - skip,
                       STYLE_MUTED, field->hint);
    }
}

static void draw_text(struct form_field *field, struct terminal *terminal,
                      struct rectangle rectangle, bool focused)
{
    if (rectangle.width >= COUNT_WIDTH_LEAST) {
        char count[48];
        int length = snprintf(count, sizeof count, "%zu of %zu", field->text.buffer.code_points,
                              field->text.buffer.limit);
        rectangle.width -= COUNT_COLUMNS;
        terminal_print(terminal, rectangle.row,
                       rectangle.column + rectangle.width + COUNT_COLUMNS - length, length,
                       STYLE_MUTED, count);
    }
    if (field->text.buffer.code_points == 0) {
        draw_hint(field, terminal, rectangle);
    }
    text_field_draw(&field->text, terminal, rectangle, focused);
}

/* The head of several lines: a rule with the hint at its left and the cursor's place at its
 * right. */
static void draw_lines_head(struct form_field *field, struct terminal *terminal,
                            struct rectangle head, bool focused)
{
    char place[64];
    size_t line;
    size_t column;

    terminal_fill(terminal, head.row, head.column, head.width, STYLE_MUTED, '-');
    text_field_position(&field->text, &line, &column);
    int length = field->text.buffer.code_points * 10 > field->text.buffer.limit * 8
                     ? snprintf(place, sizeof place, " %zu of %zu", field->text.buffer.code_points,
                                field->text.buffer.limit)
                     : snprintf(place, sizeof place, " line %zu, col %zu", line, column);
    if (head.width > length + 2) {
        terminal_print(terminal, head.row, head.column + head.width - length, length, STYLE_MUTED,
                       place);
    }
    if (field->hint != NULL && focused) {
        int used = terminal_print(terminal, head.row, head.column, head.width - length - 2,
                                  STYLE_MUTED, field->hint);
        terminal_fill(terminal, head.row, head.column + used, 1, STYLE_MUTED, ' ');
    }
}

static void draw_lines(struct form_field *field, struct terminal *terminal,
                       struct rectangle rectangle, bool focused)
{
    struct rectangle head = rectangle;

    head.height = 1;
    draw_lines_head(field, terminal, head, focused);
    rectangle.row++;
    rectangle.height--;
    for (int row = 0; row < rectangle.height; row++) {
        terminal_print(terminal, rectangle.row + row, rectangle.column - 2, 1, STYLE_MUTED, "|");
    }
    text_field_draw(&field->text, terminal, rectangle, focused);
}

/* Rows below the value: what it was, and what is wrong. */
static void draw_notes(const struct form_field *field, struct terminal *terminal, int row,
                       int last_row, const struct layout *layout)
{
    if (field->was != NULL && row <= last_row) {
        int used = terminal_print(terminal, row, layout->field_column, layout->field_width,
                                  STYLE_MUTED, "was: ");
        terminal_print(terminal, row, layout->field_column + used, layout->field_width - used,
                       STYLE_MUTED, field->was);
        row++;
    }
    if (field->error[0] != '\0' && row <= last_row) {
        int used = terminal_print(terminal, row, layout->field_column, layout->field_width,
                                  STYLE_ERROR, "Error: ");
        terminal_print(terminal, row, layout->field_column + used, layout->field_width - used,
                       STYLE_ERROR, field->error);
    }
}

static void draw_field(struct form_field *field, struct terminal *terminal, struct rectangle block,
                       const struct layout *layout, bool focused)
{
    int notes = (field->was != NULL) + (field->error[0] != '\0');
    struct rectangle value = {block.row, layout->field_column, block.height - notes,
                              layout->field_width};
    const char *sign = focused ? ">" : field->kind == FORM_LINES ? "+" : " ";

    if (value.height < 1) {
        value.height = 1;
    }
    terminal_print(terminal, block.row, block.column, layout->label_width,
                   focused ? STYLE_TITLE : STYLE_NORMAL, field->label);
    terminal_print(terminal, block.row, block.column + layout->label_width + 1, 1, STYLE_NORMAL,
                   sign);
    switch (field->kind) {
    case FORM_TEXT:
        draw_text(field, terminal, value, focused);
        break;
    case FORM_LINES:
        draw_lines(field, terminal, value, focused);
        break;
    case FORM_SECRET:
        secret_field_draw(&field->secret, terminal, value, focused);
        draw_hint(field, terminal, value);
        break;
    case FORM_CHOICE:
        draw_choice(field, terminal, value, focused);
        break;
    }
    draw_notes(field, terminal, value.row + value.height, block.row + block.height - 1, layout);
}

void form_draw(struct form *form, struct terminal *terminal, struct rectangle rectangle)
{
    if (rectangle.height < 1 || rectangle.width < 1) {
        return;
    }
    struct layout layout = lay_out(form, rectangle);
    scroll_into_view(form, &layout, rectangle.height);
    int row = rectangle.row;
    int end = rectangle.row + rectangle.height;
    for (size_t i = form->first; i < form->count && row < end; i++) {
        int rows = field_rows(&form->fields[i], &layout);
        if (rows > end - row) {
            rows = end - row;
        }
        struct rectangle block = {row, rectangle.column, rows, rectangle.width};
        draw_field(&form->fields[i], terminal, block, &layout, i == form->focus);
        row += rows;
    }
}
