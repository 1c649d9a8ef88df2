/* The files around the database: paths, rights, the lock, syncing, and the length a file has to
 * have before LMDB may map it. */
#ifndef TTYDESK_STORE_FILES_H
#define TTYDESK_STORE_FILES_H

#include "proto/attributes.h"
#include "server/store/store.h"

enum { STORE_PATH_MAX = 4096 };

struct path {
    char text[STORE_PATH_MAX];
};

extern const char desk_file_name[]; /* desk.mdb */

/* `directory`/`name`; ERROR_SYSTEM when it is too long. */
enum error path_join(const char *directory, const char *name, struct path *ret_path);

/* `path` with `suffix` behind it. */
enum error path_append(const char *path, const char *suffix, struct path *ret_path);

/* The folder that holds `path`. */
enum error path_parent(const char *path, struct path *ret_path);

bool path_exists(const char *path);

/* Fills the report with a formatted sentence. Returns `error`. */
enum error report_error(struct store_report *report, enum error error, const char *format, ...)
    ATTRIBUTE_PRINTF(3, 4);

/* The same with the sentence "could not ACTION PATH: REASON" for the code in errno. */
enum error report_errno(struct store_report *report, const char *action, const char *path);

/* Makes the directory (0700) when there is none; it has to be closed to other users. */
enum error directory_prepare(const char *directory, struct store_report *ret_report);
enum error directory_check(const char *directory, struct store_report *ret_report);

/* The file has to be there and closed to other users. */
enum error file_check(const char *path, struct store_report *ret_report);

/* Removes what an interrupted run left in a working directory, and the directory. */
void work_directory_remove(const char *path);

/* An empty directory of our own, 0700. */
enum error work_directory_make(const char *path, struct store_report *ret_report);

/* Takes the desk's lock; closing the descriptor gives it back. ERROR_BUSY. */
enum error lock_take(const char *directory, int *ret_file, struct store_report *ret_report);

/* Syncs a file or a directory. */
enum error path_sync(const char *path, struct store_report *ret_report);

/* Whether the file is as long as its newest meta page says. ERROR_DATA_DAMAGED. */
enum error length_check(const char *path, struct store_report *ret_report);

/* Copies the bytes of an open file, `from` by name, into a new file, 0600. */
enum error file_copy(int source, const char *from, const char *to, struct store_report *ret_report);

#endif
