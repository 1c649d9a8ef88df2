#include "tests/simulation/model.h"

#include <string.h>

#include "proto/require.h"
#include "tests/simulation/model_internal.h"

enum { MINUTE = 60000 };

void model_init(struct model *model)
{
    memset(model, 0, sizeof *model);
    model->registration = REGISTRATION_OPEN;
    model->undo_seconds = 10;
    model->settings_version = 1;
    model->reopen_days = 14;
    model->queue_count = 1;
    strcpy(model->queues[0].name, "general");
    model->queues[0].version = 1;
}

bool model_has_room(const struct model *model)
{
    return model->account_count < MODEL_ACCOUNTS && model->sign_in_count < MODEL_SIGN_INS &&
           model->ticket_count < MODEL_TICKETS && model->message_count < MODEL_MESSAGES &&
           model->line_count + 40 < MODEL_LINES && model->link_count < MODEL_LINKS &&
           model->queue_count < MODEL_QUEUES && model->hold_count < MODEL_HOLDS &&
           model->draft_count < MODEL_DRAFTS && model->operation_count < MODEL_OPERATIONS;
}

void model_copy(char *ret_text, struct text text)
{
    require(text.length < MODEL_TEXT);
    memset(ret_text, 0, MODEL_TEXT);
    if (text.length > 0) {
        memcpy(ret_text, text.data, text.length);
    }
}

bool model_same(const char *a, struct text b)
{
    return strlen(a) == b.length && (b.length == 0 || memcmp(a, b.data, b.length) == 0);
}

void turn_refuse(struct turn *turn, enum error verdict, const char *field)
{
    turn->answer.verdict = verdict;
    turn->answer.field = field;
}

void turn_accept(struct turn *turn)
{
    turn->answer.sequence = ++turn->model->sequence;
}

struct model_who model_who(struct model *model, const struct origin *origin, uint64_t time_ms)
{
    struct model_who who = {.account = NULL};

    if (origin->sign_in == 0) {
        who.console = origin->console;
        who.desk = origin->desk;
        return who;
    }
    for (size_t i = 0; i < model->sign_in_count; i++) {
        struct model_sign_in *sign_in = &model->sign_ins[i];
        if (sign_in->id == origin->sign_in && !model_is_over(model, sign_in, time_ms)) {
            who.sign_in = sign_in;
            who.account = &model->accounts[sign_in->account];
            who.in_admin_mode = who.account->role == ROLE_ADMIN && !origin->gateway &&
                                time_ms < sign_in->elevated_until_ms &&
                                sign_in->elevated_connection == origin->connection;
        }
    }
    return who;
}

bool model_reads(const struct model *model, const struct model_who *who, uint64_t number)
{
    if (who->account == NULL || number == 0 || number > model->ticket_count) {
        return false;
    }
    const struct model_ticket *ticket = &model->tickets[number - 1];
    if (ticket->purged) {
        return false;
    }
    if (ticket->deleted) {
        return who->in_admin_mode;
    }
    return model_works_on(model, who, number) || model_looks_inside(model, who, number) ||
           &model->accounts[ticket->requester] == who->account ||
           ticket->cc[who->account - model->accounts];
}

bool model_is_guest(const struct model *model, const struct model_who *who, uint64_t number)
{
    const struct model_ticket *ticket = &model->tickets[number - 1];
    return !model_works_on(model, who, number) &&
           &model->accounts[ticket->requester] != who->account;
}

/* --- Tickets --------------------------------------------------------------------------------- */

static struct model_ticket *find_ticket(struct model *model, uint64_t number)
{
    if (number == 0 || number > model->ticket_count || model->tickets[number - 1].purged) {
        return NULL;
    }
    return &model->tickets[number - 1];
}

/* The ticket, if it may be written on; deleted ones are not there for this. */
struct model_ticket *turn_ticket(struct turn *turn, uint64_t number)
{
    struct model_ticket *ticket = find_ticket(turn->model, number);

    if (ticket == NULL || ticket->deleted || !model_reads(turn->model, &turn->who, number)) {
        turn_refuse(turn, ERROR_NOT_FOUND, NULL);
        return NULL;
    }
    return ticket;
}

