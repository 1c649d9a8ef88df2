#include "server/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/random.h"
#include "server/digest.h"
#include "server/peer.h"

enum { DOORS_MAX = CONFIG_ADDRESSES_MAX * 4 + ACTIVATION_SOCKETS_MAX + 1 };

struct door {
    struct listener *listener;
    bool tcp;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
};

/* Connections of one address. */
struct source_count {
    size_t all;
};

struct listener {
    struct listener_settings settings;
    struct door doors[DOORS_MAX];
    size_t door_count;
    bool stopped;
    char socket_path[CONFIG_TEXT_BYTES]; /* made by us; empty: none */
    struct number_map sources;           /* struct source_count by address */
    uint16_t port;
};

/* --- Counting by address ---------------------------------------------------------------------- */

/* IPv6 by its first 64 bits, as with penalties: whoever has one address has all of those. */
static uint64_t source_key(const struct listener *listener, const char *source)
{
    return throttle_source_mark(listener->settings.throttle, source);
}

static struct source_count *source_of(struct listener *listener, const char *source)
{
    uint64_t key = source_key(listener, source);
    struct source_count *count = number_map_get(&listener->sources, key);
    if (count == NULL) {
        count = calloc(1, sizeof *count);
        if (count != NULL && !number_map_put(&listener->sources, key, count)) {
            free(count);
            return NULL;
        }
    }
    return count;
}

/* How many of the address have not signed in; walks the living, of whom there are few such. */
static size_t strangers_of(const struct listener *listener, const char *source)
{
    size_t count = 0;
    uint64_t key = source_key(listener, source);
    const struct sessions *sessions = listener->settings.sessions;
    for (const struct session *session = sessions_next(sessions, NULL); session != NULL;
         session = sessions_next(sessions, session)) {
        count += session->sign_in == 0 && source_key(listener, session->source) == key;
    }
    return count;
}

void listener_gone(struct listener *listener, const struct session *session, enum error why)
{
    if (session->local) {
        return;
    }
    uint64_t key = source_key(listener, session->source);
    struct source_count *count = number_map_get(&listener->sources, key);
    if (count != NULL && --count->all == 0) {
        free(number_map_remove(&listener->sources, key));
    }
    if (why == ERROR_PROTOCOL_VIOLATION || (why == ERROR_NOT_SIGNED_IN && session->sign_in == 0)) {
        throttle_punish(listener->settings.throttle, session->source, THROTTLE_GARBAGE_MS,
                        uv_now(listener->settings.loop));
    }
}

/* --- Whom to let in --------------------------------------------------------------------------- */

static const char *refuse_in_all(const struct listener *listener)
{
    const struct config_limits *limits = &listener->settings.config->limits;
    size_t strangers = sessions_count(listener->settings.sessions, false);
    if (sessions_count(listener->settings.sessions, true) >= limits->connections_max) {
        return "there are too many connections";
    }
    if (strangers >= limits->unauthenticated_max) {
        return "there are too many connections without sign-in";
    }
    if (strangers >= limits->unauthenticated_drop_from &&
        random_below(100) < limits->unauthenticated_drop_percent) {
        return "there are many connections without sign-in";
    }
    return NULL;
}

static const char *refuse_source(struct listener *listener, const char *source)
{
    const struct config_limits *limits = &listener->settings.config->limits;
    uint64_t retry_after_ms;
    const struct source_count *count =
        number_map_get(&listener->sources, source_key(listener, source));
    if (throttle_source(listener->settings.throttle, source, uv_now(listener->settings.loop),
                        &retry_after_ms) != ERROR_NONE) {
        return "it has to wait after failed sign-ins or garbage";
    }
    if (count == NULL) {
        return NULL;
    }
    if (count->all >= limits->connections_per_source) {
        return "it has too many connections";
    }
    if (count->all >= limits->unauthenticated_per_source &&
        strangers_of(listener, source) >= limits->unauthenticated_per_source) {
        return "it has too many connections without sign-in";
    }
    return NULL;
}

