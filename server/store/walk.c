/* Walks over groups of an index, and the look-ups by name, email address and token. Kinds whose own
 * keys are already in the order wanted need no index: the walk goes over the rows. */
#include <string.h>

#include "proto/require.h"
#include "server/store/index.h"
#include "server/store/sealed.h"

struct walk {
    enum database database;
    uint8_t index;  /* DATABASE_INDEX: its number; else 0 */
    bool has_group; /* the key begins with the group; otherwise group is always 0 */
};

static const struct walk walks[INDEX_COUNT] = {
    [INDEX_ACCOUNTS] = {DATABASE_ROWS + ROW_ACCOUNT, 0, false},
    [INDEX_ADMINS] = {DATABASE_INDEX, INDEX_ID_ADMINS, true},
    [INDEX_TICKETS] = {DATABASE_INDEX, INDEX_ID_TICKETS, true},
    [INDEX_TICKETS_BY_REQUESTER] = {DATABASE_INDEX, INDEX_ID_TICKETS_BY_REQUESTER, true},
    [INDEX_TICKETS_DELETED] = {DATABASE_INDEX, INDEX_ID_TICKETS_DELETED, true},
    [INDEX_MESSAGES] = {DATABASE_ROWS + ROW_MESSAGE, 0, true},
    [INDEX_ROLE_REQUESTS] = {DATABASE_ROWS + ROW_ROLE_REQUEST, 0, false},
    [INDEX_SIGN_INS_BY_ACCOUNT] = {DATABASE_INDEX, INDEX_ID_SIGN_INS_BY_ACCOUNT, true},
    [INDEX_HISTORY] = {DATABASE_INDEX, INDEX_ID_HISTORY, true},
    [INDEX_QUEUES] = {DATABASE_ROWS + ROW_QUEUE, 0, false},
    [INDEX_QUEUES_OF_ACCOUNT] = {DATABASE_ROWS + ROW_QUEUE_RIGHT, 0, true},
    [INDEX_MEMBERS] = {DATABASE_INDEX, INDEX_ID_MEMBERS, true},
    [INDEX_FOLLOWERS] = {DATABASE_ROWS + ROW_FOLLOWER, 0, true},
    [INDEX_TICKETS_BY_CC] = {DATABASE_INDEX, INDEX_ID_TICKETS_BY_CC, true},
    [INDEX_TICKETS_BY_QUEUE] = {DATABASE_INDEX, INDEX_ID_TICKETS_BY_QUEUE, true},
    [INDEX_TICKETS_BY_OWNER] = {DATABASE_INDEX, INDEX_ID_TICKETS_BY_OWNER, true},
    [INDEX_TICKETS_MERGED] = {DATABASE_INDEX, INDEX_ID_TICKETS_MERGED, true},
    [INDEX_ACCOUNT_HISTORY] = {DATABASE_INDEX, INDEX_ID_ACCOUNT_HISTORY, true},
    [INDEX_CANNED] = {DATABASE_ROWS + ROW_CANNED, 0, false},
    [INDEX_DRAFTS] = {DATABASE_ROWS + ROW_DRAFT, 0, true},
    [INDEX_DEVICES] = {DATABASE_ROWS + ROW_DEVICE, 0, true},
    [INDEX_FAILURES] = {DATABASE_ROWS + ROW_FAILURES, 0, false},
    [INDEX_LINKS_FROM] = {DATABASE_ROWS + ROW_LINK, 0, true},
    [INDEX_LINKS_TO] = {DATABASE_INDEX, INDEX_ID_LINKS_TO, true},
    [INDEX_TAGS] = {DATABASE_ROWS + ROW_TAG, 0, false},
    [INDEX_TAGS_OF_TICKET] = {DATABASE_ROWS + ROW_TICKET_TAG, 0, true},
    [INDEX_TICKETS_BY_TAG] = {DATABASE_INDEX, INDEX_ID_TICKETS_BY_TAG, true},
    [INDEX_ATTACHMENTS] = {DATABASE_ROWS + ROW_ATTACHMENT, 0, true},
    [INDEX_UPLOADS_BY_ACCOUNT] = {DATABASE_INDEX, INDEX_ID_UPLOADS_BY_ACCOUNT, true},
    [INDEX_CHUNKS] = {DATABASE_ROWS + ROW_CHUNK, 0, true},
    [INDEX_ACCOUNT_KEYS] = {DATABASE_ROWS + ROW_ACCOUNT_KEY, 0, true},
    [INDEX_READ_MARKS] = {DATABASE_ROWS + ROW_READ_MARK, 0, true},
};

static struct key walk_key(const struct walk *walk, uint64_t group, uint64_t id)
{
    if (walk->index != 0) {
        return key_of_index(walk->index, group, id);
    }
    if (!walk->has_group) {
        return key_of_number(id);
    }
    struct key key = {.length = 16};
    number_write(key.bytes, group);
    number_write(key.bytes + 8, id);
    return key;
}

struct row_range rows_range(enum row_index index, uint64_t group, uint64_t start, bool backwards)
{
    require(index < INDEX_COUNT);
    require(walks[index].has_group || group == 0);
    return (struct row_range){
        .index = index, .group = group, .next = start, .backwards = backwards};
}

/* The nearest id at or after `key` in its group; the id is the key's last number. */
static bool seek_up(struct rows *rows, enum database database, const struct key *key,
                    uint64_t *ret_id)
{
    struct bytes found;
    struct bytes value;
    size_t prefix = key->length - 8;
    if (!cursor_move(rows, database, MDB_SET_RANGE, key, &found, &value) ||
        found.length != key->length || memcmp(found.data, key->bytes, prefix) != 0) {
        return false;
    }
    *ret_id = number_read(found.data + prefix);
    return true;
}

