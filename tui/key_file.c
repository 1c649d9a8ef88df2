#include "tui/key_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fingerprint.h"
#include "tui/wipe.h"

#define HEADING "ttydesk private key 1"

enum { FILE_SIZE = 1024, HEX_MAX = 2 * KEY_SEALED_BYTES };

enum error key_file_path(char ret_path[PATH_SIZE])
{
    return path_of(PATH_CONFIG, "key", ret_path);
}

/* --- Bytes as text --- */

static void hex_of(const uint8_t *bytes, size_t length, char *ret_text)
{
    for (size_t i = 0; i < length; i++) {
        snprintf(ret_text + 2 * i, 3, "%02x", bytes[i]);
    }
}

static int digit_of(char letter)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = letter != '\0' ? strchr(digits, letter) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

static bool hex_read(const char *text, uint8_t *ret_bytes, size_t length)
{
    if (strlen(text) != 2 * length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        int high = digit_of(text[2 * i]);
        int low = digit_of(text[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        ret_bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool number_read(const char *text, uint64_t *ret_number)
{
    char *end = NULL;
    *ret_number = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && strlen(text) < 16;
}

/* --- Writing --- */

static size_t write_text(const struct key_file *file, char text[FILE_SIZE])
{
    char key[HOST_KEY_TEXT_SIZE];
    char hex[HEX_MAX + 1];
    char salt[2 * KEY_SALT_BYTES + 1];
    int length;
    host_key_format(file->public_key, key);
    if (file->sealed) {
        hex_of(file->seal.salt, KEY_SALT_BYTES, salt);
        hex_of(file->seal.sealed, KEY_SEALED_BYTES, hex);
        length = snprintf(text, FILE_SIZE,
                          HEADING "\npublic %s\npasses %" PRIu64 "\nmemory %" PRIu64
                                  "\nsalt %s\nsealed %s\n",
                          key, file->seal.passes, file->seal.memory_bytes, salt, hex);
    } else {
        hex_of(file->seed, KEY_SEED_BYTES, hex);
        length = snprintf(text, FILE_SIZE, HEADING "\npublic %s\nplain %s\n", key, hex);
    }
    wipe(hex, sizeof hex);
    return (size_t)length;
}

enum error key_file_create(const char *path, struct text passphrase, struct key_file *ret_file)
{
    char text[FILE_SIZE];
    uint8_t seed[KEY_SEED_BYTES];
    struct key_file file = {.sealed = passphrase.length > 0};
    enum error error = ERROR_NONE;
    key_make(seed);
    key_public(seed, file.public_key);
    if (file.sealed) {
        error = key_seal_make(seed, passphrase, &file.seal);
    } else {
        memcpy(file.seed, seed, KEY_SEED_BYTES);
    }
    if (error == ERROR_NONE) {
        error = path_create(path, text, write_text(&file, text));
    }
    *ret_file = file;
    wipe(&file, sizeof file);
    wipe(text, sizeof text);
    wipe(seed, sizeof seed);
    return error;
}

/* --- Reading --- */

/* The value of the next line, which begins with this word; NULL when it does not. */
static const char *take_line(char **rest, const char *word)
{
    char *line = *rest;
    size_t length = strlen(word);
    char *end = strchr(line, '\n');
    if (end == NULL || strncmp(line, word, length) != 0 || line[length] != ' ') {
        return NULL;
    }
    *end = '\0';
    *rest = end + 1;
    return line + length + 1;
}

static bool read_sealed(char **rest, struct key_seal *ret_seal)
{
    const char *passes = take_line(rest, "passes");
    const char *memory = passes != NULL ? take_line(rest, "memory") : NULL;
    const char *salt = memory != NULL ? take_line(rest, "salt") : NULL;
    const char *sealed = salt != NULL ? take_line(rest, "sealed") : NULL;
    return sealed != NULL && number_read(passes, &ret_seal->passes) &&
           number_read(memory, &ret_seal->memory_bytes) &&
           hex_read(salt, ret_seal->salt, KEY_SALT_BYTES) &&
           hex_read(sealed, ret_seal->sealed, KEY_SEALED_BYTES);
}

static bool read_text(char *text, struct key_file *ret_file)
{
    char *rest = text;
    const char *version = take_line(&rest, "ttydesk private key");
    const char *key = version != NULL ? take_line(&rest, "public") : NULL;
    if (key == NULL || strcmp(version, "1") != 0 || !host_key_parse(key, ret_file->public_key)) {
        return false;
    }
    const char *plain = take_line(&rest, "plain");
    ret_file->sealed = plain == NULL;
    bool good = ret_file->sealed ? read_sealed(&rest, &ret_file->seal)
                                 : hex_read(plain, ret_file->seed, KEY_SEED_BYTES);
    return good && *rest == '\0';
}

enum error key_file_load(const char *path, struct key_file *ret_file)
{
    char text[FILE_SIZE + 1] = {0};
    size_t length = 0;
    struct key_file file = {.sealed = false};
    enum error error = path_read(path, true, text, sizeof text, &length);
    if (error == ERROR_TOO_LARGE ||
        (error == ERROR_NONE && (strlen(text) != length || !read_text(text, &file)))) {
        error = ERROR_INVALID_FIELD;
    }
    *ret_file = file;
    wipe(&file, sizeof file);
    wipe(text, sizeof text);
    return error;
}

enum error key_file_open(const struct key_file *file, struct text passphrase,
                         uint8_t ret_seed[KEY_SEED_BYTES])
{
    uint8_t key[KEY_BYTES];
    enum error error = ERROR_NONE;
    if (file->sealed) {
        error = key_seal_open(&file->seal, passphrase, ret_seed);
    } else {
        memcpy(ret_seed, file->seed, KEY_SEED_BYTES);
    }
    if (error == ERROR_NONE) {
        key_public(ret_seed, key);
        error = memcmp(key, file->public_key, KEY_BYTES) == 0 ? ERROR_NONE : ERROR_INVALID_FIELD;
    }
    if (error != ERROR_NONE) {
        wipe(ret_seed, KEY_SEED_BYTES);
    }
    return error;
}

const char *key_file_problem(enum error error)
{
    switch (error) {
    case ERROR_NOT_FOUND:
        return "there is none; make one with: ttydesk key create";
    case ERROR_FORBIDDEN:
        return "others could read or change it: chmod 600 it, or better make another one";
    case ERROR_INVALID_FIELD:
        return "it is no key of ttydesk, or it is damaged";
    case ERROR_AUTH_FAILED:
        return "this is not its passphrase";
    case ERROR_ALREADY_DONE:
        return "there is a file of this name already, and it is left as it is";
    default:
        return error_sentence(error);
    }
}
