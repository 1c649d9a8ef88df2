/* The desk's settings, which admins change: one row, or its defaults as long as there is none. */
#ifndef TTYDESK_CORE_SETTINGS_H
#define TTYDESK_CORE_SETTINGS_H

#include "server/store/rows.h"

/* Version 1, registration open, until an admin changes something. */
struct row_settings settings_read(struct rows *rows);

#endif
