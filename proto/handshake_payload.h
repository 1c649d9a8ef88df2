/* What the server says inside its handshake message: one msgpack map, {protocol: n}. It is read
 * before the server's key is judged, so it is scanned and walked here by hand. */
#ifndef TTYDESK_PROTO_HANDSHAKE_PAYLOAD_H
#define TTYDESK_PROTO_HANDSHAKE_PAYLOAD_H

#include "proto/errors.h"

#include <stddef.h>
#include <stdint.h>

#define HANDSHAKE_PAYLOAD_SIZE_MAX 16 /* of what we write */

/* Writes {protocol: PROTOCOL_VERSION}; returns its length. */
size_t handshake_payload_write(uint8_t ret_payload[HANDSHAKE_PAYLOAD_SIZE_MAX]);

/* Reads a payload of any server. Keys other than `protocol` are ignored. ERROR_PROTOCOL_VIOLATION:
 * not exactly one map, or without a positive number under exactly one `protocol`. */
enum error handshake_payload_read(const uint8_t *payload, size_t length, uint64_t *ret_protocol);

#endif
