#include "tests/simulation/wish.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/require.h"

static bool chance(struct wisher *wisher, size_t percent)
{
    return dice_below(&wisher->dice, 100) < percent;
}

static const char *pick(struct wisher *wisher, const char *const *words, size_t count)
{
    return words[dice_below(&wisher->dice, count)];
}

#define PICK(wisher, words) pick((wisher), (words), sizeof(words) / sizeof(words)[0])

static struct text keep_word(struct wish *wish, const char *word)
{
    require(wish->word_count < WORDS_EACH);
    char *kept = wish->words[wish->word_count++];
    snprintf(kept, MODEL_TEXT, "%s", word);
    return text_of(kept);
}

/* --- Words ----------------------------------------------------------------------------------- */

/* Few, so that people meet: the same title again, the same address in other letters. */
static const char *const names[] = {
    "anna", "berta", "carla", "dora",  "emil",    "fritz", "gustav", "hanna", "ida",
    "jan",  "karl",  "lena",  "Maria", "console", "x",     "o.k-_9", "-bad",
};
static const char *const emails[] = {
    "a@example.org", "b@example.org", "c@example.org",      "d@example.org",
    "e@example.org", "f@example.org", "G@Example.org",      "A@EXAMPLE.ORG",
    "h@example.org", "i@example.org", "j@example.org",      "k@example.org",
    "l@example.org", "no address",    "two@at@example.org", "nobody@",
};
static const char *const display_names[] = {"", "A. Name", "Ein L\xc3\xa4ngerer Name"};
static const char *const titles[] = {
    "No sound",
    "Screen flickers",
    "Printer on fire",
    "\xe2\x9c\x93 \xe4\xb8\xad\xe6\x96\x87",
};
static const char *const problems[] = {
    "It does not work.",
    "Since Monday.\nEvery day.",
    "No idea.",
    "Never mind.",
};
static const char *const tag_lines[] = {
    "vpn", "Audio", "vpn printer", "x.1 AUDIO", "-bad", " ", "urgent vpn", "printer",
};
static const char *const queue_names[] = {"network", "hr", "paper", "general", "-bad"};
static const char *const rights_lines[] = {
    "none",   "all", "read", "read create", "read change", "own change read",
    "create", "all", "own",  "x",
};
static const char *const canned_names[] = {"hello", "hello-2", "bye", "x.y_z", "Bad", "no way"};
static const char *const reasons[] = {"", "new job", "on call"};

/* --- Time, people, things -------------------------------------------------------------------- */

static void move_clock(struct wisher *wisher)
{
    size_t kind = dice_below(&wisher->dice, 200);

    if (kind < 150) {
        wisher->now_ms += dice_below(&wisher->dice, 2000);
    } else if (kind < 190) {
        wisher->now_ms += dice_below(&wisher->dice, 240000);
    } else if (kind < 199) {
        wisher->now_ms += dice_below(&wisher->dice, 7200000);
    } else {
        wisher->now_ms += dice_below(&wisher->dice, 172800000);
    }
}

static struct origin any_origin(struct wisher *wisher)
{
    struct origin nobody = {.connection = 1};
    struct origin console = {.connection = 2, .console = true};

    if (wisher->origin_count == 0 || chance(wisher, 12)) {
        return chance(wisher, 60) ? console : nobody;
    }
    struct origin origin = wisher->origins[dice_below(&wisher->dice, wisher->origin_count)];
    if (chance(wisher, 3)) {
        origin.connection++;
    } else if (chance(wisher, 2)) {
        origin.gateway = true;
    } else if (chance(wisher, 2)) {
        origin.console = true;
    }
    return origin;
}

static bool suits(struct wisher *wisher, enum method method, const struct origin *origin)
{
    struct model_who who = model_who(wisher->model, origin, wisher->now_ms);

    bool is_of_queues = method >= METHOD_ADMIN_QUEUE_CREATE && method <= METHOD_ADMIN_QUEUE_MEMBERS;
    if (method >= METHOD_ADMIN_TICKET_DELETE || is_of_queues) {
        return who.console || who.in_admin_mode;
    }
    if (method == METHOD_ACCOUNT_ELEVATE || method == METHOD_ACCOUNT_END_ELEVATION) {
        return who.account != NULL && who.account->role == ROLE_ADMIN;
    }
    return who.account != NULL;
}

/* Mostly somebody who may, sometimes anybody. */
static struct origin pick_origin(struct wisher *wisher, enum method method)
{
    struct origin origin = any_origin(wisher);

    for (unsigned tries = 0; tries < 40 && !suits(wisher, method, &origin); tries++) {
        if (chance(wisher, 3)) {
            break;
        }
        origin = any_origin(wisher);
    }
    return origin;
}

static uint64_t pick_ticket(struct wisher *wisher, const struct origin *origin)
{
    const struct model *model = wisher->model;
    struct model_who who = model_who(wisher->model, origin, wisher->now_ms);
    uint64_t number = 0;

    if (model->ticket_count == 0 || chance(wisher, 4)) {
        return model->ticket_count + 1 + dice_below(&wisher->dice, 3);
    }
    for (unsigned tries = 0; tries < 8; tries++) {
        /* The later ones more often. */
        size_t span = chance(wisher, 50) && model->ticket_count > 8 ? 8 : model->ticket_count;
        number = model->ticket_count - dice_below(&wisher->dice, span);
        if (model_reads(model, &who, number)) {
            break;
        }
    }
    return number;
}

static uint64_t pick_version(struct wisher *wisher, uint64_t version)
{
    if (chance(wisher, 85)) {
        return version;
    }
    return version + dice_below(&wisher->dice, 4) - 1;
}

static uint64_t ticket_version(struct wisher *wisher, uint64_t number)
{
    bool known = number <= wisher->model->ticket_count;
    return pick_version(wisher, known ? wisher->model->tickets[number - 1].version : 1);
}

/* As if the slow work off the loop had verified a password. */
static void prepare_password(struct wisher *wisher, struct wish *wish, size_t account)
{
    const struct model *model = wisher->model;
    struct prepared *prepared = &wish->command.prepared;

    if (account < model->account_count && !chance(wisher, 8)) {
        prepared->account = account + 1;
        prepared->password_version =
            pick_version(wisher, model->accounts[account].password_version);
    }
}

static void prepare_own_password(struct wisher *wisher, struct wish *wish)
{
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    if (who.account != NULL) {
        prepare_password(wisher, wish, (size_t)(who.account - wisher->model->accounts));
    }
}

