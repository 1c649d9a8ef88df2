#include "tests/bench/yardsticks.h"

#include <lmdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ECHO_BYTES = 200, GROUP_REQUEST = 512, GROUP_ANSWER = 32, GROUP_MOST = 4096 };

/* --- What both servers share: connections that cut frames of one size --- */

struct peer {
    uv_tcp_t tcp;
    size_t have;
    uint8_t frame[GROUP_REQUEST];
};

struct server {
    uv_loop_t loop;
    uv_tcp_t listener;
    size_t frame_bytes;
    void (*on_frame)(struct server *server, struct peer *peer);
    uint8_t input[64 * 1024];

    /* group */
    MDB_env *environment;
    MDB_dbi values;
    MDB_dbi keys[3];
    uint64_t next_id;
    pthread_mutex_t mutex;
    pthread_cond_t condition;
    struct job *waiting;
    size_t waiting_count;
    struct job *batch;
    size_t batch_count;
    bool batch_settled;
    uv_async_t wake;
};

struct job {
    struct peer *peer;
    uint8_t value[GROUP_REQUEST];
};

static void check(bool fine, const char *what)
{
    if (!fine) {
        fprintf(stderr, "yardstick: %s failed\n", what);
        abort();
    }
}

static void answer(struct peer *peer, const uint8_t *bytes, size_t length)
{
    /* Answers are small and each waits for the next request: the socket always takes them. */
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)length);
    int written = uv_try_write((uv_stream_t *)&peer->tcp, &buffer, 1);
    check(written == (int)length || written == UV_EPIPE || written == UV_ECONNRESET, "write");
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct server *server = handle->loop->data;
    (void)suggested;
    *ret_buffer = uv_buf_init((char *)server->input, sizeof server->input);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct server *server = stream->loop->data;
    struct peer *peer = stream->data;
    if (length < 0) {
        uv_read_stop(stream);
        return;
    }
    for (size_t taken = 0; taken < (size_t)length;) {
        size_t part = server->frame_bytes - peer->have;
        if (part > (size_t)length - taken) {
            part = (size_t)length - taken;
        }
        memcpy(peer->frame + peer->have, buffer->base + taken, part);
        peer->have += part;
        taken += part;
        if (peer->have == server->frame_bytes) {
            peer->have = 0;
            server->on_frame(server, peer);
        }
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct peer *peer = calloc(1, sizeof *peer);
    check(status == 0 && peer != NULL, "accept");
    uv_tcp_init(listener->loop, &peer->tcp);
    peer->tcp.data = peer;
    check(uv_accept(listener, (uv_stream_t *)&peer->tcp) == 0, "accept");
    uv_tcp_nodelay(&peer->tcp, 1);
    uv_read_start((uv_stream_t *)&peer->tcp, on_allocate, on_read);
}

static void serve(struct server *server, int port_pipe)
{
    struct sockaddr_in address;
    int length = sizeof address;
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_init(&server->loop, &server->listener);
    check(uv_tcp_bind(&server->listener, (const struct sockaddr *)&address, 0) == 0, "bind");
    check(uv_listen((uv_stream_t *)&server->listener, 4096, on_connection) == 0, "listen");
    uv_tcp_getsockname(&server->listener, (struct sockaddr *)&address, &length);
    uint16_t port = ntohs(address.sin_port);
    check(write(port_pipe, &port, sizeof port) == sizeof port, "pipe");
    uv_run(&server->loop, UV_RUN_DEFAULT);
}

/* --- echo --- */

static void echo_frame(struct server *server, struct peer *peer)
{
    (void)server;
    answer(peer, peer->frame, ECHO_BYTES);
}

/* --- group --- */

static void put(MDB_txn *transaction, MDB_dbi dbi, uint64_t a, uint64_t b, const uint8_t *value,
                size_t length)
{
    uint8_t key[16];
    for (int i = 0; i < 8; i++) {
        key[i] = (uint8_t)(a >> (56 - 8 * i));
        key[8 + i] = (uint8_t)(b >> (56 - 8 * i));
    }
    MDB_val stored_key = {sizeof key, key};
    MDB_val stored_value = {length, (void *)(uintptr_t)value};
    check(mdb_put(transaction, dbi, &stored_key, &stored_value, 0) == 0, "put");
}

static void commit_batch(struct server *server)
{
    MDB_txn *transaction;
    check(mdb_txn_begin(server->environment, NULL, 0, &transaction) == 0, "begin");
    for (size_t i = 0; i < server->batch_count; i++) {
        uint64_t id = server->next_id++;
        put(transaction, server->values, 0, id, server->batch[i].value, GROUP_REQUEST);
        put(transaction, server->keys[0], id * UINT64_C(2654435761) % 2000, id, NULL, 0);
        put(transaction, server->keys[1], id % 4, id, NULL, 0);
        put(transaction, server->keys[2], id, 0, NULL, 0);
    }
    check(mdb_txn_commit(transaction) == 0, "commit");
}

static void *write_batches(void *context)
{
    struct server *server = context;
    for (;;) {
        pthread_mutex_lock(&server->mutex);
        while (server->waiting_count == 0 || server->batch_settled) {
            pthread_cond_wait(&server->condition, &server->mutex);
        }
        struct job *taken = server->waiting;
        server->waiting = server->batch;
        server->batch = taken;
        server->batch_count = server->waiting_count;
        server->waiting_count = 0;
        pthread_mutex_unlock(&server->mutex);
        commit_batch(server);
        pthread_mutex_lock(&server->mutex);
        server->batch_settled = true;
        pthread_mutex_unlock(&server->mutex);
        uv_async_send(&server->wake);
    }
    return NULL;
}

