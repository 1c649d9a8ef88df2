/* One rule for each index of each kind of row; everything else follows from that table. */
#include "server/store/index.h"

#include <sodium.h>

#include "proto/require.h"
#include "server/store/sealed.h"

static char folded(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

bool text_equal_folded(struct text a, struct text b)
{
    if (a.length != b.length) {
        return false;
    }
    for (size_t i = 0; i < a.length; i++) {
        if (folded(a.data[i]) != folded(b.data[i])) {
            return false;
        }
    }
    return true;
}

uint64_t index_group_of_text(struct text text)
{
    crypto_generichash_state state;
    uint8_t digest[16];
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t done = 0; done < text.length;) {
        uint8_t block[64];
        size_t length = 0;
        while (length < sizeof block && done < text.length) {
            block[length++] = (uint8_t)folded(text.data[done++]);
        }
        crypto_generichash_update(&state, block, length);
    }
    crypto_generichash_final(&state, digest, sizeof digest);
    return number_read(digest);
}

/* A hash is as good as random already. */
uint64_t index_group_of_hash(struct bytes hash)
{
    return hash.length >= 8 ? number_read(hash.data) : 0;
}

static bool active_admin(const void *row, uint64_t *ret_group)
{
    const struct row_account *account = row;
    *ret_group = 0;
    return account->role == ROLE_ADMIN && account->state == ACCOUNT_ACTIVE;
}

static bool account_name(const void *row, uint64_t *ret_group)
{
    const struct row_account *account = row;
    *ret_group = index_group_of_text(account->name);
    return account->name.length > 0;
}

static bool account_email(const void *row, uint64_t *ret_group)
{
    const struct row_account *account = row;
    *ret_group = index_group_of_text(account->email);
    return account->email.length > 0;
}

/* A merged ticket's messages are those of another: as one to work on it is no longer there. */
static bool is_kept(const struct row_ticket *ticket)
{
    return !ticket->deleted && ticket->merged_into == 0;
}

static bool ticket_kept(const void *row, uint64_t *ret_group)
{
    *ret_group = 0;
    return is_kept(row);
}

static bool ticket_of_requester(const void *row, uint64_t *ret_group)
{
    const struct row_ticket *ticket = row;
    *ret_group = ticket->requester;
    return is_kept(ticket);
}

static bool ticket_of_queue(const void *row, uint64_t *ret_group)
{
    const struct row_ticket *ticket = row;
    *ret_group = ticket->queue;
    return is_kept(ticket);
}

static bool ticket_of_owner(const void *row, uint64_t *ret_group)
{
    const struct row_ticket *ticket = row;
    *ret_group = ticket->owner;
    return ticket->owner != 0 && is_kept(ticket);
}

static bool ticket_merged(const void *row, uint64_t *ret_group)
{
    const struct row_ticket *ticket = row;
    *ret_group = ticket->merged_into;
    return ticket->merged_into != 0;
}

static bool ticket_deleted(const void *row, uint64_t *ret_group)
{
    const struct row_ticket *ticket = row;
    *ret_group = 0;
    return ticket->deleted && !ticket->purged;
}

static bool sign_in_of_account(const void *row, uint64_t *ret_group)
{
    const struct row_sign_in *sign_in = row;
    *ret_group = sign_in->account;
    return true;
}

static bool sign_in_token(const void *row, uint64_t *ret_group)
{
    const struct row_sign_in *sign_in = row;
    *ret_group = index_group_of_hash(sign_in->token_hash);
    return sign_in->token_hash.length > 0;
}

static bool sign_in_previous(const void *row, uint64_t *ret_group)
{
    const struct row_sign_in *sign_in = row;
    *ret_group = index_group_of_hash(sign_in->previous_hash);
    return sign_in->previous_hash.length > 0;
}

static bool follower_in_copy(const void *row, uint64_t *ret_group)
{
    const struct row_follower *follower = row;
    *ret_group = follower->account;
    return follower->cc;
}

static bool member_of_queue(const void *row, uint64_t *ret_group)
{
    const struct row_queue_right *right = row;
    *ret_group = right->queue;
    return true;
}

