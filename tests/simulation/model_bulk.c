/* Many tickets at once, and taking back. The model remembers how tickets were before and after the
 * last acts, and undo puts the one in place of the other. */
#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

#define DAY UINT64_C(86400000)

static size_t asker(const struct turn *turn)
{
    return (size_t)(turn->who.account - turn->model->accounts);
}

void model_note_act(struct turn *turn, uint64_t number, const struct model_ticket *before)
{
    struct model *model = turn->model;
    struct model_act *act = &model->acts[(model->act_count + MODEL_ACTS - 1) % MODEL_ACTS];

    if (model->act_count == 0 || act->sequence != model->sequence) {
        act = &model->acts[model->act_count++ % MODEL_ACTS];
        *act = (struct model_act){
            .sequence = model->sequence, .time_ms = turn->command->time_ms, .actor = asker(turn)};
    }
    require(act->count < MODEL_ACT_TICKETS);
    act->numbers[act->count] = number;
    act->before[act->count] = *before;
    act->after[act->count++] = model->tickets[number - 1];
}

/* --- Bulk ------------------------------------------------------------------------------------ */

static bool is_outdated(const struct turn *turn, const struct bulk_ticket *wanted)
{
    const struct model *model = turn->model;
    if (!present_has(wanted->present, BULK_TICKET_VERSION) ||
        !model_reads(model, &turn->who, wanted->number)) {
        return false;
    }
    const struct model_ticket *ticket = &model->tickets[wanted->number - 1];
    return !ticket->deleted && ticket->version != wanted->version;
}

static enum error change_one(struct turn *turn, const struct ticket_bulk *request,
                             const struct bulk_ticket *wanted)
{
    struct model *model = turn->model;
    struct ticket_update update = {.number = wanted->number};
    struct command command = *turn->command;
    struct turn part = {
        .model = model, .command = &command, .who = turn->who, .answer = {.verdict = ERROR_NONE}};

    struct bulk_ticket survivor = *wanted;
    survivor.number = update.number = model_survivor(model, wanted->number);
    if (is_outdated(turn, &survivor)) {
        return ERROR_VERSION_CONFLICT;
    }
    if (survivor.number <= model->ticket_count) {
        update.version = model->tickets[survivor.number - 1].version;
    }
    update.status = request->status;
    update.kind = request->kind;
    present_mark(&update.present, request->act == BULK_STATUS ? UPDATE_STATUS : UPDATE_KIND);
    command.request = &update;
    model_update(&part);
    return part.answer.verdict;
}

static bool has_twice(const struct ticket_bulk *request)
{
    const struct bulk_ticket *tickets = request->tickets.items;
    for (size_t i = 0; i < request->tickets.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (tickets[i].number == tickets[k].number) {
                return true;
            }
        }
    }
    return false;
}

static void bulk(struct turn *turn)
{
    const struct ticket_bulk *request = turn->command->request;
    struct model *model = turn->model;
    uint64_t before = model->sequence;
    bool any = false;

    if (request->tickets.count == 0 || has_twice(request)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "tickets");
        return;
    }
    for (size_t i = 0; i < request->tickets.count; i++) {
        model->sequence = before; /* all of them share the next one */
        model->results[i] =
            change_one(turn, request, &((const struct bulk_ticket *)request->tickets.items)[i]);
        any = any || model->results[i] == ERROR_NONE;
    }
    model->sequence = before + (any ? 1 : 0);
    turn->answer.sequence = any ? model->sequence : 0;
}

/* --- Undo ------------------------------------------------------------------------------------ */

static const struct model_act *find_act(const struct model *model, uint64_t sequence)
{
    for (size_t i = 0; i < MODEL_ACTS && i < model->act_count; i++) {
        if (model->acts[i].sequence == sequence) {
            return &model->acts[i];
        }
    }
    return NULL;
}

static bool may_see(struct turn *turn, const struct model_act *act)
{
    for (size_t i = 0; i < act->count; i++) {
        if (turn_ticket(turn, act->numbers[i]) == NULL) {
            turn->answer.field = "sequence";
            return false;
        }
        if (model_is_guest(turn->model, &turn->who, act->numbers[i])) {
            turn_refuse(turn, ERROR_FORBIDDEN, NULL);
            return false;
        }
        if (turn->model->tickets[act->numbers[i] - 1].merged_into != 0) {
            turn_refuse(turn, ERROR_NOT_UNDOABLE, "sequence");
            return false;
        }
    }
    return true;
}

static bool may_undo(struct turn *turn, const struct model_act *act)
{
    const struct model *model = turn->model;
    for (size_t i = act->count; i > 0; i--) {
        uint64_t number = act->numbers[i - 1];
        if (model->tickets[number - 1].version != act->after[i - 1].version) {
            turn_refuse(turn, ERROR_CHANGED_SINCE, NULL);
            turn->answer.number = number;
            return false;
        }
    }
    for (size_t i = 0; i < act->count; i++) {
        bool settled = model_settled_field(&act->before[i], &act->after[i]) != NULL &&
                       model->tickets[act->numbers[i] - 1].answered;
        const struct model_ticket *now = &model->tickets[act->numbers[i] - 1];
        bool late = act->before[i].state != STATE_RESOLVED && now->state == STATE_RESOLVED &&
                    model_is_too_late(turn, now);
        if (late || (settled && !model_works_on(model, &turn->who, act->numbers[i]))) {
            turn_refuse(turn, ERROR_FORBIDDEN, NULL);
            return false;
        }
    }
    return true;
}

static void put_back(struct turn *turn, uint64_t number, const struct model_ticket *before)
{
    struct model_ticket *ticket = &turn->model->tickets[number - 1];
    struct model_ticket now = *ticket;

    memcpy(ticket->title, before->title, sizeof ticket->title);
    memcpy(ticket->problem, before->problem, sizeof ticket->problem);
    ticket->kind = before->kind;
    ticket->severity = before->severity;
    ticket->state = before->state;
    ticket->pending_until_ms = before->pending_until_ms;
    ticket->last_pending_until_ms = before->last_pending_until_ms;
    ticket->resolved_ms = before->resolved_ms;
    ticket->has_timer = before->has_timer;
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
    model_add_line(turn, number, false);
    model_note_act(turn, number, &now);
}

static void undo(struct turn *turn)
{
    const struct ticket_undo *request = turn->command->request;
    const struct model_act *found = find_act(turn->model, request->sequence);

    if (found == NULL || found->actor != asker(turn)) {
        turn_refuse(turn, ERROR_NOT_FOUND, "sequence");
        return;
    }
    if (found->time_ms + DAY < turn->command->time_ms) {
        turn_refuse(turn, ERROR_NOT_UNDOABLE, "sequence");
        return;
    }
    struct model_act act = *found; /* its place may be needed for this one */
    if (!may_see(turn, &act) || !may_undo(turn, &act)) {
        return;
    }
    turn_accept(turn);
    for (size_t i = 0; i < act.count; i++) {
        put_back(turn, act.numbers[i], &act.before[i]);
    }
    turn->answer.number = act.numbers[0];
    turn->answer.version = turn->model->tickets[act.numbers[0] - 1].version;
}

bool model_bulk_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_BULK:
        bulk(turn);
        return true;
    case METHOD_TICKET_UNDO:
        undo(turn);
        return true;
    default:
        return false;
    }
}
