/* A desk in a temporary directory, for tests that need real rows. */
#ifndef TTYDESK_TESTS_STORE_DESK_H
#define TTYDESK_TESTS_STORE_DESK_H

#include "server/store/store.h"

struct desk {
    char directory[64];
    struct store *store;
    struct arena arena;
    struct rows *rows; /* the open transaction, if any */
    struct log_position position;
    uint64_t map_bytes; /* for the next desk_open; desk_create sets 64 MiB */
};

/* Makes a new desk (ids of fixed bytes, so that two desks agree) and opens it without syncing. */
void desk_create(struct desk *desk);

/* Ends what is open and removes the directory. */
void desk_destroy(struct desk *desk);

void desk_open(struct desk *desk);
void desk_close(struct desk *desk);

void desk_read(struct desk *desk);
void desk_read_end(struct desk *desk);

void desk_write(struct desk *desk);
void desk_commit(struct desk *desk);

/* A command of the console at `time_ms`. */
void desk_command(struct desk *desk, enum method method, uint64_t time_ms);

/* Says that it is about this ticket, whatever its audience. */
void desk_subject(struct desk *desk, uint64_t ticket);

/* Ends it; the entry's memory lives until the next desk_read or desk_write. */
struct journal_entry desk_command_end(struct desk *desk);

/* Whole transactions of one command each. */
uint64_t desk_add_account(struct desk *desk, uint64_t id, const char *name, enum role role);
uint64_t desk_add_ticket(struct desk *desk, uint64_t number, uint64_t requester, const char *title,
                         const char *problem);
uint64_t desk_add_message(struct desk *desk, uint64_t ticket, const char *text);

/* Path of a file in the desk's directory; static memory, good until the next call. */
const char *desk_path(const struct desk *desk, const char *name);

#endif
