/* The rules: rows + command = outcome, the same on any machine. No clock, no random, no files, no
 * sockets, no threads. Each command's function does all its checks before its first put, so a
 * refusal leaves nothing behind. */
#ifndef TTYDESK_CORE_CORE_H
#define TTYDESK_CORE_CORE_H

#include "server/core/command.h"
#include "server/store/rows.h"

struct viewer;

struct outcome {
    enum error verdict;
    struct text field;     /* the field a refusal is about; no data: none */
    struct text reason;    /* a sentence that says more than the verdict's own; no data: none */
    struct ticket current; /* version_conflict: as the actor may see it; number 0: none */
    uint64_t number;       /* ticket commands */
    struct text name;      /* account and queue commands */
    uint64_t version;
    uint64_t sequence;      /* of the journal entry; the writer fills it after store_command_end */
    uint64_t sign_in;       /* login, resume: its id */
    uint64_t account;       /* login, resume: whose */
    uint64_t until_ms;      /* login, resume, a new code: expiry; elevate: its end */
    uint64_t device;        /* login: the id of the device, if it was not known before */
    bool device_is_news;    /* and the account had others */
    uint64_t news;          /* login, resume: the id of another device to tell of; 0: none */
    uint64_t ended_account; /* whose sign-ins it may have ended; 0: nobody's */
    struct ticket_result *results; /* commands on several tickets: one for each that was named */
    size_t result_count;
    bool repeated; /* this is the verdict of an earlier run of the same operation */
};

/* Static facts of the command table. */
struct command_facts {
    bool is_command;
    enum row_class writes; /* ROW_RECORD: journaled */
    bool needs_operation;
};
struct command_facts core_command_facts(enum method method);

/* Runs one command between store_command_begin and store_command_end. Answers a repeated operation
 * from its kept verdict and keeps the verdict of a new one, refusals too; only "sign in first",
 * "enter admin mode first", wrong passwords and refusals of somebody not signed in are judged anew
 * each time. The reason of a refusal is not kept. The outcome's memory is the rows' arena; after a
 * latched rows_error() it means nothing.
 *
 * Prepared commands whose password was not verified come with prepared.account 0: they are answered
 * ERROR_AUTH_FAILED. */
void core_apply(struct rows *rows, const struct command *command, struct outcome *ret_outcome);

/* Whether core_apply would answer from the kept verdict of an earlier run, as the rows stand now:
 * then the slow work that prepares a command can be left out. It may not even be possible any more,
 * as verifying an old password after it was changed. */
bool core_is_repeated(struct rows *rows, const struct command *command,
                      const struct viewer *viewer);

/* After store_command_end, with the sequence of the entry, 0 when there is none: fills the
 * outcome's sequence. A repeated operation keeps the sequence of its first run. */
void core_settle(struct rows *rows, const struct command *command, struct outcome *outcome,
                 uint64_t sequence);

#endif