void model_add_line(struct turn *turn, uint64_t number, bool is_note)
{
    struct model *model = turn->model;
    struct model_line *line = &model->lines[model->line_count++];

    *line = (struct model_line){
        .ticket = number,
        .sequence = model->sequence,
        .method = turn->command->method,
        .for_users = turn->command->method,
        .is_note = is_note,
        .is_watch = turn->command->method == METHOD_TICKET_WATCH ||
                    turn->command->method == METHOD_TICKET_UNWATCH,
    };
    const char *nameless = turn->who.desk ? "" : "console";
    strcpy(line->actor, turn->who.account != NULL ? turn->who.account->name : nameless);
}

void turn_finish(struct turn *turn, uint64_t number, bool is_note)
{
    turn_accept(turn);
    turn->answer.number = number;
    turn->answer.version = turn->model->tickets[number - 1].version;
    model_add_line(turn, number, is_note);
}

/* The index of whom the ticket is for; only the name of somebody else changes it. */
static bool find_requester(struct turn *turn, size_t queue, size_t *ret_requester)
{
    const struct ticket_create *request = turn->command->request;
    const struct model *model = turn->model;

    if (!present_has(request->present, CREATE_REQUESTER) ||
        model_same(turn->who.account->name, request->requester)) {
        return true;
    }
    if ((model_rights(model, turn->who.account, queue) & MODEL_CREATE) == 0) {
        turn_refuse(turn, ERROR_FORBIDDEN, "requester");
        return false;
    }
    for (size_t i = 0; i < model->account_count; i++) {
        if (model_same(model->accounts[i].name, request->requester) &&
            model->accounts[i].state == ACCOUNT_ACTIVE) {
            *ret_requester = i;
            return true;
        }
    }
    turn_refuse(turn, ERROR_INVALID_FIELD, "requester");
    return false;
}

static void create(struct turn *turn)
{
    const struct ticket_create *request = turn->command->request;
    struct model *model = turn->model;
    bool given = present_has(request->present, CREATE_STATUS);

    if (given && request->status == STATUS_RESOLVED) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "status");
        return;
    }
    size_t queue = 0;
    if (present_has(request->present, CREATE_QUEUE) &&
        !model_file_into(turn, request->queue, &queue)) {
        return;
    }
    size_t self = (size_t)(turn->who.account - model->accounts);
    size_t requester = self;
    if (!find_requester(turn, queue, &requester)) {
        return;
    }
    struct model_ticket *ticket = &model->tickets[model->ticket_count++];
    ticket->queue = queue;
    model_copy(ticket->title, request->title);
    model_copy(ticket->problem, request->problem);
    ticket->kind = request->kind;
    ticket->severity = given ? (enum severity)request->status : SEVERITY_MINOR;
    ticket->requester = requester;
    ticket->opened_by = requester != self ? self + 1 : 0;
    ticket->created_ms = ticket->updated_ms = turn->command->time_ms;
    ticket->version = 1;
    turn_finish(turn, model->ticket_count, false);
    model_drop_draft(turn, 0, DRAFT_FOR_TICKET);
}

/* The text fields, by a requester who may not change them any more. */
const char *model_settled_field(const struct model_ticket *before, const struct model_ticket *after)
{
    if (strcmp(before->title, after->title) != 0) {
        return "title";
    }
    if (strcmp(before->problem, after->problem) != 0) {
        return "problem";
    }
    return before->kind != after->kind ? "kind" : NULL;
}

static void apply_fields(const struct ticket_update *request, struct model_ticket *ticket,
                         uint64_t time_ms)
{
    if (present_has(request->present, UPDATE_TITLE)) {
        model_copy(ticket->title, request->title);
    }
    if (present_has(request->present, UPDATE_PROBLEM)) {
        model_copy(ticket->problem, request->problem);
    }
    if (present_has(request->present, UPDATE_KIND)) {
        ticket->kind = request->kind;
    }
    if (present_has(request->present, UPDATE_STATUS)) {
        model_set_status(ticket, request->status, time_ms);
    }
}

