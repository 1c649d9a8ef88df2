/* Merging and unmerging, and tickets made of messages. */
#include <stddef.h>
#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

uint64_t model_survivor(const struct model *model, uint64_t number)
{
    bool known = number > 0 && number <= model->ticket_count;
    uint64_t into = known ? model->tickets[number - 1].merged_into : 0;
    return into != 0 ? into : number;
}

/* --- The number of a merged ticket stands for its survivor ------------------------------------ */

#define ONE(method, type)                                                                          \
    {                                                                                              \
        method, sizeof(struct type), offsetof(struct type, number), offsetof(struct type, number)  \
    }
#define TWO(method, type)                                                                          \
    {                                                                                              \
        method, sizeof(struct type), offsetof(struct type, number), offsetof(struct type, to)      \
    }

static const struct {
    enum method method;
    size_t size;
    size_t number;
    size_t other; /* the same as `number` when it names but one */
} naming[] = {
    ONE(METHOD_TICKET_UPDATE, ticket_update),
    ONE(METHOD_TICKET_TAKE, ticket_act),
    ONE(METHOD_TICKET_UNTAKE, ticket_act),
    ONE(METHOD_TICKET_STEAL, ticket_steal),
    ONE(METHOD_TICKET_GIVE, ticket_give),
    ONE(METHOD_TICKET_WATCH, ticket_act),
    ONE(METHOD_TICKET_UNWATCH, ticket_act),
    ONE(METHOD_TICKET_CC_ADD, ticket_person),
    ONE(METHOD_TICKET_CC_REMOVE, ticket_person),
    ONE(METHOD_TICKET_PEND, ticket_pend),
    ONE(METHOD_TICKET_OPEN, ticket_open),
    ONE(METHOD_TICKET_REPLY, ticket_say),
    ONE(METHOD_TICKET_NOTE, ticket_say),
    ONE(METHOD_TICKET_WITHDRAW, ticket_message),
    ONE(METHOD_TICKET_SEND_NOW, ticket_message),
    ONE(METHOD_MESSAGE_EDIT, message_edit),
    ONE(METHOD_MESSAGE_RETRACT, ticket_message),
    ONE(METHOD_TICKET_MOVE, ticket_move),
    TWO(METHOD_TICKET_LINK, ticket_link),
    TWO(METHOD_TICKET_UNLINK, ticket_unlink),
    ONE(METHOD_TICKET_SPLIT, ticket_split),
    ONE(METHOD_TICKET_TAG, ticket_tag),
    ONE(METHOD_TICKET_MARK_READ, ticket_mark_read),
};

static void stand_in_at(const struct model *model, union model_request *request, size_t place)
{
    uint64_t number;

    memcpy(&number, (char *)request + place, sizeof number);
    number = model_survivor(model, number);
    memcpy((char *)request + place, &number, sizeof number);
}

struct command model_stand_in(const struct model *model, const struct command *command,
                              union model_request *ret_request)
{
    struct command stand_in = *command;

    for (size_t i = 0; i < sizeof naming / sizeof naming[0]; i++) {
        if (naming[i].method == command->method) {
            memcpy(ret_request, command->request, naming[i].size);
            stand_in_at(model, ret_request, naming[i].number);
            stand_in_at(model, ret_request, naming[i].other);
            stand_in.request = ret_request;
        }
    }
    return stand_in;
}

/* --- Merging ---------------------------------------------------------------------------------- */

static void touch(struct turn *turn, struct model_ticket *ticket)
{
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
}

static bool is_in(const struct model_ticket *ticket, const char *tag)
{
    for (size_t i = 0; i < ticket->tag_count; i++) {
        if (strcmp(ticket->tags[i], tag) == 0) {
            return true;
        }
    }
    return false;
}

void model_forget_brought(struct model_ticket *ticket, const char *tag)
{
    for (size_t i = 0; i < MODEL_TAGS; i++) {
        if (strcmp(ticket->brought[i], tag) == 0) {
            memset(ticket->brought[i], 0, sizeof ticket->brought[i]);
        }
    }
}

static void remember_brought(struct model_ticket *ticket, const char *tag)
{
    size_t place = 0;

    while (place < MODEL_TAGS && ticket->brought[place][0] != '\0') {
        place++;
    }
    require(place < MODEL_TAGS);
    strcpy(ticket->brought[place], tag);
}

/* People and tags of the source, as far as the survivor has not got them. */
static void bring(const struct model_ticket *source, struct model_ticket *survivor)
{
    for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
        bool sees = source->cc[i] || source->requester == i;
        if (sees && survivor->requester != i && !survivor->cc[i]) {
            survivor->cc[i] = survivor->cc_by_merge[i] = true;
        }
        if (source->watching[i] && !survivor->watching[i]) {
            survivor->watching[i] = survivor->watching_by_merge[i] = true;
        }
    }
    for (size_t i = 0; i < source->tag_count; i++) {
        if (!is_in(survivor, source->tags[i])) {
            model_put_tag(survivor, source->tags[i]);
            remember_brought(survivor, source->tags[i]);
        }
    }
}

