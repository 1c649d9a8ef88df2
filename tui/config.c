#include "tui/config.h"

#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct config_key {
    const char *section;
    const char *name;
    size_t offset;
    size_t size;
};

static const struct config_key keys[] = {
    {"", "server", offsetof(struct config, server), sizeof(((struct config *)0)->server)},
};

struct reading {
    struct config config;
    char refusal[CONFIG_PROBLEM_SIZE / 2];
};

static int on_key(void *context, const char *section, const char *name, const char *value)
{
    struct reading *reading = context;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].name, name) != 0) {
            continue;
        }
        if (strlen(value) >= keys[i].size) {
            snprintf(reading->refusal, sizeof reading->refusal,
                     "\"%s\" is longer than the %zu bytes allowed", name, keys[i].size - 1);
            return 0;
        }
        memcpy((char *)&reading->config + keys[i].offset, value, strlen(value) + 1);
        return 1;
    }
    snprintf(reading->refusal, sizeof reading->refusal,
             "there is no key \"%.64s\"; the keys are: server", name);
    return 0;
}

static enum error check_server(const struct config *config, const char *path,
                               char ret_problem[CONFIG_PROBLEM_SIZE])
{
    struct address address;
    const char *why = NULL;
    if (config->server[0] == '\0' || address_parse(config->server, &address, &why) == ERROR_NONE) {
        return ERROR_NONE;
    }
    snprintf(ret_problem, CONFIG_PROBLEM_SIZE, "%s: \"server\": %s", path, why);
    return ERROR_INVALID_FIELD;
}

enum error config_read(const char *path, struct config *ret_config,
                       char ret_problem[CONFIG_PROBLEM_SIZE])
{
    struct reading reading = {0};
    int line = ini_parse(path, on_key, &reading);
    if (line == -1 && errno == ENOENT) {
        *ret_config = (struct config){0};
        return ERROR_NONE;
    }
    if (line < 0) {
        snprintf(ret_problem, CONFIG_PROBLEM_SIZE, "%s: %s", path, strerror(errno));
        return ERROR_SYSTEM;
    }
    if (line > 0) {
        snprintf(ret_problem, CONFIG_PROBLEM_SIZE, "%s:%d: %s", path, line,
                 reading.refusal[0] != '\0' ? reading.refusal
                                            : "this is neither a key nor a comment");
        return ERROR_INVALID_FIELD;
    }
    enum error error = check_server(&reading.config, path, ret_problem);
    if (error == ERROR_NONE) {
        *ret_config = reading.config;
    }
    return error;
}
