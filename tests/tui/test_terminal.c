/* The terminal as people meet it, through the demo in a pseudo-terminal: what is left behind after
 * every kind of end, sizes, colours, hostile texts, stops, and the bytes it takes. */
#include "tests/tui/driver/driver.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "tests/lib/dice.h"
#include "tests/lib/hostile.h"

static const char *demo_path;

static const char *const plain[] = {"TERM=xterm-256color", "LANG=C.UTF-8", NULL};

static struct driver_options options_for(const char *const *arguments,
                                         const char *const *environment)
{
    return (struct driver_options){
        .rows = 24, .columns = 80, .arguments = arguments, .environment = environment};
}

static struct driver *start_with(const char *argument, const char *const *environment)
{
    const char *arguments[] = {demo_path, argument, NULL};
    struct driver_options options = options_for(arguments, environment);

    return driver_start(&options);
}

static struct driver *start(void)
{
    return start_with(NULL, plain);
}

/* --- Ends --- */

static void expect_restored(struct driver *driver)
{
    struct termios now;
    struct termios before;

    driver_modes(driver, &now, &before);
    assert_int_equal(now.c_iflag, before.c_iflag);
    assert_int_equal(now.c_oflag, before.c_oflag);
    assert_int_equal(now.c_lflag, before.c_lflag);
    assert_int_equal(now.c_cflag, before.c_cflag);
    assert_memory_equal(now.c_cc, before.c_cc, sizeof now.c_cc);
    assert_false(driver_alternate_screen(driver));
    assert_true(driver_cursor_visible(driver));
    assert_false(driver_bracketed_paste(driver));
    assert_true(driver_is_blocking(driver));
    driver_check_output(driver);
}

/* A crash must not leave a shell without echo on the wrong screen. */
static void a_crash_gives_the_terminal_back(void **state)
{
    static const int numbers[] = {SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct driver *driver = start();
        struct termios now;
        struct termios before;
        driver_modes(driver, &now, &before);
        assert_int_not_equal(now.c_lflag, before.c_lflag);
        assert_true(driver_alternate_screen(driver));
        assert_true(driver_bracketed_paste(driver));
        driver_signal(driver, numbers[i]);
        int status = driver_wait_exit(driver);
        /* A sanitizer turns some crashes into an exit of its own. */
        assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == numbers[i]
                                        : WEXITSTATUS(status) != 0);
        expect_restored(driver);
        driver_close(driver);
    }
}

/* The same for a fault of the program itself, in the middle of a frame with colours. */
static void a_real_fault_gives_the_terminal_back(void **state)
{
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, "j");
    driver_send(driver, "!", 1);
    int status = driver_wait_exit(driver);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
    struct termios now;
    struct termios before;
    driver_modes(driver, &now, &before);
    assert_int_equal(now.c_lflag, before.c_lflag);
    assert_false(driver_alternate_screen(driver));
    assert_false(driver_bracketed_paste(driver));
    driver_close(driver);
}

/* An administrator's kill and a lost line end it in order. */
static void term_and_hup_end_it_in_order(void **state)
{
    static const int numbers[] = {SIGTERM, SIGHUP, SIGINT};

    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct driver *driver = start();
        driver_signal(driver, numbers[i]);
        int status = driver_wait_exit(driver);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
        expect_restored(driver);
        driver_close(driver);
    }
}

/* Ctrl-Z leaves a usable shell; coming back shows everything again, for the size of then. */
static void a_stop_gives_the_terminal_to_the_shell(void **state)
{
    const char *arguments[] = {demo_path, NULL};
    struct driver_options options = options_for(arguments, plain);
    struct driver *driver;

    (void)state;
    options.as_job = true;
    driver = driver_start(&options);
    driver_keys(driver, "jjj");
    driver_send(driver, KEY_CTRL('z'), 1);
    driver_wait_stopped(driver);
    expect_restored(driver);
    driver_continue(driver);
    assert_true(driver_alternate_screen(driver));
    assert_true(driver_bracketed_paste(driver));
    driver_expect_selected(driver, "197");
    driver_keys(driver, "j");
    driver_expect_selected(driver, "196");
    driver_check_invariants(driver);
    driver_send(driver, "q", 1);
    driver_wait_exit(driver);
    expect_restored(driver);
    driver_close(driver);
}

