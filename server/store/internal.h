/* The store's own structs, shared by the files of this room and seen by nobody else. */
#ifndef TTYDESK_STORE_INTERNAL_H
#define TTYDESK_STORE_INTERNAL_H

#include <lmdb.h>
#include <pthread.h>

#include "server/store/layout.h"
#include "server/store/numbers.h"
#include "server/store/store.h"

enum {
    SALT_BYTES = 16,
    SALTS_AT_ONCE = 64,
    READERS_MAX = 64, /* snapshots at the same time, over all processes */
};

/* The record of meta that changes with every commit. */
struct store_state {
    struct log_position log;
    uint64_t sequence;
    uint8_t head[DIGEST_BYTES];
};

/* Room for a row of any kind. */
union any_row {
    struct row_account account;
    struct row_ticket ticket;
    struct row_message message;
    struct row_role_request role_request;
    struct row_settings settings;
    struct row_credential credential;
    struct row_sign_in sign_in;
    struct row_operation operation;
    struct row_queue queue;
    struct row_queue_right queue_right;
    struct row_follower follower;
    struct row_timer timer;
    struct row_acting acting;
    struct row_canned canned;
    struct row_draft kept_draft;
    struct row_reset reset;
    struct row_device device;
    struct row_failures failures;
    struct row_read_mark read_mark;
    struct row_link link;
    struct row_tag tag;
    struct row_ticket_tag ticket_tag;
    struct row_attachment attachment;
    struct row_blob blob;
    struct row_chunk chunk;
    struct row_upload upload;
    struct row_account_key account_key;
    struct row_key_use key_use;
};

/* A text on its way into the journal, or read back from it. */
struct part {
    bool blank;
    struct text text;
    const uint8_t *salt;       /* SALT_BYTES, when kept */
    const uint8_t *commitment; /* DIGEST_BYTES, when blank */
};

/* The journal entry of the running command. */
struct draft {
    bool open;
    struct journal_header header;
    size_t subject_capacity;
    struct effect *effects; /* this and the rest: arena */
    size_t effect_count;
    size_t effect_capacity;
    struct part *parts;
    size_t part_count;
    size_t part_capacity;
    struct numbers purged;    /* tickets whose texts it erases; its own of them are blank at once */
    struct numbers forgotten; /* accounts of whom it erases what its own changes take away */
    struct numbers erased;    /* sequences in which it erased texts, itself included */
};

struct rows {
    struct store *store;
    MDB_txn *txn;
    struct arena *arena; /* the caller's */
    enum error error;    /* latched */
    bool writing;
    uint64_t work;  /* see rows_work */
    bool has_state; /* `state` was read in this transaction */
    struct store_state state;
    MDB_cursor *cursors[DATABASE_COUNT]; /* opened when first needed */
    struct rows *next;                   /* among the idle readers */

    /* Writing only */
    struct draft draft;
    struct buffer value; /* of the put that is being made */
    uint8_t salts[SALTS_AT_ONCE * SALT_BYTES];
    size_t salts_left;
};

struct store {
    MDB_env *env; /* owned */
    MDB_dbi databases[DATABASE_COUNT];
    bool lacks_databases; /* of this format; one of another format may do so by right */
    int lock_file;        /* -1: not exclusive */
    uint8_t desk_id[EPOCH_BYTES];
    uint64_t page_bytes;
    uint64_t file_bytes;         /* the file is at least this long; the writer's */
    unsigned batches;            /* begun; the writer's */
    struct rows *writer;         /* owned; reused for every batch */
    struct store_shared *shared; /* owned */
};

/* What threads share. */
struct store_shared {
    pthread_mutex_t mutex;
    struct rows *idle_readers; /* owned; their transactions are reset, ready for renewal */
    struct log_position committed;
};

#endif
