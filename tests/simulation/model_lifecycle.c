/* The states of a ticket in the model: messages with what they change, pending, opening, timers. */
#include <string.h>

#include "tests/simulation/model_internal.h"

#define SECOND UINT64_C(1000)
#define DAY    (24 * 3600 * SECOND)

uint64_t model_timer(uint64_t number)
{
    return number + (UINT64_C(1) << 52);
}

static void make_open(struct model_ticket *ticket)
{
    ticket->state = STATE_OPEN;
    ticket->pending_until_ms = ticket->resolved_ms = 0;
    ticket->has_timer = false;
}

void model_set_status(struct model_ticket *ticket, enum status status, uint64_t time_ms)
{
    if (status != STATUS_RESOLVED) {
        ticket->severity = (enum severity)status;
        if (ticket->state == STATE_RESOLVED) {
            make_open(ticket);
        }
    } else if (ticket->state != STATE_RESOLVED) {
        make_open(ticket);
        ticket->state = STATE_RESOLVED;
        ticket->resolved_ms = time_ms;
    }
}

/* Whether the asker works on this ticket of the model. */
static bool works_on(const struct turn *turn, const struct model_ticket *ticket)
{
    const struct model *model = turn->model;
    return (model_rights(model, turn->who.account, ticket->queue) & MODEL_CHANGE) != 0;
}

bool model_is_too_late(const struct turn *turn, const struct model_ticket *ticket)
{
    return ticket->state == STATE_RESOLVED && !works_on(turn, ticket) &&
           turn->command->time_ms > ticket->resolved_ms + turn->model->reopen_days * DAY;
}

/* until_ms 0: until the requester answers. */
static void make_pending(struct model_ticket *ticket, uint64_t until_ms)
{
    ticket->state = STATE_PENDING;
    ticket->pending_until_ms = until_ms;
    ticket->has_timer = until_ms != 0;
    ticket->last_pending_until_ms = until_ms != 0 ? until_ms : ticket->last_pending_until_ms;
}

/* Who may put aside what, until when; the names are those of the fields. */
static bool may_pend(struct turn *turn, const struct model_ticket *ticket, uint64_t until_ms,
                     const char *field, const char *until_field)
{
    uint64_t now_ms = turn->command->time_ms;

    if (!works_on(turn, ticket)) {
        turn_refuse(turn, ERROR_FORBIDDEN, field);
    } else if (ticket->state == STATE_RESOLVED) {
        turn_refuse(turn, ERROR_INVALID_FIELD, field);
    } else if (until_ms != 0 && (until_ms < now_ms + SECOND || until_ms > now_ms + 730 * DAY)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, until_field);
    } else {
        return true;
    }
    return false;
}

static void change(struct turn *turn, struct model_ticket *ticket)
{
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
}

