/* Codes that an admin reads out and a person types in once: 80 random bits as four groups of four
 * letters and digits, none of which is easily taken for another. */
#ifndef TTYDESK_SERVER_ONE_TIME_CODE_H
#define TTYDESK_SERVER_ONE_TIME_CODE_H

#include "server/digest.h"

enum { ONE_TIME_CODE_BYTES = 20 }; /* "XXXX-XXXX-XXXX-XXXX" and a zero byte */

void one_time_code_make(char ret_code[ONE_TIME_CODE_BYTES]);

/* The hash of a code as it was typed: in any case, with any hyphens and spaces, the letter O for
 * the digit 0 and the letters I and L for the digit 1. What can't be a code has the hash of none.
 */
void one_time_code_digest(struct text typed, uint8_t ret_digest[TOKEN_DIGEST_BYTES]);

#endif
