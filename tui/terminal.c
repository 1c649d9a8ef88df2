/* Curses, held at arm's length: it is asked to draw and never to read. Keys are read and parsed
 * here because curses hands out sequences it does not know as separate keys. */
#include "tui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include "proto/require.h"
#include "tui/terminal_crash.h"
#include "tui/terminal_roles.h"
#include "tui/wipe.h"

/* term.h's names for capabilities, in the way of ordinary words. */
#undef columns
#undef lines

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

enum {
    ESCAPE_DELAY_MS = 25,
    ESCAPE_DELAY_REMOTE_MS = 50,
    ESCAPE_DELAY_MAX_MS = 5000,
    SIZE_MAX_CELLS = 1000, /* rows or columns: no terminal is larger, a report may be wrong */
};

struct terminal {
    SCREEN *screen;
    struct termios modes; /* as found */
    bool suspended;
    bool utf8;
    bool colours;
    bool slow;
    enum terminal_theme theme;
    enum style_role forced; /* STYLE_COUNT: none */
    int rows;
    int columns;
    int cursor_row;
    int cursor_column;
    uint64_t drop_until_ms; /* 0: no keys are dropped */
    uint64_t input_bytes;
    struct key_parser keys;
    char notice[160];
};

/* The signals curses would take for itself; they belong to the loop. */
static const int loop_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

#define LOOP_SIGNAL_COUNT (sizeof loop_signals / sizeof loop_signals[0])

static SCREEN *open_screen(const char *term)
{
    struct sigaction before[LOOP_SIGNAL_COUNT];

    for (size_t i = 0; i < LOOP_SIGNAL_COUNT; i++) {
        sigaction(loop_signals[i], NULL, &before[i]);
    }
    SCREEN *screen = newterm(term, stdout, stdin);
    for (size_t i = 0; i < LOOP_SIGNAL_COUNT; i++) {
        sigaction(loop_signals[i], &before[i], NULL);
    }
    return screen;
}

/* Past curses, whose putp would leave it in the buffer of stdout. Nothing of curses' own waits at
 * the times this is called. */
static void send_string(const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        ssize_t written = write(STDOUT_FILENO, text, length);
        if (written < 0 && errno != EINTR) {
            return; /* the terminal is gone, which reading will tell */
        }
        if (written > 0) {
            text += written;
            length -= (size_t)written;
        }
    }
}

enum described { DESCRIBED_NOT, DESCRIBED_TOO_SIMPLE, DESCRIBED };

static const char *capability(const char *name)
{
    const char *value = tigetstr(name);

    return value == NULL || value == (const char *)-1 ? "" : value;
}

/* Whether there is a description of a terminal and its cursor can be moved. */
static enum described describe(const char *term)
{
    int result = -1;
    enum described described = DESCRIBED;

    if (term == NULL || term[0] == '\0' ||
        strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+._-") !=
            strlen(term)) {
        return DESCRIBED_NOT;
    }
    if (setupterm(term, STDOUT_FILENO, &result) != OK || result != 1) {
        return DESCRIBED_NOT;
    }
    if (capability("cup")[0] == '\0' || capability("clear")[0] == '\0') {
        described = DESCRIBED_TOO_SIMPLE;
    }
    del_curterm(cur_term);
    return described;
}

/* The description to use, and a notice when it is not the one of TERM. NULL when there is none. */
static const char *choose_term(struct terminal *terminal, bool plain_fallback)
{
    static const char *const fallbacks[] = {"xterm-256color", "vt100"};
    const char *term = getenv("TERM");
    enum described described = describe(term);

    if (described == DESCRIBED) {
        return term;
    }
    if (described == DESCRIBED_TOO_SIMPLE) {
        return NULL;
    }
    for (size_t i = plain_fallback ? 1 : 0; i < 2; i++) {
        if (describe(fallbacks[i]) == DESCRIBED) {
            snprintf(terminal->notice, sizeof terminal->notice,
                     "Terminal type \"%.40s\" is not known here: drawing as for %s.",
                     term == NULL ? "" : term, fallbacks[i]);
            return fallbacks[i];
        }
    }
    return NULL;
}

