/* The LMDB room (its only user): opening, transactions, batches of commands, and the operator's
 * work on the file: verify, backup, restore. Flags never weaken syncing; every value carries its
 * own hash; a truncated file is never opened.
 *
 * Threads: one store for each process. Writing transactions belong to the writer's thread. Reading
 * transactions may be begun on any thread and are used by one thread at a time. */
#ifndef TTYDESK_STORE_STORE_H
#define TTYDESK_STORE_STORE_H

#include "server/store/rows.h"

struct store;

struct store_settings {
    const char *directory; /* holds desk.mdb and its lock */
    uint64_t map_bytes;    /* size of the map, sparse; 0: 1 TiB */
    bool no_sync;          /* only in simulations on tmpfs */
    bool exclusive;        /* take the lock that `serve` and offline writing verbs share; the open
                              fails with ERROR_BUSY when another process has it */
};

/* Where in the log the store stands. */
struct log_position {
    uint8_t epoch[EPOCH_BYTES];
    uint64_t position;
};

/* What went wrong, for a person: a sentence with names and numbers. */
struct store_report {
    char text[512];
};

/* Makes a new, empty desk: builds it in a temporary directory, syncs, renames, syncs the parent.
 * `desk_id` and `epoch` are random bytes from the caller. ERROR_ALREADY_DONE when there is one,
 * ERROR_SYSTEM, ERROR_DISK_FULL. */
enum error store_create(const char *directory, const uint8_t desk_id[EPOCH_BYTES],
                        const uint8_t epoch[EPOCH_BYTES], struct store_report *ret_report);

/* Opens an existing desk after checking its schema and that the file is as long as its last page
 * says. ERROR_NOT_FOUND, ERROR_BUSY, ERROR_DATA_DAMAGED, ERROR_SYSTEM, ERROR_NO_MEMORY. */
enum error store_open(const struct store_settings *settings, struct store **ret_store,
                      struct store_report *ret_report);
void store_close(struct store *store);

/* Where the last commit left the log. */
struct log_position store_log_position(const struct store *store);

/* --- Reading --------------------------------------------------------------------------------- */

/* A snapshot of the last commit, ended by store_read_end; not to be held over 5 s. The arena is
 * the caller's and must outlive it. ERROR_TOO_MANY readers, ERROR_NO_MEMORY, ERROR_SYSTEM. */
enum error store_read_begin(struct store *store, struct arena *arena, struct rows **ret_rows);
void store_read_end(struct rows *rows);

/* --- Writing: one batch at a time, on one thread --------------------------------------------- */

enum error store_write_begin(struct store *store, struct arena *arena, struct rows **ret_rows);

/* Starts a command: what it puts from now on are effects of one journal entry. `header` gives
 * time, acting_for, sign_in, console, gateway, command and source; the rest comes later. */
void store_command_begin(struct rows *rows, const struct journal_header *header);

/* Ends it. When it put rows of record, appends the journal entry with the next sequence and gives
 * it (arena); otherwise `ret_entry->header.sequence` is 0. */
void store_command_end(struct rows *rows, struct journal_entry *ret_entry);

/* Removes operations older than `before_ms`, at most `most`; inside a batch, outside a command. */
void store_forget_operations(struct rows *rows, uint64_t before_ms, size_t most);

/* Commits the batch and the log's position with it. ERROR_DISK_FULL: everything is as before and
 * reading goes on. After any other error the process has to end. `rows` is gone either way. */
enum error store_write_commit(struct rows *rows, const struct log_position *position);

/* Forgets the whole batch. */
void store_write_abort(struct rows *rows);

/* --- The operator's work --------------------------------------------------------------------- */

/* BLAKE2b-256 over every row of record in key order. */
void store_content_digest(struct rows *rows, uint8_t ret_digest[32]);

/* Head of the journal's hash chain: the digest of the last entry, or the genesis digest. */
void store_chain_head(struct rows *rows, uint8_t ret_digest[32]);

/* The digest the chain had after this entry; false when there is no such entry. */
bool store_chain_at(struct rows *rows, uint64_t sequence, uint8_t ret_digest[32]);

/* How full and how busy the file is. */
struct store_facts {
    uint64_t used_bytes;    /* up to its last page */
    uint64_t free_bytes;    /* in pages among them that are used again; at least so many */
    uint64_t map_bytes;     /* what the file can grow to */
    uint64_t disk_bytes;    /* free on its disk; 0 when that is not known */
    uint64_t readers;       /* snapshots in use, this one too, of all processes */
    uint64_t oldest_reader; /* commits since the oldest of them was taken */
};

/* Bounded and without waiting. From a snapshot. */
void store_facts(struct rows *rows, struct store_facts *ret_facts);

/* How many rows of this kind there are, without walking them. */
uint64_t store_count(struct rows *rows, enum row_kind kind);

struct store_verdict {
    uint64_t rows;
    uint64_t entries;
    uint64_t problems;
    uint8_t content[32];
    uint8_t chain[32];
};

/* Checks every value's hash, every index both ways, the chain, that blanks are lawful, and that
 * replaying the effects into an empty desk in `scratch_directory` ends in the same content digest.
 * Each problem is told to `on_problem` (may be NULL). ERROR_DATA_DAMAGED when there are any. */
enum error store_verify(struct store *store, const char *scratch_directory,
                        void (*on_problem)(void *context, const char *sentence), void *context,
                        struct store_verdict *ret_verdict);

/* A compact copy of the last commit: temporary file beside `path`, synced, verified, renamed, mode
 * 0600. ERROR_ALREADY_DONE when `path` exists. */
enum error store_backup(struct store *store, const char *path, struct store_report *ret_report);

/* Puts a verified copy of the backup in place of the desk in `directory`, which must not be in use;
 * the old file is kept beside it. `backup` is open for reading, at its beginning; `name` is for
 * reports. The desk gets the new `epoch`. */
enum error store_restore(const char *directory, int backup, const char *name,
                         const uint8_t epoch[EPOCH_BYTES], struct store_report *ret_report);

#endif
