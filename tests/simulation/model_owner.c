/* Owners, people in copy and watchers, as the page has them. */
#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

enum { COPY_MAX = 16, WATCH_MAX = 64 };

static size_t person(const struct turn *turn)
{
    return (size_t)(turn->who.account - turn->model->accounts) + 1;
}

/* index + 1; 0: nobody has this name */
static size_t find_name(const struct model *model, struct text name)
{
    for (size_t i = 0; i < model->account_count; i++) {
        if (model_same(model->accounts[i].name, name)) {
            return i + 1;
        }
    }
    return 0;
}

static void change(struct turn *turn, struct model_ticket *ticket, uint64_t number)
{
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
    turn_finish(turn, number, false);
}

static void set_owner(struct turn *turn, struct model_ticket *ticket, uint64_t number, size_t owner)
{
    ticket->owner = owner;
    change(turn, ticket, number);
}

static void take(struct turn *turn, struct model_ticket *ticket, uint64_t number)
{
    if (!model_may_own(turn->model, turn->who.account, number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
    } else if (ticket->owner == person(turn)) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (ticket->owner != 0) {
        turn_refuse(turn, ERROR_OWNED, NULL);
    } else {
        set_owner(turn, ticket, number, person(turn));
    }
}

static void steal(struct turn *turn, struct model_ticket *ticket, uint64_t number)
{
    const struct ticket_steal *request = turn->command->request;
    bool is_given = present_has(request->present, STEAL_FROM);

    if (!model_may_own(turn->model, turn->who.account, number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
    } else if (ticket->owner == person(turn)) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (ticket->owner == 0) {
        turn_refuse(turn, ERROR_NOT_OWNED, NULL);
    } else if (is_given && find_name(turn->model, request->from) != ticket->owner) {
        turn_refuse(turn, ERROR_OWNED, NULL);
    } else {
        set_owner(turn, ticket, number, person(turn));
    }
}

static void untake(struct turn *turn, struct model_ticket *ticket, uint64_t number)
{
    if (ticket->owner == 0) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (ticket->owner != person(turn)) {
        turn_refuse(turn, ERROR_OWNED, NULL);
    } else {
        set_owner(turn, ticket, number, 0);
    }
}

static bool is_not_from(struct turn *turn, const struct model_ticket *ticket,
                        const struct ticket_give *request)
{
    return present_has(request->present, GIVE_FROM) &&
           (request->from.length == 0
                ? ticket->owner != 0
                : ticket->owner == 0 || find_name(turn->model, request->from) != ticket->owner);
}

static void give(struct turn *turn, struct model_ticket *ticket, struct ticket_give request)
{
    size_t target = find_name(turn->model, request.name);

    if (target == 0) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
        return;
    }
    if (target == person(turn)) {
        take(turn, ticket, request.number);
        return;
    }
    if (ticket->owner != 0 && ticket->owner != person(turn) &&
        turn->who.account->role != ROLE_ADMIN) {
        turn_refuse(turn, ERROR_OWNED, NULL);
        return;
    }
    const struct model_account *account = &turn->model->accounts[target - 1];
    if (ticket->owner == target) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "name");
    } else if (is_not_from(turn, ticket, &request)) {
        turn_refuse(turn, ticket->owner == 0 ? ERROR_NOT_OWNED : ERROR_OWNED, NULL);
    } else if (account->state != ACCOUNT_ACTIVE ||
               !model_may_own(turn->model, account, request.number)) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "name");
    } else {
        set_owner(turn, ticket, request.number, target);
    }
}

static size_t count(const bool *flags)
{
    size_t sum = 0;
    for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
        sum += flags[i];
    }
    return sum;
}

static void watch(struct turn *turn, struct model_ticket *ticket, uint64_t number, bool watching)
{
    bool *mine = &ticket->watching[person(turn) - 1];

    if (*mine == watching) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
    } else if (watching && count(ticket->watching) >= WATCH_MAX) {
        turn_refuse(turn, ERROR_TOO_MANY, NULL);
    } else {
        *mine = watching;
        ticket->watching_by_merge[person(turn) - 1] = false;
        turn_finish(turn, number, false);
    }
}

