/* The driver: a pty, a child in it, libvterm as the terminal, and a pipe for the idle protocol. The
 * slave side stays open here, so that the tty's modes can be read after the child has died. */
#define _GNU_SOURCE /* openpty, TIOCSCTTY */
#include "tests/tui/driver/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/tui/driver/driver_internal.h"
#include "tests/tui/driver/grammar.h"

enum {
    TIMEOUT_MS = 30000,
    SETTLE_MS = 20,
    SETTLE_MOST = 100,
    FEED_BYTES = 4096, /* more at once has been seen to crash libvterm 0.1.4 */
    IDLE_FD = 9,
    STATUS_FD = 8,
};

const char *driver_function_key(int number)
{
    static const char *const keys[] = {"\033OP",   "\033OQ",   "\033OR",   "\033OS",
                                       "\033[15~", "\033[17~", "\033[18~", "\033[19~",
                                       "\033[20~", "\033[21~", "\033[23~", "\033[24~"};

    assert_true(number >= 1 && number <= 12);
    return keys[number - 1];
}

static uint64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* --- The child --- */

/* Below job control: starts the program as a job of its own, and says on a pipe who it is and
 * when it stops or ends. */
static void run_shell(const struct driver_options *options)
{
    int status;
    char line[64];

    signal(SIGTTOU, SIG_IGN); /* whoever hands the terminal on is not in its foreground */
    pid_t program = fork();
    if (program == 0) {
        setpgid(0, 0);
        tcsetpgrp(STDIN_FILENO, getpid());
        signal(SIGTTOU, SIG_DFL);
        close(STATUS_FD);
        execv(options->arguments[0], (char *const *)(uintptr_t)options->arguments);
        _exit(127);
    }
    setpgid(program, program);
    close(IDLE_FD);
    for (;;) {
        int length = snprintf(line, sizeof line, "process %d\n", (int)program);
        if (write(STATUS_FD, line, (size_t)length) != length ||
            waitpid(program, &status, WUNTRACED) != program) {
            _exit(126);
        }
        if (!WIFSTOPPED(status)) {
            break;
        }
        tcsetpgrp(STDIN_FILENO, getpgrp());
        length = snprintf(line, sizeof line, "stopped %d\n", (int)program);
        if (write(STATUS_FD, line, (size_t)length) != length) {
            _exit(126);
        }
        raise(SIGSTOP); /* until driver_continue */
        tcsetpgrp(STDIN_FILENO, program);
        kill(-program, SIGCONT);
    }
    if (WIFSIGNALED(status)) {
        signal(WTERMSIG(status), SIG_DFL);
        kill(getpid(), WTERMSIG(status));
    }
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 125);
}

static void set_environment(const struct driver_options *options)
{
    char number[16];

    clearenv();
    for (size_t i = 0; options->environment != NULL && options->environment[i] != NULL; i++) {
        putenv((char *)(uintptr_t)options->environment[i]);
    }
    snprintf(number, sizeof number, "%d", IDLE_FD);
    setenv("TTYDESK_TEST_FD", number, 1);
}

_Noreturn static void run_child(const struct driver_options *options, int slave, int idle,
                                int status)
{
    setsid();
    ioctl(slave, TIOCSCTTY, 0);
    dup2(slave, STDIN_FILENO);
    dup2(slave, STDOUT_FILENO);
    dup2(slave, STDERR_FILENO);
    /* Out of the way of the numbers they are wanted at. */
    idle = fcntl(idle, F_DUPFD, 20);
    status = fcntl(status, F_DUPFD, 20);
    dup2(idle, IDLE_FD);
    dup2(status, STATUS_FD);
    for (int descriptor = IDLE_FD + 1; descriptor < 256; descriptor++) {
        close(descriptor);
    }
    for (int descriptor = STDERR_FILENO + 1; descriptor < STATUS_FD; descriptor++) {
        close(descriptor);
    }
    set_environment(options);
    if (options->as_job) {
        run_shell(options);
    }
    close(STATUS_FD);
    execv(options->arguments[0], (char *const *)(uintptr_t)options->arguments);
    _exit(127);
}

/* --- The terminal --- */

static int on_property(VTermProp property, VTermValue *value, void *user)
{
    struct driver *driver = user;

    if (property == VTERM_PROP_ALTSCREEN) {
        driver->alternate = value->boolean != 0;
    } else if (property == VTERM_PROP_CURSORVISIBLE) {
        driver->cursor_visible = value->boolean != 0;
    }
    return 1;
}

