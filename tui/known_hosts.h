/* Which key belongs to which server, as with SSH: trusted on first use after the person agreed, a
 * changed key refused. Lines: `[host]:port x25519 BASE64 v=1`. The site's file is read first and
 * wins; only the person's own is ever written. */
#ifndef TTYDESK_TUI_KNOWN_HOSTS_H
#define TTYDESK_TUI_KNOWN_HOSTS_H

#include <stddef.h>
#include <stdint.h>

#include "proto/errors.h"
#include "tui/address.h"
#include "tui/paths.h"

#define KNOWN_HOSTS_SITE "/etc/ttydesk/known_hosts"

enum known_verdict { KNOWN_NOT, KNOWN_SAME, KNOWN_CHANGED };

struct known_host {
    enum known_verdict verdict;
    char path[PATH_SIZE]; /* where the line stands, when there is one */
    unsigned line;
    uint8_t key[32]; /* the key on that line */
};

/* Looks the address up in the site's file, then in `own_path` (NULL: none). ERROR_SYSTEM when a
 * file that exists cannot be read, ERROR_INVALID_FIELD when a line of it cannot be understood;
 * then path and line say where. */
enum error known_hosts_look(const char *site_path, const char *own_path,
                            const struct address *address, const uint8_t key[32],
                            struct known_host *ret_found);

/* Appends a line for the address. ERROR_SYSTEM, ERROR_TOO_LARGE. */
enum error known_hosts_add(const char *own_path, const struct address *address,
                           const uint8_t key[32]);

/* How to remove the line, for somebody who knows that the key was changed on purpose: a command for
 * the shell, or words when the path has a quote in it. */
void known_hosts_remedy(const struct known_host *found, char *ret_text, size_t size);

#endif