static unsigned escape_delay(void)
{
    const char *wanted = getenv("ESCDELAY");
    char *end;

    if (wanted != NULL && wanted[0] != '\0') {
        long delay = strtol(wanted, &end, 10);
        if (*end == '\0' && delay >= 0 && delay <= ESCAPE_DELAY_MAX_MS) {
            return (unsigned)delay;
        }
    }
    return getenv("SSH_CONNECTION") == NULL ? ESCAPE_DELAY_MS : ESCAPE_DELAY_REMOTE_MS;
}

/* Adds a capability without its padding, which is written as $<5>. */
static size_t add_capability(char *text, size_t length, size_t capacity, const char *value)
{
    for (size_t i = 0; value[i] != '\0' && length < capacity; i++) {
        if (value[i] == '$' && value[i + 1] == '<') {
            const char *end = strchr(value + i, '>');
            if (end != NULL) {
                i = (size_t)(end - value);
                continue;
            }
        }
        text[length++] = value[i];
    }
    return length;
}

static void install_crash_restore(const struct terminal *terminal)
{
    static const char *const names[] = {"sgr0", "op", "cnorm", "rmcup"};
    char text[CRASH_RESTORE_MAX];
    size_t length = add_capability(text, 0, sizeof text, PASTE_OFF);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (terminal->colours || strcmp(names[i], "op") != 0) {
            length = add_capability(text, length, sizeof text, capability(names[i]));
        }
    }
    length = add_capability(text, length, sizeof text, "\r\n");
    crash_install(STDIN_FILENO, STDOUT_FILENO, text, length, &terminal->modes);
}

/* Coming back from a stop, curses sends the sequence that resets the terminal's palette, though it
 * has not touched it: an OSC that would undo the person's own colours. tigetstr hands out curses'
 * own copy of the string, and an empty one is not sent. */
static void keep_palette(void)
{
    char *reset = tigetstr("oc");

    if (reset != NULL && reset != (char *)-1) {
        reset[0] = '\0';
    }
}

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    typeahead(-1);
    scrollok(stdscr, FALSE);
    leaveok(stdscr, FALSE);
    idlok(stdscr, TRUE);
}

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static void take_size(struct terminal *terminal, int rows, int columns)
{
    terminal->rows = clamp(rows, 1, SIZE_MAX_CELLS);
    terminal->columns = clamp(columns, 1, SIZE_MAX_CELLS);
    resizeterm(terminal->rows, terminal->columns);
}

enum error terminal_open(const struct terminal_options *options, struct terminal **ret_terminal)
{
    struct terminal *terminal = calloc(1, sizeof *terminal);

    if (terminal == NULL) {
        return ERROR_NO_MEMORY;
    }
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
        tcgetattr(STDIN_FILENO, &terminal->modes) != 0) {
        goto fail;
    }
    terminal->utf8 = terminal_start_locale();
    if (terminal->utf8) {
        /* Without it curses switches character sets for lines, which UTF-8 terminals ignore. */
        setenv("NCURSES_NO_UTF8_ACS", "1", 0);
    }
    const char *term = choose_term(terminal, options->plain_fallback);
    if (term == NULL) {
        goto fail;
    }
    use_env(FALSE);
    use_tioctl(TRUE);
    terminal->screen = open_screen(term);
    if (terminal->screen == NULL) {
        goto fail;
    }
    keep_palette();
    set_modes();
    terminal->colours = roles_start_colours(term);
    terminal->forced = STYLE_COUNT;
    terminal->slow = options->slow;
    terminal->theme = terminal->colours ? options->theme : THEME_MONO;
    key_parser_init(&terminal->keys, escape_delay(), capability("BE")[0] == '\0');
    int rows = LINES;
    int columns = COLS;
    terminal_query_size(terminal, &rows, &columns);
    take_size(terminal, rows, columns);
    install_crash_restore(terminal);
    send_string(PASTE_ON);
    *ret_terminal = terminal;
    return ERROR_NONE;

