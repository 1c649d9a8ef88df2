#define _GNU_SOURCE /* mkostemp */
#include "tui/files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- To be attached -------------------------------------------------------------------------- */

const char *file_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool file_expand(const char *typed, char ret_path[PATH_SIZE])
{
    /* "~/" stands there before one types; a path from the root is often typed after it. */
    if (strncmp(typed, "~//", 3) == 0) {
        typed += 2;
    }
    bool at_home = typed[0] == '~' && (typed[1] == '/' || typed[1] == '\0');
    const char *home = at_home ? getenv("HOME") : "";

    if (home == NULL) {
        return false;
    }
    int length = snprintf(ret_path, PATH_SIZE, "%s%s", home, at_home ? typed + 1 : typed);
    return length > 0 && length < PATH_SIZE;
}

void file_size_text(uint64_t bytes, char ret_text[FILE_SIZE_TEXT])
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    uint64_t tenths = bytes * 10 / 1024;

    if (bytes < 1024 || bytes > UINT64_MAX / 10) {
        snprintf(ret_text, FILE_SIZE_TEXT, bytes < 1024 ? "%u bytes" : "huge", (unsigned)bytes);
        return;
    }
    while (tenths >= 10240 && unit + 1 < sizeof units / sizeof units[0]) {
        tenths /= 1024;
        unit++;
    }
    snprintf(ret_text, FILE_SIZE_TEXT, "%u.%u %s", (unsigned)(tenths / 10), (unsigned)(tenths % 10),
             units[unit]);
}

static int open_to_read(const char *path, bool only_files)
{
    struct stat status = {.st_mode = 0};
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (only_files ? O_NONBLOCK : 0));

    if (file >= 0 && only_files && (fstat(file, &status) != 0 || !S_ISREG(status.st_mode))) {
        close(file);
        errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
        return -1;
    }
    return file;
}

/* As much as there is, up to one byte more than may be sent; -1 with errno. */
static ssize_t read_all(int file, uint8_t *data)
{
    size_t size = 0;

    while (size <= ATTACHMENT_BYTES_MAX) {
        ssize_t length = read(file, data + size, ATTACHMENT_BYTES_MAX + 1 - size);
        if (length < 0 && errno != EINTR) {
            return -1;
        }
        if (length == 0) {
            break;
        }
        size += length > 0 ? (size_t)length : 0;
    }
    return (ssize_t)size;
}

static void write_fault(const char *path, ssize_t size, char ret_problem[FILE_PROBLEM_SIZE])
{
    const char *name = file_base_name(path);

    if (size == 0) {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "%.150s is empty", name);
    } else if (size > 0) {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "%.150s has more than 10 MiB; send less of it",
                 name);
    } else if (errno == EINVAL || errno == EISDIR) {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "%.150s is %s, not a file", name[0] ? name : path,
                 errno == EISDIR ? "a directory" : "something else");
    } else {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "could not read %.150s: %s", path,
                 strerror(errno));
    }
}

bool file_read(const char *path, bool only_files, struct file_content *ret_content,
               char ret_problem[FILE_PROBLEM_SIZE])
{
    struct content_hash hash;
    int file = open_to_read(path, only_files);
    uint8_t *data = file >= 0 ? malloc(ATTACHMENT_BYTES_MAX + 1) : NULL;
    ssize_t size = data != NULL ? read_all(file, data) : -1;

    if (size <= 0 || size > ATTACHMENT_BYTES_MAX) {
        write_fault(path, size, ret_problem);
        free(data);
        if (file >= 0) {
            close(file);
        }
        return false;
    }
    close(file);
    *ret_content = (struct file_content){.data = data, .size = (size_t)size};
    content_hash_begin(&hash);
    content_hash_add(&hash, data, (size_t)size);
    content_hash_end(&hash, ret_content->hash);
    return true;
}

void file_content_free(struct file_content *content)
{
    free(content->data);
    *content = (struct file_content){.data = NULL};
}

