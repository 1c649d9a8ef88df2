/* The person's config file, an INI file: ~/.config/ttydesk/ttydesk.conf. Every key has one row in
 * the table in config.c. */
#ifndef TTYDESK_TUI_CONFIG_H
#define TTYDESK_TUI_CONFIG_H

#include "proto/errors.h"
#include "tui/address.h"

enum { CONFIG_PROBLEM_SIZE = 512 };

struct config {
    char server[ADDRESS_TEXT_MAX]; /* empty: not set */
};

/* Reads the file at `path`; one that does not exist leaves the defaults. ERROR_INVALID_FIELD with
 * "file:line: what is wrong and what is allowed" in `ret_problem`; ERROR_SYSTEM likewise. */
enum error config_read(const char *path, struct config *ret_config,
                       char ret_problem[CONFIG_PROBLEM_SIZE]);

#endif