static void add_copy(struct turn *turn, struct model_ticket *ticket, struct ticket_person request)
{
    size_t target = find_name(turn->model, request.name);

    if (count(ticket->cc) >= COPY_MAX) {
        turn_refuse(turn, ERROR_TOO_MANY, "name");
    } else if (target == 0 || turn->model->accounts[target - 1].state != ACCOUNT_ACTIVE) {
        turn_refuse(turn, ERROR_NOT_FOUND, "name");
    } else if (ticket->requester == target - 1 || ticket->cc[target - 1]) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "name");
    } else {
        ticket->cc[target - 1] = true;
        ticket->cc_by_merge[target - 1] = false;
        change(turn, ticket, request.number);
    }
}

static void remove_copy(struct turn *turn, struct model_ticket *ticket,
                        struct ticket_person request)
{
    struct model *model = turn->model;
    size_t target = find_name(model, request.name);

    bool guest = model_is_guest(model, &turn->who, request.number);
    bool only_copy = guest && ticket->cc[person(turn) - 1];
    if (only_copy && target != person(turn)) {
        turn_refuse(turn, ERROR_FORBIDDEN, "name");
        return;
    }
    if (target == 0 || !ticket->cc[target - 1]) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "name");
        return;
    }
    ticket->cc[target - 1] = ticket->cc_by_merge[target - 1] = false;
    unsigned rights = model_rights(model, &model->accounts[target - 1], ticket->queue);
    if (ticket->requester != target - 1 && (rights & (MODEL_READ | MODEL_CHANGE)) == 0) {
        ticket->watching[target - 1] = ticket->watching_by_merge[target - 1] = false;
    }
    change(turn, ticket, request.number);
}

static bool is_of_owner(enum method method)
{
    return method == METHOD_TICKET_TAKE || method == METHOD_TICKET_UNTAKE ||
           method == METHOD_TICKET_STEAL || method == METHOD_TICKET_GIVE;
}

static bool has_name(enum method method)
{
    return method == METHOD_TICKET_CC_ADD || method == METHOD_TICKET_CC_REMOVE;
}

static void run(struct turn *turn, struct model_ticket *ticket, struct ticket_person request)
{
    switch (turn->command->method) {
    case METHOD_TICKET_TAKE:
        take(turn, ticket, request.number);
        return;
    case METHOD_TICKET_UNTAKE:
        untake(turn, ticket, request.number);
        return;
    case METHOD_TICKET_STEAL:
        steal(turn, ticket, request.number);
        return;
    case METHOD_TICKET_GIVE:
        give(turn, ticket, *(const struct ticket_give *)turn->command->request);
        return;
    case METHOD_TICKET_CC_ADD:
        add_copy(turn, ticket, request);
        return;
    case METHOD_TICKET_CC_REMOVE:
        remove_copy(turn, ticket, request);
        return;
    default:
        watch(turn, ticket, request.number, turn->command->method == METHOD_TICKET_WATCH);
    }
}

bool model_owner_command(struct turn *turn)
{
    enum method method = turn->command->method;
    struct ticket_person request = {.number = 0};

    if (has_name(method)) {
        request = *(const struct ticket_person *)turn->command->request;
    } else if (method == METHOD_TICKET_GIVE) {
        request.number = ((const struct ticket_give *)turn->command->request)->number;
    } else if (method == METHOD_TICKET_STEAL) {
        request.number = ((const struct ticket_steal *)turn->command->request)->number;
    } else if (is_of_owner(method) || method == METHOD_TICKET_WATCH ||
               method == METHOD_TICKET_UNWATCH) {
        request.number = ((const struct ticket_act *)turn->command->request)->number;
    } else {
        return false;
    }
    struct model_ticket *ticket = turn_ticket(turn, request.number);
    if (ticket == NULL) {
        return true;
    }
    bool guest = model_is_guest(turn->model, &turn->who, request.number);
    bool only_looks = guest && !ticket->cc[person(turn) - 1];
    if ((is_of_owner(method) && !model_works_on(turn->model, &turn->who, request.number)) ||
        (method == METHOD_TICKET_CC_ADD && guest) ||
        (method == METHOD_TICKET_CC_REMOVE && only_looks)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
    } else {
        run(turn, ticket, request);
    }
    return true;
}