static void on_answer(const char *bytes, size_t length, void *user)
{
    struct driver *driver = user;

    (void)bytes;
    (void)length;
    driver->answered = true;
}

static void open_terminal(struct driver *driver)
{
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

    driver->terminal = vterm_new(driver->rows, driver->columns);
    vterm_set_utf8(driver->terminal, 1);
    vterm_output_set_callback(driver->terminal, on_answer, driver);
    driver->screen = vterm_obtain_screen(driver->terminal);
    vterm_screen_set_callbacks(driver->screen, &callbacks, driver);
    vterm_screen_enable_altscreen(driver->screen, 1);
    vterm_screen_reset(driver->screen, 1);
    driver->cursor_visible = true;
}

static void keep_output(struct driver *driver, const char *bytes, size_t length)
{
    if (driver->output_length + length > driver->output_capacity) {
        driver->output_capacity = (driver->output_length + length) * 2;
        driver->output = realloc(driver->output, driver->output_capacity);
        assert_non_null(driver->output);
    }
    memcpy(driver->output + driver->output_length, bytes, length);
    driver->output_length += length;
}

static bool readable(int descriptor)
{
    struct pollfd wait = {.fd = descriptor, .events = POLLIN};

    return poll(&wait, 1, 0) == 1 && (wait.revents & POLLIN) != 0;
}

void driver_drain(struct driver *driver)
{
    char bytes[FEED_BYTES];

    while (readable(driver->master)) {
        ssize_t length = read(driver->master, bytes, sizeof bytes);
        if (length <= 0) {
            return;
        }
        keep_output(driver, bytes, (size_t)length);
        vterm_input_write(driver->terminal, bytes, (size_t)length);
    }
}

/* --- The idle protocol --- */

static void take_idle_line(struct driver *driver, const char *text)
{
    struct idle_line line;

    int found =
        sscanf(text, "frame %" SCNu64 " pending %u input %" SCNu64 " size %dx%d screen %79s",
               &line.frame, &line.pending, &line.input, &line.rows, &line.columns, line.screen);
    if (found != 6) {
        driver_fail(driver, "a line that is not of the idle protocol:", text);
    }
    driver->line = line;
}

static void read_idle(struct driver *driver)
{
    while (readable(driver->idle)) {
        size_t room = sizeof driver->idle_text - 1 - driver->idle_length;
        ssize_t length = read(driver->idle, driver->idle_text + driver->idle_length, room);
        if (length <= 0) {
            break;
        }
        driver->idle_length += (size_t)length;
        driver->idle_text[driver->idle_length] = '\0';
        char *start = driver->idle_text;
        for (char *end = strchr(start, '\n'); end != NULL; end = strchr(start, '\n')) {
            *end = '\0';
            take_idle_line(driver, start);
            start = end + 1;
        }
        driver->idle_length = strlen(start);
        memmove(driver->idle_text, start, driver->idle_length + 1);
    }
}

static bool check_ended(struct driver *driver)
{
    if (!driver->ended && waitpid(driver->child, &driver->end_status, WNOHANG) == driver->child) {
        driver->ended = true;
    }
    return driver->ended;
}

typedef bool (*condition)(struct driver *driver, const void *wanted);

/* Reads screen and idle lines until something is so. The idle line is written after the drawing,
 * so the screen is read once more behind it. */
static void wait_until(struct driver *driver, condition is_so, const void *wanted, const char *what,
                       const char *text)
{
    uint64_t deadline = now_ms() + TIMEOUT_MS;

    for (;;) {
        read_idle(driver);
        driver_drain(driver);
        if (is_so(driver, wanted)) {
            return;
        }
        bool ended = check_ended(driver);
        read_idle(driver);
        driver_drain(driver);
        if (is_so(driver, wanted)) {
            return;
        }
        if (ended) {
            driver_fail(driver, "the program ended while waiting for", what);
        }
        if (now_ms() >= deadline) {
            driver_fail(driver, what, text);
        }
        struct pollfd waits[] = {{.fd = driver->master, .events = POLLIN},
                                 {.fd = driver->idle, .events = POLLIN}};
        poll(waits, 2, 100); /* at times, to notice an end */
    }
}

