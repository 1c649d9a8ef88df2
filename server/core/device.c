/* What is kept against guessing, so that it can't be turned against those who are guessed at: the
 * devices an account is known to use, each with a count of its own, and one count for all others.
 */
#include <string.h>

#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"

/* --- Devices --------------------------------------------------------------------------------- */

static bool is_shown(const struct run *run, const struct row_device *row)
{
    struct bytes shown = run->command->prepared.device_hash;
    return shown.length == TOKEN_BYTES && row->token_hash.length == TOKEN_BYTES &&
           memcmp(shown.data, row->token_hash.data, TOKEN_BYTES) == 0;
}

bool device_shown(struct run *run, uint64_t account, struct row_device *ret_row)
{
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (rows_get(run->rows, ROW_DEVICE, account, id, ret_row) && is_shown(run, ret_row)) {
            return true;
        }
    }
    return false;
}

/* The one that has not been used longest goes when there are too many; how many there were. */
static size_t make_room(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    struct row_device row;
    uint64_t oldest_ms = UINT64_MAX;
    uint64_t oldest = 0;
    size_t count = 0;
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (!rows_get(run->rows, ROW_DEVICE, account, id, &row)) {
            continue;
        }
        count++;
        if (row.seen_ms < oldest_ms) {
            oldest_ms = row.seen_ms;
            oldest = id;
        }
    }
    if (count >= DEVICES_MAX) {
        run_remove(run, ROW_DEVICE, account, oldest);
    }
    return count;
}

static uint64_t remember(struct run *run, uint64_t account, struct text name)
{
    const struct command *command = run->command;
    struct row_device row = {
        .account = account,
        .id = command->fresh_id,
        .token_hash = command->prepared.new_device_hash,
        .name = name,
        .source = command->origin.source,
        .created_ms = command->time_ms,
        .seen_ms = command->time_ms,
    };

    if (row.token_hash.length != TOKEN_BYTES) {
        return 0;
    }
    run->outcome->device_is_news = make_room(run, account) > 0;
    run->outcome->device = row.id;
    run_put(run, ROW_DEVICE, &row);
    return row.id;
}

uint64_t device_signed_in(struct run *run, uint64_t account, struct text name,
                          const struct row_device *shown)
{
    run_remove(run, ROW_FAILURES, account, 0);
    if (shown == NULL) {
        return remember(run, account, name);
    }
    struct row_device row = *shown;
    row.failures = 0;
    row.seen_ms = run->command->time_ms;
    row.source = run->command->origin.source;
    run_put(run, ROW_DEVICE, &row);
    return row.id;
}

uint64_t device_newer(struct run *run, uint64_t account, uint64_t but, uint64_t since_ms)
{
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    struct row_device row;
    uint64_t newest = 0;
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (id != but && rows_get(run->rows, ROW_DEVICE, account, id, &row) &&
            row.created_ms > since_ms) {
            newest = id;
        }
    }
    return newest;
}

void device_forget(struct run *run)
{
    const struct account_thing *request = run->command->request;
    struct row_device row;

    if (!rows_get(run->rows, ROW_DEVICE, run->viewer.account.id, request->id, &row)) {
        run_refuse(run, ERROR_NOT_FOUND, "id", "You have no device with this id.");
        return;
    }
    run_remove(run, ROW_DEVICE, row.account, row.id);
}

void device_forget_all(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_DEVICES, account, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        run_remove(run, ROW_DEVICE, account, id);
    }
    run_remove(run, ROW_FAILURES, account, 0);
}

/* --- Wrong passwords ------------------------------------------------------------------------- */

bool failures_stop(struct run *run, uint64_t account)
{
    struct row_failures row;
    return rows_get(run->rows, ROW_FAILURES, account, 0, &row) && row.count >= FAILURES_MAX;
}

/* A token that guesses came with is worth no more than none. */
static void count_for_device(struct run *run, struct row_device *row)
{
    row->failures++;
    if (row->failures >= FAILURES_MAX) {
        run_remove(run, ROW_DEVICE, row->account, row->id);
    } else {
        run_put(run, ROW_DEVICE, row);
    }
}

static void count_for_others(struct run *run, uint64_t account)
{
    struct row_failures row;

    if (!rows_get(run->rows, ROW_FAILURES, account, 0, &row)) {
        row = (struct row_failures){.account = account, .since_ms = run->command->time_ms};
    }
    row.count++;
    row.last_ms = run->command->time_ms;
    row.source = run->command->origin.source;
    run_put(run, ROW_FAILURES, &row);
}

/* The desk's own: the edge has found that a password was wrong. */
void account_count_failure(struct run *run)
{
    const struct account_count_failure *request = run->command->request;
    struct row_account account;
    struct row_device device;

    if (!rows_get(run->rows, ROW_ACCOUNT, request->account, 0, &account)) {
        run_refuse(run, ERROR_NOT_FOUND, "account", NULL);
        return;
    }
    if (request->device != 0 &&
        rows_get(run->rows, ROW_DEVICE, account.id, request->device, &device)) {
        count_for_device(run, &device);
    } else {
        count_for_others(run, account.id);
    }
}

/* The count is no record, but that an admin took it away is: as a new version of the account. */
void account_unlock(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;
    struct row_failures row;

    if (!account_find_named(run, request->name, &account)) {
        return;
    }
    if (!rows_get(run->rows, ROW_FAILURES, account.id, 0, &row)) {
        run_refuse(run, ERROR_ALREADY_DONE, "name", "No wrong passwords are counted there.");
        return;
    }
    account.version++;
    run_put(run, ROW_ACCOUNT, &account);
    run_remove(run, ROW_FAILURES, account.id, 0);
    run->outcome->name = account.name;
    run->outcome->version = account.version;
}
