#include "tui/token_store.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/paths.h"
#include "tui/wipe.h"

enum { TOKEN_TEXT_SIZE = TOKEN_BYTES * 2 + 2 };

static enum error token_path(const struct address *address, char ret_path[PATH_SIZE])
{
    char place[ADDRESS_FILE_NAME_MAX];
    char name[ADDRESS_FILE_NAME_MAX + 16];
    address_file_name(address, place);
    snprintf(name, sizeof name, "sign-ins/%s", place);
    return path_of(PATH_STATE, name, ret_path);
}

static bool read_hex(const char *text, uint8_t ret_token[TOKEN_BYTES])
{
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        if (!isxdigit((unsigned char)text[2 * i]) || !isxdigit((unsigned char)text[2 * i + 1])) {
            return false;
        }
        const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        ret_token[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return text[(size_t)TOKEN_BYTES * 2] == '\n' || text[(size_t)TOKEN_BYTES * 2] == '\0';
}

static enum error load(const char *path, uint8_t ret_token[TOKEN_BYTES])
{
    char text[TOKEN_TEXT_SIZE + 1] = {0};
    size_t length = 0;
    enum error error = path_read(path, true, text, sizeof text, &length);
    if (error == ERROR_NONE && (length < (size_t)TOKEN_BYTES * 2 || !read_hex(text, ret_token))) {
        error = ERROR_INVALID_FIELD;
    }
    wipe(text, sizeof text);
    return error;
}

static enum error save(const char *path, const uint8_t token[TOKEN_BYTES])
{
    char text[TOKEN_TEXT_SIZE + 1];
    size_t length = 0;
    for (size_t i = 0; i < TOKEN_BYTES; i++) {
        length += (size_t)snprintf(text + length, sizeof text - length, "%02x", token[i]);
    }
    text[length++] = '\n';
    enum error error = path_write(path, text, length);
    wipe(text, sizeof text);
    return error;
}

enum error token_store_load(const struct address *address, uint8_t ret_token[TOKEN_BYTES])
{
    char path[PATH_SIZE];
    enum error error = token_path(address, path);
    return error == ERROR_NONE ? load(path, ret_token) : error;
}

enum error token_store_save(const struct address *address, const uint8_t token[TOKEN_BYTES])
{
    char path[PATH_SIZE];
    enum error error = token_path(address, path);
    return error == ERROR_NONE ? save(path, token) : error;
}

/* Names are typed by people and become part of a path here: only what can be a user name. */
static enum error device_path(const struct address *address, struct text name,
                              char ret_path[PATH_SIZE])
{
    char place[ADDRESS_FILE_NAME_MAX];
    char file[ADDRESS_FILE_NAME_MAX + USER_NAME_MAX + 16];
    char folded[USER_NAME_MAX + 1] = "";
    if (name.length < USER_NAME_MIN || name.length > USER_NAME_MAX) {
        return ERROR_NOT_FOUND;
    }
    for (size_t i = 0; i < name.length; i++) {
        folded[i] = (char)tolower((unsigned char)name.data[i]);
        if (strchr("abcdefghijklmnopqrstuvwxyz0123456789._-", folded[i]) == NULL) {
            return ERROR_NOT_FOUND;
        }
    }
    address_file_name(address, place);
    snprintf(file, sizeof file, "devices/%s@%s", folded, place);
    return path_of(PATH_STATE, file, ret_path);
}

bool device_token_load(const struct address *address, struct text name,
                       uint8_t ret_token[TOKEN_BYTES])
{
    char path[PATH_SIZE];
    return device_path(address, name, path) == ERROR_NONE && load(path, ret_token) == ERROR_NONE;
}

enum error device_token_save(const struct address *address, struct text name,
                             const uint8_t token[TOKEN_BYTES])
{
    char path[PATH_SIZE];
    enum error error = device_path(address, name, path);
    return error == ERROR_NONE ? save(path, token) : error;
}

enum error token_store_forget(const struct address *address)
{
    char path[PATH_SIZE];
    enum error error = token_path(address, path);
    if (error != ERROR_NONE) {
        return error;
    }
    return unlink(path) == 0 || errno == ENOENT ? ERROR_NONE : ERROR_SYSTEM;
}

int token_store_lock(const struct address *address)
{
    char path[PATH_SIZE];
    char lock_path[PATH_SIZE + 8];
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (token_path(address, path) != ERROR_NONE) {
        return -1;
    }
    snprintf(lock_path, sizeof lock_path, "%s.lock", path);
    int lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    while (lock >= 0 && fcntl(lock, F_SETLKW, &whole) != 0 && errno == EINTR) {
    }
    return lock;
}

void token_store_unlock(int lock)
{
    if (lock >= 0) {
        close(lock);
    }
}