/* As if a code had been compared: mostly of a step that is near, of the right secret. */
static void prepare_code(struct wisher *wisher, struct wish *wish, size_t account)
{
    const struct model *model = wisher->model;
    struct prepared *prepared = &wish->command.prepared;

    if (account >= model->account_count || chance(wisher, 15)) {
        return;
    }
    prepared->code_shown = true;
    prepared->factor_id = model->accounts[account].factor.id + chance(wisher, 6);
    prepared->factor_step = wisher->now_ms / 30000 + dice_below(&wisher->dice, 4) - 1;
    if (chance(wisher, 30)) {
        prepared->factor_step = 0;
        model_recovery_hash((unsigned)dice_below(&wisher->dice, RECOVERY_CODES + 1),
                            wish->recovery);
        prepared->recovery_hash = (struct bytes){wish->recovery, TOKEN_BYTES};
    }
}

static void prepare_own_code(struct wisher *wisher, struct wish *wish)
{
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    if (who.account != NULL) {
        prepare_code(wisher, wish, (size_t)(who.account - wisher->model->accounts));
    }
}

static void make_token(struct wisher *wisher, struct wish *wish)
{
    dice_fill(&wisher->dice, wish->new_token, sizeof wish->new_token);
    wish->command.prepared.new_token_hash = (struct bytes){wish->new_token, TOKEN_BYTES};
}

static void make_code(struct wisher *wisher, struct wish *wish)
{
    dice_fill(&wisher->dice, wish->new_token, sizeof wish->new_token);
    wish->command.prepared.new_code_hash = (struct bytes){wish->new_token, TOKEN_BYTES};
}

/* --- Requests -------------------------------------------------------------------------------- */

static void wish_register(struct wisher *wisher, struct wish *wish)
{
    struct account_register *request = &wish->request.account_register;
    request->name = keep_word(wish, PICK(wisher, names));
    request->email = keep_word(wish, PICK(wisher, emails));
    request->display_name = keep_word(wish, PICK(wisher, display_names));
}

static void wish_account(struct wisher *wisher, struct wish *wish)
{
    struct admin_account_create *request = &wish->request.account_create;
    request->name = keep_word(wish, PICK(wisher, names));
    request->email = keep_word(wish, PICK(wisher, emails));
    request->display_name = keep_word(wish, PICK(wisher, display_names));
    request->role = (enum role)dice_below(&wisher->dice, ROLE_COUNT);
    /* Until there are some who can sign in, none without password. */
    if (wisher->model->account_count >= 5 && chance(wisher, 70)) {
        wish->command.prepared.password_hash = (struct text){.data = NULL};
        make_code(wisher, wish);
    }
}

/* Mostly somebody who has a code, and mostly the right one. */
static void wish_use_code(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    const struct model_account *account = NULL;

    for (unsigned tries = 0; tries < 12; tries++) {
        account = &model->accounts[dice_below(&wisher->dice, model->account_count)];
        if (account->has_code) {
            break;
        }
    }
    wish->request.use_code.name =
        keep_word(wish, chance(wisher, 5) ? PICK(wisher, names) : account->name);
    dice_fill(&wisher->dice, wish->token, sizeof wish->token);
    if (chance(wisher, 60)) {
        memcpy(wish->token, account->code, TOKEN_BYTES);
    }
    wish->command.prepared.code_hash = (struct bytes){wish->token, TOKEN_BYTES};
}

/* The secret itself and the digests of recovery codes, which are the same for everybody. */
static void wish_factor(struct wisher *wisher, struct wish *wish)
{
    static const uint8_t sealed[] = "sealed";

    for (unsigned i = 0; i < RECOVERY_CODES; i++) {
        model_recovery_hash(i, wish->recovery_codes[i]);
    }
    wish->command.prepared.new_factor = (struct bytes){sealed, sizeof sealed};
    wish->command.prepared.new_recovery_hashes =
        (struct bytes){wish->recovery_codes[0], sizeof wish->recovery_codes};
    prepare_own_password(wisher, wish);
    prepare_own_code(wisher, wish);
}

static void wish_login(struct wisher *wisher, struct wish *wish)
{
    size_t account = dice_below(&wisher->dice, wisher->model->account_count + 1);

    prepare_password(wisher, wish, account);
    prepare_code(wisher, wish, account);
    make_token(wisher, wish);
}

static void wish_resume(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;

    dice_fill(&wisher->dice, wish->token, sizeof wish->token);
    if (model->sign_in_count > 0) {
        const struct model_sign_in *sign_in =
            &model->sign_ins[dice_below(&wisher->dice, model->sign_in_count)];
        bool previous = sign_in->has_previous && chance(wisher, 40);
        memcpy(wish->token, previous ? sign_in->previous : sign_in->token, TOKEN_BYTES);
    }
    wish->command.prepared.token_hash = (struct bytes){wish->token, TOKEN_BYTES};
    make_token(wisher, wish);
}

static void wish_profile(struct wisher *wisher, struct wish *wish)
{
    struct account_update *request = &wish->request.account_update;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    request->version = pick_version(wisher, who.account != NULL ? who.account->version : 1);
    if (chance(wisher, 50)) {
        request->email = keep_word(wish, PICK(wisher, emails));
        present_mark(&request->present, ACCOUNT_UPDATE_EMAIL);
    }
    if (chance(wisher, 50)) {
        request->display_name = keep_word(wish, PICK(wisher, display_names));
        present_mark(&request->present, ACCOUNT_UPDATE_DISPLAY_NAME);
    }
}

static void wish_role(struct wisher *wisher, struct wish *wish)
{
    struct account_request_role *request = &wish->request.request_role;
    request->role = (enum role)dice_below(&wisher->dice, ROLE_COUNT);
    request->reason = keep_word(wish, PICK(wisher, reasons));
}

/* Mostly somebody who is there; for an answer to a request, somebody who asks. */
static const char *pick_account(struct wisher *wisher, enum method method)
{
    const struct model *model = wisher->model;
    const struct model_account *account = NULL;

    if (model->account_count == 0 || chance(wisher, 10)) {
        return PICK(wisher, names);
    }
    for (unsigned tries = 0; tries < 6; tries++) {
        account = &model->accounts[dice_below(&wisher->dice, model->account_count)];
        bool answers = method == METHOD_ADMIN_ROLE_GRANT || method == METHOD_ADMIN_ROLE_DECLINE;
        bool enables = method == METHOD_ADMIN_ACCOUNT_ENABLE;
        if ((!answers || account->asks) && (!enables || account->state != ACCOUNT_ACTIVE)) {
            break;
        }
    }
    return account->name;
}

/* Mostly one that is there. */
static const char *pick_queue(struct wisher *wisher)
{
    const struct model *model = wisher->model;
    return chance(wisher, 90) ? model->queues[dice_below(&wisher->dice, model->queue_count)].name
                              : PICK(wisher, queue_names);
}

