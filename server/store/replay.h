/* A second desk, made from nothing but the effects in a journal: rules take no part. */
#ifndef TTYDESK_STORE_REPLAY_H
#define TTYDESK_STORE_REPLAY_H

#include "server/store/entry.h"

struct replay;

/* Begins with no rows, in a folder of its own inside `directory`. */
enum error replay_open(const char *directory, uint64_t map_bytes, struct replay **ret_replay);

/* Removes everything. Accepts NULL. */
void replay_close(struct replay *replay);

/* Applies one entry's effects. ERROR_DATA_DAMAGED when they do not fit what was before. */
enum error replay_entry(struct replay *replay, const struct record *record,
                        const struct part *parts);

/* The content digest of what came of it. */
enum error replay_digest(struct replay *replay, uint8_t ret_digest[DIGEST_BYTES]);

#endif