fail:
    free(terminal);
    return ERROR_SYSTEM;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal == NULL) {
        return;
    }
    terminal_suspend(terminal);
    crash_remove();
    delscreen(terminal->screen);
    key_parser_finish(&terminal->keys);
    free(terminal);
}

const char *terminal_notice(const struct terminal *terminal)
{
    return terminal->notice[0] == '\0' ? NULL : terminal->notice;
}

void terminal_suspend(struct terminal *terminal)
{
    if (terminal->suspended) {
        return;
    }
    terminal->suspended = true;
    send_string(PASTE_OFF);
    endwin();
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->modes);
}

void terminal_resume(struct terminal *terminal)
{
    int rows;
    int columns;

    if (!terminal->suspended) {
        return;
    }
    terminal->suspended = false;
    reset_prog_mode();
    send_string(PASTE_ON);
    if (terminal_query_size(terminal, &rows, &columns)) {
        terminal_resize(terminal, rows, columns);
    }
    terminal_repaint(terminal);
}

void terminal_stop(struct terminal *terminal)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};
    struct sigaction before;

    terminal_suspend(terminal);
    sigemptyset(&standard.sa_mask);
    sigaction(SIGTSTP, &standard, &before);
    kill(0, SIGTSTP); /* returns when the process is continued */
    sigaction(SIGTSTP, &before, NULL);
    terminal_resume(terminal);
}

void terminal_size(const struct terminal *terminal, int *ret_rows, int *ret_columns)
{
    *ret_rows = terminal->rows;
    *ret_columns = terminal->columns;
}

bool terminal_query_size(const struct terminal *terminal, int *ret_rows, int *ret_columns)
{
    struct winsize size;

    (void)terminal;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) {
        return false;
    }
    *ret_rows = size.ws_row;
    *ret_columns = size.ws_col;
    return true;
}

void terminal_resize(struct terminal *terminal, int rows, int columns)
{
    take_size(terminal, rows, columns);
    key_parser_push(&terminal->keys, KEYCODE_RESIZE);
}

void terminal_clear(struct terminal *terminal)
{
    terminal->forced = STYLE_COUNT;
    werase(stdscr);
}

static struct role_style style_of(const struct terminal *terminal, enum style_role role)
{
    /* On a slow line a row costs more to change than it is worth: the sign has to do. */
    if (terminal->forced != STYLE_COUNT && !terminal->slow) {
        role = terminal->forced;
    }
    return role_style(role, terminal->theme);
}

static void put_cell(const struct terminal *terminal, int row, int column, struct role_style style,
                     const struct text_cell *cell)
{
    static const struct text_cell unknown = {.characters = L"?", .width = 1};
    cchar_t drawn;

    if (!terminal->utf8 && (cell->characters[0] < 0x20 || cell->characters[0] > 0x7e)) {
        cell = &unknown;
    }
    if (setcchar(&drawn, cell->characters, style.attributes, style.pair, NULL) == ERR) {
        setcchar(&drawn, L" ", style.attributes, style.pair, NULL);
    }
    mvwadd_wchnstr(stdscr, row, column, &drawn, 1);
}

static void put_character(const struct terminal *terminal, int row, int column,
                          struct role_style style, char character)
{
    struct text_cell cell = {.characters = {(wchar_t)character}, .width = 1};

    put_cell(terminal, row, column, style, &cell);
}

/* Text that is known to fit. Returns the column after it. */
static int put_fitting(const struct terminal *terminal, int row, int column,
                       struct role_style style, const char *text, size_t length)
{
    struct text_cell cells[GLYPH_CELLS_MAX];

    for (size_t position = 0; position < length;) {
        size_t next = glyph_next(text, length, position);
        size_t count = glyph_cells(text + position, next - position, cells);
        for (size_t i = 0; i < count; i++) {
            put_cell(terminal, row, column, style, &cells[i]);
            column += cells[i].width;
        }
        position = next;
    }
    return column;
}

