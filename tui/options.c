#include "tui/options.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tui/config.h"

struct option_row {
    const char *name;
    const char *value; /* NULL: takes none */
    const char *help;
    size_t offset; /* of a bool without value, of a text with one */
};

static const struct option_row rows[] = {
    {"server", "ADDRESS", "where the desk is: host:port, unix:/path, ttydesk://host:port#TD1:...",
     offsetof(struct options, server)},
    {"fingerprint", "TD1:...", "accept only a server with this key",
     offsetof(struct options, fingerprint)},
    {"json", NULL, "print JSON", offsetof(struct options, json)},
    {"password-stdin", NULL, "read passwords from standard input, one a line",
     offsetof(struct options, password_stdin)},
    {"key", NULL, "sign in, or enter admin mode, with your key (ttydesk key)",
     offsetof(struct options, with_key)},
    {"help", NULL, "show this", offsetof(struct options, help)},
    {"version", NULL, "show the version", offsetof(struct options, version)},
};

static const struct option_row *find_row(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

bool options_takes_value(const char *name, bool *ret_known)
{
    const struct option_row *row = find_row(name);
    *ret_known = row != NULL;
    return row != NULL && row->value != NULL;
}

bool options_take(struct options *options, const char *name, const char *value)
{
    const struct option_row *row = find_row(name);
    if (row == NULL) {
        return false;
    }
    if (row->value != NULL) {
        memcpy((char *)options + row->offset, &value, sizeof value);
    } else {
        *((bool *)((char *)options + row->offset)) = true;
    }
    return true;
}

static enum error take_fingerprint(struct options *options)
{
    size_t length = strlen(options->fingerprint);
    if (strncmp(options->fingerprint, "TD1:", 4) != 0 ||
        length >= sizeof options->address.fingerprint) {
        snprintf(options->problem, sizeof options->problem,
                 "--fingerprint \"%.80s\" is not a fingerprint; one looks like TD1:...",
                 options->fingerprint);
        return ERROR_INVALID_FIELD;
    }
    memcpy(options->address.fingerprint, options->fingerprint, length + 1);
    return ERROR_NONE;
}

enum error options_finish(struct options *options)
{
    char path[PATH_SIZE];
    char problem[CONFIG_PROBLEM_SIZE];
    struct config config = {0};
    const char *from = NULL;
    const char *why = NULL;
    if (path_of(PATH_CONFIG, "ttydesk.conf", path) == ERROR_NONE) {
        enum error error = config_read(path, &config, problem);
        if (error != ERROR_NONE) {
            snprintf(options->problem, sizeof options->problem, "%s", problem);
            return error;
        }
    }
    if (path_of(PATH_CONFIG, "known_hosts", options->own_hosts) != ERROR_NONE) {
        options->own_hosts[0] = '\0';
    }
    enum error error =
        address_find(options->server, config.server[0] != '\0' ? config.server : NULL,
                     &options->address, &from, &why);
    if (error != ERROR_NONE) {
        snprintf(options->problem, sizeof options->problem, "%s: %s", from, why);
        return error;
    }
    return options->fingerprint != NULL ? take_fingerprint(options) : ERROR_NONE;
}

void options_print_help(bool with_program)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!with_program && strcmp(rows[i].name, "version") == 0) {
            continue;
        }
        char left[40];
        snprintf(left, sizeof left, "--%s%s%s", rows[i].name, rows[i].value != NULL ? " " : "",
                 rows[i].value != NULL ? rows[i].value : "");
        printf("  %-24s %s\n", left, rows[i].help);
    }
}