static void wish_ticket(struct wisher *wisher, struct wish *wish)
{
    struct ticket_create *request = &wish->request.create;
    request->title = keep_word(wish, PICK(wisher, titles));
    request->problem = keep_word(wish, PICK(wisher, problems));
    request->kind = (enum kind)dice_below(&wisher->dice, KIND_COUNT);
    if (chance(wisher, 60)) {
        size_t limit = chance(wisher, 10) ? STATUS_COUNT : STATUS_RESOLVED;
        request->status = (enum status)dice_below(&wisher->dice, limit);
        present_mark(&request->present, CREATE_STATUS);
    }
    if (chance(wisher, 20)) {
        request->requester = keep_word(wish, pick_account(wisher, wish->command.method));
        present_mark(&request->present, CREATE_REQUESTER);
    }
    if (chance(wisher, 40)) {
        request->queue = keep_word(wish, pick_queue(wisher));
        present_mark(&request->present, CREATE_QUEUE);
    }
}

static void wish_update(struct wisher *wisher, struct wish *wish)
{
    struct ticket_update *request = &wish->request.update;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->version = ticket_version(wisher, request->number);
    if (chance(wisher, 30)) {
        request->title = keep_word(wish, PICK(wisher, titles));
        present_mark(&request->present, UPDATE_TITLE);
    }
    if (chance(wisher, 20)) {
        request->problem = keep_word(wish, PICK(wisher, problems));
        present_mark(&request->present, UPDATE_PROBLEM);
    }
    if (chance(wisher, 20)) {
        request->kind = (enum kind)dice_below(&wisher->dice, KIND_COUNT);
        present_mark(&request->present, UPDATE_KIND);
    }
    if (chance(wisher, 60)) {
        request->status = (enum status)dice_below(&wisher->dice, STATUS_COUNT);
        present_mark(&request->present, UPDATE_STATUS);
    }
    request->even_with_open_children = chance(wisher, 30);
}

/* Now and then a ticket stands in it twice, or none at all. */
static void wish_bulk(struct wisher *wisher, struct wish *wish)
{
    struct ticket_bulk *request = &wish->request.bulk;
    size_t count = chance(wisher, 2) ? 0 : 1 + dice_below(&wisher->dice, MODEL_ACT_TICKETS);

    for (size_t i = 0; i < count; i++) {
        struct bulk_ticket *ticket = &wish->tickets[i];
        ticket->number = pick_ticket(wisher, &wish->command.origin);
        for (size_t k = 0; k < i && !chance(wisher, 2); k++) {
            if (wish->tickets[k].number == ticket->number) {
                ticket->number = wisher->model->ticket_count + 10 + i;
            }
        }
        if (chance(wisher, 30)) {
            ticket->version = ticket_version(wisher, ticket->number);
            present_mark(&ticket->present, BULK_TICKET_VERSION);
        }
    }
    request->tickets = (struct list){.items = wish->tickets, .count = count};
    if (chance(wisher, 75)) {
        request->act = BULK_STATUS;
        request->status = (enum status)dice_below(&wisher->dice, STATUS_COUNT);
        present_mark(&request->present, BULK_FIELD_STATUS);
    } else {
        request->act = BULK_KIND;
        request->kind = (enum kind)dice_below(&wisher->dice, KIND_COUNT);
        present_mark(&request->present, BULK_FIELD_KIND);
    }
}

/* Mostly one's own act, and not long ago. */
static void wish_undo(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);
    size_t kept = model->act_count < MODEL_ACTS ? model->act_count : MODEL_ACTS;

    wish->request.undo.sequence = model->sequence + 7;
    for (unsigned tries = 0; tries < 12 && kept > 0 && !chance(wisher, 2); tries++) {
        size_t back = dice_below(&wisher->dice, kept < 8 || chance(wisher, 10) ? kept : 8);
        const struct model_act *act = &model->acts[(model->act_count - 1 - back) % MODEL_ACTS];
        wish->request.undo.sequence = act->sequence;
        if (&model->accounts[act->actor] == who.account) {
            return;
        }
    }
}

/* Mostly within hours, so that people are still signed in then; sometimes past or too far. */
static uint64_t pick_until(struct wisher *wisher)
{
    if (chance(wisher, 10)) {
        return wisher->now_ms - dice_below(&wisher->dice, 5000) + 2000;
    }
    if (chance(wisher, 5)) {
        return wisher->now_ms + UINT64_C(730) * 86400000 + dice_below(&wisher->dice, 3) - 1;
    }
    return wisher->now_ms + 1000 + dice_below(&wisher->dice, 10000000);
}

static void wish_say(struct wisher *wisher, struct wish *wish, const char *word)
{
    struct ticket_say *request = &wish->request.say;
    char text[MODEL_TEXT];

    snprintf(text, sizeof text, "%s %" PRIu64, word, wisher->counter);
    request->number = pick_ticket(wisher, &wish->command.origin);
    request->text = keep_word(wish, text);
    if (chance(wisher, 25)) {
        request->status = (enum status)dice_below(&wisher->dice, STATUS_COUNT);
        present_mark(&request->present, SAY_STATUS);
    }
    request->pend = chance(wisher, 8);
    request->keep_resolved = chance(wisher, 15);
    request->even_with_open_children = chance(wisher, 30);
    if (chance(wisher, 8)) {
        request->pend_until_ms = pick_until(wisher);
        present_mark(&request->present, SAY_PEND_UNTIL);
    }
}

static void wish_move(struct wisher *wisher, struct wish *wish)
{
    struct ticket_move *request = &wish->request.move;
    const struct model *model = wisher->model;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->queue = keep_word(wish, pick_queue(wisher));
    if (chance(wisher, 40) && request->number <= model->ticket_count) {
        size_t queue = model->tickets[request->number - 1].queue;
        request->from =
            keep_word(wish, chance(wisher, 80) ? model->queues[queue].name : pick_queue(wisher));
        present_mark(&request->present, MOVE_FROM);
    }
}

/* The model's array does not grow: when it is nearly full, only what is refused. */
static void wish_queue(struct wisher *wisher, struct wish *wish)
{
    struct admin_queue_create *request = &wish->request.queue_create;
    bool full = wisher->model->queue_count + 2 >= MODEL_QUEUES;

    request->name = keep_word(wish, full ? "general" : PICK(wisher, queue_names));
    request->members_only = chance(wisher, 60);
    request->staff_only = chance(wisher, 40);
    present_mark(&request->present, QUEUE_CREATE_MEMBERS_ONLY);
    present_mark(&request->present, QUEUE_CREATE_STAFF_ONLY);
}

