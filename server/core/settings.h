/* The desk's settings, which admins change: one row, or its defaults as long as there is none. */
#ifndef TTYDESK_CORE_SETTINGS_H
#define TTYDESK_CORE_SETTINGS_H

#include "server/store/rows.h"

/* Version 1 and registration open until an admin changes something; of the numbers, what nobody has
 * chosen is as this version of the desk has it. */
struct row_settings settings_read(struct rows *rows);

void settings_view(const struct row_settings *row, struct settings *ret_settings);

#endif