/* The part of a row that lies on the screen; 0 columns when none does. */
static int visible_width(const struct terminal *terminal, int row, int column, int width)
{
    if (row < 0 || row >= terminal->rows || column < 0 || column >= terminal->columns) {
        return 0;
    }
    return clamp(width, 0, terminal->columns - column);
}

int terminal_put(struct terminal *terminal, int row, int column, int width, enum style_role role,
                 const char *text, size_t length)
{
    struct role_style style = style_of(terminal, role);

    width = visible_width(terminal, row, column, width);
    if (width == 0 || length == 0) {
        return 0;
    }
    size_t fit = text_fit(text, length, width);
    if (fit == length) {
        return put_fitting(terminal, row, column, style, text, length) - column;
    }
    int end = column + width - 1;
    fit = text_fit(text, length, width - 1);
    int next = put_fitting(terminal, row, column, style, text, fit);
    while (next < end) {
        put_character(terminal, row, next, style, ' '); /* a wide character would straddle */
        next++;
    }
    put_character(terminal, row, end, style, '~');
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
    struct role_style style = style_of(terminal, role);

    width = visible_width(terminal, row, column, width);
    for (int i = 0; i < width; i++) {
        put_character(terminal, row, column + i, style, character);
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

void terminal_show(struct terminal *terminal)
{
    if (terminal->suspended) {
        return;
    }
    wmove(stdscr, clamp(terminal->cursor_row, 0, terminal->rows - 1),
          clamp(terminal->cursor_column, 0, terminal->columns - 1));
    wnoutrefresh(stdscr);
    doupdate();
}

void terminal_repaint(struct terminal *terminal)
{
    (void)terminal;
    clearok(curscr, TRUE);
}

void terminal_keep_blocking(void)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);

    if (flags >= 0) {
        fcntl(STDIN_FILENO, F_SETFL, flags & ~O_NONBLOCK);
    }
}

/* Whether a read would return at once. The descriptor is shared with the shell, so it is never
 * made non-blocking. */
static bool input_waits(void)
{
    struct pollfd descriptor = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&descriptor, 1, 0) == 1;
}

enum error terminal_read(struct terminal *terminal, uint64_t now_ms)
{
    char bytes[KEY_QUEUE_MAX];
    enum error error = ERROR_NONE;

    while (error == ERROR_NONE && input_waits()) {
        size_t room = key_parser_room(&terminal->keys);
        if (room == 0) {
            break;
        }
        ssize_t length = read(STDIN_FILENO, bytes, room);
        if (length > 0) {
            terminal->input_bytes += (uint64_t)length;
            key_parser_feed(&terminal->keys, bytes, (size_t)length, now_ms);
        } else if (length == 0 || errno != EINTR) {
            error = ERROR_CONNECTION_LOST;
        }
    }
    wipe(bytes, sizeof bytes);
    if (now_ms < terminal->drop_until_ms) {
        key_parser_drop(&terminal->keys);
    }
    return error;
}

bool terminal_next_key(struct terminal *terminal, struct key *ret_key)
{
    return key_parser_next(&terminal->keys, ret_key);
}

bool terminal_deadline_ms(const struct terminal *terminal, uint64_t *ret_deadline_ms)
{
    bool waits = key_parser_deadline(&terminal->keys, ret_deadline_ms);

    if (terminal->drop_until_ms != 0 && (!waits || terminal->drop_until_ms < *ret_deadline_ms)) {
        *ret_deadline_ms = terminal->drop_until_ms;
        waits = true;
    }
    return waits;
}

void terminal_tick(struct terminal *terminal, uint64_t now_ms)
{
    key_parser_tick(&terminal->keys, now_ms);
    if (now_ms < terminal->drop_until_ms) {
        key_parser_drop(&terminal->keys);
    } else {
        terminal->drop_until_ms = 0;
    }
}

void terminal_drop_keys(struct terminal *terminal, uint64_t until_ms)
{
    terminal->drop_until_ms = until_ms;
    key_parser_drop(&terminal->keys);
}

uint64_t terminal_input_bytes(const struct terminal *terminal)
{
    return terminal->input_bytes;
}
