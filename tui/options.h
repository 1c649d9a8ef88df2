/* What stands before the verb on the command line, and where the desk is found. */
#ifndef TTYDESK_TUI_OPTIONS_H
#define TTYDESK_TUI_OPTIONS_H

#include "tui/address.h"
#include "tui/paths.h"

struct options {
    const char *server;      /* --server; NULL: not given */
    const char *fingerprint; /* --fingerprint; NULL: not given */
    bool json;
    bool password_stdin;
    bool with_key; /* --key: the person's key instead of the password */
    bool help;
    bool version;

    struct address address;    /* of the desk, found by options_finish */
    char own_hosts[PATH_SIZE]; /* empty without a home */
    char problem[1024];        /* after a failure: a sentence */
};

/* Takes one global option by its long name; false when there is none of this name. */
bool options_take(struct options *options, const char *name, const char *value);

/* Whether a global option takes a value; `ret_known` whether there is one of this name. */
bool options_takes_value(const char *name, bool *ret_known);

/* Reads the config file and finds the desk. ERROR_INVALID_FIELD, ERROR_SYSTEM: see problem. */
enum error options_finish(struct options *options);

/* The help lines of the global options; without --version below a verb, where it can mean another
 * thing. */
void options_print_help(bool with_program);

#endif