static bool is_idle(struct driver *driver, const void *wanted)
{
    (void)wanted;
    return driver->line.frame > driver->frame_seen && driver->line.pending == 0 &&
           driver->line.input >= driver->sent;
}

static bool is_later(struct driver *driver, const void *wanted)
{
    (void)wanted;
    return driver->line.frame > driver->frame_seen;
}

static bool has_size(struct driver *driver, const void *wanted)
{
    (void)wanted;
    return driver->line.rows == driver->rows && driver->line.columns == driver->columns &&
           is_idle(driver, NULL);
}

static bool has_text(struct driver *driver, const void *wanted)
{
    int row;
    int column;

    return driver_find(driver, wanted, &row, &column);
}

static bool has_ended(struct driver *driver, const void *wanted)
{
    (void)wanted;
    return check_ended(driver);
}

/* --- Life --- */

static void read_status_line(struct driver *driver, const char *word)
{
    char text[64] = "";
    size_t length = 0;
    struct pollfd wait = {.fd = driver->status, .events = POLLIN};

    while (length < sizeof text - 1 && (length == 0 || text[length - 1] != '\n')) {
        driver_drain(driver); /* the program may be writing its last words */
        if (poll(&wait, 1, 100) == 1 && read(driver->status, text + length, 1) == 1) {
            length++;
        } else if (check_ended(driver)) {
            driver_fail(driver, "the program ended instead of being", word);
        }
    }
    text[length] = '\0';
    int number = 0;
    char found[32] = "";
    if (sscanf(text, "%31s %d", found, &number) != 2 || strcmp(found, word) != 0) {
        driver_fail(driver, "not the word of the shell:", text);
    }
    driver->program = number;
}

struct driver *driver_spawn(const struct driver_options *options)
{
    struct driver *driver = calloc(1, sizeof *driver);
    struct winsize size = {.ws_row = (unsigned short)options->rows,
                           .ws_col = (unsigned short)options->columns};
    int idle[2];
    int status[2];

    assert_non_null(driver);
    driver->rows = options->rows;
    driver->columns = options->columns;
    assert_int_equal(openpty(&driver->master, &driver->slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(driver->slave, &driver->modes_before), 0);
    assert_int_equal(pipe2(idle, O_CLOEXEC), 0);
    assert_int_equal(pipe2(status, O_CLOEXEC), 0);
    open_terminal(driver);
    driver->child = fork();
    assert_true(driver->child >= 0);
    if (driver->child == 0) {
        run_child(options, driver->slave, idle[1], status[1]);
    }
    close(idle[1]);
    close(status[1]);
    driver->idle = idle[0];
    driver->status = status[0];
    driver->program = driver->child;
    if (options->as_job) {
        read_status_line(driver, "process");
    }
    return driver;
}

struct driver *driver_start(const struct driver_options *options)
{
    struct driver *driver = driver_spawn(options);

