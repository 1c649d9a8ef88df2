/* The command table and the way every command takes through it: who is it, was this done already,
 * may they, then its own function. */
#include "server/core/core.h"

#include <stddef.h>
#include <string.h>

#include "proto/require.h"
#include "server/core/commands.h"
#include "server/core/survivor.h"

struct command_row {
    void (*apply)(struct run *run);
    enum row_class writes;
    bool needs_operation;
    bool may_do_nothing; /* and yet is no refusal: then there is no journal entry */
    bool about_ticket;
    size_t number_offset; /* about_ticket: where its request keeps the number */
};

/* Most change the record under an operation id; about a ticket when their request has a number. */
#define RECORD(function)                                                                           \
    {                                                                                              \
        .apply = (function), .writes = ROW_RECORD, .needs_operation = true                         \
    }
#define WORKING(function)                                                                          \
    {                                                                                              \
        .apply = (function), .writes = ROW_WORKING                                                 \
    }
#define WORKING_ON_TICKET(function, request)                                                       \
    {                                                                                              \
        .apply = (function), .writes = ROW_WORKING, .about_ticket = true,                          \
        .number_offset = offsetof(struct request, number)                                          \
    }
#define ON_TICKET(function, request)                                                               \
    {                                                                                              \
        .apply = (function), .writes = ROW_RECORD, .needs_operation = true, .about_ticket = true,  \
        .number_offset = offsetof(struct request, number)                                          \
    }

#define IN_PARTS(function)                                                                         \
    {                                                                                              \
        .apply = (function), .writes = ROW_RECORD, .needs_operation = true, .may_do_nothing = true \
    }

