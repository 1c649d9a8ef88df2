/* A server's public key as people compare it: short, and the same in every place it is shown. */
#ifndef TTYDESK_PROTO_FINGERPRINT_H
#define TTYDESK_PROTO_FINGERPRINT_H

#include <stdint.h>

#define FINGERPRINT_SIZE 48 /* "TD1:", 43 characters, the closing zero */

/* "TD1:" and the unpadded standard base64 of BLAKE2b with 32 bytes of output over the key. */
void fingerprint_format(const uint8_t key[32], char ret_text[FINGERPRINT_SIZE]);

#endif
