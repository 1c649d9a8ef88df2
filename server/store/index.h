/* Which index entries a row has. Put and remove keep them in step; verify asks the same rules. */
#ifndef TTYDESK_STORE_INDEX_H
#define TTYDESK_STORE_INDEX_H

#include "server/store/internal.h"

/* Numbers on disk, never reused. */
enum index_id {
    INDEX_ID_ADMINS = 1,
    INDEX_ID_TICKETS = 2,
    INDEX_ID_TICKETS_BY_REQUESTER = 3,
    INDEX_ID_TICKETS_DELETED = 4,
    INDEX_ID_SIGN_INS_BY_ACCOUNT = 5,
    INDEX_ID_HISTORY = 6, /* written with the journal entry, not with a row */
    INDEX_ID_ACCOUNT_NAME = 7,
    INDEX_ID_ACCOUNT_EMAIL = 8,
    INDEX_ID_TOKEN = 9,
    INDEX_ID_TOKEN_PREVIOUS = 10,
    INDEX_ID_MEMBERS = 11,
    INDEX_ID_TICKETS_BY_CC = 12,
    INDEX_ID_TICKETS_BY_QUEUE = 13,
    INDEX_ID_TICKETS_BY_OWNER = 14,
    INDEX_ID_TICKETS_MERGED = 15,
    INDEX_ID_ACCOUNT_HISTORY = 16, /* as INDEX_ID_HISTORY */
    INDEX_ID_LINKS_TO = 17,
    INDEX_ID_TAG_NAME = 18,
    INDEX_ID_TICKETS_BY_TAG = 19,
    INDEX_ID_BLOB_HASH = 20,
    INDEX_ID_UPLOADS_BY_ACCOUNT = 21,
};

/* A rule gives a row's group in one index, or says that the row is not in it. The id of the entry
 * is the row's first key number; where a key has two, the second has to be the group, so that an
 * entry leads to its row. */
struct index_rule {
    enum row_kind kind;
    enum index_id index;
    bool (*group)(const void *row, uint64_t *ret_group);
};

extern const struct index_rule index_rules[];
extern const size_t index_rule_count;

/* Brings the index from the old row to the new one; NULL: there is none. */
void index_change(struct rows *rows, enum row_kind kind, uint64_t id, const void *old_row,
                  const void *new_row);

/* The group under which names, email addresses and token hashes are looked up. Different texts can
 * share one, so a reader compares the row. Case is folded for ASCII letters. */
uint64_t index_group_of_text(struct text text);
uint64_t index_group_of_hash(struct bytes hash);

/* Equal when case is folded as above. */
bool text_equal_folded(struct text a, struct text b);

#endif