/* --- Sizes --- */

/* Any size down to one cell: no crash, a notice, and all as it was afterwards. */
static void a_storm_of_sizes_passes(void **state)
{
    static const int sizes[][2] = {{50, 200}, {24, 80}, {8, 40}, {7, 39}, {2, 10},
                                   {1, 1},    {1, 80},  {40, 1}, {24, 80}};
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, "jjjjjjjjjj");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        driver_resize(driver, sizes[i][0], sizes[i][1]);
        driver_check_invariants(driver);
        driver_check_output(driver);
    }
    driver_expect_selected(driver, "190");
    driver_resize(driver, 7, 39);
    driver_expect_row(driver, 0, "Window 39x7, need 40x8. q quits.");
    driver_resize(driver, 8, 40);
    driver_expect_selected(driver, "190");
    driver_expect(driver, "? q");
    driver_close(driver);
}

/* The same in a form: the text being written and the cursor's place in it survive. */
static void a_form_survives_a_storm_of_sizes(void **state)
{
    static const int sizes[][2] = {{50, 200}, {8, 40}, {1, 1}, {10, 40}, {24, 80}};
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, "cLabel printer" KEY_TAB KEY_TAB KEY_TAB KEY_TAB
                        "Since this morning every second label is blank." KEY_ENTER "Roll is new.");
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        driver_resize(driver, sizes[i][0], sizes[i][1]);
        driver_check_invariants(driver);
    }
    driver_expect(driver, "Since this morning every second label is blank.");
    driver_keys(driver, " Model 3");
    driver_expect(driver, "Roll is new. Model 3");
    driver_check_output(driver);
    driver_close(driver);
}

/* --- Looks --- */

static bool has_colour(struct driver *driver)
{
    for (int row = 0; row < 24; row++) {
        for (int column = 0; column < 80; column++) {
            if (driver_cell(driver, row, column).colour != -1) {
                return true;
            }
        }
    }
    return false;
}

/* Colours are never forced on anybody; what they say is there in words. */
static void colours_are_left_out_where_not_wanted(void **state)
{
    static const char *const no_color[] = {"TERM=xterm-256color", "NO_COLOR=1", NULL};
    static const char *const empty[] = {"TERM=xterm-256color", "NO_COLOR=", NULL};
    static const char *const vt100[] = {"TERM=vt100", NULL};

    (void)state;
    struct driver *driver = start_with(NULL, no_color);
    assert_false(has_colour(driver));
    driver_expect(driver, "CRIT");
    assert_true(driver_cell(driver, 2, 0).reverse);
    driver_close(driver);
    driver = start_with(NULL, vt100);
    assert_false(has_colour(driver));
    assert_true(driver_cell(driver, 2, 0).reverse);
    driver_check_invariants(driver);
    driver_check_output(driver);
    driver_close(driver);
    driver = start_with(NULL, empty);
    assert_true(has_colour(driver));
    driver_close(driver);
}

/* Every terminal of the matrix shows the same and gets nothing foreign. */
static void all_terminals_of_the_matrix_work(void **state)
{
    static const char *const terms[] = {"TERM=xterm-256color", "TERM=xterm", "TERM=tmux-256color",
                                        "TERM=screen",         "TERM=linux", "TERM=vt100",
                                        "TERM=screen-256color"};

    (void)state;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        const char *const environment[] = {terms[i], NULL};
        struct driver *driver = start_with(NULL, environment);
        driver_keys(driver, "jjj" KEY_PAGE_DOWN KEY_PAGE_DOWN "kk");
        driver_expect_selected(driver, "161");
        driver_keys(driver, "c");
        driver_keys(driver, "Title" KEY_TAB);
        driver_check_invariants(driver);
        driver_keys(driver, KEY_ESC);
        driver_send(driver, "q", 1);
        assert_int_equal(driver_wait_exit(driver), 0);
        driver_check_output(driver);
        driver_close(driver);
    }
}