static void wish_queue_change(struct wisher *wisher, struct wish *wish)
{
    struct admin_queue_update *request = &wish->request.queue_update;
    const struct model *model = wisher->model;
    const struct model_queue *queue = &model->queues[dice_below(&wisher->dice, model->queue_count)];

    request->queue = keep_word(wish, chance(wisher, 95) ? queue->name : "missing");
    request->version = pick_version(wisher, queue->version);
    if (chance(wisher, 20)) {
        request->name = keep_word(wish, PICK(wisher, queue_names));
        present_mark(&request->present, QUEUE_UPDATE_NAME);
    }
    if (chance(wisher, 50)) {
        request->members_only = chance(wisher, 50);
        present_mark(&request->present, QUEUE_UPDATE_MEMBERS_ONLY);
    }
    if (chance(wisher, 30)) {
        request->staff_only = chance(wisher, 50);
        present_mark(&request->present, QUEUE_UPDATE_STAFF_ONLY);
    }
    if (chance(wisher, 30)) {
        request->closed = chance(wisher, 30);
        present_mark(&request->present, QUEUE_UPDATE_CLOSED);
    }
}

/* Mostly the newest of one's own that is held, or sent; sometimes any. */
static void wish_message(struct wisher *wisher, struct wish *wish, bool held)
{
    const struct model *model = wisher->model;
    struct ticket_message *request = &wish->request.message;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->message = 1 + dice_below(&wisher->dice, model->sequence + 2);
    for (size_t i = model->message_count; i-- > 0 && !chance(wisher, 3);) {
        const struct model_message *message = &model->messages[i];
        bool own = &model->accounts[message->author] == who.account;
        if ((message->is_held == held && own) || chance(wisher, 2)) {
            request->number = message->ticket;
            request->message = message->sequence;
            return;
        }
    }
}

static void wish_edit(struct wisher *wisher, struct wish *wish)
{
    char text[MODEL_TEXT];

    wish_message(wisher, wish, false);
    struct ticket_message message = wish->request.message;
    struct message_edit *request = &wish->request.message_edit;
    bool note = false;
    for (size_t i = 0; i < wisher->model->message_count; i++) {
        const struct model_message *known = &wisher->model->messages[i];
        note = note || (known->sequence == message.message && known->is_note);
    }
    snprintf(text, sizeof text, "%s %" PRIu64, note ? CANARY : "again",
             chance(wisher, 90) ? wisher->counter : 0);
    *request = (struct message_edit){.number = message.number, .message = message.message};
    request->text = keep_word(wish, text);
}

static void wish_merge(struct wisher *wisher, struct wish *wish)
{
    struct ticket_merge *request = &wish->request.merge;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->version = ticket_version(wisher, request->number);
    request->into = pick_ticket(wisher, &wish->command.origin);
    if (chance(wisher, 30)) {
        request->into_version = ticket_version(wisher, request->into);
        present_mark(&request->present, TICKET_MERGE_INTO_VERSION);
    }
}

/* Mostly one that is merged. */
static void wish_unmerge(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;

    wish->request.act.number = pick_ticket(wisher, &wish->command.origin);
    for (size_t i = model->ticket_count; i > 0; i--) {
        if (model->tickets[i - 1].merged_into != 0 && chance(wisher, 50)) {
            wish->request.act.number = i;
            return;
        }
    }
}

/* Mostly one that was sent, on a ticket that may be worked on. */
static void wish_split(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    struct ticket_split *request = &wish->request.split;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->message = 1 + dice_below(&wisher->dice, model->sequence + 2);
    request->title = keep_word(wish, PICK(wisher, titles));
    for (size_t i = model->message_count; i-- > 0 && !chance(wisher, 3);) {
        const struct model_message *message = &model->messages[i];
        if (chance(wisher, 20) && model_works_on(model, &who, message->ticket)) {
            request->number = message->ticket;
            request->message = message->sequence;
            return;
        }
    }
}

/* Mostly up to some message, sometimes to before it, or past all there is. */
static void wish_mark(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    struct ticket_mark_read *request = &wish->request.mark_read;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->sequence = 1 + dice_below(&wisher->dice, model->sequence + 2);
    if (chance(wisher, 50)) {
        request->sequence = model->sequence + 1 - dice_below(&wisher->dice, 2);
    }
}

/* Mostly two of the latest, so that they meet again. */
static void wish_link(struct wisher *wisher, struct wish *wish)
{
    struct ticket_link *request = &wish->request.link;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->to = pick_ticket(wisher, &wish->command.origin);
    request->kind = chance(wisher, 40) ? LINK_PARENT
                                       : (enum link_kind)dice_below(&wisher->dice, LINK_KIND_COUNT);
}

/* Mostly one that is there. */
static void wish_unlink(struct wisher *wisher, struct wish *wish)
{
    struct ticket_unlink *request = &wish->request.unlink;
    const struct model *model = wisher->model;

    request->number = pick_ticket(wisher, &wish->command.origin);
    request->to = pick_ticket(wisher, &wish->command.origin);
    if (model->link_count > 0 && chance(wisher, 80)) {
        const struct model_link *link = &model->links[dice_below(&wisher->dice, model->link_count)];
        request->number = link->from;
        request->to = link->to;
    }
}

static void wish_tag(struct wisher *wisher, struct wish *wish)
{
    struct ticket_tag *request = &wish->request.tag;

    request->number = pick_ticket(wisher, &wish->command.origin);
    if (chance(wisher, 80)) {
        request->add = keep_word(wish, PICK(wisher, tag_lines));
        present_mark(&request->present, TICKET_TAG_ADD);
    }
    if (chance(wisher, 40)) {
        request->remove = keep_word(wish, PICK(wisher, tag_lines));
        present_mark(&request->present, TICKET_TAG_REMOVE);
    }
}

static void wish_pend(struct wisher *wisher, struct wish *wish)
{
    struct ticket_pend *request = &wish->request.pend;
    request->number = pick_ticket(wisher, &wish->command.origin);
    request->version = ticket_version(wisher, request->number);
    if (chance(wisher, 80)) {
        request->until_ms = pick_until(wisher);
        present_mark(&request->present, PEND_UNTIL);
    }
}

static void wish_open(struct wisher *wisher, struct wish *wish)
{
    struct ticket_open *request = &wish->request.open;
    request->number = pick_ticket(wisher, &wish->command.origin);
    request->version = ticket_version(wisher, request->number);
}

/* Mostly when it is due. */
static void wish_release(struct wisher *wisher, struct timer_fire *request)
{
    const struct model *model = wisher->model;
    const struct model_hold *hold = &model->holds[dice_below(&wisher->dice, model->hold_count)];

    request->id = hold->id;
    request->due_ms = hold->due_ms;
    if (hold->due_ms > wisher->now_ms && chance(wisher, 80)) {
        wisher->now_ms = hold->due_ms + dice_below(&wisher->dice, 2000);
    }
}