/* The nearest id at or before `key` in its group. */
static bool seek_down(struct rows *rows, enum database database, const struct key *key,
                      uint64_t *ret_id)
{
    struct bytes found;
    struct bytes value;
    size_t prefix = key->length - 8;
    if (!cursor_move(rows, database, MDB_SET_RANGE, key, &found, &value)) {
        if (!cursor_move(rows, database, MDB_LAST, NULL, &found, &value)) {
            return false;
        }
    } else if (found.length != key->length || memcmp(found.data, key->bytes, key->length) != 0) {
        if (!cursor_move(rows, database, MDB_PREV, NULL, &found, &value)) {
            return false;
        }
    }
    if (found.length != key->length || memcmp(found.data, key->bytes, prefix) != 0) {
        return false;
    }
    *ret_id = number_read(found.data + prefix);
    return true;
}

bool rows_range_next(struct rows *rows, struct row_range *range, uint64_t *ret_id)
{
    if (range->finished || rows->error != ERROR_NONE) {
        return false;
    }
    const struct walk *walk = &walks[range->index];
    struct key key = walk_key(walk, range->group, range->next);
    uint64_t id;
    bool found = range->backwards ? seek_down(rows, walk->database, &key, &id)
                                  : seek_up(rows, walk->database, &key, &id);
    if (!found) {
        range->finished = true;
        return false;
    }
    range->finished = id == (range->backwards ? 0 : UINT64_MAX);
    range->next = range->backwards ? id - 1 : id + 1;
    *ret_id = id;
    return true;
}

/* --- Look-ups -------------------------------------------------------------------------------- */

/* The next id at or after `start` under a hash; ids of texts that merely share it included. */
static bool candidate(struct rows *rows, enum index_id index, uint64_t group, uint64_t start,
                      uint64_t *ret_id)
{
    struct key key = key_of_index((uint8_t)index, group, start);
    return seek_up(rows, DATABASE_INDEX, &key, ret_id);
}

static struct text account_text(const struct row_account *row, enum index_id index)
{
    return index == INDEX_ID_ACCOUNT_NAME ? row->name : row->email;
}

static bool find_account(struct rows *rows, enum index_id index, struct text text,
                         struct row_account *ret_row)
{
    uint64_t group = index_group_of_text(text);
    uint64_t id;
    for (uint64_t start = 0; candidate(rows, index, group, start, &id); start = id + 1) {
        struct row_account row;
        if (!rows_get(rows, ROW_ACCOUNT, id, 0, &row)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return false;
        }
        if (text_equal_folded(account_text(&row, index), text)) {
            *ret_row = row;
            return true;
        }
        if (id == UINT64_MAX) {
            break;
        }
    }
    return false;
}

bool rows_find_account_by_name(struct rows *rows, struct text name, struct row_account *ret_row)
{
    return name.length > 0 && find_account(rows, INDEX_ID_ACCOUNT_NAME, name, ret_row);
}

bool rows_find_account_by_email(struct rows *rows, struct text email, struct row_account *ret_row)
{
    return email.length > 0 && find_account(rows, INDEX_ID_ACCOUNT_EMAIL, email, ret_row);
}

bool rows_find_tag(struct rows *rows, struct text name, struct row_tag *ret_row)
{
    uint64_t group = index_group_of_text(name);
    uint64_t id;
    for (uint64_t start = 0; candidate(rows, INDEX_ID_TAG_NAME, group, start, &id);
         start = id + 1) {
        struct row_tag row;
        if (!rows_get(rows, ROW_TAG, id, 0, &row)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return false;
        }
        if (text_equal(row.name, name)) {
            *ret_row = row;
            return true;
        }
    }
    return false;
}

static bool bytes_equal(struct bytes a, struct bytes b)
{
    return a.length == b.length && a.length > 0 && memcmp(a.data, b.data, a.length) == 0;
}

static bool find_sign_in(struct rows *rows, enum index_id index, struct bytes token_hash,
                         struct row_sign_in *ret_row)
{
    uint64_t group = index_group_of_hash(token_hash);
    uint64_t id;
    for (uint64_t start = 0; candidate(rows, index, group, start, &id); start = id + 1) {
        struct row_sign_in row;
        if (!rows_get(rows, ROW_SIGN_IN, id, 0, &row)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return false;
        }
        if (bytes_equal(index == INDEX_ID_TOKEN ? row.token_hash : row.previous_hash, token_hash)) {
            *ret_row = row;
            return true;
        }
        if (id == UINT64_MAX) {
            break;
        }
    }
    return false;
}

bool rows_find_blob(struct rows *rows, struct bytes hash, struct row_blob *ret_row)
{
    uint64_t group = index_group_of_hash(hash);
    uint64_t id;
    for (uint64_t start = 0; candidate(rows, INDEX_ID_BLOB_HASH, group, start, &id);
         start = id + 1) {
        struct row_blob row;
        if (!rows_get(rows, ROW_BLOB, id, 0, &row)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
            return false;
        }
        if (bytes_equal(row.hash, hash)) {
            *ret_row = row;
            return true;
        }
        if (id == UINT64_MAX) {
            break;
        }
    }
    return false;
}

bool rows_find_sign_in_by_token(struct rows *rows, struct bytes token_hash,
                                struct row_sign_in *ret_row, bool *ret_previous)
{
    if (token_hash.length == 0) {
        return false;
    }
    if (find_sign_in(rows, INDEX_ID_TOKEN, token_hash, ret_row)) {
        *ret_previous = false;
        return true;
    }
    if (find_sign_in(rows, INDEX_ID_TOKEN_PREVIOUS, token_hash, ret_row)) {
        *ret_previous = true;
        return true;
    }
    return false;
}
