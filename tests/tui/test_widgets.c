/* List, form, text to read, status, prompt, picker. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tui/fake_terminal.h"
#include "tui/widgets/form.h"
#include "tui/widgets/list_view.h"
#include "tui/widgets/picker.h"
#include "tui/widgets/prompt.h"
#include "tui/widgets/status_bar.h"
#include "tui/widgets/text_view.h"

static struct terminal screen;

static struct rectangle clear_screen(int rows, int columns)
{
    fake_terminal_init(&screen, rows, columns);
    return (struct rectangle){0, 0, rows, columns};
}

static void expect_row(int row, const char *text)
{
    assert_string_equal(fake_terminal_row(&screen, row), text);
}

/* --- List --- */

struct rows {
    uint64_t ids[64];
    size_t count;
};

static uint64_t row_id(void *context, size_t index)
{
    const struct rows *rows = context;

    return rows->ids[index];
}

static bool row_find(void *context, uint64_t id, size_t *ret_index)
{
    const struct rows *rows = context;

    for (size_t i = 0; i < rows->count; i++) {
        if (rows->ids[i] == id) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static void row_draw(void *context, size_t index, struct terminal *terminal,
                     struct rectangle rectangle)
{
    const struct rows *rows = context;
    char text[32];

    snprintf(text, sizeof text, "%llu", (unsigned long long)rows->ids[index]);
    terminal_print(terminal, rectangle.row, rectangle.column, rectangle.width, STYLE_CRITICAL,
                   text);
}

static struct rows rows;
static const struct list_source source = {row_id, row_find, row_draw, &rows};
static struct list_view list;

static void fill_rows(size_t count)
{
    rows.count = count;
    for (size_t i = 0; i < count; i++) {
        rows.ids[i] = 100 + i;
    }
    list_view_init(&list, &source);
    list_view_update(&list, count, true);
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
}

static void press_list(struct key key)
{
    list_view_key(&list, &key);
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
}

static void insert_row(size_t at, uint64_t id)
{
    memmove(rows.ids + at + 1, rows.ids + at, (rows.count - at) * sizeof rows.ids[0]);
    rows.ids[at] = id;
    rows.count++;
    list_view_update(&list, rows.count, true);
}

static void remove_row(size_t at)
{
    rows.count--;
    memmove(rows.ids + at, rows.ids + at + 1, (rows.count - at) * sizeof rows.ids[0]);
    list_view_update(&list, rows.count, true);
}

/* The keys of the keymap move the selection; the cursor stands on its sign. */
static void list_keys_move_the_selection(void **state)
{
    static const struct {
        struct key key;
        uint64_t selected;
    } steps[] = {
        {{.code = KEYCODE_DOWN}, 101},
        {{.code = KEYCODE_CHARACTER, .code_point = 'j'}, 102},
        {{.code = KEYCODE_CONTROL, .code_point = 'n'}, 103},
        {{.code = KEYCODE_CHARACTER, .code_point = 'k'}, 102},
        {{.code = KEYCODE_PAGE_DOWN}, 107},
        {{.code = KEYCODE_CONTROL, .code_point = 'd'}, 109},
        {{.code = KEYCODE_CONTROL, .code_point = 'u'}, 107},
        {{.code = KEYCODE_PAGE_UP}, 102},
        {{.code = KEYCODE_CHARACTER, .code_point = 'G'}, 119},
        {{.code = KEYCODE_DOWN}, 119},
        {{.code = KEYCODE_HOME}, 100},
        {{.code = KEYCODE_UP}, 100},
        {{.code = KEYCODE_END}, 119},
    };

    (void)state;
    fill_rows(20);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        press_list(steps[i].key);
        assert_int_equal(list_view_selected(&list), steps[i].selected);
        assert_int_equal(screen.cursor_column, 0);
        assert_string_equal(screen.cells[screen.cursor_row][0].text, ">");
    }
    struct key other = fake_character('x');
    assert_int_equal(list_view_key(&list, &other), HANDLED_NOT);
}

/* The row one is about to act on never becomes another one, nor jumps. */
static void the_selection_is_an_id_and_keeps_its_line(void **state)
{
    (void)state;
    fill_rows(20);
    for (int i = 0; i < 7; i++) {
        press_list(fake_key(KEYCODE_DOWN));
    }
    int line = screen.cursor_row;
    insert_row(0, 900);
    insert_row(0, 901);
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
    assert_int_equal(list_view_selected(&list), 107);
    assert_int_equal(screen.cursor_row, line);
    remove_row(0);
    remove_row(2);
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
    assert_int_equal(list_view_selected(&list), 107);
    assert_int_equal(screen.cursor_row, line);
}

/* A row that goes gives its place to the one after it, and the last to the one before. */
static void a_row_that_goes_leaves_its_place(void **state)
{
    (void)state;
    fill_rows(3);
    press_list(fake_key(KEYCODE_DOWN));
    remove_row(1);
    assert_int_equal(list_view_selected(&list), 102);
    remove_row(1);
    assert_int_equal(list_view_selected(&list), 100);
    remove_row(0);
    assert_int_equal(list_view_selected(&list), LIST_ID_NONE);
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
    press_list(fake_key(KEYCODE_DOWN));
    assert_int_equal(list_view_selected(&list), LIST_ID_NONE);
    insert_row(0, 555);
    assert_int_equal(list_view_selected(&list), 555);
}

/* On the selected row the roles of others are dropped, up to the right edge. */
static void the_selected_row_is_one_role(void **state)
{
    (void)state;
    fill_rows(3);
    assert_int_equal(screen.cells[0][1].role, STYLE_SELECTED);
    assert_int_equal(screen.cells[0][19].role, STYLE_SELECTED);
    assert_int_equal(screen.cells[1][1].role, STYLE_CRITICAL);
    list_view_draw(&list, &screen, clear_screen(5, 20), false);
    assert_int_equal(screen.cells[0][1].role, STYLE_SELECTED_OTHER);
    assert_int_equal(screen.cursor_row, -1);
}

/* Rows that are still on their way can be passed over, and get their id when they come. */
static void missing_rows_can_be_passed_over(void **state)
{
    (void)state;
    fill_rows(10);
    rows.ids[1] = LIST_ID_NONE;
    press_list(fake_key(KEYCODE_DOWN));
    expect_row(1, ">   ...");
    assert_int_equal(list_view_selected(&list), LIST_ID_NONE);
    rows.ids[1] = 777;
    list_view_draw(&list, &screen, clear_screen(5, 20), true);
    assert_int_equal(list_view_selected(&list), 777);
    press_list(fake_key(KEYCODE_DOWN));
    assert_int_equal(list_view_selected(&list), 102);
}

/* Counts that are not known are not claimed. */
static void the_position_is_said_in_words(void **state)
{
    char text[64];
    size_t first;
    size_t count;

    (void)state;
    fill_rows(20);
    press_list(fake_key(KEYCODE_END));
    list_view_position_text(&list, text, sizeof text);
    assert_string_equal(text, "20 of 20");
    list_view_window(&list, &first, &count);
    assert_int_equal(first, 15);
    assert_int_equal(count, 5);
    list_view_update(&list, 20, false);
    list_view_position_text(&list, text, sizeof text);
    assert_string_equal(text, "20 of at least 20");
    list_view_update(&list, 0, true);
    list_view_position_text(&list, text, sizeof text);
    assert_string_equal(text, "0 match");
    assert_true(list_view_select(&list, 100) == false);
}

/* --- Form --- */

enum { TITLE, KIND, PASSWORD, PROBLEM, FIELDS };

static const char *const kinds[] = {"hardware", "software"};
static struct form_field fields[FIELDS];
static struct form form;

static int begin_form(void **state)
{
    (void)state;
    form_field_text(&fields[TITLE], "Title", 250);
    form_field_choice(&fields[KIND], "Kind", kinds, 2);
    form_field_secret(&fields[PASSWORD], "Password");
    form_field_lines(&fields[PROBLEM], "Problem", 2000);
    form_init(&form, fields, FIELDS);
    return 0;
}

static int end_form(void **state)
{
    (void)state;
    form_finish(&form);
    return 0;
}

static enum handled press_form(struct key key)
{
    return form_key(&form, &key);
}

/* Tab goes round, Enter goes on, several lines keep Enter for themselves. */
static void keys_move_between_fields(void **state)
{
    (void)state;
    press_form(fake_key(KEYCODE_TAB));
    assert_int_equal(form.focus, KIND);
    press_form(fake_key(KEYCODE_ENTER));
    assert_int_equal(form.focus, PASSWORD);
    press_form(fake_key(KEYCODE_DOWN));
    assert_int_equal(form.focus, PROBLEM);
    press_form(fake_key(KEYCODE_ENTER));
    press_form(fake_key(KEYCODE_DOWN));
    assert_int_equal(form.focus, PROBLEM);
    press_form(fake_key(KEYCODE_UP));
    assert_int_equal(form.focus, PROBLEM);
    press_form(fake_key(KEYCODE_UP));
    assert_int_equal(form.focus, PASSWORD);
    press_form(fake_key(KEYCODE_BACK_TAB));
    press_form(fake_key(KEYCODE_BACK_TAB));
    press_form(fake_key(KEYCODE_BACK_TAB));
    assert_int_equal(form.focus, PROBLEM);
    press_form(fake_key(KEYCODE_TAB));
    assert_int_equal(form.focus, TITLE);
    assert_string_equal(text_field_text(&fields[PROBLEM].text, NULL), "\n");
}

/* Every Ctrl key has its twin; nothing else sends or leaves. */
static void sending_and_leaving_have_their_keys(void **state)
{
    (void)state;
    assert_int_equal(press_form(fake_control('s')), HANDLED_SUBMIT);
    assert_int_equal(press_form(fake_function(10)), HANDLED_SUBMIT);
    assert_int_equal(press_form(fake_key(KEYCODE_ESCAPE)), HANDLED_CANCEL);
    assert_int_equal(press_form(fake_control('c')), HANDLED_CANCEL);
    assert_int_equal(press_form(fake_function(1)), HANDLED_NOT);
    form_focus(&form, PASSWORD);
    assert_int_equal(press_form(fake_key(KEYCODE_ENTER)), HANDLED);
    form_focus(&form, KIND);
    assert_int_equal(press_form(fake_character('q')), HANDLED);
    form.count = PROBLEM;
    form_focus(&form, PASSWORD);
    form.enter_submits = true;
    assert_int_equal(press_form(fake_key(KEYCODE_ENTER)), HANDLED_SUBMIT);
    form.count = FIELDS;
}

/* A choice changes by Space and by arrows, and does not run over its ends by arrows. */
static void a_choice_is_chosen(void **state)
{
    (void)state;
    form_focus(&form, KIND);
    assert_int_equal(press_form(fake_character(' ')), HANDLED_CHANGE);
    assert_int_equal(fields[KIND].chosen, 1);
    assert_int_equal(press_form(fake_key(KEYCODE_RIGHT)), HANDLED);
    assert_int_equal(press_form(fake_key(KEYCODE_LEFT)), HANDLED_CHANGE);
    assert_int_equal(fields[KIND].chosen, 0);
}

/* A form shows labels, values, what was, what is wrong, and where one is. */
static void a_form_is_drawn_with_its_notes(void **state)
{
    (void)state;
    press_form(fake_paste("Label printer"));
    fields[KIND].was = "software";
    form_set_error(&form, TITLE, "too short.");
    form_draw(&form, &screen, clear_screen(12, 72));
    expect_row(0, "Title    > Label printer                                       13 of 250");
    expect_row(1, "           Error: too short.");
    expect_row(2, "Kind       (o) hardware  ( ) software");
    expect_row(3, "           was: software");
    expect_row(4, "Password   [hidden]");
    expect_row(5, "Problem  + ----------------------------------------------- line 1, col 1");
    expect_row(6, "         |");
    expect_row(11, "         |");
    assert_int_equal(screen.cursor_row, 0);
    assert_int_equal(screen.cursor_column, 24);
    press_form(fake_character('s'));
    form_draw(&form, &screen, clear_screen(12, 72));
    expect_row(1, "Kind       (o) hardware  ( ) software");
}

/* The rules of a field are stated before typing, and make way for what is typed. */
static void hints_say_what_is_expected(void **state)
{
    (void)state;
    fields[TITLE].hint = "one line";
    fields[PASSWORD].hint = "at least 12 characters";
    form_draw(&form, &screen, clear_screen(12, 72));
    expect_row(0, "Title    >   one line                                           0 of 250");
    expect_row(2, "Password   [hidden]  at least 12 characters");
    press_form(fake_character('x'));
    form_draw(&form, &screen, clear_screen(12, 72));
    expect_row(0, "Title    > x                                                    1 of 250");
}

/* The first fault gets the focus, wherever one was. */
static void an_error_takes_the_focus(void **state)
{
    (void)state;
    form_focus(&form, PROBLEM);
    form_set_error(&form, PASSWORD, "too short.");
    form_set_error(&form, KIND, "not today.");
    assert_int_equal(form.focus, KIND);
    form_clear_errors(&form);
    assert_string_equal(fields[PASSWORD].error, "");
}

/* Whatever the size, the field with the focus is on the screen, and nothing crashes. */
static void a_small_form_scrolls_to_its_focus(void **state)
{
    (void)state;
    for (int height = 1; height < 12; height++) {
        for (int width = 1; width < 70; width += 3) {
            for (size_t focus = 0; focus < FIELDS; focus++) {
                form_focus(&form, focus);
                form_draw(&form, &screen, clear_screen(height, width));
                if (width >= 16 && (height > 1 || focus != PROBLEM)) {
                    assert_in_range(screen.cursor_row, 0, height - 1);
                    assert_in_range(screen.cursor_column, 0, width - 1);
                }
            }
        }
    }
}

/* --- Text to read --- */

static struct text_view view;

static int begin_view(void **state)
{
    char heading[32];

    (void)state;
    text_view_init(&view);
    for (int i = 1; i <= 4; i++) {
        int length = snprintf(heading, sizeof heading, "[%d] heading", i);
        text_view_add_heading(&view, STYLE_HEADING, heading, (size_t)length);
        text_view_add(&view, STYLE_NORMAL, 2, "one two three four five\nsix", 27);
        text_view_add(&view, STYLE_NORMAL, 0, "", 0);
    }
    text_view_draw(&view, &screen, clear_screen(6, 16), true);
    return 0;
}

static int end_view(void **state)
{
    (void)state;
    text_view_finish(&view);
    return 0;
}

static void press_view(struct key key)
{
    text_view_key(&view, &key);
    text_view_draw(&view, &screen, clear_screen(6, 16), true);
}

/* Wrapped, indented, and told where one is. */
static void text_is_wrapped_and_scrolled(void **state)
{
    size_t from;
    size_t to;
    size_t total;

    (void)state;
    expect_row(0, "[1] heading");
    expect_row(1, "  one two three");
    expect_row(2, "  four five");
    expect_row(3, "  six");
    expect_row(5, "[2] heading");
    text_view_position(&view, &from, &to, &total);
    assert_int_equal(from, 1);
    assert_int_equal(to, 6);
    assert_int_equal(total, 20);
    press_view(fake_key(KEYCODE_DOWN));
    expect_row(0, "  one two three");
    press_view(fake_key(KEYCODE_END));
    expect_row(5, "");
    expect_row(4, "  six");
    press_view(fake_character('g'));
    press_view(fake_character(' '));
    expect_row(0, "[2] heading");
    press_view(fake_character('b'));
    expect_row(0, "[1] heading");
}

/* From message to message, and the number of the one being read. */
static void headings_are_jumped_to(void **state)
{
    size_t number;
    size_t count;

    (void)state;
    press_view(fake_character(']'));
    expect_row(0, "[2] heading");
    press_view(fake_character('j'));
    press_view(fake_character('['));
    expect_row(0, "[2] heading");
    press_view(fake_character('['));
    expect_row(0, "[1] heading");
    text_view_show_heading(&view, 3);
    text_view_draw(&view, &screen, clear_screen(6, 16), true);
    expect_row(0, "[3] heading");
    text_view_heading(&view, &number, &count);
    assert_int_equal(number, 3);
    assert_int_equal(count, 4);
}

/* Neither a new message nor another width moves what is being read. */
static void the_place_of_reading_stays(void **state)
{
    (void)state;
    press_view(fake_character(']'));
    text_view_add(&view, STYLE_NORMAL, 0, "news", 4);
    text_view_draw(&view, &screen, clear_screen(6, 16), true);
    expect_row(0, "[2] heading");
    text_view_draw(&view, &screen, clear_screen(3, 40), true);
    expect_row(0, "[2] heading");
    text_view_draw(&view, &screen, clear_screen(6, 7), true);
    expect_row(0, "[2] he~");
    text_view_draw(&view, &screen, clear_screen(6, 1), true);
}

/* --- Status --- */

static struct status_bar bar;

static void expect_message(const char *text)
{
    status_bar_draw_message(&bar, &screen, clear_screen(1, 60));
    expect_row(0, text);
}

/* Information goes by itself, a warning after a key, an error only by Esc. */
static void messages_stay_as_long_as_they_matter(void **state)
{
    struct key letter = fake_character('j');
    struct key escape = fake_key(KEYCODE_ESCAPE);
    uint64_t deadline = 0;

    (void)state;
    status_bar_init(&bar);
    status_bar_say(&bar, STATUS_INFO, 1000, "Taken.");
    expect_message("Taken.");
    status_bar_tick(&bar, 1000 + STATUS_INFO_MS);
    expect_message("");
    status_bar_say(&bar, STATUS_INFO, 1000, "Taken.");
    assert_int_equal(status_bar_key(&bar, &letter, 1001), HANDLED_NOT);
    expect_message("");
    status_bar_say(&bar, STATUS_WARNING, 1000, "slow.");
    assert_false(status_bar_deadline_ms(&bar, &deadline));
    status_bar_tick(&bar, 90000);
    expect_message("Warning: slow.");
    status_bar_say(&bar, STATUS_WARNING, 90000, "slow.");
    status_bar_key(&bar, &letter, 91000);
    expect_message("Warning: slow.");
    assert_true(status_bar_deadline_ms(&bar, &deadline));
    status_bar_tick(&bar, deadline);
    expect_message("");
    status_bar_say(&bar, STATUS_ERROR, 1000, "refused.");
    status_bar_key(&bar, &letter, 2000);
    status_bar_tick(&bar, 900000);
    expect_message("Error: refused.");
    assert_int_equal(status_bar_key(&bar, &escape, 3000), HANDLED);
    expect_message("");
    assert_int_equal(status_bar_key(&bar, &escape, 3000), HANDLED_NOT);
}

/* What to do stands at the end of a refusal: it is there in a narrow window, too. */
static void a_long_message_takes_more_rows(void **state)
{
    (void)state;
    status_bar_init(&bar);
    assert_int_equal(status_bar_rows(&bar, 30, 4), 1);
    status_bar_say(&bar, STATUS_ERROR, 1,
                   "At character 4 of the query: no such state; use is:open.");
    assert_int_equal(status_bar_rows(&bar, 70, 4), 1);
    assert_int_equal(status_bar_rows(&bar, 30, 4), 3);
    assert_int_equal(status_bar_rows(&bar, 30, 2), 2);
    status_bar_draw_message(&bar, &screen, clear_screen(3, 30));
    expect_row(0, "Error: At character 4 of the");
    expect_row(1, "query: no such state; use");
    expect_row(2, "is:open.");
    /* Without room for all of it the cut is marked. */
    status_bar_draw_message(&bar, &screen, clear_screen(2, 30));
    expect_row(1, "query: no such state; use is:~");
}

/* An error is not hidden by lighter news, and everything is kept for :messages. */
static void an_error_is_not_replaced_by_less(void **state)
{
    (void)state;
    status_bar_init(&bar);
    status_bar_say(&bar, STATUS_ERROR, 1, "refused.");
    status_bar_say(&bar, STATUS_INFO, 2, "news.");
    expect_message("Error: refused.");
    assert_string_equal(status_bar_past(&bar, 1)->text, "news.");
    assert_null(status_bar_past(&bar, 2));
    for (int i = 0; i < 100; i++) {
        status_bar_say(&bar, STATUS_ERROR, 3, "more.");
    }
    assert_non_null(status_bar_past(&bar, STATUS_PAST_MAX - 1));
    assert_null(status_bar_past(&bar, STATUS_PAST_MAX));
}

/* Help and the way out are the last two hints and never the ones that are cut. */
static void help_and_leave_are_never_cut(void **state)
{
    static const struct key_hint hints[] = {{"Enter", "Open"}, {"c", "New"},   {"r", "Reply"},
                                            {"t", "Take"},     {"s", "State"}, {"/", "Filter"},
                                            {":", "Cmd"},      {"?", "Help"},  {"q", "Quit"}};

    (void)state;
    status_bar_draw_hints(&screen, clear_screen(1, 120), hints, 9);
    expect_row(0, "Enter Open  c New  r Reply  t Take  s State  / Filter  : Cmd  ? Help  q Quit");
    status_bar_draw_hints(&screen, clear_screen(1, 70), hints, 9);
    expect_row(0, "Enter Open c New r Reply t Take s State / Filter : Cmd ? Help q Quit");
    status_bar_draw_hints(&screen, clear_screen(1, 60), hints, 9);
    expect_row(0, "Enter Open c New r Reply t Take s State ? Help q Quit");
    status_bar_draw_hints(&screen, clear_screen(1, 40), hints, 9);
    expect_row(0, "Enter Open c New r Reply t Take ? q");
    status_bar_draw_hints(&screen, clear_screen(1, 4), hints, 9);
    expect_row(0, "? q");
}

/* --- Questions --- */

static struct prompt prompt;

static enum handled press_prompt(struct key key)
{
    return prompt_key(&prompt, &key);
}

/* Enter confirms nothing by itself. */
static void enter_means_no(void **state)
{
    (void)state;
    prompt_init_yes_no(&prompt, "Close 3 tickets?");
    prompt_draw(&prompt, &screen, clear_screen(1, 40));
    expect_row(0, "Close 3 tickets? y/N");
    assert_int_equal(screen.cursor_column, 21);
    assert_int_equal(press_prompt(fake_key(KEYCODE_ENTER)), HANDLED_CANCEL);
    assert_int_equal(press_prompt(fake_key(KEYCODE_ESCAPE)), HANDLED_CANCEL);
    assert_int_equal(press_prompt(fake_character('x')), HANDLED);
    assert_int_equal(press_prompt(fake_key(KEYCODE_DOWN)), HANDLED);
    assert_int_equal(press_prompt(fake_paste("y")), HANDLED);
    assert_int_equal(press_prompt(fake_character('y')), HANDLED_SUBMIT);
    prompt_finish(&prompt);
}

/* A destructive act needs the exact word, and says so until it is there. */
static void a_typed_confirmation_has_to_match(void **state)
{
    (void)state;
    prompt_init_typed(&prompt, "Type the number to delete it:", "1042");
    for (const char *digit = "104"; *digit != '\0'; digit++) {
        press_prompt(fake_character((unsigned char)*digit));
        assert_int_equal(press_prompt(fake_key(KEYCODE_ENTER)), HANDLED);
    }
    prompt_draw(&prompt, &screen, clear_screen(1, 60));
    expect_row(0, "Type the number to delete it: 104                    not yet");
    press_prompt(fake_character('2'));
    assert_true(prompt_is_ready(&prompt));
    press_prompt(fake_character('2'));
    assert_int_equal(press_prompt(fake_key(KEYCODE_ENTER)), HANDLED);
    press_prompt(fake_key(KEYCODE_BACKSPACE));
    assert_int_equal(press_prompt(fake_key(KEYCODE_ENTER)), HANDLED_SUBMIT);
    prompt_finish(&prompt);
}

/* A line opens with what it was, cursor at its end. */
static void a_line_is_edited_and_sent(void **state)
{
    (void)state;
    prompt_init_line(&prompt, "Filter:", "is:open", 200);
    press_prompt(fake_character('!'));
    prompt_draw(&prompt, &screen, clear_screen(1, 40));
    expect_row(0, "Filter: is:open!");
    assert_int_equal(screen.cursor_column, 16);
    assert_int_equal(press_prompt(fake_key(KEYCODE_ENTER)), HANDLED_SUBMIT);
    assert_int_equal(press_prompt(fake_control('g')), HANDLED_CANCEL);
    for (int width = 1; width < 30; width++) {
        prompt_draw(&prompt, &screen, clear_screen(1, width));
    }
    prompt_finish(&prompt);
}

/* Each choice says what it means; its key picks it at once. */
static void a_picker_picks_by_key_or_enter(void **state)
{
    static const struct picker_choice choices[] = {{'m', "MINOR", "easily resolved"},
                                                   {'r', "RESOLVED", "nothing to do"}};
    struct picker picker;
    struct key down = fake_key(KEYCODE_DOWN);
    struct key enter = fake_key(KEYCODE_ENTER);
    struct key minor = fake_character('m');
    struct key escape = fake_key(KEYCODE_ESCAPE);
    struct key other = fake_character('x');

    (void)state;
    picker_init(&picker, "Status", choices, 2, 0);
    assert_int_equal(picker_rows(&picker), 3);
    picker_key(&picker, &down);
    picker_draw(&picker, &screen, clear_screen(3, 40));
    expect_row(0, "Status");
    expect_row(1, "  m MINOR     easily resolved");
    expect_row(2, "> r RESOLVED  nothing to do");
    assert_int_equal(screen.cursor_row, 2);
    assert_int_equal(picker_key(&picker, &other), HANDLED);
    assert_int_equal(picker_key(&picker, &enter), HANDLED_SUBMIT);
    assert_int_equal(picker.selected, 1);
    assert_int_equal(picker_key(&picker, &minor), HANDLED_SUBMIT);
    assert_int_equal(picker.selected, 0);
    assert_int_equal(picker_key(&picker, &escape), HANDLED_CANCEL);
    picker_key(&picker, &down);
    picker_draw(&picker, &screen, clear_screen(2, 40));
    expect_row(1, "> r RESOLVED  nothing to do");
}

static int use_utf8(void **state)
{
    (void)state;
    return terminal_start_locale() ? 0 : -1;
}

#define FORM_TEST(name) cmocka_unit_test_setup_teardown(name, begin_form, end_form)
#define VIEW_TEST(name) cmocka_unit_test_setup_teardown(name, begin_view, end_view)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_keys_move_the_selection),
        cmocka_unit_test(the_selection_is_an_id_and_keeps_its_line),
        cmocka_unit_test(a_row_that_goes_leaves_its_place),
        cmocka_unit_test(the_selected_row_is_one_role),
        cmocka_unit_test(missing_rows_can_be_passed_over),
        cmocka_unit_test(the_position_is_said_in_words),
        FORM_TEST(keys_move_between_fields),
        FORM_TEST(sending_and_leaving_have_their_keys),
        FORM_TEST(a_choice_is_chosen),
        FORM_TEST(a_form_is_drawn_with_its_notes),
        FORM_TEST(hints_say_what_is_expected),
        FORM_TEST(an_error_takes_the_focus),
        FORM_TEST(a_small_form_scrolls_to_its_focus),
        VIEW_TEST(text_is_wrapped_and_scrolled),
        VIEW_TEST(headings_are_jumped_to),
        VIEW_TEST(the_place_of_reading_stays),
        cmocka_unit_test(messages_stay_as_long_as_they_matter),
        cmocka_unit_test(a_long_message_takes_more_rows),
        cmocka_unit_test(an_error_is_not_replaced_by_less),
        cmocka_unit_test(help_and_leave_are_never_cut),
        cmocka_unit_test(enter_means_no),
        cmocka_unit_test(a_typed_confirmation_has_to_match),
        cmocka_unit_test(a_line_is_edited_and_sent),
        cmocka_unit_test(a_picker_picks_by_key_or_enter),
    };

    return cmocka_run_group_tests(tests, use_utf8, NULL);
}