/* NULL: welcome; otherwise why not. */
static const char *refuse(struct listener *listener, const char *source, bool local, bool console)
{
    const char *reason = NULL;
    if (!console) {
        reason = refuse_in_all(listener);
    }
    if (reason == NULL && !local) {
        reason = refuse_source(listener, source);
    }
    return reason;
}

/* --- Accepting -------------------------------------------------------------------------------- */

/* Numbers only; an IPv4 address in IPv6 clothes is an IPv4 address. */
static bool describe_address(const struct sockaddr_storage *address,
                             char ret_source[SESSION_SOURCE_BYTES], bool *ret_local)
{
    if (address->ss_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;
        *ret_local = (ntohl(in->sin_addr.s_addr) >> 24) == 127;
        return inet_ntop(AF_INET, &in->sin_addr, ret_source, SESSION_SOURCE_BYTES) != NULL;
    }
    if (address->ss_family != AF_INET6) {
        return false;
    }
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
    if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr)) {
        const uint8_t *four = in6->sin6_addr.s6_addr + 12;
        *ret_local = four[0] == 127;
        return inet_ntop(AF_INET, four, ret_source, SESSION_SOURCE_BYTES) != NULL;
    }
    *ret_local = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    return inet_ntop(AF_INET6, &in6->sin6_addr, ret_source, SESSION_SOURCE_BYTES) != NULL;
}

static bool describe_tcp(struct session *session, char ret_source[SESSION_SOURCE_BYTES],
                         bool *ret_local)
{
    struct sockaddr_storage address = {0};
    int length = sizeof address;
    (void)uv_tcp_nodelay(&session->socket.tcp, 1);
    (void)uv_tcp_keepalive(&session->socket.tcp, 1, 60);
    return uv_tcp_getpeername(&session->socket.tcp, (struct sockaddr *)&address, &length) == 0 &&
           describe_address(&address, ret_source, ret_local);
}

static bool describe_unix(struct session *session, char ret_source[SESSION_SOURCE_BYTES],
                          bool *ret_console)
{
    uv_os_fd_t fd;
    uid_t user;
    if (uv_fileno(&session->socket.handle, &fd) != 0 || peer_user(fd, &user) != ERROR_NONE) {
        return false;
    }
    *ret_console = user == 0 || user == geteuid();
    (void)snprintf(ret_source, SESSION_SOURCE_BYTES, "unix:%lu", (unsigned long)user);
    return true;
}

static void admit(struct listener *listener, struct session *session, bool tcp)
{
    char source[SESSION_SOURCE_BYTES];
    bool local = !tcp;
    bool console = false;
    bool known =
        tcp ? describe_tcp(session, source, &local) : describe_unix(session, source, &console);
    if (!known) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    const char *reason = refuse(listener, source, local, console);
    if (reason != NULL) {
        logger_write(listener->settings.logger, LOG_LEVEL_WARNING, source, "refused: %s", reason);
        session_drop(session, ERROR_TOO_MANY);
        return;
    }
    struct source_count *count = local ? NULL : source_of(listener, source);
    if (!local && count == NULL) {
        session_drop(session, ERROR_NO_MEMORY);
        return;
    }
    if (count != NULL) {
        count->all++;
    }
    (void)session_start(session, source, local, console); /* drops it on failure */
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct door *door = stream->data;
    struct listener *listener = door->listener;
    if (status != 0) {
        logger_write(listener->settings.logger, LOG_LEVEL_WARNING, NULL,
                     "A connection could not be accepted: %s", uv_strerror(status));
        return;
    }
    struct session *session = session_create(listener->settings.sessions, door->tcp);
    if (session == NULL) {
        return;
    }
    if (uv_accept(stream, &session->socket.stream) != 0) {
        session_drop(session, ERROR_CONNECTION_LOST);
        return;
    }
    admit(listener, session, door->tcp);
}

/* --- Opening ---------------------------------------------------------------------------------- */

static struct door *door_add(struct listener *listener, bool tcp)
{
    if (listener->door_count == DOORS_MAX) {
        return NULL;
    }
    struct door *door = &listener->doors[listener->door_count];
    uv_loop_t *loop = listener->settings.loop;
    int status =
        tcp ? uv_tcp_init(loop, &door->socket.tcp) : uv_pipe_init(loop, &door->socket.pipe, 0);
    if (status != 0) {
        return NULL;
    }
    listener->door_count++;
    door->listener = listener;
    door->tcp = tcp;
    door->socket.handle.data = door;
    return door;
}

