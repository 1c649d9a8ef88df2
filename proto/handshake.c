/* The NX pattern step by step; every step carries the specification's token.
 *
 *     NX:
 *       -> e
 *       <- e, ee, s, es
 */
#include "proto/handshake.h"

#include <sodium.h>
#include <string.h>

void handshake_start(struct handshake *handshake, const uint8_t ephemeral[NOISE_KEY_SIZE],
                     const uint8_t *prologue, size_t prologue_length)
{
    memset(handshake, 0, sizeof *handshake);
    noise_symmetric_init(&handshake->symmetric, HANDSHAKE_PROTOCOL_NAME, prologue, prologue_length);
    noise_keypair_from_private(ephemeral, &handshake->e);
}

/* Token e, sending side. */
static uint8_t *write_e(struct handshake *handshake, uint8_t *at)
{
    memcpy(at, handshake->e.public_key, NOISE_KEY_SIZE);
    noise_mix_hash(&handshake->symmetric, handshake->e.public_key, NOISE_KEY_SIZE);
    return at + NOISE_KEY_SIZE;
}

/* Token e, receiving side. */
static const uint8_t *read_e(struct handshake *handshake, const uint8_t *at)
{
    memcpy(handshake->re, at, NOISE_KEY_SIZE);
    noise_mix_hash(&handshake->symmetric, handshake->re, NOISE_KEY_SIZE);
    return at + NOISE_KEY_SIZE;
}

void handshake_write_first(struct handshake *handshake, const uint8_t *payload, size_t length,
                           uint8_t *ret_message)
{
    uint8_t *at = ret_message;

    /* e */
    at = write_e(handshake, at);
    /* payload: no key yet, so in clear */
    noise_encrypt_and_hash(&handshake->symmetric, payload, length, at);
}

enum error handshake_read_first(struct handshake *handshake, const uint8_t *message, size_t length,
                                uint8_t *ret_payload, size_t *ret_payload_length)
{
    const uint8_t *at = message;

    if (length < HANDSHAKE_FIRST_SIZE) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    /* e */
    at = read_e(handshake, at);
    /* payload */
    return noise_decrypt_and_hash(&handshake->symmetric, at, length - HANDSHAKE_FIRST_SIZE,
                                  ret_payload, ret_payload_length);
}

enum error handshake_write_second(struct handshake *handshake, const struct noise_keypair *s,
                                  const uint8_t *payload, size_t length, uint8_t *ret_message)
{
    struct noise_symmetric *symmetric = &handshake->symmetric;
    uint8_t *at = ret_message;
    enum error error;

    /* e */
    at = write_e(handshake, at);
    /* ee */
    error = noise_mix_dh(symmetric, handshake->e.private_key, handshake->re);
    if (error != ERROR_NONE) {
        return error;
    }
    /* s */
    at += noise_encrypt_and_hash(symmetric, s->public_key, NOISE_KEY_SIZE, at);
    /* es: the responder's static with the initiator's ephemeral */
    error = noise_mix_dh(symmetric, s->private_key, handshake->re);
    if (error == ERROR_NONE) {
        /* payload */
        noise_encrypt_and_hash(symmetric, payload, length, at);
    }
    return error;
}

enum error handshake_read_second(struct handshake *handshake, const uint8_t *message, size_t length,
                                 uint8_t *ret_payload, size_t *ret_payload_length)
{
    struct noise_symmetric *symmetric = &handshake->symmetric;
    const uint8_t *at = message;
    size_t key_length;
    enum error error;

    if (length < HANDSHAKE_SECOND_SIZE) {
        return ERROR_PROTOCOL_VIOLATION;
    }
    /* e */
    at = read_e(handshake, at);
    /* ee */
    error = noise_mix_dh(symmetric, handshake->e.private_key, handshake->re);
    if (error != ERROR_NONE) {
        return error;
    }
    /* s */
    error = noise_decrypt_and_hash(symmetric, at, NOISE_KEY_SIZE + NOISE_TAG_SIZE, handshake->rs,
                                   &key_length);
    if (error != ERROR_NONE) {
        return error;
    }
    at += NOISE_KEY_SIZE + NOISE_TAG_SIZE;
    /* es: the initiator's ephemeral with the responder's static */
    error = noise_mix_dh(symmetric, handshake->e.private_key, handshake->rs);
    if (error != ERROR_NONE) {
        return error;
    }
    /* payload */
    return noise_decrypt_and_hash(symmetric, at, length - (size_t)(at - message), ret_payload,
                                  ret_payload_length);
}

void handshake_split(struct handshake *handshake, struct noise_cipher *ret_initiator,
                     struct noise_cipher *ret_responder, uint8_t ret_hash[NOISE_HASH_SIZE])
{
    memcpy(ret_hash, handshake->symmetric.hash, NOISE_HASH_SIZE);
    noise_split(&handshake->symmetric, ret_initiator, ret_responder);
    handshake_finish(handshake);
}

void handshake_finish(struct handshake *handshake)
{
    sodium_memzero(handshake, sizeof *handshake);
}
