/* Noise_NX_25519_ChaChaPoly_BLAKE2b: how two sides that share nothing come to two keys, with the
 * server's static key handed to the client (Noise specification revision 34, sections 5.3 and 7.5).
 *
 *     NX:
 *       -> e
 *       <- e, ee, s, es
 *
 * The initiator calls start, write_first, read_second, split; the responder start, read_first,
 * write_second, split. proto/channel fixes the prologue, the payloads and the framing. Any error
 * ends the handshake: call handshake_finish and nothing else. */
#ifndef TTYDESK_PROTO_HANDSHAKE_H
#define TTYDESK_PROTO_HANDSHAKE_H

#include "proto/noise.h"

#define HANDSHAKE_PROTOCOL_NAME "Noise_NX_25519_ChaChaPoly_BLAKE2b"

/* What each message takes beyond its payload. */
#define HANDSHAKE_FIRST_SIZE  NOISE_KEY_SIZE
#define HANDSHAKE_SECOND_SIZE (2 * NOISE_KEY_SIZE + 2 * NOISE_TAG_SIZE)

/* Contains secrets until handshake_split or handshake_finish. */
struct handshake {
    struct noise_symmetric symmetric;
    struct noise_keypair e;     /* own ephemeral */
    uint8_t re[NOISE_KEY_SIZE]; /* the other side's ephemeral */
    uint8_t
        rs[NOISE_KEY_SIZE]; /* initiator: the responder's static key, once read_second is done */
};

/* `ephemeral` is 32 bytes of randomness that no other handshake has used or will use. */
void handshake_start(struct handshake *handshake, const uint8_t ephemeral[NOISE_KEY_SIZE],
                     const uint8_t *prologue, size_t prologue_length);

/* Initiator: writes HANDSHAKE_FIRST_SIZE + length bytes. The payload is readable by everybody. */
void handshake_write_first(struct handshake *handshake, const uint8_t *payload, size_t length,
                           uint8_t *ret_message);

/* Responder. The payload is not authenticated. ERROR_PROTOCOL_VIOLATION: too short. */
enum error handshake_read_first(struct handshake *handshake, const uint8_t *message, size_t length,
                                uint8_t *ret_payload, size_t *ret_payload_length);

/* Responder: writes HANDSHAKE_SECOND_SIZE + length bytes. ERROR_PROTOCOL_VIOLATION: the
 * initiator's key is of low order. */
enum error handshake_write_second(struct handshake *handshake, const struct noise_keypair *s,
                                  const uint8_t *payload, size_t length, uint8_t *ret_message);

/* Initiator: `ret_payload` has room for length - HANDSHAKE_SECOND_SIZE bytes.
 * ERROR_PROTOCOL_VIOLATION: too short, forged, or a key of low order; then `ret_payload` may hold
 * anything. Whether `rs` is the expected key is for the caller to decide. */
enum error handshake_read_second(struct handshake *handshake, const uint8_t *message, size_t length,
                                 uint8_t *ret_payload, size_t *ret_payload_length);

/* Both sides, after the second message: the two ciphers and the hash h that names this very
 * connection (channel binding, section 11.2). Wipes the handshake. */
void handshake_split(struct handshake *handshake, struct noise_cipher *ret_initiator,
                     struct noise_cipher *ret_responder, uint8_t ret_hash[NOISE_HASH_SIZE]);

/* Wipes. Accepts a zeroed handshake. */
void handshake_finish(struct handshake *handshake);

#endif