static int door_listen(struct door *door)
{
    int backlog = (int)door->listener->settings.config->listen.backlog;
    return uv_listen(&door->socket.stream, backlog, on_connection);
}

static enum error open_address(struct listener *listener, const struct addrinfo *info,
                               const char *name, struct problem *ret_problem)
{
    struct door *door = door_add(listener, true);
    if (door == NULL) {
        problem_set(ret_problem, "There is no room to listen at %s.", name);
        return ERROR_NO_MEMORY;
    }
    unsigned flags = info->ai_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0;
    int status = uv_tcp_bind(&door->socket.tcp, info->ai_addr, flags);
    if (status == 0) {
        status = door_listen(door);
    }
    if (status != 0) {
        problem_set(ret_problem, "Listening at %s failed: %s.", name, uv_strerror(status));
        return ERROR_SYSTEM;
    }
    if (listener->port == 0) {
        struct sockaddr_storage address;
        int length = sizeof address;
        (void)uv_tcp_getsockname(&door->socket.tcp, (struct sockaddr *)&address, &length);
        listener->port =
            ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                : ((struct sockaddr_in *)&address)->sin_port);
    }
    return ERROR_NONE;
}

/* The error of the first of a name's addresses when none of them can be opened: many machines
 * resolve a name to an IPv6 address they don't have. */
static enum error open_tcp(struct listener *listener, const struct config_address *address,
                           struct problem *ret_problem)
{
    char port[8];
    char name[CONFIG_TEXT_BYTES + 16];
    bool any = strcmp(address->host, "*") == 0;
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found;
    (void)snprintf(port, sizeof port, "%u", (unsigned)address->port);
    (void)snprintf(name, sizeof name, "%s:%s", address->host, port);
    int status = getaddrinfo(any ? NULL : address->host, port, &hints, &found);
    if (status != 0) {
        problem_set(ret_problem, "The address %s can't be found: %s.", name, gai_strerror(status));
        return ERROR_SYSTEM;
    }
    enum error error = ERROR_NONE;
    bool opened = false;
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
        struct problem problem = {0};
        enum error failed = open_address(listener, info, name, &problem);
        opened = opened || failed == ERROR_NONE;
        if (failed != ERROR_NONE && error == ERROR_NONE) {
            error = failed;
            *ret_problem = problem;
        }
    }
    freeaddrinfo(found);
    return opened ? ERROR_NONE : error;
}

static bool somebody_listens(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return false;
    }
    int status = connect(fd, (const struct sockaddr *)address, sizeof *address);
    bool listens = status == 0 || errno == EAGAIN || errno == EINPROGRESS;
    (void)close(fd);
    return listens;
}

