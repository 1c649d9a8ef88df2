/* Opening and making the desk of a data directory. */
#include "server/store/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "server/store/environment.h"
#include "server/store/files.h"

enum error store_open(const struct store_settings *settings, struct store **ret_store,
                      struct store_report *ret_report)
{
    struct path path;
    enum error error = directory_check(settings->directory, ret_report);
    if (error == ERROR_NONE) {
        error = path_join(settings->directory, desk_file_name, &path);
    }
    if (error == ERROR_NONE) {
        error = file_check(path.text, ret_report);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    int lock_file = -1;
    if (settings->exclusive) {
        error = lock_take(settings->directory, &lock_file, ret_report);
    }
    if (error == ERROR_NONE) {
        error = length_check(path.text, ret_report);
    }
    const struct environment_settings environment = {
        .path = path.text, .map_bytes = settings->map_bytes, .no_sync = settings->no_sync};
    struct store *store;
    if (error == ERROR_NONE) {
        error = environment_open(&environment, &store, ret_report);
    }
    if (error != ERROR_NONE) {
        if (lock_file >= 0) {
            (void)close(lock_file);
        }
        return error;
    }
    store->lock_file = lock_file;
    *ret_store = store;
    return ERROR_NONE;
}

/* Built where nobody looks and renamed when all of it is on disk: an interrupted creation leaves
 * no half-made desk. */
static enum error create_in(const char *directory, const char *path, const uint8_t *desk_id,
                            const uint8_t *epoch, struct store_report *ret_report)
{
    struct path work;
    struct path file;
    enum error error = path_join(directory, "desk.new", &work);
    if (error == ERROR_NONE) {
        error = path_join(work.text, desk_file_name, &file);
    }
    if (error == ERROR_NONE) {
        error = work_directory_make(work.text, ret_report);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    const struct environment_settings environment = {
        .path = file.text, .map_bytes = UINT64_C(64) << 20, .alone = true};
    error = environment_create(&environment, desk_id, epoch, ret_report);
    if (error == ERROR_NONE) {
        error = path_sync(work.text, ret_report);
    }
    if (error == ERROR_NONE && rename(file.text, path) != 0) {
        error = report_errno(ret_report, "rename", file.text);
    }
    if (error == ERROR_NONE) {
        error = path_sync(directory, ret_report);
    }
    work_directory_remove(work.text);
    return error;
}

enum error store_create(const char *directory, const uint8_t desk_id[EPOCH_BYTES],
                        const uint8_t epoch[EPOCH_BYTES], struct store_report *ret_report)
{
    struct path path;
    enum error error = path_join(directory, desk_file_name, &path);
    if (error == ERROR_NONE) {
        error = directory_prepare(directory, ret_report);
    }
    int lock_file;
    if (error == ERROR_NONE) {
        error = lock_take(directory, &lock_file, ret_report);
    }
    if (error != ERROR_NONE) {
        return error;
    }
    error = path_exists(path.text) ? report_error(ret_report, ERROR_ALREADY_DONE,
                                                  "there is a desk in %.300s already", directory)
                                   : create_in(directory, path.text, desk_id, epoch, ret_report);
    (void)close(lock_file);
    return error;
}
