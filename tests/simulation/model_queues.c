/* Queues, the rights in them, and moves between them. */
#include <string.h>

#include "tests/simulation/model_internal.h"

unsigned model_rights(const struct model *model, const struct model_account *account, size_t queue)
{
    if (account == NULL || account->role == ROLE_USER) {
        return 0;
    }
    if (account->role == ROLE_ADMIN) {
        return MODEL_ALL;
    }
    unsigned listed = model->rights[account - model->accounts][queue];
    return listed != 0 ? listed : model->queues[queue].members_only ? 0 : MODEL_ALL;
}

static unsigned rights_on(const struct model *model, const struct model_who *who, uint64_t number)
{
    return model_rights(model, who->account, model->tickets[number - 1].queue);
}

bool model_works_on(const struct model *model, const struct model_who *who, uint64_t number)
{
    return (rights_on(model, who, number) & MODEL_CHANGE) != 0;
}

bool model_looks_inside(const struct model *model, const struct model_who *who, uint64_t number)
{
    return (rights_on(model, who, number) & MODEL_READ) != 0;
}

bool model_may_own(const struct model *model, const struct model_account *account, uint64_t number)
{
    return (model_rights(model, account, model->tickets[number - 1].queue) & MODEL_OWN) != 0;
}

bool model_knows_queue(const struct model *model, const struct model_who *who, size_t queue)
{
    const struct model_queue *row = &model->queues[queue];
    return model_rights(model, who->account, queue) != 0 || (!row->staff_only && !row->closed);
}

/* The queue's place; `queue_count` when there is none of this name, or none the asker knows of. */
static size_t find(const struct turn *turn, struct text name, bool anyhow)
{
    const struct model *model = turn->model;
    size_t i = 0;

    while (i < model->queue_count && !model_same(model->queues[i].name, name)) {
        i++;
    }
    bool seen = i < model->queue_count && (anyhow || model_knows_queue(model, &turn->who, i));
    return seen ? i : model->queue_count;
}

bool model_takes(const struct model *model, const struct model_who *who, size_t queue)
{
    const struct model_queue *row = &model->queues[queue];
    return !row->closed &&
           (!row->staff_only || (model_rights(model, who->account, queue) & MODEL_CREATE) != 0);
}

bool model_file_into(struct turn *turn, struct text name, size_t *ret_queue)
{
    const struct model *model = turn->model;
    size_t queue = find(turn, name, false);

    if (queue == model->queue_count) {
        turn_refuse(turn, ERROR_NOT_FOUND, "queue");
        return false;
    }
    if (model->queues[queue].closed) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "queue");
        return false;
    }
    if (model->queues[queue].staff_only &&
        (model_rights(model, turn->who.account, queue) & MODEL_CREATE) == 0) {
        turn_refuse(turn, ERROR_FORBIDDEN, "queue");
        return false;
    }
    *ret_queue = queue;
    return true;
}

static bool may_put(struct turn *turn, size_t queue)
{
    const struct model *model = turn->model;

    if (queue == model->queue_count) {
        turn_refuse(turn, ERROR_NOT_FOUND, "queue");
    } else if ((model_rights(model, turn->who.account, queue) & MODEL_CREATE) == 0) {
        turn_refuse(turn, ERROR_FORBIDDEN, "queue");
    } else if (model->queues[queue].closed) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "queue");
    } else {
        return true;
    }
    return false;
}