/* People come from terminals this machine has never heard of. */
static void an_unknown_terminal_gets_a_notice(void **state)
{
    static const char *const unknown[] = {"TERM=xterm-of-the-future", NULL};
    static const char *const hostile[] = {"TERM=../../etc/passwd", NULL};

    (void)state;
    struct driver *driver = start_with(NULL, unknown);
    driver_expect(driver, "Terminal type \"xterm-of-the-future\" is not known here");
    driver_expect_selected(driver, "200");
    driver_close(driver);
    driver = start_with(NULL, hostile);
    driver_expect(driver, "is not known here");
    driver_close(driver);
}

/* A terminal whose cursor cannot be moved is refused before anything is written. */
static void a_dumb_terminal_is_refused(void **state)
{
    static const char *const dumb[] = {"TERM=dumb", NULL};
    const char *arguments[] = {demo_path, NULL};
    struct driver_options options = options_for(arguments, dumb);
    struct driver *driver = driver_spawn(&options);

    (void)state;
    int status = driver_wait_exit(driver);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 1);
    expect_restored(driver);
    driver_close(driver);
}

/* Without a UTF-8 locale every byte sent is ASCII. */
static void other_locales_get_ascii_only(void **state)
{
    static const char *const latin[] = {"TERM=xterm", "LC_ALL=de_DE.ISO-8859-1", NULL};
    struct driver *driver = start_with(NULL, latin);
    size_t length;

    (void)state;
    driver_keys(driver, KEY_ENTER);
    driver_keys(driver, "G");
    driver_expect(driver, "Jos? wrote: ");
    const char *output = driver_output(driver, &length);
    for (size_t i = 0; i < length; i++) {
        assert_true((unsigned char)output[i] < 0x80);
    }
    driver_close(driver);
}

/* A forced command often has no locale at all: UTF-8 is then taken. */
static void no_locale_means_utf8(void **state)
{
    static const char *const none[] = {"TERM=xterm", NULL};
    static const char *const absent[] = {"TERM=xterm", "LANG=xx_YY.UTF-8", NULL};

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct driver *driver = start_with(NULL, i == 0 ? none : absent);
        driver_keys(driver, KEY_ENTER);
        driver_keys(driver, "G");
        driver_expect(driver, "Jos\xc3\xa9 wrote: \xe6\xbc\xa2\xe5\xad\x97");
        driver_check_invariants(driver);
        driver_close(driver);
    }
}

/* --- Keys --- */

/* Esc acts within its delay, and what is no key changes nothing and sends nothing. */
static void only_keys_act(void **state)
{
    struct driver *driver = start();
    size_t before;
    size_t after;

    (void)state;
    driver_keys(driver, "c");
    assert_string_equal(driver_screen(driver), "form");
    driver_keys(driver, KEY_ESC);
    assert_string_equal(driver_screen(driver), "list");
    driver_output(driver, &before);
    driver_keys(driver, "\033[1;3D");
    driver_keys(driver, "\033]52;c;aGk=\a");
    driver_keys(driver, "\033[200");
    driver_output(driver, &after);
    assert_int_equal(before, after);
    driver_expect_selected(driver, "200");
    driver_close(driver);
}

/* A paste never acts as keys. */
static void a_paste_is_text_or_nothing(void **state)
{
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, PASTE("qqqDDD\r!"));
    driver_expect(driver, "Paste ignored here.");
    driver_keys(driver, "c");
    driver_keys(driver, PASTE("one\ntwo\033]0;x\a") "!");
    driver_expect(driver, "one two]0;x!");
    driver_keys(driver, KEY_CTRL('_'));
    driver_keys(driver, KEY_CTRL('_'));
    driver_expect_not(driver, "one two");
    driver_check_output(driver);
    driver_close(driver);
}

/* A paste of a whole log asks first; Enter means no. */
static void a_large_paste_asks(void **state)
{
    char text[2048] = "\033[200~";
    struct driver *driver = start();

    (void)state;
    for (int i = 0; i < 150; i++) {
        strcat(text, "line\n");
    }
    strcat(text, "\033[201~");
    driver_keys(driver, "c" KEY_BACK_TAB);
    driver_keys(driver, text);
    driver_expect(driver, "Paste 151 lines? y/N");
    driver_keys(driver, KEY_ENTER);
    driver_expect(driver, "line 1, col 1");
    driver_keys(driver, text);
    driver_keys(driver, "y");
    driver_expect(driver, "line 151, col 1");
    driver_check_invariants(driver);
    driver_close(driver);
}