/* --- To be saved ----------------------------------------------------------------------------- */

void file_safe_name(struct text name, char ret_name[ATTACHMENT_NAME_MAX + 1])
{
    size_t length = name.length < ATTACHMENT_NAME_MAX ? name.length : ATTACHMENT_NAME_MAX;

    for (size_t i = 0; i < length; i++) {
        char c = name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '_' || (i > 0 && (c == '.' || c == '-'));
        ret_name[i] = plain ? c : '_';
    }
    ret_name[length] = '\0';
    if (length == 0) {
        memcpy(ret_name, "file", sizeof "file");
    }
}

bool file_is_there(const char *path)
{
    struct stat status;

    return lstat(path, &status) == 0;
}

static bool refuse(char ret_problem[FILE_PROBLEM_SIZE], const char *path, int error)
{
    if (error == EEXIST) {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "%.150s is there already", path);
    } else {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "could not write %.150s: %s", path,
                 strerror(error));
    }
    return false;
}

bool file_saving_begin(struct file_saving *saving, const char *path,
                       char ret_problem[FILE_PROBLEM_SIZE])
{
    int folder = (int)(file_base_name(path) - path);
    *saving = (struct file_saving){.file = -1};

    if (file_is_there(path)) {
        return refuse(ret_problem, path, EEXIST);
    }
    if (snprintf(saving->path, PATH_SIZE, "%s", path) >= PATH_SIZE ||
        snprintf(saving->part, PATH_SIZE, "%.*s.ttydesk-XXXXXX", folder, path) >= PATH_SIZE) {
        return refuse(ret_problem, path, ENAMETOOLONG);
    }
    saving->file = mkostemp(saving->part, O_CLOEXEC); /* 0600 */
    if (saving->file < 0) {
        return refuse(ret_problem, path, errno);
    }
    content_hash_begin(&saving->hash);
    return true;
}

void file_saving_stream(struct file_saving *saving, int descriptor)
{
    *saving = (struct file_saving){.file = descriptor};
    content_hash_begin(&saving->hash);
}

bool file_saving_add(struct file_saving *saving, struct bytes data)
{
    size_t done = 0;

    content_hash_add(&saving->hash, data.data, data.length);
    while (done < data.length) {
        ssize_t written = write(saving->file, data.data + done, data.length - done);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        done += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* Never over what is there by now. Where a file can't have two names, an empty one of the final
 * name holds its place. */
static bool put_in_place(const struct file_saving *saving)
{
    if (link(saving->part, saving->path) == 0) {
        return unlink(saving->part) == 0;
    }
    if (errno == EEXIST) {
        return false;
    }
    int file = open(saving->path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return false;
    }
    close(file);
    return rename(saving->part, saving->path) == 0;
}

bool file_saving_end(struct file_saving *saving, const uint8_t expected[CONTENT_HASH_BYTES],
                     char ret_problem[FILE_PROBLEM_SIZE])
{
    uint8_t found[CONTENT_HASH_BYTES];

    content_hash_end(&saving->hash, found);
    if (memcmp(found, expected, sizeof found) != 0) {
        snprintf(ret_problem, FILE_PROBLEM_SIZE, "what came is not the file that was attached");
        file_saving_drop(saving);
        return false;
    }
    if (saving->part[0] == '\0') {
        return true;
    }
    bool closed = fsync(saving->file) == 0;
    closed = close(saving->file) == 0 && closed;
    saving->file = -1;
    if (!closed || !put_in_place(saving)) {
        refuse(ret_problem, saving->path, errno);
        file_saving_drop(saving);
        return false;
    }
    saving->part[0] = '\0';
    return true;
}

void file_saving_drop(struct file_saving *saving)
{
    if (saving->part[0] == '\0') {
        return;
    }
    if (saving->file >= 0) {
        close(saving->file);
    }
    unlink(saving->part);
    *saving = (struct file_saving){.file = -1};
}
