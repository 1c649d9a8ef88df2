#include "server/store/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const char desk_file_name[] = "desk.mdb";

enum error path_append(const char *path, const char *suffix, struct path *ret_path)
{
    struct path joined;
    int length = snprintf(joined.text, sizeof joined.text, "%s%s", path, suffix);
    if (length < 0 || (size_t)length >= sizeof joined.text) {
        return ERROR_SYSTEM;
    }
    *ret_path = joined;
    return ERROR_NONE;
}

enum error path_join(const char *directory, const char *name, struct path *ret_path)
{
    struct path folder;
    enum error error = path_append(directory, "/", &folder);
    return error != ERROR_NONE ? error : path_append(folder.text, name, ret_path);
}

enum error path_parent(const char *path, struct path *ret_path)
{
    struct path copy;
    enum error error = path_append(path, "", &copy);
    return error != ERROR_NONE ? error : path_append(dirname(copy.text), "", ret_path);
}

bool path_exists(const char *path)
{
    struct stat facts;
    return lstat(path, &facts) == 0;
}

enum error report_error(struct store_report *report, enum error error, const char *format, ...)
{
    if (report != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(report->text, sizeof report->text, format, arguments);
        va_end(arguments);
    }
    return error;
}

enum error report_errno(struct store_report *report, const char *action, const char *path)
{
    int code = errno;
    bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
    return report_error(report, full ? ERROR_DISK_FULL : ERROR_SYSTEM, "could not %s %.300s: %s",
                        action, path, strerror(code));
}

enum error directory_check(const char *directory, struct store_report *ret_report)
{
    struct stat facts;
    if (stat(directory, &facts) != 0) {
        enum error error = report_errno(ret_report, "look at", directory);
        return errno == ENOENT ? ERROR_NOT_FOUND : error;
    }
    if (!S_ISDIR(facts.st_mode)) {
        return report_error(ret_report, ERROR_SYSTEM, "%.300s is not a directory", directory);
    }
    if ((facts.st_mode & 077) != 0) {
        return report_error(ret_report, ERROR_SYSTEM,
                            "%.200s is open to other users; close it with: chmod 700 %.200s",
                            directory, directory);
    }
    return ERROR_NONE;
}

enum error directory_prepare(const char *directory, struct store_report *ret_report)
{
    if (mkdir(directory, 0700) != 0) {
        return errno == EEXIST ? directory_check(directory, ret_report)
                               : report_errno(ret_report, "make", directory);
    }
    struct path parent;
    enum error error = path_parent(directory, &parent);
    if (error == ERROR_NONE) {
        error = path_sync(parent.text, ret_report);
    }
    return error != ERROR_NONE ? error : directory_check(directory, ret_report);
}

enum error file_check(const char *path, struct store_report *ret_report)
{
    struct stat facts;
    if (stat(path, &facts) != 0) {
        enum error error = report_errno(ret_report, "look at", path);
        return errno == ENOENT ? ERROR_NOT_FOUND : error;
    }
    if (!S_ISREG(facts.st_mode)) {
        return report_error(ret_report, ERROR_SYSTEM, "%.300s is not a file", path);
    }
    if ((facts.st_mode & 077) != 0) {
        return report_error(ret_report, ERROR_SYSTEM,
                            "%.200s is open to other users; close it with: chmod 600 %.200s", path,
                            path);
    }
    return ERROR_NONE;
}

/* Removes what is there, and so many levels below it. Follows no symbolic link. */
static void remove_at(int parent, const char *name, int depth)
{
    if (unlinkat(parent, name, 0) == 0 || depth == 0) {
        return;
    }
    int file = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *directory = file < 0 ? NULL : fdopendir(file);
    if (directory == NULL) {
        if (file >= 0) {
            (void)close(file);
        }
        return;
    }
    for (struct dirent *item = readdir(directory); item != NULL; item = readdir(directory)) {
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) {
            remove_at(dirfd(directory), item->d_name, depth - 1);
        }
    }
    (void)closedir(directory);
    (void)unlinkat(parent, name, AT_REMOVEDIR);
}

void work_directory_remove(const char *path)
{
    const int depth = 2; /* our working directories hold files and at most one directory of files */
    remove_at(AT_FDCWD, path, depth);
}

enum error work_directory_make(const char *path, struct store_report *ret_report)
{
    work_directory_remove(path);
    return mkdir(path, 0700) == 0 ? ERROR_NONE : report_errno(ret_report, "make", path);
}