bool model_conflicts(struct turn *turn, uint64_t number, uint64_t version)
{
    const struct model_ticket *ticket = &turn->model->tickets[number - 1];

    if (version == ticket->version) {
        return false;
    }
    turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
    turn->answer.number = turn->answer.current = number;
    turn->answer.version = ticket->version;
    return true;
}

void model_update(struct turn *turn)
{
    const struct ticket_update *request = turn->command->request;
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
    struct model_ticket after = *ticket;
    apply_fields(request, &after, turn->command->time_ms);
    if (memcmp(&after, ticket, sizeof after) == 0) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    if (after.state != ticket->state && model_is_too_late(turn, ticket)) {
        turn_refuse(turn, ERROR_FORBIDDEN, "status");
        return;
    }
    const char *field = model_settled_field(ticket, &after);
    if (field != NULL && !model_works_on(turn->model, &turn->who, request->number) &&
        ticket->answered) {
        turn_refuse(turn, ERROR_FORBIDDEN, field);
        return;
    }
    if (after.state == STATE_RESOLVED && ticket->state != STATE_RESOLVED &&
        !request->even_with_open_children &&
        model_has_open_children(turn->model, &turn->who, request->number)) {
        turn_refuse(turn, ERROR_OPEN_CHILDREN, "status");
        return;
    }
    after.version++;
    after.updated_ms = turn->command->time_ms;
    struct model_ticket before = *ticket;
    *ticket = after;
    turn_finish(turn, request->number, false);
    model_note_act(turn, request->number, &before);
}

static void purge(struct turn *turn, struct model_ticket *ticket, uint64_t number)
{
    struct model *model = turn->model;
    size_t kept = 0;

    if (!ticket->deleted) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
        return;
    }
    ticket->purged = true;
    ticket->version++;
    memset(ticket->title, 0, sizeof ticket->title);
    memset(ticket->problem, 0, sizeof ticket->problem);
    memset(ticket->cc, 0, sizeof ticket->cc);
    memset(ticket->watching, 0, sizeof ticket->watching);
    for (size_t i = 0; i < model->message_count; i++) {
        if (model->messages[i].ticket != number) {
            model->messages[kept++] = model->messages[i];
        }
    }
    memset(&model->messages[kept], 0, (model->message_count - kept) * sizeof model->messages[0]);
    model->message_count = kept;
    turn_finish(turn, number, false);
    model_purge_members(turn, number);
    model_purge_drafts(model);
}

static void delete_or_restore(struct turn *turn, struct model_ticket *ticket, uint64_t number,
                              bool deleted)
{
    if (ticket->deleted == deleted) {
        turn_refuse(turn, ERROR_ALREADY_DONE, NULL);
        return;
    }
    ticket->deleted = deleted;
    ticket->version++;
    ticket->updated_ms = turn->command->time_ms;
    turn_finish(turn, number, false);
}

static void administer(struct turn *turn)
{
    const struct admin_ticket *request = turn->command->request;
    uint64_t survivor = model_survivor(turn->model, request->number);
    struct model_ticket *ticket = find_ticket(turn->model, survivor);

    if (ticket == NULL) {
        turn_refuse(turn, ERROR_NOT_FOUND, NULL);
    } else if (survivor != request->number) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "number");
    } else if (turn->command->method == METHOD_ADMIN_TICKET_PURGE) {
        purge(turn, ticket, request->number);
    } else {
        bool deleted = turn->command->method == METHOD_ADMIN_TICKET_DELETE;
        delete_or_restore(turn, ticket, request->number, deleted);
    }
}

