#include "tui/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct base {
    const char *variable;
    const char *below_home;
};

static const struct base bases[] = {
    [PATH_CONFIG] = {"XDG_CONFIG_HOME", ".config"},
    [PATH_STATE] = {"XDG_STATE_HOME", ".local/state"},
};

enum error path_of(enum path_base base, const char *name, char ret_path[PATH_SIZE])
{
    const char *directory = getenv(bases[base].variable);
    int length;
    if (directory != NULL && directory[0] == '/') {
        length = snprintf(ret_path, PATH_SIZE, "%s/ttydesk/%s", directory, name);
    } else {
        const char *home = getenv("HOME");
        if (home == NULL || home[0] != '/') {
            return ERROR_NOT_FOUND;
        }
        length =
            snprintf(ret_path, PATH_SIZE, "%s/%s/ttydesk/%s", home, bases[base].below_home, name);
    }
    return length < PATH_SIZE ? ERROR_NONE : ERROR_TOO_LARGE;
}

static enum error make_directories(const char *path)
{
    char partial[PATH_SIZE];
    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(partial, sizeof partial, "%.*s", (int)(slash - path), path);
        if (mkdir(partial, 0700) != 0 && errno != EEXIST) {
            return ERROR_SYSTEM;
        }
    }
    return ERROR_NONE;
}

static enum error write_all(int descriptor, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return ERROR_SYSTEM;
        }
        data += written;
        length -= (size_t)written;
    }
    return fsync(descriptor) == 0 ? ERROR_NONE : ERROR_SYSTEM;
}

/* Gives the finished file its name: over one that is there, or else not. */
static enum error put_in_place(const char *temporary, const char *path, bool over)
{
    if (over) {
        return rename(temporary, path) == 0 ? ERROR_NONE : ERROR_SYSTEM;
    }
    if (link(temporary, path) != 0) {
        return errno == EEXIST ? ERROR_ALREADY_DONE : ERROR_SYSTEM;
    }
    return unlink(temporary) == 0 ? ERROR_NONE : ERROR_SYSTEM;
}

static enum error write_file(const char *path, bool over, const char *data, size_t length)
{
    char temporary[PATH_SIZE + 16];
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    enum error error = make_directories(path);
    if (error != ERROR_NONE) {
        return error;
    }
    int descriptor = mkstemp(temporary); /* 0600 */
    if (descriptor < 0) {
        return ERROR_SYSTEM;
    }
    error = write_all(descriptor, data, length);
    if (close(descriptor) != 0 && error == ERROR_NONE) {
        error = ERROR_SYSTEM;
    }
    if (error == ERROR_NONE) {
        error = put_in_place(temporary, path, over);
    }
    if (error != ERROR_NONE) {
        int saved = errno;
        unlink(temporary);
        errno = saved;
    }
    return error;
}

enum error path_write(const char *path, const char *data, size_t length)
{
    return write_file(path, true, data, length);
}

enum error path_create(const char *path, const char *data, size_t length)
{
    return write_file(path, false, data, length);
}

static enum error read_all(int descriptor, char *ret_data, size_t size, size_t *ret_length)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = read(descriptor, ret_data + length, size - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ERROR_SYSTEM;
        }
        if (got == 0) {
            ret_data[length] = '\0';
            *ret_length = length;
            return ERROR_NONE;
        }
        length += (size_t)got;
    }
    return ERROR_TOO_LARGE;
}

enum error path_read(const char *path, bool only_own, char *ret_data, size_t size,
                     size_t *ret_length)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0) {
        return errno == ENOENT || errno == ENOTDIR ? ERROR_NOT_FOUND : ERROR_SYSTEM;
    }
    struct stat status;
    enum error error = ERROR_NONE;
    if (fstat(descriptor, &status) != 0) {
        error = ERROR_SYSTEM;
    } else if (only_own && (status.st_uid != geteuid() || (status.st_mode & 077) != 0)) {
        error = ERROR_FORBIDDEN;
    } else {
        error = read_all(descriptor, ret_data, size, ret_length);
    }
    int saved = errno;
    close(descriptor);
    errno = saved;
    return error;
}
