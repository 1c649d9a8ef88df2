#include "server/console/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "proto/codec.h"
#include "proto/link.h"
#include "server/digest.h"
#include "server/peer.h"

enum { PATIENCE_SECONDS = 30, OBJECT_BYTES_MAX = 4 * 1024 * 1024 };

struct call {
    int fd;
    struct link *link;
    struct arena arena;
    uint32_t id;
    /* The reply that is waited for */
    bool answered;
    enum error error;
    const struct table *table;
    void *reply;
    struct failure *failure;
};

static void take_reply(struct call *call, const struct rpc *rpc)
{
    if (rpc->error != NULL) {
        call->error = codec_read(rpc->error, &failure_table, CODEC_TOLERANT, &call->arena,
                                 call->failure, &(struct failure){0});
        if (call->error == ERROR_NONE) {
            call->error = call->failure->code;
        }
    } else {
        call->error = codec_read(rpc->body, call->table, CODEC_TOLERANT, &call->arena, call->reply,
                                 call->failure);
    }
}

static enum error on_object(void *context, const uint8_t *bytes, size_t length)
{
    struct call *call = context;
    struct rpc rpc;
    void *copy = arena_copy(&call->arena, bytes, length); /* replies point into their bytes */
    if (copy == NULL) {
        return ERROR_NO_MEMORY;
    }
    enum error error =
        codec_open((struct bytes){.data = copy, .length = length}, &call->arena, &rpc);
    if (error == ERROR_NONE && rpc.kind == RPC_RESPONSE && rpc.id == call->id && !call->answered) {
        call->answered = true;
        take_reply(call, &rpc);
    }
    return error;
}

static const struct link_callbacks callbacks = {.on_object = on_object};

static enum error connect_to(const char *path, int *ret_fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const struct timeval patience = {.tv_sec = PATIENCE_SECONDS};
    if (strlen(path) >= sizeof address.sun_path) {
        return ERROR_NOT_FOUND;
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0) {
        return ERROR_SYSTEM;
    }
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) != 0) {
        enum error error =
            errno == ENOENT || errno == ECONNREFUSED ? ERROR_NOT_FOUND : ERROR_CONNECTION_LOST;
        (void)close(fd);
        return error;
    }
    uid_t user;
    if (peer_user(fd, &user) != ERROR_NONE || (user != 0 && user != geteuid())) {
        (void)close(fd);
        return ERROR_FORBIDDEN;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    *ret_fd = fd;
    return ERROR_NONE;
}

static enum error write_output(struct call *call)
{
    size_t length;
    const uint8_t *bytes;
    while ((bytes = link_output(call->link, &length)) != NULL && length > 0) {
        ssize_t written = send(call->fd, bytes, length, MSG_NOSIGNAL);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return ERROR_CONNECTION_LOST;
        }
        link_output_taken(call->link, (size_t)written);
    }
    return ERROR_NONE;
}

static enum error wait_for_reply(struct call *call)
{
    uint8_t input[4096];
    while (!call->answered) {
        ssize_t got = recv(call->fd, input, sizeof input, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return ERROR_CONNECTION_LOST;
        }
        enum error error = link_feed(call->link, input, (size_t)got, 0);
        if (error != ERROR_NONE) {
            return error;
        }
    }
    return call->error;
}

enum error call_request(struct call *call, enum method method, const void *request, void *ret_reply,
                        struct failure *ret_failure)
{
    struct buffer buffer = {0};
    call->id++;
    call->answered = false;
    call->table = methods[method].reply;
    call->reply = ret_reply;
    call->failure = ret_failure;
    codec_write_request(&buffer, call->id, methods[method].name, methods[method].request, request);
    enum error error = buffer.failed ? ERROR_NO_MEMORY
                                     : link_send(call->link, buffer.data, buffer.length, false, 0);
    if (buffer.data != NULL) {
        wipe(buffer.data, buffer.length);
    }
    buffer_finish(&buffer);
    if (error == ERROR_NONE) {
        error = write_output(call);
    }
    return error == ERROR_NONE ? wait_for_reply(call) : error;
}

static enum error say_hello(struct call *call, uint64_t *ret_time_ms)
{
    struct hello hello = {.protocol = PROTOCOL_VERSION, .client = text_of("ttydeskd")};
    struct hello_reply reply = {0};
    struct failure failure = {0};
    present_mark(&hello.present, HELLO_PROTOCOL);
    present_mark(&hello.present, HELLO_CLIENT);
    enum error error = call_request(call, METHOD_HELLO, &hello, &reply, &failure);
    if (error == ERROR_NONE) {
        *ret_time_ms = reply.time_ms;
    }
    return error;
}

enum error call_open(const char *socket_path, struct call **ret_call, uint64_t *ret_time_ms)
{
    struct call *call = calloc(1, sizeof *call);
    if (call == NULL) {
        return ERROR_NO_MEMORY;
    }
    call->fd = -1;
    arena_init(&call->arena, 0);
    enum error error = connect_to(socket_path, &call->fd);
    if (error == ERROR_NONE) {
        const struct link_settings settings = {
            .side = LINK_CLIENT,
            .limits = {.bytes_max = OBJECT_BYTES_MAX,
                       .depth_max = SCANNER_DEPTH_MAX,
                       .elements_max = OBJECT_BYTES_MAX,
                       .pairs_max = OBJECT_BYTES_MAX},
            .output_bytes_max = OBJECT_BYTES_MAX,
            .callbacks = &callbacks,
            .context = call,
        };
        call->link = link_create(&settings);
        error = call->link == NULL ? ERROR_NO_MEMORY : link_start(call->link);
    }
    if (error == ERROR_NONE) {
        error = say_hello(call, ret_time_ms);
    }
    if (error != ERROR_NONE) {
        call_close(call);
        return error;
    }
    *ret_call = call;
    return ERROR_NONE;
}

void call_close(struct call *call)
{
    if (call == NULL) {
        return;
    }
    if (call->fd >= 0) {
        (void)close(call->fd);
    }
    link_destroy(call->link);
    arena_wipe(&call->arena);
    arena_finish(&call->arena);
    free(call);
}
