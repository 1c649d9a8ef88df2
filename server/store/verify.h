/* What the parts of a verification share: verify.c leads, verify_journal.c follows the chain. */
#ifndef TTYDESK_STORE_VERIFY_H
#define TTYDESK_STORE_VERIFY_H

#include "proto/attributes.h"
#include "server/store/journal.h"
#include "server/store/replay.h"

/* An entry of which texts are blank. */
struct blank {
    uint64_t sequence;
    uint64_t ticket;
    bool named; /* a purge says that it made it so */
};

struct verification {
    struct store *store;
    struct rows *rows;
    struct arena arena; /* for what is looked at, reset again and again */
    void (*on_problem)(void *context, const char *sentence);
    void *context;
    struct store_verdict verdict;
    enum error error; /* not of the desk: memory, disk */
    struct replay *replay;
    bool replay_failed; /* told already */
    struct blank *blanks;
    size_t blank_count;
    size_t blank_capacity;
};

/* Counts a problem and tells it. */
void verify_problem(struct verification *run, const char *format, ...) ATTRIBUTE_PRINTF(2, 3);

/* Takes a latched error back, so that the next value can be looked at. True when there was none;
 * damage is left to the caller to tell, anything else ends the verification. */
bool verify_settle(struct verification *run);

/* The journal: every entry, the chain, blanks, its index entries and its replay. */
void verify_journal(struct verification *run);

#endif