/* Keys typed ahead must not answer a question nobody has read yet. */
static void keys_typed_ahead_answer_no_question(void **state)
{
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, "D200\r");
    assert_string_equal(driver_screen(driver), "delete");
    driver_expect(driver, "Delete 200? Type its number:  ");
    driver_expect(driver, "not yet");
    driver_keys(driver, "200");
    driver_expect(driver, "Enter does it");
    driver_keys(driver, KEY_ENTER);
    driver_expect(driver, "Deleted.");
    driver_expect_selected(driver, "199");
    driver_close(driver);
}

/* --- Monkey --- */

/* Keys of every kind, but for quitting, stopping and crashing. */
static const char *const monkey_keys[] = {
    "j",         "k",         "G",           "g",         KEY_DOWN,      KEY_UP,
    KEY_LEFT,    KEY_RIGHT,   KEY_PAGE_DOWN, KEY_PAGE_UP, KEY_HOME,      KEY_END,
    KEY_ENTER,   KEY_TAB,     KEY_BACK_TAB,  KEY_ESC,     "c",           "s",
    "i",         "d",         "w",           "e",         " ",           "]",
    "[",         "\x04",      "\x15",        "\x0b",      "\x17",        "\x19",
    "\x1f",      KEY_DELETE,  KEY_BACKSPACE, "\033[19~",  "some words ", "\xe6\xbc\xa2",
    "e\xcc\x81", "\033[1;3D", PASTE("a\nb"), "\x0c",      "\x13",
};

static void run_monkey(struct dice *dice, const char *argument, int steps)
{
    struct driver *driver = start_with(argument, plain);

    for (int step = 0; step < steps; step++) {
        char keys[256] = "";
        size_t count = 1 + dice_below(dice, 6);
        for (size_t i = 0; i < count; i++) {
            size_t key = dice_below(dice, sizeof monkey_keys / sizeof monkey_keys[0]);
            strcat(keys, monkey_keys[key]);
        }
        driver_keys(driver, keys);
        driver_check_cells(driver);
        if (dice_below(dice, 12) == 0) {
            driver_resize(driver, 1 + (int)dice_below(dice, 45), 1 + (int)dice_below(dice, 130));
        }
        if (dice_below(dice, 6) == 0) {
            driver_check_invariants(driver);
        }
    }
    driver_check_output(driver);
    driver_close(driver);
}

/* Whatever is pressed in whatever window: what is drawn bit by bit is what a full repaint draws. */
static void a_monkey_finds_nothing(void **state)
{
    struct dice dice = dice_open("terminal monkey");

    (void)state;
    run_monkey(&dice, NULL, 250);
    run_monkey(&dice, "wide", 250);
}

/* --- Bytes --- */

static size_t bytes_of(struct driver *driver, const char *keys)
{
    size_t before;
    size_t after;

    driver_output(driver, &before);
    driver_keys(driver, keys);
    driver_output(driver, &after);
    return after - before;
}

/* Slow lines: a move, a scroll and a burst of keys cost what the best anchors need, or less. */
static void moves_cost_few_bytes(void **state)
{
    struct driver *driver = start();

    (void)state;
    assert_true(bytes_of(driver, "j") <= 230);
    assert_true(bytes_of(driver, "k") <= 230);
    assert_true(bytes_of(driver, "jjjjjjjjjjjjjjj") <= 350);
    assert_int_equal(bytes_of(driver, "\033[99~"), 0);
    driver_keys(driver, "gjjjjjjjjjjjjjjjjjj");
    assert_true(bytes_of(driver, "j") <= 330);
    assert_true(bytes_of(driver, KEY_PAGE_DOWN) <= 2200);
    driver_close(driver);
}

