/* What goes to a service manager, and the sockets that come from one. */
#include "server/notify.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A manager's end: a datagram socket under the abstract or the file name `name`. */
static int manager_open(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    memcpy(address.sun_path, name, length);
    if (name[0] == '@') {
        address.sun_path[0] = '\0';
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
                     0);
    return fd;
}

static void assert_heard(int manager, const char *beginning)
{
    char text[1024];
    ssize_t length = recv(manager, text, sizeof text - 1, MSG_DONTWAIT);
    assert_true(length > 0);
    text[length] = '\0';
    assert_memory_equal(text, beginning, strlen(beginning));
}

static void a_daemon_without_a_manager_talks_to_nobody(void **state)
{
    (void)state;
    struct notify notify = {0};
    unsetenv("NOTIFY_SOCKET");
    setenv("WATCHDOG_USEC", "1000000", 1);
    assert_int_equal(notify_open(&notify), ERROR_NONE);
    assert_int_equal(notify.watchdog_ms, 0);
    notify_ready(&notify, "up");
    notify_watchdog(&notify);
    notify_close(&notify);
    notify_close(NULL);
}

/* Children must not speak in the daemon's name, so the variables go. */
static void each_state_is_one_datagram(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "@ttydesk-test-%ld", (long)getpid());
    int manager = manager_open(name);
    setenv("NOTIFY_SOCKET", name, 1);
    setenv("WATCHDOG_USEC", "30000000", 1);
    struct notify notify = {0};
    assert_int_equal(notify_open(&notify), ERROR_NONE);
    assert_null(getenv("NOTIFY_SOCKET"));
    assert_null(getenv("WATCHDOG_USEC"));
    assert_int_equal(notify.watchdog_ms, 30000);

    notify_ready(&notify, "2 sockets");
    assert_heard(manager, "READY=1\nSTATUS=2 sockets");
    notify_ready(&notify, NULL);
    assert_heard(manager, "READY=1");
    notify_reloading(&notify);
    assert_heard(manager, "RELOADING=1\nMONOTONIC_USEC=");
    notify_stopping(&notify);
    assert_heard(manager, "STOPPING=1");
    notify_watchdog(&notify);
    assert_heard(manager, "WATCHDOG=1");

    /* A manager that went away is no reason to stop serving. */
    close(manager);
    notify_watchdog(&notify);
    notify_close(&notify);
    notify_watchdog(&notify);
}

static void a_socket_in_the_file_system_works_too(void **state)
{
    (void)state;
    char folder[] = "/tmp/ttydesk-notify-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char name[64];
    snprintf(name, sizeof name, "%s/notify", folder);
    int manager = manager_open(name);
    setenv("NOTIFY_SOCKET", name, 1);
    struct notify notify = {0};
    assert_int_equal(notify_open(&notify), ERROR_NONE);
    notify_ready(&notify, NULL);
    assert_heard(manager, "READY=1");
    notify_close(&notify);
    close(manager);
    unlink(name);
    rmdir(folder);
}

static void an_unreachable_manager_is_an_error(void **state)
{
    (void)state;
    struct notify notify = {0};
    static const char *const names[] = {"relative", "@", "/nonexistent/notify"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_int_equal(notify_open(&notify), ERROR_SYSTEM);
        assert_false(notify.connected);
    }
    char longer[sizeof(struct sockaddr_un) + 8];
    memset(longer, 'a', sizeof longer - 1);
    longer[0] = '/';
    longer[sizeof longer - 1] = '\0';
    setenv("NOTIFY_SOCKET", longer, 1);
    assert_int_equal(notify_open(&notify), ERROR_SYSTEM);
}

/* The watchdog of a parent is not ours. */
static void a_watchdog_for_another_process_is_ignored(void **state)
{
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "@ttydesk-watchdog-%ld", (long)getpid());
    int manager = manager_open(name);
    setenv("NOTIFY_SOCKET", name, 1);
    setenv("WATCHDOG_USEC", "30000000", 1);
    setenv("WATCHDOG_PID", "1", 1);
    struct notify notify = {0};
    assert_int_equal(notify_open(&notify), ERROR_NONE);
    assert_int_equal(notify.watchdog_ms, 0);
    notify_close(&notify);
    close(manager);
}

