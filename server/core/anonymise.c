/* Making a person unknown, for ever: docs/decisions/0015. What the desk has of the person goes,
 * what they wrote and did stays, under a name that says nothing. The account's own rows are done at
 * once; what there may be much of is done by the desk itself, a step at a time. */
#include "server/core/commands.h"
#include "server/core/limits.h"
#include "server/core/sentence.h"

enum {
    OWNED_MAX = 200,       /* open tickets that lose their owner in one command */
    COPIES_A_STEP = 200,   /* tickets they are in copy of */
    MARKS_A_STEP = 2000,   /* of what they have read */
    ENTRIES_A_STEP = 4000, /* of the journal looked at */
    SOURCES_A_STEP = 400,  /* of those lose where they came from */
};

/* --- Tickets --------------------------------------------------------------------------------- */

static uint64_t count_owned(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_TICKETS_BY_OWNER, account, 0, false);
    struct row_ticket ticket;
    uint64_t number;
    uint64_t count = 0;

    while (count <= OWNED_MAX && rows_range_next(run->rows, &range, &number)) {
        count +=
            rows_get(run->rows, ROW_TICKET, number, 0, &ticket) && ticket.state != STATE_RESOLVED;
    }
    return count;
}

/* What is resolved keeps its owner: it says who did the work, whatever the name. */
static void disown(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_TICKETS_BY_OWNER, account, 0, false);
    struct row_ticket ticket;
    uint64_t number;

    while (rows_range_next(run->rows, &range, &number)) {
        if (!rows_get(run->rows, ROW_TICKET, number, 0, &ticket) ||
            ticket.state == STATE_RESOLVED) {
            continue;
        }
        struct row_ticket after = ticket;
        after.owner = 0;
        after.version++;
        after.updated_ms = run->command->time_ms;
        run_subject(run, &ticket, &after, false);
        run_put(run, ROW_TICKET, &after);
    }
}

static void drop_out(struct audience *audience, uint64_t account)
{
    size_t kept = 0;

    for (size_t i = 0; i < audience->cc_count; i++) {
        if (audience->cc[i] != account) {
            audience->cc[kept++] = audience->cc[i];
        }
    }
    audience->cc_count = kept;
}

static void unfollow(struct run *run, struct row_follower *follower)
{
    struct row_ticket after;

    if (!rows_get(run->rows, ROW_TICKET, follower->ticket, 0, &after)) {
        return;
    }
    struct audience before = run_audience(run, &after);
    struct audience rest = before;
    drop_out(&rest, follower->account);
    after.cc_count -= follower->cc ? 1 : 0;
    after.watcher_count -= follower->watching ? 1 : 0;
    after.version++;
    rows_subject(run->rows, after.number, &before, &rest, false);
    /* Written before it goes, so that the entry has what it said, for the history. */
    follower->cc = false;
    follower->watching = false;
    run_put(run, ROW_FOLLOWER, follower);
    run_remove(run, ROW_FOLLOWER, follower->ticket, follower->account);
    run_put(run, ROW_TICKET, &after);
}

/* True when there may be more. */
static bool drop_copies(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_TICKETS_BY_CC, account, 0, false);
    struct row_follower follower;
    uint64_t number;
    size_t count = 0;

    while (count < COPIES_A_STEP && rows_range_next(run->rows, &range, &number)) {
        if (rows_get(run->rows, ROW_FOLLOWER, number, account, &follower)) {
            unfollow(run, &follower);
        }
        count++;
    }
    return count == COPIES_A_STEP;
}

/* --- What is the account's alone ------------------------------------------------------------- */

static void drop_sign_ins(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_SIGN_INS_BY_ACCOUNT, account, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        run_remove(run, ROW_SIGN_IN, id, 0);
    }
}

static void drop_uploads(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_UPLOADS_BY_ACCOUNT, account, 0, false);
    struct row_upload upload;
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        if (rows_get(run->rows, ROW_UPLOAD, id, 0, &upload)) {
            attachment_forget_upload(run, &upload);
        }
    }
}

/* Not emptied first, as when a key is removed: nothing of it is to be on record. */
static void drop_keys(struct run *run, uint64_t account)
{
    struct row_range range = rows_range(INDEX_ACCOUNT_KEYS, account, 0, false);
    uint64_t id;

    while (rows_range_next(run->rows, &range, &id)) {
        run_remove(run, ROW_ACCOUNT_KEY, account, id);
        run_remove(run, ROW_KEY_USE, account, id);
    }
}

/* Rows whose first key number is the account. True when there may be more. */
static bool drop_keyed(struct run *run, enum row_index index, enum row_kind kind, uint64_t account,
                       size_t most)
{
    struct row_range range = rows_range(index, account, 0, false);
    uint64_t second;
    size_t count = 0;

    while (count < most && rows_range_next(run->rows, &range, &second)) {
        run_remove(run, kind, account, second);
        count++;
    }
    return count == most;
}

