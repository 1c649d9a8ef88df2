/* Backup and restore. Neither puts a file in its place before it is on disk and verified. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "server/store/environment.h"
#include "server/store/files.h"
#include "server/store/journal.h"

static enum error report_path(struct store_report *ret_report)
{
    return report_error(ret_report, ERROR_SYSTEM, "the path is too long");
}

/* Opens a finished file, verifies it in a folder beside it, and closes it. */
static enum error verify_file(const char *path, const char *scratch,
                              struct store_report *ret_report)
{
    const struct environment_settings settings = {.path = path, .alone = true};
    struct store *store;
    enum error error = length_check(path, ret_report);
    if (error == ERROR_NONE) {
        error = environment_open(&settings, &store, ret_report);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    struct store_verdict verdict = {0};
    error = store_verify(store, scratch, NULL, NULL, &verdict);
    store_close(store);
    if (error == ERROR_DATA_DAMAGED) {
        return report_error(ret_report, error, "%.300s is damaged: %llu problems", path,
                            (unsigned long long)verdict.problems);
    }
    if (error != ERROR_NONE) {
        return report_error(ret_report, error, "could not verify %.300s: %s", path,
                            error_sentence(error));
    }
    return ERROR_NONE;
}

/* --- Backup ---------------------------------------------------------------------------------- */

static enum error write_copy(struct store *store, const char *path, struct store_report *ret_report)
{
    (void)unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return report_errno(ret_report, "make", path);
    }
    enum error error = ERROR_NONE;
    int code = mdb_env_copyfd2(store->env, file, MDB_CP_COMPACT);
    if (code != MDB_SUCCESS) {
        error = report_error(ret_report, code == ENOSPC ? ERROR_DISK_FULL : ERROR_SYSTEM,
                             "could not copy to %.300s: %s", path, mdb_strerror(code));
    } else if (fsync(file) != 0) {
        error = report_errno(ret_report, "sync", path);
    }
    if (close(file) != 0 && error == ERROR_NONE) {
        error = report_errno(ret_report, "write", path);
    }
    return error;
}

static enum error verify_copy(const char *copy, struct store_report *ret_report)
{
    struct path scratch;
    if (path_append(copy, ".verify", &scratch) != ERROR_NONE) {
        return report_path(ret_report);
    }
    enum error error = work_directory_make(scratch.text, ret_report);
    if (error == ERROR_NONE) {
        error = verify_file(copy, scratch.text, ret_report);
        work_directory_remove(scratch.text);
    }
    return error;
}

enum error store_backup(struct store *store, const char *path, struct store_report *ret_report)
{
    struct path copy;
    struct path folder;
    if (path_append(path, ".part", &copy) != ERROR_NONE ||
        path_parent(path, &folder) != ERROR_NONE) {
        return report_path(ret_report);
    }
    if (path_exists(path)) {
        return report_error(ret_report, ERROR_ALREADY_DONE, "%.300s is there already", path);
    }
    enum error error = write_copy(store, copy.text, ret_report);
    if (error == ERROR_NONE) {
        error = verify_copy(copy.text, ret_report);
    }
    if (error == ERROR_NONE && rename(copy.text, path) != 0) {
        error = report_errno(ret_report, "rename", copy.text);
    }
    if (error != ERROR_NONE) {
        (void)unlink(copy.text);
        return error;
    }
    return path_sync(folder.text, ret_report);
}

/* --- Restore --------------------------------------------------------------------------------- */

/* A restored desk begins a new epoch: whoever followed the old one has to read all again. */
static enum error begin_epoch(const char *path, const uint8_t epoch[EPOCH_BYTES],
                              struct store_report *ret_report)
{
    const struct environment_settings settings = {.path = path, .alone = true};
    struct log_position position = {.position = 0};
    struct store *store;
    struct arena arena;
    struct rows *rows;
    memcpy(position.epoch, epoch, EPOCH_BYTES);
    enum error error = environment_open(&settings, &store, ret_report);
    if (error != ERROR_NONE) {
        return error;
    }
    arena_init(&arena, 0);
    error = store_write_begin(store, &arena, &rows);
    if (error == ERROR_NONE) {
        error = store_write_commit(rows, &position);
    }
    arena_finish(&arena);
    store_close(store);
    if (error != ERROR_NONE) {
        return report_error(ret_report, error, "could not write %.300s: %s", path,
                            error_sentence(error));
    }
    return path_sync(path, ret_report);
}

/* The desk that is replaced stays beside it, as desk.mdb.replaced-1 and so on. */
static enum error keep_old_file(const char *path, struct store_report *ret_report)
{
    const int tries = 1000;
    for (int i = 1; i <= tries; i++) {
        char suffix[32];
        struct path kept;
        (void)snprintf(suffix, sizeof suffix, ".replaced-%d", i);
        if (path_append(path, suffix, &kept) != ERROR_NONE) {
            return report_path(ret_report);
        }
        if (link(path, kept.text) == 0) {
            return ERROR_NONE;
        }
        if (errno != EEXIST) {
            return report_errno(ret_report, "keep", path);
        }
    }
    return report_error(ret_report, ERROR_SYSTEM, "there are too many replaced desks beside %.300s",
                        path);
}

/* LMDB's table of readers belongs to the old file: a new one is made with the first opening. */
static enum error put_in_place(const char *directory, const char *file, const char *path,
                               struct store_report *ret_report)
{
    struct path readers;
    if (path_append(path, "-lock", &readers) != ERROR_NONE) {
        return report_path(ret_report);
    }
    enum error error = path_exists(path) ? keep_old_file(path, ret_report) : ERROR_NONE;
    if (error != ERROR_NONE) {
        return error;
    }
    (void)unlink(readers.text);
    if (rename(file, path) != 0) {
        return report_errno(ret_report, "rename", file);
    }
    return path_sync(directory, ret_report);
}

static enum error restore_in(const char *directory, int backup, const char *name,
                             const uint8_t epoch[EPOCH_BYTES], struct store_report *ret_report)
{
    struct path target;
    struct path work;
    struct path file;
    if (path_join(directory, desk_file_name, &target) != ERROR_NONE ||
        path_join(directory, "desk.new", &work) != ERROR_NONE ||
        path_join(work.text, desk_file_name, &file) != ERROR_NONE) {
        return report_path(ret_report);
    }
    enum error error = work_directory_make(work.text, ret_report);
    if (error == ERROR_NONE) {
        error = file_copy(backup, name, file.text, ret_report);
    }
    if (error == ERROR_NONE) {
        error = verify_file(file.text, work.text, ret_report);
    }
    if (error == ERROR_NONE) {
        error = begin_epoch(file.text, epoch, ret_report);
    }
    if (error == ERROR_NONE) {
        error = put_in_place(directory, file.text, target.text, ret_report);
    }
    work_directory_remove(work.text);
    return error;
}

enum error store_restore(const char *directory, int backup, const char *name,
                         const uint8_t epoch[EPOCH_BYTES], struct store_report *ret_report)
{
    int lock_file;
    enum error error = directory_prepare(directory, ret_report);
    if (error == ERROR_NONE) {
        error = lock_take(directory, &lock_file, ret_report);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    error = restore_in(directory, backup, name, epoch, ret_report);
    (void)close(lock_file);
    return error;
}
