/* Who is at the other end of a Unix socket, as the kernel knows it. */
#ifndef TTYDESK_SERVER_PEER_H
#define TTYDESK_SERVER_PEER_H

#include <sys/types.h>

#include "proto/errors.h"

/* ERROR_SYSTEM (errno). */
enum error peer_user(int fd, uid_t *ret_user);

#endif