static void pend(struct turn *turn)
{
    const struct ticket_pend *request = turn->command->request;
    struct model_ticket *ticket = turn_ticket(turn, request->number);
    uint64_t until_ms = present_has(request->present, PEND_UNTIL) ? request->until_ms : 0;

    if (ticket == NULL) {
        return;
    }
    if (!works_on(turn, ticket)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    if (model_conflicts(turn, request->number, request->version) ||
        !may_pend(turn, ticket, until_ms, "number", "until")) {
        return;
    }
    if (ticket->state == STATE_PENDING && ticket->pending_until_ms == until_ms) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    make_pending(ticket, until_ms);
    change(turn, ticket);
    turn_finish(turn, request->number, false);
}

static void open_by_hand(struct turn *turn)
{
    const struct ticket_open *request = turn->command->request;
    struct model_ticket *ticket = turn_ticket(turn, request->number);

    if (ticket == NULL) {
        return;
    }
    if (model_is_guest(turn->model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    if (model_conflicts(turn, request->number, request->version)) {
        return;
    }
    if (ticket->state == STATE_OPEN) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
        return;
    }
    if (model_is_too_late(turn, ticket)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    make_open(ticket);
    change(turn, ticket);
    turn_finish(turn, request->number, false);
}

/* --- Messages --------------------------------------------------------------------------------- */

struct model_message *model_add_message(struct turn *turn, const struct ticket_say *request,
                                        bool is_note)
{
    struct model *model = turn->model;
    struct model_message *message = &model->messages[model->message_count++];

    memset(message, 0, sizeof *message);
    message->ticket = message->origin = request->number;
    message->sequence = model->sequence;
    message->author = (size_t)(turn->who.account - model->accounts);
    message->author_role = turn->who.account->role;
    message->is_note = is_note;
    message->time_ms = turn->command->time_ms;
    model_copy(message->text, request->text);
    return message;
}

/* The reply becomes a ticket. */
static void open_another(struct turn *turn, const struct ticket_say *request)
{
    struct model *model = turn->model;
    const struct model_ticket *old = &model->tickets[request->number - 1];
    struct model_ticket *ticket = &model->tickets[model->ticket_count++];

    strcpy(ticket->title, old->title);
    model_copy(ticket->problem, request->text);
    ticket->kind = old->kind;
    ticket->severity =
        present_has(request->present, SAY_STATUS) ? (enum severity)request->status : old->severity;
    ticket->requester = (size_t)(turn->who.account - model->accounts);
    ticket->created_ms = ticket->updated_ms = turn->command->time_ms;
    ticket->version = 1;
    ticket->queue = model_takes(model, &turn->who, old->queue) ? old->queue : 0;
    ticket->follows = request->number;
    turn_finish(turn, model->ticket_count, false);
    model->lines[model->line_count - 1].method = METHOD_TICKET_CREATE;
    model->lines[model->line_count - 1].for_users = METHOD_TICKET_CREATE;
    model_add_line(turn, request->number, true);
    model->lines[model->line_count - 1].method = METHOD_TICKET_LINK;
    model->links[model->link_count++] = (struct model_link){
        .from = request->number, .to = model->ticket_count, .kind = LINK_RELATES};
}

/* The ticket as the message leaves it, but for the message. */
void model_change_state(struct turn *turn, const struct ticket_say *request, bool answers,
                        struct model_ticket *ticket)
{
    bool has_until = present_has(request->present, SAY_PEND_UNTIL);
    bool has_status = present_has(request->present, SAY_STATUS);
    uint64_t until_ms = has_until ? request->pend_until_ms : 0;
    bool stays = request->keep_resolved || (has_status && request->status == STATUS_RESOLVED);

    if (answers &&
        (ticket->state == STATE_PENDING || (ticket->state == STATE_RESOLVED && !stays))) {
        make_open(ticket);
    }
    if (has_status) {
        model_set_status(ticket, request->status, turn->command->time_ms);
    }
    if ((request->pend || has_until) && ticket->state != STATE_RESOLVED) {
        make_pending(ticket, until_ms);
    }
}

/* What is asked is judged by the ticket as it is, before an answer opens it. */
static bool may_change_state(struct turn *turn, const struct ticket_say *request,
                             const struct model_ticket *ticket)
{
    bool has_until = present_has(request->present, SAY_PEND_UNTIL);
    bool has_status = present_has(request->present, SAY_STATUS);
    struct model_ticket then = *ticket;

    if (has_status && model_is_guest(turn->model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, "status");
        return false;
    }
    if (has_status && request->status == STATUS_RESOLVED && ticket->state != STATE_RESOLVED &&
        !request->even_with_open_children &&
        model_has_open_children(turn->model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_OPEN_CHILDREN, "status");
        return false;
    }
    if (!request->pend && !has_until) {
        return true;
    }
    if (has_status) {
        model_set_status(&then, request->status, turn->command->time_ms);
    }
    return may_pend(turn, &then, has_until ? request->pend_until_ms : 0,
                    request->pend ? "pend" : "pend_until", "pend_until");
}

static void reply(struct turn *turn, const struct ticket_say *request, struct model_ticket *ticket)
{
    bool own = &turn->model->accounts[ticket->requester] == turn->who.account;
    bool answers = own || model_is_guest(turn->model, &turn->who, request->number);
    bool stays = request->keep_resolved ||
                 (present_has(request->present, SAY_STATUS) && request->status == STATUS_RESOLVED);

    if (answers && !stays && model_is_too_late(turn, ticket)) {
        open_another(turn, request);
        return;
    }
    bool works = works_on(turn, ticket);
    if (!own && works && turn->model->undo_seconds > 0) {
        model_hold(turn, request);
        return;
    }
    model_change_state(turn, request, answers, ticket);
    ticket->answered = ticket->answered || (!own && works);
    change(turn, ticket);
    turn_finish(turn, request->number, false);
    model_add_message(turn, request, false);
}

static void note(struct turn *turn, const struct ticket_say *request, struct model_ticket *ticket)
{
    struct model_ticket before = *ticket;

    model_change_state(turn, request, false, ticket);
    bool same = before.state == ticket->state && before.severity == ticket->severity &&
                before.pending_until_ms == ticket->pending_until_ms;
    if (!same) {
        change(turn, ticket);
    }
    turn_finish(turn, request->number, same);
    turn->model->lines[turn->model->line_count - 1].for_users = METHOD_TICKET_UPDATE;
    model_add_message(turn, request, true);
}

static void say(struct turn *turn, bool is_note)
{
    const struct ticket_say *request = turn->command->request;
    struct model_ticket *ticket = turn_ticket(turn, request->number);

    if (ticket == NULL) {
        return;
    }
    bool in_copy = ticket->cc[turn->who.account - turn->model->accounts];
    bool only_looks = !in_copy && model_is_guest(turn->model, &turn->who, request->number);
    if (is_note ? !works_on(turn, ticket) : only_looks) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    if (may_change_state(turn, request, ticket)) {
        const struct ticket_say *asked = turn->asked;
        enum draft_for what = is_note ? DRAFT_FOR_NOTE : DRAFT_FOR_REPLY;
        (is_note ? note : reply)(turn, request, ticket);
        model_drop_draft(turn, asked->number, what);
        model_drop_draft(turn, request->number, what);
    }
}

/* --- Timers ----------------------------------------------------------------------------------- */

static void fire(struct turn *turn)
{
    const struct timer_fire *request = turn->command->request;
    struct model *model = turn->model;

    for (size_t i = 0; i < model->ticket_count; i++) {
        struct model_ticket *ticket = &model->tickets[i];
        if (!ticket->has_timer || ticket->pending_until_ms != request->due_ms ||
            request->id != model_timer(i + 1)) {
            continue;
        }
        if (request->due_ms > turn->command->time_ms) {
            turn_refuse(turn, ERROR_INVALID_FIELD, "due");
        } else if (ticket->purged || ticket->merged_into != 0) {
            ticket->has_timer = false;
        } else {
            make_open(ticket);
            change(turn, ticket);
            turn_finish(turn, i + 1, false);
        }
        return;
    }
    if (!model_held_timer(turn)) {
        turn_refuse(turn, ERROR_NOT_FOUND, "id");
    }
}

bool model_lifecycle_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_PEND:
        pend(turn);
        return true;
    case METHOD_TICKET_OPEN:
        open_by_hand(turn);
        return true;
    case METHOD_TICKET_REPLY:
        say(turn, false);
        return true;
    case METHOD_TICKET_NOTE:
        say(turn, true);
        return true;
    case METHOD_TIMER_FIRE:
        fire(turn);
        return true;
    default:
        return false;
    }
}
