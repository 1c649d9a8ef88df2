/* The host key's file: nobody else reads it, and nothing half-made is taken for a key. */
#include "server/hostkey.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
    char path[64];
    char key[96];
};

static int folder_make(void **state)
{
    struct folder *folder = calloc(1, sizeof *folder);
    assert_non_null(folder);
    strcpy(folder->path, "/tmp/ttydesk-hostkey-XXXXXX");
    assert_non_null(mkdtemp(folder->path));
    snprintf(folder->key, sizeof folder->key, "%s/host_key", folder->path);
    *state = folder;
    return 0;
}

static int folder_remove(void **state)
{
    struct folder *folder = *state;
    unlink(folder->key);
    rmdir(folder->path);
    free(folder);
    return 0;
}

static void key_create(const struct folder *folder)
{
    struct problem problem = {0};
    assert_int_equal(hostkey_create(folder->key, &problem), ERROR_NONE);
    assert_string_equal(problem.text, "");
}

/* `remedy` is what the message has to contain. */
static void open_is_refused(const struct folder *folder, enum error expected, const char *remedy)
{
    const struct noise_keypair *pair = NULL;
    struct problem problem = {0};
    assert_int_equal(hostkey_open(folder->key, &pair, &problem), expected);
    assert_null(pair);
    assert_non_null(strstr(problem.text, folder->key));
    assert_non_null(strstr(problem.text, remedy));
}

static void file_write(const struct folder *folder, const void *data, size_t length)
{
    int fd = open(folder->key, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, length), length);
    close(fd);
}

/* Clients pin the public half: the same file has to give the same key at every start. */
static void a_created_key_opens_the_same_each_time(void **state)
{
    const struct folder *folder = *state;
    key_create(folder);
    struct problem problem = {0};
    const struct noise_keypair *first = NULL;
    const struct noise_keypair *second = NULL;
    assert_int_equal(hostkey_open(folder->key, &first, &problem), ERROR_NONE);
    assert_int_equal(hostkey_open(folder->key, &second, &problem), ERROR_NONE);
    assert_memory_equal(first, second, sizeof *first);
    struct noise_keypair derived;
    noise_keypair_from_private(first->private_key, &derived);
    assert_memory_equal(first->public_key, derived.public_key, NOISE_KEY_SIZE);
    hostkey_close(first);
    hostkey_close(second);
    hostkey_close(NULL);
}

static void a_key_file_is_private_whatever_the_umask(void **state)
{
    const struct folder *folder = *state;
    mode_t before = umask(0);
    key_create(folder);
    umask(before);
    struct stat status;
    assert_int_equal(stat(folder->key, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, NOISE_KEY_SIZE);
}

/* Overwriting a key would lock every client out; following a link would write elsewhere. */
static void an_existing_name_is_never_overwritten(void **state)
{
    const struct folder *folder = *state;
    struct problem problem = {0};
    assert_int_equal(symlink("/nonexistent/elsewhere", folder->key), 0);
    assert_int_equal(hostkey_create(folder->key, &problem), ERROR_ALREADY_DONE);
    unlink(folder->key);
    file_write(folder, "mine", 4);
    assert_int_equal(hostkey_create(folder->key, &problem), ERROR_ALREADY_DONE);
    struct stat status;
    assert_int_equal(stat(folder->key, &status), 0);
    assert_int_equal(status.st_size, 4);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
    const struct folder *folder = *state;
    key_create(folder);
    static const mode_t modes[] = {0640, 0604, 0620, 0610, 0666};
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        assert_int_equal(chmod(folder->key, modes[i]), 0);
        open_is_refused(folder, ERROR_FORBIDDEN, "chmod 600");
    }
}

/* A crash while writing, a text editor, or a disk that lost a block. */
static void what_is_no_key_is_refused(void **state)
{
    const struct folder *folder = *state;
    uint8_t bytes[33] = {0};
    open_is_refused(folder, ERROR_SYSTEM, "ttydeskd init");
    file_write(folder, bytes, 0);
    open_is_refused(folder, ERROR_DATA_DAMAGED, "0 bytes");
    file_write(folder, bytes, 32);
    open_is_refused(folder, ERROR_DATA_DAMAGED, "backup");
    memset(bytes, 7, sizeof bytes);
    file_write(folder, bytes, 31);
    open_is_refused(folder, ERROR_DATA_DAMAGED, "31 bytes");
    file_write(folder, bytes, 33);
    open_is_refused(folder, ERROR_DATA_DAMAGED, "33 bytes");
}

/* A waiting pipe must not hang the start, a link must not be followed. */
static void only_regular_files_are_opened(void **state)
{
    const struct folder *folder = *state;
    assert_int_equal(mkfifo(folder->key, 0600), 0);
    open_is_refused(folder, ERROR_FORBIDDEN, "not a regular file");
    unlink(folder->key);
    assert_int_equal(symlink("/dev/zero", folder->key), 0);
    open_is_refused(folder, ERROR_SYSTEM, "can't be opened");
}

static void a_folder_that_can_not_be_written_says_so(void **state)
{
    (void)state;
    struct problem problem = {0};
    assert_int_equal(hostkey_create("/nonexistent/host_key", &problem), ERROR_SYSTEM);
    assert_string_equal(problem.text,
                        "/nonexistent/host_key: can't be created: No such file or directory");
}

#define KEY_TEST(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)

int main(void)
{
    if (noise_start() != ERROR_NONE) {
        return 1;
    }
    const struct CMUnitTest tests[] = {
        KEY_TEST(a_created_key_opens_the_same_each_time),
        KEY_TEST(a_key_file_is_private_whatever_the_umask),
        KEY_TEST(an_existing_name_is_never_overwritten),
        KEY_TEST(a_key_that_others_can_read_is_refused),
        KEY_TEST(what_is_no_key_is_refused),
        KEY_TEST(only_regular_files_are_opened),
        cmocka_unit_test(a_folder_that_can_not_be_written_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
