/* Rows turned into the messages that a viewer may see. */
#include "server/core/view.h"

#include "server/core/queue.h"
#include "server/core/tag.h"

struct text view_account_name(struct rows *rows, uint64_t id)
{
    struct row_account account;
    if (!rows_get(rows, ROW_ACCOUNT, id, 0, &account)) {
        return text_of("?");
    }
    return account.name;
}

struct text view_queue_name(struct rows *rows, uint64_t id)
{
    struct row_queue queue;
    return queue_read(rows, id, &queue) ? queue.name : text_of("?");
}

/* The ticket before this one, when who sees this one surely sees that one too: a right or a role
 * that decides it has to be part of the viewer's standing to this ticket. */
static bool shows_follows(struct rows *rows, const struct viewer *viewer,
                          const struct row_ticket *row)
{
    struct row_ticket before;

    if (row->follows == 0 || !rows_get(rows, ROW_TICKET, row->follows, 0, &before) ||
        before.deleted || before.purged) {
        return false;
    }
    bool is_own = row->requester == viewer->account.id && before.requester == row->requester;
    return is_own || (before.queue == row->queue && permission_sees_notes(viewer, row->queue));
}

/* Where it stands in its life; what is not there is left out. */
static void view_lifecycle(struct rows *rows, const struct viewer *viewer,
                           const struct row_ticket *row, struct ticket *ticket)
{
    if (row->pending_until_ms != 0) {
        ticket->pending_until_ms = row->pending_until_ms;
        present_mark(&ticket->present, TICKET_PENDING_UNTIL);
    }
    if (row->last_pending_until_ms != 0) {
        ticket->last_pending_until_ms = row->last_pending_until_ms;
        present_mark(&ticket->present, TICKET_LAST_PENDING_UNTIL);
    }
    if (row->resolved_ms != 0) {
        ticket->resolved_ms = row->resolved_ms;
        present_mark(&ticket->present, TICKET_RESOLVED);
    }
    if (row->opened_by != 0) {
        ticket->opened_by = view_account_name(rows, row->opened_by);
        present_mark(&ticket->present, TICKET_OPENED_BY);
    }
    if (shows_follows(rows, viewer, row)) {
        ticket->follows = row->follows;
        present_mark(&ticket->present, TICKET_FOLLOWS);
    }
}

void view_ticket(struct rows *rows, const struct viewer *viewer, const struct row_ticket *row,
                 struct ticket *ret_ticket)
{
    struct ticket ticket = {
        .number = row->number,
        .version = row->version,
        .title = row->title,
        .kind = row->kind,
        .status = status_of(row->severity, row->state),
        .severity = row->severity,
        .state = row->state,
        .requester = view_account_name(rows, row->requester),
        .created_ms = row->created_ms,
        .updated_ms = row->updated_ms,
        .reply_count = row->reply_count,
        .editable = permission_edits_text(viewer, row),
    };
    static const unsigned always[] = {
        TICKET_NUMBER,    TICKET_VERSION,  TICKET_TITLE,    TICKET_KIND,
        TICKET_STATUS,    TICKET_SEVERITY, TICKET_STATE,    TICKET_CREATED,
        TICKET_REQUESTER, TICKET_UPDATED,  TICKET_EDITABLE, TICKET_REPLY_COUNT,
    };
    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++) {
        present_mark(&ticket.present, always[i]);
    }
    ticket.attachment_count = row->attachment_count;
    if (!permission_sees_notes(viewer, row->queue)) {
        ticket.attachment_count -= row->internal_attachment_count;
    }
    present_mark(&ticket.present, TICKET_ATTACHMENT_COUNT);
    if (row->owner != 0) {
        ticket.owner = view_account_name(rows, row->owner);
        present_mark(&ticket.present, TICKET_OWNER);
    }
    if (permission_sees_notes(viewer, row->queue)) {
        ticket.note_count = row->note_count;
        present_mark(&ticket.present, TICKET_NOTE_COUNT);
        ticket.queue = view_queue_name(rows, row->queue);
        present_mark(&ticket.present, TICKET_QUEUE);
        ticket.tags = tag_line(rows, row->number);
        present_mark(&ticket.present, TICKET_TAGS);
    }
    if (row->merged_into != 0) {
        ticket.merged_into = row->merged_into;
        present_mark(&ticket.present, TICKET_MERGED_INTO);
    }
    if (row->deleted && permission_sees_deleted(viewer)) {
        ticket.deleted = true;
        present_mark(&ticket.present, TICKET_DELETED);
    }
    view_lifecycle(rows, viewer, row, &ticket);
    *ret_ticket = ticket;
}

static bool is_watching(struct rows *rows, const struct row_ticket *ticket, uint64_t account)
{
    struct row_follower follower;
    return ticket->watcher_count > 0 &&
           rows_get(rows, ROW_FOLLOWER, ticket->number, account, &follower) && follower.watching;
}

void view_watching(struct rows *rows, const struct viewer *viewer, const struct row_ticket *row,
                   struct ticket *ticket)
{
    if (viewer->signed_in) {
        ticket->watching = is_watching(rows, row, viewer->account.id);
        present_mark(&ticket->present, TICKET_WATCHING);
    }
}

