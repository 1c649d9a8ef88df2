/* Whether the server at the other end is the one that was meant: its key against the address, when
 * that has a fingerprint, or else against the files of known hosts. Says no in sentences for
 * people. */
#ifndef TTYDESK_TUI_HOST_TRUST_H
#define TTYDESK_TUI_HOST_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/errors.h"
#include "tui/address.h"

struct host_trust {
    char *own_hosts;  /* owned path of the person's file; NULL: none is read or written */
    char *site_hosts; /* owned path of the site's file; NULL: none */
    uint8_t key[32];  /* the key judged last */
};

/* `trust` is zeroed. The paths are copied; NULL stays NULL. False without memory; then there is
 * nothing to finish. */
bool host_trust_init(struct host_trust *trust, const char *own_hosts, const char *site_hosts);

void host_trust_finish(struct host_trust *trust);

/* Judges the key that the server at `address` proved to have, and keeps it as trust->key.
 * ERROR_HOST_KEY_UNKNOWN: nobody has agreed to it yet, or a file of known hosts cannot be read or
 * understood. ERROR_HOST_KEY_CHANGED: another one was agreed to, or is in the address. With an
 * error `ret_problem` says what is the case and what to do about it; without one it stays as it
 * was. */
enum error host_trust_judge(struct host_trust *trust, const struct address *address,
                            const uint8_t key[32], char *ret_problem, size_t size);

/* The person agreed to trust->key: writes it to own_hosts as the key of `address`. ERROR_SYSTEM,
 * also without own_hosts; ERROR_TOO_LARGE. */
enum error host_trust_remember(const struct host_trust *trust, const struct address *address);

#endif
