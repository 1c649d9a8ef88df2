/* Where the client keeps its few files, and the one way it writes them. */
#ifndef TTYDESK_TUI_PATHS_H
#define TTYDESK_TUI_PATHS_H

#include <stddef.h>

#include "proto/errors.h"
#include "proto/fields.h"

enum { PATH_SIZE = 1024 };

enum path_base {
    PATH_CONFIG, /* $XDG_CONFIG_HOME or ~/.config, then ttydesk/ */
    PATH_STATE,  /* $XDG_STATE_HOME or ~/.local/state, then ttydesk/ */
};

/* The path of `name` under a base. ERROR_NOT_FOUND: neither the variable nor HOME is set. */
enum error path_of(enum path_base base, const char *name, char ret_path[PATH_SIZE]);

/* Replaces a private file: directories 0700 made as needed, a temporary file 0600 beside it,
 * synced, renamed. ERROR_SYSTEM with errno. */
enum error path_write(const char *path, const char *data, size_t length);

/* The same for a new file: ERROR_ALREADY_DONE when there is one of this name, which stays. */
enum error path_create(const char *path, const char *data, size_t length);

/* Reads a whole file of at most `size` - 1 bytes into `ret_data`, zero-terminated. ERROR_NOT_FOUND,
 * ERROR_TOO_LARGE, ERROR_SYSTEM with errno. ERROR_FORBIDDEN: `only_own` and somebody else could
 * have written it or can read it. */
enum error path_read(const char *path, bool only_own, char *ret_data, size_t size,
                     size_t *ret_length);

#endif
