/* Where the desk is: a Unix socket or host and port, as written by people. */
#ifndef TTYDESK_TUI_ADDRESS_H
#define TTYDESK_TUI_ADDRESS_H

#include <stdbool.h>

#include "proto/errors.h"

enum { ADDRESS_TEXT_MAX = 512, ADDRESS_PORT_DEFAULT = 7413 };

#define ADDRESS_SOCKET_DEFAULT "/run/ttydesk/ttydesk.sock"

enum address_kind { ADDRESS_UNIX, ADDRESS_TCP };

struct address {
    enum address_kind kind;
    char path[108];       /* of the socket */
    char host[256];       /* without brackets */
    char port[6];         /* decimal */
    char fingerprint[64]; /* pinned by the address itself; empty: none */
};

/* Reads "/path", "unix:/path", "host", "host:port", "[v6]:port", or
 * "ttydesk://host:port#TD1:...". ERROR_INVALID_FIELD with a sentence in `ret_why` (a constant). */
enum error address_parse(const char *text, struct address *ret_address, const char **ret_why);

/* The first of: `option` (--server), TTYDESK_SERVER, `configured` (the config file), the default
 * socket when it exists, localhost. NULL options are skipped. `ret_from` names the one taken. */
enum error address_find(const char *option, const char *configured, struct address *ret_address,
                        const char **ret_from, const char **ret_why);

/* "unix:/path" or "[host]:port": for people, for known_hosts and for naming files. */
void address_format(const struct address *address, char ret_text[ADDRESS_TEXT_MAX]);

enum { ADDRESS_FILE_NAME_MAX = ADDRESS_TEXT_MAX * 3 };

/* The same as a name of a file: everything but letters, digits, dots and hyphens as %XX. */
void address_file_name(const struct address *address, char ret_name[ADDRESS_FILE_NAME_MAX]);

#endif