static const struct command_row commands[METHOD_COUNT] = {
    /* Connection */
    /* Accounts, and how a sign-in begins and ends */
    [METHOD_ACCOUNT_REGISTER] = RECORD(account_register),
    [METHOD_ACCOUNT_LOGIN] = WORKING(sign_in_begin),
    [METHOD_ACCOUNT_LOGIN_KEY] = WORKING(sign_in_begin_by_key),
    [METHOD_ACCOUNT_RESUME] = WORKING(sign_in_resume),
    [METHOD_ACCOUNT_USE_CODE] = RECORD(account_use_code),
    [METHOD_ACCOUNT_LOGOUT] = WORKING(sign_in_end),
    [METHOD_ACCOUNT_UPDATE] = RECORD(account_update),
    [METHOD_ACCOUNT_SET_PASSWORD] = RECORD(account_set_password),
    [METHOD_ACCOUNT_REQUEST_ROLE] = RECORD(account_request_role),
    [METHOD_ACCOUNT_END_SIGN_IN] = WORKING(sign_in_end_own),
    [METHOD_ACCOUNT_END_OTHER_SIGN_INS] = WORKING(sign_in_end_others),
    [METHOD_ACCOUNT_FORGET_DEVICE] = WORKING(device_forget),
    [METHOD_ACCOUNT_KEY_ADD] = RECORD(key_add),
    [METHOD_ACCOUNT_KEY_REMOVE] = RECORD(key_remove),
    [METHOD_ACCOUNT_TOTP_BEGIN] = WORKING(totp_begin),
    [METHOD_ACCOUNT_TOTP_CONFIRM] = RECORD(totp_confirm),
    [METHOD_ACCOUNT_TOTP_REMOVE] = RECORD(totp_remove),
    /* Sign-in, while it lasts */
    [METHOD_ACCOUNT_ELEVATE] = WORKING(sign_in_elevate),
    [METHOD_ACCOUNT_ELEVATE_KEY] = WORKING(sign_in_elevate_by_key),
    [METHOD_ACCOUNT_END_ELEVATION] = WORKING(sign_in_end_elevation),
    [METHOD_ACCOUNT_ACT_AS] = {.apply = acting_begin, .writes = ROW_RECORD},
    [METHOD_ACCOUNT_END_ACT_AS] = WORKING(acting_end),
    /* Tickets */
    [METHOD_TICKET_CREATE] = RECORD(ticket_create),
    [METHOD_TICKET_UPDATE] = ON_TICKET(ticket_update, ticket_update),
    /* Ownership */
    [METHOD_TICKET_TAKE] = ON_TICKET(owner_take, ticket_act),
    [METHOD_TICKET_UNTAKE] = ON_TICKET(owner_untake, ticket_act),
    [METHOD_TICKET_STEAL] = ON_TICKET(owner_steal, ticket_steal),
    [METHOD_TICKET_GIVE] = ON_TICKET(owner_give, ticket_give),
    [METHOD_TICKET_WATCH] = ON_TICKET(follower_watch, ticket_act),
    [METHOD_TICKET_UNWATCH] = ON_TICKET(follower_unwatch, ticket_act),
    [METHOD_TICKET_CC_ADD] = ON_TICKET(follower_add_copy, ticket_person),
    [METHOD_TICKET_CC_REMOVE] = ON_TICKET(follower_remove_copy, ticket_person),
    /* Lifecycle */
    [METHOD_TICKET_PEND] = ON_TICKET(ticket_pend, ticket_pend),
    [METHOD_TICKET_OPEN] = ON_TICKET(ticket_open, ticket_open),
    /* Conversation */
    [METHOD_TICKET_REPLY] = ON_TICKET(message_reply, ticket_say),
    [METHOD_TICKET_NOTE] = ON_TICKET(message_note, ticket_say),
    [METHOD_TICKET_WITHDRAW] = ON_TICKET(held_withdraw, ticket_message),
    [METHOD_TICKET_SEND_NOW] = ON_TICKET(held_send_now, ticket_message),
    [METHOD_MESSAGE_EDIT] = ON_TICKET(message_edit, message_edit),
    [METHOD_MESSAGE_RETRACT] = ON_TICKET(message_retract, ticket_message),
    /* Queues */
    [METHOD_TICKET_MOVE] = ON_TICKET(ticket_move, ticket_move),
    [METHOD_ADMIN_QUEUE_CREATE] = RECORD(queue_create),
    [METHOD_ADMIN_QUEUE_UPDATE] = RECORD(queue_update),
    [METHOD_ADMIN_QUEUE_RIGHTS] = RECORD(queue_rights),
    /* Links and merging */
    [METHOD_TICKET_LINK] = ON_TICKET(ticket_link, ticket_link),
    [METHOD_TICKET_UNLINK] = ON_TICKET(ticket_unlink, ticket_unlink),
    [METHOD_TICKET_MERGE] = ON_TICKET(ticket_merge, ticket_merge),
    [METHOD_TICKET_UNMERGE] = ON_TICKET(ticket_unmerge, ticket_act),
    [METHOD_TICKET_SPLIT] = ON_TICKET(ticket_split, ticket_split),
    /* Tags */
    [METHOD_TICKET_TAG] = ON_TICKET(ticket_tag, ticket_tag),
    /* Attachments */
    [METHOD_ATTACHMENT_BEGIN] = {.apply = attachment_begin,
                                 .writes = ROW_WORKING,
                                 .needs_operation = true,
                                 .about_ticket = true,
                                 .number_offset = offsetof(struct attachment_begin, number)},
    [METHOD_ATTACHMENT_CHUNK] = WORKING(attachment_chunk),
    [METHOD_ATTACHMENT_FINISH] = RECORD(attachment_finish),
    [METHOD_ATTACHMENT_REMOVE] = ON_TICKET(attachment_remove, attachment_remove),
    /* Drafts and unread */
    [METHOD_DRAFT_SAVE] = WORKING_ON_TICKET(draft_save, draft_save),
    [METHOD_DRAFT_REMOVE] = WORKING(draft_remove),
    [METHOD_TICKET_MARK_READ] = WORKING_ON_TICKET(ticket_mark_read, ticket_mark_read),
    /* Presence and feed */
    /* Bulk and undo */
    [METHOD_TICKET_BULK] = IN_PARTS(ticket_bulk),
    [METHOD_TICKET_UNDO] = RECORD(ticket_undo),
    /* Admin: tickets */
    [METHOD_ADMIN_TICKET_DELETE] = ON_TICKET(ticket_delete, admin_ticket),
    [METHOD_ADMIN_TICKET_RESTORE] = ON_TICKET(ticket_restore, admin_ticket),
    [METHOD_ADMIN_TICKET_PURGE] = ON_TICKET(ticket_purge, admin_ticket),
    [METHOD_ADMIN_RETENTION_RUN] = IN_PARTS(retention_run),
    /* Admin: accounts */
    [METHOD_ADMIN_ACCOUNT_CREATE] = RECORD(account_create),
    [METHOD_ADMIN_ACCOUNT_RESET] = RECORD(account_reset),
    [METHOD_ADMIN_TOTP_RESET] = RECORD(totp_reset),
    [METHOD_ADMIN_ACCOUNT_ROLE] = RECORD(account_change_role),
    [METHOD_ADMIN_END_SIGN_INS] = RECORD(sign_in_end_by_admin),
    [METHOD_ADMIN_KEY_REMOVE] = RECORD(key_remove_by_admin),
    [METHOD_ADMIN_UNLOCK] = RECORD(account_unlock),
    [METHOD_ADMIN_ACCOUNT_DISABLE] = RECORD(account_disable),
    [METHOD_ADMIN_ACCOUNT_ENABLE] = RECORD(account_enable),
    [METHOD_ADMIN_ACCOUNT_ANONYMISE] = RECORD(account_anonymise),
    [METHOD_ADMIN_ROLE_GRANT] = RECORD(account_grant_role),
    [METHOD_ADMIN_ROLE_DECLINE] = RECORD(account_decline_role),
    /* Admin: canned replies */
    [METHOD_ADMIN_CANNED_CREATE] = RECORD(canned_create),
    [METHOD_ADMIN_CANNED_UPDATE] = RECORD(canned_update),
    [METHOD_ADMIN_CANNED_REMOVE] = RECORD(canned_remove),
    /* Admin: settings */
    [METHOD_ADMIN_SETTINGS_UPDATE] = RECORD(settings_update),
    /* Audit */
    /* Internal */
    [METHOD_ACCOUNT_COUNT_FAILURE] = WORKING(account_count_failure),
    [METHOD_TIMER_FIRE] = WORKING(timer_fire), /* and the record, unless it came too late */
};