enum error lock_take(const char *directory, int *ret_file, struct store_report *ret_report)
{
    struct path path;
    enum error error = path_join(directory, "desk.lock", &path);
    if (error != ERROR_NONE) {
        return error;
    }
    int file = open(path.text, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0) {
        return report_errno(ret_report, "open", path.text);
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0) {
        error = errno == EWOULDBLOCK
                    ? report_error(ret_report, ERROR_BUSY,
                                   "another process works with the desk in %.300s", directory)
                    : report_errno(ret_report, "lock", path.text);
        (void)close(file);
        return error;
    }
    *ret_file = file;
    return ERROR_NONE;
}

enum error path_sync(const char *path, struct store_report *ret_report)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return report_errno(ret_report, "open", path);
    }
    enum error error = fsync(file) == 0 ? ERROR_NONE : report_errno(ret_report, "sync", path);
    (void)close(file);
    return error;
}

/* --- The length of a database file ----------------------------------------------------------- */

/* The beginning of each of the file's first two pages, as LMDB 0.9 writes it. */
struct meta_page {
    size_t page_number;
    uint16_t padding;
    uint16_t flags;
    uint32_t bounds;
    uint32_t magic;
    uint32_t version;
    void *address;
    size_t map_bytes;
    struct {
        uint32_t page_bytes; /* in the first of the two */
        uint16_t flags;
        uint16_t depth;
        size_t counts[5];
    } tables[2];
    size_t last_page;
    size_t transaction;
};

static const uint32_t meta_magic = 0xBEEFC0DE;
enum { META_PAGE_FLAG = 0x08, META_VERSION = 1 };

static bool meta_read(int file, off_t offset, struct meta_page *ret_page)
{
    return pread(file, ret_page, sizeof *ret_page, offset) == (ssize_t)sizeof *ret_page &&
           (ret_page->flags & META_PAGE_FLAG) != 0 && ret_page->magic == meta_magic &&
           ret_page->version == META_VERSION;
}

/* Bytes that the newer of the two meta pages speaks for; false when they make no sense. */
static bool length_needed(int file, uint64_t *ret_bytes)
{
    struct meta_page first;
    struct meta_page second;
    if (!meta_read(file, 0, &first)) {
        return false;
    }
    uint64_t page_bytes = first.tables[0].page_bytes;
    if (page_bytes < 256 || page_bytes > 65536 || !meta_read(file, (off_t)page_bytes, &second)) {
        return false;
    }
    uint64_t last = second.transaction > first.transaction ? second.last_page : first.last_page;
    if (last >= UINT64_MAX / 65536) {
        return false;
    }
    *ret_bytes = (last + 1) * page_bytes;
    return true;
}

enum error length_check(const char *path, struct store_report *ret_report)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return report_errno(ret_report, "open", path);
    }
    struct stat facts = {0};
    uint64_t needed = 0;
    bool sensible = length_needed(file, &needed);
    /* Looked at after the meta pages: another process may make the file longer meanwhile. */
    bool known = fstat(file, &facts) == 0;
    (void)close(file);
    if (!sensible || !known) {
        return report_error(ret_report, ERROR_DATA_DAMAGED,
                            "%.300s does not begin as a desk does; restore it from a backup", path);
    }
    if ((uint64_t)facts.st_size < needed) {
        return report_error(
            ret_report, ERROR_DATA_DAMAGED,
            "%.200s was cut off: it has %llu bytes of %llu; restore it from a backup", path,
            (unsigned long long)facts.st_size, (unsigned long long)needed);
    }
    return ERROR_NONE;
}

/* --- Copies ---------------------------------------------------------------------------------- */

static bool write_all(int file, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(file, bytes, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

static enum error copy_open_files(int source, int target, const char *from, const char *to,
                                  struct store_report *ret_report)
{
    char bytes[65536];
    for (;;) {
        ssize_t length = read(source, bytes, sizeof bytes);
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length < 0) {
            return report_errno(ret_report, "read", from);
        }
        if (length == 0) {
            return ERROR_NONE;
        }
        if (!write_all(target, bytes, (size_t)length)) {
            return report_errno(ret_report, "write", to);
        }
    }
}

enum error file_copy(int source, const char *from, const char *to, struct store_report *ret_report)
{
    int target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (target < 0) {
        return report_errno(ret_report, "make", to);
    }
    enum error error = copy_open_files(source, target, from, to, ret_report);
    if (close(target) != 0 && error == ERROR_NONE) {
        error = report_errno(ret_report, "write", to);
    }
    return error;
}
