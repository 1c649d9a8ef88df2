/* The file with somebody's key: nobody else reads it, no other passphrase opens it, and what was
 * damaged is not taken for a key. */
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

#include "tui/key_file.h"

struct room {
    char folder[64];
    char path[PATH_SIZE];
};

static int set_room(void **state)
{
    struct room *room = calloc(1, sizeof *room);
    snprintf(room->folder, sizeof room->folder, "/tmp/ttydesk-key-XXXXXX");
    assert_non_null(mkdtemp(room->folder));
    snprintf(room->path, sizeof room->path, "%s/deeper/key", room->folder);
    *state = room;
    return 0;
}

static int clear_room(void **state)
{
    struct room *room = *state;
    char deeper[PATH_SIZE];
    snprintf(deeper, sizeof deeper, "%s/deeper", room->folder);
    unlink(room->path);
    rmdir(deeper);
    rmdir(room->folder);
    free(room);
    return 0;
}

static size_t read_all(const char *path, char text[1024])
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(text, 1, 1023, file);
    fclose(file);
    text[length] = '\0';
    return length;
}

static void write_all(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

#define assert_error(error, expected) assert_string_equal(error_name(error), error_name(expected))

static void a_sealed_key_opens_with_its_passphrase_alone(void **state)
{
    const struct room *room = *state;
    struct key_file made;
    struct key_file found;
    uint8_t seed[KEY_SEED_BYTES];
    uint8_t key[KEY_BYTES];
    struct stat status;
    assert_error(key_file_create(room->path, text_of("open sesame"), &made), ERROR_NONE);
    assert_int_equal(stat(room->path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_error(key_file_load(room->path, &found), ERROR_NONE);
    assert_true(found.sealed);
    assert_memory_equal(found.public_key, made.public_key, KEY_BYTES);
    assert_error(key_file_open(&found, text_of("open barley"), seed), ERROR_AUTH_FAILED);
    assert_error(key_file_open(&found, text_of(""), seed), ERROR_AUTH_FAILED);
    assert_error(key_file_open(&found, text_of("open sesame"), seed), ERROR_NONE);
    key_public(seed, key);
    assert_memory_equal(key, made.public_key, KEY_BYTES);
}

static void a_key_without_passphrase_opens_with_none(void **state)
{
    const struct room *room = *state;
    struct key_file made;
    struct key_file found;
    uint8_t seed[KEY_SEED_BYTES];
    assert_error(key_file_create(room->path, text_of(""), &made), ERROR_NONE);
    assert_error(key_file_load(room->path, &found), ERROR_NONE);
    assert_false(found.sealed);
    assert_error(key_file_open(&found, text_of(""), seed), ERROR_NONE);
    assert_memory_equal(seed, made.seed, KEY_SEED_BYTES);
}

/* Whoever lost a key to a second "create" could not sign in any more. */
static void a_file_that_is_there_stays(void **state)
{
    const struct room *room = *state;
    char before[1024];
    char after[1024];
    struct key_file made;
    assert_error(key_file_create(room->path, text_of(""), &made), ERROR_NONE);
    read_all(room->path, before);
    assert_error(key_file_create(room->path, text_of(""), &made), ERROR_ALREADY_DONE);
    read_all(room->path, after);
    assert_string_equal(before, after);
}

static void a_file_that_others_can_read_is_not_used(void **state)
{
    const struct room *room = *state;
    struct key_file file;
    assert_error(key_file_load(room->path, &file), ERROR_NOT_FOUND);
    assert_error(key_file_create(room->path, text_of(""), &file), ERROR_NONE);
    assert_int_equal(chmod(room->path, 0640), 0);
    assert_error(key_file_load(room->path, &file), ERROR_FORBIDDEN);
    assert_int_equal(chmod(room->path, 0600), 0);
    assert_error(key_file_load(room->path, &file), ERROR_NONE);
}

/* Cut anywhere, or with one character changed: never another key than the one that was made. */
static void damage_is_found(void **state)
{
    const struct room *room = *state;
    char text[1024];
    char damaged[1024];
    struct key_file made;
    struct key_file found;
    uint8_t seed[KEY_SEED_BYTES];
    assert_error(key_file_create(room->path, text_of(""), &made), ERROR_NONE);
    size_t length = read_all(room->path, text);
    for (size_t i = 0; i < length; i++) {
        memcpy(damaged, text, length + 1);
        damaged[i] = '\0';
        write_all(room->path, damaged);
        assert_error(key_file_load(room->path, &found), ERROR_INVALID_FIELD);
        memcpy(damaged, text, length + 1);
        damaged[i] = damaged[i] == '0' ? '1' : '0';
        write_all(room->path, damaged);
        enum error error = key_file_load(room->path, &found);
        if (error == ERROR_NONE) {
            error = key_file_open(&found, text_of(""), seed);
        }
        assert_error(error, ERROR_INVALID_FIELD);
    }
    memcpy(damaged, text, length + 1);
    strcpy(damaged + length, "and more\n");
    write_all(room->path, damaged);
    assert_error(key_file_load(room->path, &found), ERROR_INVALID_FIELD);
}

/* A file made to keep the reader busy, or to eat the memory. */
static void a_cost_beyond_reason_is_damage(void **state)
{
    const struct room *room = *state;
    struct key_file file;
    uint8_t seed[KEY_SEED_BYTES];
    assert_error(key_file_create(room->path, text_of("open sesame"), &file), ERROR_NONE);
    file.seal.passes = KEY_SEAL_PASSES_MAX + 1;
    assert_error(key_file_open(&file, text_of("open sesame"), seed), ERROR_INVALID_FIELD);
    file.seal.passes = 0;
    assert_error(key_file_open(&file, text_of("open sesame"), seed), ERROR_INVALID_FIELD);
    file.seal.passes = 3;
    file.seal.memory_bytes = KEY_SEAL_MEMORY_MAX + 1;
    assert_error(key_file_open(&file, text_of("open sesame"), seed), ERROR_INVALID_FIELD);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_room, clear_room)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_sealed_key_opens_with_its_passphrase_alone),
        TEST(a_key_without_passphrase_opens_with_none),
        TEST(a_file_that_is_there_stays),
        TEST(a_file_that_others_can_read_is_not_used),
        TEST(damage_is_found),
        TEST(a_cost_beyond_reason_is_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