static void move(struct turn *turn)
{
    const struct ticket_move *request = turn->command->request;
    struct model *model = turn->model;
    struct model_ticket *ticket = turn_ticket(turn, request->number);

    if (ticket == NULL) {
        return;
    }
    if (!model_works_on(model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    if (present_has(request->present, MOVE_FROM) &&
        !model_same(model->queues[ticket->queue].name, request->from)) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
        turn->answer.number = turn->answer.current = request->number;
        turn->answer.version = ticket->version;
        return;
    }
    size_t queue = find(turn, request->queue, false);
    if (!may_put(turn, queue)) {
        return;
    }
    if (queue == ticket->queue) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    ticket->queue = queue;
    bool keeps_owner = ticket->owner == 0 ||
                       model_may_own(model, &model->accounts[ticket->owner - 1], request->number);
    if (!keeps_owner) {
        ticket->owner = 0;
        ticket->version++;
        ticket->updated_ms = turn->command->time_ms;
    }
    turn_finish(turn, request->number, keeps_owner);
    model->lines[model->line_count - 1].for_users = METHOD_TICKET_UPDATE;
}

/* --- Admins ---------------------------------------------------------------------------------- */

static bool check_name(struct turn *turn, struct text name)
{
    if (name.length == 0 || name.data[0] == '-') {
        turn_refuse(turn, ERROR_INVALID_FIELD, "name");
        return false;
    }
    if (find(turn, name, true) < turn->model->queue_count) {
        turn_refuse(turn, ERROR_NAME_TAKEN, "name");
        return false;
    }
    return true;
}

static void accept_queue(struct turn *turn, const struct model_queue *queue)
{
    strcpy(turn->answer.name, queue->name);
    turn->answer.version = queue->version;
    turn_accept(turn);
}

static void create(struct turn *turn)
{
    const struct admin_queue_create *request = turn->command->request;
    struct model *model = turn->model;

    if (!check_name(turn, request->name)) {
        return;
    }
    struct model_queue *queue = &model->queues[model->queue_count++];
    model_copy(queue->name, request->name);
    queue->members_only = request->members_only;
    queue->staff_only = request->staff_only;
    queue->version = 1;
    accept_queue(turn, queue);
}

static void update(struct turn *turn)
{
    const struct admin_queue_update *request = turn->command->request;
    struct model *model = turn->model;
    size_t place = find(turn, request->queue, true);

    if (place == model->queue_count) {
        turn_refuse(turn, ERROR_NOT_FOUND, "queue");
        return;
    }
    struct model_queue after = model->queues[place];
    if (request->version != after.version) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
        turn->answer.version = after.version;
        return;
    }
    if (present_has(request->present, QUEUE_UPDATE_NAME)) {
        model_copy(after.name, request->name);
    }
    after.members_only = present_has(request->present, QUEUE_UPDATE_MEMBERS_ONLY)
                             ? request->members_only
                             : after.members_only;
    after.staff_only = present_has(request->present, QUEUE_UPDATE_STAFF_ONLY) ? request->staff_only
                                                                              : after.staff_only;
    after.closed =
        present_has(request->present, QUEUE_UPDATE_CLOSED) ? request->closed : after.closed;
    bool renamed = strcmp(after.name, model->queues[place].name) != 0;
    if (memcmp(&after, &model->queues[place], sizeof after) == 0) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
    } else if (renamed && !check_name(turn, request->name)) {
        return;
    } else if (place == 0 && (after.closed || after.staff_only)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, after.closed ? "closed" : "staff_only");
    } else {
        after.version++;
        model->queues[place] = after;
        accept_queue(turn, &after);
    }
}

/* The words that wishes are made of. */
static bool read_rights(struct text words, unsigned *ret_rights)
{
    static const struct {
        const char *words;
        unsigned rights;
    } known[] = {
        {"none", 0},
        {"all", MODEL_ALL},
        {"read", MODEL_READ},
        {"read create", MODEL_READ | MODEL_CREATE},
        {"read change", MODEL_READ | MODEL_CHANGE},
        {"own change read", MODEL_READ | MODEL_CHANGE | MODEL_OWN},
        {"create", MODEL_CREATE},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (model_same(known[i].words, words)) {
            *ret_rights = known[i].rights;
            return true;
        }
    }
    return false;
}

static void give_rights(struct turn *turn)
{
    const struct admin_queue_rights *request = turn->command->request;
    struct model *model = turn->model;
    size_t place = find(turn, request->queue, true);
    size_t account = 0;
    unsigned rights = 0;

    while (account < model->account_count &&
           !model_same(model->accounts[account].name, request->name)) {
        account++;
    }
    if (place == model->queue_count) {
        turn_refuse(turn, ERROR_NOT_FOUND, "queue");
    } else if (account == model->account_count) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
    } else if (!read_rights(request->rights, &rights)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "rights");
    } else if (model->accounts[account].role == ROLE_USER && rights != 0) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "name");
    } else if (model->rights[account][place] == rights) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
    } else {
        model->rights[account][place] = rights;
        strcpy(turn->answer.name, model->accounts[account].name);
        turn->answer.version = model->accounts[account].version;
        turn_accept(turn);
    }
}

bool model_queue_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_MOVE:
        move(turn);
        return true;
    case METHOD_ADMIN_QUEUE_CREATE:
        create(turn);
        return true;
    case METHOD_ADMIN_QUEUE_UPDATE:
        update(turn);
        return true;
    case METHOD_ADMIN_QUEUE_RIGHTS:
        give_rights(turn);
        return true;
    default:
        return false;
    }
}