/* The desk's own wish: mostly at the time that a ticket is pending until, to which the clock moves.
 */
static void wish_timer(struct wisher *wisher, struct wish *wish)
{
    struct timer_fire *request = &wish->request.fire;
    const struct model *model = wisher->model;

    if (model->hold_count > 0 && chance(wisher, 60)) {
        wish_release(wisher, request);
        wish->command.time_ms = wisher->now_ms;
        return;
    }
    size_t number =
        model->ticket_count == 0 ? 1 : 1 + dice_below(&wisher->dice, model->ticket_count);

    for (size_t i = 0; i < model->ticket_count && !model->tickets[number - 1].has_timer; i++) {
        number = number % model->ticket_count + 1;
    }
    request->id = model_timer(number);
    request->due_ms = number <= model->ticket_count ? model->tickets[number - 1].pending_until_ms
                                                    : wisher->now_ms;
    if (request->due_ms > wisher->now_ms && chance(wisher, 90)) {
        wisher->now_ms = request->due_ms + dice_below(&wisher->dice, 2000);
        wish->command.time_ms = wisher->now_ms;
    }
    wish->command.origin.desk = chance(wisher, 95);
}

/* Mostly from the owner, sometimes from somebody who was it once, or not from anybody. */
static void wish_steal(struct wisher *wisher, struct wish *wish)
{
    struct ticket_steal *request = &wish->request.steal;
    const struct model *model = wisher->model;

    request->number = pick_ticket(wisher, &wish->command.origin);
    bool known = request->number <= model->ticket_count;
    size_t owner = known ? model->tickets[request->number - 1].owner : 0;
    if (chance(wisher, 70)) {
        bool seen = owner > 0 && chance(wisher, 70);
        request->from = keep_word(wish, seen ? model->accounts[owner - 1].name
                                             : pick_account(wisher, wish->command.method));
        present_mark(&request->present, STEAL_FROM);
    }
}

/* Mostly to somebody who may own tickets, and from whom it is. */
static void wish_give(struct wisher *wisher, struct wish *wish)
{
    struct ticket_give *request = &wish->request.give;
    const struct model *model = wisher->model;
    const char *name = pick_account(wisher, wish->command.method);

    request->number = pick_ticket(wisher, &wish->command.origin);
    for (size_t i = 0; i < model->account_count; i++) {
        if (model->accounts[i].role != ROLE_USER && chance(wisher, 20)) {
            name = model->accounts[i].name;
        }
    }
    request->name = keep_word(wish, name);
    bool known = request->number <= model->ticket_count;
    size_t owner = known ? model->tickets[request->number - 1].owner : 0;
    if (chance(wisher, 50)) {
        const char *seen = owner > 0 ? model->accounts[owner - 1].name : "";
        bool right = chance(wisher, 70);
        request->from = keep_word(wish, right ? seen : pick_account(wisher, wish->command.method));
        present_mark(&request->present, GIVE_FROM);
    }
}

/* Mostly somebody it can be done to. */
static void wish_person(struct wisher *wisher, struct wish *wish)
{
    struct ticket_person *request = &wish->request.person;
    const struct model *model = wisher->model;
    const char *name = pick_account(wisher, wish->command.method);

    request->number = pick_ticket(wisher, &wish->command.origin);
    for (size_t i = 0; i < model->account_count; i++) {
        bool suits = wish->command.method == METHOD_TICKET_CC_REMOVE &&
                     request->number <= model->ticket_count &&
                     model->tickets[request->number - 1].cc[i];
        if (suits && chance(wisher, 70)) {
            name = model->accounts[i].name;
        }
    }
    request->name = keep_word(wish, name);
}

static void wish_rights(struct wisher *wisher, struct wish *wish)
{
    struct admin_queue_rights *request = &wish->request.queue_rights;

    request->queue = keep_word(wish, pick_queue(wisher));
    request->name = keep_word(wish, pick_account(wisher, wish->command.method));
    request->rights = keep_word(wish, PICK(wisher, rights_lines));
}

static void wish_admin_account(struct wisher *wisher, struct wish *wish)
{
    const char *name = pick_account(wisher, wish->command.method);
    wish->request.admin_account.name = keep_word(wish, name);
}

static uint64_t pick_sign_in(struct wisher *wisher)
{
    const struct model *model = wisher->model;
    return model->sign_in_count == 0
               ? 1
               : model->sign_ins[dice_below(&wisher->dice, model->sign_in_count)].id;
}

static void wish_end_sign_ins(struct wisher *wisher, struct wish *wish)
{
    struct admin_end_sign_ins *request = &wish->request.end_sign_ins;
    const struct model *model = wisher->model;
    request->name = keep_word(wish, pick_account(wisher, wish->command.method));
    if (chance(wisher, 60) && model->sign_in_count > 0) {
        const struct model_sign_in *sign_in =
            &model->sign_ins[dice_below(&wisher->dice, model->sign_in_count)];
        request->id = sign_in->id;
        present_mark(&request->present, END_SIGN_INS_ID);
        if (chance(wisher, 80)) {
            request->name = keep_word(wish, model->accounts[sign_in->account].name);
        }
    }
}

static void wish_admin_role(struct wisher *wisher, struct wish *wish)
{
    struct admin_account_role *request = &wish->request.account_role;
    request->name = keep_word(wish, pick_account(wisher, wish->command.method));
    request->role = (enum role)dice_below(&wisher->dice, ROLE_COUNT);
    if (chance(wisher, 30)) {
        request->from = (enum role)dice_below(&wisher->dice, ROLE_COUNT);
        present_mark(&request->present, ACCOUNT_ROLE_FROM);
    }
}

/* Mostly the role that was asked for; now and then another one. */
static void wish_grant(struct wisher *wisher, struct wish *wish)
{
    struct admin_account_role *request = &wish->request.account_role;
    const char *name = pick_account(wisher, wish->command.method);
    const struct model *model = wisher->model;
    request->name = keep_word(wish, name);
    request->role = (enum role)dice_below(&wisher->dice, ROLE_COUNT);
    for (size_t i = 0; i < model->account_count && !chance(wisher, 20); i++) {
        if (strcmp(model->accounts[i].name, name) == 0) {
            request->role = model->accounts[i].asks_for;
        }
    }
}

