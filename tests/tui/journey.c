/* See journey.h. */
#define _GNU_SOURCE /* nftw */
#include "tests/tui/journey.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "proto/codec.h"

enum { TRIES_MAX = 3000, BETWEEN_TRIES_MS = 10, PATH_MAX_HERE = 192 };

/* --- The desk --- */

static void write_config(const struct journey *journey)
{
    FILE *file = fopen(journey->config, "w");

    assert_non_null(file);
    fprintf(file,
            "[server]\ndata = %s/desk\nallow_root = %s\nname = ttydesk\n"
            "[listen]\nsocket = %s\nsocket_mode = 0600\ntcp = 127.0.0.1:0\n"
            "[limits]\nrequest_rate = 0\nchange_rate = 0\nsearch_rate = 0\n"
            "registrations = 0\nregistrations_per_source = 0\n"
            "[passwords]\nopslimit = 2\nmemlimit = 19M\n"
            "[storage]\nmap_size = 256M\n",
            journey->folder, geteuid() == 0 ? "yes" : "no", journey->socket);
    assert_int_equal(fclose(file), 0);
}

/* Starts the daemon's program; what it says goes to the log, `input` to its standard input. */
static pid_t start(const struct journey *journey, const char *const *arguments, const char *input)
{
    char log[PATH_MAX_HERE];
    int ends[2];

    snprintf(log, sizeof log, "%s/log", journey->folder);
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int output = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
        dup2(ends[0], STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        execv(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    close(ends[0]);
    assert_int_equal(write(ends[1], input, strlen(input)), (ssize_t)strlen(input));
    close(ends[1]);
    return child;
}

static void run(const struct journey *journey, const char *const *arguments, const char *input)
{
    int status;
    pid_t child = start(journey, arguments, input);

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* A connection to the desk; -1 when nobody serves. */
static int connect_to(const struct journey *journey)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof address.sun_path, "%s", journey->socket);
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static bool answers(const struct journey *journey)
{
    int descriptor = connect_to(journey);

    if (descriptor >= 0) {
        close(descriptor);
    }
    return descriptor >= 0;
}

/* One request, and its answer, which has to be no failure: its third part is nil. */
static void ask(int descriptor, enum method method, const void *request)
{
    struct buffer buffer = {0};
    uint8_t answer[4096];

    codec_write_request(&buffer, 1, methods[method].name, methods[method].request, request);
    assert_false(buffer.failed);
    assert_int_equal(write(descriptor, buffer.data, buffer.length), (ssize_t)buffer.length);
    buffer_finish(&buffer);
    ssize_t length = read(descriptor, answer, sizeof answer);
    assert_true(length > 4);
    assert_int_equal(answer[3], 0xc0);
}

void journey_call(const struct journey *journey, enum method method, const void *request)
{
    const struct hello hello = {.protocol = PROTOCOL_VERSION};
    int descriptor = connect_to(journey);

    assert_true(descriptor >= 0);
    ask(descriptor, METHOD_HELLO, &hello);
    ask(descriptor, method, request);
    close(descriptor);
}

void journey_serve(struct journey *journey)
{
    const char *arguments[] = {journey->daemon_path, "serve", "--config", journey->config, NULL};
    int status;

    journey->daemon = start(journey, arguments, "");
    journey->served++;
    for (int i = 0; i < TRIES_MAX; i++) {
        if (answers(journey)) {
            return;
        }
        assert_int_equal(waitpid(journey->daemon, &status, WNOHANG), 0);
        poll(NULL, 0, BETWEEN_TRIES_MS);
    }
    fail_msg("%s", "the daemon does not answer");
}

void journey_stop(struct journey *journey, int signal_number)
{
    assert_int_equal(kill(journey->daemon, signal_number), 0);
    assert_int_equal(waitpid(journey->daemon, NULL, 0), journey->daemon);
    journey->daemon = 0;
}

/* The port in the last of the log's lines that tell one, and how many there are. */
static unsigned logged_port(const struct journey *journey, unsigned *ret_lines)
{
    static const char words[] = "Listening on TCP port ";
    char path[PATH_MAX_HERE];
    char line[512];
    unsigned long port = 0;

    snprintf(path, sizeof path, "%s/log", journey->folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    *ret_lines = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        const char *found = strstr(line, words);
        if (found != NULL && strchr(found, '\n') != NULL) {
            port = strtoul(found + strlen(words), NULL, 10);
            (*ret_lines)++;
        }
    }
    fclose(file);
    return (unsigned)port;
}

/* The log is written by a thread of its own: a daemon can answer before its line is there. */
unsigned journey_port(const struct journey *journey)
{
    unsigned lines = 0;
    unsigned port = logged_port(journey, &lines);

    for (int i = 0; i < TRIES_MAX && lines < journey->served; i++) {
        poll(NULL, 0, BETWEEN_TRIES_MS);
        port = logged_port(journey, &lines);
    }
    assert_true(port != 0);
    return port;
}

void journey_open_queue(const struct journey *journey, const char *name)
{
    const char *create[] = {journey->daemon_path, "queue",         "create", name,
                            "--config",           journey->config, NULL};
    run(journey, create, "");
}

void journey_begin(struct journey *journey, const char *daemon_path, const char *client_path)
{
    *journey = (struct journey){
        .daemon_path = daemon_path, .client_path = client_path, .folder = "/tmp/journey-XXXXXX"};
    const char *init[] = {daemon_path, "init",          "--no-second-factor",
                          "--config",  journey->config, NULL};
    const char *admin[] = {daemon_path,        "admin",    "create",        JOURNEY_ADMIN,
                           "--password-stdin", "--config", journey->config, NULL};

    assert_non_null(mkdtemp(journey->folder));
    snprintf(journey->socket, sizeof journey->socket, "%s/s", journey->folder);
    snprintf(journey->config, sizeof journey->config, "%s/conf", journey->folder);
    write_config(journey);
    run(journey, init, "");
    run(journey, admin, JOURNEY_PASSWORD "\n");
    journey_serve(journey);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

void journey_end(struct journey *journey)
{
    if (journey->daemon != 0) {
        journey_stop(journey, SIGKILL);
    }
    nftw(journey->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- Clients --- */

struct driver *journey_client_at(const struct journey *journey, const char *person, int rows,
                                 int columns, const char *address)
{
    static char home[PATH_MAX_HERE]; /* lives until the program has been started */
    const char *arguments[] = {journey->client_path, "--server", address, NULL};
    const char *environment[] = {home, "TERM=xterm-256color", "LANG=C.UTF-8", "TZ=UTC", NULL};
    struct driver_options options = {
        .rows = rows, .columns = columns, .arguments = arguments, .environment = environment};

    snprintf(home, sizeof home, "HOME=%s/home-%s", journey->folder, person);
    mkdir(home + strlen("HOME="), 0700);
    return driver_start(&options);
}

struct driver *journey_client(const struct journey *journey, const char *person, int rows,
                              int columns)
{
    struct driver *driver = journey_client_at(journey, person, rows, columns, journey->socket);

    driver_wait_text(driver, rows >= 8 && columns >= 40 ? "Sign in to ttydesk" : "Window");
    return driver;
}

/* --- Ways through the screens --- */

static void expect_screen(struct driver *driver, const char *name)
{
    if (strcmp(driver_screen(driver), name) != 0) {
        char *screen = driver_snapshot(driver);
        print_error("on the screen %s, not %s:\n%s", driver_screen(driver), name, screen);
        free(screen);
        fail();
    }
}

void journey_sign_in(struct driver *driver, const char *name)
{
    driver_keys(driver, name);
    driver_keys(driver, KEY_TAB JOURNEY_PASSWORD KEY_ENTER);
    driver_wait_text(driver, "@ttydesk  live");
}

void journey_register(struct driver *driver, const char *name)
{
    driver_keys(driver, KEY_CTRL('r'));
    expect_screen(driver, "register");
    driver_keys(driver, name);
    driver_keys(driver, KEY_TAB);
    driver_keys(driver, name);
    driver_keys(driver, "@example.org" KEY_TAB KEY_TAB JOURNEY_PASSWORD KEY_TAB JOURNEY_PASSWORD);
    driver_keys(driver, KEY_CTRL('s'));
    expect_screen(driver, "tickets");
    driver_wait_text(driver, "@ttydesk  live");
}

void journey_write_ticket(struct driver *driver, const struct journey_ticket *ticket)
{
    int row;
    int column;

    driver_keys(driver, "c");
    expect_screen(driver, "ticket-form");
    driver_keys(driver, ticket->title);
    driver_keys(driver, KEY_TAB);
    if (ticket->software) {
        driver_keys(driver, KEY_RIGHT);
    }
    driver_keys(driver, KEY_TAB);
    for (unsigned i = 0; i < ticket->status; i++) {
        driver_keys(driver, KEY_RIGHT);
    }
    driver_keys(driver, KEY_TAB);
    /* Staff is asked for whom it is. */
    if (driver_find(driver, "For", &row, &column) && column == 0) {
        driver_keys(driver, KEY_TAB);
    }
    driver_keys(driver, ticket->problem);
}

void journey_send(struct driver *driver)
{
    driver_keys(driver, KEY_CTRL('s'));
}

void journey_new_ticket(struct driver *driver, const struct journey_ticket *ticket)
{
    journey_write_ticket(driver, ticket);
    journey_send(driver);
    driver_wait_text(driver, ticket->title);
    driver_expect_not(driver, "Problem");
}

void journey_say(struct driver *driver, const char *key, const char *text)
{
    char before[32];

    snprintf(before, sizeof before, "%s", driver_screen(driver));
    driver_keys(driver, key);
    expect_screen(driver, "composer");
    driver_keys(driver, text);
    journey_send(driver);
    expect_screen(driver, before);
}

void journey_set_status(struct driver *driver, const char *key)
{
    driver_keys(driver, "s");
    expect_screen(driver, "status");
    driver_keys(driver, key);
}

void journey_enter_admin(struct driver *driver)
{
    driver_keys(driver, "A");
    expect_screen(driver, "elevate");
    driver_keys(driver, JOURNEY_PASSWORD KEY_ENTER);
    expect_screen(driver, "accounts");
    driver_expect(driver, "MODE: ADMIN");
}

/* Moves down until the row with the cursor has this text. */
static void select_row(struct driver *driver, const char *text)
{
    int row;
    int column;

    driver_keys(driver, "g");
    for (int i = 0; i < 100; i++) {
        driver_cursor(driver, &row, &column);
        if (strstr(driver_row(driver, row), text) != NULL) {
            return;
        }
        driver_keys(driver, "j");
    }
    driver_expect_selected(driver, text);
}

void journey_set_role(struct driver *driver, const char *name, const char *key)
{
    driver_wait_text(driver, name);
    select_row(driver, name);
    driver_keys(driver, "p");
    expect_screen(driver, "role");
    driver_keys(driver, key);
    expect_screen(driver, "question");
    driver_keys(driver, name);
    driver_keys(driver, KEY_ENTER);
    driver_wait_text(driver, "is now");
}

void journey_delete(struct driver *driver, const char *number, bool with_password)
{
    driver_keys(driver, "D");
    expect_screen(driver, "delete");
    driver_keys(driver, number);
    if (with_password) {
        driver_keys(driver, KEY_TAB JOURNEY_PASSWORD);
    }
    driver_keys(driver, KEY_ENTER);
}

void journey_make_staff(const struct journey *journey, const char *name)
{
    struct driver *person = journey_client(journey, name, 24, 80);
    journey_register(person, name);
    journey_quit(person);

    struct driver *admin = journey_client(journey, JOURNEY_ADMIN, 24, 80);
    journey_sign_in(admin, JOURNEY_ADMIN);
    journey_enter_admin(admin);
    journey_set_role(admin, name, "s");
    driver_keys(admin, "q");
    journey_quit(admin);
}

void journey_quit(struct driver *driver)
{
    driver_send(driver, "q", 1);
    int status = driver_wait_exit(driver);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_false(driver_alternate_screen(driver));
    driver_check_output(driver);
    driver_close(driver);
}
