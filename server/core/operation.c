/* Operation ids: a request that is sent again under the same id gets the first answer and changes
 * nothing. Ids are UUIDv7-shaped: the first 48 bits are milliseconds. */
#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/survivor.h"
#include "server/core/view.h"

static uint64_t big_endian(const uint8_t *bytes, size_t count)
{
    uint64_t number = 0;
    for (size_t i = 0; i < count; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static uint64_t id_high(struct bytes id)
{
    return big_endian(id.data, 8);
}

static uint64_t id_low(struct bytes id)
{
    return big_endian(id.data + 8, 8);
}

static uint64_t id_time_ms(struct bytes id)
{
    return big_endian(id.data, 6);
}

static uint64_t account_of(const struct viewer *viewer)
{
    return viewer->signed_in ? viewer->account.id : 0;
}

/* A conflict's reply carries the ticket as it is now, if it can still be seen. */
static void add_current(struct run *run)
{
    struct row_ticket *ticket = &run->ticket;
    if (run->outcome->number == 0 || !survivor_find(run->rows, run->outcome->number, ticket)) {
        return;
    }
    enum relation relation = permission_relation(&run->viewer, ticket);
    if (permission_check(METHOD_TICKET_GET, &run->viewer, relation) == ERROR_NONE) {
        view_ticket(run->rows, &run->viewer, ticket, &run->outcome->current);
    }
}

/* What a first run did to an account's sign-ins is not kept: whoever was not told then is now. */
static uint64_t account_named(struct run *run, struct text name)
{
    struct row_account account;
    return name.length > 0 && rows_find_account_by_name(run->rows, name, &account) ? account.id : 0;
}

static void repeat(struct run *run, const struct row_operation *kept)
{
    *run->outcome = (struct outcome){
        .verdict = kept->verdict,
        .field = kept->field,
        .name = kept->name,
        .number = kept->number,
        .version = kept->version,
        .sequence = kept->sequence,
        .ended_account = account_named(run, kept->name),
        .repeated = true,
    };
    if (kept->verdict == ERROR_VERSION_CONFLICT) {
        add_current(run);
    }
}

static bool is_same(const struct command *command, const struct viewer *viewer,
                    const struct row_operation *kept)
{
    struct text digest = {(const char *)command->digest, sizeof command->digest};
    struct text kept_digest = {(const char *)kept->digest.data, kept->digest.length};
    return kept->account == account_of(viewer) && text_equal(digest, kept_digest);
}

bool core_is_repeated(struct rows *rows, const struct command *command, const struct viewer *viewer)
{
    struct bytes id = command->operation;
    struct row_operation kept;

    return id.length == OPERATION_BYTES &&
           rows_get(rows, ROW_OPERATION, id_high(id), id_low(id), &kept) &&
           is_same(command, viewer, &kept);
}

bool operation_answers(struct run *run)
{
    struct bytes id = run->command->operation;
    uint64_t now_ms = run->command->time_ms;
    struct row_operation kept;

    if (id.length == 0) {
        run_refuse(run, ERROR_MISSING_FIELD, "operation", NULL);
        return true;
    }
    if (id.length != OPERATION_BYTES) {
        run_refuse(run, ERROR_INVALID_FIELD, "operation", "An operation id has 16 bytes.");
        return true;
    }
    /* By the id's own time alone, so that it does not matter when kept verdicts are forgotten. */
    if (id_time_ms(id) + OPERATION_LIFE_MS < now_ms) {
        run_refuse(run, ERROR_OPERATION_EXPIRED, NULL, NULL);
        return true;
    }
    if (id_time_ms(id) > now_ms + OPERATION_AHEAD_MS) {
        run_refuse(run, ERROR_INVALID_FIELD, "operation",
                   "The time in the operation id lies ahead of the desk's clock; hello tells it.");
        return true;
    }
    if (!rows_get(run->rows, ROW_OPERATION, id_high(id), id_low(id), &kept)) {
        return false;
    }
    if (!is_same(run->command, &run->viewer, &kept)) {
        run_refuse(run, ERROR_OPERATION_REUSED, "operation", NULL);
        return true;
    }
    repeat(run, &kept);
    return true;
}

/* "Come back signed in, or in admin mode, or with the right password or code" is not an answer to
 * the operation itself, and strangers leave nothing on disk by being refused. */
static bool is_kept(const struct run *run)
{
    enum error verdict = run->outcome->verdict;

    if (verdict == ERROR_NONE) {
        return true;
    }
    return verdict != ERROR_ELEVATION_REQUIRED && verdict != ERROR_AUTH_FAILED &&
           verdict != ERROR_CODE_REQUIRED && (run->viewer.signed_in || run->viewer.console);
}

void operation_keep(struct run *run)
{
    const struct command *command = run->command;
    const struct outcome *outcome = run->outcome;

    if (!is_kept(run)) {
        return;
    }
    struct row_operation row = {
        .high = id_high(command->operation),
        .low = id_low(command->operation),
        .account = account_of(&run->viewer),
        .digest = {command->digest, sizeof command->digest},
        .verdict = outcome->verdict,
        .field = outcome->field,
        .name = outcome->name,
        .number = outcome->number,
        .version = outcome->version,
        .sequence = outcome->sequence,
        .time_ms = command->time_ms,
    };
    rows_put(run->rows, ROW_OPERATION, &row);
}