static int listener_open(int family)
{
    int fd = socket(family, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    if (family == AF_INET) {
        struct sockaddr_in address = {.sin_family = AF_INET,
                                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    } else {
        /* Binding to the bare family gives a free abstract name. */
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    }
    assert_int_equal(listen(fd, 1), 0);
    return fd;
}

/* Runs `check` in a child whose descriptors 3 and 4 are `third` and `fourth` (-1: closed), as a
 * service manager would leave them. */
static void in_activated_child(int third, int fourth, const char *count, const char *names,
                               bool (*check)(void))
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        /* Out of the way first: they may be 3 and 4 in the other order. */
        int high_third = third < 0 ? -1 : fcntl(third, F_DUPFD, 100);
        int high_fourth = fourth < 0 ? -1 : fcntl(fourth, F_DUPFD, 100);
        close(3);
        close(4);
        if (high_third >= 0) {
            dup2(high_third, 3);
        }
        if (high_fourth >= 0) {
            dup2(high_fourth, 4);
        }
        char process[32];
        snprintf(process, sizeof process, "%ld", (long)getpid());
        setenv("LISTEN_PID", process, 1);
        setenv("LISTEN_FDS", count, 1);
        if (names != NULL) {
            setenv("LISTEN_FDNAMES", names, 1);
        }
        _exit(check() && getenv("LISTEN_PID") == NULL && getenv("LISTEN_FDS") == NULL ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static bool both_are_taken(void)
{
    struct activation activation = {0};
    return activation_take(&activation) == ERROR_NONE && activation.count == 2 &&
           activation.sockets[0].fd == 3 && !activation.sockets[0].is_unix &&
           strcmp(activation.sockets[0].name, "tcp") == 0 && activation.sockets[1].fd == 4 &&
           activation.sockets[1].is_unix && strcmp(activation.sockets[1].name, "local") == 0 &&
           (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(4, F_GETFD) & FD_CLOEXEC) != 0;
}

static bool one_without_a_name_is_taken(void)
{
    struct activation activation = {0};
    return activation_take(&activation) == ERROR_NONE && activation.count == 1 &&
           activation.sockets[0].is_unix && activation.sockets[0].name[0] == '\0';
}

static bool taking_is_refused(void)
{
    struct activation activation = {.count = 99};
    return activation_take(&activation) == ERROR_INVALID_FIELD && activation.count == 99;
}

static void passed_sockets_are_taken_with_their_names(void **state)
{
    (void)state;
    int tcp = listener_open(AF_INET);
    int local = listener_open(AF_UNIX);
    in_activated_child(tcp, local, "2", "tcp:local", both_are_taken);
    in_activated_child(local, -1, "1", NULL, one_without_a_name_is_taken);
    close(tcp);
    close(local);
}

/* Serving on something else than what the operator meant is worse than not starting. */
static void what_is_no_listening_stream_socket_is_refused(void **state)
{
    (void)state;
    int local = listener_open(AF_UNIX);
    int datagram = socket(AF_UNIX, SOCK_DGRAM, 0);
    int idle = socket(AF_UNIX, SOCK_STREAM, 0);
    int file = open("/dev/null", O_RDONLY);
    in_activated_child(datagram, -1, "1", NULL, taking_is_refused);
    in_activated_child(idle, -1, "1", NULL, taking_is_refused);
    in_activated_child(file, -1, "1", NULL, taking_is_refused);
    in_activated_child(local, -1, "2", NULL, taking_is_refused);
    in_activated_child(local, -1, "0", NULL, taking_is_refused);
    in_activated_child(local, -1, "-1", NULL, taking_is_refused);
    in_activated_child(local, -1, "1x", NULL, taking_is_refused);
    in_activated_child(local, -1, "99999999999999999999", NULL, taking_is_refused);
    close(local);
    close(datagram);
    close(idle);
    close(file);
}

static void sockets_for_another_process_are_left_alone(void **state)
{
    (void)state;
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    struct activation activation = {.count = 99};
    assert_int_equal(activation_take(&activation), ERROR_NONE);
    assert_int_equal(activation.count, 0);
    assert_null(getenv("LISTEN_FDS"));
    assert_int_equal(activation_take(&activation), ERROR_NONE);
    assert_int_equal(activation.count, 0);
    setenv("LISTEN_PID", "me", 1);
    assert_int_equal(activation_take(&activation), ERROR_INVALID_FIELD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_daemon_without_a_manager_talks_to_nobody),
        cmocka_unit_test(each_state_is_one_datagram),
        cmocka_unit_test(a_socket_in_the_file_system_works_too),
        cmocka_unit_test(an_unreachable_manager_is_an_error),
        cmocka_unit_test(a_watchdog_for_another_process_is_ignored),
        cmocka_unit_test(passed_sockets_are_taken_with_their_names),
        cmocka_unit_test(what_is_no_listening_stream_socket_is_refused),
        cmocka_unit_test(sockets_for_another_process_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