static void wish_settings(struct wisher *wisher, struct wish *wish)
{
    struct admin_settings_update *request = &wish->request.settings;
    request->version = pick_version(wisher, wisher->model->settings_version);
    if (chance(wisher, 90)) {
        request->registration =
            chance(wisher, 60) ? REGISTRATION_OPEN
                               : (enum registration)dice_below(&wisher->dice, REGISTRATION_COUNT);
        present_mark(&request->present, SETTINGS_UPDATE_REGISTRATION);
    }
    if (chance(wisher, 60)) {
        request->reopen_days = dice_below(&wisher->dice, 3);
        present_mark(&request->present, SETTINGS_UPDATE_REOPEN_DAYS);
    }
    if (chance(wisher, 30)) {
        request->undo_send_seconds = 15 * dice_below(&wisher->dice, 4);
        present_mark(&request->present, SETTINGS_UPDATE_UNDO_SEND_SECONDS);
    }
    if (chance(wisher, 30)) {
        request->admin_second_factor = chance(wisher, 30);
        present_mark(&request->present, SETTINGS_UPDATE_ADMIN_SECOND_FACTOR);
    }
}

static void wish_canned(struct wisher *wisher, struct wish *wish)
{
    struct admin_canned_create *request = &wish->request.canned_create;

    request->name = keep_word(wish, PICK(wisher, canned_names));
    request->title = keep_word(wish, PICK(wisher, titles));
    request->text = keep_word(wish, PICK(wisher, problems));
}

/* Mostly one that is there, in the version that it has. */
static struct text pick_canned(struct wisher *wisher, struct wish *wish, uint64_t *ret_version)
{
    const struct model *model = wisher->model;

    *ret_version = 1;
    if (model->canned_count == 0 || chance(wisher, 10)) {
        return keep_word(wish, PICK(wisher, canned_names));
    }
    const struct model_canned *canned =
        &model->canned[dice_below(&wisher->dice, model->canned_count)];
    *ret_version = pick_version(wisher, canned->version);
    return keep_word(wish, canned->name);
}

static void wish_canned_change(struct wisher *wisher, struct wish *wish)
{
    struct admin_canned_update *request = &wish->request.canned_update;

    request->canned = pick_canned(wisher, wish, &request->version);
    if (chance(wisher, 40)) {
        request->name = keep_word(wish, PICK(wisher, canned_names));
        present_mark(&request->present, CANNED_UPDATE_NAME);
    }
    if (chance(wisher, 40)) {
        request->title = keep_word(wish, PICK(wisher, titles));
        present_mark(&request->present, CANNED_UPDATE_TITLE);
    }
    if (chance(wisher, 40)) {
        request->text = keep_word(wish, PICK(wisher, problems));
        present_mark(&request->present, CANNED_UPDATE_TEXT);
    }
}

static void wish_canned_removal(struct wisher *wisher, struct wish *wish)
{
    struct admin_canned_remove *request = &wish->request.canned_remove;
    request->canned = pick_canned(wisher, wish, &request->version);
}

/* Somebody's reply that is held, if there is one: they go on writing, and then take it back. */
static bool follow_held(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    struct draft_save *request = &wish->request.draft_save;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    for (size_t i = model->message_count; i-- > 0;) {
        const struct model_message *message = &model->messages[i];
        if (message->is_held && &model->accounts[message->author] == who.account) {
            *request = (struct draft_save){.what = DRAFT_FOR_REPLY, .number = message->ticket};
            present_mark(&request->present, DRAFT_SAVE_NUMBER);
            request->text = keep_word(wish, "More of it.");
            return true;
        }
    }
    return false;
}

/* Mostly whole; now and then of another shape than what it is for has. */
static void wish_draft(struct wisher *wisher, struct wish *wish)
{
    struct draft_save *request = &wish->request.draft_save;
    char text[MODEL_TEXT];

    if (chance(wisher, 50) && follow_held(wisher, wish)) {
        return;
    }
    request->what = (enum draft_for)dice_below(&wisher->dice, DRAFT_FOR_COUNT);
    bool is_new = request->what == DRAFT_FOR_TICKET;
    if (is_new == chance(wisher, 4)) {
        request->number = pick_ticket(wisher, &wish->command.origin);
        present_mark(&request->present, DRAFT_SAVE_NUMBER);
    }
    if (is_new ? chance(wisher, 80) : chance(wisher, 4)) {
        request->title = keep_word(wish, PICK(wisher, titles));
        present_mark(&request->present, DRAFT_SAVE_TITLE);
    }
    snprintf(text, sizeof text, "begun %" PRIu64, wisher->counter);
    if (chance(wisher, 93)) {
        request->text = keep_word(wish, text);
    }
}

/* Mostly one of one's own. */
static void wish_draft_removal(struct wisher *wisher, struct wish *wish)
{
    const struct model *model = wisher->model;
    struct draft_remove *request = &wish->request.draft_remove;
    struct model_who who = model_who(wisher->model, &wish->command.origin, wisher->now_ms);

    request->what = (enum draft_for)dice_below(&wisher->dice, DRAFT_FOR_COUNT);
    request->number = chance(wisher, 20) ? 0 : pick_ticket(wisher, &wish->command.origin);
    for (size_t i = 0; i < model->draft_count && !chance(wisher, 5); i++) {
        if (&model->accounts[model->drafts[i].account] == who.account && chance(wisher, 50)) {
            request->number = model->drafts[i].number;
            request->what = chance(wisher, 85) ? model->drafts[i].what : request->what;
            break;
        }
    }
    if (request->number != 0) {
        present_mark(&request->present, DRAFT_REMOVE_NUMBER);
    }
}