/* `slow` shows the selection by its sign alone. */
static void slow_moves_cost_next_to_nothing(void **state)
{
    struct driver *driver = start_with("slow", plain);

    (void)state;
    assert_true(bytes_of(driver, "j") <= 30);
    driver_expect_selected(driver, "199");
    assert_false(driver_cell(driver, 3, 0).reverse);
    driver_close(driver);
}

/* --- Hostile text --- */

static void count_payload(const struct hostile *hostile, void *context)
{
    size_t *count = context;

    (void)hostile;
    (*count)++;
}

/* No text of another person moves the cursor, sets a title or fills a clipboard. */
static void hostile_rows_stay_text(void **state)
{
    struct driver *driver = start_with("hostile", plain);
    size_t count = 0;

    (void)state;
    hostile_each(count_payload, &count);
    assert_true(count > 1000);
    for (size_t shown = 0; shown < count; shown += 19) {
        driver_expect(driver, HOSTILE_BEFORE);
        driver_keys(driver, KEY_PAGE_DOWN);
        driver_check_cells(driver);
    }
    driver_check_output(driver);
    driver_close(driver);
}

/* The same where texts are read: wrapped, one after the other, up to their end. */
static void hostile_texts_stay_text(void **state)
{
    struct driver *driver = start_with("hostile", plain);
    size_t count = 0;

    (void)state;
    hostile_each(count_payload, &count);
    for (size_t shown = 0; shown < count; shown += 5) {
        driver_keys(driver, KEY_ENTER);
        driver_expect(driver, "before");
        driver_keys(driver, "]qjjjjj");
    }
    driver_check_output(driver);
    driver_close(driver);
}

/* Somebody may paste them into a form, too. */
static void paste_payload(const struct hostile *hostile, void *context)
{
    struct driver *driver = context;
    static size_t number;
    char keys[HOSTILE_BYTES_MAX + 64];

    number++;
    if (number % 10 != 0 || memchr(hostile->bytes, '\0', hostile->length) != NULL) {
        return;
    }
    memcpy(keys, "\033[200~", 6);
    memcpy(keys + 6, hostile->bytes, hostile->length);
    memcpy(keys + 6 + hostile->length, "\033[201~", 6);
    driver_bytes(driver, keys, hostile->length + 12);
    driver_keys(driver, strcmp(driver_screen(driver), "paste") == 0 ? "y" : KEY_HOME);
    driver_keys(driver, KEY_HOME);
    driver_keys(driver, KEY_CTRL('u'));
    driver_keys(driver, KEY_CTRL('k'));
}

static void hostile_pastes_stay_text(void **state)
{
    struct driver *driver = start();

    (void)state;
    driver_keys(driver, "c");
    hostile_each(paste_payload, driver);
    assert_string_equal(driver_screen(driver), "form");
    driver_check_invariants(driver);
    driver_check_output(driver);
    driver_close(driver);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(a_real_fault_gives_the_terminal_back),
        cmocka_unit_test(term_and_hup_end_it_in_order),
        cmocka_unit_test(a_stop_gives_the_terminal_to_the_shell),
        cmocka_unit_test(a_storm_of_sizes_passes),
        cmocka_unit_test(a_form_survives_a_storm_of_sizes),
        cmocka_unit_test(colours_are_left_out_where_not_wanted),
        cmocka_unit_test(all_terminals_of_the_matrix_work),
        cmocka_unit_test(an_unknown_terminal_gets_a_notice),
        cmocka_unit_test(a_dumb_terminal_is_refused),
        cmocka_unit_test(other_locales_get_ascii_only),
        cmocka_unit_test(no_locale_means_utf8),
        cmocka_unit_test(only_keys_act),
        cmocka_unit_test(a_paste_is_text_or_nothing),
        cmocka_unit_test(a_large_paste_asks),
        cmocka_unit_test(keys_typed_ahead_answer_no_question),
        cmocka_unit_test(a_monkey_finds_nothing),
        cmocka_unit_test(moves_cost_few_bytes),
        cmocka_unit_test(slow_moves_cost_next_to_nothing),
        cmocka_unit_test(hostile_rows_stay_text),
        cmocka_unit_test(hostile_texts_stay_text),
        cmocka_unit_test(hostile_pastes_stay_text),
    };

    demo_path = count > 1 ? arguments[1] : "./demo";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
