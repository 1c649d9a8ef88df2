/* Passwords for verbs: from standard input where that was asked for, otherwise typed at the
 * terminal without being shown. Never from arguments or the environment. */
#ifndef TTYDESK_TUI_SECRET_PROMPT_H
#define TTYDESK_TUI_SECRET_PROMPT_H

#include <stdbool.h>

#include "proto/errors.h"
#include "proto/fields.h"
#include "proto/messages.h"

struct secret {
    char text[PASSWORD_MAX_BYTES + 2];
    size_t length;
};

/* One line of standard input, without its line feed. ERROR_MISSING_FIELD at the end of the input,
 * ERROR_TOO_LARGE. */
enum error secret_from_input(struct secret *ret_secret);

/* Asks at the terminal. ERROR_NOT_SIGNED_IN when there is none, ERROR_TOO_LARGE. */
enum error secret_from_terminal(const char *question, struct secret *ret_secret);

struct text secret_text(const struct secret *secret);
void secret_wipe(struct secret *secret);

#endif