/* Removes a socket that a daemon left behind when it was killed. */
static enum error clear_path(const char *path, struct problem *ret_problem)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    if (lstat(path, &status) != 0) {
        return ERROR_NONE;
    }
    if (!S_ISSOCK(status.st_mode)) {
        problem_set(ret_problem, "%s is in the way and is no socket; remove it.", path);
        return ERROR_ALREADY_DONE;
    }
    if (strlen(path) >= sizeof address.sun_path) {
        problem_set(ret_problem, "%s is too long for a Unix socket.", path);
        return ERROR_INVALID_FIELD;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    if (somebody_listens(&address)) {
        problem_set(ret_problem, "Another daemon listens at %s.", path);
        return ERROR_ALREADY_DONE;
    }
    if (unlink(path) != 0) {
        problem_set(ret_problem, "The stale socket %s can't be removed: %s.", path,
                    strerror(errno));
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

static enum error open_unix(struct listener *listener, struct problem *ret_problem)
{
    const struct config_listen *config = &listener->settings.config->listen;
    enum error error = clear_path(config->socket, ret_problem);
    if (error != ERROR_NONE) {
        return error;
    }
    struct door *door = door_add(listener, false);
    if (door == NULL) {
        return ERROR_NO_MEMORY;
    }
    /* Nobody may come in before the mode is right. */
    mode_t mask = umask(0177);
    int status = uv_pipe_bind(&door->socket.pipe, config->socket);
    (void)umask(mask);
    if (status == 0) {
        (void)snprintf(listener->socket_path, sizeof listener->socket_path, "%s", config->socket);
        status = door_listen(door);
    }
    if (status == 0 && chmod(config->socket, (mode_t)config->socket_mode) != 0) {
        status = uv_translate_sys_error(errno);
    }
    if (status != 0) {
        problem_set(ret_problem, "Listening at %s failed: %s.", config->socket,
                    uv_strerror(status));
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

static enum error open_activated(struct listener *listener, struct problem *ret_problem)
{
    const struct activation *activation = listener->settings.activation;
    for (size_t i = 0; i < activation->count; i++) {
        const struct activation_socket *given = &activation->sockets[i];
        struct door *door = door_add(listener, !given->is_unix);
        if (door == NULL) {
            return ERROR_NO_MEMORY;
        }
        int status = given->is_unix ? uv_pipe_open(&door->socket.pipe, given->fd)
                                    : uv_tcp_open(&door->socket.tcp, given->fd);
        if (status == 0) {
            status = door_listen(door);
        }
        if (status != 0) {
            problem_set(ret_problem, "The socket handed over as \"%s\" can't be used: %s.",
                        given->name, uv_strerror(status));
            return ERROR_SYSTEM;
        }
    }
    return ERROR_NONE;
}

static enum error open_configured(struct listener *listener, struct problem *ret_problem)
{
    const struct config_listen *config = &listener->settings.config->listen;
    enum error error = ERROR_NONE;
    if (config->socket[0] != '\0') {
        error = open_unix(listener, ret_problem);
    }
    for (size_t i = 0; i < config->tcp.count && error == ERROR_NONE; i++) {
        error = open_tcp(listener, &config->tcp.items[i], ret_problem);
    }
    if (error == ERROR_NONE && listener->door_count == 0) {
        problem_set(ret_problem, "There is neither a socket nor a TCP address to listen at.");
        error = ERROR_INVALID_FIELD;
    }
    return error;
}

enum error listener_open(const struct listener_settings *settings, struct listener **ret_listener,
                         struct problem *ret_problem)
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL) {
        problem_set(ret_problem, "%s", error_sentence(ERROR_NO_MEMORY));
        return ERROR_NO_MEMORY;
    }
    listener->settings = *settings;
    enum error error = settings->activation->count > 0 ? open_activated(listener, ret_problem)
                                                       : open_configured(listener, ret_problem);
    if (error != ERROR_NONE) {
        listener_stop(listener);
        (void)uv_run(settings->loop, UV_RUN_NOWAIT);
        listener_destroy(listener);
        return error;
    }
    *ret_listener = listener;
    return ERROR_NONE;
}

void listener_reload(struct listener *listener)
{
    const char *path = listener->socket_path;
    if (path[0] != '\0' &&
        chmod(path, (mode_t)listener->settings.config->listen.socket_mode) != 0) {
        logger_write(listener->settings.logger, LOG_LEVEL_ERROR, NULL,
                     "The mode of %s can't be changed: %s", path, strerror(errno));
    }
}

/* --- Closing ---------------------------------------------------------------------------------- */

void listener_stop(struct listener *listener)
{
    if (listener->stopped) {
        return;
    }
    listener->stopped = true;
    /* The path goes first, so that nobody finds a door that is about to close. */
    if (listener->socket_path[0] != '\0') {
        (void)unlink(listener->socket_path);
    }
    for (size_t i = 0; i < listener->door_count; i++) {
        uv_close(&listener->doors[i].socket.handle, NULL);
    }
}

void listener_destroy(struct listener *listener)
{
    if (listener == NULL) {
        return;
    }
    size_t position = 0;
    for (void *count; (count = number_map_next(&listener->sources, &position)) != NULL;) {
        free(count);
    }
    number_map_finish(&listener->sources);
    free(listener);
}

uint16_t listener_port(const struct listener *listener)
{
    return listener->port;
}
