/* Purging: the texts of a ticket go for ever, with its files, the people who followed it and what
 * somebody had begun to write to it. The row stays, so that the number is not given again. */
#include "server/core/commands.h"

/* Those of tickets merged into it, too. */
void purge_followers(struct run *run, uint64_t ticket)
{
    struct row_range range = rows_range(INDEX_FOLLOWERS, ticket, 0, false);
    uint64_t account;

    while (rows_range_next(run->rows, &range, &account)) {
        run_remove(run, ROW_FOLLOWER, ticket, account);
    }
}

static void remove_messages(struct run *run, uint64_t ticket)
{
    struct row_range range = rows_range(INDEX_MESSAGES, ticket, 0, false);
    uint64_t sequence;

    while (rows_range_next(run->rows, &range, &sequence)) {
        run_remove(run, ROW_MESSAGE, ticket, sequence);
    }
}

void purge_ticket(struct run *run)
{
    struct row_ticket after = run->ticket;

    after.title = (struct text){.data = NULL};
    after.problem = (struct text_part){.sequence = 0};
    after.deleted = true;
    after.deleted_ms = run->ticket.deleted ? run->ticket.deleted_ms : run->command->time_ms;
    after.purged = true;
    after.cc_count = 0;
    after.watcher_count = 0;
    after.version++;
    after.updated_ms = run->command->time_ms;
    run_subject(run, &run->ticket, &after, false);
    struct audience audience_before = run_audience(run, &run->ticket);
    struct audience audience_after = run_audience(run, &after);
    rows_erase_ticket_texts(run->rows, after.number);
    remove_messages(run, after.number);
    purge_followers(run, after.number);
    attachment_purge(run, &after);
    run_put(run, ROW_TICKET, &after);
    merge_purge_members(run, &audience_before, &audience_after);
    run->outcome->number = after.number;
    run->outcome->version = after.version;
}

/* --- What was not sent yet ------------------------------------------------------------------- */

static bool is_purged(struct run *run, uint64_t number)
{
    struct row_ticket row;
    return number != 0 && rows_get(run->rows, ROW_TICKET, number, 0, &row) && row.purged;
}

static void drop_drafts(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_DRAFTS, account, 0, false);
    uint64_t place;

    while (rows_range_next(run->rows, &range, &place)) {
        if (is_purged(run, place / 2)) {
            run_remove(run, ROW_DRAFT, account, place);
        }
    }
}

static void drop_uploads(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_UPLOADS_BY_ACCOUNT, account, 0, false);
    struct row_upload upload;
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (rows_get(run->rows, ROW_UPLOAD, id, 0, &upload) && is_purged(run, upload.ticket)) {
            attachment_forget_upload(run, &upload);
        }
    }
}

/* Drafts are found by their author alone, so everybody's are looked at: purges are rare, and many
 * in one command need it once. */
void purge_unsent(struct run *run)
{
    struct row_range accounts = rows_range(INDEX_ACCOUNTS, 0, 0, false);
    uint64_t account;

    while (rows_range_next(run->rows, &accounts, &account)) {
        drop_drafts(run, account);
        drop_uploads(run, account);
    }
}

void ticket_purge(struct run *run)
{
    const struct admin_ticket *request = run->command->request;

    if (merge_refuses_member(run, request->number)) {
        return;
    }
    if (!run->ticket.deleted) {
        run_refuse(run, ERROR_INVALID_FIELD, "number",
                   "Only a deleted ticket can be purged; delete it first.");
        return;
    }
    purge_ticket(run);
    purge_unsent(run);
}
