/* The ceilings the desk is measured against. Each is a server of its own process on loopback:
 *
 *   echo   one libuv loop that sends back frames of 200 bytes: nothing that answers a request over
 *          TCP with libuv can be faster;
 *   group  one libuv loop and one LMDB writer: a value of 512 bytes and three index keys for each
 *          request, everything that waits in one synced transaction, then the answers: no durable
 *          create with LMDB can be faster. No msgpack, no encryption, no checks. */
#ifndef TTYDESK_TESTS_BENCH_YARDSTICKS_H
#define TTYDESK_TESTS_BENCH_YARDSTICKS_H

#include <sys/types.h>

#include "tests/bench/closed_loop.h"

struct yardstick {
    pid_t process;
    uint16_t port;
};

struct yardstick yardstick_echo_start(void);
struct yardstick yardstick_group_start(const char *directory);
void yardstick_stop(struct yardstick yardstick);

extern const struct subject subject_echo;
extern const struct subject subject_group;

#endif
