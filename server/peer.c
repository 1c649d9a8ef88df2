/* struct ucred is not in POSIX. */
#define _GNU_SOURCE

#include "server/peer.h"

#include <sys/socket.h>

enum error peer_user(int fd, uid_t *ret_user)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || size != sizeof peer) {
        return ERROR_SYSTEM;
    }
    *ret_user = peer.uid;
    return ERROR_NONE;
}
