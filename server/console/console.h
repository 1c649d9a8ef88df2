/* What the operator's verbs share: options, configuration, sentences and exit codes. */
#ifndef TTYDESK_CONSOLE_CONSOLE_H
#define TTYDESK_CONSOLE_CONSOLE_H

#include "proto/attributes.h"
#include "proto/messages.h"
#include "server/config.h"

#define CONSOLE_CONFIG_PATH "/etc/ttydesk/ttydeskd.conf"

enum console_status {
    CONSOLE_OK = 0,
    CONSOLE_FAILED = 1,
    CONSOLE_USAGE = 2,       /* the command line makes no sense */
    CONSOLE_NO_PASSWORD = 4, /* a password is needed and nobody is there to type it */
};

/* One verb: `arguments` are those after the verb, the verb itself at [0]. Gives an exit status. */
typedef int console_verb(int count, char **arguments);

console_verb console_serve;
console_verb console_init;
console_verb console_admin;
console_verb console_queue;
console_verb console_account;
console_verb console_canned;
console_verb console_settings;
console_verb console_health;
console_verb console_audit;
console_verb console_verify;
console_verb console_backup;
console_verb console_restore;
console_verb console_retention;

/* An option beside --config and --help, which every verb has. */
struct console_option {
    const char *name;   /* NULL ends the table */
    const char **value; /* takes a value: set to it; NULL: */
    bool *flag;         /* takes none: set to true */
};

struct console_line {
    const char *usage; /* the whole help of the verb */
    const struct console_option *options;
    size_t operands_min;
    size_t operands_max;
};

struct console_parsed {
    const char *config_path;
    bool config_given;
    bool done; /* help was asked for and given */
    char *const *operands;
    size_t operand_count;
};

/* False: the command line is wrong, which has been said. */
bool console_parse(const struct console_line *line, int count, char **arguments,
                   struct console_parsed *ret_parsed);

/* Reads the configuration; without a file at the usual place the defaults hold. False: it has been
 * said what is wrong. */
bool console_config(const struct console_parsed *parsed, struct config *ret_config);

/* With "user" set root makes the folder of the desk and gives it to that account. Then as
 * console_become_owner, if there is a folder. */
bool console_prepare_folder(const struct config *config);

/* Root becomes the account that the desk belongs to. False: it has been said why that failed. */
bool console_become_owner(const struct config *config);

/* "ttydeskd: sentence" on standard error; gives CONSOLE_FAILED. */
int console_fail(const char *format, ...) ATTRIBUTE_PRINTF(1, 2);

struct console_password {
    char bytes[PASSWORD_MAX_BYTES + 2];
    size_t length;
};

/* From the first line of standard input, or from the terminal, twice and unseen. CONSOLE_OK,
 * CONSOLE_FAILED or CONSOLE_NO_PASSWORD; what is wrong has been said. The caller wipes it. */
int console_password(bool from_stdin, struct console_password *ret_password);

/* `data`/host.key; false when that is too long. */
bool console_host_key_path(const struct config *config, char ret_path[CONFIG_TEXT_BYTES + 16]);

#endif
