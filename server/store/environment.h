/* One database file, opened: what store_open, creation, verification and copies share. */
#ifndef TTYDESK_STORE_ENVIRONMENT_H
#define TTYDESK_STORE_ENVIRONMENT_H

#include "server/store/internal.h"

struct environment_settings {
    const char *path; /* of the file */
    uint64_t map_bytes;
    bool no_sync;
    bool alone; /* nobody else knows the file, so that LMDB needs no lock file beside it */
};

/* Opens a file that has passed file_check and length_check. As store_open. */
enum error environment_open(const struct environment_settings *settings, struct store **ret_store,
                            struct store_report *ret_report);

/* Makes a new file with an empty desk in it and closes it, synced unless `no_sync`. */
enum error environment_create(const struct environment_settings *settings,
                              const uint8_t desk_id[EPOCH_BYTES], const uint8_t epoch[EPOCH_BYTES],
                              struct store_report *ret_report);

#endif
