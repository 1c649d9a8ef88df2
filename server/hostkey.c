#include "server/hostkey.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

enum { PATH_BYTES = 4096 };

/* Makes a new name durable. */
static bool folder_sync(const char *path)
{
    char folder[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length >= sizeof folder) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (slash == NULL) {
        memcpy(folder, ".", sizeof ".");
    } else if (length == 0) {
        memcpy(folder, "/", sizeof "/");
    } else {
        memcpy(folder, path, length);
        folder[length] = '\0';
    }
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool done = fsync(fd) == 0;
    int saved = errno;
    close(fd);
    errno = saved;
    return done;
}

static bool write_all(int fd, const uint8_t *data, size_t length)
{
    size_t written = 0;
    while (written < length) {
        ssize_t count = write(fd, data + written, length - written);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0) {
            return false;
        }
        written += (size_t)count;
    }
    return true;
}

enum error hostkey_create(const char *path, struct problem *ret_problem)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        problem_set(ret_problem, "%s: exists already; a new key would make every client warn of it",
                    path);
        return ERROR_ALREADY_DONE;
    }
    if (fd < 0) {
        problem_set(ret_problem, "%s: can't be created: %s", path, strerror(errno));
        return ERROR_SYSTEM;
    }
    struct noise_keypair pair;
    noise_keypair_generate(&pair);
    bool done = write_all(fd, pair.private_key, sizeof pair.private_key) && fsync(fd) == 0;
    int saved = errno;
    sodium_memzero(&pair, sizeof pair);
    if (close(fd) != 0 && done) {
        done = false;
        saved = errno;
    }
    if (done && !folder_sync(path)) {
        done = false;
        saved = errno;
    }
    if (!done) {
        unlink(path);
        problem_set(ret_problem, "%s: can't be written: %s", path, strerror(saved));
        errno = saved;
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

static enum error file_check(const char *path, const struct stat *status,
                             struct problem *ret_problem)
{
    if (!S_ISREG(status->st_mode)) {
        problem_set(ret_problem, "%s: is not a regular file", path);
        return ERROR_FORBIDDEN;
    }
    /* Root may read every key, so who owns this one says nothing then. */
    if (geteuid() != 0 && status->st_uid != geteuid()) {
        problem_set(ret_problem,
                    "%s: belongs to user %lu, the daemon runs as user %lu; as root: chown %lu %s",
                    path, (unsigned long)status->st_uid, (unsigned long)geteuid(),
                    (unsigned long)geteuid(), path);
        return ERROR_FORBIDDEN;
    }
    if ((status->st_mode & 077) != 0) {
        problem_set(ret_problem,
                    "%s: others on this machine can read or change the key (mode %04o); run: "
                    "chmod 600 %s",
                    path, (unsigned)(status->st_mode & 07777), path);
        return ERROR_FORBIDDEN;
    }
    if (status->st_size != NOISE_KEY_SIZE) {
        problem_set(ret_problem,
                    "%s: is %lld bytes long, a key has %d; put the file back from a backup, or "
                    "remove it and run ttydeskd init: then every client warns of the new key",
                    path, (long long)status->st_size, NOISE_KEY_SIZE);
        return ERROR_DATA_DAMAGED;
    }
    return ERROR_NONE;
}

static enum error pair_read(const char *path, int fd, struct noise_keypair *pair,
                            struct problem *ret_problem)
{
    ssize_t count = 0;
    do {
        count = read(fd, pair->private_key, sizeof pair->private_key);
    } while (count < 0 && errno == EINTR);
    if (count < 0) {
        problem_set(ret_problem, "%s: can't be read: %s", path, strerror(errno));
        return ERROR_SYSTEM;
    }
    if (count != NOISE_KEY_SIZE || sodium_is_zero(pair->private_key, NOISE_KEY_SIZE)) {
        problem_set(ret_problem, "%s: does not hold a key; put the file back from a backup", path);
        return ERROR_DATA_DAMAGED;
    }
    noise_keypair_from_private(pair->private_key, pair);
    return ERROR_NONE;
}

enum error hostkey_open(const char *path, const struct noise_keypair **ret_pair,
                        struct problem *ret_problem)
{
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        problem_set(ret_problem, "%s: can't be opened: %s%s", path, strerror(errno),
                    errno == ENOENT ? "; run ttydeskd init" : "");
        return ERROR_SYSTEM;
    }
    struct noise_keypair *pair = NULL;
    struct stat status;
    enum error error = ERROR_SYSTEM;
    if (fstat(fd, &status) != 0) {
        problem_set(ret_problem, "%s: can't be examined: %s", path, strerror(errno));
        goto out;
    }
    error = file_check(path, &status, ret_problem);
    if (error != ERROR_NONE) {
        goto out;
    }
    pair = sodium_malloc(sizeof *pair);
    if (pair == NULL) {
        problem_set(ret_problem, "%s: no locked memory for the key", path);
        error = ERROR_NO_MEMORY;
        goto out;
    }
    error = pair_read(path, fd, pair, ret_problem);
    if (error != ERROR_NONE) {
        goto out;
    }
    sodium_mprotect_readonly(pair);
    *ret_pair = pair;
    pair = NULL;
out:
    hostkey_close(pair);
    close(fd);
    return error;
}

void hostkey_close(const struct noise_keypair *pair)
{
    /* sodium_free wipes first. */
    sodium_free((void *)(uintptr_t)pair);
}
