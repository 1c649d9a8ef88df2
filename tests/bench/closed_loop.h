/* A closed loop: so many connections over loopback, each with one request on its way, for so many
 * seconds. The yardsticks and the desk are driven by the same loop, so that their figures can be
 * held against each other. */
#ifndef TTYDESK_TESTS_BENCH_CLOSED_LOOP_H
#define TTYDESK_TESTS_BENCH_CLOSED_LOOP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

struct closed_loop;

struct client {
    uv_tcp_t tcp;
    struct closed_loop *loop;
    struct client *next;
    uint64_t sent_ns;
    bool ready;  /* has signed in, or whatever comes before the first request */
    void *state; /* the subject's own */
};

/* What is measured. */
struct subject {
    const char *name;
    void *context;
    /* The connection stands: shake hands, sign in; client_ready when requests can be made. */
    void (*on_open)(struct client *client);
    /* Sends one request. */
    void (*on_fire)(struct client *client);
    /* Bytes came in; client_answered for each whole answer. */
    void (*on_bytes)(struct client *client, uint8_t *bytes, size_t length);
    /* All clients are ready and the first requests are about to go out; may be NULL. */
    void (*on_begin)(void *context);
    /* Frees client->state; may be NULL. */
    void (*on_close)(struct client *client);
};

struct measurement {
    double per_second;
    double p50_us;
    double p99_us;
    uint64_t answers;
    uint64_t errors;
};

/* Runs the loop against 127.0.0.1:port. `warm_up_ms` begin when all clients are ready. */
struct measurement closed_loop_run(const struct subject *subject, uint16_t port, unsigned clients,
                                   unsigned seconds);

/* The subject's context. */
void *client_context(const struct client *client);

void client_ready(struct client *client);
void client_answered(struct client *client);
void client_failed(struct client *client, const char *why);

/* Writes at once what the socket takes, the rest later; copies what is left over. */
void client_send(struct client *client, const uint8_t *bytes, size_t length);

/* One line: name, answers a second, median, 99th percentile. */
void measurement_print(const char *name, const struct measurement *measurement);

#endif