static void drop_own(struct run *run, uint64_t account)
{
    run_remove(run, ROW_CREDENTIAL, account, 0);
    run_remove(run, ROW_RESET, account, 0);
    run_remove(run, ROW_TOTP, account, 0);
    run_remove(run, ROW_ROLE_REQUEST, account, 0);
    device_forget_all(run, account);
    drop_sign_ins(run, account);
    drop_keys(run, account);
    drop_uploads(run, account);
    (void)drop_keyed(run, INDEX_DRAFTS, ROW_DRAFT, account, SIZE_MAX);
    (void)drop_keyed(run, INDEX_QUEUES_OF_ACCOUNT, ROW_QUEUE_RIGHT, account, SIZE_MAX);
}

/* --- Where their acts came from -------------------------------------------------------------- */

/* Looks at some entries after `*last`. True when there are more. */
static bool erase_sources(struct run *run, struct row_account *account, uint64_t *last)
{
    uint64_t newest = rows_sequence(run->rows);
    uint64_t erased = 0;
    uint64_t looked = 0;

    for (; *last < newest && looked < ENTRIES_A_STEP && erased < SOURCES_A_STEP; looked++) {
        struct journal_header header;
        (*last)++;
        if (rows_journal_header(run->rows, *last, &header) && header.actor == account->id) {
            erased += rows_erase_source(run->rows, account->id, *last) ? 1 : 0;
        }
    }
    if (erased > 0) {
        account->sources_erased += erased;
        run_put(run, ROW_ACCOUNT, account);
    }
    return *last < newest;
}

/* --- The steps ------------------------------------------------------------------------------- */

static void put_timer(struct run *run, uint64_t account, uint64_t last, uint64_t after_ms)
{
    uint64_t now_ms = run->command->time_ms;
    struct row_timer timer = {
        .due_ms = (now_ms > after_ms ? now_ms : after_ms) + 1,
        .id = account,
        .kind = TIMER_FORGET,
        .ticket = 0,
        .message = last,
    };
    run_put(run, ROW_TIMER, &timer);
}

void anonymise_go_on(struct run *run, const struct row_timer *timer)
{
    struct row_account account;
    uint64_t last = timer->message;

    if (!rows_get(run->rows, ROW_ACCOUNT, timer->id, 0, &account) || account.removed_ms == 0) {
        return;
    }
    if (drop_copies(run, account.id) ||
        drop_keyed(run, INDEX_READ_MARKS, ROW_READ_MARK, account.id, MARKS_A_STEP) ||
        erase_sources(run, &account, &last)) {
        put_timer(run, account.id, last, timer->due_ms);
    }
}

/* --- The command ----------------------------------------------------------------------------- */

/* Somebody may have been called so before such names were kept for this. */
static struct text unknown_name(struct run *run, uint64_t account)
{
    struct row_account other;
    struct text name;
    struct sentence sentence = sentence_begin("removed-");

    sentence_add_number(&sentence, account);
    name = sentence_text(&sentence, run->rows);
    while (name.data != NULL && rows_find_account_by_name(run->rows, name, &other) &&
           name.length < USER_NAME_MAX) {
        sentence_add(&sentence, "x");
        name = sentence_text(&sentence, run->rows);
    }
    return name;
}

static struct text unknown_email(struct run *run, struct text name)
{
    struct sentence sentence = sentence_begin("");

    sentence_add_text(&sentence, name);
    sentence_add(&sentence, "@removed.invalid"); /* a domain that never is: RFC 2606 */
    return sentence_text(&sentence, run->rows);
}

static bool refuses(struct run *run, const struct row_account *account)
{
    if (account_is_last_admin(run, account)) {
        run_refuse(run, ERROR_LAST_ADMIN, "name", NULL);
        return true;
    }
    if (count_owned(run, account->id) > OWNED_MAX) {
        run_refuse(run, ERROR_TOO_MANY, "name",
                   "More than 200 open tickets are theirs; give those to somebody else first.");
        return true;
    }
    return false;
}

void account_anonymise(struct run *run)
{
    const struct admin_account *request = run->command->request;
    struct row_account account;

    if (!account_find_target(run, request->name, &account) || refuses(run, &account)) {
        return;
    }
    struct text name = unknown_name(run, account.id);
    struct text email = unknown_email(run, name);
    if (name.data == NULL || email.data == NULL) {
        run_refuse(run, ERROR_NO_MEMORY, NULL, NULL);
        return;
    }
    disown(run, account.id);
    (void)drop_copies(run, account.id);
    drop_own(run, account.id);
    account.name = name;
    account.email = email;
    account.display_name = (struct text){.data = NULL};
    account.role = ROLE_USER;
    account.state = ACCOUNT_DISABLED;
    account.second_factor = false;
    account.removed_ms = run->command->time_ms;
    account_put_ended(run, &account);
    rows_erase_account_texts(run->rows, account.id);
    put_timer(run, account.id, 0, 0);
}
