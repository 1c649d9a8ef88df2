/* initgroups and setgroups are not in POSIX. */
#define _GNU_SOURCE

#include "server/process.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/require.h"

enum { OTHER_THREADS = 4 };

static enum error find_user(const char *user, struct passwd *ret_user, char buffer[4096],
                            struct problem *ret_problem)
{
    struct passwd *found = NULL;
    int status = getpwnam_r(user, ret_user, buffer, 4096, &found);
    if (found == NULL) {
        problem_set(ret_problem, "There is no account \"%s\" on this machine%s%s.", user,
                    status != 0 ? ": " : "", status != 0 ? strerror(status) : "");
        return ERROR_NOT_FOUND;
    }
    return ERROR_NONE;
}

enum error process_become(const char *user, struct problem *ret_problem)
{
    char buffer[4096];
    struct passwd entry;
    enum error error = find_user(user, &entry, buffer, ret_problem);
    if (error != ERROR_NONE) {
        return error;
    }
    if (initgroups(user, entry.pw_gid) != 0 || setgid(entry.pw_gid) != 0 ||
        setuid(entry.pw_uid) != 0) {
        problem_set(ret_problem, "Becoming the account \"%s\" failed: %s.", user, strerror(errno));
        return ERROR_SYSTEM;
    }
    if (entry.pw_uid != 0 && setuid(0) == 0) {
        problem_set(ret_problem, "The rights of root could not be given up.");
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

static enum error find_owner(const char *path, struct stat *ret_status, struct problem *ret_problem)
{
    if (stat(path, ret_status) != 0) {
        problem_set(ret_problem, "%s can't be looked at: %s.", path, strerror(errno));
        return errno == ENOENT ? ERROR_NOT_FOUND : ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

static enum error refuse_owner(const char *path, struct problem *ret_problem)
{
    problem_set(ret_problem, "Becoming the account that %s belongs to failed: %s.", path,
                strerror(errno));
    return ERROR_SYSTEM;
}

enum error process_become_owner(const char *path, struct problem *ret_problem)
{
    struct stat status;
    if (geteuid() != 0) {
        return ERROR_NONE;
    }
    enum error error = find_owner(path, &status, ret_problem);
    if (error != ERROR_NONE || status.st_uid == 0) {
        return error;
    }
    if (setgroups(0, NULL) != 0 || setgid(status.st_gid) != 0 || setuid(status.st_uid) != 0) {
        return refuse_owner(path, ret_problem);
    }
    return ERROR_NONE;
}

enum error process_act_as_owner(const char *path, struct problem *ret_problem)
{
    struct stat status;
    if (geteuid() != 0) {
        return ERROR_NONE;
    }
    enum error error = find_owner(path, &status, ret_problem);
    if (error != ERROR_NONE || status.st_uid == 0) {
        return error;
    }
    if (setegid(status.st_gid) != 0 || seteuid(status.st_uid) != 0) {
        return refuse_owner(path, ret_problem);
    }
    return ERROR_NONE;
}

void process_be_root_again(void)
{
    if (getuid() == 0 && geteuid() != 0) {
        /* Whoever is root may become it again. */
        require(seteuid(0) == 0 && setegid(getgid()) == 0);
    }
}

enum error process_give(const char *path, const char *user, struct problem *ret_problem)
{
    char buffer[4096];
    struct passwd entry;
    enum error error = find_user(user, &entry, buffer, ret_problem);
    if (error != ERROR_NONE) {
        return error;
    }
    if (lchown(path, entry.pw_uid, entry.pw_gid) != 0) {
        problem_set(ret_problem, "%s can't be given to \"%s\": %s.", path, user, strerror(errno));
        return ERROR_SYSTEM;
    }
    return ERROR_NONE;
}

void process_harden(void)
{
    const struct rlimit none = {0};
    struct rlimit files;
    (void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &none);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    (void)signal(SIGPIPE, SIG_IGN);
}

uint64_t process_descriptors(void)
{
    struct rlimit files;
    return getrlimit(RLIMIT_NOFILE, &files) == 0 ? (uint64_t)files.rlim_cur : 0;
}

void process_prepare_loop(unsigned password_threads)
{
    char threads[16];
    (void)snprintf(threads, sizeof threads, "%u", password_threads + OTHER_THREADS);
    (void)setenv("UV_THREADPOOL_SIZE", threads, 1);
    (void)setenv("UV_TCP_SINGLE_ACCEPT", "0", 1);
}