static void change_settings(struct turn *turn)
{
    const struct admin_settings_update *request = turn->command->request;
    struct model *model = turn->model;

    if (request->version != model->settings_version) {
        turn_refuse(turn, ERROR_VERSION_CONFLICT, NULL);
        turn->answer.version = model->settings_version;
        return;
    }
    bool undoes = present_has(request->present, SETTINGS_UPDATE_UNDO_SEND_SECONDS) &&
                  request->undo_send_seconds != model->undo_seconds;
    bool registers = present_has(request->present, SETTINGS_UPDATE_REGISTRATION) &&
                     request->registration != model->registration;
    bool reopens = present_has(request->present, SETTINGS_UPDATE_REOPEN_DAYS) &&
                   request->reopen_days != model->reopen_days;
    bool demands = present_has(request->present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR) &&
                   request->admin_second_factor != model->admin_factor;
    if (!registers && !reopens && !undoes && !demands) {
        turn_refuse(turn, ERROR_NO_CHANGE, NULL);
        return;
    }
    model->registration = registers ? request->registration : model->registration;
    model->undo_seconds = undoes ? request->undo_send_seconds : model->undo_seconds;
    model->admin_factor = demands ? request->admin_second_factor : model->admin_factor;
    model->reopen_days = reopens ? request->reopen_days : model->reopen_days;
    turn->answer.version = ++model->settings_version;
    turn_accept(turn);
}

/* --- All commands ---------------------------------------------------------------------------- */

static void run(struct turn *turn)
{
    switch (turn->command->method) {
    case METHOD_TICKET_CREATE:
        create(turn);
        return;
    case METHOD_TICKET_UPDATE:
        model_update(turn);
        return;
    case METHOD_ADMIN_TICKET_DELETE:
    case METHOD_ADMIN_TICKET_RESTORE:
    case METHOD_ADMIN_TICKET_PURGE:
        administer(turn);
        return;
    case METHOD_ADMIN_SETTINGS_UPDATE:
        change_settings(turn);
        return;
    default:
        require(
            model_queue_command(turn) || model_bulk_command(turn) ||
            model_lifecycle_command(turn) || model_held_command(turn) || model_link_command(turn) ||
            model_merge_command(turn) || model_unread_command(turn) || model_owner_command(turn) ||
            model_sign_in_command(turn) || model_factor_command(turn) ||
            model_canned_command(turn) || model_draft_command(turn) || model_account_command(turn));
    }
}

static bool is_admin_method(enum method method)
{
    return (method >= METHOD_ADMIN_TICKET_DELETE && method <= METHOD_ADMIN_SETTINGS_UPDATE) ||
           (method >= METHOD_ADMIN_QUEUE_CREATE && method <= METHOD_ADMIN_QUEUE_MEMBERS);
}

static bool is_open_to_strangers(enum method method)
{
    return method == METHOD_ACCOUNT_REGISTER || method == METHOD_ACCOUNT_LOGIN ||
           method == METHOD_ACCOUNT_RESUME || method == METHOD_ACCOUNT_USE_CODE;
}

/* Whether this kind of person may use the method at all. */
static enum error may_use(const struct model_who *who, enum method method)
{
    if (is_open_to_strangers(method)) {
        return ERROR_NONE;
    }
    if (method == METHOD_TIMER_FIRE) {
        return who->desk ? ERROR_NONE : ERROR_FORBIDDEN;
    }
    if (who->console) {
        return is_admin_method(method) ? ERROR_NONE : ERROR_NOT_SIGNED_IN;
    }
    if (who->account == NULL) {
        return ERROR_NOT_SIGNED_IN;
    }
    bool is_admin = who->account->role == ROLE_ADMIN;
    if (is_admin_method(method)) {
        if (!is_admin) {
            return ERROR_FORBIDDEN;
        }
        return who->in_admin_mode ? ERROR_NONE : ERROR_ELEVATION_REQUIRED;
    }
    if (method == METHOD_ACCOUNT_ELEVATE || method == METHOD_ACCOUNT_END_ELEVATION) {
        return is_admin ? ERROR_NONE : ERROR_FORBIDDEN;
    }
    return ERROR_NONE;
}

static bool has_operation(enum method method)
{
    return method != METHOD_ACCOUNT_LOGIN && method != METHOD_ACCOUNT_RESUME &&
           method != METHOD_ACCOUNT_LOGOUT && method != METHOD_ACCOUNT_ELEVATE &&
           method != METHOD_ACCOUNT_TOTP_BEGIN && method != METHOD_ACCOUNT_END_ELEVATION &&
           method != METHOD_ACCOUNT_END_SIGN_IN && method != METHOD_ACCOUNT_END_OTHER_SIGN_INS &&
           method != METHOD_DRAFT_SAVE && method != METHOD_DRAFT_REMOVE &&
           method != METHOD_TICKET_MARK_READ && method != METHOD_TIMER_FIRE;
}

