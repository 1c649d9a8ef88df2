/* The audit on its way into a file, as lines for a spreadsheet: those of `ttydeskd audit --csv`. */
#ifndef TTYDESK_TUI_SCREENS_AUDIT_EXPORT_H
#define TTYDESK_TUI_SCREENS_AUDIT_EXPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "proto/messages.h"

enum { AUDIT_EXPORT_PATH_SIZE = 1024 };

struct audit_export {
    FILE *file; /* owned; NULL: none is being written */
    char path[AUDIT_EXPORT_PATH_SIZE];
    uint64_t cursor; /* where the next page begins; 0: at the newest entry */
    uint64_t changes;
    bool failed; /* the disk does not take it */
};

/* Makes the file, which must not be there yet; only its owner may read it. NULL, or a sentence on
 * why not. */
const char *audit_export_begin(struct audit_export *export, const char *path);

void audit_export_page(struct audit_export *export, const struct list *entries);

/* Closes it. False: it could not be written, and is removed. */
bool audit_export_finish(struct audit_export *export);

/* Closes and removes what there is of it. Accepts one that is not being written. */
void audit_export_cancel(struct audit_export *export);

#endif
