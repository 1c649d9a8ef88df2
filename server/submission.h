/* A command on its way: from the request that made it, through the log and the writer, back to the
 * request's answer. It owns the memory of all three. */
#ifndef TTYDESK_SERVER_SUBMISSION_H
#define TTYDESK_SERVER_SUBMISSION_H

#include "proto/arena.h"
#include "server/core/core.h"
#include "server/one_time_code.h"

struct submission {
    struct submission *next; /* in the queue it stands in */
    struct arena arena;      /* the decoded request and everything the command points to */
    struct command command;
    uint64_t position; /* given by the log */

    /* Who waits for the answer; connection 0: nobody. Numbers, not pointers: the connection may be
     * gone when the answer comes. */
    uint64_t connection;
    uint32_t message_id;
    uint8_t token[TOKEN_BYTES]; /* sign-in: the token the reply will carry; wiped with the rest */
    uint8_t device_token[TOKEN_BYTES]; /* login: likewise */
    char code[ONE_TIME_CODE_BYTES];    /* create, reset: likewise; empty: none */

    /* Of a new second factor, in the arena; NULL: none */
    const char *factor_secret;
    const char *factor_uri;
    char (*recovery_codes)[ONE_TIME_CODE_BYTES]; /* RECOVERY_CODES */

    /* Filled by the writer; points into the batch's arena. */
    struct outcome outcome;
    struct journal_entry entry; /* header.sequence 0: nothing was journaled */
};

/* NULL without memory. */
struct submission *submission_create(void);

/* A one-time code for its command to keep the hash of. ERROR_NO_MEMORY. */
enum error submission_make_code(struct submission *submission);

/* Wipes and frees. Accepts NULL. */
void submission_destroy(struct submission *submission);

#endif