static bool link_to(const void *row, uint64_t *ret_group)
{
    const struct row_link *link = row;
    *ret_group = link->to;
    return true;
}

static bool tag_name(const void *row, uint64_t *ret_group)
{
    const struct row_tag *tag = row;
    *ret_group = index_group_of_text(tag->name);
    return tag->name.length > 0;
}

static bool ticket_of_tag(const void *row, uint64_t *ret_group)
{
    const struct row_ticket_tag *ticket_tag = row;
    *ret_group = ticket_tag->tag;
    return true;
}

static bool blob_hash(const void *row, uint64_t *ret_group)
{
    const struct row_blob *blob = row;
    *ret_group = index_group_of_hash(blob->hash);
    return true;
}

static bool upload_of_account(const void *row, uint64_t *ret_group)
{
    const struct row_upload *upload = row;
    *ret_group = upload->account;
    return true;
}

const struct index_rule index_rules[] = {
    {ROW_ACCOUNT, INDEX_ID_ADMINS, active_admin},
    {ROW_ACCOUNT, INDEX_ID_ACCOUNT_NAME, account_name},
    {ROW_ACCOUNT, INDEX_ID_ACCOUNT_EMAIL, account_email},
    {ROW_TICKET, INDEX_ID_TICKETS, ticket_kept},
    {ROW_TICKET, INDEX_ID_TICKETS_BY_REQUESTER, ticket_of_requester},
    {ROW_TICKET, INDEX_ID_TICKETS_DELETED, ticket_deleted},
    {ROW_TICKET, INDEX_ID_TICKETS_BY_QUEUE, ticket_of_queue},
    {ROW_TICKET, INDEX_ID_TICKETS_BY_OWNER, ticket_of_owner},
    {ROW_TICKET, INDEX_ID_TICKETS_MERGED, ticket_merged},
    {ROW_FOLLOWER, INDEX_ID_TICKETS_BY_CC, follower_in_copy},
    {ROW_QUEUE_RIGHT, INDEX_ID_MEMBERS, member_of_queue},
    {ROW_SIGN_IN, INDEX_ID_SIGN_INS_BY_ACCOUNT, sign_in_of_account},
    {ROW_SIGN_IN, INDEX_ID_TOKEN, sign_in_token},
    {ROW_SIGN_IN, INDEX_ID_TOKEN_PREVIOUS, sign_in_previous},
    {ROW_LINK, INDEX_ID_LINKS_TO, link_to},
    {ROW_TAG, INDEX_ID_TAG_NAME, tag_name},
    {ROW_TICKET_TAG, INDEX_ID_TICKETS_BY_TAG, ticket_of_tag},
    {ROW_BLOB, INDEX_ID_BLOB_HASH, blob_hash},
    {ROW_UPLOAD, INDEX_ID_UPLOADS_BY_ACCOUNT, upload_of_account},
};
const size_t index_rule_count = sizeof index_rules / sizeof index_rules[0];

static void change_one(struct rows *rows, const struct index_rule *rule, uint64_t id,
                       const void *old_row, const void *new_row)
{
    uint64_t old_group = 0;
    uint64_t new_group = 0;
    bool was_in = old_row != NULL && rule->group(old_row, &old_group);
    bool is_in = new_row != NULL && rule->group(new_row, &new_group);
    if (was_in && is_in && old_group == new_group) {
        return;
    }
    if (was_in) {
        struct key key = key_of_index((uint8_t)rule->index, old_group, id);
        if (!any_remove(rows, DATABASE_INDEX, &key)) {
            rows_fail(rows, ERROR_DATA_DAMAGED);
        }
    }
    if (is_in) {
        struct key key = key_of_index((uint8_t)rule->index, new_group, id);
        bare_put(rows, DATABASE_INDEX, &key);
    }
}

void index_change(struct rows *rows, enum row_kind kind, uint64_t id, const void *old_row,
                  const void *new_row)
{
    for (size_t i = 0; i < index_rule_count; i++) {
        if (index_rules[i].kind == kind) {
            change_one(rows, &index_rules[i], id, old_row, new_row);
        }
    }
}