static void fill(struct wisher *wisher, struct wish *wish)
{
    switch (wish->command.method) {
    case METHOD_ACCOUNT_REGISTER:
        wish_register(wisher, wish);
        break;
    case METHOD_ADMIN_ACCOUNT_CREATE:
        wish_account(wisher, wish);
        break;
    case METHOD_ACCOUNT_LOGIN:
        wish_login(wisher, wish);
        break;
    case METHOD_ACCOUNT_RESUME:
        wish_resume(wisher, wish);
        break;
    case METHOD_ACCOUNT_USE_CODE:
        wish_use_code(wisher, wish);
        break;
    case METHOD_ACCOUNT_UPDATE:
        wish_profile(wisher, wish);
        break;
    case METHOD_ACCOUNT_SET_PASSWORD:
    case METHOD_ACCOUNT_ELEVATE:
        prepare_own_password(wisher, wish);
        prepare_own_code(wisher, wish);
        break;
    case METHOD_ACCOUNT_TOTP_BEGIN:
    case METHOD_ACCOUNT_TOTP_CONFIRM:
    case METHOD_ACCOUNT_TOTP_REMOVE:
        wish_factor(wisher, wish);
        break;
    case METHOD_ACCOUNT_REQUEST_ROLE:
        wish_role(wisher, wish);
        break;
    case METHOD_TICKET_CREATE:
        wish_ticket(wisher, wish);
        break;
    case METHOD_TICKET_UPDATE:
        wish_update(wisher, wish);
        break;
    case METHOD_TICKET_BULK:
        wish_bulk(wisher, wish);
        break;
    case METHOD_TICKET_UNDO:
        wish_undo(wisher, wish);
        break;
    case METHOD_TICKET_PEND:
        wish_pend(wisher, wish);
        break;
    case METHOD_TICKET_OPEN:
        wish_open(wisher, wish);
        break;
    case METHOD_TICKET_WITHDRAW:
    case METHOD_TICKET_SEND_NOW:
        wish_message(wisher, wish, true);
        break;
    case METHOD_MESSAGE_RETRACT:
        wish_message(wisher, wish, false);
        break;
    case METHOD_MESSAGE_EDIT:
        wish_edit(wisher, wish);
        break;
    case METHOD_TIMER_FIRE:
        wish_timer(wisher, wish);
        break;
    case METHOD_TICKET_REPLY:
        wish_say(wisher, wish, "reply");
        break;
    case METHOD_TICKET_NOTE:
        wish_say(wisher, wish, CANARY);
        break;
    case METHOD_TICKET_TAKE:
    case METHOD_TICKET_UNTAKE:
    case METHOD_TICKET_WATCH:
    case METHOD_TICKET_UNWATCH:
        wish->request.act.number = pick_ticket(wisher, &wish->command.origin);
        break;
    case METHOD_TICKET_STEAL:
        wish_steal(wisher, wish);
        break;
    case METHOD_TICKET_GIVE:
        wish_give(wisher, wish);
        break;
    case METHOD_TICKET_CC_ADD:
    case METHOD_TICKET_CC_REMOVE:
        wish_person(wisher, wish);
        break;
    case METHOD_TICKET_MOVE:
        wish_move(wisher, wish);
        break;
    case METHOD_ADMIN_QUEUE_CREATE:
        wish_queue(wisher, wish);
        break;
    case METHOD_ADMIN_QUEUE_UPDATE:
        wish_queue_change(wisher, wish);
        break;
    case METHOD_ADMIN_QUEUE_RIGHTS:
        wish_rights(wisher, wish);
        break;
    case METHOD_TICKET_LINK:
        wish_link(wisher, wish);
        break;
    case METHOD_TICKET_UNLINK:
        wish_unlink(wisher, wish);
        break;
    case METHOD_TICKET_MERGE:
        wish_merge(wisher, wish);
        break;
    case METHOD_TICKET_UNMERGE:
        wish_unmerge(wisher, wish);
        break;
    case METHOD_TICKET_SPLIT:
        wish_split(wisher, wish);
        break;
    case METHOD_TICKET_MARK_READ:
        wish_mark(wisher, wish);
        break;
    case METHOD_TICKET_TAG:
        wish_tag(wisher, wish);
        break;
    case METHOD_ADMIN_TICKET_DELETE:
    case METHOD_ADMIN_TICKET_RESTORE:
    case METHOD_ADMIN_TICKET_PURGE:
        wish->request.admin_ticket.number = pick_ticket(wisher, &wish->command.origin);
        break;
    case METHOD_ADMIN_ACCOUNT_ROLE:
        wish_admin_role(wisher, wish);
        break;
    case METHOD_ADMIN_ROLE_GRANT:
        wish_grant(wisher, wish);
        break;
    case METHOD_ADMIN_SETTINGS_UPDATE:
        wish_settings(wisher, wish);
        break;
    case METHOD_DRAFT_SAVE:
        wish_draft(wisher, wish);
        break;
    case METHOD_DRAFT_REMOVE:
        wish_draft_removal(wisher, wish);
        break;
    case METHOD_ADMIN_CANNED_CREATE:
        wish_canned(wisher, wish);
        break;
    case METHOD_ADMIN_CANNED_UPDATE:
        wish_canned_change(wisher, wish);
        break;
    case METHOD_ADMIN_CANNED_REMOVE:
        wish_canned_removal(wisher, wish);
        break;
    case METHOD_ACCOUNT_END_SIGN_IN:
        wish->request.thing.id = pick_sign_in(wisher);
        break;
    case METHOD_ACCOUNT_END_OTHER_SIGN_INS:
        break;
    case METHOD_ADMIN_END_SIGN_INS:
        wish_end_sign_ins(wisher, wish);
        break;
    case METHOD_ADMIN_ACCOUNT_RESET:
        wish_admin_account(wisher, wish);
        make_code(wisher, wish);
        break;
    case METHOD_ACCOUNT_LOGOUT:
    case METHOD_ACCOUNT_END_ELEVATION:
        break;
    default:
        wish_admin_account(wisher, wish);
    }
}

/* --- Commands -------------------------------------------------------------------------------- */

struct weight {
    enum method method;
    size_t weight;
};