    driver_wait_idle(driver);
    return driver;
}

void driver_close(struct driver *driver)
{
    if (driver == NULL) {
        return;
    }
    if (!check_ended(driver)) {
        kill(driver->program, SIGKILL);
        kill(driver->child, SIGCONT);
        kill(driver->child, SIGKILL);
        waitpid(driver->child, NULL, 0);
    }
    close(driver->master);
    close(driver->slave);
    close(driver->idle);
    close(driver->status);
    vterm_free(driver->terminal);
    free(driver->output);
    free(driver);
}

pid_t driver_process(const struct driver *driver)
{
    return driver->program;
}

void driver_signal(struct driver *driver, int number)
{
    assert_int_equal(kill(driver->program, number), 0);
}

int driver_wait_exit(struct driver *driver)
{
    wait_until(driver, has_ended, NULL, "the end of the program", "");
    driver_drain(driver);
    return driver->end_status;
}

void driver_wait_stopped(struct driver *driver)
{
    read_status_line(driver, "stopped");
    driver_drain(driver);
}

void driver_continue(struct driver *driver)
{
    int status;

    /* The shell stops itself only after its line, so wait until it has. */
    assert_int_equal(waitpid(driver->child, &status, WUNTRACED), driver->child);
    assert_true(WIFSTOPPED(status));
    driver->frame_seen = driver->line.frame;
    assert_int_equal(kill(driver->child, SIGCONT), 0);
    read_status_line(driver, "process");
    driver_wait_idle(driver);
}

/* --- Steps --- */

void driver_send(struct driver *driver, const char *bytes, size_t length)
{
    driver->frame_seen = driver->line.frame;
    driver->sent += length;
    while (length > 0) {
        driver_drain(driver); /* else both sides may wait for the other to read */
        ssize_t written = write(driver->master, bytes, length > 256 ? 256 : length);
        assert_true(written > 0);
        bytes += written;
        length -= (size_t)written;
    }
}

void driver_bytes(struct driver *driver, const char *bytes, size_t length)
{
    driver_send(driver, bytes, length);
    driver_wait_idle(driver);
}

void driver_keys(struct driver *driver, const char *keys)
{
    driver_bytes(driver, keys, strlen(keys));
}

void driver_wait_idle(struct driver *driver)
{
    wait_until(driver, is_idle, NULL, "not idle in time", "");
    driver->frame_seen = driver->line.frame;
}

void driver_wait_frame(struct driver *driver)
{
    wait_until(driver, is_later, NULL, "no frame in time", "");
    driver->frame_seen = driver->line.frame;
}

/* A text can be on the screen before the rest of its frame: reads on until nothing more comes for
 * a moment, so that what is looked at next is a whole frame. */
static void settle(struct driver *driver)
{
    struct pollfd wait = {.fd = driver->master, .events = POLLIN};

    for (int i = 0; i < SETTLE_MOST; i++) {
        if (poll(&wait, 1, SETTLE_MS) <= 0 || (wait.revents & POLLIN) == 0) {
            break;
        }
        driver_drain(driver);
    }
    read_idle(driver);
}

void driver_wait_text(struct driver *driver, const char *text)
{
    do {
        wait_until(driver, has_text, text, "not on the screen in time:", text);
        settle(driver);
    } while (!has_text(driver, text));
}

static bool lacks_text(struct driver *driver, const void *text)
{
    return !has_text(driver, text);
}

void driver_wait_no_text(struct driver *driver, const char *text)
{
    do {
        wait_until(driver, lacks_text, text, "still on the screen:", text);
        settle(driver);
    } while (has_text(driver, text));
}

void driver_resize(struct driver *driver, int rows, int columns)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};

    if (rows == driver->rows && columns == driver->columns) {
        return; /* the kernel tells the program of changes only */
    }
    driver_drain(driver);
    driver->frame_seen = driver->line.frame;
    driver->rows = rows;
    driver->columns = columns;
    vterm_set_size(driver->terminal, rows, columns);
    assert_int_equal(ioctl(driver->master, TIOCSWINSZ, &size), 0);
    wait_until(driver, has_size, NULL, "not drawn for the new size", "");
    driver->frame_seen = driver->line.frame;
}

/* --- Bytes and modes --- */

const char *driver_output(const struct driver *driver, size_t *ret_length)
{
    *ret_length = driver->output_length;
    return driver->output;
}

void driver_check_output(struct driver *driver)
{
    size_t offset = 0;

    driver_drain(driver);
    if (!grammar_check(driver->output, driver->output_length, &offset)) {
        print_error("foreign bytes at %zu of %zu:", offset, driver->output_length);
        for (size_t i = offset; i < driver->output_length && i < offset + 16; i++) {
            print_error(" %02x", (unsigned char)driver->output[i]);
        }
        print_error("\n");
        driver_fail(driver, "foreign bytes in the output", "");
    }
    if (driver->answered) {
        driver_fail(driver, "the program asked the terminal a question", "");
    }
}

void driver_modes(const struct driver *driver, struct termios *ret_now, struct termios *ret_before)
{
    assert_int_equal(tcgetattr(driver->slave, ret_now), 0);
    *ret_before = driver->modes_before;
}

bool driver_is_blocking(const struct driver *driver)
{
    return (fcntl(driver->slave, F_GETFL) & O_NONBLOCK) == 0;
}

bool driver_bracketed_paste(const struct driver *driver)
{
    static const char mark[] = "\033[?2004";
    bool on = false;

    for (size_t i = 0; i + sizeof mark <= driver->output_length; i++) {
        if (memcmp(driver->output + i, mark, sizeof mark - 1) == 0) {
            on = driver->output[i + sizeof mark - 1] == 'h';
        }
    }
    return on;
}