static struct model_operation *find_operation(struct model *model, struct bytes id)
{
    for (size_t i = 0; i < model->operation_count; i++) {
        if (memcmp(model->operations[i].id, id.data, OPERATION_BYTES) == 0) {
            return &model->operations[i];
        }
    }
    return NULL;
}

static size_t person(const struct turn *turn)
{
    const struct model_account *account = turn->who.account;
    return account != NULL ? (size_t)(account - turn->model->accounts) + 1 : 0;
}

/* The operation id's own answer; false: the command has to run. */
static bool answered_by_operation(struct turn *turn)
{
    const struct command *command = turn->command;
    uint64_t time_ms = 0;

    for (unsigned i = 0; i < 6; i++) {
        time_ms = time_ms * 256 + command->operation.data[i];
    }
    if (command->time_ms > time_ms + 24 * 60 * UINT64_C(60000)) {
        turn_refuse(turn, ERROR_OPERATION_EXPIRED, NULL);
        return true;
    }
    if (time_ms > command->time_ms + 10 * MINUTE) {
        turn_refuse(turn, ERROR_INVALID_FIELD, "operation");
        return true;
    }
    const struct model_operation *kept = find_operation(turn->model, command->operation);
    if (kept == NULL) {
        return false;
    }
    if (kept->account != person(turn) || memcmp(kept->digest, command->digest, 16) != 0) {
        turn_refuse(turn, ERROR_OPERATION_REUSED, "operation");
        return true;
    }
    turn->answer = kept->answer;
    turn->answer.repeated = true;
    turn->answer.current = model_survivor(turn->model, turn->answer.current);
    if (turn->answer.current != 0 && !model_reads(turn->model, &turn->who, turn->answer.current)) {
        turn->answer.current = 0;
    }
    return true;
}

static void keep(struct turn *turn, size_t account)
{
    struct model *model = turn->model;
    enum error verdict = turn->answer.verdict;
    bool stranger = account == 0 && !turn->who.console;

    if (verdict != ERROR_NONE && (stranger || verdict == ERROR_ELEVATION_REQUIRED ||
                                  verdict == ERROR_AUTH_FAILED || verdict == ERROR_CODE_REQUIRED)) {
        return;
    }
    struct model_operation *kept = &model->operations[model->operation_count++];
    memcpy(kept->id, turn->command->operation.data, OPERATION_BYTES);
    memcpy(kept->digest, turn->command->digest, sizeof kept->digest);
    kept->account = account;
    kept->answer = turn->answer;
    kept->answer.until_ms = 0; /* nor the code, which is told once */
}

struct model_answer model_apply(struct model *model, const struct command *command)
{
    struct turn turn = {.model = model, .command = command, .asked = command->request};

    turn.who = model_who(model, &command->origin, command->time_ms);
    enum error refusal = may_use(&turn.who, command->method);
    if (refusal == ERROR_NOT_SIGNED_IN) {
        turn_refuse(&turn, refusal, NULL);
        return turn.answer;
    }
    bool has_id = has_operation(command->method);
    if (!has_id || !answered_by_operation(&turn)) {
        size_t account = person(&turn);
        if (refusal != ERROR_NONE) {
            turn_refuse(&turn, refusal, NULL);
        } else {
            union model_request request;
            struct command stand_in = model_stand_in(model, command, &request);
            turn.command = &stand_in;
            run(&turn);
            turn.command = command;
        }
        if (has_id) {
            keep(&turn, account);
        }
    }
    struct model_sign_in *sign_in = turn.who.sign_in;
    if (sign_in != NULL && command->time_ms >= sign_in->seen_ms + 5 * MINUTE) {
        sign_in->seen_ms = command->time_ms;
    }
    return turn.answer;
}
