#include "tests/bench/closed_loop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WARM_UP_MS = 300, LATENCIES_MAX = 1 << 22, READ_BYTES = 64 * 1024 };

struct closed_loop {
    uv_loop_t loop;
    const struct subject *subject;
    struct client *clients;
    unsigned wanted;
    unsigned ready;
    unsigned seconds;
    uint64_t begin_ns; /* of counting; 0: not yet */
    uint64_t answers;
    uint64_t errors;
    uint64_t *latencies_ns;
    size_t latency_count;
    uv_timer_t timer;
    uint8_t *input; /* shared: reading and feeding never interleave */
};

struct leftover {
    uv_write_t write;
    uint8_t bytes[];
};

static void on_written(uv_write_t *request, int status)
{
    (void)status;
    free(request);
}

void client_send(struct client *client, const uint8_t *bytes, size_t length)
{
    uv_stream_t *stream = (uv_stream_t *)&client->tcp;
    uv_buf_t buffer = uv_buf_init((char *)(uintptr_t)bytes, (unsigned)length);
    int written = uv_try_write(stream, &buffer, 1);
    size_t done = written > 0 ? (size_t)written : 0;
    if (done == length) {
        return;
    }
    struct leftover *leftover = malloc(sizeof *leftover + length - done);
    if (leftover == NULL) {
        client_failed(client, "out of memory");
        return;
    }
    memcpy(leftover->bytes, bytes + done, length - done);
    buffer = uv_buf_init((char *)leftover->bytes, (unsigned)(length - done));
    if (uv_write(&leftover->write, stream, &buffer, 1, on_written) != 0) {
        free(leftover);
        client_failed(client, "write refused");
    }
}

void *client_context(const struct client *client)
{
    return client->loop->subject->context;
}

void client_failed(struct client *client, const char *why)
{
    if (client->loop->errors++ == 0) {
        fprintf(stderr, "bench: %s: %s\n", client->loop->subject->name, why);
    }
    uv_stop(&client->loop->loop);
}

static void fire(struct client *client)
{
    client->sent_ns = uv_hrtime();
    client->loop->subject->on_fire(client);
}

static void on_stop(uv_timer_t *timer)
{
    uv_stop(timer->loop);
}

void client_ready(struct client *client)
{
    struct closed_loop *loop = client->loop;
    client->ready = true;
    if (++loop->ready < loop->wanted) {
        return;
    }
    if (loop->subject->on_begin != NULL) {
        loop->subject->on_begin(loop->subject->context);
    }
    loop->begin_ns = uv_hrtime() + (uint64_t)WARM_UP_MS * 1000000;
    uv_timer_start(&loop->timer, on_stop, WARM_UP_MS + (uint64_t)loop->seconds * 1000, 0);
    for (struct client *each = loop->clients; each != NULL; each = each->next) {
        fire(each);
    }
}

void client_answered(struct client *client)
{
    struct closed_loop *loop = client->loop;
    uint64_t now_ns = uv_hrtime();
    if (now_ns >= loop->begin_ns) {
        loop->answers++;
        if (loop->latency_count < LATENCIES_MAX) {
            loop->latencies_ns[loop->latency_count++] = now_ns - client->sent_ns;
        }
    }
    fire(client);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_buffer)
{
    struct client *client = handle->data;
    (void)suggested;
    *ret_buffer = uv_buf_init((char *)client->loop->input, READ_BYTES);
}

static void on_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    struct client *client = stream->data;
    if (length < 0) {
        client_failed(client, uv_strerror((int)length));
    } else if (length > 0) {
        client->loop->subject->on_bytes(client, (uint8_t *)buffer->base, (size_t)length);
    }
}

static void on_connected(uv_connect_t *request, int status)
{
    struct client *client = request->data;
    free(request);
    if (status != 0) {
        client_failed(client, uv_strerror(status));
        return;
    }
    uv_tcp_nodelay(&client->tcp, 1);
    uv_read_start((uv_stream_t *)&client->tcp, on_allocate, on_read);
    client->loop->subject->on_open(client);
}

static void open_clients(struct closed_loop *loop, uint16_t port)
{
    struct sockaddr_in address;
    uv_ip4_addr("127.0.0.1", port, &address);
    for (unsigned i = 0; i < loop->wanted; i++) {
        struct client *client = calloc(1, sizeof *client);
        uv_connect_t *request = malloc(sizeof *request);
        if (client == NULL || request == NULL) {
            abort();
        }
        client->loop = loop;
        client->next = loop->clients;
        loop->clients = client;
        uv_tcp_init(&loop->loop, &client->tcp);
        client->tcp.data = client;
        request->data = client;
        uv_tcp_connect(request, &client->tcp, (const struct sockaddr *)&address, on_connected);
    }
}

static int compare_latencies(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

static double percentile_us(const struct closed_loop *loop, double part)
{
    if (loop->latency_count == 0) {
        return 0;
    }
    size_t index = (size_t)(part * (double)(loop->latency_count - 1));
    return (double)loop->latencies_ns[index] / 1000;
}

static void close_all(struct closed_loop *loop)
{
    for (struct client *client = loop->clients; client != NULL; client = client->next) {
        uv_close((uv_handle_t *)&client->tcp, NULL);
    }
    uv_close((uv_handle_t *)&loop->timer, NULL);
    uv_run(&loop->loop, UV_RUN_DEFAULT);
    while (loop->clients != NULL) {
        struct client *client = loop->clients;
        loop->clients = client->next;
        if (loop->subject->on_close != NULL) {
            loop->subject->on_close(client);
        }
        free(client);
    }
    uv_loop_close(&loop->loop);
    free(loop->latencies_ns);
    free(loop->input);
}

struct measurement closed_loop_run(const struct subject *subject, uint16_t port, unsigned clients,
                                   unsigned seconds)
{
    struct closed_loop loop = {.subject = subject, .wanted = clients, .seconds = seconds};
    loop.latencies_ns = malloc(LATENCIES_MAX * sizeof *loop.latencies_ns);
    loop.input = malloc(READ_BYTES);
    if (loop.latencies_ns == NULL || loop.input == NULL || uv_loop_init(&loop.loop) != 0) {
        abort();
    }
    uv_timer_init(&loop.loop, &loop.timer);
    open_clients(&loop, port);
    uv_run(&loop.loop, UV_RUN_DEFAULT);
    uint64_t end_ns = uv_hrtime();
    struct measurement result = {.answers = loop.answers, .errors = loop.errors};
    if (loop.begin_ns != 0 && end_ns > loop.begin_ns) {
        result.per_second = (double)loop.answers * 1e9 / (double)(end_ns - loop.begin_ns);
    }
    qsort(loop.latencies_ns, loop.latency_count, sizeof *loop.latencies_ns, compare_latencies);
    result.p50_us = percentile_us(&loop, 0.50);
    result.p99_us = percentile_us(&loop, 0.99);
    close_all(&loop);
    return result;
}

void measurement_print(const char *name, const struct measurement *measurement)
{
    printf("%-28s %10.0f /s   p50 %8.0f us   p99 %8.0f us   errors %" PRIu64 "\n", name,
           measurement->per_second, measurement->p50_us, measurement->p99_us, measurement->errors);
    fflush(stdout);
}