static bool conflicts(struct turn *turn, uint64_t number, uint64_t version, const char *field)
{
    bool stale = model_conflicts(turn, number, version);
    turn->answer.field = stale ? field : turn->answer.field;
    return stale;
}

/* The ticket that would survive; NULL when it was refused. */
static struct model_ticket *find_into(struct turn *turn, uint64_t number, uint64_t into)
{
    uint64_t survivor = model_survivor(turn->model, into);

    if (turn_ticket(turn, survivor) == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, "into");
    } else if (!model_works_on(turn->model, &turn->who, survivor)) {
        turn_refuse(turn, ERROR_FORBIDDEN, "into");
    } else if (survivor == number || survivor != into) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "into");
    } else {
        return &turn->model->tickets[into - 1];
    }
    return NULL;
}

/* Of a ticket that only comes along; it tells nobody anything. */
static void add_silent_line(struct turn *turn, uint64_t number)
{
    model_add_line(turn, number, false);
    turn->model->lines[turn->model->line_count - 1].is_silent = true;
}

/* The ticket that answers for the number, if the asker works on it; NULL when it was refused. */
static struct model_ticket *find_worked(struct turn *turn, uint64_t number)
{
    uint64_t survivor = model_survivor(turn->model, number);
    struct model_ticket *ticket = turn_ticket(turn, survivor);

    if (ticket != NULL && !model_works_on(turn->model, &turn->who, survivor)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return NULL;
    }
    return ticket;
}

static void put_together(struct turn *turn, uint64_t number, uint64_t into)
{
    struct model *model = turn->model;
    struct model_ticket *source = &model->tickets[number - 1];
    struct model_ticket *survivor = &model->tickets[into - 1];

    bring(source, survivor);
    for (size_t i = 0; i < model->message_count; i++) {
        struct model_message *message = &model->messages[i];
        message->ticket = message->ticket == number ? into : message->ticket;
    }
    touch(turn, source);
    touch(turn, survivor);
    turn_finish(turn, into, false);
    model_add_line(turn, number, false);
    for (size_t i = 0; i < model->ticket_count; i++) {
        if (model->tickets[i].merged_into == number) {
            model->tickets[i].merged_into = into;
            add_silent_line(turn, i + 1);
        }
    }
    source->merged_into = source->merged_by = into;
}

static void merge(struct turn *turn)
{
    const struct ticket_merge *request = turn->command->request;

    if (find_worked(turn, request->number) == NULL) {
        return;
    }
    if (model_survivor(turn->model, request->number) != request->number) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "number");
        return;
    }
    if (conflicts(turn, request->number, request->version, "version") ||
        find_into(turn, request->number, request->into) == NULL ||
        (present_has(request->present, TICKET_MERGE_INTO_VERSION) &&
         conflicts(turn, request->into, request->into_version, "into_version"))) {
        return;
    }
    put_together(turn, request->number, request->into);
}

/* --- Unmerging -------------------------------------------------------------------------------- */

/* Whether the ticket is `head` or came with it. */
static bool came_with(const struct model *model, uint64_t number, uint64_t head)
{
    while (number != 0 && number != head) {
        number = model->tickets[number - 1].merged_by;
    }
    return number == head;
}

/* Whom and what the tickets bring that stay merged into this one. */
static struct model_ticket brought_by_others(const struct model *model, uint64_t number,
                                             uint64_t left)
{
    struct model_ticket kept = {.tag_count = 0};

    for (size_t k = 0; k < model->ticket_count; k++) {
        const struct model_ticket *member = &model->tickets[k];
        if (member->merged_by != number || k + 1 == left) {
            continue;
        }
        kept.cc[member->requester] = true;
        for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
            kept.cc[i] = kept.cc[i] || member->cc[i];
            kept.watching[i] = kept.watching[i] || member->watching[i];
        }
        for (size_t i = 0; i < member->tag_count; i++) {
            model_put_tag(&kept, member->tags[i]);
        }
    }
    return kept;
}

/* Takes from the survivor whom and what merges brought, and none that stays does. */
static void give_back(struct model *model, uint64_t number, uint64_t left)
{
    struct model_ticket *survivor = &model->tickets[number - 1];
    struct model_ticket kept = brought_by_others(model, number, left);

    for (size_t i = 0; i < MODEL_ACCOUNTS; i++) {
        if (survivor->cc_by_merge[i] && !kept.cc[i]) {
            survivor->cc[i] = survivor->cc_by_merge[i] = false;
        }
        if (survivor->watching_by_merge[i] && !kept.watching[i]) {
            survivor->watching[i] = survivor->watching_by_merge[i] = false;
        }
    }
    for (size_t i = 0; i < MODEL_TAGS; i++) {
        char *tag = survivor->brought[i];
        if (tag[0] != '\0' && !is_in(&kept, tag)) {
            model_take_tag(survivor, tag);
            memset(tag, 0, sizeof survivor->brought[i]);
        }
    }
}

