#include "tui/known_hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/fingerprint.h"

enum { FILE_MAX = 256 * 1024 };

/* Takes one line apart. False when it is neither empty, a comment nor an entry. */
static bool read_line(const char *line, const char *place, bool *ret_matches, uint8_t ret_key[32])
{
    char host[ADDRESS_TEXT_MAX];
    char type[16];
    char encoded[64];
    *ret_matches = false;
    if (line[strspn(line, " \t\r")] == '\0' || line[0] == '#') {
        return true;
    }
    if (sscanf(line, "%511s %15s %63s", host, type, encoded) != 3 || strcmp(type, "x25519") != 0 ||
        !host_key_parse(encoded, ret_key)) {
        return false;
    }
    *ret_matches = strcmp(host, place) == 0;
    return true;
}

static enum error look_in_text(char *text, const char *place, struct known_host *found,
                               bool *ret_found)
{
    char *rest = text;
    found->line = 0;
    while (rest != NULL) {
        char *line = rest;
        rest = strchr(line, '\n');
        if (rest != NULL) {
            *rest++ = '\0';
        }
        found->line++;
        if (!read_line(line, place, ret_found, found->key)) {
            return ERROR_INVALID_FIELD;
        }
        if (*ret_found) {
            return ERROR_NONE;
        }
    }
    return ERROR_NONE;
}

static enum error look_in_file(const char *path, const char *place, struct known_host *found,
                               bool *ret_found)
{
    *ret_found = false;
    char *text = malloc(FILE_MAX);
    if (text == NULL) {
        return ERROR_NO_MEMORY;
    }
    size_t length = 0;
    snprintf(found->path, sizeof found->path, "%s", path);
    found->line = 0;
    enum error error = path_read(path, false, text, FILE_MAX, &length);
    if (error == ERROR_NONE) {
        error = look_in_text(text, place, found, ret_found);
    } else if (error == ERROR_NOT_FOUND) {
        error = ERROR_NONE;
    }
    free(text);
    return error;
}

enum error known_hosts_look(const char *site_path, const char *own_path,
                            const struct address *address, const uint8_t key[32],
                            struct known_host *ret_found)
{
    const char *paths[] = {site_path, own_path};
    char place[ADDRESS_TEXT_MAX];
    address_format(address, place);
    *ret_found = (struct known_host){.verdict = KNOWN_NOT};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        bool found = false;
        if (paths[i] == NULL) {
            continue;
        }
        enum error error = look_in_file(paths[i], place, ret_found, &found);
        if (error != ERROR_NONE) {
            return error;
        }
        if (found) {
            bool same = memcmp(ret_found->key, key, sizeof ret_found->key) == 0;
            ret_found->verdict = same ? KNOWN_SAME : KNOWN_CHANGED;
            return ERROR_NONE;
        }
    }
    return ERROR_NONE;
}

enum error known_hosts_add(const char *own_path, const struct address *address,
                           const uint8_t key[32])
{
    char *text = malloc(FILE_MAX + ADDRESS_TEXT_MAX + 128);
    if (text == NULL) {
        return ERROR_NO_MEMORY;
    }
    size_t length = 0;
    text[0] = '\0';
    enum error error = path_read(own_path, false, text, FILE_MAX, &length);
    if (error == ERROR_NONE || error == ERROR_NOT_FOUND) {
        char place[ADDRESS_TEXT_MAX];
        char encoded[HOST_KEY_TEXT_SIZE];
        address_format(address, place);
        host_key_format(key, encoded);
        const char *gap = length > 0 && text[length - 1] != '\n' ? "\n" : "";
        int added = snprintf(text + length, ADDRESS_TEXT_MAX + 128, "%s%s x25519 %s v=1\n", gap,
                             place, encoded);
        error = path_write(own_path, text, length + (size_t)added);
    }
    free(text);
    return error;
}

void known_hosts_remedy(const struct known_host *found, char *ret_text, size_t size)
{
    bool is_plain = strchr(found->path, '\'') == NULL;
    snprintf(ret_text, size, is_plain ? "sed -i '%ud' '%s'" : "an editor: line %u of %s",
             found->line, found->path);
}
