/* The desk as a subject of the closed loop: encrypted connections that sign in, then create or read
 * tickets, with everything on that a real client has. */
#ifndef TTYDESK_TESTS_BENCH_DESK_SUBJECT_H
#define TTYDESK_TESTS_BENCH_DESK_SUBJECT_H

#include "tests/bench/closed_loop.h"

enum { DESK_ACCOUNTS = 8 };

enum desk_act { DESK_REGISTER, DESK_CREATE, DESK_READ };

struct desk_run {
    enum desk_act act;
    unsigned next_account;     /* sign-ins are spread over bench0, bench1, ... */
    uint64_t newest;           /* reads: the largest ticket number any client found */
    uint64_t acknowledged_max; /* largest ticket number acknowledged so far */
    uint64_t acknowledged;
    uint64_t answered;                      /* since the beginning, warming up included */
    void (*on_begin)(struct desk_run *run); /* everybody has signed in; may be NULL */
    void *context;
};

/* `run` is the context; it must outlive the subject. */
struct subject desk_subject(const char *name, struct desk_run *run);

#endif