bool view_follower(struct rows *rows, const struct viewer *viewer, const struct row_ticket *ticket,
                   const struct row_follower *row, struct follower *ret_follower)
{
    bool tells_watching = permission_sees_notes(viewer, ticket->queue) ||
                          (viewer->signed_in && viewer->account.id == row->account);
    if (!row->cc && !tells_watching) {
        return false;
    }
    struct follower follower = {.name = view_account_name(rows, row->account), .cc = row->cc};
    present_mark(&follower.present, FOLLOWER_NAME);
    present_mark(&follower.present, FOLLOWER_CC);
    if (tells_watching) {
        follower.watching = row->watching;
        present_mark(&follower.present, FOLLOWER_WATCHING);
    }
    *ret_follower = follower;
    return true;
}

void view_account(struct rows *rows, const struct row_account *row, struct account *ret_account)
{
    struct account account = {
        .name = row->name,
        .email = row->email,
        .display_name = row->display_name,
        .role = row->role,
        .state = row->state,
        .created_ms = row->created_ms,
        .version = row->version,
        .second_factor = row->second_factor,
    };
    struct row_role_request request;

    for (unsigned field = ACCOUNT_NAME; field <= ACCOUNT_VERSION; field++) {
        present_mark(&account.present, field);
    }
    present_mark(&account.present, ACCOUNT_SECOND_FACTOR);
    if (rows_get(rows, ROW_ROLE_REQUEST, row->id, 0, &request)) {
        account.requested_role = request.role;
        present_mark(&account.present, ACCOUNT_REQUESTED_ROLE);
    }
    *ret_account = account;
}

void view_queue(const struct viewer *viewer, const struct row_queue *row, struct queue *ret_queue)
{
    *ret_queue = (struct queue){
        .name = row->name,
        .description = row->description,
        .members_only = row->members_only,
        .staff_only = row->staff_only,
        .closed = row->closed,
        .is_default = row->id == QUEUE_DEFAULT,
        .takes = queue_takes(viewer, row),
        .rights = queue_rights_text(rows_arena(viewer->rows), permission_rights(viewer, row->id)),
        .version = row->version,
    };
}

void view_sign_in(const struct row_sign_in *row, uint64_t current, struct sign_in *ret_sign_in)
{
    *ret_sign_in = (struct sign_in){
        .id = row->id,
        .device = row->device,
        .source = row->source,
        .created_ms = row->created_ms,
        .seen_ms = row->seen_ms,
        .expires_ms = row->expires_ms,
        .current = row->id == current,
    };
    if (row->device.length > 0) {
        present_mark(&ret_sign_in->present, SIGN_IN_DEVICE);
    }
}

void view_device(const struct row_device *row, uint64_t current, struct device *ret_device)
{
    *ret_device = (struct device){
        .id = row->id,
        .name = row->name,
        .source = row->source,
        .created_ms = row->created_ms,
        .seen_ms = row->seen_ms,
        .current = row->id == current,
    };
    if (row->name.length > 0) {
        present_mark(&ret_device->present, DEVICE_NAME);
    }
}

bool view_role_request(struct rows *rows, const struct row_role_request *row,
                       struct role_request *ret_request)
{
    struct row_account account;

    if (!rows_get(rows, ROW_ACCOUNT, row->account, 0, &account)) {
        return false;
    }
    struct role_request request = {
        .name = account.name,
        .current_role = account.role,
        .role = row->role,
        .reason = row->reason,
        .time_ms = row->time_ms,
    };
    if (row->reason.length > 0) {
        present_mark(&request.present, ROLE_REQUEST_REASON);
    }
    *ret_request = request;
    return true;
}

void view_attachment(const struct viewer *viewer, const struct row_ticket *ticket,
                     const struct row_attachment *row, struct attachment *ret_attachment)
{
    *ret_attachment = (struct attachment){
        .id = row->id,
        .name = row->name,
        .size = row->size,
        .author = view_account_name(viewer->rows, row->author),
        .time_ms = row->time_ms,
    };
    if (permission_sees_notes(viewer, ticket->queue)) {
        ret_attachment->internal = row->internal;
        present_mark(&ret_attachment->present, ATTACHMENT_INTERNAL);
    }
}

bool view_sees_message(struct rows *rows, const struct viewer *viewer,
                       const struct row_message *row)
{
    struct row_ticket ticket;
    bool is_for_staff = row->kind == MESSAGE_NOTE || row->state == MESSAGE_HELD;
    return !is_for_staff || (rows_get(rows, ROW_TICKET, row->ticket, 0, &ticket) &&
                             permission_sees_notes(viewer, ticket.queue));
}

bool view_message(struct rows *rows, const struct viewer *viewer, const struct row_message *row,
                  struct message *ret_message)
{
    if (!view_sees_message(rows, viewer, row)) {
        return false;
    }
    struct message message = {
        .sequence = row->sequence,
        .kind = row->kind,
        .author = view_account_name(rows, row->author),
        .author_role = row->author_role,
        .time_ms = row->time_ms,
        .text = row->state == MESSAGE_RETRACTED ? text_of("") : rows_part(rows, &row->text),
        .state = row->state,
        .edited_ms = row->edited_ms,
        .release_ms = row->release_ms,
    };
    for (unsigned field = MSG_SEQUENCE; field <= MSG_TEXT; field++) {
        present_mark(&message.present, field);
    }
    present_mark(&message.present, MSG_STATE);
    if (row->edited_ms != 0) {
        present_mark(&message.present, MSG_EDITED);
    }
    if (row->state == MESSAGE_HELD) {
        present_mark(&message.present, MSG_RELEASE);
    }
    if (row->origin != row->ticket) {
        message.origin = row->origin;
        present_mark(&message.present, MSG_ORIGIN);
    }
    *ret_message = message;
    return true;
}
