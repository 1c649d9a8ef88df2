/* The token of the last sign-in at each server, so that verbs and the next start need no password,
 * and the tokens by which servers know this device, so that strangers who guess at an account do
 * not keep its owner out. Private files (0600) in the state directory. */
#ifndef TTYDESK_TUI_TOKEN_STORE_H
#define TTYDESK_TUI_TOKEN_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/messages.h"
#include "tui/address.h"

/* ERROR_NOT_FOUND: nobody is signed in there. ERROR_FORBIDDEN: others could read the file.
 * ERROR_INVALID_FIELD: the file does not hold a token. */
enum error token_store_load(const struct address *address, uint8_t ret_token[TOKEN_BYTES]);

enum error token_store_save(const struct address *address, const uint8_t token[TOKEN_BYTES]);

/* Removes the file; not an error when there is none. */
enum error token_store_forget(const struct address *address);

/* The token by which the server knows this device, for the account of this name. Load gives false
 * when there is none that can be used. */
bool device_token_load(const struct address *address, struct text name,
                       uint8_t ret_token[TOKEN_BYTES]);
enum error device_token_save(const struct address *address, struct text name,
                             const uint8_t token[TOKEN_BYTES]);

/* Waits until no other run of this program holds the lock of this server's token, and takes it. A
 * token is replaced at each use, so reading, using and saving it must not be mixed up. Returns what
 * token_store_unlock gives back; negative when there is nowhere to lock, which is no obstacle. */
int token_store_lock(const struct address *address);
void token_store_unlock(int lock);

#endif