static const struct weight weights[] = {
    {METHOD_TICKET_BULK, 12},          {METHOD_TICKET_UNDO, 14},
    {METHOD_TICKET_UPDATE, 40},        {METHOD_TICKET_CREATE, 22},
    {METHOD_TICKET_REPLY, 18},         {METHOD_TICKET_NOTE, 16},
    {METHOD_ADMIN_TICKET_DELETE, 10},  {METHOD_ADMIN_TICKET_RESTORE, 6},
    {METHOD_ADMIN_TICKET_PURGE, 4},    {METHOD_ACCOUNT_REGISTER, 5},
    {METHOD_ACCOUNT_LOGIN, 28},        {METHOD_ACCOUNT_RESUME, 8},
    {METHOD_ACCOUNT_LOGOUT, 2},        {METHOD_ACCOUNT_ELEVATE, 16},
    {METHOD_ACCOUNT_END_ELEVATION, 2}, {METHOD_ACCOUNT_UPDATE, 6},
    {METHOD_ACCOUNT_SET_PASSWORD, 2},  {METHOD_ACCOUNT_REQUEST_ROLE, 5},
    {METHOD_ACCOUNT_END_SIGN_IN, 2},   {METHOD_ACCOUNT_END_OTHER_SIGN_INS, 1},
    {METHOD_ADMIN_END_SIGN_INS, 3},    {METHOD_ADMIN_UNLOCK, 1},
    {METHOD_ADMIN_ACCOUNT_RESET, 3},   {METHOD_ACCOUNT_USE_CODE, 12},
    {METHOD_ADMIN_ACCOUNT_CREATE, 4},  {METHOD_ADMIN_ACCOUNT_ROLE, 4},
    {METHOD_ADMIN_ACCOUNT_DISABLE, 3}, {METHOD_ADMIN_ACCOUNT_ENABLE, 4},
    {METHOD_ADMIN_ROLE_GRANT, 5},      {METHOD_ADMIN_ROLE_DECLINE, 3},
    {METHOD_ADMIN_SETTINGS_UPDATE, 3}, {METHOD_TICKET_TAKE, 8},
    {METHOD_TICKET_UNTAKE, 6},         {METHOD_TICKET_STEAL, 5},
    {METHOD_TICKET_GIVE, 6},           {METHOD_TICKET_WATCH, 6},
    {METHOD_TICKET_UNWATCH, 4},        {METHOD_TICKET_CC_ADD, 12},
    {METHOD_TICKET_CC_REMOVE, 6},      {METHOD_TICKET_LINK, 14},
    {METHOD_TICKET_UNLINK, 4},         {METHOD_TICKET_TAG, 8},
    {METHOD_ADMIN_SETTINGS_UPDATE, 4}, {METHOD_TICKET_PEND, 16},
    {METHOD_TICKET_OPEN, 8},           {METHOD_TIMER_FIRE, 18},
    {METHOD_TICKET_MOVE, 16},          {METHOD_ADMIN_QUEUE_CREATE, 5},
    {METHOD_ADMIN_QUEUE_UPDATE, 5},    {METHOD_ADMIN_QUEUE_RIGHTS, 12},
    {METHOD_MESSAGE_EDIT, 10},         {METHOD_MESSAGE_RETRACT, 4},
    {METHOD_TICKET_WITHDRAW, 5},       {METHOD_TICKET_SEND_NOW, 4},
    {METHOD_ACCOUNT_TOTP_BEGIN, 6},    {METHOD_ACCOUNT_TOTP_CONFIRM, 10},
    {METHOD_ACCOUNT_TOTP_REMOVE, 3},   {METHOD_ADMIN_TOTP_RESET, 3},
    {METHOD_TICKET_MERGE, 10},         {METHOD_TICKET_UNMERGE, 8},
    {METHOD_TICKET_SPLIT, 8},          {METHOD_TICKET_MARK_READ, 14},
    {METHOD_ADMIN_CANNED_CREATE, 5},   {METHOD_ADMIN_CANNED_UPDATE, 5},
    {METHOD_ADMIN_CANNED_REMOVE, 3},   {METHOD_DRAFT_SAVE, 20},
    {METHOD_DRAFT_REMOVE, 5},
};

static enum method pick_method(struct wisher *wisher)
{
    size_t count = sizeof weights / sizeof weights[0];
    size_t sum = 0;

    if (wisher->model->account_count < 5) {
        return METHOD_ADMIN_ACCOUNT_CREATE;
    }
    for (size_t i = 0; i < count; i++) {
        sum += weights[i].weight;
    }
    size_t throw = dice_below(&wisher->dice, sum);
    for (size_t i = 0; i < count; i++) {
        if (throw < weights[i].weight) {
            return weights[i].method;
        }
        throw -= weights[i].weight;
    }
    return METHOD_TICKET_CREATE;
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

/* Milliseconds first; sometimes from a clock that is wrong, or from yesterday. */
static void make_operation(struct wisher *wisher, struct wish *wish)
{
    uint64_t time_ms = wisher->now_ms;

    if (chance(wisher, 2)) {
        time_ms -= 85000000 + dice_below(&wisher->dice, 3000000);
    } else if (chance(wisher, 3)) {
        time_ms += dice_below(&wisher->dice, 660000);
    }
    dice_fill(&wisher->dice, wish->operation, sizeof wish->operation);
    for (unsigned i = 0; i < 6; i++) {
        wish->operation[i] = (uint8_t)(time_ms >> (40 - 8 * i));
    }
    wish->command.operation = (struct bytes){wish->operation, sizeof wish->operation};
}

/* What a forgotten batch had done is no act any more; its sequence may be that of another command
 * by now, of a kind that the model does not take back. */
static bool names_forgotten_act(const struct wisher *wisher, const struct wish *wish)
{
    const struct model *model = wisher->model;
    size_t kept = model->act_count < MODEL_ACTS ? model->act_count : MODEL_ACTS;

    for (size_t i = 0; i < kept; i++) {
        if (model->acts[i].sequence == wish->request.undo.sequence) {
            return false;
        }
    }
    return wish->command.method == METHOD_TICKET_UNDO;
}

static struct wish *repeat(struct wisher *wisher)
{
    size_t kept = wisher->wish_count < WISHES_KEPT ? wisher->wish_count : WISHES_KEPT;
    struct wish *wish = &wisher->wishes[dice_below(&wisher->dice, kept)];

    if (!has_operation(wish->command.method) || names_forgotten_act(wisher, wish)) {
        return NULL;
    }
    wish->command.time_ms = wisher->now_ms;
    if (chance(wisher, 6)) {
        wish->command.digest[0] ^= 1;
    } else if (chance(wisher, 6)) {
        wish->command.origin = any_origin(wisher);
    }
    return wish;
}

struct wish *wisher_next(struct wisher *wisher)
{
    move_clock(wisher);
    if (wisher->wish_count > 0 && chance(wisher, 10)) {
        struct wish *again = repeat(wisher);
        if (again != NULL) {
            return again;
        }
    }
    struct wish *wish = &wisher->wishes[wisher->wish_count++ % WISHES_KEPT];
    memset(wish, 0, sizeof *wish);
    wisher->counter++;
    struct command *command = &wish->command;
    command->method = pick_method(wisher);
    command->origin = command->method == METHOD_TIMER_FIRE ? (struct origin){.connection = 1}
                                                           : pick_origin(wisher, command->method);
    command->origin.source = text_of("192.0.2.7");
    command->time_ms = wisher->now_ms;
    command->fresh_id = wisher->now_ms << 16 | (wisher->counter & 0xffff);
    command->request = &wish->request;
    command->prepared.password_hash = text_of("$argon2id$simulated");
    dice_fill(&wisher->dice, command->digest, sizeof command->digest);
    if (has_operation(command->method)) {
        make_operation(wisher, wish);
    }
    fill(wisher, wish);
    return wish;
}

void wisher_signed_in(struct wisher *wisher, const struct wish *wish, uint64_t sign_in)
{
    size_t place = wisher->origin_count < ORIGINS_KEPT ? wisher->origin_count++
                                                       : dice_below(&wisher->dice, ORIGINS_KEPT);

    wisher->origins[place] = (struct origin){
        .sign_in = sign_in,
        .connection = 10 + wisher->counter,
        .source = wish->command.origin.source,
    };
}