struct command_facts core_command_facts(enum method method)
{
    require((unsigned)method < METHOD_COUNT);
    return (struct command_facts){
        .is_command = commands[method].apply != NULL,
        .writes = commands[method].writes,
        .needs_operation = commands[method].needs_operation,
    };
}

void run_refuse(struct run *run, enum error verdict, const char *field, const char *reason)
{
    require(!run->wrote);
    require(verdict != ERROR_NONE);
    run->outcome->verdict = verdict;
    run->outcome->field = text_of(field);
    run->outcome->reason = text_of(reason);
}

void run_put(struct run *run, enum row_kind kind, void *row)
{
    require(run->outcome->verdict == ERROR_NONE);
    run->wrote = true;
    rows_put(run->rows, kind, row);
}

void run_remove(struct run *run, enum row_kind kind, uint64_t a, uint64_t b)
{
    require(run->outcome->verdict == ERROR_NONE);
    run->wrote = true;
    rows_remove(run->rows, kind, a, b);
}

struct audience run_audience(struct run *run, const struct row_ticket *ticket)
{
    struct audience audience = {
        .requester = ticket->purged ? 0 : ticket->requester,
        .queue = ticket->queue,
        .deleted = ticket->deleted,
    };
    if (ticket->cc_count == 0) {
        return audience;
    }
    struct row_range followers = rows_range(INDEX_FOLLOWERS, ticket->number, 0, false);
    uint64_t account;
    while (audience.cc_count < CC_MAX && rows_range_next(run->rows, &followers, &account)) {
        struct row_follower follower;
        if (rows_get(run->rows, ROW_FOLLOWER, ticket->number, account, &follower) && follower.cc) {
            audience.cc[audience.cc_count++] = account;
        }
    }
    return audience;
}

