/* Keys for the verbs that sign with them. */
#ifndef TTYDESK_TUI_VERBS_KEY_H
#define TTYDESK_TUI_VERBS_KEY_H

#include "tui/key_file.h"
#include "tui/verbs/verb.h"

/* An opened key; to be wiped. */
struct verb_key {
    uint8_t public_key[KEY_BYTES];
    uint8_t seed[KEY_SEED_BYTES];
};

/* The path that was given, or the usual one. False after complaining. */
bool verb_key_path(const struct verb_run *run, const char *given, char ret_path[PATH_SIZE]);

/* Loads the file and asks for its passphrase if it has one. VERB_DONE, or the exit code after
 * complaining. */
enum verb_exit verb_key_open(const struct verb_run *run, const char *path,
                             struct verb_key *ret_key);

/* Signs for this connection. VERB_DONE, or the exit code after complaining. */
enum verb_exit verb_key_sign(struct verb_run *run, const struct verb_key *key,
                             enum key_purpose purpose, struct text name,
                             uint8_t ret_signature[SIGNATURE_BYTES]);

/* Enters admin mode with the usual key. VERB_DONE, or the exit code after complaining. */
enum verb_exit verb_elevate_with_key(struct verb_run *run);

#endif
