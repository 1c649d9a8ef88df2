/* Operation ids: the client names each command by one, so that a command sent twice is done once.
 * They have the shape of UUID version 7 (RFC 9562, section 5.7) so that they ascend with time,
 * which keeps the writes of the daemon's store together. */
#ifndef TTYDESK_PROTO_OPERATION_H
#define TTYDESK_PROTO_OPERATION_H

#include <stdint.h>

#include "proto/messages.h"

enum { OPERATION_RANDOM_BYTES = 10 };

/* Makes an id from the desk's time (milliseconds since 1970 UTC, below 2^48) and ten random bytes
 * that the caller got from a good source; six of their bits give way to version and variant. */
void operation_make(uint64_t time_ms, const uint8_t random[OPERATION_RANDOM_BYTES],
                    uint8_t ret_operation[OPERATION_BYTES]);

#endif
