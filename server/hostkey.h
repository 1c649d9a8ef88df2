/* The daemon's static key: 32 bytes in a file of its own beside the database, by whose public half
 * clients know this desk. Call noise_start before anything here. */
#ifndef TTYDESK_SERVER_HOSTKEY_H
#define TTYDESK_SERVER_HOSTKEY_H

#include "proto/errors.h"
#include "proto/noise.h"
#include "server/problem.h"

/* Draws a key and writes it to a new file with mode 0600; it is on disk when this returns.
 * ERROR_ALREADY_DONE: there is something of that name, which stays as it is. ERROR_SYSTEM: it can't
 * be written, and nothing is left behind. `ret_problem` says which and why. */
enum error hostkey_create(const char *path, struct problem *ret_problem);

/* Reads the key into memory that is locked, kept out of core dumps and read-only.
 * ERROR_SYSTEM: the file can't be read. ERROR_FORBIDDEN: it belongs to somebody else or others can
 * read it. ERROR_DATA_DAMAGED: it does not hold a key. ERROR_NO_MEMORY. `ret_problem` says what to
 * do about it. */
enum error hostkey_open(const char *path, const struct noise_keypair **ret_pair,
                        struct problem *ret_problem);

/* Wipes and frees. Accepts NULL. */
void hostkey_close(const struct noise_keypair *pair);

#endif
