/* One request to a daemon that serves, over its Unix socket, for the operator's verbs. Blocking. */
#ifndef TTYDESK_CONSOLE_CALL_H
#define TTYDESK_CONSOLE_CALL_H

#include "proto/arena.h"
#include "proto/messages.h"

struct call;

/* Connects and says hello; `ret_time_ms` is the desk's clock. ERROR_NOT_FOUND: nobody serves there.
 * ERROR_CONNECTION_LOST: somebody does, but there is no talking to him. ERROR_NO_MEMORY. */
enum error call_open(const char *socket_path, struct call **ret_call, uint64_t *ret_time_ms);

/* Wipes and frees. Accepts NULL. */
void call_close(struct call *call);

/* Sends one request and waits for its reply, whose struct is filled, or for the failure, whose
 * code it then returns. Texts live as long as the call. */
enum error call_request(struct call *call, enum method method, const void *request, void *ret_reply,
                        struct failure *ret_failure);

#endif