static void group_frame(struct server *server, struct peer *peer)
{
    pthread_mutex_lock(&server->mutex);
    check(server->waiting_count < GROUP_MOST, "queue");
    struct job *job = &server->waiting[server->waiting_count++];
    job->peer = peer;
    memcpy(job->value, peer->frame, GROUP_REQUEST);
    pthread_cond_signal(&server->condition);
    pthread_mutex_unlock(&server->mutex);
}

static void on_settled(uv_async_t *wake)
{
    static const uint8_t done[GROUP_ANSWER] = {1};
    struct server *server = wake->data;
    pthread_mutex_lock(&server->mutex);
    bool settled = server->batch_settled;
    pthread_mutex_unlock(&server->mutex);
    if (!settled) {
        return;
    }
    for (size_t i = 0; i < server->batch_count; i++) {
        answer(server->batch[i].peer, done, sizeof done);
    }
    pthread_mutex_lock(&server->mutex);
    server->batch_settled = false;
    pthread_cond_signal(&server->condition);
    pthread_mutex_unlock(&server->mutex);
}

static void open_group(struct server *server, const char *directory)
{
    static const char *const names[] = {"requester", "state", "updated"};
    MDB_txn *transaction;
    pthread_t thread;
    check(mdb_env_create(&server->environment) == 0, "environment");
    mdb_env_set_mapsize(server->environment, (size_t)8 << 30);
    mdb_env_set_maxdbs(server->environment, 8);
    check(mdb_env_open(server->environment, directory, 0, 0600) == 0, "open");
    check(mdb_txn_begin(server->environment, NULL, 0, &transaction) == 0, "begin");
    check(mdb_dbi_open(transaction, "values", MDB_CREATE, &server->values) == 0, "database");
    for (size_t i = 0; i < 3; i++) {
        check(mdb_dbi_open(transaction, names[i], MDB_CREATE, &server->keys[i]) == 0, "database");
    }
    check(mdb_txn_commit(transaction) == 0, "commit");
    server->waiting = malloc(GROUP_MOST * sizeof *server->waiting);
    server->batch = malloc(GROUP_MOST * sizeof *server->batch);
    check(server->waiting != NULL && server->batch != NULL, "memory");
    pthread_mutex_init(&server->mutex, NULL);
    pthread_cond_init(&server->condition, NULL);
    server->wake.data = server;
    uv_async_init(&server->loop, &server->wake, on_settled);
    check(pthread_create(&thread, NULL, write_batches, server) == 0, "thread");
}

/* --- Starting and stopping --- */

static struct yardstick start(size_t frame_bytes,
                              void (*on_frame)(struct server *server, struct peer *peer),
                              const char *directory)
{
    int ends[2];
    struct yardstick yardstick = {0};
    check(pipe(ends) == 0, "pipe");
    yardstick.process = fork();
    check(yardstick.process >= 0, "fork");
    if (yardstick.process == 0) {
        struct server *server = calloc(1, sizeof *server);
        check(server != NULL && uv_loop_init(&server->loop) == 0, "loop");
        server->loop.data = server;
        server->frame_bytes = frame_bytes;
        server->on_frame = on_frame;
        if (directory != NULL) {
            open_group(server, directory);
        }
        serve(server, ends[1]);
        _exit(0);
    }
    check(read(ends[0], &yardstick.port, sizeof yardstick.port) == sizeof yardstick.port, "start");
    close(ends[0]);
    close(ends[1]);
    return yardstick;
}

struct yardstick yardstick_echo_start(void)
{
    return start(ECHO_BYTES, echo_frame, NULL);
}

struct yardstick yardstick_group_start(const char *directory)
{
    return start(GROUP_REQUEST, group_frame, directory);
}

void yardstick_stop(struct yardstick yardstick)
{
    kill(yardstick.process, SIGKILL);
    waitpid(yardstick.process, NULL, 0);
}

/* --- The clients' side --- */

static void plain_open(struct client *client)
{
    client_ready(client);
}

/* The number of answer bytes that have come hangs on the client as a plain number. */
static void count_answers(struct client *client, size_t length, size_t answer_bytes)
{
    uintptr_t have = (uintptr_t)client->state + length;
    while (have >= answer_bytes) {
        have -= answer_bytes;
        client_answered(client);
    }
    client->state = (void *)have;
}

static void echo_fire(struct client *client)
{
    static const uint8_t frame[ECHO_BYTES] = {'q'};
    client_send(client, frame, sizeof frame);
}

static void echo_bytes(struct client *client, uint8_t *bytes, size_t length)
{
    (void)bytes;
    count_answers(client, length, ECHO_BYTES);
}

static void group_fire(struct client *client)
{
    static const uint8_t frame[GROUP_REQUEST] = {'q'};
    client_send(client, frame, sizeof frame);
}

static void group_bytes(struct client *client, uint8_t *bytes, size_t length)
{
    (void)bytes;
    count_answers(client, length, GROUP_ANSWER);
}

const struct subject subject_echo = {
    .name = "echo",
    .on_open = plain_open,
    .on_fire = echo_fire,
    .on_bytes = echo_bytes,
};

const struct subject subject_group = {
    .name = "group",
    .on_open = plain_open,
    .on_fire = group_fire,
    .on_bytes = group_bytes,
};
