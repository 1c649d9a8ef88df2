#include "server/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_PASSED_FD = 3, STATE_BYTES = 512 };

/* Digits only, and not 0. */
static bool number_parse(const char *text, uint64_t *ret_value)
{
    if (text == NULL || text[0] < '1' || text[0] > '9') {
        return false;
    }
    char *end = NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0') {
        return false;
    }
    *ret_value = value;
    return true;
}

static uint64_t watchdog_from_environment(void)
{
    uint64_t interval_us = 0;
    uint64_t process = 0;
    const char *process_text = getenv("WATCHDOG_PID");
    bool ours = process_text == NULL ||
                (number_parse(process_text, &process) && process == (uint64_t)getpid());
    return ours && number_parse(getenv("WATCHDOG_USEC"), &interval_us) ? interval_us / 1000 : 0;
}

/* A name that begins with @ is in the abstract space: its first byte is zero, no zero ends it. */
static bool address_fill(const char *name, struct sockaddr_un *ret_address, socklen_t *ret_length)
{
    size_t length = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || length < 2 ||
        length >= sizeof ret_address->sun_path) {
        return false;
    }
    *ret_address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret_address->sun_path, name, length);
    if (name[0] == '@') {
        ret_address->sun_path[0] = '\0';
    }
    *ret_length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    return true;
}

static enum error notify_connect(const char *name, struct notify *notify)
{
    struct sockaddr_un address;
    socklen_t length = 0;
    if (!address_fill(name, &address, &length)) {
        errno = EINVAL;
        return ERROR_SYSTEM;
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return ERROR_SYSTEM;
    }
    if (connect(fd, (const struct sockaddr *)&address, length) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return ERROR_SYSTEM;
    }
    notify->connected = true;
    notify->fd = fd;
    return ERROR_NONE;
}

enum error notify_open(struct notify *ret_notify)
{
    struct notify notify = {0};
    enum error error = ERROR_NONE;
    const char *name = getenv("NOTIFY_SOCKET");
    if (name != NULL && name[0] != '\0') {
        error = notify_connect(name, &notify);
    }
    int saved = errno;
    if (notify.connected) {
        notify.watchdog_ms = watchdog_from_environment();
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    errno = saved;
    if (error == ERROR_NONE) {
        *ret_notify = notify;
    }
    return error;
}

void notify_close(struct notify *notify)
{
    if (notify != NULL && notify->connected) {
        close(notify->fd);
        *notify = (struct notify){0};
    }
}

static void notify_send(const struct notify *notify, const char *state)
{
    if (notify->connected) {
        ssize_t ignored = send(notify->fd, state, strlen(state), MSG_NOSIGNAL);
        (void)ignored;
    }
}

void notify_ready(const struct notify *notify, const char *status)
{
    char state[STATE_BYTES];
    snprintf(state, sizeof state, "READY=1%s%s", status != NULL ? "\nSTATUS=" : "",
             status != NULL ? status : "");
    notify_send(notify, state);
}

void notify_reloading(const struct notify *notify)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    char state[STATE_BYTES];
    snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
             (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
    notify_send(notify, state);
}

void notify_stopping(const struct notify *notify)
{
    notify_send(notify, "STOPPING=1");
}

void notify_watchdog(const struct notify *notify)
{
    notify_send(notify, "WATCHDOG=1");
}

/* Fills in what `fd` is; false when it is no listening stream socket over IP or Unix. */
static bool socket_inspect(int fd, struct activation_socket *ret_socket)
{
    int type = 0;
    int listening = 0;
    socklen_t length = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0 || type != SOCK_STREAM) {
        return false;
    }
    length = sizeof listening;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0) {
        return false;
    }
    struct sockaddr_storage address = {0};
    length = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &length) != 0) {
        return false;
    }
    sa_family_t family = address.ss_family;
    if (family != AF_UNIX && family != AF_INET && family != AF_INET6) {
        return false;
    }
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) != 0) {
        return false;
    }
    ret_socket->fd = fd;
    ret_socket->is_unix = family == AF_UNIX;
    return true;
}

/* Takes the next name of "name:name:…"; none is an empty one. */
static void name_take(const char **names, char ret_name[ACTIVATION_NAME_BYTES])
{
    if (*names == NULL) {
        return;
    }
    size_t length = strcspn(*names, ":");
    snprintf(ret_name, ACTIVATION_NAME_BYTES, "%.*s", (int)length, *names);
    *names = (*names)[length] == ':' ? *names + length + 1 : NULL;
}

static enum error sockets_take(const char *count_text, const char *names,
                               struct activation *ret_activation)
{
    uint64_t count = 0;
    if (!number_parse(count_text, &count) || count > ACTIVATION_SOCKETS_MAX) {
        return ERROR_INVALID_FIELD;
    }
    struct activation activation = {.count = (size_t)count};
    for (size_t i = 0; i < activation.count; i++) {
        if (!socket_inspect(FIRST_PASSED_FD + (int)i, &activation.sockets[i])) {
            return ERROR_INVALID_FIELD;
        }
        name_take(&names, activation.sockets[i].name);
    }
    *ret_activation = activation;
    return ERROR_NONE;
}

enum error activation_take(struct activation *ret_activation)
{
    const char *process_text = getenv("LISTEN_PID");
    uint64_t process = 0;
    enum error error = ERROR_NONE;
    if (process_text != NULL && !number_parse(process_text, &process)) {
        error = ERROR_INVALID_FIELD;
    } else if (process == (uint64_t)getpid()) {
        error = sockets_take(getenv("LISTEN_FDS"), getenv("LISTEN_FDNAMES"), ret_activation);
    } else {
        *ret_activation = (struct activation){0};
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return error;
}
