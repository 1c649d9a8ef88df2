/* How full and how busy the file is, for the operator: what LMDB counts anyway, and a bounded look
 * at the list of free pages. */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "server/store/internal.h"
#include "server/store/sealed.h"

enum { FREE_RECORDS_MAX = 4096, FREE_DATABASE = 0 };

uint64_t store_count(struct rows *rows, enum row_kind kind)
{
    MDB_stat facts = {0};
    int code = mdb_stat(rows->txn, rows->store->databases[database_of(kind)], &facts);
    if (code != MDB_SUCCESS) {
        rows_fail(rows, error_of_lmdb(code));
    }
    return facts.ms_entries;
}

/* Each record begins with the number of pages it lists. */
static uint64_t count_free_pages(struct rows *rows)
{
    MDB_cursor *cursor;
    MDB_val key;
    MDB_val value;
    uint64_t pages = 0;
    if (mdb_cursor_open(rows->txn, FREE_DATABASE, &cursor) != MDB_SUCCESS) {
        return 0;
    }
    for (int i = 0;
         i < FREE_RECORDS_MAX && mdb_cursor_get(cursor, &key, &value, MDB_NEXT) == MDB_SUCCESS;
         i++) {
        size_t count = 0;
        if (value.mv_size >= sizeof count) {
            memcpy(&count, value.mv_data, sizeof count);
        }
        pages += count;
    }
    mdb_cursor_close(cursor);
    return pages;
}

struct reader_tally {
    uint64_t count;
    uint64_t oldest; /* transaction */
};

/* Moves `line` behind the number; false when it does not begin with one. */
static bool read_number(const char **line, int base, unsigned long long *ret_number)
{
    char *end;
    unsigned long long number = strtoull(*line, &end, base);
    if (end == *line) {
        return false;
    }
    *line = end;
    *ret_number = number;
    return true;
}

/* Lines of process, thread and transaction; one that reads nothing now has no transaction. */
static int tally_reader(const char *line, void *context)
{
    struct reader_tally *tally = context;
    unsigned long long process;
    unsigned long long thread;
    unsigned long long transaction;
    if (read_number(&line, 10, &process) && read_number(&line, 16, &thread) &&
        read_number(&line, 10, &transaction)) {
        tally->count++;
        tally->oldest = transaction < tally->oldest ? transaction : tally->oldest;
    }
    return 0;
}

void store_facts(struct rows *rows, struct store_facts *ret_facts)
{
    const struct store *store = rows->store;
    struct reader_tally tally = {.oldest = UINT64_MAX};
    struct statvfs disk;
    MDB_envinfo info = {0};
    int file;
    (void)mdb_env_info(store->env, &info);
    (void)mdb_reader_list(store->env, tally_reader, &tally);
    *ret_facts = (struct store_facts){
        .used_bytes = (info.me_last_pgno + 1) * store->page_bytes,
        .free_bytes = count_free_pages(rows) * store->page_bytes,
        .map_bytes = info.me_mapsize,
        .readers = tally.count,
        .oldest_reader = tally.oldest < info.me_last_txnid ? info.me_last_txnid - tally.oldest : 0,
    };
    if (mdb_env_get_fd(store->env, &file) == MDB_SUCCESS && fstatvfs(file, &disk) == 0) {
        ret_facts->disk_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    }
}
