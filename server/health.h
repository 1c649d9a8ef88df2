/* How the desk and its daemon are: what is counted while it serves, put together with what the
 * desk's file says, and judged: one place decides what somebody has to look after. */
#ifndef TTYDESK_SERVER_HEALTH_H
#define TTYDESK_SERVER_HEALTH_H

#include "server/core/permission.h"
#include "server/store/store.h"

/* The file beside the desk whose time is that of the last backup. */
#define HEALTH_BACKUP_NAME "last-backup"

/* What has been settled since the daemon was started. */
struct health_counts {
    uint64_t changes;
    uint64_t batches;
    uint64_t batch_last;
    uint64_t batch_largest;
    uint64_t failed_commits;
};

void health_count_batch(struct health_counts *counts, uint64_t changes, enum error error);

/* What only the daemon knows, at this moment. */
struct health_now {
    const struct health_counts *counts;
    uint64_t time_ms; /* the desk's */
    uint64_t uptime_ms;
    uint64_t connections;
    uint64_t signed_in;
    uint64_t waiting;
    const char *data; /* folder of the desk */
};

/* For admins in admin mode and the console; texts of the reply live in the rows' arena. */
enum error health_answer(const struct health_now *now, const struct viewer *viewer,
                         struct rows *rows, struct health *ret_health);

/* Notes that a backup of the desk in this folder was made just now. False: it could not be noted.
 */
bool health_note_backup(const char *data);

#endif
