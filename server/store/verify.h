/* What the parts of a verification share: verify.c leads, verify_journal.c follows the chain,
 * verify_blanks.c judges what was erased from it, verify_blobs.c looks at the contents of files. */
#ifndef TTYDESK_STORE_VERIFY_H
#define TTYDESK_STORE_VERIFY_H

#include "proto/attributes.h"
#include "server/store/journal.h"
#include "server/store/replay.h"

struct verify_list {
    void *items; /* owned */
    size_t count;
    size_t capacity;
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
    bool replay_failed;        /* told already */
    struct verify_list blanks; /* these three are verify_blanks.c's */
    struct verify_list claims;
    struct verify_list erasings;
    struct verify_list holders; /* verify_blobs.c's */
};

/* Room for one more item. NULL with the error set. */
void *verify_list_add(struct verification *run, struct verify_list *list, size_t size);

/* Counts a problem and tells it. */
void verify_problem(struct verification *run, const char *format, ...) ATTRIBUTE_PRINTF(2, 3);

/* Takes a latched error back, so that the next value can be looked at. True when there was none;
 * damage is left to the caller to tell, anything else ends the verification. */
bool verify_settle(struct verification *run);

/* Whether there is such a key, whatever its value. */
bool verify_has_key(struct verification *run, enum database database, const struct key *key);

/* Notes what an entry has of blank texts and says of erased ones; judges when all were noted. */
void verify_blanks_note(struct verification *run, const struct journal_record *found);
void verify_blanks_judge(struct verification *run);
void verify_blanks_finish(struct verification *run);

/* The contents of files: complete, what they are said to be, and counted right. */
void verify_blobs(struct verification *run);

/* The journal: every entry, the chain, blanks, its index entries and its replay. */
void verify_journal(struct verification *run);

#endif
