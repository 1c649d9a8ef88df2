/* A public key as people compare it: short, and the same in every place it is shown. */
#ifndef TTYDESK_PROTO_FINGERPRINT_H
#define TTYDESK_PROTO_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

#define FINGERPRINT_SIZE 48 /* "TD1:", 43 characters, the closing zero */

/* "TD1:" and the unpadded standard base64 of BLAKE2b with 32 bytes of output over the key. */
void fingerprint_format(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE]);

/* The same of a key that people sign in with: "TK1:", so that neither is taken for the other. */
void fingerprint_of_account_key(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE]);

#define HOST_KEY_TEXT_SIZE 45 /* 44 characters, the closing zero */

/* A key as it stands in known_hosts: padded standard base64. */
void host_key_format(const uint8_t key[32], char ret_text[HOST_KEY_TEXT_SIZE]);

/* Reads that; false when it is not the base64 of 32 bytes. */
bool host_key_parse(const char *text, uint8_t ret_key[32]);

#endif