void run_subject(struct run *run, const struct row_ticket *before, const struct row_ticket *after,
                 bool staff_only)
{
    static const struct audience nobody;
    struct audience audience_after = run_audience(run, after);
    struct audience audience_before = before != NULL ? run_audience(run, before) : nobody;
    rows_subject(run->rows, after->number, &audience_before, &audience_after, staff_only);
}

/* Loads the ticket it is about, and says what that is to the viewer. */
static enum relation find_relation(struct run *run, const struct command_row *row)
{
    uint64_t number;

    if (!row->about_ticket) {
        return RELATION_NONE;
    }
    memcpy(&number, (const char *)run->command->request + row->number_offset, sizeof number);
    if (number == 0) {
        return RELATION_NONE; /* it was left out, where the request allows that */
    }
    bool found = survivor_find(run->rows, number, &run->ticket);
    return permission_relation(&run->viewer, found ? &run->ticket : NULL);
}

static void judge_and_apply(struct run *run, const struct command_row *row)
{
    enum relation relation = find_relation(run, row);
    enum error refusal = permission_check(run->command->method, &run->viewer, relation);

    if (refusal != ERROR_NONE) {
        run_refuse(run, refusal, NULL, NULL);
        return;
    }
    row->apply(run);
    if (row->writes == ROW_RECORD && run->outcome->verdict == ERROR_NONE) {
        require(run->wrote || row->may_do_nothing);
        run->outcome->sequence = run->wrote ? rows_sequence(run->rows) + 1 : 0;
    }
}

void run_part(struct run *run, enum method method, const void *request, struct outcome *ret_outcome)
{
    struct outcome outcome = {.verdict = ERROR_NONE};
    struct command command = *run->command;
    struct run part = {
        .rows = run->rows, .command = &command, .viewer = run->viewer, .outcome = &outcome};

    require((unsigned)method < METHOD_COUNT && commands[method].about_ticket);
    command.method = method;
    command.request = request;
    judge_and_apply(&part, &commands[method]);
    run->wrote = run->wrote || part.wrote;
    *ret_outcome = outcome;
}

static void name_actor(struct run *run)
{
    const struct viewer *viewer = &run->viewer;
    uint64_t acting_for = permission_is_acting(viewer) ? viewer->account.id : 0;
    rows_actor(run->rows, viewer->actor, acting_for);
}

void core_apply(struct rows *rows, const struct command *command, struct outcome *ret_outcome)
{
    require((unsigned)command->method < METHOD_COUNT);
    const struct command_row *row = &commands[command->method];
    require(row->apply != NULL);

    struct outcome outcome = {.verdict = ERROR_NONE};
    struct run run = {.rows = rows, .command = command, .outcome = &outcome};
    permission_viewer(rows, &command->origin, command->time_ms, &run.viewer);
    name_actor(&run);

    /* Before the operation id: an answer to "who are you" is none to the operation. */
    enum error stranger = permission_check(command->method, &run.viewer, RELATION_NONE);
    if (stranger == ERROR_NOT_SIGNED_IN) {
        /* Who was signed in when this was asked is told what has happened since. */
        run_refuse(&run, stranger, NULL,
                   permission_why_nobody(rows, command->origin.sign_in, command->time_ms));
    } else if (!row->needs_operation) {
        judge_and_apply(&run, row);
    } else if (!operation_answers(&run)) {
        judge_and_apply(&run, row);
        operation_keep(&run);
    }
    sign_in_touch(&run);
    *ret_outcome = outcome;
}

void core_settle(struct rows *rows, const struct command *command, struct outcome *outcome,
                 uint64_t sequence)
{
    if (outcome->repeated || rows_error(rows) != ERROR_NONE) {
        return;
    }
    /* What was promised to the operation's kept verdict has to be what the journal gave. */
    require(!commands[command->method].needs_operation || outcome->sequence == sequence);
    outcome->sequence = sequence;
}
