/* One value of the configuration: from its text into the member that its table row names, and
 * back. Used by config.c alone. */
#ifndef TTYDESK_SERVER_CONFIG_VALUES_H
#define TTYDESK_SERVER_CONFIG_VALUES_H

#include "server/config.h"

/* Leaves the member untouched on failure; false when the text is not allowed. */
bool config_value_parse(const struct config_key *key, const char *text, struct config *config);

/* Says what is allowed, such as "a number from 1 to 65535". */
void config_value_describe(const struct config_key *key, char ret_text[CONFIG_TEXT_BYTES]);

#endif
