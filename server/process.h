/* What the daemon does to its own process: rights given up, limits raised, no core dumps. */
#ifndef TTYDESK_SERVER_PROCESS_H
#define TTYDESK_SERVER_PROCESS_H

#include "proto/errors.h"
#include "server/problem.h"

#include <stdint.h>

/* From root to this account with its groups, for good. ERROR_NOT_FOUND: no such account.
 * ERROR_SYSTEM. */
enum error process_become(const char *user, struct problem *ret_problem);

/* Root becomes the account that the file or folder belongs to, for good; anybody else stays. So
 * root's work on a desk leaves nothing that its daemon can't open, and has no more power than the
 * daemon over what lies there. ERROR_NOT_FOUND: there is nothing at `path`. ERROR_SYSTEM. */
enum error process_become_owner(const char *path, struct problem *ret_problem);

/* The same for a while, until process_be_root_again. */
enum error process_act_as_owner(const char *path, struct problem *ret_problem);
void process_be_root_again(void);

/* Gives a file or folder to the account. Errors as above. */
enum error process_give(const char *path, const char *user, struct problem *ret_problem);

/* No new privileges, no core dumps, as many descriptors as allowed, no SIGPIPE. Failures are not
 * reported: they are a second line of defence. */
void process_harden(void);

/* How many files and connections the process may have open. */
uint64_t process_descriptors(void);

/* For threads libuv makes later: enough of them that file work never waits behind passwords. And
 * accept as many connections at a time as wait. Before the loop is made. */
void process_prepare_loop(unsigned password_threads);

#endif