/* The time it was pending for may have gone by. */
static void wake(struct turn *turn, struct model_ticket *ticket)
{
    if (ticket->state == STATE_PENDING && ticket->pending_until_ms != 0 &&
        ticket->pending_until_ms <= turn->command->time_ms) {
        ticket->state = STATE_OPEN;
        ticket->pending_until_ms = 0;
        ticket->has_timer = false;
    }
}

static void take_apart(struct turn *turn, uint64_t number, uint64_t survivor)
{
    struct model *model = turn->model;
    struct model_ticket *source = &model->tickets[number - 1];

    for (size_t i = 0; i < model->message_count; i++) {
        struct model_message *message = &model->messages[i];
        if (message->ticket == survivor && came_with(model, message->origin, number)) {
            message->ticket = number;
        }
    }
    give_back(model, survivor, number);
    wake(turn, source);
    touch(turn, source);
    touch(turn, &model->tickets[survivor - 1]);
    turn_finish(turn, number, false);
    model_add_line(turn, survivor, false);
    for (size_t i = 0; i < model->ticket_count; i++) {
        if (i + 1 != number && model->tickets[i].merged_into == survivor &&
            came_with(model, i + 1, number)) {
            model->tickets[i].merged_into = number;
            add_silent_line(turn, i + 1);
        }
    }
    source->merged_into = source->merged_by = 0;
}

static void unmerge(struct turn *turn)
{
    const struct ticket_act *request = turn->command->request;
    uint64_t survivor = model_survivor(turn->model, request->number);

    if (find_worked(turn, request->number) == NULL) {
        return;
    }
    if (survivor == request->number) {
        turn_refuse(turn, ERROR_ALREADY_DONE, "number");
    } else if (turn->model->tickets[request->number - 1].merged_by != survivor) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
    } else {
        take_apart(turn, request->number, survivor);
    }
}

void model_purge_members(struct turn *turn, uint64_t number)
{
    struct model *model = turn->model;

    for (size_t i = 0; i < model->ticket_count; i++) {
        struct model_ticket *member = &model->tickets[i];
        if (member->merged_into != number) {
            continue;
        }
        member->purged = true;
        memset(member->title, 0, sizeof member->title);
        memset(member->problem, 0, sizeof member->problem);
        memset(member->cc, 0, sizeof member->cc);
        memset(member->watching, 0, sizeof member->watching);
        touch(turn, member);
        add_silent_line(turn, i + 1);
    }
}

/* --- Splitting -------------------------------------------------------------------------------- */

static const struct model_message *find_message(const struct model *model, uint64_t ticket,
                                                uint64_t sequence)
{
    for (size_t i = 0; i < model->message_count; i++) {
        const struct model_message *message = &model->messages[i];
        if (message->ticket == ticket && message->sequence == sequence) {
            return message;
        }
    }
    return NULL;
}

/* Whose the new ticket is: a note stays with whoever splits, a reply goes with its author, if that
 * is a user who can still sign in. */
static size_t whose(const struct turn *turn, const struct model_message *message)
{
    const struct model *model = turn->model;
    const struct model_account *author = &model->accounts[message->author];

    if (message->is_note) {
        return (size_t)(turn->who.account - model->accounts);
    }
    return author->role == ROLE_USER && author->state == ACCOUNT_ACTIVE
               ? message->author
               : model->tickets[message->ticket - 1].requester;
}

static void split(struct turn *turn)
{
    const struct ticket_split *request = turn->command->request;
    struct model *model = turn->model;
    const struct model_ticket *old = turn_ticket(turn, request->number);

    if (old == NULL) {
        return;
    }
    if (!model_works_on(model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_FORBIDDEN, NULL);
        return;
    }
    const struct model_message *message = find_message(model, request->number, request->message);
    if (message == NULL || message->is_held || message->is_retracted) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "message");
        return;
    }
    if (model->queues[old->queue].closed) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
        return;
    }
    size_t self = (size_t)(turn->who.account - model->accounts);
    struct model_ticket *ticket = &model->tickets[model->ticket_count++];
    model_copy(ticket->title, request->title);
    strcpy(ticket->problem, message->text);
    ticket->kind = old->kind;
    ticket->severity = old->severity;
    ticket->requester = whose(turn, message);
    ticket->opened_by = ticket->requester != self ? self + 1 : 0;
    ticket->queue = old->queue;
    ticket->created_ms = ticket->updated_ms = turn->command->time_ms;
    ticket->version = 1;
    model->links[model->link_count++] = (struct model_link){
        .from = request->number, .to = model->ticket_count, .kind = LINK_RELATES};
    turn_finish(turn, model->ticket_count, false);
    model_add_line(turn, request->number, true);
}

bool model_merge_command(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_MERGE:
        merge(turn);
        return true;
    case METHOD_TICKET_UNMERGE:
        unmerge(turn);
        return true;
    case METHOD_TICKET_SPLIT:
        split(turn);
        return true;
    default:
        return false;
    }
}
