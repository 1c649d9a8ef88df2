/* The file with the key that somebody signs in with. It belongs to its owner alone, and a
 * passphrase seals it unless its owner wanted none; docs/decisions/0018 describes its lines. */
#ifndef TTYDESK_TUI_KEY_FILE_H
#define TTYDESK_TUI_KEY_FILE_H

#include "proto/key_seal.h"
#include "tui/paths.h"

struct key_file {
    uint8_t public_key[KEY_BYTES];
    bool sealed;                  /* a passphrase opens it */
    struct key_seal seal;         /* sealed */
    uint8_t seed[KEY_SEED_BYTES]; /* otherwise: the secret itself */
};

/* Where the key is unless somebody says otherwise. ERROR_NOT_FOUND: there is no home. */
enum error key_file_path(char ret_path[PATH_SIZE]);

/* Makes a new key and its file, 0600; no passphrase (length 0): the secret stands there as it is.
 * ERROR_ALREADY_DONE: there is a file of this name, which is left alone. ERROR_SYSTEM with errno,
 * ERROR_NO_MEMORY. */
enum error key_file_create(const char *path, struct text passphrase, struct key_file *ret_file);

/* Errors of path_read; ERROR_FORBIDDEN: others could read it. ERROR_INVALID_FIELD: it is none of
 * ours, or damaged. */
enum error key_file_load(const char *path, struct key_file *ret_file);

/* The secret; for a file that is not sealed the passphrase does not matter. ERROR_AUTH_FAILED:
 * another passphrase. ERROR_INVALID_FIELD: it is not the secret of the public key beside it.
 * ERROR_NO_MEMORY. */
enum error key_file_open(const struct key_file *file, struct text passphrase,
                         uint8_t ret_seed[KEY_SEED_BYTES]);

/* Why a key file can't be used, for people. */
const char *key_file_problem(enum error error);

#endif
