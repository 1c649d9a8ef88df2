/* Overwrites memory that held a secret (typed keys, pasted text, passwords) in a way the compiler
 * may not leave out. The client has no libsodium outside its connection, hence this one place. */
#ifndef TTYDESK_TUI_WIPE_H
#define TTYDESK_TUI_WIPE_H

#include <stddef.h>

/* Sets `length` bytes at `memory` to zero. `memory` may be NULL when `length` is 0. */
void wipe(void *memory, size_t length);

#endif
